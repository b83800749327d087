/*
 * gen_assign.c - declarations and assignments.
 *
 * An assignment to several targets evaluates all tables and keys, then all
 * values, then stores from right to left, as stock Lua does. A table or key
 * that is a plain local is used where it lies, unless the same statement
 * assigns to it: `i, t[i] = i + 1, 20`.
 */

#include "lang/gen.h"

/* --- local --- */

static bool has_const(const StLocal *s)
{
    for (uint32_t i = 0; i < s->nvars; i++)
        if (ml_var_is_const(s->vars[i]))
            return true;
    return false;
}

/* Values to new registers, one for each variable that needs one. */
static void local_values(Gen *g, StLocal *s)
{
    if (!has_const(s)) {
        ml_gen_list(g, s->exprs, s->nexprs, (int)s->nvars, s->h.pos);
        return;
    }
    /* constants have their own value, so they are no part of an open list */
    uint32_t i = 0;
    for (; i < s->nexprs && i < s->nvars; i++) {
        if (ml_var_is_const(s->vars[i]))
            continue;
        if (i == s->nexprs - 1)
            break;
        ml_gen_next(g, s->exprs[i]);
    }
    if (i < s->nvars)
        ml_gen_list(g, s->exprs + i, s->nexprs - i, (int)(s->nvars - i), s->h.pos);
    else
        for (; i < s->nexprs; i++)
            ml_gen_effect(g, s->exprs[i]);
}

void ml_gen_local(Gen *g, StLocal *s)
{
    int r = g->free;
    local_values(g, s);
    for (uint32_t i = 0; i < s->nvars; i++) {
        AstVar *v = s->vars[i];
        if (ml_var_is_const(v))
            continue;
        ml_gen_activate(g, v, r++);
        ml_gen_box(g, v);
        if (v->kind == VAR_CLOSE) {
            ml_gen_emit(g, OP_TBC, v->reg, 0, 0, 0, ml_gen_pos(v->pos));
            ml_gen_tbc(g, v->reg, v->level);
        }
    }
}

/* --- assignment --- */

typedef struct Target {
    Expr *e;
    int   obj, key;             /* registers of an index target; key as ml_gen_key */
} Target;

static void target_open(Gen *g, Target *t, Expr *e)
{
    *t = (Target){ .e = e, .obj = -1, .key = -1 };
    if (e->kind == EX_NAME)
        return;
    ExSuffix *x = AST_AS(ExSuffix, e);
    t->obj = ml_gen_any(g, x->obj);
    t->key = e->kind == EX_FIELD ? KEY_FIELD : ml_gen_key(g, x->key);
}

static Pos target_pos(const ExSuffix *x)
{
    SrcPos at = x->h.kind == EX_INDEX ? x->key->pos : x->name_pos, obj = x->obj->pos;
    if (obj.line == at.line && obj.endcol != 0)
        return ml_gen_pos(obj);
    return ml_gen_pos(at);
}

static void target_store(Gen *g, const Target *t, int src)
{
    if (t->e->kind == EX_NAME) {
        ml_gen_store_name(g, AST_AS(ExName, t->e), src);
        return;
    }
    ExSuffix *x = AST_AS(ExSuffix, t->e);
    Pos pos = target_pos(x);
    if (t->key == KEY_I) {
        ml_gen_emit(g, OP_SETI, t->obj, src, 0, (int32_t)AST_AS(ExInt, x->key)->v, pos);
    } else if (t->key == KEY_FIELD) {
        AstStr *name = x->h.kind == EX_FIELD ? x->name : AST_AS(ExStr, x->key)->s;
        ml_gen_emit(g, OP_SETFIELD, t->obj, src, 0, (int32_t)ml_gen_str(g, name), pos);
    } else {
        ml_gen_emit(g, OP_SETINDEX, t->obj, t->key, src, 0, pos);
    }
}

/* The value of e to the target, without a detour for plain locals. */
static void target_assign(Gen *g, const Target *t, Expr *e)
{
    int save = g->free;
    int reg = ml_gen_local_reg(g, t->e);
    if (reg >= 0)
        ml_gen_to(g, e, reg);
    else
        target_store(g, t, ml_gen_any(g, e));
    g->free = save;
}

/* A register that a later target (so one stored earlier) writes is copied. */
static int keep_apart(Gen *g, StAssign *s, uint32_t i, int reg)
{
    if (reg < 0 || reg >= g->nact)
        return reg;
    for (uint32_t j = i + 1; j < s->ntargets; j++) {
        if (ml_gen_local_reg(g, s->targets[j]) == reg) {
            int t = ml_gen_reserve(g, 1);
            ml_gen_emit(g, OP_MOVE, t, reg, 0, 0, ml_gen_pos(s->targets[i]->pos));
            return t;
        }
    }
    return reg;
}

static void assign_many(Gen *g, StAssign *s)
{
    if (s->ntargets > ML_MAXREG)        /* each value but one needs a register */
        ml_comp_fatal(g->c, s->at, "function or expression needs too many registers");
    Target *t = ml_comp_alloc(g->c, s->ntargets * sizeof *t);
    for (uint32_t i = 0; i < s->ntargets; i++) {
        target_open(g, &t[i], s->targets[i]);
        t[i].obj = keep_apart(g, s, i, t[i].obj);
        t[i].key = keep_apart(g, s, i, t[i].key);
    }
    int base = g->free;
    uint32_t n = s->ntargets;
    if (s->nexprs == n) {               /* the last value goes where it belongs */
        for (uint32_t i = 0; i + 1 < n; i++)
            ml_gen_next(g, s->exprs[i]);
        target_assign(g, &t[n - 1], s->exprs[n - 1]);
        n--;
    } else {
        ml_gen_list(g, s->exprs, s->nexprs, (int)n, s->at);
    }
    while (n > 0) {
        n--;
        target_store(g, &t[n], base + (int)n);
    }
}

void ml_gen_assign(Gen *g, StAssign *s)
{
    if (s->ntargets == 1 && s->nexprs == 1) {
        Target t;
        target_open(g, &t, s->targets[0]);
        target_assign(g, &t, s->exprs[0]);
    } else {
        assign_many(g, s);
    }
}

void ml_gen_function(Gen *g, StFunction *s)
{
    Target t;
    target_open(g, &t, s->target);
    int reg = ml_gen_local_reg(g, s->target);
    int r = reg >= 0 ? reg : ml_gen_reserve(g, 1);
    ml_gen_func(g, s->f, r, s->name_pos);
    if (reg < 0)
        target_store(g, &t, r);
}
