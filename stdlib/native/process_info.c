/*
 * process_info.c - process_info and processes.
 *
 * A process is asked for what it knows of itself (vm/proc/inspect.c), the
 * caller too: then the answer is there when the question has been sent.
 */
#include <stdio.h>
#include <string.h>

#include "stdlib/native/process_in.h"
#include "vm/proc/inspect.h"
#include "vm/proc/realm.h"
#include "vm/proc/signal.h"
#include "vm/proc/vm.h"
#include "vm/run/frame.h"

/* Small in the checks build, so that tests meet the seams. */
#ifdef ML_CHECKS
enum { PIECE = 5 };
#else
enum { PIECE = 1000 };          /* elements of a list between two looks at the slice */
#endif

enum { START, ANSWERED, LISTS, WALK };

static const UdataType info_type = { .name = "process info" };

/* Slots above the arguments: the Info, then the table. */
static Info *info_in(Nat *n) { return (Info *)(void *)n->base[n->nargs].d->sh; }
static Tab *table_in(Nat *n) { return n->base[n->nargs + 1].t; }

static void set(Nat *n, Tab *t, const char *k, Value v)
{
    ml_tab_setstr(n->h, t, ml_sym(n->p->vm, k), v);
}

static Value text(Nat *n, const char *s) { return ml_v_str(ml_sym(n->p->vm, s)); }

static const char *state_of(const Info *i)
{
    static const char *const waits[] = { "waiting", "receiving", "sleeping", "waiting for I/O", "waiting for I/O",
                                         "waiting", "hibernating", "sending" };
    if (i->does == DOES_READY)
        return "ready";
    return i->does == DOES_RUN ? "running" : waits[i->does - DOES_WAIT];
}

static const char *const lists[INFO_LISTS] = { "links", "monitors", "monitored_by" };

static void set_text(Nat *n, Tab *t, const char *k, const char *s)
{
    if (*s)
        set(n, t, k, ml_v_str(ml_str_new(n->h, s, strlen(s))));
}

static Tab *dictionary(Nat *n, Info *i)
{
    const InfoPids *e = &i->entries;
    Tab *t = ml_tab_new(n->h, 0, e->n / 2);
    ml_info_adopt(i, n->h);
    for (uint32_t k = 0; k < e->n; k += 2)
        ml_tab_set(n->h, t, e->v[k], e->v[k + 1]);
    ml_nat_charge(n, e->n / 4);
    return t;
}

/* --- which items --- */

static const char *const items[] = {
    "pid", "parent", "state", "memory", "reductions", "guard_errors", "trap_exit", "background", "priority",
    "messages", "message_bytes", "heap_size", "stack_size", "current", "current_function", "initial_call",
    "group_leader", "name", "mailbox", "sending_to", "sandbox", "limits",
    "links", "monitors", "monitored_by", "dictionary",     /* LONG_ONES */
    NULL
};
enum { LONG_ONES = 22, MOST_ITEMS = 100 };

static bool is_item(Nat *n, Value v, bool *is_long)
{
    for (int k = 0; v.tag == TAG_STR && items[k]; k++)
        if (strcmp(ml_str_data(v.s), items[k]) == 0) {
            *is_long |= k >= LONG_ONES;
            return true;
        }
    char text[80];
    snprintf(text, sizeof text, "unknown item: %.40s", v.tag == TAG_STR ? ml_str_data(v.s) : ml_type_name(v));
    ml_arg_error(n, 2, text);
    return false;
}

/* False: an error. */
static bool read_items(Nat *n, bool *is_long)
{
    Value v = ml_arg(n, 2);
    *is_long = ml_is_nil(v);
    if (ml_is_nil(v))
        return true;
    if (v.tag != TAG_TAB)
        return is_item(n, v, is_long);
    Tab *t = ml_rtab(n->p, v.t);
    int64_t len = ml_tab_len(n->h, t);
    if (len > MOST_ITEMS) {
        ml_arg_error(n, 2, "too many items");
        return false;
    }
    for (int64_t k = 1; k <= len; k++)
        if (!is_item(n, *ml_tab_getint(n->h, t, k), is_long))
            return false;
    return true;
}

