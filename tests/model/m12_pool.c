/*
 * m12_pool.c - the pool: jobs start and finish while their owners wait, are
 * killed, or everything is shut down.
 *
 * A job is as in vm/edge/job.h: counted by its owner and by the pool. Stories:
 *
 *     kill     two owners submit; one is killed at any time, one waits. 2 threads
 *     again    an owner submits a job, waits, and submits it again. 2 threads
 *     close    two jobs are submitted, the second `must` run; the pool is closed at once
 *     order    one with `first`, one with `after`, one with neither. 2 threads
 *
 * Properties: each job is finished once for each submission, and freed once;
 * its owner sees what it has done; who waits is told (else: a deadlock); what
 * must run runs; `after` waits for `first`; the pool ends. Bound: 3 preemptions.
 *
 * sources: vm/base/mem.c vm/base/pages.c vm/edge/block.c
 *
 * mutant no-reference: vm/edge/block.c
 *   - ml_shared_ref(&j->h);
 *   +
 * mutant nobody-told: vm/edge/block.c
 *   - p->waiting++;
 *   - ml_cond_signal(&p->work);
 *   + p->waiting++;
 * mutant one-told: vm/edge/block.c
 *   - p->closing = true;
 *   - ml_cond_broadcast(&p->work);
 *   + p->closing = true;
 *   + ml_cond_signal(&p->work);
 * mutant must-dropped: vm/edge/block.c
 *   - bool run = !p->closing || j->must, first = j->first;
 *   + bool run = !p->closing, first = j->first;
 * mutant after-forgotten: vm/edge/block.c
 *   - return p->head && !(p->head->after && p->firsts);
 *   + return p->head;
 * mutant unlocked-take: vm/edge/block.c
 *   - Job *j = take(p);
 *   - bool run = !p->closing || j->must, first = j->first;
 *   + ml_unlock(&p->lock);
 *   + Job *j = take(p);
 *   + ml_lock(&p->lock);
 *   + bool run = !p->closing || j->must, first = j->first;
 * mutant early-done: vm/edge/job.h
 *   - static inline bool ml_job_is_done(Job *j) { return ml_load(&j->done) != 0; }
 *   + static inline bool ml_job_is_done(Job *j) { return ml_load_relaxed(&j->done) != 0; }
 */
#include "tests/model/explore.h"
#include "vm/edge/block.h"

typedef struct Work {
    Job job;
    int result, runs, finished; /* whoever has the job */
} Work;

static Mem   mem;
static Pool *pool;
static _Atomic(int) first_done;

static Work *work_of(Job *j) { return (Work *)(void *)j; }

static void release(Shared *s)
{
    Work *w = (Work *)(void *)s;
    EX_CHECK(!w->job.queued || w->finished);
    ml_mem_free(&mem, w, sizeof *w);
}

/* As ml_job_finished when nobody has to be woken. */
static void finished(Job *j)
{
    work_of(j)->finished++;
    ml_store(&j->done, 1);
    ml_shared_unref(&j->h);
}

static void run_job(Job *j)
{
    work_of(j)->result += 7;
    work_of(j)->runs++;
}

static Work *work_new(void)
{
    Work *w = ml_mem_zalloc(&mem, sizeof *w);
    ml_job_init(&w->job, NULL, sizeof *w, release);
    w->job.run = run_job;
    return w;
}

static void submit(Work *w)
{
    w->job.queued = true;
    EX_CHECK(ml_pool_submit(pool, &w->job));
}

static bool is_done(void *ud) { return ml_job_is_done(ud); }

static void await(Work *w)
{
    ex_enter_when(&pool, is_done, &w->job, false);
    ex_leave(&pool);
    EX_CHECK(ml_job_is_done(&w->job));
}

static void begin(int threads)
{
    ml_mem_init(&mem, ex_mem, NULL, 0);
    ex_quiet(&mem, sizeof mem);
    pool = ml_pool_new(&mem, threads, finished);
}

/* --- kill --- */

static void waits(void *ud)
{
    Work *w = work_new();
    (void)ud;
    submit(w);
    await(w);
    EX_CHECK(w->result == 7);
    ml_shared_unref(&w->job.h);
}

static void dies(void *ud)
{
    Work *w = work_new();
    (void)ud;
    submit(w);
    if (ml_job_is_done(&w->job)) {
        EX_CHECK(w->result == 7);
        ex_seen(1);
    } else {
        ex_seen(2);
    }
    ml_shared_unref(&w->job.h);
}

static void kill(void)
{
    begin(2);
    ex_thread(waits, NULL);
    ex_thread(dies, NULL);
    ex_join_all();
    ml_pool_free(pool);
}

/* --- again --- */

static void again(void)
{
    begin(2);
    Work *w = work_new();
    submit(w);
    await(w);
    ml_job_again(&w->job);
    submit(w);
    await(w);
    EX_CHECK(w->result == 14 && w->finished == 2);
    ml_shared_unref(&w->job.h);
    EX_CHECK(ml_pool_free(pool) == 0);
}

/* --- close --- */

static void close(void)
{
    begin(2);
    Work *a = work_new(), *b = work_new();
    b->job.must = true;
    submit(a);
    submit(b);
    size_t dropped = ml_pool_free(pool);
    EX_CHECK(a->finished == 1 && b->finished == 1);
    EX_CHECK(b->runs == 1 && (size_t)a->runs + dropped == 1);
    ex_seen(dropped ? 1 : 2);
    ml_shared_unref(&a->job.h);
    ml_shared_unref(&b->job.h);
}

/* --- order --- */

static void run_first(Job *j)
{
    run_job(j);
    ml_store(&first_done, 1);
}

static void run_after(Job *j)
{
    EX_CHECK(ml_load(&first_done));
    run_job(j);
}

static void order(void)
{
    begin(2);
    ml_store(&first_done, 0);
    Work *w[3];
    for (int i = 0; i < 3; i++)
        w[i] = work_new();
    w[0]->job.first = true;
    w[0]->job.run = run_first;
    w[1]->job.after = true;
    w[1]->job.run = run_after;
    for (int i = 0; i < 3; i++)
        submit(w[i]);
    for (int i = 0; i < 3; i++) {
        await(w[i]);
        ml_shared_unref(&w[i]->job.h);
    }
    EX_CHECK(ml_pool_free(pool) == 0);
}

const Model models[] = {
    { .name = "kill", .run = kill, .preemptions = 3, .outcomes = 3 },
    { .name = "again", .run = again, .preemptions = 3 },
    { .name = "close", .run = close, .preemptions = 3, .outcomes = 3 },
    { .name = "order", .run = order, .preemptions = 3 },
    { 0 }
};
