#ifndef ML_REGION_H
#define ML_REGION_H

#include "vm/data/copy.h"

/*
 * region.h - frozen values: a deep-immutable copy outside every heap, which
 * is one counted thing however many objects it consists of. 56 bytes and the
 * objects.
 */

/* Copies what v, a value of h, refers to; *v becomes the copy. One reference is the
 * caller's. NULL: c says why (oom, bad), and the caller drops c. */
Shared *ml_freeze(Heap *h, Value *v, Copier *c);

/* The same in steps. Between the two c copies the roots and is undone. NULL:
 * no memory. The end takes the region, and answers as ml_freeze. */
Shared *ml_freeze_begin(Heap *h, Copier *c);
Shared *ml_freeze_end(Shared *region, Copier *c, bool ok);

#endif
