/*
 * gen_expr.c - expressions to a register.
 *
 * The caller says where the value is to go. A destination that is fresh (no
 * name sees it yet) may serve as the workplace; a local's own register must
 * not be written before everything that reads it has been read: in
 * `x = {x}` the table is built beside x and moved.
 */

#include <string.h>

#include "lang/gen.h"

enum { LIST_BATCH = 50 };               /* table items per SETLIST */

Expr *ml_gen_strip(Expr *e)
{
    while (e->kind == EX_PAREN)
        e = AST_AS(ExParen, e)->e;
    return e;
}

bool ml_gen_is_multi(const Expr *e)
{
    return e->kind == EX_CALL || e->kind == EX_METHOD || e->kind == EX_VARARG;
}

bool ml_gen_is_const(const Expr *e)
{
    return ml_fold_is_literal(e);
}

/* --- literals --- */

static void load_int(Gen *g, int64_t v, int dst, Pos pos)
{
    if (v == (int32_t)v)
        ml_gen_emit(g, OP_LOADI, dst, 0, 0, (int32_t)v, pos);
    else
        ml_gen_emit(g, OP_LOADK, dst, 0, 0, (int32_t)ml_gen_num(g, ml_v_int(v)), pos);
}

static void load_float(Gen *g, double v, int dst, Pos pos)
{
    /* by the bits, since -0.0 is an integer by value */
    if (v >= INT32_MIN && v <= INT32_MAX) {
        double back = (double)(int32_t)v;
        if (memcmp(&back, &v, sizeof v) == 0) {
            ml_gen_emit(g, OP_LOADF, dst, 0, 0, (int32_t)v, pos);
            return;
        }
    }
    ml_gen_emit(g, OP_LOADK, dst, 0, 0, (int32_t)ml_gen_num(g, ml_v_float(v)), pos);
}

/* --- operators --- */

static Op op_of(BinOp op)
{
    switch (op) {
    case BIN_ADD:  return OP_ADD;
    case BIN_SUB:  return OP_SUB;
    case BIN_MUL:  return OP_MUL;
    case BIN_DIV:  return OP_DIV;
    case BIN_IDIV: return OP_IDIV;
    case BIN_MOD:  return OP_MOD;
    case BIN_BAND: return OP_BAND;
    case BIN_BOR:  return OP_BOR;
    case BIN_BXOR: return OP_BXOR;
    case BIN_SHL:  return OP_SHL;
    case BIN_SHR:  return OP_SHR;
    case BIN_EQ: case BIN_NE: case BIN_LT: case BIN_LE: case BIN_GT: case BIN_GE:
        break;
    }
    return OP_MOVE;                     /* comparisons go another way */
}

/* With a constant number on the right; OP_MOVE: there is none. */
static Op op_k_of(BinOp op)
{
    switch (op) {
    case BIN_ADD:  return OP_ADDK;
    case BIN_SUB:  return OP_SUBK;
    case BIN_MUL:  return OP_MULK;
    case BIN_DIV:  return OP_DIVK;
    case BIN_IDIV: return OP_IDIVK;
    case BIN_MOD:  return OP_MODK;
    case BIN_BAND: case BIN_BOR: case BIN_BXOR: case BIN_SHL: case BIN_SHR:
    case BIN_EQ: case BIN_NE: case BIN_LT: case BIN_LE: case BIN_GT: case BIN_GE:
        break;
    }
    return OP_MOVE;
}

static bool is_number(const Expr *e) { return e->kind == EX_INT || e->kind == EX_FLT; }

static bool add_immediate(Gen *g, ExBin *n, int left, int dst, Pos pos)
{
    if (n->r->kind != EX_INT || (n->h.op != BIN_ADD && n->h.op != BIN_SUB))
        return false;
    int64_t v = AST_AS(ExInt, n->r)->v;
    if (v > INT32_MAX || v < -INT32_MAX)
        return false;
    bool sub = n->h.op == BIN_SUB;
    ml_gen_emit(g, OP_ADDI, dst, left, sub ? ADDI_SUB : 0, (int32_t)(sub ? -v : v), pos);
    return true;
}

