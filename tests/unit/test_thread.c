/* test_thread.c - threads meet at a lock, and no signal reaches them. */

#include <signal.h>

#include "tests/unit/test.h"
#include "vm/base/clock.h"
#include "vm/base/thread.h"

typedef struct Turn {
    Lock lock;
    Cond cond;
    int  next, rounds, sum;
} Turn;

typedef struct Player {
    Turn *turn;
    int   number;
} Player;

static void play(void *arg)
{
    Player *p = arg;
    Turn *t = p->turn;
    for (int i = 0; i < t->rounds; i++) {
        ml_lock(&t->lock);
        while (t->next != p->number)
            ml_cond_wait(&t->cond, &t->lock);
        t->sum++;
        t->next = 1 - t->next;
        ml_cond_broadcast(&t->cond);
        ml_unlock(&t->lock);
    }
}

TEST(two_threads_take_turns)
{
    Turn turn = { .rounds = 1000 };
    Player a = { &turn, 0 }, b = { &turn, 1 };
    Thread ta, tb;
    ml_lock_init(&turn.lock);
    ml_cond_init(&turn.cond);
    CHECK(ml_thread_start(&ta, play, &a));
    CHECK(ml_thread_start(&tb, play, &b));
    ml_thread_join(&ta);
    ml_thread_join(&tb);
    CHECK_EQ(turn.sum, 2000);
    ml_cond_fini(&turn.cond);
    ml_lock_fini(&turn.lock);
}

static void look_at_signals(void *arg)
{
    sigset_t *set = arg;
    sigprocmask(SIG_SETMASK, NULL, set);
}

TEST(a_thread_blocks_every_signal)
{
    sigset_t inside, outside;
    Thread t;
    CHECK(ml_thread_start(&t, look_at_signals, &inside));
    ml_thread_join(&t);
    sigprocmask(SIG_SETMASK, NULL, &outside);
    CHECK(sigismember(&inside, SIGINT) && sigismember(&inside, SIGTERM));
    CHECK(sigismember(&inside, SIGCHLD) && sigismember(&inside, SIGPIPE));
    CHECK(!sigismember(&outside, SIGINT));
}

TEST(clocks_go_forward)
{
    uint64_t start = ml_clock_us(), cpu = ml_clock_cpu_us();
    while (ml_clock_us() < start + 2000)
        ;
    CHECK(ml_clock_cpu_us() > cpu);
    CHECK(ml_clock_wall_us() > UINT64_C(1700000000) * 1000000);
}

TEST_MAIN
