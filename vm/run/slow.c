/*
 * slow.c - the uncommon halves of instructions: metamethods, conversions,
 * concatenation, numeric loops over anything but plain integers.
 *
 * Nothing here calls Lua code. A metamethod is called by laying out its frame
 * above the running one and answering SLOW_CALL (ml_call_mm); what is to be
 * done with its result stands in the frame's info slot.
 */
#include <math.h>
#include <string.h>

#include "vm/base/check.h"
#include "vm/data/num.h"
#include "vm/data/quota.h"
#include "vm/run/hint.h"
#include "vm/run/long.h"
#include "vm/run/overlay.h"
#include "vm/run/slow.h"
#include "vm/proc/vm.h"

enum { INDEX_CHAIN = 2000 };    /* steps along __index, as stock Lua */

static Slow set_result(Proc *p, unsigned a, Value v)
{
    ml_set(&p->base[a], &v);
    return SLOW_OK;
}

/* What tags of one type have in common. */
static int basic_type(Value v)
{
    unsigned tag = (uint8_t)v.tag;
    if (tag == TAG_FALSE)
        return TAG_TRUE;
    if (tag == TAG_FLOAT)
        return TAG_INT;
    return tag == TAG_NATIVE ? TAG_FN : (int)tag;
}

Tab *ml_metatable(Proc *p, Value v)
{
    if (v.tag == TAG_TAB)
        return ml_rtab(p, v.t)->meta;
    if (v.tag == TAG_UDATA)
        return v.d->meta;
    if (ML_UNLIKELY(p->own->basics)) {
        const Value *m = ml_tab_getint(p->heap, p->own->basics, basic_type(v));
        if (!ml_is_nil(*m))
            return m->tag == TAG_TAB ? m->t : NULL;
    }
    return v.tag == TAG_STR ? p->vm->strmeta : NULL;
}

void ml_set_basic_meta(Proc *p, Value v, Tab *meta)
{
    Heap *h = p->heap;
    if (!p->own->basics)
        p->own->basics = ml_tab_new(h, 0, 2);
    ml_tab_setint(h, p->own->basics, basic_type(v), meta ? ml_v_tab(meta) : ml_v_bool(false));
}

Value ml_metamethod(Proc *p, Value v, Mm mm)
{
    Tab *m = ml_metatable(p, v);
    if (!m)
        return ml_v_nil();
    m = ml_rtab(p, m);
    if (mm <= MM_CLOSE && (m->h.a & (1u << mm)))
        return ml_v_nil();
    const Value *f = ml_tab_getstr(p->heap, m, p->vm->mm[mm]);
    if (mm <= MM_CLOSE && ml_is_nil(*f) && !(m->h.flags & OF_SHARED))
        m->h.a |= (uint8_t)(1u << mm);
    return *f;
}

/* --- reading and writing fields --- */

Slow ml_op_index(Proc *p, unsigned a, Value o, Value k)
{
    for (int i = 0; i < INDEX_CHAIN; i++) {
        Value mm;
        if (o.tag == TAG_TAB) {
            Tab *t = ml_rtab(p, o.t);
            if (ML_UNLIKELY(ml_key_is_long(t, k)))
                return ml_op_long_key(p, t, k);
            const Value *v = ml_tab_get(p->heap, t, k);
            if (!ml_is_nil(*v))
                return set_result(p, a, *v);
            mm = t->meta ? ml_metamethod(p, o, MM_INDEX) : ml_v_nil();
            if (ml_is_nil(mm))
                return set_result(p, a, mm);
        } else {
            mm = ml_metamethod(p, o, MM_INDEX);
            if (ml_is_nil(mm))
                return ml_err_index(p, o, k);
        }
        if (ml_is_fn(mm))
            return ml_call_mm(p, INFO_RESULT, 0, mm, 2, o, k, ml_v_nil());
        o = mm;
    }
    return ml_err(p, "'__index' chain too long; possible loop");
}

