/*
 * tab.c - tables: an array part for 1..n and a hash part.
 *
 * The hash part is a chained scatter table with Brent's variation. A key's
 * main position is node[hash & mask]. Chains run through the nodes by offset,
 * and begin at main positions: a key that collides with one that sits in its
 * main position goes to a free node, and one that does not is moved to a free
 * node to make place. So a chain holds only keys of one main position, plus
 * what took over the node of a removed key, and a full table stays fast.
 *
 * Free nodes are handed out from the end down and are never given back. When
 * none is left, the table is counted and laid out anew (rehash): the array
 * part becomes the largest n, a power of two, of which more than half would be
 * in use, and the rest goes to the hash part. Growing, shrinking and moving
 * keys between the parts happen only there.
 *
 * A string key is stored as its symbol when it has one. A string may become a
 * symbol later, so a lookup never takes a different pointer for a different
 * key unless both are symbols.
 */

#include <string.h>

#include "vm/base/check.h"
#include "vm/data/num.h"
#include "vm/data/old.h"
#include "vm/data/tab_in.h"
#include "vm/native.h"

/* What a caller of the usual case should not pay registers for. */
#define SLOW __attribute__((noinline))

const Node ml_empty_node;
static const Value nil_value;

/* --- hashes --- */

/* Kinds of keys get different secrets, so that 1 and true do not collide. */
static uint32_t hash_bits(Heap *h, unsigned tag, uint64_t bits)
{
    return ml_hash_u64(bits, h->hash_key ^ (uint64_t)tag << 56);
}

uint32_t ml_key_hash(Heap *h, Value k)
{
    int64_t i;
    unsigned tag = ml_tag(&k);
    switch (tag) {
    case TAG_STR:
        return ml_str_hash(k.s, h->hash_key);
    case TAG_INT:
        return ml_hash_int(h, k.i);
    case TAG_FLOAT:
        if (ml_float_to_int(k.n, &i))
            return ml_hash_int(h, i);
        return hash_bits(h, tag, k.u);
    case TAG_PID:
    case TAG_REF:
        return hash_bits(h, tag, k.u ^ (k.tag >> 8) * 0x9E3779B97F4A7C15u);
    case TAG_NATIVE:                    /* its address differs in every run */
        return ml_hash_bytes(k.nat->name, strlen(k.nat->name), h->hash_key);
    default:
        return hash_bits(h, tag, k.tag & TAG_HEAP ? k.o->id : k.u);
    }
}

/* --- reading --- */

static Node *find_str(const Tab *t, const Str *k, uint32_t hash)
{
    for (Node *n = ml_tab_main_node(t, hash);; n += n->next) {
        if (n->key.s == k && n->key.tag == TAG_STR)
            return n;
        if (n->hash == hash && n->key.tag == TAG_STR &&
            ml_str_equal(n->key.s, k))
            return n;
        if (!n->next)
            return NULL;
    }
}

static Node *find_text(const Tab *t, const char *k, size_t len, uint32_t hash)
{
    for (Node *n = ml_tab_main_node(t, hash);; n += n->next) {
        if (n->hash == hash && n->key.tag == TAG_STR && n->key.s->len == len &&
            memcmp(ml_str_data(n->key.s), k, len) == 0)
            return n;
        if (!n->next)
            return NULL;
    }
}

static Node *find_name(const Heap *h, const Tab *t, const char *k, size_t len, uint32_t hash)
{
    Node *n = find_text(t, k, len, hash);
    const Tab *was = n ? NULL : ml_tab_was(h, t);
    return was ? find_text(was, k, len, hash) : n;
}

/* Keys that are equal when their two words are; not nil. */
static inline Node *find_bits(const Tab *t, Value k, uint32_t hash)
{
    for (Node *n = ml_tab_main_node(t, hash);; n += n->next) {
        if (n->key.u == k.u && n->key.tag == k.tag)
            return n;
        if (!n->next)
            return NULL;
    }
}

static inline Node *find(const Tab *t, Value k, uint32_t hash)
{
    return k.tag == TAG_STR ? find_str(t, k.s, hash) : find_bits(t, k, hash);
}

