/*
 * math.c - the math library. Random numbers are those of Lua 5.4, one
 * generator for each process, so that the numbers one process draws do not
 * depend on what the others do.
 */
#include <math.h>

#include "stdlib/native/libs.h"
#include "vm/base/rand.h"
#include "vm/data/num.h"

/* The float, as an integer if it has one's value and fits. */
static Value to_integer(double d)
{
    int64_t i;
    return ml_float_to_int(d, &i) ? ml_v_int(i) : ml_v_float(d);
}

/* --- functions of one float --- */

static NatEnd apply(Nat *n, double (*f)(double))
{
    double x;
    if (!ml_arg_num(n, 1, &x))
        return NAT_ERR;
    return ml_ret1(n, ml_v_float(f(x)));
}

static NatEnd m_acos(Nat *n) { return apply(n, acos); }
static NatEnd m_asin(Nat *n) { return apply(n, asin); }
static NatEnd m_cos(Nat *n)  { return apply(n, cos); }
static NatEnd m_exp(Nat *n)  { return apply(n, exp); }
static NatEnd m_sin(Nat *n)  { return apply(n, sin); }
static NatEnd m_sqrt(Nat *n) { return apply(n, sqrt); }
static NatEnd m_tan(Nat *n)  { return apply(n, tan); }

static int quick_apply(Value *f, int n, double (*fn)(double))
{
    if (n < 1 || !ml_is_number(f[1]))
        return NAT_USUAL;
    *f = ml_v_float(fn(ml_is_int(f[1]) ? (double)f[1].i : f[1].n));
    return 1;
}

static int quick_cos(Proc *p, Heap *h, Value *f, int n)  { (void)p, (void)h; return quick_apply(f, n, cos); }
static int quick_exp(Proc *p, Heap *h, Value *f, int n)  { (void)p, (void)h; return quick_apply(f, n, exp); }
static int quick_sin(Proc *p, Heap *h, Value *f, int n)  { (void)p, (void)h; return quick_apply(f, n, sin); }
static int quick_sqrt(Proc *p, Heap *h, Value *f, int n) { (void)p, (void)h; return quick_apply(f, n, sqrt); }

static const double pi = 3.141592653589793238462643383279502884;

static double to_degrees(double x) { return x * (180.0 / pi); }
static double to_radians(double x) { return x * (pi / 180.0); }

static NatEnd m_deg(Nat *n) { return apply(n, to_degrees); }
static NatEnd m_rad(Nat *n) { return apply(n, to_radians); }

static NatEnd m_atan(Nat *n)
{
    double y, x;
    if (!ml_arg_num(n, 1, &y) || !ml_arg_opt_num(n, 2, 1, &x))
        return NAT_ERR;
    return ml_ret1(n, ml_v_float(atan2(y, x)));
}

static NatEnd m_log(Nat *n)
{
    double x, base;
    if (!ml_arg_num(n, 1, &x))
        return NAT_ERR;
    if (ml_arg_absent(n, 2))
        return ml_ret1(n, ml_v_float(log(x)));
    if (!ml_arg_num(n, 2, &base))
        return NAT_ERR;
    if (base == 2.0)
        return ml_ret1(n, ml_v_float(log2(x)));
    if (base == 10.0)
        return ml_ret1(n, ml_v_float(log10(x)));
    return ml_ret1(n, ml_v_float(log(x) / log(base)));
}

/* --- what Lua 5.3 had, and the usual builds of 5.4 still have --- */

static NatEnd m_cosh(Nat *n) { return apply(n, cosh); }
static NatEnd m_sinh(Nat *n) { return apply(n, sinh); }
static NatEnd m_tanh(Nat *n) { return apply(n, tanh); }
static NatEnd m_log10(Nat *n) { return apply(n, log10); }

static NatEnd m_pow(Nat *n)
{
    double x, y;
    if (!ml_arg_num(n, 1, &x) || !ml_arg_num(n, 2, &y))
        return NAT_ERR;
    return ml_ret1(n, ml_v_float(pow(x, y)));
}

static NatEnd m_frexp(Nat *n)
{
    double x;
    int e;
    if (!ml_arg_num(n, 1, &x))
        return NAT_ERR;
    ml_push(n, ml_v_float(frexp(x, &e)));
    ml_push(n, ml_v_int(e));
    return ml_ret(n, 2);
}

static NatEnd m_ldexp(Nat *n)
{
    double x;
    int64_t e;
    if (!ml_arg_num(n, 1, &x) || !ml_arg_int(n, 2, &e))
        return NAT_ERR;
    return ml_ret1(n, ml_v_float(ldexp(x, (int)e)));
}

