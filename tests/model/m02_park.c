/*
 * m02_park.c - a process parks while others bring news.
 *
 * Threads: the worker that runs it, and two that bring something: messages
 * (`messages`), or a message and an event that is seen by a flag, as those of
 * timers, descriptors, jobs and kills are (`events`). The worker sleeps when
 * its queue is empty; nothing else wakes it.
 *
 * Properties: all news is seen (else: a deadlock), with its contents; the process
 * is never in the queue twice. All interleavings.
 *
 * sources: vm/base/mem.c vm/base/pages.c vm/proc/mailbox.c vm/proc/tags.c vm/run/runq.c
 *
 * mutant deaf: vm/proc/state.h
 *   - if (s != PROC_WAITING && s != PROC_RUNNING)
 *   + if (s != PROC_WAITING)
 * mutant blind-park: vm/proc/state.h
 *   - if (ml_cas(&p->state, &s, PROC_WAITING))
 *   + ml_store(&p->state, PROC_WAITING);
 *   + if (s == PROC_RUNNING)
 * mutant woken-twice: vm/proc/state.h
 *   - if (ml_cas(&p->state, &s, to))
 *   + if ((ml_store(&p->state, to), true))
 * mutant weak-begin: vm/proc/state.h
 *   - ml_store(&p->state, PROC_RUNNING);
 *   + atomic_store_explicit(&p->state, PROC_RUNNING, memory_order_release);
 * mutant weak-look: vm/proc/state.h
 *   - uint8_t s = ml_load(&p->state);
 *   + uint8_t s = atomic_load_explicit(&p->state, memory_order_acquire);
 */
#include "tests/model/explore.h"
#include "vm/proc/state.h"
#include "vm/run/runq.h"

static Mem  mem;
static Proc proc;
static RunQ queue;
static _Atomic(int) event, queued;
static int  seen, wanted;       /* worker */

void ml_msg_free(Mem *m, Msg *msg)
{
    ml_mem_free(m, msg, sizeof *msg);
}

static void enqueue(void)
{
    EX_CHECK(ml_add(&queued, 1) == 0);
    ml_runq_put(&queue, &proc);
}

static void tell(void)
{
    if (ml_proc_notify(&proc))
        enqueue();
}

static void sends(void *ud)
{
    Msg *m = ml_mem_zalloc(&mem, sizeof *m);
    m->seq = (uint64_t)(uintptr_t)ud;
    ml_mbox_push(&proc.mbox, &mem, m);
    tell();
}

static void fires(void *ud)
{
    (void)ud;
    ml_store(&event, 4);
    tell();
}

static void slice(void)
{
    ml_proc_begin(&proc);
    ml_mbox_fetch(&proc.mbox, 10);
    for (Msg *m; (m = proc.mbox.in);) {
        proc.mbox.in = m->next;
        seen += (int)m->seq;
        ml_mem_free(&mem, m, sizeof *m);
    }
    if (ml_load(&event))
        seen |= 4;
}

static bool has_work(void *ud)
{
    (void)ud;
    return ml_runq_len(&queue) != 0;
}

/* It may see the length late, and looks again, as a worker does before it
 * sleeps. */
static void take(void)
{
    Proc *p;
    do {
        ex_enter_when(&queue.len, has_work, NULL, false);
        ex_leave(&queue.len);
        p = ml_runq_take(&queue);
    } while (!p);
    EX_CHECK(p == &proc);
    ml_sub(&queued, 1);
}

static void works(void *ud)
{
    (void)ud;
    for (;;) {
        take();
        slice();
        if (seen == wanted)
            return;
        if (ml_proc_park(&proc))
            ex_seen(1);
        else
            enqueue();
    }
}

static void story(void (*other)(void *), int all)
{
    ml_mem_init(&mem, ex_mem, NULL, 0);
    ex_quiet(&mem, sizeof mem);
    proc = (Proc){ .state = PROC_READY };
    ml_mbox_init(&proc.mbox);
    ml_runq_init(&queue);
    ml_store(&event, 0);
    ml_store(&queued, 0);
    seen = 0;
    wanted = all;
    enqueue();
    ex_thread(works, NULL);
    ex_thread(sends, (void *)1);
    ex_thread(other, (void *)2);
    ex_join_all();
    if (ml_runq_take(&queue))           /* looks once more than it must: allowed */
        ex_seen(2);
    ml_mbox_fini(&proc.mbox, &mem);
    ml_runq_fini(&queue);
}

static void messages(void) { story(sends, 3); }
static void events(void) { story(fires, 5); }

const Model models[] = {
    { .name = "messages", .run = messages, .preemptions = 20, .outcomes = 1 },
    { .name = "events", .run = events, .preemptions = 20, .outcomes = 1 },
    { 0 }
};
