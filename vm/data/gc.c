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
 * addresses are even. Large objects stay where they are: they are marked with
 * the epoch and put on a list of what is to be looked at. Shared objects stay,
 * too; if they are counted, the heap's hold on their owner is marked as still
 * needed.
 *
 * Weak tables (gc_weak.c) are remembered while copying; what they refer to
 * weakly is looked at when everything else is known. Objects with a finaliser
 * (gc_final.c) that were not reached are brought over and become due.
 *
 * A collection is done in slices of some tens of microseconds: its state is a
 * Gc, phase by phase. Between two slices the process does not run, but signals
 * reach it, and what they make needs room: at the beginning the whole heap is
 * taken over into the Gc, and the heap is empty. New objects lie in fragments
 * of their own, refer to nothing old, and are left alone. A process that is
 * killed meanwhile gives back both spaces.
 *
 * If the new block turns out to be mostly empty, a second round moves all into
 * one of fitting size.
 */
#include <limits.h>
#include <string.h>

#include "vm/base/check.h"
#include "vm/data/fn.h"
#include "vm/data/gc_in.h"
#include "vm/data/quota.h"

enum { PIECE = 1024,            /* items of a large object looked at before the clock */
       FAR_MIN = 8 << 20 };     /* bytes that are too many for the cache */

/* After so many collections a small block is no longer worth it: most of what is
 * copied each time is the stack. */
enum { BUSY = 8, BUSY_BLOCK = 4096 };

