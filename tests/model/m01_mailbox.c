/*
 * m01_mailbox.c - two senders push while the owner fetches and, in the end,
 * closes.
 *
 * Threads: sender 1 sends two messages, sender 2 one; the owner fetches twice,
 * a piece at a time, and closes. Property: each message is fetched once or freed once, whole; what
 * one sender sent arrives in that order, also across two fetches. All
 * interleavings.
 *
 * sources: vm/base/mem.c vm/base/pages.c vm/proc/mailbox.c vm/proc/tags.c
 *
 * mutant payload: vm/proc/mailbox.c
 *   - } while (!ml_cas(&b->inbox, &old, m));
 *   + } while (!atomic_compare_exchange_strong_explicit(&b->inbox, &old, m,
 *   +              memory_order_relaxed, memory_order_relaxed));
 * mutant blind-push: vm/proc/mailbox.c
 *   - } while (!ml_cas(&b->inbox, &old, m));
 *   + } while ((ml_store(&b->inbox, m), false));
 * mutant two-step-fetch: vm/proc/mailbox.c
 *   - b->rest = ml_swap(&b->inbox, NULL);
 *   + b->rest = ml_load(&b->inbox), ml_store(&b->inbox, NULL);
 * mutant blind-fetch: vm/proc/mailbox.c
 *   - if (!ml_mbox_is_behind(b) && ml_load(&b->inbox) != SHUT)
 *   + if (ml_load(&b->inbox) != SHUT)
 * mutant not-turned: vm/proc/mailbox.c
 *   - m->next = b->in;
 *   - b->in = m;
 *   + *(b->in ? &b->in->next : &b->in) = m, m->next = NULL;
 * mutant left-at-close: vm/proc/mailbox.c
 *   - Msg *m = ml_load(&b->inbox) == SHUT ? SHUT : ml_swap(&b->inbox, SHUT);
 *   + Msg *m = ml_load(&b->inbox);
 *   + ml_store(&b->inbox, SHUT);
 */
#include "tests/model/explore.h"
#include "vm/base/atomic.h"
#include "vm/proc/mailbox.h"

enum { FIRST = 1, SECOND = 2, OTHER = 4 };

static Mem  mem;
static Mbox box;
static int  got;                /* owner */
static _Atomic(int) dropped;

void ml_msg_free(Mem *m, Msg *msg)
{
    ml_add(&dropped, (int)msg->seq);
    ml_mem_free(m, msg, sizeof *msg);
}

static void send(uint64_t what)
{
    Msg *m = ml_mem_zalloc(&mem, sizeof *m);
    m->seq = what;
    if (ml_mbox_push(&box, &mem, m) == MBOX_CLOSED)
        ex_seen(1);
}

static void sender_1(void *ud)
{
    (void)ud;
    send(FIRST);
    send(SECOND);
}

static void sender_2(void *ud)
{
    (void)ud;
    send(OTHER);
}

static void take(Msg *m)
{
    int what = (int)m->seq;
    EX_CHECK(!(got & what));
    EX_CHECK(what != SECOND || (got & FIRST));
    got |= what;
    ml_mem_free(&mem, m, sizeof *m);
}

/* What has been turned around. */
static void take_in(void)
{
    for (Msg *m; (m = box.in); take(m))
        box.in = m->next;
}

static void owner(void *ud)
{
    (void)ud;
    ml_mbox_fetch(&box, 1);             /* perhaps there are two */
    while (!ml_mbox_fetch(&box, 1))
        ex_seen(4);
    take_in();
    if (ml_mbox_has_new(&box))
        while (!ml_mbox_fetch(&box, 2)) {
        }
    take_in();
    Msg *late = ml_mbox_close(&box), *turned = NULL;
    for (Msg *m = late, *next; m; m = next) {
        next = m->next;
        m->next = turned;
        turned = m;
    }
    for (Msg *m = turned, *next; m; m = next) {
        next = m->next;
        take(m);
    }
}

static void run(void)
{
    ml_mem_init(&mem, ex_mem, NULL, 0);
    ex_quiet(&mem, sizeof mem);
    got = 0;
    ml_store(&dropped, 0);
    ml_mbox_init(&box);
    ex_quiet(&box.second, sizeof box.second);
    ex_thread(owner, NULL);
    ex_thread(sender_1, NULL);
    ex_thread(sender_2, NULL);
    ex_join_all();
    EX_CHECK(got + dropped == FIRST + SECOND + OTHER);
    if (got == FIRST + SECOND + OTHER)
        ex_seen(2);
    ml_mbox_fini(&box, &mem);
}

const Model models[] = {
    { .name = "mailbox", .run = run, .preemptions = 20, .outcomes = 7 },
    { 0 }
};
