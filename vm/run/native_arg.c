/*
 * native_arg.c - arguments of native functions, checked and converted as
 * stock Lua's auxiliary library does it.
 */
#include <stdio.h>
#include <string.h>

#include "vm/data/num.h"
#include "vm/proc/vm.h"

/* A type error always answers false, so that callers can return it. */
static bool wrong(Nat *n, int i, const char *expected)
{
    ml_type_error(n, i, expected);
    return false;
}

bool ml_arg_int(Nat *n, int i, int64_t *out)
{
    double d;
    Value v = ml_arg(n, i);
    if (ml_to_int(v, out))
        return true;
    if (!ml_to_num(v, &d))
        return wrong(n, i, "number");
    ml_arg_error(n, i, "number has no integer representation");
    return false;
}

bool ml_arg_opt_int(Nat *n, int i, int64_t def, int64_t *out)
{
    if (!ml_arg_absent(n, i))
        return ml_arg_int(n, i, out);
    *out = def;
    return true;
}

bool ml_arg_num(Nat *n, int i, double *out)
{
    return ml_to_num(ml_arg(n, i), out) || wrong(n, i, "number");
}

bool ml_arg_opt_num(Nat *n, int i, double def, double *out)
{
    if (!ml_arg_absent(n, i))
        return ml_arg_num(n, i, out);
    *out = def;
    return true;
}

bool ml_arg_str(Nat *n, int i, Str **out)
{
    Value v = ml_arg(n, i);
    if (ml_is_number(v)) {
        char text[NUM_TEXT];
        size_t len = ml_num_fmt(text, v);
        v = ml_v_str(ml_str_new(n->h, text, len));
        n->base[i - 1] = v;
    }
    if (!ml_is_str(v))
        return wrong(n, i, "string");
    *out = v.s;
    return true;
}

bool ml_arg_opt_str(Nat *n, int i, Str *def, Str **out)
{
    if (!ml_arg_absent(n, i))
        return ml_arg_str(n, i, out);
    *out = def;
    return true;
}

bool ml_arg_tab(Nat *n, int i, Tab **out)
{
    Value v = ml_arg(n, i);
    if (!ml_is_tab(v))
        return wrong(n, i, "table");
    *out = ml_rtab(n->p, v.t);
    return true;
}

bool ml_arg_wtab(Nat *n, int i, Tab **out)
{
    Value v = ml_arg(n, i);
    if (!ml_is_tab(v))
        return wrong(n, i, "table");
    *out = ml_wtab(n, v.t);
    return *out != NULL;
}

bool ml_arg_any(Nat *n, int i)
{
    if (i <= n->nargs)
        return true;
    ml_arg_error(n, i, "value expected");
    return false;
}

bool ml_arg_fn(Nat *n, int i)
{
    return ml_is_fn(ml_arg(n, i)) || wrong(n, i, "function");
}

bool ml_arg_udata(Nat *n, int i, const UdataType *type, Udata **out)
{
    Value v = ml_arg(n, i);
    if (v.tag != TAG_UDATA || v.d->type != type)
        return wrong(n, i, type->name);
    *out = v.d;
    return true;
}

bool ml_arg_pid(Nat *n, int i, Value *out)
{
    *out = ml_arg(n, i);
    return ml_is_pid(*out) || wrong(n, i, "pid");
}

bool ml_arg_option(Nat *n, int i, const char *def, const char *const names[], int *out)
{
    Str *s = NULL;
    if (!ml_arg_opt_str(n, i, NULL, &s))
        return false;
    if (!s && !def)
        return wrong(n, i, "string");
    const char *word = s ? ml_str_data(s) : def;
    for (int k = 0; names[k]; k++)
        if (strcmp(names[k], word) == 0) {
            *out = k;
            return true;
        }
    char msg[100];
    snprintf(msg, sizeof msg, "invalid option '%.70s'", word);
    ml_arg_error(n, i, msg);
    return false;
}
