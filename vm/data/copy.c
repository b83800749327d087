/*
 * copy.c - copies of object graphs for other heaps.
 *
 * The same way as the collector: what is copied lies in a row of fragments
 * and is looked at in that order, so there is no stack and no depth. While a
 * copy is made, the header of every copied object in the source holds the
 * address of its copy; the old header words are kept in a list, in the order
 * of copying, and put back at the end. That list also says which object led
 * to which, so that a failure can name the path to what cannot be copied.
 *
 * A copy is another object and gets an identity number of its own: if copies
 * kept theirs, one table sent many times would be many keys of one hash. So
 * nodes are copied as they lie except where such an object is a key.
 *
 * Of large messages the most part is small tables of numbers and constants. That
 * nothing in them refers to anything that is to be copied is seen while they
 * are, and the scan steps over them.
 */
#include <string.h>

#include "vm/base/buf.h"
#include "vm/base/check.h"
#include "vm/data/quota.h"
#include "vm/data/copy.h"
#include "vm/data/gc.h"
#include "vm/data/plain.h"

/* What work counts, in bytes: besides the size of what is copied. */
enum { EACH = 64, PIECE = 512 };

enum { FEW = ML_NELEM(((Copier *)0)->undo_few),
#ifdef ML_CHECKS
       CHUNK = 8 };
#else
       CHUNK = 2048 };          /* 48 KiB */
#endif

/* The flag of a copied table that the scan has not come to yet: nothing in it needs it. */
enum { IS_LEAF = OF_FROZEN };

static inline uint64_t *word(Obj *o) { return (uint64_t *)(void *)o; }

void ml_copy_init(Copier *c, Mem *mem, CopyMode mode, size_t head)
{
    memset(c, 0, offsetof(Copier, undo_few));
    c->mem = mem;
    c->mode = mode;
    c->head = head > sizeof(Frag) ? head : sizeof(Frag);
    c->left = INT64_MAX;
}

static size_t prefix(const Copier *c)
{
    return c->mode == COPY_FREEZE ? sizeof(Shared *) : 0;
}

/* Lives as long as the VM. */
static bool is_for_all(const Copier *c) { return c->mode == COPY_SHARE || c->mode == COPY_MODULE; }

static bool is_large(const Frag *f) { return !f->top; }

static char *frag_objects(const Copier *c, Frag *f)
{
    if (is_large(f))
        return (char *)f + sizeof(Large);
    return (char *)f + (f == c->first ? c->head : sizeof(Frag));
}

static void append(Copier *c, Frag *f)
{
    if (c->last) {
        c->last->top = c->top;
        c->last->next = f;
    } else {
        c->first = f;
    }
    c->last = f;
    c->top = f->top;
    c->end = is_large(f) ? NULL : ml_frag_end(f);
    c->total += f->size;
}

static bool pay(Copier *c, size_t n)
{
    Heap *h = c->payer;
    if (!h || !h->quota)
        return true;
    if (!ml_quota_take(h, n))
        return false;
    h->quota->aside += n;
    c->paid += n;
    return true;
}

void ml_copy_pay_off(Copier *c)
{
    if (c->paid)
        c->payer->quota->aside -= c->paid;
    c->paid = 0;
}

size_t ml_copy_bytes(const Copier *c)
{
    return c->total + ml_heap_outside(c->handles, c->holds);
}

static bool new_frag(Copier *c, size_t n)
{
    size_t head = c->first ? sizeof(Frag) : c->head;
    size_t size = head + n;
    Frag *f = pay(c, size) ? ml_mem_alloc(c->mem, size) : NULL;
    if (!f) {
        c->oom = true;
        return false;
    }
    memset(f, 0, head);
    f->size = size;
    f->top = (char *)f + head;
    append(c, f);
    return true;
}

