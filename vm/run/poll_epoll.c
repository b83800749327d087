/*
 * poll_epoll.c - the poller over Linux' epoll.
 *
 *     fds[fd] -> Waiter -> Waiter         what each of them wants
 *       |
 *       +-- `asked`: the union, as the kernel was told (EPOLLONESHOT)
 *
 * epoll knows a descriptor once; several waiters for it are our business. An
 * event takes the waiters it concerns off the list and arms the rest again.
 * A descriptor that nobody waits for stays known to the kernel, disarmed, so
 * that reading in a loop costs one system call per wait and not two.
 *
 * A closed descriptor leaves epoll by itself, without a word to us. So
 * `known` is a guess, which decides only what is tried first: ADD or MOD.
 *
 * Threads. The lock guards the lists and every change of what the kernel was
 * told, so that the two agree. Nobody sleeps with it: a thread waits in the
 * kernel without, takes it to find out whom a batch of events concerns, and
 * gives it back before it tells them, for they take other locks and arm again.
 *
 *     kernel --events--> [lock: off the lists] --due--> ready(ud), ready(ud)
 *
 * An event that was on its way while others disarmed and armed concerns
 * whoever waits for that number when the lock is taken. The worst of it is a
 * report too many: EPOLLONESHOT was used up by this event at most, and who is
 * left on the list is asked for anew.
 */

#include "vm/run/poll.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "vm/base/atomic.h"
#include "vm/base/check.h"
#include "vm/base/thread.h"

enum { BATCH = 64, FIRST_FDS = 16 };

typedef struct Waiter {
    struct Waiter *next;
    void          *ud;
    int            events;      /* wanted; once due: those that came */
} Waiter;

typedef struct PollFd {
    Waiter *waiters;            /* oldest first */
    bool    known;              /* epoll has probably heard of it */
} PollFd;

struct Poll {
    Mem         *mem;
    int          ep, wake_fd;
    _Atomic(int) woken;         /* the eventfd is written, or about to be */
    bool         old_kernel;    /* without epoll_pwait2; for the one who waits */
    Lock         lock;          /* of all below */
    PollFd      *fds;
    size_t       nfds, count;
};

/* Where the host closed a standard stream its number is free; it must not
 * become one of ours, or what is printed would arrive here. */
static int above_standard(int fd)
{
    if (fd < 0 || fd > 2)
        return fd;
    int higher = fcntl(fd, F_DUPFD_CLOEXEC, 3), err = errno;
    close(fd);
    errno = err;
    return higher;
}

Poll *ml_poll_new(Mem *mem)
{
    Poll *p = ml_mem_zalloc(mem, sizeof *p);
    if (!p) {
        errno = ENOMEM;
        return NULL;
    }
    p->mem = mem;
    ml_lock_init(&p->lock);
    p->ep = above_standard(epoll_create1(EPOLL_CLOEXEC));
    p->wake_fd = above_standard(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    struct epoll_event ev = { .events = EPOLLIN, .data.fd = p->wake_fd };
    if (p->ep < 0 || p->wake_fd < 0 ||
        epoll_ctl(p->ep, EPOLL_CTL_ADD, p->wake_fd, &ev) < 0) {
        int err = errno;
        ml_poll_free(p);
        errno = err;
        return NULL;
    }
    return p;
}

/* --- what the kernel is told and asked --- */

static bool sys_ask(int ep, int op, int fd, uint32_t events)
{
    struct epoll_event ev = { .events = events, .data.fd = fd };
    return epoll_ctl(ep, op, fd, &ev) == 0;
}

static int sys_wait_ms(Poll *p, struct epoll_event *ev, int64_t timeout_us)
{
    const int64_t most = 1000 * 1000 * 1000;        /* fits; then once more */
    int64_t ms = timeout_us < 0 ? -1 : timeout_us / 1000 + (timeout_us % 1000 != 0);
    return epoll_wait(p->ep, ev, BATCH, (int)(ms < most ? ms : most));
}

static int sys_wait(Poll *p, struct epoll_event *ev, int64_t timeout_us)
{
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 35)
    if (!p->old_kernel && timeout_us > 0) {
        struct timespec ts = { .tv_sec = timeout_us / 1000000,
                               .tv_nsec = timeout_us % 1000000 * 1000 };
        int n = epoll_pwait2(p->ep, ev, BATCH, &ts, NULL);
        if (n >= 0 || (errno != ENOSYS && errno != EPERM))
            return n;
        p->old_kernel = true;
    }
#endif
    return sys_wait_ms(p, ev, timeout_us);
}

