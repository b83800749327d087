#ifndef EXPLORE_H
#define EXPLORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * explore.h - what a model is written with. See doc/internals/models.md.
 *
 * A model is a small program over rooms of the VM, which are compiled as they
 * are. It is run again and again, each time in another order of its threads
 * and with other answers of its relaxed loads, until there is none left.
 */

typedef struct Model {
    const char *name;
    void      (*run)(void);     /* the first thread; starts the others */
    const char *finds;          /* NULL: nothing is wrong. Else the kind of report that must come */
    int         preemptions;    /* so often a thread that could go on is left for another */
    int         timeouts;       /* so many timed waits run out, whenever it hurts most */
    int         spurious;       /* so many waits for a condition end without a reason */
    int         chance;         /* so many runs by chance (PCT) as well */
    unsigned    outcomes;       /* bits of ex_seen that must have been seen when all is explored */
} Model;

/* Each program has this list; a NULL name ends it. */
extern const Model models[];

/* A thread, which begins at once. All must be joined. */
int  ex_thread(void (*fn)(void *), void *arg);
void ex_join(int thread);
void ex_join_all(void);         /* those that the caller has started */

/* What must be true. */
#define EX_CHECK(c) ((c) ? (void)0 : ex_failed(#c, __FILE__, __LINE__))
void ex_failed(const char *what, const char *file, int line) __attribute__((noreturn));

/* One of 0 .. n - 1: the explorer tries all of them. */
int  ex_choose(int n);
/* This run got here: shows that what is looked for did happen. */
void ex_seen(unsigned bits);

/* An allocator for ml_mem_init: nothing is used twice in a run, every access
 * to what is freed, or beside a block, is reported, and so is what is left at
 * the end. */
void *ex_mem(void *ud, void *ptr, size_t osize, size_t nsize);

/* Atomics in there are accounts that order nothing: no choice is made there,
 * and no thread is taken to have seen another's work because of them. */
void ex_quiet(const void *p, size_t n);

/* No choices are made there: what depends on the order of operations on it is
 * another model's matter. */
void ex_calm(const void *p, size_t n);

/* An object of the system that is made up by the model: from enter to leave
 * no other thread runs, and who enters has seen what was done before. */
void ex_enter(const void *object);
void ex_leave(const void *object);
/* As ex_enter, but waits until `ready`; false: it has timed out. Only with
 * `timed`, and as often as the model allows. */
bool ex_enter_when(const void *object, bool (*ready)(void *arg), void *arg, bool timed);

#endif