static bool is_small(const Expr *e)
{
    return e->kind == EX_INT && ((const ExInt *)(const void *)e)->v <= INT32_MAX &&
           ((const ExInt *)(const void *)e)->v >= -INT32_MAX;
}

/* number + x and number * x: as x + number. */
static bool is_turned(const ExBin *n)
{
    return (n->h.op == BIN_ADD || n->h.op == BIN_MUL) && is_number(n->l) && !is_number(n->r);
}

static void turned_arith(Gen *g, ExBin *n, int dst)
{
    Pos pos = ml_gen_span(n->at, n->h.pos);
    int save = g->free, right = ml_gen_any(g, n->r);
    if (n->h.op == BIN_ADD && is_small(n->l))
        ml_gen_emit(g, OP_ADDI, dst, right, ADDI_LEFT, (int32_t)AST_AS(ExInt, n->l)->v, pos);
    else
        ml_gen_emit(g, op_k_of((BinOp)n->h.op), dst, right, 1, (int32_t)ml_gen_const(g, n->l), pos);
    g->free = save;
}

/* R[dst] = R[left] op n->r */
static void arith(Gen *g, ExBin *n, int left, int dst)
{
    Pos pos = ml_gen_span(n->at, n->h.pos);
    if (add_immediate(g, n, left, dst, pos))
        return;
    Op k = op_k_of((BinOp)n->h.op);
    if (k != OP_MOVE && is_number(n->r)) {
        ml_gen_emit(g, k, dst, left, 0, (int32_t)ml_gen_const(g, n->r), pos);
        return;
    }
    int save = g->free;
    int right = ml_gen_any(g, n->r);
    ml_gen_emit(g, op_of((BinOp)n->h.op), dst, left, right, 0, pos);
    g->free = save;
}

/* A comparison as a value: jump over the one or the other constant. */
static void compare_value(Gen *g, ExBin *n, int left, int dst)
{
    int32_t yes = NO_JUMP, end = NO_JUMP;
    Pos pos = ml_gen_span(n->at, n->h.pos);
    ml_gen_compare(g, n, left, true, &yes);
    ml_gen_emit(g, OP_LOADFALSE, dst, 0, 0, 0, pos);
    ml_gen_jump(g, &end, pos);
    ml_gen_patch_here(g, yes);
    ml_gen_emit(g, OP_LOADTRUE, dst, 0, 0, 0, pos);
    ml_gen_patch_here(g, end);
}

/* May dst be used before the value is complete? And is it the last one, so
 * that what is built on it can go on above? */
static bool is_workplace(const Gen *g, int dst)
{
    return dst == g->free - 1 && dst >= g->nact;
}

/* Along the left spine: a + b * c - d. */
static void binary(Gen *g, ExBin *top, int dst)
{
    int save = g->free, work = is_workplace(g, dst) ? dst : -1;
    ExBin *n = top->bottom;
    int left = -1;
    if (n == top && ml_gen_is_compare(&n->h)) {
        compare_value(g, n, -1, dst);   /* may turn its operands around */
        return;
    }
    bool turned = is_turned(n);
    left = ml_gen_local_reg(g, n->l);
    if (left < 0 && !turned) {
        if (work < 0)
            work = ml_gen_reserve(g, 1);
        left = work;
        ml_gen_to(g, n->l, left);
    }
    for (;; n = n->up) {
        int to = dst;
        if (n != top) {
            if (work < 0)
                work = ml_gen_reserve(g, 1);
            to = work;
        }
        if (turned)
            turned_arith(g, n, to);
        else if (ml_gen_is_compare(&n->h))
            compare_value(g, n, left, to);
        else
            arith(g, n, left, to);
        if (n == top)
            break;
        left = to;
        turned = false;
    }
    g->free = save;
}

