/*
 * gc.c - the copying collector.
 *
 * Everything reachable is copied into a new block, in the order it is found
 * (Cheney): the block between `scan` and `top` is the list of what is still
 * to be looked at, so the collector needs no stack and no depth.
 *
 *     new block   [ looked at | copied, not looked at | free ]
 *                             ^ scan                  ^ top
 *
 * A copied object leaves its new address in its old header: headers are odd,
 * addresses are even. Shared objects stay where they are; if they are counted,
 * the heap's hold on their owner is marked as still needed.
 *
 * Weak tables are remembered while copying; what they refer to weakly is
 * looked at when everything else is known. Objects with a finaliser that were
 * not reached are brought over and put on the list of those that are due.
 *
 * The old block and all fragments are freed at the end, and with them the
 * counted things that no object refers to any more.
 */
#include <string.h>

#include "vm/base/check.h"
#include "vm/data/fn.h"
#include "vm/data/gc.h"

struct Gc {
    Heap   *h;
    char   *block, *top, *end, *scan;
    Tab    *weak;               /* weak tables met, linked by Tab.next */
    Hold   *last_hold;
    Value  *weak_root[4];
    int     nweak;
};

/* Objects with finalisers: those that wait for their end, those whose end has come. */
typedef struct Finals {
    size_t bytes;               /* of this block */
    uint32_t n, ndue, cap;
    Value  v[];                 /* v[0..n) waiting, v[cap-ndue..cap) due */
} Finals;

size_t ml_obj_size(const Obj *o)
{
    size_t n = 0;
    switch (o->kind) {
    case OBJ_STR:   n = sizeof(Str) + ((const Str *)(const void *)o)->len + 1; break;
    case OBJ_LSTR:  n = sizeof(LStr); break;
    case OBJ_TAB:   n = sizeof(Tab); break;
    case OBJ_ARR:   n = sizeof(ArrObj) + ((const ArrObj *)(const void *)o)->cap * sizeof(Value); break;
    case OBJ_NODES: n = sizeof(NodesObj) + ((const NodesObj *)(const void *)o)->count * sizeof(Node); break;
    case OBJ_FN:    n = sizeof(Fn) + o->a * sizeof(Value); break;
    case OBJ_BOX:   n = sizeof(Box); break;
    case OBJ_CORO:  n = sizeof(Coro); break;
    case OBJ_STACK: n = sizeof(Stack) + ((const Stack *)(const void *)o)->cap * sizeof(Value); break;
    case OBJ_UDATA: n = sizeof(Udata) + ((const Udata *)(const void *)o)->size; break;
    case OBJ_RAW:   n = sizeof(Raw) + ((const Raw *)(const void *)o)->size; break;
    case OBJ_TBC:   n = sizeof(Tbc); break;
    default:        ML_CHECK(!"object kind");
    }
    return (n + 7) & ~(size_t)7;
}

static inline uint64_t *word(Obj *o) { return (uint64_t *)(void *)o; }
static inline bool is_forwarded(Obj *o) { return (*word(o) & 1) == 0; }
static inline Obj *forward_of(Obj *o) { return (Obj *)(uintptr_t)*word(o); }

static void mark_hold(Gc *gc, Shared *sh)
{
    if (gc->last_hold && gc->last_hold->sh == sh)
        return;
    Hold *k = ml_heap_find_hold(gc->h, sh);
    if (k) {
        k->mark = gc->h->epoch;
        gc->last_hold = k;
    }
}

static inline void mark_shared(Gc *gc, Obj *o)
{
    if (o->flags & OF_COUNTED)
        mark_hold(gc, ((Shared **)(void *)o)[-1]);
}

/* A stack is copied as far as it is used, with all its room: a frame further
 * out may own registers beyond what the innermost one uses. */
