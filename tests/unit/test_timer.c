/* test_timer.c - the wheel, alone and against a sorted list. */

#include "tests/unit/test.h"
#include "vm/base/check.h"
#include "vm/base/timer.h"

/* A timer, and what its naive twin knows of it. */
typedef struct Item {
    Timer    timer;
    bool     armed;
    uint64_t at;                /* past times count as now */
    uint64_t order;             /* of arming */
    int      fired;
} Item;

typedef struct World {
    Wheel    wheel;
    uint64_t now;               /* what the clock says */
    uint64_t last_at, last_order, order;
    uint64_t again;             /* fire arms again, so far in the future */
    int      fired, wrong;
} World;

static World world;

static void begin(uint64_t now)
{
    memset(&world, 0, sizeof world);
    world.now = now;
    ml_wheel_init(&world.wheel, now);
}

static void arm(Item *i, uint64_t at);

static void on_fire(Timer *t, void *ctx)
{
    World *w = ctx;
    Item *i = (Item *)(void *)t;
    w->wrong += !i->armed || ml_timer_is_armed(t);
    w->wrong += i->at > w->now;                         /* early */
    w->wrong += i->at < w->last_at;                     /* out of order */
    w->wrong += i->at == w->last_at && i->order < w->last_order;
    w->last_at = i->at;
    w->last_order = i->order;
    i->armed = false;
    i->fired++;
    w->fired++;
    if (w->again)
        arm(i, i->at + w->again);
}

static void arm(Item *i, uint64_t at)
{
    i->timer.fire = on_fire;
    i->armed = true;
    i->at = at > world.wheel.now ? at : world.wheel.now;
    i->order = ++world.order;
    ml_wheel_arm(&world.wheel, &i->timer, at);
}

static bool cancel(Item *i)
{
    bool was = ml_wheel_cancel(&world.wheel, &i->timer);
    world.wrong += was != i->armed;
    i->armed = false;
    return was;
}

static unsigned run_to(uint64_t now, unsigned most)
{
    unsigned fired = 0;
    world.now = now;
    do
        fired += ml_wheel_run(&world.wheel, now, most - fired, &world);
    while (fired < most && world.wheel.count && ml_wheel_next(&world.wheel) <= now);
    return fired;
}

TEST(empty)
{
    begin(1000);
    CHECK_EQ(ml_wheel_next(&world.wheel), UINT64_MAX);
    CHECK_EQ(run_to(UINT64_MAX, 10), 0);
    CHECK_EQ(world.wheel.count, 0);
}

TEST(fires_at_its_time_and_not_before)
{
    static const uint64_t wait[] = { 0, 1, 63, 64, 65, 4095, 4096, 1000000,
                                     86400000000u, (uint64_t)1 << 60 };
    for (size_t k = 0; k < ML_NELEM(wait); k++) {
        Item i = { 0 };
        begin(123456789);
        uint64_t at = 123456789 + wait[k];
        arm(&i, at);
        CHECK(ml_timer_is_armed(&i.timer));
        CHECK(ml_wheel_next(&world.wheel) <= at);
        if (wait[k]) {
            CHECK_EQ(run_to(at - 1, 10), 0);
            CHECK_EQ(ml_wheel_next(&world.wheel), at);
        }
        CHECK_EQ(run_to(at, 10), 1);
        CHECK_EQ(i.fired, 1);
        CHECK(!ml_timer_is_armed(&i.timer));
        CHECK_EQ(world.wheel.count, 0);
        CHECK_EQ(world.wrong, 0);
    }
}

TEST(the_past_fires_at_once)
{
    Item i = { 0 };
    begin(5000);
    arm(&i, 10);
    CHECK_EQ(ml_wheel_next(&world.wheel), 5000);
    CHECK_EQ(run_to(5000, 10), 1);
    CHECK_EQ(i.fired, 1);
}

TEST(the_end_of_time)
{
    Item i = { 0 }, k = { 0 };
    begin(0);
    arm(&i, UINT64_MAX);
    arm(&k, UINT64_MAX - 1);
    CHECK_EQ(run_to(UINT64_MAX - 2, 10), 0);
    CHECK_EQ(run_to(UINT64_MAX - 1, 10), 1);
    CHECK_EQ(k.fired, 1);
    CHECK_EQ(run_to(UINT64_MAX, 10), 1);
    CHECK_EQ(i.fired, 1);
    CHECK_EQ(world.wrong, 0);
}

TEST(a_clock_that_stands_or_goes_back_fires_nothing)
{
    Item i = { 0 };
    begin(5000);
    arm(&i, 5001);
    CHECK_EQ(run_to(4000, 10), 0);
    CHECK_EQ(run_to(5000, 10), 0);
    CHECK_EQ(run_to(5001, 10), 1);
}

TEST(one_microsecond_keeps_the_order_of_arming)
{
    enum { MANY = 100 };
    static Item item[MANY];
    memset(item, 0, sizeof item);
    begin(7);
    for (int i = 0; i < MANY / 2; i++)
        arm(&item[i], 300000);
    run_to(299000, 100);                        /* now on a lower level */
    for (int i = MANY / 2; i < MANY; i++)
        arm(&item[i], 300000);
    CHECK_EQ(run_to(400000, 1000), MANY);
    CHECK_EQ(world.wrong, 0);
}

