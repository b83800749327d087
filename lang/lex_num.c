/*
 * lex_num.c - the value of a number as it is written in a program.
 *
 * Integers and the decimal fractions that people write are computed here
 * directly. The rest goes to strtod in the C locale: it rounds correctly, and
 * the locale of the host must not change what a program means.
 */

#include "lang/lex.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_DIGITS = 19,           /* any number of so many fits into 64 bits */
    MOST_EXACT = 22             /* 10^22 is the last exact power in a double */
};

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 'a' ^ 'A';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The form of a float, which strtod alone would take too generously (inf,
 * nan, a prefix). s is behind "0x" if hex. */
static bool is_float(const char *s, const char *end, bool hex)
{
    bool digits = false;
    char mark = hex ? 'p' : 'e';

    for (int part = 0; part < 2; part++) {
        for (; s < end && (hex ? hex_value(*s) >= 0 : is_digit(*s)); s++)
            digits = true;
        if (part == 0 && s < end && *s == '.')
            s++;
        else
            break;
    }
    if (!digits)
        return false;
    if (s < end && (*s | ('a' ^ 'A')) == mark) {
        s++;
        if (s < end && (*s == '+' || *s == '-'))
            s++;
        if (s == end || !is_digit(*s))
            return false;
        while (s < end && is_digit(*s))
            s++;
    }
    return s == end;
}

static bool by_strtod(const char *s, size_t n, Buf *scratch, double *f)
{
    ml_buf_clear(scratch);
    ml_buf_put(scratch, s, n);
    const char *text = ml_buf_cstr(scratch);
    locale_t    c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    char       *end = NULL;

    if (scratch->oom || !c)
        return false;
    *f = strtod_l(text, &end, c);
    freelocale(c);
    return end == text + n;
}

/* Up to 19 digits, at most one point, no exponent: one exact integer divided
 * by one exact power of ten is rounded once, hence correctly. */
static bool by_division(const char *s, size_t n, double *f)
{
    static const double ten[MOST_EXACT + 1] = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12,
        1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22
    };
    uint64_t m = 0;
    int      places = 0;
    bool     point = false;

    if (n > MOST_DIGITS)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '.') {
            point = true;
        } else if (is_digit(s[i])) {
            m = m * 10 + (uint64_t)(s[i] - '0');
            places += point;
        } else {
            return false;
        }
    }
    if (m > (uint64_t)1 << 53)
        return false;
    *f = (double)m / ten[places];
    return true;
}

static bool decimal_int(const char *s, size_t n, int64_t *i)
{
    uint64_t m = 0;
    for (size_t k = 0; k < n; k++) {
        uint64_t d = (uint64_t)(s[k] - '0');
        if (!is_digit(s[k]) || m > (INT64_MAX - d) / 10)
            return false;
        m = m * 10 + d;
    }
    *i = (int64_t)m;
    return n > 0;
}

/* Wraps around modulo 2^64. */
static bool hex_int(const char *s, size_t n, int64_t *i)
{
    uint64_t m = 0;
    for (size_t k = 0; k < n; k++) {
        int d = hex_value(s[k]);
        if (d < 0)
            return false;
        m = m << 4 | (uint64_t)d;
    }
    *i = (int64_t)m;
    return n > 0;
}

bool ml_lex_number(const char *s, size_t n, Buf *scratch, bool *is_int,
                   int64_t *i, double *f)
{
    bool hex = n > 1 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X');

    *is_int = hex ? hex_int(s + 2, n - 2, i) : decimal_int(s, n, i);
    if (*is_int)
        return true;
    if (!is_float(hex ? s + 2 : s, s + n, hex))
        return false;
    return (!hex && by_division(s, n, f)) || by_strtod(s, n, scratch, f);
}
