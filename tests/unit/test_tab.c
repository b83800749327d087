/*
 * test_tab.c - tables against a list, and the promises of their layout.
 */

#include <math.h>

#include "tests/unit/one_heap.h"
#include "vm/base/hash.h"
#include "vm/data/tab.h"
#include "vm/native.h"

/* --- a naive twin: a list of pairs --- */

typedef struct Pair { Value k, v; } Pair;

typedef struct Twin {
    Pair *p;
    size_t n, cap;
} Twin;

static Pair *twin_find(Twin *t, Value k)
{
    for (size_t i = 0; i < t->n; i++)
        if (ml_raw_equal(t->p[i].k, k))
            return &t->p[i];
    return NULL;
}

static void twin_set(Twin *t, Value k, Value v)
{
    Pair *p = twin_find(t, k);
    if (!p && ml_is_nil(v))
        return;
    if (p && ml_is_nil(v)) {
        *p = t->p[--t->n];
        return;
    }
    if (!p) {
        if (t->n == t->cap)
            t->p = realloc(t->p, (t->cap = t->cap * 2 + 16) * sizeof *t->p);
        p = &t->p[t->n++];
        p->k = k;
    }
    p->v = v;
}

static Value twin_get(Twin *t, Value k)
{
    Pair *p = twin_find(t, k);
    return p ? p->v : ml_v_nil();
}

static bool same(Value a, Value b)
{
    return a.u == b.u && a.tag == b.tag;
}

static bool is_border(Twin *t, int64_t n)
{
    return (n == 0 || !ml_is_nil(twin_get(t, ml_v_int(n)))) &&
           ml_is_nil(twin_get(t, ml_v_int(n + 1)));
}

/* All entries of t are in the twin and all of the twin in t, each once. */
static bool same_entries(World *w, Tab *t, Twin *twin)
{
    Value k = ml_v_nil(), v;
    size_t n = 0;
    int r;
    while ((r = ml_tab_next(&w->h, t, &k, &v)) == 1) {
        n++;
        if (!same(twin_get(twin, k), v))
            return false;
    }
    for (size_t i = 0; i < twin->n; i++)
        if (!same(*ml_tab_get(&w->h, t, twin->p[i].k), twin->p[i].v))
            return false;
    uint64_t pos = 0, seen = 0;
    while (ml_tab_each(t, &pos, &k, &v))
        seen++;
    return r == 0 && n == twin->n && seen == n;
}

/* A key of any kind, from so few that they meet again. */
static Value some_key(World *w, uint64_t *seed, Tab **tabs, int range)
{
    static const NativeDef natives[] = { { "len", NULL, NULL }, { "len", NULL, NULL } };
    char name[160];
    int i = (int)(test_random(seed) % (unsigned)range);
    switch (test_random(seed) % 12) {
    case 0: case 1: case 2: case 3:
        return ml_v_int(i);
    case 4:
        return ml_v_float(i);
    case 5:
        return ml_v_float(i + 0.5);
    case 6:
        return ml_v_int(INT64_MAX / 3 * (int64_t)(test_random(seed) % 4) - i % 2);
    case 7:
        snprintf(name, sizeof name, "key%d", i);
        return ml_v_str(text(w, name));
    case 8:
        snprintf(name, sizeof name, "key%d", i);
        return ml_v_str(symbol(w, name));
    case 9:
        snprintf(name, sizeof name, "%0150d", i % 4);
        return ml_v_str(text(w, name));
    case 10:
        return ml_v_tab(tabs[i % 8]);
    default:
        switch (i % 5) {
        case 0: return ml_v_bool(i & 8);
        case 1: return (Value){ .u = (unsigned)i % 3, .tag = TAG_PID | (uint64_t)i << 32 };
        case 2: return (Value){ .u = (unsigned)i % 3, .tag = TAG_REF | (uint64_t)i << 8 };
        case 3: return ml_v_light((void *)(uintptr_t)i);
        default: return ml_v_native(&natives[i & 1]);
        }
    }
}

