/*
 * ast.c - interned strings of a syntax tree, and names of its enums.
 *
 * The strings hang in a table of chains that doubles as it fills. Old tables
 * stay in the arena; together they are no bigger than the last.
 */

#include "lang/ast_in.h"

#include <string.h>

#include "vm/base/check.h"
#include "vm/base/hash.h"

enum { FIRST_SLOTS = 64 };

bool ml_ast_strs_init(AstChunk *c, Arena *a, uint64_t key)
{
    AstStrs *t = ml_arena_alloc(a, sizeof *t);
    if (!t)
        return false;
    t->a = a;
    t->key = key;
    t->mask = FIRST_SLOTS - 1;
    t->slot = ml_arena_alloc(a, FIRST_SLOTS * sizeof *t->slot);
    c->strs = t;
    return t->slot != NULL;
}

static void grow(AstStrs *t)
{
    uint32_t mask = t->mask * 2 + 1;
    AstStr **slot = ml_arena_alloc(t->a, ((size_t)mask + 1) * sizeof *slot);
    if (!slot)
        return;                 /* longer chains do no harm */
    for (uint32_t i = 0; i <= t->mask; i++) {
        AstStr *s = t->slot[i];
        while (s) {
            AstStr *next = s->chain;
            s->chain = slot[s->hash & mask];
            slot[s->hash & mask] = s;
            s = next;
        }
    }
    t->slot = slot;
    t->mask = mask;
}

AstStr *ml_ast_str(AstChunk *c, const char *s, size_t len)
{
    AstStrs *t = c->strs;
    uint32_t hash = ml_hash_bytes(s, len, t->key);
    AstStr  *x = t->slot[hash & t->mask];

    for (; x; x = x->chain)
        if (x->hash == hash && x->len == len && memcmp(x->s, s, len) == 0)
            return x;
    if (c->nstrs > t->mask && t->mask < UINT32_MAX / 4)
        grow(t);
    x = ml_arena_alloc(t->a, sizeof *x + len + 1);
    if (!x)
        return NULL;
    char *bytes = (char *)(x + 1);
    if (len > 0)
        memcpy(bytes, s, len);
    x->s = bytes;
    x->len = (uint32_t)len;
    x->hash = hash;
    x->id = c->nstrs++;
    x->chain = t->slot[hash & t->mask];
    t->slot[hash & t->mask] = x;
    return x;
}

const char *ml_ast_binop_name(BinOp op)
{
    static const char *const name[] = {
        "+", "-", "*", "/", "//", "%", "&", "|", "~", "<<", ">>",
        "==", "~=", "<", "<=", ">", ">="
    };
    return name[op];
}

const char *ml_ast_unop_name(UnOp op)
{
    static const char *const name[] = { "-", "not", "#", "~" };
    return name[op];
}

static const char *const type_name[] = {
    "", "integer", "float", "number", "string", "boolean", "table",
    "function", "pid", "ref", "userdata"
};

const char *ml_ast_type_name(PatType t)
{
    return type_name[t];
}

PatType ml_ast_type(const char *s, size_t len)
{
    for (size_t i = 1; i < ML_NELEM(type_name); i++)
        if (strlen(type_name[i]) == len && memcmp(type_name[i], s, len) == 0)
            return (PatType)i;
    return PT_NONE;
}
