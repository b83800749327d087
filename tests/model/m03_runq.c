/*
 * m03_runq.c - a run queue: its worker keeps, hurries, offers and takes, another steals,
 * a third brings.
 *
 * Properties: each process is taken exactly once, or is left at the end, when
 * the length says so; who takes it sees what was done to it before; what is kept
 * is not stolen. All interleavings.
 *
 * sources: vm/base/mem.c vm/base/pages.c vm/run/runq.c
 *
 * mutant unlocked-steal: vm/run/runq.c
 *   - ml_lock(&q->lock);
 *   - uint32_t len = ml_load_relaxed(&q->len), n = (len + 1) / 2;
 *   + ml_lock(&q->lock);
 *   + uint32_t len = ml_load_relaxed(&q->len), n = (len + 1) / 2;
 *   + ml_unlock(&q->lock);
 *   + ml_lock(&q->lock);
 * mutant unlocked-take: vm/run/runq.c
 *   - ml_lock(&q->lock);
 *   - Proc *p = next_ready(q, hasty);
 *   + Proc *p = next_ready(q, hasty);
 *   + ml_lock(&q->lock);
 * mutant unlocked-offer: vm/run/runq.c
 *   - ml_lock(&q->lock);
 *   - *(l->tail ? &l->tail->next : &l->head) = q->kept.head;
 *   + *(l->tail ? &l->tail->next : &l->head) = q->kept.head;
 *   + ml_lock(&q->lock);
 * mutant offers-and-keeps: vm/run/runq.c
 *   - q->kept = (RunList){ NULL, NULL };
 *   +
 * mutant hasty-twice: vm/run/runq.c
 *   - p = q->hasty;
 *   - q->hasty = NULL;
 *   + p = q->hasty;
 * mutant late-length: vm/run/runq.c
 *   - ml_store(&q->len, ml_load_relaxed(&q->len) + 1);
 *   - ml_unlock(&q->lock);
 *   + ml_unlock(&q->lock);
 *   + ml_store(&q->len, ml_load_relaxed(&q->len) + 1);
 */
#include "tests/model/explore.h"
#include "vm/base/atomic.h"
#include "vm/run/runq.h"

enum { N = 6, KEPT = 4, HASTY = 5 };

static RunQ queue, other;
static Proc procs[N];
static int  ran[N];             /* whoever has the process */

static void put(RunQ *q, int i)
{
    procs[i].serial = 10 + (uint64_t)i;
    ml_runq_put(q, &procs[i]);
}

static void run_it(Proc *p)
{
    EX_CHECK(p->serial == 10 + (uint64_t)(p - procs));
    ran[p - procs]++;
}

static void keep(int i)
{
    procs[i].serial = 10 + (uint64_t)i;
    ml_runq_keep(&queue, &procs[i]);
}

static void owner(void *ud)
{
    (void)ud;
    keep(1);
    procs[HASTY].serial = 10 + HASTY;
    ml_runq_hurry(&queue, &procs[HASTY]);
    ml_runq_offer(&queue);
    keep(KEPT);
    for (int i = 0; i < 3; i++) {
        Proc *p = ml_runq_take(&queue);
        if (p)
            run_it(p);
    }
}

static void thief(void *ud)
{
    (void)ud;
    Proc *list = ml_runq_steal(&queue, 2);
    for (Proc *p = list; p; p = p->next)
        EX_CHECK(p != &procs[KEPT] && p != &procs[HASTY]);
    if (list && list->next) {
        ex_seen(1);
        ml_runq_put_all(&other, list->next);
    }
    if (list)
        run_it(list);
}

static void brings(void *ud)
{
    (void)ud;
    put(&queue, 2);
    put(&queue, 3);
}

static unsigned rest(RunQ *q)
{
    unsigned n = ml_runq_len(q);
    for (unsigned i = 0; i < n; i++) {
        Proc *p = ml_runq_take(q);
        EX_CHECK(p);
        run_it(p);
    }
    EX_CHECK(ml_runq_len(q) == 0 && !ml_runq_take(q));
    return n;
}

static void run(void)
{
    ml_runq_init(&queue);
    ml_runq_init(&other);
    for (int i = 0; i < N; i++) {
        procs[i] = (Proc){ .priority = i == 2 ? PRIO_HIGH : PRIO_NORMAL };
        ran[i] = 0;
    }
    put(&queue, 0);
    ex_thread(owner, NULL);
    ex_thread(thief, NULL);
    ex_thread(brings, NULL);
    ex_join_all();
    if (rest(&queue) == 2)
        ex_seen(2);
    rest(&other);
    for (int i = 0; i < N; i++)
        EX_CHECK(ran[i] == 1);
    ml_runq_fini(&queue);
    ml_runq_fini(&other);
}

const Model models[] = {
    { .name = "runq", .run = run, .preemptions = 20, .outcomes = 3 },
    { 0 }
};
