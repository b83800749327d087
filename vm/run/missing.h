#ifndef ML_MISSING_H
#define ML_MISSING_H

#include "vm/run/frame.h"
#include "vm/proc/proc.h"

/*
 * missing.h - which nil an error is about, for hint.c.
 */

enum { MISSING_NAME = 40 };     /* bytes of a name that is looked at */

typedef enum { MISSING_CALLED, MISSING_INDEXED, MISSING_OTHER } MissingUse;

typedef struct Missing {        /* what was nil */
    MissingUse  use;
    const char *kind;           /* NULL: the message tells; else "global", "field", "local", ... */
    bool        is_global, is_field;
    uint32_t    at;             /* an instruction where it lies in ... */
    int         reg;            /* this register; -1: one of the operands */
    char        name[MISSING_NAME + 1];
    size_t      len;
    Value       in;             /* where a field was looked for; nil: not known */
} Missing;

/* What the message, raised by the instruction of f or the function it calls, is
 * about. False: no nil that has a name. */
bool  ml_missing(Proc *p, const Frame *f, const char *msg, size_t len, Missing *m);
/* v, or the table behind its __index; NULL: there is none. */
Tab  *ml_index_table(Proc *p, Value v);
/* Could the text be a name in a program? */
bool  ml_is_name(const char *s, size_t n);

#endif
