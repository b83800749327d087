/*
 * capture.c - what each function captures, and which capture nothing.
 *
 * First inside out: what an inner function mentions and the outer one did not
 * declare, the outer one must pass on. Then outside in: a local that holds
 * one function all its life, and that function captures nothing, is a
 * constant, so who mentions it captures nothing by that either. A function
 * may mention itself and functions declared before it only, so one look at
 * each, in source order, settles it.
 *
 * The globals a function mentions are those of the functions inside it and of
 * the constant functions it mentions, too: `spawn` asks what a function can
 * name.
 */

#include <stdio.h>

#include "lang/resolve.h"

enum { MAX_UPVALUES = 255 };

static void add_var(Comp *c, VarList *l, AstVar *v)
{
    l->v = ml_comp_grow(c, l->v, l->n, &l->cap, sizeof *l->v);
    l->v[l->n++] = v;
}

/* Once, whoever mentions it. */
static void add_outer(Comp *c, FuncInfo *fi, AstVar *v, uint32_t stamp)
{
    if (v->mark == stamp || v->func == fi->f)
        return;
    v->mark = stamp;
    add_var(c, &fi->outer, v);
}

/* What it mentions of outer functions, by itself and by functions inside,
 * in the order of the text: so debug counts upvalues, as stock Lua does. */
static void gather(Comp *c, FuncInfo *fi)
{
    uint32_t stamp = ++c->stamp;
    if (!fi->f->parent)
        add_outer(c, fi, c->env_var ? c->env_var : c->globals_var, stamp);
    for (uint32_t i = 0; i < fi->mentions.n; i++) {
        const Mention *m = &fi->mentions.v[i];
        if (m->inner)
            for (uint32_t k = 0; k < m->inner->outer.n; k++)
                add_outer(c, fi, m->inner->outer.v[k], stamp);
        else
            add_outer(c, fi, m->var ? m->var : c->globals_var, stamp);
    }
}

static void add_name(Comp *c, NameList *l, AstStr *s)
{
    l->v = ml_comp_grow(c, l->v, l->n, &l->cap, sizeof *l->v);
    l->v[l->n++] = s;
}

static void dedupe_globals(Comp *c, FuncInfo *fi)
{
    uint32_t stamp = ++c->stamp, n = 0;
    for (uint32_t i = 0; i < fi->globals.n; i++) {
        AstStr *s = fi->globals.v[i];
        if (s->kfunc == stamp)
            continue;
        s->kfunc = stamp;
        fi->globals.v[n++] = s;
    }
    fi->globals.n = n;
}

static void pass_globals_on(Comp *c, const FuncInfo *fi)
{
    if (!fi->f->parent)
        return;
    FuncInfo *up = fi->f->parent->user;
    for (uint32_t i = 0; i < fi->globals.n; i++)
        add_name(c, &up->globals, fi->globals.v[i]);
    up->uses_env |= fi->uses_env;
}

/* fi mentions the constant function k. */
static void add_globals(Comp *c, FuncInfo *fi, const FuncInfo *k)
{
    uint32_t stamp = ++c->stamp;
    for (uint32_t i = 0; i < fi->globals.n; i++)
        fi->globals.v[i]->kfunc = stamp;
    for (uint32_t i = 0; i < k->globals.n; i++) {
        AstStr *s = k->globals.v[i];
        if (s->kfunc == stamp)
            continue;
        s->kfunc = stamp;
        add_name(c, &fi->globals, s);
    }
    fi->uses_env |= k->uses_env;
}

static void settle(Comp *c, FuncInfo *fi)
{
    if (fi->self && fi->self->assigned)
        fi->self = NULL;
    for (uint32_t i = 0; i < fi->outer.n; i++) {
        AstVar *v = fi->outer.v[i];
        if (v == fi->self || v == c->globals_var)
            continue;
        const FuncInfo *k = ml_var_func(v);
        if (k && k->free.n == 0)
            add_globals(c, fi, k);
        else
            add_var(c, &fi->free, v);
    }
    if (fi->free.n > MAX_UPVALUES) {
        char where[40] = "main function";
        if (fi->f->parent)
            snprintf(where, sizeof where, "function at line %u", (unsigned)fi->f->pos.line);
        ml_diag_add(c->d, fi->f->pos, NULL, "too many upvalues (limit is %d) in %s",
                    (int)MAX_UPVALUES, where);
    }
}

void ml_capture(Comp *c)
{
    FuncInfo **all = ml_comp_alloc(c, c->ast->nfuncs * sizeof *all);
    uint32_t n = 0;
    for (AstFunc *f = c->ast->main; f; f = f->next)
        all[n++] = f->user;
    for (uint32_t i = n; i > 0; i--) {
        gather(c, all[i - 1]);
        dedupe_globals(c, all[i - 1]);
        pass_globals_on(c, all[i - 1]);
    }
    for (uint32_t i = 0; i < n; i++)
        settle(c, all[i]);
}
