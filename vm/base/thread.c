/*
 * thread.c - threads, locks and conditions over POSIX.
 *
 * What POSIX answers to a wrong use is a bug of ours, so it is a check and
 * not an answer. Only starting a thread can fail for reasons of the world.
 */

#include "vm/base/thread.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "vm/base/atomic.h"
#include "vm/base/check.h"

/* Lives on the stack of the starter, until the thread has read it. */
typedef struct Start {
    void (*fn)(void *);
    void  *arg;
    Lock   lock;
    Cond   cond;
    bool   taken;
} Start;

static void *run(void *ud)
{
    Start *s = ud;
    void (*fn)(void *) = s->fn;
    void *arg = s->arg;
    ml_lock(&s->lock);
    s->taken = true;
    ml_cond_signal(&s->cond);
    ml_unlock(&s->lock);
    fn(arg);
    return NULL;
}

bool ml_thread_start(Thread *t, void (*fn)(void *), void *arg)
{
    Start s = { .fn = fn, .arg = arg };
    sigset_t all, old;
    ml_lock_init(&s.lock);
    ml_cond_init(&s.cond);
    sigfillset(&all);
    ML_CHECK(pthread_sigmask(SIG_SETMASK, &all, &old) == 0);
    bool ok = pthread_create(&t->id, NULL, run, &s) == 0;
    ML_CHECK(pthread_sigmask(SIG_SETMASK, &old, NULL) == 0);
    if (ok) {
        ml_lock(&s.lock);
        while (!s.taken)
            ml_cond_wait(&s.cond, &s.lock);
        ml_unlock(&s.lock);
    }
    ml_cond_fini(&s.cond);
    ml_lock_fini(&s.lock);
    return ok;
}

void ml_thread_join(Thread *t)
{
    ML_CHECK(pthread_join(t->id, NULL) == 0);
}

/* What the system lets us use, which may be less than there is. */
int ml_thread_cores(void)
{
    cpu_set_t set;
    int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set)
                                                        : (int)sysconf(_SC_NPROCESSORS_ONLN);
    return n > 1 ? n : 1;
}

void ml_lock_init(Lock *l)
{
    ML_CHECK(pthread_mutex_init(&l->m, NULL) == 0);
    atomic_init(&l->waits, 0);
}

void ml_lock_fini(Lock *l)
{
    ML_CHECK(pthread_mutex_destroy(&l->m) == 0);
}

void ml_lock(Lock *l)
{
    int e = pthread_mutex_trylock(&l->m);
    if (ML_LIKELY(e == 0))
        return;
    ML_CHECK(e == EBUSY && pthread_mutex_lock(&l->m) == 0);
    ml_store_relaxed(&l->waits, ml_load_relaxed(&l->waits) + 1);
}

void ml_unlock(Lock *l)
{
    ML_CHECK(pthread_mutex_unlock(&l->m) == 0);
}

void ml_cond_init(Cond *c)
{
    pthread_condattr_t attr;
    ML_CHECK(pthread_condattr_init(&attr) == 0);
    ML_CHECK(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
    ML_CHECK(pthread_cond_init(&c->c, &attr) == 0);
    pthread_condattr_destroy(&attr);
}

void ml_cond_fini(Cond *c)
{
    ML_CHECK(pthread_cond_destroy(&c->c) == 0);
}

void ml_cond_wait(Cond *c, Lock *l)
{
    ML_CHECK(pthread_cond_wait(&c->c, &l->m) == 0);
}

bool ml_cond_wait_until(Cond *c, Lock *l, uint64_t us)
{
    struct timespec ts = { .tv_sec = (time_t)(us / 1000000), .tv_nsec = (long)(us % 1000000) * 1000 };
    int err = pthread_cond_timedwait(&c->c, &l->m, &ts);
    ML_CHECK(err == 0 || err == ETIMEDOUT);
    return err == 0;
}

void ml_cond_signal(Cond *c)
{
    ML_CHECK(pthread_cond_signal(&c->c) == 0);
}

void ml_cond_broadcast(Cond *c)
{
    ML_CHECK(pthread_cond_broadcast(&c->c) == 0);
}

void ml_quiet_begin(Quiet *q)
{
    sigset_t pipe, pending, old;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigemptyset(&pending);
    sigpending(&pending);
    q->pending = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe, &old);
    q->blocked = sigismember(&old, SIGPIPE) == 1;
}

void ml_quiet_end(Quiet *q, bool epipe)
{
    int err = errno;
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    if (epipe && !q->pending) {
        struct timespec now = { 0 };
        while (sigtimedwait(&pipe, NULL, &now) < 0 && errno == EINTR) {
        }
    }
    if (!q->blocked)
        pthread_sigmask(SIG_UNBLOCK, &pipe, NULL);
    errno = err;
}