/* In a table that is split, among the nodes it had, too. */
static inline Node *find_key(const Heap *h, const Tab *t, Value k, uint32_t hash)
{
    Node *n = find(t, k, hash);
    const Tab *was = n ? NULL : ml_tab_was(h, t);
    return was ? find(was, k, hash) : n;
}

/* The place of a removed key of which only the hash is left: the collector
 * lets go of objects in nodes without value. */
static const Node *find_buried(const Tab *t, uint32_t hash)
{
    for (const Node *n = ml_tab_main_node(t, hash);; n += n->next) {
        if (n->key.tag == TAG_INFO && n->hash == hash)
            return n;
        if (!n->next)
            return NULL;
    }
}

/* 2.0 is the key 2. */
static inline void normalise(Value *k)
{
    int64_t i;
    if (k->tag == TAG_FLOAT && ml_float_to_int(k->n, &i))
        *k = ml_v_int(i);
}

static inline const Value *value_of(const Node *n)
{
    return n ? &n->val : &nil_value;
}

static SLOW const Value *get_hash_int(Heap *h, const Tab *t, int64_t k)
{
    if (!ml_tab_has_nodes(t))
        return &nil_value;
    return value_of(find_key(h, t, ml_v_int(k), ml_hash_int(h, k)));
}

const Value *ml_tab_getint(Heap *h, const Tab *t, int64_t k)
{
    return ml_tab_in_array(t, k) ? &t->arr[k - 1] : get_hash_int(h, t, k);
}

/* Both are in heaps, or one is: symbols would be told apart by their addresses. */
static inline bool same_short(const Str *a, const Str *b)
{
    return a->h.kind == OBJ_STR && b->h.kind == OBJ_STR && a->len == b->len && ml_same_bytes(a->data, b->data, a->len);
}

static SLOW const Value *get_chained_str(const Heap *h, const Tab *t, Str *k, uint32_t hash)
{
    return value_of(find_key(h, t, ml_v_str(k), hash));
}

const Value *ml_tab_getstr(Heap *h, const Tab *t, Str *k)
{
    uint32_t hash = ml_str_hash(k, h->hash_key);
    const Node *n = ml_tab_main_node(t, hash);
    if (n->key.tag == TAG_STR && (n->key.s == k || (n->hash == hash && same_short(n->key.s, k))))
        return &n->val;
    return get_chained_str(h, t, k, hash);
}

const Value *ml_tab_gets(Heap *h, const Tab *t, const char *k)
{
    size_t len = strlen(k);
    return value_of(find_name(h, t, k, len, ml_hash_bytes(k, len, h->hash_key)));
}

const Value *ml_tab_get(Heap *h, const Tab *t, Value k)
{
    if (k.tag == TAG_STR)
        return ml_tab_getstr(h, t, k.s);
    normalise(&k);
    if (k.tag == TAG_INT)
        return ml_tab_getint(h, t, k.i);
    if (k.tag == TAG_NIL || !ml_tab_has_nodes(t))
        return &nil_value;
    return value_of(find_key(h, t, k, ml_key_hash(h, k)));
}

enum { FEW = 8, FEW_NODES = 4 };

/* A short array part. */
static inline void new_few(Heap *h, Tab *t, uint32_t n)
{
    ArrObj *a = (ArrObj *)(void *)ml_heap_alloc(h, sizeof *a + n * sizeof(Value), OBJ_ARR);
    a->cap = n;
    for (uint32_t i = 0; i < n; i++)
        a->v[i] = ml_v_nil();
    t->arr = a->v;
    t->asize = n;
}

/* A small hash part, as records have it. */
static inline void new_few_nodes(Heap *h, Tab *t, uint32_t n)
{
    NodesObj *o = (NodesObj *)(void *)ml_heap_alloc(h, sizeof *o + n * sizeof(Node), OBJ_NODES);
    o->count = n;
    for (uint32_t i = 0; i < n; i++)
        o->n[i] = ml_empty_node;
    t->node = o->n;
    t->mask = n - 1;
    t->lastfree = n;
}

