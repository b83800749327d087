#ifndef ML_TOLD_H
#define ML_TOLD_H

#include "vm/data/tab.h"

/*
 * told.h - what a process hears of the end of another:
 *
 *     {"DOWN", ref, pid = p, reason = r, name = n}     name: if it was monitored by that
 *     {"EXIT", pid, reason = r}
 *
 * Of a million that wait in a mailbox most are read once and are garbage then. So
 * what tells of an end stays the Msg it was, marked `told`, and its table is laid
 * out when it is looked at, after a pattern that each VM has. Where it has a name, or
 * a reason that has to be kept alive, the table is built at once.
 *
 * The worker that runs the receiver, but for ml_told_begin.
 */
struct Msg;

typedef struct Told {               /* a pattern */
    Value tag;                      /* "DOWN" or "EXIT" */
    Node  nodes[2];
    int   pid, reason;              /* which of them; pid: -1 if none */
} Told;

/* Bytes of the table with its parts. */
enum { TOLD_SIZE = sizeof(Tab) + sizeof(ArrObj) + 2 * sizeof(Value) + sizeof(NodesObj) + 2 * sizeof(Node) };

/* At boot, when symbols can be made. */
void  ml_told_begin(Vm *vm);
/* The table of m, a DOWN or EXIT, built in the heap, with its name and whatever reason. */
Tab  *ml_told_build(Heap *h, const struct Msg *m, Value second);
/* m, a DOWN or EXIT, becomes a message that does. `second`: the ref of a
 * DOWN, the pid of an EXIT. Its reason must be a constant, and no name is told. */
void  ml_told_mark(struct Msg *m, Value second);
/* Is it a DOWN under this ref that has no table yet? */
bool  ml_told_is_down(const struct Msg *m, Value ref);
/* Its first item. */
Value ml_told_tag(const Vm *vm, const struct Msg *m);
/* Makes its table at `to`, TOLD_SIZE bytes. The identity number is the caller's to set. */
Tab  *ml_told_lay(const Vm *vm, const struct Msg *m, char *to);
/* Makes it in the heap, wherever there is room. */
Tab  *ml_told_table(Heap *h, const struct Msg *m);

#endif
