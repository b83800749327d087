#ifndef ML_TAB_H
#define ML_TAB_H

#include "vm/base/atomic.h"
#include "vm/data/heap.h"
#include "vm/data/str.h"
#include "vm/data/value.h"

/*
 * tab.h - tables: an array part for 1..n and a hash part, as in stock Lua.
 *
 *   Tab ---arr--->  ArrObj   asize values, the first `asize` integer keys
 *       ---node-->  NodesObj 1 << lsize nodes, chained scatter with Brent's
 *                   variation: a colliding key that is not in its main
 *                   position moves out of the way
 *
 * Keys hash by content (strings, numbers) or by identity number, never by
 * address: a node array stays valid when objects move or are copied.
 * A node whose value is nil is dead but keeps its key, for `next`.
 *
 * 56 bytes for an empty table.
 */

typedef struct Node {
    Value    val;
    Value    key;               /* TAG_NIL: never used */
    int32_t  next;              /* offset to the next node of the chain; 0: last */
    uint32_t hash;              /* of the key */
} Node;

/* cap is asize of its table. */
typedef struct ArrObj   { Obj h; uint64_t cap;  Value v[]; } ArrObj;
typedef struct NodesObj { Obj h; uint64_t count; Node n[]; } NodesObj;

struct Tab {
    Obj      h;                 /* h.a: bit set = metamethod is known absent (MM_* < 8), as a metatable
                                   h.b: 1 = weak keys, 2 = weak values */
    uint32_t asize;             /* slots in arr */
    uint32_t mask;              /* nodes - 1; 0 with the one dummy node */
    Value   *arr;               /* into an ArrObj, or NULL */
    Node    *node;              /* into a NodesObj, or the shared empty node */
    uint32_t lastfree;          /* all node indexes >= lastfree are in use */
    uint32_t hint;              /* where ml_tab_len found a border, or anything <= asize */
    Tab     *meta;
    union {
        Obj *next;              /* list of weak tables during a collection */
        _Atomic(bool) is_overlaid;      /* OF_COW: some process has, or may have, a copy of its own */
    };
};

extern const Node ml_empty_node;    /* key nil, value nil */

static inline bool ml_tab_has_nodes(const Tab *t) { return t->node != &ml_empty_node; }

/* No hash part. */
static inline void ml_tab_no_nodes(Tab *t)
{
    t->node = (Node *)(uintptr_t)&ml_empty_node;
    t->mask = 0;
    t->lastfree = 0;
}

/* Keys have new hashes, which stand in their nodes: lays them out anew. `old`
 * is room for as many nodes. Keys without value go. */
void ml_tab_relay(NodesObj *o, Node *old);
/* Puts a key that is not there into a free node; t needs no more than node,
 * mask and lastfree. */
void ml_tab_lay(Tab *t, Value k, uint32_t hash, Value v);

/* Hash of any value that may be a key (not nil, not NaN). */
uint32_t ml_key_hash(Heap *h, Value k);

Tab  *ml_tab_new(Heap *h, uint32_t narr, uint32_t nhash);

/* Raw reads: a pointer to the value, or to a nil that must not be written. */
const Value *ml_tab_get(Heap *h, const Tab *t, Value k);
const Value *ml_tab_getint(Heap *h, const Tab *t, int64_t k);
const Value *ml_tab_getstr(Heap *h, const Tab *t, Str *k);
const Value *ml_tab_gets(Heap *h, const Tab *t, const char *k);     /* by C text */

/* The same with the usual case inline: the key is a symbol in its main
 * position; the index is in the array part. */
static inline const Value *ml_tab_getsym(Heap *h, const Tab *t, Str *k)
{
    const Node *n = &t->node[k->h.id & t->mask];
    if (__builtin_expect(n->key.s == k && n->key.tag == TAG_STR, 1))
        return &n->val;
    return ml_tab_getstr(h, t, k);
}
static inline const Value *ml_tab_index(Heap *h, const Tab *t, int64_t k)
{
    if (__builtin_expect((uint64_t)k - 1 < t->asize, 1))
        return &t->arr[k - 1];
    return ml_tab_getint(h, t, k);
}

/* Raw writes into a table of heap h (never a shared one). A float key with an
 * integer value is the integer; the key must not be nil or NaN (callers check
 * and raise). Writing nil removes. May allocate in h. */
void  ml_tab_set(Heap *h, Tab *t, Value k, Value v);
void  ml_tab_setint(Heap *h, Tab *t, int64_t k, Value v);
void  ml_tab_setstr(Heap *h, Tab *t, Str *k, Value v);
void  ml_tab_fill(Heap *h, Tab *t, int64_t first, const Value *v, uint32_t n);   /* t[first] .. = v[0] .. v[n - 1] */
/* Makes a symbol of k in the VM's own heap, in others only uses one. */
void  ml_tab_sets(Heap *h, Tab *t, const char *k, Value v);
/* Makes room for keys 1..narr and nhash others. Never takes room away. */
void  ml_tab_resize(Heap *h, Tab *t, uint32_t narr, uint32_t nhash);

/* A large table that is full is laid out anew at the next safe point, see
 * tab_in.h. ml_tab_settle: now, for t, or for any if t is NULL. settle_some:
 * for a slice that does about *budget bytes of work and counts it off; true:
 * it is over. ml_tab_forget_split: the heap ends. */
void  ml_tab_settle(Heap *h, const Tab *t);
bool  ml_tab_settle_some(Heap *h, int64_t *budget);
void  ml_tab_forget_split(Heap *h);

/* A border: t[n] non-nil and t[n+1] nil, or 0. */
int64_t ml_tab_len(Heap *h, const Tab *t);

/* The entry after key *k (nil to start). 1: *k and *v filled; 0: end;
 * -1: the key is not in the table. */
int   ml_tab_next(Heap *h, const Tab *t, Value *k, Value *v);

/* As ml_tab_next, for a loop: *at remembers the place between calls (any
 * value to start with) and is checked, so a wrong one only costs time. Also
 * -1 when there is too much empty room behind the key to skip at once. */
int   ml_tab_next_hint(Heap *h, const Tab *t, Value *at, Value *k, Value *v);

/* The place behind key k, for ml_tab_each; 0 for nil. False: not in the table. */
bool  ml_tab_place(Heap *h, const Tab *t, Value k, uint64_t *pos);
/* Passes at most `most` empty entries. True: at one that is not, or the end. */
enum { TAB_SKIP = 4096 };       /* takes about 20 us */
bool  ml_tab_skip(const Tab *t, uint64_t *pos, uint32_t most);

/* Position-based iteration for C code: start with *pos = 0. */
bool  ml_tab_each(const Tab *t, uint64_t *pos, Value *k, Value *v);

#endif
