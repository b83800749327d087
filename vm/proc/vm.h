#ifndef ML_VM_H
#define ML_VM_H

#include "vm/code/compile.h"
#include "vm/native.h"
#include "vm/proc/flow_vm.h"
#include "vm/proc/ptab.h"
#include "vm/proc/smap.h"

/*
 * vm.h - one virtual machine: what its processes share. No global state:
 * everything hangs here, several VMs live in one program. Birth and end are
 * in vm/boot.h.
 */

typedef struct Outside {        /* what another thread wants done by the worker */
    struct Outside *next;
    void (*fn)(Vm *vm, struct Outside *o);      /* takes it */
} Outside;

enum { PAUSE_HOST = 1, PAUSE_DONE = 2, PAUSE_QUIT = 4 };        /* why all shall rest */

typedef struct Idle {           /* vm/run/park.h */
    Lock              lock;
    Worker           *list;     /* those that sleep, last come first */
    unsigned          nresting;
    unsigned          stops;    /* of the world by the host, nested; its thread only */
    _Atomic(uint32_t) count;    /* in the list */
    _Atomic(uint32_t) searching;        /* woken, or looking for work to steal */
    _Atomic(Worker *) poller;   /* the one that looks at the poller, or sleeps in it */
    _Atomic(int)      pause;    /* PAUSE_... */
    Cond              rested;   /* all rest */
    Cond              go;       /* `pause` has changed */
} Idle;

struct Place;
typedef struct Circle Circle;
enum { CIRCLES_TOLD = 20 };

typedef struct Circles {        /* vm/run/circle.c */
    Lock              lock;
    Circle           *open;     /* being looked into */
    _Atomic(uint32_t) ntold;
    uint64_t          told[CIRCLES_TOLD];
} Circles;

struct Poll;
typedef struct Modules Modules;
struct Pool;
typedef struct Sim Sim;
typedef struct Trace Trace;

struct Vm {
    Mem       mem;
    uint64_t  hash_key;
    Symtab   *symtab;
    Str      *mm[MM_COUNT];             /* "__index", ... */
    Str      *types[TAG_BOX + 1];       /* by tag: what type() says */
    Heap      shared;                   /* library tables; never collected */
    Tab      *base_globals;
    Tab      *slow;                     /* dialect versions of natives */
    Tab      *strmeta;
    Tab      *strings;                  /* its __index, when the library is there; or NULL */
    uint64_t  chance;                   /* of math.random: seeds those of all processes, with their serial */

    /* processes */
    Ptab      ptab;
    _Atomic(uint64_t) next_serial;
    _Atomic(uint64_t) next_image;
    Tab      *no_overlays;              /* empty, shared */
    Tab      *seen;                     /* shared: name -> the Module that require has found; or NULL */
    _Atomic(Modules *) modules;         /* run/module.c */
    SMap      names;                    /* symbol -> pid */
    SMap      aliases;                  /* ref -> pid */
    SMap      makers;                   /* symbol -> who made the global; run/hint.c */
    SMap      timer_refs;               /* ref -> SendTimer; sendtimer.c */
    FlowVm    flow;                     /* bounded mailboxes: flow.h */
    uint64_t  start_us;
    _Atomic(uint64_t) flushed_us;
    _Atomic(uint32_t) nio;              /* processes waiting for a descriptor or job */
    _Atomic(uint32_t) nhosts;           /* attached hosts that may send */
    _Atomic(Outside *) outside;
    _Atomic(uint32_t) noutside;         /* in there, or being done */
    _Atomic(uint64_t) overdraft;        /* bytes the worst realm stood over its limit: realm.c */
    Lock      outside_lock;             /* they are done one after the other */

    /* workers */
    Worker   *workers;                  /* nworkers, and behind them the guest if there are threads */
    unsigned  nworkers, nrecords;
    Worker   *guest;                    /* the host's thread */
    bool      threads;                  /* workers have threads of their own, */
    bool      started;                  /* which have been started */
    Idle      idle;
    struct Poll *poll;
    struct Poll *host_poll;             /* with threads: what the host's thread sleeps in */
    struct Pool *pool;                  /* for what blocks */
    struct Pool *compilers;             /* for what takes the compiler long: files do not wait for it */
    void     *stdio;
    bool    (*stdio_flush)(Vm *vm, bool final);     /* set with stdio */
    void    (*stdio_fini)(Vm *vm);
    void    (*write)(void *ud, int stream, const char *s, size_t n);
    void     *write_ud;
    Value     sym_normal;               /* "normal" */
    Told      told_down, told_exit;     /* told.h */
    Value     memory_reason;            /* {"limit", "memory"} */
    Own       newborn;                  /* what each process begins with: fold.h */
    Proc     *boot;
    _Atomic(Proc *) main;               /* NULL once it has ended */
    _Atomic(bool) main_failed, exited;
    bool      deadlock_told;
    Circles   circles;                  /* of calls */
    _Atomic(int) exit_code;
    _Atomic(int) interrupt;

    /* built-ins the core must recognise */
    const NativeLib *libs;
    NativeFn  next_fn, ipairs_fn;       /* what pairs and ipairs call */
    const NativeDef *xpcall, *resume, *close_ref;

    /* given at boot */
    const Compiler *compiler;
    void    (*wake)(Vm *vm, Proc *p);               /* the scheduler's: there is news for p */
    void    (*describe)(Proc *p, struct Place *out);        /* where it stands: inspect.h */
    void    (*report)(Vm *vm, const char *text, size_t n);  /* where reports for people go */
    int       stress_gc;                /* checks: collect always while less KiB than this live */
    int       stress_slice;
    Image   **images;                   /* permanent ones */
    uint32_t  nimages, images_cap;
    Sim      *sim;                      /* a run that can be repeated, or NULL: sim.h */
    Trace    *trace;                    /* who listens to what happens, or NULL: trace.h */
    struct Stretch *stretch;            /* --enable-stretch: see vm/run/stretch.h */
};

/* Where what runs on this thread arms, and where t was armed. */
static inline Timers *ml_timers_here(Vm *vm) { return &ml_here(vm)->timers; }
static inline Timers *ml_timers_of(Vm *vm, const Timer *t) { return &vm->workers[ml_timer_index(t)].timers; }
/* Bytes of its tables of processes, names, aliases and timers, which grow and
 * do not shrink, and of what workers keep for new processes. */
size_t ml_vm_table_bytes(Vm *vm);

#endif
