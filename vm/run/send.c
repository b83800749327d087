/*
 * send.c - from a value of the sender to a message in the receiver's inbox.
 */
#include "vm/proc/flow.h"
#include "vm/proc/realm.h"
#include "vm/proc/signal.h"
#include "vm/run/pack.h"
#include "vm/run/slow.h"
#include "vm/run/trial.h"
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

static SendEnd end_of(Proc *p, FlowEnd end)
{
    switch (end) {
    case FLOW_SENT:      return SEND_DONE;
    case FLOW_FULL:      return SEND_FULL;
    case FLOW_TOO_LARGE: return SEND_TOO_LARGE;
    case FLOW_WAITS:     break;
    }
    p->wait = WAIT_ROOM;
    ml_proc_disarm(p);
    return SEND_WAITS;
}

static inline __attribute__((always_inline)) SendEnd deliver(Proc *p, Value to, Msg *m)
{
    Value pid = to;
    if (!ml_is_pid(to) && !target(p, to, &pid)) {       /* meanwhile the name went */
        ml_msg_free(&p->vm->mem, m);
        return SEND_FAILED;
    }
    ml_msg_set_from(m, p->pid);
    FlowEnd end = ml_flow_send(p->vm, p, pid, m, ml_is_ref(to), !p->own->guards);
    if (end == FLOW_WAITS && p->own->guards) {
        ml_msg_free(&p->vm->mem, m);
        ml_err(p, "attempt to wait inside a guard");
        return SEND_FAILED;
    }
    return end_of(p, end);
}

SendEnd ml_proc_send(Proc *p, Value to, Value v)
{
    Value pid;
    Msg *m;
    if (ml_flow_is_sending(p))
        return end_of(p, ml_flow_sending(p));
    if (ml_is_nil(v)) {
        ml_err(p, "cannot send nil");
        return SEND_FAILED;
    }
    if (!ml_is_pid(to) && !p->own->pending && !target(p, to, &pid))
        return SEND_FAILED;
    switch (ml_msg_pack(p, v, &m)) {
    case PACK_MORE:   return SEND_MORE;
    case PACK_FAILED: return SEND_FAILED;
    case PACK_DONE:   break;
    }
    if (ml_is_ref(to))
        m->ref = to;
    return deliver(p, to, m);
}

static Slow after(Proc *p, SendEnd end)
{
    p->reds -= 2;
    switch (end) {
    case SEND_MORE:
    case SEND_WAITS:
        p->pc--;                        /* the same instruction again */
        p->top = ml_frame_end(p);
        return SLOW_PAUSE;
    case SEND_FAILED:
        return SLOW_THROW;
    case SEND_DONE:
    case SEND_FULL:
    case SEND_TOO_LARGE:
        break;
    }
    return SLOW_OK;
}

Slow ml_op_send(Proc *p, Value to, Value v)
{
    if (p->own->trial) {
        ml_trial_spoil(p);
        return SLOW_EXIT;
    }
    return after(p, ml_proc_send(p, to, v));
}

/* Of SENDLIST, whose list has become a message. */
static inline __attribute__((always_inline)) Slow send_packed(Proc *p, Value to, Msg *m)
{
    if (ml_is_ref(to))
        m->ref = to;
    p->pc += p->pc[-1].d;               /* behind the SEND, which goes on if this has to wait */
    return after(p, deliver(p, to, m));
}

Slow ml_op_send_list(Proc *p, Value to, Value *list, unsigned n)
{
    if (p->own->trial) {
        ml_trial_spoil(p);
        return SLOW_EXIT;
    }
    Msg *m = ml_msg_pack_list(p, list + 1, n);
    return m ? send_packed(p, to, m) : ml_op_list(p, list, n);
}

Slow ml_op_send_open(Proc *p, Value to, Value *list, unsigned n)
{
    Msg *m = p->own->trial || n > ML_MAXLIST ? NULL : ml_msg_pack_list(p, list + 1, n);
    if (m)
        return send_packed(p, to, m);
    *list = ml_v_tab(ml_tab_new(p->heap, n, 0));        /* top stays, for the SETLIST */
    return SLOW_OK;
}
