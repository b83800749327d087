/*
 * old.c - notes of what was written into old objects; the nursery. See old.h.
 */
#include "vm/data/old.h"

#include "vm/base/check.h"
#include "vm/data/gc.h"
#include "vm/data/quota.h"

/* --- notes --- */

static bool more_notes(Heap *h, Old *old)
{
    size_t was = old->cap * sizeof(Note), bytes = was ? was * 2 : 64 * sizeof(Note);
    if (h->quota && !ml_quota_take(h, bytes - was))
        return false;
    Note *n = ml_mem_realloc(h->mem, old->notes, was, bytes);
    if (!n)
        return false;
    old->notes = n;
    old->cap = (uint32_t)(bytes / sizeof(Note));
    return true;
}

static void note(Heap *h, Obj *o, NoteKind kind, size_t at)
{
    Old *old = h->old;
    if (old->nnotes == old->cap && !more_notes(h, old)) {
        old->lost = true;
        h->want_gc |= WANT_GC;
        return;
    }
    old->notes[old->nnotes++] = (Note){ .o = o, .kind = kind, .at = (uint32_t)at };
    if (old->nnotes >= OLD_NOTES)
        h->want_gc |= WANT_GC;
}

static bool is_noted(const Old *old, const Obj *o)
{
    enum { FEW = 4 };
    for (uint32_t i = old->nnotes; i-- > 0 && old->nnotes - i <= FEW;)
        if (old->notes[i].o == o)
            return true;
    return false;
}

/* The flag of a large object stays: it tells that it is old. */
void ml_old_note(Heap *h, Obj *o)
{
    if (!h->old) {
        if (!(o->flags & OF_LARGE))
            o->flags &= (uint8_t)~OF_OLD;       /* there are no young objects any more */
        return;
    }
    if (!(o->flags & OF_LARGE))
        o->flags &= (uint8_t)~OF_OLD;
    else if (is_noted(h->old, o))
        return;
    note(h, o, NOTE_ALL, 0);
}

void ml_old_coro(Heap *h, Coro *c)
{
    ml_old_wrote(h, &c->h);
    ml_old_wrote(h, &c->stk->h);
}

void ml_old_moved(Heap *h, const Obj *from, Obj *to)
{
    for (uint32_t i = 0; i < h->old->nnotes; i++)
        if (h->old->notes[i].o == from)
            h->old->notes[i].o = to;
}

static bool is_old(const Old *old, const Obj *o)
{
    if ((const char *)o >= old->block && (const char *)o < old->end)
        return true;
    return (o->flags & (OF_LARGE | OF_OLD)) == (OF_LARGE | OF_OLD);
}

static bool is_young(const Old *old, const Value *v)
{
    return ml_is_heap(*v) && !((char *)v->o >= old->block && (char *)v->o < old->end) &&
           !(v->o->flags & OF_SHARED) && !is_old(old, v->o);
}

/* Is it noted as a whole, now or before? Of others, parts that are young
 * themselves will be looked at anyway. */
static bool note_whole(Heap *h, Tab *t)
{
    if (h->old && t->asize + (size_t)t->mask >= OLD_PARTLY)
        return false;
    ml_old_note(h, &t->h);
    return true;
}

static const Obj *arr_of(const Tab *t)
{
    return (const Obj *)(const void *)((const char *)t->arr - offsetof(ArrObj, v));
}

static const Obj *nodes_of(const Tab *t)
{
    return (const Obj *)(const void *)((const char *)t->node - offsetof(NodesObj, n));
}

static bool is_item(const Tab *t, const Value *at)
{
    return t->arr && at >= t->arr && at < t->arr + t->asize;
}

static void note_node(Heap *h, Tab *t, const Node *n)
{
    /* those of a table that is being split are not its own: they move soon */
    if (n >= t->node && n <= t->node + t->mask && is_old(h->old, nodes_of(t)))
        note(h, &t->h, NOTE_NODE, (size_t)(n - t->node));
}

__attribute__((noinline)) void ml_old_store(Heap *h, Tab *t, const Value *at)
{
    const Old *old = h->old;
    if ((old && !is_young(old, at)) || note_whole(h, t))
        return;
    if (!is_item(t, at))
        note_node(h, t, (const Node *)(const void *)((const char *)at - offsetof(Node, val)));
    else if (is_old(old, arr_of(t)))
        note(h, &t->h, NOTE_ITEM, (size_t)(at - t->arr));
}

static void inserted(Heap *h, Tab *t, const Node *n)
{
    const Old *old = h->old;
    if ((!old || is_young(old, &n->val) || is_young(old, &n->key)) && !note_whole(h, t))
        note_node(h, t, n);
}

void ml_old_insert(Heap *h, Tab *t, const Node *n)
{
    inserted(h, t, n);
    if (t->lastfree <= t->mask && ml_old_minds(&t->h))
        inserted(h, t, &t->node[t->lastfree]);
}

void ml_old_range(Heap *h, Tab *t, const Value *v, size_t n)
{
    for (size_t i = 0; i < n && (t->h.flags & OF_OLD); i++)
        if (ml_is_heap(v[i]))
            ml_old_store(h, t, v + i);
}

void ml_old_parts(Heap *h, Tab *t)
{
    if (!note_whole(h, t))
        note(h, &t->h, NOTE_PARTS, 0);
}

/* --- the nursery --- */

static size_t nursery_for(size_t live)
{
    size_t n = (live / 4 + 7) & ~(size_t)7;
    return n < NURSERY_MIN ? NURSERY_MIN : n > NURSERY_MAX ? NURSERY_MAX : n;
}

size_t ml_old_room(size_t live)
{
    return live < OLD_MIN ? 0 : live / 2 + 2 * nursery_for(live);
}

bool ml_old_begin(Heap *h, Obj *handles, Large *large)
{
    size_t size = nursery_for(h->live), room = (size_t)(h->block + h->block_size - h->block_top);
    if (h->live < OLD_MIN || room < size + size / 2 || !ml_heap_in_block(h))
        return false;
    if (h->quota && !ml_quota_take(h, size + sizeof(Old)))
        return false;
    Old *old = ml_mem_zalloc(h->mem, sizeof *old);
    char *nursery = old ? ml_mem_alloc(h->mem, size) : NULL;
    if (!nursery) {
        ml_mem_free(h->mem, old, sizeof *old);
        return false;
    }
    old->block = h->block;
    old->top = h->top;
    old->end = h->block + h->block_size;
    old->handles = handles;
    old->large = large;
    ml_mem_use_slowly(h->mem, old->top, (size_t)(old->end - old->top));
    h->old = old;
    h->block = h->block_top = h->top = nursery;
    h->block_size = size;
    h->end = nursery + size;
    return true;
}

void ml_old_free(Heap *h)
{
    Old *old = h->old;
    h->old = NULL;
    ml_mem_free(h->mem, old->notes, old->cap * sizeof *old->notes);
    ml_mem_free(h->mem, old, sizeof *old);
}
