/*
 * num.c - numbers and their texts, and arithmetic where C's differs.
 *
 * Nothing here depends on the locale. Texts of floats are made by snprintf,
 * whose decimal point is put right afterwards; strtod is given digits and an
 * exponent, never a point. Most numbers need neither: integers, integral
 * floats, and decimal numerals of up to 15 digits or so, whose value is one
 * exact multiplication or division away.
 */

#include "vm/data/num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- number to text --- */

static size_t fmt_uint(char *out, uint64_t u)
{
    char tmp[20];
    size_t n = 0;
    do
        tmp[n++] = (char)('0' + u % 10);
    while ((u /= 10) != 0);
    for (size_t i = 0; i < n; i++)
        out[i] = tmp[n - 1 - i];
    out[n] = 0;
    return n;
}

static size_t fmt_int(char *out, int64_t i)
{
    if (i >= 0)
        return fmt_uint(out, (uint64_t)i);
    *out = '-';
    return 1 + fmt_uint(out + 1, 0 - (uint64_t)i);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Makes what stands between the digits and the fraction a '.', whatever the
 * locale had written; adds ".0" where the text reads as an integer. */
static size_t fix_point(char *s, size_t n)
{
    size_t i = s[0] == '-', j;
    while (is_digit(s[i]))
        i++;
    if (i == n) {
        memcpy(s + n, ".0", 3);
        return n + 2;
    }
    if (s[i] == 'e')
        return n;
    for (j = i; j < n && !is_digit(s[j]); j++)
        ;
    s[i] = '.';
    memmove(s + i + 1, s + j, n - j + 1);
    return n - (j - i) + 1;
}

static const double powers[] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22
};

enum { SHOWN = 14 };            /* significant digits */

/* d rounded to SHOWN digits, for 1e-4 <= d < 1e14: an integer of so many
 * digits and the exponent of its first. Exact: d is m / 2^shift, and m times a
 * power of ten fits into 128 bits. */
static uint64_t round_shown(double d, int *exp10)
{
    int e, x = 0, shift;
    if (d >= 1) {
        while (d >= powers[x + 1])
            x++;
    } else {
        x = d >= 1e-1 ? -1 : d >= 1e-2 ? -2 : d >= 1e-3 ? -3 : -4;
    }
    uint64_t m = (uint64_t)(frexp(d, &e) * 0x1p53);
    shift = 53 - e;
    unsigned __int128 p = (unsigned __int128)m * (uint64_t)powers[SHOWN - 1 - x];
    unsigned __int128 half = (unsigned __int128)1 << (shift - 1);
    unsigned __int128 rest = p & (half * 2 - 1);
    uint64_t n = (uint64_t)(p >> shift);
    if (rest > half || (rest == half && (n & 1)))
        n++;
    if (n == (uint64_t)powers[SHOWN]) {
        n /= 10;
        x++;
    }
    *exp10 = x;
    return n;
}

/* Most floats people show. 0: not one of them. */
static size_t fmt_usual(char *out, double d)
{
    char digits[24], *o = out;
    int x;
    if (!(fabs(d) >= 1e-4 && fabs(d) < 1e14))
        return 0;
    uint64_t n = round_shown(fabs(d), &x);
    if (x == SHOWN)
        return 0;               /* with an exponent */
    int len = (int)fmt_uint(digits, n);
    while (len > 1 && digits[len - 1] == '0')
        len--;
    if (d < 0)
        *o++ = '-';
    /* positions before the first digit and behind the last are zeros */
    int first = x < 0 ? x : 0, last = len - 1 > x ? len - 1 : x + 1;
    for (int i = first; i <= last; i++) {
        *o++ = i < 0 || i >= len ? '0' : digits[i];
        if (i == (x < 0 ? first : x))
            *o++ = '.';
    }
    *o = 0;
    return (size_t)(o - out);
}

