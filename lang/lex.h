#ifndef ML_LANG_LEX_H
#define ML_LANG_LEX_H

#include <setjmp.h>

#include "lang/ast.h"
#include "lang/errors.h"
#include "vm/base/buf.h"

/*
 * lex.h - from bytes to tokens.
 *
 * One call, one token. A lexical error is added to the list of messages and
 * comes back as TK_ERROR; the lexer then stands behind it and can go on.
 */

/* A single character stands for itself. */
typedef enum TokKind {
    TK_EOS = 256, TK_ERROR, TK_NAME, TK_STR, TK_INT, TK_FLT,
    TK_AND, TK_BREAK, TK_DO, TK_ELSE, TK_ELSEIF, TK_END, TK_FALSE, TK_FOR,
    TK_FUNCTION, TK_GOTO, TK_IF, TK_IN, TK_LOCAL, TK_NIL, TK_NOT, TK_OR,
    TK_REPEAT, TK_RETURN, TK_THEN, TK_TRUE, TK_UNTIL, TK_WHILE,
    TK_IDIV, TK_CONCAT, TK_DOTS, TK_EQ, TK_GE, TK_LE, TK_NE, TK_SHL, TK_SHR,
    TK_DBCOLON,
    TK_COUNT
} TokKind;

typedef struct Token {
    uint16_t kind;
    bool     first;             /* first on its line */
    uint32_t line, col;
    uint32_t endline, endcol;   /* behind its last byte */
    uint32_t off, end;          /* bytes off..end-1 of the source */
    union {
        AstStr *s;              /* TK_NAME, TK_STR */
        int64_t i;              /* TK_INT */
        double  f;              /* TK_FLT */
    } v;
} Token;

typedef struct Lex {
    const char *src;
    uint32_t    pos, len;
    uint32_t    line, bol;      /* number and first byte of this line */
    bool        fresh;          /* no token yet on this line */
    bool        quiet;          /* add no messages */
    uint64_t    count;          /* tokens so far */
    AstChunk   *chunk;
    Diags      *d;
    Buf         buf;            /* of strings with escapes */
    jmp_buf    *oom;            /* where to go without memory */
} Lex;

/* Skips a byte order mark and a first line that begins with `#`. */
void ml_lex_init(Lex *x, AstChunk *chunk, Diags *d, jmp_buf *oom);
void ml_lex_fini(Lex *x);
void ml_lex_next(Lex *x, Token *t);

SrcPos ml_lex_pos(const Token *t);

/* The token as a message shows it: 'x', '+', <eof>. Arena text. */
const char *ml_lex_text(const Lex *x, const Token *t);
/* The kind as a message shows it: 'then', <name>. */
const char *ml_lex_kind(int kind, char room[16]);

/* Number text of n bytes. False: malformed, or scratch->oom. Sets i or f. */
bool ml_lex_number(const char *s, size_t n, Buf *scratch, bool *is_int,
                   int64_t *i, double *f);

#endif
