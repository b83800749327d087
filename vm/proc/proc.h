#ifndef ML_PROC_H
#define ML_PROC_H

#include "vm/base/rand.h"
#include "vm/base/timers.h"
#include "vm/code/op.h"
#include "vm/data/gc.h"
#include "vm/proc/bond.h"
#include "vm/proc/mailbox.h"

/*
 * proc.h - a process.
 *
 * States. The scheduler asserts what it can see of this table.
 *
 *              on a run queue   has a worker   mailbox
 *    READY     exactly one      no             anything
 *    RUNNING   no               exactly one    anything
 *    NOTIFIED  no               exactly one    anything; something is new
 *    WAITING   no               no             all looked at, or a wait that is not for messages
 *    EXITING   yes, or it has a worker         closed when its end has begun
 *
 * EXITING may be on a run queue between two slices of its end. Only its worker
 * touches a process, except `state` (state.h) and the inbox.
 */
typedef enum { PROC_READY, PROC_RUNNING, PROC_NOTIFIED, PROC_WAITING, PROC_EXITING } ProcState;

typedef enum {
    WAIT_NONE, WAIT_RECEIVE, WAIT_SLEEP, WAIT_IO, WAIT_JOB,
    WAIT_ANSWER,                /* of another process, which the VM gives */
    WAIT_HIBERNATE,
    WAIT_ROOM                   /* in the mailbox of another */
} WaitKind;

/* What a process that waits hopes for, for those who follow a chain of waits: chain.c. */
enum {
    STANDS_ALONE,               /* it goes on by itself: a timer, a descriptor, a job, a host */
    STANDS_OPEN,                /* a message, whoever sends it */
    STANDS_REPLY                /* the reply that `owed_by` owes */
};

/* What a process did when its last slice was over, and so before it was woken
 * to tell: DOES_WAIT + WaitKind. DOES_RUN: it is running, it asks itself. */
enum { DOES_READY, DOES_RUN, DOES_WAIT };

/* What is known of a wait, from its beginning (a receive statement, the first
 * step of a built-in) until the next one begins. */
enum { WAITED_NOTED = 1,        /* since_ms is set */
       WAITED_ASKED = 2,        /* nothing but questions woke it: tell.h */
       WAITED_TOLD = 4 };       /* it has told of itself in the first round: vm/run/circle.c */

/* A long copy out of the heap of a process, which is suspended until it is
 * over. drop: it is given up; undo: the heap lives on. */
typedef struct Pending {
    void (*drop)(Proc *p, struct Pending *it, bool undo);
} Pending;

/* What a process needs itself, and nobody else looks at. It is not there while it
 * is folded: fold.h. Words that are seldom other than at its birth cost nothing then. */
