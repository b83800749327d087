#ifndef ML_HASH_H
#define ML_HASH_H

#include <stddef.h>
#include <stdint.h>

/* hash.h - the keyed hash for strings: never 0, so that 0 can mean unknown. */
uint32_t ml_hash_bytes(const void *s, size_t n, uint64_t key);

/* Mixes the bits of an integer key; `key` is the secret of the VM. All bits of
 * x reach the low bits of the result: floats differ in their high bits only. */
static inline uint32_t ml_hash_u64(uint64_t x, uint64_t key)
{
    unsigned __int128 p = (unsigned __int128)(x ^ key) *
                          ((key >> 20 | key << 44) ^ 0x9E3779B97F4A7C15u);
    return (uint32_t)p ^ (uint32_t)(p >> 32) ^ (uint32_t)(p >> 64);
}

#endif
