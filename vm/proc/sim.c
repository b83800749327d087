/*
 * sim.c - a run that can be repeated.
 *
 *     seed --> Rand --> which process, how long, how late --> the run
 *                                                              |
 *     trace hash <-- slices, spawns, messages, ends, timers, output
 *
 * Its random numbers are not those of the programs, so a program that draws
 * one more number does not get another schedule.
 *
 * The clock goes on by what a slice would have taken, give or take, and jumps
 * to the next timer when nothing is ready: a program that sleeps for a year
 * takes no time, and one that counts until it is later comes to its end.
 * Only while a process waits for a descriptor does an idle VM really wait.
 */
#include <string.h>

#include "vm/base/clock.h"
#include "vm/base/hash.h"
#include "vm/proc/sim.h"

#define START_US (UINT64_C(1767225600) * 1000000)       /* 2026-01-01 00:00:00 UTC */

enum { PICK_FROM = 256,         /* a longer list is not walked to its end for every slice */
       RED_NS = 20, SLICE_NS = 400, RAN_MOST = 5000 };

struct Sim {
    Rand     rand;
    uint64_t now_ns, hash;
    uint64_t waits_us;          /* the system's clock when a real wait began */
    int64_t  wait_most_us;      /* ... and how long it may take; -1: no limit */
};

Sim *ml_sim_new(Mem *mem, uint64_t seed)
{
    Sim *s = ml_mem_zalloc(mem, sizeof *s);
    if (!s)
        return NULL;
    ml_rand_seed(&s->rand, seed, 1);
    s->hash = 0x243F6A8885A308D3u;
    return s;
}

void ml_sim_free(Mem *mem, Sim *s)
{
    ml_mem_free(mem, s, sizeof *s);
}

/* --- choices --- */

uint64_t ml_sim_choose(Sim *s, uint64_t n)
{
    return ml_rand_next(&s->rand) % n;
}

void ml_sim_pick(Sim *s, Proc **head, Proc **tail)
{
    unsigned n = 0;
    for (const Proc *p = *head; p && n < PICK_FROM; p = p->next)
        n++;
    if (n < 2)
        return;
    Proc *before = NULL, *p = *head;
    for (uint64_t i = ml_sim_choose(s, n); i; i--) {
        before = p;
        p = p->next;
    }
    if (!before)
        return;
    before->next = p->next;
    if (*tail == p)
        *tail = before;
    p->next = *head;
    *head = p;
}

int64_t ml_sim_slice(Sim *s, int64_t most)
{
    uint64_t bound = (uint64_t)most >> ml_sim_choose(s, 12);
    return 1 + (int64_t)ml_sim_choose(s, bound ? bound : 1);
}

/* --- the clock --- */

uint64_t ml_sim_now_us(const Sim *s)
{
    return s->now_ns / 1000;
}

uint64_t ml_sim_wall_us(const Sim *s)
{
    return START_US + ml_sim_now_us(s);
}

void ml_sim_ran(Sim *s, int64_t reds)
{
    /* what is charged beyond this is work done elsewhere, or in other slices */
    uint64_t ran = reds < 0 ? 0 : reds < RAN_MOST ? (uint64_t)reds : RAN_MOST;
    uint64_t usual = ran * RED_NS + SLICE_NS;
    s->now_ns += 1 + ml_sim_choose(s, 2 * usual);
}

/* Up to a whole microsecond, or a timer would wait for its rest. */
static void advance(Sim *s, uint64_t us)
{
    s->now_ns = (ml_sim_now_us(s) + us) * 1000;
}

int64_t ml_sim_idle(Sim *s, int64_t us, bool real)
{
    if (!real && us > 0)
        advance(s, (uint64_t)us);
    if (!real && us >= 0)
        return 0;
    s->waits_us = ml_clock_us();
    s->wait_most_us = us;
    return us;
}

void ml_sim_waited(Sim *s)
{
    uint64_t us = ml_clock_us() - s->waits_us, most = (uint64_t)s->wait_most_us;
    if (!s->waits_us)
        return;
    s->waits_us = 0;
    advance(s, us < most ? us : most);
}

/* --- the trace --- */

static void mix(Sim *s, uint64_t x)
{
    s->hash = ml_hash_fold(s->hash ^ x, 0x9E3779B97F4A7C15u) + x;
}

void ml_sim_add(Sim *s, SimEvent e, uint64_t a, uint64_t b)
{
    mix(s, (uint64_t)e + 1);
    mix(s, a);
    mix(s, b);
}

void ml_sim_output(Sim *s, int stream, const char *text, size_t n)
{
    ml_sim_add(s, SIM_OUTPUT, (uint64_t)stream, n);
    for (uint64_t word; n; text += n < 8 ? n : 8, n -= n < 8 ? n : 8) {
        word = 0;
        memcpy(&word, text, n < 8 ? n : 8);
        mix(s, word);
    }
}

uint64_t ml_sim_hash(const Sim *s)
{
    return s->hash;
}