Tab *ml_tab_new(Heap *h, uint32_t narr, uint32_t nhash)
{
    Tab *t = (Tab *)(void *)ml_heap_alloc(h, sizeof *t, OBJ_TAB);
    t->h.id = ml_heap_id(h);
    t->asize = 0;
    t->arr = NULL;
    ml_tab_no_nodes(t);
    t->hint = 0;
    t->meta = NULL;
    t->next = NULL;
    if (narr - 1 < FEW && nhash == 0)
        new_few(h, t, narr);
    else if (narr == 0 && nhash - 1 < FEW_NODES)
        new_few_nodes(h, t, nhash < 3 ? nhash : 4);
    else if (narr | nhash)
        ml_tab_new_parts(h, t, narr, nhash);
    return t;
}

/* --- inserting --- */

static Node *free_node(Tab *t)
{
    while (t->lastfree > 0) {
        Node *n = &t->node[--t->lastfree];
        if (n->key.tag == TAG_NIL)
            return n;
    }
    return NULL;
}

/* Moves the node mp, which is in a chain that begins elsewhere, to n. */
static void move_out(Tab *t, Node *mp, Node *n)
{
    Node *before = ml_tab_main_node(t, mp->hash);
    while (before + before->next != mp)
        before += before->next;
    before->next = (int32_t)(n - before);
    *n = *mp;
    if (mp->next)
        n->next = (int32_t)(mp + mp->next - n);
    mp->next = 0;
}

Node *ml_tab_new_key(Tab *t, Value k, uint32_t hash)
{
    if (!ml_tab_has_nodes(t))
        return NULL;
    Node *mp = ml_tab_main_node(t, hash);
    if (mp->val.tag != TAG_NIL) {
        Node *n = free_node(t);
        if (!n)
            return NULL;
        if (ml_tab_main_node(t, mp->hash) != mp) {
            move_out(t, mp, n);
        } else {
            n->next = mp->next ? (int32_t)(mp + mp->next - n) : 0;
            mp->next = (int32_t)(n - mp);
            mp = n;
        }
    }
    ml_set(&mp->key, &k);
    mp->hash = hash;
    return mp;
}

/* --- writing --- */

static inline void put(Heap *h, Tab *t, Value *at, Value v)
{
    ml_set(at, &v);
    ml_old_stored(h, t, at);
}

/* k is in neither part. */
static inline __attribute__((always_inline)) void insert(Heap *h, Tab *t, Value k, uint32_t hash, Value v)
{
    Node *n;
    while (ML_UNLIKELY(!(n = ml_tab_new_key(t, k, hash)))) {
        ml_tab_rehash(h, t, k);
        if (k.tag == TAG_INT && ml_tab_in_array(t, k.i)) {
            put(h, t, &t->arr[k.i - 1], v);
            return;
        }
    }
    ml_set(&n->val, &v);
    ml_old_inserted(h, t, n);
}

static void insert_str(Heap *h, Tab *t, Str *k, uint32_t hash, Value v)
{
    if (!(k->h.flags & OF_SYMBOL) && k->h.kind == OBJ_STR) {
        Str *sym = ml_symbol_find(h->symtab, k->data, k->len, hash);
        if (sym)
            k = sym;
    }
    insert(h, t, ml_v_str(k), hash, v);
}

static SLOW void set_hash_int(Heap *h, Tab *t, int64_t k, Value v)
{
    uint32_t hash = ml_hash_int(h, k);
    Node *n = find_key(h, t, ml_v_int(k), hash);
    if (n)
        put(h, t, &n->val, v);
    else if (v.tag != TAG_NIL)
        insert(h, t, ml_v_int(k), hash, v);
}

void ml_tab_setint(Heap *h, Tab *t, int64_t k, Value v)
{
    ML_ASSERT(!(t->h.flags & OF_SHARED));
    if (ml_tab_in_array(t, k))
        put(h, t, &t->arr[k - 1], v);
    else
        set_hash_int(h, t, k, v);
}

void ml_tab_fill(Heap *h, Tab *t, int64_t first, const Value *v, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        ml_tab_setint(h, t, first + i, v[i]);
}