static bool against_twin(uint64_t seed, int range, long steps)
{
    World w;
    Tab *tabs[8];
    Twin twin = { 0 };
    bool ok = true;
    world_open(&w, 4096);
    for (int i = 0; i < 8; i++)
        tabs[i] = ml_tab_new(&w.h, 0, 0);
    Tab *t = ml_tab_new(&w.h, (uint32_t)(seed % 5), (uint32_t)(seed % 3));
    int64_t counter = 0;
    for (long i = 0; i < steps && ok; i++) {
        Value k = some_key(&w, &seed, tabs, range), v = ml_v_int(++counter);
        if (test_random(&seed) % 3 == 0)
            v = ml_v_nil();
        if (test_random(&seed) % 8 == 0) {
            int64_t n = ml_tab_len(&w.h, t);
            ok = is_border(&twin, n);
            k = ml_v_int(n + (v.tag != TAG_NIL));
        }
        if (test_random(&seed) % 300 == 0)
            ml_tab_resize(&w.h, t, (uint32_t)(test_random(&seed) % 40), (uint32_t)(test_random(&seed) % 40));
        ok = ok && same(*ml_tab_get(&w.h, t, k), twin_get(&twin, k));
        ml_tab_set(&w.h, t, k, v);
        twin_set(&twin, k, v);
        ok = ok && same(*ml_tab_get(&w.h, t, k), v);
        if (i % 64 == 0)
            ok = ok && same_entries(&w, t, &twin) && is_border(&twin, ml_tab_len(&w.h, t));
    }
    free(twin.p);
    return world_close(&w) == 0 && ok;
}

TEST(a_table_does_what_a_list_does)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        CHECK(against_twin(seed, 10, test_scale(2000, 200)));
        CHECK(against_twin(seed, 100, test_scale(2000, 200)));
        CHECK(against_twin(seed, 5000, test_scale(1000, 200)));
    }
}

TEST(entries_can_be_removed_and_changed_while_they_are_visited)
{
    World w;
    uint64_t seed = 3;
    world_open(&w, 4096);
    Tab *t = ml_tab_new(&w.h, 0, 0);
    for (int i = 1; i <= 500; i++) {
        char name[16];
        snprintf(name, sizeof name, "k%d", i);
        ml_tab_setint(&w.h, t, i, ml_v_int(i));
        ml_tab_sets(&w.h, t, name, ml_v_int(i));
        ml_tab_set(&w.h, t, ml_v_float(i + 0.5), ml_v_int(i));
    }
    Value k = ml_v_nil(), v;
    int n = 0;
    while (ml_tab_next(&w.h, t, &k, &v) == 1) {
        n++;
        if (test_random(&seed) % 2)
            ml_tab_set(&w.h, t, k, ml_v_nil());
        else
            ml_tab_set(&w.h, t, k, ml_v_bool(true));
        if (k.tag == TAG_STR)       /* any form of the key goes on */
            k = ml_v_str(ml_str_new(&w.h, ml_str_data(k.s), k.s->len));
    }
    CHECK_EQ(n, 1500);
    k = ml_v_str(text(&w, "never"));
    CHECK_EQ(ml_tab_next(&w.h, t, &k, &v), -1);
    k = ml_v_float(0.25);
    CHECK_EQ(ml_tab_next(&w.h, t, &k, &v), -1);
    k = ml_v_float(NAN);
    CHECK_EQ(ml_tab_next(&w.h, t, &k, &v), -1);
    CHECK_EQ(world_close(&w), 0);
}

TEST(a_buried_key_still_marks_its_place)
{
    World w;
    world_open(&w, 4096);
    Tab *t = ml_tab_new(&w.h, 0, 0);
    for (int i = 0; i < 20; i++)
        ml_tab_set(&w.h, t, ml_v_tab(ml_tab_new(&w.h, 0, 0)), ml_v_int(i));
    Value k = ml_v_nil(), v;
    int n = 0;
    while (ml_tab_next(&w.h, t, &k, &v) == 1) {
        n++;
        ml_tab_set(&w.h, t, k, ml_v_nil());
        for (uint32_t i = 0; i <= t->mask; i++)     /* as the collector does */
            if (t->node[i].val.tag == TAG_NIL && ml_is_heap(t->node[i].key))
                t->node[i].key = (Value){ .u = t->node[i].hash, .tag = TAG_INFO };
    }
    CHECK_EQ(n, 20);
    CHECK_EQ(world_close(&w), 0);
}

/* --- layout --- */

