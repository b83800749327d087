/*
 * process.c - the process functions: send, receive, links, monitors, names,
 * timers, exit.
 */
#include <math.h>
#include <string.h>

#include "stdlib/native/libs.h"
#include "stdlib/native/process_in.h"
#include "vm/proc/realm.h"
#include "vm/proc/sendtimer.h"
#include "vm/proc/signal.h"
#include "vm/proc/trace.h"
#include "vm/run/freeze.h"
#include "vm/run/skip.h"
#include "vm/run/slow.h"
#include "vm/run/debug.h"
#include "vm/run/long.h"
#include "vm/proc/vm.h"

/* --- messages --- */

static NatEnd send(Nat *n)
{
    const char *why = "full";
    if (n->nargs < 2 || ml_is_nil(n->base[1]))
        return ml_error(n, "cannot send nil");
    switch (ml_proc_send(n->p, n->base[0], n->base[1])) {
    case SEND_DONE:
        return ml_ret1(n, ml_v_bool(true));
    case SEND_MORE:
    case SEND_WAITS:
        return ml_nat_more(n, 1);       /* p->wait tells which */
    case SEND_FAILED:
        return ml_error_value(n, n->p->own->err);
    case SEND_TOO_LARGE:
        why = "limit";
        break;
    case SEND_FULL:
        break;
    }
    ml_push(n, ml_v_bool(false));
    ml_push_cstr(n, why);
    return ml_ret(n, 2);
}

/* receive{tag = function ... end}: the handler of a message, or nil. */
static Value handler_of(Nat *n, Tab *handlers, Value msg)
{
    Value key = msg;
    if (msg.tag == TAG_TAB)
        key = *ml_tab_getint(n->h, ml_rtab(n->p, msg.t), 1);
    Value f = ml_v_nil();
    if (!ml_is_nil(key))
        f = *ml_tab_get(n->h, handlers, key);
    if (ml_is_nil(f))
        f = *ml_tab_gets(n->h, handlers, "_");
    return f;
}

static bool handler_takes_all(Nat *n, Tab *handlers, Value msg, Value f)
{
    Value key = msg;
    if (msg.tag == TAG_TAB)
        key = *ml_tab_getint(n->h, ml_rtab(n->p, msg.t), 1);
    if (ml_is_nil(key))
        return true;
    return !ml_raw_equal(*ml_tab_get(n->h, handlers, key), f);
}

static NatEnd call_handler(Nat *n, Tab *handlers, Value f, Value msg)
{
    bool whole = handler_takes_all(n, handlers, msg, f);
    int64_t len = 0;
    if (!whole && msg.tag == TAG_TAB)
        len = ml_tab_len(n->h, ml_rtab(n->p, msg.t));
    if (len > 1000000 || !ml_nat_room(n, (int)len + 2))
        return ml_error(n, "message has too many elements for a handler");
    ml_push(n, f);
    if (whole)
        ml_push(n, msg);
    for (int64_t i = 2; i <= len; i++)
        ml_push(n, *ml_tab_getint(n->h, msg.t, i));
    return ml_nat_tail(n, whole ? 1 : len > 0 ? (int)len - 1 : 0);
}

/* What a message must begin with for one of the handlers. False: anything may do. */
static bool handler_tags(Nat *n, Tab *handlers, TagSet *set)
{
    Value k, f;
    set->n = 0;
    if (!ml_is_nil(*ml_tab_gets(n->h, handlers, "_")))
        return false;
    for (uint64_t pos = 0; ml_tab_each(handlers, &pos, &k, &f);)
        if (!ml_skip_tag(n->h, k, false, set) || !ml_skip_tag(n->h, k, true, set))
            return false;
    return true;
}

/* No handler for the message at the mark of a long mailbox. */
static void pass(Nat *n, Tab *handlers)
{
    TagSet set;
    ML_LEDGER(n->p->vm, LED_PASSED);
    if (ml_skip_has_index(n->p, 1) && handler_tags(n, handlers, &set))
        ml_skip(n->p, &set);
}

/* The next message that fits, taken; or handled. NAT_MORE: none yet; *over: none
 * of those that are there. */
