#ifndef ML_HEAP_H
#define ML_HEAP_H

#include "vm/base/mem.h"
#include "vm/data/shared.h"
#include "vm/data/value.h"

/*
 * heap.h - where the objects of one process live.
 *
 *   main block  [ objects ........ top ->        end ]
 *   fragments   adopted messages, and overflow of the main block
 *   large       one block for each large object: it is never moved or copied
 *               by the collector, and grows where it lies
 *
 * Allocation bumps `top`. It never collects and never moves anything: when
 * the block is full it continues in a fragment and sets `want_gc`, and the
 * interpreter collects at its next safe point. So C code may hold raw object
 * pointers from one safe point to the next: within one step of a native
 * function everything stays where it is.
 *
 * Running out of memory does not return: the request unwinds to the border of
 * the slice and the process ends with a limit reason. Therefore C code that
 * allocates in a heap must hold no lock and no memory of its own at that
 * moment, except what the process owns.
 */

typedef struct Frag {
    struct Frag *next;
    size_t       size;          /* bytes of the whole allocation */
    char        *top;           /* objects lie from (char *)(frag + 1) to here */
} Frag;

static inline char *ml_frag_end(const Frag *f) { return (char *)(uintptr_t)f + f->size; }

/* A large object lies behind this. Among fragments (of a message) it is told
 * by its frag.top, which is NULL. */
typedef struct Large {
    Frag          frag;
    struct Large *prev;         /* in heap.large; frag.next leads on */
    struct Large *todo;         /* of a collection: met, not looked at */
    uint64_t      mark;         /* epoch in which it was last met; frozen: the Shared that owns it */
} Large;

/* Objects of at least this size are large. */
#ifdef ML_CHECKS
enum { LARGE_MIN = 2 * 1024 };
#else
enum { LARGE_MIN = 32 * 1024 };
#endif

/* Bytes without references; what ml_heap_raw makes. */
typedef struct Raw {
    Obj      h;
    uint64_t size;              /* of data */
    char     data[];
} Raw;

/* A counted thing some object of this heap points to (code, frozen region). */
typedef struct Hold {
    struct Hold *next;
    struct Hold *chain;         /* of the index */
    Shared      *sh;            /* of a message: NULL is room for one */
    uint32_t     mark;          /* gc epoch in which it was last seen */
} Hold;

struct Heap {
    char    *top, *end;         /* free part of the main block, or of the first fragment */
    char    *block;             /* main block, block_size bytes */
    size_t   block_size;
    char    *block_top;         /* end of its objects, while a fragment is being filled */
    uint8_t  want_gc;           /* something is to be done at the next safe point: WANT_* */
    bool     gc_stopped;        /* collectgarbage("stop") */
    bool     exact;             /* the next collection leaves no room, stopped or not */
    uint8_t  stress;            /* checks: collect at every safe point */
    uint32_t epoch;
    uint32_t next_id;           /* identity hashes */
    Frag    *frags;
    size_t   frag_bytes;
    Large   *large;
    size_t   large_live;        /* bytes of large objects alive after the last collection */
    Obj     *handles;           /* long strings, userdata with a Shared or a destructor; linked */
    size_t   handle_bytes;      /* bytes of large objects, and of what handles and holds point to */
    size_t   handle_goal;       /* more than this asks for a collection, which sets it anew */
    Hold    *holds;
    Hold   **hold_index;        /* hold.c; NULL while they are few */
    uint32_t nholds, hold_slots;
    Obj     *finals;            /* objects whose __gc must run one day (a Tab-like list, gc.c) */
    bool     ending;            /* no further object gets a finaliser */
    struct Gc *gc;              /* a collection that is not over: the owner must not run */
    struct Old *old;            /* of a large heap: what is not moved by most collections (old.h) */
    struct Split *split;        /* a large table that is to be laid out anew (tab_layout.c), or NULL */
    bool     puts_off;          /* its owner comes to safe points, where that can be done */
    size_t   live;              /* bytes alive after the last collection */
    size_t   live_outside;      /* handle_bytes then */
    size_t   mail_bytes;        /* of messages that wait in the mailbox */
    struct Quota *quota;        /* what it may hold (quota.h); NULL: no limit */
    Mem     *mem;
    Vm      *vm;
    void   (*oom)(Heap *h, size_t asked) __attribute__((noreturn));
    void    *owner;             /* Proc, or NULL for the VM's own heap */
    uint64_t hash_key;
    struct Symtab *symtab;
};

