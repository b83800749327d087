/*
 * waits.c - what a waiting process waits for.
 *
 * Nothing is written down for this when a process parks, but since when: all
 * else is in its registers and its code. A receive statement that waits stands
 * at its RECVWAIT, and the instructions around it tell the rest:
 *
 *     RECVSTART
 *     MOVE ...          copies of pins, when there are several
 *     RECVMARK  m n     every clause pins something
 *     RECVINIT
 *     RECV  <-------+   the clauses that are listed for this one are its own
 *      ...          |
 *     RECVWAIT      |
 *     LOOP ---------+
 */
#include <stdio.h>
#include <string.h>

#include "vm/base/buf.h"
#include "vm/proc/flow.h"
#include "vm/proc/vm.h"
#include "vm/run/debug.h"
#include "vm/run/names.h"
#include "vm/run/waits.h"

/* --- since when --- */

static uint64_t since_ms(const Proc *p)
{
    uint64_t now = ml_now_us(p->vm) / 1000;
    return now - (uint32_t)(now - p->since_ms);
}

/* --- the receive statement --- */

/* The statement that f waits in. At its RECV: it has been woken, and is about
 * to look what for. */
static bool statement(const Frame *f, WaitInfo *out)
{
    const Instr *i = f->pc;
    if (!f->proto || !(i->op == OP_RECV || (i->op == OP_RECVWAIT && !i->b)))
        return false;
    out->proto = f->proto;
    out->base = f->base;
    out->recv = (uint32_t)((i->op == OP_RECV ? i : i + 2 + i[1].d) - f->proto->code);
    return true;
}

const RecvClause *ml_wait_clause(const WaitInfo *i, uint32_t *at)
{
    while (i->proto && *at < i->proto->nclauses) {
        const RecvClause *c = &i->proto->clauses[(*at)++];
        if (c->recv == i->recv)
            return c;
    }
    return NULL;
}

/* The pid that all clauses pin, or nil. */
static Value pinned(const WaitInfo *i)
{
    const Instr *mark = &i->proto->code[i->recv - 1];
    Value pid = ml_v_nil();
    if (mark->op == OP_RECVINIT)
        mark--;
    if (mark->op != OP_RECVMARK)
        return pid;
    for (int k = 0; k < mark->b; k++) {
        unsigned reg = mark->b == 1 ? mark->a : (mark - mark->b + k)->b;
        Value v = i->base[reg];
        if (!ml_is_pid(v) || (k > 0 && !ml_raw_equal(v, pid)))
            return ml_v_nil();
        pid = v;
    }
    return pid;
}

/* --- all of it --- */

/* Out to the program's own code: what it called there is the innermost. */
static bool to_code(Proc *p, Frame *f, const NativeDef **called)
{
    bool ok = ml_frame_first(p, f);
    for (; ok && (!f->proto || ml_name_is_library(f->proto)); ok = ml_frame_next(p, f, true))
        if (f->native && !*called)
            *called = f->native;
    return ok;
}

static WaitFor what_of(WaitKind kind, bool knows_debtor, const NativeDef *called)
{
    switch (kind) {
    case WAIT_NONE:
    case WAIT_ANSWER:   return FOR_REPLY;       /* to a question of the VM's own */
    case WAIT_RECEIVE:
        if (knows_debtor)
            return FOR_REPLY;
        return called && strcmp(called->name, "receive") != 0 ? FOR_IO : FOR_MESSAGE;
    case WAIT_SLEEP:    return FOR_TIME;
    case WAIT_IO:       return FOR_IO;
    case WAIT_JOB:      return FOR_JOB;
    case WAIT_ROOM:     return FOR_ROOM;
    case WAIT_HIBERNATE: break;
    }
    return FOR_MESSAGE;
}

