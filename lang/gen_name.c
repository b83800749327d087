/*
 * gen_name.c - variables: reading, writing, closures.
 *
 *                      in its function     in a function inside
 *     plain            the register        GETUP: a copy of the value
 *     captured and
 *     assigned         GETBOX, SETBOX      GETUPBOX, SETUPBOX: the same box
 *     constant function    register        LOADK: the shared function
 *     the function itself   -              GETSELF in its own body
 */

#include "lang/gen.h"

bool ml_gen_is_boxed(const AstVar *v)
{
    return v->captured && v->assigned;
}

/* Where the running function keeps an outer variable; -1: it does not. Its
 * user field points into the list of the function that began last. */
static int upvalue_of(const Gen *g, const AstVar *v)
{
    AstVar *const *slot = v->user, *const *up = g->fi->free.v;
    if (up && slot >= up && slot < up + g->fi->free.n)
        return (int)(slot - up);
    return -1;
}

int ml_gen_local_reg(Gen *g, const Expr *e)
{
    while (e->kind == EX_PAREN)
        e = ((const ExParen *)(const void *)e)->e;
    if (e->kind != EX_NAME)
        return -1;
    const ExName *n = (const ExName *)(const void *)e;
    if (n->where != NAME_VAR || n->var->func != g->f || ml_gen_is_boxed(n->var))
        return -1;
    return n->var->reg;
}

void ml_gen_load_var(Gen *g, AstVar *v, int dst, Pos pos)
{
    if (ml_var_is_const(v)) {           /* an _ENV that is a constant */
        ml_gen_to(g, v->value, dst);
        return;
    }
    if (v->func == g->f && g->f) {
        if (ml_gen_is_boxed(v))
            ml_gen_emit(g, OP_GETBOX, dst, v->reg, 0, 0, pos);
        else if (v->reg != dst)
            ml_gen_emit(g, OP_MOVE, dst, v->reg, 0, 0, pos);
        return;
    }
    if (v == g->fi->self) {
        ml_gen_emit(g, OP_GETSELF, dst, 0, 0, 0, pos);
        return;
    }
    int up = upvalue_of(g, v);
    if (up >= 0)
        ml_gen_emit(g, ml_gen_is_boxed(v) ? OP_GETUPBOX : OP_GETUP, dst, up, 0, 0, pos);
    else
        ml_gen_emit(g, OP_LOADK, dst, 0, 0, (int32_t)ml_gen_fn(g, ml_var_func(v)), pos);
}

/* The register of the table whose field a name is; `work` may be used. */
static int env_reg(Gen *g, ExName *e, int work, Pos pos)
{
    AstVar *v = e->var;
    if (!ml_var_is_const(v) && v->func == g->f && !ml_gen_is_boxed(v))
        return v->reg;
    int r = work >= g->nact ? work : ml_gen_reserve(g, 1);
    ml_gen_load_var(g, v, r, pos);
    return r;
}

void ml_gen_load_name(Gen *g, ExName *e, int dst)
{
    Pos pos = ml_gen_pos(e->h.pos);
    int save = g->free;
    switch ((enum NameWhere)e->where) {
    case NAME_VAR:
        ml_gen_load_var(g, e->var, dst, pos);
        break;
    case NAME_GLOBAL:
        ml_gen_emit(g, OP_GETGLOBAL, dst, 0, 0, (int32_t)ml_gen_str(g, e->name), pos);
        break;
    case NAME_FIELD: {
        int env = env_reg(g, e, dst, pos);
        ml_gen_emit(g, OP_GETFIELD, dst, env, 0, (int32_t)ml_gen_str(g, e->name), pos);
        break;
    }
    }
    g->free = save;
}

void ml_gen_store_name(Gen *g, ExName *e, int src)
{
    Pos pos = ml_gen_pos(e->h.pos);
    int save = g->free;
    switch ((enum NameWhere)e->where) {
    case NAME_VAR:
        if (e->var->func != g->f)
            ml_gen_emit(g, OP_SETUPBOX, upvalue_of(g, e->var), src, 0, 0, pos);
        else if (ml_gen_is_boxed(e->var))
            ml_gen_emit(g, OP_SETBOX, e->var->reg, src, 0, 0, pos);
        else if (e->var->reg != src)
            ml_gen_emit(g, OP_MOVE, e->var->reg, src, 0, 0, pos);
        break;
    case NAME_GLOBAL:
        ml_gen_emit(g, OP_SETGLOBAL, src, 0, 0, (int32_t)ml_gen_str(g, e->name), pos);
        break;
    case NAME_FIELD: {
        int env = env_reg(g, e, -1, pos);
        ml_gen_emit(g, OP_SETFIELD, env, src, 0, (int32_t)ml_gen_str(g, e->name), pos);
        break;
    }
    }
    g->free = save;
}

/* --- closures --- */

/* Says where each captured value comes from when the closure is made. */
static void fill_upvalues(Gen *g, FuncInfo *fi, Pos pos)
{
    for (uint32_t i = 0; i < fi->free.n; i++) {
        AstVar *v = fi->free.v[i];
        UpDesc *u = &fi->ups[i];
        if (v->func == g->f) {
            u->from_reg = 1;
            u->index = (uint8_t)v->reg;
        } else if (v == g->fi->self) {
            int r = ml_gen_reserve(g, 1);
            ml_gen_emit(g, OP_GETSELF, r, 0, 0, 0, pos);
            u->from_reg = 1;
            u->index = (uint8_t)r;
        } else {
            u->from_reg = 0;
            u->index = (uint8_t)upvalue_of(g, v);
        }
    }
}

void ml_gen_func(Gen *g, AstFunc *f, int dst, SrcPos at)
{
    FuncInfo *fi = f->user;
    Pos pos = ml_gen_pos(at);
    if (fi->free.n == 0) {
        ml_gen_emit(g, OP_LOADK, dst, 0, 0, (int32_t)ml_gen_fn(g, fi), pos);
        return;
    }
    int save = g->free;
    fill_upvalues(g, fi, pos);
    ml_gen_emit(g, OP_CLOSURE, dst, 0, 0, (int32_t)fi->number, pos);
    g->free = save;
}