size_t ml_obj_size_(const Obj *o)
{
    size_t n = 0;
    switch (o->kind) {
    case OBJ_STR:   n = ml_str_size((const Str *)(const void *)o); break;
    case OBJ_LSTR:  n = sizeof(LStr); break;
    case OBJ_TAB:   n = sizeof(Tab); break;
    case OBJ_ARR:   n = sizeof(ArrObj) + ((const ArrObj *)(const void *)o)->cap * sizeof(Value); break;
    case OBJ_NODES: n = sizeof(NodesObj) + ((const NodesObj *)(const void *)o)->count * sizeof(Node); break;
    case OBJ_FN:    n = sizeof(Fn) + ml_fn_nvalues(o) * sizeof(Value); break;
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

void ml_gc_mark_hold(Gc *gc, Shared *sh)
{
    if (gc->last_hold && gc->last_hold->sh == sh)
        return;
    Hold *k = ml_heap_keep(gc->h, sh);
    if (!k) {
        gc->keeps = true;
        return;
    }
    gc->nmarked += k->mark != gc->h->epoch;
    k->mark = gc->h->epoch;
    gc->last_hold = k;
}

static inline void mark_shared(Gc *gc, Obj *o)
{
    if ((o->flags & OF_COUNTED) && !gc->minor)
        ml_gc_mark_hold(gc, ((Shared **)(void *)o)[-1]);
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
    if (gc->ages && to->kind > OBJ_LSTR)
        to->flags |= OF_OLD;
    gc->left -= GC_EACH + (gc->top - (char *)to);
    *ml_gc_word(o) = (uint64_t)(uintptr_t)to;
    return to;
}

void ml_gc_list_large(Gc *gc, Large *l)
{
    if (l->mark == gc->h->epoch)
        return;
    l->mark = gc->h->epoch;
    /* behind the first, which may be half done */
    Large **at = gc->todo ? &gc->todo->todo : &gc->todo;
    l->todo = *at;
    *at = l;
}

static inline Obj *arr_of(const Tab *t) { return (Obj *)(void *)((char *)t->arr - offsetof(ArrObj, v)); }
static inline Obj *nodes_of(const Tab *t) { return (Obj *)(void *)((char *)t->node - offsetof(NodesObj, n)); }

/* Does it come along with its table? Then it lies behind it, where a program and
 * the next collection look for it. */
static inline bool comes_along(const Gc *gc, Obj *part)
{
    return !(gc->minor && ml_gc_is_new(gc, part)) && !ml_gc_is_forwarded(part) && !(part->flags & (OF_LARGE | OF_SHARED));
}

static void copy_tab(Gc *gc, Obj **po)
{
    Tab *t = (Tab *)(void *)copy(gc, *po);
    *po = &t->h;
    if (t->arr && comes_along(gc, arr_of(t)))
        t->arr = ((ArrObj *)(void *)copy(gc, arr_of(t)))->v;
    if (ml_tab_has_nodes(t) && comes_along(gc, nodes_of(t)))
        t->node = ((NodesObj *)(void *)copy(gc, nodes_of(t)))->n;
}

void ml_gc_obj(Gc *gc, Obj **po)
{
    Obj *o = *po;
    if (!o || (gc->minor && ml_gc_is_new(gc, o)))
        return;                         /* an old one is not touched */
    if (ml_gc_is_forwarded(o))
        *po = ml_gc_forward(o);
    else if (o->flags & OF_SHARED)
        mark_shared(gc, o);
    else if (o->kind == OBJ_TAB)
        copy_tab(gc, po);
    else if (!(o->flags & OF_LARGE))
        *po = copy(gc, o);
    else if (!gc->minor || !(o->flags & OF_OLD))
        ml_gc_list_large(gc, ml_large_of(o));
}

bool ml_gc_is_minor(const Gc *gc) { return gc->minor; }

void ml_gc_value(Gc *gc, Value *v)
{
    if (!ml_is_heap(*v))
        return;
    ml_gc_obj(gc, &v->o);
}

/* Objects of a heap that is larger than the cache: what will be copied a little
 * later is called for now. Of a table first itself, then its parts. */
static void values_ahead(Gc *gc, Value *v, size_t n)
{
    enum { FAR = 12, NEAR = 6 };
    for (size_t i = 0; i < n; i++) {
        if (i + FAR < n && ml_is_heap(v[i + FAR]))
            __builtin_prefetch(v[i + FAR].o);
        if (i + NEAR < n && v[i + NEAR].tag == TAG_TAB && !ml_gc_is_forwarded(v[i + NEAR].o)) {
            const Tab *t = v[i + NEAR].t;
            __builtin_prefetch(t->arr);
            __builtin_prefetch(t->node);
        }
        if (ml_is_heap(v[i]))
            ml_gc_obj(gc, &v[i].o);
    }
}

void ml_gc_values(Gc *gc, Value *v, size_t n)
{
    if (gc->far && n > 32) {
        values_ahead(gc, v, n);
        return;
    }
    for (size_t i = 0; i < n; i++)
        if (ml_is_heap(v[i]))
            ml_gc_obj(gc, &v[i].o);
}

/* In a minor collection what a table refers to weakly lives on. */
static void scan_tab(Gc *gc, Tab *t)
{
    uint8_t weak = gc->minor ? 0 : t->h.b;
    ML_GC_PTR(gc, t->meta);
    if (t->arr) {
        Obj *arr = arr_of(t);
        if (!ml_gc_is_new(gc, arr))
            ml_gc_obj(gc, &arr);
        arr->a = weak & 2;
        t->arr = ((ArrObj *)(void *)arr)->v;
    }
    if (ml_tab_has_nodes(t)) {
        Obj *nodes = nodes_of(t);
        if (!ml_gc_is_new(gc, nodes))
            ml_gc_obj(gc, &nodes);
        nodes->a = weak;
        t->node = ((NodesObj *)(void *)nodes)->n;
    }
    if (weak) {
        t->next = (Obj *)(void *)gc->weak;
        gc->weak = t;
    }
}

static bool is_short(Value v)
{
    return v.tag == TAG_STR && (ml_gc_is_forwarded(v.o) ? ml_gc_forward(v.o) : v.o)->kind == OBJ_STR;
}

void ml_gc_bury(Gc *gc, Node *nd)
{
    if (is_short(nd->key)) {
        if (!ml_gc_is_new(gc, nd->key.o))
            ml_gc_value(gc, &nd->key);
    } else if (ml_is_heap(nd->key)) {
        nd->key = (Value){ .u = nd->hash, .tag = TAG_INFO };
    }
}

static void scan_nodes(Gc *gc, const NodesObj *no, Node *nd, size_t n)
{
    if (no->h.a & 1)
        return;                         /* weak keys: later */
    for (const Node *end = nd + n; nd < end; nd++) {
        if (ml_is_nil(nd->val)) {
            ml_gc_bury(gc, nd);
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
    if (owner && !gc->minor)
        ml_gc_mark_hold(gc, owner);
    ml_gc_values(gc, f->up, ml_fn_nvalues(&f->h));
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

/* Items i to i + n of what consists of items. */
static void scan_items(Gc *gc, Obj *o, size_t i, size_t n)
{
    switch (o->kind) {
    case OBJ_ARR:
        if (o->a != 2)
            ml_gc_values(gc, ((ArrObj *)(void *)o)->v + i, n);
        break;
    case OBJ_NODES:
        scan_nodes(gc, (NodesObj *)(void *)o, ((NodesObj *)(void *)o)->n + i, n);
        break;
    case OBJ_STACK:
        ml_gc_values(gc, ((Stack *)(void *)o)->v + i, n);
        break;
    default:
        ML_CHECK(!"no items");
    }
}

static void scan_obj(Gc *gc, Obj *o)
{
    switch (o->kind) {
    case OBJ_TAB:   scan_tab(gc, (Tab *)(void *)o); break;
    case OBJ_ARR:   scan_items(gc, o, 0, ((ArrObj *)(void *)o)->cap); break;
    case OBJ_NODES: scan_items(gc, o, 0, ((NodesObj *)(void *)o)->count); break;
    case OBJ_STACK: scan_items(gc, o, 0, ((Stack *)(void *)o)->used); break;
    case OBJ_FN:    scan_fn(gc, (Fn *)(void *)o); break;
    case OBJ_BOX:   ml_gc_value(gc, &((Box *)(void *)o)->v); break;
    case OBJ_CORO:  scan_coro(gc, (Coro *)(void *)o); break;
    case OBJ_UDATA: ML_GC_PTR(gc, ((Udata *)(void *)o)->meta); break;
    case OBJ_TBC:   ML_GC_PTR(gc, ((Tbc *)(void *)o)->prev); break;
    default:        break;              /* strings, bytes: nothing inside */
    }
}

/* A large stack is not moved; what lies above its use must go as in a copy. */
static bool clear_stack(Gc *gc, Stack *s)
{
    while (gc->at < s->cap) {
        size_t n = s->cap - gc->at;
        if (gc->left <= 0)
            return false;
        if (n > PIECE)
            n = PIECE;
        memset(s->v + gc->at, 0, n * sizeof(Value));
        gc->at += n;
        gc->left -= (int64_t)(n * sizeof(Value)) / 2;
    }
    return true;
}

/* The first of the large objects to be looked at; false: not done with it. */
static bool scan_large(Gc *gc)
{
    Obj *o = ml_large_obj(gc->todo);
    size_t n = 0, each = sizeof(Value);
    switch (o->kind) {
    case OBJ_ARR:   n = ((ArrObj *)(void *)o)->cap; break;
    case OBJ_STACK: n = ((Stack *)(void *)o)->used; break;
    case OBJ_NODES:
        n = ((NodesObj *)(void *)o)->count;
        each = sizeof(Node);
        break;
    default:
        scan_obj(gc, o);
    }
    while (gc->at < n) {
        size_t some = n - gc->at < PIECE ? n - gc->at : PIECE;
        if (gc->left <= 0)
            return false;
        scan_items(gc, o, gc->at, some);
        gc->at += some;
        gc->left -= (int64_t)(some * each);
    }
    return o->kind != OBJ_STACK || clear_stack(gc, (Stack *)(void *)o);
}

bool ml_gc_scan(Gc *gc)
{
    for (;;) {
        while (gc->scan < gc->top) {
            if (gc->left <= 0)
                return false;
            Obj *o = (Obj *)(void *)gc->scan;
            size_t n = ml_obj_size(o);
            gc->scan += n;
            gc->left -= GC_EACH + (int64_t)n;
            scan_obj(gc, o);
        }
        if (!gc->todo)
            return true;
        if (!scan_large(gc))
            return false;
        gc->todo = gc->todo->todo;
        gc->at = 0;
    }
}

/* --- what the heap held --- */

Obj **ml_gc_next_handle(Obj *o)
{
    return o->kind == OBJ_LSTR ? &((LStr *)(void *)o)->next : &((Udata *)(void *)o)->next;
}

size_t ml_gc_handle_bytes(const Obj *o)
{
    if (o->kind == OBJ_LSTR)
        return ((const LStr *)(const void *)o)->blob->h.bytes;
    const Shared *sh = ((const Udata *)(const void *)o)->sh;
    return sh ? sh->bytes : 0;
}

/* The first handle of the old list lives on, or is let go. */
static void sweep_handle(Gc *gc)
{
    Obj *o = gc->old_handles;
    bool alive = ml_gc_is_alive(gc, o);
    if (ml_gc_is_forwarded(o))
        o = ml_gc_forward(o);
    gc->old_handles = *ml_gc_next_handle(o);
    *ml_gc_next_handle(o) = alive ? gc->handles : NULL;
    if (alive) {
        if (!gc->handles)
            gc->last_handle = o;
        gc->handles = o;
        gc->handle_bytes += ml_gc_handle_bytes(o);
    } else {
        gc->dropped += ml_gc_handle_bytes(o);
        ml_heap_end_handles(o);
        gc->left -= GC_FREEING;
    }
    gc->left -= GC_EACH;
}

static void sweep_large(Gc *gc)
{
    Large *l = gc->old_large;
    gc->old_large = (Large *)(void *)l->frag.next;
    if (l->mark == gc->h->epoch) {
        if (!gc->large)
            gc->last_large = l;
        ml_large_push(&gc->large, l);
        gc->large_bytes += l->frag.size;
        if (gc->ages)
            ml_large_obj(l)->flags |= OF_OLD;
    } else {
        gc->dropped += l->frag.size;
        ml_mem_free(gc->h->mem, l, l->frag.size);
    }
    gc->left -= GC_FREEING;
}

static void free_frag(Gc *gc)
{
    Frag *f = gc->old_frags;
    gc->old_frags = f->next;
    ml_mem_free(gc->h->mem, f, f->size);
    gc->left -= GC_FREEING;
}

/* --- a collection --- */

/* Under a quota: what is there, and more only if it may be taken. */
static size_t quota_size(Heap *h, size_t need)
{
    size_t old = ml_old_held(h) + h->block_size + h->frag_bytes, used = ml_heap_used(h) - h->handle_bytes;
    size_t cap = (used + need + 64 + 255) & ~(size_t)255;
    size_t more = h->live * 2 > h->block_size ? used : 0, most = ml_quota_room(h) / 2;
    more = (more < most ? more : most) & ~(size_t)255;
    if (cap + more > old && !ml_quota_take(h, cap + more - old))
        more = 0;
    return cap + more;
}

/* It has collected before, and probably will again. */
static bool is_busy(const Heap *h) { return h->epoch >= BUSY; }

static size_t new_size(Heap *h, size_t need)
{
    if (h->quota)
        return quota_size(h, need);
    /* Everything may be alive; where much was alive last time, twice that. */
    size_t used = ml_old_used(h) + h->block_size + h->frag_bytes, cap = used + need + 64;
    if (is_busy(h) && cap < BUSY_BLOCK && !h->exact)
        cap = BUSY_BLOCK;
    if (h->live * 2 > used - h->frag_bytes && cap < (used - h->frag_bytes) * 2 + need)
        cap = (used - h->frag_bytes) * 2 + need;
    cap += h->live < OLD_MIN ? 0 : ml_old_room(used);
    return (cap + 255) & ~(size_t)255;
}

/* In objects, and what belongs to them. */
static size_t bytes_of(const Heap *h)
{
    const char *top = ml_heap_in_block(h) ? h->top : h->block_top;
    return ml_old_used(h) + (size_t)(top - h->block) + h->frag_bytes + h->handle_bytes;
}

void ml_gc_take_over(Gc *gc)
{
    Heap *h = gc->h;
    if (!gc->compact)
        gc->before = bytes_of(h);
    gc->todo = NULL;
    gc->at = 0;
    gc->weak = NULL;
    gc->nweak = 0;
    gc->last_hold = NULL;
    gc->old_block = h->block;
    gc->old_size = h->block_size;
    gc->old_frags = h->frags;
    gc->old_handles = h->handles;
    gc->old_large = h->large;
    gc->handles = NULL;
    gc->large = NULL;
    gc->handle_bytes = gc->large_bytes = gc->dropped = 0;
    h->block = h->block_top = h->top = h->end = NULL;
    h->block_size = h->frag_bytes = 0;
    h->frags = NULL;
    h->handles = NULL;
    h->large = NULL;
    h->want_gc &= (uint8_t)~(WANT_GC | WANT_FULL);
    h->epoch++;
}

/* What is old is looked at like everything else. */
static void take_elders(Gc *gc)
{
    Heap *h = gc->h;
    Obj **handles = &gc->old_handles;
    Large **large = &gc->old_large;
    while (*handles)
        handles = ml_gc_next_handle(*handles);
    *handles = h->old->handles;
    if (*large) {
        Large *l = *large;
        while (l->frag.next)
            l = (Large *)(void *)l->frag.next;
        l->frag.next = h->old->large ? &h->old->large->frag : NULL;
    } else {
        *large = h->old->large;
    }
    gc->elders = h->old->block;
    gc->elders_size = (size_t)(h->old->end - h->old->block);
    ml_old_free(h);
}

static bool begin(Gc *gc, size_t cap, GcRoots roots, void *ctx)
{
    Heap *h = gc->h;
    gc->block = ml_mem_alloc_warm(h->mem, cap, &gc->touched);
    if (!gc->block)
        return false;
    gc->top = gc->scan = gc->block;
    gc->end = gc->block + cap;
    gc->phase = GC_TRACE;
    ml_gc_take_over(gc);
    h->handle_bytes = 0;
    gc->ages = gc->before >= OLD_MIN;
    gc->far = gc->before >= FAR_MIN;
    gc->elders = NULL;
    if (h->old)
        take_elders(gc);
    roots(gc, ctx);
    ml_gc_final_roots(gc);
    ml_gc_begin_weak(gc, true);
    return true;
}

/* One phase; false: the slice is used up. */
static bool run_phase(Gc *gc)
{
    switch (gc->phase) {
    case GC_NOTES:
        if (!ml_gc_notes(gc))
            return false;
        break;
    case GC_TRACE:
    case GC_TRACE_FINALS:
        if (!ml_gc_trace_weak(gc))
            return false;
        ml_gc_begin_weak(gc, false);
        break;
    case GC_CLEAR_VALUES:
        if (!ml_gc_clear_weak(gc, true))
            return false;
        break;
    case GC_FINALS:
        ml_gc_begin_weak(gc, !gc->minor && ml_gc_separate(gc));
        break;
    case GC_CLEAR:
        if (!ml_gc_clear_weak(gc, false))
            return false;
        ml_gc_clear_roots(gc);
        break;
    case GC_HANDLES:
        while (gc->old_handles) {
            if (gc->left <= 0)
                return false;
            sweep_handle(gc);
        }
        break;
    case GC_LARGE:
        while (gc->old_large) {
            if (gc->left <= 0)
                return false;
            sweep_large(gc);
        }
        break;
    case GC_FRAGS:
        while (gc->old_frags) {
            if (gc->left <= 0)
                return false;
            free_frag(gc);
        }
        break;
    case GC_OVER:
        break;
    }
    gc->phase++;
    return true;
}

void ml_gc_give_block(Heap *h, char *block, char *top, char *end)
{
    if (!ml_heap_in_block(h))
        h->frags->top = h->top;
    h->block = block;
    h->block_size = (size_t)(end - block);
    h->top = h->block_top = top;
    h->end = end;
}

static void free_space(Heap *h, char *block, size_t size)
{
#ifdef ML_CHECKS
    if (block)
        memset(block, 0xDB, size);
#endif
    ml_mem_free(h->mem, block, size);
}

/* Those that live on stand before what signals have made meanwhile. */
static void splice(Gc *gc)
{
    Heap *h = gc->h;
    if (gc->handles) {
        *ml_gc_next_handle(gc->last_handle) = h->handles;
        h->handles = gc->handles;
    }
    if (gc->large) {
        gc->last_large->frag.next = h->large ? &h->large->frag : NULL;
        if (h->large)
            h->large->prev = gc->last_large;
        h->large = gc->large;
    }
}

/* And if they are old, leave the lists of the heap again. */
static void unsplice(Gc *gc)
{
    Heap *h = gc->h;
    if (gc->handles) {
        h->handles = *ml_gc_next_handle(gc->last_handle);
        *ml_gc_next_handle(gc->last_handle) = NULL;
    }
    if (gc->large) {
        h->large = (Large *)(void *)gc->last_large->frag.next;
        if (h->large)
            h->large->prev = NULL;
        gc->last_large->frag.next = NULL;
    }
}

/* The new block becomes the heap's; the fragments made meanwhile stay. */
static void install(Gc *gc)
{
    Heap *h = gc->h;
    free_space(h, gc->old_block, gc->old_size);
    free_space(h, gc->elders, gc->elders_size);
    ml_gc_give_block(h, gc->block, gc->top, gc->end);
    h->live = (size_t)(gc->top - gc->block);
    splice(gc);
    h->handle_bytes += gc->handle_bytes + gc->large_bytes;
    if (gc->keeps)
        ml_heap_keep_all(h);
    ml_heap_sweep_holds(h);
    h->want_gc &= (uint8_t)~(WANT_GC | WANT_FULL);      /* room for signals was asked for in an empty heap */
    /* as much again outside, or as there is inside, before it is worth while */
    size_t more = h->handle_bytes > h->live ? h->handle_bytes : h->live;
    if (more < HEAP_GOAL)
        more = HEAP_GOAL;
    if (h->quota && more > ml_quota_room(h) / 2)
        more = ml_quota_room(h) / 2;
    h->handle_goal = h->handle_bytes + more;
    h->live_outside = h->handle_bytes;
    h->large_live = gc->large_bytes;
}

/* Under a limit that is near. */
static bool is_tight(const Heap *h)
{
    const Quota *q = h->quota;
    return q && (q->over || q->wanted || ml_quota_room(h) < h->live / 4);
}

/* Mostly empty: a process should hold little more than what it uses. */
static size_t better_size(const Gc *gc)
{
    const Heap *h = gc->h;
    size_t news = h->frag_bytes;        /* of signals that came meanwhile */
    size_t want = h->live * 2 + ml_old_room(h->live) + news + gc->need, least = h->live + news + gc->need + 255;
    /* under a limit no more than half of what is left of it */
    size_t most = h->quota ? h->live + (ml_quota_room(h) + h->block_size - h->live) / 2 : want;
    want = want < most ? want : most;
    want = ((want < least ? least : want) + 255) & ~(size_t)255;
    if (gc->compact)
        return 0;
    if (h->exact) {
        size_t fit = (h->live + news + gc->need + 15) & ~(size_t)15;
        return fit < h->block_size ? fit : 0;
    }
    if (is_tight(h))                    /* all that can be had is needed */
        return want + want / 8 < h->block_size ? want : 0;
    if (is_busy(h) && want < BUSY_BLOCK)
        want = BUSY_BLOCK;
    return h->block_size > 1024 && want * 2 < h->block_size ? want : 0;
}

/* What lives is at the front of the block: a very large one need not be copied
 * to become smaller. */
static bool shorten(Gc *gc, size_t cap)
{
    Heap *h = gc->h;
    size_t touched = gc->touched > h->live ? gc->touched : h->live;
    if (h->top != gc->top || !ml_mem_cut(h->mem, h->block, h->block_size, cap, touched))
        return false;
    h->block_size = cap;
    h->end = h->block + cap;
    return true;
}

/* Works on until the slice is used up; true: over. */
static bool work(Gc *gc, GcRoots roots, void *ctx)
{
    Heap *h = gc->h;
    for (;;) {
        while (gc->phase != GC_OVER)
            if (!run_phase(gc))
                return false;
        if (gc->minor) {
            ml_gc_end_minor(gc);
            return true;
        }
        install(gc);
        size_t cap = better_size(gc);
        gc->compact = true;
        if (cap == 0 || shorten(gc, cap) || !begin(gc, cap, roots, ctx)) {
            if (!h->exact && ml_old_begin(h, gc->handles, gc->large))
                unsplice(gc);
            return true;
        }
    }
}

static bool start(Gc *gc, GcRoots roots, void *ctx)
{
    gc->minor = ml_gc_may_be_minor(gc->h, gc->need);
    if (!gc->minor)
        return begin(gc, new_size(gc->h, gc->need), roots, ctx);
    ml_gc_begin_minor(gc, roots, ctx);
    return true;
}

GcEnd ml_gc_run(Heap *h, size_t need, GcRoots roots, void *ctx, int64_t budget, size_t *freed)
{
    Gc few = { .h = h, .need = need }, *gc = h->gc ? h->gc : &few;
    gc->left = budget;
    if (gc == &few && !start(gc, roots, ctx))
        return GC_NO_MEMORY;
    if (gc == &few && !work(gc, roots, ctx)) {
        h->gc = ml_mem_alloc(h->mem, sizeof *gc);
        if (h->gc) {
            *h->gc = few;
            return GC_MORE;
        }
        gc->left = INT64_MAX;           /* no room to remember: all at once */
        work(gc, roots, ctx);
    } else if (gc != &few) {
        if (!work(gc, roots, ctx))
            return GC_MORE;
        h->gc = NULL;
        few.before = gc->before;
        ml_mem_free(h->mem, gc, sizeof *gc);
    }
    ml_gc_verify(h);
    size_t after = h->live + h->handle_bytes;
    *freed = few.before > after ? few.before - after : 0;
    return GC_DONE;
}

/* --- the end of a process in the middle of it --- */

/* Its handles are told from what they have become, if they were copied. */
static bool drop_old_handles(Obj **list, int *budget)
{
    for (; *list && *budget > 0; --*budget) {
        Obj *o = ml_gc_is_forwarded(*list) ? ml_gc_forward(*list) : *list;
        *list = *ml_gc_next_handle(o);
        *ml_gc_next_handle(o) = NULL;
        ml_heap_end_handles(o);
    }
    return !*list;
}

/* What the collection under way holds. */
static bool abandon_some(Heap *h, Gc *gc, int *budget)
{
    Obj *no_handles = NULL;
    Hold *no_holds = NULL;
    Frag *large = gc->old_large ? &gc->old_large->frag : NULL, *alive = gc->large ? &gc->large->frag : NULL;
    bool over = drop_old_handles(&gc->old_handles, budget) && ml_heap_end_handles_some(&gc->handles, budget) &&
                ml_heap_drop_some(h->mem, &no_handles, &no_holds, &gc->old_frags, budget) &&
                ml_heap_drop_some(h->mem, &no_handles, &no_holds, &large, budget) &&
                ml_heap_drop_some(h->mem, &no_handles, &no_holds, &alive, budget);
    gc->old_large = (Large *)(void *)large;
    gc->large = (Large *)(void *)alive;
    return over;
}

bool ml_gc_fini_some(Heap *h, int *budget)
{
    Gc *gc = h->gc;
    if (!gc)
        return true;
    if (!abandon_some(h, gc, budget))
        return false;
    ml_mem_free(h->mem, gc->old_block, gc->old_size);
    if (!gc->minor) {                   /* then it is the old block, which the heap has */
        ml_mem_free(h->mem, gc->elders, gc->elders_size);
        ml_mem_free(h->mem, gc->block, (size_t)(gc->end - gc->block));
    }
    ml_mem_free(h->mem, gc, sizeof *gc);
    h->gc = NULL;
    return true;
}

void ml_gc_fini(Heap *h)
{
    int all = INT_MAX;
    while (!ml_gc_fini_some(h, &all))
        all = INT_MAX;
    ml_gc_free_finals(h);
}
