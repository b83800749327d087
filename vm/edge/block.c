/*
 * block.c - the pool: threads for work that blocks.
 *
 *     submit --> head -> job -> job -> tail --> thread: run, finished, unref
 *
 * The queue is a list through the jobs themselves, so it grows with what
 * waits and submitting allocates nothing: it cannot fail for lack of memory
 * and needs no limit of its own, for a process has at most one job under way
 * and is charged for it.
 *
 * The first job starts the first thread; a further one is started when a job
 * arrives, nobody is idle, and the number allows it. A program that never
 * blocks has no such thread. Those that were started stay: one that waits
 * costs some kilobytes and no time.
 *
 * Jobs of one file cannot meet here: a file is one Job, which is in the queue
 * once. But the last bytes of a file that nobody closed are written by a job
 * of their own when its process is gone, and who opens the file after that
 * must find them: so opening says `after`, and that last job `first`.
 */

#include "vm/edge/block.h"

#include "vm/base/thread.h"

struct Pool {
    Mem    *mem;
    void  (*finished)(Job *j);
    Lock    lock;
    Cond    work;               /* something is in the queue, or `closing` */
    Job    *head, **tail;
    size_t  waiting, running, dropped;
    size_t  firsts;             /* jobs with `first` that run */
    _Atomic(size_t) all_firsts; /* ... or wait */
    int     idle;               /* threads that wait for work */
    bool    closing;
    int     started, most;
    Thread  threads[];
};

static size_t size_for(int threads)
{
    return sizeof(Pool) + (size_t)threads * sizeof(Thread);
}

Pool *ml_pool_new(Mem *mem, int threads, void (*finished)(Job *j))
{
    if (threads < 1)
        threads = 1;
    Pool *p = ml_mem_zalloc(mem, size_for(threads));
    if (!p)
        return NULL;
    p->mem = mem;
    p->finished = finished;
    p->tail = &p->head;
    p->most = threads;
    ml_lock_init(&p->lock);
    ml_cond_init(&p->work);
    return p;
}

static Job *take(Pool *p)
{
    Job *j = p->head;
    p->head = j->next;
    if (!p->head)
        p->tail = &p->head;
    j->next = NULL;
    p->waiting--;
    return j;
}

/* One job, with the lock given back meanwhile. */
static void do_next(Pool *p)
{
    Job *j = take(p);
    bool run = !p->closing || j->must, first = j->first;
    if (run)
        p->running++;
    else
        p->dropped++;
    p->firsts += first;
    ml_unlock(&p->lock);

    if (run)
        j->run(j);
    p->finished(j);

    ml_lock(&p->lock);
    if (run)
        p->running--;
    if (first) {
        ml_sub(&p->all_firsts, 1);
        if (--p->firsts == 0)
            ml_cond_broadcast(&p->work);
    }
}

static bool may_start(const Pool *p)
{
    return p->head && !(p->head->after && p->firsts);
}

static void work(void *ud)
{
    Pool *p = ud;
    ml_lock(&p->lock);
    for (;;) {
        if (may_start(p)) {
            do_next(p);
        } else if (p->closing && !p->head) {
            break;
        } else {
            p->idle++;
            ml_cond_wait(&p->work, &p->lock);
            p->idle--;
        }
    }
    ml_unlock(&p->lock);
}

/* Enough hands for what waits? The lock is held: a thread that starts stops
 * at it until we are through. */
static bool staff(Pool *p)
{
    if (p->waiting < (size_t)p->idle || p->started == p->most)
        return true;
    if (ml_thread_start(&p->threads[p->started], work, p))
        p->started++;
    return p->started > 0;
}

bool ml_pool_submit(Pool *p, Job *j)
{
    ml_lock(&p->lock);
    bool ok = staff(p);
    if (ok) {
        ml_shared_ref(&j->h);
        if (j->first)
            ml_add(&p->all_firsts, 1);
        j->next = NULL;
        *p->tail = j;
        p->tail = &j->next;
        p->waiting++;
        ml_cond_signal(&p->work);
    }
    ml_unlock(&p->lock);
    return ok;
}

bool ml_pool_has_first(Pool *p)
{
    return ml_load(&p->all_firsts) != 0;
}

size_t ml_pool_load(Pool *p)
{
    ml_lock(&p->lock);
    size_t n = p->waiting + p->running;
    ml_unlock(&p->lock);
    return n;
}

size_t ml_pool_free(Pool *p)
{
    ml_lock(&p->lock);
    p->closing = true;
    ml_cond_broadcast(&p->work);
    ml_unlock(&p->lock);
    for (int i = 0; i < p->started; i++)
        ml_thread_join(&p->threads[i]);
    size_t dropped = p->dropped;
    ml_cond_fini(&p->work);
    ml_lock_fini(&p->lock);
    ml_mem_free(p->mem, p, size_for(p->most));
    return dropped;
}