static SLOW void set_chained_str(Heap *h, Tab *t, Str *k, uint32_t hash, Value v)
{
    Node *n = find_key(h, t, ml_v_str(k), hash);
    if (n) {
        if (n->val.tag == TAG_NIL)
            t->h.a = 0;                 /* no metamethod is known absent */
        put(h, t, &n->val, v);
    } else if (v.tag != TAG_NIL) {
        t->h.a = 0;
        insert_str(h, t, k, hash, v);
    }
}

void ml_tab_setstr(Heap *h, Tab *t, Str *k, Value v)
{
    ML_ASSERT(!(t->h.flags & OF_SHARED));
    uint32_t hash = ml_str_hash(k, h->hash_key);
    Node *n = ml_tab_main_node(t, hash);
    if (n->key.tag == TAG_STR && n->val.tag != TAG_NIL &&
        (n->key.s == k || (n->hash == hash && same_short(n->key.s, k)))) {
        put(h, t, &n->val, v);
    } else if (n->key.tag == TAG_NIL && (k->h.flags & OF_SYMBOL) && v.tag != TAG_NIL && !h->split) {
        t->h.a = 0;                     /* a place that was never used: the key is nowhere */
        insert(h, t, ml_v_str(k), hash, v);
    } else {
        set_chained_str(h, t, k, hash, v);
    }
}

void ml_tab_sets(Heap *h, Tab *t, const char *k, Value v)
{
    size_t len = strlen(k);
    uint32_t hash = ml_hash_bytes(k, len, h->hash_key);
    Node *n = find_name(h, t, k, len, hash);
    if (n) {
        ml_tab_setstr(h, t, n->key.s, v);
        return;
    }
    if (v.tag == TAG_NIL)
        return;
    Str *s = h->owner ? ml_symbol_find(h->symtab, k, len, hash)
                      : ml_symbol(h->symtab, k, len);
    ml_tab_setstr(h, t, s ? s : ml_str_new(h, k, len), v);
}

void ml_tab_set(Heap *h, Tab *t, Value k, Value v)
{
    if (k.tag == TAG_STR) {
        ml_tab_setstr(h, t, k.s, v);
        return;
    }
    normalise(&k);
    if (k.tag == TAG_INT) {
        ml_tab_setint(h, t, k.i, v);
        return;
    }
    ML_CHECK(k.tag != TAG_NIL);
    ML_ASSERT(!(t->h.flags & OF_SHARED));
    uint32_t hash = ml_key_hash(h, k);
    Node *n = find_key(h, t, k, hash);
    if (n)
        put(h, t, &n->val, v);
    else if (v.tag != TAG_NIL)
        insert(h, t, k, hash, v);
}

/* --- length --- */

static bool has_int(Heap *h, const Tab *t, uint64_t k)
{
    return ml_tab_getint(h, t, (int64_t)k)->tag != TAG_NIL;
}

/* lo is used (or 0), hi is not: the border between them. */
static int64_t border_between(Heap *h, const Tab *t, uint64_t lo, uint64_t hi)
{
    while (hi - lo > 1) {
        uint64_t mid = lo + (hi - lo) / 2;
        if (has_int(h, t, mid))
            lo = mid;
        else
            hi = mid;
    }
    return (int64_t)lo;
}

/* lo is used (or 0) and all after it are in the hash part. */
static int64_t border_after(Heap *h, const Tab *t, uint64_t lo)
{
    uint64_t hi = lo + 1;
    while (has_int(h, t, hi)) {
        if (hi > INT64_MAX / 2)
            return hi == INT64_MAX || has_int(h, t, INT64_MAX)
                       ? INT64_MAX
                       : border_between(h, t, hi, INT64_MAX);
        lo = hi;
        hi *= 2;
    }
    return border_between(h, t, lo, hi);
}

static bool is_border(const Tab *t, uint32_t n)
{
    return n > 0 && n < t->asize && t->arr[n - 1].tag != TAG_NIL &&
           t->arr[n].tag == TAG_NIL;
}

