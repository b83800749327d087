/*
 * sendtimer.c - send_after and cancel_timer.
 *
 * A timer is found by its ref in the map vm->timer_refs, and that entry is the
 * claim on it: who removes it has the timer to himself, and the other leaves it
 * alone. It fires on the worker that armed it, with the lock of the wheel held;
 * it may be cancelled on any other at the same moment.
 *
 *     fires      removes the entry; it was there: sends, frees
 *     cancelled  removes the entry; it was there: takes it from the wheel, frees
 *
 * The one who cancels takes the lock of the wheel, so a firing that lost has
 * returned by then, and what is freed nobody looks at. His answer is the truth:
 * a timer he removed is not sent, even if its time has come.
 */
#include "vm/proc/activity.h"
#include "vm/proc/flow.h"
#include "vm/proc/realm.h"
#include "vm/proc/sendtimer.h"
#include "vm/proc/signal.h"
#include "vm/proc/sim.h"

typedef struct SendTimer {      /* 104 bytes, and its entry in the map */
    Timer  timer;
    Value  ref, to;
    Str   *name;                /* goes to a registered name; a symbol */
    Msg   *msg;
    Realm *realm;               /* pays for it and its message, or NULL */
    size_t bytes;
} SendTimer;

/* Lets go of what it took; its message is somebody else's, or gone. */
static void free_timer(Vm *vm, SendTimer *t)
{
    ml_realm_give(t->realm, REALM_TIMERS, 1);
    ml_realm_give(t->realm, REALM_MEMORY, t->bytes);
    ml_realm_unref(t->realm);
    ml_mem_free(&vm->mem, t, sizeof *t);
}

static void fire(Timer *timer, void *ctx)
{
    Vm *vm = ctx;
    SendTimer *t = (SendTimer *)(void *)timer;
    if (ml_is_nil(ml_smap_take(&vm->timer_refs, t->ref)))
        return;                         /* who cancels it waits for this lock */
    Value to = t->name ? ml_name_find(vm, t->name) : t->to;
    if (ml_is_ref(to)) {
        t->msg->ref = to;
        to = ml_alias_owner(vm, to);
    }
    ml_sim_note(vm, SIM_TIMER, to, timer->at);
    ml_flow_send(vm, NULL, to, t->msg, true, false);
    ML_LEDGER(vm, LED_FIRED);
    free_timer(vm, t);
    ml_activity_ends(ml_here(vm));
}

/* What a timer takes from the realm of p. m goes if there is not that much. */
static void pay(Proc *p, Msg *m, size_t bytes)
{
    Realm *r = ml_realm_of(p);
    RealmKind k = REALM_TIMERS;
    Account *full = r ? ml_account_take(&r->acc[k], 1, 0) : NULL;
    if (r && !full) {
        k = REALM_MEMORY;
        full = ml_account_take(&r->acc[k], bytes, 0);
        if (full)
            ml_account_give(&r->acc[REALM_TIMERS], 1);
    }
    if (!full)
        return;
    ml_msg_free(&p->vm->mem, m);
    ml_breach(p, k, full, k == REALM_TIMERS ? 1 : bytes);
}

Value ml_send_at(Proc *p, uint64_t at, Value to, Str *name, Msg *m)
{
    Realm *r = ml_realm_of(p);
    size_t bytes = r ? sizeof(SendTimer) + ml_msg_bytes(m) : 0;
    pay(p, m, bytes);
    Vm *vm = p->vm;
    SendTimer *t = ml_mem_zalloc(&vm->mem, sizeof *t);
    Value ref = ml_proc_ref(p);
    if (!t || ml_smap_add(&vm->timer_refs, ref, ml_v_light(t)) != SMAP_ADDED) {
        ml_mem_free(&vm->mem, t, sizeof *t);
        ml_msg_free(&vm->mem, m);
        ml_realm_give(r, REALM_TIMERS, 1);
        ml_realm_give(r, REALM_MEMORY, bytes);
        return ml_v_nil();
    }
    if (r)
        ml_realm_ref(r);
    t->realm = r;
    t->bytes = bytes;
    t->timer.fire = fire;
    t->ref = ref;
    t->to = to;
    t->name = name;
    t->msg = m;
    ml_msg_set_from(m, p->pid);
    m->timed = true;
    ml_activity_begins(ml_here(vm));
    ML_LEDGER(vm, LED_TIMERS);
    ml_timers_arm(ml_timers_here(vm), &t->timer, at);
    return ref;
}

int64_t ml_send_cancel(Vm *vm, Value ref)
{
    Value v = ml_smap_take(&vm->timer_refs, ref);
    if (ml_is_nil(v))
        return -1;
    SendTimer *t = v.p;
    uint64_t now = ml_now_us(vm), at = t->timer.at;
    ml_timers_cancel(ml_timers_of(vm, &t->timer), &t->timer);
    ml_msg_free(&vm->mem, t->msg);
    ML_LEDGER(vm, LED_CANCELLED);
    free_timer(vm, t);
    ml_activity_ends(ml_here(vm));
    return at > now ? (int64_t)(at - now) : 0;
}

static void drop(void *ctx, Value ref, Value v)
{
    Vm *vm = ctx;
    SendTimer *t = v.p;
    (void)ref;
    ml_msg_free(&vm->mem, t->msg);
    free_timer(vm, t);
}

void ml_sendtimers_free(Vm *vm)
{
    ml_smap_each(&vm->timer_refs, drop, vm);
    ml_smap_fini(&vm->timer_refs);
}
