/*
 * base.c - the basic functions, except print and load, which have files of
 * their own. Errors, protected calls and everything about processes are in
 * process.c; what opens files (dofile, loadfile, require) is written in the
 * dialect, in stdlib/package.lua.
 */
#include <string.h>

#include "stdlib/native/base.h"
#include "stdlib/native/libs.h"
#include "stdlib/native/table.h"
#include "vm/data/gc.h"
#include "vm/data/num.h"
#include "vm/data/old.h"
#include "vm/proc/proc.h"
#include "vm/run/long.h"
#include "vm/proc/vm.h"

static Value sym(Nat *n, const char *s)
{
    return ml_v_str(ml_sym(ml_nat_vm(n), s));
}

NatEnd ml_plain_error(Nat *n, const char *msg)
{
    return ml_error_value(n, sym(n, msg));
}

/* --- next, pairs, ipairs --- */

enum { KEY_KNOWN = 1, SKIPPING };   /* steps of next */

/* From the place in slot 0 on, past what is empty. */
static NatEnd next_from(Nat *n, const Tab *t, uint64_t pos)
{
    Value k, v;
    uint64_t from = pos;
    while (!ml_tab_skip(t, &pos, TAB_SKIP)) {
        from = pos;
        ml_nat_charge(n, TAB_SKIP / 4);
        if (ml_nat_spent(n)) {
            *slot(n, 0) = ml_v_int((int64_t)pos);
            n->top = slot(n, 1);
            return ml_nat_more(n, SKIPPING);
        }
    }
    if (pos - from > 16)
        ml_nat_charge(n, (int64_t)(pos - from) / 4);
    if (!ml_tab_each(t, &pos, &k, &v))
        return ml_ret1(n, ml_v_nil());
    ml_push(n, k);
    ml_push(n, v);
    return ml_ret(n, 2);
}

static NatEnd next(Nat *n)
{
    Tab *t;
    uint64_t pos;
    if (!ml_arg_tab(n, 1, &t))
        return NAT_ERR;
    if (n->step == SKIPPING)
        return next_from(n, t, (uint64_t)slot(n, 0)->i);
    Value k = ml_arg(n, 2);
    if (ml_key_is_long(t, k))
        return ml_long_key(n, t, k, KEY_KNOWN);
    if (!ml_tab_place(n->h, t, k, &pos))
        return ml_plain_error(n, "invalid key to 'next'");
    return next_from(n, t, pos);
}

static NatEnd pairs(Nat *n)
{
    if (n->step == 1) {             /* three results, whatever __pairs gave */
        for (; n->nret < 3; n->nret++)
            ml_push(n, ml_v_nil());
        n->top -= n->nret - 3;
        return ml_ret(n, 3);
    }
    if (!ml_arg_any(n, 1))
        return NAT_ERR;
    Value mm = ml_metamethod(n->p, n->base[0], MM_PAIRS);
    if (!ml_is_nil(mm)) {
        ml_push(n, mm);
        ml_push(n, n->base[0]);
        return ml_nat_call(n, 1, 1);
    }
    ml_push(n, ml_v_native(&ml_lib_base[0]));       /* next */
    ml_push(n, n->base[0]);
    ml_push(n, ml_v_nil());
    return ml_ret(n, 3);
}

static NatEnd ipairs_step(Nat *n)
{
    Value t = ml_arg(n, 1), i = ml_arg(n, 2), v = ml_v_nil();
    int64_t at;
    if (!ml_is_int(i) && !ml_arg_int(n, 2, &at))
        return NAT_ERR;
    if (!ml_is_tab(t) || !ml_is_int(i))
        return ml_nat_slow(n, "ipairs");
    Tab *tab = ml_rtab(n->p, t.t);
    i.i = ml_int_add(i.i, 1);
    v = *ml_tab_getint(n->h, tab, i.i);
    if (!ml_is_nil(v)) {
        ml_push(n, i);
        ml_push(n, v);
        return ml_ret(n, 2);
    }
    if (tab->meta && !ml_is_nil(ml_metamethod(n->p, t, MM_INDEX)))
        return ml_nat_slow(n, "ipairs");
    return ml_ret1(n, ml_v_nil());
}

