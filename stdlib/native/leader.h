#ifndef ML_STDLIB_LEADER_H
#define ML_STDLIB_LEADER_H

#include "vm/native.h"

/*
 * leader.h - what print and io ask before they write to a standard stream: does
 * the group leader do that? Then they go on as `slow`, whose arguments are texts.
 */
bool ml_asks_leader(const Proc *p);

#endif