/* --- rounding --- */

static NatEnd round_with(Nat *n, double (*f)(double))
{
    double x;
    if (ml_is_int(ml_arg(n, 1)))
        return ml_ret1(n, n->base[0]);
    if (!ml_arg_num(n, 1, &x))
        return NAT_ERR;
    return ml_ret1(n, to_integer(f(x)));
}

static NatEnd m_ceil(Nat *n)  { return round_with(n, ceil); }
static NatEnd m_floor(Nat *n) { return round_with(n, floor); }

static int quick_round(Value *f, int n, double (*round)(double))
{
    if (n < 1 || !ml_is_number(f[1]))
        return NAT_USUAL;
    *f = ml_is_int(f[1]) ? f[1] : to_integer(round(f[1].n));
    return 1;
}

static int quick_ceil(Proc *p, Heap *h, Value *f, int n)  { (void)p, (void)h; return quick_round(f, n, ceil); }
static int quick_floor(Proc *p, Heap *h, Value *f, int n) { (void)p, (void)h; return quick_round(f, n, floor); }

static NatEnd m_modf(Nat *n)
{
    double x;
    if (ml_is_int(ml_arg(n, 1))) {
        ml_push(n, n->base[0]);
        ml_push(n, ml_v_float(0));
        return ml_ret(n, 2);
    }
    if (!ml_arg_num(n, 1, &x))
        return NAT_ERR;
    double whole = trunc(x);
    ml_push(n, to_integer(whole));
    ml_push(n, ml_v_float(isinf(x) ? 0.0 : x - whole));
    return ml_ret(n, 2);
}

static NatEnd m_fmod(Nat *n)
{
    Value a = ml_arg(n, 1), b = ml_arg(n, 2);
    double x, y;
    if (ml_is_int(a) && ml_is_int(b)) {
        if (b.i == 0)
            return ml_arg_error(n, 2, "zero");
        /* -1 apart: mininteger % -1 traps */
        return ml_ret1(n, ml_v_int(b.i == -1 ? 0 : a.i % b.i));
    }
    if (!ml_arg_num(n, 1, &x) || !ml_arg_num(n, 2, &y))
        return NAT_ERR;
    return ml_ret1(n, ml_v_float(fmod(x, y)));
}

static NatEnd m_tointeger(Nat *n)
{
    int64_t i;
    if (!ml_arg_any(n, 1))
        return NAT_ERR;
    return ml_ret1(n, ml_to_int(n->base[0], &i) ? ml_v_int(i) : ml_v_nil());
}

/* --- integers and comparison --- */

static NatEnd m_abs(Nat *n)
{
    double x;
    Value v = ml_arg(n, 1);
    if (ml_is_int(v))
        return ml_ret1(n, ml_v_int(v.i < 0 ? ml_int_sub(0, v.i) : v.i));
    if (!ml_arg_num(n, 1, &x))
        return NAT_ERR;
    return ml_ret1(n, ml_v_float(fabs(x)));
}

static int quick_abs(Proc *p, Heap *h, Value *f, int n)
{
    (void)p, (void)h;
    if (n < 1 || !ml_is_number(f[1]))
        return NAT_USUAL;
    if (ml_is_float(f[1]))
        *f = ml_v_float(fabs(f[1].n));
    else
        *f = ml_v_int(f[1].i < 0 ? ml_int_sub(0, f[1].i) : f[1].i);
    return 1;
}

static NatEnd m_ult(Nat *n)
{
    int64_t a, b;
    if (!ml_arg_int(n, 1, &a) || !ml_arg_int(n, 2, &b))
        return NAT_ERR;
    return ml_ret1(n, ml_v_bool((uint64_t)a < (uint64_t)b));
}

static NatEnd m_type(Nat *n)
{
    if (!ml_arg_any(n, 1))
        return NAT_ERR;
    Value v = n->base[0];
    if (!ml_is_number(v))
        return ml_ret1(n, ml_v_nil());
    return ml_ret1(n, ml_v_str(ml_sym(ml_nat_vm(n),
                                      ml_is_int(v) ? "integer" : "float")));
}

static bool number_less(Value a, Value b)
{
    if (ml_is_int(a))
        return ml_is_int(b) ? a.i < b.i : ml_int_lt_float(a.i, b.n);
    return ml_is_int(b) ? ml_float_lt_int(a.n, b.i) : a.n < b.n;
}

/*
 * sign 1: the largest; -1: the smallest. What is compared need not be
 * numbers: anything that `<` takes will do, and what may have metamethods is
 * left to the slow version.
 */
