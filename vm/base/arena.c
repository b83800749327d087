/*
 * arena.c - memory that is given back all at once.
 *
 *     chunks --> [next|size|....used....|top   free   end]
 *                   |
 *                   v
 *                [next|size|....used.....................]
 *
 * Chunks double from 1 KiB to 64 KiB, so a small arena stays small. A request
 * of more than half a chunk gets a chunk of its own, put behind the newest,
 * so that the rest of the newest stays in use.
 */

#include "vm/base/arena.h"

#include <stdbool.h>
#include <string.h>

struct ArenaChunk {
    ArenaChunk *next;
    size_t      size;           /* with this head */
};

enum { ALIGN = 16, FIRST = 1024, LARGEST = 64 * 1024 };

_Static_assert(sizeof(ArenaChunk) % ALIGN == 0, "data begins aligned");

void ml_arena_init(Arena *a, Mem *mem)
{
    *a = (Arena){ .mem = mem };
}

void ml_arena_fini(Arena *a)
{
    ArenaChunk *c = a->chunks;
    while (c) {
        ArenaChunk *next = c->next;
        ml_mem_free(a->mem, c, c->size);
        c = next;
    }
    ml_arena_init(a, a->mem);
}

static ArenaChunk *new_chunk(Arena *a, size_t size)
{
    ArenaChunk *c = ml_mem_alloc(a->mem, size);
    if (c) {
        c->size = size;
        a->total += size;
    }
    return c;
}

static void *alloc_alone(Arena *a, size_t n)
{
    ArenaChunk *c = new_chunk(a, sizeof *c + n);
    if (!c)
        return NULL;
    if (a->chunks) {
        c->next = a->chunks->next;
        a->chunks->next = c;
    } else {
        c->next = NULL;
        a->chunks = c;          /* full: top and end stay NULL */
    }
    return c + 1;
}

static bool grow(Arena *a, size_t size)
{
    ArenaChunk *c = new_chunk(a, size);
    if (!c)
        return false;
    c->next = a->chunks;
    a->chunks = c;
    a->top = (char *)(c + 1);
    a->end = (char *)c + size;
    return true;
}

static size_t next_size(const Arena *a)
{
    size_t size = FIRST;
    while (size < LARGEST && size < a->total)
        size *= 2;
    return size;
}

void *ml_arena_alloc(Arena *a, size_t n)
{
    if (n > PTRDIFF_MAX - 2 * LARGEST)
        return NULL;
    n = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (n == 0)
        n = ALIGN;
    void *p;
    if (a->top && n <= (size_t)(a->end - a->top)) {
        p = a->top;
        a->top += n;
    } else {
        size_t size = next_size(a);
        if (n > size / 2) {
            p = alloc_alone(a, n);
            if (!p)
                return NULL;
        } else {
            if (!grow(a, size))
                return NULL;
            p = a->top;
            a->top += n;
        }
    }
    return memset(p, 0, n);
}

char *ml_arena_strdup(Arena *a, const char *s, size_t n)
{
    if (n == SIZE_MAX)
        return NULL;
    char *p = ml_arena_alloc(a, n + 1);
    if (p && n)
        memcpy(p, s, n);
    return p;
}