static Obj *copy_stack(Gc *gc, Stack *s)
{
    uint32_t cap = s->cap;
    size_t n = sizeof(Stack) + cap * sizeof(Value);
    Stack *to = (Stack *)(void *)gc->top;
    gc->top += n;
    memcpy(to, s, sizeof(Stack) + s->used * sizeof(Value));
    memset(to->v + s->used, 0, (cap - s->used) * sizeof(Value));
    to->cap = cap;
    return &to->h;
}

static Obj *copy(Gc *gc, Obj *o)
{
    Obj *to;
    if (o->kind == OBJ_STACK) {
        to = copy_stack(gc, (Stack *)(void *)o);
    } else {
        size_t n = ml_obj_size(o);
        to = (Obj *)(void *)gc->top;
        gc->top += n;
        memcpy(to, o, n);
    }
    ML_CHECK(gc->top <= gc->end);
    *word(o) = (uint64_t)(uintptr_t)to;
    return to;
}

void ml_gc_obj(Gc *gc, Obj **po)
{
    Obj *o = *po;
    if (!o)
        return;
    if (is_forwarded(o))
        *po = forward_of(o);
    else if (o->flags & OF_SHARED)
        mark_shared(gc, o);
    else
        *po = copy(gc, o);
}

void ml_gc_value(Gc *gc, Value *v)
{
    if (!ml_is_heap(*v))
        return;
    ml_gc_obj(gc, &v->o);
}

void ml_gc_values(Gc *gc, Value *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (ml_is_heap(v[i]))
            ml_gc_obj(gc, &v[i].o);
}

void ml_gc_weak_value(Gc *gc, Value *v)
{
    ML_CHECK(gc->nweak < (int)ML_NELEM(gc->weak_root));
    gc->weak_root[gc->nweak++] = v;
}

static void scan_tab(Gc *gc, Tab *t)
{
    ML_GC_PTR(gc, t->meta);
    if (t->arr) {
        Obj *arr = (Obj *)(void *)((char *)t->arr - offsetof(ArrObj, v));
        ml_gc_obj(gc, &arr);
        arr->a = t->h.b & 2;
        t->arr = ((ArrObj *)(void *)arr)->v;
    }
    if (ml_tab_has_nodes(t)) {
        Obj *nodes = (Obj *)(void *)((char *)t->node - offsetof(NodesObj, n));
        ml_gc_obj(gc, &nodes);
        nodes->a = t->h.b;
        t->node = ((NodesObj *)(void *)nodes)->n;
    }
    if (t->h.b) {
        t->next = (Obj *)(void *)gc->weak;
        gc->weak = t;
    }
}

static bool is_short(Value v)
{
    return v.tag == TAG_STR && (is_forwarded(v.o) ? forward_of(v.o) : v.o)->kind == OBJ_STR;
}

/* The key of an entry without value only marks its place for `next`. A short
 * text stays; an object is let go, and what stays is its hash. */
static void bury_key(Gc *gc, Node *nd)
{
    if (is_short(nd->key))
        ml_gc_value(gc, &nd->key);
    else if (ml_is_heap(nd->key))
        nd->key = (Value){ .u = nd->hash, .tag = TAG_INFO };
}

static void scan_nodes(Gc *gc, NodesObj *no)
{
    if (no->h.a & 1)
        return;                         /* weak keys: later */
    for (size_t i = 0; i < no->count; i++) {
        Node *nd = &no->n[i];
        if (ml_is_nil(nd->val)) {
            bury_key(gc, nd);
            continue;
        }
        ml_gc_value(gc, &nd->key);
        if (!no->h.a)
            ml_gc_value(gc, &nd->val);
    }
}

static void scan_fn(Gc *gc, Fn *f)
{
    Shared *owner = ml_fn_head(f)->owner;
    if (owner)
        mark_hold(gc, owner);
    ml_gc_values(gc, f->up, f->h.a);
}

static void scan_coro(Gc *gc, Coro *c)
{
    if (c->stk && c->h.a == CO_DEAD && !c->tbc && !(c->h.b & CO_FAILED))
        c->stk->used = 0;
    ml_gc_value(gc, &c->err);
    ML_GC_PTR(gc, c->stk);
    ML_GC_PTR(gc, c->tbc);
    ML_GC_PTR(gc, c->resumer);
}