/* A fragment for this object alone, which the receiving heap need not copy. */
static char *room_large(Copier *c, size_t n)
{
    if (!c->first && !new_frag(c, 0))
        return NULL;
    Large *l = pay(c, sizeof *l + n) ? ml_large_new(c->mem, n, true) : NULL;
    if (!l) {
        c->oom = true;
        return NULL;
    }
    append(c, &l->frag);
    if (c->mode == COPY_FREEZE)         /* no collector looks at it: the last word is free */
        ((Shared **)(void *)ml_large_obj(l))[-1] = c->owner;
    return (char *)ml_large_obj(l);
}

static size_t round8(size_t n) { return (n + 7) & ~(size_t)7; }

void ml_copy_reserve(Copier *c, Value v)
{
    size_t n = 0;
    bool more = false;
    if (v.tag == TAG_STR && !(v.s->h.flags & OF_SHARED)) {
        n = ml_obj_size(v.o);
    } else if (v.tag == TAG_TAB && !(v.t->h.flags & OF_SHARED)) {
        const Tab *t = v.t;
        uint32_t nodes = ml_tab_has_nodes(t) ? t->mask + 1 : 0;
        n = sizeof(Tab);
        if (t->arr)
            n += sizeof(ArrObj) + t->asize * sizeof(Value);
        if (nodes)
            n += sizeof(NodesObj) + nodes * sizeof(Node);
        for (uint32_t i = 0; i < t->asize && i < 16; i++) {
            Value x = t->arr[i];
            if (!ml_is_heap(x) || (x.o->flags & OF_SHARED))
                continue;
            more |= x.tag != TAG_STR;
            n += x.tag == TAG_STR ? ml_obj_size(x.o) : 0;
        }
        for (uint32_t i = 0; i < nodes && i < 16; i++) {
            Value x = t->node[i].val;
            if (!ml_is_heap(x) || (x.o->flags & OF_SHARED))
                continue;
            more |= x.tag != TAG_STR;
            n += x.tag == TAG_STR ? ml_obj_size(x.o) : 0;
        }
        more |= t->asize > 16 || nodes > 16;
        more |= t->meta && !(t->meta->h.flags & OF_SHARED);
    } else if (ml_is_heap(v) && !(v.o->flags & OF_SHARED)) {
        n = 256;
    }
    if (more)
        n += n + 256;
    new_frag(c, n);
}

static char *room(Copier *c, size_t n)
{
    if (c->mode != COPY_SHARE && n >= LARGE_MIN)
        return room_large(c, n);
    n += prefix(c);
    if (!c->first || (size_t)(c->end - c->top) < n) {
        size_t size = c->total < 256 ? 512 : c->total;
        if (size > (1u << 20))
            size = 1u << 20;
        if (!new_frag(c, size > n ? size : n))
            return NULL;
    }
    char *at = c->top;
    c->top += n;
    if (c->mode == COPY_FREEZE) {
        *(Shared **)(void *)at = c->owner;
        at += sizeof(Shared *);
    }
    return at;
}

/* --- the header words of what was copied, to be put back ---
 *
 * Chunks that never move: a list that grows by being copied would keep the
 * worker at each doubling. */

static inline CopyUndo *undo_at(Copier *c, uint32_t i)
{
    return i < FEW ? &c->undo_few[i] : &c->undo[(i - FEW) / CHUNK][(i - FEW) % CHUNK];
}

static bool new_chunk(Copier *c, uint32_t k)
{
    if (k >= c->undo_cap) {
        uint32_t cap = c->undo_cap ? c->undo_cap * 2 : 8;
        CopyUndo **u = ml_mem_zgrow(c->mem, c->undo, c->undo_cap * sizeof *u, cap * sizeof *u);
        c->oom |= !u;
        if (!u)
            return false;
        c->undo = u;
        c->undo_cap = cap;
    }
    c->undo[k] = ml_mem_alloc(c->mem, CHUNK * sizeof **c->undo);
    c->oom |= !c->undo[k];
    return c->undo[k] != NULL;
}

