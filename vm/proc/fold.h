#ifndef ML_FOLD_H
#define ML_FOLD_H

#include "vm/proc/proc.h"

/*
 * fold.h - a process that waits takes no more than it needs; see fold.c.
 *
 * While it is folded p->own is NULL. Others do not mind, they look at Proc alone.
 */

/* p, which has begun to wait, may be folded: it has run seldom, or not for long.
 * Its worker; p is still RUNNING. */
void  ml_proc_fold(Proc *p);
/* It is as it was, but for the stack, which has no room yet: the next housekeeping
 * sees to that. False: no memory. Who runs it, or all rest. */
bool  ml_proc_unfold(Proc *p);
/* The same with the reserve of the calling worker, for one that is to end at once. */
void  ml_proc_unfold_to_end(Proc *p);
bool  ml_proc_is_in_reserve(const Proc *p);
/* To look at it, while all rest: *o is its own until the end of that, which is given
 * the answer. Nothing of p changes meanwhile. */
Fold *ml_proc_peek(Proc *p, Own *o);
void  ml_proc_peek_end(Proc *p, Fold *f);
/* WANT_ROOM: the stack gets the room it had, or will by the collection that is
 * the caller's to run (false), with so many bytes free in the end. */
bool  ml_proc_stretch(Proc *p, size_t *need);

/* Own, for proc.c. NULL: no memory. */
Own  *ml_own_new(Vm *vm);
void  ml_own_free(Vm *vm, Own *o);
/* What a new Own is. Boot. */
void  ml_own_begin(Vm *vm);

#endif
