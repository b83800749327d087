#ifndef ML_THREAD_H
#define ML_THREAD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * thread.h - threads, locks and conditions. Threads made here block every
 * signal: the library is a guest in somebody's process.
 */

typedef struct Thread { pthread_t id; } Thread;
typedef struct Lock   {
    pthread_mutex_t  m;
    _Atomic(uint64_t) waits;    /* how often a thread had to wait for it; who has it writes */
} Lock;
typedef struct Cond   { pthread_cond_t c; } Cond;

bool ml_thread_start(Thread *t, void (*fn)(void *), void *arg);
void ml_thread_join(Thread *t);
/* How many threads of this program can run at the same time; at least 1. */
int  ml_thread_cores(void);

void ml_lock_init(Lock *l);
void ml_lock_fini(Lock *l);
void ml_lock(Lock *l);
void ml_unlock(Lock *l);

void ml_cond_init(Cond *c);
void ml_cond_fini(Cond *c);
void ml_cond_wait(Cond *c, Lock *l);
/* Until this time of ml_clock_us at the latest. False: it has come. */
bool ml_cond_wait_until(Cond *c, Lock *l, uint64_t us);
void ml_cond_signal(Cond *c);
void ml_cond_broadcast(Cond *c);

/* Around write(): EPIPE without SIGPIPE. The signal is blocked in this thread,
 * and taken out if a write in between caused it, so that whatever the host does
 * about it, it does not notice. */
typedef struct Quiet {
    bool blocked;               /* before */
    bool pending;               /* before */
} Quiet;
void ml_quiet_begin(Quiet *q);
void ml_quiet_end(Quiet *q, bool epipe);

#endif
