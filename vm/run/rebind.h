#ifndef ML_REBIND_H
#define ML_REBIND_H

#include "vm/proc/proc.h"

/*
 * rebind.h - functions whose outer variables were changed by debug: upvalue j
 * is the j-th of Proto.upvars. Functions of the process, never stand-ins.
 */

/* A function is called with n arguments, p->base is its new frame: room for
 * it. Its stand-in takes its place, if it has one. False: no room. */
bool ml_call_enter(Proc *p, size_t n);

Value ml_upvar_get(Proc *p, Fn *f, unsigned j);
void  ml_upvar_set(Proc *p, Fn *f, unsigned j, Value v);
/* Where the variable lives from now on: two share it if this is the same. */
Box  *ml_upvar_box(Proc *p, Fn *f, unsigned j);
void  ml_upvar_join(Proc *p, Fn *f, unsigned j, Box *b);
/* Calls of changed functions that are under way go on with the changes. The
 * process is in a built-in function. Answers how many frames it looked at. */
int   ml_rebind_frames(Proc *p);

/* What a child gets of it: the changes of those functions that are copied. */
struct Copier;
typedef struct Inherit {
    Value   *v;                 /* n entries of three */
    uint32_t n, cap;
} Inherit;
/* After everything else is copied. is_met: was a function of this text (or if
 * im is NULL, of this code) met? False: failed, as ml_copy_root. */
bool  ml_inherit_copy(Proc *p, struct Copier *cp, bool (*is_met)(void *ctx, const Image *im, const Proto *pt),
                      void *ctx, Inherit *to);
void  ml_inherit_give(Proc *child, const Inherit *from);
Tab  *ml_rebind_table(Heap *h, Tab **t);    /* made when it is not there */
void  ml_inherit_fini(Proc *p, Inherit *i);

#endif