typedef struct Own {
    Heap         heap;          /* first: Proc.heap is the same */
    struct Trial *trial;        /* it loads a module on trial: run/trial.h; or NULL */
    Tab         *basics;        /* metatables of basic types it has set, by type; or NULL */
    Tab         *rebound, *cells;       /* functions changed by debug: rebind.c; or NULL */
    Tab         *overlays;      /* shared table or box -> private copy, or NULL: run/overlay.c */
    Tbc         *tbc;
    Coro        *co;            /* the running coroutine; NULL: main, never left */
    Value        err;           /* error on its way to a catcher */
    /* a native that is suspended, or about to be called or called back */
    int32_t      nat_nargs, nat_step, nat_nret;
    int32_t      ncall;
    Value       *callf;         /* function slot of a call the interpreter is asked to make */
    int32_t      guards;        /* guards being evaluated */
    int32_t      handlers;      /* message handlers running: they have more stack */
    bool         trap_exit;
    bool         exiting;       /* exit() is unwinding: pcall does not catch */
    bool         in_final;      /* a __gc is running */
    bool         raise;         /* err is to be raised when it runs next */
    bool         failed;        /* ended by an uncaught error */
    bool         nat_caught;
    bool         paused;        /* at a safe point, for the housekeeping; `keep` as in ml_safe_point */
    bool         repl;          /* load() compiles for the prompt */
    bool         evaluator;     /* of a prompt: "interrupted" unwinds it instead of ending it */
    bool         interrupted;   /* evaluator: stop and unwind to the prompt */
    bool         quits;         /* the program ends when it has ended */
    uint8_t      ending;        /* EXITING: what is done next; exit.c */
    uint8_t      waited;        /* WAITED_..., of the wait under way */
    int          quit_code;
    uint32_t     recv_reg;      /* register RECV puts messages in */
    uint32_t     codepth;       /* nested resumes */
    uint32_t     keep;
    uint32_t     guard_errors;  /* errors that failed a clause of receive */
    uint64_t     total_reds;
    Value        parent;
    Value        label;         /* function it was spawned with */
    Msg         *questions;     /* not answered yet; the first is being answered: inspect.c */
    Msg         *late;          /* ending: what was left in the inbox, newest first */
    Bond        *links;         /* messages it will send: msg.h; each side of a link has one, 160 bytes */
    Bond        *monitors;      /* to those it watches; 128 bytes */
    Bond        *watchers;      /* to those that watch it; 160 bytes */
    uint64_t     unlinks;       /* numbers given to them */
    Tab         *dict;          /* what libraries keep for it, or NULL */
    uint64_t     leader;        /* ml_pid_bits of who writes what it prints; 0: the VM's streams */
    Value        current;       /* message being handled */
    Value        reason;        /* of its end */
    Shared      *reason_hold;   /* owns it when it is a table */
    Shared      *env;           /* what it was born with and others have too: run/env.c; or NULL */
    char        *crash;         /* report made at the uncaught error */
    size_t       crash_size;
    size_t       asked;         /* bytes there was no memory for */
    Pending     *pending;       /* neither runs nor collects until it is over, or NULL */
    _Atomic(int) *claim;        /* what it alone uses in this step: vm/run/wait.h; or NULL */
    Rand        *rand;
    Shared      *spawned;       /* what it remembers of its children: run/env.c; or NULL */
    void       (*on_message)(void *ctx, Vm *vm, Value msg);     /* stands for a host */
    void        *on_message_ctx;
    int          wait_fd;
    uint32_t     cut;           /* slots that the stack had, with WANT_ROOM: fold.h */
} Own;

typedef struct Fold Fold;

typedef struct Alarm {          /* of the wait under way */
    Timer t;
    Proc *p;
} Alarm;

struct Proc {
    /* what the interpreter touches */
    const Instr *pc;            /* next instruction */
    Value       *base;
    Value       *top;           /* end of what is live on the stack */
    union {
        Value   *stack_end;
        Fold    *fold;          /* while own is NULL */
    };
    int64_t      reds;          /* left of this slice */
    Tab         *globals;
    Vm          *vm;
    Stack       *stk;           /* of the running coroutine */
    union {
        Own     *own;           /* NULL: folded */
        Heap    *heap;
    };

    Mbox         mbox;
    _Atomic(uint8_t) state;
    _Atomic(uint8_t) stands;    /* while it is WAITING: STANDS_... */
    uint8_t      wait;          /* WaitKind */
    uint8_t      does;          /* for others: DOES_... */
    uint8_t      priority : 2;  /* these are as it was born */
    bool         background : 1;
    bool         is_main : 1;
    bool         is_host : 1;   /* runs no code: own->on_message */
    bool         active;        /* is counted as an activity; activity.h */
    uint16_t     read;          /* messages, so far, when a turn of it was over and it had much mail: sched.c */
    uint8_t      waits;         /* for messages, so far, and */
    uint16_t     waited_ms;     /* when the last of them began, modulo a minute: fold.c */
    uint32_t     since_ms;      /* when the wait under way began, modulo 49 days */
    _Atomic(uint64_t) owed_by;  /* for others, while it waits for a reply: who owes it (ml_pid_bits); or 0 */
    _Atomic(struct Flow *) flow;        /* of a bounded mailbox, of chains of waits; NULL: an ordinary process */
    _Atomic(Str *) name;        /* registered; anybody, by names.c alone */
    struct Member *member;      /* of a realm, or NULL: realm.h */
    Alarm       *alarm;         /* or NULL: it has never waited with a time limit */
    Value        pid;
    Proc        *next;          /* in a run queue; in limbo */
    uint64_t     serial;
    union {
        uint64_t epoch;         /* of its end; ptab.c */
        uint64_t awaits;        /* the ref (its .u) that every clause of the receive under way pins; 0: none */
    };
};

