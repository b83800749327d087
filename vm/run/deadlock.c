/*
 * deadlock.c - the report of a program whose main process waits for a message
 * that nobody can send.
 *
 *     deadlock: main waits for a message, and nothing else can run
 *       main     waits for a message at bank.lua:40, for 3 ms
 *                takes "done"
 *                watches <0.6>
 *     in a circle:
 *       <0.4>    waits for the reply of <0.5> at bank.lua:12, for 2 ms
 *                takes {^ref, result}
 *       <0.5>    waits for a message from <0.4> at bank.lua:30, registered as 'till'
 *                takes {"put", ^owner}
 *                1 message queued that it does not take:
 *                {"take", <0.6>}: line 30 wants "put" at [1]
 *     others:
 *       <0.6>    waits for the reply of <0.5> at bank.lua:12
 *
 * From each process at most one arrow leads on, to whom it waits for. So all
 * arrows are followed in one go, however many processes there are: a walk that
 * meets itself has found a circle, one that meets an older walk ends there.
 * All rest meanwhile.
 */
#include <stdio.h>

#include "vm/base/buf.h"
#include "vm/proc/fold.h"
#include "vm/proc/signal.h"
#include "vm/proc/trace.h"
#include "vm/proc/vm.h"
#include "vm/run/deadlock.h"
#include "vm/run/debug.h"
#include "vm/run/waits.h"
#include "vm/run/why.h"

enum { SHOWN = 20,              /* processes in a list */
       CIRCLES = 5,
       MESSAGES = 3,            /* of a process */
       MESSAGE = 60 };          /* bytes of one */

#define MARGIN "           "

typedef struct Report {
    Vm       *vm;
    Buf       out;
    uint32_t *walk;             /* by slot of the table: the walk that came by; or NULL */
    uint32_t  used;             /* slots */
    uint32_t  last;             /* walk so far */
} Report;

enum { TOLD = UINT32_MAX };     /* in place of a walk */

/* --- one process --- */

static void put_messages(Report *r, Proc *p, const WaitInfo *w)
{
    Buf *out = &r->out;
    uint32_t n = p->mbox.count;
    if (!n)
        return;
    ml_buf_printf(out, MARGIN "%u message%s queued that it does not take%s\n", n, n == 1 ? "" : "s",
                  w->proto ? ":" : "");
    Msg *m = w->proto ? p->mbox.head : NULL;
    for (int k = 0; m && k < MESSAGES; k++, m = m->next) {
        ml_buf_puts(out, MARGIN "  ");
        MsgRoom room;
        Value v = ml_msg_value(p->vm, m, &room);
        ml_debug_show(p, v, MESSAGE, out);
        ml_buf_puts(out, ": ");
        ml_why_not(p, w, v, out);
        ml_buf_putc(out, '\n');
    }
    if (m)
        ml_buf_puts(out, MARGIN "  ...\n");
}

/* Nobody knows who could send what an open receive waits for, but these would
 * be heard of. */
static void put_bonds(Report *r, Proc *p, const WaitInfo *w)
{
    Buf *out = &r->out;
    if (w->what != FOR_MESSAGE || ml_is_pid(w->on))
        return;
    size_t linked = ml_report_bonds(p, p->own->links, MARGIN "linked to ", out);
    if (ml_report_bonds(p, p->own->monitors, linked ? "; watches " : MARGIN "watches ", out) || linked)
        ml_buf_putc(out, '\n');
}

static void put_process(Report *r, Proc *p)
{
    WaitInfo w;
    Buf *out = &r->out;
    if (!ml_proc_unfold(p))
        return;                         /* nor would there be memory to tell of it */
    ml_wait_info(p, p->wait, &w);
    ml_buf_puts(out, "  ");
    size_t from = out->len;
    ml_wait_put_pid(r->vm, p->pid, out);
    do
        ml_buf_putc(out, ' ');
    while (!out->oom && out->len - from < 9);
    ml_wait_put(r->vm, &w, out);
    Str *name = ml_name_of(p);
    if (name)
        ml_buf_printf(out, ", registered as '%.80s'", ml_str_data(name));
    ml_buf_putc(out, '\n');
    ml_wait_put_patterns(&w, MARGIN "takes ", out);
    put_bonds(r, p, &w);
    put_messages(r, p, &w);
    if (r->walk)
        r->walk[ml_pid_index(p->pid)] = (uint32_t)TOLD;
}

