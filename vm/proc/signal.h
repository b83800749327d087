#ifndef ML_SIGNAL_H
#define ML_SIGNAL_H

#include "vm/data/copy.h"
#include "vm/proc/proc.h"

/*
 * signal.h - links, monitors, exit signals, names: what processes know of
 * each other. Worker of the process named p, unless it says otherwise.
 */

bool ml_sig_send(Vm *vm, Value to, Msg *m);         /* takes m; wakes the receiver; false: it is gone */
bool ml_sig_offer(Vm *vm, Value to, Msg *m);        /* the same, but then m is still the caller's */
bool ml_sig_push(Vm *vm, Proc *p, Value to, Msg *m);        /* the same to one that has been found, or NULL */
/* Handles what is in the inbox; false: the process must end. _some: not more than
 * keeps others waiting; then the mailbox is behind (ml_mbox_is_behind). Many cost reductions. */
bool ml_proc_signals(Proc *p);
bool ml_proc_signals_some(Proc *p);
bool ml_proc_set_reason(Proc *p, Value v);      /* copies v into a shared region; false: static reason */
/* p->reason is set, and it waits for no descriptor or job: frees it and tells
 * everybody. _some: in pieces of about `budget` things; false: call again. exit.c. */
void ml_proc_exit(Proc *p);
bool ml_proc_exit_some(Proc *p, int budget);
void ml_proc_exit_quietly(Proc *p);             /* frees it; nobody is told */

/* Links p and the process of pid; a dead one answers with an exit signal. */
void ml_link(Proc *p, Value pid);
void ml_unlink(Proc *p, Value pid);
/* Returns the ref by which {"DOWN", ref, ...} will arrive. pid nil: noproc at
 * once; p itself: never. name: monitored by that name. */
Value ml_sig_monitor(Proc *p, Value pid, Str *name, Alias alias);
/* True: it existed, and no DOWN of it has arrived or will. */
bool ml_demonitor(Proc *p, Value ref);
/* A ref that is an address of p; takes that from it again (false: it was none). */
Value ml_alias_new(Proc *p, Alias kind);
bool ml_unalias(Proc *p, Value ref);
/* The exit signal of exit(pid, reason). False: the reason cannot be sent (p->err). */
bool ml_exit_signal(Proc *p, Value pid, Value reason);
/* Gives the process of pid another group leader, or none: nil. */
void ml_leader_signal(Proc *p, Value pid, Value leader);
/* Link and monitor between a parent and a child that does not run yet, in two
 * steps: only the first can fail. False: no memory, nothing is left. */
typedef struct Ties { Msg *link, *back, *monitor, *watcher; } Ties;
bool  ml_ties_new(Vm *vm, Ties *t, bool link, bool monitor);
void  ml_ties_free(Vm *vm, Ties *t);
Value ml_ties_bind(Proc *parent, Proc *child, Ties *t);         /* the ref of the monitor, or nil */
/* For exit.c: m, a monitor that was taken out of its tree, tells the watched (nobody: is
 * freed). Nothing is left of it. */
void  ml_demonitor_send(Proc *p, Msg *m);
/* m becomes the answer of self, which is gone, to a LINK, UNLINK or MONITOR. */
void  ml_sig_answer(Vm *vm, Value self, Msg *m);
/* An exit signal of the outside, with a reason that needs no copy. False: no memory. */
bool  ml_exit_from(Vm *vm, Value to, Value from, Value reason);

/* --- names and aliases: names.c; any thread --- */

enum { NAME_MOST = 1000 };                          /* bytes of a name */
typedef enum {
    NAME_ADDED,
    NAME_TAKEN,                                     /* by whom it is now, or was a moment ago */
    NAME_HAS_ONE,                                   /* p has */
    NAME_DEAD,                                      /* p ends, or has ended */
    NAME_TOO_LONG, NAME_NO_MEMORY,
    NAME_LIMIT                  /* of the realm of the process */
} NameAdd;
NameAdd ml_name_add(Vm *vm, Str *name, Proc *p);
bool  ml_name_remove(Vm *vm, Str *name);            /* false: nobody has it */
/* pid or nil. Never that of a process whose end somebody has heard of. */
Value ml_name_find(Vm *vm, Str *name);
Str  *ml_name_of(const Proc *p);                    /* symbol or NULL */
/* The owner of p, before anybody hears of its end: it has no name any more,
 * nor will have. */
void  ml_name_end(Vm *vm, Proc *p);

Value ml_alias_owner(Vm *vm, Value ref);
bool  ml_alias_add(Vm *vm, Value ref, Value pid);
void  ml_alias_remove(Vm *vm, Value ref);

#endif