static NatEnd try_messages(Nat *n, Tab *handlers, bool *over)
{
    Proc *p = n->p;
    while (ml_mbox_next(&p->mbox)) {
        MsgRoom room;
        Value v = ml_msg_value(p->vm, p->mbox.mark, &room);
        Value f = handlers ? handler_of(n, handlers, v) : ml_v_nil();
        if (handlers && ml_is_nil(f)) {
            if (p->mbox.count >= MBOX_LONG)
                pass(n, handlers);
            ml_nat_charge(n, 1);
            if (ml_nat_spent(n))
                return NAT_MORE;
            continue;
        }
        ml_proc_disarm(p);
        v = ml_proc_take_msg(p);
        return handlers ? call_handler(n, handlers, f, v) : ml_ret1(n, v);
    }
    *over = true;
    return NAT_MORE;
}

static NatEnd timed_out(Nat *n)
{
    ml_mbox_rewind(&n->p->mbox);
    if (ml_proc_has_alarm(n->p))
        ml_trace_timeout(n->p);
    if (ml_is_fn(ml_arg(n, 3))) {
        ml_push(n, n->base[2]);
        return ml_nat_tail(n, 0);
    }
    ml_push(n, ml_v_nil());
    ml_push_cstr(n, "timeout");
    return ml_ret(n, 2);
}

/* Slot 0 above the arguments: the deadline, or nil. */
static NatEnd receive(Nat *n)
{
    Proc *p = n->p;
    Tab *handlers = NULL;
    int time = 1;
    if (ml_arg(n, 1).tag == TAG_TAB) {
        handlers = ml_rtab(p, n->base[0].t);
        time = 2;
    }
    if (n->step == 0) {
        uint64_t at = UINT64_MAX;
        if (p->own->guards)
            return ml_error(n, "attempt to receive inside a guard");
        if (!ml_arg_absent(n, time) && !ml_deadline(p->vm, n->base[time - 1], &at))
            return ml_type_error(n, time, "number");
        ml_push(n, at == UINT64_MAX ? ml_v_nil() : ml_v_int((int64_t)at));
        ml_mbox_rewind(&p->mbox);
    }
    if (ml_mbox_has_new(&p->mbox) && !ml_proc_signals(p))
        return ml_nat_more(n, 1);       /* it ends: the scheduler sees to it */
    bool over = false;
    NatEnd e = try_messages(n, handlers, &over);
    if (e != NAT_MORE)
        return e;
    if (!over)
        return ml_nat_more(n, 1);
    Value until = n->base[n->nargs];
    if (until.tag == TAG_INT && (until.i == 0 || (uint64_t)until.i <= ml_now_us(p->vm)))
        return timed_out(n);
    return ml_nat_wait(n, 1, until.tag == TAG_INT ? (uint64_t)until.i : UINT64_MAX);
}

static NatEnd do_sleep(Nat *n)
{
    Proc *p = n->p;
    uint64_t at;
    if (n->step == 0) {
        if (!ml_deadline(p->vm, ml_arg(n, 1), &at))
            return ml_type_error(n, 1, "number");
        ml_push(n, at == UINT64_MAX ? ml_v_nil() : ml_v_int((int64_t)at));
        if (at == 0)
            return ml_nat_more(n, 1);
    }
    Value until = n->base[n->nargs];
    if (until.tag == TAG_INT && (uint64_t)until.i <= ml_now_us(p->vm))
        return ml_ret0(n);
    NatEnd e = ml_nat_wait(n, 1, until.tag == TAG_INT ? (uint64_t)until.i : UINT64_MAX);
    if (e == NAT_WAIT)
        p->wait = WAIT_SLEEP;
    return e;
}

/* --- who is who --- */

static NatEnd self(Nat *n) { return ml_ret1(n, n->p->pid); }

static int quick_self(Proc *p, Heap *h, Value *f, int n)
{
    (void)h, (void)n;
    ml_set(f, &p->pid);
    return 1;
}

static NatEnd make_ref(Nat *n) { return ml_ret1(n, ml_proc_ref(n->p)); }

static NatEnd now(Nat *n) { return ml_ret1(n, ml_v_float((double)ml_now_us(n->p->vm) / 1000.0)); }

