#ifndef ML_SCHED_H
#define ML_SCHED_H

#include "vm/proc/proc.h"

/* sched.h - what other rooms need of the scheduler besides vm.h. */

/* The `fire` of a process' own timer: its wait is over. */
void ml_sched_timer(Timer *t, void *ctx);
/* Not ready, not waiting for anything that can come: see ml_vm_state. */
bool ml_sched_quiet(Vm *vm);

#endif
