/*
 * gc_minor.c - a collection of what is young only; see old.h.
 *
 * It is one of gc.c whose new block begins behind the old objects: whatever
 * lies in that block is new already and is neither touched nor followed. So
 * besides the roots only notes lead to young objects, and its work is in
 * proportion to what lives of the nursery, however large the heap is.
 *
 * What dies among the old objects, or refers to a young one while it is dead
 * itself, is found out by the next full collection. So are weak references and
 * finalisers: here all that they refer to lives on.
 */
#include <string.h>

#include "vm/base/check.h"
#include "vm/data/fn.h"
#include "vm/data/gc_in.h"
#include "vm/data/quota.h"

static size_t young_bytes(const Heap *h)
{
    const char *top = ml_heap_in_block(h) ? h->top : h->block_top;
    return (size_t)(top - h->block) + h->frag_bytes;
}

/* A minor one lets go of what is young; little room left till the next means
 * that it is time to look for the rest. */
static bool is_crowded_outside(const Heap *h)
{
    size_t room = h->handle_goal > h->live_outside ? h->handle_goal - h->live_outside : 0;
    return h->handle_bytes > h->handle_goal - room / 4;
}

bool ml_gc_may_be_minor(const Heap *h, size_t need)
{
    const Old *old = h->old;
    if (!old || old->lost || need || h->exact || (h->want_gc & WANT_FULL))
        return false;
    if (h->quota && (h->quota->over || h->quota->wanted))
        return false;
#ifdef ML_CHECKS
    if (h->stress && h->epoch % 2 && h->live < 32 * 1024)       /* either kind, by turns */
        return false;
#endif
    return (size_t)(old->end - old->top) >= young_bytes(h);
}

void ml_gc_begin_minor(Gc *gc, GcRoots roots, void *ctx)
{
    Old *old = gc->h->old;
    gc->block = old->block;
    gc->top = gc->scan = old->top;
    gc->end = old->end;
    gc->phase = GC_NOTES;
    gc->ages = true;
    ml_gc_take_over(gc);
    roots(gc, ctx);
    ml_gc_final_roots(gc);
    ml_gc_keep_finals(gc);
    gc->walk_at = 0;
}

/* --- stacks --- */

static void follow_stack(Gc *gc, Stack *s)
{
    ml_gc_values(gc, s->v, s->used);
    memset(s->v + s->used, 0, (s->cap - s->used) * sizeof(Value));
    gc->left -= (int64_t)(s->cap * sizeof(Value));
}

/* An old one, of which no slot is noted; what lies above its use must go as in a copy. */
static void old_stack(Gc *gc, Stack *s)
{
    if (s->h.flags & OF_LARGE)
        ml_gc_list_large(gc, ml_large_of(&s->h));
    else
        follow_stack(gc, s);
}

static bool is_old(const Gc *gc, const Obj *o)
{
    return ml_gc_is_new(gc, o) || (o->flags & (OF_LARGE | OF_OLD)) == (OF_LARGE | OF_OLD);
}

void ml_gc_stack(Gc *gc, Obj **stk)
{
    if (gc->minor && is_old(gc, *stk))
        old_stack(gc, (Stack *)(void *)*stk);
    else
        ml_gc_obj(gc, stk);
}

/* --- notes --- */

/* Its parts may be others than before; what of them is young is moved, and
 * looked at as a whole. */
static void follow_parts(Gc *gc, Tab *t)
{
    ML_GC_PTR(gc, t->meta);
    if (t->arr) {
        Obj *arr = (Obj *)(void *)((char *)t->arr - offsetof(ArrObj, v));
        ml_gc_obj(gc, &arr);
        t->arr = ((ArrObj *)(void *)arr)->v;
    }
    if (ml_tab_has_nodes(t)) {
        Obj *nodes = (Obj *)(void *)((char *)t->node - offsetof(NodesObj, n));
        ml_gc_obj(gc, &nodes);
        t->node = ((NodesObj *)(void *)nodes)->n;
    }
}

static void follow_nodes(Gc *gc, Node *n, size_t count)
{
    for (const Node *end = n + count; n < end; n++) {
        if (ml_is_nil(n->val)) {
            ml_gc_bury(gc, n);
        } else {
            ml_gc_value(gc, &n->key);
            ml_gc_value(gc, &n->val);
        }
    }
    gc->left -= (int64_t)(count * sizeof(Node));
}

/* It was small when it was noted. A part that is not is another since: it was
 * young, and has been followed by now. */
