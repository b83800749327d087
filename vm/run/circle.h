#ifndef ML_CIRCLE_H
#define ML_CIRCLE_H

#include "vm/base/thread.h"
#include "vm/proc/proc.h"

/*
 * circle.h - processes that wait for each other's replies in a circle; see
 * circle.c.
 */

/* p is about to park, and has said in owed_by whose reply it waits for: if that
 * closes a circle, it is looked into, and told once. Worker. */
void ml_circle_look(Proc *p);

#endif
