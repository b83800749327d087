#ifndef ML_TAB_IN_H
#define ML_TAB_IN_H

#include "vm/base/hash.h"
#include "vm/data/tab.h"

/*
 * tab_in.h - the inside of tables, for tab.c and tab_layout.c.
 */
enum { TAB_BITS = 30,                           /* entries of one part: 1 << TAB_BITS */
       TAB_MOST = 1 << TAB_BITS };

static inline uint32_t ml_hash_int(const Heap *h, int64_t k)
{
    return ml_hash_u64((uint64_t)k, h->hash_key);
}

static inline Node *ml_tab_main_node(const Tab *t, uint32_t hash)
{
    return &t->node[hash & t->mask];
}

static inline bool ml_tab_in_array(const Tab *t, int64_t k)
{
    return (uint64_t)k - 1 < t->asize;
}

static inline uint32_t ml_tab_nodes(const Tab *t)
{
    return ml_tab_has_nodes(t) ? t->mask + 1 : 0;
}

/* tab.c: the node for a key that is in no node; key and hash are set, the
 * value is not. NULL: there is no free one. */
Node *ml_tab_new_key(Tab *t, Value k, uint32_t hash);

/* tab_layout.c: empty parts; n nodes are a power of two, or none. */
void ml_tab_new_parts(Heap *h, Tab *t, uint32_t narr, uint32_t nnodes);
/* There is no free node for the new key. */
void ml_tab_rehash(Heap *h, Tab *t, Value key);
/*
 * A large table whose hash part is full is laid out anew at the next safe
 * point, in slices. Until then new keys go to a small hash part, and those it
 * had are found in `was`.
 */
typedef struct Split Split;
struct Split {
    Tab     *t;
    Tab      was;               /* only node and mask: the nodes it had, or none */
    Tab      side;              /* the same, when the final nodes are there: those of the meantime */
    int      phase;
    uint32_t at;                /* what is done of it */
    struct Census {
        uint32_t n[TAB_BITS + 1];       /* n[b] integer keys in 2^(b-1)+1 .. 2^b */
        uint32_t ints;                  /* sum of n */
        uint32_t total;                 /* keys of any kind */
    } census;
    uint32_t narr;
};

/* The nodes t had before, if it is split; NULL: it is not. */
static inline const Tab *ml_tab_was(const Heap *h, const Tab *t)
{
    return __builtin_expect(h->split != NULL, 0) && h->split->t == t ? &h->split->was : NULL;
}

#endif
