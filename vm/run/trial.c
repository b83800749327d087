/*
 * trial.c - loading a module apart. See trial.h for what it is.
 *
 *     process                          trial
 *     require("m") ---- begin ------>  [process without a pid: library, m's code]
 *        run, a slice at a time  --->     runs
 *     require("n")  <--- asks -------     require("n")
 *        n, shared  ---- answer ---->     goes on
 *     m, copied     <--- done -------     the end
 *
 * It is no process of the program: it is in no table, on no run queue, has no
 * pid and gets no message. The process that wants the module drives it, so that
 * it takes turns with the others and ends with that process.
 *
 * What could be noticed elsewhere is kept out in three ways. Built-in functions
 * with effects are not called: which those are the library says. Tables and
 * variables that were there before are shared, so that a write makes an overlay,
 * which is seen. And for what it has read the tables are remembered: for a
 * process that has others in their place the outcome would be another one.
 */
#include <setjmp.h>
#include <string.h>

#include "vm/base/check.h"
#include "vm/data/gc.h"
#include "vm/proc/realm.h"
#include "vm/run/frame.h"
#include "vm/run/interp.h"
#include "vm/run/trial.h"
#include "vm/proc/vm.h"

enum {
    SLICE = 2000,
    REDS_MOST = 20 * 1000 * 1000,       /* about half a second */
    BYTES_MOST = 64 << 20,
    READ_MOST = 512, NEEDS_MOST = 64
};

struct Trial {
    Shared         h;
    Mem           *mem;
    struct Module *module;
    Proc          *p;
    Member         member;              /* of p: in a realm of its own, below that of who drives it */
    bool           spoilt, done, asks, answered;
    Value          result;              /* or the answer */
    uint64_t       reds;
    Obj           *read[READ_MOST];
    size_t         nread;
    Need           need[NEEDS_MOST];
    size_t         nneeds;
};

static void trial_free(Shared *s)
{
    Trial *t = (Trial *)(void *)s;
    if (t->p)
        ml_proc_free(t->p);
    ml_realm_unref(t->member.realm);
    ml_mem_free(t->mem, t, sizeof *t);
}

/* The function at the bottom: calls the loader and keeps what it returns. */
static NatEnd run_loader(Nat *n)
{
    Trial *t = n->p->own->trial;
    if (n->step == 0) {
        for (int i = 1; i <= 3; i++)
            ml_push(n, ml_arg(n, i));
        return ml_nat_pcall(n, 2, 1);
    }
    if (n->step == 1) {
        t->spoilt |= n->caught;
        t->done = true;
        t->result = n->nret > 0 ? n->top[-n->nret] : ml_v_nil();
    }
    return ml_nat_more(n, 2);
}

static const NativeDef bottom = { "require", run_loader, NULL };

/* What it may hold, and what p has left. False: no memory. */
static bool has_realm(Trial *t, const Proc *p)
{
    RealmLimits l = { .given = 1u << REALM_MEMORY, .most[REALM_MEMORY] = BYTES_MOST };
    Realm *r = t->member.realm = ml_realm_new(p->vm, ml_realm_of(p), &l);
    if (!r)
        return false;
    ml_account_force(&r->acc[REALM_PROCESSES], 1);
    t->member.quota.account = &r->acc[REALM_MEMORY];
    return true;
}

Trial *ml_trial_new(Proc *p, struct Module *m, Fn *f, const Str *name, const Str *file)
{
    Vm *vm = p->vm;
    Trial *t = ml_mem_zalloc(&vm->mem, sizeof *t);
    if (!t)
        return NULL;
    ml_store(&t->h.refs, 1);
    t->h.bytes = sizeof *t;
    t->h.free = trial_free;
    t->mem = &vm->mem;
    t->module = m;
    Proc *q = t->p = ml_proc_new_apart(vm, 16 * 1024);
    if (!q || !has_realm(t, p)) {
        trial_free(&t->h);
        return NULL;
    }
    q->member = &t->member;
    q->heap->quota = &t->member.quota;
    q->own->trial = t;
    q->own->overlays = vm->no_overlays;      /* so that reading asks for them */
    q->heap->next_id = (uint32_t)(ml_add(&vm->next_image, 1) + 1) * ML_ID_STEP;
    q->pc = ml_boot_code;
    q->base[0] = ml_v_native(&bottom);
    q->base[1] = ml_v_fn(f);
    Str *s = ml_symbol(vm->symtab, ml_str_data(name), name->len);
    Str *at = ml_symbol(vm->symtab, ml_str_data(file), file->len);
    if (!s || !at) {
        trial_free(&t->h);
        return NULL;
    }
    q->base[2] = ml_v_str(s);
    q->base[3] = ml_v_str(at);
    q->top = q->base + 4;
    return t;
}

