#ifndef ML_LANG_PARSE_IN_H
#define ML_LANG_PARSE_IN_H

#include <setjmp.h>

#include "lang/ast.h"
#include "lang/errors.h"
#include "lang/lex.h"
#include "vm/base/check.h"

/*
 * parse_in.h - what the files of the parser share.
 *
 *     parse.c        tokens, errors and recovery, functions, the chunk
 *     parse_stat.c   blocks and statements
 *     parse_expr.c   expressions, without C recursion
 *     parse_recv.c   the receive statement and its patterns
 *
 * After an error the parser panics: the current token becomes TK_ERROR,
 * which fits nowhere and which next() does not move from, so every function
 * falls through to its end and returns something that is not NULL. The loop
 * over the statements of a block then looks for a place to go on.
 */

/*
 * For functions that call each other in circles: inlined into one another
 * they would make one big frame, and 200 of those do not fit into 64 KiB.
 */
#define OWN_FRAME __attribute__((noinline))

/* A stack of things of one size. Memory of the account, not of the arena. */
typedef struct Stack {
    void    *data;
    uint32_t n, cap, size;      /* size: of one element */
} Stack;

/* Where a bracket or block was opened. */
typedef struct Opening {
    uint32_t line, col;
    bool     first;             /* it is the first token of its line */
} Opening;

typedef struct Parse {
    Lex       lex;
    Token     tok;              /* TK_ERROR in a panic */
    Token     ahead;
    bool      has_ahead;
    bool      panic;
    bool      fatal;            /* no recovery from this panic */
    Token     held;             /* panic: where the lexer really is */
    uint32_t  prev_line, prev_endcol, prev_end; /* end of the token before */
    uint32_t  prev_kind;
    int       levels;
    Arena    *a;
    AstChunk *chunk;
    AstFunc  *func;             /* being parsed */
    AstFunc  *last_func;
    Diags    *d;
    AstStr   *receive, *word_case, *after, *as, *underscore;
    Stack     frames;           /* Frame: parse_expr.c */
    Stack     list;             /* void *: members of what is being parsed */
    Stack     places;           /* SrcPos: operators of chains */
    Stack     tab_items;        /* TabItem */
    Stack     pat_items;        /* PatItem */
    Stack     pins;             /* Pat * */
    Stack     bound;            /* AstVar *: parse_recv.c */
    Expr      dummy;            /* stands for expressions in a panic */
    uint32_t  else_if;          /* line of an `else if`; 0: none */
    uint32_t  odd_end;          /* line of an `end` that is indented unlike */
    uint32_t  odd_open;         /*   what it closes, in this line */
    Buf       path;             /* `a.b:c` being put together */
    jmp_buf   oom;
} Parse;

/* ---- tokens ---------------------------------------------------------------- */

void   ml_parse_next(Parse *p);
Token *ml_parse_peek(Parse *p);         /* the token after p->tok */
/* If the token is of this kind, go on behind it. */
bool   ml_parse_accept(Parse *p, int kind);
/* It must be. */
bool   ml_parse_expect(Parse *p, int kind);
/* It must be `kind`, to close what `open` says was opened there. */
bool   ml_parse_close(Parse *p, int kind, const char *open, Opening where);
AstStr *ml_parse_name(Parse *p);        /* never NULL */

static inline SrcPos ml_parse_here(const Parse *p)
{
    return ml_lex_pos(&p->tok);
}

static inline Opening ml_parse_opening(const Parse *p)
{
    return (Opening){ p->tok.line, p->tok.col, p->tok.first };
}

/* From `start` to behind the last token that was taken. */
static inline SrcPos ml_parse_span(const Parse *p, SrcPos start)
{
    start.endcol = p->prev_line == start.line ? p->prev_endcol : 0;
    return start;
}

/* ---- errors ----------------------------------------------------------------- */

/* Tells "msg near <token>", panics. */
void ml_parse_fail(Parse *p, const char *msg);
void ml_parse_fail_hint(Parse *p, const char *msg, const char *hint);
/* Tells something about the meaning; the parser goes on. */
#define ml_parse_wrong(p, pos, hint, ...) \
    ml_diag_add((p)->d, (pos), (hint), __VA_ARGS__)
void ml_parse_too_deep(Parse *p);
_Noreturn void ml_parse_oom(Parse *p);

static inline bool ml_parse_enter(Parse *p, int levels)
{
    p->levels += levels;
    if (ML_LIKELY(p->levels <= AST_MAX_LEVELS))
        return true;
    ml_parse_too_deep(p);
    return false;
}

static inline void ml_parse_leave(Parse *p, int levels)
{
    p->levels -= levels;
}

/* The first token of a statement. */
typedef struct StatStart {
    uint32_t off, col;
    uint16_t kind;
    bool     first;
} StatStart;

/* In a panic, after the statement that began there: finds a place to go on
 * in this block. False: the panic goes on. */
bool ml_parse_recover(Parse *p, const StatStart *bad, bool clause);

/* ---- memory ----------------------------------------------------------------- */

void *ml_parse_alloc(Parse *p, size_t n);               /* zeroed, not NULL */
#define ML_NEW(p, type) ((type *)ml_parse_alloc((p), sizeof(type)))

void  ml_parse_grow(Parse *p, Stack *s);
/* Everything from `base` on moves to the arena; *n of them. NULL if none. */
void *ml_parse_collect(Parse *p, Stack *s, uint32_t base, uint32_t *n);

/* Room for one more, uninitialised. */
static inline void *ml_parse_room(Parse *p, Stack *s)
{
    if (ML_UNLIKELY(s->n == s->cap))
        ml_parse_grow(p, s);
    return (char *)s->data + (size_t)s->n++ * s->size;
}

static inline void ml_parse_push(Parse *p, void *member)
{
    *(void **)ml_parse_room(p, &p->list) = member;
}

size_t ml_parse_frame_size(void);       /* of Parse.frames */

/* ---- the grammar -------------------------------------------------------------- */

AstVar  *ml_parse_var(Parse *p, AstStr *name, SrcPos pos, VarKind kind);
/* One level. clause: the body of a clause of receive. */
void     ml_parse_block(Parse *p, Block *b, bool clause);
/* At the word `function`. */
AstFunc *ml_parse_new_func(Parse *p);
/* At its parameters; to behind its `end`. */
void     ml_parse_func(Parse *p, AstFunc *f, Opening where);
/* If e is a function without a name, this is its name. */
void     ml_parse_name_func(Expr *e, AstStr *name);

Expr    *ml_parse_expr(Parse *p);
Expr    *ml_parse_suffixed(Parse *p);   /* name or (exp), and what follows */
Expr   **ml_parse_exprs(Parse *p, uint32_t *n);         /* one or more */
/* One name; one literal, perhaps negative, or NULL; a name as a string. */
Expr    *ml_parse_variable(Parse *p);
Expr    *ml_parse_literal(Parse *p);
Expr    *ml_parse_name_key(Parse *p);

/* Is this the word `receive` that opens the statement? */
bool     ml_parse_at_receive(Parse *p);
/* In a clause body: does the next clause or `after` begin here? */
bool     ml_parse_at_clause(Parse *p);
Stat    *ml_parse_receive(Parse *p);

#endif