static NatEnd extreme(Nat *n, int sign, const char *slow)
{
    enum { BEST, AT };                  /* slots, after a pause */
    enum { PART = 4096 };
    if (n->nargs < 1)
        return ml_arg_error(n, 1, "value expected");
    Value best = n->step ? n->base[n->nargs + BEST] : n->base[0];
    for (int i = n->step ? (int)n->base[n->nargs + AT].i : 1; i < n->nargs; i++) {
        if (i % PART == 0) {
            ml_nat_charge(n, PART / 4);
            if (ml_nat_spent(n)) {
                n->top = n->base + n->nargs;
                ml_push(n, best);
                ml_push(n, ml_v_int(i));
                return ml_nat_more(n, 1);
            }
        }
        Value v = n->base[i];
        if (!ml_is_number(v) || !ml_is_number(best))
            return ml_nat_slow(n, slow);
        if (sign > 0 ? number_less(best, v) : number_less(v, best))
            best = v;
    }
    ml_nat_charge(n, n->nargs % PART / 4);
    return ml_ret1(n, best);
}

static NatEnd m_max(Nat *n) { return extreme(n, 1, "math.max"); }
static NatEnd m_min(Nat *n) { return extreme(n, -1, "math.min"); }

/* sign 1: the larger of two; -1: the smaller. */
static int quick_extreme(Value *f, int n, int sign)
{
    if (n != 2 || !ml_is_number(f[1]) || !ml_is_number(f[2]))
        return NAT_USUAL;
    *f = (sign > 0 ? number_less(f[1], f[2]) : number_less(f[2], f[1])) ? f[2] : f[1];
    return 1;
}

static int quick_max(Proc *p, Heap *h, Value *f, int n) { (void)p, (void)h; return quick_extreme(f, n, 1); }
static int quick_min(Proc *p, Heap *h, Value *f, int n) { (void)p, (void)h; return quick_extreme(f, n, -1); }

/* --- random numbers --- */

/*
 * A number in 0..limit, all equally likely: the bits above limit's highest
 * are cut off, and numbers that are still too large are drawn again.
 */
static uint64_t draw_below(Rand *r, uint64_t x, uint64_t limit)
{
    uint64_t mask = UINT64_MAX;
    if (limit < mask)
        mask = limit ? UINT64_MAX >> __builtin_clzll(limit) : 0;
    while ((x & mask) > limit)
        x = ml_rand_next(r);
    return x & mask;
}

static NatEnd m_random(Nat *n)
{
    Rand *r = ml_proc_rand(n->p);
    uint64_t x = ml_rand_next(r);
    int64_t low = 1, high;
    switch (n->nargs) {
    case 0:
        return ml_ret1(n, ml_v_float((double)(x >> 11) * 0x1p-53));
    case 1:
        if (!ml_arg_int(n, 1, &high))
            return NAT_ERR;
        if (high == 0)
            return ml_ret1(n, ml_v_int((int64_t)x));
        break;
    case 2:
        if (!ml_arg_int(n, 1, &low) || !ml_arg_int(n, 2, &high))
            return NAT_ERR;
        break;
    default:
        return ml_error(n, "wrong number of arguments");
    }
    if (low > high)
        return ml_arg_error(n, 1, "interval is empty");
    x = draw_below(r, x, (uint64_t)high - (uint64_t)low);
    return ml_ret1(n, ml_v_int((int64_t)(x + (uint64_t)low)));
}

static int quick_random(Proc *p, Heap *h, Value *f, int n)
{
    (void)h;
    int64_t low = n == 2 ? f[1].i : 1, high = n > 0 ? f[n].i : 0;
    if (n > 2 || (n > 0 && (!ml_is_int(f[1]) || !ml_is_int(f[n]) || low > high)))
        return NAT_USUAL;
    Rand *r = ml_proc_rand(p);
    uint64_t x = ml_rand_next(r);
    if (n == 0)
        *f = ml_v_float((double)(x >> 11) * 0x1p-53);
    else
        *f = ml_v_int((int64_t)(draw_below(r, x, (uint64_t)high - (uint64_t)low) + (uint64_t)low));
    return 1;
}

/* A float without an integer value seeds with its bits. */
static NatEnd m_randomseed(Nat *n)
{
    int64_t a, b = 0;
    if (n->nargs == 0) {
        a = (int64_t)ml_rand_next(ml_proc_rand(n->p));
        b = (int64_t)ml_rand_next(ml_proc_rand(n->p));
    } else {
        Value v = n->base[0];
        if (ml_is_float(v) && !ml_float_to_int(v.n, &a))
            a = v.i;
        else if (!ml_arg_int(n, 1, &a))
            return NAT_ERR;
        if (!ml_arg_opt_int(n, 2, 0, &b))
            return NAT_ERR;
    }
    ml_rand_seed(ml_proc_rand(n->p), (uint64_t)a, (uint64_t)b);
    ml_push(n, ml_v_int(a));
    ml_push(n, ml_v_int(b));
    return ml_ret(n, 2);
}