static const NativeDef ipairs_iterator = {
    "ipairs_iterator", ipairs_step,
    "ipairs_iterator(t, i)\n"
    "i + 1 and t[i + 1], or nil at the end: what ipairs returns."
};

static NatEnd ipairs(Nat *n)
{
    if (!ml_arg_any(n, 1))
        return NAT_ERR;
    ml_push(n, ml_v_native(&ipairs_iterator));
    ml_push(n, n->base[0]);
    ml_push(n, ml_v_int(0));
    return ml_ret(n, 3);
}

/* --- metatables --- */

static NatEnd getmetatable(Nat *n)
{
    if (!ml_arg_any(n, 1))
        return NAT_ERR;
    Tab *meta = ml_metatable(n->p, n->base[0]);
    if (!meta)
        return ml_ret1(n, ml_v_nil());
    Value v = ml_metamethod(n->p, n->base[0], MM_METATABLE);
    return ml_ret1(n, ml_is_nil(v) ? ml_v_tab(meta) : v);
}

static uint8_t weak_bits(Value mode)
{
    if (!ml_is_str(mode))
        return 0;
    const char *s = ml_str_data(mode.s);
    return (uint8_t)((strchr(s, 'k') ? 1 : 0) | (strchr(s, 'v') ? 2 : 0));
}

void ml_table_set_meta(Nat *n, Tab *t, Tab *meta)
{
    const uint8_t neither = 1 << MM_MODE | 1 << MM_GC;
    Value v = ml_v_tab(t);
    t->meta = meta;
    ml_old_changed(n->h, t);
    t->h.b = 0;
    if (!meta || (ml_rtab(n->p, meta)->h.a & neither) == neither)
        return;
    t->h.b = weak_bits(ml_metamethod(n->p, v, MM_MODE));
    if (!ml_is_nil(ml_metamethod(n->p, v, MM_GC)))
        ml_gc_mark_final(n->h, &t->h);
}

static NatEnd setmetatable(Nat *n)
{
    Value v = ml_arg(n, 1), meta = ml_arg(n, 2);
    if (!ml_is_tab(v))
        return ml_type_error(n, 1, "table");
    if (ml_arg_none(n, 2) || !(ml_is_nil(meta) || ml_is_tab(meta)))
        return ml_type_error(n, 2, "nil or table");
    Tab *t = v.t;
    if (!(t->h.flags & OF_SHARED) && !t->meta) {    /* by far the most calls */
        ml_table_set_meta(n, t, ml_is_tab(meta) ? meta.t : NULL);
        return ml_ret1(n, v);
    }
    if (ml_rtab(n->p, t)->meta &&
        !ml_is_nil(ml_metamethod(n->p, v, MM_METATABLE)))
        return ml_error(n, "cannot change a protected metatable");
    t = ml_wtab(n, t);
    if (!t)
        return NAT_ERR;
    ml_table_set_meta(n, t, ml_is_tab(meta) ? meta.t : NULL);
    return ml_ret1(n, v);
}

/* Most calls give a new table the metatable of a class. */
static int quick_setmetatable(Proc *p, Heap *h, Value *f, int n)
{
    if (n < 2 || !ml_is_tab(f[1]) || !ml_is_tab(f[2]) || (f[1].t->h.flags & OF_SHARED) || f[1].t->meta)
        return NAT_USUAL;
    ml_table_set_meta(&(Nat){ .p = p, .h = h }, f[1].t, f[2].t);
    *f = f[1];
    return 1;
}

/* --- raw access --- */

