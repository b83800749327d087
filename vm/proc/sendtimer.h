#ifndef ML_SENDTIMER_H
#define ML_SENDTIMER_H

#include "vm/proc/proc.h"

/* sendtimer.h - messages that are sent at a time; see sendtimer.c. */

/* Takes m. name, if any, is a symbol, looked up when the time has come. The
 * ref by which it can be cancelled, or nil: no memory (m is freed). Does not return
 * where its realm has no timer or memory for it. Owner of p. */
Value   ml_send_at(Proc *p, uint64_t at, Value to, Str *name, Msg *m);
/* Microseconds that were left, or -1: it has been sent, or never was. Any worker. */
int64_t ml_send_cancel(Vm *vm, Value ref);
/* Nothing runs any more, no wheel either. */
void    ml_sendtimers_free(Vm *vm);

#endif
