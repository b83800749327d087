/* test_arena.c - memory that is given back all at once. */

#include "tests/unit/test.h"
#include "vm/base/arena.h"

TEST(aligned_zeroed_and_apart)
{
    enum { MANY = 2000 };
    static unsigned char *p[MANY];
    static size_t size[MANY];
    uint64_t seed = 11;
    Mem m;
    Arena a;
    ml_mem_init(&m, NULL, NULL, 0);
    ml_arena_init(&a, &m);
    for (int i = 0; i < MANY; i++) {
        size[i] = test_random(&seed) % (i % 100 ? 200 : 60000);
        p[i] = ml_arena_alloc(&a, size[i]);
        CHECK(p[i] != NULL);
        CHECK_EQ((uintptr_t)p[i] % 16, 0);
        for (size_t k = 0; k < size[i]; k++)
            CHECK_EQ(p[i][k], 0);
        memset(p[i], i, size[i]);
    }
    for (int i = 0; i < MANY; i++)
        for (size_t k = 0; k < size[i]; k++)
            CHECK_EQ(p[i][k], (unsigned char)i);
    CHECK_EQ(a.total, ml_mem_used(&m));
    ml_arena_fini(&a);
    CHECK_EQ(ml_mem_used(&m), 0);
}

TEST(small_stays_small)
{
    Mem m;
    Arena a;
    ml_mem_init(&m, NULL, NULL, 0);
    ml_arena_init(&a, &m);
    CHECK_EQ(ml_mem_used(&m), 0);
    for (int i = 0; i < 10; i++)
        ml_arena_alloc(&a, 50);
    CHECK(ml_mem_used(&m) <= 1024);
    ml_arena_fini(&a);
}

TEST(a_big_one_does_not_waste_the_rest)
{
    Mem m;
    Arena a;
    ml_mem_init(&m, NULL, NULL, 0);
    ml_arena_init(&a, &m);
    char *one = ml_arena_alloc(&a, 16);
    ml_arena_alloc(&a, 1000000);
    char *two = ml_arena_alloc(&a, 16);
    CHECK(two == one + 16);
    ml_arena_fini(&a);
    ml_arena_alloc(&a, 1000000);        /* a big one first */
    CHECK(ml_arena_alloc(&a, 16) != NULL);
    ml_arena_fini(&a);
    CHECK_EQ(ml_mem_used(&m), 0);
}

TEST(strdup_adds_a_nul)
{
    Mem m;
    Arena a;
    ml_mem_init(&m, NULL, NULL, 0);
    ml_arena_init(&a, &m);
    char *s = ml_arena_strdup(&a, "message!", 7);
    CHECK_STR(s, "message");
    CHECK_STR(ml_arena_strdup(&a, NULL, 0), "");
    ml_arena_fini(&a);
}

TEST(out_of_memory_is_an_answer)
{
    Mem m;
    Arena a;
    ml_mem_init(&m, NULL, NULL, 5000);
    ml_arena_init(&a, &m);
    int n = 0;
    while (ml_arena_alloc(&a, 100))
        n++;
    CHECK(n >= 20 && n <= 50);
    CHECK(ml_arena_alloc(&a, SIZE_MAX) == NULL);
    CHECK(ml_arena_alloc(&a, SIZE_MAX - 8) == NULL);
    CHECK(ml_arena_strdup(&a, "", SIZE_MAX) == NULL);
    ml_arena_fini(&a);
    CHECK_EQ(ml_mem_used(&m), 0);
}

TEST_MAIN