enum { WANT_GC = 1, WANT_SPLIT = 2, WANT_FULL = 4,
       WANT_ROOM = 8 };         /* the stack is cut: vm/proc/fold.h */

/* The least value of handle_goal. */
enum { HEAP_GOAL = 256 * 1024 };

/* Initial block of `size` bytes. False: no memory. Does not touch vm, oom,
 * owner, hash_key and symtab: they are the caller's to fill. */
bool  ml_heap_init(Heap *h, Mem *mem, size_t size);
/* The same with a block that is there. */
void  ml_heap_start(Heap *h, Mem *mem, char *block, size_t size);
/* Runs the destructors of native resources, drops what is held and shared,
 * frees the memory. `finals` must be gone by then (gc.c). */
void  ml_heap_fini(Heap *h);

/* What is called _some does a part of the work: at most *budget things, which
 * are taken off it. False: not over, call again. ml_heap_fini_some comes before
 * ml_heap_fini and leaves it little to do. */
bool  ml_heap_fini_some(Heap *h, int *budget);

/* As ml_heap_alloc, of any size. ml_heap_try: NULL when there is no memory. */
Obj  *ml_heap_alloc_any(Heap *h, size_t size, unsigned kind);
Obj  *ml_heap_try(Heap *h, size_t size, unsigned kind);

/* size: bytes of the object, rounded up to 8 here. Contents are not
 * initialised except the header. For objects that are never large; what may
 * be is asked from ml_heap_try or ml_heap_zalloc. */
static inline Obj *ml_heap_alloc(Heap *h, size_t size, unsigned kind)
{
    size = (size + 7) & ~(size_t)7;
    if (__builtin_expect((size_t)(h->end - h->top) < size, 0))
        return ml_heap_alloc_any(h, size, kind);
    Obj *o = (Obj *)(void *)h->top;
    h->top += size;
    *(uint64_t *)(void *)o = kind;
    return o;
}

/* As ml_heap_alloc, and all behind the header is zero. */
Obj  *ml_heap_zalloc(Heap *h, size_t size, unsigned kind);

static inline Large *ml_large_of(Obj *o) { return (Large *)(void *)o - 1; }
static inline Obj   *ml_large_obj(Large *l) { return (Obj *)(void *)(l + 1); }
/* A large object gets another size and may move: who refers to it is the
 * caller's to tell. What is new is zero. In bytes, not below LARGE_MIN. */
Obj  *ml_large_resize(Heap *h, Obj *o, size_t nsize);
/* For collector and copier: into the list of the heap; a block for one, in no list (NULL: no memory). */
void  ml_large_link(Heap *h, Large *l);
void  ml_large_push(Large **list, Large *l);
Large *ml_large_new(Mem *mem, size_t size, bool zero);

/* Makes an object longer where it lies, if it is the newest one and there is
 * room. Sizes in bytes. */
bool  ml_heap_extend(Heap *h, void *obj, size_t osize, size_t nsize);

/* The numbers of two processes or images in a row lie far apart, so that what
 * a process receives from many differs in them too. */
#define ML_ID_STEP 0x9E3779B9u

/* The next identity number: never 0. */
static inline uint32_t ml_heap_id(Heap *h)
{
    uint32_t id = h->next_id++;
    if (__builtin_expect(id == 0, 0))
        id = h->next_id++;
    return id;
}