void ml_wait_info(Proc *p, WaitKind kind, WaitInfo *out)
{
    Frame f;
    const NativeDef *called = NULL;
    *out = (WaitInfo){ .on = ml_v_nil(), .since_ms = since_ms(p), .until_us = UINT64_MAX };
    if (ml_proc_is_timed(p))
        out->until_us = p->alarm->t.at;
    if (kind == WAIT_RECEIVE && p->awaits)
        out->on = ml_proc_debtor(p);
    if (kind == WAIT_ROOM)
        out->on = ml_flow_sends_to(p);
    bool code = !p->is_host && to_code(p, &f, &called);
    out->what = what_of(kind, ml_is_pid(out->on), called);
    if (!code)
        return;
    if (!called && statement(&f, out) && ml_is_nil(out->on))
        out->on = pinned(out);
    uint32_t at = out->proto ? out->recv : ml_frame_index(&f);
    snprintf(out->at, sizeof out->at, "%s:%u", f.proto->image->short_name, (unsigned)f.proto->pos[at].line);
}

Value ml_wait_on(Proc *p, WaitKind kind)
{
    WaitInfo i;
    Frame f;
    Value owes = kind == WAIT_RECEIVE && p->awaits ? ml_proc_debtor(p) : ml_v_nil();
    i = (WaitInfo){ .proto = NULL };
    if (kind == WAIT_ROOM)
        return ml_flow_sends_to(p);
    if (ml_is_pid(owes) || kind != WAIT_RECEIVE || p->is_host)
        return owes;
    if (ml_frame_first(p, &f) && statement(&f, &i))
        return pinned(&i);
    return ml_v_nil();
}

/* --- in words --- */

enum { PATTERNS = 8,            /* of a statement */
       PATTERN = 100 };         /* bytes of one */

const char *const ml_wait_names[] = { "receive", "reply", "sleep", "io", "job", "room" };

void ml_wait_put_pid(Vm *vm, Value pid, Buf *out)
{
    Proc *main = ml_load(&vm->main);
    if (main && ml_proc_find(vm, pid) == main)
        ml_buf_puts(out, "main");
    else
        ml_buf_printf(out, "<0.%u>", (unsigned)ml_pid_index(pid));
}

static void put_time(uint64_t ms, Buf *out)
{
    if (ms >= 1000)
        ml_buf_printf(out, "%.1f s", (double)ms / 1000);
    else
        ml_buf_printf(out, "%u ms", (unsigned)ms);
}

void ml_wait_put(Vm *vm, const WaitInfo *i, Buf *out)
{
    static const char *const texts[] = { "waits for a message", "waits for the reply", "sleeps",
                                         "waits for the outside", "waits for a job", "waits for room in the mailbox" };
    ml_buf_puts(out, texts[i->what]);
    if (ml_is_pid(i->on)) {
        ml_buf_puts(out, i->what == FOR_REPLY || i->what == FOR_ROOM ? " of " : " from ");
        ml_wait_put_pid(vm, i->on, out);
    }
    if (i->at[0])
        ml_buf_printf(out, " at %s", i->at);
    uint64_t now = ml_now_us(vm), ms = now / 1000 - i->since_ms;
    if (ms > 0) {
        ml_buf_puts(out, ", for ");
        put_time(ms, out);
    }
    if (i->until_us != UINT64_MAX) {
        ml_buf_puts(out, ", at most ");
        put_time(i->until_us > now ? (i->until_us - now) / 1000 : 0, out);
        ml_buf_puts(out, " more");
    }
}

void ml_wait_put_patterns(const WaitInfo *i, const char *margin, Buf *out)
{
    uint32_t at = 0;
    int n = 0;
    for (const RecvClause *c; n <= PATTERNS && (c = ml_wait_clause(i, &at)); n++) {
        ml_buf_puts(out, n ? " | " : margin);
        if (n < PATTERNS)
            ml_buf_put(out, ml_str_data(c->text), c->text->len > PATTERN ? PATTERN : c->text->len);
        else
            ml_buf_puts(out, "...");
    }
    if (n)
        ml_buf_putc(out, '\n');
}
