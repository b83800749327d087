#ifndef ML_NUM_H
#define ML_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vm/data/value.h"

/*
 * num.h - numbers and their texts, without the locale; arithmetic corner cases.
 */

enum { NUM_TEXT = 40,                               /* room for any number */
       NUM_LONGEST = 32 * 1024 };                   /* bytes of a numeral: read in one go, in less than 100 us */

size_t ml_num_fmt(char *out, Value v);              /* int or float as tostring shows it: "%d", "%.14g" and ".0", "inf", "-nan"; NUL added */
/* d >= 0 with so many digits behind the point, as "%.*f". NUL added. 0: not one of the usual. */
size_t ml_num_fixed(char out[NUM_TEXT], double d, int places);
/* A numeral as Lua's tonumber takes it (spaces around, hex, hex float, exponent; no "inf"/"nan").
 * Whole text must be used; one longer than NUM_LONGEST is none. */
bool   ml_num_parse(const char *s, size_t n, Value *out);

bool   ml_float_to_int(double d, int64_t *out);     /* exact, in range */
static inline int64_t ml_int_add(int64_t a, int64_t b) { return (int64_t)((uint64_t)a + (uint64_t)b); }
static inline int64_t ml_int_sub(int64_t a, int64_t b) { return (int64_t)((uint64_t)a - (uint64_t)b); }
static inline int64_t ml_int_mul(int64_t a, int64_t b) { return (int64_t)((uint64_t)a * (uint64_t)b); }
int64_t ml_int_idiv_signed(int64_t a, int64_t b);
int64_t ml_int_mod_signed(int64_t a, int64_t b);
static inline int64_t ml_int_idiv(int64_t a, int64_t b)     /* floor; b != 0 */
{
    return __builtin_expect((a | b) >= 0, 1) ? (int64_t)((uint64_t)a / (uint64_t)b) : ml_int_idiv_signed(a, b);
}
static inline int64_t ml_int_mod(int64_t a, int64_t b)      /* floor; b != 0 */
{
    return __builtin_expect((a | b) >= 0, 1) ? (int64_t)((uint64_t)a % (uint64_t)b) : ml_int_mod_signed(a, b);
}
int64_t ml_int_shl(int64_t a, int64_t n);           /* Lua's logical shifts; negative n: right */
double  ml_float_mod(double a, double b);
double  ml_float_pow(double a, double b);

/* int against float, exact */
bool ml_int_lt_float(int64_t i, double f);
bool ml_int_le_float(int64_t i, double f);
bool ml_float_lt_int(double f, int64_t i);
bool ml_float_le_int(double f, int64_t i);

#endif