/* What was asked for, of the whole table. */
static NatEnd answer(Nat *n, Tab *whole)
{
    Value v = ml_arg(n, 2);
    if (ml_is_nil(v))
        return ml_ret1(n, ml_v_tab(whole));
    if (v.tag == TAG_STR)
        return ml_ret1(n, *ml_tab_get(n->h, whole, v));
    Tab *names = ml_rtab(n->p, v.t), *t = ml_tab_new(n->h, 0, 8);
    for (int64_t k = 1, len = ml_tab_len(n->h, names); k <= len; k++) {
        Value name = *ml_tab_getint(n->h, names, k);
        ml_tab_set(n->h, t, name, *ml_tab_get(n->h, whole, name));
    }
    return ml_ret1(n, ml_v_tab(t));
}

/* {memory = {limit = n, used = n, peak = n}, ...}: of its realm. */
static Tab *limits_of(Nat *n, const Info *i)
{
    Tab *t = ml_tab_new(n->h, 0, REALM_KINDS);
    for (RealmKind k = 0; k < REALM_KINDS; k++) {
        const InfoLimit *l = &i->limits[k];
        Tab *one = ml_tab_new(n->h, 0, 3);
        if (l->limit != ACCOUNT_NONE)
            set(n, one, "limit", ml_v_int((int64_t)l->limit));
        set(n, one, "used", ml_v_int((int64_t)l->used));
        set(n, one, "peak", ml_v_int((int64_t)l->peak));
        set(n, t, ml_realm_kind_name(k), ml_v_tab(one));
    }
    return t;
}

static Tab *table_of(Nat *n, Info *i, Value pid)
{
    static const char *const prios[] = { "low", "normal", "high" };
    Tab *t = ml_tab_new(n->h, 0, 32);
    set(n, t, "pid", pid);
    set(n, t, "parent", i->parent);
    set(n, t, "state", text(n, state_of(i)));
    set(n, t, "memory", ml_v_int((int64_t)i->memory));
    set(n, t, "reductions", ml_v_int((int64_t)i->reductions));
    set(n, t, "guard_errors", ml_v_int(i->guard_errors));
    set(n, t, "trap_exit", ml_v_bool(i->trap_exit));
    set(n, t, "background", ml_v_bool(i->background));
    set(n, t, "priority", text(n, prios[i->priority]));
    set(n, t, "messages", ml_v_int(i->messages));
    set(n, t, "message_bytes", ml_v_int((int64_t)i->mail));
    set(n, t, "heap_size", ml_v_int((int64_t)i->heap));
    set(n, t, "stack_size", ml_v_int((int64_t)i->stack));
    set_text(n, t, "current", i->place.at);
    set_text(n, t, "current_function", i->place.in);
    set_text(n, t, "initial_call", i->place.born);
    if (i->leader)
        set(n, t, "group_leader", ml_pid_of_bits(i->leader));
    if (!ml_is_nil(i->mailbox.sends_to))
        set(n, t, "sending_to", i->mailbox.sends_to);
    if (i->mailbox.limited)
        set(n, t, "mailbox", ml_mailbox_table(n, &i->mailbox));
    if (i->name)
        set(n, t, "name", ml_v_str(i->name));
    if (i->in_realm) {
        set(n, t, "sandbox", ml_v_bool(i->sandboxed));
        set(n, t, "limits", ml_v_tab(limits_of(n, i)));
    }
    if (i->brief)
        return t;
    for (int k = 0; k < INFO_LISTS; k++)
        set(n, t, lists[k], ml_v_tab(ml_tab_new(n->h, 0, 0)));
    set(n, t, "dictionary", ml_v_tab(dictionary(n, i)));
    return t;
}

