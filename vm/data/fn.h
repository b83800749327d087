#ifndef ML_FN_H
#define ML_FN_H

#include "vm/data/shared.h"
#include "vm/data/value.h"

/*
 * fn.h - function objects. What their code is, code/image.h knows; here is
 * what every code begins with, and all that heaps need to know of it.
 */

typedef struct UpDesc {
    Str    *name;
    uint8_t from_reg;           /* 1: register `index` of the enclosing function; 0: its upvalue `index` */
    uint8_t index;
    uint8_t boxed;              /* the variable lives in a Box */
} UpDesc;

typedef struct FnHead {
    Shared *owner;              /* who refers to the code holds this; NULL: lives as long as the VM */
    UpDesc *ups;                /* one for each upvalue */
} FnHead;

struct Fn {
    Obj          h;             /* h.a, h.b: number of values in `up`, low and high byte */
    const Proto *proto;         /* begins with a FnHead */
    Value        up[];          /* values, or boxes where UpDesc.boxed */
};

static inline unsigned ml_fn_nvalues(const Obj *o) { return o->a | (unsigned)o->b << 8; }
static inline const FnHead *ml_fn_head(const Fn *f) { return (const FnHead *)(const void *)f->proto; }

#endif
