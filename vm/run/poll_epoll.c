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

enum { BATCH = 64, FIRST_FDS = 16 };

typedef struct Waiter {
    struct Waiter *next;
    void          *ud;
    uint64_t       born;        /* serial number */
    int            events;
} Waiter;

typedef struct PollFd {
    Waiter *waiters;            /* oldest first */
    bool    known;              /* epoll has probably heard of it */
} PollFd;

struct Poll {
    Mem         *mem;
    int          ep, wake_fd;
    _Atomic(int) woken;         /* the eventfd is written, or about to be */
    PollFd      *fds;
    size_t       nfds, count;
    uint64_t     serial;
    bool         old_kernel;    /* without epoll_pwait2 */
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

static void forget(Poll *p, Waiter **at)
{
    Waiter *w = *at;
    *at = w->next;
    ml_mem_free(p->mem, w, sizeof *w);
    p->count--;
}

void ml_poll_free(Poll *p)
{
    for (size_t fd = 0; fd < p->nfds; fd++)
        while (p->fds[fd].waiters)
            forget(p, &p->fds[fd].waiters);
    ml_mem_free(p->mem, p->fds, p->nfds * sizeof *p->fds);
    if (p->wake_fd >= 0)
        close(p->wake_fd);
    if (p->ep >= 0)
        close(p->ep);
    ml_mem_free(p->mem, p, sizeof *p);
}

int ml_poll_fd(const Poll *p)
{
    return p->ep;
}

size_t ml_poll_count(const Poll *p)
{
    return p->count;
}

void ml_poll_wake(Poll *p)
{
    if (ml_swap(&p->woken, 1))
        return;
    uint64_t one = 1;
    ssize_t n = write(p->wake_fd, &one, sizeof one);
    ML_CHECK(n == sizeof one);
}

/* The flag after the counter: who finds it set in between put his work where
 * the caller of ml_poll_wait will look next. The other way round a wake-up
 * could be swallowed and the flag stay set. */
static void take_wake(Poll *p)
{
    uint64_t n;
    while (read(p->wake_fd, &n, sizeof n) < 0 && errno == EINTR) {
    }
    ml_store(&p->woken, 0);
}

/* Tells the kernel what the waiters of fd want together. */
static bool ask(Poll *p, int fd)
{
    PollFd *f = &p->fds[fd];
    struct epoll_event ev = { .events = EPOLLONESHOT, .data.fd = fd };
    for (Waiter *w = f->waiters; w; w = w->next) {
        if (w->events & POLL_READ)
            ev.events |= EPOLLIN | EPOLLRDHUP;
        if (w->events & POLL_WRITE)
            ev.events |= EPOLLOUT;
    }
    int op = f->known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    int r = epoll_ctl(p->ep, op, fd, &ev);
    if (r < 0 && (errno == ENOENT || errno == EEXIST)) {
        op = errno == ENOENT ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
        r = epoll_ctl(p->ep, op, fd, &ev);
    }
    f->known = r == 0;
    return r == 0;
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

bool ml_poll_arm(Poll *p, int fd, int events, void *ud)
{
    if (fd < 0) {
        errno = EBADF;
        return false;
    }
    Waiter *w = make_room(p, fd) ? ml_mem_alloc(p->mem, sizeof *w) : NULL;
    if (!w) {
        errno = ENOMEM;
        return false;
    }
    *w = (Waiter){ .ud = ud, .born = ++p->serial, .events = events };
    Waiter **at = &p->fds[fd].waiters;
    while (*at)
        at = &(*at)->next;
    *at = w;
    p->count++;
    if (ask(p, fd))
        return true;
    int err = errno;
    forget(p, at);
    errno = err;
    return false;
}

void ml_poll_disarm(Poll *p, int fd, void *ud)
{
    if (fd < 0 || (size_t)fd >= p->nfds)
        return;
    PollFd *f = &p->fds[fd];
    for (Waiter **at = &f->waiters; *at;) {
        if (!ud || (*at)->ud == ud)
            forget(p, at);
        else
            at = &(*at)->next;
    }
    if (f->known && !f->waiters) {
        epoll_ctl(p->ep, EPOLL_CTL_DEL, fd, NULL);
        f->known = false;
    }
}

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

/* Those who were there before: one that `ready` arms waits for the next
 * event. The list is searched afresh each time, for `ready` may change it. */
static int deliver(Poll *p, int fd, int events,
                   void (*ready)(void *ctx, void *ud, int events), void *ctx)
{
    uint64_t newest = p->serial;
    int n = 0;
    for (;;) {
        Waiter **at = &p->fds[fd].waiters;
        while (*at && ((*at)->born > newest || !((*at)->events & events)))
            at = &(*at)->next;
        if (!*at)
            break;
        void *ud = (*at)->ud;
        int both = (*at)->events & events;
        forget(p, at);
        ready(ctx, ud, both);
        n++;
    }
    if (p->fds[fd].waiters && !ask(p, fd)) {
        /* closed under them: let each find out for itself */
        while (p->fds[fd].waiters) {
            void *ud = p->fds[fd].waiters->ud;
            forget(p, &p->fds[fd].waiters);
            ready(ctx, ud, POLL_READ | POLL_WRITE);
            n++;
        }
    }
    return n;
}

static int wait_ms(Poll *p, struct epoll_event *ev, int64_t timeout_us)
{
    const int64_t most = 1000 * 1000 * 1000;        /* fits; then once more */
    int64_t ms = timeout_us < 0 ? -1 : timeout_us / 1000 + (timeout_us % 1000 != 0);
    return epoll_wait(p->ep, ev, BATCH, (int)(ms < most ? ms : most));
}

static int wait_events(Poll *p, struct epoll_event *ev, int64_t timeout_us)
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
    return wait_ms(p, ev, timeout_us);
}

int ml_poll_wait(Poll *p, int64_t timeout_us,
                 void (*ready)(void *ctx, void *ud, int events), void *ctx)
{
    struct epoll_event ev[BATCH];
    int got = wait_events(p, ev, timeout_us), n = 0;
    ML_CHECK(got >= 0 || errno == EINTR);
    for (int i = 0; i < got; i++) {
        int fd = ev[i].data.fd;
        if (fd == p->wake_fd)
            take_wake(p);
        else if ((size_t)fd < p->nfds)
            n += deliver(p, fd, events_of(ev[i].events), ready, ctx);
    }
    return n;
}
