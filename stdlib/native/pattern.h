#ifndef ML_STDLIB_PATTERN_H
#define ML_STDLIB_PATTERN_H

#include "vm/data/heap.h"
#include "vm/data/str.h"
#include "vm/data/tab.h"

/*
 * pattern.h - Lua patterns, matched without recursion and in portions: a
 * match that takes ages can be left in the middle, copied elsewhere, and
 * taken up again.
 *
 *     ml_pat_init(&m, heap, text, pattern);
 *     m.at = where to begin;
 *     for (;;) {
 *         m.left = how much it may do, at least 1
 *         ml_pat_next(&m)
 *           PAT_FOUND  [m.at, m.end) and the captures
 *           PAT_FAIL   no match from m.at on
 *           PAT_MORE   m.left is used up: call again
 *           PAT_ERROR  ml_pat_error(m.error)
 *     }
 *
 * After a pause text and pattern may lie elsewhere: ml_pat_wake. A Pat may be
 * copied byte by byte meanwhile; the table of `segs` must be kept alive.
 */

#ifdef ML_CHECKS
enum { PAT_CAPTURES = 32, PAT_SETS = 2, PAT_FIRST = 3, PAT_SEG = 7, PAT_SPAN = 5 };
#else
enum {
    PAT_CAPTURES = 32,
    PAT_SETS     = 4,           /* sets [...] whose bitmaps are remembered */
    PAT_FIRST    = 40,          /* choices before a segment is needed */
    PAT_SEG      = 1024,        /* choices in a segment */
    PAT_SPAN     = 16 * 1024    /* bytes in one go */
};
#endif

typedef enum { PAT_FAIL, PAT_FOUND, PAT_MORE, PAT_ERROR } PatEnd;

typedef enum {
    PATERR_NONE, PATERR_PERCENT, PATERR_SET, PATERR_BALANCE, PATERR_FRONTIER, PATERR_INDEX,
    PATERR_MANY, PATERR_CLOSE, PATERR_OPEN, PATERR_COMPLEX
} PatErr;

enum { PAT_UNFINISHED = -1, PAT_POSITION = -2 };    /* lengths of captures */

typedef struct PatCapture { int64_t at, len; } PatCapture;

/* Something that can be tried differently when the rest does not match. */
typedef struct PatChoice {
    int64_t  s, n;
    uint64_t p;                 /* kind in the low bits */
} PatChoice;

typedef struct PatSet {
    int64_t  p;                 /* where in the pattern; -1: unused */
    int64_t  close;             /* its ']'; -1: not found yet */
    int64_t  at;                /* read so far; past close: complete */
    uint64_t map[4];
} PatSet;

typedef struct Pat {
    const uint8_t *src, *pat;   /* followed by a NUL */
    int64_t   slen, plen;
    Heap     *h;
    Tab      *segs;             /* further segments of choices, or NULL */

    int64_t   at, end;          /* the match */
    int64_t   last;             /* a match ending here does not count; -1 */
    int64_t   left;             /* work that may be done; below 0: pause */
    PatErr    error;
    int       error_index;

    bool      anchored;         /* begins with ^ */
    uint8_t   phase, seek;
    uint8_t   seek_char;
    int64_t   seek_p;
    int64_t   s, p, k;          /* where the pause was */
    uint32_t  sets;             /* the next one to be replaced */
    uint32_t  seg;              /* segment in use; 0: first */
    PatChoice *base, *sp, *lim; /* of the segment in use */
    int64_t   used;             /* sp - base, during a pause */
    int       level;            /* captures */
    PatSet    set[PAT_SETS];
    PatCapture cap[PAT_CAPTURES];   /* from here on: of no use between two matches */
    PatChoice first[PAT_FIRST];
} Pat;

/* anchor: is a leading ^ an anchor? */
void   ml_pat_init(Pat *m, Heap *h, const Str *text, const Str *pattern, bool anchor);
/* Before a pause, after it. */
void   ml_pat_sleep(Pat *m);
void   ml_pat_wake(Pat *m, const Str *text, const Str *pattern, Tab *segs);
PatEnd ml_pat_next(Pat *m);

/* Capture i (0, 1, ...), or the whole match as number 0 when there is none.
 * len may be PAT_POSITION. False: m->error. */
bool   ml_pat_capture(Pat *m, int i, PatCapture *out);

#endif