TEST(appending_fills_the_array_part_only)
{
    World w;
    world_open(&w, 4096);
    Tab *t = ml_tab_new(&w.h, 0, 0);
    for (int64_t i = 1; i <= 1000; i++) {
        CHECK_EQ(ml_tab_len(&w.h, t), i - 1);
        ml_tab_setint(&w.h, t, i, ml_v_int(i));
    }
    CHECK_EQ(t->asize, 1024);
    CHECK(!ml_tab_has_nodes(t));
    for (int64_t i = 1000; i >= 1; i--) {
        CHECK_EQ(ml_tab_len(&w.h, t), i);
        ml_tab_setint(&w.h, t, i, ml_v_nil());
    }
    CHECK_EQ(ml_tab_len(&w.h, t), 0);
    CHECK_EQ(world_close(&w), 0);
}

TEST(borders_are_those_users_know)
{
    World w;
    world_open(&w, 4096);
    Tab *t = ml_tab_new(&w.h, 4, 0);        /* {1, 2, nil, 4} */
    ml_tab_setint(&w.h, t, 1, ml_v_int(1));
    ml_tab_setint(&w.h, t, 2, ml_v_int(2));
    ml_tab_setint(&w.h, t, 4, ml_v_int(4));
    CHECK_EQ(ml_tab_len(&w.h, t), 4);
    ml_tab_setint(&w.h, t, 3, ml_v_int(3)); /* {1, 2, 3, nil} */
    ml_tab_setint(&w.h, t, 4, ml_v_nil());
    CHECK_EQ(ml_tab_len(&w.h, t), 3);
    t = ml_tab_new(&w.h, 0, 8);
    ml_tab_setint(&w.h, t, INT64_MAX, ml_v_int(1));
    CHECK_EQ(ml_tab_len(&w.h, t), 0);
    for (uint64_t i = 1; i <= INT64_MAX; i *= 2)
        ml_tab_setint(&w.h, t, (int64_t)i, ml_v_int(1));
    int64_t n = ml_tab_len(&w.h, t);
    CHECK(n == INT64_MAX || ml_is_nil(*ml_tab_getint(&w.h, t, n + 1)));
    CHECK_EQ(world_close(&w), 0);
}

TEST(keys_far_apart_stay_out_of_the_array_part)
{
    World w;
    world_open(&w, 4096);
    Tab *t = ml_tab_new(&w.h, 0, 0);
    for (int64_t i = 0; i < 100; i++)
        ml_tab_setint(&w.h, t, i * 1000 + 7, ml_v_int(i));
    CHECK(t->asize < 8);
    for (int64_t i = 0; i < 100; i++)
        ml_tab_setint(&w.h, t, INT64_MAX - i, ml_v_int(i));
    CHECK_EQ(ml_tab_getint(&w.h, t, INT64_MAX - 99)->i, 99);
    CHECK_EQ(ml_tab_getint(&w.h, t, 99007)->i, 99);
    /* the last slot and its successor, over and over: no exponential growth */
    t = ml_tab_new(&w.h, 4, 0);
    for (int i = 0; i < 40; i++) {
        ml_tab_setint(&w.h, t, t->asize, ml_v_int(1));
        ml_tab_setint(&w.h, t, (int64_t)t->asize + 1, ml_v_int(1));
    }
    CHECK(t->asize < 256);
    CHECK_EQ(world_close(&w), 0);
}

TEST(an_emptied_table_shrinks_when_it_is_laid_out_anew)
{
    World w;
    world_open(&w, 4096);
    Tab *t = ml_tab_new(&w.h, 0, 0);
    for (int64_t i = 1; i <= 1024; i++)
        ml_tab_setint(&w.h, t, i, ml_v_int(i));
    for (int64_t i = 1; i <= 1020; i++)
        ml_tab_setint(&w.h, t, i, ml_v_nil());
    ml_tab_sets(&w.h, t, "x", ml_v_int(1));
    CHECK_EQ(t->asize, 0);
    CHECK_EQ(t->mask + 1, 16);          /* 5 keys, and a share of the 1024 that were looked at */
    for (int64_t i = 1; i <= 1024; i++)
        CHECK_EQ(ml_is_nil(*ml_tab_getint(&w.h, t, i)), i <= 1020);
    CHECK_EQ(world_close(&w), 0);
}

/* A queue, and keys that come and go in a full table: neither grows, and
 * neither is laid out anew at every step. */
