#ifndef ML_INTERP_H
#define ML_INTERP_H

#include "vm/proc/proc.h"

/* interp.h - runs a process from p->pc on, until there is a reason to stop.
 * RUN_EXIT: p->reason says why. Worker. */
typedef enum { RUN_YIELD, RUN_WAIT, RUN_EXIT } RunEnd;
RunEnd ml_interp(Proc *p);

#endif
