#ifndef ML_SPAWN_H
#define ML_SPAWN_H

#include "vm/proc/proc.h"

/*
 * spawn.h - birth of a process by another one.
 */
typedef struct SpawnOpts {
    bool    link, monitor, background;
    uint8_t priority;
    Str    *name;
    size_t  max_bytes;
} SpawnOpts;

/* A child that will run f(args...). It is not ready yet. NULL: p->err. */
Proc *ml_spawn(Proc *p, const SpawnOpts *o, Value f, const Value *args, int n);
/* _G names the table it lies in. */
void  ml_globals_name_self(Heap *h, Tab *t);

#endif
