#ifndef ML_BOND_H
#define ML_BOND_H

#include "vm/data/value.h"

/*
 * bond.h - what a process knows of others, each under a key: its links by pid,
 * its monitors and watchers by ref. See bond.c. Owner.
 *
 * A process may have a million of them, so that finding one must not take a
 * walk along all, nor adding one a moment in which all are moved.
 */
typedef struct Bond {           /* in a Msg */
    struct Bond *left, *right;
    Value        key;
} Bond;

/* `secret` is the same in every call for one tree: the hash key of the VM. */
Bond *ml_bond_find(Bond *root, Value key);
void  ml_bond_add(Bond **root, Bond *b, uint64_t secret);       /* its key is not in there */
Bond *ml_bond_remove(Bond **root, Value key, uint64_t secret);  /* NULL: not in there */
Bond *ml_bond_take_first(Bond **root);                          /* the least key; NULL: empty */
/* In the order of keys: the first after key, which need not be in there. nil: from the start. */
Bond *ml_bond_next(Bond *root, Value key);

#endif
