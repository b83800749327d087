/*
 * gc_weak.c - weak tables, in a collection.
 *
 * Tracing meets weak tables and puts them on a list; what they refer to weakly
 * is not followed. An entry with a weak key is an ephemeron: its value is
 * reached if its key is. So the list is walked, values of reached keys are
 * followed, and that again until a walk reaches nothing new. In the end,
 * entries whose key or value was not reached are removed.
 *
 * A walk keeps its place in Gc.walk and Gc.walk_at and goes on there in the
 * next slice. Tables met meanwhile come to the front of the list: something
 * was reached then, and there will be another walk.
 */
#include "vm/base/check.h"
#include "vm/data/gc_in.h"

enum { ENTRY = 16 };            /* what looking at one counts, in bytes of work */

/* As ml_gc_value, for a slot that may have been followed before. */
static void follow(Gc *gc, Value *v)
{
    if (ml_is_heap(*v) && !ml_gc_is_new(gc, v->o))
        ml_gc_obj(gc, &v->o);
}

/* Of a shared object: what is counted lives as long as something else refers
 * to a part of what it belongs to. */
static bool is_needed(Gc *gc, Obj *o)
{
    if (!(o->flags & OF_COUNTED))
        return true;
    Shared *owner = ((Shared **)(void *)o)[-1];
    const Hold *k = ml_heap_find_hold(gc->h, owner);
    if (!k)
        ml_gc_mark_hold(gc, owner);     /* it was read out of another frozen value */
    return !k || k->mark == gc->h->epoch;
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
    if (!ml_gc_is_forwarded(v->o) && (v->o->flags & OF_SHARED))
        return is_needed(gc, v->o);
    return ml_gc_is_alive(gc, v->o);
}

void ml_gc_begin_weak(Gc *gc, bool again)
{
    gc->again = again;
    gc->walk = again ? NULL : gc->weak;
    gc->walk_at = 0;
}

static void next_table(Gc *gc)
{
    gc->walk = (Tab *)(void *)gc->walk->next;
    gc->walk_at = 0;
}

static bool is_spent(Gc *gc)
{
    gc->left -= ENTRY;
    return gc->left <= 0;
}

/* Values of the ephemerons of gc->walk whose keys are alive. */
static bool trace_table(Gc *gc)
{
    const Tab *t = gc->walk;
    if ((t->h.b & 3) != 1 || !ml_tab_has_nodes(t))
        return true;
    while (gc->walk_at <= t->mask) {
        Node *nd = &t->node[gc->walk_at++];
        if (ml_is_nil(nd->val) || !is_alive(gc, &nd->key))
            continue;
        const char *before = gc->top;
        const Large *todo = gc->todo;
        uint32_t marked = gc->nmarked;
        follow(gc, &nd->key);
        follow(gc, &nd->val);
        gc->again |= gc->top != before || gc->todo != todo || gc->nmarked != marked;
        if (is_spent(gc))
            return false;
    }
    return true;
}

bool ml_gc_trace_weak(Gc *gc)
{
    for (;;) {
        while (gc->walk) {
            if (!trace_table(gc))
                return false;
            next_table(gc);
        }
        if (!ml_gc_scan(gc))
            return false;
        if (!gc->again)
            return true;
        ml_gc_begin_weak(gc, false);
    }
}

static void drop_node(Gc *gc, Node *nd)
{
    nd->val = ml_v_nil();
    ml_gc_bury(gc, nd);
}

/* Keys of entries that go because of their value may be finalised objects:
 * those were brought over by now and are followed. */
static void clear_node(Gc *gc, const Tab *t, Node *nd, bool values_only)
{
    if (ml_is_nil(nd->val)) {
        drop_node(gc, nd);
        return;
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

/* The array part lies before the hash part. */
static bool clear_table(Gc *gc, bool values_only)
{
    Tab *t = gc->walk;
    size_t narr = t->h.b & 2 ? t->asize : 0, n = narr + (ml_tab_has_nodes(t) ? t->mask + (size_t)1 : 0);
    while (gc->walk_at < n) {
        size_t i = gc->walk_at++;
        if (i >= narr)
            clear_node(gc, t, &t->node[i - narr], values_only);
        else if (!is_alive(gc, &t->arr[i]))
            t->arr[i] = ml_v_nil();
        else
            follow(gc, &t->arr[i]);
        if (is_spent(gc))
            return false;
    }
    return true;
}

bool ml_gc_clear_weak(Gc *gc, bool values_only)
{
    while (gc->walk) {
        if (!clear_table(gc, values_only))
            return false;
        next_table(gc);
    }
    return true;
}

void ml_gc_weak_value(Gc *gc, Value *v)
{
    if (gc->minor) {
        ml_gc_value(gc, v);
        return;
    }
    ML_CHECK(gc->nweak < (int)ML_NELEM(gc->weak_root));
    gc->weak_root[gc->nweak++] = v;
}

void ml_gc_clear_roots(Gc *gc)
{
    for (int i = 0; i < gc->nweak; i++) {
        if (is_alive(gc, gc->weak_root[i]))
            follow(gc, gc->weak_root[i]);
        else
            *gc->weak_root[i] = ml_v_nil();
    }
}
