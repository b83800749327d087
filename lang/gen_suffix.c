/*
 * gen_suffix.c - a.b[c](d):e(f), from the inside out.
 *
 * One register is the workplace of the whole chain: what has been reached so
 * far lies there, on top of the temporaries, so that a call finds its
 * function in place and its arguments go right behind.
 */

#include "lang/gen.h"

typedef struct Chain {
    int dst;                            /* -1: values go to the workplace */
    int work;                           /* -1: not taken yet */
    int cur;                            /* where the value so far is */
    SrcPos root;                /* of what the chain begins with */
} Chain;

static int workplace(Gen *g, Chain *c)
{
    if (c->work < 0)
        c->work = ml_gen_reserve(g, 1);
    return c->work;
}

int ml_gen_key(Gen *g, Expr *key)
{
    if (key->kind == EX_STR)
        return KEY_FIELD;
    if (key->kind == EX_INT && AST_AS(ExInt, key)->v == (int32_t)AST_AS(ExInt, key)->v)
        return KEY_I;
    return ml_gen_any(g, key);
}

/* Where an index fails: the object, if it is on the line of the key. */
static Pos index_pos(const ExSuffix *n)
{
    SrcPos at = n->h.kind == EX_INDEX ? n->key->pos : n->name_pos, obj = n->obj->pos;
    if (obj.line == at.line && obj.endcol != 0)
        return ml_gen_pos(obj);
    return ml_gen_pos(at);
}

static void index(Gen *g, Chain *c, ExSuffix *n, int to)
{
    int save = g->free;
    Pos pos = index_pos(n);
    if (n->h.kind == EX_FIELD) {
        ml_gen_emit(g, OP_GETFIELD, to, c->cur, 0, (int32_t)ml_gen_str(g, n->name), pos);
        return;
    }
    int key = ml_gen_key(g, n->key);
    if (key == KEY_I)
        ml_gen_emit(g, OP_GETI, to, c->cur, 0, (int32_t)AST_AS(ExInt, n->key)->v, pos);
    else if (key == KEY_FIELD)
        ml_gen_emit(g, OP_GETFIELD, to, c->cur, 0,
                    (int32_t)ml_gen_str(g, AST_AS(ExStr, n->key)->s), pos);
    else
        ml_gen_emit(g, OP_GETINDEX, to, c->cur, key, 0, pos);
    g->free = save;
}

/* Stock Lua counts a call to the line where the whole expression begins. */
static Pos call_pos(const Chain *c, const ExSuffix *n)
{
    SrcPos obj = n->obj->pos;
    bool in_line = obj.line == c->root.line && obj.endcol != 0;
    if (n->h.kind == EX_METHOD) {
        obj.endcol = n->name_pos.endcol;
        in_line &= n->name_pos.line == obj.line;
    }
    return ml_gen_pos(in_line ? obj : c->root);
}

static void call(Gen *g, Chain *c, ExSuffix *n, int want)
{
    int f = workplace(g, c);
    int extra = 1;
    if (n->h.kind == EX_METHOD) {
        ml_gen_reserve(g, 1);
        ml_gen_emit(g, OP_SELF, f, c->cur, 0, (int32_t)ml_gen_str(g, n->name), index_pos(n));
        extra = 2;
    } else if (c->cur != f) {
        ml_gen_emit(g, OP_MOVE, f, c->cur, 0, 0, ml_gen_pos(n->obj->pos));
    }
    int b = ml_gen_args(g, n->args, n->nargs);
    if (b > 0)
        b += extra - 1;
    ml_gen_emit(g, OP_CALL, f, b, want + 1, 0, call_pos(c, n));
    g->free = f + 1;
}

/*
 * dst >= 0: one value, to dst. dst -1: the top is a call, `want` values from
 * g->free on (which the caller reserves).
 */
int ml_gen_suffix(Gen *g, ExSuffix *top, int dst, int want)
{
    int save = g->free;
    Chain c = { .dst = dst, .work = -1 };
    if (dst >= 0 && dst == g->free - 1 && dst >= g->nact)
        c.work = dst;
    ExSuffix *n = top->bottom;
    c.root = n->obj->pos;
    c.cur = n->h.kind == EX_CALL ? -1 : ml_gen_local_reg(g, n->obj);
    if (c.cur < 0) {
        c.cur = workplace(g, &c);
        ml_gen_to(g, n->obj, c.cur);
    }
    for (;; n = n->up) {
        bool last = n == top;
        if (n->h.kind == EX_CALL || n->h.kind == EX_METHOD) {
            call(g, &c, n, last ? want : 1);
            c.cur = c.work;
        } else {
            int to = last ? dst : workplace(g, &c);
            index(g, &c, n, to);
            c.cur = to;
        }
        if (last)
            break;
    }
    if (dst >= 0 && c.cur != dst)
        ml_gen_emit(g, OP_MOVE, dst, c.cur, 0, 0, ml_gen_pos(top->h.pos));
    g->free = save;
    return c.cur;
}