static void unary_op(Gen *g, ExUn *n, int operand, int dst)
{
    Op op = OP_NOT;
    switch ((UnOp)n->h.op) {
    case UN_NEG:  op = OP_UNM; break;
    case UN_NOT:  op = OP_NOT; break;
    case UN_LEN:  op = OP_LEN; break;
    case UN_BNOT: op = OP_BNOT; break;
    }
    ml_gen_emit(g, op, dst, operand, 0, 0, ml_gen_span(n->at, n->h.pos));
}

static ExUn *inner_un(ExUn *n)
{
    Expr *e = ml_gen_strip(n->e);
    return e->kind == EX_UN ? AST_AS(ExUn, e) : NULL;
}

/* not (a < b): as a condition, turned around. */
static bool not_of_condition(Gen *g, ExUn *u, int dst)
{
    Expr *e = ml_gen_strip(u->e);
    if (u->h.op != UN_NOT ||
        (e->kind != EX_AND && e->kind != EX_OR && !ml_gen_is_compare(e)))
        return false;
    int32_t yes = NO_JUMP, end = NO_JUMP;
    Pos pos = ml_gen_span(u->at, u->h.pos);
    ml_gen_cond(g, e, false, &yes);
    ml_gen_emit(g, OP_LOADFALSE, dst, 0, 0, 0, pos);
    ml_gen_jump(g, &end, pos);
    ml_gen_patch_here(g, yes);
    ml_gen_emit(g, OP_LOADTRUE, dst, 0, 0, 0, pos);
    ml_gen_patch_here(g, end);
    return true;
}

/* - - not x: the innermost operand, then the operators from the inside out.
 * A chain may be long, so it is laid out in an array, not walked by calls. */
static void unary(Gen *g, ExUn *top, int dst)
{
    if (not_of_condition(g, top, dst))
        return;
    int save = g->free;
    uint32_t n = 1;
    for (ExUn *u = top; (u = inner_un(u)) != NULL; )
        n++;
    ExUn *one[1], **chain = n == 1 ? one : ml_comp_alloc(g->c, n * sizeof *chain);
    chain[0] = top;
    for (uint32_t i = 1; i < n; i++)
        chain[i] = inner_un(chain[i - 1]);
    Expr *e = ml_gen_strip(chain[n - 1]->e);
    int r = ml_gen_local_reg(g, e);
    if (r < 0) {
        r = is_workplace(g, dst) ? dst : ml_gen_reserve(g, 1);
        ml_gen_to(g, e, r);
    }
    for (uint32_t i = n; i > 0; i--) {
        unary_op(g, chain[i - 1], r, dst);
        r = dst;
    }
    g->free = save;
}

static void concat(Gen *g, ExList *e, int dst)
{
    int save = g->free;
    int base;
    uint32_t i = 0;
    if (is_workplace(g, dst)) {
        base = dst;
        ml_gen_to(g, e->e[i++], base);
    } else {
        base = g->free;
    }
    for (; i < e->n; i++)
        ml_gen_next(g, e->e[i]);
    ml_gen_emit(g, OP_CONCAT, dst, base, (int)e->n, 0, ml_gen_span(e->at[0], e->h.pos));
    g->free = save;
}

/* x ^ y ^ z: all operands, then the operators from the right. */
static void power(Gen *g, ExList *e, int dst)
{
    int save = g->free;
    Expr *last = e->e[e->n - 1];
    uint32_t n = e->n - 1;              /* operators */
    int one[1], *reg = n == 1 ? one : ml_comp_alloc(g->c, n * sizeof *reg);
    for (uint32_t i = 0; i < n; i++)
        reg[i] = ml_gen_any(g, e->e[i]);
    Pos pos = ml_gen_span(e->at[n - 1], e->h.pos);
    int to = n == 1 ? dst : ml_gen_reserve(g, 1);
    if (is_number(last)) {
        ml_gen_emit(g, OP_POWK, to, reg[n - 1], 0, (int32_t)ml_gen_const(g, last), pos);
    } else {
        int right = ml_gen_any(g, last);
        ml_gen_emit(g, OP_POW, to, reg[n - 1], right, 0, pos);
    }
    for (uint32_t i = n - 1; i > 0; i--) {
        int right = to;
        to = i == 1 ? dst : right;
        ml_gen_emit(g, OP_POW, to, reg[i - 1], right, 0, ml_gen_span(e->at[i - 1], e->h.pos));
    }
    g->free = save;
}

