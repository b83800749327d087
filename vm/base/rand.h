#ifndef ML_RAND_H
#define ML_RAND_H

#include <stdint.h>

/* rand.h - xoshiro256**, as Lua 5.4 defines it, and the system's entropy. */

typedef struct Rand { uint64_t s[4]; } Rand;

void     ml_rand_seed(Rand *r, uint64_t a, uint64_t b);   /* as math.randomseed(a, b) */
uint64_t ml_rand_next(Rand *r);
uint64_t ml_rand_entropy(void);                            /* from the system */

#endif
