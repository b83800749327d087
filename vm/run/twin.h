#ifndef ML_TWIN_H
#define ML_TWIN_H

#include "vm/proc/proc.h"

/*
 * twin.h - a shared copy of a function whose captured values cannot change: so
 * that a child needs no copy of its own.
 */

/* What v is, as a number that depends on its contents alone. False: it has no
 * twin, because something behind it may change, or it is shared already, or
 * there is much of it. A copier may be at work. */
bool    ml_twin_hash(Proc *p, Value v, uint64_t *hash);
/* *v becomes the twin, in a region with one reference, the caller's. NULL: there
 * is none, as above, or no memory. */
Shared *ml_twin_new(Proc *p, Value *v);
/* What owns a twin. */
static inline Shared *ml_twin_owner(Value v) { return ((Shared **)(void *)v.o)[-1]; }
/* Is that the twin of v, as it is? `pair`, or NULL, is told every function
 * behind v and its copy; it answers false if it cannot go on. */
typedef bool TwinPair(void *ctx, Fn *of, Fn *copy);
bool    ml_twin_is(Value v, Value twin, TwinPair *pair, void *ctx);

#endif
