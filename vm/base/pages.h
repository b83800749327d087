#ifndef ML_PAGES_H
#define ML_PAGES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * pages.h - very large blocks, straight from the system: their pages are
 * fresh and zero, they grow without being copied, and they can be given back
 * a piece at a time. Sizes are in bytes; the caller remembers them.
 */

/* Blocks of at least this size are made of pages. The address sanitizer sees
 * the C library's blocks only, so there everything is one. */
#if defined(__SANITIZE_ADDRESS__)
#define PAGES_MIN ((size_t)-1)
#else
#define PAGES_MIN ((size_t)1 << 20)
#endif

/* Any thread. NULL: no memory. */
void *ml_pages_new(size_t n);
/* Longer; it may move. What is new is zero. NULL: no memory, the block is as
 * it was. */
void *ml_pages_grow(void *p, size_t osize, size_t nsize);

void  ml_pages_free(void *p, size_t n);

/* This part of a block, not touched yet, comes to be used little by little: in small
 * pages, for clearing a large one takes as long as a pause may be, or longer. */
void  ml_pages_small(void *p, size_t n);

/* n, a power of two, at a multiple of n. huge: of large pages, if the system has them. */
void *ml_pages_aligned(size_t n, bool huge);

/*
 * Blocks that are to be given back little by little, for that takes longer than
 * a slice: about 0.1 ms a megabyte. Meanwhile they may be used again, which
 * spares the system finding and clearing pages.
 */
typedef struct Doomed Doomed;
typedef struct DoomedList {
    _Atomic(Doomed *) head;
    _Atomic(size_t)   bytes;    /* at most a moment behind */
} DoomedList;

/* Any thread. Takes the block, or what is behind its first nsize bytes; pages
 * behind the first `used` bytes were never touched, and go at once. Never blocks. */
void  ml_pages_doom(DoomedList *list, void *p, size_t n);
void  ml_pages_cut(DoomedList *list, void *p, size_t osize, size_t nsize, size_t used);
/* n bytes with anything in them, made of what is on the list, or new. The pages
 * behind the first *used bytes are fresh. NULL: no memory. Any thread. */
void *ml_pages_reuse(DoomedList *list, size_t n, size_t *used);
/* Gives back about n bytes of what is on the list. False: it is empty. Any thread. */
bool  ml_pages_reap(DoomedList *list, size_t n);

#endif
