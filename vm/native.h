#ifndef ML_NATIVE_H
#define ML_NATIVE_H

#include "vm/data/heap.h"
#include "vm/data/str.h"
#include "vm/data/tab.h"
#include "vm/data/value.h"

/*
 * native.h - how built-in functions are written.
 *
 * A native function is called with a Nat: its arguments base[0..nargs-1] on
 * the process' own stack, and room to push values above them. It never calls
 * Lua on top of its C frame and never blocks. When it needs a Lua function
 * called, more time, or an event, it RETURNS saying so, and is called again
 * later with `step` set to the number it asked for. What it must remember in
 * between lies in the slots it pushed (they survive), never in C variables:
 *
 *     static NatEnd apply(Nat *n)            -- apply(f, x): f(x) + 1
 *     {
 *         int64_t i;
 *         switch (n->step) {
 *         case 0:
 *             ml_push(n, ml_arg(n, 1));
 *             ml_push(n, ml_arg(n, 2));
 *             return ml_nat_call(n, 1, 1);              call, come back as step 1
 *         case 1:                                       results are on top
 *             if (n->nret < 1 || !ml_to_int(n->top[-n->nret], &i))
 *                 return ml_error(n, "f must give an integer");
 *             return ml_ret1(n, ml_v_int(i + 1));
 *         }
 *     }
 *
 * Nothing is collected or moved while a native runs one step: object pointers
 * are good until it returns. `base` and `top` move when room is made
 * (ml_nat_room, ml_push beyond ML_NAT_FREE slots). After NAT_MORE, NAT_CALL
 * or a wait every object may have moved: fetch pointers again from the slots.
 *
 * Cost: charge what you do, about one reduction per 20 ns of work (a plain
 * call is charged already); after every few thousand ask ml_nat_spent() and
 * give way with ml_nat_more(). No step runs longer than about 100 us.
 */

typedef enum {
    NAT_RET,        /* finished: the top `nret` values are the results */
    NAT_ERR,        /* raise: the error value is on top */
    NAT_CALL, NAT_PCALL, NAT_TAIL, NAT_MORE, NAT_WAIT,
    NAT_RESUME, NAT_YIELD, NAT_EXIT     /* used by coroutine.* and exit only */
} NatEnd;

typedef struct Nat {
    Proc  *p;
    Heap  *h;
    Value *base;            /* arguments */
    Value *top;             /* where the next push goes */
    int    nargs;
    int    step;            /* 0: first call */
    int    nret;            /* after a call: how many results lie on top */
    int    ncall;           /* for NAT_CALL etc.: arguments above the function */
    int    next;            /* for NAT_CALL etc.: the step to come back as */
    bool   caught;          /* after ml_nat_pcall: failed; the error value is on top, nret 1 */
} Nat;

typedef NatEnd (*NativeFn)(Nat *n);

/*
 * The usual case of a function that many loops call, without what a call takes:
 * the n arguments lie at f + 1, and results go to f, f + 1, ... Answers how many
 * there are; NAT_USUAL: this is not that case, and its arguments are as they were. It
 * may allocate; it raises nothing, calls nothing, and is usually over in well under a
 * microsecond.
 */
typedef int (*QuickFn)(Proc *p, Heap *h, Value *f, int n);
enum { NAT_USUAL = -1 };

/*
 * The same of one that enters another coroutine: the n arguments lie at f + 1, whose
 * return address is set. Where it goes on is p->base, and p->own->callf and ncall are
 * what of it, by the answer. For coroutine.* only.
 */
typedef enum {
    SWAP_USUAL,     /* this is not that case, nothing has happened */
    SWAP_CALL,      /* its function, callf, is called with the ncall values above it */
    SWAP_RETURN     /* the native that it left by returns ncall values, which lie at callf */
} Swap;
typedef Swap (*SwapFn)(Proc *p, Value *f, int n);

