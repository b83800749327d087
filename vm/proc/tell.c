/*
 * tell.c - questions about waits.
 *
 * As for process_info (inspect.c), nobody looks into a process but itself: the
 * question is a signal, which wakes it, and it tells before it goes on. As
 * signals and messages arrive in one order, it has handled what was sent to it
 * before the question. When nothing but questions came since it went to sleep
 * (WAITED_ASKED), it has looked at all of that in vain, and the wait it tells
 * of is still the one under way.
 */
#include "vm/proc/signal.h"
#include "vm/proc/tell.h"
#include "vm/proc/vm.h"

void ml_tell_ask(Vm *vm, Tell *t, Value pid, uint32_t who)
{
    Msg *m = ml_msg_new_telling(&vm->mem, SIG_TELL);
    if (m) {
        ml_msg_set_from(m, pid);
        ml_msg_reason(&vm->mem, m, ml_v_light(t), &t->h);
        m->ref = ml_v_int(who);
    }
    if (!m || !ml_sig_send(vm, pid, m))
        t->fn(t, NULL, who);
}

void ml_tell_arrives(Proc *p, Msg *m)
{
    Tell *t = m->v.p;
    t->fn(t, p, (uint32_t)m->ref.i);
    ml_msg_free(&p->vm->mem, m);
}

void ml_tell_refuse(Vm *vm, Msg *m)
{
    Tell *t = m->v.p;
    t->fn(t, NULL, (uint32_t)m->ref.i);
    ml_msg_free(&vm->mem, m);
}
