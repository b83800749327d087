/*
 * hold.c - the counted things outside that a heap refers to: code from load,
 * frozen regions. A heap has one reference to each, however many of its
 * objects point there; a Hold is that reference.
 *
 * Nearly every heap has a handful, which lie in a list. Past that they are
 * also found through an index of chains, because a collection asks for the
 * hold of every function it copies, and a program may keep many thousands.
 * The index is only a help: without memory for it the list does.
 */
#include <string.h>

#include "vm/data/heap.h"

enum { FEW = 8 };

static Hold **chain_of(const Heap *h, const Shared *sh)
{
    uint64_t x = (uint64_t)(uintptr_t)sh * 0x9E3779B97F4A7C15u;
    return &h->hold_index[(x >> 32) & (h->hold_slots - 1)];
}

static void enter(Heap *h, Hold *k)
{
    Hold **c = chain_of(h, k->sh);
    k->chain = *c;
    *c = k;
}

void ml_heap_forget_index(Heap *h)
{
    if (h->hold_index)
        ml_mem_free(h->mem, h->hold_index, h->hold_slots * sizeof *h->hold_index);
    h->hold_index = NULL;
    h->hold_slots = 0;
}

/* An index of the list as it is, with room for twice as many. */
static void make_index(Heap *h)
{
    uint32_t slots = 4 * FEW;
    while (slots < h->nholds * 2)
        slots *= 2;
    if (slots != h->hold_slots) {
        ml_heap_forget_index(h);
        h->hold_index = ml_mem_alloc(h->mem, slots * sizeof *h->hold_index);
        if (!h->hold_index)
            return;
        h->hold_slots = slots;
    }
    memset(h->hold_index, 0, slots * sizeof *h->hold_index);
    for (Hold *k = h->holds; k; k = k->next)
        enter(h, k);
}

Hold *ml_heap_find_hold(const Heap *h, const Shared *sh)
{
    Hold *k = h->hold_index ? *chain_of(h, sh) : h->holds;
    while (k && k->sh != sh)
        k = h->hold_index ? k->chain : k->next;
    return k;
}

static void link_hold(Heap *h, Hold *k)
{
    k->mark = h->epoch;
    k->next = h->holds;
    h->holds = k;
    h->nholds++;
    if (h->nholds > FEW && h->nholds > h->hold_slots)
        make_index(h);
    else if (h->hold_index)
        enter(h, k);
}

static void add_hold(Heap *h, Hold *k)
{
    link_hold(h, k);
    if (!h->gc)                 /* a collection counts them when it is over */
        ml_heap_charge(h, k->sh->bytes);
}

Hold *ml_heap_keep(Heap *h, Shared *sh)
{
    Hold *k = ml_heap_find_hold(h, sh);
    if (k || !(k = ml_mem_alloc(h->mem, sizeof *k)))
        return k;
    k->sh = sh;
    ml_shared_ref(sh);
    link_hold(h, k);
    k->mark = h->epoch - 1;
    return k;
}

void ml_heap_keep_all(Heap *h)
{
    for (Hold *k = h->holds; k; k = k->next)
        k->mark = h->epoch;
}

/* False: no memory. */
static bool hold(Heap *h, Shared *sh)
{
    Hold *k = ml_heap_find_hold(h, sh);
    if (k) {
        k->mark = h->epoch;
        return true;
    }
    k = ml_mem_alloc(h->mem, sizeof *k);
    if (!k)
        return false;
    k->sh = sh;
    ml_shared_ref(sh);
    add_hold(h, k);
    return true;
}

void ml_heap_hold(Heap *h, Shared *sh)
{
    if (!hold(h, sh))
        h->oom(h, sizeof(Hold));
}

void ml_heap_hold_mine(Heap *h, Shared *sh)
{
    bool ok = hold(h, sh);
    ml_shared_unref(sh);
    if (!ok)
        h->oom(h, sizeof(Hold));
}

void ml_heap_take_holds(Heap *h, Hold *list)
{
    for (Hold *k = list, *next; k; k = next) {
        next = k->next;
        Hold *mine = ml_heap_find_hold(h, k->sh);
        if (!mine) {
            add_hold(h, k);
            continue;
        }
        mine->mark = h->epoch;
        ml_shared_unref(k->sh);
        ml_mem_free(h->mem, k, sizeof *k);
    }
}

void ml_heap_sweep_holds(Heap *h)
{
    uint32_t before = h->nholds;
    for (Hold **pp = &h->holds; *pp;) {
        Hold *k = *pp;
        if (k->mark == h->epoch) {
            h->handle_bytes += k->sh->bytes;
            pp = &k->next;
        } else {
            *pp = k->next;
            h->nholds--;
            ml_shared_unref(k->sh);
            ml_mem_free(h->mem, k, sizeof *k);
        }
    }
    if (!h->hold_index || h->nholds == before)
        return;
    if (h->nholds > FEW)
        make_index(h);
    else
        ml_heap_forget_index(h);
}
