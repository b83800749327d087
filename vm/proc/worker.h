#ifndef ML_WORKER_H
#define ML_WORKER_H

#include "vm/base/mem.h"
#include "vm/base/rand.h"
#include "vm/base/thread.h"
#include "vm/base/timers.h"
#include "vm/proc/ledger.h"
#include "vm/proc/proc.h"

/*
 * worker.h - a worker: the thread that runs processes, and what belongs to it.
 *
 * There is one for each thread of the VM. The host's thread has a record too:
 * without threads of its own a VM has this one worker, which runs when the host
 * drives it; with threads it is the guest, whose queue nobody reads.
 *
 * About 10 KB each.
 */

enum { PRIO_LOW = 0, PRIO_NORMAL = 1, PRIO_HIGH = 2, PRIO_COUNT = 3 };

typedef struct RunList { Proc *head, *tail; } RunList;

typedef struct RunQ {           /* vm/run/runq.h */
    RunList           kept;     /* the worker's alone */
    Proc             *hasty;    /* the worker's alone, too: goes on at every other turn, or NULL */
    bool              second;   /* that is the next one */
    _Atomic(uint32_t) nkept;    /* with it; the worker writes, others may read */
    Lock              lock;     /* of the lists */
    RunList           list[PRIO_COUNT];
    unsigned          low_turn; /* slices since low priority had one */
    _Atomic(uint32_t) len;      /* of the lists */
    struct Sim       *sim;      /* chooses in a run that can be repeated, or NULL */
} RunQ;

enum { SLOT_CACHE = 64 };

/* A set of characters as a pattern writes it, from behind its [ up to its ], and its
 * map: of those met last, found by how they begin. stdlib/native/pattern_set.c */
typedef struct SetSeen {
    uint8_t  len;               /* 0: none */
    char     text[31];
    uint64_t map[4];
} SetSeen;

enum { SETS_SEEN = 16 };

typedef struct Worker Worker;
struct Worker {
    Ledger            ledger;           /* its thread writes, others may read */
    Vm               *vm;
    unsigned          index;

    /* for its thread alone */
    void             *oom_jump;         /* jmp_buf of the slice under way, or of a step in it */
    void             *turn_jump;        /* that of all slices of a turn */
    Proc             *running;          /* has this slice, which began with so many reductions */
    int64_t           slice;
    Rand              rand;             /* of scheduling, never of programs */
    int64_t           usual_slice;      /* reductions that most slices take, of late */
    int64_t           since_look;       /* reductions since timers and poller were looked at */
    uint64_t          now_us;           /* when it last looked at the clock; 0: it has slept since */
    uint64_t          slept_us;         /* when it last went to sleep until a timer */
    uint32_t          slots[SLOT_CACHE], nslots;        /* of the process table, free */
    Proc             *limbo, *limbo_last;               /* dead, but others may look at them: ptab.c */
    Own               reserve;          /* fold.h */
    MsgRoom           sketch;           /* of a message that is looked at: vm/run/recv.c */
    SetSeen           sets[SETS_SEEN];
    bool              searching;        /* counted as one who looks for work */
    bool              resting;
    Thread            thread;
    Share             share;            /* of the VM's memory, while it runs */

    /* others look, or write under a lock */
    _Atomic(uint64_t) seen;             /* epoch at its last quiet point: ptab.c */
    _Atomic(uint64_t) ups, downs;       /* activities begun and ended: quiet.h */
    RunQ              q;
    Timers            timers;
    Worker           *idle_next;        /* vm/run/park.c; under its lock */
    Cond              idle_cond;
    bool              listed, woken;    /* among those that sleep; has been called */
};

/* The record of the calling thread. Any thread but those of the pool. */
Worker *ml_here(Vm *vm);
/* The calling thread is this worker from now on; NULL: of none. */
void    ml_here_set(Worker *w);

#endif
