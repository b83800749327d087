/*
 * interp.c - the interpreter: one function that runs a process until its
 * slice is used up, it must wait, or it ends.
 *
 * It is entered and left with the process' whole state in the Proc: pc, base,
 * top. Nothing of the running program ever lies on the C stack, so a process
 * can be left at any call, backward jump or native function, and killed.
 *
 *   pc     the next instruction; constants are found relative to it
 *   base   R[0] of the running function; base[-1] is its function slot
 *   top    end of the values of the last open call or vararg
 *
 * Registers are reached through base on every access, because a call, a
 * collection or a growing stack moves them. Slow halves are in slow.c, call.c
 * and recv.c; they change p->pc and p->base and say how to go on.
 */
#include <math.h>

#include "vm/base/check.h"
#include "vm/data/num.h"
#include "vm/data/old.h"
#include "vm/proc/signal.h"
#include "vm/proc/trace.h"
#include "vm/run/field.h"
#include "vm/run/interp.h"
#include "vm/run/long.h"
#include "vm/run/overlay.h"
#include "vm/run/rebind.h"
#include "vm/run/slow.h"
#include "vm/run/stretch.h"
#include "vm/run/trial.h"
#include "vm/proc/vm.h"

/* Operands are read where they lie: a byte from memory costs less than taking it
 * out of a word that needs a register. */
#define OPA (pc[-1].a)
#define OPB (pc[-1].b)
#define OPC (pc[-1].c)
#define OPBC ((int16_t)ml_instr_bc(pc[-1]))
#define OPUBC ((uint16_t)ml_instr_bc(pc[-1]))
#define OPD (pc[-1].d)
#define RA (base + OPA)
#define RB (base + OPB)
#define RC (base + OPC)
#define KD ((const Value *)(const void *)((const char *)(pc - 1) + (int64_t)OPD * 8))

#define NEXT                                                                   \
    do {                                                                       \
        goto *lab[(pc++)->op];                                                 \
    } while (0)
#define L(name) L_##name

/* What an instruction does in one go, for --enable-stretch. */
#define OP_NAME ml_op_names[pc[-1].op]
#define TIMED(expr) STRETCH(p->vm, OP_NAME, expr)
#define TIMED_DO(call) STRETCH_DO(p->vm, OP_NAME, call)

/* Moving many arguments or results is charged, 512 bytes as one reduction. */
enum { VALUES_PER_RED = 32 };

/* Before all that may raise, call, collect or ask for memory. */
#define SYNC() (p->pc = pc, p->base = base)
#define GO(expr)                                                               \
    do {                                                                       \
        SYNC();                                                                \
        s = STRETCH(p->vm, OP_NAME, expr);                                     \
        base = p->base;                                                        \
        pc = p->pc;                                                            \
        if (ML_UNLIKELY(s != SLOW_OK))                                         \
            goto slow_end;                                                     \
        NEXT;                                                                  \
    } while (0)
#define SAFE_POINT()                                                           \
    do {                                                                       \
        if (ML_UNLIKELY(h->want_gc)) {                                         \
            p->top = base;                                                     \
            GO(ml_safe_point(p));                                              \
        }                                                                      \
    } while (0)
#define JUMP() (pc += OPD)
#define SET_INT(r, x)   do { Value *r_ = (r); r_->i = (x); r_->tag = TAG_INT; } while (0)
#define SET_FLOAT(r, x) do { Value *r_ = (r); r_->n = (x); r_->tag = TAG_FLOAT; } while (0)
#define BOTH(x, y, t) ((x)->tag == (t) && (y)->tag == (t))

static inline bool to_float(const Value *v, double *d)
{
    if (v->tag == TAG_FLOAT)
        *d = v->n;
    else if (v->tag == TAG_INT)
        *d = (double)v->i;
    else
        return false;
    return true;
}

enum { FEW = 32 };              /* values that are stored at once */