NatEnd ml_name_answer(Nat *n, NameAdd why, Str *name, const Proc *p)
{
    const Str *other = p ? ml_name_of(p) : NULL;
    switch (why) {
    case NAME_ADDED:
        break;
    case NAME_TAKEN:
        return ml_error(n, "name '%s' is registered already", ml_str_data(name));
    case NAME_HAS_ONE:
        if (other)
            return ml_error(n, "the process is registered already, as '%s'", ml_str_data(other));
        return ml_error(n, "the process is registered already");        /* no longer */
    case NAME_DEAD:
        return ml_error(n, "cannot register a process that has ended");
    case NAME_TOO_LONG:
        return ml_error(n, "name too long");
    case NAME_NO_MEMORY:
        return ml_error(n, "not enough memory");
    case NAME_LIMIT:
        ml_realm_full(n->p, REALM_NAMES);
        return ml_error(n, "the process may have no name: the limit of its realm is reached");
    }
    return ml_ret1(n, ml_v_bool(true));
}

static NatEnd do_register(Nat *n)
{
    Str *name;
    Value pid;
    if (!ml_arg_str(n, 1, &name) || !ml_arg_pid(n, 2, &pid))
        return NAT_ERR;
    Vm *vm = n->p->vm;
    Proc *p = ml_proc_find(vm, pid);
    if (name->len > NAME_MOST)
        return ml_arg_error(n, 1, "name too long");
    return ml_name_answer(n, p ? ml_name_add(vm, name, p) : NAME_DEAD, name, p);
}

static NatEnd do_unregister(Nat *n)
{
    Str *name;
    if (!ml_arg_str(n, 1, &name))
        return NAT_ERR;
    if (!ml_name_remove(n->p->vm, name))
        return ml_error(n, "no process is registered as '%.*s'", NAME_MOST, ml_str_data(name));
    return ml_ret1(n, ml_v_bool(true));
}

static NatEnd whereis(Nat *n)
{
    Str *name;
    if (!ml_arg_str(n, 1, &name))
        return NAT_ERR;
    return ml_ret1(n, ml_name_find(n->p->vm, name));
}

ML_AMBIENT(do_register)
ML_AMBIENT(do_unregister)
ML_AMBIENT(whereis)
ML_AMBIENT(ml_waits)
ML_AMBIENT(ml_vm_statistics)

/* --- links and monitors --- */

static NatEnd do_link(Nat *n)
{
    Value pid;
    if (!ml_arg_own_pid(n, 1, &pid))
        return NAT_ERR;
    ml_link(n->p, pid);
    return ml_ret1(n, ml_v_bool(true));
}

static NatEnd do_unlink(Nat *n)
{
    Value pid;
    if (!ml_arg_pid(n, 1, &pid))
        return NAT_ERR;
    ml_unlink(n->p, pid);
    return ml_ret1(n, ml_v_bool(true));
}

static bool is_word(Value v, const char *word)
{
    return v.tag == TAG_STR && strcmp(ml_str_data(v.s), word) == 0;
}

static bool alias_option(Nat *n, Value v, Alias *kind)
{
    *kind = ALIAS_NONE;
    if (is_word(v, "explicit_unalias"))
        *kind = ALIAS_EXPLICIT;
    else if (is_word(v, "demonitor") || v.tag == TAG_TRUE)
        *kind = ALIAS_DEMONITOR;
    else if (is_word(v, "reply_demonitor"))
        *kind = ALIAS_REPLY;
    else if (ml_is_truthy(v))
        ml_error(n, "option 'alias' must be true, \"demonitor\", \"reply_demonitor\" or \"explicit_unalias\"");
    return *kind || !ml_is_truthy(v);
}

static NatEnd monitor(Nat *n)
{
    Value to = ml_arg(n, 1), pid;
    Tab *opts = NULL;
    if (!ml_is_pid(to) && to.tag != TAG_STR)
        return ml_type_error(n, 1, "pid or name");
    if (to.tag == TAG_STR && ml_is_sandboxed(n->p))
        return ml_arg_error(n, 1, "names are not available in a sandbox");
    if (!ml_arg_absent(n, 2) && !ml_arg_tab(n, 2, &opts))
        return NAT_ERR;
    Alias alias = ALIAS_NONE;
    if (opts && !alias_option(n, ml_opt(n, opts, "alias"), &alias))
        return NAT_ERR;
    Str *name = NULL;
    if (to.tag == TAG_STR) {
        name = ml_symbol(n->p->vm->symtab, ml_str_data(to.s), to.s->len);
        if (!name)
            n->h->oom(n->h, to.s->len);
        pid = ml_name_find(n->p->vm, to.s);
    } else {
        pid = to;
    }
    return ml_ret1(n, ml_sig_monitor(n->p, pid, name, alias));
}

