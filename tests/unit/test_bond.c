/* test_bond.c - the tree of links and monitors, against a naive twin. */

#include "tests/unit/test.h"
#include "vm/base/rand.h"
#include "vm/proc/bond.h"

enum { KEYS = 300 };

static Bond bond[KEYS];
static bool in[KEYS];           /* the twin */

static Value key(unsigned i)
{
    return (Value){ .u = i / 3, .tag = TAG_PID | (uint64_t)(i % 3) << 32 };
}

static unsigned index_of(const Bond *b) { return (unsigned)(b - bond); }

/* All of them, in the order of keys. */
static bool same_as_twin(Bond *root)
{
    Bond *b = ml_bond_next(root, ml_v_nil());
    for (unsigned i = 0; i < KEYS; i++) {
        if (ml_bond_find(root, key(i)) != (in[i] ? &bond[i] : NULL))
            return false;
        if (in[i]) {
            if (b != &bond[i])
                return false;
            b = ml_bond_next(root, b->key);
        }
    }
    return !b;
}

static unsigned depth(const Bond *b)
{
    unsigned l = b ? depth(b->left) : 0, r = b ? depth(b->right) : 0;
    return b ? 1 + (l > r ? l : r) : 0;
}

TEST(one_is_found_until_it_is_removed)
{
    Bond *root = NULL, b = { .key = key(7) };
    CHECK(!ml_bond_find(root, key(7)));
    CHECK(!ml_bond_remove(&root, key(7), 1));
    ml_bond_add(&root, &b, 1);
    CHECK(ml_bond_find(root, key(7)) == &b);
    CHECK(!ml_bond_find(root, key(8)));
    CHECK(ml_bond_remove(&root, key(7), 1) == &b);
    CHECK(!root);
    CHECK(!ml_bond_take_first(&root));
}

TEST(random_ones_are_those_of_the_twin)
{
    Rand r;
    Bond *root = NULL;
    bool same = true;
    memset(in, 0, sizeof in);
    ml_rand_seed(&r, 42, 0);
    for (int n = 0; n < 20000; n++) {
        unsigned i = (unsigned)(ml_rand_next(&r) % KEYS);
        if (ml_rand_next(&r) % 50 == 0) {
            Bond *first = ml_bond_next(root, ml_v_nil());
            same &= ml_bond_take_first(&root) == first;
            if (first)
                in[index_of(first)] = false;
        } else if (in[i]) {
            same &= ml_bond_remove(&root, key(i), 5) == &bond[i];
            in[i] = false;
        } else {
            bond[i].key = key(i);
            ml_bond_add(&root, &bond[i], 5);
            in[i] = true;
        }
        if (n % 100 == 0)
            same &= same_as_twin(root);
    }
    CHECK(same);
    CHECK(same_as_twin(root));
}

/* Keys in a row, as refs and pids are: the tree is not a list. 8 times the
 * logarithm is far beyond what chance brings about. */
TEST(keys_in_a_row_make_no_list)
{
    static Bond many[4096];
    Bond *root = NULL;
    for (unsigned i = 0; i < 4096; i++) {
        many[i].key = (Value){ .u = i, .tag = TAG_REF };
        ml_bond_add(&root, &many[i], 12345);
    }
    CHECK(depth(root) <= 8 * 12);
    unsigned n = 0;
    for (Bond *b; (b = ml_bond_take_first(&root)); n++)
        CHECK(b == &many[n]);
    CHECK(n == 4096);
}

TEST_MAIN
