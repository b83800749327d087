/*
 * debug.c - the part of the debug library that cannot break what the machine
 * relies on: looking, and metatables. There are no hooks; a process that runs
 * is watched from outside, by tracing.
 */
#include "stdlib/native/libs.h"
#include "stdlib/native/table.h"
#include "vm/run/debug.h"

static NatEnd traceback(Nat *n)
{
    Value thread = ml_arg(n, 1);
    int first = thread.tag == TAG_CORO ? 2 : 1;
    if (first == 1)
        thread = ml_v_nil();
    Value msg = ml_arg(n, first);
    int64_t level;
    Str *text = NULL;
    if (!ml_is_nil(msg) && !ml_is_str(msg) && !ml_is_number(msg))
        return ml_ret1(n, msg);
    if (!ml_arg_opt_str(n, first, NULL, &text) ||
        !ml_arg_opt_int(n, first + 1, first == 1 ? 1 : 0, &level))
        return NAT_ERR;
    if (level > INT32_MAX || level < 0)
        level = INT32_MAX;
    ml_nat_charge(n, 200);
    Str *s = ml_traceback(n->p, thread, text ? ml_str_data(text) : NULL,
                          text ? text->len : 0, (int)level);
    return ml_ret1(n, ml_v_str(s));
}

static NatEnd getmetatable(Nat *n)
{
    if (!ml_arg_any(n, 1))
        return NAT_ERR;
    Tab *meta = ml_metatable(n->p, n->base[0]);
    return ml_ret1(n, meta ? ml_v_tab(meta) : ml_v_nil());
}

static NatEnd setmetatable(Nat *n)
{
    Value v = ml_arg(n, 1), meta = ml_arg(n, 2);
    if (ml_arg_none(n, 2) || !(ml_is_nil(meta) || ml_is_tab(meta)))
        return ml_type_error(n, 2, "nil or table");
    if (!ml_is_tab(v))
        return ml_error(n, "the metatable of a %s cannot be changed",
                        ml_type_name(v));
    Tab *t = ml_wtab(n, v.t);
    if (!t)
        return NAT_ERR;
    ml_table_set_meta(n, t, ml_is_tab(meta) ? meta.t : NULL);
    return ml_ret1(n, v);
}

static NatEnd gethook(Nat *n)
{
    return ml_ret1(n, ml_v_nil());
}

static NatEnd sethook(Nat *n)
{
    Value hook = ml_arg(n, ml_arg(n, 1).tag == TAG_CORO ? 2 : 1);
    if (ml_is_nil(hook))
        return ml_ret0(n);
    return ml_error(n, "debug hooks are not supported");
}

const NativeDef ml_lib_debug[] = {
    { "gethook", gethook,
      "debug.gethook([thread])\n"
      "Returns nil: there are no hooks." },
    { "getmetatable", getmetatable,
      "debug.getmetatable(v)\n"
      "The metatable of v, whatever its field __metatable says." },
    { "sethook", sethook,
      "debug.sethook([thread])\n"
      "Removes the hook, of which there is none. Setting one is an error." },
    { "setmetatable", setmetatable,
      "debug.setmetatable(t, metatable)\n"
      "Gives t a metatable, whatever its field __metatable says. Returns t.\n"
      "Metatables of other types than tables cannot be changed." },
    { "traceback", traceback,
      "debug.traceback([thread,] [message [, level]])\n"
      "The calls that are active, as a text that begins with message. level 1\n"
      "(if left out) begins with the caller." },
    { NULL, NULL, NULL }
};