static void free_chunk(Copier *c, uint32_t k)
{
    ml_mem_free(c->mem, c->undo[k], CHUNK * sizeof **c->undo);
    c->undo[k] = NULL;
}

static void free_undo(Copier *c)
{
    for (uint32_t k = 0; k < c->undo_cap; k++)
        free_chunk(c, k);
    ml_mem_free(c->mem, c->undo, c->undo_cap * sizeof *c->undo);
    c->undo = NULL;
    c->undo_cap = c->nundo = c->undone = 0;
}

static inline bool note(Copier *c, Obj *o, uint32_t parent)
{
    uint32_t i = c->nundo - FEW;
    if (ML_UNLIKELY(i % CHUNK == 0) && c->nundo >= FEW && !new_chunk(c, i / CHUNK))
        return false;
    *undo_at(c, c->nundo++) = (CopyUndo){ o, *word(o), parent };
    return true;
}

static bool hold(Copier *c, Shared *sh)
{
    for (Hold *k = c->holds; k; k = k->next)
        if (k->sh == sh)
            return true;
    Hold *k = ml_mem_alloc(c->mem, sizeof *k);
    if (!k) {
        c->oom = true;
        return false;
    }
    ml_shared_ref(sh);
    *k = (Hold){ .next = c->holds, .sh = sh };
    c->holds = k;
    return true;
}

static bool refuse(Copier *c, Obj *o, uint32_t parent, const char *why)
{
    c->bad = o;
    c->bad_parent = parent;
    c->why = why;
    return false;
}

static bool is_empty(const Tab *t)
{
    Value k, v;
    uint64_t pos = 0;
    return !ml_tab_each(t, &pos, &k, &v);
}

static const char *objection(const Copier *c, Obj *o)
{
    switch (o->kind) {
    case OBJ_CORO:
        return "a coroutine";
    case OBJ_UDATA:
        if (c->mode != COPY_SHARE && !((Udata *)(void *)o)->type->crosses)
            return ((Udata *)(void *)o)->type->name;
        return NULL;
    case OBJ_TAB:
        if (o->flags & OF_FINAL)
            return "a table with __gc";
        if (o->b && (c->mode == COPY_FREEZE || (c->mode == COPY_MODULE && !is_empty((Tab *)(void *)o))))
            return "a weak table";
        return NULL;
    case OBJ_BOX:
        return c->mode == COPY_OUT || c->mode == COPY_MODULE ? NULL : "a function that assigns to a captured variable";
    case OBJ_STACK: case OBJ_TBC:
        return "a stack";
    default:
        return NULL;
    }
}

static bool met_fn(Copier *c, const Fn *f)
{
    Shared *owner = ml_fn_head(f)->owner;
    if (owner && !hold(c, owner))
        return false;
    if (c->on_fn)
        c->on_fn(c, f);
    return !c->oom;
}

/* The copy's own header and references to the outside. */
static bool settle(Copier *c, Obj *to)
{
    uint8_t add = 0;
    if (is_for_all(c))
        add = OF_SHARED | (to->kind == OBJ_TAB ? OF_COW : 0);
    else if (c->mode == COPY_FREEZE)
        add = OF_SHARED | OF_COUNTED | OF_FROZEN;
    if (c->mode == COPY_OUT && is_large(c->last))
        add = OF_LARGE;
    to->flags = (uint8_t)((to->flags & ~(OF_FINAL | OF_LARGE | OF_OLD)) | add);
    if (is_for_all(c) && to->kind == OBJ_TAB)
        ((Tab *)(void *)to)->next = NULL;       /* is_overlaid, from now on */
    if (to->kind == OBJ_BOX)            /* has one only where debug asked for it, or as a key of overlays */
        to->id = c->mode == COPY_MODULE ? ml_heap_id(c->ids) : 0;
    if (c->ids && (to->kind == OBJ_TAB || to->kind == OBJ_FN || to->kind == OBJ_UDATA))
        to->id = ml_heap_id(c->ids);
    if (to->kind == OBJ_LSTR) {
        LStr *s = (LStr *)(void *)to;
        ml_shared_ref(&s->blob->h);
        s->next = c->handles;
        c->handles = to;
    } else if (to->kind == OBJ_UDATA) {
        Udata *d = (Udata *)(void *)to;
        if (d->sh)
            ml_shared_ref(d->sh);
        d->next = c->handles;
        c->handles = to;
    } else if (to->kind == OBJ_FN) {
        return met_fn(c, (Fn *)(void *)to);
    }
    return true;
}

