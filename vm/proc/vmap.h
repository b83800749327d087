#ifndef ML_VMAP_H
#define ML_VMAP_H

#include "vm/base/mem.h"
#include "vm/data/value.h"

/*
 * vmap.h - a map from immediate values and symbols to values, outside every
 * heap: registered names, aliases, timers; see vmap.c. 43 to 85 bytes an entry
 * (while it grows half as much again); a map of one entry at most holds nothing
 * besides itself.
 * A call takes less than a microsecond, whatever the size; one that begins a new
 * table as long as it takes to get zeroed memory for it, some 70 us at most
 * (512 KiB: what is larger comes as fresh pages).
 */
typedef struct VMapEntry { Value k, v; } VMapEntry;

typedef struct VMapTable {
    VMapEntry *e;
    uint32_t   cap, n;          /* cap: 0 or a power of two */
} VMapTable;

enum { VMAP_FIRST = 2 };

typedef struct VMap {           /* never moved */
    Mem      *mem;
    VMapTable now;
    VMapTable old;              /* is being emptied into `now`; cap 0: none */
    uint32_t  at;               /* of old: entries before are gone */
    VMapEntry first[VMAP_FIRST];        /* of the smallest table: room for one */
} VMap;

void  ml_vmap_init(VMap *m, Mem *mem);
void  ml_vmap_fini(VMap *m);
static inline uint32_t ml_vmap_count(const VMap *m) { return m->now.n + m->old.n; }
size_t ml_vmap_bytes(const VMap *m);                /* besides itself */
Value ml_vmap_get(const VMap *m, Value k);          /* nil: not there */
bool  ml_vmap_set(VMap *m, Value k, Value v);       /* false: no memory */
bool  ml_vmap_remove(VMap *m, Value k);             /* false: was not there */
/* The entries one after the other, from *pos = 0; nothing else may happen to the map. */
bool  ml_vmap_each(const VMap *m, uint32_t *pos, Value *k, Value *v);

#endif
