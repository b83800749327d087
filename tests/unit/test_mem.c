/* test_mem.c - the account: exact, limited, and failing when asked to. */

#include "tests/unit/test.h"
#include "vm/base/mem.h"
#include "vm/base/thread.h"

TEST(counts_every_byte)
{
    Mem m;
    ml_mem_init(&m, NULL, NULL, 0);
    void *a = ml_mem_alloc(&m, 100), *b = ml_mem_zalloc(&m, 1000);
    CHECK(a && b);
    CHECK_EQ(ml_mem_used(&m), 1100);
    a = ml_mem_realloc(&m, a, 100, 300);
    CHECK_EQ(ml_mem_used(&m), 1300);
    a = ml_mem_realloc(&m, a, 300, 50);
    CHECK_EQ(ml_mem_used(&m), 1050);
    ml_mem_free(&m, a, 50);
    CHECK(ml_mem_realloc(&m, b, 1000, 0) == NULL);
    CHECK_EQ(ml_mem_used(&m), 0);
    CHECK_EQ(m.peak, 1300);
    ml_mem_free(&m, NULL, 77);
    CHECK_EQ(ml_mem_used(&m), 0);
}

TEST(nothing_for_nothing)
{
    Mem m;
    ml_mem_init(&m, NULL, NULL, 0);
    CHECK(ml_mem_alloc(&m, 0) == NULL);
    CHECK(ml_mem_zalloc(&m, 0) == NULL);
    CHECK(ml_mem_alloc(&m, SIZE_MAX) == NULL);
    CHECK(ml_mem_alloc(&m, SIZE_MAX / 2 + 1) == NULL);
    CHECK_EQ(ml_mem_used(&m), 0);
}

TEST(zalloc_is_zero)
{
    Mem m;
    ml_mem_init(&m, NULL, NULL, 0);
    for (size_t n = 1; n < 5000; n += 61) {
        unsigned char *p = ml_mem_alloc(&m, n);
        memset(p, 0xee, n);
        ml_mem_free(&m, p, n);
        p = ml_mem_zalloc(&m, n);
        for (size_t i = 0; i < n; i++)
            CHECK_EQ(p[i], 0);
        ml_mem_free(&m, p, n);
    }
}

TEST(limit_is_exact)
{
    Mem m;
    ml_mem_init(&m, NULL, NULL, 1000);
    void *a = ml_mem_alloc(&m, 600);
    CHECK(ml_mem_alloc(&m, 401) == NULL);
    void *b = ml_mem_alloc(&m, 400);
    CHECK(b != NULL);
    CHECK(ml_mem_alloc(&m, 1) == NULL);
    CHECK(ml_mem_realloc(&m, b, 400, 401) == NULL);
    CHECK_EQ(ml_mem_used(&m), 1000);
    b = ml_mem_realloc(&m, b, 400, 200);        /* shrinking is never refused */
    CHECK(b != NULL);
    ml_mem_free(&m, b, 200);
    ml_mem_free(&m, a, 600);
    CHECK_EQ(ml_mem_used(&m), 0);
}

TEST(the_nth_request_fails_once)
{
    Mem m;
    ml_mem_init(&m, NULL, NULL, 0);
    m.fail_in = 3;
    void *a = ml_mem_alloc(&m, 10), *b = ml_mem_zalloc(&m, 10);
    CHECK(a && b);
    a = ml_mem_realloc(&m, a, 10, 5);           /* no request for more */
    CHECK(a != NULL);
    CHECK(ml_mem_realloc(&m, a, 5, 20) == NULL);
    CHECK_EQ(ml_mem_used(&m), 15);
    a = ml_mem_realloc(&m, a, 5, 20);
    CHECK(a != NULL);
    ml_mem_free(&m, a, 20);
    ml_mem_free(&m, b, 10);
    CHECK_EQ(ml_mem_used(&m), 0);
}

typedef struct Seen { size_t out; int calls; int refuse; } Seen;

static void *count(void *ud, void *p, size_t osize, size_t nsize)
{
    Seen *s = ud;
    s->calls++;
    if (nsize > osize && s->refuse)
        return NULL;
    s->out += nsize - osize;
    if (nsize == 0) {
        free(p);
        return NULL;
    }
    return realloc(p, nsize);
}

TEST(own_allocator_sees_the_sizes)
{
    Seen s = { 0 };
    Mem m;
    ml_mem_init(&m, count, &s, 0);
    void *p = ml_mem_zalloc(&m, 64);
    p = ml_mem_realloc(&m, p, 64, 128);
    CHECK_EQ(s.out, 128);
    s.refuse = 1;
    CHECK(ml_mem_alloc(&m, 5) == NULL);
    CHECK(ml_mem_realloc(&m, p, 128, 256) == NULL);
    CHECK_EQ(ml_mem_used(&m), 128);
    ml_mem_free(&m, p, 128);
    CHECK_EQ(s.out, 0);
    CHECK_EQ(s.calls, 5);
    CHECK_EQ(ml_mem_used(&m), 0);
}

static void churn(void *arg)
{
    Mem *m = arg;
    uint64_t seed = (uintptr_t)&seed;
    for (int i = 0; i < 20000; i++) {
        size_t n = 1 + test_random(&seed) % 500;
        void *p = ml_mem_alloc(m, n);           /* NULL near the limit */
        if (p && ml_mem_used(m) > m->limit)
            abort();
        ml_mem_free(m, p, n);
    }
}

TEST(threads_keep_it_exact)
{
    Mem m;
    Thread t[3];
    ml_mem_init(&m, NULL, NULL, 1000);
    for (int i = 0; i < 3; i++)
        CHECK(ml_thread_start(&t[i], churn, &m));
    for (int i = 0; i < 3; i++)
        ml_thread_join(&t[i]);
    CHECK_EQ(ml_mem_used(&m), 0);
    CHECK(m.peak <= 1000);
}

