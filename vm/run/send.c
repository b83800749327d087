/*
 * send.c - from a value of the sender to a message in the receiver's inbox.
 */
#include "vm/proc/realm.h"
#include "vm/proc/signal.h"
#include "vm/run/pack.h"
#include "vm/run/slow.h"
#include "vm/proc/vm.h"

bool ml_send_target(Proc *p, Value to, Value *pid)
{
    Vm *vm = p->vm;
    *pid = ml_v_nil();
    if (ml_is_pid(to)) {
        *pid = to;
        return true;
    }
    if (ml_is_ref(to)) {
        *pid = ml_alias_owner(vm, to);
        return true;
    }
    if (to.tag != TAG_STR)
        return false;
    *pid = ml_is_sandboxed(p) ? ml_v_nil() : ml_name_find(vm, to.s);
    return true;
}

/* Where it goes; false: p->err. */
static bool target(Proc *p, Value to, Value *pid)
{
    if (!ml_send_target(p, to, pid)) {
        ml_err(p, "cannot send to a %s value (a pid, registered name or alias is needed)", ml_type_name(to));
        return false;
    }
    if (to.tag == TAG_STR && ml_is_nil(*pid)) {
        ml_err(p, "no process is registered as '%s'", ml_str_data(to.s));
        return false;
    }
    return true;
}

PackEnd ml_proc_send(Proc *p, Value to, Value v)
{
    Value pid;
    Msg *m;
    if (ml_is_nil(v)) {
        ml_err(p, "cannot send nil");
        return PACK_FAILED;
    }
    if (!p->pending && !target(p, to, &pid))
        return PACK_FAILED;
    PackEnd end = ml_msg_pack(p, v, &m);
    if (end != PACK_DONE)
        return end;
    if (!target(p, to, &pid)) {         /* meanwhile the name went */
        ml_msg_free(&p->vm->mem, m);
        return PACK_FAILED;
    }
    ml_sig_send(p->vm, pid, m);
    return PACK_DONE;
}

Slow ml_op_send(Proc *p, Value to, Value v)
{
    p->reds -= 2;
    switch (ml_proc_send(p, to, v)) {
    case PACK_MORE:
        p->pc--;                        /* the same instruction again */
        p->top = ml_frame_end(p);
        return SLOW_PAUSE;
    case PACK_FAILED:
        return SLOW_THROW;
    case PACK_DONE:
        break;
    }
    return SLOW_OK;
}
