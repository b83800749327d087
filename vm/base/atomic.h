#ifndef ML_ATOMIC_H
#define ML_ATOMIC_H

#include <stdatomic.h>

/*
 * atomic.h - the atomics that threads meet at. Sequentially consistent, no
 * stand-alone fences. One header, so that another back-end (an explorer of
 * interleavings) can stand behind the same names.
 */

#define ml_load(p)            atomic_load(p)
#define ml_store(p, v)        atomic_store((p), (v))
#define ml_swap(p, v)         atomic_exchange((p), (v))
#define ml_cas(p, old, v)     atomic_compare_exchange_strong((p), (old), (v))
#define ml_add(p, v)          atomic_fetch_add((p), (v))
/* Where only the own thread's writes must be seen. */
#define ml_load_relaxed(p)     atomic_load_explicit((p), memory_order_relaxed)
#define ml_store_relaxed(p, v) atomic_store_explicit((p), (v), memory_order_relaxed)
#define ml_sub(p, v)          atomic_fetch_sub((p), (v))

#endif
