#ifndef ENGINE_H
#define ENGINE_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "tests/model/explore.h"

/*
 * engine.h - what the files of the explorer share. One OS thread runs it all.
 *
 *     fiber.c    threads as stacks to switch between
 *     sched.c    points where a choice is made; who goes on
 *     search.c   which choices are tried: all, by chance, those of a replay
 *     atomic.c   what the atomic operations of the compiler do
 *     access.c   plain accesses: races, use after free
 *     block.c    memory
 *     lock.c     vm/base/thread.h
 *     report.c   what is told
 *     main.c     the command line
 */

enum { MAX_THREADS = 8, NO_THREAD = -1 };

/* --- times: a vector clock counts the steps of each thread --- */

typedef struct Clock { uint32_t at[MAX_THREADS]; } Clock;

static inline void clock_join(Clock *to, const Clock *c)
{
    for (int i = 0; i < MAX_THREADS; i++)
        if (to->at[i] < c->at[i])
            to->at[i] = c->at[i];
}

static inline uint64_t mix(uint64_t h, uint64_t x)
{
    h = (h ^ x) * 0x9E3779B97F4A7C15u;
    return h ^ (h >> 29);
}

/* --- maps from an address, emptied between runs by counting up `run` --- */

typedef struct Slot { uintptr_t key; uint32_t run, index; } Slot;
typedef struct Map { Slot *slots; size_t size, used; uint32_t run; } Map;

enum { NOTHING = 0xFFFFFFFFu };
uint32_t map_get(const Map *m, uintptr_t key);
void     map_set(Map *m, uintptr_t key, uint32_t index);    /* a new key */
void     map_clear(Map *m);
/* A pool of items of one size that is emptied the same way. */
void    *room_for(void *items, size_t *cap, size_t n, size_t size);

/* --- fiber.c --- */

typedef enum OpKind { OP_STEP, OP_LOCK, OP_WAIT, OP_JOIN, OP_UNTIL } OpKind;

typedef enum Woken { BY_SIGNAL, BY_TIME, BY_NOTHING } Woken;

typedef struct Op {             /* what a thread does when it goes on */
    OpKind      kind;
    const char *what;
    const void *object;
    bool        writes;         /* OP_STEP: others' operations on the object depend on it */
    bool        timed;
    bool      (*ready)(void *arg);
    void       *arg;
    int         other;          /* OP_JOIN */
} Op;

typedef struct Fiber {
    int       id;
    bool      live, done, joined, starting;
    int       parent;
    void    (*fn)(void *arg);
    void     *arg;
    Op        op;
    Woken     woken;            /* how its last wait ended */
    Clock     clock;
    uint64_t  hash;             /* of all it has done and what it depends on */
    void     *calls[64];        /* where its functions were called */
    int       depth;
    jmp_buf   here, top;
    bool      made;
    char     *stack, *tls;
    int       err;
    int       priority;         /* search by chance */
} Fiber;

extern Fiber fibers[MAX_THREADS];
extern int   nfibers;
extern Fiber *self;             /* NULL: the explorer itself */
extern bool  inside;            /* the explorer works for a fiber */

void   fibers_init(void);
void   fibers_clear(void);
Fiber *fiber_new(void (*fn)(void *), void *arg);
void   fiber_switch(Fiber *to);         /* from a fiber */
void   fiber_run(Fiber *f);             /* from the explorer, until fiber_leave */
void   fiber_leave(void) __attribute__((noreturn));     /* the run is over */
bool   is_tls(uintptr_t addr);

/* --- sched.c --- */

void point(Op op);                      /* comes back when the caller was chosen */
void finished(void) __attribute__((noreturn));
int  value_choice(int n);               /* 0 .. n - 1 */
void event(uint64_t a, uint64_t b);     /* into the hash of self */
void tick(void);                        /* a step of self is over */
void sched_clear(void);
/* How much is left of what the model allows in a run. */
extern int steps, preempted, timeouts_left, spurious_left;
extern const Model *model;
extern unsigned seen;

/* --- search.c --- */

typedef enum Mode { FULL, RANDOM, PCT, REPLAY } Mode;
typedef struct Search {
    Mode     mode;
    int      bound;             /* preemptions */
    uint64_t runs, seed, most;
    int      depth;             /* PCT */
    const char *replay;
    bool     no_merge;          /* points that were seen are gone through again */
} Search;

extern Search search;
int  choose_thread(const int *ids, int n, bool first_goes_on, bool at_once);
int  choose_value(int n);
bool is_shared(const void *object);
void note_use(const void *object, bool writes);
void search_begin(void);
void run_begin(void);
bool run_next(void);            /* false: all were tried */
bool search_complete(void);
char *replay_string(void);

/* --- atomic.c, access.c, block.c, lock.c --- */

enum { ACC_READ = 0, ACC_WRITE = 1, ACC_ATOMIC = 2, ACC_FREE = 4 };

void access_clear(void);
void touch(uintptr_t addr, size_t n, int kind, void *pc);
void atomic_clear(void);
void atomic_forget(uintptr_t addr, unsigned mask);
bool is_quiet(uintptr_t addr);
bool is_calm(uintptr_t addr);
void block_clear(void);
void block_leaks(void);
void lock_clear(void);
bool lock_is_free(const void *lock);

typedef struct Block {
    uintptr_t start;
    size_t    size;
    bool      freed, touched;
    int       born_by, freed_by;
    uint32_t  born_at;
    uint32_t  words;            /* those that were touched: access.c */
    void     *born_pc, *freed_pc;
} Block;

bool   in_arena(uintptr_t addr);
Block *block_of(uintptr_t addr);        /* NULL: none */
void   access_free(Block *b, void *pc);

/* --- report.c --- */

typedef struct Place { int thread; const char *what; void *pc; } Place;

/* The run ends here. */
void report(const char *kind, const char *text, const Place *places, int n)
    __attribute__((noreturn));
void trace(const char *what, const void *object, uint64_t value, void *pc);
extern bool tracing, failed;
extern const char *failed_kind;
void report_clear(void);
void report_print(void);

#define CALLER __builtin_return_address(0)

#endif
