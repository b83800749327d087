/*
 * hash.c - the keyed hash for strings.
 *
 * Two 8-byte words at a time meet in one 64x64 -> 128 bit product, whose
 * halves are folded together. One word is hidden by the key, the other by
 * what was hashed so far, so that who does not know the key cannot choose
 * texts that collide. What hides the first two words must not differ by
 * something known: a product does not tell its factors apart, and two words
 * could change places. The last 1 to 16 bytes are read as two words that may
 * overlap; the length goes into the end, so that the overlap tells nothing
 * apart wrongly.
 */

#include "vm/base/hash.h"

#include <string.h>

/* Odd numbers with about half of their bits set: fractions of square roots of
 * 2, 3 and 5. */
#define K1 0x6A09E667F3BCC909u
#define K2 0xBB67AE8584CAA73Bu
#define K3 0x3C6EF372FE94F82Bu

static inline uint64_t word8(const unsigned char *s)
{
    uint64_t w;
    memcpy(&w, s, sizeof w);
    return w;
}

static inline uint64_t word4(const unsigned char *s)
{
    uint32_t w;
    memcpy(&w, s, sizeof w);
    return w;
}

static inline uint32_t hash_end(const unsigned char *s, size_t left, size_t n, uint64_t key, uint64_t h)
{
    uint64_t secret = key ^ K1, a = 0, b = 0;
    for (; left > 16; left -= 16, s += 16)
        h = ml_hash_fold(word8(s) ^ secret, word8(s + 8) ^ h);
    if (left > 8) {
        a = word8(s);
        b = word8(s + left - 8);
    } else if (left >= 4) {
        a = word4(s);
        b = word4(s + left - 4);
    } else if (left > 0) {
        a = (uint64_t)s[0] << 16 | (uint64_t)s[left / 2] << 8 | s[left - 1];
    }
    h = ml_hash_fold(a ^ secret, b ^ h);
    h = ml_hash_fold(h ^ K3, (n ^ secret) * K2);

    uint32_t r = (uint32_t)(h ^ h >> 32);
    return r ? r : 1;
}

/* Not what the words are hidden by: two that change places must differ. */
uint64_t ml_hash_begin(uint64_t key) { return (key >> 23 | key << 41) ^ K2; }

uint32_t ml_hash_bytes(const void *s, size_t n, uint64_t key)
{
    return hash_end(s, n, n, key, ml_hash_begin(key));
}

uint64_t ml_hash_blocks(const void *bytes, size_t n, uint64_t key, uint64_t h)
{
    const unsigned char *s = bytes;
    for (uint64_t secret = key ^ K1; n > 0; n -= 16, s += 16)
        h = ml_hash_fold(word8(s) ^ secret, word8(s + 8) ^ h);
    return h;
}

uint32_t ml_hash_end(const void *s, size_t left, size_t all, uint64_t key, uint64_t h)
{
    return hash_end(s, left, all, key, h);
}
