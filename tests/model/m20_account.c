/*
 * m20_account.c - takers that share an account above their own.
 *
 * Threads: two or three, each with an account of its own below one that has room
 * for two in all; each takes one, twice, and gives back what it got. Property:
 * never is more taken than there is, who is refused above has kept nothing
 * below, and in the end nothing is in use. All interleavings of two threads.
 *
 * sources: vm/base/account.c
 *
 * mutant blind-take: vm/base/account.c
 *   - } while (!ml_cas(&a->used, &used, used + n));
 *   + } while ((ml_store(&a->used, used + n), false));
 * mutant blind-give: vm/base/account.c
 *   - uint64_t was = ml_sub(&a->used, n);
 *   + uint64_t was = ml_load(&a->used);
 *   + ml_store(&a->used, was - n);
 * mutant kept-below: vm/base/account.c
 *   - give_below(a, at, n);
 *   + ;
 */
#include "tests/model/explore.h"
#include "vm/base/account.h"
#include "vm/base/atomic.h"

enum { ROOM = 2, TIMES = 2 };

static Account above, own[3];
static _Atomic(unsigned) held;          /* by all, and not about to be given back */

static void taker(void *ud)
{
    Account *a = ud;
    unsigned mine = 0;
    for (int i = 0; i < TIMES; i++) {
        Account *full = ml_account_take(a, 1, 0);
        EX_CHECK(!full || full == &above);
        ex_seen(full ? 1 : 2);
        if (full)
            continue;
        EX_CHECK(ml_add(&held, 1) < ROOM);
        mine++;
    }
    EX_CHECK(ml_load(&a->used) == mine);
    while (mine-- > 0) {
        ml_sub(&held, 1);
        ml_account_give(a, 1);
    }
}

static void story(int n)
{
    ml_account_init(&above, NULL, ROOM);
    ex_calm(&above.peak, sizeof above.peak);
    ml_store(&held, 0);
    ex_calm(&held, sizeof held);
    for (int i = 0; i < n; i++) {
        ml_account_init(&own[i], &above, ACCOUNT_NONE);
        ex_calm(&own[i], sizeof own[i]);
        ex_thread(taker, &own[i]);
    }
    ex_join_all();
    EX_CHECK(ml_load(&above.used) == 0);
    EX_CHECK(ml_load(&above.peak) <= ROOM);
    for (int i = 0; i < n; i++)
        EX_CHECK(ml_load(&own[i].used) == 0);
}

static void two(void) { story(2); }
static void three(void) { story(3); }

const Model models[] = {
    { .name = "two", .run = two, .preemptions = 20, .outcomes = 3 },
    { .name = "three", .run = three, .preemptions = 2, .outcomes = 3 },
    { 0 }
};