static size_t fmt_float(char *out, double d)
{
    if (isnan(d) || isinf(d)) {
        const char *s = isnan(d) ? "-nan" : "-inf";
        s += !signbit(d);
        memcpy(out, s, strlen(s) + 1);
        return strlen(s);
    }
    if (fabs(d) < 1e14 && d == floor(d) && (d != 0 || !signbit(d))) {
        size_t n = fmt_int(out, (int64_t)d);
        memcpy(out + n, ".0", 3);
        return n + 2;
    }
    size_t n = fmt_usual(out, d);
    if (n)
        return n;
    return fix_point(out, (size_t)snprintf(out, NUM_TEXT - 2, "%.14g", d));
}

/* Exact, as above: 53 bits and 30 of the power; nearest, and of two even. */
size_t ml_num_fixed(char out[NUM_TEXT], double d, int places)
{
    enum { MOST = 9 };
    int e;
    if (!(d >= 0x1p-40 && d < 0x1p33) || places < 0 || places > MOST)
        return 0;
    uint64_t m = (uint64_t)(frexp(d, &e) * 0x1p53), n;
    unsigned __int128 p = (unsigned __int128)m * (uint64_t)powers[places];
    unsigned __int128 half = (unsigned __int128)1 << (53 - e - 1), rest = p & (half * 2 - 1);
    n = (uint64_t)(p >> (53 - e));
    n += rest > half || (rest == half && (n & 1));

    char digits[24];
    size_t len = fmt_uint(digits, n), zeros = len <= (size_t)places ? (size_t)places + 1 - len : 0;
    size_t before = len + zeros - (size_t)places;       /* digits before the point */
    memset(out, '0', zeros);
    memcpy(out + zeros, digits, len);
    len += zeros;
    if (places > 0) {
        memmove(out + before + 1, out + before, (size_t)places);
        out[before] = '.';
        len++;
    }
    out[len] = 0;
    return len;
}

size_t ml_num_fmt(char *out, Value v)
{
    return ml_is_int(v) ? fmt_int(out, v.i) : fmt_float(out, v.n);
}

/* --- text to number --- */

typedef struct Text {           /* what is left to read */
    const char *s, *end;
} Text;

static bool at(const Text *t, char c)
{
    return t->s < t->end && *t->s == c;
}

