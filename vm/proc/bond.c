/*
 * bond.c - a treap: a search tree by key, and a heap by a number that is the
 * hash of the key under a secret.
 *
 *              (key 5, hash 90)
 *              /              \
 *     (key 2, hash 40)   (key 8, hash 71)
 *
 * The shape is that of a tree into which the keys were put in random order,
 * however they really came: as deep as a few times the logarithm of their
 * number. No step takes more than a walk down, none allocates, and none moves
 * what is in there. The order in which one is met is that of the keys, so it
 * depends on no chance.
 */
#include "vm/base/hash.h"
#include "vm/proc/bond.h"

static int compare(Value a, Value b)
{
    if (a.u != b.u)
        return a.u < b.u ? -1 : 1;
    return a.tag == b.tag ? 0 : a.tag < b.tag ? -1 : 1;
}

static uint32_t weight(Value key, uint64_t secret)
{
    return ml_hash_u64(key.u ^ key.tag * 31, secret);
}

static Bond **place_of(Bond **at, Value key)
{
    for (int c; *at && (c = compare(key, (*at)->key)) != 0;)
        at = c < 0 ? &(*at)->left : &(*at)->right;
    return at;
}

Bond *ml_bond_find(Bond *root, Value key)
{
    return *place_of(&root, key);
}

void ml_bond_add(Bond **root, Bond *b, uint64_t secret)
{
    Bond **at = root;
    uint32_t mine = weight(b->key, secret);
    while (*at && weight((*at)->key, secret) >= mine)
        at = compare(b->key, (*at)->key) < 0 ? &(*at)->left : &(*at)->right;
    /* what was there is parted into those before b and those after */
    Bond *rest = *at, **before = &b->left, **after = &b->right;
    *at = b;
    while (rest) {
        if (compare(rest->key, b->key) < 0) {
            *before = rest;
            before = &rest->right;
            rest = rest->right;
        } else {
            *after = rest;
            after = &rest->left;
            rest = rest->left;
        }
    }
    *before = *after = NULL;
}

Bond *ml_bond_remove(Bond **root, Value key, uint64_t secret)
{
    Bond **at = place_of(root, key), *b = *at;
    if (!b)
        return NULL;
    Bond *l = b->left, *r = b->right;
    while (l && r) {
        if (weight(l->key, secret) >= weight(r->key, secret)) {
            *at = l;
            at = &l->right;
            l = l->right;
        } else {
            *at = r;
            at = &r->left;
            r = r->left;
        }
    }
    *at = l ? l : r;
    return b;
}

Bond *ml_bond_take_first(Bond **root)
{
    Bond **at = root;
    if (!*at)
        return NULL;
    while ((*at)->left)
        at = &(*at)->left;
    Bond *b = *at;
    *at = b->right;
    return b;
}

Bond *ml_bond_next(Bond *root, Value key)
{
    Bond *best = NULL;
    for (Bond *b = root; b;) {
        if (ml_is_nil(key) || compare(b->key, key) > 0) {
            best = b;
            b = b->left;
        } else {
            b = b->right;
        }
    }
    return best;
}