void ml_quota_catch_up(Heap *h);        /* quota.h */

/* Books bytes outside that an object points to. */
static inline void ml_heap_charge(Heap *h, size_t n)
{
    h->handle_bytes += n;
    if (__builtin_expect(h->quota != NULL, 0))
        ml_quota_catch_up(h);
    if (h->handle_bytes > h->handle_goal)
        h->want_gc |= WANT_GC;
}

/* Is the main block being filled, not a fragment? */
static inline bool ml_heap_in_block(const Heap *h)
{
    return !h->frags || h->end == h->block + h->block_size;
}

/* Bytes used by objects, fragments and handles: what collectgarbage("count") says. */
size_t ml_heap_used(const Heap *h);

/* The heap now refers to something owned by sh (which keeps living). Marks
 * the Hold with the epoch. */
void  ml_heap_hold(Heap *h, Shared *sh);
/* The same; the count of the caller goes over to the heap, or if there is no memory, goes. */
void  ml_heap_hold_mine(Heap *h, Shared *sh);
/* hold.c: its Hold, or NULL; a list of a message that was adopted; those not
 * marked in this epoch go, the others are charged; the index of them. */
Hold *ml_heap_find_hold(const Heap *h, const Shared *sh);
void  ml_heap_take_holds(Heap *h, Hold *list);
/* For the collector. A frozen value may refer to one of another region, which it
 * holds; who has read that out of it has no hold of his own yet. A Hold that is
 * not marked yet, or NULL: no memory; then all stay, this time. */
Hold *ml_heap_keep(Heap *h, Shared *sh);
void  ml_heap_keep_all(Heap *h);
void  ml_heap_sweep_holds(Heap *h);
void  ml_heap_forget_index(Heap *h);

/* Takes the fragment, or the large object, over; its `top` is set. */
void  ml_heap_adopt(Heap *h, Frag *f);

/* Bytes of what they refer to. */
size_t ml_heap_outside(const Obj *handles, const Hold *holds);

/* Takes lists of handles and holds over (of a message that was adopted). */
void  ml_heap_take(Heap *h, Obj *handles, Hold *holds);

/* Runs the destructors of a list of handles and lets go of what they own. */
void  ml_heap_end_handles(Obj *list);
bool  ml_heap_end_handles_some(Obj **list, int *budget);

/* Frees what was on its way to a heap. Destructors do not run: what they care
 * for has stayed with the objects these are copies of. */
void  ml_heap_drop(Mem *mem, Obj *handles, Hold *holds, Frag *frags);
bool  ml_heap_drop_some(Mem *mem, Obj **handles, Hold **holds, Frag **frags, int *budget);

/* Has the VM n more bytes? */
bool  ml_heap_vm_has(const Heap *h, size_t n);
/* Would n more bytes be within the limits? A yes is no promise. */
bool  ml_heap_fits(const Heap *h, size_t n);
/* The same, to be asked before a request whose size depends on data. False:
 * the VM has not that much. Beyond the limit of the heap itself it does not
 * return, see above. */
bool  ml_heap_may(Heap *h, size_t n);

/* A piece of memory without references, owned by the heap. */
void *ml_heap_raw(Heap *h, size_t n, Obj **obj);

typedef struct UdataType {
    const char *name;                               /* "FILE*" */
    void (*fini)(void *data);                       /* destructor, or NULL */
    bool crosses;                                   /* may be sent: a copy refers to the same Shared */
} UdataType;

struct Udata {
    Obj              h;
    uint64_t         size;
    const UdataType *type;
    Shared          *sh;        /* counted native resource, or NULL */
    Obj             *next;      /* in the list of handles, with sh or type->fini */
    Tab             *meta;
    char             data[];
};
/* sh may be NULL; its reference is taken over. data is zeroed. */
Udata *ml_udata_new(Heap *h, const UdataType *type, size_t size, Shared *sh);

#endif
