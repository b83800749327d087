#ifndef ML_OLD_H
#define ML_OLD_H

#include "vm/data/tab.h"

/*
 * old.h - the old objects of a large heap, and what was written into them.
 *
 * A heap is young only, until much is alive after a full collection. Then the
 * block in front becomes the place of old objects, and new ones go to a nursery:
 *
 *     old block   [ objects ......... top |  room for who survives  end ]
 *     main block  [ the nursery ..................................... ]
 *
 * A minor collection (gc_minor.c) moves what is alive of the nursery and the
 * fragments behind the old ones and looks at no old object, but at those that
 * are noted: OF_OLD at an object says that a young one may be stored in it only
 * if that is told here. A small one is noted as a whole, once, and loses the
 * flag until the next collection. Of a large table each slot is noted.
 *
 * Whoever stores a reference in an object that may have been there before the
 * last safe point calls one of these afterwards. A missing call is found by
 * ml_gc_verify in a build with checks.
 */
enum {
#ifdef ML_CHECKS
    OLD_MIN = 2 * 1024,         /* bytes that live: from there on a heap has old objects */
    NURSERY_MIN = 2 * 1024, NURSERY_MAX = 8 * 1024,
    OLD_NOTES = 64,             /* as many notes ask for a collection */
    OLD_PARTLY = 8              /* slots of a table that is noted slot by slot */
#else
    OLD_MIN = 1024 * 1024,
    NURSERY_MIN = 256 * 1024, NURSERY_MAX = 1024 * 1024,
    OLD_NOTES = 8 * 1024,
    OLD_PARTLY = 64
#endif
};

typedef enum {
    NOTE_ALL,                   /* everything in it */
    NOTE_PARTS,                 /* of a table: its metatable, and that its parts may be others */
    NOTE_ITEM, NOTE_NODE        /* of a table: one slot */
} NoteKind;

typedef struct Note {
    Obj     *o;
    uint32_t kind, at;
} Note;

typedef struct Old {
    char    *block, *top, *end;
    Obj     *handles;           /* of old objects; heap.handles has those of young ones */
    Large   *large;             /* the same for large objects */
    size_t   moved;             /* bytes, by the last minor collection */
    bool     is_minor;          /* the last collection was one */
    uint32_t nnotes, cap;
    Note    *notes;
    bool     lost;              /* there was no memory for one: only a full collection will do */
} Old;

void ml_old_store(Heap *h, Tab *t, const Value *at);
void ml_old_insert(Heap *h, Tab *t, const Node *n);
void ml_old_parts(Heap *h, Tab *t);
void ml_old_range(Heap *h, Tab *t, const Value *v, size_t n);
void ml_old_note(Heap *h, Obj *o);

static inline bool ml_old_minds(const Obj *o) { return __builtin_expect(o->flags & OF_OLD, 0); }

/* The value at `at`, in one of the parts of t, was set. */
static inline void ml_old_stored(Heap *h, Tab *t, const Value *at)
{
    if (ml_old_minds(&t->h) && ml_is_heap(*at))
        ml_old_store(h, t, at);
}

/* n is new in the hash part of t, and another may have made place for it. */
static inline void ml_old_inserted(Heap *h, Tab *t, const Node *n)
{
    if (ml_old_minds(&t->h))
        ml_old_insert(h, t, n);
}

/* t got another metatable, array part or hash part. */
static inline void ml_old_changed(Heap *h, Tab *t)
{
    if (ml_old_minds(&t->h))
        ml_old_parts(h, t);
}

/* n values of its array part were set. */
static inline void ml_old_filled(Heap *h, Tab *t, const Value *v, size_t n)
{
    if (ml_old_minds(&t->h))
        ml_old_range(h, t, v, n);
}

/* Something in an object of another kind was set: a box, function, userdata. */
static inline void ml_old_wrote(Heap *h, Obj *o)
{
    if (ml_old_minds(o))
        ml_old_note(h, o);
}
/* The coroutine is left, or entered: its stack, too. */
void ml_old_coro(Heap *h, Coro *c);
/* A large object lies elsewhere. */
void ml_old_moved(Heap *h, const Obj *from, Obj *to);

/* Bytes that live in the old block; that are held for old objects. */
static inline size_t ml_old_used(const Heap *h) { return h->old ? (size_t)(h->old->top - h->old->block) : 0; }
static inline size_t ml_old_held(const Heap *h)
{
    const Old *old = h->old;
    return old ? (size_t)(old->end - old->block) + sizeof *old + old->cap * sizeof(Note) : 0;
}

/* For the collector. What a heap with so much alive wants, besides as much again, for those
 * who survive, so that a full collection is rare; 0: it is small. */
size_t ml_old_room(size_t live);
/* What has survived a full collection is old from now on, if it is much. The
 * handles and large objects are those of old objects. False: not so. */
bool   ml_old_begin(Heap *h, Obj *handles, Large *large);
/* Gives back all but the block. */
void   ml_old_free(Heap *h);

#endif
