#ifndef ML_QUOTA_H
#define ML_QUOTA_H

#include "vm/base/account.h"
#include "vm/data/heap.h"

/*
 * quota.h - what a heap may hold; see quota.c. Heap.quota is NULL where there is
 * no limit, and then nothing of this is met.
 */
typedef struct Quota {
    Account *account;           /* of the group it belongs to */
    size_t   given;             /* taken from the account: never less than what it holds */
    size_t   aside;             /* held besides the heap: the process itself, a copy under way */
    size_t   settled;           /* held after the last collection */
    size_t   wanted;            /* asked for, refused, and a collection was to help; 0: none */
    bool     tried;             /* which has been made since */
    Account *full;              /* the last request was refused by; NULL: it was not */
    size_t   missing;           /* what it asked of it */
    bool     unborn;            /* its process is being made: it takes nothing yet */
    bool     over;              /* it has more than it may: the next collection decides */
} Quota;

/* How far an account may stand over its limit until the process comes to a
 * safe point and its garbage goes. */
enum { QUOTA_SLACK = 64 * 1024 };

/* Bytes it holds: blocks and all outside, messages that wait, and `aside`. */
size_t ml_quota_held(const Heap *h);
/* Before n more bytes are got. False: it may not; nothing is taken. */
bool   ml_quota_take(Heap *h, size_t n);
/* The same, for what must go on: into the slack if need be. */
bool   ml_quota_take_now(Heap *h, size_t n);
/* Something was got without asking. */
void   ml_quota_catch_up(Heap *h);
/* Gives back what was taken and is not held. */
void   ml_quota_settle(Heap *h);
/* Gives back all that is not held. False: it still has more than it may. */
bool   ml_quota_relieved(Heap *h);
/* A collection is over. False: it still has more than it may. */
bool   ml_quota_collected(Heap *h);
/* Bytes it could take. */
size_t ml_quota_room(const Heap *h);
/* n more bytes, too many, will not be asked for: whose limit that is. */
void   ml_quota_refuse(Heap *h, size_t n);
/* n more bytes were refused. True: they may fit once garbage has gone, which was
 * asked for; come again. */
bool   ml_quota_retry(Heap *h, size_t n);

#endif
