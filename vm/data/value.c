/*
 * value.c - names of types, and equality without metamethods.
 */

#include "vm/data/value.h"

#include "vm/data/str.h"

const char *ml_type_name(Value v)
{
    switch (ml_tag(&v)) {
    case TAG_NIL:
        return "nil";
    case TAG_FALSE:
    case TAG_TRUE:
        return "boolean";
    case TAG_INT:
    case TAG_FLOAT:
        return "number";
    case TAG_LIGHT:
    case TAG_UDATA:
        return "userdata";
    case TAG_PID:
        return "pid";
    case TAG_REF:
        return "ref";
    case TAG_NATIVE:
    case TAG_FN:
        return "function";
    case TAG_STR:
        return "string";
    case TAG_TAB:
        return "table";
    case TAG_CORO:
        return "thread";
    default:
        return "no value";      /* internal: no script sees it */
    }
}

/* Exact: 2^53 + 1 differs from the float it is rounded to. A float that the
 * integer converts to is in range, but for 2^63, which is checked. */
static bool int_is_float(int64_t i, double n)
{
    return (double)i == n && n != 0x1p63 && (int64_t)n == i;
}

bool ml_raw_equal(Value a, Value b)
{
    if (a.tag != b.tag) {
        if (a.tag == TAG_INT && b.tag == TAG_FLOAT)
            return int_is_float(a.i, b.n);
        if (a.tag == TAG_FLOAT && b.tag == TAG_INT)
            return int_is_float(b.i, a.n);
        return false;
    }
    if (a.tag == TAG_FLOAT)
        return a.n == b.n;
    if (a.u == b.u)
        return true;
    return a.tag == TAG_STR && ml_str_equal(a.s, b.s);
}