static void scan_obj(Gc *gc, Obj *o)
{
    switch (o->kind) {
    case OBJ_TAB:   scan_tab(gc, (Tab *)(void *)o); break;
    case OBJ_ARR:
        if (o->a != 2)
            ml_gc_values(gc, ((ArrObj *)(void *)o)->v, ((ArrObj *)(void *)o)->cap);
        break;
    case OBJ_NODES: scan_nodes(gc, (NodesObj *)(void *)o); break;
    case OBJ_FN:    scan_fn(gc, (Fn *)(void *)o); break;
    case OBJ_BOX:   ml_gc_value(gc, &((Box *)(void *)o)->v); break;
    case OBJ_CORO:  scan_coro(gc, (Coro *)(void *)o); break;
    case OBJ_STACK: ml_gc_values(gc, ((Stack *)(void *)o)->v, ((Stack *)(void *)o)->used); break;
    case OBJ_UDATA: ML_GC_PTR(gc, ((Udata *)(void *)o)->meta); break;
    case OBJ_TBC:   ML_GC_PTR(gc, ((Tbc *)(void *)o)->prev); break;
    default:        break;              /* strings, bytes: nothing inside */
    }
}

static void scan_all(Gc *gc)
{
    while (gc->scan < gc->top) {
        Obj *o = (Obj *)(void *)gc->scan;
        gc->scan += ml_obj_size(o);
        scan_obj(gc, o);
    }
}

/* --- weak tables --- */

static bool is_new(const Gc *gc, const Obj *o)
{
    return (const char *)o >= gc->block && (const char *)o < gc->top;
}

/* As ml_gc_value, for a slot that may have been followed before. */
static void follow(Gc *gc, Value *v)
{
    if (ml_is_heap(*v) && !is_new(gc, v->o))
        ml_gc_obj(gc, &v->o);
}

/* Is what v refers to alive? Strings count as values: they are brought over. */
static bool is_alive(Gc *gc, Value *v)
{
    if (!ml_is_heap(*v))
        return true;
    if (v->tag == TAG_STR) {
        follow(gc, v);
        return true;
    }
    return is_forwarded(v->o) || (v->o->flags & OF_SHARED) || is_new(gc, v->o);
}

/* Ephemerons: a value is reached through its table only if its key is alive. */
static void trace_weak(Gc *gc)
{
    bool again;
    do {
        again = false;
        for (Tab *t = gc->weak; t; t = (Tab *)(void *)t->next) {
            if (t->h.b != 1 || !ml_tab_has_nodes(t))
                continue;
            for (uint32_t i = 0; i <= t->mask; i++) {
                Node *nd = &t->node[i];
                if (ml_is_nil(nd->val) || !is_alive(gc, &nd->key))
                    continue;
                char *before = gc->top;
                follow(gc, &nd->key);
                follow(gc, &nd->val);
                again |= gc->top != before;
            }
        }
        scan_all(gc);
    } while (again);
}

static void drop_node(Gc *gc, Node *nd)
{
    nd->val = ml_v_nil();
    if (is_short(nd->key))
        follow(gc, &nd->key);
    else if (ml_is_heap(nd->key))
        nd->key = (Value){ .u = nd->hash, .tag = TAG_INFO };
}

/* Entries whose key (b & 1) or value (b & 2) did not live are removed. Keys of
 * entries that go because of their value may be finalised objects: those were
 * brought over by now and are followed. */
