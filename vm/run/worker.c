/*
 * worker.c - the threads that run processes.
 */
#include "vm/run/park.h"
#include "vm/run/poll.h"
#include "vm/run/runq.h"
#include "vm/run/sched.h"
#include "vm/run/worker.h"

bool ml_workers_init(Vm *vm, unsigned n, uint64_t seed)
{
    unsigned all = n ? n + 1 : 1;
    vm->workers = ml_mem_zalloc(&vm->mem, all * sizeof *vm->workers);
    if (!vm->workers)
        return false;
    vm->threads = n > 0;
    vm->nworkers = n ? n : 1;
    vm->nrecords = all;
    vm->guest = &vm->workers[n];
    for (unsigned i = 0; i < all; i++) {
        Worker *w = &vm->workers[i];
        w->vm = vm;
        w->index = i;
        ml_rand_seed(&w->rand, seed, i + 1);
        ml_store(&w->seen, SEEN_RESTING);
        ml_runq_init(&w->q);
        ml_timers_init(&w->timers, i, 0);
        ml_cond_init(&w->idle_cond);
    }
    ml_ptab_unrest(vm->guest);
    if (vm->threads)
        vm->host_poll = ml_poll_new(&vm->mem);
    return !vm->threads || vm->host_poll;
}

static void work(void *arg)
{
    Worker *w = arg;
    Vm *vm = w->vm;
    ml_here_set(w);
    ml_mem_join(&vm->mem, &w->share);
    ml_ptab_unrest(w);
    for (;;) {
        if (ml_load(&vm->idle.pause)) {
            if (!ml_rest(w))
                break;
            continue;
        }
        switch (ml_sched_turn(w)) {
        case TURN_RAN:  break;
        case TURN_IDLE: ml_park(w, ml_sched_nap(w)); break;
        case TURN_OVER: ml_tell_done(vm); break;
        }
    }
    ml_ptab_rest(w);
    ml_mem_leave(&vm->mem, &w->share);
    ml_here_set(NULL);
}

bool ml_workers_start(Vm *vm)
{
    unsigned n = vm->nworkers, started = 0;
    if (!vm->threads)
        return true;
    ml_ptab_rest(vm->guest);
    /* one by one: each counts on the others when it asks whether all rest */
    ml_store(&vm->idle.pause, PAUSE_HOST);
    while (started < n && ml_thread_start(&vm->workers[started].thread, work, &vm->workers[started]))
        started++;
    ml_lock(&vm->idle.lock);            /* those that rest already look at it */
    vm->nworkers = started;
    ml_unlock(&vm->idle.lock);
    vm->idle.stops = 1;
    vm->started = started > 0;
    if (vm->started)
        ml_world_go(vm);
    return vm->started;
}

void ml_workers_stop(Vm *vm)
{
    if (!vm->started)
        return;
    ml_world_quit(vm);
    for (unsigned i = 0; i < vm->nworkers; i++)
        ml_thread_join(&vm->workers[i].thread);
    vm->threads = vm->started = false;
    ml_ptab_unrest(vm->guest);
}

void ml_workers_fini(Vm *vm)
{
    if (vm->host_poll)
        ml_poll_free(vm->host_poll);
    for (unsigned i = 0; i < vm->nrecords; i++) {
        ml_cond_fini(&vm->workers[i].idle_cond);
        ml_timers_fini(&vm->workers[i].timers);
        ml_runq_fini(&vm->workers[i].q);
    }
    ml_mem_free(&vm->mem, vm->workers, vm->nrecords * sizeof *vm->workers);
}
