#ifndef ML_WHY_H
#define ML_WHY_H

#include "vm/run/waits.h"

/*
 * why.h - why a receive statement does not take a message; see why.c.
 */
struct Buf;

/* Writes one reason for each of the first clauses of the statement that p
 * waits in: line 12 wants a pid at [2]; line 14 wants "put" at [1]. The owner,
 * or anybody while all rest. */
void ml_why_not(Proc *p, const WaitInfo *i, Value msg, struct Buf *out);

#endif
