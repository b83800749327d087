/*
 * test_num.c - numbers and their texts, against the C library, against wider
 * integers, and against what stock Lua 5.4 answers.
 */

#include <locale.h>
#include <math.h>

#include "tests/unit/test.h"
#include "vm/data/num.h"

static const char *fmt(Value v)
{
    static char out[NUM_TEXT];
    size_t n = ml_num_fmt(out, v);
    if (n != strlen(out))
        return "(wrong length)";
    return out;
}

static const char *fmt_float(double d)
{
    return fmt(ml_v_float(d));
}

/* The text, the kind and the value of a numeral: "int 10", "float 1.5", "no". */
static const char *parse(const char *s, size_t n)
{
    static char out[NUM_TEXT + 8];
    Value v;
    char *exact = malloc(n ? n : 1);        /* so that reading too far is seen */
    memcpy(exact, s, n);
    bool ok = ml_num_parse(exact, n, &v);
    free(exact);
    if (!ok)
        return "no";
    snprintf(out, sizeof out, "%s %s", ml_is_int(v) ? "int" : "float", fmt(v));
    return out;
}

/* Doubles of all sizes, and those near integers and powers of two. */
static double some_double(uint64_t *seed)
{
    uint64_t bits = test_random(seed);
    double d;
    switch (test_random(seed) % 7) {
    case 0:
        return (double)(int64_t)bits / 1024;
    case 1:
        return ldexp(1 + (double)(bits % 4096) / 4096, (int)(bits >> 32) % 100);
    case 2:
        return (double)(int64_t)(bits % 2000000) / 1000 - 1000;
    case 3:
        return (double)(bits % 1000000) / 1e10;
    case 4:
        return ldexp((double)(bits >> 40), -(int)(bits % 38));
    case 5:
        bits &= 0x800FFFFFFFFFFFFFu;        /* subnormal */
        break;
    default:
        break;
    }
    memcpy(&d, &bits, sizeof d);
    return isnan(d) ? 0.5 : d;
}

/* --- number to text --- */

TEST(integers_are_shown)
{
    char want[32];
    uint64_t seed = 1;
    CHECK_STR(fmt(ml_v_int(0)), "0");
    CHECK_STR(fmt(ml_v_int(-1)), "-1");
    CHECK_STR(fmt(ml_v_int(INT64_MAX)), "9223372036854775807");
    CHECK_STR(fmt(ml_v_int(INT64_MIN)), "-9223372036854775808");
    for (int i = 0; i < 2000; i++) {
        int64_t n = (int64_t)test_random(&seed) >> test_random(&seed) % 64;
        snprintf(want, sizeof want, "%lld", (long long)n);
        CHECK_STR(fmt(ml_v_int(n)), want);
    }
}

TEST(floats_are_shown_as_floats)
{
    CHECK_STR(fmt_float(1), "1.0");
    CHECK_STR(fmt_float(-3), "-3.0");
    CHECK_STR(fmt_float(0.0), "0.0");
    CHECK_STR(fmt_float(-0.0), "-0.0");
    CHECK_STR(fmt_float(0.1), "0.1");
    CHECK_STR(fmt_float(1e14), "1e+14");
    CHECK_STR(fmt_float(99999999999999), "99999999999999.0");
    CHECK_STR(fmt_float(-99999999999999), "-99999999999999.0");
    CHECK_STR(fmt_float(123456789012345), "1.2345678901234e+14");
    CHECK_STR(fmt_float(0x1p63), "9.2233720368548e+18");
    CHECK_STR(fmt_float(1e100), "1e+100");
    CHECK_STR(fmt_float(3.14159265358979), "3.1415926535898");
    CHECK_STR(fmt_float(99999999999999.99), "1e+14");
    CHECK_STR(fmt_float(9999999999999.999), "10000000000000.0");
    CHECK_STR(fmt_float(-2.2250738585072014e-308), "-2.2250738585072e-308");
    CHECK_STR(fmt_float(INFINITY), "inf");
    CHECK_STR(fmt_float(-INFINITY), "-inf");
    CHECK_STR(fmt_float(copysign(NAN, 1)), "nan");
    CHECK_STR(fmt_float(copysign(NAN, -1)), "-nan");
}

