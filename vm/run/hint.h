#ifndef ML_HINT_H
#define ML_HINT_H

#include "vm/run/frame.h"
#include "vm/proc/proc.h"

/*
 * hint.h - what a report says beyond the message: a name that was probably
 * meant, or where a missing global is.
 */

struct Buf;

/* Process p gave the global `name` a value, and it had none before. */
void ml_hint_global_made(Proc *p, Str *name);

/* msg was raised by the instruction that f is at, or by the function it calls. Appends "hint: ...\n", or
 * nothing. Reads only; for reports, not for programs: it may take a millisecond. */
void ml_hint(Proc *p, const Frame *f, const char *msg, size_t len, struct Buf *out);

#endif