static bool arg_ref(Nat *n, int i, Value *out)
{
    *out = ml_arg(n, i);
    if (ml_is_ref(*out))
        return true;
    ml_type_error(n, i, "ref");
    return false;
}

/* The steps are those of ml_flush_down. */
static NatEnd demonitor_flush(Nat *n, Value ref, bool flush)
{
    bool found = n->step == FLUSH_BEGIN && ml_demonitor(n->p, ref);
    if (!found && flush) {
        FlushStep next = ml_flush_down(n->p, ref, (FlushStep)n->step);
        if (next != FLUSH_DONE)
            return ml_nat_more(n, (int)next);
    }
    return ml_ret1(n, ml_v_bool(found));
}

static NatEnd demonitor(Nat *n)
{
    Value ref;
    bool flush = false;
    if (!arg_ref(n, 1, &ref))
        return NAT_ERR;
    Value o = ml_arg(n, 2);
    if (o.tag == TAG_TAB)
        flush = ml_is_truthy(ml_opt(n, ml_rtab(n->p, o.t), "flush"));
    else
        flush = is_word(o, "flush");
    if (ml_is_truthy(o) && o.tag != TAG_TAB && !flush && !is_word(o, "info"))
        return ml_arg_error(n, 2, "\"flush\", \"info\" or a table of these expected");
    return demonitor_flush(n, ref, flush);
}

static NatEnd alias(Nat *n)
{
    Value o = ml_arg(n, 1);
    bool reply = is_word(o, "reply");
    if (o.tag == TAG_TAB)
        reply = ml_is_truthy(ml_opt(n, ml_rtab(n->p, o.t), "reply"));
    else if (ml_is_truthy(o) && !reply && !is_word(o, "explicit_unalias"))
        return ml_arg_error(n, 1, "\"reply\", \"explicit_unalias\" or a table of these expected");
    return ml_ret1(n, ml_alias_new(n->p, reply ? ALIAS_REPLY : ALIAS_EXPLICIT));
}

static NatEnd unalias(Nat *n)
{
    Value ref;
    if (!arg_ref(n, 1, &ref))
        return NAT_ERR;
    return ml_ret1(n, ml_v_bool(ml_unalias(n->p, ref)));
}

/* local ref <close> = monitor(...) or alias(...): the end of its scope. */
static NatEnd close_ref(Nat *n)
{
    if (n->nargs > 0 && ml_is_ref(n->base[0])) {
        if (n->step == 0)
            ml_unalias(n->p, n->base[0]);
        return demonitor_flush(n, n->base[0], true);
    }
    return ml_ret0(n);
}

/* --- ending --- */

static NatEnd exit_(Nat *n)
{
    Proc *p = n->p;
    if (n->nargs >= 2 && !ml_is_pid(n->base[0]))
        return ml_type_error(n, 1, "pid");      /* not one's own end by mistake */
    if (n->nargs >= 1 && ml_is_pid(n->base[0])) {
        Value pid;
        if (n->nargs < 2)
            return ml_arg_error(n, 2, "reason expected");
        if (!ml_arg_own_pid(n, 1, &pid))
            return NAT_ERR;
        if (n->step == 0 && !ml_exit_signal(p, pid, n->base[1]))
            return ml_error_value(n, p->own->err);
        if (ml_raw_equal(n->base[0], p->pid) && !ml_proc_signals(p))
            return ml_nat_more(n, 1);   /* handled before it returns, as in Erlang */
        return ml_ret1(n, ml_v_bool(true));
    }
    Value reason = n->nargs ? n->base[0] : ml_v_str(ml_sym(p->vm, "normal"));
    if (p->own->evaluator) {         /* of a prompt: only what it does ends (exit_arrives) */
        if (n->step == 0 && !ml_exit_signal(p, p->pid, reason))
            return ml_error_value(n, p->own->err);
        return ml_nat_wait(n, 1, UINT64_MAX);
    }
    if (!ml_proc_set_reason(p, reason))
        return ml_error(n, "this value cannot be a reason");
    p->own->exiting = true;
    p->own->err = ml_v_nil();
    return NAT_EXIT;
}

