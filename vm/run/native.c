/*
 * native.c - what native functions use: results, cost, tables, symbols.
 * Arguments are in native_arg.c, errors in native_err.c.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "vm/base/buf.h"
#include "vm/run/slow.h"
#include "vm/proc/vm.h"

bool ml_nat_room(Nat *n, int slots)
{
    Proc *p = n->p;
    if (n->top + slots <= p->stack_end)
        return true;
    p->base = n->base;
    p->top = n->top;
    if (!ml_proc_grow(p, (size_t)slots + ML_NAT_FREE)) {
        ml_error(n, "stack overflow");
        return false;
    }
    n->base = p->base;
    n->top = p->top;
    return true;
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
    char few[512];
    va_list ap;
    va_start(ap, fmt);
    int len = vsnprintf(few, sizeof few, fmt, ap);
    va_end(ap);
    if (len < (int)sizeof few) {
        ml_push_str(n, few, len < 0 ? 0 : (size_t)len);
        return;
    }
    char *to;
    Str *s = ml_str_room(n->h, (size_t)len, &to);
    va_start(ap, fmt);
    vsnprintf(to, (size_t)len + 1, fmt, ap);
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

Vm *ml_nat_vm(Nat *n) { return n->p->vm; }

Tab *ml_nat_globals(Nat *n) { return n->p->globals; }

Str *ml_sym(Vm *vm, const char *s)
{
    Str *sym = ml_symbol(vm->symtab, s, strlen(s));
    if (!sym)
        vm->shared.oom(&vm->shared, strlen(s));
    return sym;
}

Rand *ml_proc_rand(Proc *p)
{
    if (!p->rand) {
        Rand *r = ml_mem_alloc(&p->vm->mem, sizeof *r);
        if (!r)
            p->heap.oom(&p->heap, sizeof *r);
        ml_rand_seed(r, ml_rand_next(&p->vm->rand), p->serial);
        p->rand = r;
    }
    return p->rand;
}

Value ml_msg_value(Proc *p, const char *fmt, ...)
{
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    int len = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (len >= (int)sizeof text)
        len = sizeof text - 1;
    return ml_v_str(ml_str_new(&p->heap, text, (size_t)len));
}