static Slow raw_set(Proc *p, Tab *t, Value k, Value v)
{
    Tab *own = ml_own_table(p, t);
    if (!own)
        return ml_err(p, "attempt to modify a frozen table");
    if (ml_is_nil(k))
        return ml_err(p, "table index is nil");
    if (k.tag == TAG_FLOAT && isnan(k.n))
        return ml_err(p, "table index is NaN");
    if (own == p->globals && k.tag == TAG_STR && ml_is_nil(*ml_tab_getstr(p->heap, own, k.s)))
        ml_hint_global_made(p, k.s);
    ml_tab_set(p->heap, own, k, v);
    p->top = p->base;
    return p->heap->want_gc ? ml_safe_point(p) : SLOW_OK;
}

Slow ml_op_setindex(Proc *p, Value o, Value k, Value v)
{
    for (int i = 0; i < INDEX_CHAIN; i++) {
        Value mm;
        if (o.tag == TAG_TAB) {
            Tab *t = ml_rtab(p, o.t);
            if (ML_UNLIKELY(ml_key_is_long(t, k)))
                return ml_op_long_key(p, t, k);
            if (!t->meta || !ml_is_nil(*ml_tab_get(p->heap, t, k)))
                return raw_set(p, o.t, k, v);
            mm = ml_metamethod(p, o, MM_NEWINDEX);
            if (ml_is_nil(mm))
                return raw_set(p, o.t, k, v);
        } else {
            mm = ml_metamethod(p, o, MM_NEWINDEX);
            if (ml_is_nil(mm))
                return ml_err_index(p, o, k);
        }
        if (ml_is_fn(mm))
            return ml_call_mm(p, INFO_DROP, 0, mm, 3, o, k, v);
        o = mm;
    }
    return ml_err(p, "'__newindex' chain too long; possible loop");
}

Slow ml_op_self(Proc *p, unsigned a, Value o, Value k)
{
    ml_set(&p->base[a + 1], &o);
    return ml_op_index(p, a, o, k);
}

enum { SETLIST_NOW = 4096 };            /* values; more are set in pieces */

/* Between two pieces the first value's register says how far it is. */
Slow ml_op_setlist(Proc *p, unsigned a, unsigned n, int64_t first)
{
    Tab *t = p->base[a].t;
    Value *values = p->base + a;
    unsigned i = n > SETLIST_NOW && values[1].tag == TAG_INFO ? (unsigned)values[1].u : 1;
    unsigned end = n - i + 1 > SETLIST_NOW ? i + SETLIST_NOW : n + 1;
    if (i == 1 && first + n > t->asize)
        ml_tab_resize(p->heap, t, (uint32_t)(first + n),
                      ml_tab_has_nodes(t) ? t->mask + 1 : 0);
    ml_tab_fill(p->heap, t, first + i, values + i, end - i);
    i = end;
    if (i <= n) {
        values[1] = (Value){ .u = i, .tag = TAG_INFO };
        p->reds -= SETLIST_NOW / 2;
        p->top = values + n + 1;
        p->pc--;                        /* the same instruction again */
        return SLOW_PAUSE;
    }
    p->top = p->base;
    return p->heap->want_gc ? ml_safe_point(p) : SLOW_OK;
}

Slow ml_op_list(Proc *p, Value *at, unsigned n)
{
    Tab *t = ml_tab_new(p->heap, n, 0);
    ml_tab_fill(p->heap, t, 1, at + 1, n);
    *at = ml_v_tab(t);
    p->top = p->base;
    return p->heap->want_gc ? ml_safe_point(p) : SLOW_OK;
}

Slow ml_op_closure(Proc *p, unsigned a, unsigned index)
{
    Fn *self = p->base[-1].f;
    Proto *pt = self->proto->protos[index];
    if (pt->closure) {
        p->base[a] = ml_v_fn(pt->closure);
        return SLOW_OK;
    }
    Fn *f = (Fn *)(void *)ml_heap_alloc(p->heap, sizeof(Fn) + pt->nups * sizeof(Value), OBJ_FN);
    f->h.a = pt->nups;
    f->h.id = ml_heap_id(p->heap);
    f->proto = pt;
    for (unsigned i = 0; i < pt->nups; i++) {
        const UpDesc *u = &pt->head.ups[i];
        ml_set(&f->up[i], u->from_reg ? &p->base[u->index] : &self->up[u->index]);
    }
    p->base[a] = ml_v_fn(f);
    p->top = p->base;
    return p->heap->want_gc ? ml_safe_point(p) : SLOW_OK;
}

