/*
 * debug.c - the part of the debug library that cannot break what the machine
 * relies on: looking at functions, calls and variables, and changing values.
 * There are no hooks; a process that runs is watched from outside, by tracing.
 *
 * A variable that is captured and assigned lives in a Box; one that is only
 * captured was copied into the function, so setting it as an upvalue changes
 * that function alone (vm/run/rebind.c).
 */
#include <string.h>

#include "stdlib/native/libs.h"
#include "stdlib/native/table.h"
#include "vm/data/old.h"
#include "vm/proc/ledger.h"
#include "vm/proc/vm.h"
#include "vm/run/debug.h"
#include "vm/run/long.h"
#include "vm/run/rebind.h"
#include "vm/run/slow.h"
#include "vm/run/stretch.h"

/* The walk along the frames begins at the process' registers. */
static Proc *at_frames(Nat *n)
{
    n->p->base = n->base;
    n->p->top = n->top;
    n->p->pc = ml_natmore_code;
    return n->p;
}

/* An optional thread as first argument: which argument comes next. */
static int after_thread(const Nat *n, Value *thread)
{
    *thread = ml_arg(n, 1);
    if (thread->tag == TAG_CORO)
        return 2;
    *thread = ml_v_nil();
    return 1;
}

/* --- getinfo --- */

static void field(Nat *n, Tab *t, const char *name, Value v)
{
    ml_tab_setstr(n->h, t, ml_sym(ml_nat_vm(n), name), v);
}

static Value text(Nat *n, const char *s, size_t len)
{
    return s ? ml_v_str(ml_str_new(n->h, s, len)) : ml_v_nil();
}

static void add_source(Nat *n, Tab *t, const FnInfo *fi)
{
    field(n, t, "source", text(n, fi->source, fi->source_len));
    field(n, t, "short_src", text(n, fi->short_src, strlen(fi->short_src)));
    field(n, t, "what", text(n, fi->what, strlen(fi->what)));
    field(n, t, "linedefined", ml_v_int(fi->line));
    field(n, t, "lastlinedefined", ml_v_int(fi->endline));
}

static void add_params(Nat *n, Tab *t, const FnInfo *fi)
{
    field(n, t, "nups", ml_v_int(fi->nups));
    field(n, t, "nparams", ml_v_int(fi->nparams));
    field(n, t, "isvararg", ml_v_bool(fi->is_vararg));
}

static void add_name(Nat *n, Tab *t, const Frame *f)
{
    const char *kind = "", *name = f ? ml_debug_name(n->p, f, &kind) : NULL;
    field(n, t, "namewhat", text(n, kind, strlen(kind)));
    field(n, t, "name", text(n, name, name ? strlen(name) : 0));
}

static void add_lines(Nat *n, Tab *t, Value fn, const FnInfo *fi)
{
    if (fn.tag != TAG_FN || fi->line < 0)
        return;
    const Proto *pt = fn.f->proto;
    Tab *lines = ml_tab_new(n->h, 0, 0);
    for (uint32_t i = 0; i < pt->ncode; i++)
        ml_tab_setint(n->h, lines, pt->pos[i].line, ml_v_bool(true));
    if (pt->parent)                     /* `end` counts, also behind a return */
        ml_tab_setint(n->h, lines, pt->endline, ml_v_bool(true));
    ml_nat_charge(n, pt->ncode);
    field(n, t, "activelines", ml_v_tab(lines));
}

/* f: the call, or NULL for a function that is not looked at as one. */
static NatEnd describe(Nat *n, Value fn, const Frame *f, const char *what)
{
    FnInfo fi;
    Tab *t = ml_tab_new(n->h, 0, 16);
    ml_debug_fn(fn, &fi);
    if (strchr(what, 'S'))
        add_source(n, t, &fi);
    if (strchr(what, 'u'))
        add_params(n, t, &fi);
    if (strchr(what, 'l'))
        field(n, t, "currentline", ml_v_int(f ? ml_debug_line(f) : -1));
    if (strchr(what, 'n'))
        add_name(n, t, f);
    if (strchr(what, 'r')) {
        field(n, t, "ftransfer", ml_v_int(0));
        field(n, t, "ntransfer", ml_v_int(0));
    }
    if (strchr(what, 't'))
        field(n, t, "istailcall", ml_v_bool(f && f->tail));
    if (strchr(what, 'L'))
        add_lines(n, t, fn, &fi);
    if (strchr(what, 'f'))
        field(n, t, "func", fn);
    ml_nat_charge(n, 100);
    return ml_ret1(n, ml_v_tab(t));
}

