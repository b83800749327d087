/* test_timers.c - timers that are cancelled by other threads than the one
 * that runs them. */

#include "tests/unit/test.h"
#include "vm/base/atomic.h"
#include "vm/base/timers.h"

TEST(home_is_remembered_until_the_cancel)
{
    Timers ts[3];
    Timer t = { 0 };
    for (unsigned i = 0; i < 3; i++)
        ml_timers_init(&ts[i], i, 0);
    CHECK(!ml_timer_is_in_use(&t));
    ml_timers_arm(&ts[2], &t, 100);
    CHECK(ml_timer_is_in_use(&t));
    CHECK_EQ(ml_timer_index(&t), 2);
    CHECK_EQ(ml_timers_next(&ts[0]), UINT64_MAX);
    CHECK_EQ(ml_timers_count(&ts[2]), 1);
    CHECK(ml_timers_cancel(&ts[2], &t));
    CHECK(!ml_timer_is_in_use(&t));
    CHECK_EQ(ml_timers_count(&ts[2]), 0);
    for (unsigned i = 0; i < 3; i++)
        ml_timers_fini(&ts[i]);
}

static void count(Timer *t, void *ctx)
{
    (void)t;
    ++*(int *)ctx;
}

TEST(a_run_is_a_piece_of_the_work)
{
    enum { MANY = 1000 };
    static Timer t[MANY];
    Timers ts;
    int fired = 0, runs = 1;
    ml_timers_init(&ts, 0, 0);
    for (int i = 0; i < MANY; i++) {
        t[i] = (Timer){ .fire = count };
        ml_timers_arm(&ts, &t[i], 50);
    }
    CHECK(!ml_timers_run(&ts, 49, &fired));
    CHECK_EQ(fired, 0);
    while (ml_timers_run(&ts, 50, &fired))
        runs++;
    CHECK_EQ(fired, MANY);
    CHECK(runs > 1);
    CHECK(ml_timer_is_in_use(&t[0]));           /* its user has not heard */
    CHECK(!ml_timers_cancel(&ts, &t[0]));
    ml_timers_fini(&ts);
}

/* --- users move from one wheel to another while all wheels run --- */

enum { WHEELS = 2, USERS = 3 };

typedef struct World {
    Timers          ts[WHEELS];
    _Atomic(uint64_t) clock;
    _Atomic(int)    users;              /* at work */
    long            rounds;
} World;

typedef struct Owned {                  /* freed as soon as it is cancelled */
    Timer timer;
    int   fired;                        /* under the lock of the wheel, then its user's */
} Owned;

typedef struct Part { World *w; uint64_t seed; int fired, cancelled, wrong; } Part;

static void note(Timer *t, void *ctx)
{
    World *w = ctx;
    Owned *o = (Owned *)(void *)t;
    o->fired++;
    if (t->at > ml_load(&w->clock))
        o->fired += 100;                /* early */
}

static void run_wheels(void *arg)
{
    Part *p = arg;
    World *w = p->w;
    while (ml_load(&w->users)) {
        uint64_t now = ml_add(&w->clock, 1) + 1;
        ml_timers_run(&w->ts[test_random(&p->seed) % WHEELS], now, w);
    }
}

static void use(void *arg)
{
    Part *p = arg;
    World *w = p->w;
    for (long i = 0; i < w->rounds; i++) {
        Owned *o = calloc(1, sizeof *o);
        o->timer.fire = note;
        uint64_t at = ml_load(&w->clock) + test_random(&p->seed) % 8;
        ml_timers_arm(&w->ts[test_random(&p->seed) % WHEELS], &o->timer, at);
        for (uint64_t n = test_random(&p->seed) % 300; n; n--)
            ml_load(&w->clock);
        bool stopped = ml_timers_cancel(&w->ts[ml_timer_index(&o->timer)], &o->timer);
        p->wrong += o->fired != (stopped ? 0 : 1);
        *(stopped ? &p->cancelled : &p->fired) += 1;
        free(o);
    }
    ml_sub(&w->users, 1);
}

TEST(it_fires_once_or_is_cancelled_and_nobody_touches_it_then)
{
    static World w;
    Part part[WHEELS + USERS];
    Thread thread[WHEELS + USERS];
    w.rounds = test_scale(20000, 500);
    w.users = USERS;
    for (unsigned i = 0; i < WHEELS; i++)
        ml_timers_init(&w.ts[i], i, 0);
    for (int i = 0; i < WHEELS + USERS; i++) {
        part[i] = (Part){ .w = &w, .seed = (uint64_t)i };
        CHECK(ml_thread_start(&thread[i], i < WHEELS ? run_wheels : use, &part[i]));
    }
    int done = 0;
    for (int i = 0; i < WHEELS + USERS; i++) {
        ml_thread_join(&thread[i]);
        CHECK_EQ(part[i].wrong, 0);
        done += part[i].fired + part[i].cancelled;
    }
    CHECK_EQ(done, USERS * w.rounds);
    for (unsigned i = 0; i < WHEELS; i++) {
        CHECK_EQ(ml_timers_count(&w.ts[i]), 0);
        ml_timers_fini(&w.ts[i]);
    }
}

TEST_MAIN