static void clear_weak(Gc *gc, bool values_only)
{
    for (Tab *t = gc->weak; t; t = (Tab *)(void *)t->next) {
        if (t->arr && (t->h.b & 2))
            for (uint32_t i = 0; i < t->asize; i++) {
                if (!is_alive(gc, &t->arr[i]))
                    t->arr[i] = ml_v_nil();
                else
                    follow(gc, &t->arr[i]);
            }
        if (!ml_tab_has_nodes(t))
            continue;
        for (uint32_t i = 0; i <= t->mask; i++) {
            Node *nd = &t->node[i];
            if (ml_is_nil(nd->val)) {
                drop_node(gc, nd);
                continue;
            }
            bool dead = ((t->h.b & 2) && !is_alive(gc, &nd->val)) ||
                        (!values_only && (t->h.b & 1) && !is_alive(gc, &nd->key));
            if (dead) {
                drop_node(gc, nd);
            } else if (!values_only) {
                follow(gc, &nd->key);
                follow(gc, &nd->val);
            }
        }
    }
}

/* --- finalisers --- */

void ml_gc_mark_final(Heap *h, Obj *o)
{
    Finals *f = (Finals *)(void *)h->finals;
    if (h->ending || (o->flags & (OF_FINAL | OF_SHARED)))
        return;
    if (!f || f->n + f->ndue == f->cap) {
        uint32_t cap = f ? f->cap * 2 : 8;
        size_t bytes = sizeof(Finals) + cap * sizeof(Value);
        Finals *g = ml_mem_zalloc(h->mem, bytes);
        if (!g)
            h->oom(h, bytes);
        g->bytes = bytes;
        g->cap = cap;
        if (f) {
            g->n = f->n;
            g->ndue = f->ndue;
            memcpy(g->v, f->v, f->n * sizeof(Value));
            memcpy(g->v + cap - f->ndue, f->v + f->cap - f->ndue, f->ndue * sizeof(Value));
            ml_mem_free(h->mem, f, f->bytes);
        }
        h->finals = (Obj *)(void *)g;
        f = g;
    }
    o->flags |= OF_FINAL;
    f->v[f->n++] = (Value){ .o = o, .tag = o->kind == OBJ_TAB ? TAG_TAB : TAG_UDATA };
}

/* Due objects are called in the reverse order of their marking: the first one
 * to be called lies lowest in the due part. */
static void make_due(Finals *f, Value v)
{
    v.o->flags &= (uint8_t)~OF_FINAL;
    memmove(f->v + f->cap - f->ndue - 1, f->v + f->cap - f->ndue, f->ndue * sizeof(Value));
    f->ndue++;
    f->v[f->cap - 1] = v;
}

bool ml_gc_next_final(Heap *h, Value *out)
{
    Finals *f = (Finals *)(void *)h->finals;
    if (!f || f->ndue == 0)
        return false;
    ml_set(out, &f->v[f->cap - f->ndue]);
    f->ndue--;
    return true;
}

void ml_gc_finals_all(Heap *h)
{
    Finals *f = (Finals *)(void *)h->finals;
    h->ending = true;
    if (!f)
        return;
    while (f->n > 0) {
        Value v = f->v[--f->n];
        make_due(f, v);
    }
}

void ml_gc_fini(Heap *h)
{
    Finals *f = (Finals *)(void *)h->finals;
    if (f)
        ml_mem_free(h->mem, f, f->bytes);
    h->finals = NULL;
}

static void finals_roots(Gc *gc)
{
    Finals *f = (Finals *)(void *)gc->h->finals;
    if (f)
        ml_gc_values(gc, f->v + f->cap - f->ndue, f->ndue);
}

static bool separate_finals(Gc *gc)
{
    Finals *f = (Finals *)(void *)gc->h->finals;
    uint32_t keep = 0, dead = 0;
    if (!f || f->n == 0)
        return false;
    for (uint32_t i = 0; i < f->n; i++)
        if (!is_forwarded(f->v[i].o))
            dead++;
    /* newest first, as they must be called */
    for (uint32_t i = f->n; dead && i-- > 0;)
        if (!is_forwarded(f->v[i].o)) {
            Value v = f->v[i];
            memmove(f->v + i, f->v + i + 1, (f->n - i - 1) * sizeof(Value));
            f->n--;
            ml_gc_value(gc, &v);
            make_due(f, v);
        }
    for (uint32_t i = 0; i < f->n; i++, keep++)
        ml_gc_value(gc, &f->v[i]);
    return dead != 0;
}

