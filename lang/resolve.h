#ifndef ML_LANG_RESOLVE_H
#define ML_LANG_RESOLVE_H

#include <setjmp.h>

#include "lang/ast.h"
#include "lang/compile.h"
#include "lang/errors.h"
#include "vm/base/arena.h"
#include "vm/code/image.h"

/*
 * resolve.h - what each name means, decided before any code is made.
 *
 * After it every ExName knows its variable, every variable whether it is
 * captured and assigned, every function what it captures; constant
 * expressions are folded into literals, in place.
 *
 *   resolve.c   the walk over the tree: scopes, names
 *   labels.c    goto, labels, break
 *   fold.c      constant expressions
 *   capture.c   upvalues, constant functions, globals mentioned
 *   prompt.c    at the prompt: locals of the outermost block become globals
 */

typedef struct VarList { AstVar **v; uint32_t n, cap; } VarList;
typedef struct Mention {        /* in a function's own text, in order */
    AstVar          *var;       /* a variable of an outer function; or NULL and */
    struct FuncInfo *inner;     /* a function inside; or NULL: the table of globals */
} Mention;
typedef struct MentionList { Mention *v; uint32_t n, cap; } MentionList;
typedef struct NameList { AstStr **v; uint32_t n, cap; } NameList;

typedef struct FuncInfo {       /* AstFunc.user */
    AstFunc *f;
    AstVar  *scope;             /* innermost variable visible where it stands */
    AstVar  *self;              /* the local it was declared as, never assigned */
    MentionList mentions;
    VarList  outer;             /* variables of outer functions that it or functions
                                   inside mention, in that order; Comp.globals_var
                                   stands for the table of globals */
    VarList  free;              /* those that it captures: upvalues */
    NameList globals;
    UpDesc  *ups;               /* as long as `free` */
    Proto   *proto;
    uint32_t number;            /* among the functions of its parent */
    uint32_t kstamp, k;         /* as a constant of which function */
    bool     uses_env;          /* mentions _G or _ENV */
    bool     has_globals;       /* `mentions` has the table of globals */
} FuncInfo;

typedef struct Comp {           /* one compilation */
    const CompileEnv *env;
    unsigned  flags;
    Arena    *tmp;              /* dies with the compilation */
    AstChunk *ast;
    Diags    *d;
    Image    *im;
    AstVar   *env_var;          /* explicit mode: upvalue 0 of main */
    AstVar   *globals_var;      /* the table of globals, among variables */
    bool      want_env;         /* found out that explicit mode is needed */
    uint32_t  stamp;
    jmp_buf   stop;             /* out of memory, or nothing more can be said */
} Comp;

enum NameWhere {                /* ExName.where */
    NAME_VAR,                   /* e->var */
    NAME_GLOBAL,                /* in the table of globals */
    NAME_FIELD                  /* a field of e->var, an _ENV */
};

/* False: messages are in c->d. */
bool ml_resolve(Comp *c);

/* A local with this value (EX_NIL .. EX_STR) has no register. */
static inline bool ml_var_is_const(const AstVar *v)
{
    return v->value && v->value->kind != EX_FUNC;
}

/* The function a local holds all its life, or NULL. */
static inline FuncInfo *ml_var_func(const AstVar *v)
{
    if (v->assigned || !v->value || v->value->kind != EX_FUNC)
        return NULL;
    return (FuncInfo *)AST_AS(ExFunc, v->value)->f->user;
}

/* Never returns when memory is out. */
void *ml_comp_alloc(Comp *c, size_t n);
void *ml_comp_grow(Comp *c, void *v, uint32_t n, uint32_t *cap, size_t size);
void  ml_comp_fatal(Comp *c, SrcPos pos, const char *msg)
    __attribute__((noreturn));

/* fold.c: literals of e's operands are folded already. */
void ml_fold_un(ExUn *e);
void ml_fold_bin(ExBin *e);
void ml_fold_pow(ExList *e);
bool ml_fold_is_literal(const Expr *e);         /* nil, boolean, number, string */
void ml_fold_copy(Expr *to, const Expr *from);  /* makes `to` the same literal */

/* capture.c: after the walk. */
void ml_capture(Comp *c);

/* prompt.c: before it. */
void ml_keep_locals(Comp *c);

#endif
