/*
 * coroutine.c - coroutines. A coroutine has a stack of its own in the heap of
 * its process; resuming and yielding exchange which stack is in use. wrap is
 * in stdlib/coroutine.lua.
 */
#include "stdlib/native/base.h"
#include "stdlib/native/libs.h"
#include "vm/run/slow.h"

static bool arg_coro(Nat *n, int i, Coro **out)
{
    Value v = ml_arg(n, i);
    if (v.tag != TAG_CORO) {
        ml_type_error(n, i, "thread");
        return false;
    }
    *out = v.c;
    return true;
}

static NatEnd create(Nat *n)
{
    if (!ml_arg_fn(n, 1))
        return NAT_ERR;
    return ml_ret1(n, ml_v_coro(ml_coro_new(n->p, n->base[0])));
}

static unsigned status_of(Proc *p, const Coro *c)
{
    return c == ml_coro_current(p) ? CO_RUNNING : c->h.a;
}

static const char *const status_names[] = { "suspended", "running", "normal", "dead" };

/* The values above the slots of the call go to the coroutine. */
static NatEnd switch_to(Nat *n, Coro *c)
{
    unsigned st = status_of(n->p, c);
    if (st != CO_SUSPENDED) {
        ml_push(n, ml_v_bool(false));
        if (st == CO_DEAD)
            ml_push_cstr(n, "cannot resume dead coroutine");
        else
            ml_push_fmt(n, "cannot resume non-suspended coroutine");
        return NAT_RET;
    }
    int nargs = n->nargs - 1;
    if (!ml_nat_room(n, nargs + 4))
        return NAT_ERR;
    for (int i = 0; i < nargs; i++)
        ml_push(n, n->base[1 + i]);
    n->ncall = nargs;
    n->next = 1;
    return NAT_RESUME;
}

static NatEnd resume(Nat *n)
{
    Coro *c;
    if (n->step == 1) {
        n->top[-n->nret - 1] = ml_v_bool(!n->caught);
        return ml_ret(n, n->nret + 1);
    }
    if (!arg_coro(n, 1, &c))
        return NAT_ERR;
    NatEnd e = switch_to(n, c);
    return e == NAT_RET ? ml_ret(n, 2) : e;
}

/* As resume, but a failure is raised: what the function made by wrap calls. */
static NatEnd wrap_resume(Nat *n)
{
    if (n->step == 1) {
        if (!n->caught)
            return ml_ret(n, n->nret);
        n->base[0].c->h.b |= CO_CLOSING;        /* its pending variables are closed now */
        n->ncall = 0;
        n->next = 2;
        return NAT_RESUME;
    }
    if (n->step == 3)                   /* the message is joined */
        return ml_error_value(n, n->top[-1]);
    if (n->step == 2) {
        Value e = n->top[-1];
        if (e.tag == TAG_STR)
            return ml_text_error(n, e.s, 3);
        return ml_error_value(n, e);
    }
    NatEnd e = switch_to(n, n->base[0].c);
    return e == NAT_RET ? ml_error(n, "%s", ml_str_data(n->top[-1].s)) : e;
}

static NatEnd yield(Nat *n)
{
    Proc *p = n->p;
    Coro *c = ml_coro_current(p);
    if (!c->resumer)
        return ml_plain_error(n, "attempt to yield from outside a coroutine");
    if (p->own->guards)
        return ml_error(n, "attempt to yield inside a guard");
    return NAT_YIELD;
}

static NatEnd status(Nat *n)
{
    Coro *c;
    if (!arg_coro(n, 1, &c))
        return NAT_ERR;
    ml_push_cstr(n, status_names[status_of(n->p, c)]);
    return ml_ret(n, 1);
}

static NatEnd running(Nat *n)
{
    Coro *c = ml_coro_current(n->p);
    ml_push(n, ml_v_coro(c));
    ml_push(n, ml_v_bool(c->resumer == NULL));
    return ml_ret(n, 2);
}

static NatEnd isyieldable(Nat *n)
{
    Coro *c = ml_coro_current(n->p);
    if (n->nargs > 0 && !arg_coro(n, 1, &c))
        return NAT_ERR;
    bool main = c == ml_coro_current(n->p) ? !c->resumer : (c->h.b & CO_MAIN) != 0;
    return ml_ret1(n, ml_v_bool(!main));
}

static NatEnd do_close(Nat *n)
{
    Coro *c;
    if (n->step == 1)
        return ml_ret(n, n->nret);
    if (!arg_coro(n, 1, &c))
        return NAT_ERR;
    unsigned st = status_of(n->p, c);
    if (st == CO_DEAD) {
        if (!(c->h.b & CO_FAILED))
            return ml_ret1(n, ml_v_bool(true));
    } else if (st != CO_SUSPENDED)
        return ml_error(n, "cannot close a %s coroutine", status_names[st]);
    c->h.b |= CO_CLOSING;
    n->ncall = 0;
    n->next = 1;
    return NAT_RESUME;
}

const NativeDef ml_lib_coroutine[] = {
    { "create", create, "coroutine.create(f)\nReturns a new coroutine with body f." },
    { "resume", resume, "coroutine.resume(co, ...)\nStarts or continues co; returns true and what it yields or returns, or false and the error.",
      .swap = ml_coro_swap_resume },
    { "yield", yield, "coroutine.yield(...)\nSuspends the running coroutine; the arguments become results of resume. Works at any depth of calls.",
      .swap = ml_coro_swap_yield },
    { "status", status, "coroutine.status(co)\nReturns \"suspended\", \"running\", \"normal\" or \"dead\"." },
    { "running", running, "coroutine.running()\nReturns the running coroutine and whether it is the main one of its process." },
    { "isyieldable", isyieldable, "coroutine.isyieldable([co])\nReturns whether co (default: the running one) can yield." },
    { "close", do_close, "coroutine.close(co)\nCloses a suspended or dead coroutine and its pending variables; returns true, or false and the error." },
    { NULL, NULL, NULL }
};

const NativeDef ml_lib_native_coroutine[] = {
    { "wrap_resume", wrap_resume, NULL, .swap = ml_coro_swap_resume },
    { NULL, NULL, NULL }
};
