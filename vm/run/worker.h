#ifndef ML_RUN_WORKER_H
#define ML_RUN_WORKER_H

#include "vm/proc/vm.h"

/*
 * worker.h - the records of the workers, and their threads. Host's thread.
 */

/* n 0: the host's thread is the only worker. False: no memory. */
bool ml_workers_init(Vm *vm, unsigned n, uint64_t seed);
/* Those with threads begin to run. False: not a single thread could be
 * started. Fewer than wanted is no error. */
bool ml_workers_start(Vm *vm);
/* Ends the threads; all workers rest. From now on the host's thread is alone. */
void ml_workers_stop(Vm *vm);
void ml_workers_fini(Vm *vm);

#endif