/* Where the items of an object that is to be large begin; 0: it has none. */
static size_t items_at(const Copier *c, const Obj *o)
{
    if (!is_large(c->last))
        return 0;
    return o->kind == OBJ_ARR ? sizeof(ArrObj) : o->kind == OBJ_NODES ? sizeof(NodesObj) : 0;
}

static Obj *arr_of(const Tab *t) { return t->arr ? (Obj *)(void *)((char *)t->arr - offsetof(ArrObj, v)) : NULL; }
static Obj *nodes_of(const Tab *t)
{
    return ml_tab_has_nodes(t) ? (Obj *)(void *)((char *)t->node - offsetof(NodesObj, n)) : NULL;
}

static char *copy_part(char *at, const Obj *part, size_t n)
{
    Obj *to = memcpy(at, part, n);
    to->flags &= (uint8_t)~OF_OLD;
    return (char *)to;
}

/* A table with its parts, to which nobody else refers: they lie behind it. */
static bool copy_tab(Copier *c, Obj **po, size_t narr, size_t nnodes, uint32_t parent)
{
    Tab *t = (Tab *)(void *)*po;
    size_t n = sizeof(Tab) + narr + nnodes;
    char *at = room(c, n), *part = at + sizeof(Tab);
    if (!at || !note(c, &t->h, parent))
        return false;
    Tab *to = memcpy(at, t, sizeof *t);
    if (narr)
        to->arr = ((ArrObj *)(void *)copy_part(part, arr_of(t), narr))->v;
    if (nnodes)
        to->node = ((NodesObj *)(void *)copy_part(part + narr, nodes_of(t), nnodes))->n;
    c->left -= EACH + (int64_t)n;
    *word(&t->h) = (uint64_t)(uintptr_t)to;
    *po = &to->h;
    return settle(c, &to->h);
}

/* Bytes of the parts that came with a copied table. */
static size_t arr_behind(const Tab *t)
{
    const Obj *arr = arr_of(t);
    return arr == (const Obj *)(const void *)(t + 1) ? ml_obj_size(arr) : 0;
}
static size_t nodes_behind(const Tab *t, size_t narr)
{
    const Obj *nodes = nodes_of(t);
    return nodes == (const Obj *)(const void *)((const char *)(t + 1) + narr) ? ml_obj_size(nodes) : 0;
}

static bool copy_obj(Copier *c, Obj **po, uint32_t parent)
{
    Obj *o = *po;
    if ((*word(o) & 1) == 0) {
        *po = (Obj *)(uintptr_t)*word(o);
        return true;
    }
    if (o->flags & OF_SHARED) {
        if (c->no_overlaid && (o->flags & (OF_COW | OF_GLOBALS)) == OF_COW) {
            c->met_overlaid = true;
            return refuse(c, o, parent, "a table of the library");
        }
        if ((o->flags & OF_COUNTED) && !hold(c, ((Shared **)(void *)o)[-1]))
            return false;
        if (o->kind == OBJ_FN && c->on_fn)
            c->on_fn(c, (Fn *)(void *)o);
        return !c->oom;
    }
    const char *why = objection(c, o);
    if (why)
        return refuse(c, o, parent, why);
    if (o->kind == OBJ_TAB && c->mode == COPY_OUT) {
        const Tab *t = (Tab *)(void *)o;
        size_t narr = t->arr ? ml_obj_size(arr_of(t)) : 0, nnodes = ml_tab_has_nodes(t) ? ml_obj_size(nodes_of(t)) : 0;
        if (sizeof *t + narr + nnodes < LARGE_MIN)
            return copy_tab(c, po, narr, nnodes, parent);
    }
    size_t n = ml_obj_size(o);
    char *at = room(c, n);
    if (!at || !note(c, o, parent))
        return false;
    /* the items of a large object are copied when they are looked at */
    memcpy(at, o, items_at(c, o) ? items_at(c, o) : n);
    c->left -= EACH + (int64_t)(items_at(c, o) ? 0 : n);
    Obj *to = (Obj *)(void *)at;
    *word(o) = (uint64_t)(uintptr_t)to;
    *po = to;
    return settle(c, to);
}