/* The next piece of the lists. What the table holds already tells how far it is. */
static NatEnd put_lists(Nat *n)
{
    Info *i = info_in(n);
    int left = PIECE;
    ml_nat_charge(n, 10);
    if (i->brief)
        return answer(n, table_in(n));
    for (int k = 0; k < INFO_LISTS; k++) {
        const InfoPids *from = &i->pids[k];
        Tab *to = ml_tab_gets(n->h, table_in(n), lists[k])->t;
        int64_t at = from->n ? ml_tab_len(n->h, to) : 0;
        for (; at < from->n; at++) {
            if (left-- == 0) {
                ml_nat_charge(n, PIECE / 4);
                return ml_nat_more(n, LISTS);
            }
            ml_tab_setint(n->h, to, at + 1, from->v[at]);
        }
    }
    ml_info_drop_pids(i);
    return answer(n, table_in(n));
}

static NatEnd answered(Nat *n, Value pid)
{
    static const uint64_t hour = (uint64_t)3600 * 1000 * 1000;
    Info *i = info_in(n);
    Vm *vm = n->p->vm;
    ml_proc_disarm(n->p);
    switch (ml_info_answer(i)) {
    case INFO_ASKED: {
        /* with a time limit: a program that waits for an answer goes on */
        NatEnd e = ml_nat_wait(n, ANSWERED, ml_now_us(vm) + hour);
        if (e == NAT_WAIT)
            n->p->wait = WAIT_ANSWER;
        return e;
    }
    case INFO_DEAD:
        return ml_ret1(n, ml_v_nil());
    case INFO_NO_MEMORY:
        return ml_error(n, "not enough memory");
    case INFO_GIVEN:
        break;
    }
    ml_push(n, ml_v_tab(table_of(n, i, pid)));
    return put_lists(n);
}

NatEnd ml_process_info(Nat *n)
{
    Proc *p = n->p;
    Value pid = p->pid;
    if (!ml_arg_absent(n, 1) && !ml_arg_own_pid(n, 1, &pid))
        return NAT_ERR;
    if (n->step == LISTS)
        return put_lists(n);
    if (n->step == START) {
        bool is_long;
        if (!read_items(n, &is_long))
            return NAT_ERR;
        Info *i = ml_info_new(p);
        if (!i)
            return ml_error(n, "not enough memory");
        i->brief = !is_long;
        p->base = n->base;                      /* for the walk along its own frames */
        p->top = n->top;
        p->pc = ml_natmore_code;
        ml_push(n, ml_v_udata(ml_udata_new(n->h, &info_type, 0, &i->h)));
        if (!ml_info_ask(i, pid))
            return ml_error(n, "not enough memory");
        if (ml_raw_equal(pid, p->pid) && !ml_proc_signals(p))
            return ml_nat_more(n, ANSWERED);    /* it ends: the scheduler sees to it */
    }
    return answered(n, pid);
}

/* The table is walked while processes come and go. */
NatEnd ml_processes(Nat *n)
{
    Vm *vm = n->p->vm;
    if (n->step == START) {
        ml_push(n, ml_v_int(0));
        ml_push(n, ml_v_tab(ml_tab_new(n->h, 0, 0)));
    }
    Value *at = &n->base[n->nargs];
    Tab *t = table_in(n);
    int64_t k = ml_tab_len(n->h, t);
    while ((uint64_t)at->i < ml_load(&vm->ptab.used)) {
        Value pid = ml_ptab_pid(&vm->ptab, (uint32_t)at->i++);
        if (!ml_is_nil(pid) && ml_may_touch(n->p, pid))
            ml_tab_setint(n->h, t, ++k, pid);
        if (at->i % PIECE == 0) {
            ml_nat_charge(n, PIECE / 8);
            if (ml_nat_spent(n))
                return ml_nat_more(n, WALK);
        }
    }
    return ml_ret1(n, ml_v_tab(t));
}
