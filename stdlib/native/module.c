/*
 * module.c - what require needs below: code of files that is compiled once, and
 * modules that all processes share (vm/run/module.h). The order of things, and
 * what happens when something is not shared, is in stdlib/package.lua.
 *
 * A module is a light value there; what it stands for lives as long as the VM.
 */
#include "stdlib/native/libs.h"
#include "vm/edge/translate.h"
#include "vm/proc/vm.h"
#include "vm/run/code.h"
#include "vm/run/module.h"
#include "vm/run/slow.h"

/* --- files --- */

static NatEnd return_loader(Nat *n, const ModFile *f)
{
    Image *im = ml_modfile_code(f);
    if (im->main->uses_env)
        ml_own_globals(n->p);
    return ml_ret1(n, ml_code_function(n->h, im, ml_v_tab(n->p->globals)));
}

/* module_code(path, stamp): the loader of a file that is known; false: it
 * has changed meanwhile; nil. */
static NatEnd module_code(Nat *n)
{
    Str *path;
    int64_t at;
    bool other;
    if (!ml_arg_str(n, 1, &path) || !ml_arg_int(n, 2, &at))
        return NAT_ERR;
    const ModFile *f = ml_modfile_find(ml_nat_vm(n), path, at, &other);
    if (f)
        return return_loader(n, f);
    return ml_ret1(n, other ? ml_v_bool(false) : ml_v_nil());
}

static NatEnd compiled(Nat *n)
{
    Image *im;
    char *why;
    NatEnd end;
    if (!ml_translation(n, 1, &im, &why, &end))
        return end;
    if (!im) {
        ml_push(n, ml_v_nil());
        ml_push_cstr(n, why ? why : "not enough memory");
        ml_code_free_text(ml_nat_vm(n), why);
        return ml_ret(n, 2);
    }
    const ModFile *f = ml_modfile_add(ml_nat_vm(n), n->base[2].s, n->base[3].i, im);
    if (f)
        return return_loader(n, f);
    ml_image_unref(im);
    return ml_ret1(n, ml_v_bool(false));
}

/* module_compile(text, chunk, path, stamp): its loader; nil and a message;
 * false: it cannot be kept. */
static NatEnd module_compile(Nat *n)
{
    Str *text, *chunk, *path;
    int64_t at;
    if (n->step == 1)
        return compiled(n);
    if (!ml_arg_str(n, 1, &text) || !ml_arg_str(n, 2, &chunk) || !ml_arg_str(n, 3, &path) || !ml_arg_int(n, 4, &at))
        return NAT_ERR;
    return ml_translate_code(n, 1, text, chunk, COMPILE_KEEP_SOURCE | COMPILE_MODULE);
}

/* --- modules --- */

static Module *module_at(Nat *n, int i)
{
    Value v = ml_arg(n, i);
    return v.tag == TAG_LIGHT ? v.p : NULL;
}

static Module *module_arg(Nat *n) { return module_at(n, 1); }

/* module_of(loader, name, path): the module; nil: it is none of a file. */
static NatEnd module_of(Nat *n)
{
    Str *name, *path;
    Value f = ml_arg(n, 1);
    if (f.tag != TAG_FN || !ml_is_str(ml_arg(n, 3)))
        return ml_ret1(n, ml_v_nil());
    if (!ml_arg_str(n, 2, &name) || !ml_arg_str(n, 3, &path))
        return NAT_ERR;
    Module *m = ml_module_of(ml_nat_vm(n), f.f, name, path);
    return ml_ret1(n, m ? ml_v_light(m) : ml_v_nil());
}

/* module_rank(m): its place in an order of all */
static NatEnd module_rank(Nat *n)
{
    return ml_ret1(n, ml_v_int(ml_module_rank(module_arg(n))));
}

/* module_state(m): "new", "tried", "shared", "private" */
static NatEnd module_state(Nat *n)
{
    static const char *const names[] = { "new", "tried", "shared", "private" };
    return ml_ret1(n, ml_v_str(ml_sym(ml_nat_vm(n), names[ml_module_state(module_arg(n))])));
}

/* module_follows(m) */
static NatEnd module_follows(Nat *n)
{
    return ml_ret1(n, ml_v_bool(ml_module_follows(n->p, module_arg(n), NULL)));
}

/* module_fits(m), of a shared one */
static NatEnd module_fits(Nat *n)
{
    return ml_ret1(n, ml_v_bool(ml_module_fits(n->p, module_arg(n))));
}

/* module_value(m) */
static NatEnd module_value(Nat *n)
{
    return ml_ret1(n, ml_module_value(module_arg(n)));
}

/* module_need(m, i): name and value of the i-th module it has asked for, or nil */
static NatEnd module_need(Nat *n)
{
    Need need;
    int64_t i;
    if (!ml_arg_int(n, 2, &i))
        return NAT_ERR;
    if (!ml_module_need(module_arg(n), (size_t)i - 1, &need))
        return ml_ret1(n, ml_v_nil());
    ml_push(n, ml_v_str(need.name));
    ml_push(n, need.v);
    return ml_ret(n, 2);
}

/* --- trials --- */

/* Of the process that is about it; its end gives it up. */
typedef struct Attempt {
    Vm     *vm;
    Module *m;                  /* NULL: it is over */
    Trial  *t;
} Attempt;

static void give_up(void *data)
{
    Attempt *a = data;
    if (a->m)
        ml_module_give_up(a->vm, a->m);
    if (a->t)
        ml_shared_unref((Shared *)(void *)a->t);
    *a = (Attempt){ 0 };
}

