/*
 * fold.c - constant expressions become literals, in place.
 *
 * What stock Lua folds, and no more: arithmetic and bit operators on numbers,
 * `not` on a constant. Never what would raise an error (so the error comes at
 * run time, where it belongs), never a division by zero, and no result that
 * is NaN or a float zero, whose sign a constant table could lose.
 *
 * A literal needs no more room than the node it replaces.
 */

#include <math.h>

#include "lang/resolve.h"
#include "vm/data/num.h"

_Static_assert(sizeof(ExInt) <= sizeof(ExParen) && sizeof(ExFlt) <= sizeof(ExParen) &&
               sizeof(ExStr) <= sizeof(ExName), "literals fit where they are put");

bool ml_fold_is_literal(const Expr *e)
{
    return e->kind <= EX_STR;
}

void ml_fold_copy(Expr *to, const Expr *from)
{
    to->kind = from->kind;
    switch ((ExKind)from->kind) {
    case EX_INT: AST_AS(ExInt, to)->v = ((const ExInt *)(const void *)from)->v; break;
    case EX_FLT: AST_AS(ExFlt, to)->v = ((const ExFlt *)(const void *)from)->v; break;
    case EX_STR: AST_AS(ExStr, to)->s = ((const ExStr *)(const void *)from)->s; break;
    default:
        break;
    }
}

static bool number(Expr *e, Value *out)
{
    if (e->kind == EX_INT)
        *out = ml_v_int(AST_AS(ExInt, e)->v);
    else if (e->kind == EX_FLT)
        *out = ml_v_float(AST_AS(ExFlt, e)->v);
    else
        return false;
    return true;
}

/* False: this result is not to be a literal. */
static bool store(Expr *e, Value v)
{
    if (ml_is_float(v) && (isnan(v.n) || v.n == 0))
        return false;
    if (ml_is_int(v)) {
        e->kind = EX_INT;
        AST_AS(ExInt, e)->v = v.i;
    } else {
        e->kind = EX_FLT;
        AST_AS(ExFlt, e)->v = v.n;
    }
    return true;
}

static double as_float(Value v) { return ml_is_int(v) ? (double)v.i : v.n; }

static bool as_int(Value v, int64_t *out)
{
    if (ml_is_int(v)) {
        *out = v.i;
        return true;
    }
    return ml_float_to_int(v.n, out);
}

static bool float_arith(BinOp op, double a, double b, Value *out)
{
    double r;
    switch (op) {
    case BIN_ADD: r = a + b; break;
    case BIN_SUB: r = a - b; break;
    case BIN_MUL: r = a * b; break;
    case BIN_DIV:
        if (b == 0)
            return false;
        r = a / b;
        break;
    case BIN_IDIV:
        if (b == 0)
            return false;
        r = floor(a / b);
        break;
    case BIN_MOD:
        if (b == 0)
            return false;
        r = ml_float_mod(a, b);
        break;
    default:
        return false;
    }
    *out = ml_v_float(r);
    return true;
}

static bool int_arith(BinOp op, int64_t a, int64_t b, Value *out)
{
    int64_t r;
    switch (op) {
    case BIN_ADD: r = ml_int_add(a, b); break;
    case BIN_SUB: r = ml_int_sub(a, b); break;
    case BIN_MUL: r = ml_int_mul(a, b); break;
    case BIN_IDIV:
        if (b == 0)
            return false;
        r = ml_int_idiv(a, b);
        break;
    case BIN_MOD:
        if (b == 0)
            return false;
        r = ml_int_mod(a, b);
        break;
    default:
        return false;
    }
    *out = ml_v_int(r);
    return true;
}

static bool bits(BinOp op, Value va, Value vb, Value *out)
{
    int64_t a, b, r;
    if (!as_int(va, &a) || !as_int(vb, &b))
        return false;
    switch (op) {
    case BIN_BAND: r = a & b; break;
    case BIN_BOR:  r = a | b; break;
    case BIN_BXOR: r = a ^ b; break;
    case BIN_SHL:  r = ml_int_shl(a, b); break;
    case BIN_SHR:  r = ml_int_shl(a, ml_int_sub(0, b)); break;
    default:
        return false;
    }
    *out = ml_v_int(r);
    return true;
}

static bool arith(BinOp op, Value a, Value b, Value *out)
{
    if (op >= BIN_BAND && op <= BIN_SHR)
        return bits(op, a, b, out);
    if (op > BIN_SHR)
        return false;
    if (ml_is_int(a) && ml_is_int(b) && op != BIN_DIV)
        return int_arith(op, a.i, b.i, out);
    return float_arith(op, as_float(a), as_float(b), out);
}

void ml_fold_bin(ExBin *e)
{
    Value a, b, r;
    if (number(e->l, &a) && number(e->r, &b) && arith((BinOp)e->h.op, a, b, &r))
        store(&e->h, r);
}

void ml_fold_un(ExUn *e)
{
    Value v;
    int64_t i;
    switch ((UnOp)e->h.op) {
    case UN_NOT:
        if (ml_fold_is_literal(e->e))
            e->h.kind = e->e->kind == EX_NIL || e->e->kind == EX_FALSE ? EX_TRUE : EX_FALSE;
        break;
    case UN_NEG:
        if (!number(e->e, &v))
            break;
        store(&e->h, ml_is_int(v) ? ml_v_int(ml_int_sub(0, v.i)) : ml_v_float(-v.n));
        break;
    case UN_BNOT:
        if (number(e->e, &v) && as_int(v, &i))
            store(&e->h, ml_v_int(~i));
        break;
    case UN_LEN:
        break;
    }
}

void ml_fold_pow(ExList *e)
{
    Value a, b;
    while (e->n > 1 && number(e->e[e->n - 2], &a) && number(e->e[e->n - 1], &b)) {
        if (!store(e->e[e->n - 2], ml_v_float(ml_float_pow(as_float(a), as_float(b)))))
            return;
        e->n--;
    }
    if (e->n == 1)
        ml_fold_copy(&e->h, e->e[0]);
}
