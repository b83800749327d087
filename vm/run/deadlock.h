#ifndef ML_DEADLOCK_H
#define ML_DEADLOCK_H

#include "vm/proc/proc.h"

/* Main waits and nothing can happen any more: says once, on standard error,
 * who waits and where. Worker. */
void ml_deadlock_tell(Vm *vm);

#endif
