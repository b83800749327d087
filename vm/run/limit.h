#ifndef ML_LIMIT_H
#define ML_LIMIT_H

#include "vm/proc/proc.h"

/* A request for memory has failed and unwound: sets the reason with which the
 * process ends, and tells about it if the limit was its own. */
void ml_limit_reached(Proc *p);

#endif
