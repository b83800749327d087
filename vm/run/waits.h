#ifndef ML_WAITS_H
#define ML_WAITS_H

#include "vm/proc/proc.h"
#include "vm/run/frame.h"

/*
 * waits.h - what a process that waits can tell of its wait: for waits(), the
 * report of a deadlock, and that of a circle of calls. The owner, between two
 * of its instructions, or anybody while all rest.
 */

enum { WAIT_PLACE = 96 };

typedef enum { FOR_MESSAGE, FOR_REPLY, FOR_TIME, FOR_IO, FOR_JOB, FOR_ROOM } WaitFor;
extern const char *const ml_wait_names[];       /* "receive", "reply", "sleep", "io", "job", "room" */

typedef struct WaitInfo {
    WaitFor     what;
    Value       on;             /* whom it waits for: a pid, or nil */
    uint64_t    since_ms;       /* ml_now_us / 1000 when it began */
    uint64_t    until_us;       /* at the longest; UINT64_MAX: no end */
    char        at[WAIT_PLACE]; /* "file.lua:12"; "": no Lua code there */
    const Proto *proto;         /* of the receive statement, or NULL */
    Value       *base;          /* its registers */
    uint32_t     recv;          /* and its RECV: which clauses are its own */
} WaitInfo;

void  ml_wait_info(Proc *p, WaitKind kind, WaitInfo *out);
/* Whom p waits for: who owes it a reply, or the one process that every clause
 * pins. Or nil. */
Value ml_wait_on(Proc *p, WaitKind kind);

/* The next clause of its receive statement, from 0 on. NULL: no more. */
const RecvClause *ml_wait_clause(const WaitInfo *i, uint32_t *at);

struct Buf;
/* "waits for the reply of <0.5> at bank.lua:12, for 1.2 s" */
void  ml_wait_put(Vm *vm, const WaitInfo *i, struct Buf *out);
/* A line with the patterns of the statement, if it has any. */
void  ml_wait_put_patterns(const WaitInfo *i, const char *margin, struct Buf *out);
/* "main" or "<0.5>" */
void  ml_wait_put_pid(Vm *vm, Value pid, struct Buf *out);
#endif
