#ifndef ML_ENV_H
#define ML_ENV_H

#include "vm/proc/proc.h"

/*
 * env.h - what the children of a process have in common, so that each of them
 * need not have a copy. Owner.
 */

typedef struct EnvEntry { Str *name; Value v; } EnvEntry;

/*
 * Images: they live at least until p makes the next one, and are those made for
 * the last child where nothing has changed. ml_env_fix: of the overlays that p
 * has. NULL: no memory, or some value there may change. ml_env_for: with the
 * library's globals and e[0..n) too, whose values are shared or immediate, and
 * with the overlays of `over` (NULL: none). NULL: no memory.
 */
Shared *ml_env_fix(Proc *p);
Shared *ml_env_for(Proc *p, const EnvEntry *e, uint32_t n, Shared *over);
Tab    *ml_env_globals(const Shared *env);      /* NULL: it has none */
Tab    *ml_env_overlays(const Shared *env);     /* NULL: it has none */
/* A table in heap h, which holds what it refers to: the library's globals and e[0..n). */
Tab    *ml_env_table(Heap *h, const EnvEntry *e, uint32_t n);
/* Its entries: how many. */
uint32_t ml_env_entries(const Shared *env, const EnvEntry **e);

/* The twin of a global (twin.h), that of the last image if it is still the same.
 * *owner: has one reference more. Nil: it has none. */
Value   ml_env_twin(Proc *p, Str *name, Value v, Shared **owner);
/* The twin of a function that p spawns again and again; nil: it does not. Is
 * owned by p until the next is asked for. */
Value   ml_env_spawned(Proc *p, Value f);

#endif
