/*
 * circle.c - a circle of calls is told at once.
 *
 * A process that parks to wait for a reply says who owes it (Proc.owed_by), and
 * then follows what the others have said. Each says first and looks then, so
 * the last of a circle to park sees all of it.
 *
 *     A says B ... A looks          B says C ... B looks        C says A ... C looks
 *
 * What it sees need not be true at any one moment: a reply may be under way, a
 * process may have gone on meanwhile. So all are asked, twice (vm/proc/tell.c).
 * A yes says: I wait for the next one's reply, and have seen all that was sent
 * to me before you asked. The second yes says besides: for the same reply, and
 * without a pause. Between the last answer of the first round and the first
 * question of the second there is then a moment at which all of them waited,
 * and no reply of one to another was under way. None can come: they all wait.
 *
 * A no ends it. Who said so will park again, if it still waits, and look again;
 * so a true circle is found by a later attempt.
 *
 * It is a warning. Somebody outside may send the reply all the same, a time may
 * run out, one may be killed. The number of reports is limited, and the same
 * processes are reported once.
 */
#include <stdio.h>

#include "vm/base/buf.h"
#include "vm/proc/signal.h"
#include "vm/proc/tell.h"
#include "vm/proc/vm.h"
#include "vm/run/circle.h"
#include "vm/run/waits.h"

enum { MOST = 64 };             /* processes of a circle that is told at once; each look takes so many steps */

#define MARGIN "           "

typedef struct Member {
    Value    pid;
    uint64_t awaits;            /* the ref it waits for, from the first round */
    bool     yes;
    Buf      text;              /* from the second */
} Member;

struct Circle {
    Tell      t;                /* first */
    Vm       *vm;
    Circle   *next;             /* under vm->circles.lock */
    uint64_t  key;
    int       round;
    uint32_t  n;
    _Atomic(uint32_t) left;     /* have not answered in this round */
    Member    m[];
};

/* --- which are looked into, which were told --- */

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 31) * 0x9E3779B97F4A7C15u;
    return x ^ x >> 29;
}

static bool is_known(Circles *cs, uint64_t key)
{
    for (uint32_t i = 0; i < ml_load_relaxed(&cs->ntold); i++)
        if (cs->told[i] == key)
            return true;
    for (Circle *c = cs->open; c; c = c->next)
        if (c->key == key)
            return true;
    return false;
}

static bool enter(Circle *c)
{
    Circles *cs = &c->vm->circles;
    ml_lock(&cs->lock);
    bool is_new = ml_load_relaxed(&cs->ntold) < CIRCLES_TOLD && !is_known(cs, c->key);
    if (is_new) {
        c->next = cs->open;
        cs->open = c;
    }
    ml_unlock(&cs->lock);
    return is_new;
}

/* It is over; told: and it was true. How many have been told, this one included. */
static uint32_t leave(Circle *c, bool told)
{
    Circles *cs = &c->vm->circles;
    ml_lock(&cs->lock);
    Circle **at = &cs->open;
    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    uint32_t n = ml_load_relaxed(&cs->ntold);
    told = told && n < CIRCLES_TOLD;
    if (told) {
        cs->told[n] = c->key;
        ml_store(&cs->ntold, ++n);
    }
    ml_unlock(&cs->lock);
    return told ? n : 0;
}

static void circle_free(Shared *s)
{
    Circle *c = (Circle *)(void *)s;
    for (uint32_t i = 0; i < c->n; i++)
        ml_buf_fini(&c->m[i].text);
    ml_mem_free(&c->vm->mem, c, sizeof *c + c->n * sizeof *c->m);
}

/* --- it was true --- */

static void report(Circle *c, uint32_t number)
{
    Buf out;
    ml_buf_init(&out, &c->vm->mem);
    if (c->n == 1)
        ml_buf_puts(&out, "warning: 1 process waits for its own reply\n");
    else
        ml_buf_printf(&out, "warning: %u processes wait for each other's replies, in a circle\n", (unsigned)c->n);
    for (uint32_t i = 0; i < c->n; i++)
        ml_buf_put(&out, c->m[i].text.data, c->m[i].text.len);
    if (number == CIRCLES_TOLD)
        ml_buf_puts(&out, "  no more circles will be told\n");
    if (!out.oom)
        c->vm->report(c->vm, out.data, out.len);
    ml_buf_fini(&out);
}