RunEnd ml_interp(Proc *p)
{
    static const void *const labels[256] = {
#define X(name, fmt) [OP_##name] = &&L_##name,
        ML_OPS(X)
#undef X
    };
    const Instr *pc = p->pc, *ret;
    Value *base = p->base, *top = p->top, *f, *src;
    Heap *const h = p->heap;
    Slow s;
    int n, want;
    Nat nat;
    const NativeDef *native;
    const void *const *lab = labels;

    __asm__("" : "+r"(lab));        /* stays in a register, or each jump would compute it */
    nat.p = p;
    nat.h = h;
    if (ML_UNLIKELY(p->own->raise)) {
        p->own->raise = p->own->paused = false;
        goto do_throw;
    }
    if (ML_UNLIKELY(p->own->paused)) {
        s = ml_safe_point_over(p);
        goto slow_end;
    }
    NEXT;

    /* --- loads --- */
    L(MOVE): { ml_set(RA, RB); NEXT; }
    L(LOADNIL): {
        Value *r = RA;
        r->tag = TAG_NIL, r->u = 0;
        for (n = OPB; ML_UNLIKELY(n > 0); n--)
            r[n].tag = TAG_NIL, r[n].u = 0;
        NEXT;
    }
    L(LOADFALSE): { RA->u = 0; RA->tag = TAG_FALSE; NEXT; }
    L(LOADTRUE):  { RA->u = 0; RA->tag = TAG_TRUE; NEXT; }
    L(LOADI):     { SET_INT(RA, OPD); NEXT; }
    L(LOADF):     { SET_FLOAT(RA, (double)OPD); NEXT; }
    L(LOADK):     { ml_set(RA, KD); NEXT; }
    L(GETUP):     { ml_set(RA, &base[-1].f->up[OPB]); NEXT; }
    L(GETSELF):   { RA->p = base[-1].p; RA->tag = TAG_FN; NEXT; }
    L(NEWBOX): {
        SYNC();
        Box *b = (Box *)(void *)ml_heap_alloc(h, sizeof(Box), OBJ_BOX);
        ml_set(&b->v, RA);
        RA->b = b;
        RA->tag = TAG_BOX;
        SAFE_POINT();
        NEXT;
    }
    L(GETBOX):    { ml_set(RA, &RB->b->v); NEXT; }
    L(SETBOX): {
        Box *b = RA->b;
        ml_set(&b->v, RB);
        ml_old_wrote(h, &b->h);
        NEXT;
    }
    L(GETUPBOX): {
        Box *b = base[-1].f->up[OPB].b;
        if (ML_UNLIKELY(b->h.flags & OF_SHARED) && p->own->overlays)
            b = ml_rbox(p, b);
        ml_set(RA, &b->v);
        NEXT;
    }
    L(SETUPBOX): {
        Box *b = base[-1].f->up[OPA].b;
        if (ML_UNLIKELY(b->h.flags & OF_SHARED)) {
            SYNC();
            b = ml_wbox(p, b);
        }
        ml_set(&b->v, RB);
        ml_old_wrote(h, &b->h);
        NEXT;
    }
    L(CLOSURE):   GO(ml_op_closure(p, OPA, (unsigned)OPD));
    L(GETCELL):   { ml_set(RA, &base[-1].f->up[OPD].b->v); NEXT; }
    L(SETCELL): {
        Box *b = base[-1].f->up[OPD].b;
        ml_set(&b->v, RA);
        ml_old_wrote(h, &b->h);
        NEXT;
    }
    L(GETCELLF): {
        Value o = base[-1].f->up[OPB].b->v;
        if (ML_LIKELY(o.tag == TAG_TAB)) {
            Tab *t = o.t;
            OVERLAY(t);
            const Value *v = ml_field(h, t, KD->s);
            if (ML_LIKELY(!ml_is_nil(*v)) || !t->meta) {
                ml_set(RA, v);
                NEXT;
            }
        }
        GO(ml_op_index(p, OPA, o, *KD));
    }
    L(SETCELLF):  GO(ml_op_setindex(p, base[-1].f->up[OPB].b->v, *KD, *RA));
    L(NESTED):    GO(ml_op_nested(p, OPA, (unsigned)OPD));

    /* --- tables --- */
    L(GETGLOBAL): {
        const Value *v = ml_field(h, p->globals, KD->s);
        if (ML_LIKELY(!ml_is_nil(*v)) || !p->globals->meta) {
            ml_set(RA, v);
            NEXT;
        }
        GO(ml_op_index(p, OPA, ml_v_tab(p->globals), *KD));
    }
    L(SETGLOBAL): {
        Tab *t = p->globals;
        Str *k = KD->s;
        if (ML_LIKELY(!(t->h.flags & OF_SHARED))) {
            Node *nd = &t->node[k->h.id & t->mask];
            if (nd->key.s == k && nd->key.tag == TAG_STR && !ml_is_nil(nd->val)) {
                ml_set(&nd->val, RA);
                ml_old_stored(h, t, &nd->val);
                NEXT;
            }
        }
        GO(ml_op_setindex(p, ml_v_tab(t), *KD, *RA));
    }
    L(GETFIELD): {
        const Value *o = RB;
        if (ML_LIKELY(o->tag == TAG_TAB)) {
            Tab *t = o->t;
            OVERLAY(t);
            const Value *v = ml_field(h, t, KD->s);
            if (ML_LIKELY(!ml_is_nil(*v)) || !t->meta || (v = ml_field_inherited(p, t->meta, KD->s))) {
                ml_set(RA, v);
                NEXT;
            }
        }
        GO(ml_op_index(p, OPA, *o, *KD));
    }
    L(GETINDEX): {
        const Value *o = RB, *k = RC;
        if (ML_LIKELY(o->tag == TAG_TAB)) {
            Tab *t = o->t;
            const Value *v;
            OVERLAY(t);
            if (ML_LIKELY(k->tag == TAG_INT && k->u - 1 < t->asize)) {
                v = &t->arr[k->u - 1];
            } else {
                if (k->tag == TAG_STR && ML_UNLIKELY(ml_is_long(k->s)))
                    GO(ml_op_index(p, OPA, *o, *k));
                v = TIMED(k->tag == TAG_STR ? ml_tab_getstr(h, t, k->s) : ml_tab_get(h, t, *k));
            }
            if (ML_LIKELY(!ml_is_nil(*v)) || !t->meta) {
                ml_set(RA, v);
                NEXT;
            }
        }
        GO(ml_op_index(p, OPA, *o, *k));
    }
    L(GETI): {
        const Value *o = RB;
        if (ML_LIKELY(o->tag == TAG_TAB)) {
            Tab *t = o->t;
            OVERLAY(t);
            const Value *v = ML_LIKELY((uint32_t)OPD - 1 < t->asize) ? &t->arr[OPD - 1] : ml_tab_getint(h, t, OPD);
            if (ML_LIKELY(!ml_is_nil(*v)) || !t->meta) {
                ml_set(RA, v);
                NEXT;
            }
        }
        GO(ml_op_index(p, OPA, *o, ml_v_int(OPD)));
    }
    L(SETFIELD): {
        const Value *o = RA;
        if (ML_LIKELY(o->tag == TAG_TAB && !(o->t->h.flags & OF_SHARED))) {
            Tab *t = o->t;
            Value *at = ml_field_to_set(t, KD->s);
            if (ML_LIKELY(at != NULL)) {
                ml_set(at, RB);
                ml_old_stored(h, t, at);
                NEXT;
            }
            if (!t->meta && t != p->globals) {
                Str *k = KD->s;
                Node *nd = &t->node[k->h.id & t->mask];
                if (nd->key.tag == TAG_NIL && (k->h.flags & OF_SYMBOL) && ML_LIKELY(!h->split)) {
                    /* a place that was never used: the key is nowhere */
                    if (ml_is_nil(*RB))
                        NEXT;
                    if (ml_tab_has_nodes(t)) {
                        t->h.a = 0;
                        nd->key.s = k;
                        nd->key.tag = TAG_STR;
                        nd->hash = k->h.id;
                        ml_set(&nd->val, RB);
                        ml_old_inserted(h, t, nd);
                        NEXT;
                    }
                }
                SYNC();
                TIMED_DO(ml_tab_setstr(h, t, k, *RB));
                SAFE_POINT();
                NEXT;
            }
        }
        GO(ml_op_setindex(p, *o, *KD, *RB));
    }
    L(SETINDEX): {
        const Value *o = RA, *k = RB;
        if (ML_LIKELY(o->tag == TAG_TAB && !(o->t->h.flags & OF_SHARED))) {
            Tab *t = o->t;
            if (ML_LIKELY(k->tag == TAG_INT)) {
                if (ML_LIKELY(k->u - 1 < t->asize) && (!t->meta || !ml_is_nil(t->arr[k->u - 1]))) {
                    Value *at = &t->arr[k->u - 1];
                    ml_set(at, RC);
                    ml_old_stored(h, t, at);
                    NEXT;
                }
                if (!t->meta) {
                    SYNC();
                    TIMED_DO(ml_tab_setint(h, t, k->i, *RC));
                    SAFE_POINT();
                    NEXT;
                }
            } else if (k->tag == TAG_STR && !t->meta && ML_LIKELY(!ml_is_long(k->s))) {
                SYNC();
                TIMED_DO(ml_tab_setstr(h, t, k->s, *RC));
                SAFE_POINT();
                NEXT;
            }
        }
        GO(ml_op_setindex(p, *o, *k, *RC));
    }
    L(SETI): {
        const Value *o = RA;
        if (ML_LIKELY(o->tag == TAG_TAB && !(o->t->h.flags & OF_SHARED))) {
            Tab *t = o->t;
            if (ML_LIKELY((uint32_t)OPD - 1 < t->asize) && (!t->meta || !ml_is_nil(t->arr[OPD - 1]))) {
                ml_set(&t->arr[OPD - 1], RB);
                ml_old_stored(h, t, &t->arr[OPD - 1]);
                NEXT;
            }
        }
        GO(ml_op_setindex(p, *o, ml_v_int(OPD), *RB));
    }
    L(SELF): {
        Value o = *RB;
        const Value *v = NULL;
        if (ML_LIKELY(o.tag == TAG_TAB)) {
            Tab *t = o.t;
            OVERLAY(t);
            v = ml_field(h, t, KD->s);
            if (ml_is_nil(*v) && t->meta)
                v = ml_field_inherited(p, t->meta, KD->s);
        } else if (o.tag == TAG_STR && !p->own->basics) {
            v = ml_field_of_strings(p, KD->s);
        }
        if (ML_LIKELY(v && !ml_is_nil(*v))) {
            Value *r = RA;
            ml_set(r, v);
            ml_set(r + 1, &o);
            NEXT;
        }
        GO(ml_op_self(p, OPA, o, *KD));
    }
    L(NEWTABLE): {
        SYNC();
        Tab *t = TIMED(ml_tab_new(h, (uint32_t)OPD, OPUBC));
        RA->t = t;
        RA->tag = TAG_TAB;
        SAFE_POINT();
        NEXT;
    }
    L(SETLIST): {
        n = OPB ? OPB : (int)(top - RA - 1);
        Tab *t = RA->t;
        if (ML_LIKELY(n <= FEW && (uint64_t)(OPD + n) <= t->asize && !ml_old_minds(&t->h))) {
            Value *to = t->arr + OPD;
            for (int i = 0; i < n; i++)
                ml_set(to + i, RA + 1 + i);
            NEXT;
        }
        GO(ml_op_setlist(p, OPA, (unsigned)n, OPD));
    }

    /* --- arithmetic --- */
    /* What comes first is what is met most: integers where both are registers, but
     * floats in products, and where a constant is one (integers have ADDI). */
#define INT_CASE(x, y, iop)                                                    \
    if (ML_LIKELY(BOTH(x, y, TAG_INT))) {                                      \
        SET_INT(RA, iop((x)->i, (y)->i));                                      \
        NEXT;                                                                  \
    }
#define FLOAT_CASE(x, y, fop)                                                  \
    if (ML_LIKELY(BOTH(x, y, TAG_FLOAT))) {                                    \
        SET_FLOAT(RA, fop((x)->n, (y)->n));                                    \
        NEXT;                                                                  \
    }
#define ARITH_REST(x, y, fop, slow_call)                                       \
    double fx, fy;                                                             \
    if (to_float(x, &fx) && to_float(y, &fy)) {                                \
        SET_FLOAT(RA, fop(fx, fy));                                            \
        NEXT;                                                                  \
    }                                                                          \
    GO(slow_call)
#define ARITH(name, y_, iop, fop, slow_call)                                   \
    L(name): {                                                                 \
        const Value *x = RB, *y = (y_);                                        \
        INT_CASE(x, y, iop)                                                    \
        FLOAT_CASE(x, y, fop)                                                  \
        ARITH_REST(x, y, fop, slow_call);                                      \
    }
#define ARITH_FLOAT(name, y_, iop, fop, slow_call)                             \
    L(name): {                                                                 \
        const Value *x = RB, *y = (y_);                                        \
        FLOAT_CASE(x, y, fop)                                                  \
        INT_CASE(x, y, iop)                                                    \
        ARITH_REST(x, y, fop, slow_call);                                      \
    }
#define FADD(x, y) ((x) + (y))
#define FSUB(x, y) ((x) - (y))
#define FMUL(x, y) ((x) * (y))
#define FDIV(x, y) ((x) / (y))
#define FIDIV(x, y) floor((x) / (y))
    ARITH(ADD, RC, ml_int_add, FADD, ml_op_arith(p, OPA, MM_ADD, *x, *y))
    ARITH(SUB, RC, ml_int_sub, FSUB, ml_op_arith(p, OPA, MM_SUB, *x, *y))
    ARITH_FLOAT(MUL, RC, ml_int_mul, FMUL, ml_op_arith(p, OPA, MM_MUL, *x, *y))
    /* OPC: the constant stood on the left, and metamethods get it there */
    ARITH_FLOAT(ADDK, KD, ml_int_add, FADD, ml_op_arith(p, OPA, MM_ADD, OPC ? *y : *x, OPC ? *x : *y))
    ARITH_FLOAT(SUBK, KD, ml_int_sub, FSUB, ml_op_arith(p, OPA, MM_SUB, *x, *y))
    ARITH_FLOAT(MULK, KD, ml_int_mul, FMUL, ml_op_arith(p, OPA, MM_MUL, OPC ? *y : *x, OPC ? *x : *y))

    /* Integer division and remainder: not by zero. */
#define ARITHZ(name, mm, y_, iop, fop)                                         \
    L(name): {                                                                 \
        const Value *x = RB, *y = (y_);                                        \
        double fx, fy;                                                         \
        if (BOTH(x, y, TAG_INT) && ML_LIKELY(y->i != 0)) {                     \
            SET_INT(RA, iop(x->i, y->i));                                      \
            NEXT;                                                              \
        }                                                                      \
        if (!BOTH(x, y, TAG_INT) && to_float(x, &fx) && to_float(y, &fy)) {    \
            SET_FLOAT(RA, fop(fx, fy));                                        \
            NEXT;                                                              \
        }                                                                      \
        GO(ml_op_arith(p, OPA, mm, *x, *y));                                   \
    }
    ARITHZ(MOD, MM_MOD, RC, ml_int_mod, ml_float_mod)
    ARITHZ(IDIV, MM_IDIV, RC, ml_int_idiv, FIDIV)
    ARITHZ(MODK, MM_MOD, KD, ml_int_mod, ml_float_mod)
    ARITHZ(IDIVK, MM_IDIV, KD, ml_int_idiv, FIDIV)

#define ARITHF(name, mm, y_, fop)                                              \
    L(name): {                                                                 \
        const Value *x = RB, *y = (y_);                                        \
        double fx, fy;                                                         \
        if (ML_LIKELY(to_float(x, &fx) && to_float(y, &fy))) {                 \
            SET_FLOAT(RA, fop(fx, fy));                                        \
            NEXT;                                                              \
        }                                                                      \
        GO(ml_op_arith(p, OPA, mm, *x, *y));                                   \
    }
    ARITHF(DIV, MM_DIV, RC, FDIV)
    ARITHF(POW, MM_POW, RC, ml_float_pow)
    ARITHF(DIVK, MM_DIV, KD, FDIV)
    ARITHF(POWK, MM_POW, KD, ml_float_pow)

    L(ADDI): {
        const Value *x = RB;
        if (ML_LIKELY(x->tag == TAG_INT)) {
            SET_INT(RA, ml_int_add(x->i, OPD));
            NEXT;
        }
        if (x->tag == TAG_FLOAT) {
            SET_FLOAT(RA, x->n + (double)OPD);
            NEXT;
        }
        GO(OPC == ADDI_SUB ? ml_op_arith(p, OPA, MM_SUB, *x, ml_v_int(-(int64_t)OPD))
           : OPC == ADDI_LEFT ? ml_op_arith(p, OPA, MM_ADD, ml_v_int(OPD), *x)
                              : ml_op_arith(p, OPA, MM_ADD, *x, ml_v_int(OPD)));
    }
#define BITS(name, mm, expr)                                                   \
    L(name): {                                                                 \
        const Value *x = RB, *y = RC;                                          \
        if (ML_LIKELY(BOTH(x, y, TAG_INT))) {                                  \
            SET_INT(RA, expr);                                                 \
            NEXT;                                                              \
        }                                                                      \
        GO(ml_op_arith(p, OPA, mm, *x, *y));                                   \
    }
    BITS(BAND, MM_BAND, x->i & y->i)
    BITS(BOR, MM_BOR, x->i | y->i)
    BITS(BXOR, MM_BXOR, x->i ^ y->i)
    BITS(SHL, MM_SHL, ml_int_shl(x->i, y->i))
    BITS(SHR, MM_SHR, ml_int_shl(x->i, ml_int_sub(0, y->i)))
    L(UNM): {
        const Value *x = RB;
        if (x->tag == TAG_INT) {
            SET_INT(RA, ml_int_sub(0, x->i));
            NEXT;
        }
        if (x->tag == TAG_FLOAT) {
            SET_FLOAT(RA, -x->n);
            NEXT;
        }
        GO(ml_op_unm(p, OPA, *x));
    }
    L(NOT): {
        bool truthy = RB->tag > TAG_FALSE;
        RA->u = 0;
        RA->tag = truthy ? TAG_FALSE : TAG_TRUE;
        NEXT;
    }
    L(BNOT): {
        if (RB->tag == TAG_INT) {
            SET_INT(RA, ~RB->i);
            NEXT;
        }
        GO(ml_op_bnot(p, OPA, *RB));
    }
    L(LEN): {
        const Value *x = RB;
        if (x->tag == TAG_STR) {
            SET_INT(RA, (int64_t)x->s->len);
            NEXT;
        }
        if (x->tag == TAG_TAB && !x->t->meta && !(x->t->h.flags & OF_COW)) {
            SET_INT(RA, TIMED(ml_tab_len(h, x->t)));
            NEXT;
        }
        GO(ml_op_len(p, OPA, *x));
    }
    L(CONCAT): GO(ml_op_concat_first(p, OPA, OPB, OPC));

    /* --- jumps --- */
    L(JMP): { JUMP(); NEXT; }
    L(LOOP): {
        JUMP();
        if (ML_UNLIKELY(--p->reds < 0))
            goto give_way;
        NEXT;
    }
    L(JT): { if (RA->tag > TAG_FALSE) JUMP(); NEXT; }
    L(JF): { if (RA->tag <= TAG_FALSE) JUMP(); NEXT; }
    L(JTSET): {
        if (RB->tag > TAG_FALSE) {
            ml_set(RA, RB);
            JUMP();
        }
        NEXT;
    }
    L(JFSET): {
        if (RB->tag <= TAG_FALSE) {
            ml_set(RA, RB);
            JUMP();
        }
        NEXT;
    }
#define EQUALS(name, jump_if)                                                  \
    L(name): {                                                                 \
        const Value *x = RA, *y = RB;                                          \
        bool eq;                                                               \
        if (x->tag == y->tag && x->tag != TAG_FLOAT) {                         \
            if (x->u == y->u)                                                  \
                eq = true;                                                     \
            else if (x->tag == TAG_STR && ML_LIKELY(!ml_is_long(x->s)))        \
                eq = TIMED(ml_str_equal(x->s, y->s));                                 \
            else if (x->tag == TAG_STR || x->tag == TAG_TAB || x->tag == TAG_UDATA) \
                GO(ml_op_eq(p, *x, *y));                                       \
            else                                                               \
                eq = false;                                                    \
        } else {                                                               \
            eq = ml_raw_equal(*x, *y);                                         \
        }                                                                      \
        if (eq == (jump_if))                                                   \
            JUMP();                                                            \
        NEXT;                                                                  \
    }
    EQUALS(JEQ, true)
    EQUALS(JNE, false)
#define COMPARE(name, op, slow, jump_if)                                       \
    L(name): {                                                                 \
        const Value *x = RA, *y = RB;                                          \
        if (ML_LIKELY(BOTH(x, y, TAG_INT))) {                                  \
            if ((x->i op y->i) == (jump_if))                                   \
                JUMP();                                                        \
            NEXT;                                                              \
        }                                                                      \
        if (BOTH(x, y, TAG_FLOAT)) {                                           \
            if ((x->n op y->n) == (jump_if))                                   \
                JUMP();                                                        \
            NEXT;                                                              \
        }                                                                      \
        GO(slow(p, *x, *y));                                                   \
    }
    COMPARE(JLT, <, ml_op_less, true)
    COMPARE(JNLT, <, ml_op_less, false)
    COMPARE(JLE, <=, ml_op_lesseq, true)
    COMPARE(JNLE, <=, ml_op_lesseq, false)
    /* The next word is the JMP that belongs to the comparison. */
#define EQUALSK(name, jump_if)                                                 \
    L(name): {                                                                 \
        const Value *x = RA, *y = KD;                                          \
        bool eq = x->tag == y->tag && x->u == y->u && x->tag != TAG_FLOAT;     \
        if (!eq && x->tag == y->tag && x->tag == TAG_STR)                      \
            eq = TIMED(ml_str_equal(x->s, y->s));                                     \
        else if (!eq && (y->tag == TAG_FLOAT || x->tag == TAG_FLOAT))          \
            eq = ml_raw_equal(*x, *y);                                         \
        pc += eq == (jump_if) ? pc->d + 1 : 1;                                 \
        NEXT;                                                                  \
    }
    EQUALSK(JEQK, true)
    EQUALSK(JNEK, false)
    /* The immediate is a whole number; its lowest bit tells whether a metamethod gets
     * it as a float. */
#define IMMEDIATE(im) (OPBC & 1 ? ml_v_float((double)(im)) : ml_v_int(im))
#define COMPAREI(name, op, slow_call, jump_if)                                 \
    L(name): {                                                                 \
        const Value *x = RA;                                                   \
        int im = OPBC >> 1;                                                    \
        if (ML_LIKELY(x->tag == TAG_INT)) {                                    \
            if ((x->i op im) == (jump_if))                                     \
                JUMP();                                                        \
            NEXT;                                                              \
        }                                                                      \
        if (x->tag == TAG_FLOAT) {                                             \
            if ((x->n op (double)im) == (jump_if))                             \
                JUMP();                                                        \
            NEXT;                                                              \
        }                                                                      \
        GO(slow_call);                                                         \
    }
    COMPAREI(JEQI, ==, ml_op_eq(p, *x, IMMEDIATE(im)), true)
    COMPAREI(JNEI, ==, ml_op_eq(p, *x, IMMEDIATE(im)), false)
    COMPAREI(JLTI, <, ml_op_less(p, *x, IMMEDIATE(im)), true)
    COMPAREI(JNLTI, <, ml_op_less(p, *x, IMMEDIATE(im)), false)
    COMPAREI(JLEI, <=, ml_op_lesseq(p, *x, IMMEDIATE(im)), true)
    COMPAREI(JNLEI, <=, ml_op_lesseq(p, *x, IMMEDIATE(im)), false)
    COMPAREI(JGTI, >, ml_op_less(p, IMMEDIATE(im), *x), true)
    COMPAREI(JNGTI, >, ml_op_less(p, IMMEDIATE(im), *x), false)
    COMPAREI(JGEI, >=, ml_op_lesseq(p, IMMEDIATE(im), *x), true)
    COMPAREI(JNGEI, >=, ml_op_lesseq(p, IMMEDIATE(im), *x), false)

    /* --- loops --- */
    L(FORPREP): {
        Value *r = RA;
        if (BOTH(r, r + 1, TAG_INT) && r[2].tag == TAG_INT && r[2].i > 0) {
            if (r[0].i > r[1].i) {
                JUMP();
                NEXT;
            }
            /* count of further rounds */
            r[1].u = r[2].i == 1 ? r[1].u - r[0].u : (r[1].u - r[0].u) / r[2].u;
            ml_set(r + 3, r);
            NEXT;
        }
        GO(ml_op_forprep(p, pc[-1]));
    }
    L(FORLOOP): {
        Value *r = RA;
        if (ML_LIKELY(r->tag == TAG_INT)) {
            if (r[1].u == 0)
                NEXT;
            r[1].u--;
            r->i = ml_int_add(r->i, r[2].i);
            SET_INT(r + 3, r->i);
        } else {
            double step = r[2].n, i = r->n + step;
            if (!(step > 0 ? i <= r[1].n : r[1].n <= i))
                NEXT;
            r->n = i;
            SET_FLOAT(r + 3, i);
        }
        JUMP();
        if (ML_UNLIKELY(--p->reds < 0))
            goto give_way;
        NEXT;
    }
    L(TFORPREP): {
        const Instr i = pc[-1];
        JUMP();
        if (ML_LIKELY(base[i.a + 3].tag <= TAG_FALSE))
            NEXT;
        GO(ml_op_for_tbc(p, i.a + 3u, i.d));
    }
    L(TFORCALL): {
        Value *r = RA;
        if (r->tag == TAG_NATIVE && r->nat->fn == p->vm->next_fn && r[1].tag == TAG_TAB &&
            !((r[1].t->h.flags & OF_COW) && ml_is_overlaid(p, r[1].t)) && (r[3].tag == TAG_NIL || r[3].tag == TAG_INFO)) {
            /* pairs() over a plain table: no call; the position is kept in
             * the unused fourth slot while the loop is undisturbed */
            Value k = r[2], v = ml_v_nil();
            uint64_t before = r[3].u;
            int more = TIMED(ml_tab_next_hint(h, r[1].t, &r[3], &k, &v));
            if (ML_LIKELY(more >= 0)) {
                if (ML_UNLIKELY(r[3].u - before > 64))
                    p->reds -= TAB_SKIP / 4;
                n = OPC;
                ml_set(r + 4, &k);
                if (n > 1)
                    ml_set(r + 5, &v);
                for (; n > 2; n--)
                    r[3 + n].tag = TAG_NIL;
                if (!more)
                    r[4].tag = TAG_NIL;
                NEXT;
            }
        }
        if (r->tag == TAG_NATIVE && r->nat->fn == p->vm->ipairs_fn && r[1].tag == TAG_TAB && r[2].tag == TAG_INT &&
            !(r[1].t->h.flags & OF_COW) && r[2].u < r[1].t->asize && !ml_is_nil(r[1].t->arr[r[2].u])) {
            /* the same for ipairs(), until the end */
            SET_INT(r + 4, r[2].i + 1);
            ml_set(r + 5, &r[1].t->arr[r[2].u]);
            for (n = OPC; n > 2; n--)
                r[3 + n].tag = TAG_NIL;
            NEXT;
        }
        ml_set(r + 6, r + 2);
        ml_set(r + 5, r + 1);
        ml_set(r + 4, r);
        f = r + 4;
        n = 2;
        ret = pc;
        goto do_call;
    }
    L(TFORLOOP): {
        Value *r = RA;
        if (r[4].tag != TAG_NIL) {
            ml_set(r + 2, r + 4);
            JUMP();
            if (ML_UNLIKELY(--p->reds < 0))
                goto give_way;
        }
        NEXT;
    }

    /* --- calls --- */
    L(CALL): {
        f = RA;
        n = OPB ? OPB - 1 : (int)(top - f - 1);
        ret = pc;
    }
do_call:        /* f: function slot; n: arguments above it; ret: return address */
    if (ML_LIKELY(f->tag == TAG_FN)) {
        const Proto *pt;
        ml_slot_set_pc(f, ret);
enter_function:
        pt = f->f->proto;
        base = f + 1;
        if (ML_UNLIKELY(base + n + ml_load_relaxed(&pt->room) + 2 > p->stack_end)) {
            p->base = base;
            p->top = base + n;
            p->pc = ret;
            if (!ml_call_enter(p, (size_t)n)) {
                s = ml_err(p, "stack overflow");
                goto slow_end;
            }
            base = p->base;
            pt = base[-1].f->proto;
        }
        if (ML_UNLIKELY(pt->is_vararg)) {
            if (pt->forwards && base[-1].f->up[0].tag == TAG_NATIVE) {
                const Value *up = base[-1].f->up;
                for (int i = n++; i > 0; i--)
                    ml_set(base + i, base + i - 1);
                ml_set(base, &up[1]);
                f = base - 1;
                ret = ml_slot_pc(f);
                ml_set(f, &up[0]);
                goto do_call;
            }
            Value *info = base + n, *r = info + 2;
            *info = ml_info(INFO_VARARG, 0, (uint32_t)n, (uint32_t)n + 2, NULL);
            info[1].f = base[-1].f;
            info[1].tag = TAG_FN;
            ml_slot_set_pc(info + 1, ml_var_code + 1);
            for (int i = 0; i < pt->nparams; i++) {
                if (i < n)
                    ml_set(r + i, base + i);
                else
                    r[i].tag = TAG_NIL, r[i].u = 0;
            }
            base = r;
        } else {
            for (; n < pt->nparams; n++)
                base[n].tag = TAG_NIL, base[n].u = 0;
        }
        pc = pt->code;
        if (ML_UNLIKELY(--p->reds < 0))
            goto give_way;
        NEXT;
    }
    if (ML_LIKELY(f->tag == TAG_NATIVE)) {
        const Instr *ci = ret - 1;
        if (f->nat->quick && ci->op == OP_CALL && ML_LIKELY(!p->own->trial)) {
            base = p->base = f - ci->a;
            p->pc = ret;
            want = STRETCH(p->vm, f->nat->name, f->nat->quick(p, h, f, n));
            if (ML_LIKELY(want != NAT_USUAL)) {
                pc = ret;
                p->reds--;
                if (ci->c == 0)
                    top = f + want;
                else
                    for (; want < ci->c - 1; want++)
                        f[want].tag = TAG_NIL, f[want].u = 0;
                if (ML_UNLIKELY(h->want_gc)) {
                    p->top = ci->c == 0 ? top : base;
                    s = ml_safe_point(p);
                    goto slow_end;
                }
                NEXT;
            }
        }
        ml_slot_set_pc(f, ret);
        if (f->nat->swap && ML_LIKELY(!p->own->trial)) {
            Swap swap = STRETCH(p->vm, f->nat->name, f->nat->swap(p, f, n));
            if (ML_LIKELY(swap != SWAP_USUAL)) {
                p->reds--;
                base = p->base;
                n = p->own->ncall;
                if (swap == SWAP_CALL) {
                    f = p->own->callf;
                    ret = ml_coboot_code + 1;
                    goto do_call;
                }
                f = base - 1;
                src = p->own->callf;
                goto do_return;
            }
        }
        nat.base = f + 1;
        nat.top = nat.base + n;
        nat.nargs = n;
        nat.step = 0;
        nat.nret = 0;
        nat.caught = false;
        p->reds--;
        if (ML_UNLIKELY(p->own->trial) && !ml_trial_allows(p, f->nat)) {
            p->base = base;
            return RUN_EXIT;
        }
        if (ML_UNLIKELY(nat.top > p->stack_end)) {
            p->base = nat.base;
            p->top = nat.top;
            if (!ml_proc_grow(p, ML_NAT_FREE)) {
                s = ml_err(p, "stack overflow");
                goto slow_end;
            }
            nat.base = p->base;
            nat.top = p->top;
        }
        goto run_native;
    }
    p->base = base;
    p->pc = ret;
    s = ml_call_meta(p, f, n);
    if (s == SLOW_OK) {         /* __call is in front, one argument more */
        f = p->own->callf;
        n = p->own->ncall;
        goto do_call;
    }
    goto slow_end;

    L(TAILCALL): {
        Value *fn = RA, *to;
        n = OPB ? OPB - 1 : (int)(top - fn - 1);
        while (ML_UNLIKELY(fn->tag != TAG_FN && fn->tag != TAG_NATIVE)) {
            SYNC();
            s = ml_call_meta(p, fn, n);
            base = p->base;
            if (s != SLOW_OK)
                goto slow_end;
            fn = p->own->callf;
            n = p->own->ncall;
        }
        to = base - 1;
        if (fn->tag != TAG_FN || (fn->f->proto->library && !base[-1].f->proto->library)) {
            /* a built-in function leaves the frame, so that errors can name it;
             * do_return returns its results from here */
            f = fn;
            ret = pc;
            goto do_call;
        }
        if (OPC & RET_VARARG)
            to -= ml_info_delta(to - 1);
        ret = ml_slot_pc(to);
        for (int i = 0; i <= n; i++)
            ml_set(to + i, fn + i);
        f = to;
        ml_slot_set_pc(f, ret);
        f->tag |= SLOT_TAIL;
        goto enter_function;
    }

    L(RETURN1): {
        f = base - 1;
        ret = ml_slot_pc(f);
        Instr ci = ret[-1];
        if (ML_LIKELY(ci.op == OP_CALL && ci.c == 2)) {
            ml_set(f, RA);
            base = f - ci.a;
            pc = ret;
            NEXT;
        }
        src = RA;
        n = 1;
        goto do_return;
    }
    L(RETURN0): {
        f = base - 1;
        ret = ml_slot_pc(f);
        Instr ci = ret[-1];
        if (ML_LIKELY(ci.op == OP_CALL && ci.c == 1)) {
            base = f - ci.a;
            pc = ret;
            NEXT;
        }
        src = RA;
        n = 0;
        goto do_return;
    }
    L(RETURN): {
        src = RA;
        n = OPB ? OPB - 1 : (int)(top - src);
        if (OPC & RET_CLOSE) {
            if (p->own->tbc) {
                SYNC();
                s = ml_op_close(p, base, src + n);
                base = p->base;
                pc = p->pc;
                if (s != SLOW_OK)
                    goto slow_end;
                src = RA;
            }
        }
        f = base - 1;
        if (OPC & RET_VARARG)
            f -= ml_info_delta(f - 1);
    }
do_return:      /* the function at slot f returns n values that lie at src */
    ret = ml_slot_pc(f);
    {
        Instr ci = ret[-1];
        if (ML_LIKELY(ci.op == OP_CALL)) {
            base = f - ci.a;
            want = ci.c - 1;
        } else if (ci.op == OP_TFORCALL) {
            base = f - ci.a - 4;
            want = ci.c;
        } else if (ci.op == OP_TAILCALL) {
            base = f - ci.a;
            f = base - 1;
            if (ci.c & RET_VARARG)
                f -= ml_info_delta(f - 1);
            goto do_return;
        } else {
            p->top = top;
            bool final = p->own->in_final;
            s = ml_cont_return(p, f, src, n);
            base = p->base;
            pc = p->pc;
            top = p->top;
            if (s != SLOW_OK)
                goto slow_end;
            /* not right after a finaliser: one that makes another would go on for ever */
            if (ML_UNLIKELY(h->want_gc) && final == p->own->in_final) {
                s = ml_safe_point(p);
                goto slow_end;
            }
            NEXT;
        }
        pc = ret;
        if (want < 0) {
            for (int i = 0; i < n; i++)
                ml_set(f + i, src + i);
            top = f + n;
            p->reds -= n / VALUES_PER_RED;
            if (ML_UNLIKELY(p->reds < 0)) {
                p->top = top;
                SYNC();
                return RUN_YIELD;
            }
            if (ML_UNLIKELY(h->want_gc)) {
                p->top = top;
                SYNC();
                s = ml_safe_point(p);
                base = p->base;
                pc = p->pc;
                top = p->top;
                if (s != SLOW_OK)
                    goto slow_end;
            }
            NEXT;
        }
        if (n > want)
            n = want;
        for (int i = 0; i < n; i++)
            ml_set(f + i, src + i);
        for (; n < want; n++)
            f[n].tag = TAG_NIL, f[n].u = 0;
        SAFE_POINT();
        NEXT;
    }

    L(VARARG): {
        const Value *info = base - 2;
        int nargs = (int)ml_info_nargs(info), np = base[-1].f->proto->nparams;
        int extra = nargs > np ? nargs - np : 0;
        want = OPC ? OPC - 1 : extra;
        if (OPC == 0 && ML_UNLIKELY(RA + want + 2 > p->stack_end)) {
            SYNC();
            p->top = base + base[-1].f->proto->maxstack;
            if (!ml_proc_grow(p, (size_t)want + 4)) {
                s = ml_err(p, "stack overflow");
                goto slow_end;
            }
            base = p->base;
            info = base - 2;
        }
        const Value *from = base - 1 - ml_info_delta(info) + 1 + np;
        Value *r = RA;
        for (n = 0; n < want && n < extra; n++)
            ml_set(r + n, from + n);
        for (; n < want; n++)
            r[n].tag = TAG_NIL, r[n].u = 0;
        if (OPC == 0)
            top = r + want;
        p->reds -= want / VALUES_PER_RED;
        NEXT;
    }
    L(TBC): GO(ml_op_tbc(p, OPA));
    L(CLOSE): {
        if (!p->own->tbc)
            NEXT;
        GO(ml_op_close(p, RA, NULL));
    }

    /* --- processes --- */
    L(SEND):      GO(ml_op_send(p, *RA, *RB));
    L(SENDLIST):
        if (OPC)
            GO(ml_op_send_list(p, *RA, RB, OPC));
        GO(ml_op_send_open(p, *RA, RB, (unsigned)(top - RB - 1)));
    L(RECVSTART): GO(ml_recv_start(p));
    L(RECVMARK):  GO(ml_recv_mark(p, RA, OPB, OPC));
    L(RECVINIT):  GO(ml_recv_init(p, RA));
    L(RECV): {
        /* the inbox, which others write to, when there is nothing else */
        bool found = ml_recv_next(p, RA);
        while (!found && ml_mbox_has_new(&p->mbox)) {
            SYNC();
            p->top = ml_frame_end(p);
            if (!ml_proc_signals_some(p))
                return RUN_EXIT;
            if (ML_UNLIKELY(p->reds < 0)) {     /* very many: that was its slice */
                pc--;
                goto give_way;
            }
            found = ml_recv_next(p, RA);
        }
        if (!found) {
            JUMP();
            NEXT;
        }
        p->own->recv_reg = OPA;
        NEXT;
    }
    L(RECVNEXT): {
        Value *end = base + base[-1].f->proto->maxstack;
        for (Value *r = base + p->own->recv_reg; r < end; r++)
            r->tag = TAG_NIL, r->u = 0;
        if (ML_UNLIKELY(p->mbox.count >= MBOX_LONG)) {
            p->base = base;
            TIMED_DO(ml_recv_pass(p, pc, OPA));
        }
        JUMP();
        if (ML_UNLIKELY(--p->reds < 0))
            goto give_way;
        NEXT;
    }
    L(RECVTAG):
    L(RECVPIN): NEXT;
    L(RECVHOLD):  GO(ml_recv_hold(p, RA, OPB, OPC));
    L(RECVTAKE): {
        GO(ml_recv_take(p));
    }
    L(RECVWAIT): {
        const Value *t = RA;
        if (OPB == 0 && ml_mbox_has_new(&p->mbox))
            NEXT;
        if (t->tag == TAG_INT && (t->i == 0 || (uint64_t)t->i <= ml_now_us(p->vm))) {
            ml_mbox_rewind(&p->mbox);
            p->own->waited = 0;
            if (ml_proc_has_alarm(p) && OPB == 0)
                ml_trace_timeout(p);
            JUMP();
            NEXT;
        }
        SYNC();
        p->top = ml_frame_end(p);
        p->wait = OPB ? WAIT_SLEEP : WAIT_RECEIVE;
        if (t->tag == TAG_INT && !ml_proc_has_alarm(p))
            ml_proc_arm(p, (uint64_t)t->i);
        return RUN_WAIT;
    }
    L(RECVELSE): { ml_mbox_rewind(&p->mbox); NEXT; }
    L(GUARD): { p->own->guards += OPA ? 1 : -1; NEXT; }
    L(PINCHECK): {
        if (RA->tag == TAG_TAB)
            GO(ml_err(p, "cannot pin a table (a received table is always a copy)"));
        NEXT;
    }
    L(MTAB): { if (RA->tag != TAG_TAB) JUMP(); NEXT; }
    L(MGETI): {
        Tab *t = RB->t;
        OVERLAY(t);
        if (ML_LIKELY((uint32_t)OPC - 1 < t->asize))
            ml_set(RA, &t->arr[OPC - 1]);
        else
            ml_set(RA, ml_tab_has_nodes(t) ? ml_tab_getint(h, t, OPC) : &ml_absent);
        NEXT;
    }
    L(MGETK): {
        Tab *t = RB->t;
        OVERLAY(t);
        ml_set(RA, TIMED(ml_tab_get(h, t, *KD)));
        NEXT;
    }
    L(MTYPE):  { if (!ml_match_type(OPB, *RA)) JUMP(); NEXT; }
    L(MEQ): {
        if (ML_UNLIKELY(ml_equal_is_long(*RA, *RB)))
            GO((ml_proc_hold_msg(p), ml_op_long_equal(p, *RA, *RB)));
        if (!ml_raw_equal(*RA, *RB))
            JUMP();
        NEXT;
    }
    L(MISNIL): { if (RA->tag != TAG_NIL) JUMP(); NEXT; }
    L(MEMPTY): { if (!ml_match_empty(p, RA->t)) JUMP(); NEXT; }
    L(MREST):  GO(ml_match_rest(p, OPA, OPB, OPC, (unsigned)OPD));

    /* --- the VM's own --- */
    L(NATMORE): {
        nat.base = base;
        nat.top = p->top;
        nat.nargs = p->own->nat_nargs;
        nat.step = p->own->nat_step;
        nat.nret = p->own->nat_nret;
        nat.caught = p->own->nat_caught;
        goto run_native;
    }
    L(END):     SYNC(); s = ml_proc_ending(p); base = p->base; pc = p->pc; goto slow_end;
    L(COEND): {
        SYNC();
        p->top = top;
        s = ml_coro_yield(p, base, (int)(top - base), true);
        goto slow_end;
    }
    L(CONT):
    L(VARFRAME):
        ML_CHECK(!"executed a return point");

run_native:     /* nat is filled; its function is in nat.base[-1] */
    p->base = nat.base;
    p->top = nat.top;
    p->pc = ml_natmore_code;
    native = nat.base[-1].nat;          /* the stack may move while it runs */
    switch (STRETCH_OF(p->vm, native, ml_stretch_name(native), native->fn(&nat))) {
    case NAT_RET:
        f = nat.base - 1;
        n = nat.nret;
        src = nat.top - n;
        goto do_return;
    case NAT_ERR:
        p->top = nat.top;
        p->own->err = nat.top[-1];
        goto do_throw;
    case NAT_CALL:
        s = ml_native_call(p, &nat, false);
        goto slow_end;
    case NAT_PCALL:
        s = ml_native_call(p, &nat, true);
        goto slow_end;
    case NAT_TAIL: {
        Value *from = nat.top - nat.ncall - 1;
        n = nat.ncall;
        while (ML_UNLIKELY(from->tag != TAG_FN && from->tag != TAG_NATIVE)) {
            s = ml_call_meta(p, from, n);
            if (s != SLOW_OK)
                goto slow_end;
            from = p->own->callf;
            n = p->own->ncall;
        }
        f = p->base - 1;
        ret = ml_slot_pc(f);
        for (int i = 0; i <= n; i++)
            ml_set(f + i, from + i);
        base = f + 1;
        goto do_call;
    }
    case NAT_MORE:
    case NAT_WAIT: {
        bool wait = p->wait != WAIT_NONE;
        p->base = nat.base;
        p->top = nat.top;
        p->own->nat_nargs = nat.nargs;
        p->own->nat_step = nat.next;
        p->own->nat_nret = nat.nret;
        p->own->nat_caught = nat.caught;
        return wait ? RUN_WAIT : RUN_YIELD;
    }
    case NAT_RESUME:
        s = ml_coro_resume(p, &nat);
        goto slow_end;
    case NAT_YIELD:
        p->base = nat.base;
        p->top = nat.top;
        s = ml_coro_yield(p, nat.base, nat.nargs, false);
        goto slow_end;
    case NAT_EXIT:
        if (ml_load(&p->vm->exited))
            return RUN_EXIT;
        p->top = nat.top;
        goto do_throw;
    }

do_throw:
    s = ml_throw(p);
slow_end:
    base = p->base;
    pc = p->pc;
    switch (s) {
    case SLOW_OK:
        top = p->top;
        NEXT;
    case SLOW_CALL:
        f = p->own->callf;
        n = p->own->ncall;
        ret = ml_cont_code + 1;
        goto do_call;
    case SLOW_THROW:
        goto do_throw;
    case SLOW_NATIVE:
        if (ML_UNLIKELY(p->reds < 0)) {
            p->pc = ml_natmore_code;
            return RUN_YIELD;
        }
        nat.base = p->base;
        nat.top = p->top;
        nat.nargs = p->own->nat_nargs;
        nat.step = p->own->nat_step;
        nat.nret = p->own->nat_nret;
        nat.caught = p->own->nat_caught;
        goto run_native;
    case SLOW_RETURN:
        f = p->base - 1;
        src = p->base;
        n = p->own->ncall;
        goto do_return;
    case SLOW_PAUSE:
        return p->wait != WAIT_NONE ? RUN_WAIT : RUN_YIELD;
    case SLOW_EXIT:
        return RUN_EXIT;
    }

give_way:       /* the slice is used up; at the first instruction of a function or after a jump */
    SYNC();
    p->top = base + base[-1].f->proto->maxstack;
    return RUN_YIELD;
}
