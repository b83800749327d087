#ifndef ML_STDLIB_PROCESS_IN_H
#define ML_STDLIB_PROCESS_IN_H

#include "vm/native.h"
#include "vm/proc/signal.h"

/*
 * process_in.h - what the files of the process functions share.
 */

/* A field of a table of options. */
static inline Value ml_opt(Nat *n, Tab *t, const char *name) { return *ml_tab_gets(n->h, t, name); }

/* process.c: true, or the error that tells why p (or NULL) did not get the name. */
NatEnd ml_name_answer(Nat *n, NameAdd why, Str *name, const Proc *p);
/* pid: p may do with it what holding a pid alone does not grant; else raised. realm.c */
bool ml_arg_own_pid(Nat *n, int i, Value *pid);
/* spawn.c */
NatEnd ml_spawn_plain(Nat *n);
NatEnd ml_spawn_link(Nat *n);
NatEnd ml_spawn_monitor(Nat *n);
/* process_info.c */
NatEnd ml_process_info(Nat *n);
NatEnd ml_processes(Nat *n);

#endif
