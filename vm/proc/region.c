/*
 * region.c - frozen values. The objects lie in the fragments of the copier
 * that made them; each has the address of its region in front.
 */
#include "vm/proc/region.h"

typedef struct Region {
    Shared h;
    struct Region *next;        /* being freed: the next that is to be */
    Mem   *mem;
    Frag  *frags;
    Obj   *handles;
    Hold  *holds;
} Region;

static void region_free(Shared *s);

/* Lets go of what r refers to. The regions that nobody else holds come before todo. */
static Region *free_one(Region *r, Region *todo)
{
    Mem *mem = r->mem;
    for (Hold *k = r->holds, *next; k; k = next) {
        next = k->next;
        Shared *sh = k->sh;
        ml_mem_free(mem, k, sizeof *k);
        if (sh->free != region_free) {
            ml_shared_unref(sh);
        } else if (ml_sub(&sh->refs, 1) == 1) {
            Region *inner = (Region *)(void *)sh;
            inner->next = todo;
            todo = inner;
        }
    }
    ml_heap_drop(mem, r->handles, NULL, r->frags);
    ml_mem_free(mem, r, sizeof *r);
    return todo;
}

/* A frozen value may hold one that holds another, a million times. */
static void region_free(Shared *s)
{
    Region *todo = (Region *)(void *)s;
    todo->next = NULL;
    while (todo)
        todo = free_one(todo, todo->next);
}

Shared *ml_freeze_begin(Heap *h, Copier *c)
{
    Mem *mem = h->mem;
    Region *r = ml_mem_zalloc(mem, sizeof *r);
    ml_copy_init(c, mem, COPY_FREEZE, 0);
    c->ids = h;
    if (!r) {
        c->oom = true;
        return NULL;
    }
    r->mem = mem;
    r->h.free = region_free;
    ml_store(&r->h.refs, 1);
    c->owner = &r->h;
    return &r->h;
}

Shared *ml_freeze_end(Shared *region, Copier *c, bool ok)
{
    Region *r = (Region *)(void *)region;
    if (!ok) {
        ml_mem_free(r->mem, r, sizeof *r);
        return NULL;
    }
    r->frags = c->first;
    r->handles = c->handles;
    r->holds = c->holds;
    r->h.bytes = ml_copy_bytes(c) + sizeof *r;
    return region;
}

Shared *ml_freeze(Heap *h, Value *v, Copier *c)
{
    Shared *region = ml_freeze_begin(h, c);
    if (!region)
        return NULL;
    bool ok = ml_copy_root(c, v, 0);
    ml_copy_done(c);
    return ml_freeze_end(region, c, ok);
}