/* --- the rounds --- */

static void begin_round(Circle *c, int round)
{
    c->round = round;
    ml_store(&c->left, c->n);
    for (uint32_t i = 0; i < c->n; i++)
        ml_tell_ask(c->vm, &c->t, c->m[i].pid, i);
}

static void round_over(Circle *c)
{
    bool all = true;
    for (uint32_t i = 0; i < c->n; i++)
        all = all && c->m[i].yes;
    if (all && c->round == 1) {
        begin_round(c, 2);
        return;
    }
    uint32_t number = leave(c, all);
    if (number > 0)
        report(c, number);
}

static void put_text(Proc *p, Buf *out)
{
    WaitInfo w;
    Str *name = ml_name_of(p);
    ml_wait_info(p, WAIT_RECEIVE, &w);
    ml_buf_puts(out, "  ");
    ml_wait_put_pid(p->vm, p->pid, out);
    do
        ml_buf_putc(out, ' ');
    while (!out->oom && out->len < 11);
    ml_wait_put(p->vm, &w, out);
    if (name)
        ml_buf_printf(out, ", registered as '%.80s'", ml_str_data(name));
    ml_buf_putc(out, '\n');
    ml_wait_put_patterns(&w, MARGIN "takes ", out);
}

/* The owner of p, or it is gone (NULL). */
static void answer(Tell *t, Proc *p, uint32_t who)
{
    Circle *c = (Circle *)(void *)t;
    Member *m = &c->m[who];
    Value next = c->m[(who + 1) % c->n].pid;
    m->yes = p && ml_tell_waits(p) && ml_tell_kind(p) == WAIT_RECEIVE && p->awaits &&
             ml_raw_equal(ml_proc_debtor(p), next);
    if (m->yes && c->round == 1) {
        m->awaits = p->awaits;
        p->own->waited |= WAITED_TOLD;
    } else if (m->yes) {
        m->yes = (p->own->waited & WAITED_TOLD) && p->awaits == m->awaits;
        if (m->yes)
            put_text(p, &m->text);
    }
    if (ml_sub(&c->left, 1) == 1)
        round_over(c);
}

/* --- looking --- */

static uint64_t owed_by(Vm *vm, uint64_t pid)
{
    Proc *p = ml_proc_find(vm, ml_pid_of_bits(pid));
    return p ? ml_load(&p->owed_by) : 0;
}

/* The n processes from p on, if they still say so. NULL: no, or no memory. */
static Circle *circle_of(Proc *p, uint32_t n)
{
    Vm *vm = p->vm;
    Circle *c = ml_mem_zalloc(&vm->mem, sizeof *c + n * sizeof *c->m);
    if (!c)
        return NULL;
    uint64_t self = ml_pid_bits(p->pid), at = self;
    c->t.h.bytes = sizeof *c + n * sizeof *c->m;
    c->t.h.free = circle_free;
    c->t.fn = answer;
    ml_store(&c->t.h.refs, 1);
    c->vm = vm;
    c->n = n;
    for (uint32_t i = 0; i < n; i++) {
        c->m[i].pid = ml_pid_of_bits(at);
        c->key ^= mix(at);
        ml_buf_init(&c->m[i].text, &vm->mem);
        at = owed_by(vm, at);
    }
    if (at == self)
        return c;
    ml_shared_unref(&c->t.h);
    return NULL;
}

static void look_into(Proc *p, uint32_t n)
{
    Circle *c = circle_of(p, n);
    if (!c)
        return;
    if (enter(c))
        begin_round(c, 1);
    ml_shared_unref(&c->t.h);
}

void ml_circle_look(Proc *p)
{
    Vm *vm = p->vm;
    uint64_t self = ml_pid_bits(p->pid), at = ml_load_relaxed(&p->owed_by);
    uint32_t n = 1;
    for (; at && at != self && n < MOST; n++)
        at = owed_by(vm, at);
    if (at == self && ml_load_relaxed(&vm->circles.ntold) < CIRCLES_TOLD)
        look_into(p, n);
}
