/* test_smap.c - the map that several threads use at once. */

#include "tests/unit/test.h"
#include "vm/base/atomic.h"
#include "vm/proc/smap.h"

static Mem mem;

TEST(each_call_says_what_it_found)
{
    SMap m;
    Value k = ml_v_int(1), a = ml_v_int(10), b = ml_v_int(11);
    ml_mem_init(&mem, NULL, NULL, 0);
    ml_smap_init(&m, &mem);
    CHECK_EQ(ml_smap_get(&m, k).tag, TAG_NIL);
    CHECK_EQ(ml_smap_add(&m, k, a), SMAP_ADDED);
    CHECK_EQ(ml_smap_add(&m, k, b), SMAP_TAKEN);
    CHECK_EQ(ml_smap_get(&m, k).i, 10);
    CHECK(!ml_smap_remove_if(&m, k, b));
    CHECK(ml_smap_remove_if(&m, k, a));
    CHECK(!ml_smap_remove_if(&m, k, a));
    CHECK_EQ(ml_smap_take(&m, k).tag, TAG_NIL);
    CHECK_EQ(ml_smap_add(&m, k, b), SMAP_ADDED);
    CHECK_EQ(ml_smap_take(&m, k).i, 11);
    CHECK_EQ(ml_mem_used(&mem), 0);
    mem.limit = 1;
    int n = 0;                  /* each shard has room for one */
    while (ml_smap_add(&m, ml_v_int(n), a) == SMAP_ADDED)
        n++;
    CHECK(n > 0 && n <= SMAP_SHARDS);
    CHECK_EQ(ml_smap_add(&m, ml_v_int(n), a), SMAP_NO_MEMORY);
    CHECK_EQ(ml_smap_get(&m, ml_v_int(n)).tag, TAG_NIL);
    ml_smap_fini(&m);
}

static void sum(void *ctx, Value k, Value v)
{
    *(int64_t *)ctx += k.i * 1000 + v.i;
}

TEST(all_shards_are_used_and_walked)
{
    enum { MANY = 10000 };
    SMap m;
    int64_t all = 0, want = 0;
    ml_mem_init(&mem, NULL, NULL, 0);
    ml_smap_init(&m, &mem);
    for (int i = 0; i < MANY; i++) {
        want += i * 1000 + i % 7;
        CHECK_EQ(ml_smap_add(&m, ml_v_int(i), ml_v_int(i % 7)), SMAP_ADDED);
    }
    ml_smap_each(&m, sum, &all);
    CHECK_EQ(all, want);
    for (int i = 0; i < SMAP_SHARDS; i++)       /* 156 on average */
        CHECK(ml_vmap_count(&m.shard[i].map) > 80 && ml_vmap_count(&m.shard[i].map) < 300);
    ml_smap_fini(&m);
    CHECK_EQ(ml_mem_used(&mem), 0);
}

/* --- threads fight for a few keys --- */

enum { THREADS = 4, KEYS = 40 };

typedef struct World {
    SMap         map;
    _Atomic(int) holders[KEYS];         /* those whose add was the one */
    long         rounds;
} World;

typedef struct Part { World *w; int number; int won, lost, wrong; } Part;

/* Who added a key owns it, until he removes it in one of three ways. */
static void fight(void *arg)
{
    Part *p = arg;
    World *w = p->w;
    uint64_t seed = (uint64_t)p->number;
    Value mine = ml_v_int(p->number), other = ml_v_int(p->number + 1);
    for (long i = 0; i < w->rounds; i++) {
        int n = (int)(test_random(&seed) % KEYS);
        Value k = ml_v_int(n);
        if (ml_smap_add(&w->map, k, mine) != SMAP_ADDED) {
            p->lost++;
            p->wrong += ml_smap_remove_if(&w->map, k, mine);
            continue;
        }
        p->won++;
        p->wrong += ml_add(&w->holders[n], 1) != 0;
        p->wrong += ml_smap_get(&w->map, k).i != p->number;
        p->wrong += ml_smap_remove_if(&w->map, k, other);
        ml_sub(&w->holders[n], 1);
        switch (i % 3) {
        case 0:
            p->wrong += !ml_smap_remove_if(&w->map, k, mine);
            break;
        case 1:
            p->wrong += ml_smap_take(&w->map, k).i != p->number;
            break;
        default: {
            VMap *map = ml_smap_lock(&w->map, k);
            p->wrong += ml_vmap_get(map, k).i != p->number;
            p->wrong += !ml_vmap_remove(map, k);
            ml_smap_unlock(&w->map, k);
        }
        }
    }
}

TEST(a_key_has_one_owner)
{
    static World w;
    Part part[THREADS];
    Thread thread[THREADS];
    long won = 0, all = 0;
    ml_mem_init(&mem, NULL, NULL, 0);
    ml_smap_init(&w.map, &mem);
    w.rounds = test_scale(100000, 2000);
    for (int i = 0; i < THREADS; i++) {
        part[i] = (Part){ .w = &w, .number = i };
        CHECK(ml_thread_start(&thread[i], fight, &part[i]));
    }
    for (int i = 0; i < THREADS; i++) {
        ml_thread_join(&thread[i]);
        CHECK_EQ(part[i].wrong, 0);
        won += part[i].won;
        all += part[i].won + part[i].lost;
    }
    CHECK(won > 0);
    CHECK_EQ(all, THREADS * w.rounds);
    CHECK_EQ(ml_mem_used(&mem), 0);
    ml_smap_fini(&w.map);
}

TEST_MAIN