TEST(floats_are_shown_as_the_c_library_shows_them)
{
    uint64_t seed = 2;
    char want[40];
    for (long i = test_scale(50000, 1000); i > 0; i--) {
        double d = some_double(&seed);
        snprintf(want, sizeof want, "%.14g", d);
        if (!want[strspn(want, "-0123456789")])
            strcat(want, ".0");
        CHECK_STR(fmt_float(d), want);
    }
}

/* Ties go to the even digit, and carries into new ones. */
TEST(places_are_as_the_c_library_shows_them)
{
    static const double some[] = { 0.125, 0.375, 0.5, 1.5, 2.5, 9.5, 0.999, 99.995, 1e-9, 0x1p-40, 0x1p33 - 1, 1.0 / 3 };
    uint64_t seed = 3;
    char want[80], got[NUM_TEXT];
    for (size_t i = 0; i < sizeof some / sizeof *some; i++)
        for (int places = 0; places <= 9; places++) {
            snprintf(want, sizeof want, "%.*f", places, some[i]);
            CHECK_EQ(ml_num_fixed(got, some[i], places), strlen(want));
            CHECK_STR(got, want);
        }
    for (long i = test_scale(50000, 1000); i > 0; i--) {
        int places = (int)(i % 10), exponent = (int)(i / 10 % 76) - 42;
        double d = ldexp(0.5 + fabs(modf(some_double(&seed) / 3, &(double){ 0 })) / 2, exponent);
        if (!isfinite(d) || !ml_num_fixed(got, d, places))
            continue;
        snprintf(want, sizeof want, "%.*f", places, d);
        CHECK_STR(got, want);
    }
    CHECK_EQ(ml_num_fixed(got, NAN, 2) + ml_num_fixed(got, INFINITY, 2) + ml_num_fixed(got, 1, 10) +
             ml_num_fixed(got, 1, -1) + ml_num_fixed(got, -1, 2), 0);
}

/* --- text to number --- */

TEST(numerals_are_read_as_stock_lua_reads_them)
{
    static const struct { const char *s, *want; } all[] = {
        { "10", "int 10" }, { "  10  ", "int 10" }, { "\f\n\r\t\v 7", "int 7" },
        { "-10", "int -10" }, { "+5", "int 5" }, { "-0", "int 0" }, { "007", "int 7" },
        { "9223372036854775807", "int 9223372036854775807" },
        { "9223372036854775808", "float 9.2233720368548e+18" },
        { "-9223372036854775808", "int -9223372036854775808" },
        { "-9223372036854775809", "float -9.2233720368548e+18" },
        { "00000000000000000000000000001", "int 1" },
        { "10.", "float 10.0" }, { ".5", "float 0.5" }, { "-.5", "float -0.5" },
        { "1e2", "float 100.0" }, { "1E+2", "float 100.0" }, { "1e-2", "float 0.01" },
        { "0e12", "float 0.0" }, { "-0.0", "float -0.0" }, { "1e400", "float inf" },
        { "-1e400", "float -inf" }, { "1e-400", "float 0.0" },
        { "1e99999999999999999999", "float inf" },
        { "0e99999999999999999999", "float 0.0" },
        { "1e-99999999999999999999", "float 0.0" },
        { "0x10", "int 16" }, { "0XfF", "int 255" }, { "-0x1", "int -1" },
        { "0xffffffffffffffff", "int -1" }, { "0x1ffffffffffffffff", "int -1" },
        { "0x7fffffffffffffff", "int 9223372036854775807" },
        { "0x.8", "float 0.5" }, { "0x8.", "float 8.0" }, { "0xA.8p0", "float 10.5" },
        { "0x1p4", "float 16.0" }, { "0x1P-2", "float 0.25" }, { "0x.1p4", "float 1.0" },
        { "0x1p99999999999", "float inf" }, { "0x0p99999999999", "float 0.0" },
        { "0x1p-1074", "float 4.9406564584125e-324" }, { "0x1p-1075", "float 0.0" },
        { "0x1.00001p-1075", "float 4.9406564584125e-324" },
        { "0xffffffffffffffff.0", "float 1.844674407371e+19" },
        { "", "no" }, { " ", "no" }, { "-", "no" }, { "+", "no" }, { ".", "no" },
        { "- 1", "no" }, { "+-1", "no" }, { "--1", "no" }, { "1 2", "no" }, { "1x", "no" },
        { "0x", "no" }, { "0x.", "no" }, { "0xg", "no" }, { "0x1p", "no" }, { "0x1p+", "no" },
        { "0xp1", "no" }, { "x1", "no" }, { "1e", "no" }, { "1e+", "no" }, { "e1", "no" },
        { ".e1", "no" }, { "1..2", "no" }, { "1.2.3", "no" }, { "1,5", "no" },
        { "0x1.8.1", "no" }, { "0x 1", "no" }, { "1e 1", "no" }, { "1_000", "no" },
        { "inf", "no" }, { "nan", "no" }, { "-inf", "no" }, { "infinity", "no" },
        { "0x1e+1", "no" }, { "1f", "no" }, { "1L", "no" }, { "\xa0" "1", "no" },
        { NULL, NULL }
    };
    for (int i = 0; all[i].s; i++)
        if (strcmp(parse(all[i].s, strlen(all[i].s)), all[i].want) != 0)
            TEST_FAIL("\"%s\" is %s, not %s", all[i].s,
                      parse(all[i].s, strlen(all[i].s)), all[i].want);
    CHECK_STR(parse("1\0", 2), "no");
    CHECK_STR(parse("\0", 1), "no");
    CHECK_STR(parse("12345", 3), "int 123");
    CHECK_STR(parse("1e5", 2), "no");
    CHECK_STR(parse("0x5", 2), "no");
}