/* --- very large blocks, freed and used again; under a sanitizer there are none --- */

enum { MB = 1 << 20 };
static bool has_pages(void) { return PAGES_MIN <= MB; }

TEST(a_freed_block_is_used_again)
{
    Mem m;
    size_t used;
    if (!has_pages())
        return;
    ml_mem_init(&m, NULL, NULL, 0);
    ml_mem_put_off(&m);
    char *p = ml_mem_alloc_warm(&m, 4 * MB, &used);
    CHECK(p && used == 0);                          /* all of it fresh */
    memset(p, 1, 4 * MB);
    ml_mem_free(&m, p, 4 * MB);
    CHECK_EQ(ml_mem_used(&m), 0);
    CHECK_EQ(m.doomed.bytes, 4 * MB);
    char *q = ml_mem_alloc_warm(&m, 3 * MB, &used);
    CHECK(q == p && used == 3 * MB && q[100] != 0);
    CHECK_EQ(m.doomed.bytes, MB);                   /* the rest of it */
    ml_mem_free(&m, q, 3 * MB);
    char *r = ml_mem_alloc_warm(&m, 6 * MB, &used); /* the longest, grown */
    CHECK(r && used == 3 * MB && r[3 * MB - 1] != 0 && r[3 * MB] == 0 && r[6 * MB - 1] == 0);
    CHECK_EQ(m.doomed.bytes, MB);
    ml_mem_free(&m, r, 6 * MB);
    while (ml_mem_reap(&m, MB / 2))
        ;
    CHECK(!ml_mem_has_doomed(&m) && m.doomed.bytes == 0);
}

TEST(a_cut_keeps_only_what_was_touched)
{
    Mem m;
    size_t used;
    if (!has_pages())
        return;
    ml_mem_init(&m, NULL, NULL, 0);
    ml_mem_put_off(&m);
    char *p = ml_mem_alloc_warm(&m, 16 * MB, &used);
    memset(p, 7, 5 * MB);
    CHECK(ml_mem_cut(&m, p, 16 * MB, 2 * MB, 5 * MB));
    CHECK_EQ(ml_mem_used(&m), 2 * MB);
    CHECK_EQ(m.doomed.bytes, 3 * MB);
    CHECK(p[0] == 7 && p[2 * MB - 1] == 7);
    CHECK(!ml_mem_cut(&m, p, 2 * MB, MB / 2, 2 * MB));  /* would be no pages any more */
    char *z = ml_mem_zalloc(&m, 3 * MB);                /* never of what was used */
    for (size_t i = 0; i < 3 * MB; i += 4096)
        CHECK(z[i] == 0);
    ml_mem_free(&m, z, 3 * MB);
    ml_mem_free(&m, p, 2 * MB);
    CHECK_EQ(ml_mem_used(&m), 0);
    CHECK_EQ(m.doomed.bytes, 8 * MB);
    CHECK(!ml_mem_has_excess(&m));
    p = ml_mem_alloc(&m, 128 * MB);
    ml_mem_free(&m, p, 128 * MB);
    CHECK(ml_mem_has_excess(&m));
    ml_mem_reap(&m, SIZE_MAX);
    CHECK_EQ(m.doomed.bytes, 0);
}

/* Of small pages and of large ones, it still grows and moves as one. */
TEST(a_block_that_is_used_slowly_grows)
{
    Mem m;
    if (!has_pages())
        return;
    ml_mem_init(&m, NULL, NULL, 0);
    char *p = ml_mem_alloc(&m, 8 * MB);
    memset(p, 5, 3 * MB);
    ml_mem_use_slowly(&m, p + 3 * MB + 100, 5 * MB - 100);
    memset(p + 3 * MB, 6, 3 * MB);
    char *wall = ml_mem_alloc(&m, 2 * MB);          /* perhaps in its way */
    p = ml_mem_zgrow(&m, p, 8 * MB, 64 * MB);
    CHECK(p && p[0] == 5 && p[3 * MB - 1] == 5 && p[3 * MB] == 6 && p[6 * MB - 1] == 6);
    CHECK(p[8 * MB] == 0 && p[64 * MB - 1] == 0);
    ml_mem_free(&m, p, 64 * MB);
    ml_mem_free(&m, wall, 2 * MB);
    CHECK_EQ(ml_mem_used(&m), 0);
}

static void churn_pages(void *arg)
{
    Mem *m = arg;
    uint64_t seed = (uintptr_t)&seed;
    for (int i = 0; i < 2000; i++) {
        size_t n = MB + test_random(&seed) % (4 * MB);
        unsigned char *p = ml_mem_alloc(m, n);
        p[0] = p[n - 1] = (unsigned char)i;
        if (i % 7 == 0)
            ml_mem_reap(m, MB);
        if (p[0] != (unsigned char)i || p[n - 1] != (unsigned char)i)
            abort();                            /* somebody else has it, too */
        ml_mem_free(m, p, n);
    }
}

TEST(threads_share_what_was_freed)
{
    Mem m;
    Thread t[3];
    ml_mem_init(&m, NULL, NULL, 0);
    ml_mem_put_off(&m);
    for (int i = 0; i < 3; i++)
        CHECK(ml_thread_start(&t[i], churn_pages, &m));
    for (int i = 0; i < 3; i++)
        ml_thread_join(&t[i]);
    CHECK_EQ(ml_mem_used(&m), 0);
    ml_mem_reap(&m, SIZE_MAX);
    CHECK_EQ(m.doomed.bytes, 0);
}

TEST_MAIN