static NatEnd process_flag(Nat *n)
{
    static const char *const flags[] = { "trap_exit", "priority", "dead_letters", "mailbox_alarms", NULL };
    static const char *const prios[] = { "low", "normal", "high", NULL };
    int which, prio;
    Proc *p = n->p;
    if (!ml_arg_option(n, 1, NULL, flags, &which))
        return NAT_ERR;
    if (which == 0) {
        bool old;
        if (ml_arg_none(n, 2))
            return ml_arg_error(n, 2, "value expected");
        if (ml_mbox_has_new(&p->mbox) && !ml_proc_signals(p))   /* what is here already meets the old value */
            return ml_nat_more(n, 1);
        old = p->own->trap_exit;
        p->own->trap_exit = ml_is_truthy(n->base[1]);
        return ml_ret1(n, ml_v_bool(old));
    }
    if (which >= 2 && ml_is_sandboxed(p))
        return ml_arg_error(n, 1, "not available in a sandbox");
    if (which >= 2)
        return ml_flag_listen(n, which == 2 ? FLOW_LETTERS : FLOW_ALARMS);
    if (!ml_arg_option(n, 2, NULL, prios, &prio))
        return NAT_ERR;
    if (prio == PRIO_HIGH && ml_is_sandboxed(p))
        return ml_arg_error(n, 2, "not available in a sandbox");
    ml_push_cstr(n, prios[p->priority]);
    p->priority = (uint8_t)prio;
    return ml_ret(n, 1);
}

/* --- timers --- */

static NatEnd send_after(Nat *n)
{
    Proc *p = n->p;
    uint64_t at;
    Value to = ml_arg(n, 2), msg = ml_arg(n, 3);
    if (!ml_deadline(p->vm, ml_arg(n, 1), &at) || at == UINT64_MAX)
        return ml_type_error(n, 1, "number");
    if (!ml_is_pid(to) && !ml_is_ref(to) && to.tag != TAG_STR)
        return ml_type_error(n, 2, "pid, name or alias");
    if (to.tag == TAG_STR && ml_is_sandboxed(p))
        return ml_arg_error(n, 2, "names are not available in a sandbox");
    if (ml_is_nil(msg))
        return ml_error(n, "cannot send nil");
    Msg *m;
    PackEnd end = ml_msg_pack(p, msg, &m);
    if (end == PACK_MORE)
        return ml_nat_more(n, 1);
    if (end == PACK_FAILED)
        return ml_error_value(n, p->own->err);
    Str *name = to.tag == TAG_STR ? ml_symbol(p->vm->symtab, ml_str_data(to.s), to.s->len) : NULL;
    Value ref = ml_send_at(p, at, to, name, m);
    if (ml_is_nil(ref))
        return ml_error(n, "not enough memory");
    return ml_ret1(n, ref);
}

static NatEnd cancel_timer(Nat *n)
{
    Value ref;
    if (!arg_ref(n, 1, &ref))
        return NAT_ERR;
    int64_t left = ml_send_cancel(n->p->vm, ref);
    if (left > 0)
        left--;                 /* ml_deadline adds one: no timer is early */
    return ml_ret1(n, left < 0 ? ml_v_bool(false) : ml_v_float((double)left / 1000.0));
}

/* --- errors --- */

static NatEnd pcall(Nat *n)
{
    if (n->step == 0) {
        if (!ml_arg_any(n, 1) || !ml_nat_room(n, n->nargs + 2))
            return NAT_ERR;
        ml_push(n, ml_v_bool(true));
        for (int i = 0; i < n->nargs; i++)
            ml_push(n, n->base[i]);
        return ml_nat_pcall(n, n->nargs - 1, 1);
    }
    if (n->caught)
        n->top[-2] = ml_v_bool(false);
    return ml_ret(n, n->nret + 1);
}

/* Calls its first argument. */
static NatEnd apply(Nat *n)
{
    if (n->step == 1)
        return ml_ret(n, n->nret);
    if (!ml_nat_room(n, n->nargs))
        return NAT_ERR;
    for (int i = 0; i < n->nargs; i++)
        ml_push(n, n->base[i]);
    return ml_nat_call(n, n->nargs - 1, 1);
}

