/*
 * api_host.c - the host as a process: attach, send, receive, call.
 *
 * The VM knows a host as a process without code. What arrives for it is
 * turned into a C message and put into its queue while processes run; the
 * scheduler is asked to come back, and then callbacks are called from here.
 */

#include <string.h>

#include "vm/api_in.h"
#include "vm/base/check.h"
#include "vm/proc/flow.h"
#include "vm/run/host.h"
#include "vm/run/park.h"
#include "vm/run/sched.h"

/* --- what arrives --- */

static void push(ml_host *h, MsgRoot *r)
{
    r->next = NULL;
    if (h->tail)
        h->tail->next = r;
    else
        h->head = r;
    h->tail = r;
    h->vm->waiting = true;
}

void ml_api_collect(ml_vm *vm)
{
    MsgRoot *r = ml_swap(&vm->arrived, NULL), *in_order = NULL;
    while (r) {
        MsgRoot *next = r->next;
        r->next = in_order;
        in_order = r;
        r = next;
    }
    while (in_order) {
        MsgRoot *next = in_order->next;
        push(in_order->to, in_order);
        in_order = next;
    }
}

/* Who drives the VM is to look. Worker. */
static void tell(Vm *vm)
{
    ml_store(&vm->interrupt, 1);
    ml_tell_host(vm);
}

/* Unlinks the message after `prev` (NULL: the first). */
static MsgRoot *pull(ml_host *h, MsgRoot *prev)
{
    MsgRoot *r = prev ? prev->next : h->head;
    if (prev)
        prev->next = r->next;
    else
        h->head = r->next;
    if (h->tail == r)
        h->tail = prev;
    r->next = NULL;
    return r;
}

static void on_msg(void *ctx, Vm *vm, Value msg)
{
    ml_host *h = ctx;
    MsgRoot *r = ml_is_nil(msg) ? NULL : ml_api_from(vm, NULL, &msg, 1, false);
    if (r) {
        r->to = h;
        r->next = ml_load(&h->vm->arrived);
        while (!ml_cas(&h->vm->arrived, &r->next, r))
            ;
    } else {
        ml_store(&h->lost, true);
    }
    tell(vm);
}

/* Hosts that were detached inside their own callback go now. */
static void sweep(ml_vm *vm)
{
    for (ml_host *h = vm->hosts, *next; h; h = next) {
        next = h->next;
        if (h->closed)
            ml_detach(h);
    }
}

void ml_api_deliver(ml_vm *vm)
{
    if (!vm->waiting || vm->in_callback)
        return;
    vm->in_callback = true;
    for (ml_host *h = vm->hosts; h; h = h->next)
        while (h->fn && h->head && !h->closed) {
            MsgRoot *r = pull(h, NULL);
            h->fn(h, &r->v, h->ud);
            ml_api_root_free(r);
        }
    vm->in_callback = false;
    vm->waiting = false;
    sweep(vm);
}

/* --- attach, detach --- */

static bool give_name(ml_host *h, const char *name)
{
    Vm *vm = h->vm->vm;
    Str *s = ml_symbol(vm->symtab, name, strlen(name));
    return s && ml_name_add(vm, s, h->p) == NAME_ADDED;
}

ml_host *ml_attach(ml_vm *vm, const char *name, ml_on_msg fn, void *ud)
{
    if (ml_api_enter(vm) != ML_OK)
        return NULL;
    ml_host *h = ml_mem_zalloc(&vm->mem, sizeof *h);
    if (!h)
        return NULL;
    *h = (ml_host){ .next = vm->hosts, .vm = vm, .fn = fn, .ud = ud };
    ml_world_stop(vm->vm);
    h->p = ml_host_new(vm->vm, on_msg, h);
    if (h->p)
        ml_add(&vm->vm->nhosts, 1);
    ml_world_go(vm->vm);
    if (!h->p) {
        ml_mem_free(&vm->mem, h, sizeof *h);
        return NULL;
    }
    h->pid = ml_api_pid(h->p->pid);
    vm->hosts = h;
    if (name && !give_name(h, name)) {
        ml_detach(h);
        return NULL;
    }
    return h;
}

