/* test_hash.c - the string hash: keyed, spread out, never 0. */

#include "tests/unit/test.h"
#include "vm/base/hash.h"

enum { LONGEST = 80 };

static void fill(unsigned char *s, int n, uint64_t *seed)
{
    for (int i = 0; i < n; i++)
        s[i] = (unsigned char)test_random(seed);
}

TEST(same_text_same_hash)
{
    char a[] = "mailbox", b[] = "xmailbox";     /* at another alignment */
    CHECK_EQ(ml_hash_bytes(a, 7, 5), ml_hash_bytes(b + 1, 7, 5));
    CHECK(ml_hash_bytes(a, 7, 5) != ml_hash_bytes(a, 7, 6));
    CHECK(ml_hash_bytes(a, 7, 5) != ml_hash_bytes(a, 6, 5));
}

TEST(never_zero)
{
    uint64_t seed = 1;
    long n = test_scale(3000000, 3000);
    for (long i = 0; i < n; i++) {
        uint64_t x = test_random(&seed);
        CHECK(ml_hash_bytes(&x, i % 9, seed) != 0);
    }
}

TEST(zero_bytes_count)
{
    unsigned char s[LONGEST] = { 0 };
    for (int n = 0; n < LONGEST; n++)
        for (int k = 0; k < n; k++)
            CHECK(ml_hash_bytes(s, n, 7) != ml_hash_bytes(s, k, 7));
}

/* Each bit of the text turns about half of the 32 bits of the hash. */
TEST(every_bit_spreads)
{
    uint64_t seed = 3;
    int rounds = (int)test_scale(200, 50);
    unsigned char s[LONGEST];
    for (int n = 1; n <= 40; n++) {
        for (int bit = 0; bit < n * 8; bit++) {
            int turned = 0;
            for (int i = 0; i < rounds; i++) {
                fill(s, n, &seed);
                uint32_t h = ml_hash_bytes(s, n, 99);
                s[bit / 8] ^= (unsigned char)(1 << bit % 8);
                turned += __builtin_popcount(h ^ ml_hash_bytes(s, n, 99));
            }
            double part = turned / (32.0 * rounds);
            if (part < 0.40 || part > 0.60) {
                TEST_FAIL("bit %d of %d bytes turns %.2f", bit, n, part);
                return;
            }
        }
    }
}

/* Short names that differ little fall into buckets as chance would have it. */
TEST(names_fill_buckets_evenly)
{
    enum { BUCKETS = 1024, EACH = 64 };
    static int low[BUCKETS], high[BUCKETS];
    for (int i = 0; i < BUCKETS * EACH; i++) {
        char s[24];
        int n = snprintf(s, sizeof s, "item%d", i);
        uint32_t h = ml_hash_bytes(s, n, 12345);
        low[h % BUCKETS]++;
        high[h / (UINT32_MAX / BUCKETS + 1)]++;
    }
    double chi_low = 0, chi_high = 0;
    for (int i = 0; i < BUCKETS; i++) {
        chi_low += (low[i] - EACH) * (double)(low[i] - EACH) / EACH;
        chi_high += (high[i] - EACH) * (double)(high[i] - EACH) / EACH;
    }
    /* 1023 degrees of freedom: six deviations of 45 each way */
    CHECK(chi_low > 750 && chi_low < 1300);
    CHECK(chi_high > 750 && chi_high < 1300);
}

/* Texts that collide under one key are strangers under another. */
TEST(collisions_depend_on_the_key)
{
    enum { MANY = 4096 };
    int pairs = 0, still = 0;
    static uint32_t one[MANY], two[MANY];
    for (int i = 0; i < MANY; i++) {
        uint64_t x = (uint64_t)i * 0x100000001u;
        one[i] = ml_hash_bytes(&x, 8, 1) & 1023;
        two[i] = ml_hash_bytes(&x, 8, 2) & 1023;
    }
    for (int i = 0; i < MANY; i++)
        for (int k = 0; k < i; k++)
            if (one[i] == one[k]) {
                pairs++;
                still += two[i] == two[k];
            }
    CHECK(pairs > 0);
    CHECK(still < pairs / 256);
}

TEST_MAIN
