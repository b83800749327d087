/*
 * code.c - load: text becomes a function of the running process. Code that
 * names _G or _ENV gets the process' own globals at once: it could keep the
 * shared table and then see that it is another one than that written to.
 */
#include <string.h>

#include "vm/data/quota.h"
#include "vm/proc/vm.h"
#include "vm/run/code.h"
#include "vm/run/slow.h"

Image *ml_code_compile(Vm *vm, const char *chunk, const char *src, size_t n, unsigned flags, char **err, bool *incomplete)
{
    CompileEnv env = { &vm->mem, vm->symtab, vm->hash_key, (uint32_t)(ml_add(&vm->next_image, 1) + 1) * ML_ID_STEP };
    CompileError e;
    Image *im = vm->compiler->compile(&env, chunk, src, n, flags, &e);
    if (im)
        return im;
    if (incomplete)
        *incomplete = e.incomplete;
    if (err) {
        const char *text = e.oom || !e.msg ? "not enough memory" : flags & (COMPILE_DYNAMIC | COMPILE_MODULE) ? e.msg : e.text;
        size_t len = strlen(text) + 1;
        *err = ml_mem_alloc(&vm->mem, len);
        if (*err)
            memcpy(*err, text, len);
    }
    vm->compiler->error_fini(&e);
    return NULL;
}

void ml_code_free_text(Vm *vm, char *text)
{
    if (text)
        ml_mem_free(&vm->mem, text, strlen(text) + 1);
}

static NatEnd refuse(Nat *n, char *why)
{
    ml_push(n, ml_v_nil());
    ml_push_cstr(n, why ? why : "not enough memory");
    ml_code_free_text(n->p->vm, why);
    return ml_ret(n, 2);
}

static Value env_slot(Heap *h, const Proto *main, Value env)
{
    if (!main->head.ups[0].boxed)
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

unsigned ml_code_flags(const Nat *n, bool has_env)
{
    return COMPILE_DYNAMIC | COMPILE_KEEP_SOURCE | (has_env ? COMPILE_ENV : 0) | (n->p->own->repl ? COMPILE_REPL : 0);
}

NatEnd ml_nat_compiled(Nat *n, Image *im, char *why, bool has_env, Value env)
{
    if (!im)
        return refuse(n, why);
    if (n->h->quota && !ml_quota_take(n->h, im->h.bytes)) {
        size_t bytes = im->h.bytes;
        ml_image_unref(im);
        n->h->oom(n->h, bytes);
    }
    ml_heap_hold_mine(n->h, &im->h);
    if (im->main->uses_env && !has_env)
        ml_own_globals(n->p);
    return ml_ret1(n, ml_code_function(n->h, im, has_env ? env : ml_v_tab(n->p->globals)));
}

NatEnd ml_nat_compile(Nat *n, Str *src, Str *chunkname, bool has_env, Value env)
{
    char *why = NULL;
    Image *im = ml_code_compile(n->p->vm, ml_str_data(chunkname), ml_str_data(src), src->len,
                                ml_code_flags(n, has_env), &why, NULL);
    ml_nat_charge(n, (int64_t)(src->len >> 2));
    return ml_nat_compiled(n, im, why, has_env, env);
}