/* --- table constructors --- */

static void named_item(Gen *g, int t, TabItem *it)
{
    int save = g->free;
    if (it->kind == TAB_NAME) {
        int v = ml_gen_any(g, it->value);
        ml_gen_emit(g, OP_SETFIELD, t, v, 0, (int32_t)ml_gen_str(g, it->name),
                    ml_gen_pos(it->pos));
    } else {
        int key = ml_gen_key(g, it->key);
        int v = ml_gen_any(g, it->value);
        Pos pos = ml_gen_pos(it->pos);
        if (key == KEY_I)
            ml_gen_emit(g, OP_SETI, t, v, 0, (int32_t)AST_AS(ExInt, it->key)->v, pos);
        else if (key == KEY_FIELD)
            ml_gen_emit(g, OP_SETFIELD, t, v, 0,
                        (int32_t)ml_gen_str(g, AST_AS(ExStr, it->key)->s), pos);
        else
            ml_gen_emit(g, OP_SETINDEX, t, key, v, 0, pos);
    }
    g->free = save;
}

/* Items by position wait in the registers after t, up to a batch of them. */
static void table_items(Gen *g, ExTable *e, int t)
{
    uint32_t done = 0, waiting = 0;
    bool open = false;
    for (uint32_t i = 0; i < e->n; i++) {
        TabItem *it = &e->items[i];
        if (it->kind != TAB_POS) {
            named_item(g, t, it);
            continue;
        }
        if (waiting == LIST_BATCH) {
            ml_gen_emit(g, OP_SETLIST, t, LIST_BATCH, 0, (int32_t)done, ml_gen_pos(it->pos));
            done += waiting;
            waiting = 0;
            g->free = t + 1;
        }
        open = i == e->n - 1 && ml_gen_is_multi(it->value);
        if (open) {
            ml_gen_multi(g, it->value, OPEN);
        } else {
            ml_gen_next(g, it->value);
            waiting++;
        }
    }
    if (open || waiting > 0)
        ml_gen_emit(g, OP_SETLIST, t, open ? 0 : (int)waiting, 0, (int32_t)done,
                    ml_gen_pos(e->h.pos));
}

static void table(Gen *g, ExTable *e, int dst)
{
    int save = g->free;
    int t = is_workplace(g, dst) ? dst : ml_gen_reserve(g, 1);
    uint32_t named = e->n - e->npos, room = e->npos;
    if (e->npos == 1 && e->items[e->n - 1].kind == TAB_POS && e->items[e->n - 1].value->kind == EX_VARARG)
        room = 0;                       /* { ... }: all that there are at once; else the last is one, likely */
    if (named > UINT16_MAX)
        named = UINT16_MAX;
    ml_gen_emit(g, OP_NEWTABLE, t, (int)(named & 0xff), (int)(named >> 8), (int32_t)room,
                ml_gen_pos(e->h.pos));
    table_items(g, e, t);
    if (t != dst)
        ml_gen_emit(g, OP_MOVE, dst, t, 0, 0, ml_gen_pos(e->h.pos));
    g->free = save;
}

/* --- one value --- */

