#ifndef ML_NAMES_H
#define ML_NAMES_H

#include "vm/run/frame.h"
#include "vm/proc/proc.h"

/*
 * names.h - how the source text calls a value that the machine only knows as
 * a register: "local 'x'", "field 'owner'". Never wrong on purpose, but
 * nothing when the code does not tell.
 */

typedef struct Name {
    const char *kind;           /* "local", "upvalue", "global", ...; NULL: not known */
    const char *name;
} Name;

/* What register reg holds when instruction `at` of pt is executed. */
Name ml_name_reg(const Proto *pt, uint32_t at, unsigned reg);
/* Index of the instruction before `at` that set reg for certain, or -1. */
int64_t ml_name_setter(const Proto *pt, uint32_t at, unsigned reg);
/* The local variable that lives in register reg at that moment, or NULL. */
const LocVar *ml_name_local(const Proto *pt, uint32_t at, unsigned reg);
/* How `caller` calls the function of `callee`, the frame above it. */
Name ml_name_call(const Frame *callee, const Frame *caller);
/* Does a library function call something on behalf of its own caller? */
bool ml_name_is_callback(const Frame *callee, const Frame *caller);
/* The same for the frame alone; looks for the caller. */
Name ml_name_frame(Proc *p, const Frame *f);
/* "string.rep", "print": the place of a function in the loaded modules.
 * False: in none. Cut to `size`. */
bool ml_name_global(Proc *p, Value fn, char *out, size_t size);
/* A function of the standard library that is written in the dialect: reports
 * treat it like a built-in one. */
bool ml_name_is_library(const Proto *pt);

#endif