struct NativeDef {
    const char *name;       /* "insert"; the last part of its name */
    NativeFn    fn;
    const char *doc;        /* "table.insert(t, [pos,] v)\nInserts ..." signature line, then text */
    QuickFn     quick;      /* or NULL */
    SwapFn      swap;       /* or NULL */
};

typedef struct NativeLib {
    const char      *name;  /* "table"; "_G" for globals; "native", "native.x" for helpers that only the files of stdlib/ see */
    const NativeDef *defs;  /* ends with name NULL */
    void           (*open)(Vm *vm, Heap *h, Tab *lib);  /* adds constants; or NULL */
    const char      *pure;  /* names of those that have no effect, and the same result each time; "*": all; NULL: none */
} NativeLib;

enum { ML_NAT_FREE = 20 };  /* slots free above top at every entry */

/* --- arguments: i counts from 1. The bool forms raise and return false:
 *         if (!ml_arg_int(n, 1, &i)) return NAT_ERR;                    --- */
static inline Value ml_arg(const Nat *n, int i) { return i <= n->nargs ? n->base[i - 1] : ml_v_nil(); }
static inline bool  ml_arg_none(const Nat *n, int i) { return i > n->nargs; }
static inline bool  ml_arg_absent(const Nat *n, int i) { return i > n->nargs || ml_is_nil(n->base[i - 1]); }
bool ml_arg_int(Nat *n, int i, int64_t *out);       /* numbers and numeric strings with an integer value */
bool ml_arg_opt_int(Nat *n, int i, int64_t def, int64_t *out);
bool ml_arg_num(Nat *n, int i, double *out);
bool ml_arg_opt_num(Nat *n, int i, double def, double *out);
bool ml_arg_str(Nat *n, int i, Str **out);          /* numbers are converted (and the argument replaced) */
bool ml_arg_opt_str(Nat *n, int i, Str *def, Str **out);
bool ml_arg_tab(Nat *n, int i, Tab **out);          /* for reading: an overlay is resolved */
bool ml_arg_wtab(Nat *n, int i, Tab **out);         /* for writing: raises on frozen, makes the overlay of a library table */
bool ml_arg_any(Nat *n, int i);                     /* "value expected" */
bool ml_arg_fn(Nat *n, int i);
bool ml_arg_udata(Nat *n, int i, const UdataType *type, Udata **out);
bool ml_arg_pid(Nat *n, int i, Value *out);
/* An option word among names[] (NULL ends); def may be NULL. */
bool ml_arg_option(Nat *n, int i, const char *def, const char *const names[], int *out);
/* Without raising: */
bool ml_to_int(Value v, int64_t *out);              /* numbers and numeric strings with exact integer value */
bool ml_to_num(Value v, double *out);

