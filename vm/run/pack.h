#ifndef ML_PACK_H
#define ML_PACK_H

#include "vm/proc/proc.h"

/*
 * pack.h - a value becomes a message, in slices if it is large.
 *
 * Between two slices the process must not run, nor its heap be collected: it
 * gives way and asks again with the same value.
 */
typedef enum {
    PACK_DONE,
    PACK_MORE,                  /* the slice is used up: give way, call again */
    PACK_FAILED                 /* p->err says why */
} PackEnd;

/* Owner. *m: the caller's to send or free. Ends the process if there is no
 * memory. */
PackEnd ml_msg_pack(Proc *p, Value v, Msg **m);
/* The same at once, however long it takes. NULL: p->err. */
Msg    *ml_msg_pack_all(Proc *p, Value v);
/* A table of these values, without making it. NULL: it has to be made and packed. */
Msg    *ml_msg_pack_list(Proc *p, const Value *v, uint32_t n);
#endif
