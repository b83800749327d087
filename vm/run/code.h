#ifndef ML_CODE_H
#define ML_CODE_H

#include "vm/code/image.h"
#include "vm/native.h"

/* Compiles text for a running program. Results: the function; or nil and a
 * message. env is the value of _ENV when has_env. */
NatEnd ml_nat_compile(Nat *n, Str *src, Str *chunkname, bool has_env, Value env);

/* The main function of an image as a function of heap h, which holds the
 * image already. env: the value of _ENV, where the code names it. */
Value ml_code_function(Heap *h, Image *im, Value env);

#endif
