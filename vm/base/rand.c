/*
 * rand.c - xoshiro256**, seeded as math.randomseed(a, b) of Lua 5.4 does, so
 * that a script draws the same numbers here and there.
 */

#include "vm/base/rand.h"

#include <sys/random.h>

#include "vm/base/check.h"

static inline uint64_t rotl(uint64_t x, int n)
{
    return x << n | x >> (64 - n);
}

uint64_t ml_rand_next(Rand *r)
{
    uint64_t *s = r->s;
    uint64_t x = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return x;
}

void ml_rand_seed(Rand *r, uint64_t a, uint64_t b)
{
    *r = (Rand){ { a, 0xff, b, 0 } };
    for (int i = 0; i < 16; i++)
        ml_rand_next(r);
}

uint64_t ml_rand_entropy(void)
{
    uint64_t x = 0;
    /* up to 256 bytes are never cut short once the system has started */
    ML_CHECK(getrandom(&x, sizeof x, 0) == (ssize_t)sizeof x);
    return x;
}
