#ifndef ML_SMAP_H
#define ML_SMAP_H

#include "vm/base/thread.h"
#include "vm/proc/vmap.h"

/*
 * smap.h - a map that several threads use at once: 64 maps, each with a lock,
 * among which the keys are dealt by their hash. 10 KB, and what vmap.h says for
 * an entry. Any thread.
 *
 * Each call is one step that happens at once or not at all. What takes more
 * than one look at a key is done between lock and unlock; nobody else sees the
 * key in between. While one is locked no other of the same map may be.
 */
enum { SMAP_SHARDS = 64 };

typedef struct SMapShard {
    Lock lock;
    VMap map;
} SMapShard;

typedef struct SMap {
    SMapShard shard[SMAP_SHARDS];
} SMap;

typedef enum { SMAP_ADDED, SMAP_TAKEN, SMAP_NO_MEMORY } SMapAdd;

void    ml_smap_init(SMap *m, Mem *mem);
void    ml_smap_fini(SMap *m);

Value   ml_smap_get(SMap *m, Value k);                  /* nil: not there */
SMapAdd ml_smap_add(SMap *m, Value k, Value v);         /* taken: it is there, and stays as it is */
Value   ml_smap_take(SMap *m, Value k);                 /* removes it; nil: was not there */
bool    ml_smap_remove_if(SMap *m, Value k, Value v);   /* false: not there, or with another value */

/* Of their tables. */
size_t  ml_smap_bytes(SMap *m);

/* The map that k belongs to, for calls about k. */
VMap   *ml_smap_lock(SMap *m, Value k);
void    ml_smap_unlock(SMap *m, Value k);

/* Calls fn for all that are there all the time; with a lock held, so fn must
 * not use the map. */
void    ml_smap_each(SMap *m, void (*fn)(void *ctx, Value k, Value v), void *ctx);

#endif
