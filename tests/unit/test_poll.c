/* The poller: several waiters per descriptor, one shot, never early, for threads. */

#include "tests/unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "vm/base/clock.h"
#include "vm/base/thread.h"
#include "vm/run/poll.h"

typedef struct Seen {
    int n;
    void *ud[8];
    int events[8];
} Seen;

static void note(void *ctx, void *ud, int events)
{
    Seen *s = ctx;
    if (s->n < 8) {
        s->ud[s->n] = ud;
        s->events[s->n] = events;
    }
    s->n++;
}

static Mem mem;
static Poll *p;
static int fds[2];
static char a, b, c;

static bool start(void)
{
    ml_mem_init(&mem, NULL, NULL, 0);
    p = ml_poll_new(&mem);
    return p && pipe2(fds, O_CLOEXEC) == 0;
}

static bool finish(void)
{
    close(fds[0]);
    close(fds[1]);
    ml_poll_free(p);
    return ml_mem_used(&mem) == 0;
}

static bool put(int fd)
{
    return write(fd, "x", 1) == 1;
}

TEST(a_waiter_hears_once)
{
    CHECK(start());
    Seen s = { 0 };
    CHECK(ml_poll_arm(p, fds[0], POLL_READ, &a));
    CHECK_EQ(ml_poll_wait(p, 0, note, &s), 0);
    CHECK(put(fds[1]));
    CHECK_EQ(ml_poll_wait(p, -1, note, &s), 1);
    CHECK(s.ud[0] == &a && s.events[0] == POLL_READ);
    CHECK_EQ(ml_poll_wait(p, 0, note, &s), 0);      /* still readable */
    CHECK(ml_poll_arm(p, fds[0], POLL_READ, &b));
    CHECK_EQ(ml_poll_wait(p, -1, note, &s), 1);
    CHECK(s.ud[1] == &b);
    CHECK_EQ(ml_poll_count(p), 0);
    CHECK(finish());
}

TEST(several_wait_for_one_descriptor)
{
    CHECK(start());
    Seen s = { 0 };
    CHECK(ml_poll_arm(p, fds[0], POLL_READ, &a));
    CHECK(ml_poll_arm(p, fds[0], POLL_READ, &b));
    CHECK(ml_poll_arm(p, fds[0], POLL_READ, &c));
    ml_poll_disarm(p, fds[0], &b);
    CHECK(put(fds[1]));
    CHECK_EQ(ml_poll_wait(p, -1, note, &s), 2);
    CHECK(s.ud[0] == &a && s.ud[1] == &c);
    CHECK(finish());
}

TEST(directions_are_apart)
{
    CHECK(start());
    Seen s = { 0 };
    int both[2];
    CHECK(pipe2(both, O_CLOEXEC | O_NONBLOCK) == 0);
    while (put(both[1])) {
    }
    CHECK(ml_poll_arm(p, both[1], POLL_WRITE, &a));
    CHECK(ml_poll_arm(p, both[0], POLL_READ, &b));
    CHECK_EQ(ml_poll_wait(p, -1, note, &s), 1);
    CHECK(s.ud[0] == &b);
    char drain[4096];
    while (read(both[0], drain, sizeof drain) > 0) {
    }
    CHECK_EQ(ml_poll_wait(p, -1, note, &s), 1);
    CHECK(s.ud[1] == &a && s.events[1] == POLL_WRITE);
    close(both[0]);
    close(both[1]);
    CHECK(finish());
}

TEST(a_hang_up_is_every_event)
{
    CHECK(start());
    Seen s = { 0 };
    CHECK(ml_poll_arm(p, fds[0], POLL_READ, &a));
    close(fds[1]);
    CHECK_EQ(ml_poll_wait(p, -1, note, &s), 1);
    fds[1] = -1;
    CHECK(finish());
}

/* The number of a closed descriptor may come back as something else. */
TEST(numbers_are_used_again)
{
    CHECK(start());
    Seen s = { 0 };
    CHECK(ml_poll_arm(p, fds[0], POLL_READ, &a));
    int old = fds[0];
    ml_poll_disarm(p, fds[0], NULL);
    close(fds[0]);
    close(fds[1]);
    CHECK(pipe2(fds, O_CLOEXEC) == 0);
    CHECK_EQ(fds[0], old);
    CHECK(put(fds[1]));
    CHECK_EQ(ml_poll_wait(p, 0, note, &s), 0);
    CHECK(ml_poll_arm(p, fds[0], POLL_READ, &b));
    CHECK_EQ(ml_poll_wait(p, -1, note, &s), 1);
    CHECK(s.ud[0] == &b);
    /* and without a word to the poller */
    close(fds[0]);
    close(fds[1]);
    CHECK(pipe2(fds, O_CLOEXEC) == 0);
    CHECK(put(fds[1]));
    CHECK(ml_poll_arm(p, fds[0], POLL_READ, &c));
    CHECK_EQ(ml_poll_wait(p, -1, note, &s), 1);
    CHECK(s.ud[1] == &c);
    CHECK(finish());
}

