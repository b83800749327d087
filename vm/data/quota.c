/*
 * quota.c - what a heap may hold.
 *
 * The heap takes from the account of its group before it gets a block, a
 * fragment, a large object, the bytes of a long string; bumping along in its
 * block asks nobody. So what is counted is what is held, garbage and free room
 * included, and `given` is a counter of the owner alone.
 *
 * Garbage must not end a process whose live data fits. A collection can be
 * had only at a safe point, so
 *
 *   - one is asked for whenever the heap has grown by half of what was left
 *     after the last: towards the limit they come more often;
 *   - at the limit, small requests go into a slack of 64 KiB, and the collection
 *     at the next safe point decides: if the account is still over its limit
 *     then, the process ends;
 *   - a large request that can be made once more is put off until after a
 *     collection (ml_quota_retry).
 *
 * The room a collection copies to is the VM's, not the heap's: it is not
 * counted while both are there.
 */
#include "vm/data/quota.h"

#include "vm/base/atomic.h"
#include "vm/data/old.h"

enum { GROWN_LEAST = 4096,      /* no collection for less */
       KEPT = 4096 };           /* taken and not held: not worth giving back */

size_t ml_quota_held(const Heap *h)
{
    return h->block_size + ml_old_held(h) + h->frag_bytes + h->handle_bytes + h->mail_bytes + h->quota->aside;
}

/* What is to be taken for n more bytes. */
static size_t missing(const Heap *h, size_t n)
{
    size_t held = ml_quota_held(h);
    if (h->quota->unborn)
        return 0;
    if (n > PTRDIFF_MAX / 2)
        return n;                       /* too much for any */
    return held + n > h->quota->given ? held + n - h->quota->given : 0;
}

static void took(Heap *h, size_t n, size_t asked)
{
    Quota *q = h->quota;
    q->given += n;
    if (asked >= q->wanted)
        q->wanted = 0;
    size_t grown = q->given > q->settled ? q->given - q->settled : 0;
    if (grown > GROWN_LEAST && grown > ml_account_left(q->account))
        h->want_gc |= WANT_GC;
}

/* n: for which `more` is to be taken. */
static bool take(Heap *h, size_t more, size_t n, size_t slack)
{
    Quota *q = h->quota;
    q->full = more ? ml_account_take(q->account, more, slack) : NULL;
    q->missing = more;
    if (q->full)
        return false;
    took(h, more, n);
    return true;
}

bool ml_quota_take(Heap *h, size_t n)
{
    return take(h, missing(h, n), n, 0);
}

bool ml_quota_take_now(Heap *h, size_t n)
{
    if (ml_quota_take(h, n))
        return true;
    size_t more = missing(h, n);
    if (more > QUOTA_SLACK || !take(h, more, n, QUOTA_SLACK))
        return false;
    h->quota->over = true;
    h->want_gc |= WANT_GC;
    return true;
}

void ml_quota_catch_up(Heap *h)
{
    Quota *q = h->quota;
    size_t more = missing(h, 0);
    if (!more || ml_quota_take(h, 0))
        return;
    ml_account_force(q->account, more);
    q->given += more;
    q->over = true;
    h->want_gc |= WANT_GC;
}

void ml_quota_settle(Heap *h)
{
    Quota *q = h->quota;
    size_t held = ml_quota_held(h);
    if (h->gc || q->given <= held + KEPT)       /* what a collection has in hand is not seen */
        return;
    ml_account_give(q->account, q->given - held);
    q->given = held;
}

bool ml_quota_relieved(Heap *h)
{
    Quota *q = h->quota;
    ml_quota_catch_up(h);
    size_t held = ml_quota_held(h);
    ml_account_give(q->account, q->given - held);
    q->given = q->settled = held;
    q->over = q->over && ml_account_over(q->account);
    return !q->over;
}

bool ml_quota_collected(Heap *h)
{
    Quota *q = h->quota;
    if (q->tried)
        q->wanted = 0;
    q->tried = q->wanted > 0;
    return ml_quota_relieved(h);
}

size_t ml_quota_room(const Heap *h)
{
    uint64_t left = ml_account_left(h->quota->account);
    size_t held = ml_quota_held(h), given = h->quota->given;
    left = left > PTRDIFF_MAX / 2 ? PTRDIFF_MAX / 2 : left;
    return (size_t)left + (given > held ? given - held : 0);
}

void ml_quota_refuse(Heap *h, size_t n)
{
    Quota *q = h->quota;
    uint64_t left = ml_account_left(q->account);
    q->missing = missing(h, n);
    q->full = q->account;
    while (q->full->parent && ml_load(&q->full->used) + left < q->full->limit)
        q->full = q->full->parent;
}

bool ml_quota_retry(Heap *h, size_t n)
{
    Quota *q = h->quota;
    if (!q || q->wanted || n > q->account->limit)
        return false;
    q->wanted = n;
    q->tried = false;
    h->want_gc |= WANT_GC;
    return true;
}