/* --- results --- */
static inline void ml_push(Nat *n, Value v) { ml_set(n->top++, &v); }
bool ml_nat_room(Nat *n, int slots);                /* more than ML_NAT_FREE; raises "stack overflow" and returns false */
bool ml_nat_room_for(Nat *n, int slots, const char *what);     /* "stack overflow (what)" */
static inline NatEnd ml_ret(Nat *n, int nret) { n->nret = nret; return NAT_RET; }
static inline NatEnd ml_ret0(Nat *n) { n->nret = 0; return NAT_RET; }
static inline NatEnd ml_ret1(Nat *n, Value v) { ml_push(n, v); n->nret = 1; return NAT_RET; }
void ml_push_str(Nat *n, const char *s, size_t len);
void ml_push_cstr(Nat *n, const char *s);
void ml_push_fmt(Nat *n, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* --- errors: all return NAT_ERR --- */
NatEnd ml_error(Nat *n, const char *fmt, ...) __attribute__((format(printf, 2, 3)));   /* with "file:line: " of the caller */
NatEnd ml_error_value(Nat *n, Value v);             /* as it is */
NatEnd ml_arg_error(Nat *n, int i, const char *msg);            /* bad argument #i to 'f' (msg) */
NatEnd ml_type_error(Nat *n, int i, const char *expected);      /* ... (expected expected, got T) */

/* --- authority: what reaches the outside is withheld from a process in a sandbox.
 *         ML_AMBIENT(os_execute)       makes ambient_os_execute, for the table of the library --- */
bool ml_withheld(Nat *n);                           /* raises, if it is */
#define ML_AMBIENT(fn)                                                                             \
    static NatEnd ambient_##fn(Nat *n) { return ml_withheld(n) ? NAT_ERR : fn(n); }

/* --- going on later --- */
static inline NatEnd ml_nat_call(Nat *n, int nargs, int step)  { n->ncall = nargs; n->next = step; return NAT_CALL; }
static inline NatEnd ml_nat_pcall(Nat *n, int nargs, int step) { n->ncall = nargs; n->next = step; return NAT_PCALL; }
static inline NatEnd ml_nat_tail(Nat *n, int nargs)            { n->ncall = nargs; return NAT_TAIL; }
static inline NatEnd ml_nat_more(Nat *n, int step)             { n->next = step; return NAT_MORE; }
/* Parks the process until `until_us` (ml_now_us time; UINT64_MAX: no limit) or until something
 * arrives for it, whichever it may be: on return as `step` check why, and wait again if need be. */
NatEnd ml_nat_wait(Nat *n, int step, uint64_t until_us);
/* Goes on as the function of that name in the stdlib's table of slow versions (written in the
 * dialect, with metamethods), with the same arguments. "table.concat" */
NatEnd ml_nat_slow(Nat *n, const char *name);

/* --- cost --- */
void ml_nat_charge(Nat *n, int64_t reductions);
bool ml_nat_spent(Nat *n);                          /* the slice is used up: give way soon */
/* Before a large request, in a step that can be done once more from its beginning. True: come
 * back as the same step, with the slots of its beginning; garbage goes first. */
bool ml_nat_collects(Nat *n, size_t size);

/* --- values --- */
Vm       *ml_nat_vm(Nat *n);
/* Time; virtual in a run that can be repeated (vm/proc/sim.h). */
uint64_t  ml_now_us(Vm *vm);                        /* monotonic; 0 at the VM's start */
uint64_t  ml_wall_us(Vm *vm);                       /* since 1970 */
uint64_t  ml_cpu_us(Vm *vm);                        /* processor time used */
Tab      *ml_nat_globals(Nat *n);                   /* for reading */
Tab      *ml_rtab(Proc *p, Tab *t);                 /* the table to read: the process' overlay or t itself */
Tab      *ml_wtab(Nat *n, Tab *t);                  /* the table to write, or NULL after raising (error on top) */
Tab      *ml_metatable(Proc *p, Value v);           /* or NULL */
/* v is no table and no userdata: for all values of its type, in this process. */
void      ml_set_basic_meta(Proc *p, Value v, Tab *meta);
typedef enum { MM_INDEX, MM_NEWINDEX, MM_GC, MM_MODE, MM_LEN, MM_EQ, MM_CALL, MM_CLOSE,   /* these 8 have absence bits */
    MM_ADD, MM_SUB, MM_MUL, MM_DIV, MM_MOD, MM_POW, MM_IDIV, MM_BAND, MM_BOR, MM_BXOR,
    MM_SHL, MM_SHR, MM_UNM, MM_BNOT, MM_LT, MM_LE, MM_CONCAT, MM_TOSTRING, MM_NAME, MM_PAIRS,
    MM_METATABLE, MM_COUNT } Mm;
Value     ml_metamethod(Proc *p, Value v, Mm mm);   /* nil when there is none */
/* Text of a number, boolean, nil, or "table: 0x..." (an identity number, no address); no metamethods, __name honoured. */
Str      *ml_tostr(Proc *p, Value v);
Str      *ml_sym(Vm *vm, const char *s);            /* symbol of a fixed text */
struct Rand *ml_proc_rand(Proc *p);                 /* of math.random: one per process, seeded from the VM's */

#endif