TEST(a_regular_file_is_refused)
{
    CHECK(start());
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    CHECK(fd >= 0);
    CHECK(!ml_poll_arm(p, fd, POLL_READ, &a));
    CHECK_EQ(errno, EPERM);
    CHECK(!ml_poll_arm(p, -1, POLL_READ, &a));
    CHECK_EQ(errno, EBADF);
    CHECK_EQ(ml_poll_count(p), 0);
    close(fd);
    CHECK(finish());
}

static void again(void *ctx, void *ud, int events)
{
    (void)ctx, (void)events;
    ml_poll_arm(p, fds[0], POLL_READ, ud);
}

TEST(arming_within_a_report_waits_for_the_next)
{
    CHECK(start());
    CHECK(put(fds[1]));
    CHECK(ml_poll_arm(p, fds[0], POLL_READ, &a));
    CHECK(ml_poll_arm(p, fds[0], POLL_READ, &b));
    CHECK_EQ(ml_poll_wait(p, -1, again, NULL), 2);
    CHECK_EQ(ml_poll_count(p), 2);
    CHECK_EQ(ml_poll_wait(p, -1, again, NULL), 2);
    CHECK(finish());
}

TEST(never_early)
{
    CHECK(start());
    Seen s = { 0 };
    for (int us = 1; us < 5000; us = us * 3 + 1) {
        uint64_t t = ml_clock_us();
        CHECK_EQ(ml_poll_wait(p, us, note, &s), 0);
        CHECK(ml_clock_us() - t >= (uint64_t)us);
    }
    CHECK(finish());
}

static void waker(void *ud)
{
    for (int i = 0; i < 100; i++)
        ml_poll_wake(ud);
}

TEST(a_wake_up_is_kept_and_comes_once)
{
    CHECK(start());
    Seen s = { 0 };
    Thread t;
    ml_poll_wake(p);
    ml_poll_wake(p);
    struct pollfd host = { .fd = ml_poll_fd(p), .events = POLLIN };
    CHECK_EQ(poll(&host, 1, 0), 1);
    CHECK_EQ(ml_poll_wait(p, -1, note, &s), 0);
    CHECK_EQ(poll(&host, 1, 0), 0);
    CHECK(ml_thread_start(&t, waker, p));
    CHECK_EQ(ml_poll_wait(p, -1, note, &s), 0);
    ml_thread_join(&t);
    ml_poll_wake(p);
    CHECK_EQ(ml_poll_wait(p, -1, note, &s), 0);
    CHECK(finish());
}

static _Atomic(int) turn;

static void ping(void *ud)
{
    Poll *to = ud;
    long rounds = test_scale(20000, 20);
    for (long i = 0; i < rounds; i++) {
        while (atomic_load(&turn) != 0) {
        }
        atomic_store(&turn, 1);
        ml_poll_wake(to);
    }
}

TEST(no_wake_up_is_lost)
{
    CHECK(start());
    Seen s = { 0 };
    Thread t;
    long rounds = test_scale(20000, 20);
    CHECK(ml_thread_start(&t, ping, p));
    for (long i = 0; i < rounds; i++) {
        while (atomic_load(&turn) != 1)
            ml_poll_wait(p, -1, note, &s);
        atomic_store(&turn, 0);
    }
    ml_thread_join(&t);
    CHECK(finish());
}

/* --- several threads, one of which waits --- */

enum { SIDES = 4 };

typedef struct Side {           /* a thread that arms, and is told */
    Thread thread;
    Lock   lock;
    Cond   cond;
    bool   told;
    int    fds[2];
    long   rounds, taken, misses;
} Side;

static Side side[SIDES];
static _Atomic(int) over;

static void tell_side(void *ctx, void *ud, int events)
{
    Side *s = ud;
    (void)ctx, (void)events;
    ml_lock(&s->lock);
    s->told = true;
    ml_cond_signal(&s->cond);
    ml_unlock(&s->lock);
}

static void sleep_side(Side *s)
{
    ml_lock(&s->lock);
    while (!s->told)
        ml_cond_wait(&s->cond, &s->lock);
    s->told = false;
    ml_unlock(&s->lock);
}

static void wait_for_all(void *ud)
{
    while (!atomic_load(&over))
        ml_poll_wait(ud, -1, tell_side, NULL);
}

