#ifndef ML_SCHED_H
#define ML_SCHED_H

#include "vm/proc/vm.h"

/*
 * sched.h - who runs next; see sched.c. Worker, unless it says otherwise.
 */
void  ml_sched_ready(Vm *vm, Proc *p);          /* WAITING or new -> READY */
void  ml_sched_wake(Vm *vm, Proc *p);           /* if it waits */
void  ml_sched_drop(Vm *vm, Proc *p);           /* READY: it will not run */

typedef enum { SCHED_HAS_MORE, SCHED_IS_IDLE, SCHED_IS_DONE } SchedEnd;
/* Runs processes for at most max_us (-1: until nothing is left to do; then
 * idle sleeps inside). SCHED_IS_IDLE: nothing is ready now. */
SchedEnd ml_sched_run(Vm *vm, int64_t max_us);
int64_t  ml_sched_timeout_us(Vm *vm);           /* until something is due; -1: nothing */
/* Nothing is ready: a clock that is made up goes on to the next timer. False:
 * the host is to wait. */
bool     ml_sched_jump(Vm *vm);
/* Not ready, not waiting for anything that can come: see ml_vm_state. */
bool     ml_sched_quiet(Vm *vm);
void     ml_outside(Vm *vm, Outside *o);        /* any thread */

#endif
