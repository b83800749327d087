#ifndef ML_LONG_H
#define ML_LONG_H

#include "vm/run/slow.h"

/*
 * long.h - what is done to very long strings, a piece at a time.
 *
 * An instruction or built-in that would look at, or make, more than LONG_NOW
 * bytes calls one of the built-in functions here, which gives way between the
 * pieces. For an instruction the call is laid out like that of a metamethod.
 */
#ifdef ML_CHECKS
enum { LONG_NOW = 256 };        /* so that tests come here */
#else
enum { LONG_NOW = 32 * 1024 };
#endif

extern const NativeDef ml_long_equal;       /* equal(a, b), strings */

static inline bool ml_is_long(const Str *s) { return s->len >= LONG_NOW; }

/* Will it take long to tell whether they are equal? */
static inline bool ml_equal_is_long(Value x, Value y)
{
    return x.tag == TAG_STR && y.tag == TAG_STR && x.s != y.s && x.s->len == y.s->len && ml_is_long(x.s) &&
           (x.s->h.id == y.s->h.id || !x.s->h.id || !y.s->h.id) && ml_str_data(x.s) != ml_str_data(y.s);
}

/* For natives: the texts x and y, one behind the other. Comes back as
 * `step` with the result on top. */
NatEnd ml_nat_join(Nat *n, int step, Value x, Value y);

/* Will it take long to look k up in t: to hash it, or to compare it with a key
 * of the same hash? */
bool ml_key_is_long(const Tab *t, Value k);
/* For natives: makes looking it up short. Comes back as `step`, no results. */
NatEnd ml_long_key(Nat *n, Tab *t, Value k, int step);

/* For instructions. */
Slow ml_op_long_key(Proc *p, Tab *t, Value k);      /* afterwards the instruction is executed again */
Slow ml_op_long_equal(Proc *p, Value x, Value y);   /* the jump of p->pc[-1] */
Slow ml_op_long_order(Proc *p, Mm mm, Value x, Value y);
/* Joins r[0..n-1], all text, the last of `left` operands of a CONCAT. */
Slow ml_op_long_join(Proc *p, const Value *r, unsigned n, unsigned left);

#endif