static Value frame_fn(const Frame *f)
{
    Fn *fn = ml_frame_fn(f);
    if (fn)
        return ml_v_fn(fn);
    return f->native ? ml_v_native(f->native) : ml_v_nil();
}

static NatEnd getinfo(Nat *n)
{
    Value thread;
    int first = after_thread(n, &thread);
    Value fn = ml_arg(n, first);
    const char *what = "flnSrtu";
    Str *options;
    int64_t level;
    Frame f;
    if (!ml_arg_opt_str(n, first + 1, NULL, &options))
        return NAT_ERR;
    if (options)
        what = ml_str_data(options);
    if (what[0] == '>')
        return ml_arg_error(n, first + 1, "invalid option '>'");
    if (strspn(what, "SlnrutLf") != strlen(what))
        return ml_arg_error(n, first + 1, "invalid option");
    if (ml_is_fn(fn))
        return describe(n, fn, NULL, what);
    if (!ml_arg_int(n, first, &level))
        return NAT_ERR;
    if (level < 0 || level > INT32_MAX ||
        !ml_debug_frame(at_frames(n), thread, (int)level, &f))
        return ml_ret1(n, ml_v_nil());
    return describe(n, frame_fn(&f), &f, what);
}

/* --- variables --- */

/* The frame of argument i as a level. False: raised. */
static bool frame_arg(Nat *n, Value thread, int i, Frame *f)
{
    int64_t level;
    if (!ml_arg_int(n, i, &level))
        return false;
    if (level >= 0 && level <= INT32_MAX &&
        ml_debug_frame(at_frames(n), thread, (int)level, f))
        return true;
    ml_arg_error(n, i, "level out of range");
    return false;
}

static bool index_arg(Nat *n, int i, int *out)
{
    int64_t index;
    if (!ml_arg_int(n, i, &index))
        return false;
    *out = index > INT16_MAX || index < -INT32_MAX ? 0 : (int)index;
    return true;
}

static NatEnd getlocal(Nat *n)
{
    Value thread, *at;
    Frame f;
    int index, first = after_thread(n, &thread);
    if (!index_arg(n, first + 1, &index))
        return NAT_ERR;
    if (ml_is_fn(ml_arg(n, first))) {
        const char *name = ml_debug_param(n->base[first - 1], index);
        return ml_ret1(n, text(n, name, name ? strlen(name) : 0));
    }
    if (!frame_arg(n, thread, first, &f))
        return NAT_ERR;
    const char *name = ml_debug_local(&f, index, &at);
    if (!name)
        return ml_ret1(n, ml_v_nil());
    Value v = ml_debug_value(at);
    ml_push_cstr(n, name);
    ml_push(n, v);
    return ml_ret(n, 2);
}

static NatEnd setlocal(Nat *n)
{
    Value thread, *at;
    Frame f;
    int index, first = after_thread(n, &thread);
    if (!frame_arg(n, thread, first, &f) || !index_arg(n, first + 1, &index) ||
        !ml_arg_any(n, first + 2))
        return NAT_ERR;
    const char *name = ml_debug_local(&f, index, &at);
    if (!name || !ml_debug_set_local(&f, at, n->base[first + 1]))
        return ml_ret1(n, ml_v_nil());
    if (at->tag == TAG_BOX)
        ml_old_wrote(n->h, &at->b->h);
    if (f.co)
        ml_old_coro(n->h, f.co);
    ml_push_cstr(n, name);
    return ml_ret(n, 1);
}

/* --- upvalues --- */

static NatEnd getupvalue(Nat *n)
{
    int index;
    if (!index_arg(n, 2, &index) || !ml_arg_fn(n, 1))
        return NAT_ERR;
    const char *name = ml_debug_upvalue(n->base[0], index);
    if (!name)
        return ml_ret0(n);
    ml_push_cstr(n, name);
    ml_push(n, ml_upvar_get(n->p, n->base[0].f, (unsigned)index - 1));
    return ml_ret(n, 2);
}

/* Calls that are under way see the change, too. */
static void changed(Nat *n)
{
    ml_nat_charge(n, ml_rebind_frames(at_frames(n)));
}