const NativeDef ml_lib_math[] = {
    { "abs", m_abs,
      "math.abs(x)\n"
      "The absolute value; of an integer an integer.", quick_abs },
    { "acos", m_acos,
      "math.acos(x)\n"
      "The arc cosine, in radians." },
    { "asin", m_asin,
      "math.asin(x)\n"
      "The arc sine, in radians." },
    { "atan", m_atan,
      "math.atan(y [, x])\n"
      "The arc tangent of y / x, in radians, in the quadrant the signs tell;\n"
      "x is 1 when it is left out." },
    { "atan2", m_atan,
      "math.atan2(y, x)\n"
      "math.atan, as Lua 5.2 called it." },
    { "ceil", m_ceil,
      "math.ceil(x)\n"
      "The smallest integer that is not below x.", quick_ceil },
    { "cos", m_cos,
      "math.cos(x)\n"
      "The cosine of x radians.", quick_cos },
    { "cosh", m_cosh,
      "math.cosh(x)\n"
      "The hyperbolic cosine." },
    { "deg", m_deg,
      "math.deg(x)\n"
      "x radians in degrees." },
    { "exp", m_exp,
      "math.exp(x)\n"
      "e to the power of x.", quick_exp },
    { "floor", m_floor,
      "math.floor(x)\n"
      "The largest integer that is not above x.", quick_floor },
    { "fmod", m_fmod,
      "math.fmod(x, y)\n"
      "The remainder of x / y with the quotient rounded towards zero." },
    { "frexp", m_frexp,
      "math.frexp(x)\n"
      "m and e with x = m times 2 to the power of e, m from 0.5 up to 1." },
    { "ldexp", m_ldexp,
      "math.ldexp(m, e)\n"
      "m times 2 to the power of e." },
    { "log", m_log,
      "math.log(x [, base])\n"
      "The logarithm of x; without a base the natural one." },
    { "log10", m_log10,
      "math.log10(x)\n"
      "The logarithm to the base 10." },
    { "max", m_max,
      "math.max(x, ...)\n"
      "The largest of its arguments.", quick_max },
    { "min", m_min,
      "math.min(x, ...)\n"
      "The smallest of its arguments.", quick_min },
    { "modf", m_modf,
      "math.modf(x)\n"
      "The integral part of x and its fraction." },
    { "pow", m_pow,
      "math.pow(x, y)\n"
      "x to the power of y, as a float." },
    { "rad", m_rad,
      "math.rad(x)\n"
      "x degrees in radians." },
    { "random", m_random,
      "math.random([m [, n]])\n"
      "A random number: without arguments a float in 0 <= r < 1; with m and n\n"
      "an integer between the two; m alone is 1 to m; 0 gives 64 random bits.", quick_random },
    { "randomseed", m_randomseed,
      "math.randomseed([x [, y]])\n"
      "Starts this process' random numbers anew; the same seed gives the same\n"
      "numbers. Without arguments at a random place. Returns the two seeds." },
    { "sin", m_sin,
      "math.sin(x)\n"
      "The sine of x radians.", quick_sin },
    { "sinh", m_sinh,
      "math.sinh(x)\n"
      "The hyperbolic sine." },
    { "sqrt", m_sqrt,
      "math.sqrt(x)\n"
      "The square root of x.", quick_sqrt },
    { "tan", m_tan,
      "math.tan(x)\n"
      "The tangent of x radians." },
    { "tanh", m_tanh,
      "math.tanh(x)\n"
      "The hyperbolic tangent." },
    { "tointeger", m_tointeger,
      "math.tointeger(x)\n"
      "x as an integer, or nil if it is none." },
    { "type", m_type,
      "math.type(x)\n"
      "\"integer\", \"float\", or nil if x is no number." },
    { "ult", m_ult,
      "math.ult(m, n)\n"
      "Is m below n when both are seen as unsigned integers?" },
    { NULL, NULL, NULL }
};

void ml_lib_open_math(Vm *vm, Heap *h, Tab *lib)
{
    (void)vm;
    ml_tab_sets(h, lib, "huge", ml_v_float(HUGE_VAL));
    ml_tab_sets(h, lib, "maxinteger", ml_v_int(INT64_MAX));
    ml_tab_sets(h, lib, "mininteger", ml_v_int(INT64_MIN));
    ml_tab_sets(h, lib, "pi", ml_v_float(pi));
}
