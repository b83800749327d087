#ifndef ML_GC_H
#define ML_GC_H

#include "vm/data/heap.h"
#include "vm/data/tab.h"

/*
 * gc.h - the copying collector of one heap.
 *
 * The collector knows no process: it is given a function that shows it every
 * root. A root function calls ml_gc_value for values and ml_gc_obj for bare
 * object pointers; both replace what they are given by its new address.
 */

typedef struct Gc Gc;
typedef void (*GcRoots)(Gc *gc, void *ctx);

void ml_gc_value(Gc *gc, Value *v);
void ml_gc_values(Gc *gc, Value *v, size_t n);
/* A root that does not keep alive: nil after the collection if nothing else did. */
void ml_gc_weak_value(Gc *gc, Value *v);
/* *o may be NULL. */
void ml_gc_obj(Gc *gc, Obj **o);
#define ML_GC_PTR(gc, field) ml_gc_obj((gc), (Obj **)(void *)&(field))
/* Only what is young moves: what a root was shown before, and nobody has stored
 * there since, need not be shown again. */
bool ml_gc_is_minor(const Gc *gc);
/* The stack of who runs: whatever is in it is looked at, each time. */
void ml_gc_stack(Gc *gc, Obj **stk);

typedef enum {
    GC_DONE,
    GC_MORE,                    /* h->gc is under way: call again before anything touches an object */
    GC_NO_MEMORY                /* for the new space; the heap is as it was */
} GcEnd;

/* Collects, or goes on with it. At least `need` bytes are free afterwards.
 * budget: bytes to be worked on, about; INT64_MAX: all. When done, *freed is how
 * many were garbage. Of a heap with old objects (old.h) it is a minor collection
 * if that will do. Owner, at a safe point. */
GcEnd ml_gc_run(Heap *h, size_t need, GcRoots roots, void *ctx, int64_t budget, size_t *freed);

/* Asks for a full collection at the next safe point. */
static inline void ml_gc_request(Heap *h) { h->want_gc |= WANT_GC | WANT_FULL; }

/* The object's metatable has __gc: remember to run it. */
void ml_gc_mark_final(Heap *h, Obj *o);
/* The next object whose finaliser is due (value), or false. */
bool ml_gc_next_final(Heap *h, Value *out);
/* All that have one become due, and no more are marked: the process ends. */
void ml_gc_finals_all(Heap *h);
/* Bytes of an object, by its kind; of the kinds there are most of, at once. */
size_t ml_obj_size_(const Obj *o);
static inline size_t ml_obj_size(const Obj *o)
{
    if (o->kind == OBJ_TAB)
        return sizeof(Tab);
    if (o->kind == OBJ_ARR)
        return sizeof(ArrObj) + ((const ArrObj *)(const void *)o)->cap * sizeof(Value);
    return ml_obj_size_(o);
}
/* Frees the lists, and what a collection under way holds. Before ml_heap_fini. */
void ml_gc_fini(Heap *h);
/* Before it, in pieces: heap.h. */
bool ml_gc_fini_some(Heap *h, int *budget);

/* Stack and coroutine objects, which the collector must know by shape. */
typedef struct Stack {
    Obj      h;
    uint32_t cap;               /* slots */
    uint32_t used;              /* slots that hold values; set by the owner before a collection */
    Value    v[];
} Stack;

typedef struct Tbc {            /* a pending to-be-closed variable, newest first */
    Obj         h;
    struct Tbc *prev;
    uint32_t    slot;           /* of its coroutine's stack */
} Tbc;

struct Coro {
    Obj          h;             /* h.a: CO_* */
    Stack       *stk;
    Tbc         *tbc;
    Coro        *resumer;       /* NULL: the main coroutine, or not running */
    Value        err;           /* of a coroutine that failed */
    const struct Instr *pc;
    uint32_t     base, top;     /* slots */
    int32_t      nargs, step;   /* of the native it is suspended in */
};

enum { CO_CLOSING = 2, CO_FAILED = 1, CO_MAIN = 4 };  /* Coro.h.b */
enum { CO_SUSPENDED, CO_RUNNING, CO_NORMAL, CO_DEAD };

#endif
