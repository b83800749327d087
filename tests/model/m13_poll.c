/*
 * m13_poll.c - the poller: one thread waits in it while others arm, disarm,
 * close, open again under the same number, and wake it.
 *
 * The system's part is a small epoll of our own, with events that are used up
 * by being reported, descriptors that leave when they are closed, and numbers
 * that are given out again.
 *
 * Properties: what is ready and has a waiter is reported, whoever had the
 * number before (else the poller waits for ever: a deadlock); a wake-up is never
 * lost; no waiter is left. Bound: 6 preemptions.
 *
 * sources: vm/base/mem.c vm/base/pages.c vm/run/poll_epoll.c
 *
 * mutant swallowed-wake: vm/run/poll_epoll.c
 *   - sys_take_wake(p->wake_fd);
 *   - ml_store(&p->woken, 0);
 *   + ml_store(&p->woken, 0);
 *   + sys_take_wake(p->wake_fd);
 * mutant others-forgotten: vm/run/poll_epoll.c
 *   - if (p->fds[fd].waiters && !ask(p, fd))
 *   + if (false)
 * mutant unlocked-arm: vm/run/poll_epoll.c
 *   - ml_lock(&p->lock);
 *   - int err = add(p, fd, w);
 *   - ml_unlock(&p->lock);
 *   + int err = add(p, fd, w);
 * mutant known-for-ever: vm/run/poll_epoll.c
 *   - if (!ok && (errno == ENOENT || errno == EEXIST))
 *   + if (false)
 */
#include <errno.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "tests/model/explore.h"
#include "vm/base/atomic.h"
#include "vm/run/poll.h"

/* --- the system; each call is one step --- */

enum { EP = 3, WAKE = 4, FIRST = 5, NFD = 7 };

typedef struct File {
    bool     open, known;       /* to epoll */
    uint32_t asked, ready;      /* events; asked 0: used up */
} File;

static File     files[NFD];
static uint64_t counter;

static bool has_event(void *ud)
{
    (void)ud;
    if (counter)
        return true;
    for (int fd = FIRST; fd < NFD; fd++)
        if (files[fd].open && (files[fd].asked & files[fd].ready))
            return true;
    return false;
}

int epoll_create1(int flags) { (void)flags; return EP; }
int eventfd(unsigned n, int flags) { (void)n, (void)flags; return WAKE; }
int fcntl(int fd, int cmd, ...) { (void)fd, (void)cmd; return -1; }

static int control(int op, File *f, struct epoll_event *ev)
{
    int err = !f->open ? EBADF : op == EPOLL_CTL_ADD && f->known ? EEXIST
            : op != EPOLL_CTL_ADD && !f->known ? ENOENT : 0;
    if (err) {
        errno = err;
        return -1;
    }
    f->known = op != EPOLL_CTL_DEL;
    f->asked = f->known ? ev->events & (EPOLLIN | EPOLLOUT) : 0;
    return 0;
}

int epoll_ctl(int ep, int op, int fd, struct epoll_event *ev)
{
    (void)ep;
    if (fd == WAKE)
        return 0;
    ex_enter(files);
    int r = control(op, &files[fd], ev), err = errno;
    ex_leave(files);
    errno = err;
    return r;
}

int epoll_wait(int ep, struct epoll_event *ev, int most, int ms)
{
    (void)ep, (void)ms, (void)most;
    int n = 0;
    ex_enter_when(files, has_event, NULL, false);
    if (counter)
        ev[n++] = (struct epoll_event){ .events = EPOLLIN, .data.fd = WAKE };
    for (int fd = FIRST; fd < NFD; fd++) {
        File *f = &files[fd];
        if (!f->open || !(f->asked & f->ready))
            continue;
        ev[n++] = (struct epoll_event){ .events = f->asked & f->ready, .data.fd = fd };
        f->asked = 0;
    }
    ex_leave(files);
    return n;
}

ssize_t write(int fd, const void *p, size_t n)
{
    (void)fd, (void)p;
    ex_enter(files);
    counter++;
    ex_leave(files);
    return (ssize_t)n;
}

ssize_t read(int fd, void *p, size_t n)
{
    (void)fd;
    ex_enter(files);
    *(uint64_t *)p = counter;
    counter = 0;
    ex_leave(files);
    return (ssize_t)n;
}

int close(int fd)
{
    ex_enter(files);
    files[fd] = (File){ 0 };
    ex_leave(files);
    return 0;
}

static int open_first(void)
{
    int fd = FIRST;
    ex_enter(files);
    while (files[fd].open)
        fd++;
    files[fd] = (File){ .open = true };
    ex_leave(files);
    return fd;
}

static void becomes(int fd, uint32_t events)
{
    ex_enter(files);
    files[fd].ready |= events;
    ex_leave(files);
}

/* --- what the stories share --- */

static Mem   mem;
static Poll *poller;
static int   told[3];           /* by number of the waiter; the poller's thread */
static _Atomic(int) theirs;     /* the descriptor of waiter 2 */

