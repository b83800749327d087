#ifndef ML_TEST_ONE_HEAP_H
#define ML_TEST_ONE_HEAP_H

#include <setjmp.h>

#include "tests/unit/test.h"
#include "vm/data/heap.h"
#include "vm/data/str.h"

/*
 * one_heap.h - a heap without a process around it. When memory is out, the
 * request jumps to `out`, if a test has set it.
 */

typedef struct World {
    Mem     mem;
    Symtab *st;
    Heap    h;
    jmp_buf out;
} World;

static const uint64_t test_key = 0x1234567890ABCDEFu;

__attribute__((noreturn, unused))
static void world_oom(Heap *h, size_t asked)
{
    (void)asked;
    World *w = (World *)(void *)((char *)h - offsetof(World, h));
    longjmp(w->out, 1);
}

__attribute__((unused))
static void world_open(World *w, size_t block)
{
    memset(w, 0, sizeof *w);
    ml_mem_init(&w->mem, NULL, NULL, 0);
    w->st = ml_symtab_new(&w->mem, test_key);
    w->h.oom = world_oom;
    w->h.owner = w;
    w->h.hash_key = test_key;
    w->h.symtab = w->st;
    if (!w->st || !ml_heap_init(&w->h, &w->mem, block))
        abort();
}

/* The bytes that were not given back. */
__attribute__((unused))
static size_t world_close(World *w)
{
    ml_heap_fini(&w->h);
    ml_symtab_free(w->st);
    return ml_mem_used(&w->mem);
}

__attribute__((unused))
static Str *text(World *w, const char *s)
{
    return ml_str_new(&w->h, s, strlen(s));
}

__attribute__((unused))
static Str *symbol(World *w, const char *s)
{
    return ml_symbol(w->st, s, strlen(s));
}

#endif