/* --- arithmetic --- */

/* A number, or the number a string spells. */
static bool to_number(Value v, Value *out)
{
    if (ml_is_number(v)) {
        *out = v;
        return true;
    }
    return v.tag == TAG_STR && ml_num_parse(ml_str_data(v.s), v.s->len, out);
}

bool ml_to_int(Value v, int64_t *out)
{
    Value n;
    if (v.tag == TAG_INT) {
        *out = v.i;
        return true;
    }
    if (!to_number(v, &n))
        return false;
    if (n.tag == TAG_INT) {
        *out = n.i;
        return true;
    }
    return ml_float_to_int(n.n, out);
}

bool ml_to_num(Value v, double *out)
{
    Value n;
    if (!to_number(v, &n))
        return false;
    *out = n.tag == TAG_INT ? (double)n.i : n.n;
    return true;
}

static double as_float(Value v) { return v.tag == TAG_INT ? (double)v.i : v.n; }

static Value float_op(Mm mm, double x, double y)
{
    switch ((int)mm) {
    case MM_ADD:  return ml_v_float(x + y);
    case MM_SUB:  return ml_v_float(x - y);
    case MM_MUL:  return ml_v_float(x * y);
    case MM_DIV:  return ml_v_float(x / y);
    case MM_MOD:  return ml_v_float(ml_float_mod(x, y));
    case MM_POW:  return ml_v_float(ml_float_pow(x, y));
    default:      return ml_v_float(floor(x / y));      /* MM_IDIV */
    }
}

static Value int_op(Mm mm, int64_t x, int64_t y)
{
    switch ((int)mm) {
    case MM_ADD:  return ml_v_int(ml_int_add(x, y));
    case MM_SUB:  return ml_v_int(ml_int_sub(x, y));
    case MM_MUL:  return ml_v_int(ml_int_mul(x, y));
    case MM_MOD:  return ml_v_int(ml_int_mod(x, y));
    case MM_IDIV: return ml_v_int(ml_int_idiv(x, y));
    case MM_BAND: return ml_v_int(x & y);
    case MM_BOR:  return ml_v_int(x | y);
    case MM_BXOR: return ml_v_int(x ^ y);
    case MM_SHL:  return ml_v_int(ml_int_shl(x, y));
    default:      return ml_v_int(ml_int_shl(x, ml_int_sub(0, y)));  /* MM_SHR */
    }
}

static bool is_bitwise(Mm mm) { return mm >= MM_BAND && mm <= MM_SHR; }

static Slow arith_mm(Proc *p, Mm mm, Value x, Value y)
{
    Value f = ml_metamethod(p, x, mm);
    if (ml_is_nil(f))
        f = ml_metamethod(p, y, mm);
    if (ml_is_nil(f))
        return ml_err_arith(p, mm, x, y);
    return ml_call_mm(p, INFO_RESULT, 0, f, 2, x, y, ml_v_nil());
}

Slow ml_op_arith(Proc *p, unsigned a, Mm mm, Value x, Value y)
{
    Value nx, ny;
    int64_t ix, iy;
    if (!to_number(x, &nx) || !to_number(y, &ny))
        return arith_mm(p, mm, x, y);
    if (is_bitwise(mm)) {
        if (x.tag == TAG_STR || y.tag == TAG_STR)       /* only arithmetic reads numerals */
            return arith_mm(p, mm, x, y);
        if (!ml_to_int(nx, &ix) || !ml_to_int(ny, &iy))
            return arith_mm(p, mm, x, y);
        return set_result(p, a, int_op(mm, ix, iy));
    }
    if (nx.tag == TAG_INT && ny.tag == TAG_INT && mm != MM_DIV && mm != MM_POW) {
        if (ny.i == 0 && mm == MM_MOD)
            return ml_err(p, "attempt to perform 'n%%0'");
        if (ny.i == 0 && mm == MM_IDIV)
            return ml_err(p, "attempt to divide by zero");
        return set_result(p, a, int_op(mm, nx.i, ny.i));
    }
    return set_result(p, a, float_op(mm, as_float(nx), as_float(ny)));
}

