/*
 * sendtimer.c - send_after and cancel_timer. An armed timer is in the wheel,
 * in the VM's list of all, and in a map from its ref, so that cancelling
 * needs no search.
 */
#include "vm/proc/sendtimer.h"
#include "vm/proc/signal.h"
#include "vm/proc/sim.h"

static void drop(Vm *vm, SendTimer *t)
{
    *t->pprev = t->next;
    if (t->next)
        t->next->pprev = t->pprev;
    ml_vmap_remove(&vm->timer_refs, t->ref);
    ml_mem_free(&vm->mem, t, sizeof *t);
}

static void fire(Timer *timer, void *ctx)
{
    Vm *vm = ctx;
    SendTimer *t = (SendTimer *)(void *)timer;
    Value to = t->name ? ml_name_find(vm, t->name) : t->to;
    if (ml_is_ref(to))
        to = ml_alias_owner(vm, to);
    ml_sim_note(vm, SIM_TIMER, to, timer->at);
    ml_sig_send(vm, to, t->msg);
    drop(vm, t);
}

Value ml_send_at(Proc *p, uint64_t at, Value to, Str *name, Msg *m)
{
    Vm *vm = p->vm;
    SendTimer *t = ml_mem_zalloc(&vm->mem, sizeof *t);
    Value ref = ml_proc_ref(p);
    if (!t || !ml_vmap_set(&vm->timer_refs, ref, ml_v_light(t))) {
        ml_mem_free(&vm->mem, t, sizeof *t);
        ml_msg_free(&vm->mem, m);
        return ml_v_nil();
    }
    t->timer.fire = fire;
    t->ref = ref;
    t->to = to;
    t->name = name;
    t->msg = m;
    t->pprev = &vm->send_timers;
    t->next = vm->send_timers;
    if (t->next)
        t->next->pprev = &t->next;
    vm->send_timers = t;
    ml_wheel_arm(&vm->wheel, &t->timer, at);
    return ref;
}

int64_t ml_send_cancel(Vm *vm, Value ref)
{
    Value v = ml_vmap_get(&vm->timer_refs, ref);
    if (v.tag != TAG_LIGHT)
        return -1;
    SendTimer *t = v.p;
    uint64_t now = ml_now_us(vm), at = t->timer.at;
    ml_wheel_cancel(&vm->wheel, &t->timer);
    ml_msg_free(&vm->mem, t->msg);
    drop(vm, t);
    return at > now ? (int64_t)(at - now) : 0;
}

void ml_sendtimers_free(Vm *vm)
{
    while (vm->send_timers) {
        SendTimer *t = vm->send_timers;
        ml_wheel_cancel(&vm->wheel, &t->timer);
        ml_msg_free(&vm->mem, t->msg);
        drop(vm, t);
    }
    ml_vmap_fini(&vm->timer_refs);
}