/* A constant, as most strings are. */
static inline bool is_constant(Value v)
{
    return v.tag == TAG_STR && (*word(v.o) & 1) && (v.o->flags & (OF_SHARED | OF_COUNTED)) == OF_SHARED;
}

/* A table that is copied by looking at its few values. */
static inline bool is_short(const Tab *t)
{
    return t->h.kind == OBJ_TAB && !(t->h.flags & (OF_SHARED | OF_FINAL)) && !t->h.b && !t->meta &&
           !ml_tab_has_nodes(t) && t->asize <= FLAT_MOST;
}

/* Such a one, where there is room for it; else it is left to copy_obj. */
static inline bool copy_short(Copier *c, Value *v, uint32_t parent)
{
    Tab *t = v->t;
    size_t n = ml_flat_size(t->asize);
    if (!is_short(t) || (size_t)(c->end - c->top) < n || !c->ids || !note(c, &t->h, parent))
        return false;
    Tab *to = (Tab *)(void *)c->top;
    *to = *t;
    bool leaf = true;
    if (t->arr) {
        ArrObj *arr = (ArrObj *)(void *)(to + 1);
        *arr = (ArrObj){ .h = { .kind = OBJ_ARR }, .cap = t->asize };
        to->arr = arr->v;
        for (uint32_t i = 0; i < t->asize; i++) {
            ml_set(&arr->v[i], &t->arr[i]);
            leaf &= !ml_is_heap(t->arr[i]) || is_constant(t->arr[i]);
        }
    }
    to->h = (Obj){ .kind = OBJ_TAB, .flags = leaf ? IS_LEAF : 0, .id = ml_heap_id(c->ids) };
    c->top += n;
    c->left -= EACH + (int64_t)n;
    *word(&t->h) = (uint64_t)(uintptr_t)to;
    v->t = to;
    return true;
}

static inline bool copy_value(Copier *c, Value *v, uint32_t parent)
{
    if (!ml_is_heap(*v) || is_constant(*v))
        return true;
    if (v->tag == TAG_TAB && c->mode == COPY_OUT && (*word(v->o) & 1) && copy_short(c, v, parent))
        return true;
    return !c->oom && copy_obj(c, &v->o, parent);
}

static bool scan_values(Copier *c, Value *v, size_t n, uint32_t self)
{
    for (size_t i = 0; i < n; i++)
        if (!copy_value(c, &v[i], self))
            return false;
    return true;
}

/* The hash of a copied key; true: it is another one now. */
static bool hash_again(const Copier *c, Node *nd)
{
    if (!c->ids || !ml_is_heap(nd->key) || nd->key.tag == TAG_STR)
        return false;
    uint32_t was = nd->hash;
    nd->hash = ml_key_hash(c->ids, nd->key);
    return nd->hash != was;
}

static bool lay_out_again(Copier *c, NodesObj *no)
{
    size_t n = no->count * sizeof(Node);
    Node *old = ml_mem_alloc(c->mem, n);
    if (!old) {
        c->oom = true;
        return false;
    }
    ml_tab_relay(no, old);
    ml_mem_free(c->mem, old, n);
    return true;
}

