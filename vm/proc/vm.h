#ifndef ML_VM_H
#define ML_VM_H

#include "vm/base/thread.h"
#include "vm/base/timer.h"
#include "vm/code/compile.h"
#include "vm/native.h"
#include "vm/proc/proc.h"
#include "vm/proc/vmap.h"

/*
 * vm.h - one virtual machine: what its processes share. No global state:
 * everything hangs here, several VMs live in one program. Birth and end are
 * in vm/boot.h.
 */

typedef struct RunQ { Proc *head, *tail; } RunQ;

typedef struct Outside {        /* what another thread wants done by the worker */
    struct Outside *next;
    void (*fn)(Vm *vm, struct Outside *o);      /* takes it */
} Outside;

typedef struct PidSlot {
    Proc    *p;
    uint32_t gen;
    uint32_t next_free;
} PidSlot;

enum { PTAB_CHUNK = 4096, PTAB_CHUNKS = 65536, PRIO_LOW = 0, PRIO_NORMAL = 1, PRIO_HIGH = 2, PRIO_COUNT = 3 };

struct Poll;
struct Pool;
typedef struct Sim Sim;

struct Vm {
    Mem       mem;
    uint64_t  hash_key;
    Symtab   *symtab;
    Str      *mm[MM_COUNT];             /* "__index", ... */
    Heap      shared;                   /* library tables; never collected */
    Tab      *base_globals;
    Tab      *slow;                     /* dialect versions of natives */
    Tab      *strmeta;
    Rand      rand;

    /* processes */
    PidSlot **ptab;
    uint32_t  ptab_used, ptab_free;     /* slots ever used; head of the free list + 1 */
    uint32_t  nprocs, nbackground;
    uint64_t  next_serial;
    uint64_t  next_image;
    Tab      *no_overlays;              /* empty, shared */
    VMap      names;                    /* symbol -> pid */
    VMap      aliases;                  /* ref -> pid */
    VMap      makers;                   /* symbol -> who made the global; run/hint.c */
    VMap      timer_refs;               /* ref -> SendTimer */
    RunQ      runq[PRIO_COUNT];
    uint32_t  nready, low_turn, nready_background;
    Wheel     wheel;
    uint64_t  start_us, flushed_us;
    uint32_t  nio;                      /* processes waiting for a descriptor or job */
    uint32_t  nio_background;
    uint32_t  nhosts;                   /* attached hosts that may send */
    _Atomic(Outside *) outside;
    struct Poll *poll;
    struct Pool *pool;                  /* for what blocks */
    struct Pool *compilers;             /* for what takes the compiler long: files do not wait for it */
    void     *stdio;
    bool    (*stdio_flush)(Vm *vm, bool final);     /* set with stdio */
    void    (*stdio_fini)(Vm *vm);
    void    (*write)(void *ud, int stream, const char *s, size_t n);
    void     *write_ud;
    void     *oom_jump;                 /* jmp_buf of the slice under way */
    Value     sym_normal;               /* "normal" */
    Value     memory_reason;            /* {"limit", "memory"} */
    uint32_t  background_timers;
    Proc     *running, *boot;
    SendTimer *send_timers;             /* all that are armed */
    Proc     *main;                     /* NULL once it has ended */
    bool      main_failed, exited, deadlock_told;
    bool      keep_running;             /* a host or prompt keeps the VM alive without main */
    int       exit_code;
    _Atomic(int) interrupt;
    uint64_t  slices;
    int64_t   since_look;               /* reductions since timers and poller were looked at */

    /* built-ins the core must recognise */
    NativeFn  next_fn;
    const NativeDef *xpcall, *resume, *close_ref;

    /* given at boot */
    const Compiler *compiler;
    void    (*wake)(Vm *vm, Proc *p);               /* the scheduler's: if it waits, it is ready */
    void    (*report)(Vm *vm, const char *text, size_t n);  /* where reports for people go */
    int       stress_gc;                /* checks: collect always while less KiB than this live */
    int       stress_slice;
    Image   **images;                   /* permanent ones */
    uint32_t  nimages, images_cap;
    Sim      *sim;                      /* a run that can be repeated, or NULL: sim.h */
    struct Stretch *stretch;            /* --enable-stretch: see vm/run/stretch.h */
};

#endif
