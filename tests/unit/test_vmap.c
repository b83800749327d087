/* test_vmap.c - the map outside the heaps, against a naive twin. */

#include "tests/unit/test.h"
#include "vm/proc/vmap.h"

static Mem mem;

static void begin(VMap *m)
{
    ml_mem_init(&mem, NULL, NULL, 0);
    ml_vmap_init(m, &mem);
}

TEST(set_get_remove)
{
    VMap m;
    begin(&m);
    Value k = ml_v_int(5);
    CHECK_EQ(ml_vmap_get(&m, k).tag, TAG_NIL);
    CHECK(!ml_vmap_remove(&m, k));
    CHECK(ml_vmap_set(&m, k, ml_v_int(50)));
    CHECK_EQ(ml_vmap_get(&m, k).i, 50);
    CHECK(ml_vmap_set(&m, k, ml_v_int(51)));
    CHECK_EQ(ml_vmap_get(&m, k).i, 51);
    CHECK_EQ(ml_vmap_count(&m), 1);
    CHECK_EQ(ml_vmap_get(&m, ml_v_float(5)).tag, TAG_NIL);
    CHECK(ml_vmap_remove(&m, k));
    CHECK_EQ(ml_vmap_count(&m), 0);
    CHECK_EQ(ml_mem_used(&mem), 0);     /* without entries it holds nothing */
    ml_vmap_fini(&m);
}

/* Is it what the twin says, by asking and by walking? */
static int differs(const VMap *m, const int64_t *twin, int keys)
{
    int wrong = 0, n = 0;
    for (int i = 0; i < keys; i++) {
        Value v = ml_vmap_get(m, ml_v_int(i));
        wrong += twin[i] ? v.tag != TAG_INT || v.i != twin[i] : v.tag != TAG_NIL;
        n += twin[i] != 0;
    }
    wrong += (int)ml_vmap_count(m) != n;
    Value k, v;
    for (uint32_t pos = 0; ml_vmap_each(m, &pos, &k, &v); n--)
        wrong += k.i < 0 || k.i >= keys || twin[k.i] != v.i;
    return wrong + (n != 0);
}

/* It is filled and emptied again and again, so that it grows and shrinks, and
 * most steps meet it while entries are moved. */
TEST(agrees_with_a_naive_twin)
{
    enum { KEYS = 3000 };
    static int64_t twin[KEYS];
    VMap m;
    uint64_t seed = 7;
    long steps = test_scale(200000, 20000);
    begin(&m);
    memset(twin, 0, sizeof twin);
    for (long i = 1; i <= steps; i++) {
        int k = (int)(test_random(&seed) % KEYS);
        bool fills = i / (KEYS * 2) % 2 == 0;
        if (test_random(&seed) % 8 < (fills ? 6 : 1)) {
            CHECK(ml_vmap_set(&m, ml_v_int(k), ml_v_int(i)));
            twin[k] = i;
        } else {
            CHECK(ml_vmap_remove(&m, ml_v_int(k)) == (twin[k] != 0));
            twin[k] = 0;
        }
        if (i % 97 == 0)
            CHECK_EQ(differs(&m, twin, KEYS), 0);
    }
    CHECK_EQ(differs(&m, twin, KEYS), 0);
    for (int k = 0; k < KEYS; k++)
        ml_vmap_remove(&m, ml_v_int(k));
    CHECK_EQ(ml_mem_used(&mem), 0);
}

TEST(it_is_as_large_as_its_entries)
{
    VMap m;
    int n = (int)test_scale(300000, 3000);
    begin(&m);
    for (int i = 0; i < n; i++)
        CHECK(ml_vmap_set(&m, ml_v_int(i), ml_v_int(i)));
    CHECK(ml_mem_used(&mem) <= (size_t)n * 129);
    for (int i = 10; i < n; i++)
        CHECK(ml_vmap_remove(&m, ml_v_int(i)));
    for (int i = 0; i < 10; i++)
        CHECK_EQ(ml_vmap_get(&m, ml_v_int(i)).i, i);
    CHECK(ml_mem_used(&mem) <= (size_t)n * 10);
    ml_vmap_fini(&m);
    CHECK_EQ(ml_mem_used(&mem), 0);
}

TEST(no_memory_leaves_it_as_it_is)
{
    VMap m;
    begin(&m);
    int n = 0;
    mem.limit = 4000;
    while (ml_vmap_set(&m, ml_v_int(n), ml_v_int(n)))
        n++;
    CHECK(n > 10);
    CHECK_EQ((int)ml_vmap_count(&m), n);
    for (int i = 0; i < n; i++)
        CHECK_EQ(ml_vmap_get(&m, ml_v_int(i)).i, i);
    for (int i = 0; i < n; i++)
        CHECK(ml_vmap_remove(&m, ml_v_int(i)));
    CHECK_EQ(ml_mem_used(&mem), 0);
}

TEST_MAIN
