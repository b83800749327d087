#ifndef ML_COPY_H
#define ML_COPY_H

#include "vm/data/fn.h"
#include "vm/data/heap.h"
#include "vm/data/tab.h"

/*
 * copy.h - deep copies that leave a heap: messages, what a spawned process
 * gets, and shared immutable regions. Sharing and cycles are kept; nothing
 * recurses.
 */
struct Buf;                         /* vm/base/buf.h */

typedef enum {
    COPY_OUT,                   /* for another heap: message, spawn */
    COPY_SHARE,                 /* library: shared, copied on write */
    COPY_MODULE,                /* the same, captured variables too */
    COPY_FREEZE                 /* frozen: shared, counted by `owner` */
} CopyMode;

typedef struct CopyUndo {
    Obj     *o;
    uint64_t word;
    uint32_t parent;            /* index of the object that led here; >= COPY_ROOT: a root */
} CopyUndo;

#define COPY_ROOT 0x80000000u
#ifdef ML_CHECKS
enum { ML_COPY_SLICE = 2000 };
#else
enum { ML_COPY_SLICE = 100 * 1000 };    /* bytes copied in a slice: 10 us, or 100 where memory is cold */
#endif
enum { ML_COPY_REDS = ML_COPY_SLICE >> 6 };     /* reductions for that */

typedef struct Copier Copier;
struct Copier {
    Mem      *mem;
    CopyMode  mode;
    Shared   *owner;            /* COPY_FREEZE */
    Heap     *payer;            /* under a quota it pays for the copy until that is over; or NULL */
    size_t    paid;
    Heap     *ids;              /* copies get new identity numbers from there; NULL: keep theirs */
    size_t    head;             /* bytes in front of the objects of the first fragment */
    Frag     *first, *last;     /* result */
    size_t    total;            /* bytes allocated */
    Obj      *handles;
    Hold     *holds;
    /* called for every Lua function met, or NULL: its copy, or itself if it is shared */
    void    (*on_fn)(Copier *c, const Fn *f);
    void     *ctx;
    bool      no_overlaid;      /* tables that are copied on write are refused */
    /* failure */
    bool      met_overlaid;     /* there was one */
    bool      oom;
    Obj      *bad;              /* the object that cannot be copied */
    const char *why;            /* "a coroutine" */
    uint32_t  bad_parent;
    /* work */
    char     *top, *end;
    Frag     *scan_frag;
    char     *scan;
    uint32_t  scanned;
    size_t    at;               /* items done of the large object being looked at */
    uint32_t  lastfree;         /* of the nodes that are being laid out */
    int64_t   left;             /* bytes that may still be worked on */
    bool      paused;           /* they were used up */
    uint32_t  root;
    CopyUndo **undo;            /* chunks, behind the few; NULL: not there yet, or no more */
    uint32_t  nundo, undo_cap, undone;
    CopyUndo  undo_few[16];
};

void  ml_copy_init(Copier *c, Mem *mem, CopyMode mode, size_t head);
/* Copies what v refers to and everything behind it; *v becomes the copy.
 * `root` names this root in a path. False: failed, see oom and bad; or paused:
 * set `left` and call ml_copy_more until it is done. Until then nothing may
 * touch the source heap. May be called for several roots: sharing between them
 * is kept. */
bool  ml_copy_root(Copier *c, Value *v, uint32_t root);
bool  ml_copy_more(Copier *c);
/* Before the first root: what refers to `from` will refer to `to`, which is
 * shared. */
bool  ml_copy_alias(Copier *c, Obj *from, Obj *to);
/* A copier is at work: has it copied this object? Its header is overwritten then. */
static inline bool ml_copy_is_marked(const Obj *o) { return (*(const uint64_t *)(const void *)o & 1) == 0; }
/* Undoes the marks in the source heap. Must be called, success or not.
 * ml_copy_undo: as far as `left` goes; false: call again. */
void  ml_copy_done(Copier *c);
bool  ml_copy_undo(Copier *c);
/* What was paid for so far is no longer the payer's to hold. */
void  ml_copy_pay_off(Copier *c);
/* Bytes of what it made or refers to. */
size_t ml_copy_bytes(const Copier *c);
/* Frees what was copied (after failure). */
void  ml_copy_drop(Copier *c);
/* After ml_copy_done, for a failure: the way to the object that cannot be
 * copied, e.g. "msg[2].log". root_name writes the name of a root. */
void  ml_copy_path(Copier *c, struct Buf *out, void (*root_name)(void *ctx, uint32_t root, struct Buf *out), void *ctx);
/* Room for the first fragment, guessed from the shape of v. */
void  ml_copy_reserve(Copier *c, Value v);

/* The fragments, handles and holds of a finished copy become part of h. */
void  ml_copy_into(Copier *c, Heap *h);

#endif