static bool scan_nodes(Copier *c, NodesObj *no, uint32_t self)
{
    bool moved = false;
    for (size_t i = 0; i < no->count; i++) {
        Node *nd = &no->n[i];
        if (ml_is_nil(nd->val)) {
            if (ml_is_heap(nd->key))
                nd->key = (Value){ .u = nd->hash, .tag = TAG_INFO };
        } else if (!copy_value(c, &nd->key, self) || !copy_value(c, &nd->val, self)) {
            return false;
        } else {
            moved |= hash_again(c, nd);
        }
    }
    return !moved || lay_out_again(c, no);
}

static bool scan_tab(Copier *c, Tab *t, uint32_t self)
{
    if (t->meta) {
        Obj *m = &t->meta->h;
        if (!copy_obj(c, &m, self))
            return false;
        t->meta = (Tab *)(void *)m;
    }
    Obj *arr = arr_of(t), *nodes = nodes_of(t);
    size_t narr = arr_behind(t), nnodes = nodes_behind(t, narr);
    if (narr && !scan_values(c, t->arr, t->asize, self))
        return false;
    if (arr && !narr) {
        if (!copy_obj(c, &arr, self))
            return false;
        t->arr = ((ArrObj *)(void *)arr)->v;
    }
    if (nnodes && !scan_nodes(c, (NodesObj *)(void *)nodes, self))
        return false;
    if (nodes && !nnodes) {
        if (!copy_obj(c, &nodes, self))
            return false;
        t->node = ((NodesObj *)(void *)nodes)->n;
    }
    return true;
}

static bool scan_obj(Copier *c, Obj *o, uint32_t self)
{
    switch (o->kind) {
    case OBJ_TAB:   return scan_tab(c, (Tab *)(void *)o, self);
    case OBJ_NODES: return scan_nodes(c, (NodesObj *)(void *)o, self);
    case OBJ_BOX:   return copy_value(c, &((Box *)(void *)o)->v, self);
    case OBJ_ARR:   return scan_values(c, ((ArrObj *)(void *)o)->v, ((ArrObj *)(void *)o)->cap, self);
    case OBJ_FN:    return scan_values(c, ((Fn *)(void *)o)->up, ml_fn_nvalues(o), self);
    case OBJ_UDATA: {
        Udata *d = (Udata *)(void *)o;
        if (d->meta) {
            Obj *m = &d->meta->h;
            if (!copy_obj(c, &m, self))
                return false;
            d->meta = (Tab *)(void *)m;
        }
        return true;
    }
    default:
        return true;
    }
}

/* Items of a large array part. */
static bool copy_items(Copier *c, ArrObj *to, const ArrObj *from, size_t n)
{
    Value *v = to->v + c->at;
    memcpy(v, from->v + c->at, n * sizeof(Value));
    c->left -= (int64_t)(n * sizeof(Value));
    return scan_values(c, v, n, c->scanned);
}

/* Nodes of a large hash part, which is laid out anew on the way. */
static bool copy_nodes(Copier *c, NodesObj *to, const NodesObj *from, size_t n)
{
    Tab lay = { .node = to->n, .mask = (uint32_t)to->count - 1,
                .lastfree = c->at ? c->lastfree : (uint32_t)to->count };
    for (size_t i = c->at; i < c->at + n; i++) {
        Node nd = from->n[i];
        if (ml_is_nil(nd.val))
            continue;
        if (!copy_value(c, &nd.key, c->scanned) || !copy_value(c, &nd.val, c->scanned))
            return false;
        hash_again(c, &nd);
        ml_tab_lay(&lay, nd.key, nd.hash, nd.val);
    }
    c->left -= (int64_t)(n * sizeof(Node)) * 2;
    c->lastfree = lay.lastfree;
    return true;
}

