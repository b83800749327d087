#ifndef ML_CODE_H
#define ML_CODE_H

#include "vm/code/compile.h"
#include "vm/native.h"

/* code.h - text becomes code, by the compiler the VM was given. */

/* NULL: *err is a text for ml_code_free_text (short form for COMPILE_DYNAMIC,
 * else long form, with carets), or NULL: no memory for it. err and incomplete
 * may be NULL. Any thread. */
Image *ml_code_compile(Vm *vm, const char *chunk, const char *src, size_t n, unsigned flags, char **err, bool *incomplete);
void   ml_code_free_text(Vm *vm, char *text);

/* The flags for the text of a running program. */
unsigned ml_code_flags(const Nat *n, bool has_env);
/* Compiles text for a running program. Results: the function; or nil and a
 * message. env is the value of _ENV when has_env. */
NatEnd ml_nat_compile(Nat *n, Str *src, Str *chunkname, bool has_env, Value env);
/* Its second half: takes the image, or the reason why there is none. */
NatEnd ml_nat_compiled(Nat *n, Image *im, char *why, bool has_env, Value env);

/* The main function of an image as a function of heap h, which holds the
 * image already. env: the value of _ENV, where the code names it. */
Value ml_code_function(Heap *h, Image *im, Value env);

#endif