void ml_detach(ml_host *h)
{
    if (!h || ml_api_enter(h->vm) != ML_OK)
        return;
    ml_vm *vm = h->vm;
    if (vm->in_callback) {
        h->closed = true;
        return;
    }
    for (ml_host **at = &vm->hosts; *at; at = &(*at)->next)
        if (*at == h) {
            *at = h->next;
            break;
        }
    ml_world_stop(vm->vm);
    ml_host_close(vm->vm, h->p);
    ml_sub(&vm->vm->nhosts, 1);
    ml_world_go(vm->vm);
    ml_api_collect(vm);
    while (h->head)
        ml_api_root_free(pull(h, NULL));
    ml_mem_free(&vm->mem, h, sizeof *h);
}

ml_pid ml_self(const ml_host *h)
{
    return h ? h->pid : (ml_pid){ { 0, 0 } };
}

/* --- sending --- */

typedef struct Filler {
    MsgRoot *r;
} Filler;

static bool fill(void *ctx, Heap *h, Value *out)
{
    Filler *f = ctx;
    *out = ml_api_to(h, f->r, &f->r->v);
    return true;
}

static int send_now(Vm *vm, ml_pid from, ml_pid to, MsgRoot *r, uint64_t reserved)
{
    static const int status[] = { [VM_SENT] = ML_OK, [VM_NO_MEMORY] = ML_ENOMEM, [VM_FULL] = ML_EAGAIN,
                                  [VM_TOO_LARGE] = ML_EINVAL };
    Filler f = { r };
    const VmPost post = { .from = ml_api_pid_value(from.opaque), .to = ml_api_pid_value(to.opaque), .reserved = reserved };
    VmSend end = ml_vm_send(vm, &post, fill, &f);
    for (Body *b = r->bodies; b; b = b->next)
        b->mark = NULL;
    ml_api_root_free(r);
    return status[end];
}

typedef struct Parcel {
    Outside  o;                 /* first */
    ml_pid   from, to;
    MsgRoot *r;
    uint64_t reserved;          /* of the receiver's mailbox */
} Parcel;

static void unpack(Vm *vm, Outside *o)
{
    Parcel *p = (Parcel *)(void *)o;
    send_now(vm, p->from, p->to, p->r, p->reserved);
    ml_api_free(p, sizeof *p);
}

static int send_later(Vm *vm, ml_pid from, ml_pid to, MsgRoot *r)
{
    Parcel *p = ml_api_alloc(sizeof *p);
    if (!p) {
        ml_api_root_free(r);
        return ML_ENOMEM;
    }
    if (ml_flow_reserve(vm, ml_api_pid_value(to.opaque), ml_mem_used(&r->mem), &p->reserved) == FLOW_WAITS) {
        ml_api_free(p, sizeof *p);
        ml_api_root_free(r);
        return ML_EAGAIN;
    }
    p->o.fn = unpack;
    p->from = from;
    p->to = to;
    p->r = r;
    ml_outside(vm, &p->o);
    return ML_OK;
}

int ml_send(ml_host *h, ml_pid to, ml_msg *m)
{
    MsgRoot *r = ml_api_root(m);
    if (!r)
        return ML_ENOMEM;
    int status = h ? ML_OK : ML_EINVAL;
    if (h && ml_api_is_owner(h->vm))
        status = ml_api_enter(h->vm);
    else if (h && h->vm->os_pid != ml_api_os_pid())
        status = ML_EFORK;
    if (status == ML_OK && (r->v.type == ML_T_NIL || !ml_is_pid(ml_api_pid_value(to.opaque))))
        status = ML_EINVAL;
    if (status == ML_ESTEP || (status == ML_OK && (!ml_api_is_owner(h->vm) || h->vm->vm->threads)))
        return send_later(h->vm->vm, h->pid, to, r);
    if (status == ML_OK)
        return send_now(h->vm->vm, h->pid, to, r, 0);
    ml_api_root_free(r);
    return status;
}

/* --- waiting --- */

typedef struct Wait {
    ml_vm   *vm;
    uint64_t until;             /* UINT64_MAX: no limit */
} Wait;

static Wait wait_for(ml_vm *vm, int timeout_ms)
{
    uint64_t now = ml_now_us(vm->vm);
    return (Wait){ vm, timeout_ms < 0 ? UINT64_MAX : now + (uint64_t)timeout_ms * 1000 };
}

/* Runs the VM until something may have arrived. */
static int wait_more(Wait *w)
{
    ml_vm *vm = w->vm;
    if (ml_api_stopped(vm))
        return ML_EAGAIN;
    uint64_t now = ml_now_us(vm->vm);
    bool late = now >= w->until;
    int64_t us = w->until == UINT64_MAX ? -1 : late ? 0 : (int64_t)(w->until - now);
    int status = ml_api_run(vm, us);
    bool told = vm->waiting;
    ml_api_deliver(vm);
    if (told)
        return ML_OK;
    if (status == ML_DONE)
        return ML_EEXITED;
    return late ? ML_ETIMEDOUT : ML_OK;
}

