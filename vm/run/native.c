/*
 * native.c - what native functions use: results, cost, tables, symbols.
 * Arguments are in native_arg.c, errors in native_err.c.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "vm/base/buf.h"
#include "vm/data/quota.h"
#include "vm/proc/realm.h"
#include "vm/run/slow.h"
#include "vm/run/stretch.h"
#include "vm/proc/vm.h"

bool ml_nat_room_for(Nat *n, int slots, const char *what)
{
    Proc *p = n->p;
    if (n->top + slots <= p->stack_end)
        return true;
    p->base = n->base;
    p->top = n->top;
    bool grown;
    STRETCH_APART(p->vm, "growth of the stack", grown = ml_proc_grow(p, (size_t)slots + ML_NAT_FREE));
    if (!grown) {
        if (what)
            ml_error(n, "stack overflow (%s)", what);
        else
            ml_error(n, "stack overflow");
        return false;
    }
    n->base = p->base;
    n->top = p->top;
    return true;
}

bool ml_nat_room(Nat *n, int slots)
{
    return ml_nat_room_for(n, slots, NULL);
}

void ml_push_str(Nat *n, const char *s, size_t len)
{
    ml_push(n, ml_v_str(ml_str_new(n->h, s, len)));
}

void ml_push_cstr(Nat *n, const char *s)
{
    ml_push_str(n, s, strlen(s));
}

void ml_push_fmt(Nat *n, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    Str *s = ml_str_vfmt(n->h, "", 0, fmt, ap);
    va_end(ap);
    ml_push(n, ml_v_str(s));
}

NatEnd ml_nat_slow(Nat *n, const char *name)
{
    Value f = *ml_tab_gets(n->h, n->p->vm->slow, name);
    int nargs = n->nargs;
    if (!ml_is_fn(f))
        return ml_error(n, "'%s' has no slow version", name);
    if (!ml_nat_room(n, nargs + 2))
        return NAT_ERR;
    ml_push(n, f);
    for (int i = 0; i < nargs; i++)
        ml_push(n, n->base[i]);
    return ml_nat_tail(n, nargs);
}

void ml_nat_charge(Nat *n, int64_t reductions)
{
    n->p->reds -= reductions;
}

bool ml_nat_spent(Nat *n)
{
    return n->p->reds <= 0;
}

/* The function is named as its documentation begins. */
bool ml_withheld(Nat *n)
{
    if (!ml_is_sandboxed(n->p))
        return false;
    const NativeDef *d = n->base[-1].nat;
    const char *name = d->doc ? d->doc : d->name;
    ml_error(n, "'%.*s' is not available in a sandbox", (int)strcspn(name, "(\n"), name);
    return true;
}

bool ml_nat_collects(Nat *n, size_t size)
{
    return n->h->quota && !ml_heap_fits(n->h, size) && ml_quota_retry(n->h, size);
}

Vm *ml_nat_vm(Nat *n) { return n->p->vm; }

Tab *ml_nat_globals(Nat *n) { return n->p->globals; }

