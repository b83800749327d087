/*
 * api_native.c - functions of the host, called by scripts.
 *
 * All of them share one native function, which knows by its own definition
 * whose turn it is. Allocating in a process heap may not come back, so what
 * the host returned is held by a value on the stack while it is converted.
 */

#include "vm/api_in.h"
#include "vm/run/frame.h"
#include "vm/run/park.h"
#include "vm/run/runq.h"

typedef struct Guard { MsgRoot *r; } Guard;

static void drop(void *data)
{
    Guard *g = data;
    ml_api_root_free(g->r);
    g->r = NULL;
}

static const UdataType guard_type = { .name = "result of a host", .fini = drop };

static NatEnd push_results(Nat *n, Guard *g)
{
    MsgRoot *r = g->r;
    if (r->v.type != ML_T_LIST) {
        Value v = ml_api_to(n->h, r, &r->v);
        drop(g);
        return ml_ret1(n, v);
    }
    int count = (int)r->v.body->narr;
    if (!ml_nat_room(n, count + ML_NAT_FREE))
        return NAT_ERR;
    Value all = ml_api_to(n->h, r, &r->v);
    drop(g);
    for (int i = 1; i <= count; i++)
        ml_push(n, *ml_tab_getint(n->h, all.t, i));
    return ml_ret(n, count);
}

NatEnd ml_api_native(Nat *n)
{
    const ApiNative *f = (const ApiNative *)(const void *)n->base[-1].nat;
    Udata *u = ml_udata_new(n->h, &guard_type, sizeof(Guard), NULL);
    Guard *g = (Guard *)(void *)u->data;
    ml_push(n, ml_v_udata(u));
    MsgRoot *args = ml_api_from(f->vm->vm, n->p, n->base, (size_t)n->nargs, true);
    if (!args)
        return ml_error(n, "not enough memory");
    ml_nat_charge(n, 20 + (int64_t)(args->arena.total / 64));
    ml_err err = { ML_OK, "" };
    Worker *w = ml_here(f->vm->vm);
    ml_runq_calm(&w->q);
    ml_leave_queue(w);
    ml_msg *result = f->fn(f->ud, &args->v, &err);
    ml_api_root_free(args);
    g->r = ml_api_root(result);
    if (err.code != ML_OK) {
        drop(g);
        err.text[sizeof err.text - 1] = 0;
        return ml_error(n, "%s", err.text[0] ? err.text : ml_strerror(err.code));
    }
    if (!g->r)
        return ml_ret0(n);
    ml_nat_charge(n, (int64_t)(g->r->arena.total / 64));
    return push_results(n, g);
}