static NatEnd setupvalue(Nat *n)
{
    int index;
    if (!ml_arg_any(n, 3) || !index_arg(n, 2, &index) || !ml_arg_fn(n, 1))
        return NAT_ERR;
    const char *name = ml_debug_upvalue(n->base[0], index);
    if (!name)
        return ml_ret0(n);
    ml_upvar_set(n->p, n->base[0].f, (unsigned)index - 1, n->base[2]);
    changed(n);
    ml_push_cstr(n, name);
    return ml_ret(n, 1);
}

static NatEnd upvalueid(Nat *n)
{
    int index;
    if (!index_arg(n, 2, &index) || !ml_arg_fn(n, 1))
        return NAT_ERR;
    if (!ml_debug_upvalue(n->base[0], index))
        return ml_ret1(n, ml_v_nil());
    Box *b = ml_upvar_box(n->p, n->base[0].f, (unsigned)index - 1);
    if (b->h.id == 0)
        b->h.id = ml_heap_id(n->h);
    changed(n);
    return ml_ret1(n, ml_v_light((void *)(uintptr_t)b->h.id));
}

/* Arguments i and i + 1 are a Lua function and one of its upvalues. */
static bool upvalue_arg(Nat *n, int i, int *index)
{
    if (!index_arg(n, i + 1, index) || !ml_arg_fn(n, i))
        return false;
    if (ml_debug_upvalue(n->base[i - 1], *index))
        return true;
    if (n->base[i - 1].tag == TAG_NATIVE)
        ml_arg_error(n, i, "Lua function expected");
    else
        ml_arg_error(n, i + 1, "invalid upvalue index");
    return false;
}

static NatEnd upvaluejoin(Nat *n)
{
    int to, from;
    if (!upvalue_arg(n, 1, &to) || !upvalue_arg(n, 3, &from))
        return NAT_ERR;
    Box *b = ml_upvar_box(n->p, n->base[2].f, (unsigned)from - 1);
    ml_upvar_join(n->p, n->base[0].f, (unsigned)to - 1, b);
    changed(n);
    return ml_ret0(n);
}

/* --- the stack --- */

static NatEnd traceback(Nat *n)
{
    Value thread;
    if (n->step == 1)                   /* joined */
        return ml_ret(n, 1);
    int first = after_thread(n, &thread);
    Value msg = ml_arg(n, first);
    int64_t level;
    Str *begin = NULL;
    if (!ml_is_nil(msg) && !ml_is_str(msg) && !ml_is_number(msg))
        return ml_ret1(n, msg);
    if (!ml_arg_opt_str(n, first, NULL, &begin) ||
        !ml_arg_opt_int(n, first + 1, first == 1 ? 1 : 0, &level))
        return NAT_ERR;
    if (level > INT32_MAX || level < 0)
        level = INT32_MAX;
    ml_nat_charge(n, 200);
    bool is_long = begin && ml_is_long(begin);
    Str *s = ml_traceback(at_frames(n), thread, is_long ? "" : begin ? ml_str_data(begin) : NULL,
                          begin && !is_long ? begin->len : 0, (int)level);
    return is_long ? ml_nat_join(n, 1, ml_v_str(begin), ml_v_str(s)) : ml_ret1(n, ml_v_str(s));
}

/* --- metatables, hooks --- */

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
    Tab *m = ml_is_tab(meta) ? meta.t : NULL;
    if (v.tag == TAG_UDATA) {
        if (v.d->h.flags & OF_SHARED)
            return ml_error(n, "the metatable of a shared value cannot be changed");
        v.d->meta = m;
        ml_old_wrote(n->h, &v.d->h);
    } else if (!ml_is_tab(v)) {
        ml_set_basic_meta(n->p, v, m);
    } else {
        Tab *t = ml_wtab(n, v.t);
        if (!t)
            return NAT_ERR;
        ml_table_set_meta(n, t, m);
    }
    return ml_ret1(n, v);
}

/* --- user values: nothing here has any --- */

static NatEnd getuservalue(Nat *n)
{
    int64_t index;
    if (!ml_arg_opt_int(n, 2, 1, &index))
        return NAT_ERR;
    return ml_ret1(n, ml_v_nil());
}

static NatEnd setuservalue(Nat *n)
{
    int64_t index;
    if (ml_arg(n, 1).tag != TAG_UDATA)
        return ml_type_error(n, 1, "userdata");
    if (!ml_arg_any(n, 2) || !ml_arg_opt_int(n, 3, 1, &index))
        return NAT_ERR;
    return ml_ret1(n, ml_v_nil());
}

/* --- the rest --- */

