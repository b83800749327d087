/*
 * tags.c - the index of a long mailbox: its messages by their tags.
 *
 * A receive whose clauses all begin with a constant can take few of many
 * messages. In a short mailbox it looks at each. In a long one the index leads
 * it from one candidate to the next, in the order of arrival.
 *
 *     bucket --> oldest of tag A --chain--> oldest of tag B
 *                   |      ^                   |     ^
 *                   v      |                   v     |       rings: next is newer,
 *                 newer --> newest            newest-+       after the newest the oldest
 *
 * The messages themselves are the rings, in fields that a message in a queue has
 * no other use for. So the index has memory of its own for the buckets only, which
 * become more, one at a time, as the tags do (linear hashing), and fewer again: no
 * step takes long, and one that finds no memory may be left out.
 *
 * It holds the messages up to a number; newer ones are added by the receives that
 * pass them. Loose messages, whose tag may change, are candidates for everybody
 * and have a ring of their own.
 */
#include "vm/base/check.h"
#include "vm/data/quota.h"
#include "vm/proc/tags.h"

enum { SEGMENT = 256 };         /* buckets allocated together */
enum { LOOSE_STEPS = 64 };      /* of looking for the place of a loose message */

struct Tags {
    Heap    *h;
    Msg   ***segments;          /* room for `cap`; those in use have buckets [0, buckets) */
    uint32_t cap;
    uint32_t buckets, mask;     /* mask + 1: the power of two not below buckets */
    uint32_t rings;
    Msg     *loose;             /* the oldest */
    Msg     *last;
    /* of the receive under way */
    uint64_t since;
    unsigned ncursor;           /* 0: not looked up yet */
    Msg     *cursor[ML_MAXTAGS + 1];    /* of each tag and of the loose: no candidate is older */
};

/* --- memory: counted with the messages, and no more than is left of the limit --- */

static void *take(Heap *h, size_t n)
{
    void *p = h->quota && !ml_quota_take(h, n) ? NULL : ml_mem_zalloc(h->mem, n);
    if (p)
        h->mail_bytes += n;
    return p;
}

static void give(Heap *h, void *p, size_t n)
{
    ml_mem_free(h->mem, p, n);
    h->mail_bytes -= n;
}

static bool add_segment(Tags *t, uint32_t at)
{
    if (at == t->cap) {
        uint32_t more = t->cap ? t->cap * 2 : 1;
        Msg ***s = take(t->h, more * sizeof *s);
        if (!s)
            return false;
        for (uint32_t i = 0; i < at; i++)
            s[i] = t->segments[i];
        if (t->cap)
            give(t->h, t->segments, t->cap * sizeof *s);
        t->segments = s;
        t->cap = more;
    }
    t->segments[at] = take(t->h, SEGMENT * sizeof(Msg *));
    return t->segments[at] != NULL;
}

static void drop_segment(Tags *t, uint32_t at)
{
    give(t->h, t->segments[at], SEGMENT * sizeof(Msg *));
}

Tags *ml_tags_new(Heap *h)
{
    Tags *t = take(h, sizeof *t);
    if (!t)
        return NULL;
    t->h = h;
    t->buckets = SEGMENT;
    t->mask = SEGMENT - 1;
    if (!add_segment(t, 0)) {
        t->buckets = 0;
        ml_tags_free(t);
        return NULL;
    }
    return t;
}

void ml_tags_free(Tags *t)
{
    Heap *h = t->h;
    for (uint32_t i = 0; i < t->buckets; i += SEGMENT)
        drop_segment(t, i / SEGMENT);
    if (t->cap)
        give(h, t->segments, t->cap * sizeof *t->segments);
    give(h, t, sizeof *t);
}

/* --- buckets --- */

static Msg **bucket(const Tags *t, uint32_t i) { return &t->segments[i / SEGMENT][i % SEGMENT]; }

static Msg **bucket_of(const Tags *t, uint32_t tag)
{
    uint32_t i = tag & t->mask;
    return bucket(t, i < t->buckets ? i : i & t->mask >> 1);
}

/* Where the ring with this tag is or would be hung up. */
static Msg **find(const Tags *t, uint32_t tag)
{
    Msg **at = bucket_of(t, tag);
    while (*at && (*at)->tag != tag)
        at = &(*at)->chain;
    return at;
}

/* One bucket more: it takes over from the one that had its rings so far. */
static void grow(Tags *t)
{
    uint32_t n = t->buckets;
    if (t->rings <= n || n == 1u << 31 || (n % SEGMENT == 0 && !add_segment(t, n / SEGMENT)))
        return;
    if (n > t->mask)
        t->mask = t->mask * 2 + 1;
    t->buckets++;
    Msg **from = bucket(t, n & t->mask >> 1), **to = bucket(t, n);
    while (*from) {
        Msg *m = *from;
        if ((m->tag & t->mask) != n) {
            from = &m->chain;
            continue;
        }
        *from = m->chain;
        m->chain = *to;
        *to = m;
    }
}

/* One less. */
static void shrink(Tags *t)
{
    if (t->buckets == SEGMENT || t->rings >= t->buckets / 2)
        return;
    uint32_t n = --t->buckets;
    Msg **to = bucket(t, n & t->mask >> 1);
    while (*to)
        to = &(*to)->chain;
    *to = *bucket(t, n);
    *bucket(t, n) = NULL;
    if (n % SEGMENT == 0)
        drop_segment(t, n / SEGMENT);
    if (n == (t->mask >> 1) + 1)
        t->mask >>= 1;
}

/* --- rings --- */

