/*
 * gen_cond.c - expressions to a jump: conditions, and the values of `and`
 * and `or`, which are conditions that remember what they saw.
 *
 * `sense` is the truth that makes the jump; otherwise control falls through.
 */

#include <math.h>

#include "lang/gen.h"

bool ml_gen_is_compare(const Expr *e)
{
    return e->kind == EX_BIN && e->op >= BIN_EQ;
}

/* --- comparisons --- */

static bool is_small_whole(double x, int most)
{
    return x > -most && x < most && x == (int)x && !(x == 0 && signbit(x));
}

bool ml_gen_immediate(const Expr *e, int *v)
{
    enum { MOST = 1 << 14 };
    int64_t i = MOST;
    if (e->kind == EX_INT)
        i = ((const ExInt *)(const void *)e)->v;
    else if (e->kind == EX_FLT && is_small_whole(((const ExFlt *)(const void *)e)->v, MOST))
        i = (int64_t)((const ExFlt *)(const void *)e)->v;
    if (i >= MOST || i < -MOST)
        return false;
    *v = (int)(i * 2) | (e->kind == EX_FLT);
    return true;
}

static void jump_op(Gen *g, Op op, int a, int b, int c, int32_t *list, Pos pos)
{
    ml_gen_listed(g, list, ml_gen_emit(g, op, a, b, c, 0, pos));
}

void ml_gen_jump_imm(Gen *g, Op op, int reg, int v, int32_t *list, Pos pos)
{
    jump_op(g, op, reg, v & 0xff, (v >> 8) & 0xff, list, pos);
}

static void equal_const(Gen *g, int reg, const Expr *k, bool sense, int32_t *list, Pos pos)
{
    int v;
    if (ml_gen_immediate(k, &v)) {
        ml_gen_jump_imm(g, sense ? OP_JEQI : OP_JNEI, reg, v, list, pos);
    } else {
        ml_gen_emit(g, sense ? OP_JEQK : OP_JNEK, reg, 0, 0, (int32_t)ml_gen_const(g, k), pos);
        ml_gen_jump(g, list, pos);
    }
}

static void equal(Gen *g, ExBin *n, int left, bool sense, int32_t *list)
{
    Pos pos = ml_gen_span(n->at, n->h.pos);
    Expr *l = ml_gen_strip(n->l), *r = ml_gen_strip(n->r);
    if (n->h.op == BIN_NE)
        sense = !sense;
    if (ml_gen_is_const(r)) {
        equal_const(g, left >= 0 ? left : ml_gen_any(g, l), r, sense, list, pos);
    } else if (left < 0 && ml_gen_is_const(l)) {
        equal_const(g, ml_gen_any(g, r), l, sense, list, pos);
    } else {
        int a = left >= 0 ? left : ml_gen_any(g, l);
        int b = ml_gen_any(g, r);
        jump_op(g, sense ? OP_JEQ : OP_JNE, a, b, 0, list, pos);
    }
}

/* Register against immediate: x < v, or v < x as x > v. */
static Op order_imm(BinOp op, bool turned, bool sense)
{
    static const Op yes[4] = { OP_JLTI, OP_JLEI, OP_JGTI, OP_JGEI };
    static const Op no[4] = { OP_JNLTI, OP_JNLEI, OP_JNGTI, OP_JNGEI };
    int i = (int)op - (int)BIN_LT;      /* LT LE GT GE */
    if (turned)
        i ^= 2;
    return sense ? yes[i] : no[i];
}

_Static_assert(BIN_LE == BIN_LT + 1 && BIN_GT == BIN_LT + 2 && BIN_GE == BIN_LT + 3,
               "order_imm counts on it");

static void order(Gen *g, ExBin *n, int left, bool sense, int32_t *list)
{
    Pos pos = ml_gen_span(n->at, n->h.pos);
    Expr *l = ml_gen_strip(n->l), *r = ml_gen_strip(n->r);
    BinOp op = (BinOp)n->h.op;
    int v;
    if (ml_gen_immediate(r, &v)) {
        int a = left >= 0 ? left : ml_gen_any(g, l);
        ml_gen_jump_imm(g, order_imm(op, false, sense), a, v, list, pos);
        return;
    }
    if (left < 0 && ml_gen_immediate(l, &v)) {
        int b = ml_gen_any(g, r);
        ml_gen_jump_imm(g, order_imm(op, true, sense), b, v, list, pos);
        return;
    }
    int a = left >= 0 ? left : ml_gen_any(g, l);
    int b = ml_gen_any(g, r);
    bool turned = op == BIN_GT || op == BIN_GE;
    bool less = op == BIN_LT || op == BIN_GT;
    jump_op(g, less ? (sense ? OP_JLT : OP_JNLT) : (sense ? OP_JLE : OP_JNLE),
            turned ? b : a, turned ? a : b, 0, list, pos);
}

/* left: the register of the left operand, -1: not evaluated yet. */
void ml_gen_compare(Gen *g, ExBin *e, int left, bool sense, int32_t *list)
{
    int save = g->free;
    if (e->h.op == BIN_EQ || e->h.op == BIN_NE)
        equal(g, e, left, sense, list);
    else
        order(g, e, left, sense, list);
    g->free = save;
}