/* There is no registry; what programs look for in it is put into a table. */
static NatEnd getregistry(Nat *n)
{
    Tab *dict = n->p->own->dict ? n->p->own->dict : (n->p->own->dict = ml_tab_new(n->h, 0, 2));
    Value reg = *ml_tab_gets(n->h, dict, "registry");
    if (reg.tag != TAG_TAB) {
        ml_own_globals(n->p);
        reg = ml_v_tab(ml_tab_new(n->h, 2, 2));
        ml_tab_setint(n->h, reg.t, 2, ml_v_tab(n->p->globals));
        Value package = *ml_tab_gets(n->h, n->p->globals, "package");
        if (package.tag == TAG_TAB)
            field(n, reg.t, "_LOADED", *ml_tab_gets(n->h, ml_rtab(n->p, package.t), "loaded"));
        ml_tab_sets(n->h, dict, "registry", reg);
    }
    return ml_ret1(n, reg);
}

static NatEnd setcstacklimit(Nat *n)
{
    int64_t limit;
    if (!ml_arg_int(n, 1, &limit))
        return NAT_ERR;
    return ml_ret1(n, ml_v_int(200));
}

static NatEnd gethook(Nat *n)
{
    return ml_ret1(n, ml_v_nil());
}

static NatEnd sethook(Nat *n)
{
    Value thread;
    int first = after_thread(n, &thread);
    Str *mask;
    int64_t count;
    if (ml_arg_absent(n, first))
        return ml_ret0(n);
    if (!ml_arg_str(n, first + 1, &mask) || !ml_arg_fn(n, first) || !ml_arg_opt_int(n, first + 2, 0, &count))
        return NAT_ERR;
    if (count <= 0 && !strpbrk(ml_str_data(mask), "crl"))
        return ml_ret0(n);
    return ml_error(n, "debug hooks are not supported");
}

#ifdef ML_STRETCH
static void row_to_table(Nat *n, Tab *t, const StretchRow *r)
{
    Heap *h = n->h;
    ml_tab_sets(h, t, "name", ml_v_str(ml_str_new(h, r->name, strcspn(r->name, "("))));
    ml_tab_sets(h, t, "us", ml_v_float((double)ml_stretch_longest(r) / 1000));
    ml_tab_sets(h, t, "steps", ml_v_int(r->least_steps));
    ml_tab_sets(h, t, "apart", ml_v_bool(r->apart));
}

/* stretch("fresh" | "on" | "off"), see vm/run/stretch.h. Returns what is known. */
static NatEnd stretch(Nat *n)
{
    static const char *const turns[] = { "fresh", "on", "off", NULL };
    int turn;
    if (!ml_arg_option(n, 1, NULL, turns, &turn))
        return NAT_ERR;
    Stretch *s = ml_stretch_turn(ml_nat_vm(n), (StretchTurn)turn);
    Tab *all = ml_tab_new(n->h, 0, 0);
    for (unsigned i = 0, k = 0; s && i < STRETCH_ROWS; i++) {
        if (!s->row[i].what)
            continue;
        Tab *t = ml_tab_new(n->h, 0, 4);
        row_to_table(n, t, &s->row[i]);
        ml_tab_setint(n->h, all, ++k, ml_v_tab(t));
    }
    return ml_ret1(n, ml_v_tab(all));
}
#endif

/* What the heap of the caller has allocated. */
static size_t own_bytes(const Heap *h)
{
    size_t n = h->block_size + ml_old_held(h) + h->nholds * sizeof(Hold) + h->hold_slots * sizeof(Hold *);
    for (const Frag *f = h->frags; f; f = f->next)
        n += f->size;
    for (const Frag *f = h->large ? &h->large->frag : NULL; f; f = f->next)
        n += f->size;
    for (const Frag *f = h->old && h->old->large ? &h->old->large->frag : NULL; f; f = f->next)
        n += f->size;
    return n;
}

/* ledger(): see vm/proc/ledger.h; and the bytes that are allocated, and those of
 * them that are tables of the VM, which do not shrink, or the caller's heap;
 * and how many bytes a realm that is gone once stood over its limit, at most.
 * Not for ordinary programs, which need not know, but for tests. */
