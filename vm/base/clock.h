#ifndef ML_CLOCK_H
#define ML_CLOCK_H

#include <stdint.h>

/* clock.h - the only place that asks the system for the time. */

uint64_t ml_clock_us(void);       /* monotonic microseconds */
uint64_t ml_clock_wall_us(void);  /* microseconds since 1970 */
uint64_t ml_clock_cpu_us(void);   /* processor time of this OS process */
uint64_t ml_clock_thread_ns(void); /* of this thread, in nanoseconds */

#endif