Slow ml_op_unm(Proc *p, unsigned a, Value x)
{
    Value n;
    if (!to_number(x, &n))
        return arith_mm(p, MM_UNM, x, x);
    return set_result(p, a, n.tag == TAG_INT ? ml_v_int(ml_int_sub(0, n.i)) : ml_v_float(-n.n));
}

Slow ml_op_bnot(Proc *p, unsigned a, Value x)
{
    int64_t i;
    if (x.tag == TAG_STR || !ml_to_int(x, &i))
        return arith_mm(p, MM_BNOT, x, x);
    return set_result(p, a, ml_v_int(~i));
}

Slow ml_op_len(Proc *p, unsigned a, Value x)
{
    if (x.tag == TAG_STR)
        return set_result(p, a, ml_v_int((int64_t)x.s->len));
    Value f = ml_metamethod(p, x, MM_LEN);
    if (!ml_is_nil(f))
        return ml_call_mm(p, INFO_RESULT, 0, f, 2, x, x, ml_v_nil());
    if (x.tag == TAG_TAB)
        return set_result(p, a, ml_v_int(ml_tab_len(p->heap, ml_rtab(p, x.t))));
    return ml_err_unary(p, "get length of", x);
}

/* --- concatenation --- */

static bool is_text(Value v) { return v.tag == TAG_STR || ml_is_number(v); }

/* Joins r[0..n-1], all text, the last of `left` operands, into r[0]; or has
 * it done. */
static Slow join(Proc *p, Value *r, unsigned n, unsigned left)
{
    char num[NUM_TEXT], *to;
    size_t total = 0;
    for (unsigned i = 0; i < n; i++) {
        size_t len = r[i].tag == TAG_STR ? r[i].s->len : ml_num_fmt(num, r[i]);
        if (__builtin_add_overflow(total, len, &total))
            return ml_err(p, "string length overflow");
    }
    if (total >= STR_LONG && !ml_heap_may(p->heap, total))
        return ml_err(p, "not enough memory");
    if (total >= LONG_NOW)
        return ml_op_long_join(p, r, n, left);
    p->reds -= (int64_t)(total >> 6);
    Str *s = ml_str_room(p->heap, total, &to);
    for (unsigned i = 0; i < n; i++) {
        if (r[i].tag == TAG_STR) {
            memcpy(to, ml_str_data(r[i].s), r[i].s->len);
            to += r[i].s->len;
        } else {
            size_t len = ml_num_fmt(num, r[i]);
            memcpy(to, num, len);
            to += len;
        }
    }
    r[0] = ml_v_str(s);
    return SLOW_OK;
}

/* Joins from the right as far as the operands are text; then a metamethod is
 * asked for the last two. n: operands left in R[b]... */
Slow ml_op_concat(Proc *p, unsigned a, unsigned b, unsigned n)
{
    Value *r = p->base + b;
    while (n > 1) {
        unsigned k = 0;
        while (k < n && is_text(r[n - 1 - k]))
            k++;
        if (k >= 2) {
            Slow s = join(p, r + n - k, k, n);
            if (s != SLOW_OK)
                return s;
            n -= k - 1;
            continue;
        }
        Value x = r[n - 2], y = r[n - 1];
        Value f = ml_metamethod(p, x, MM_CONCAT);
        if (ml_is_nil(f))
            f = ml_metamethod(p, y, MM_CONCAT);
        if (ml_is_nil(f))
            return ml_err_concat(p, x, y);
        return ml_call_mm(p, INFO_CONCAT, n, f, 2, x, y, ml_v_nil());
    }
    ml_set(&p->base[a], r);
    p->top = p->base;
    return p->heap->want_gc ? ml_safe_point(p) : SLOW_OK;
}