static NatEnd ledger(Nat *n)
{
    Vm *vm = ml_nat_vm(n);
    size_t bytes = ml_mem_used(&vm->mem), own = own_bytes(n->h);
    Tab *t = ml_tab_new(n->h, 0, LED_COUNT + 4);
    for (unsigned i = 0; i < LED_COUNT; i++) {
        char text[32];
        ml_tab_sets(n->h, t, ml_ledger_name(i, text), ml_v_int((int64_t)ml_ledger_sum(vm, i)));
    }
    ml_tab_sets(n->h, t, "bytes", ml_v_int((int64_t)bytes));
    ml_tab_sets(n->h, t, "own", ml_v_int((int64_t)own));
    ml_tab_sets(n->h, t, "overdraft", ml_v_int((int64_t)ml_load(&vm->overdraft)));
    ml_tab_sets(n->h, t, "tables", ml_v_int((int64_t)ml_vm_table_bytes(vm)));
    return ml_ret1(n, ml_v_tab(t));
}

ML_AMBIENT(getlocal)
ML_AMBIENT(getmetatable)
ML_AMBIENT(getregistry)
ML_AMBIENT(getupvalue)
ML_AMBIENT(setlocal)
ML_AMBIENT(setmetatable)
ML_AMBIENT(setupvalue)
ML_AMBIENT(upvalueid)
ML_AMBIENT(upvaluejoin)
ML_AMBIENT(ledger)
#ifdef ML_STRETCH
ML_AMBIENT(stretch)
#endif

const NativeDef ml_lib_debug[] = {
    { "gethook", gethook,
      "debug.gethook([thread])\n"
      "Returns nil: there are no hooks." },
    { "getinfo", getinfo,
      "debug.getinfo([thread,] f [, what])\n"
      "A table about a function or a call: f is a function or a level, 1 being\n"
      "the caller. what names the fields wanted, as in Lua." },
    { "getlocal", ambient_getlocal,
      "debug.getlocal([thread,] f, n)\n"
      "Name and value of the n-th local variable of the call at level f; of a\n"
      "function f, the name of its n-th parameter." },
    { "getmetatable", ambient_getmetatable,
      "debug.getmetatable(v)\n"
      "The metatable of v, whatever its field __metatable says." },
    { "getregistry", ambient_getregistry,
      "debug.getregistry()\n"
      "A table with the globals at 2 and the loaded modules as _LOADED. Nothing\n"
      "depends on it." },
    { "getupvalue", ambient_getupvalue,
      "debug.getupvalue(f, n)\n"
      "Name and value of the n-th variable that function f captures." },
    { "getuservalue", getuservalue,
      "debug.getuservalue(u [, n])\n"
      "The n-th user value of u: always nil, for nothing has any." },
    { "setcstacklimit", setcstacklimit,
      "debug.setcstacklimit(limit)\n"
      "Changes nothing: Lua code needs no C stack. Returns 200." },
    { "sethook", sethook,
      "debug.sethook([thread])\n"
      "Removes the hook, of which there is none. Setting one is an error." },
    { "setlocal", ambient_setlocal,
      "debug.setlocal([thread,] level, n, value)\n"
      "Sets the n-th local variable of the call at level. Returns its name." },
    { "setmetatable", ambient_setmetatable,
      "debug.setmetatable(v, metatable)\n"
      "Gives v a metatable, whatever its field __metatable says. Returns v.\n"
      "Values of a type other than table and userdata have one for all of them\n"
      "in this process." },
    { "setupvalue", ambient_setupvalue,
      "debug.setupvalue(f, n, value)\n"
      "Sets the n-th variable that function f captures. Returns its name. If it\n"
      "is never assigned elsewhere, only f sees the change." },
    { "setuservalue", setuservalue,
      "debug.setuservalue(u, value [, n])\n"
      "Sets a user value of u. Returns nil: nothing has any." },
    { "ledger", ambient_ledger, NULL },
#ifdef ML_STRETCH
    { "stretch", ambient_stretch, NULL },
#endif
    { "traceback", traceback,
      "debug.traceback([thread,] [message [, level]])\n"
      "The calls that are active, as a text that begins with message. level 1\n"
      "(if left out) begins with the caller." },
    { "upvalueid", ambient_upvalueid,
      "debug.upvalueid(f, n)\n"
      "Tells variables that functions capture apart: the same for two of them if\n"
      "they are one variable. One that is never assigned is another one for each\n"
      "function that captures it." },
    { "upvaluejoin", ambient_upvaluejoin,
      "debug.upvaluejoin(f, n, g, m)\n"
      "Makes the n-th variable that function f captures the m-th of function g." },
    { NULL, NULL, NULL }
};
