#ifndef ML_SPAWN_H
#define ML_SPAWN_H

#include "vm/proc/flow_vm.h"
#include "vm/proc/realm.h"

/*
 * spawn.h - birth of a process by another one.
 */
typedef struct SpawnOpts {
    bool    link, monitor, background;
    uint8_t priority;
    Str    *name;
    FlowOpts mailbox;
    bool    opens;              /* a realm, with */
    RealmLimits limits;
} SpawnOpts;

/* A child that will run f(args...). It is not ready yet. NULL: p->err; or, if
 * p->pending is set, there is much to copy: give way and call ml_spawn_more,
 * which answers the same way, and with the options when the child is there. */
Proc *ml_spawn(Proc *p, const SpawnOpts *o, Value f, const Value *args, int n);
Proc *ml_spawn_more(Proc *p, SpawnOpts *o);
/* _G names the table it lies in. */
void  ml_globals_name_self(Heap *h, Tab *t);

#endif
