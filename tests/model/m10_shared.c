/*
 * m10_shared.c - the count of what is shared goes to 0 in one place while it
 * is copied out of a message in another.
 *
 * Threads: the process that made it sends it in a message and lets go; the
 * receiver takes the message, refers to it from its own heap, frees the
 * message, reads, lets go; or it ends first and its mailbox is closed.
 * Property: freed once, after the last reader, and never when somebody has a
 * reference. All interleavings.
 *
 * sources: vm/base/mem.c vm/base/pages.c vm/proc/mailbox.c vm/proc/tags.c
 *
 * mutant relaxed: vm/data/shared.h
 *   - if (ml_sub(&s->refs, 1) == 1)
 *   + if (atomic_fetch_sub_explicit(&s->refs, 1, memory_order_relaxed) == 1)
 * mutant two-steps: vm/data/shared.h
 *   - if (ml_sub(&s->refs, 1) == 1)
 *   + ml_store(&s->refs, ml_load(&s->refs) - 1);
 *   + if (ml_load(&s->refs) == 0)
 * mutant not-counted: vm/data/shared.h
 *   - static inline void ml_shared_ref(Shared *s) { ml_add(&s->refs, 1); }
 *   + static inline void ml_shared_ref(Shared *s) { (void)s; }
 */
#include "tests/model/explore.h"
#include "vm/data/shared.h"
#include "vm/proc/mailbox.h"

typedef struct Region { Shared h; int bytes; } Region;

static Mem  mem;
static Mbox box;

static void blob_free(Shared *s)
{
    Region *b = (Region *)(void *)s;
    b->bytes = 0;
    ml_mem_free(&mem, b, sizeof *b);
}

/* What a message refers to, here, is one blob: its `v`. */
void ml_msg_free(Mem *m, Msg *msg)
{
    ml_shared_unref(msg->v.p);
    ml_mem_free(m, msg, sizeof *msg);
}

static void sender(void *ud)
{
    Region *b = ud;
    Msg *m = ml_mem_zalloc(&mem, sizeof *m);
    m->v.p = &b->h;
    ml_shared_ref(&b->h);
    ml_mbox_push(&box, &mem, m);
    EX_CHECK(b->bytes == 42);
    ml_shared_unref(&b->h);
}

static void receiver(void *ud)
{
    (void)ud;
    ml_mbox_fetch(&box, 10);
    Msg *m = box.in;
    if (m) {
        box.in = m->next;
        Region *b = m->v.p;
        ml_shared_ref(&b->h);
        ml_msg_free(&mem, m);
        EX_CHECK(b->bytes == 42);
        ml_shared_unref(&b->h);
        ex_seen(1);
    }
    m = ml_mbox_close(&box);
    if (m) {
        ml_msg_free(&mem, m);
        ex_seen(2);
    }
}

static void run(void)
{
    ml_mem_init(&mem, ex_mem, NULL, 0);
    ex_quiet(&mem, sizeof mem);
    ml_mbox_init(&box);
    Region *b = ml_mem_zalloc(&mem, sizeof *b);
    b->bytes = 42;
    b->h.free = blob_free;
    ml_store(&b->h.refs, 1);
    ex_thread(sender, b);
    ex_thread(receiver, NULL);
    ex_join_all();
    ml_mbox_fini(&box, &mem);
}

const Model models[] = {
    { .name = "m10", .run = run, .preemptions = 20, .outcomes = 3 },
    { 0 }
};
