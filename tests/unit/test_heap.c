/*
 * test_heap.c - room in a heap, and what is given back at its end.
 */

#include "tests/unit/one_heap.h"
#include "vm/data/quota.h"

typedef struct Thing {                  /* a native resource */
    Shared h;
    int    freed;
} Thing;

static void thing_free(Shared *s)
{
    ((Thing *)(void *)s)->freed++;
}

static Thing new_thing(size_t bytes)
{
    Thing t = { .h = { .bytes = bytes, .free = thing_free } };
    atomic_init(&t.h.refs, 1);
    return t;
}

static int closed;                      /* by the destructor of a userdata */

static void close_data(void *data)
{
    closed += *(int *)data;
}

TEST(objects_are_aligned_and_counted_exactly)
{
    World w;
    world_open(&w, 256);
    CHECK_EQ(ml_heap_used(&w.h), 0);
    Obj *a = ml_heap_alloc(&w.h, 9, OBJ_RAW);
    Obj *b = ml_heap_alloc(&w.h, 8, OBJ_RAW);
    CHECK_EQ((char *)b - (char *)a, 16);
    CHECK_EQ((uintptr_t)a % 8, 0);
    CHECK_EQ(a->kind, OBJ_RAW);
    CHECK_EQ(a->flags | a->a | a->b | a->id, 0);
    CHECK_EQ(ml_heap_used(&w.h), 24);
    CHECK(!w.h.want_gc);
    CHECK_EQ(world_close(&w), 0);
}

TEST(a_full_block_goes_on_in_a_fragment_and_asks_for_a_collection)
{
    World w;
    world_open(&w, 256);
    ml_heap_alloc(&w.h, 240, OBJ_RAW);
    CHECK(!w.h.want_gc);
    Obj *o = ml_heap_alloc(&w.h, 64, OBJ_RAW);
    CHECK(w.h.want_gc);
    CHECK(w.h.frags && !ml_heap_in_block(&w.h));
    CHECK((char *)o == (char *)(w.h.frags + 1));
    CHECK_EQ(ml_heap_used(&w.h), 240 + sizeof(Frag) + 64);
    ml_heap_alloc(&w.h, 40, OBJ_RAW);
    CHECK_EQ(ml_heap_used(&w.h), 240 + sizeof(Frag) + 104);
    CHECK_EQ(world_close(&w), 0);
}

TEST(a_large_object_leaves_the_rest_of_the_block_in_use)
{
    World w;
    world_open(&w, 256);
    ml_heap_alloc(&w.h, 40, OBJ_RAW);
    Obj *large = ml_heap_alloc(&w.h, 100000, OBJ_RAW);
    CHECK(!w.h.want_gc && ml_heap_in_block(&w.h));
    CHECK(large->flags & OF_LARGE);
    CHECK_EQ(ml_heap_used(&w.h), 40 + sizeof(Large) + 100000);
    ml_heap_alloc(&w.h, 40, OBJ_RAW);
    CHECK_EQ(ml_heap_used(&w.h), 80 + sizeof(Large) + 100000);
    /* the same while a fragment is being filled */
    ml_heap_alloc(&w.h, 200, OBJ_RAW);
    Frag *filling = w.h.frags;
    ml_heap_alloc(&w.h, 10 << 20, OBJ_RAW);
    CHECK(w.h.frags == filling);
    CHECK(w.h.want_gc);                         /* more than handle_goal is outside */
    CHECK_EQ(world_close(&w), 0);
}