/* --- conditions --- */

static bool is_false(const Expr *e) { return e->kind == EX_NIL || e->kind == EX_FALSE; }

/* and: false as soon as one is; or: true as soon as one is. */
static void cond_list(Gen *g, ExList *e, bool sense, int32_t *list)
{
    bool ends = e->h.kind == EX_OR;     /* the truth that decides early */
    int32_t skip = NO_JUMP;
    uint32_t last = e->n - 1;
    for (uint32_t i = 0; i < last; i++)
        ml_gen_cond(g, e->e[i], ends, sense == ends ? list : &skip);
    ml_gen_cond(g, e->e[last], sense, list);
    ml_gen_patch_here(g, skip);
}

void ml_gen_cond(Gen *g, Expr *e, bool sense, int32_t *list)
{
    e = ml_gen_strip(e);
    while (e->kind == EX_UN && e->op == UN_NOT) {
        e = ml_gen_strip(AST_AS(ExUn, e)->e);
        sense = !sense;
    }
    if (ml_gen_is_const(e)) {
        if (is_false(e) != sense)
            ml_gen_jump(g, list, ml_gen_pos(e->pos));
        return;
    }
    if (e->kind == EX_AND || e->kind == EX_OR) {
        cond_list(g, AST_AS(ExList, e), sense, list);
        return;
    }
    if (ml_gen_is_compare(e)) {
        ml_gen_compare(g, AST_AS(ExBin, e), -1, sense, list);
        return;
    }
    int save = g->free;
    int r = ml_gen_any(g, e);
    jump_op(g, sense ? OP_JT : OP_JF, r, 0, 0, list, ml_gen_pos(e->pos));
    g->free = save;
}

/* --- and, or as values --- */

static bool is_fresh_top(const Gen *g, int dst)
{
    return dst == g->free - 1 && dst >= g->nact;
}

/* A truth value is wanted only if it is `sense`: then it is that constant. */
static void bool_or_pass(Gen *g, Expr *e, bool sense, int dst, int32_t *done)
{
    int32_t skip = NO_JUMP;
    Pos pos = ml_gen_pos(e->pos);
    ml_gen_cond(g, e, !sense, &skip);
    ml_gen_emit(g, sense ? OP_LOADTRUE : OP_LOADFALSE, dst, 0, 0, 0, pos);
    ml_gen_jump(g, done, pos);
    ml_gen_patch_here(g, skip);
}

static void value_or_pass(Gen *g, Expr *e, bool sense, int dst, int32_t *done);

/* An `and` inside an `or`, or the other way around. */
static void list_or_pass(Gen *g, ExList *e, bool sense, int dst, int32_t *done)
{
    bool ends = e->h.kind == EX_OR;
    int32_t skip = NO_JUMP;
    uint32_t last = e->n - 1;
    for (uint32_t i = 0; i < last; i++) {
        if (ends == sense)
            value_or_pass(g, e->e[i], sense, dst, done);
        else
            ml_gen_cond(g, e->e[i], ends, &skip);
    }
    value_or_pass(g, e->e[last], sense, dst, done);
    ml_gen_patch_here(g, skip);
}

/* If e has the truth `sense`: its value to dst, and jump. Else fall through. */
static void value_or_pass(Gen *g, Expr *e, bool sense, int dst, int32_t *done)
{
    e = ml_gen_strip(e);
    Pos pos = ml_gen_pos(e->pos);
    if (ml_gen_is_const(e)) {
        if (is_false(e) == sense)
            return;
        ml_gen_to(g, e, dst);
        ml_gen_jump(g, done, pos);
        return;
    }
    if (e->kind == EX_AND || e->kind == EX_OR) {
        list_or_pass(g, AST_AS(ExList, e), sense, dst, done);
        return;
    }
    if (ml_gen_is_compare(e) || (e->kind == EX_UN && e->op == UN_NOT)) {
        bool_or_pass(g, e, sense, dst, done);
        return;
    }
    if (is_fresh_top(g, dst) && ml_gen_local_reg(g, e) < 0) {
        ml_gen_to(g, e, dst);
        ml_gen_listed(g, done, ml_gen_emit(g, sense ? OP_JT : OP_JF, dst, 0, 0, 0, pos));
        return;
    }
    int save = g->free;
    int r = ml_gen_any(g, e);
    ml_gen_listed(g, done, ml_gen_emit(g, sense ? OP_JTSET : OP_JFSET, dst, r, 0, 0, pos));
    g->free = save;
}

void ml_gen_logic(Gen *g, ExList *e, int dst)
{
    bool sense = e->h.kind == EX_OR;
    int32_t done = NO_JUMP;
    uint32_t last = e->n - 1;
    for (uint32_t i = 0; i < last; i++)
        value_or_pass(g, e->e[i], sense, dst, &done);
    ml_gen_to(g, e->e[last], dst);
    ml_gen_patch_here(g, done);
}