/* Birth and end; proc.c. The code it will run and its registers are the
 * caller's to set. */
Proc *ml_proc_new(Vm *vm, size_t block);
/* One that nobody can find: it has no pid, and is no process of the program. */
Proc *ml_proc_new_apart(Vm *vm, size_t block);
Proc *ml_proc_new_with(Vm *vm, size_t block, struct Member *m);      /* of a realm, or NULL: realm.h */
/* What it is given to begin with: a stack of so many slots, slack included, and
 * bytes for objects. */
enum { STACK_FIRST = 36, PROC_BLOCK = 128 };
/* Bytes of the block of a new process. */
static inline size_t ml_proc_block(size_t block)
{
    return (sizeof(Stack) + STACK_FIRST * sizeof(Value) + block + 7) & ~(size_t)7;
}
/* Gives the main block back. */
void  ml_proc_free_block(Proc *p);
/* A heap of its own without a block, and all else that a new one does not get from its maker. */
void  ml_proc_blank(Vm *vm, Own *o);
void  ml_proc_free(Proc *p);
/* All of its memory but the struct and what tells others of its end. */
void  ml_proc_free_heap(Proc *p);
/* NULL: dead, or about to be. Good until the worker's next quiet point (ptab.h); of another
 * process only state and inbox may be touched. */
Proc *ml_proc_find(Vm *vm, Value pid);
void  ml_proc_roots(Gc *gc, void *proc);
/* Collects to the end. Owner, at a safe point. Ends the process when there is no memory. */
void  ml_proc_gc(Proc *p, size_t need);
/* What heap.want_gc asks for, or what is under way of it, for a slice. False:
 * it is not over, and the process must not run until another call says so. */
bool  ml_proc_housekeep(Proc *p);
static inline bool ml_proc_has_housework(const Proc *p) { return p->heap->want_gc || p->heap->gc; }
/* At least n free slots above top; may move the stack. False: limit reached. */
bool  ml_proc_grow(Proc *p, size_t n);

enum { STACK_SLACK = 24 };      /* slots kept free above what a frame may use: for calls
                                   by the VM, and ML_NAT_FREE for natives */
enum { ML_STACK_MAX = 1000000 };        /* slots of a stack, as stock Lua */
/* The stack is the one in use. */
void  ml_stack_bind(Proc *p, Stack *s);

/* The timer of its wait; timers.h. Owner. */
void  ml_proc_arm(Proc *p, uint64_t at);        /* not armed since the last disarm; may unwind for lack of memory */
void  ml_proc_disarm(Proc *p);                  /* costs nothing when it was not armed */
/* It was armed in this wait, and may have fired. */
static inline bool ml_proc_has_alarm(const Proc *p) { return p->alarm && ml_timer_is_in_use(&p->alarm->t); }
bool  ml_proc_is_timed(Proc *p);         /* it is armed and has not fired */

/* Who owes the reply that p awaits: the one it monitors by that ref. Or nil. Owner. */
Value ml_proc_debtor(const Proc *p);

/* A new ref, which tells its position in the mailbox. */
Value ml_proc_ref(Proc *p);

#endif
