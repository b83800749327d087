#ifndef ML_ACTIVITY_H
#define ML_ACTIVITY_H

#include "vm/proc/vm.h"

/*
 * activity.h - can anything still happen by itself?
 *
 * An activity is a process that can go on (ready, running, or waiting with a
 * timer, a descriptor or a job) or a message on its way at a time. Background
 * processes do not count. Each worker counts, for itself, those it saw begin
 * and those it saw end. Only an activity begins another, and it does so before
 * it ends.
 *
 * So let somebody read first all ends, then all beginnings. Each end he saw
 * has its beginning among those he sees, and so has whatever that activity
 * began. If the sums are equal, then there was a moment between the two
 * readings when no activity was left, and none will come from within.
 */

static inline void ml_activity_begins(Worker *w)
{
    ml_store_release(&w->ups, ml_load_relaxed(&w->ups) + 1);
}

static inline void ml_activity_ends(Worker *w)
{
    ml_store_release(&w->downs, ml_load_relaxed(&w->downs) + 1);
}

static inline bool ml_activity_none(Vm *vm)
{
    uint64_t ended = 0, begun = 0;
    for (unsigned i = 0; i < vm->nrecords; i++)
        ended += ml_load_acquire(&vm->workers[i].downs);
    for (unsigned i = 0; i < vm->nrecords; i++)
        begun += ml_load_acquire(&vm->workers[i].ups);
    return begun == ended;
}

#endif
