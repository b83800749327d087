#ifndef ML_SCHED_H
#define ML_SCHED_H

#include "vm/proc/vm.h"

/*
 * sched.h - who runs next; see sched.c. Worker, unless it says otherwise.
 */
void  ml_sched_ready(Vm *vm, Proc *p);          /* it is READY and the caller's: onto a run queue */
void  ml_sched_wake(Vm *vm, Proc *p);           /* there is news for it */
void  ml_sched_drop(Vm *vm, Proc *p);           /* it is on a run queue and will not run; all rest */

/* A few slices, and what is due before them. */
typedef enum { TURN_RAN, TURN_IDLE, TURN_OVER } Turn;
Turn     ml_sched_turn(Worker *w);
uint64_t ml_sched_nap(Worker *w);       /* until when it may sleep: ml_now_us; UINT64_MAX: no timer runs */

/* Nothing is ready, nothing waits for anything that can come. All rest, or the
 * caller is the only worker; see ml_vm_state. */
bool     ml_sched_quiet(Vm *vm);

/* --- a VM without threads: the host's thread --- */

typedef enum { SCHED_HAS_MORE, SCHED_IS_IDLE, SCHED_IS_DONE } SchedEnd;
/* Runs processes for at most max_us (-1: until nothing is left to do; then
 * idle sleeps inside). SCHED_IS_IDLE: nothing is ready now. */
SchedEnd ml_sched_run(Vm *vm, int64_t max_us);
int64_t  ml_sched_timeout_us(Vm *vm);           /* until something is due; -1: nothing */
/* Nothing is ready: a clock that is made up goes on to the next timer. False:
 * the host is to wait. */
bool     ml_sched_jump(Vm *vm);
void     ml_outside(Vm *vm, Outside *o);        /* any thread */

#endif