/* The next items of a large object; it is done when c->scan is NULL. */
static bool scan_large(Copier *c, Obj *o)
{
    const void *from = undo_at(c, c->scanned)->o;
    size_t count = o->kind == OBJ_ARR ? ((ArrObj *)(void *)o)->cap :
                   o->kind == OBJ_NODES ? ((NodesObj *)(void *)o)->count : 0;
    size_t n = count - c->at < PIECE ? count - c->at : PIECE;
    bool ok = o->kind == OBJ_ARR ? copy_items(c, (ArrObj *)(void *)o, from, n) :
              o->kind == OBJ_NODES ? copy_nodes(c, (NodesObj *)(void *)o, from, n) :
              scan_obj(c, o, c->scanned);
    c->at += n;
    if (c->at == count) {
        c->scan = NULL;
        c->at = 0;
        c->scanned++;
    }
    return ok;
}

static size_t size_with_parts(const Obj *o)
{
    size_t n = ml_obj_size(o);
    if (o->kind != OBJ_TAB)
        return n;
    const Tab *t = (const Tab *)(const void *)o;
    size_t narr = arr_behind(t);
    return n + narr + nodes_behind(t, narr);
}

/* Steps over tables that need no look. */
static void pass_leaves(Copier *c, char *end)
{
    char *at = c->scan;
    uint32_t n = 0;
    for (Tab *t; at < end && ((t = (Tab *)(void *)at)->h.flags & IS_LEAF); n++) {
        t->h.flags = 0;
        at += ml_flat_size(t->asize);
    }
    c->scan = at;
    c->scanned += n;
}

static bool scan_all(Copier *c)
{
    for (;;) {
        if (!c->scan_frag) {
            if (!c->first)
                return true;
            c->scan_frag = c->first;
            c->scan = frag_objects(c, c->first);
        }
        if (c->left <= 0) {
            c->paused = true;
            return false;
        }
        char *end = c->scan_frag == c->last ? c->top : c->scan_frag->top;
        if (is_large(c->scan_frag) && c->scan) {
            if (!scan_large(c, (Obj *)(void *)c->scan))
                return false;
        } else if (c->scan < end && c->mode == COPY_OUT && (((Obj *)(void *)c->scan)->flags & IS_LEAF)) {
            pass_leaves(c, end);
        } else if (c->scan < end) {
            Obj *o = (Obj *)(void *)(c->scan + prefix(c));
            c->scan += prefix(c) + round8(size_with_parts(o));
            if (!scan_obj(c, o, c->scanned++))
                return false;
        } else if (c->scan_frag->next) {
            c->scan_frag = c->scan_frag->next;
            c->scan = frag_objects(c, c->scan_frag);
        } else {
            return true;
        }
    }
}

bool ml_copy_alias(Copier *c, Obj *from, Obj *to)
{
    if (!note(c, from, COPY_ROOT))
        return false;
    *word(from) = (uint64_t)(uintptr_t)to;
    c->scanned++;                       /* the list and the scan stay in step */
    return true;
}

bool ml_copy_root(Copier *c, Value *v, uint32_t root)
{
    return copy_value(c, v, COPY_ROOT + root) && scan_all(c);
}

bool ml_copy_more(Copier *c)
{
    c->paused = false;
    return scan_all(c);
}

/* How many notes lie side by side from the i-th on. */
static uint32_t undo_row(const Copier *c, uint32_t i)
{
    uint32_t n = i < FEW ? FEW - i : CHUNK - (i - FEW) % CHUNK;
    return n < c->nundo - i ? n : c->nundo - i;
}

bool ml_copy_undo(Copier *c)
{
    while (c->undone < c->nundo) {
        if (c->left <= 0)
            return false;
        uint32_t n = undo_row(c, c->undone);
        if (n > c->left / EACH)
            n = (uint32_t)(c->left / EACH) + 1;
        for (const CopyUndo *u = undo_at(c, c->undone), *end = u + n; u < end; u++)
            *word(u->o) = u->word;
        c->undone += n;
        c->left -= EACH * (int64_t)n;
        if (!c->bad && c->undone > FEW && (c->undone - FEW) % CHUNK == 0)
            free_chunk(c, (c->undone - FEW) / CHUNK - 1);
    }
    if (c->last)
        c->last->top = c->top;
    if (!c->bad)                        /* a path is asked for then */
        free_undo(c);
    return true;
}