/* --- whom it waits for --- */

static Proc *process_at(Report *r, uint32_t i)
{
    Value pid = ml_ptab_pid(&r->vm->ptab, i);
    Proc *p = ml_is_nil(pid) ? NULL : ml_proc_find(r->vm, pid);
    return p && !p->is_host ? p : NULL;
}

static Proc *next_of(Report *r, Proc *p)
{
    Own own;
    Fold *f = ml_proc_peek(p, &own);
    Value on = ml_wait_on(p, p->wait);
    ml_proc_peek_end(p, f);
    return ml_is_pid(on) && ml_pid_index(on) < r->used ? ml_proc_find(r->vm, on) : NULL;
}

static void put_circle(Report *r, Proc *from)
{
    Proc *p = from, *next;
    uint32_t more = 0, shown = 0;
    ml_buf_puts(&r->out, "in a circle:\n");
    do {
        next = next_of(r, p);
        if (shown++ < SHOWN)
            put_process(r, p);
        else
            more++;
        p = next;
    } while (p != from);
    if (more)
        ml_buf_printf(&r->out, "  and %u more\n", more);
}

/* Walks on from p as far as nobody has been. The first process of a circle, or NULL. */
static Proc *find_circle(Report *r, Proc *p)
{
    uint32_t walk = ++r->last;
    while (p && !r->walk[ml_pid_index(p->pid)]) {
        r->walk[ml_pid_index(p->pid)] = walk;
        p = next_of(r, p);
    }
    return p && r->walk[ml_pid_index(p->pid)] == walk ? p : NULL;
}

static void put_circles(Report *r)
{
    uint32_t more = 0, shown = 0;
    for (uint32_t i = 0; r->walk && i < r->used; i++) {
        Proc *p = process_at(r, i);
        p = p ? find_circle(r, p) : NULL;
        if (p && shown++ < CIRCLES)
            put_circle(r, p);
        else
            more += p != NULL;
    }
    if (more)
        ml_buf_printf(&r->out, "and %u more circles\n", more);
}

static void put_others(Report *r, Proc *main, bool headed)
{
    uint32_t more = 0, shown = 0;
    for (uint32_t i = 0; i < r->used; i++) {
        Proc *p = process_at(r, i);
        if (!p || p == main || (r->walk && r->walk[i] == (uint32_t)TOLD))
            continue;
        if (shown == 0 && headed)
            ml_buf_puts(&r->out, "others:\n");
        if (shown++ < SHOWN)
            put_process(r, p);
        else
            more++;
    }
    if (more)
        ml_buf_printf(&r->out, "  and %u more\n", more);
}

void ml_deadlock_tell(Vm *vm)
{
    Report r = { .vm = vm, .used = ml_load(&vm->ptab.used) };
    Proc *main = ml_load(&vm->main);
    if (vm->deadlock_told)
        return;
    vm->deadlock_told = true;
    ml_buf_init(&r.out, &vm->mem);
    r.walk = ml_mem_zalloc(&vm->mem, r.used * sizeof *r.walk);
    ml_buf_puts(&r.out, "deadlock: main waits for a message, and nothing else can run\n");
    put_process(&r, main);
    if (r.walk)
        r.walk[ml_pid_index(main->pid)] = 0;    /* it may be in a circle, too */
    size_t before = r.out.len;
    put_circles(&r);
    put_others(&r, main, r.out.len > before);
    ml_trace_report(vm, ml_v_nil(), &r.out);
    if (vm->stdio)
        vm->stdio_flush(vm, false);
    vm->report(vm, r.out.data, r.out.len);
    ml_mem_free(&vm->mem, r.walk, r.used * sizeof *r.walk);
    ml_buf_fini(&r.out);
}
