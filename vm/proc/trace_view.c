/*
 * trace_view.c - the last events of all workers in order, and the names of the
 * processes that occur in them.
 *
 * Events are numbered without gaps, and each ring holds as many as are shown in
 * all: so event i has its place at i - first, and what was sent is found by the
 * number of the message, which is that of its event.
 */
#include <stdio.h>
#include <string.h>

#include "vm/base/hash.h"
#include "vm/proc/fold.h"
#include "vm/proc/trace_in.h"

static bool is_same(Value a, Value b) { return a.u == b.u && a.tag == b.tag; }

/* --- the events --- */

static void lock_all(Vm *vm)
{
    for (unsigned i = 0; i < vm->nrecords; i++)
        ml_lock(&vm->trace->rings[i].lock);
}

static void unlock_all(Vm *vm)
{
    for (unsigned i = 0; i < vm->nrecords; i++)
        ml_unlock(&vm->trace->rings[i].lock);
}

/* Each event at its place. */
static void merge(View *v)
{
    for (unsigned i = 0; i < v->vm->nrecords; i++) {
        const Ring *r = &v->vm->trace->rings[i];
        for (uint64_t k = r->n > r->cap ? r->n - r->cap : 0; k < r->n; k++) {
            const Event *e = &r->e[k % r->cap];
            if (e->seq >= v->first)
                v->list[e->seq - v->first].e = e;
        }
    }
}

Entry *ml_trace_send_of(View *v, uint64_t number)
{
    Entry *at = number >= v->first && number - v->first < v->n ? &v->list[number - v->first] : NULL;
    return at && at->e && at->e->kind == EV_SEND ? at : NULL;
}

/* What became of each message. */
static void pair(View *v)
{
    for (size_t i = 0; i < v->n; i++) {
        const Event *e = v->list[i].e;
        bool ends = e && (e->kind == EV_RECEIVE || e->kind == EV_DROP);
        Entry *sent = ends ? ml_trace_send_of(v, e->number) : NULL;
        if (!sent)
            continue;
        sent->fate = e->kind == EV_DROP ? SENT_LOST : SENT_READ;
        sent->why = e->kind == EV_DROP ? e->text : NULL;
    }
}

static bool concerns(View *v, const Event *e, Value of)
{
    if (ml_is_nil(of) || is_same(e->pid, of) || is_same(e->peer, of))
        return true;
    const Entry *sent = e->kind == EV_DROP ? ml_trace_send_of(v, e->number) : NULL;
    return sent && is_same(sent->e->pid, of);
}

/* The last ones of a process. */
static size_t choose(View *v, Value of, size_t most)
{
    size_t n = 0;
    for (size_t i = v->n; i-- > 0 && n < most;) {
        Entry *at = &v->list[i];
        if (!at->e || !concerns(v, at->e, of))
            continue;
        at->shown = true;
        v->left_out = v->first + i - 1;
        n++;
    }
    return n;
}

/* --- who occurs --- */

static Index *place(Index *t, size_t slots, uint64_t key)
{
    size_t i = ml_hash_u64(key, 0) & (slots - 1);
    while (t[i].who && t[i].key != key)
        i = (i + 1) & (slots - 1);
    return &t[i];
}

Who *ml_trace_find(View *v, Value pid)
{
    return ml_is_pid(pid) ? place(v->by_pid, v->slots, ml_sim_pid(pid))->who : NULL;
}

static void add_who(View *v, Value pid)
{
    if (!ml_is_pid(pid))
        return;
    Index *at = place(v->by_pid, v->slots, ml_sim_pid(pid));
    if (at->who)
        return;
    Who *who = &v->who[v->nwho++];
    who->pid = pid;
    *at = (Index){ ml_sim_pid(pid), who };
}

/* One word, whatever it is made of. */
static void name(Who *who, const char *text, bool registered)
{
    size_t n = 0;
    for (; text[n] && n < sizeof who->name - 1; n++)
        who->name[n] = text[n] > ' ' && text[n] < 0x7f ? text[n] : '_';
    who->name[n] = 0;
    who->named = true;
    who->registered = registered;
}

