#ifndef ML_ACCOUNT_H
#define ML_ACCOUNT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * account.h - how much of something is in use, and how much of it there may
 * be. Accounts stand in a tree: what is taken from one is taken from all above
 * it, or from none.
 *
 *     used <= limit, but for what was taken with slack or by force
 */
typedef struct Account {
    struct Account  *parent;            /* NULL: none */
    uint64_t         limit;             /* ACCOUNT_NONE: counted only */
    _Atomic(uint64_t) used, peak;
} Account;

#define ACCOUNT_NONE UINT64_MAX

void     ml_account_init(Account *a, Account *parent, uint64_t limit);
/* Any thread. n more, with which no account may stand more than `slack` over
 * its limit. The one that has not that much, and then nothing is taken; or
 * NULL: taken. */
Account *ml_account_take(Account *a, uint64_t n, uint64_t slack);
/* At most n, as many as there are; how many. */
uint64_t ml_account_take_some(Account *a, uint64_t n);
/* n more whatever the limits say. */
void     ml_account_force(Account *a, uint64_t n);
void     ml_account_give(Account *a, uint64_t n);
/* What could be taken now. ACCOUNT_NONE: no limit. */
uint64_t ml_account_left(Account *a);
/* The first, from a on, that stands over its limit; or NULL. */
Account *ml_account_over(Account *a);

#endif