static void run_sides(int n, long rounds, void (*fn)(void *))
{
    Thread waiter;
    atomic_store(&over, 0);
    ml_thread_start(&waiter, wait_for_all, p);
    for (int i = 0; i < n; i++) {
        Side *s = &side[i];
        *s = (Side){ .rounds = rounds };
        ml_lock_init(&s->lock);
        ml_cond_init(&s->cond);
        ml_thread_start(&s->thread, fn, s);
    }
    for (int i = 0; i < n; i++)
        ml_thread_join(&side[i].thread);
    atomic_store(&over, 1);
    ml_poll_wake(p);
    ml_thread_join(&waiter);
    for (int i = 0; i < n; i++) {       /* not before: a report may be late */
        ml_cond_fini(&side[i].cond);
        ml_lock_fini(&side[i].lock);
    }
}

/* As a process would: a report may be false, so it tries, and arms again. */
static void take_byte(Side *s, int fd)
{
    char byte;
    while (read(fd, &byte, 1) != 1) {
        s->misses++;
        ml_poll_arm(p, fd, POLL_READ, s);
        sleep_side(s);
    }
    s->taken++;
}

/* The numbers of closed descriptors go round among the threads. */
static void on_its_own(void *ud)
{
    Side *s = ud;
    for (long i = 0; i < s->rounds; i++) {
        if (i % 5 == 0 && pipe2(s->fds, O_CLOEXEC | O_NONBLOCK) != 0)
            return;
        bool before = i % 2;
        if (before)
            put(s->fds[1]);
        ml_poll_arm(p, s->fds[0], POLL_READ, s);
        if (!before)
            put(s->fds[1]);
        sleep_side(s);
        take_byte(s, s->fds[0]);
        if (i % 5 == 4) {
            ml_poll_disarm(p, s->fds[0], NULL);
            close(s->fds[0]);
            close(s->fds[1]);
        }
    }
}

TEST(threads_arm_while_another_waits)
{
    CHECK(start());
    long rounds = test_scale(20000, 100) / 5 * 5;
    run_sides(SIDES, rounds, on_its_own);
    for (int i = 0; i < SIDES; i++)
        CHECK_EQ(side[i].taken, rounds);
    CHECK_EQ(ml_poll_count(p), 0);
    CHECK(finish());
}

/* All read from one pipe; the last one writes. Another waiter in between comes
 * and goes. */
static void together(void *ud)
{
    Side *s = ud;
    if (s == &side[0]) {
        for (long i = 0; i < s->rounds * (SIDES - 2); i++)
            while (!put(fds[1])) {
            }
    } else if (s == &side[1]) {
        for (long i = 0; i < s->rounds; i++) {
            ml_poll_arm(p, fds[0], POLL_READ, s);
            ml_poll_disarm(p, fds[0], s);
        }
    } else {
        for (long i = 0; i < s->rounds; i++)
            take_byte(s, fds[0]);
    }
}

TEST(threads_wait_for_one_descriptor)
{
    CHECK(start());
    CHECK(fcntl(fds[0], F_SETFL, O_NONBLOCK) == 0);
    long rounds = test_scale(20000, 100);
    run_sides(SIDES, rounds, together);
    for (int i = 2; i < SIDES; i++)
        CHECK_EQ(side[i].taken, rounds);
    CHECK_EQ(ml_poll_count(p), 0);
    CHECK(finish());
}

/* `ready` takes a lock that others hold while they arm, as the buffer of the
 * standard output does. */
static Lock outer;

static void ready_with_lock(void *ctx, void *ud, int events)
{
    (void)events;
    ml_lock(&outer);
    ++*(long *)ctx;
    ml_poll_arm(p, fds[1], POLL_WRITE, ud);
    ml_unlock(&outer);
}

static void arm_with_lock(void *ud)
{
    for (long i = 0, n = test_scale(20000, 100); i < n; i++) {
        ml_lock(&outer);
        ml_poll_disarm(p, fds[1], ud);
        ml_poll_arm(p, fds[1], POLL_WRITE, ud);
        ml_unlock(&outer);
    }
    atomic_store(&over, 1);
}

TEST(a_report_may_take_locks_under_which_others_arm)
{
    CHECK(start());
    Thread t;
    long seen = 0;
    ml_lock_init(&outer);
    atomic_store(&over, 0);
    CHECK(ml_thread_start(&t, arm_with_lock, &a));
    while (!atomic_load(&over))
        ml_poll_wait(p, 0, ready_with_lock, &seen);
    ml_thread_join(&t);
    CHECK(seen + ml_poll_wait(p, -1, ready_with_lock, &seen) > 0);
    ml_poll_disarm(p, fds[1], NULL);
    CHECK_EQ(ml_poll_count(p), 0);
    ml_lock_fini(&outer);
    CHECK(finish());
}

TEST_MAIN
