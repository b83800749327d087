/*
 * translate.c - compiling as a job. The text and the name of the chunk stay
 * where they are: the job holds the bytes of long strings, as a message would.
 */
#include "vm/edge/translate.h"

#include <string.h>

#include "vm/edge/job.h"
#include "vm/proc/vm.h"
#include "vm/run/code.h"

typedef struct Text {           /* of a string, for another thread */
    const char *s;
    size_t      len;
    Blob       *held;           /* its bytes, or */
    char       *copy;           /* a copy, if they may go or move */
} Text;

typedef struct Translation {
    Job      job;
    Text     src, name;
    unsigned flags;
    Image   *im;
    char    *why;
} Translation;

/* False: no memory. */
static bool hold(Mem *mem, Text *t, const Str *s)
{
    t->s = ml_str_data(s);
    t->len = s->len;
    if (s->h.kind == OBJ_LSTR) {
        t->held = ((const LStr *)(const void *)s)->blob;
        ml_shared_ref(&t->held->h);
    } else if (!(s->h.flags & OF_SYMBOL)) {
        t->copy = ml_mem_alloc(mem, t->len + 1);
        if (!t->copy)
            return false;
        memcpy(t->copy, t->s, t->len + 1);
        t->s = t->copy;
    }
    return true;
}

static void let_go(Mem *mem, Text *t)
{
    if (t->held)
        ml_shared_unref(&t->held->h);
    ml_mem_free(mem, t->copy, t->len + 1);
}

static void release(Shared *s)
{
    Translation *t = (Translation *)(void *)s;
    Vm *vm = t->job.vm;
    if (t->im)
        ml_image_unref(t->im);
    ml_code_free_text(vm, t->why);
    let_go(&vm->mem, &t->src);
    let_go(&vm->mem, &t->name);
    ml_mem_free(&vm->mem, t, sizeof *t);
}

static const UdataType translation_type = { .name = "translation" };

static void run(Job *j)
{
    Translation *t = (Translation *)(void *)j;
    t->im = ml_code_compile(j->vm, t->name.s, t->src.s, t->src.len, t->flags, &t->why, NULL);
}

NatEnd ml_translate(Nat *n, int step, Str *src, Str *chunkname, bool has_env)
{
    return ml_translate_code(n, step, src, chunkname, ml_code_flags(n, has_env));
}

NatEnd ml_translate_code(Nat *n, int step, Str *src, Str *chunkname, unsigned flags)
{
    Vm *vm = ml_nat_vm(n);
    Translation *t = ml_mem_zalloc(&vm->mem, sizeof *t);
    if (!t)
        return ml_error(n, "not enough memory");
    ml_job_init(&t->job, vm, sizeof *t, release);
    t->job.run = run;
    t->flags = flags;
    if (!hold(&vm->mem, &t->src, src) || !hold(&vm->mem, &t->name, chunkname)) {
        ml_shared_unref(&t->job.h);
        return ml_error(n, "not enough memory");
    }
    ml_push(n, ml_v_udata(ml_udata_new(n->h, &translation_type, 0, &t->job.h)));
    ml_nat_charge(n, (int64_t)(src->len >> 2));
    return ml_wait_job_of(n, step, &t->job, vm->compilers);
}

bool ml_translation(Nat *n, int step, Image **im, char **why, NatEnd *end)
{
    Translation *t = (Translation *)(void *)n->top[-1].d->sh;
    if (!ml_job_is_done(&t->job)) {
        *end = ml_wait_job_of(n, step, &t->job, ml_nat_vm(n)->compilers);
        return false;
    }
    *im = t->im;
    *why = t->why;
    if (t->im && t->im->dynamic)
        ml_heap_hold(n->h, &t->im->h);  /* may end the process: the job lets go of it then */
    t->im = NULL;
    t->why = NULL;
    return true;
}

NatEnd ml_translated(Nat *n, int step, bool has_env, Value env)
{
    Image *im;
    char *why;
    NatEnd end;
    if (!ml_translation(n, step, &im, &why, &end))
        return end;
    return ml_nat_compiled(n, im, why, has_env, env);
}
