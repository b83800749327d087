#ifndef ML_VM_H
#define ML_VM_H

#include "vm/base/thread.h"
#include "vm/proc/proc.h"
#include "vm/proc/vmap.h"
#include "vm/base/timer.h"

/*
 * vm.h - one virtual machine: what its processes share. No global state:
 * everything hangs here, several VMs live in one program.
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
    Tab      *no_overlays;              /* empty, shared */
    VMap      names;                    /* symbol -> pid */
    VMap      aliases;                  /* ref -> pid */
    VMap      timer_refs;               /* ref -> SendTimer */
    RunQ      runq[PRIO_COUNT];
    uint32_t  nready, low_turn, nready_background;
    Wheel     wheel;
    uint64_t  start_us, now_us, flushed_us;
    uint32_t  nio;                      /* processes waiting for a descriptor or job */
    uint32_t  nio_background;
    uint32_t  nhosts;                   /* attached hosts that may send */
    _Atomic(Outside *) outside;
    struct Poll *poll;
    struct Pool *pool;
    void     *stdio;
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
    uint64_t  guard_errors;

    /* the compiler, given at boot */
    Image  *(*compile)(Vm *vm, const char *chunk, const char *src, size_t n, unsigned flags, char **err, bool *incomplete);
    void    (*free_text)(Vm *vm, char *text);
    void    (*report)(Vm *vm, const char *text, size_t n);  /* crash reports; NULL: stderr */
    uint32_t  deny;
    int       stress_gc, stress_slice;
    Image   **images;                   /* permanent ones */
    uint32_t  nimages, images_cap;
};

/* For scripts: compile flags, as lang/compile.h has them. */
enum { CODE_DYNAMIC = 1, CODE_ENV = 2, CODE_KEEP_SOURCE = 4, CODE_REPL = 8 };

Proc *ml_proc_find(Vm *vm, Value pid);          /* NULL: dead */

/* sched.c */
void  ml_sched_ready(Vm *vm, Proc *p);          /* WAITING or new -> READY */
void  ml_sched_wake(Vm *vm, Proc *p);           /* if it waits */
typedef enum { SCHED_HAS_MORE, SCHED_IS_IDLE, SCHED_IS_DONE } SchedEnd;
/* Runs processes for at most max_us (-1: until nothing is left to do; then
 * idle sleeps inside). SCHED_IS_IDLE: nothing is ready now. Worker. */
SchedEnd ml_sched_run(Vm *vm, int64_t max_us);
int64_t  ml_sched_timeout_us(Vm *vm);           /* until something is due; -1: nothing */
void     ml_outside(Vm *vm, Outside *o);        /* any thread */
void     ml_sched_update_now(Vm *vm);

/* The messages of a host are given to it. Worker. */
void ml_host_run(Proc *p);
void ml_sendtimers_free(Vm *vm);

/* signal.c */
void  ml_proc_exit_quietly(Proc *p);            /* frees it; nobody is told */
void  ml_send(Vm *vm, Value to, Msg *m);        /* takes m */
bool  ml_proc_signals(Proc *p);                 /* handles what is in the inbox; false: it must end */
void  ml_proc_exit(Proc *p);                    /* p->reason is set: tells everybody and frees */
bool  ml_proc_set_reason(Proc *p, Value v);     /* copies v into a shared region; false: static reason */

/* interp.c */
typedef enum { RUN_YIELD, RUN_WAIT, RUN_EXIT } RunEnd;
RunEnd ml_interp(Proc *p);

#endif