void ml_copy_done(Copier *c)
{
    c->left = INT64_MAX;
    ml_copy_undo(c);
}

void ml_copy_drop(Copier *c)
{
    ml_copy_pay_off(c);
    ml_heap_drop(c->mem, c->handles, c->holds, c->first);
    free_undo(c);
    c->handles = NULL;
    c->holds = NULL;
    c->first = c->last = NULL;
}

void ml_copy_into(Copier *c, Heap *h)
{
    for (Frag *f = c->first, *next; f; f = next) {
        next = f->next;
        ml_heap_adopt(h, f);
    }
    ml_heap_take(h, c->handles, c->holds);
    c->first = c->last = NULL;
    c->handles = NULL;
    c->holds = NULL;
}

/* --- the path to an object --- */

static bool is_word(const char *s, size_t n)
{
    if (n == 0 || n > 40)
        return false;
    for (size_t i = 0; i < n; i++) {
        char ch = s[i];
        bool letter = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || ch == '_';
        if (!letter && !(i > 0 && ch >= '0' && ch <= '9'))
            return false;
    }
    return true;
}

static void put_key(struct Buf *out, Value k)
{
    if (k.tag == TAG_STR && is_word(ml_str_data(k.s), k.s->len))
        ml_buf_printf(out, ".%s", ml_str_data(k.s));
    else if (k.tag == TAG_STR)
        ml_buf_printf(out, "[\"%.40s\"]", ml_str_data(k.s));
    else if (k.tag == TAG_INT)
        ml_buf_printf(out, "[%lld]", (long long)k.i);
    else
        ml_buf_printf(out, "[%s]", ml_type_name(k));
}

static void put_step(struct Buf *out, Obj *from, Obj *to)
{
    if (from->kind == OBJ_TAB) {
        const Tab *t = (const Tab *)(void *)from;
        Value k, v;
        uint64_t pos = 0;
        if (t->meta && &t->meta->h == to) {
            ml_buf_puts(out, " (metatable)");
            return;
        }
        while (ml_tab_each(t, &pos, &k, &v)) {
            if (ml_is_heap(v) && v.o == to) {
                put_key(out, k);
                return;
            }
            if (ml_is_heap(k) && k.o == to) {
                ml_buf_puts(out, " (a key)");
                return;
            }
        }
    } else if (from->kind == OBJ_FN) {
        const Fn *f = (const Fn *)(void *)from;
        const UpDesc *ups = ml_fn_head(f)->ups;
        for (unsigned i = 0; i < ml_fn_nvalues(&f->h); i++)
            if (ml_is_heap(f->up[i]) && f->up[i].o == to)
                ml_buf_printf(out, " (captured variable '%s')",
                              ups[i].name ? ml_str_data(ups[i].name) : "?");
    }
}

void ml_copy_path(Copier *c, struct Buf *out, void (*root_name)(void *, uint32_t, struct Buf *), void *ctx)
{
    enum { SHOWN = 16 };
    Obj *chain[SHOWN];
    int n = 0;
    uint32_t i = c->bad_parent;
    bool cut = false;
    chain[n++] = c->bad;
    while (i < COPY_ROOT) {
        Obj *o = undo_at(c, i)->o;
        if (o->kind != OBJ_ARR && o->kind != OBJ_NODES) {
            if (n == SHOWN) {
                memmove(chain, chain + 1, (SHOWN - 1) * sizeof *chain);
                n--;
                cut = true;
            }
            chain[n++] = o;
        }
        i = undo_at(c, i)->parent;
    }
    root_name(ctx, i - COPY_ROOT, out);
    while (n-- > 1)
        put_step(out, chain[n], chain[n - 1]);
    if (cut)
        ml_buf_puts(out, "...");
    free_undo(c);
}
