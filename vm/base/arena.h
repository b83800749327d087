#ifndef ML_ARENA_H
#define ML_ARENA_H

#include "vm/base/mem.h"

/*
 * arena.h - memory that is given back all at once: a list of growing chunks.
 * Used by the compiler for one compilation and by an image for its life.
 */

typedef struct ArenaChunk ArenaChunk;

typedef struct Arena {
    Mem        *mem;
    ArenaChunk *chunks;         /* newest first */
    char       *top, *end;      /* free part of the newest chunk */
    size_t      total;          /* bytes held from mem */
} Arena;

void  ml_arena_init(Arena *a, Mem *mem);
void  ml_arena_fini(Arena *a);
/* 16-byte aligned, zeroed. NULL when memory is out. */
void *ml_arena_alloc(Arena *a, size_t n);
char *ml_arena_strdup(Arena *a, const char *s, size_t n);   /* NUL added */

#endif