/* Long texts that do not fit, but may once garbage has gone: the instruction is
 * done again. */
static bool collects(Proc *p, const Value *r, unsigned n)
{
    size_t total = 0;
    for (unsigned i = 0; i < n; i++)
        total += r[i].tag == TAG_STR ? r[i].s->len : 0;
    return total >= STR_LONG && !ml_heap_fits(p->heap, total) && ml_quota_retry(p->heap, total);
}

Slow ml_op_concat_first(Proc *p, unsigned a, unsigned b, unsigned n)
{
    if (p->heap->quota && collects(p, p->base + b, n)) {
        p->pc--;
        p->top = ml_frame_end(p);
        return SLOW_PAUSE;
    }
    return ml_op_concat(p, a, b, n);
}

/* --- comparison --- */

bool ml_jump_taken(unsigned op, bool result)
{
    switch (op) {
    case OP_JNE: case OP_JNLT: case OP_JNLE: case OP_JNEI: case OP_JNLTI:
    case OP_JNLEI: case OP_JNGTI: case OP_JNGEI: case OP_MEQ:
        return !result;
    default:
        return result;
    }
}

static Slow jump_on(Proc *p, bool result)
{
    if (ml_jump_taken(p->pc[-1].op, result))
        p->pc += p->pc[-1].d;
    return SLOW_OK;
}

Slow ml_op_eq(Proc *p, Value x, Value y)
{
    if (ml_equal_is_long(x, y))
        return ml_op_long_equal(p, x, y);
    if (ml_raw_equal(x, y) || x.tag != y.tag || (x.tag != TAG_TAB && x.tag != TAG_UDATA))
        return jump_on(p, ml_raw_equal(x, y));
    Value f = ml_metamethod(p, x, MM_EQ);
    if (ml_is_nil(f))
        f = ml_metamethod(p, y, MM_EQ);
    if (ml_is_nil(f))
        return jump_on(p, false);
    return ml_call_mm(p, INFO_TEST, 0, f, 2, x, y, ml_v_nil());
}

static bool num_less(Value x, Value y)
{
    if (x.tag == TAG_INT)
        return y.tag == TAG_INT ? x.i < y.i : ml_int_lt_float(x.i, y.n);
    return y.tag == TAG_INT ? ml_float_lt_int(x.n, y.i) : x.n < y.n;
}

static bool num_lesseq(Value x, Value y)
{
    if (x.tag == TAG_INT)
        return y.tag == TAG_INT ? x.i <= y.i : ml_int_le_float(x.i, y.n);
    return y.tag == TAG_INT ? ml_float_le_int(x.n, y.i) : x.n <= y.n;
}

static int ref_cmp(Value x, Value y)
{
    if (x.tag != y.tag)
        return x.tag < y.tag ? -1 : 1;
    return x.u < y.u ? -1 : x.u > y.u;
}

static Value either_mm(Proc *p, Mm mm, Value x, Value y)
{
    Value f = ml_metamethod(p, x, mm);
    return ml_is_nil(f) ? ml_metamethod(p, y, mm) : f;
}

/* Where there is no __le, x <= y is not (y < x): the usual builds of stock Lua
 * have kept that, and with it the programs that define __lt alone. */
static Slow order_mm(Proc *p, Mm mm, Value x, Value y)
{
    Value f = either_mm(p, mm, x, y);
    if (!ml_is_nil(f))
        return ml_call_mm(p, INFO_TEST, 0, f, 2, x, y, ml_v_nil());
    if (mm == MM_LE)
        f = either_mm(p, MM_LT, y, x);
    if (ml_is_nil(f))
        return ml_err_compare(p, x, y);
    return ml_call_mm(p, INFO_TEST, 1, f, 2, y, x, ml_v_nil());
}