static NatEnd rawequal(Nat *n)
{
    if (!ml_arg_any(n, 1) || !ml_arg_any(n, 2))
        return NAT_ERR;
    if (!ml_equal_is_long(n->base[0], n->base[1]))
        return ml_ret1(n, ml_v_bool(ml_raw_equal(n->base[0], n->base[1])));
    Value a = n->base[0], b = n->base[1];
    ml_push(n, ml_v_native(&ml_long_equal));
    ml_push(n, a);
    ml_push(n, b);
    return ml_nat_tail(n, 2);
}

static int quick_rawequal(Proc *p, Heap *h, Value *f, int n)
{
    (void)p, (void)h;
    if (n < 2 || ml_equal_is_long(f[1], f[2]))
        return NAT_USUAL;
    *f = ml_v_bool(ml_raw_equal(f[1], f[2]));
    return 1;
}

static int quick_rawget(Proc *p, Heap *h, Value *f, int n)
{
    if (n < 2 || !ml_is_tab(f[1]) || (ml_is_str(f[2]) && ml_is_long(f[2].s)))
        return NAT_USUAL;
    *f = *ml_tab_get(h, ml_rtab(p, f[1].t), f[2]);
    return 1;
}

static NatEnd rawlen(Nat *n)
{
    Value v = ml_arg(n, 1);
    if (ml_is_str(v))
        return ml_ret1(n, ml_v_int((int64_t)v.s->len));
    if (!ml_is_tab(v))
        return ml_type_error(n, 1, "table or string");
    return ml_ret1(n, ml_v_int(ml_tab_len(n->h, ml_rtab(n->p, v.t))));
}

static NatEnd rawget(Nat *n)
{
    Tab *t;
    if (!ml_arg_tab(n, 1, &t) || !ml_arg_any(n, 2))
        return NAT_ERR;
    if (ml_key_is_long(t, n->base[1]))
        return ml_long_key(n, t, n->base[1], 1);
    return ml_ret1(n, *ml_tab_get(n->h, t, n->base[1]));
}

static NatEnd rawset(Nat *n)
{
    Value v = ml_arg(n, 1), k = ml_arg(n, 2);
    if (!ml_is_tab(v))
        return ml_type_error(n, 1, "table");
    if (!ml_arg_any(n, 2) || !ml_arg_any(n, 3))
        return NAT_ERR;
    if (ml_is_nil(k))
        return ml_plain_error(n, "table index is nil");
    if (ml_is_float(k) && k.n != k.n)
        return ml_plain_error(n, "table index is NaN");
    Tab *t = ml_wtab(n, v.t);
    if (!t)
        return NAT_ERR;
    if (ml_key_is_long(t, k))
        return ml_long_key(n, t, k, 1);
    ml_tab_set(n->h, t, k, n->base[2]);
    return ml_ret1(n, v);
}

/* --- types and texts --- */

static NatEnd type(Nat *n)
{
    if (!ml_arg_any(n, 1))
        return NAT_ERR;
    return ml_ret1(n, ml_v_str(ml_nat_vm(n)->types[ml_tag(&n->base[0])]));
}

static int quick_type(Proc *p, Heap *h, Value *f, int n)
{
    (void)p;
    if (n < 1)
        return NAT_USUAL;
    *f = ml_v_str(h->vm->types[ml_tag(&f[1])]);
    return 1;
}

bool ml_text_result(Nat *n, Value *out)
{
    *out = ml_nat_result(n);
    if (ml_is_number(*out))
        *out = ml_v_str(ml_tostr(n->p, *out));
    if (ml_is_str(*out))
        return true;
    ml_error(n, "'__tostring' must return a string");
    return false;
}

