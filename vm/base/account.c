/*
 * account.c - counters with limits, in a tree; see account.h.
 *
 * Each account is taken from by one compare and exchange, so that two threads
 * can never pass its limit together. From the bottom up: who is refused above
 * gives back below what he has. Meanwhile others may be refused something there
 * that is free in a moment; they are never given too much.
 */
#include "vm/base/account.h"

#include <stddef.h>

#include "vm/base/atomic.h"
#include "vm/base/check.h"

void ml_account_init(Account *a, Account *parent, uint64_t limit)
{
    a->parent = parent;
    a->limit = limit;
    atomic_init(&a->used, 0);
    atomic_init(&a->peak, 0);
}

static void note_peak(Account *a, uint64_t used)
{
    uint64_t peak = ml_load(&a->peak);
    while (used > peak && !ml_cas(&a->peak, &peak, used))
        ;
}

static bool take_here(Account *a, uint64_t n, uint64_t slack)
{
    uint64_t used = ml_load(&a->used), most = a->limit;
    most = most > ACCOUNT_NONE - slack ? ACCOUNT_NONE : most + slack;
    do {
        if (used > most || n > most - used)
            return false;
    } while (!ml_cas(&a->used, &used, used + n));
    note_peak(a, used + n);
    return true;
}

static void give_here(Account *a, uint64_t n)
{
    uint64_t was = ml_sub(&a->used, n);
    ML_CHECK(was >= n);
}

/* From a up to, and without, end. */
static void give_below(Account *a, const Account *end, uint64_t n)
{
    for (; a != end; a = a->parent)
        give_here(a, n);
}

Account *ml_account_take(Account *a, uint64_t n, uint64_t slack)
{
    for (Account *at = a; at; at = at->parent)
        if (!take_here(at, n, slack)) {
            give_below(a, at, n);
            return at;
        }
    return NULL;
}

uint64_t ml_account_take_some(Account *a, uint64_t n)
{
    for (uint64_t left = ml_account_left(a); left; left = ml_account_left(a)) {
        uint64_t some = left < n ? left : n;
        if (!ml_account_take(a, some, 0))
            return some;
    }
    return 0;
}

void ml_account_force(Account *a, uint64_t n)
{
    for (; a; a = a->parent)
        note_peak(a, ml_add(&a->used, n) + n);
}

void ml_account_give(Account *a, uint64_t n)
{
    if (n)
        give_below(a, NULL, n);
}

uint64_t ml_account_left(Account *a)
{
    uint64_t least = ACCOUNT_NONE;
    for (; a; a = a->parent) {
        uint64_t used = ml_load(&a->used);
        if (a->limit == ACCOUNT_NONE)
            continue;
        uint64_t left = used < a->limit ? a->limit - used : 0;
        if (left < least)
            least = left;
    }
    return least;
}

Account *ml_account_over(Account *a)
{
    while (a && ml_load(&a->used) <= a->limit)
        a = a->parent;
    return a;
}
