/*
 * compile.c - from text to code: parse, resolve, generate.
 *
 * What the steps need in between lies in one arena, and in the generator's
 * buffers; whichever way a compilation ends, both are given back here. When
 * memory runs out somewhere inside, control comes back by longjmp: never
 * further than this file, and past no memory but those two.
 */

#include "lang/compile.h"

#include <string.h>

#include "lang/errors.h"
#include "lang/gen.h"
#include "lang/parse.h"
#include "lang/resolve.h"
#include "vm/base/buf.h"

void *ml_comp_alloc(Comp *c, size_t n)
{
    void *p = ml_arena_alloc(c->tmp, n);
    if (!p) {
        c->d->oom = true;
        longjmp(c->stop, 1);
    }
    return p;
}

void *ml_comp_grow(Comp *c, void *v, uint32_t n, uint32_t *cap, size_t size)
{
    if (n < *cap)
        return v;
    uint32_t more = *cap ? *cap * 2 : 4;
    void *p = ml_comp_alloc(c, more * size);
    if (n > 0)
        memcpy(p, v, n * size);
    *cap = more;
    return p;
}

void ml_comp_fatal(Comp *c, SrcPos pos, const char *msg)
{
    ml_diag_add(c->d, pos, NULL, "%s", msg);
    longjmp(c->stop, 1);
}

/* --- one compilation --- */

typedef struct Job {
    Comp        comp;
    Gen         gen;
    Arena       tmp;
    Diags       diags;
    const char *chunkname, *src;
    size_t      len;
} Job;

static void *image_copy(Comp *c, const char *s, size_t n)
{
    char *p = ml_arena_strdup(&c->im->arena, s, n);
    if (!p) {
        c->d->oom = true;
        longjmp(c->stop, 1);
    }
    return p;
}

static void name_image(Comp *c, const Job *j)
{
    Image *im = c->im;
    Buf id;
    ml_buf_init(&id, c->env->mem);
    ml_chunk_id(j->chunkname, &id);
    size_t n = id.len < sizeof im->short_name - 1 ? id.len : sizeof im->short_name - 1;
    if (id.data)
        memcpy(im->short_name, id.data, n);
    bool oom = id.oom;
    ml_buf_fini(&id);
    if (!oom)
        im->name = ml_image_string(im, c->env->symtab, c->env->hash_key, j->chunkname,
                                   strlen(j->chunkname));
    if (!im->name) {
        c->d->oom = true;
        longjmp(c->stop, 1);
    }
}

static bool compile(Job *j)
{
    Comp *c = &j->comp;
    if (setjmp(c->stop))
        return false;
    c->ast = ml_parse(&j->tmp, j->chunkname, j->src, j->len, c->env->hash_key, &j->diags);
    if (!c->ast || !ml_resolve(c))
        return false;
    c->im = ml_image_new(c->env->mem, (c->flags & COMPILE_DYNAMIC) != 0);
    if (!c->im) {
        j->diags.oom = true;
        return false;
    }
    c->im->next_id = c->env->first_id;
    name_image(c, j);
    if (c->flags & COMPILE_KEEP_SOURCE) {
        c->im->source = image_copy(c, j->src, j->len);
        c->im->source_len = j->len;
    }
    c->im->explicit_env = c->env_var != NULL;
    if (!ml_gen_chunk(c, &j->gen))
        return false;
    c->im->h.bytes = sizeof *c->im + c->im->arena.total;
    return true;
}

/* Hands the bytes of a buffer over, NUL-terminated. */
static char *take(Buf *b, size_t *size)
{
    ml_buf_cstr(b);
    if (b->oom || !b->data) {
        ml_buf_fini(b);
        *size = 0;
        return NULL;
    }
    *size = b->cap;
    return b->data;
}

static void tell(const Job *j, CompileError *err)
{
    Buf msg, text;
    *err = (CompileError){ .mem = j->comp.env->mem, .incomplete = j->diags.unfinished,
                           .oom = j->diags.oom };
    if (j->diags.n == 0) {
        err->oom = true;
        return;
    }
    ml_buf_init(&msg, err->mem);
    ml_buf_init(&text, err->mem);
    ml_diag_short(&j->diags, 0, &msg);
    ml_diags_long(&j->diags, &text);
    err->msg = take(&msg, &err->msg_size);
    err->text = take(&text, &err->text_size);
    if (!err->msg || !err->text)
        err->oom = true;
}

Image *ml_compile(const CompileEnv *env, const char *chunkname,
                  const char *src, size_t len, unsigned flags,
                  CompileError *err)
{
    Job j = { .chunkname = chunkname, .src = src, .len = len };
    j.comp.env = env;
    j.comp.flags = flags;
    j.comp.tmp = &j.tmp;
    j.comp.d = &j.diags;
    j.gen.mem = env->mem;
    ml_arena_init(&j.tmp, env->mem);
    ml_diags_init(&j.diags, &j.tmp, chunkname, src, len);
    *err = (CompileError){ .mem = env->mem };
    bool done = compile(&j);
    if (!done) {
        tell(&j, err);
        if (j.comp.im)
            ml_image_unref(j.comp.im);
    }
    ml_gen_fini(&j.gen);
    ml_arena_fini(&j.tmp);
    return done ? j.comp.im : NULL;
}

void ml_compile_error_fini(CompileError *err)
{
    ml_mem_free(err->mem, err->msg, err->msg_size);
    ml_mem_free(err->mem, err->text, err->text_size);
    *err = (CompileError){ .mem = err->mem };
}

const Compiler ml_compiler = { ml_compile, ml_compile_error_fini };
