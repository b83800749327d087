#ifndef ML_TEST_H
#define ML_TEST_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * test.h - all that a unit test needs. A file tests one room:
 *
 *     #include "tests/unit/test.h"
 *
 *     TEST(one_and_one)
 *     {
 *         CHECK(1 + 1 > 1);
 *         CHECK_EQ(1 + 1, 2);
 *     }
 *
 *     TEST_MAIN
 *
 * Tests run in the order of the file; a failed CHECK ends its test and the
 * others go on. The output is TAP. An argument runs only the tests whose name
 * holds it. Sizes that take time go through test_scale().
 */

typedef struct TestCase TestCase;
struct TestCase {
    const char *name;
    void      (*run)(void);
    TestCase   *next;
};

static TestCase *test_first, **test_end = &test_first;
static int       test_failures;         /* of the running test */

#define TEST(id)                                                             \
    static void test_##id(void);                                             \
    __attribute__((constructor)) static void register_##id(void)             \
    {                                                                        \
        static TestCase self = { #id, test_##id, NULL };                     \
        *test_end = &self;                                                   \
        test_end = &self.next;                                               \
    }                                                                        \
    static void test_##id(void)

#define TEST_FAIL(...)                                                       \
    do {                                                                     \
        printf("# %s:%d: ", __FILE__, __LINE__);                             \
        printf(__VA_ARGS__);                                                 \
        putchar('\n');                                                       \
        test_failures++;                                                     \
    } while (0)

#define CHECK(cond)                                                          \
    do {                                                                     \
        if (!(cond)) {                                                       \
            TEST_FAIL("%s", #cond);                                          \
            return;                                                          \
        }                                                                    \
    } while (0)

/* Integers of any kind, compared as 64 bits. */
#define CHECK_EQ(a, b)                                                       \
    do {                                                                     \
        int64_t got_ = (int64_t)(a), want_ = (int64_t)(b);                   \
        if (got_ != want_) {                                                 \
            TEST_FAIL("%s is %lld (0x%llx), not %lld (0x%llx)", #a,          \
                      (long long)got_, (unsigned long long)got_,             \
                      (long long)want_, (unsigned long long)want_);          \
            return;                                                          \
        }                                                                    \
    } while (0)

#define CHECK_STR(a, b)                                                      \
    do {                                                                     \
        const char *got_ = (a), *want_ = (b);                                \
        if (strcmp(got_, want_) != 0) {                                      \
            TEST_FAIL("%s is \"%s\", not \"%s\"", #a, got_, want_);          \
            return;                                                          \
        }                                                                    \
    } while (0)

/* n divided by MOONLET_SCALE, at least `least`. */
static inline long test_scale(long n, long least)
{
    const char *s = getenv("MOONLET_SCALE");
    long by = s ? atol(s) : 1;
    n /= by > 0 ? by : 1;
    return n > least ? n : least;
}

/* Numbers for tests: the same in every run. */
static inline uint64_t test_random(uint64_t *state)
{
    uint64_t x = *state += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

static int test_main(const char *filter)
{
    int n = 0, failed = 0;
    for (TestCase *t = test_first; t; t = t->next) {
        if (filter && !strstr(t->name, filter))
            continue;
        test_failures = 0;
        t->run();
        printf("%s %d - %s\n", test_failures ? "not ok" : "ok", ++n, t->name);
        fflush(stdout);
        failed += test_failures != 0;
    }
    printf("1..%d\n", n);
    return failed || !n ? 1 : 0;
}

#define TEST_MAIN                                                            \
    int main(int argc, char **argv)                                          \
    {                                                                        \
        return test_main(argc > 1 ? argv[1] : NULL);                         \
    }

#endif
