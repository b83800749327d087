/*
 * test_flood.c - keys chosen against the hashes, counted in nodes looked at.
 *
 * Who sends keys knows the source but not the secret of the VM. Each family
 * of keys meets many secrets; in a table of them no look-up may cost three
 * times what it costs with random keys.
 */

#include "tests/unit/one_heap.h"
#include "vm/base/hash.h"
#include "vm/data/copy.h"
#include "vm/data/tab.h"

/* Nodes looked at when each key that is there is asked for once. */
static uint64_t probes(const Tab *t)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i <= t->mask; i++) {
        const Node *n = &t->node[i];
        if (n->val.tag == TAG_NIL)
            continue;
        sum++;
        for (const Node *at = &t->node[n->hash & t->mask]; at != n; at += at->next)
            sum++;
    }
    return sum;
}

static Value bits(uint64_t u) { return ml_v_int((int64_t)u); }

static Value as_float(uint64_t u)
{
    double d;
    memcpy(&d, &u, sizeof d);
    return ml_v_float(d == d ? d : 0.5);
}

/* --- numbers --- */

enum { RANDOM, STRIDE, STRIDE_DOWN, DOWN, SHIFT_20, SHIFT_32, SHIFT_48, SHIFT_49, HALVES, PARTS,
       HUGE_FLOATS, HIGH_BITS, GOLDEN, GOLDEN_BACK, SQUARES, TWICE, TWO_ENDS, COMPLEMENT, FAMILIES };

static Value number(int family, uint64_t i, uint64_t n, uint64_t *seed)
{
    switch (family) {
    case STRIDE:      return bits(i * (2 * n - 1));
    case STRIDE_DOWN: return bits(-(i * (2 * n - 1)));
    case DOWN:        return bits(-i);
    case SHIFT_20:    return bits(i << 20);
    case SHIFT_32:    return bits(i << 32);
    case SHIFT_48:    return bits(i << 48);
    case SHIFT_49:    return bits(i << 49);
    case HALVES:      return ml_v_float((double)i + 0.5);
    case PARTS:       return ml_v_float(1 / ((double)i + 2));
    case HUGE_FLOATS: return ml_v_float((double)i * 1e303);
    case HIGH_BITS:   return as_float(i << 48 | 1);
    case GOLDEN:      return bits(i * 0x9E3779B97F4A7C15u);
    case GOLDEN_BACK: return bits(i * 0xF1DE83E19937733Du);         /* its inverse */
    case SQUARES:     return bits(i * i + ((uint64_t)1 << 40));
    case TWICE:       return bits(i << 32 | i);
    case TWO_ENDS:    return bits(i >> 7 << 56 | (i & 127));
    case COMPLEMENT:  return bits(i & 1 ? ~(i << 31) : i << 31);
    default:          return bits(test_random(seed));
    }
}

static uint64_t probes_of_numbers(uint64_t key, int family, uint64_t n)
{
    World w;
    uint64_t seed = key;
    world_open(&w, 4096);
    w.h.hash_key = key;
    Tab *t = ml_tab_new(&w.h, 0, 0);
    for (uint64_t i = 1; i <= n; i++)
        ml_tab_set(&w.h, t, number(family, i, n, &seed), ml_v_bool(true));
    uint64_t sum = probes(t);
    world_close(&w);
    return sum;
}

TEST(chosen_numbers_cost_what_random_ones_do)
{
    uint64_t seed = 11, n = (uint64_t)test_scale(8192, 2048);
    int secrets = (int)test_scale(40, 10);
    uint64_t fair = probes_of_numbers(1, RANDOM, n);
    for (int family = 1; family < FAMILIES; family++) {
        for (int s = 0; s < secrets; s++) {
            uint64_t key = test_random(&seed), sum = probes_of_numbers(key, family, n);
            if (sum > 3 * fair)
                TEST_FAIL("family %d under %llx: %llu looks, %llu for random keys", family,
                          (unsigned long long)key, (unsigned long long)sum, (unsigned long long)fair);
        }
    }
}

/* --- texts --- */

enum { TEXT_RANDOM, TEXT_NUMBERS, TEXT_SHORT, TEXT_MIDDLE, TEXT_LONG_MIDDLE, TEXT_HIGH_BITS, TEXTS };

