#ifndef ML_LANG_AST_IN_H
#define ML_LANG_AST_IN_H

#include "lang/ast.h"
#include "vm/base/arena.h"

/* ast_in.h - the inside of the string table, for the parser. */

typedef struct AstStrs {
    Arena   *a;
    uint64_t key;
    uint32_t mask;              /* slots less 1 */
    AstStr **slot;
} AstStrs;

bool    ml_ast_strs_init(AstChunk *c, Arena *a, uint64_t key);
PatType ml_ast_type(const char *s, size_t len);     /* PT_NONE: no such type */

#endif