struct Module *ml_trial_module(const Trial *t) { return t->module; }

/* --- running --- */

static RunEnd run_slice(Proc *q)
{
    if (!q->own->pending && ml_proc_has_housework(q) && !ml_proc_housekeep(q))
        return RUN_YIELD;
    return ml_interp(q);
}

/* Memory running out ends the trial, not the process that drives it. */
static RunEnd run_inside(Proc *q, bool *oom)
{
    Worker *w = ml_here(q->vm);
    void *outer = w->oom_jump;
    jmp_buf out;
    volatile RunEnd end = RUN_EXIT;
    w->oom_jump = &out;
    *oom = true;
    if (!setjmp(out)) {
        end = run_slice(q);
        *oom = false;
    }
    w->oom_jump = outer;
    return end;
}

static bool has_left_traces(const Proc *q)
{
    return q->globals != q->vm->base_globals || q->own->basics || q->own->rebound || q->own->cells || q->own->dict || q->heap->finals;
}

TrialEnd ml_trial_run(Trial *t, Proc *p)
{
    Proc *q = t->p;
    if (t->asks && !t->answered)
        return TRIAL_ASKS;
    bool oom;
    q->reds = SLICE;
    RunEnd end = run_inside(q, &oom);
    int64_t used = SLICE - q->reds;
    p->reds -= used > 0 ? used : 1;
    t->reds += (uint64_t)(used > 0 ? used : 0);
    if (oom && ml_heap_used(q->heap) < BYTES_MOST / 2)
        return TRIAL_STARVED;
    if (end != RUN_YIELD || t->spoilt || t->reds > REDS_MOST)
        return TRIAL_FAILED;
    if (t->done)
        return has_left_traces(q) ? TRIAL_FAILED : TRIAL_DONE;
    return t->asks && !t->answered ? TRIAL_ASKS : TRIAL_RUNS;
}

Value ml_trial_result(const Trial *t, Proc **of)
{
    *of = t->p;
    return t->result;
}

/* --- asking --- */

/* Its argument stays where it is while the process is not run. */
Str *ml_trial_asked(const Trial *t) { return t->p->base[0].s; }

bool ml_trial_answer(Trial *t, Value v, struct Module *of)
{
    const Str *name = ml_trial_asked(t);
    Str *s = ml_symbol(t->p->vm->symtab, ml_str_data(name), name->len);
    if (!s || t->nneeds == NEEDS_MOST)
        return false;
    t->need[t->nneeds++] = (Need){ s, v, of };
    t->result = v;
    t->answered = true;
    return true;
}

NatEnd ml_trial_ask(Nat *n)
{
    Trial *t = n->p->own->trial;
    if (n->step == 0) {
        t->asks = true;
        t->answered = false;
        return ml_nat_more(n, 1);
    }
    t->asks = false;
    return ml_ret1(n, t->result);
}

size_t ml_trial_read(Trial *t, Obj ***o)
{
    *o = t->read;
    return t->nread;
}

size_t ml_trial_needs(Trial *t, Need **n)
{
    *n = t->need;
    return t->nneeds;
}

/* --- inside --- */

void ml_trial_spoil(Proc *p) { p->own->trial->spoilt = true; }

void ml_trial_reads(Proc *p, Obj *o)
{
    Trial *t = p->own->trial;
    for (size_t i = t->nread; i-- > 0;)
        if (t->read[i] == o)
            return;
    if (t->nread == READ_MOST)
        t->spoilt = true;
    else
        t->read[t->nread++] = o;
}

static bool is_word_of(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += n)
        if ((at == list || at[-1] == ' ') && (at[n] == ' ' || at[n] == 0))
            return true;
    return false;
}

bool ml_trial_allows(Proc *p, const NativeDef *d)
{
    if (d == &bottom)
        return true;
    for (const NativeLib *l = p->vm->libs; l && l->name; l++)
        for (const NativeDef *k = l->defs; k->name; k++)
            if (k == d && l->pure && (strcmp(l->pure, "*") == 0 || is_word_of(l->pure, d->name)))
                return true;
    p->own->trial->spoilt = true;
    return false;
}
