#ifndef ML_LIMIT_H
#define ML_LIMIT_H

#include "vm/proc/proc.h"

/* A request has failed and unwound, or no reductions are left: sets the reason with
 * which the process ends, and tells about it if the limit was that of a realm. */
void ml_limit_reached(Proc *p);

#endif
