#ifndef ML_SIM_H
#define ML_SIM_H

#include "vm/base/check.h"
#include "vm/proc/vm.h"

/*
 * sim.h - a run that can be repeated: one worker, every choice from one seed,
 * a clock of its own, and a hash of what happened. vm->sim is NULL in all
 * other runs. Worker only.
 */

typedef enum {                          /* what the trace is made of */
    SIM_SLICE,                          /* pid, reductions it may use */
    SIM_SPAWN,                          /* pid */
    SIM_SEND,                           /* to, kind of message or signal */
    SIM_RECEIVE,                        /* by, which of its messages */
    SIM_EXIT,                           /* pid */
    SIM_TIMER,                          /* pid that waited or is sent to */
    SIM_OUTPUT                          /* stream, bytes: ml_sim_output */
} SimEvent;

/* NULL: no memory. */
Sim     *ml_sim_new(Mem *mem, uint64_t seed);
void     ml_sim_free(Mem *mem, Sim *s);

/* --- choices --- */
/* A number of 0..n-1. */
uint64_t ml_sim_choose(Sim *s, uint64_t n);
/* One of a list of ready processes comes to its head. */
void     ml_sim_pick(Sim *s, Proc **head, Proc **tail);
/* How many reductions the next slice has: 1..most, short ones often. */
int64_t  ml_sim_slice(Sim *s, int64_t most);

/* --- the clock: begins at 0 --- */
uint64_t ml_sim_now_us(const Sim *s);
uint64_t ml_sim_wall_us(const Sim *s);  /* since 1970; every run begins at the same moment */
/* A process has run for so many reductions. */
void     ml_sim_ran(Sim *s, int64_t reds);
/* Nothing is ready for so long (-1: nothing is due), so it is later now.
 * `real`: a process waits for something outside. Then time passes as it does
 * there, and this is how long to wait for it; ml_sim_waited follows. Else 0. */
int64_t  ml_sim_idle(Sim *s, int64_t us, bool real);
void     ml_sim_waited(Sim *s);

/* --- the trace --- */
void     ml_sim_add(Sim *s, SimEvent e, uint64_t a, uint64_t b);
void     ml_sim_output(Sim *s, int stream, const char *text, size_t n);
uint64_t ml_sim_hash(const Sim *s);

/* A pid in the trace: no address, and no two processes have the same. */
static inline uint64_t ml_sim_pid(Value pid)
{
    return (uint64_t)ml_pid_gen(pid) << 32 | ml_pid_index(pid);
}

static inline void ml_sim_note(Vm *vm, SimEvent e, Value pid, uint64_t what)
{
    if (ML_UNLIKELY(vm->sim != NULL))
        ml_sim_add(vm->sim, e, ml_sim_pid(pid), what);
}

#endif