static void sys_wake(int fd)
{
    uint64_t one = 1;
    ssize_t n = write(fd, &one, sizeof one);
    ML_CHECK(n == sizeof one);
}

static void sys_take_wake(int fd)
{
    uint64_t n;
    while (read(fd, &n, sizeof n) < 0 && errno == EINTR) {
    }
}

/* --- waking the one who waits --- */

int ml_poll_fd(const Poll *p)
{
    return p->ep;
}

void ml_poll_wake(Poll *p)
{
    if (!ml_swap(&p->woken, 1))
        sys_wake(p->wake_fd);
}

/* The flag after the counter: who finds it set in between put his work where
 * the caller of ml_poll_wait will look next. The other way round a wake-up
 * could be swallowed and the flag stay set. */
static void take_wake(Poll *p)
{
    sys_take_wake(p->wake_fd);
    ml_store(&p->woken, 0);
}

/* --- the lists; the lock is held --- */

static void forget(Poll *p, Waiter **at)
{
    Waiter *w = *at;
    *at = w->next;
    ml_mem_free(p->mem, w, sizeof *w);
    p->count--;
}

/* Tells the kernel what the waiters of fd want together. */
static bool ask(Poll *p, int fd)
{
    PollFd *f = &p->fds[fd];
    uint32_t events = EPOLLONESHOT;
    for (Waiter *w = f->waiters; w; w = w->next) {
        if (w->events & POLL_READ)
            events |= EPOLLIN | EPOLLRDHUP;
        if (w->events & POLL_WRITE)
            events |= EPOLLOUT;
    }
    int op = f->known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    bool ok = sys_ask(p->ep, op, fd, events);
    if (!ok && (errno == ENOENT || errno == EEXIST))
        ok = sys_ask(p->ep, errno == ENOENT ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, events);
    f->known = ok;
    return ok;
}

static bool make_room(Poll *p, int fd)
{
    size_t n = p->nfds ? p->nfds : FIRST_FDS;
    while (n <= (size_t)fd)
        n *= 2;
    if (n == p->nfds)
        return true;
    PollFd *fds = ml_mem_realloc(p->mem, p->fds, p->nfds * sizeof *fds,
                                 n * sizeof *fds);
    if (!fds)
        return false;
    for (size_t i = p->nfds; i < n; i++)
        fds[i] = (PollFd){ 0 };
    p->fds = fds;
    p->nfds = n;
    return true;
}

/* Takes w if it returns 0, else an errno. */
static int add(Poll *p, int fd, Waiter *w)
{
    if (!make_room(p, fd))
        return ENOMEM;
    Waiter **at = &p->fds[fd].waiters;
    while (*at)
        at = &(*at)->next;
    *at = w;
    if (!ask(p, fd)) {
        *at = NULL;
        return errno;
    }
    p->count++;
    return 0;
}

/* Those whom the events concern leave the list of fd and are due. */
static void take_due(Poll *p, int fd, int events, Waiter ***due)
{
    for (Waiter **at = &p->fds[fd].waiters; *at;) {
        Waiter *w = *at;
        if (!(w->events & events)) {
            at = &w->next;
            continue;
        }
        *at = w->next;
        w->next = NULL;
        w->events &= events;
        **due = w;
        *due = &w->next;
        p->count--;
    }
}

