#ifndef ML_TRANSLATE_H
#define ML_TRANSLATE_H

#include "vm/native.h"

/*
 * translate.h - load for texts that take the compiler long: it works on a
 * thread of its own while the process waits. The compiler and the table of
 * symbols are for any thread; what it makes lies in no process' heap.
 */
enum { TRANSLATE_NOW = 2048 };      /* bytes; shorter texts are compiled on the spot, in 100 us */

/* Waits, and comes back as `step`: to be called with ml_translated. */
NatEnd ml_translate(Nat *n, int step, Str *src, Str *chunkname, bool has_env);
/* The results as of ml_nat_compile; or waits on, for `step`. */
NatEnd ml_translated(Nat *n, int step, bool has_env, Value env);

/* The code alone, of a text of any length; flags: COMPILE_... ml_translation is
 * called as `step`: true: the code is there, with one reference, or NULL and
 * *why. False: return *end. */
NatEnd ml_translate_code(Nat *n, int step, Str *src, Str *chunkname, unsigned flags);
bool   ml_translation(Nat *n, int step, Image **im, char **why, NatEnd *end);

#endif
