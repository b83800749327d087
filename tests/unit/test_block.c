/* The pool: order, references, and what happens at its end. */

#include "tests/unit/test.h"

#include "vm/base/thread.h"
#include "vm/edge/block.h"

typedef struct Work {
    Job job;                    /* first */
    int number;
} Work;

static Mem         mem;
static Lock        lock;
static Cond        cond;
static bool        gate_open;
static _Atomic(int) order[64];
static _Atomic(int) ran, finished, freed, at_gate;

static void release(Shared *s)
{
    ml_mem_free(&mem, s, sizeof(Work));
    ml_add(&freed, 1);
}

static void run(Job *j)
{
    order[ml_add(&ran, 1) % 64] = ((Work *)(void *)j)->number;
}

/* Holds the thread until the test opens the gate. */
static void run_gate(Job *j)
{
    (void)j;
    ml_store(&at_gate, 1);
    ml_lock(&lock);
    while (!gate_open)
        ml_cond_wait(&cond, &lock);
    ml_unlock(&lock);
}

static void open_gate(void)
{
    ml_lock(&lock);
    gate_open = true;
    ml_cond_broadcast(&cond);
    ml_unlock(&lock);
}

static void done(Job *j)
{
    ml_add(&finished, 1);
    ml_store(&j->done, 1);
    ml_shared_unref(&j->h);
}

static Job *new_job(int number, void (*fn)(Job *))
{
    Work *w = ml_mem_alloc(&mem, sizeof *w);
    ml_job_init(&w->job, NULL, sizeof *w, release);
    w->job.run = fn;
    w->number = number;
    return &w->job;
}

static bool give(Pool *p, Job *j)
{
    j->queued = true;
    bool ok = ml_pool_submit(p, j);
    ml_shared_unref(&j->h);
    return ok;
}

static Pool *start(int threads)
{
    ml_mem_init(&mem, NULL, NULL, 0);
    ml_lock_init(&lock);
    ml_cond_init(&cond);
    gate_open = false;
    ml_store(&ran, 0);
    ml_store(&at_gate, 0);
    ml_store(&finished, 0);
    ml_store(&freed, 0);
    return ml_pool_new(&mem, threads, done);
}

static bool nothing_left(void)
{
    ml_cond_fini(&cond);
    ml_lock_fini(&lock);
    return ml_mem_used(&mem) == 0;
}

TEST(an_unused_pool_has_no_thread)
{
    Pool *p = start(1);
    CHECK(p != NULL);
    CHECK_EQ(ml_pool_free(p), 0);
    CHECK(nothing_left());
}

TEST(jobs_run_in_order)
{
    Pool *p = start(1);
    for (int i = 0; i < 50; i++) {
        Job *j = new_job(i, run);
        j->must = true;
        CHECK(give(p, j));
    }
    CHECK_EQ(ml_pool_free(p), 0);
    CHECK_EQ(ran, 50);
    for (int i = 0; i < 50; i++)
        CHECK_EQ(order[i], i);
    CHECK_EQ(finished, 50);
    CHECK_EQ(freed, 50);
    CHECK(nothing_left());
}

/* The owner keeps its reference, and reads the result after `done`. */
TEST(a_job_goes_again)
{
    Pool *p = start(1);
    Job *j = new_job(7, run);
    for (int i = 0; i < 20; i++) {
        j->queued = true;
        CHECK(ml_pool_submit(p, j));
        while (!ml_job_is_done(j)) {
        }
        ml_job_again(j);
    }
    CHECK_EQ(ran, 20);
    CHECK_EQ(ml_pool_free(p), 0);
    CHECK_EQ(freed, 0);
    ml_shared_unref(&j->h);
    CHECK_EQ(freed, 1);
    CHECK(nothing_left());
}

static void end_pool(void *ud)
{
    size_t *dropped = ((void **)ud)[1];
    *dropped = ml_pool_free(((void **)ud)[0]);
}

TEST(the_end_drops_what_may_be_dropped)
{
    Pool *p = start(1);
    CHECK(give(p, new_job(0, run_gate)));
    for (int i = 0; i < 10; i++) {
        Job *j = new_job(i, run);
        j->must = i % 2 == 1;
        CHECK(give(p, j));
    }
    while (!ml_load(&at_gate)) {        /* what has not begun may be dropped */
    }
    CHECK_EQ(ml_pool_load(p), 11);
    size_t dropped = 99;
    void *args[2] = { p, &dropped };
    Thread t;
    CHECK(ml_thread_start(&t, end_pool, args));
    open_gate();
    ml_thread_join(&t);
    CHECK_EQ(finished, 11);
    CHECK_EQ(freed, 11);
    CHECK_EQ(ran + (int)dropped, 10);
    CHECK(ran >= 5);
    CHECK(nothing_left());
}

TEST(two_threads_are_two)
{
    Pool *p = start(2);
    CHECK(give(p, new_job(0, run_gate)));
    Job *j = new_job(1, run);
    j->must = true;
    CHECK(give(p, j));
    while (ran < 1) {
    }
    open_gate();
    CHECK_EQ(ml_pool_free(p), 0);
    CHECK_EQ(freed, 2);
    CHECK(nothing_left());
}

/* Whoever opens a file finds the last bytes that were written to it. */
TEST(who_comes_after_waits_for_the_first)
{
    Pool *p = start(4);
    Job *gate = new_job(0, run_gate);
    gate->first = true;
    CHECK(!ml_pool_has_first(p));
    CHECK(give(p, new_job(1, run)));
    while (ran < 1) {
    }
    CHECK(give(p, gate));
    CHECK(give(p, new_job(2, run)));    /* does not mind */
    while (ran < 2 || ml_pool_load(p) > 1) {
    }
    Job *j = new_job(3, run);
    j->after = true;
    CHECK(give(p, j));
    for (int i = 4; i < 8; i++)
        CHECK(give(p, new_job(i, run)));
    for (int i = 0; i < 1000; i++)
        CHECK_EQ(ml_pool_load(p), 6);
    CHECK(ml_pool_has_first(p));
    CHECK_EQ(ran, 2);
    open_gate();
    while (ran < 7) {
    }
    CHECK_EQ(order[0], 1);
    CHECK_EQ(order[1], 2);
    CHECK_EQ(ml_pool_free(p), 0);
    CHECK(nothing_left());
}

TEST(the_end_lets_the_first_be_first)
{
    Pool *p = start(2);
    Job *gate = new_job(0, run_gate), *j = new_job(1, run);
    gate->first = true;
    j->after = j->must = true;
    CHECK(give(p, gate));
    while (!ml_load(&at_gate)) {
    }
    CHECK(give(p, j));
    size_t dropped = 99;
    void *args[2] = { p, &dropped };
    Thread t;
    CHECK(ml_thread_start(&t, end_pool, args));
    open_gate();
    ml_thread_join(&t);
    CHECK_EQ(dropped, 0);
    CHECK_EQ(ran, 1);
    CHECK(nothing_left());
}

static void submit_many(void *ud)
{
    for (int i = 0; i < 500; i++) {
        Job *j = new_job(i, run);
        j->must = true;
        give(ud, j);
    }
}

TEST(any_thread_submits)
{
    Pool *p = start(3);
    Thread t[3];
    for (int i = 0; i < 3; i++)
        CHECK(ml_thread_start(&t[i], submit_many, p));
    for (int i = 0; i < 3; i++)
        ml_thread_join(&t[i]);
    CHECK_EQ(ml_pool_free(p), 0);
    CHECK_EQ(ran, 1500);
    CHECK_EQ(freed, 1500);
    CHECK(nothing_left());
}

TEST_MAIN