TEST(a_large_object_grows_where_it_lies_and_what_is_new_is_zero)
{
    World w;
    world_open(&w, 256);
    Obj *before = ml_heap_alloc(&w.h, LARGE_MIN, OBJ_RAW);
    Obj *o = ml_heap_zalloc(&w.h, LARGE_MIN, OBJ_RAW);
    Obj *after = ml_heap_alloc(&w.h, LARGE_MIN, OBJ_RAW);
    size_t size = LARGE_MIN;
    memset((char *)o + 8, 7, size - 8);
    for (size_t to = 100000; to < 20 << 20; to = to * 3 + 8) {
        o = ml_large_resize(&w.h, o, to);
        for (size_t i = size; i < to; i += 97)
            CHECK_EQ(((char *)o)[i], 0);
        CHECK_EQ(((char *)o)[size - 1], 7);
        memset((char *)o + size, 7, to - size);
        size = to;
        CHECK(w.h.large == ml_large_of(after));
        CHECK(w.h.large->frag.next == &ml_large_of(o)->frag);
        CHECK(ml_large_of(o)->frag.next == &ml_large_of(before)->frag);
        CHECK_EQ(ml_heap_used(&w.h), 2 * LARGE_MIN + ((size + 7) & ~(size_t)7) + 3 * sizeof(Large));
    }
    CHECK_EQ(world_close(&w), 0);
}

TEST(used_is_what_was_allocated_and_the_ends_of_fragments)
{
    World w;
    uint64_t seed = 1;
    size_t sum = 0;
    world_open(&w, 512);
    for (long i = test_scale(20000, 200); i > 0; i--) {
        size_t n = test_random(&seed) % 300 + 8;
        if (test_random(&seed) % 500 == 0)
            n *= 100;
        memset((char *)ml_heap_alloc(&w.h, n, OBJ_RAW) + 8, 1, n - 8);
        sum += (n + 7) & ~(size_t)7;
    }
    CHECK(ml_heap_used(&w.h) >= sum);
    CHECK(ml_heap_used(&w.h) < sum + sum / 8 + 2048);
    CHECK_EQ(world_close(&w), 0);
}

TEST(the_newest_object_is_made_longer_where_it_lies)
{
    World w;
    world_open(&w, 256);
    Obj *a = ml_heap_alloc(&w.h, 32, OBJ_RAW);
    CHECK(ml_heap_extend(&w.h, a, 32, 64));
    CHECK_EQ(ml_heap_used(&w.h), 64);
    CHECK(!ml_heap_extend(&w.h, a, 64, 300));
    ml_heap_alloc(&w.h, 8, OBJ_RAW);
    CHECK(!ml_heap_extend(&w.h, a, 64, 72));
    CHECK_EQ(ml_heap_used(&w.h), 72);
    CHECK_EQ(world_close(&w), 0);
}

TEST(a_fragment_is_taken_over)
{
    World w;
    world_open(&w, 256);
    size_t size = sizeof(Frag) + 64;
    for (int i = 0; i < 100; i++) {
        Frag *f = ml_mem_alloc(&w.mem, size);
        *f = (Frag){ .size = size, .top = (char *)f + size };
        ml_heap_adopt(&w.h, f);
        CHECK(i || !w.h.want_gc);
        CHECK_EQ(ml_heap_used(&w.h), size * (size_t)(i + 1));
    }
    CHECK(w.h.want_gc);
    CHECK_EQ(world_close(&w), 0);
}

TEST(what_is_held_is_counted_once_for_each_heap)
{
    World w;
    Thing a = new_thing(1000), b = new_thing(500);
    world_open(&w, 256);
    ml_heap_hold(&w.h, &a.h);
    ml_heap_hold(&w.h, &b.h);
    w.h.epoch = 7;
    ml_heap_hold(&w.h, &a.h);
    ml_heap_hold(&w.h, &a.h);
    CHECK_EQ(ml_load(&a.h.refs), 2);
    CHECK_EQ(ml_load(&b.h.refs), 2);
    CHECK_EQ(ml_heap_used(&w.h), 1500);
    CHECK_EQ(ml_heap_find_hold(&w.h, &a.h)->mark, 7);
    CHECK_EQ(ml_heap_find_hold(&w.h, &b.h)->mark, 0);
    CHECK_EQ(world_close(&w), 0);
    CHECK_EQ(ml_load(&a.h.refs), 1);
    CHECK_EQ(a.freed, 0);
    ml_shared_unref(&a.h);
    CHECK_EQ(a.freed, 1);
}

