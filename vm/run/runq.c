/*
 * runq.c - the ready processes of a worker.
 *
 * Three lists, one for each priority, under a lock which others take, too, when
 * they bring or steal something. High priority goes first; but one slice in eight goes to low
 * priority when somebody waits there, and normal priority comes second.
 *
 * What a worker makes ready itself it keeps in a list of its own, which nobody
 * else touches, so that two processes which talk to each other cost no lock. All of
 * that is younger than what is in the other lists, to whose end it goes as soon as it is
 * more than a moment's work (sched.c).
 *
 *     woken here --> kept --offered--> lists --> this worker, or one that steals
 *                      \-------------------------> this worker
 *
 * One process at most is hasty: it reads, and has so much mail that it may go on at every other
 * turn. A hundred senders to one server would have a hundred turns to its one
 * else, and what it has not read yet would fill the memory, and cool down.
 *
 * `len` can be read without the lock: who puts a process in raises it before
 * he looks whether anybody sleeps, and who goes to sleep says so before he
 * looks at it (park.c).
 */
#include "vm/base/check.h"
#include "vm/proc/sim.h"
#include "vm/run/runq.h"

enum { LOW_TURN = 8 };

void ml_runq_init(RunQ *q)
{
    *q = (RunQ){ .low_turn = 0 };
    ml_lock_init(&q->lock);
}

void ml_runq_fini(RunQ *q)
{
    ml_lock_fini(&q->lock);
}

static void append(RunList *l, Proc *p)
{
    ML_ASSERT(ml_load(&p->state) == PROC_READY || ml_load(&p->state) == PROC_EXITING);
    p->next = NULL;
    if (l->tail)
        l->tail->next = p;
    else
        l->head = p;
    l->tail = p;
}

static Proc *first(RunList *l)
{
    Proc *p = l->head;
    if (!p)
        return NULL;
    l->head = p->next;
    if (!l->head)
        l->tail = NULL;
    p->next = NULL;
    return p;
}

/* Nobody but its worker writes it. */
static void count_kept(RunQ *q, int by)
{
    ml_store_relaxed(&q->nkept, ml_load_relaxed(&q->nkept) + (uint32_t)by);
}

void ml_runq_keep(RunQ *q, Proc *p)
{
    if (p->priority != PRIO_NORMAL || q->sim) {
        ml_runq_put(q, p);
        return;
    }
    append(&q->kept, p);
    count_kept(q, 1);
}

void ml_runq_hurry(RunQ *q, Proc *p)
{
    if (q->hasty || p->priority != PRIO_NORMAL || q->sim) {
        ml_runq_keep(q, p);
        return;
    }
    q->hasty = p;
    count_kept(q, 1);
}

void ml_runq_calm(RunQ *q)
{
    if (q->hasty)
        append(&q->kept, q->hasty);
    q->hasty = NULL;
}

static Proc *take_kept(RunQ *q, bool hasty)
{
    Proc *p = hasty ? NULL : first(&q->kept);
    if (!p) {
        p = q->hasty;
        q->hasty = NULL;
    }
    if (p)
        count_kept(q, -1);
    return p;
}

void ml_runq_offer(RunQ *q)
{
    uint32_t n = ml_load_relaxed(&q->nkept) - (q->hasty != NULL);
    if (n == 0)
        return;
    RunList *l = &q->list[PRIO_NORMAL];
    ml_lock(&q->lock);
    *(l->tail ? &l->tail->next : &l->head) = q->kept.head;
    l->tail = q->kept.tail;
    ml_store(&q->len, ml_load_relaxed(&q->len) + n);
    ml_unlock(&q->lock);
    q->kept = (RunList){ NULL, NULL };
    count_kept(q, -(int)n);
}

/* --- the lists; the lock is held --- */

static Proc *first_of(RunQ *q, int prio)
{
    RunList *l = &q->list[prio];
    if (q->sim)
        ml_sim_pick(q->sim, &l->head, &l->tail);
    return first(l);
}

void ml_runq_put(RunQ *q, Proc *p)
{
    ml_lock(&q->lock);
    append(&q->list[p->priority], p);
    ml_store(&q->len, ml_load_relaxed(&q->len) + 1);
    ml_unlock(&q->lock);
}

uint32_t ml_runq_put_all(RunQ *q, Proc *list)
{
    uint32_t n = 0;
    ml_lock(&q->lock);
    for (Proc *p = list, *next; p; p = next, n++) {
        next = p->next;
        append(&q->list[p->priority], p);
    }
    ml_store(&q->len, ml_load_relaxed(&q->len) + n);
    ml_unlock(&q->lock);
    return n;
}

static Proc *next_ready(RunQ *q, bool hasty)
{
    Proc *p;
    if (q->list[PRIO_LOW].head && ++q->low_turn >= LOW_TURN) {
        q->low_turn = 0;
        return first_of(q, PRIO_LOW);
    }
    if ((p = first_of(q, PRIO_HIGH)) || (!hasty && (p = first_of(q, PRIO_NORMAL))))
        return p;
    return q->kept.head || q->hasty ? NULL : first_of(q, PRIO_LOW);
}

Proc *ml_runq_take(RunQ *q)
{
    bool hasty = q->hasty && (q->second = !q->second);
    if (!ml_load_relaxed(&q->len))
        return take_kept(q, hasty);
    ml_lock(&q->lock);
    Proc *p = next_ready(q, hasty);
    if (p)
        ml_store(&q->len, ml_load_relaxed(&q->len) - 1);
    ml_unlock(&q->lock);
    return p ? p : take_kept(q, hasty);
}

Proc *ml_runq_steal(RunQ *q, unsigned most)
{
    Proc *got = NULL, **end = &got;
    if (!ml_load_relaxed(&q->len))
        return NULL;
    ml_lock(&q->lock);
    uint32_t len = ml_load_relaxed(&q->len), n = (len + 1) / 2;
    if (n > most)
        n = most;
    for (uint32_t i = 0; i < n; i++) {
        Proc *p = first_of(q, PRIO_HIGH);
        p = p ? p : first_of(q, PRIO_NORMAL);
        p = p ? p : first_of(q, PRIO_LOW);
        *end = p;
        end = &p->next;
    }
    ml_store(&q->len, len - n);
    ml_unlock(&q->lock);
    return got;
}

/* True: it was there, and is out. */
static bool cut_out(RunList *l, const Proc *p)
{
    Proc **at = &l->head, *before = NULL;
    while (*at && *at != p) {
        before = *at;
        at = &(*at)->next;
    }
    if (!*at)
        return false;
    *at = p->next;
    if (l->tail == p)
        l->tail = before;
    return true;
}

bool ml_runq_drop(RunQ *q, Proc *p)
{
    if (q->hasty == p || cut_out(&q->kept, p)) {
        q->hasty = q->hasty == p ? NULL : q->hasty;
        count_kept(q, -1);
        return true;
    }
    ml_lock(&q->lock);
    bool found = cut_out(&q->list[p->priority], p);
    if (found)
        ml_store(&q->len, ml_load_relaxed(&q->len) - 1);
    ml_unlock(&q->lock);
    return found;
}
