/*
 * native_err.c - errors raised by native functions.
 *
 * A message begins with the place of the Lua code that called the function.
 * A bad argument is named as the caller wrote the call: in s:rep({}) the
 * string is not counted, and a function is called what the caller calls it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "vm/run/debug.h"
#include "vm/run/names.h"
#include "vm/proc/vm.h"

/* The frame walk begins at the process' registers. */
static void settle(Nat *n)
{
    n->p->base = n->base;
    n->p->top = n->top;
    n->p->pc = ml_natmore_code;
}

__attribute__((format(printf, 2, 0)))
static NatEnd raise_va(Nat *n, const char *fmt, va_list ap)
{
    char place[96];
    settle(n);
    size_t at = ml_where(n->p, 1, place, sizeof place);
    ml_push(n, ml_v_str(ml_str_vfmt(n->h, place, at, fmt, ap)));
    return NAT_ERR;
}

NatEnd ml_error(Nat *n, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    raise_va(n, fmt, ap);
    va_end(ap);
    return NAT_ERR;
}

NatEnd ml_error_value(Nat *n, Value v)
{
    ml_push(n, v);
    return NAT_ERR;
}

/* How the program calls the running function. One that works for a library
 * function written in the dialect goes by that function's name. */
static Name own_name(Nat *n, Frame *f)
{
    Proc *p = n->p;
    Frame up;
    if (!ml_frame_first(p, f))
        return (Name){ NULL, NULL };
    for (up = *f; ml_frame_next(p, &up, false) && up.proto && ml_name_is_library(up.proto); *f = up)
        if (ml_name_is_callback(f, &up))
            break;
    return ml_name_frame(p, f);
}

NatEnd ml_arg_error(Nat *n, int i, const char *msg)
{
    Frame f;
    char global[80];
    settle(n);
    Name name = own_name(n, &f);
    if (name.kind && strcmp(name.kind, "method") == 0) {
        i--;                            /* self is not counted */
        if (i == 0)
            return ml_error(n, "calling '%s' on bad self (%s)", name.name, msg);
    }
    if (!name.kind) {
        name.name = n->base[-1].nat->name;
        if (ml_name_global(n->p, f.base ? f.base[-1] : n->base[-1], global, sizeof global))
            name.name = global;
    }
    return ml_error(n, "bad argument #%d to '%s' (%s)", i, name.name, msg);
}

NatEnd ml_type_error(Nat *n, int i, const char *expected)
{
    char msg[160];
    const char *got;
    if (i > n->nargs)
        got = "no value";
    else if (n->base[i - 1].tag == TAG_LIGHT)
        got = "light userdata";
    else
        got = ml_type_of(n->p, n->base[i - 1]);
    snprintf(msg, sizeof msg, "%s expected, got %.100s", expected, got);
    return ml_arg_error(n, i, msg);
}