static void follow_tab(Gc *gc, Tab *t)
{
    follow_parts(gc, t);
    if (t->asize < OLD_PARTLY) {
        ml_gc_values(gc, t->arr, t->asize);
        gc->left -= (int64_t)(t->asize * sizeof(Value));
    }
    if (ml_tab_has_nodes(t) && t->mask < OLD_PARTLY)
        follow_nodes(gc, t->node, t->mask + (size_t)1);
}

static void follow_fn(Gc *gc, Fn *f)
{
    ml_gc_values(gc, f->up, ml_fn_nvalues(&f->h));
}

static void follow_coro(Gc *gc, Coro *c)
{
    ml_gc_value(gc, &c->err);
    ML_GC_PTR(gc, c->stk);
    ML_GC_PTR(gc, c->tbc);
    ML_GC_PTR(gc, c->resumer);
}

static void follow_all(Gc *gc, Obj *o)
{
    switch (o->kind) {
    case OBJ_TAB:   follow_tab(gc, (Tab *)(void *)o); break;
    case OBJ_FN:    follow_fn(gc, (Fn *)(void *)o); break;
    case OBJ_BOX:   ml_gc_value(gc, &((Box *)(void *)o)->v); break;
    case OBJ_CORO:  follow_coro(gc, (Coro *)(void *)o); break;
    case OBJ_STACK: old_stack(gc, (Stack *)(void *)o); break;
    case OBJ_UDATA: ML_GC_PTR(gc, ((Udata *)(void *)o)->meta); break;
    default:        ML_CHECK(!"a noted kind");
    }
}

/* The slot may be gone since. */
static void follow_slot(Gc *gc, Tab *t, const Note *n)
{
    if (n->kind == NOTE_ITEM && n->at < t->asize)
        ml_gc_value(gc, &t->arr[n->at]);
    else if (n->kind == NOTE_NODE && ml_tab_has_nodes(t) && n->at <= t->mask)
        follow_nodes(gc, &t->node[n->at], 1);
}

/* A large object that has moved since (a stack) is noted anew by who goes on with it. */
static void follow_note(Gc *gc, const Note *n)
{
    if (n->kind == NOTE_ALL)
        follow_all(gc, n->o);
    else if (n->kind == NOTE_PARTS)
        follow_parts(gc, (Tab *)(void *)n->o);
    else
        follow_slot(gc, (Tab *)(void *)n->o, n);
    n->o->flags |= OF_OLD;
}

/* Slots of a large table lie far apart: what is looked at soon is called for now. */
static void call_ahead(const Old *old, size_t i)
{
    enum { AHEAD = 8 };
    if (i + AHEAD >= old->nnotes)
        return;
    const Note *n = &old->notes[i + AHEAD];
    const Tab *t = (const Tab *)(const void *)n->o;
    if (n->kind == NOTE_ITEM)
        __builtin_prefetch(t->arr + n->at);
    else if (n->kind == NOTE_NODE)
        __builtin_prefetch(t->node + n->at);
    else
        __builtin_prefetch(t);
}

bool ml_gc_notes(Gc *gc)
{
    Old *old = gc->h->old;
    while (gc->walk_at < old->nnotes) {
        if (gc->left <= 0)
            return false;
        call_ahead(old, gc->walk_at);
        follow_note(gc, &old->notes[gc->walk_at++]);
        gc->left -= GC_EACH;
    }
    old->nnotes = 0;
    ml_gc_begin_weak(gc, true);
    return true;
}

/* --- the end --- */

static void add_elders(Gc *gc)
{
    Old *old = gc->h->old;
    if (gc->handles) {
        *ml_gc_next_handle(gc->last_handle) = old->handles;
        old->handles = gc->handles;
    }
    if (gc->large) {
        gc->last_large->frag.next = old->large ? &old->large->frag : NULL;
        if (old->large)
            old->large->prev = gc->last_large;
        old->large = gc->large;
    }
}

void ml_gc_end_minor(Gc *gc)
{
    Heap *h = gc->h;
#ifdef ML_CHECKS
    memset(gc->old_block, 0xDB, gc->old_size);
#endif
    ml_gc_give_block(h, gc->old_block, gc->old_block, gc->old_block + gc->old_size);
    add_elders(gc);
    h->old->moved = (size_t)(gc->top - h->old->top);
    h->old->is_minor = true;
    h->old->top = gc->top;
    h->live = ml_old_used(h);
    h->handle_bytes -= gc->dropped;
    h->large_live += gc->large_bytes;
    if (is_crowded_outside(h))
        ml_gc_request(h);
}
