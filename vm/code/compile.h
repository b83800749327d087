#ifndef ML_COMPILE_H
#define ML_COMPILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vm/base/mem.h"
#include "vm/code/image.h"

/*
 * compile.h - what a compiler is for the VM: two functions that it is given
 * at boot. lang/ has the one there is.
 */

struct Symtab;

typedef struct CompileEnv {
    Mem           *mem;
    struct Symtab *symtab;
    uint64_t       hash_key;
    uint32_t       first_id;    /* identity numbers of the image begin after it */
} CompileEnv;

enum {
    COMPILE_DYNAMIC     = 1,    /* run-time load: counted, makes no symbols */
    COMPILE_ENV         = 2,    /* main has upvalue 0, `_ENV` */
    COMPILE_KEEP_SOURCE = 4,    /* the image keeps the text, for carets */
    COMPILE_MODULE      = 16,   /* of a file for require: errors are told as for load */
    COMPILE_REPL        = 8     /* `local` of the outermost block makes a global */
};

typedef struct CompileError {
    Mem   *mem;
    char  *msg;                 /* first message: `chunk:line: what near 'x'` */
    char  *text;                /* all of them, with source lines and carets */
    size_t msg_size, text_size; /* of the blocks; NULL and 0: none */
    bool   incomplete;          /* the text only ends too early */
    bool   oom;                 /* memory ran out: there may be no message */
} CompileError;

typedef struct Compiler {
    /*
     * The code of a text, with one reference, or NULL and *err filled in. A
     * first line that begins with `#` is the caller's to skip. Any thread.
     */
    Image *(*compile)(const CompileEnv *env, const char *chunkname,
                      const char *src, size_t len, unsigned flags,
                      CompileError *err);
    void   (*error_fini)(CompileError *err);
} Compiler;

#endif
