/*
 * prompt.c - locals that outlive their line.
 *
 * At the prompt each input is a chunk of its own, and a person expects `x` to
 * be there after `local x = 41`. So the locals of the outermost block become
 * globals, in the tree, before names are resolved. Attributes are dropped.
 */

#include "lang/resolve.h"

static Expr *global_name(Comp *c, const AstVar *v)
{
    ExName *e = ml_comp_alloc(c, sizeof *e);
    e->h = (Expr){ .kind = EX_NAME, .height = 1, .pos = v->pos };
    e->name = v->name;
    return &e->h;
}

static Stat *local_to_assign(Comp *c, StLocal *s)
{
    StAssign *a = ml_comp_alloc(c, sizeof *a);
    a->h = s->h;
    a->h.kind = ST_ASSIGN;
    a->at = s->vars[0]->pos;
    a->ntargets = s->nvars;
    a->targets = ml_comp_alloc(c, s->nvars * sizeof *a->targets);
    for (uint32_t i = 0; i < s->nvars; i++)
        a->targets[i] = global_name(c, s->vars[i]);
    a->nexprs = s->nexprs;
    a->exprs = s->exprs;
    if (s->nexprs == 0) {
        a->nexprs = 1;
        a->exprs = ml_comp_alloc(c, sizeof *a->exprs);
        a->exprs[0] = ml_comp_alloc(c, sizeof(ExParen));
        *a->exprs[0] = (Expr){ .kind = EX_NIL, .height = 1, .pos = s->h.pos };
    }
    return &a->h;
}

static Stat *func_to_global(Comp *c, StLocalFunc *s)
{
    StFunction *f = ml_comp_alloc(c, sizeof *f);
    f->h = s->h;
    f->h.kind = ST_FUNCTION;
    f->target = global_name(c, s->var);
    f->f = s->f;
    f->name_pos = s->var->pos;
    return &f->h;
}

void ml_keep_locals(Comp *c)
{
    Block *b = &c->ast->main->body;
    Stat *prev = NULL;
    for (Stat *s = b->first; s; prev = s, s = s->next) {
        Stat *n = s->kind == ST_LOCAL ? local_to_assign(c, AST_AS(StLocal, s))
                : s->kind == ST_LOCALFUNC ? func_to_global(c, AST_AS(StLocalFunc, s))
                : s;
        if (n == s)
            continue;
        n->next = s->next;
        if (prev)
            prev->next = n;
        else
            b->first = n;
        if (b->last == s)
            b->last = n;
        s = n;
    }
}