static bool at_either(const Text *t, char a, char b)
{
    return at(t, a) || at(t, b);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum { EXP_MAX = 1 << 24 };     /* more is infinity or zero, whatever the digits */

/* What stands after 'e' or 'p'. */
static bool read_exponent(Text *t, int64_t *out)
{
    bool neg = at(t, '-');
    int64_t e = 0;
    if (at_either(t, '-', '+'))
        t->s++;
    if (t->s == t->end || !is_digit(*t->s))
        return false;
    for (; t->s < t->end && is_digit(*t->s); t->s++)
        if (e < INT64_MAX / 16)
            e = e * 10 + (*t->s - '0');
    *out = neg ? -e : e;
    return true;
}

static int clamp_exp(int64_t e)
{
    return (int)(e > EXP_MAX ? EXP_MAX : e < -EXP_MAX ? -EXP_MAX : e);
}

/* m * 2^e rounded once, to even; `sticky`: a little more than m. */
static double scale(uint64_t m, int e, bool sticky)
{
    if (m == 0)
        return 0;
    int lead = __builtin_clzll(m);
    m <<= lead;
    e -= lead;
    /* 1 <= m / 2^63 < 2, so a normal number has e + 63 >= -1022 */
    int bits = e + 63 >= -1022 ? 53 : 53 - (-1022 - (e + 63));
    if (bits < 0)
        return 0;
    if (bits == 0)              /* from half of the least number on */
        return m > (uint64_t)1 << 63 || sticky ? 0x1p-1074 : 0;
    uint64_t cut = m << bits, half = (uint64_t)1 << 63;
    m >>= 64 - bits;
    if (cut > half || (cut == half && (sticky || (m & 1))))
        m++;
    return ldexp((double)m, e + 64 - bits);
}

/* After "0x". Integers wrap around; a point or an exponent makes a float. */
static bool read_hex(Text *t, bool neg, Value *out)
{
    uint64_t whole = 0, m = 0;
    int64_t e = 0, e2;
    bool any = false, point = false, sticky = false, is_float = false;
    for (; t->s < t->end; t->s++) {
        int d = hex_digit(*t->s);
        if (d < 0) {
            if (*t->s != '.' || point)
                break;
            point = is_float = true;
            continue;
        }
        any = true;
        whole = whole << 4 | (unsigned)d;
        e -= point ? 4 : 0;
        if (m >> 60 == 0) {
            m = m << 4 | (unsigned)d;
        } else {
            sticky |= d != 0;
            e += 4;
        }
    }
    if (!any)
        return false;
    if (at_either(t, 'p', 'P')) {
        t->s++;
        if (!read_exponent(t, &e2))
            return false;
        e += e2;
        is_float = true;
    }
    if (!is_float) {
        *out = ml_v_int((int64_t)(neg ? 0 - whole : whole));
        return true;
    }
    double d = scale(m, clamp_exp(e), sticky);
    *out = ml_v_float(neg ? -d : d);
    return true;
}

/*
 * Significant digits of a decimal numeral; the value is digits * 10^exp. 770
 * digits decide how any double is rounded, if the last says whether more
 * follow: halfway points between doubles have at most 767.
 */
enum { DIGITS = 770 };

typedef struct Decimal {
    int64_t  exp;
    uint64_t m;                 /* of the first 19 digits */
    int      ndigits;
    bool     is_float;          /* has a point or an exponent */
    char     digits[DIGITS];
} Decimal;

static void add_digit(Decimal *d, char c, bool after_point)
{
    if (after_point)
        d->exp--;
    if (d->ndigits == 0 && c == '0')
        return;
    if (d->ndigits < DIGITS) {
        if (d->ndigits < 19)
            d->m = d->m * 10 + (uint64_t)(c - '0');
        d->digits[d->ndigits++] = c;
        return;
    }
    d->exp++;
    if (c != '0')
        d->digits[DIGITS - 1] |= 1;     /* '0' -> '1': more than this */
}

static bool read_decimal(Text *t, Decimal *d)
{
    bool any = false, point = false;
    int64_t e;
    d->exp = 0;
    d->m = 0;
    d->ndigits = 0;
    for (; t->s < t->end; t->s++) {
        if (is_digit(*t->s)) {
            any = true;
            add_digit(d, *t->s, point);
        } else if (*t->s == '.' && !point) {
            point = true;
        } else {
            break;
        }
    }
    d->is_float = point;
    if (!any)
        return false;
    if (!at_either(t, 'e', 'E'))
        return true;
    t->s++;
    if (!read_exponent(t, &e))
        return false;
    d->exp += e;
    d->is_float = true;
    return true;
}

static bool decimal_int(const Decimal *d, bool neg, Value *out)
{
    uint64_t m = d->m, limit = (uint64_t)INT64_MAX + neg;
    if (d->is_float || d->ndigits > 19 || m > limit)
        return false;
    *out = ml_v_int((int64_t)(neg ? 0 - m : m));
    return true;
}

static double by_strtod(const Decimal *d)
{
    char text[DIGITS + 16];
    memcpy(text, d->digits, (size_t)d->ndigits);
    snprintf(text + d->ndigits, sizeof text - DIGITS, "e%d", clamp_exp(d->exp));
    return strtod(text, NULL);
}

static double decimal_float(const Decimal *d)
{
    if (d->ndigits == 0)
        return 0;
    /* both operands are exact, so the one operation rounds correctly */
    if (d->ndigits <= 19 && d->m <= (uint64_t)1 << 53 && d->exp >= -22 &&
        d->exp <= 22)
        return d->exp < 0 ? (double)d->m / powers[-d->exp]
                          : (double)d->m * powers[d->exp];
    return by_strtod(d);
}

/* After the sign. */
static bool read_number(Text *t, bool neg, Value *out)
{
    if (t->end - t->s > 2 && t->s[0] == '0' && (t->s[1] | 0x20) == 'x') {
        t->s += 2;
        return read_hex(t, neg, out);
    }
    Decimal d;
    if (!read_decimal(t, &d))
        return false;
    if (!decimal_int(&d, neg, out)) {
        double f = decimal_float(&d);
        *out = ml_v_float(neg ? -f : f);
    }
    return true;
}

bool ml_num_parse(const char *s, size_t n, Value *out)
{
    Text t = { s, s + n };
    Value v;
    if (n > NUM_LONGEST)
        return false;
    while (t.s < t.end && is_space(*t.s))
        t.s++;
    while (t.s < t.end && is_space(t.end[-1]))
        t.end--;
    bool neg = at(&t, '-');
    if (at_either(&t, '-', '+'))
        t.s++;
    if (!read_number(&t, neg, &v) || t.s != t.end)
        return false;
    *out = v;
    return true;
}

/* --- arithmetic --- */

bool ml_float_to_int(double d, int64_t *out)
{
    if (!(d >= -0x1p63 && d < 0x1p63))
        return false;
    int64_t i = (int64_t)d;
    if ((double)i != d)
        return false;
    *out = i;
    return true;
}

int64_t ml_int_idiv_signed(int64_t a, int64_t b)
{
    if (b == -1)                /* the least integer overflows */
        return ml_int_sub(0, a);
    int64_t q = a / b;
    return q - (a % b != 0 && (a ^ b) < 0);
}

int64_t ml_int_mod_signed(int64_t a, int64_t b)
{
    if (b == -1)
        return 0;
    int64_t r = a % b;
    return r != 0 && (r ^ b) < 0 ? r + b : r;
}

int64_t ml_int_shl(int64_t a, int64_t n)
{
    if (n <= -64 || n >= 64)
        return 0;
    uint64_t u = (uint64_t)a;
    return (int64_t)(n < 0 ? u >> -n : u << n);
}

/* A whole number in 0 .. 2^53 - 1, and not -0. */
static inline bool is_plain(double x, int64_t *i)
{
    const uint64_t limit = 0x4340000000000000u;         /* the bits of 2^53; others have a sign */
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    if (bits >= limit)
        return false;
    *i = (int64_t)x;
    return (double)*i == x;
}

/* fmod takes ten times as long as an integer's remainder, which is the same for
 * what most programs have here. */
double ml_float_mod(double a, double b)
{
    int64_t i, k;
    if (is_plain(a, &i) && is_plain(b, &k) && k > 0)
        return (double)ml_int_mod(i, k);
    double r = fmod(a, b);
    return (r > 0 && b < 0) || (r < 0 && b > 0) ? r + b : r;
}

double ml_float_pow(double a, double b)
{
    return b == 2 ? a * a : pow(a, b);
}

/*
 * i < f exactly when i < ceil(f), and so on: what is compared then is two
 * integers, if f is not beyond all of them. NaN fails every comparison.
 */
bool ml_int_lt_float(int64_t i, double f)
{
    if (f >= 0x1p63)
        return true;
    return f > -0x1p63 && i < (int64_t)ceil(f);
}

bool ml_int_le_float(int64_t i, double f)
{
    if (f >= 0x1p63)
        return true;
    return f >= -0x1p63 && i <= (int64_t)floor(f);
}

bool ml_float_lt_int(double f, int64_t i)
{
    if (f < -0x1p63)
        return true;
    return f < 0x1p63 && (int64_t)floor(f) < i;
}

bool ml_float_le_int(double f, int64_t i)
{
    if (f <= -0x1p63)
        return true;
    return f < 0x1p63 && (int64_t)ceil(f) <= i;
}
