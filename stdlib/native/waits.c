/*
 * waits.c - waits(): who waits for what.
 *
 * Each process that waits is asked (vm/proc/tell.h), and writes down what it
 * waits for in C; the caller makes tables of that. Some are asked at a time,
 * so that it does not matter how many processes there are, to the caller nor
 * to anybody else. Each is woken for it, looks, and waits on.
 *
 *     slots above the arguments: [Waits][result][next slot of the table of processes]
 */
#include <string.h>

#include "stdlib/native/process_in.h"
#include "vm/base/buf.h"
#include "vm/proc/tell.h"
#include "vm/proc/vm.h"
#include "vm/run/debug.h"
#include "vm/run/why.h"

#ifdef ML_CHECKS
enum { ASKED = 3, PIECE = 5 };
#else
enum { ASKED = 32,              /* processes at a time */
       PIECE = 1000 };          /* slots of the table between two looks at the slice */
#endif

enum { PATTERNS = 16, WHY = 3,  /* texts of a process */
       PATTERN = 200,           /* bytes of one */
       MESSAGE = 60 };          /* bytes of a message */

enum { START, LOOK, ANSWERED };

typedef struct Answer {
    Value    pid;
    bool     waits;
    Str     *name;              /* symbol or NULL */
    WaitInfo w;                 /* not: proto, base */
    uint32_t messages;
    Buf      text;              /* patterns, then reasons, a NUL behind each */
    int      npatterns, nwhy;
} Answer;

typedef struct Waits {
    Tell     t;                 /* first */
    Vm      *vm;
    Value    asker;
    uint32_t n;
    _Atomic(uint32_t) left;     /* have not answered, and 1 while they are being asked */
    Answer   a[ASKED];
} Waits;

static const UdataType waits_type = { .name = "waits" };

static Waits *waits_in(Nat *n) { return (Waits *)(void *)n->base[n->nargs].d->sh; }
static Tab *table_in(Nat *n) { return n->base[n->nargs + 1].t; }

/* --- who is asked --- */

static void put_patterns(Answer *a)
{
    uint32_t at = 0;
    for (const RecvClause *c; a->npatterns < PATTERNS && (c = ml_wait_clause(&a->w, &at)); a->npatterns++) {
        ml_buf_put(&a->text, ml_str_data(c->text), c->text->len > PATTERN ? PATTERN : c->text->len);
        ml_buf_putc(&a->text, 0);
    }
}

static void put_why(Proc *p, Answer *a)
{
    Msg *m = a->w.proto ? p->mbox.head : NULL;
    for (; m && a->nwhy < WHY; m = m->next, a->nwhy++) {
        MsgRoom room;
        Value v = ml_msg_value(p->vm, m, &room);
        ml_debug_show(p, v, MESSAGE, &a->text);
        ml_buf_puts(&a->text, ": ");
        ml_why_not(p, &a->w, v, &a->text);
        ml_buf_putc(&a->text, 0);
    }
}

static void one_less(Waits *w)
{
    if (ml_sub(&w->left, 1) != 1)
        return;
    Proc *asker = ml_proc_find(w->vm, w->asker);
    if (asker)
        w->vm->wake(w->vm, asker);
}

static void answer(Tell *t, Proc *p, uint32_t who)
{
    Waits *w = (Waits *)(void *)t;
    Answer *a = &w->a[who];
    a->waits = p && ml_tell_waits(p);
    if (a->waits) {
        ml_wait_info(p, ml_tell_kind(p), &a->w);
        a->name = ml_name_of(p);
        a->messages = p->mbox.count;
        put_patterns(a);
        put_why(p, a);
    }
    one_less(w);
}

/* --- who asks --- */

static void waits_free(Shared *s)
{
    Waits *w = (Waits *)(void *)s;
    for (int i = 0; i < ASKED; i++)
        ml_buf_fini(&w->a[i].text);
    ml_mem_free(&w->vm->mem, w, sizeof *w);
}

static Waits *waits_new(Proc *p)
{
    Vm *vm = p->vm;
    Waits *w = ml_mem_zalloc(&vm->mem, sizeof *w);
    if (!w)
        return NULL;
    ml_store(&w->t.h.refs, 1);
    w->t.h.bytes = sizeof *w;
    w->t.h.free = waits_free;
    w->t.fn = answer;
    w->vm = vm;
    w->asker = p->pid;
    for (int i = 0; i < ASKED; i++)
        ml_buf_init(&w->a[i].text, &vm->mem);
    return w;
}

static void set(Nat *n, Tab *t, const char *k, Value v)
{
    ml_tab_setstr(n->h, t, ml_sym(n->p->vm, k), v);
}

/* A list of texts that lie one behind the other; behind them. */
static const char *set_texts(Nat *n, Tab *t, const char *k, const char *s, int count)
{
    Tab *list = ml_tab_new(n->h, (size_t)count, 0);
    for (int i = 0; i < count; i++) {
        size_t len = strlen(s);
        ml_tab_setint(n->h, list, i + 1, ml_v_str(ml_str_new(n->h, s, len)));
        s += len + 1;
    }
    set(n, t, k, ml_v_tab(list));
    return s;
}

