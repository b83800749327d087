#ifndef ML_WAIT_H
#define ML_WAIT_H

#include "vm/native.h"
#include "vm/proc/vm.h"

/*
 * wait.h - how a native function waits for the world. Each parks the process
 * and comes back as `step` when the event came or anything else arrived:
 * check, and wait again.
 */

/* Until fd can be read or written (POLL_READ, POLL_WRITE). For a regular
 * file: at once. */
NatEnd ml_wait_fd(Nat *n, int step, int fd, int events);

/*
 * Something that all processes have, and that one at a time may use, for one
 * step of a native. False: another one does: give way, and try again. Nobody
 * sleeps for a claim, so memory may be asked for meanwhile; where there is
 * none, the end of the process gives the claim back. One at a time.
 */
typedef _Atomic(int) Claim;
bool ml_claim(Nat *n, Claim *c);
void ml_claim_end(Nat *n);

/* --- for other waits: the process waits for the edge from now on --- */
void ml_wait_begin(Nat *n, WaitKind kind);

/* --- for the scheduler --- */
void ml_wait_ready(void *vm, void *ud, int events);     /* the poller's report */
void ml_wait_cancel(Proc *p);                           /* p no longer waits for its fd or job */

#endif