TEST(many_holds_are_found_and_swept)
{
    enum { MANY = 1000 };
    World w;
    Thing t[MANY];
    world_open(&w, 256);
    for (int i = 0; i < MANY; i++) {
        t[i] = new_thing(1);
        ml_heap_hold(&w.h, &t[i].h);
        ml_heap_hold(&w.h, &t[i].h);
    }
    CHECK_EQ(w.h.nholds, MANY);
    for (int keep = MANY / 2; keep > 0; keep /= 4) {
        w.h.epoch++;
        for (int i = 0; i < keep; i++)
            ml_heap_hold(&w.h, &t[i].h);
        w.h.handle_bytes = 0;
        ml_heap_sweep_holds(&w.h);
        CHECK_EQ(w.h.nholds, keep);
        CHECK_EQ(w.h.handle_bytes, keep);
        for (int i = 0; i < MANY; i++)
            CHECK((ml_heap_find_hold(&w.h, &t[i].h) != NULL) == (i < keep));
    }
    CHECK_EQ(world_close(&w), 0);
    for (int i = 0; i < MANY; i++)
        CHECK_EQ(ml_load(&t[i].h.refs), 1);
}

TEST(handles_and_holds_of_a_message_are_taken_over)
{
    World w;
    Thing a = new_thing(1000), b = new_thing(500);
    world_open(&w, 4096);
    ml_heap_hold(&w.h, &a.h);
    /* what a message would bring: two long strings, and holds of a and b */
    LStr s[2];
    Hold *holds = NULL;
    for (int i = 0; i < 2; i++) {
        s[i] = (LStr){ .h = { .kind = OBJ_LSTR }, .len = 200, .blob = ml_blob_new(&w.mem, 200) };
        s[i].next = i ? &s[0].h : NULL;
        Hold *hold = ml_mem_alloc(&w.mem, sizeof *hold);
        *hold = (Hold){ .next = holds, .sh = i ? &b.h : &a.h };
        ml_shared_ref(hold->sh);
        holds = hold;
    }
    size_t bytes = s[0].blob->h.bytes;
    ml_heap_take(&w.h, &s[1].h, holds);
    CHECK_EQ(w.h.handle_bytes, 1500 + 2 * bytes);
    CHECK_EQ(ml_load(&a.h.refs), 2);
    CHECK_EQ(ml_load(&b.h.refs), 2);
    CHECK(w.h.handles == &s[1].h);
    CHECK_EQ(world_close(&w), 0);
    CHECK_EQ(ml_load(&a.h.refs), 1);
    CHECK_EQ(ml_load(&b.h.refs), 1);
}

TEST(destructors_run_once_at_the_end)
{
    static const UdataType file = { .name = "FILE*", .fini = close_data }, plain = { .name = "plain" };
    World w;
    Thing a = new_thing(100);
    closed = 0;
    world_open(&w, 256);
    Udata *u = ml_udata_new(&w.h, &file, sizeof(int), &a.h);
    CHECK_EQ(*(int *)(void *)u->data, 0);
    *(int *)(void *)u->data = 1;
    *(int *)(void *)ml_udata_new(&w.h, &file, sizeof(int), NULL)->data = 10;
    ml_udata_new(&w.h, &plain, 100, NULL);
    CHECK(u->h.id != 0 && u->meta == NULL);
    CHECK_EQ(w.h.handle_bytes, 100);
    CHECK_EQ(world_close(&w), 0);
    CHECK_EQ(closed, 11);
    CHECK_EQ(a.freed, 1);
}

TEST(long_strings_ask_for_a_collection)
{
    World w;
    char *data;
    world_open(&w, 4096);
    ml_str_room(&w.h, HEAP_GOAL / 2, &data);
    CHECK(!w.h.want_gc);
    ml_str_room(&w.h, HEAP_GOAL / 2, &data);
    CHECK(w.h.want_gc);
    CHECK(ml_heap_used(&w.h) > HEAP_GOAL);
    CHECK_EQ(world_close(&w), 0);
}

