/*
 * clock.c - the only place that asks the system for the time, so that a run
 * under a simulated clock has one thing to replace.
 */

#include "vm/base/clock.h"

#include <time.h>

static uint64_t read_us(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

uint64_t ml_clock_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

uint64_t ml_clock_wall_us(void)
{
    return read_us(CLOCK_REALTIME);
}

uint64_t ml_clock_cpu_us(void)
{
    return read_us(CLOCK_PROCESS_CPUTIME_ID);
}

uint64_t ml_clock_thread_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}