static Str *some_text(World *w, int family, uint64_t i, uint64_t *seed)
{
    char s[400] = { 0 };
    uint64_t r[2] = { test_random(seed), test_random(seed) };
    size_t n = 16;
    switch (family) {
    case TEXT_NUMBERS:
        n = (size_t)snprintf(s, sizeof s, "%llu", (unsigned long long)i);
        break;
    case TEXT_SHORT:
        memcpy(s, &i, n = 3);
        break;
    case TEXT_MIDDLE:
        memcpy(s + 20, &i, 8);
        n = 48;
        break;
    case TEXT_LONG_MIDDLE:
        memcpy(s + 200, &i, 8);
        n = sizeof s;
        break;
    case TEXT_HIGH_BITS:
        r[0] = i << 48;
        r[1] = i << 32;
        memcpy(s, r, n);
        break;
    default:
        memcpy(s, r, n);
    }
    return ml_str_new(&w->h, s, n);
}

static uint64_t probes_of_texts(uint64_t key, int family, uint64_t n)
{
    World w;
    uint64_t seed = key;
    world_open(&w, 4096);
    w.h.hash_key = key;
    Tab *t = ml_tab_new(&w.h, 0, 0);
    for (uint64_t i = 1; i <= n; i++)
        ml_tab_setstr(&w.h, t, some_text(&w, family, i, &seed), ml_v_bool(true));
    uint64_t sum = probes(t);
    world_close(&w);
    return sum;
}

TEST(chosen_texts_cost_what_random_ones_do)
{
    uint64_t seed = 12, n = (uint64_t)test_scale(8192, 2048);
    int secrets = (int)test_scale(20, 5);
    uint64_t fair = probes_of_texts(1, TEXT_RANDOM, n);
    for (int family = 1; family < TEXTS; family++) {
        for (int s = 0; s < secrets; s++) {
            uint64_t key = test_random(&seed), sum = probes_of_texts(key, family, n);
            if (sum > 3 * fair)
                TEST_FAIL("family %d under %llx: %llu looks, %llu for random keys", family,
                          (unsigned long long)key, (unsigned long long)sum, (unsigned long long)fair);
        }
    }
}

/* Words a, b and b ^ c, a ^ c: with what hides the two apart by a known c the
 * product is the same, whatever the secret. */
TEST(two_words_cannot_change_places)
{
    static const uint64_t known[] = { 0, 0x6A09E667F3BCC909u ^ 0xBB67AE8584CAA73Bu,
                                      0x6A09E667F3BCC909u ^ 0x3C6EF372FE94F82Bu,
                                      0xBB67AE8584CAA73Bu ^ 0x3C6EF372FE94F82Bu };
    uint64_t seed = 13;
    for (unsigned k = 0; k < sizeof known / sizeof known[0]; k++) {
        int same = 0;
        for (int i = 0; i < 1000; i++) {
            uint64_t key = test_random(&seed), a = test_random(&seed), b = test_random(&seed);
            uint64_t one[2] = { a, b }, two[2] = { b ^ known[k], a ^ known[k] };
            same += ml_hash_bytes(one, 16, key) == ml_hash_bytes(two, 16, key);
        }
        CHECK_EQ(same, 0);
    }
}

/* --- objects --- */

static Value copied(World *w, Heap *ids, Value v)
{
    Copier c;
    ml_copy_init(&c, &w->mem, COPY_OUT, 0);
    c.ids = ids;
    if (!ml_copy_root(&c, &v, 0))
        TEST_FAIL("no copy");
    ml_copy_done(&c);
    ml_copy_into(&c, &w->h);
    return v;
}

/* One table received many times; one from each of many processes. */
TEST(copies_of_an_object_are_keys_of_their_own)
{
    World w;
    uint64_t n = (uint64_t)test_scale(8192, 2048);
    for (int many = 0; many < 2; many++) {
        world_open(&w, 4096);
        Heap sender = w.h;
        Value one = ml_v_tab(ml_tab_new(&w.h, 0, 0));
        Tab *t = ml_tab_new(&w.h, 0, 0);
        for (uint64_t i = 0; i < n; i++) {
            if (many)
                sender.next_id = (uint32_t)i * ML_ID_STEP;
            ml_tab_set(&w.h, t, copied(&w, &sender, one), ml_v_bool(true));
        }
        CHECK(probes(t) < 3 * n);
        CHECK_EQ(world_close(&w), 0);
    }
}

