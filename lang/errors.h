#ifndef ML_LANG_ERRORS_H
#define ML_LANG_ERRORS_H

#include "lang/ast.h"
#include "vm/base/arena.h"
#include "vm/base/buf.h"

/*
 * errors.h - what was wrong with a source text, and how it is told.
 *
 * The lexer, the parser and the code generator add to one list. A message is
 * worded as stock Lua words it, the place and the hint are kept beside it, so
 * that `load` can answer in the form programs expect and a person gets the
 * source line with a caret.
 */

enum { DIAG_MAX = 10 };         /* later ones are dropped */

typedef struct Diag {
    SrcPos      pos;
    const char *msg;            /* "'=' expected near 'x'" */
    const char *hint;           /* or NULL */
} Diag;

typedef struct Diags {
    Arena      *a;
    const char *chunkname;
    const char *src;
    size_t      len;
    Diag        item[DIAG_MAX];
    uint32_t    n;
    bool        unfinished;     /* the text ended too early: more may mend it */
    bool        oom;            /* memory was out; n may be 0 */
} Diags;

/* Borrows all it is given: chunkname and src must live as long as it is
 * asked to render. Messages are kept in the arena. */
void ml_diags_init(Diags *d, Arena *a, const char *chunkname,
                   const char *src, size_t len);

static inline bool ml_diags_failed(const Diags *d)
{
    return d->n > 0 || d->oom;
}

/* hint: static text or from the arena, or NULL */
void ml_diag_add(Diags *d, SrcPos pos, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* `chunk:line: message`, as stock Lua: what load() returns. No newline. */
void ml_diag_short(const Diags *d, uint32_t i, Buf *out);

/*
 * For people:
 *
 *     file.lua:3:10: 'then' expected near '='
 *         3 | if x = 1 then
 *           |      ^
 *     hint: `==` compares
 *
 * Ends with a newline.
 */
void ml_diag_long(const Diags *d, uint32_t i, Buf *out);

/* Number i, or all of them in the long form. Same as a loop. */
void ml_diags_long(const Diags *d, Buf *out);

/*
 * The source line `line` with its number and a caret line below columns
 * col..endcol-1 (endcol 0: to the end of the line). For whoever else has a
 * place to show, e.g. a crash report. Nothing when there is no such line.
 */
void ml_src_excerpt(const char *src, size_t len, SrcPos pos, Buf *out);

/* "@f.lua" -> f.lua, "=stdin" -> stdin, else [string "first line..."]. */
void ml_chunk_id(const char *chunkname, Buf *out);

#endif
