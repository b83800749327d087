#ifndef ML_HOST_H
#define ML_HOST_H

#include "vm/proc/proc.h"

/* host.h - processes without code, which stand for a host. Worker. */

/* Messages for it are given to on_msg. In there the value is only good until
 * it returns; signals come as the tables {"EXIT", ...} and {"DOWN", ...}; nil
 * says that something was lost for lack of memory. NULL: no memory. */
Proc *ml_host_new(Vm *vm, void (*on_msg)(void *ctx, Vm *vm, Value msg), void *ctx);
void  ml_host_close(Vm *vm, Proc *host);
/* Its slice. */
void  ml_host_run(Proc *p);

#endif