/* A message in which objects are keys still finds them, dead keys gone. */
TEST(a_copied_table_finds_copied_keys)
{
    enum { KEYS = 40 };
    World w;
    world_open(&w, 4096);
    Tab *t = ml_tab_new(&w.h, 0, 0), *list = ml_tab_new(&w.h, 0, 0);
    for (int64_t i = 1; i <= KEYS; i++) {
        Value k = ml_v_tab(ml_tab_new(&w.h, 0, 0));
        ml_tab_set(&w.h, t, k, ml_v_int(i));
        if (i % 5 == 0)
            ml_tab_set(&w.h, t, k, ml_v_nil());
        ml_tab_setint(&w.h, list, i, k);
    }
    ml_tab_sets(&w.h, list, "t", ml_v_tab(t));
    Tab *got = copied(&w, &w.h, ml_v_tab(list)).t, *in = ml_tab_gets(&w.h, got, "t")->t;
    CHECK(in != t);
    for (int64_t i = 1; i <= KEYS; i++) {
        const Value *v = ml_tab_get(&w.h, in, *ml_tab_getint(&w.h, got, i));
        CHECK(i % 5 == 0 ? ml_is_nil(*v) : v->i == i);
        CHECK(ml_is_nil(*ml_tab_get(&w.h, in, *ml_tab_getint(&w.h, list, i))));
    }
    CHECK_EQ(world_close(&w), 0);
}

/* --- laying out anew --- */

/* What was looked at and moved for t: the parts, each time they change. */
static uint64_t layout(const Tab *t, const Tab *before)
{
    bool same = t->node == before->node && t->arr == before->arr && t->asize == before->asize;
    return same ? 0 : (uint64_t)before->asize + before->mask + 1 + t->asize + t->mask + 1;
}

enum { FIELDS, NEGATIVE, SPARSE, EDGE, PATTERNS };

/* One step of a pattern that brings tables to be laid out again and again. */
static void step(World *w, Tab *t, int pattern, int64_t i, int64_t n)
{
    char name[32];
    switch (pattern) {
    case FIELDS:                        /* come and go beside a long array */
        snprintf(name, sizeof name, "%lld", (long long)i);
        ml_tab_setstr(&w->h, t, text(w, name), ml_v_int(1));
        snprintf(name, sizeof name, "%lld", (long long)i - 1);
        ml_tab_setstr(&w->h, t, text(w, name), ml_v_nil());
        break;
    case NEGATIVE:
        ml_tab_setint(&w->h, t, -i, ml_v_int(1));
        ml_tab_setint(&w->h, t, -i + 2, ml_v_nil());
        break;
    case SPARSE:
        ml_tab_setint(&w->h, t, n * 8 + i * 3, ml_v_int(1));
        ml_tab_setint(&w->h, t, n * 8 + (i - 3) * 3, ml_v_nil());
        break;
    default:                            /* the array part just more or less than half full */
        ml_tab_setint(&w->h, t, n / 2 + 1, i & 1 ? ml_v_nil() : ml_v_int(1));
        ml_tab_setint(&w->h, t, -i, ml_v_int(1));
        ml_tab_setint(&w->h, t, -i + 1, ml_v_nil());
        ml_tab_setint(&w->h, t, -i - n, ml_v_int(1));
        ml_tab_setint(&w->h, t, -i - n + 1, ml_v_nil());
    }
}

TEST(no_pattern_lays_a_long_table_out_all_the_time)
{
    int64_t n = test_scale(65536, 4096), steps = n / 4;
    for (int pattern = 0; pattern < PATTERNS; pattern++) {
        World w;
        world_open(&w, 4096);
        Tab *t = ml_tab_new(&w.h, 0, 0);
        for (int64_t i = 1; i <= n; i++)
            ml_tab_setint(&w.h, t, i, ml_v_int(i));
        for (int64_t i = n / 2 + 2; pattern == EDGE && i <= n; i++)
            ml_tab_setint(&w.h, t, i, ml_v_nil());
        uint64_t work = 0;
        for (int64_t i = 1; i <= steps; i++) {
            Tab before = *t;
            step(&w, t, pattern, i, n);
            work += layout(t, &before);
        }
        /* a few layouts of the whole, and about the share that rehash leaves for each new key */
        if (work > 10 * (uint64_t)n + 400 * (uint64_t)steps)
            TEST_FAIL("pattern %d: %llu for %lld steps", pattern, (unsigned long long)work, (long long)steps);
        CHECK_EQ(world_close(&w), 0);
    }
}

TEST_MAIN
