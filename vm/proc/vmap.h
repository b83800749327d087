#ifndef ML_VMAP_H
#define ML_VMAP_H

#include "vm/base/mem.h"
#include "vm/data/value.h"

/*
 * vmap.h - a small map from immediate values and symbols to values, outside
 * every heap: registered names, aliases. Open addressing, linear probing;
 * removal closes the gap, so churn leaves nothing behind. 32 bytes an entry
 * at a load of at most 3/4.
 */
typedef struct VMapEntry { Value k, v; } VMapEntry;

typedef struct VMap {
    Mem       *mem;
    VMapEntry *e;
    uint32_t   cap, n;
} VMap;

void  ml_vmap_init(VMap *m, Mem *mem);
void  ml_vmap_fini(VMap *m);
Value ml_vmap_get(const VMap *m, Value k);          /* nil: not there */
bool  ml_vmap_set(VMap *m, Value k, Value v);       /* false: no memory */
bool  ml_vmap_remove(VMap *m, Value k);             /* false: was not there */

#endif
