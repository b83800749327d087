#ifndef ML_STRETCH_H
#define ML_STRETCH_H

#include "vm/native.h"

/*
 * stretch.h - how long the worker is kept. In builds configured with
 * --enable-stretch, which are optimised like any other, the time of every step
 * of a built-in function and of every slow half of an instruction is taken, in
 * processor time of the thread, so that what others do on the machine does not
 * count. `make check-stretch` asks for the longest (debug.stretch) after each
 * of many calls. In all other builds the macros are their expression.
 *
 *     STRETCH(vm, name, expr)     a stretch: the time from one point where
 *                                 others can run to the next
 *     STRETCH_APART(vm, name, expr)   work within a stretch that is told apart,
 *                                 because it is not the doing of the built-in:
 *                                 a collection, the stack that grows
 */
#ifdef ML_STRETCH

/*
 * The same call repeated takes the same steps, so the k-th step of a built-in
 * has a least time of all repeats, which is free of what interrupted one of
 * them; the longest of these is told.
 */
typedef struct StretchRow {
    const void *what;           /* key: a NativeDef or a name; NULL: free */
    const char *name;
    bool        apart;
    uint32_t    steps, least_steps;     /* of this repeat, of the one with the fewest */
    uint32_t   *ns, cap;                /* of each step, the least so far */
} StretchRow;

enum { STRETCH_ROWS = 512, STRETCH_STEPS = 1 << 20 };

typedef struct Stretch {
    uint64_t   began, apart;    /* of the stretch under way; of it, told apart */
    uint64_t   clock;           /* what two looks at the clock cost */
    unsigned   n, repeats;
    bool       on;
    StretchRow row[STRETCH_ROWS];
} Stretch;

void     ml_stretch_begin(Vm *vm);
void     ml_stretch_end(Vm *vm, const void *what, const char *name);
uint64_t ml_stretch_now(void);
void     ml_stretch_apart(Vm *vm, const char *name, uint64_t began);
const char *ml_stretch_name(const NativeDef *d);
/* FRESH: another call is going to be made; ON, OFF: around one repeat of it. */
typedef enum { STRETCH_FRESH, STRETCH_ON, STRETCH_OFF } StretchTurn;
Stretch *ml_stretch_turn(Vm *vm, StretchTurn turn);
uint64_t ml_stretch_longest(const StretchRow *r);
void     ml_stretch_fini(Vm *vm);

#define STRETCH_OF(vm, what, name, expr)                                       \
    __extension__({                                                            \
        const void *what_ = (what);     /* before: it may be gone afterwards */ \
        const char *name_ = (name);                                            \
        ml_stretch_begin(vm);                                                  \
        __typeof__(expr) result_ = (expr);                                     \
        ml_stretch_end(vm, what_, name_);                                      \
        result_;                                                               \
    })
#define STRETCH_DO(vm, name, call)                                             \
    (ml_stretch_begin(vm), (call), ml_stretch_end(vm, name, name))
#define STRETCH_APART(vm, name, call)                                          \
    do {                                                                       \
        uint64_t began_ = ml_stretch_now();                                    \
        call;                                                                  \
        ml_stretch_apart(vm, name, began_);                                    \
    } while (0)

#else

#define STRETCH_OF(vm, what, name, expr) (expr)
#define STRETCH_DO(vm, name, call) (call)
#define STRETCH_APART(vm, name, call) do { call; } while (0)

#endif

#define STRETCH(vm, name, expr) STRETCH_OF(vm, name, name, expr)

#endif
