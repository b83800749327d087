/* The poller: several waiters per descriptor, one shot, never early. */

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

TEST_MAIN
