#ifndef ML_DESCRIBE_H
#define ML_DESCRIBE_H

#include "vm/proc/inspect.h"

/* See describe.c. Owner, which is not in the middle of an instruction; texts that
 * it cannot tell stay as they are. */
void ml_describe(Proc *p, Place *out);

#endif