static void begin(void)
{
    ml_mem_init(&mem, ex_mem, NULL, 0);
    ex_quiet(&mem, sizeof mem);
    for (int i = 0; i < NFD; i++)
        files[i] = (File){ 0 };
    counter = 0;
    told[1] = told[2] = 0;
    ml_store(&theirs, 0);
    poller = ml_poll_new(&mem);
}

static void end(void)
{
    EX_CHECK(ml_poll_count(poller) == 0);
    ml_poll_free(poller);
}

static void *waiter(uintptr_t n) { return (void *)n; }

static bool is_ready(int fd, uint32_t events)
{
    ex_enter(files);
    bool yes = files[fd].ready & events;
    ex_leave(files);
    return yes;
}

/* Waiter 2 tries, and waits again when there was nothing, as all do. */
static void ready(void *ctx, void *ud, int events)
{
    (void)ctx, (void)events;
    uintptr_t n = (uintptr_t)ud;
    int fd = ml_load(&theirs);
    if (n == 2 && !is_ready(fd, EPOLLIN | EPOLLOUT)) {
        ex_seen(4);
        EX_CHECK(ml_poll_arm(poller, fd, POLL_READ, ud));
    } else {
        told[n]++;
    }
}

static void until_2(void *ud)
{
    (void)ud;
    while (!told[2])
        ml_poll_wait(poller, -1, ready, NULL);
}

/* --- a number is given out again --- */

static void ends(void *ud)
{
    (void)ud;
    EX_CHECK(ml_poll_arm(poller, FIRST, POLL_READ, waiter(1)));
    ml_poll_disarm(poller, FIRST, NULL);
    close(FIRST);
}

/* closed by somebody who does not know of the poller */
static void ends_rudely(void *ud)
{
    (void)ud;
    close(FIRST);
}

static void opens(void *ud)
{
    (void)ud;
    int fd = open_first();
    if (fd == FIRST)
        ex_seen(1);
    ml_store(&theirs, fd);
    EX_CHECK(ml_poll_arm(poller, fd, POLL_READ, waiter(2)));
    becomes(fd, EPOLLIN);
}

static void reuse_after(void (*ending)(void *ud), bool known)
{
    begin();
    EX_CHECK(open_first() == FIRST);
    becomes(FIRST, EPOLLIN);
    if (known) {                /* an event was had, and it was not disarmed */
        EX_CHECK(ml_poll_arm(poller, FIRST, POLL_READ, waiter(1)));
        ml_poll_wait(poller, -1, ready, NULL);
    }
    ex_thread(until_2, NULL);
    ex_thread(ending, NULL);
    ex_thread(opens, NULL);
    ex_join_all();
    if (told[1] && !known)
        ex_seen(2);
    end();
}

static void reuse(void) { reuse_after(ends, false); }
static void rude(void) { reuse_after(ends_rudely, true); }

/* --- two wait for one descriptor, for different events --- */

static void reads(void *ud)
{
    (void)ud;
    EX_CHECK(ml_poll_arm(poller, FIRST, POLL_READ, waiter(1)));
    becomes(FIRST, EPOLLIN);
}

static void writes(void *ud)
{
    (void)ud;
    EX_CHECK(ml_poll_arm(poller, FIRST, POLL_WRITE, waiter(2)));
    becomes(FIRST, EPOLLOUT);
}

static void until_both(void *ud)
{
    (void)ud;
    while (!told[1] || !told[2])
        ml_poll_wait(poller, -1, ready, NULL);
}

static void shared(void)
{
    begin();
    ml_store(&theirs, open_first());
    ex_thread(until_both, NULL);
    ex_thread(reads, NULL);
    ex_thread(writes, NULL);
    ex_join_all();
    EX_CHECK(told[1] == 1 && told[2] == 1);
    end();
}

/* --- wake-ups: work is put somewhere, then the poller is woken --- */

static _Atomic(int) work;

static void brings(void *ud)
{
    (void)ud;
    ml_add(&work, 1);
    ml_poll_wake(poller);
}

static void until_done(void *ud)
{
    (void)ud;
    for (int done = 0; (done += ml_swap(&work, 0)) < 3;)
        ml_poll_wait(poller, -1, ready, NULL);
}

static void wake(void)
{
    begin();
    ml_store(&work, 0);
    ex_thread(until_done, NULL);
    ex_thread(brings, NULL);
    ex_thread(brings, NULL);
    brings(NULL);
    ex_join_all();
    end();
}

const Model models[] = {
    { .name = "reuse", .run = reuse, .preemptions = 6, .outcomes = 3 },
    { .name = "rude", .run = rude, .preemptions = 6, .outcomes = 1 },
    { .name = "shared", .run = shared, .preemptions = 6 },
    { .name = "wake", .run = wake, .preemptions = 6 },
    { 0 }
};