/* The interpreter finds the handler in the second argument. That the first is no
 * function is an error for the handler, so it is found out inside the call. */
static NatEnd xpcall(Nat *n)
{
    static const NativeDef def = { "xpcall", apply, NULL };
    if (n->step == 0) {
        bool direct = ml_is_fn(n->base[0]);
        if (!ml_arg_fn(n, 2) || !ml_nat_room(n, n->nargs + 2))
            return NAT_ERR;
        ml_push(n, ml_v_bool(true));
        if (!direct)
            ml_push(n, ml_v_native(&def));
        ml_push(n, n->base[0]);
        for (int i = 2; i < n->nargs; i++)
            ml_push(n, n->base[i]);
        return ml_nat_pcall(n, n->nargs - 2 + !direct, 1);
    }
    if (n->caught)
        n->top[-2] = ml_v_bool(false);
    return ml_ret(n, n->nret + 1);
}

static NatEnd error(Nat *n)
{
    int64_t level;
    char where[160];
    if (n->step == 1)                   /* joined */
        return ml_error_value(n, n->top[-1]);
    if (!ml_arg_opt_int(n, 2, 1, &level))
        return NAT_ERR;
    Value v = ml_arg(n, 1);
    level = (int32_t)level;             /* as stock Lua takes it: the low bits */
    if (v.tag != TAG_STR || level <= 0)
        return ml_error_value(n, v);
    size_t len = ml_where(n->p, level > 1000000 ? 1000000 : (int)level, where, sizeof where);
    Value place = ml_v_str(ml_str_new(n->h, where, len));
    if (ml_is_long(v.s))
        return ml_nat_join(n, 1, place, v);
    char *to;
    Str *s = ml_str_room(n->h, len + v.s->len, &to);
    memcpy(to, where, len);
    memcpy(to + len, ml_str_data(v.s), v.s->len);
    return ml_error_value(n, ml_v_str(s));
}

/* --- frozen values --- */

static NatEnd freeze_all(Nat *n, bool as_is)
{
    Value v = ml_arg(n, 1);
    const char *why;
    if (n->step == 0 && !ml_arg_any(n, 1))
        return NAT_ERR;
    if (n->step == 0 && (!ml_is_heap(v) || (v.o->flags & OF_FROZEN) || v.tag == TAG_STR))
        return ml_ret1(n, v);
    switch (ml_proc_freeze(n->p, &v, as_is, &why)) {
    case PACK_MORE:
        return ml_nat_more(n, 1);
    case PACK_FAILED:
        return why ? ml_error(n, "cannot freeze %s", why) : ml_nat_slow(n, "freeze");
    case PACK_DONE:
        break;
    }
    return ml_ret1(n, v);
}

static NatEnd freeze(Nat *n)      { return freeze_all(n, false); }
static NatEnd freeze_as_is(Nat *n) { return freeze_all(n, true); }

static NatEnd isfrozen(Nat *n)
{
    Value v = ml_arg(n, 1);
    return ml_ret1(n, ml_v_bool(!ml_is_heap(v) || v.tag == TAG_STR || (v.o->flags & OF_FROZEN) ||
                                (v.tag == TAG_FN && (v.o->flags & OF_SHARED))));
}

