/*
 * code.c - load: text becomes a function of the running process. Code that
 * names _G or _ENV gets the process' own globals at once: it could keep the
 * shared table and then see that it is another one than that written to.
 */
#include "vm/run/code.h"
#include "vm/proc/vm.h"

static NatEnd refuse(Nat *n, char *why)
{
    ml_push(n, ml_v_nil());
    ml_push_cstr(n, why ? why : "not enough memory");
    if (why)
        n->p->vm->free_text(n->p->vm, why);
    return ml_ret(n, 2);
}

static Value env_slot(Heap *h, const Proto *main, Value env)
{
    if (!main->ups[0].boxed)
        return env;
    Box *b = (Box *)(void *)ml_heap_alloc(h, sizeof *b, OBJ_BOX);
    b->v = env;
    return (Value){ .b = b, .tag = TAG_BOX };
}

Value ml_code_function(Heap *h, Image *im, Value env)
{
    Proto *main = im->main;
    if (main->nups == 0)
        return ml_v_fn(main->closure);
    Fn *f = (Fn *)(void *)ml_heap_alloc(h, sizeof(Fn) + sizeof(Value), OBJ_FN);
    f->h.a = 1;
    f->h.id = ml_heap_id(h);
    f->proto = main;
    f->up[0] = env_slot(h, main, env);
    return ml_v_fn(f);
}

NatEnd ml_nat_compile(Nat *n, Str *src, Str *chunkname, bool has_env, Value env)
{
    Vm *vm = n->p->vm;
    unsigned flags = CODE_DYNAMIC | CODE_KEEP_SOURCE | (has_env ? CODE_ENV : 0);
    char *why = NULL;
    if (n->p->repl)
        flags |= CODE_REPL;
    Image *im = vm->compile(vm, ml_str_data(chunkname), ml_str_data(src), src->len, flags, &why, NULL);
    if (!im)
        return refuse(n, why);
    ml_nat_charge(n, (int64_t)(src->len >> 2));
    ml_heap_hold(n->h, &im->h);
    ml_image_unref(im);
    if (im->main->uses_env && !has_env)
        ml_own_globals(n->p);
    return ml_ret1(n, ml_code_function(n->h, im, has_env ? env : ml_v_tab(n->p->globals)));
}
