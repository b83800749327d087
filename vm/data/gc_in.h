#ifndef ML_GC_IN_H
#define ML_GC_IN_H

#include "vm/data/gc.h"
#include "vm/data/old.h"

/*
 * gc_in.h - a collection under way, for the files of the collector.
 */
typedef enum {                  /* in this order */
    GC_NOTES,                   /* minor: what was written into old objects */
    GC_TRACE,                   /* what is reachable */
    GC_CLEAR_VALUES,            /* weak values that were not reached */
    GC_FINALS,                  /* what has a finaliser and was not reached becomes due */
    GC_TRACE_FINALS,            /* what is reachable from there */
    GC_CLEAR,                   /* weak keys and values that were not reached */
    GC_HANDLES,                 /* what the heap owned outside is let go */
    GC_LARGE,
    GC_FRAGS,
    GC_OVER
} GcPhase;

struct Gc {
    Heap    *h;
    char    *block, *top, *end, *scan;
    GcPhase  phase;
    int64_t  left;              /* bytes that may still be worked on in this slice */
    size_t   need;
    bool     compact;           /* the second round of a collection */
    bool     minor;             /* only what is young; gc_minor.c */
    bool     far;               /* what it comes to is in no cache */
    bool     ages;              /* what it reaches may be old afterwards */
    size_t   touched;           /* pages of the block behind so many bytes are fresh, if gc did not get there */
    size_t   before;            /* bytes the heap held at its beginning */
    /* large objects that were met and not looked at, and how far the first is */
    Large   *todo;
    size_t   at;
    /* weak tables met, linked by Tab.next; the one being looked at, and where */
    Tab     *weak, *walk;
    size_t   walk_at;
    bool     again;             /* something was reached by a weak table */
    Value   *weak_root[4];
    int      nweak;
    Hold    *last_hold;
    uint32_t nmarked;           /* holds found to be needed */
    bool     keeps;             /* one could not be made: none goes */
    /* what the heap was: see gc.c */
    char    *old_block;
    size_t   old_size;
    Frag    *old_frags;
    char    *elders;                    /* the old block, elders_size bytes, or NULL */
    size_t   elders_size;
    Obj     *old_handles, *handles;     /* not yet looked at; those that live on */
    Obj     *last_handle;               /* of the latter */
    size_t   handle_bytes;              /* of the latter */
    Large   *old_large, *large, *last_large;
    size_t   large_bytes;               /* that live on */
    size_t   dropped;                   /* bytes of handles and large objects that do not */
};

static inline uint64_t *ml_gc_word(Obj *o) { return (uint64_t *)(void *)o; }
static inline bool ml_gc_is_forwarded(Obj *o) { return (*ml_gc_word(o) & 1) == 0; }
static inline Obj *ml_gc_forward(Obj *o) { return (Obj *)(uintptr_t)*ml_gc_word(o); }

/* Was it reached? */
static inline bool ml_gc_is_new(const Gc *gc, const Obj *o)
{
    return (const char *)o >= gc->block && (const char *)o < gc->top;
}
static inline bool ml_gc_is_alive(const Gc *gc, Obj *o)
{
    if (ml_gc_is_forwarded(o) || (o->flags & OF_SHARED))
        return true;
    if (o->flags & OF_LARGE)
        return ml_large_of(o)->mark == gc->h->epoch;
    return ml_gc_is_new(gc, o);
}

/* Each false: the slice is used up, call again. gc.c */
bool ml_gc_scan(Gc *gc);
/* What counts, in bytes, besides the size of what is copied or looked at. */
enum { GC_EACH = 24, GC_FREEING = 300 };
/* A large object is to be looked at. */
void ml_gc_list_large(Gc *gc, Large *l);
Obj **ml_gc_next_handle(Obj *o);
size_t ml_gc_handle_bytes(const Obj *o);
/* The heap is taken over and left empty. */
void ml_gc_take_over(Gc *gc);
/* The block, nearly empty again, becomes that of the heap. */
void ml_gc_give_block(Heap *h, char *block, char *top, char *end);
/* The heap needs what sh owns. */
void ml_gc_mark_hold(Gc *gc, Shared *sh);
/* The key of an entry without value only marks its place for `next`. A short
 * text stays; an object is let go, and what stays is its hash. */
void ml_gc_bury(Gc *gc, Node *nd);

/* gc_minor.c. Will a minor collection do? */
bool ml_gc_may_be_minor(const Heap *h, size_t need);
void ml_gc_begin_minor(Gc *gc, GcRoots roots, void *ctx);
bool ml_gc_notes(Gc *gc);
void ml_gc_end_minor(Gc *gc);
/* gc_verify.c: no old object refers to a young one. */
void ml_gc_verify(const Heap *h);

/* gc_weak.c */
void ml_gc_begin_weak(Gc *gc, bool again);      /* before either */
bool ml_gc_trace_weak(Gc *gc);                  /* scans, too, until nothing more is reached */
bool ml_gc_clear_weak(Gc *gc, bool values_only);
void ml_gc_clear_roots(Gc *gc);

/* gc_final.c */
void ml_gc_final_roots(Gc *gc);
bool ml_gc_separate(Gc *gc);                    /* true: some have become due */
void ml_gc_keep_finals(Gc *gc);                 /* minor: all live on */
void ml_gc_free_finals(Heap *h);

#endif
