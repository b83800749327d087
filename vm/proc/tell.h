#ifndef ML_TELL_H
#define ML_TELL_H

#include "vm/data/shared.h"
#include "vm/proc/proc.h"

/*
 * tell.h - several processes are asked about their waits; see tell.c.
 */
typedef struct Tell Tell;
struct Tell {
    Shared h;                   /* counted by who asks and by each question on its way */
    /* Process `who` of those that are asked: p itself tells, on its worker, or
     * it is gone (NULL, any thread). */
    void (*fn)(Tell *t, Proc *p, uint32_t who);
};

/* Once for each question, fn is called: perhaps before this has returned. */
void ml_tell_ask(Vm *vm, Tell *t, Value pid, uint32_t who);

/* For signal.c and exit.c: the question has arrived, or will not. They take m. */
void ml_tell_arrives(Proc *p, Msg *m);
void ml_tell_refuse(Vm *vm, Msg *m);

/* Owner, asked: it waits, has seen all that came before the question, and the
 * wait goes on. It may be awake, just to tell, and about to receive again. */
static inline bool ml_tell_waits(const Proc *p)
{
    return p->does >= DOES_WAIT ||
           (p->does == DOES_RUN && (p->own->waited & WAITED_ASKED) && p->pc[-1].op == OP_RECV);
}
/* And what for. */
static inline WaitKind ml_tell_kind(const Proc *p)
{
    return p->does >= DOES_WAIT ? (WaitKind)(p->does - DOES_WAIT) : WAIT_RECEIVE;
}

#endif