static bool is_oldest(const Msg *m) { return m->ring_prev->seq >= m->seq; }

static Msg *newer(const Msg *m) { return m->ring_next->seq > m->seq ? m->ring_next : NULL; }

static void hang_behind(Msg *before, Msg *m)
{
    m->ring_prev = before;
    m->ring_next = before->ring_next;
    before->ring_next->ring_prev = m;
    before->ring_next = m;
}

static Msg *alone(Msg *m) { return m->ring_next = m->ring_prev = m; }

static void unhang(Msg *m)
{
    m->ring_prev->ring_next = m->ring_next;
    m->ring_next->ring_prev = m->ring_prev;
}

/* Where the oldest of m's ring is hung up. */
static Msg **hook(Tags *t, const Msg *m)
{
    return m->loose ? &t->loose : find(t, m->tag);
}

static void join(Tags *t, Msg *m)
{
    Msg **at = hook(t, m);
    if (*at) {
        hang_behind((*at)->ring_prev, m);
        return;
    }
    *at = alone(m);
    m->chain = NULL;
    if (!m->loose) {
        t->rings++;
        grow(t);
    }
}

static void leave(Tags *t, Msg *m)
{
    if (!is_oldest(m)) {
        unhang(m);
        return;
    }
    Msg **at = hook(t, m), *next = newer(m);
    if (next) {
        next->chain = m->chain;
        *at = next;
        unhang(m);
        return;
    }
    *at = m->chain;
    if (!m->loose) {
        t->rings--;
        shrink(t);
        shrink(t);              /* there may be twice as many buckets as rings */
    }
}

/* --- messages --- */

Msg *ml_tags_last(const Tags *t) { return t->last; }

static bool has(const Tags *t, const Msg *m) { return t->last && m->seq <= t->last->seq; }

void ml_tags_add(Tags *t, Msg *m, uint32_t tag)
{
    t->last = m;
    t->ncursor = 0;             /* they may know a ring as used up */
    m->tag = tag;
    m->ring_next = NULL;
    if (m->loose || tag != NO_TAG)
        join(t, m);
}

void ml_tags_remove(Tags *t, Msg *m)
{
    ml_tags_restart(t, 0);
    if (!has(t, m))
        return;
    if (t->last == m)
        t->last = m->prev;
    if (m->ring_next)
        leave(t, m);
}

static void move_cursors(Tags *t, const Msg *from, Msg *to)
{
    for (unsigned i = 0; i < t->ncursor; i++)
        if (t->cursor[i] == from)
            t->cursor[i] = to;
}

void ml_tags_replace(Tags *t, Msg *m, Msg *n)
{
    if (!has(t, m))
        return;
    if (t->last == m)
        t->last = n;
    n->tag = m->tag;
    n->ring_next = NULL;
    if (!m->ring_next)
        return;
    if (is_oldest(m)) {
        *hook(t, m) = n;
        n->chain = m->chain;
    }
    alone(n);
    hang_behind(m, n);
    unhang(m);
    move_cursors(t, m, n);
}

/* Among the loose, by number. Mostly it is the newest of them. False: its place is far. */
static bool join_loose(Tags *t, Msg *m)
{
    Msg *at = t->loose ? t->loose->ring_prev : NULL;
    m->chain = NULL;
    for (int n = 0; at && at->seq > m->seq; n++) {
        if (n == LOOSE_STEPS)
            return false;
        at = at == t->loose ? NULL : at->ring_prev;
    }
    if (!t->loose) {
        join(t, m);
        return true;
    }
    hang_behind(at ? at : t->loose->ring_prev, m);
    if (!at)
        t->loose = m;
    return true;
}

bool ml_tags_loosen(Tags *t, Msg *m)
{
    if (!has(t, m))
        return true;
    if (m->ring_next) {
        m->loose = false;
        move_cursors(t, m, newer(m));
        leave(t, m);
        m->loose = true;
    }
    return join_loose(t, m);
}

/* --- the receive under way --- */

void ml_tags_restart(Tags *t, uint64_t since)
{
    t->since = since;
    t->ncursor = 0;
}

/* The first of a ring that is newer than `after`, found from both ends; or, when
 * the budget is used up, one before it. */
static Msg *look_up(Msg *oldest, uint64_t after, int *budget)
{
    if (!oldest || oldest->ring_prev->seq <= after)
        return NULL;
    Msg *from = oldest, *to = oldest->ring_prev;
    for (; from->seq <= after && *budget > 0; --*budget) {
        if (to->ring_prev->seq <= after)
            return to;
        from = from->ring_next;
        to = to->ring_prev;
    }
    return from;
}

static void look_up_all(Tags *t, const TagSet *set, uint64_t after, int *budget)
{
    for (unsigned i = 0; i < set->n; i++)
        t->cursor[i] = look_up(*find(t, set->tag[i]), after, budget);
    t->cursor[set->n] = look_up(t->loose, after, budget);
    t->ncursor = set->n + 1;
}

bool ml_tags_next(Tags *t, const TagSet *set, uint64_t after, int *budget, Msg **found)
{
    if (t->since > 0 && after < t->since - 1)
        after = t->since - 1;
    if (t->ncursor == 0)
        look_up_all(t, set, after, budget);
    Msg *best = NULL;
    for (unsigned i = 0; i < t->ncursor; i++) {
        Msg *m = t->cursor[i];
        for (; m && m->seq <= after && *budget > 0; --*budget)
            m = newer(m);
        t->cursor[i] = m;
        if (m && m->seq <= after)
            return false;
        if (m && (!best || m->seq < best->seq))
            best = m;
    }
    *found = best;
    return true;
}
