#ifndef ML_LANG_COMPILE_H
#define ML_LANG_COMPILE_H

#include "vm/code/compile.h"

/*
 * compile.h - from text to code: all that the rest of the system sees of
 * lang/. What the arguments are is said in vm/code/compile.h.
 */

Image *ml_compile(const CompileEnv *env, const char *chunkname,
                  const char *src, size_t len, unsigned flags,
                  CompileError *err);

void ml_compile_error_fini(CompileError *err);

/* Both, as the VM is given them. */
extern const Compiler ml_compiler;

#endif