TEST(churn_costs_little)
{
    World w;
    world_open(&w, 4096);
    for (int live = 1; live <= 1024; live *= 4) {
        Tab *t = ml_tab_new(&w.h, 0, 0), *q = ml_tab_new(&w.h, 0, 0);
        size_t before = ml_heap_used(&w.h);
        for (int64_t i = 0; i < 10000; i++) {
            if (i >= live) {
                ml_tab_set(&w.h, t, ml_v_float((double)(i - live) + 0.5), ml_v_nil());
                ml_tab_setint(&w.h, q, i - live, ml_v_nil());
            }
            ml_tab_set(&w.h, t, ml_v_float((double)i + 0.5), ml_v_int(i));
            ml_tab_setint(&w.h, q, i, ml_v_int(i));
        }
        CHECK(t->mask + 1 <= (uint32_t)live * 4 + 4);
        CHECK(ml_heap_used(&w.h) - before < 10000 * 1000);
    }
    CHECK_EQ(world_close(&w), 0);
}

static unsigned longest_chain(const Tab *t)
{
    unsigned longest = 0;
    for (uint32_t i = 0; i <= t->mask; i++) {
        unsigned n = 1;
        for (const Node *nd = &t->node[i]; nd->next; nd += nd->next)
            n++;
        longest = n > longest ? n : longest;
    }
    return longest;
}

TEST(regular_keys_do_not_collide)
{
    static const struct { const char *what; int64_t step; double fstep; } kinds[] = {
        { "multiples of 2^48", (int64_t)1 << 48, 0 }, { "multiples of 2^20", 1 << 20, 0 },
        { "multiples of 1000", 1000, 0 }, { "halves", 0, 1.5 }, { "tenths", 0, 0.1 },
        { "huge floats", 0, 1e300 }, { NULL, 0, 0 }
    };
    World w;
    world_open(&w, 4096);
    for (int kind = 0; kinds[kind].what; kind++) {
        Tab *t = ml_tab_new(&w.h, 0, 0);
        for (int64_t i = 1; i <= 2000; i++) {
            int64_t k = (int64_t)((uint64_t)i * (uint64_t)kinds[kind].step);
            double f = (double)i * kinds[kind].fstep;
            if (f < 1.7e308)
                ml_tab_set(&w.h, t, f != 0 ? ml_v_float(f) : ml_v_int(k), ml_v_int(i));
        }
        if (longest_chain(t) > 12)
            TEST_FAIL("%s: chain of %u", kinds[kind].what, longest_chain(t));
    }
    CHECK_EQ(world_close(&w), 0);
}

/* --- strings as keys --- */

TEST(a_key_becomes_its_symbol)
{
    World w;
    Value v;
    world_open(&w, 4096);
    Tab *t = ml_tab_new(&w.h, 0, 0);
    Str *sym = symbol(&w, "name");
    ml_tab_setstr(&w.h, t, text(&w, "name"), ml_v_int(1));
    Value k = ml_v_nil();
    CHECK_EQ(ml_tab_next(&w.h, t, &k, &v), 1);
    CHECK(k.s == sym);
    CHECK_EQ(ml_tab_getsym(&w.h, t, sym)->i, 1);
    CHECK_EQ(ml_tab_gets(&w.h, t, "name")->i, 1);
    CHECK(ml_is_nil(*ml_tab_gets(&w.h, t, "nam")));
    CHECK_EQ(world_close(&w), 0);
}

TEST(a_text_that_becomes_a_symbol_later_is_found)
{
    World w;
    world_open(&w, 4096);
    Tab *t = ml_tab_new(&w.h, 0, 0);
    ml_tab_setstr(&w.h, t, text(&w, "late"), ml_v_int(1));
    CHECK_EQ(ml_symtab_count(w.st), SYM_ALWAYS);
    Str *sym = symbol(&w, "late");
    CHECK_EQ(ml_tab_getsym(&w.h, t, sym)->i, 1);
    ml_tab_setstr(&w.h, t, sym, ml_v_int(2));
    CHECK_EQ(ml_tab_gets(&w.h, t, "late")->i, 2);
    CHECK_EQ(ml_tab_getstr(&w.h, t, text(&w, "late"))->i, 2);
    ml_tab_sets(&w.h, t, "late", ml_v_nil());
    Value k = ml_v_nil(), v;
    CHECK_EQ(ml_tab_next(&w.h, t, &k, &v), 0);
    CHECK_EQ(world_close(&w), 0);
}