/* --- what the heap holds outside --- */

static void sweep_handles(Heap *h)
{
    Obj *list = h->handles, *kept = NULL;
    size_t bytes = 0;
    while (list) {
        bool alive = is_forwarded(list);
        Obj *o = alive ? forward_of(list) : list, *next;
        if (o->kind == OBJ_LSTR) {
            LStr *s = (LStr *)(void *)o;
            next = s->next;
            if (alive) {
                s->next = kept;
                bytes += s->blob->h.bytes;
            } else {
                ml_shared_unref(&s->blob->h);
            }
        } else {
            Udata *d = (Udata *)(void *)o;
            next = d->next;
            if (alive) {
                d->next = kept;
                bytes += d->sh ? d->sh->bytes : 0;
            } else {
                if (d->type->fini)
                    d->type->fini(d->data);
                if (d->sh)
                    ml_shared_unref(d->sh);
            }
        }
        if (alive)
            kept = o;
        list = next;
    }
    h->handles = kept;
    h->handle_bytes = bytes;
}

static void free_frags(Heap *h, Frag *list)
{
    while (list) {
        Frag *next = list->next;
        ml_mem_free(h->mem, list, list->size);
        list = next;
    }
}

static bool collect_into(Heap *h, size_t cap, GcRoots roots, void *ctx)
{
    Gc gc = { .h = h };
    gc.block = ml_mem_alloc(h->mem, cap);
    if (!gc.block)
        return false;
    gc.top = gc.scan = gc.block;
    gc.end = gc.block + cap;
    h->epoch++;

    roots(&gc, ctx);
    finals_roots(&gc);
    scan_all(&gc);
    trace_weak(&gc);
    if (gc.weak)
        clear_weak(&gc, true);
    if (separate_finals(&gc)) {
        scan_all(&gc);
        trace_weak(&gc);
    }
    if (gc.weak)
        clear_weak(&gc, false);
    for (int i = 0; i < gc.nweak; i++) {
        if (is_alive(&gc, gc.weak_root[i]))
            follow(&gc, gc.weak_root[i]);
        else
            *gc.weak_root[i] = ml_v_nil();
    }
    scan_all(&gc);

    sweep_handles(h);
    ml_heap_sweep_holds(h);
    free_frags(h, h->frags);
    h->frags = NULL;
    h->frag_bytes = 0;
#ifdef ML_CHECKS
    memset(h->block, 0xDB, h->block_size);
#endif
    ml_mem_free(h->mem, h->block, h->block_size);
    h->block = gc.block;
    h->block_size = cap;
    h->top = h->block_top = gc.top;
    h->end = gc.end;
    h->live = (size_t)(gc.top - gc.block);
    /* as much again outside, or as there is inside, before it is worth while */
    size_t more = h->handle_bytes > h->live ? h->handle_bytes : h->live;
    h->handle_goal = h->handle_bytes + (more > HEAP_GOAL ? more : HEAP_GOAL);
    h->want_gc = false;
    return true;
}

bool ml_gc_run(Heap *h, size_t need, GcRoots roots, void *ctx)
{
    /* Everything may be alive; where much was alive last time, twice that. */
    size_t cap = h->block_size + h->frag_bytes + need + 64;
    if (h->live * 2 > h->block_size && cap < h->block_size * 2 + need)
        cap = h->block_size * 2 + need;
    cap = (cap + 255) & ~(size_t)255;
    if (!collect_into(h, cap, roots, ctx))
        return false;
    /* Mostly empty: move into a block of fitting size, for a process should
     * hold little more than what it uses. */
    size_t want = (h->live * 2 + need + 255) & ~(size_t)255;
    if (cap > 1024 && want * 2 < cap)
        collect_into(h, want, roots, ctx);
    return true;
}
