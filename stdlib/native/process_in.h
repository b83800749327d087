#ifndef ML_STDLIB_PROCESS_IN_H
#define ML_STDLIB_PROCESS_IN_H

#include "vm/native.h"
#include "vm/proc/flow_vm.h"
#include "vm/proc/signal.h"

/*
 * process_in.h - what the files of the process functions share.
 */

/* A field of a table of options. */
static inline Value ml_opt(Nat *n, Tab *t, const char *name) { return *ml_tab_gets(n->h, t, name); }

/* process.c: true, or the error that tells why p (or NULL) did not get the name. */
NatEnd ml_name_answer(Nat *n, NameAdd why, Str *name, const Proc *p);
/* mailbox_opts.c: the option `mailbox`; false: raised. A flag of process_flag. */
bool ml_mailbox_opts(Nat *n, Value v, FlowOpts *o, bool has_memory);
NatEnd ml_flag_listen(Nat *n, FlowSubject subject);
/* ... process_info(p).mailbox */
Value ml_mailbox_table(Nat *n, const FlowInfo *i);
/* pid: p may do with it what holding a pid alone does not grant; else raised. realm.c */
bool ml_arg_own_pid(Nat *n, int i, Value *pid);
/* spawn.c */
NatEnd ml_spawn_plain(Nat *n);
NatEnd ml_spawn_link(Nat *n);
NatEnd ml_spawn_monitor(Nat *n);
/* statistics.c */
NatEnd ml_vm_statistics(Nat *n);
/* process_info.c */
NatEnd ml_process_info(Nat *n);
NatEnd ml_process_dictionary(Nat *n);   /* dictionary.c */
NatEnd ml_hibernate(Nat *n);            /* hibernate.c */
NatEnd ml_processes(Nat *n);
/* waits.c */
NatEnd ml_waits(Nat *n);

#endif