void ml_gen_to(Gen *g, Expr *e, int dst)
{
    e = ml_gen_strip(e);
    Pos pos = ml_gen_pos(e->pos);
    switch ((ExKind)e->kind) {
    case EX_NIL:
        ml_gen_emit(g, OP_LOADNIL, dst, 0, 0, 0, pos);
        break;
    case EX_TRUE:
        ml_gen_emit(g, OP_LOADTRUE, dst, 0, 0, 0, pos);
        break;
    case EX_FALSE:
        ml_gen_emit(g, OP_LOADFALSE, dst, 0, 0, 0, pos);
        break;
    case EX_INT:
        load_int(g, AST_AS(ExInt, e)->v, dst, pos);
        break;
    case EX_FLT:
        load_float(g, AST_AS(ExFlt, e)->v, dst, pos);
        break;
    case EX_STR:
        ml_gen_emit(g, OP_LOADK, dst, 0, 0, (int32_t)ml_gen_str(g, AST_AS(ExStr, e)->s), pos);
        break;
    case EX_VARARG:
        ml_gen_emit(g, OP_VARARG, dst, 0, 2, 0, pos);
        break;
    case EX_FUNC:
        ml_gen_func(g, AST_AS(ExFunc, e)->f, dst, e->pos);
        break;
    case EX_NAME:
        ml_gen_load_name(g, AST_AS(ExName, e), dst);
        break;
    case EX_FIELD:
    case EX_INDEX:
    case EX_CALL:
    case EX_METHOD:
        ml_gen_suffix(g, AST_AS(ExSuffix, e), dst, 1);
        break;
    case EX_UN:
        unary(g, AST_AS(ExUn, e), dst);
        break;
    case EX_BIN:
        binary(g, AST_AS(ExBin, e), dst);
        break;
    case EX_CONCAT:
        concat(g, AST_AS(ExList, e), dst);
        break;
    case EX_POW:
        power(g, AST_AS(ExList, e), dst);
        break;
    case EX_AND:
    case EX_OR:
        ml_gen_logic(g, AST_AS(ExList, e), dst);
        break;
    case EX_TABLE:
        table(g, AST_AS(ExTable, e), dst);
        break;
    case EX_PAREN:
        break;
    }
}

int ml_gen_next(Gen *g, Expr *e)
{
    int r = ml_gen_reserve(g, 1);
    ml_gen_to(g, e, r);
    return r;
}

int ml_gen_any(Gen *g, Expr *e)
{
    int r = ml_gen_local_reg(g, e);
    return r >= 0 ? r : ml_gen_next(g, e);
}

void ml_gen_effect(Gen *g, Expr *e)
{
    int save = g->free;
    ml_gen_any(g, e);
    g->free = save;
}

/* --- several values --- */

void ml_gen_multi(Gen *g, Expr *e, int want)
{
    int base = g->free;
    if (e->kind == EX_VARARG) {
        ml_gen_emit(g, OP_VARARG, base, 0, want + 1, 0, ml_gen_pos(e->pos));
        if (want == OPEN)               /* the frame has at least this one */
            ml_gen_reserve(g, 1);
    } else {
        ml_gen_suffix(g, AST_AS(ExSuffix, e), -1, want);
    }
    g->free = base;
    if (want > 0)
        ml_gen_reserve(g, want);
}

/* Exactly `want` values to new temporaries; `at`: for those that are missing. */
void ml_gen_list(Gen *g, Expr **e, uint32_t n, int want, SrcPos at)
{
    int have = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (i == n - 1 && ml_gen_is_multi(e[i])) {
            ml_gen_multi(g, e[i], want - have > 0 ? want - have : 0);
            return;
        }
        if (have < want) {
            ml_gen_next(g, e[i]);
            have++;
        } else {
            ml_gen_effect(g, e[i]);
        }
    }
    if (have < want) {
        int r = ml_gen_reserve(g, want - have);
        ml_gen_emit(g, OP_LOADNIL, r, want - have - 1, 0, 0, ml_gen_pos(at));
    }
}

int ml_gen_args(Gen *g, Expr **e, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        if (i == n - 1 && ml_gen_is_multi(e[i])) {
            ml_gen_multi(g, e[i], OPEN);
            return 0;
        }
        ml_gen_next(g, e[i]);
    }
    return (int)n + 1;
}