/* The array part ends with nil. The hint makes t[#t + 1] = v cheap. */
static uint32_t array_border(Heap *h, const Tab *t)
{
    uint32_t hint = t->hint;
    if (is_border(t, t->asize - 1))
        return t->asize - 1;
    for (uint32_t n = hint ? hint - 1 : 0; hint && n <= hint + 1; n++)
        if (is_border(t, n))
            return n;
    return (uint32_t)border_between(h, t, 0, t->asize);
}

int64_t ml_tab_len(Heap *h, const Tab *t)
{
    if (t->asize && t->arr[t->asize - 1].tag == TAG_NIL) {
        uint32_t n = array_border(h, t);
        if (!(t->h.flags & OF_SHARED))
            ((Tab *)(uintptr_t)t)->hint = n;
        return n;
    }
    return ml_tab_has_nodes(t) ? border_after(h, t, t->asize) : t->asize;
}

/* --- traversal --- */

bool ml_tab_each(const Tab *t, uint64_t *pos, Value *k, Value *v)
{
    uint64_t i = *pos, end = (uint64_t)t->asize + ml_tab_nodes(t);
    for (; i < t->asize; i++) {
        if (t->arr[i].tag != TAG_NIL) {
            *k = ml_v_int((int64_t)i + 1);
            ml_set(v, &t->arr[i]);
            *pos = i + 1;
            return true;
        }
    }
    for (; i < end; i++) {
        const Node *n = &t->node[i - t->asize];
        if (n->val.tag != TAG_NIL) {
            ml_set(k, &n->key);
            ml_set(v, &n->val);
            *pos = i + 1;
            return true;
        }
    }
    *pos = i;
    return false;
}

bool ml_tab_skip(const Tab *t, uint64_t *pos, uint32_t most)
{
    uint64_t i = *pos, end = (uint64_t)t->asize + ml_tab_nodes(t);
    for (; i < end && most > 0; i++, most--) {
        const Value *v = i < t->asize ? &t->arr[i] : &t->node[i - t->asize].val;
        if (v->tag != TAG_NIL)
            break;
    }
    bool there = i >= end || most > 0;
    *pos = i;
    return there;
}

bool ml_tab_place(Heap *h, const Tab *t, Value k, uint64_t *pos)
{
    *pos = 0;
    if (ml_tab_was(h, t))
        ml_tab_settle(h, t);
    normalise(&k);
    if (k.tag == TAG_INT && ml_tab_in_array(t, k.i)) {
        *pos = (uint64_t)k.i;
    } else if (k.tag != TAG_NIL) {
        if (k.tag == TAG_FLOAT && k.n != k.n)
            return false;
        uint32_t hash = ml_key_hash(h, k);
        const Node *n = find(t, k, hash);
        if (!n && ml_is_heap(k))
            n = find_buried(t, hash);
        if (!n)
            return false;
        *pos = (uint64_t)t->asize + (uint64_t)(n - t->node) + 1;
    }
    return true;
}

int ml_tab_next(Heap *h, const Tab *t, Value *k, Value *v)
{
    uint64_t pos;
    return ml_tab_place(h, t, *k, &pos) ? ml_tab_each(t, &pos, k, v) : -1;
}

int ml_tab_next_hint(Heap *h, const Tab *t, Value *at, Value *k, Value *v)
{
    uint64_t pos = at->u;
    if (ml_tab_was(h, t))
        ml_tab_settle(h, t);
    if (k->tag == TAG_NIL) {
        pos = 0;
    } else if (k->tag == TAG_INT && ml_tab_in_array(t, k->i)) {
        pos = (uint64_t)k->i;
    } else {
        const Node *n = NULL;
        if (at->tag == TAG_INFO && pos > t->asize && pos - t->asize <= ml_tab_nodes(t))
            n = &t->node[pos - t->asize - 1];
        if ((!n || n->key.u != k->u || n->key.tag != k->tag) && !ml_tab_place(h, t, *k, &pos))
            return -1;
    }
    if (!ml_tab_skip(t, &pos, TAB_SKIP))
        return -1;
    bool more = ml_tab_each(t, &pos, k, v);
    at->u = pos;
    at->tag = TAG_INFO;
    return more;
}
