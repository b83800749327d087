#ifndef ML_RUN_FREEZE_H
#define ML_RUN_FREEZE_H

#include "vm/run/pack.h"

/*
 * freeze.h - freezing a value of a running process, in slices if it is large.
 *
 * *v becomes the frozen copy, which the heap holds. PACK_MORE: give way, call
 * again with any *v. PACK_FAILED: *why says what cannot be frozen; NULL:
 * there are tables of the library or of a module, which the process may change:
 * they are to be copied first. as_is: not those, they stay what they are.
 */
PackEnd ml_proc_freeze(Proc *p, Value *v, bool as_is, const char **why);

#endif