const NativeDef ml_lib_process[] = {
    { "spawn", ml_spawn_plain, "spawn([opts,] f, ...)\nStarts a process that runs f(...) and returns its pid. It gets copies of its arguments, of what f captures, and of the globals its code mentions. opts: link, monitor (returns pid, ref), name, priority, background, memory, mailbox." },
    { "spawn_link", ml_spawn_link, "spawn_link([opts,] f, ...)\nAs spawn, linked to the caller before it runs." },
    { "spawn_monitor", ml_spawn_monitor, "spawn_monitor([opts,] f, ...)\nAs spawn; returns the pid and the ref of a monitor." },
    { "send", send, "send(to, message)\nSends a copy of message to a pid, registered name or alias, and returns true. Sending to the dead is no error. A bounded mailbox that is full makes the sender wait, or gives false, \"full\" (or \"limit\": the message is larger than all of it). The same as to ! message." },
    { "receive", receive, "receive([ms]) or receive(handlers [, ms [, on_timeout]])\nReturns the next message, or nil, \"timeout\" after ms milliseconds. With a table of functions, waits for a message whose first element is a key of it and calls that function with the other elements; `_` takes anything." },
    { "hibernate", ml_hibernate, "hibernate()\nGives back all memory that is not in use, waits until a message is in the mailbox, and returns. It reads none." },
    { "sleep", do_sleep, "sleep(ms)\nDoes nothing for ms milliseconds; messages stay queued." },
    { "self", self, "self()\nReturns the pid of the running process.", quick_self },
    { "make_ref", make_ref, "make_ref()\nReturns a new unique reference." },
    { "now", now, "now()\nReturns milliseconds since the VM started, with microseconds as fraction." },
    { "register", ambient_do_register, "register(name, pid)\nGives a living process a name; an error if either has one." },
    { "unregister", ambient_do_unregister, "unregister(name)\nTakes the name away." },
    { "whereis", ambient_whereis, "whereis(name)\nReturns the pid registered under name, or nil." },
    { "link", do_link, "link(pid)\nLinks the caller and pid: when one ends, the other gets an exit signal." },
    { "unlink", do_unlink, "unlink(pid)\nRemoves the link." },
    { "monitor", monitor, "monitor(pid_or_name [, {alias = kind}])\nReturns a ref; when the process ends, {\"DOWN\", ref, pid = p, reason = r} arrives.\nWith alias the ref is also an address for replies: until the monitor ends (true or \"demonitor\"), or until the first reply (\"reply_demonitor\"), or until unalias (\"explicit_unalias\")." },
    { "demonitor", demonitor, "demonitor(ref [, \"flush\"])\nEnds a monitor; with flush a DOWN that has arrived is removed. Returns whether it existed." },
    { "alias", alias, "alias([\"reply\"])\nReturns a ref that is an address of the caller until unalias(ref) or the end of its scope, with \"reply\" until the first message sent to it." },
    { "unalias", unalias, "unalias(ref)\nWhat is sent to ref from now on, and what was not here yet, is dropped. Returns whether it was an alias of the caller." },
    { "exit", exit_, "exit([pid,] reason)\nWithout a pid, ends the running process with reason (default \"normal\"); with one, sends it an exit signal. \"kill\" cannot be trapped." },
    { "process_flag", process_flag, "process_flag(\"trap_exit\" | \"priority\" | \"dead_letters\" | \"mailbox_alarms\", value)\nSets a flag of the running process and returns the old value." },
    { "process_info", ml_process_info, "process_info([pid [, items]])\nReturns a table about a process, or nil when it has ended. items: the name of one, whose value is returned, or a list of names." },
    { "process_dictionary", ml_process_dictionary, "process_dictionary()\nReturns a table of the running process, always the same; process_info shows its plain entries to others." },
    { "processes", ml_processes, "processes()\nReturns the pids of all living processes." },
    { "waits", ambient_ml_waits, "waits([pid])\nReturns a list of the processes that wait, each a table of pid, name, kind, on (the pid it waits for), since, till, at, patterns, messages, why; or that of one process, nil when it does not wait." },
    { "statistics", ambient_ml_vm_statistics, "statistics([\"prometheus\"])\nReturns a table of what the VM has done and holds: processes, messages, signals, timers, collections, memory, workers; or the same as text for Prometheus." },
    { "send_after", send_after, "send_after(ms, to, message)\nSends message after ms milliseconds; returns a ref for cancel_timer." },
    { "cancel_timer", cancel_timer, "cancel_timer(ref)\nCancels; returns the milliseconds that were left, or false if it was too late." },
    { "pcall", pcall, "pcall(f, ...)\nCalls f; returns true and its results, or false and the error. f may block, be pre-empted and yield." },
    { "xpcall", xpcall, "xpcall(f, handler, ...)\nAs pcall; handler gets the error where it happened, and its result is returned." },
    { "error", error, "error(message [, level])\nRaises an error; a string gets the position of the caller (level 1) in front." },
    { "freeze", freeze, "freeze(v)\nReturns a deep-immutable copy of v that all processes share." },
    { "isfrozen", isfrozen, "isfrozen(v)\nReturns whether v is immutable and shared." },
    { NULL, NULL, NULL }
};

const NativeDef ml_lib_native_process[] = {
    { "close_ref", close_ref, NULL },
    { "freeze_as_is", freeze_as_is, NULL },
    { NULL, NULL, NULL }
};