static Tab *table_of(Nat *n, const Answer *a)
{
    const WaitInfo *w = &a->w;
    Tab *t = ml_tab_new(n->h, 0, 12);
    set(n, t, "pid", a->pid);
    if (a->name)
        set(n, t, "name", ml_v_str(a->name));
    set(n, t, "kind", ml_v_str(ml_sym(n->p->vm, ml_wait_names[w->what])));
    set(n, t, "on", w->on);
    set(n, t, "since", ml_v_int((int64_t)w->since_ms));
    if (w->until_us != UINT64_MAX)
        set(n, t, "till", ml_v_int((int64_t)(w->until_us / 1000)));
    if (w->at[0])
        set(n, t, "at", ml_v_str(ml_str_new(n->h, w->at, strlen(w->at))));
    set(n, t, "messages", ml_v_int(a->messages));
    bool whole = !a->text.oom && a->text.len > 0;
    const char *s = set_texts(n, t, "patterns", a->text.data, whole ? a->npatterns : 0);
    set_texts(n, t, "why", s, whole ? a->nwhy : 0);
    return t;
}

static void ask(Waits *w, Value pid)
{
    Answer *a = &w->a[w->n];
    Buf text = a->text;
    ml_buf_clear(&text);
    *a = (Answer){ .pid = pid, .text = text };
    ml_add(&w->left, 1);
    ml_tell_ask(w->vm, &w->t, pid, w->n++);
}

/* Asks those of the next slots that wait. False: the slice is used up. */
static bool ask_some(Nat *n, Waits *w)
{
    Vm *vm = w->vm;
    Value *at = &n->base[n->nargs + 2];
    while (w->n < ASKED && (uint64_t)at->i < ml_load(&vm->ptab.used)) {
        Value pid = ml_ptab_pid(&vm->ptab, (uint32_t)at->i++);
        Proc *p = ml_is_nil(pid) ? NULL : ml_proc_find(vm, pid);
        if (p && ml_load(&p->state) == PROC_WAITING) {
            ml_nat_charge(n, 20);
            ask(w, pid);
        }
        if (at->i % PIECE == 0) {
            ml_nat_charge(n, PIECE / 8);
            if (ml_nat_spent(n))
                return false;
        }
    }
    return true;
}

static NatEnd wait_for_answers(Nat *n)
{
    static const uint64_t hour = (uint64_t)3600 * 1000 * 1000;
    /* with a time limit: a program that waits for an answer goes on */
    NatEnd e = ml_nat_wait(n, ANSWERED, ml_now_us(n->p->vm) + hour);
    if (e == NAT_WAIT)
        n->p->wait = WAIT_ANSWER;
    return e;
}

/* What has been answered into the result. */
static void take(Nat *n, Waits *w)
{
    int64_t k = ml_tab_len(n->h, table_in(n));
    for (uint32_t i = 0; i < w->n; i++)
        if (w->a[i].waits) {
            ml_tab_setint(n->h, table_in(n), ++k, ml_v_tab(table_of(n, &w->a[i])));
            ml_nat_charge(n, 100);
        }
    w->n = 0;
}

static NatEnd start(Nat *n)
{
    Value pid = ml_v_nil();
    if (!ml_arg_absent(n, 1) && !ml_arg_pid(n, 1, &pid))
        return NAT_ERR;
    Waits *w = waits_new(n->p);
    if (!w)
        return ml_error(n, "not enough memory");
    ml_push(n, ml_v_udata(ml_udata_new(n->h, &waits_type, 0, &w->t.h)));
    ml_push(n, ml_v_tab(ml_tab_new(n->h, 0, 0)));
    ml_push(n, ml_v_int(0));
    ml_store(&w->left, 1);
    return ml_nat_more(n, LOOK);
}

static NatEnd look(Nat *n)
{
    Waits *w = waits_in(n);
    Value pid = ml_arg(n, 1);
    if (!ml_is_nil(pid) && !ml_raw_equal(pid, n->p->pid))
        ask(w, pid);
    else if (ml_is_nil(pid) && !ask_some(n, w))
        return ml_nat_more(n, LOOK);
    return ml_sub(&w->left, 1) == 1 ? ml_nat_more(n, ANSWERED) : wait_for_answers(n);
}

static NatEnd answered(Nat *n)
{
    Waits *w = waits_in(n);
    ml_proc_disarm(n->p);
    if (ml_load(&w->left))
        return wait_for_answers(n);
    take(n, w);
    if (!ml_arg_absent(n, 1))
        return ml_ret1(n, *ml_tab_getint(n->h, table_in(n), 1));
    if ((uint64_t)n->base[n->nargs + 2].i >= ml_load(&n->p->vm->ptab.used))
        return ml_ret1(n, ml_v_tab(table_in(n)));
    ml_store(&w->left, 1);
    return ml_nat_more(n, LOOK);
}

NatEnd ml_waits(Nat *n)
{
    switch (n->step) {
    case START: return start(n);
    case LOOK:  return look(n);
    default:    return answered(n);
    }
}
