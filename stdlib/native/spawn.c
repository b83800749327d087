/*
 * spawn.c - spawn, its short forms and its options.
 */
#include <string.h>

#include "stdlib/native/libs.h"
#include "stdlib/native/process_in.h"
#include "stdlib/native/realm.h"
#include "vm/proc/signal.h"
#include "vm/proc/trace.h"
#include "vm/proc/vm.h"
#include "vm/run/sched.h"
#include "vm/run/slow.h"
#include "vm/run/spawn.h"

static bool read_opts(Nat *n, Tab *t, SpawnOpts *o)
{
    static const char *const known[] = { "link", "monitor", "name", "priority", "background", "memory",
                                         "mailbox", "reductions", "processes", "timers", "names", "output",
                                         "sandbox", NULL };
    Value k, v;
    for (uint64_t pos = 0; ml_tab_each(t, &pos, &k, &v);) {
        int i = 0;
        while (known[i] && !(k.tag == TAG_STR && strcmp(ml_str_data(k.s), known[i]) == 0))
            i++;
        if (!known[i]) {
            ml_error(n, "unknown spawn option '%s'", k.tag == TAG_STR ? ml_str_data(k.s) : ml_type_name(k));
            return false;
        }
    }
    o->link = ml_is_truthy(ml_opt(n, t, "link"));
    o->monitor = ml_is_truthy(ml_opt(n, t, "monitor"));
    o->background = ml_is_truthy(ml_opt(n, t, "background"));
    Value name = ml_opt(n, t, "name");
    if (!ml_is_nil(name) && name.tag != TAG_STR) {
        ml_error(n, "spawn option 'name' must be a string");
        return false;
    }
    o->name = ml_is_nil(name) ? NULL : name.s;
    if (o->name && ml_is_sandboxed(n->p)) {
        ml_error(n, "spawn option 'name' is not available in a sandbox");
        return false;
    }
    Value prio = ml_opt(n, t, "priority");
    if (!ml_is_nil(prio)) {
        const char *s = prio.tag == TAG_STR ? ml_str_data(prio.s) : "";
        if (strcmp(s, "high") == 0 && ml_is_sandboxed(n->p)) {
            ml_error(n, "spawn option 'priority': \"high\" is not available in a sandbox");
            return false;
        }
        if (strcmp(s, "low") == 0)
            o->priority = PRIO_LOW;
        else if (strcmp(s, "high") == 0)
            o->priority = PRIO_HIGH;
        else if (strcmp(s, "normal") != 0) {
            ml_error(n, "spawn option 'priority' must be \"low\", \"normal\" or \"high\"");
            return false;
        }
    }
    return ml_realm_options(n, t, o) &&
           ml_mailbox_opts(n, ml_opt(n, t, "mailbox"), &o->mailbox, (o->limits.given >> REALM_MEMORY & 1) || ml_realm_memory(n->p) > 0);
}

/* The child is there, or is being made. */
static NatEnd spawned(Nat *n, const SpawnOpts *o, Proc *child)
{
    Proc *p = n->p;
    if (!child)
        return p->own->pending ? ml_nat_more(n, 1) : ml_error_value(n, p->own->err);
    Ties ties;
    if (!ml_ties_new(p->vm, &ties, o->link, o->monitor)) {
        ml_trace_exit(child);
        ml_proc_free(child);
        n->h->oom(n->h, sizeof(Msg));
    }
    NameAdd named = o->name ? ml_name_add(p->vm, o->name, child) : NAME_ADDED;
    if (named != NAME_ADDED) {
        ml_ties_free(p->vm, &ties);
        ml_trace_exit(child);
        ml_proc_free(child);
        return ml_name_answer(n, named, o->name, NULL);
    }
    Value ref = ml_ties_bind(p, child, &ties);
    ml_push(n, child->pid);
    if (o->monitor)
        ml_push(n, ref);
    ml_sched_ready(p->vm, child);
    return ml_ret(n, o->monitor ? 2 : 1);
}

static NatEnd spawn_with(Nat *n, SpawnOpts *o, int first)
{
    if (n->nargs < first || !ml_is_fn(n->base[first - 1])) {
        if (!ml_is_nil(ml_metamethod(n->p, ml_arg(n, first), MM_CALL)))
            return ml_arg_error(n, first, "a function is needed, not a callable object");
        return ml_type_error(n, first, "function");
    }
    Proc *p = n->p;
    if (o->name && !ml_is_nil(ml_name_find(p->vm, o->name)))
        return ml_error(n, "name '%s' is registered already", ml_str_data(o->name));
    return spawned(n, o, ml_spawn(p, o, n->base[first - 1], n->base + first, n->nargs - first));
}

static NatEnd spawn_as(Nat *n, bool link, bool monitor)
{
    bool has_memory = ml_realm_memory(n->p) > 0;        /* the child, too */
    SpawnOpts o = { .priority = PRIO_NORMAL, .mailbox.policy = has_memory ? FULL_REJECT : FULL_BLOCK };
    int first = 1;
    if (n->step == 1)
        return spawned(n, &o, ml_spawn_more(n->p, &o));
    if (ml_arg(n, 1).tag == TAG_TAB && ml_is_nil(ml_metamethod(n->p, n->base[0], MM_CALL))) {
        if (!read_opts(n, ml_rtab(n->p, n->base[0].t), &o))
            return NAT_ERR;
        first = 2;
    }
    o.link |= link;
    o.monitor |= monitor;
    return spawn_with(n, &o, first);
}

NatEnd ml_spawn_plain(Nat *n) { return spawn_as(n, false, false); }
NatEnd ml_spawn_link(Nat *n) { return spawn_as(n, true, false); }
NatEnd ml_spawn_monitor(Nat *n) { return spawn_as(n, false, true); }
