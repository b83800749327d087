#ifndef ML_DEBUG_H
#define ML_DEBUG_H

#include "vm/run/frame.h"
#include "vm/proc/proc.h"

/*
 * debug.h - what can be said about a running program: names of variables,
 * places, stacks, and the report of a process that ends in an error.
 */

/* "file:line:" of the frame `level` levels up (0: the running function, 1:
 * its caller), written with a space behind it; "" where there is none. */
size_t ml_where(Proc *p, int level, char *out, size_t size);
/* The same for an instruction; answers the length. */
size_t ml_place(const Proto *pt, uint32_t at, char *out, size_t size);
/* Name of the local variable in register a of the running function. */
const char *ml_local_name(Proc *p, unsigned a);
/* Name of a type as errors say it: __name of the metatable, if it has one. */
const char *ml_type_of(Proc *p, Value v);
/* The stack as stock Lua's debug.traceback shows it; thread nil: the running
 * coroutine. msg NULL: none. */
Str *ml_traceback(Proc *p, Value thread, const char *msg, size_t len, int level);
/* An error that nothing will catch was just raised (p->err): writes the report
 * and the traceback down while the stack is still there. A string `shown` is
 * told in place of an error that is none. */
void ml_crash_note(Proc *p, Value shown);
/* It has left the process' border: sets the reason and prints the report. */
void ml_proc_crashed(Proc *p);
/* The head of a report: the message with its column, the source line, a hint.
 * `from`: the frame that raised it. */
struct Buf;
void ml_report_text(Proc *p, const Frame *from, const Str *msg, struct Buf *out);
/* It asked for more of `what` than it may have: prints a report, writes the place
 * ("file.lua:12", perhaps nothing) to `at` and answers its length. */
size_t ml_limit_tell(Proc *p, const char *what, uint64_t limit, uint64_t used, char *at, size_t size);
/* Some of those p is bound to by `list` (links, monitors or watchers), behind
 * `words`; how much was written. */
size_t ml_report_bonds(Proc *p, Bond *list, const char *words, struct Buf *out);
/* The program fails because a signal of `by` ends main: says so. */
void ml_main_ended_tell(Proc *p, Value by);
/* Writes a value for people, cut to about `most` bytes, nested tables and
 * cycles included; no metamethods. */
void ml_debug_show(Proc *p, Value v, size_t most, struct Buf *out);

/* --- for a debug library --- */

/* The frame `level` levels up in a coroutine (nil: the running one; then level
 * 0 is the running function). False: there is none. */
bool ml_debug_frame(Proc *p, Value thread, int level, Frame *f);

typedef struct FnInfo {         /* as lua_Debug; texts live as long as the function */
    const char *what;           /* "Lua", "C" or "main" */
    const char *short_src;      /* "file.lua", "[C]" */
    const char *source;         /* "@file.lua", "=[C]" */
    size_t      source_len;
    int         line, endline;  /* where it is defined; -1 */
    int         nups, nparams;
    bool        is_vararg;
} FnInfo;
void ml_debug_fn(Value fn, FnInfo *out);
/* Line being executed, or -1. */
int  ml_debug_line(const Frame *f);
/* "global", "local", ..., "" and the name, or NULL. */
const char *ml_debug_name(Proc *p, const Frame *f, const char **kind);
/* The nth local variable (from 1; negative: additional arguments) of a frame,
 * or any other of its slots. NULL: none. *at is the slot. */
const char *ml_debug_local(const Frame *f, int n, Value **at);
Value ml_debug_value(const Value *at);
/* False: it cannot be changed now. */
bool  ml_debug_set_local(const Frame *f, Value *at, Value v);
/* The nth parameter of a function that is not running. NULL: none. */
const char *ml_debug_param(Value fn, int n);
/* The name of the nth upvalue; rebind.h reads and sets it. NULL: none. */
const char *ml_debug_upvalue(Value fn, int n);

#endif