static bool same_double(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

TEST(floats_are_read_exactly)
{
    static const char *const shapes[] = {
        "%.17g", "%.3e", "%.14g", "%.40e", "%.15g", "%a", "%.5a", "%.1f", "%.25f", "%.800e"
    };
    static char s[1200];
    uint64_t seed = 4;
    for (long i = test_scale(50000, 2000); i > 0; i--) {
        Value v;
        double d = some_double(&seed);
        if (isinf(d))
            continue;
        const char *shape = shapes[(unsigned long)i % 10];
        /* each with the type of its one argument */
        _Pragma("GCC diagnostic push")
        _Pragma("GCC diagnostic ignored \"-Wformat-nonliteral\"")
        snprintf(s, sizeof s, shape, d);
        _Pragma("GCC diagnostic pop")
        CHECK(ml_num_parse(s, strlen(s), &v));
        double got = ml_is_int(v) ? (double)v.i : v.n, want = strtod(s, NULL);
        if (!same_double(got, want) && want != 0) {
            TEST_FAIL("%s is %a, not %a", s, got, want);
            return;
        }
    }
}

/* Halfway between two doubles, and a little more or less far behind. */
TEST(halfway_points_are_rounded_right)
{
    static char s[2000];
    uint64_t seed = 5;
    Value v;
    for (int i = 0; i < 300; i++) {
        double d = ldexp(1 + (double)(test_random(&seed) >> 12) * 0x1p-52, -(int)(test_random(&seed) % 60));
        long double half = (long double)d + ldexpl(1, ilogb(d) - 53);
        int n = snprintf(s, sizeof s, "%.200Lf", half);
        for (int more = 0; more < 3; more++) {
            if (more)
                n += snprintf(s + n, sizeof s - (size_t)n, "%0700d", more - 1);
            CHECK(ml_num_parse(s, (size_t)n, &v) && ml_is_float(v));
            CHECK(same_double(v.n, strtod(s, NULL)));
        }
        snprintf(s, sizeof s, "%La", half);
        CHECK(ml_num_parse(s, strlen(s), &v));
        CHECK(same_double(v.n, strtod(s, NULL)));
    }
}

TEST(long_numerals_are_read)
{
    size_t n = 20000;           /* up to NUM_LONGEST */
    char *s = malloc(n + 8);
    Value v;
    memset(s, '1', n);
    CHECK(ml_num_parse(s, n, &v) && v.n == INFINITY);
    s[1] = '.';
    CHECK(ml_num_parse(s, n, &v) && v.n == 10.0 / 9);
    memset(s, '0', n);
    s[1] = '.';
    s[n - 1] = '7';
    CHECK(ml_num_parse(s, n, &v) && same_double(v.n, 0));
    memcpy(s + n, "e19999", 7);             /* 7e-19998 * 10^19999 */
    CHECK(ml_num_parse(s, n + 6, &v) && v.n == 70);
    s[1] = 'x';
    s[n - 1] = 'f';
    CHECK(ml_num_parse(s, n, &v) && ml_is_int(v) && v.i == 15);
    free(s);
}

/* A locale with another decimal point, where the system has one. */
TEST(the_locale_does_not_matter)
{
    static const char *const names[] = { "de_DE.UTF-8", "de_DE", "fr_FR.UTF-8", "ps_AF.UTF-8", NULL };
    for (int i = 0; names[i]; i++) {
        if (!setlocale(LC_NUMERIC, names[i]))
            continue;
        CHECK_STR(fmt_float(0.5), "0.5");
        CHECK_STR(fmt_float(-1.25e-30), "-1.25e-30");
        CHECK_STR(parse("3.14159265358979323846", 22), "float 3.1415926535898");
        CHECK_STR(parse("1,5", 3), "no");
    }
    setlocale(LC_NUMERIC, "C");
}

/* --- arithmetic --- */

static const int64_t edges[] = {
    0, 1, -1, 2, -2, 3, -3, 7, 10, -10, 63, 64, 65, -63, -64, -65, 1000,
    (int64_t)1 << 53, ((int64_t)1 << 53) + 1, -((int64_t)1 << 53) - 1,
    INT64_MAX, INT64_MAX - 1, INT64_MAX - 511, INT64_MAX - 512, INT64_MIN, INT64_MIN + 1
};
enum { EDGES = sizeof edges / sizeof *edges };

static __int128 floor_div(__int128 a, __int128 b)
{
    __int128 q = a / b;
    return q - (q * b != a && (a < 0) != (b < 0));
}

TEST(integer_arithmetic_wraps_and_floors)
{
    for (int i = 0; i < EDGES; i++)
        for (int j = 0; j < EDGES; j++) {
            int64_t a = edges[i], b = edges[j];
            CHECK_EQ(ml_int_add(a, b), (int64_t)((__int128)a + b));
            CHECK_EQ(ml_int_sub(a, b), (int64_t)((__int128)a - b));
            CHECK_EQ(ml_int_mul(a, b), (int64_t)((__int128)a * b));
            if (b == 0)
                continue;
            __int128 q = floor_div(a, b);
            CHECK_EQ(ml_int_idiv(a, b), (int64_t)q);
            CHECK_EQ(ml_int_mod(a, b), (int64_t)(a - q * b));
        }
}

TEST(shifts_are_logical_and_go_both_ways)
{
    CHECK_EQ(ml_int_shl(1, 63), INT64_MIN);
    CHECK_EQ(ml_int_shl(1, 64), 0);
    CHECK_EQ(ml_int_shl(-1, -1), INT64_MAX);
    CHECK_EQ(ml_int_shl(-1, -63), 1);
    CHECK_EQ(ml_int_shl(-1, -64), 0);
    CHECK_EQ(ml_int_shl(5, 0), 5);
    CHECK_EQ(ml_int_shl(5, INT64_MIN), 0);
    CHECK_EQ(ml_int_shl(5, INT64_MAX), 0);
}

TEST(float_modulo_has_the_sign_of_the_divisor)
{
    CHECK(ml_float_mod(5, 3) == 2);
    CHECK(ml_float_mod(-5, 3) == 1);
    CHECK(ml_float_mod(5, -3) == -1);
    CHECK(ml_float_mod(-5, -3) == -2);
    CHECK(ml_float_mod(5.5, 2) == 1.5);
    CHECK(ml_float_mod(1, INFINITY) == 1);
    CHECK(ml_float_mod(-1, INFINITY) == INFINITY);
    CHECK(ml_float_mod(1, -INFINITY) == -INFINITY);
    CHECK(ml_float_mod(-1, -INFINITY) == -1);
    CHECK(isnan(ml_float_mod(1, 0)));
    CHECK(ml_float_mod(-1e-200, 3e-200) == 2e-200);
    CHECK(same_double(ml_float_mod(-6, 3), -0.0));
    CHECK(ml_float_pow(3, 2) == 9);
    CHECK(ml_float_pow(2, 0.5) == sqrt(2));
}

/* The C library's remainder, and what Lua makes of its sign. */
TEST(float_modulo_is_fmod_with_another_sign)
{
    static const double all[] = { 0.0, 1, 2, 3, 7, 10, 0.5, 2.5, 1e15, 0x1p53 - 1, 0x1p53, 0x1p53 + 2, 0x1p62, 0x1p64,
                                  1e300, 5e-324 };
    enum { N = sizeof all / sizeof *all };
    for (int i = 0; i < 4 * N * N; i++) {
        double a = all[i / 4 / N] * (i & 1 ? -1 : 1), b = all[i / 4 % N] * (i & 2 ? -1 : 1), r = fmod(a, b);
        if (r != 0 && (r < 0) != (b < 0))
            r += b;
        if (isnan(r))
            CHECK(isnan(ml_float_mod(a, b)));
        else
            CHECK(same_double(ml_float_mod(a, b), r));
    }
}

TEST(floats_become_integers_only_exactly)
{
    int64_t i;
    CHECK(ml_float_to_int(-0.0, &i) && i == 0);
    CHECK(ml_float_to_int(-0x1p63, &i) && i == INT64_MIN);
    CHECK(ml_float_to_int(0x1p63 - 1024, &i) && i == INT64_MAX - 1023);
    CHECK(!ml_float_to_int(0x1p63, &i));
    CHECK(!ml_float_to_int(-0x1p63 - 2048, &i));
    CHECK(!ml_float_to_int(0.5, &i));
    CHECK(!ml_float_to_int(1e300, &i));
    CHECK(!ml_float_to_int(INFINITY, &i));
    CHECK(!ml_float_to_int(-INFINITY, &i));
    CHECK(!ml_float_to_int(NAN, &i));
}

/* A long double holds both kinds exactly. */
TEST(integers_and_floats_are_compared_exactly)
{
    for (int i = 0; i < EDGES; i++)
        for (int j = 0; j < EDGES; j++)
            for (int k = -2; k <= 2; k++) {
                int64_t a = edges[i];
                double f = (double)edges[j] + k / 4.0;
                if (k == 1)
                    f = nextafter((double)edges[j], INFINITY);
                if (k == -1)
                    f = nextafter((double)edges[j], -INFINITY);
                long double x = (long double)a, y = (long double)f;
                CHECK_EQ(ml_int_lt_float(a, f), x < y);
                CHECK_EQ(ml_int_le_float(a, f), x <= y);
                CHECK_EQ(ml_float_lt_int(f, a), y < x);
                CHECK_EQ(ml_float_le_int(f, a), y <= x);
                CHECK_EQ(ml_raw_equal(ml_v_int(a), ml_v_float(f)), x == y);
                CHECK_EQ(ml_raw_equal(ml_v_float(f), ml_v_int(a)), x == y);
            }
    for (int i = 0; i < EDGES; i++) {
        CHECK(ml_int_lt_float(edges[i], INFINITY) && !ml_int_lt_float(edges[i], -INFINITY));
        CHECK(ml_int_le_float(edges[i], INFINITY) && !ml_int_le_float(edges[i], -INFINITY));
        CHECK(!ml_float_lt_int(INFINITY, edges[i]) && ml_float_lt_int(-INFINITY, edges[i]));
        CHECK(!ml_float_le_int(INFINITY, edges[i]) && ml_float_le_int(-INFINITY, edges[i]));
        CHECK(!ml_int_lt_float(edges[i], NAN) && !ml_int_le_float(edges[i], NAN));
        CHECK(!ml_float_lt_int(NAN, edges[i]) && !ml_float_le_int(NAN, edges[i]));
    }
}

TEST(values_are_equal_by_content)
{
    CHECK(ml_raw_equal(ml_v_float(0.0), ml_v_float(-0.0)));
    CHECK(!ml_raw_equal(ml_v_float(NAN), ml_v_float(NAN)));
    CHECK(!ml_raw_equal(ml_v_nil(), ml_v_bool(false)));
    CHECK(!ml_raw_equal(ml_v_int(0), ml_v_nil()));
    CHECK_STR(ml_type_name(ml_v_nil()), "nil");
    CHECK_STR(ml_type_name(ml_v_bool(true)), "boolean");
    CHECK_STR(ml_type_name(ml_v_light(NULL)), "userdata");
    CHECK_STR(ml_type_name((Value){ .u = 5, .tag = TAG_PID | (uint64_t)7 << 32 }), "pid");
    CHECK_STR(ml_type_name((Value){ .u = 5, .tag = TAG_REF | (uint64_t)7 << 8 }), "ref");
}

TEST_MAIN