TEST(only_the_vm_itself_makes_symbols_of_c_text)
{
    World w;
    world_open(&w, 4096);
    Tab *t = ml_tab_new(&w.h, 0, 0);
    ml_tab_sets(&w.h, t, "in_a_process", ml_v_int(1));
    CHECK_EQ(ml_symtab_count(w.st), SYM_ALWAYS);
    w.h.owner = NULL;
    ml_tab_sets(&w.h, t, "in_the_vm", ml_v_int(2));
    CHECK_EQ(ml_symtab_count(w.st), SYM_ALWAYS + 1);
    CHECK_EQ(ml_tab_gets(&w.h, t, "in_a_process")->i, 1);
    CHECK_EQ(ml_tab_gets(&w.h, t, "in_the_vm")->i, 2);
    CHECK_EQ(world_close(&w), 0);
}

TEST(a_new_name_forgets_which_metamethods_are_absent)
{
    World w;
    world_open(&w, 4096);
    Tab *t = ml_tab_new(&w.h, 0, 0);
    Str *index = symbol(&w, "__index");
    t->h.a = 0xff;
    ml_tab_setint(&w.h, t, 1, ml_v_int(1));
    ml_tab_setstr(&w.h, t, index, ml_v_nil());
    CHECK_EQ(t->h.a, 0xff);
    ml_tab_setstr(&w.h, t, index, ml_v_int(1));
    CHECK_EQ(t->h.a, 0);
    ml_tab_setstr(&w.h, t, index, ml_v_nil());
    t->h.a = 0xff;
    ml_tab_sets(&w.h, t, "__index", ml_v_int(1));
    CHECK_EQ(t->h.a, 0);
    CHECK_EQ(world_close(&w), 0);
}

/* --- borders --- */

TEST(an_empty_table_is_56_bytes)
{
    World w;
    world_open(&w, 4096);
    Tab *t = ml_tab_new(&w.h, 0, 0);
    CHECK_EQ(ml_heap_used(&w.h), 56);
    CHECK(t->h.id != 0 && ml_tab_new(&w.h, 0, 0)->h.id != t->h.id);
    CHECK(ml_is_nil(*ml_tab_get(&w.h, t, ml_v_nil())));
    CHECK(ml_is_nil(*ml_tab_get(&w.h, t, ml_v_float(NAN))));
    CHECK(ml_is_nil(*ml_tab_getsym(&w.h, t, symbol(&w, "x"))));
    CHECK(ml_is_nil(*ml_tab_index(&w.h, t, 1)));
    CHECK_EQ(world_close(&w), 0);
}

TEST(room_asked_for_is_there)
{
    World w;
    world_open(&w, 1 << 16);
    Tab *t = ml_tab_new(&w.h, 3, 5);
    CHECK_EQ(t->asize, 3);
    CHECK_EQ(t->mask, 7);
    ml_tab_setint(&w.h, t, 50, ml_v_int(50));
    ml_tab_sets(&w.h, t, "x", ml_v_int(1));
    ml_tab_resize(&w.h, t, 100, 20);
    CHECK_EQ(t->asize, 100);
    CHECK_EQ(t->mask, 31);
    CHECK_EQ(t->arr[49].i, 50);
    CHECK_EQ(ml_tab_gets(&w.h, t, "x")->i, 1);
    size_t used = ml_heap_used(&w.h);
    ml_tab_resize(&w.h, t, 0, 0);
    for (int i = 1; i <= 100; i++)
        ml_tab_setint(&w.h, t, i, ml_v_int(i));
    CHECK_EQ(ml_heap_used(&w.h), used);
    CHECK_EQ(world_close(&w), 0);
}

TEST(too_large_a_table_is_out_of_memory)
{
    World w;
    world_open(&w, 4096);
    if (!setjmp(w.out)) {
        ml_tab_new(&w.h, 1u << 31, 0);
        CHECK(!"made");
    }
    if (!setjmp(w.out)) {
        ml_tab_new(&w.h, 0, UINT32_MAX);
        CHECK(!"made");
    }
    w.mem.limit = 1 << 20;
    if (!setjmp(w.out)) {
        Tab *t = ml_tab_new(&w.h, 0, 0);
        for (int64_t i = 1;; i++)
            ml_tab_setint(&w.h, t, i * 3, ml_v_int(i));
    }
    CHECK_EQ(world_close(&w), 0);
}

TEST_MAIN
