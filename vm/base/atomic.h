#ifndef ML_ATOMIC_H
#define ML_ATOMIC_H

#include <stdatomic.h>

/*
 * atomic.h - the atomics that threads meet at. Sequentially consistent where
 * no model shows that less is enough (tests/model/), no stand-alone fences. One header, so that another back-end (an explorer of
 * interleavings) can stand behind the same names.
 */

#define ml_load(p)            atomic_load(p)
#define ml_store(p, v)        atomic_store((p), (v))
#define ml_swap(p, v)         atomic_exchange((p), (v))
#define ml_cas(p, old, v)     atomic_compare_exchange_strong((p), (old), (v))
#define ml_add(p, v)          atomic_fetch_add((p), (v))
/* Where what was written before must be seen by who reads, and no more. */
#define ml_load_acquire(p)     atomic_load_explicit((p), memory_order_acquire)
#define ml_store_release(p, v) atomic_store_explicit((p), (v), memory_order_release)
/* Where only the own thread's writes must be seen. */
#define ml_load_relaxed(p)     atomic_load_explicit((p), memory_order_relaxed)
#define ml_store_relaxed(p, v) atomic_store_explicit((p), (v), memory_order_relaxed)
#define ml_sub(p, v)          atomic_fetch_sub((p), (v))

#endif