static const UdataType attempt_type = { .name = "trial", .fini = give_up };

static Attempt *attempt_arg(Nat *n)
{
    Udata *d;
    return ml_arg_udata(n, 1, &attempt_type, &d) ? (Attempt *)(void *)d->data : NULL;
}

/* trial_begin(m, loader, name, path): a trial; nil: somebody is about it. */
static NatEnd trial_begin(Nat *n)
{
    Module *m = module_arg(n);
    Udata *d = ml_udata_new(n->h, &attempt_type, sizeof(Attempt), NULL);
    if (!ml_module_try(m))
        return ml_ret1(n, ml_v_nil());
    Attempt *a = (Attempt *)(void *)d->data;
    *a = (Attempt){ .vm = ml_nat_vm(n), .m = m };
    a->t = ml_trial_new(n->p, m, n->base[1].f, n->base[2].s, n->base[3].s);
    if (!a->t) {
        give_up(a);             /* at once: others wait for it */
        return ml_error(n, "not enough memory");
    }
    return ml_ret1(n, ml_v_udata(d));
}

/* trial_run(t): "done"; or the name of a module that it asks for, after true; or
 * nil; false: this process has not the memory */
static NatEnd trial_run(Nat *n)
{
    Attempt *a = attempt_arg(n);
    if (!a)
        return NAT_ERR;
    switch (ml_trial_run(a->t, n->p)) {
    case TRIAL_RUNS:
        return ml_nat_more(n, 1);
    case TRIAL_ASKS: {
        const Str *s = ml_trial_asked(a->t);
        ml_push(n, ml_v_bool(true));
        ml_push_str(n, ml_str_data(s), s->len);
        return ml_ret(n, 2);
    }
    case TRIAL_DONE:
        return ml_ret1(n, ml_v_str(ml_sym(ml_nat_vm(n), "done")));
    case TRIAL_STARVED:
        return ml_ret1(n, ml_v_bool(false));
    case TRIAL_FAILED:
        break;
    }
    return ml_ret1(n, ml_v_nil());
}

/* trial_follows(t): would this process have asked for the same? */
static NatEnd trial_follows(Nat *n)
{
    Attempt *a = attempt_arg(n);
    if (!a)
        return NAT_ERR;
    return ml_ret1(n, ml_v_bool(ml_module_follows(n->p, a->m, a->t)));
}

static bool is_for_all(Value v)
{
    return !ml_is_heap(v) || ((v.o->flags & (OF_SHARED | OF_COUNTED | OF_GLOBALS)) == OF_SHARED);
}

/* What is loaded under that name at boot. */
static bool is_of_library(Nat *n, const Str *name, Value v)
{
    Value package = *ml_tab_gets(n->h, ml_nat_vm(n)->base_globals, "package");
    Value loaded = package.tag == TAG_TAB ? *ml_tab_gets(n->h, package.t, "loaded") : ml_v_nil();
    Str *s = ml_symbol(ml_nat_vm(n)->symtab, ml_str_data(name), name->len);
    return s && loaded.tag == TAG_TAB && ml_raw_equal(*ml_tab_getstr(n->h, loaded.t, s), v);
}

/* trial_answer(t, value, module, or is it one that stands in): false: that is none
 * that all can have, or nobody knows whose functions are behind it. */
static NatEnd trial_answer(Nat *n)
{
    Attempt *a = attempt_arg(n);
    Value v = ml_arg(n, 2), from = ml_arg(n, 3);
    if (!a)
        return NAT_ERR;
    bool ok = is_for_all(v) && (!ml_is_heap(v) || v.tag == TAG_STR || from.tag == TAG_LIGHT || ml_is_truthy(from) ||
                                is_of_library(n, ml_trial_asked(a->t), v));
    return ml_ret1(n, ml_v_bool(ok && ml_trial_answer(a->t, v, module_at(n, 3))));
}

/* trial_end(t, ok): true: it is shared if it can be; false: it is not; nil: somebody may try again */
static NatEnd trial_end(Nat *n)
{
    Attempt *a = attempt_arg(n);
    if (!a)
        return NAT_ERR;
    Value ok = ml_arg(n, 2);
    if (ml_is_truthy(ok) && !ml_module_share(a->m, a->t, n->p))
        return ml_nat_more(n, 1);
    if (ok.tag == TAG_FALSE)
        ml_module_keep_private(a->m);
    if (!ml_is_nil(ok))
        a->m = NULL;            /* it is decided */
    give_up(a);
    return ml_ret0(n);
}

/* is_trial() */
static NatEnd is_trial(Nat *n)
{
    return ml_ret1(n, ml_v_bool(n->p->own->trial != NULL));
}

const NativeDef ml_lib_native_module[] = {
    { "ask", ml_trial_ask, NULL },
    { "is_trial", is_trial, NULL },
    { "module_code", module_code, NULL },
    { "module_compile", module_compile, NULL },
    { "module_fits", module_fits, NULL },
    { "module_follows", module_follows, NULL },
    { "module_need", module_need, NULL },
    { "module_of", module_of, NULL },
    { "module_rank", module_rank, NULL },
    { "module_state", module_state, NULL },
    { "module_value", module_value, NULL },
    { "trial_answer", trial_answer, NULL },
    { "trial_begin", trial_begin, NULL },
    { "trial_end", trial_end, NULL },
    { "trial_follows", trial_follows, NULL },
    { "trial_run", trial_run, NULL },
    { NULL, NULL, NULL }
};
