#ifndef ML_SPARE_H
#define ML_SPARE_H

#include "vm/proc/worker.h"

/*
 * spare.h - the pieces that come and go with each process.
 *
 * A worker keeps some of those that it was given back: who is born next needs
 * them at once, and they are still in the cache. Those beyond a number, and all
 * when the worker ends, go back to the account of the VM.
 */

size_t ml_spare_size(SpareKind k);
/* Its contents are whatever they were. NULL: no memory. Worker. */
void  *ml_spare_take(Worker *w, SpareKind k);
void   ml_spare_give(Worker *w, SpareKind k, void *piece);
void   ml_spares_fini(Worker *w);
/* Bytes that w keeps. Any thread. */
size_t ml_spare_bytes(Worker *w);

#endif