static int may_wait(ml_host *h)
{
    if (!h)
        return ML_EINVAL;
    int status = ml_api_enter(h->vm);
    return status == ML_OK && h->vm->in_callback ? ML_EBUSY : status;
}

int ml_receive(ml_host *h, ml_msg **out, int timeout_ms)
{
    *out = NULL;
    int status = may_wait(h);
    if (status != ML_OK)
        return status;
    Wait w = wait_for(h->vm, timeout_ms);
    while (!h->head && !ml_load(&h->lost) && status == ML_OK)
        status = wait_more(&w);
    if (ml_swap(&h->lost, false))
        return ML_ENOMEM;
    if (!h->head)
        return status;
    *out = &pull(h, NULL)->v;
    return ML_OK;
}

static bool is_ref(const ml_msg *m, Value ref)
{
    return m && m->type == ML_T_REF && m->w[0] == ref.u && m->w[1] == ref.tag;
}

/* 1: the answer, -1: the end of the one asked, 0: something else */
static int answers(const ml_msg *m, Value ref)
{
    if (m->type != ML_T_TABLE)
        return 0;
    if (is_ref(ml_index(m, 1), ref))
        return 1;
    return is_ref(ml_index(m, 2), ref) && ml_match(m, "{'DOWN' _ ...}") == 1 ? -1 : 0;
}

typedef struct Watch { ml_host *h; Value pid, ref; } Watch;

static void watch(void *ctx)
{
    Watch *w = ctx;
    ml_vm_monitor(w->h->vm->vm, w->h->p, w->pid, &w->ref);
}

/* ML_OK and *ref, or ML_ENOMEM. */
static int start_watch(ml_host *h, Value pid, Value *ref)
{
    Watch w = { h, pid, ml_v_nil() };
    if (!ml_api_may_allocate(h->vm->vm, watch, &w))
        return ML_ENOMEM;
    *ref = w.ref;
    return ML_OK;
}

int ml_call(ml_host *h, ml_pid to, ml_msg *request, ml_msg **reply, int timeout_ms)
{
    *reply = NULL;
    int status = may_wait(h);
    Value pid = ml_api_pid_value(to.opaque), ref;
    if (status == ML_OK && (!request || !ml_is_pid(pid)))
        status = request ? ML_EINVAL : ML_ENOMEM;
    if (status == ML_OK)
        status = start_watch(h, pid, &ref);
    if (status != ML_OK) {
        ml_free(request);
        return status;
    }
    Wait w = wait_for(h->vm, timeout_ms);
    status = ml_send(h, to, ml_pack("{'call' p r m}", h->pid, ml_api_ref(ref), request));
    ml_on_msg fn = h->fn;
    h->fn = NULL;               /* nothing of this host is given out meanwhile */
    MsgRoot *seen = NULL;       /* the last message looked at */
    int found = 0;
    while (status == ML_OK && !found) {
        MsgRoot *r = seen ? seen->next : h->head;
        if (r && (found = answers(&r->v, ref)) != 0) {
            const ml_msg *answer = found > 0 ? ml_index(&r->v, 2) : NULL;
            if (found > 0)
                *reply = answer ? ml_copy(answer) : ml_pack("_");
            ml_api_root_free(pull(h, seen));
        } else if (r) {
            seen = r;
        } else {
            status = wait_more(&w);
        }
    }
    h->fn = fn;
    h->vm->waiting |= fn && h->head;
    if (found >= 0) {
        ml_world_stop(h->vm->vm);
        ml_demonitor(h->p, ref);
        ml_world_go(h->vm->vm);
    }
    if (status != ML_OK)
        return status;
    if (found < 0)
        return ML_ENOPROC;
    return *reply ? ML_OK : ML_ENOMEM;
}

int ml_monitor(ml_host *h, ml_pid p, ml_ref *out)
{
    int status = h ? ml_api_enter(h->vm) : ML_EINVAL;
    Value ref, pid = ml_api_pid_value(p.opaque);
    if (status == ML_OK && !ml_is_pid(pid))
        status = ML_EINVAL;
    if (status == ML_OK)
        status = start_watch(h, pid, &ref);
    if (status == ML_OK && out)
        *out = ml_api_ref(ref);
    return status;
}