static NatEnd tostring(Nat *n)
{
    Value v;
    if (n->step == 1)
        return ml_text_result(n, &v) ? ml_ret1(n, v) : NAT_ERR;
    if (!ml_arg_any(n, 1))
        return NAT_ERR;
    v = n->base[0];
    if (ml_is_str(v))
        return ml_ret1(n, v);
    Value mm = ml_is_number(v) ? ml_v_nil() : ml_metamethod(n->p, v, MM_TOSTRING);
    if (ml_is_nil(mm))
        return ml_ret1(n, ml_v_str(ml_tostr(n->p, v)));
    ml_push(n, mm);
    ml_push(n, v);
    return ml_nat_call(n, 1, 1);
}

static int quick_tostring(Proc *p, Heap *h, Value *f, int n)
{
    (void)h;
    if (n < 1 || !(ml_is_str(f[1]) || ml_is_number(f[1])))
        return NAT_USUAL;
    *f = ml_is_str(f[1]) ? f[1] : ml_v_str(ml_tostr(p, f[1]));
    return 1;
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'z' ? c - 'a' + 10 : 36;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* An integer in base `base`, wrapping around, with spaces around it. */
static bool parse_int(const char *s, size_t len, int base, int64_t *out)
{
    const char *end = s + len;
    uint64_t x = 0;
    if (len > NUM_LONGEST)
        return false;
    while (s < end && is_space(*s))
        s++;
    bool negative = s < end && *s == '-';
    if (s < end && (*s == '-' || *s == '+'))
        s++;
    if (s == end || digit_of(*s) >= base)
        return false;
    for (; s < end && digit_of(*s) < base; s++)
        x = x * (uint64_t)base + (uint64_t)digit_of(*s);
    while (s < end && is_space(*s))
        s++;
    *out = (int64_t)(negative ? 0 - x : x);
    return s == end;
}

static NatEnd tonumber(Nat *n)
{
    Value v = ml_arg(n, 1);
    int64_t base, i;
    if (ml_is_str(v) && v.s->len <= NUM_LONGEST)
        ml_nat_charge(n, (int64_t)(v.s->len / 16));
    if (ml_arg_absent(n, 2)) {
        if (ml_is_number(v))
            return ml_ret1(n, v);
        if (!ml_arg_any(n, 1))
            return NAT_ERR;
        if (!ml_is_str(v) || !ml_num_parse(ml_str_data(v.s), v.s->len, &v))
            v = ml_v_nil();
        return ml_ret1(n, v);
    }
    if (!ml_arg_int(n, 2, &base))
        return NAT_ERR;
    if (!ml_is_str(v))
        return ml_type_error(n, 1, "string");
    if (base < 2 || base > 36)
        return ml_arg_error(n, 2, "base out of range");
    bool ok = parse_int(ml_str_data(v.s), v.s->len, (int)base, &i);
    return ml_ret1(n, ok ? ml_v_int(i) : ml_v_nil());
}

static int quick_tonumber(Proc *p, Heap *h, Value *f, int n)
{
    enum { SHORT = 20 };
    (void)p, (void)h;
    if (n != 1 || !(ml_is_number(f[1]) || (ml_is_str(f[1]) && f[1].s->len <= SHORT)))
        return NAT_USUAL;
    if (ml_is_number(f[1]))
        *f = f[1];
    else if (!ml_num_parse(ml_str_data(f[1].s), f[1].s->len, f))
        *f = ml_v_nil();
    return 1;
}

/* --- arguments --- */

NatEnd ml_text_error(Nat *n, Str *msg, int step)
{
    char *to;
    ml_error(n, "%s", "");
    Str *place = n->top[-1].s;
    if (ml_is_long(msg))
        return ml_nat_join(n, step, ml_v_str(place), ml_v_str(msg));
    Str *s = ml_str_room(n->h, place->len + msg->len, &to);
    memcpy(to, ml_str_data(place), place->len);
    memcpy(to + place->len, ml_str_data(msg), msg->len);
    return ml_error_value(n, ml_v_str(s));
}

static NatEnd assert_true(Nat *n)
{
    if (n->step == 1)                   /* the message is joined */
        return ml_error_value(n, n->top[-1]);
    if (ml_is_truthy(ml_arg(n, 1)))
        return ml_ret(n, n->nargs);
    if (!ml_arg_any(n, 1))
        return NAT_ERR;
    if (n->nargs == 1)
        return ml_error(n, "assertion failed!");
    if (ml_is_str(n->base[1]))
        return ml_text_error(n, n->base[1].s, 1);
    return ml_error_value(n, n->base[1]);
}

static int quick_assert(Proc *p, Heap *h, Value *f, int n)
{
    (void)p, (void)h;
    if (n != 1 || !ml_is_truthy(f[1]))
        return NAT_USUAL;
    *f = f[1];
    return 1;
}

static NatEnd select_args(Nat *n)
{
    Value v = ml_arg(n, 1);
    int64_t i, count = n->nargs;
    if (ml_is_str(v) && v.s->len == 1 && ml_str_data(v.s)[0] == '#')
        return ml_ret1(n, ml_v_int(count - 1));
    if (!ml_arg_int(n, 1, &i))
        return NAT_ERR;
    if (i < 0)
        i = i < -count ? 0 : count + i;
    else if (i > count)
        i = count;
    if (i < 1)
        return ml_arg_error(n, 1, "index out of range");
    return ml_ret(n, (int)(count - i));
}

/* --- memory --- */

enum { COLLECTED = 1, TOLD = 2 };   /* steps of collectgarbage */
enum { ANSWER, STOPPED, CALLED };   /* its slots */

/*
 * The collection happens between two steps: there the registers of the caller
 * that are no longer in use lie above the top and keep nothing alive.
 */
static NatEnd collect(Nat *n, Value answer)
{
    ml_push(n, answer);
    ml_push(n, ml_v_bool(n->h->gc_stopped));
    n->h->gc_stopped = false;
    ml_gc_request(n->h);
    return ml_nat_more(n, COLLECTED);
}

/* Then what was found dead is finalised, one after the other. */
static NatEnd collected(Nat *n)
{
    Value v = n->caught ? n->top[-1] : ml_v_nil();
    n->top = slot(n, CALLED);
    n->p->own->in_final = false;
    if (n->caught && n->step == COLLECTED) {
        ml_push(n, *ml_tab_gets(n->h, ml_nat_vm(n)->slow, "gc_error"));
        ml_push(n, v);
        return ml_nat_pcall(n, 1, TOLD);
    }
    if (ml_is_truthy(*slot(n, STOPPED)))
        n->h->gc_stopped = true;
    while (ml_gc_next_final(n->h, &v)) {
        Value mm = ml_metamethod(n->p, v, MM_GC);
        if (!ml_is_fn(mm))
            continue;
        ml_push(n, mm);
        ml_push(n, v);
        n->p->own->in_final = true;
        return ml_nat_pcall(n, 1, COLLECTED);
    }
    return ml_ret1(n, *slot(n, ANSWER));
}

/* The optional numbers after the option word. */
static bool check_numbers(Nat *n, int most)
{
    int64_t i;
    for (int arg = 2; arg <= 1 + most; arg++)
        if (!ml_arg_opt_int(n, arg, 0, &i))
            return false;
    return true;
}

static NatEnd collectgarbage(Nat *n)
{
    static const char *const names[] = {
        "collect", "stop", "restart", "count", "step", "isrunning",
        "incremental", "generational", "setpause", "setstepmul", NULL
    };
    static const char numbers[] = { 0, 0, 0, 0, 1, 0, 3, 2, 1, 1 };
    enum { COLLECT, STOP, RESTART, COUNT, STEP, ISRUNNING };
    int what;
    if (n->step == COLLECTED || n->step == TOLD)
        return collected(n);
    if (!ml_arg_option(n, 1, "collect", names, &what) || !check_numbers(n, numbers[what]))
        return NAT_ERR;
    if (n->p->own->in_final && (what == COLLECT || what == STEP))
        return ml_ret1(n, ml_v_nil());
    switch (what) {
    case COLLECT:
        return collect(n, ml_v_int(0));
    case STOP:
        n->h->gc_stopped = true;
        return ml_ret1(n, ml_v_int(0));
    case RESTART:
        n->h->gc_stopped = false;
        return ml_ret1(n, ml_v_int(0));
    case COUNT:
        return ml_ret1(n, ml_v_float((double)ml_heap_used(n->h) / 1024));
    case STEP:
        return collect(n, ml_v_bool(true));
    case ISRUNNING:
        return ml_ret1(n, ml_v_bool(!n->h->gc_stopped));
    default:                            /* settings: remembered, nothing more */
        return ml_nat_slow(n, "collectgarbage");
    }
}

/* next is the first: pairs returns it. */
const NativeDef ml_lib_base[] = {
    { "next", next,
      "next(t [, key])\n"
      "The key after key in t and its value, in no particular order; the first\n"
      "without key, nil after the last." },
    { "assert", assert_true,
      "assert(v [, message, ...])\n"
      "Returns its arguments if v is true; otherwise raises message.", quick_assert },
    { "collectgarbage", collectgarbage,
      "collectgarbage([what [, ...]])\n"
      "The garbage collector of this process. \"collect\" (if left out) and\n"
      "\"step\" collect, \"count\" gives the memory in use in KiB, \"stop\" and\n"
      "\"restart\" switch collecting off and on, \"isrunning\" tells which.\n"
      "In a finaliser nothing is collected, and the answer is nil.\n"
      "\"incremental\", \"generational\", \"setpause\" and \"setstepmul\" give what\n"
      "was set before, and change nothing else." },
    { "getmetatable", getmetatable,
      "getmetatable(v)\n"
      "The metatable of v or its field __metatable; nil if there is none." },
    { "ipairs", ipairs,
      "ipairs(t)\n"
      "For loops: `for i, v in ipairs(t)` goes over t[1], t[2], ... up to the\n"
      "first nil." },
    { "pairs", pairs,
      "pairs(t)\n"
      "For loops: `for k, v in pairs(t)` goes over all keys and values of t.\n"
      "A metamethod __pairs may replace that." },
    { "rawequal", rawequal,
      "rawequal(a, b)\n"
      "a == b, without metamethods.", quick_rawequal },
    { "rawget", rawget,
      "rawget(t, key)\n"
      "t[key], without metamethods.", quick_rawget },
    { "rawlen", rawlen,
      "rawlen(v)\n"
      "#v of a table or string, without metamethods." },
    { "rawset", rawset,
      "rawset(t, key, value)\n"
      "t[key] = value, without metamethods. Returns t." },
    { "select", select_args,
      "select(n, ...)\n"
      "The arguments from the n-th on, counted from the end if n is negative;\n"
      "their number if n is \"#\"." },
    { "setmetatable", setmetatable,
      "setmetatable(t, metatable)\n"
      "Gives t a metatable, or none if it is nil. Returns t.", quick_setmetatable },
    { "tonumber", tonumber,
      "tonumber(v [, base])\n"
      "v as a number if it is one or a text of one, otherwise nil. With base,\n"
      "2 to 36, v is the text of an integer in that base.", quick_tonumber },
    { "tostring", tostring,
      "tostring(v)\n"
      "v as a text; metamethod __tostring.", quick_tostring },
    { "type", type,
      "type(v)\n"
      "\"nil\", \"boolean\", \"number\", \"string\", \"table\", \"function\",\n"
      "\"thread\", \"userdata\", \"pid\" or \"ref\".", quick_type },
    { NULL, NULL, NULL }
};

void ml_lib_open_base(Vm *vm, Heap *h, Tab *lib)
{
    vm->ipairs_fn = ipairs_step;
    ml_tab_sets(h, lib, "_VERSION", ml_v_str(ml_sym(vm, "Lua 5.4")));
}
