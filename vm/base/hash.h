#ifndef ML_HASH_H
#define ML_HASH_H

#include <stddef.h>
#include <stdint.h>

/* hash.h - the keyed hash for strings: never 0, so that 0 can mean unknown. */
uint32_t ml_hash_bytes(const void *s, size_t n, uint64_t key);

/* The same, in pieces: blocks of a multiple of 16 bytes, at least one byte
 * left for the end. `all` is the length of the whole. */
uint64_t ml_hash_begin(uint64_t key);
uint64_t ml_hash_blocks(const void *s, size_t n, uint64_t key, uint64_t h);
uint32_t ml_hash_end(const void *s, size_t left, size_t all, uint64_t key, uint64_t h);

/* Both halves of the product of two words, folded together. */
static inline uint64_t ml_hash_fold(uint64_t a, uint64_t b)
{
    unsigned __int128 p = (unsigned __int128)a * b;
    return (uint64_t)p ^ (uint64_t)(p >> 64);
}

/*
 * Mixes the bits of an integer key; `key` is the secret of the VM. All bits of
 * x reach the low bits of the result: floats differ in their high bits only.
 * One product is not enough: it keeps the even steps of keys in a row, and
 * under one secret in thirty 32,768 multiples of 2^48 fill few places.
 */
static inline uint32_t ml_hash_u64(uint64_t x, uint64_t key)
{
    uint64_t h = ml_hash_fold(x ^ key, (key >> 20 | key << 44) ^ 0x9E3779B97F4A7C15u);
    return (uint32_t)ml_hash_fold(h ^ 0xBB67AE8584CAA73Bu, key ^ 0x3C6EF372FE94F82Bu);
}

#endif