Slow ml_op_less(Proc *p, Value x, Value y)
{
    if (ml_is_number(x) && ml_is_number(y))
        return jump_on(p, num_less(x, y));
    if (x.tag == TAG_STR && y.tag == TAG_STR)
        return ml_is_long(x.s) && ml_is_long(y.s) ? ml_op_long_order(p, MM_LT, x, y)
                                                  : jump_on(p, ml_str_cmp(x.s, y.s) < 0);
    if ((ml_is_pid(x) && ml_is_pid(y)) || (ml_is_ref(x) && ml_is_ref(y)))
        return jump_on(p, ref_cmp(x, y) < 0);
    return order_mm(p, MM_LT, x, y);
}

Slow ml_op_lesseq(Proc *p, Value x, Value y)
{
    if (ml_is_number(x) && ml_is_number(y))
        return jump_on(p, num_lesseq(x, y));
    if (x.tag == TAG_STR && y.tag == TAG_STR)
        return ml_is_long(x.s) && ml_is_long(y.s) ? ml_op_long_order(p, MM_LE, x, y)
                                                  : jump_on(p, ml_str_cmp(x.s, y.s) <= 0);
    if ((ml_is_pid(x) && ml_is_pid(y)) || (ml_is_ref(x) && ml_is_ref(y)))
        return jump_on(p, ref_cmp(x, y) <= 0);
    return order_mm(p, MM_LE, x, y);
}

/* --- numeric for --- */

/* The integer limit of a loop; true: the loop does not run. As stock Lua. */
static Slow int_limit(Proc *p, Value lim, int64_t init, int64_t step, int64_t *out, bool *skip)
{
    double d;
    *skip = false;
    if (lim.tag == TAG_INT) {
        *out = lim.i;
    } else if (lim.tag == TAG_FLOAT) {
        d = lim.n;
        if (isnan(d)) {
            *skip = true;
            return SLOW_OK;
        }
        double f = step < 0 ? ceil(d) : floor(d);
        if (!ml_float_to_int(f, out)) {
            if (d > 0) {
                if (step < 0)
                    *skip = true;
                *out = INT64_MAX;
            } else {
                if (step > 0)
                    *skip = true;
                *out = INT64_MIN;
            }
        }
    } else {
        return ml_err_for(p, "limit", lim);
    }
    if (!*skip)
        *skip = step > 0 ? init > *out : init < *out;
    return SLOW_OK;
}

Slow ml_op_forprep(Proc *p, Instr i)
{
    Value *r = p->base + i.a;
    if (r[0].tag == TAG_INT && r[2].tag == TAG_INT) {
        int64_t init = r[0].i, step = r[2].i, limit = 0;
        bool skip;
        to_number(r[1], &r[1]);
        if (step == 0)
            return ml_err(p, "'for' step is zero");
        Slow s = int_limit(p, r[1], init, step, &limit, &skip);
        if (s != SLOW_OK)
            return s;
        if (skip) {
            p->pc += i.d;
            return SLOW_OK;
        }
        uint64_t count = step > 0 ? ((uint64_t)limit - (uint64_t)init) / (uint64_t)step
                                  : ((uint64_t)init - (uint64_t)limit) / (0 - (uint64_t)step);
        r[1] = ml_v_int((int64_t)count);
        ml_set(r + 3, r);
        return SLOW_OK;
    }
    if (!to_number(r[1], &r[1]))
        return ml_err_for(p, "limit", r[1]);
    if (!to_number(r[2], &r[2]))
        return ml_err_for(p, "step", r[2]);
    if (!to_number(r[0], &r[0]))
        return ml_err_for(p, "initial", r[0]);
    double init = as_float(r[0]), limit = as_float(r[1]), step = as_float(r[2]);
    if (step == 0)
        return ml_err(p, "'for' step is zero");
    if (step > 0 ? limit < init : init < limit) {
        p->pc += i.d;
        return SLOW_OK;
    }
    r[0] = r[3] = ml_v_float(init);
    r[1] = ml_v_float(limit);
    r[2] = ml_v_float(step);
    return SLOW_OK;
}