TEST(limits_refuse)
{
    World w;
    Account all, part;
    world_open(&w, 1024);
    CHECK(ml_heap_may(&w.h, 1 << 30));
    CHECK(!ml_heap_may(&w.h, SIZE_MAX));
    ml_account_init(&all, NULL, 20000);
    ml_account_init(&part, &all, 10000);
    Quota q = { .account = &part };
    w.h.quota = &q;
    CHECK(ml_quota_take(&w.h, 0));      /* its block */
    CHECK(ml_heap_may(&w.h, 10000 - 1024));
    CHECK(!ml_heap_fits(&w.h, 10001 - 1024));
    w.h.mail_bytes = 2000;
    ml_quota_catch_up(&w.h);
    CHECK(ml_heap_may(&w.h, 8000 - 1024));
    CHECK(!ml_heap_fits(&w.h, 8001 - 1024));
    CHECK(!ml_heap_fits(&w.h, SIZE_MAX));
    CHECK(ml_account_take(&all, 15000, 0) == NULL);     /* by others of the group */
    CHECK(ml_heap_may(&w.h, 5000 - 1024 - 2000));
    CHECK(!ml_heap_fits(&w.h, 5001 - 1024 - 2000));
    if (!setjmp(w.out)) {               /* beyond its limits it does not return */
        ml_heap_may(&w.h, 5001 - 1024 - 2000);
        TEST_FAIL("it did");
    }
    CHECK(q.full == &all);
    w.h.mail_bytes = 0;
    ml_quota_settle(&w.h);
    CHECK_EQ(part.used, 1024 + 2000);   /* too little to give back */
    CHECK(ml_quota_relieved(&w.h));
    CHECK_EQ(part.used, 1024);
    CHECK_EQ(all.used, 15000 + 1024);
    w.h.quota = NULL;
    w.mem.limit = ml_mem_used(&w.mem) + 100;
    CHECK(ml_heap_may(&w.h, 100));
    CHECK(!ml_heap_may(&w.h, 101));
    CHECK_EQ(world_close(&w), 0);
}

/* All kinds of requests. False: memory ran out. */
static bool use_heap(World *w, Thing *a, Thing *b)
{
    static const UdataType file = { .name = "FILE*", .fini = close_data };
    Blob *blob = ml_blob_new(&w->mem, 500);
    if (!blob)
        return false;
    if (setjmp(w->out))
        return false;
    ml_str_from_blob(&w->h, blob);
    for (int i = 0; i < 20; i++) {
        char *data;
        ml_heap_alloc(&w->h, 300, OBJ_RAW);
        ml_str_room(&w->h, 200, &data);
    }
    ml_heap_hold(&w->h, &b->h);
    ml_udata_new(&w->h, &file, 5000, &a->h);
    return true;
}

TEST(running_out_of_memory_loses_nothing)
{
    int failed = 0;
    for (int n = 1, done = 0; !done; n++) {
        World w;
        Thing a = new_thing(10), b = new_thing(10);
        world_open(&w, 128);
        ml_store(&w.mem.fail_in, n);
        failed += !use_heap(&w, &a, &b);
        done = ml_load(&w.mem.fail_in) > 0;
        ml_store(&w.mem.fail_in, 0);
        CHECK_EQ(world_close(&w), 0);
        CHECK_EQ(ml_load(&b.h.refs), 1);
    }
    CHECK(failed > 20);
}

TEST(a_udata_that_cannot_be_made_gives_its_resource_back)
{
    World w;
    Thing a = new_thing(10);
    world_open(&w, 128);
    ml_store(&w.mem.fail_in, 1);
    if (setjmp(w.out) == 0) {
        ml_udata_new(&w.h, NULL, 5000, &a.h);
        CHECK(!"made");
    }
    CHECK_EQ(a.freed, 1);
    CHECK_EQ(world_close(&w), 0);
}

TEST_MAIN