/* What the events tell; a registered name says more than a function. */
static void names_of_events(View *v)
{
    for (size_t i = 0; i < v->n; i++) {
        const Event *e = v->list[i].e;
        Who *who = e ? ml_trace_find(v, e->pid) : NULL;
        if (!who)
            continue;
        if (e->kind == EV_NAME)
            name(who, e->text, true);
        else if ((e->kind == EV_SPAWN || e->kind == EV_EXIT) && !who->registered)
            name(who, e->who, e->named);
    }
}

/* What was spawned or named so long ago that the event is gone. */
static void names_of_living(View *v)
{
    char text[sizeof ((Event *)0)->who];
    for (size_t i = 0; i < v->nwho; i++) {
        Who *who = &v->who[i];
        Proc *p = who->registered ? NULL : ml_proc_find(v->vm, who->pid);
        if (!p)
            continue;
        Own own;
        Fold *f = ml_proc_peek(p, &own);
        name(who, text, ml_trace_who(p, text, sizeof text));
        ml_proc_peek_end(p, f);
    }
}

static void make_different(View *v)
{
    for (size_t i = 0; i < v->nwho; i++) {
        Who *who = &v->who[i];
        size_t n = strlen(who->name);
        if (!who->registered)
            snprintf(who->name + n, sizeof who->name - n, "<0.%u>", (unsigned)ml_pid_index(who->pid));
        n = strlen(who->name);
        uint64_t key = ml_hash_bytes(who->name, n, 0);
        Index *at = place(v->by_name, v->slots, key);
        if (at->who)
            snprintf(who->name + n, sizeof who->name - n, "#%u", (unsigned)++at->who->others + 1);
        else
            *at = (Index){ key, who };
    }
}

static bool find_who(View *v, size_t shown, bool rest)
{
    Mem *mem = &v->vm->mem;
    v->most_who = 2 * shown + 1;
    for (v->slots = 16; v->slots < 2 * v->most_who; v->slots *= 2)
        ;
    v->who = ml_mem_zalloc(mem, v->most_who * sizeof *v->who);
    v->by_pid = ml_mem_zalloc(mem, v->slots * sizeof *v->by_pid);
    v->by_name = ml_mem_zalloc(mem, v->slots * sizeof *v->by_name);
    if (!v->who || !v->by_pid || !v->by_name)
        return false;
    for (size_t i = 0; i < v->n; i++)
        if (v->list[i].shown) {
            add_who(v, v->list[i].e->pid);
            add_who(v, v->list[i].e->peer);
        }
    names_of_events(v);
    if (rest)
        names_of_living(v);
    make_different(v);
    return true;
}

/* --- all of it --- */

bool ml_trace_view(View *v, Vm *vm, Value of, size_t most, bool rest)
{
    *v = (View){ .vm = vm };
    lock_all(vm);
    uint64_t last = ml_load(&vm->trace->seq);
    v->n = last < vm->trace->most ? (size_t)last : vm->trace->most;
    v->first = last - v->n + 1;
    v->list = ml_mem_zalloc(&vm->mem, (v->n + 1) * sizeof *v->list);
    bool ok = v->list != NULL;
    if (ok) {
        merge(v);
        pair(v);
        ok = find_who(v, choose(v, of, most), rest);
    }
    if (!ok)
        ml_trace_view_close(v);
    return ok;
}

void ml_trace_view_close(View *v)
{
    Mem *mem = &v->vm->mem;
    ml_mem_free(mem, v->who, v->most_who * sizeof *v->who);
    ml_mem_free(mem, v->by_pid, v->slots * sizeof *v->by_pid);
    ml_mem_free(mem, v->by_name, v->slots * sizeof *v->by_name);
    ml_mem_free(mem, v->list, (v->n + 1) * sizeof *v->list);
    unlock_all(v->vm);
}
