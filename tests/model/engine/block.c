/*
 * block.c - memory, for ml_mem_init. Each thread takes its blocks from a
 * stretch of its own, one after the other with a gap between, so the address
 * of a block tells only of the thread that made it and not of the order of
 * the run. Nothing is used again before the run is over.
 */
#include "tests/model/engine/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { STRETCH = 4 << 20, GAP = 16 };
static const uintptr_t ARENA_AT = 0x620000000000;

typedef struct Stretch {
    uintptr_t at, end;
    Block    *blocks;
    size_t    n, cap;
} Stretch;

static Stretch stretches[MAX_THREADS];
static uintptr_t arena;

static void arena_new(void)
{
    void *p = mmap((void *)ARENA_AT, (size_t)STRETCH * MAX_THREADS, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (p == MAP_FAILED) {
        perror("mmap");
        exit(2);
    }
    arena = (uintptr_t)p;
}

void block_clear(void)
{
    if (!arena)
        arena_new();
    for (int i = 0; i < MAX_THREADS; i++) {
        Stretch *s = &stretches[i];
        s->at = arena + (size_t)STRETCH * (size_t)i + GAP;
        s->end = s->at + STRETCH - 2 * GAP;
        s->n = 0;
    }
}

bool in_arena(uintptr_t addr)
{
    return addr - arena < (size_t)STRETCH * MAX_THREADS;
}

Block *block_of(uintptr_t addr)
{
    Stretch *s = &stretches[(addr - arena) / STRETCH];
    size_t low = 0, high = s->n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (s->blocks[mid].start <= addr)
            low = mid + 1;
        else
            high = mid;
    }
    Block *b = low ? &s->blocks[low - 1] : NULL;
    return b && addr < b->start + b->size ? b : NULL;
}

static void *take(size_t n, void *pc)
{
    Stretch *s = &stretches[self->id];
    size_t room = (n + GAP + 15) & ~(size_t)15;
    if (room > s->end - s->at)
        return NULL;
    s->blocks = room_for(s->blocks, &s->cap, s->n, sizeof *s->blocks);
    s->blocks[s->n++] = (Block){ .start = s->at, .size = n, .born_by = self->id,
                                 .born_at = self->clock.at[self->id], .words = NOTHING,
                                 .born_pc = pc };
    void *p = (void *)s->at;
    s->at += room;
    memset(p, 0xA5, n);
    return p;
}

static void give(void *p, size_t n, void *pc)
{
    Block *b = in_arena((uintptr_t)p) ? block_of((uintptr_t)p) : NULL;
    Place me = { self->id, "frees", pc };
    if (!b || b->start != (uintptr_t)p)
        report("wild free", "no block begins there", &me, 1);
    if (b->freed)
        report("double free", "the block is gone already",
               (Place[]){ { b->freed_by, "frees", b->freed_pc }, me }, 2);
    if (b->size != n)
        report("wrong size", "a block is freed with another size", &me, 1);
    access_free(b, pc);
    b->freed = true;
    b->freed_by = self->id;
    b->freed_pc = pc;
}

/* The place that asked ml_mem_alloc, for people. */
static void *asker(void)
{
    return self->depth > 1 ? self->calls[self->depth - 2] : self->calls[0];
}

void *ex_mem(void *ud, void *ptr, size_t osize, size_t nsize)
{
    (void)ud;
    void *to = NULL;
    inside = true;
    if (nsize)
        to = take(nsize, asker());
    if (ptr && nsize && to) {
        size_t n = osize < nsize ? osize : nsize;
        touch((uintptr_t)ptr, n, ACC_READ, asker());
        memcpy(to, ptr, n);
    }
    if (ptr && (to || !nsize))
        give(ptr, osize, asker());
    inside = false;
    return to;
}

void block_leaks(void)
{
    for (int i = 0; i < MAX_THREADS; i++)
        for (size_t k = 0; k < stretches[i].n; k++) {
            const Block *b = &stretches[i].blocks[k];
            if (!b->freed)
                report("leak", "a block is left at the end",
                       &(Place){ b->born_by, "allocates", b->born_pc }, 1);
        }
}
