/*
 * mailbox.c - where messages wait until their process reads them.
 *
 * A mailbox has two ends, used by different threads. Senders push onto
 * the inbox, a stack that needs no lock. The owner takes the whole inbox
 * in one exchange, turns it around, and appends it to the queue that
 * receive reads; a very long one in pieces. So threads meet at one pointer only, and a receive that
 * finds its message in the queue touches nothing shared.
 *
 *     senders --push--> inbox ==take all, reverse==> queue --> owner
 *
 * A long inbox is a chain through memory that has left the caches. Each message
 * in it has a guess at the one that lies two further, too (`prev`, which it needs only
 * later), so that two are on their way while one is waited for.
 *
 * Order: what one sender sent arrives in that order. Between two senders
 * nothing is promised.
 *
 * `mark` is the last message that the receive under way has looked at, so
 * each message is looked at once per receive. Messages are numbered as they
 * are appended; a ref carries the number that was next when it was made. A
 * receive for that ref finds its start by walking back from the end of the
 * queue: only what came since is looked at, however long the queue is. A
 * long mailbox may have an index besides: tags.c.
 */
#include "vm/base/check.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/tags.h"

static const Msg shut;          /* its address marks a closed inbox */
#define SHUT ((Msg *)(uintptr_t)&shut)

enum { REFS_PER_SEQ = 1 << 24 };

void ml_mbox_init(Mbox *b)
{
    *b = (Mbox){ .seq = 1 };
}

static void free_list(Mem *mem, Msg *m)
{
    while (m) {
        Msg *next = m->next;
        ml_msg_free(mem, m);
        m = next;
    }
}

void ml_mbox_fini(Mbox *b, Mem *mem)
{
    Msg *in = ml_mbox_close(b);
    free_list(mem, in);
    ml_mbox_drop_tags(b);
    free_list(mem, b->rest);
    free_list(mem, b->in);
    free_list(mem, b->head);
    b->rest = b->in = b->head = b->tail = b->mark = NULL;
    b->count = 0;
}

unsigned ml_mbox_offer(Mbox *b, Msg *m)
{
    Msg *old = ml_load(&b->inbox);
    unsigned n = 0;
    do {
        if (old == SHUT)
            return 0;
        m->next = old;
        m->prev = ml_load_relaxed(&b->second);
        n++;
    } while (!ml_cas(&b->inbox, &old, m));
    if (old)
        ml_store_relaxed(&b->second, old);
    return n;
}

MboxPush ml_mbox_push(Mbox *b, Mem *mem, Msg *m)
{
    if (ml_mbox_offer(b, m))
        return MBOX_AWAKE;
    ml_msg_free(mem, m);
    return MBOX_CLOSED;
}

/* What a small message takes. */
static inline void prefetch(Msg *m)
{
    __builtin_prefetch(m, 1);
    __builtin_prefetch((char *)m + 64, 1);
    __builtin_prefetch((char *)m + 128);
}

bool ml_mbox_fetch(Mbox *b, uint64_t most)
{
    if (!ml_mbox_is_behind(b) && ml_load(&b->inbox) != SHUT)
        b->rest = ml_swap(&b->inbox, NULL);
    for (; b->rest && most > 0; most--) {
        Msg *m = b->rest;
        b->rest = m->next;
        __builtin_prefetch(m->prev, 1);
        prefetch(m);
        m->next = b->in;
        b->in = m;
    }
    return !b->rest;
}

Msg *ml_mbox_fetch_one(Mbox *b)
{
    Msg *m = ml_load(&b->inbox);
    bool one = m && m != SHUT && !ml_mbox_is_behind(b) && !m->next && m->kind == MSG_USER && !ml_is_ref(m->ref);
    return one && ml_cas(&b->inbox, &m, NULL) ? m : NULL;
}

void ml_mbox_append(Mbox *b, Msg *m)
{
    m->next = NULL;
    m->prev = b->tail;
    m->seq = b->seq++;
    m->loose = m->met = false;
    b->refs = 0;
    if (b->tail)
        b->tail->next = m;
    else
        b->head = m;
    b->tail = m;
    b->count++;
    b->on_heap += m->on_heap;
}

Msg *ml_mbox_next(Mbox *b)
{
    Msg *m = b->mark ? b->mark->next : b->head;
    if (m) {
        b->mark = m;
        prefetch(m->next);
    }
    return m;
}

static void unlink_msg(Mbox *b, Msg *m)
{
    if (m->prev)
        m->prev->next = m->next;
    else
        b->head = m->next;
    if (m->next)
        m->next->prev = m->prev;
    else
        b->tail = m->prev;
}

/* m has left the mailbox, which has an index. */
static __attribute__((noinline)) Msg *strike_out(Mbox *b, Msg *m)
{
    ml_tags_remove(b->tags, m);
    if (b->count < MBOX_SHORT)
        ml_mbox_drop_tags(b);
    return m;
}

Msg *ml_mbox_take(Mbox *b)
{
    Msg *m = b->mark;
    unlink_msg(b, m);
    b->mark = NULL;
    b->count--;
    b->on_heap -= m->on_heap;
    return ML_UNLIKELY(b->tags) ? strike_out(b, m) : m;
}

void ml_mbox_replace(Mbox *b, Msg *n)
{
    Msg *m = b->mark;
    n->v = m->v;
    n->seq = m->seq;
    n->from = m->from;
    n->ref = m->ref;
    n->on_heap = true;
    n->toll = m->toll;
    n->units = m->units;
    n->loose = m->loose;
    n->prev = m->prev;
    n->next = m->next;
    *(m->prev ? &m->prev->next : &b->head) = n;
    *(m->next ? &m->next->prev : &b->tail) = n;
    b->mark = n;
    b->on_heap++;
    b->held = true;
    if (b->tags)
        ml_tags_replace(b->tags, m, n);
}

void ml_mbox_loosen(Mbox *b)
{
    Msg *m = b->mark;
    if (!m || m->loose)
        return;
    m->loose = true;
    if (b->tags && !ml_tags_loosen(b->tags, m))
        ml_mbox_drop_tags(b);
}

void ml_mbox_restart(Mbox *b) { ml_tags_restart(b->tags, 0); }

void ml_mbox_drop_tags(Mbox *b)
{
    if (b->tags)
        ml_tags_free(b->tags);
    b->tags = NULL;
}

bool ml_mbox_seek(Mbox *b, uint64_t seq, int *most)
{
    Msg *m = b->mark ? b->mark : b->tail;
    for (; m && m->seq >= seq && *most > 0; --*most)
        m = m->prev;
    b->mark = m;
    return !m || m->seq < seq;
}

uint64_t ml_mbox_ref(Mbox *b)
{
    if (b->refs == REFS_PER_SEQ) {
        b->seq++;
        b->refs = 0;
    }
    return b->seq << 24 | b->refs++;
}

Msg *ml_mbox_close(Mbox *b)
{
    Msg *m = ml_load(&b->inbox) == SHUT ? SHUT : ml_swap(&b->inbox, SHUT);
    return m == SHUT ? NULL : m;
}
