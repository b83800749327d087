/* test_rand.c - the numbers of stock Lua 5.4, taken from math.random(0). */

#include "tests/unit/test.h"
#include "vm/base/rand.h"

TEST(same_numbers_as_lua)
{
    static const uint64_t want[] = {    /* math.randomseed(1, 2) */
        0x731202e581a88881u, 0x39cbfbf32ca9af88u, 0xbd549d3ffec50c9cu,
        0x57d2422019f85ab7u, 0x23971dcb22ceac58u,
    };
    Rand r;
    ml_rand_seed(&r, 1, 2);
    for (int i = 0; i < 5; i++)
        CHECK_EQ(ml_rand_next(&r), want[i]);
}

TEST(seeds_with_all_bits)
{
    static const uint64_t want[] = {    /* math.randomseed(-1, 1 << 63) */
        0xe9307bbf39b952bfu, 0x570197ede9786f77u, 0x6968a941ad74fcbeu,
    };
    Rand r;
    ml_rand_seed(&r, UINT64_MAX, (uint64_t)1 << 63);
    for (int i = 0; i < 3; i++)
        CHECK_EQ(ml_rand_next(&r), want[i]);
}

TEST(the_thousand_and_first)
{
    Rand r;
    ml_rand_seed(&r, 42, 0);            /* math.randomseed(42) */
    for (int i = 0; i < 1000; i++)
        ml_rand_next(&r);
    CHECK_EQ(ml_rand_next(&r), 0x70a91a83242b0e08u);
}

TEST(entropy_differs)
{
    CHECK(ml_rand_entropy() != ml_rand_entropy());
}

TEST_MAIN