static void take_event(Poll *p, int fd, int events, Waiter ***due)
{
    if ((size_t)fd >= p->nfds)
        return;
    take_due(p, fd, events, due);
    /* closed under those who are left: let each find out for itself */
    if (p->fds[fd].waiters && !ask(p, fd))
        take_due(p, fd, POLL_READ | POLL_WRITE, due);
}

/* --- for everybody --- */

void ml_poll_free(Poll *p)
{
    for (size_t fd = 0; fd < p->nfds; fd++)
        while (p->fds[fd].waiters)
            forget(p, &p->fds[fd].waiters);
    ml_mem_free(p->mem, p->fds, p->nfds * sizeof *p->fds);
    ml_lock_fini(&p->lock);
    if (p->wake_fd >= 0)
        close(p->wake_fd);
    if (p->ep >= 0)
        close(p->ep);
    ml_mem_free(p->mem, p, sizeof *p);
}

size_t ml_poll_count(Poll *p)
{
    ml_lock(&p->lock);
    size_t n = p->count;
    ml_unlock(&p->lock);
    return n;
}

bool ml_poll_arm(Poll *p, int fd, int events, void *ud)
{
    if (fd < 0) {
        errno = EBADF;
        return false;
    }
    Waiter *w = ml_mem_alloc(p->mem, sizeof *w);
    if (!w) {
        errno = ENOMEM;
        return false;
    }
    *w = (Waiter){ .ud = ud, .events = events };
    ml_lock(&p->lock);
    int err = add(p, fd, w);
    ml_unlock(&p->lock);
    if (!err)
        return true;
    ml_mem_free(p->mem, w, sizeof *w);
    errno = err;
    return false;
}

void ml_poll_disarm(Poll *p, int fd, void *ud)
{
    if (fd < 0)
        return;
    ml_lock(&p->lock);
    PollFd *f = (size_t)fd < p->nfds ? &p->fds[fd] : NULL;
    for (Waiter **at = f ? &f->waiters : NULL; at && *at;) {
        if (!ud || (*at)->ud == ud)
            forget(p, at);
        else
            at = &(*at)->next;
    }
    if (f && f->known && !f->waiters) {
        sys_ask(p->ep, EPOLL_CTL_DEL, fd, 0);
        f->known = false;
    }
    ml_unlock(&p->lock);
}

/* --- for the one who waits --- */

static int events_of(uint32_t got)
{
    int events = 0;
    if (got & (EPOLLERR | EPOLLHUP))
        return POLL_READ | POLL_WRITE;
    if (got & (EPOLLIN | EPOLLRDHUP))
        events |= POLL_READ;
    if (got & EPOLLOUT)
        events |= POLL_WRITE;
    return events;
}

static int tell(Poll *p, Waiter *due, void (*ready)(void *ctx, void *ud, int events), void *ctx)
{
    int n = 0;
    for (Waiter *next; due; due = next, n++) {
        Waiter w = *due;
        next = w.next;
        ml_mem_free(p->mem, due, sizeof *due);
        ready(ctx, w.ud, w.events);
    }
    return n;
}

int ml_poll_wait(Poll *p, int64_t timeout_us,
                 void (*ready)(void *ctx, void *ud, int events), void *ctx)
{
    struct epoll_event ev[BATCH];
    Waiter *due = NULL, **last = &due;
    int got = sys_wait(p, ev, timeout_us);
    if (got <= 0) {
        ML_CHECK(got == 0 || errno == EINTR);
        return 0;
    }
    ml_lock(&p->lock);
    for (int i = 0; i < got; i++) {
        if (ev[i].data.fd == p->wake_fd)
            take_wake(p);
        else
            take_event(p, ev[i].data.fd, events_of(ev[i].events), &last);
    }
    ml_unlock(&p->lock);
    return tell(p, due, ready, ctx);
}
