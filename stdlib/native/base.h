#ifndef ML_STDLIB_BASE_H
#define ML_STDLIB_BASE_H

#include "vm/native.h"

/* base.h - what the files of the basic library and of table share. */

/* Slot i of a function's state, which lies above its arguments. */
static inline Value *slot(const Nat *n, int i)
{
    return &n->base[n->nargs + i];
}

/* The first result of a call, which lies on top. */
static inline Value ml_nat_result(const Nat *n)
{
    return n->nret > 0 ? n->top[-n->nret] : ml_v_nil();
}

/* The same from __tostring: a string, or a number made into one. False: raised. */
bool ml_text_result(Nat *n, Value *out);

/* As ml_error, for a text that may have any bytes in it. A very long one is
 * joined first: it comes back as `step`, and what is on top is to be raised. */
NatEnd ml_text_error(Nat *n, Str *msg, int step);

/* An error without a place, as the machine itself raises it. */
NatEnd ml_plain_error(Nat *n, const char *msg);

#endif