TEST(most_is_kept_and_the_rest_comes_later)
{
    static Item item[10];
    memset(item, 0, sizeof item);
    begin(0);
    for (int i = 0; i < 10; i++)
        arm(&item[i], i < 5 ? 100 : 5000);
    CHECK_EQ(run_to(9000, 3), 3);
    CHECK_EQ(ml_wheel_next(&world.wheel), 100);
    CHECK_EQ(run_to(9000, 3), 3);
    CHECK_EQ(run_to(9000, 100), 4);
    CHECK_EQ(world.wrong, 0);
    CHECK_EQ(run_to(9000, 0), 0);
}

/* A slot of many is dealt out in pieces; what is armed in between for the same
 * time stays behind. */
TEST(a_full_slot_is_dealt_out_in_pieces)
{
    enum { MANY = 2000, AT = 5000000, LATER = 5000 };
    static Item item[MANY + LATER / 100];
    int runs = 0, n = MANY;
    memset(item, 0, sizeof item);
    begin(0);
    for (int i = 0; i < MANY; i++)
        arm(&item[i], AT + i % 3);
    world.now = AT + LATER;
    while (ml_wheel_next(&world.wheel) <= world.now) {
        int before = world.fired;
        ml_wheel_run(&world.wheel, world.now, 64, &world);
        CHECK(world.fired - before <= 64);
        if (n < (int)ML_NELEM(item)) {
            arm(&item[n], AT + 2);
            if (n & 1)
                CHECK(cancel(&item[n - 2]));
            n++;
        }
        runs++;
    }
    CHECK(runs > MANY / 256 + MANY / 64);
    CHECK_EQ(world.fired, MANY + LATER / 100 - LATER / 200);
    CHECK_EQ(world.wheel.count, 0);
    CHECK_EQ(world.wrong, 0);
}

TEST(a_timer_arms_itself_again)
{
    Item i = { 0 };
    begin(0);
    world.again = 1000;
    arm(&i, 1000);
    CHECK_EQ(run_to(10500, 100), 10);
    CHECK_EQ(world.wheel.count, 1);
    CHECK(cancel(&i));
    CHECK(!cancel(&i));
    CHECK_EQ(world.wrong, 0);
}

/* --- against a list --- */

enum { MANY = 400 };

static Item item[MANY];

static uint64_t earliest(void)
{
    uint64_t at = UINT64_MAX;
    for (int i = 0; i < MANY; i++)
        if (item[i].armed && item[i].at < at)
            at = item[i].at;
    return at;
}

static int due(uint64_t now)
{
    int n = 0;
    for (int i = 0; i < MANY; i++)
        n += item[i].armed && item[i].at <= now;
    return n;
}

static int armed(void)
{
    int n = 0;
    for (int i = 0; i < MANY; i++)
        n += item[i].armed;
    return n;
}

/* Mostly near, now and then far, sometimes past. */
static uint64_t some_time(uint64_t *seed)
{
    uint64_t r = test_random(seed), bits = r % 34;
    if (r >> 32 & 15)
        return world.now + (test_random(seed) & (((uint64_t)1 << bits) - 1));
    return world.now - (test_random(seed) & 63);
}

TEST(agrees_with_a_naive_list)
{
    uint64_t seed = 2024;
    long steps = test_scale(60000, 2000);
    memset(item, 0, sizeof item);
    begin((uint64_t)1 << 40);
    for (long step = 0; step < steps; step++) {
        Item *i = &item[test_random(&seed) % MANY];
        switch (test_random(&seed) % 4) {
        case 0:
        case 1:
            if (!i->armed)
                arm(i, some_time(&seed));
            break;
        case 2:
            cancel(i);
            break;
        default: {
            uint64_t next = earliest(), now = some_time(&seed);
            CHECK(ml_wheel_next(&world.wheel) <= next);
            if (test_random(&seed) & 1 && next != UINT64_MAX)
                now = next;
            if (now < world.now)
                now = world.now;
            int want = due(now);
            unsigned most = test_random(&seed) % 8 ? MANY + 1 : 3, n;
            unsigned all = 0;
            do {
                n = run_to(now, most);
                all += n;
            } while (n == most);
            CHECK_EQ(all, want);
            CHECK_EQ(due(now), 0);
            CHECK_EQ(world.wheel.now, now);
            /* by now the order of a later round starts afresh */
            world.last_at = 0;
            break;
        }
        }
        CHECK_EQ(world.wrong, 0);
        CHECK_EQ(world.wheel.count, armed());
    }
}

TEST(a_hundred_thousand)
{
    long n = test_scale(100000, 1000);
    Item *all = calloc((size_t)n, sizeof *all);
    uint64_t seed = 5;
    begin(777);
    for (long i = 0; i < n; i++)
        arm(&all[i], 777 + test_random(&seed) % 60000000);
    for (long i = 0; i < n; i += 3)
        cancel(&all[i]);
    CHECK_EQ(world.wheel.count, (uint64_t)(n - (n + 2) / 3));
    int slept = 0;
    while (world.wheel.count && !world.wrong) {
        run_to(ml_wheel_next(&world.wheel), 1000);
        slept++;
    }
    CHECK_EQ(world.wrong, 0);
    CHECK_EQ(world.fired, n - (n + 2) / 3);
    CHECK(slept <= 12 * n);
    free(all);
}

TEST_MAIN
