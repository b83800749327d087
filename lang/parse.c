/*
 * parse.c - the frame of the parser: tokens, memory, errors, the chunk.
 *
 *     text --lex--> tokens --stat, expr, recv--> tree
 *
 * Errors do not unwind by a jump, see parse_in.h: in a panic there is no
 * token that fits, so everybody returns, and a block looks for a place to go
 * on. Only the lack of memory jumps, to ml_parse().
 *
 * Where to go on is decided by indentation: behind a wrong statement that
 * begins a line, the next line that begins in the same column is a new
 * statement, one that begins further left may only end the block. Text that
 * is not laid out so gives one message, not many doubtful ones.
 */

#include "lang/parse.h"

#include <stdio.h>
#include <string.h>

#include "lang/ast_in.h"
#include "lang/parse_in.h"

/* ---- memory ------------------------------------------------------------------ */

_Noreturn void ml_parse_oom(Parse *p)
{
    p->d->oom = true;
    longjmp(p->oom, 1);
}

void *ml_parse_alloc(Parse *p, size_t n)
{
    void *m = ml_arena_alloc(p->a, n);
    if (ML_UNLIKELY(!m))
        ml_parse_oom(p);
    return m;
}

void ml_parse_grow(Parse *p, Stack *s)
{
    size_t cap = s->cap ? (size_t)s->cap * 2 : 16;
    void  *m = cap > UINT32_MAX ? NULL
               : ml_mem_realloc(p->a->mem, s->data, (size_t)s->cap * s->size,
                                cap * s->size);
    if (!m)
        ml_parse_oom(p);
    s->data = m;
    s->cap = (uint32_t)cap;
}

void *ml_parse_collect(Parse *p, Stack *s, uint32_t base, uint32_t *n)
{
    *n = s->n - base;
    s->n = base;
    if (*n == 0)
        return NULL;
    void *all = ml_parse_alloc(p, (size_t)*n * s->size);
    return memcpy(all, (char *)s->data + (size_t)base * s->size,
                  (size_t)*n * s->size);
}

static void free_stack(Parse *p, Stack *s)
{
    ml_mem_free(p->a->mem, s->data, (size_t)s->cap * s->size);
}

/* ---- tokens ------------------------------------------------------------------- */

void ml_parse_next(Parse *p)
{
    if (ML_UNLIKELY(p->panic))
        return;
    p->prev_line = p->tok.endline;
    p->prev_endcol = p->tok.endcol;
    p->prev_end = p->tok.end;
    p->prev_kind = p->tok.kind;
    if (p->has_ahead) {
        p->tok = p->ahead;
        p->has_ahead = false;
    } else {
        ml_lex_next(&p->lex, &p->tok);
    }
    if (ML_UNLIKELY(p->tok.kind == TK_ERROR)) {
        p->panic = true;
        p->held = p->tok;
    }
}

Token *ml_parse_peek(Parse *p)
{
    if (p->panic)
        return &p->tok;
    if (!p->has_ahead) {
        ml_lex_next(&p->lex, &p->ahead);
        p->has_ahead = true;
    }
    return &p->ahead;
}

bool ml_parse_accept(Parse *p, int kind)
{
    if (p->tok.kind != kind)
        return false;
    ml_parse_next(p);
    return true;
}

AstStr *ml_parse_name(Parse *p)
{
    if (p->tok.kind != TK_NAME) {
        ml_parse_fail(p, "<name> expected");
        return p->underscore;
    }
    AstStr *name = p->tok.v.s;
    ml_parse_next(p);
    return name;
}

/* ---- errors ------------------------------------------------------------------- */

static void panic(Parse *p)
{
    p->panic = true;
    p->held = p->tok;
    p->tok.kind = TK_ERROR;
}

static bool ends_block(int kind)
{
    return kind == TK_END || kind == TK_ELSE || kind == TK_ELSEIF ||
           kind == TK_UNTIL;
}

static bool closes_something(int kind)
{
    return kind == TK_EOS || kind == ')' || kind == ']' || kind == '}' ||
           ends_block(kind);
}

void ml_parse_fail_hint(Parse *p, const char *msg, const char *hint)
{
    if (p->panic)
        return;
    if (p->tok.kind == TK_EOS && p->d->n == 0)
        p->d->unfinished = true;
    if (p->d->n > 0 && closes_something(p->tok.kind)) {
        panic(p);               /* most likely it comes from the first error */
        p->fatal = true;
        return;
    }
    ml_diag_add(p->d, ml_parse_here(p), hint, "%s near %s", msg,
                ml_lex_text(&p->lex, &p->tok));
    panic(p);
}

void ml_parse_fail(Parse *p, const char *msg)
{
    ml_parse_fail_hint(p, msg, NULL);
}

void ml_parse_too_deep(Parse *p)
{
    if (p->panic)
        return;
    ml_diag_add(p->d, ml_parse_here(p), NULL,
                "chunk has too many syntax levels");
    panic(p);
    p->fatal = true;
}

static const char *hint_missing(Parse *p, int kind)
{
    if (p->tok.kind == '=' && (kind == TK_THEN || kind == TK_DO))
        return "`=` assigns; comparing is written `==`";
    if (p->tok.kind == '{' && (kind == TK_THEN || kind == TK_DO))
        return "blocks are written `then ... end`, `do ... end`";
    if (p->tok.kind == '!' && kind != TK_END)
        return "`to ! message` is a statement and has no value";
    return NULL;
}

static OWN_FRAME void expected(Parse *p, int kind)
{
    char room[16], msg[32];
    snprintf(msg, sizeof msg, "%s expected", ml_lex_kind(kind, room));
    ml_parse_fail_hint(p, msg, hint_missing(p, kind));
}

bool ml_parse_expect(Parse *p, int kind)
{
    if (ML_LIKELY(p->tok.kind == kind)) {
        ml_parse_next(p);
        return true;
    }
    if (!p->panic)
        expected(p, kind);
    return false;
}

/* Why an `end` may be missing at the end of the text. */
static const char *hint_end(Parse *p)
{
    char room[120];
    int  n;

    if (p->odd_end > 0)
        n = snprintf(room, sizeof room, "the `end` in line %u closes what "
                     "begins in line %u, but is indented differently",
                     p->odd_end, p->odd_open);
    else if (p->else_if > 0)
        n = snprintf(room, sizeof room, "`else if` in line %u opens another "
                     "`if`, which needs its own `end`; or write `elseif`",
                     p->else_if);
    else
        return NULL;
    return ml_arena_strdup(p->a, room, (size_t)n);
}

static OWN_FRAME void not_closed(Parse *p, int kind, const char *open,
                                 Opening where)
{
    char room[16], msg[80];
    const char *hint = NULL;

    ml_lex_kind(kind, room);
    if (where.line == p->tok.line)
        snprintf(msg, sizeof msg, "%s expected", room);
    else
        snprintf(msg, sizeof msg, "%s expected (to close %s at line %u)",
                 room, open, where.line);
    if (kind == TK_END && p->tok.kind == TK_EOS)
        hint = hint_end(p);
    ml_parse_fail_hint(p, msg, hint ? hint : hint_missing(p, kind));
}

bool ml_parse_close(Parse *p, int kind, const char *open, Opening where)
{
    if (ML_UNLIKELY(p->tok.kind != kind)) {
        if (!p->panic)
            not_closed(p, kind, open, where);
        return false;
    }
    if (kind == TK_END && p->tok.first && where.first && p->odd_end == 0 &&
        p->tok.col != where.col && p->tok.line != where.line) {
        p->odd_end = p->tok.line;
        p->odd_open = where.line;
    }
    ml_parse_next(p);
    return true;
}

/* ---- recovery ------------------------------------------------------------------ */

typedef enum Verdict { GO_ON, SKIP, STOP } Verdict;

static bool begins_statement(int kind)
{
    switch (kind) {
    case TK_NAME: case TK_LOCAL: case TK_IF: case TK_WHILE: case TK_FOR:
    case TK_FUNCTION: case TK_REPEAT: case TK_RETURN: case TK_DO:
    case TK_BREAK: case TK_GOTO: case TK_DBCOLON: case '(': case ';':
        return true;
    }
    return false;
}

static bool opens_block(int kind)
{
    switch (kind) {
    case TK_IF: case TK_WHILE: case TK_FOR: case TK_FUNCTION: case TK_REPEAT:
    case TK_DO:
        return true;
    }
    return false;
}

/* The token held begins a line, not to the right of the wrong statement. */
static Verdict judge(Parse *p, const StatStart *bad, bool clause)
{
    const Token *t = &p->held;

    if (t->col < bad->col) {
        bool word = clause && t->kind == TK_NAME &&
                    (t->v.s == p->word_case || t->v.s == p->after);
        return word || ends_block(t->kind) ? GO_ON : STOP;
    }
    if (ends_block(t->kind)) {
        if (opens_block(bad->kind))
            return SKIP;        /* it belongs to the wrong statement */
        /* `end` in the column of `local x = f(function()`: whose is it? */
        return bad->kind == TK_LOCAL || bad->kind == TK_RETURN ||
               bad->kind == TK_NAME ? STOP : GO_ON;
    }
    if (t->kind == ')' || t->kind == '}')
        return SKIP;
    if (clause && t->kind == TK_NAME &&
        (t->v.s == p->word_case || t->v.s == p->after))
        return STOP;
    return begins_statement(t->kind) ? GO_ON : STOP;
}

static void skip_token(Parse *p)
{
    if (p->has_ahead) {
        p->held = p->ahead;
        p->has_ahead = false;
    } else {
        ml_lex_next(&p->lex, &p->held);
    }
}

bool ml_parse_recover(Parse *p, const StatStart *bad, bool clause)
{
    if (p->fatal || !bad->first || p->d->n == DIAG_MAX)
        return false;

    bool found = false;
    p->lex.quiet = true;
    for (; p->held.kind != TK_EOS; skip_token(p)) {
        const Token *t = &p->held;
        if (!t->first || t->off <= bad->off || t->col > bad->col)
            continue;
        Verdict v = judge(p, bad, clause);
        if (v == SKIP)
            continue;
        found = v == GO_ON;
        break;
    }
    p->lex.quiet = false;
    if (found) {
        p->panic = false;
        p->tok = p->held;
    }
    return found;
}

/* ---- functions ------------------------------------------------------------------ */

AstVar *ml_parse_var(Parse *p, AstStr *name, SrcPos pos, VarKind kind)
{
    AstVar *v = ML_NEW(p, AstVar);
    v->name = name;
    v->pos = pos;
    v->kind = (uint8_t)kind;
    return v;
}

AstFunc *ml_parse_new_func(Parse *p)
{
    AstFunc *f = ML_NEW(p, AstFunc);
    f->parent = p->func;
    f->pos = ml_parse_here(p);
    f->off = p->tok.off;
    f->index = p->chunk->nfuncs++;
    if (p->last_func)
        p->last_func->next = f;
    p->last_func = f;
    return f;
}

static OWN_FRAME void parameters(Parse *p, AstFunc *f)
{
    uint32_t base = p->list.n;

    if (f->method)
        ml_parse_push(p, ml_parse_var(p, p->chunk->self, f->pos, VAR_PARAM));
    ml_parse_expect(p, '(');
    if (p->tok.kind != ')') {
        do {
            SrcPos pos = ml_parse_here(p);
            if (p->tok.kind == TK_NAME)
                ml_parse_push(p, ml_parse_var(p, ml_parse_name(p), pos,
                                              VAR_PARAM));
            else if (ml_parse_accept(p, TK_DOTS))
                f->vararg = true;
            else
                ml_parse_fail(p, "<name> or '...' expected");
        } while (!f->vararg && ml_parse_accept(p, ','));
    }
    ml_parse_expect(p, ')');
    f->params = ml_parse_collect(p, &p->list, base, &f->nparams);
}

void ml_parse_func(Parse *p, AstFunc *f, Opening where)
{
    AstFunc *outer = p->func;

    p->func = f;
    parameters(p, f);
    if (!p->panic)
        ml_parse_block(p, &f->body, false);
    ml_parse_close(p, TK_END, "'function'", where);
    f->endoff = p->prev_end;
    p->func = outer;
}

void ml_parse_name_func(Expr *e, AstStr *name)
{
    if (e->kind == EX_FUNC && AST_AS(ExFunc, e)->f &&
        !AST_AS(ExFunc, e)->f->name)
        AST_AS(ExFunc, e)->f->name = name;
}

/* ---- the chunk -------------------------------------------------------------------- */

static AstStr *intern(Parse *p, const char *s)
{
    AstStr *str = ml_ast_str(p->chunk, s, strlen(s));
    if (!str)
        ml_parse_oom(p);
    return str;
}

static void main_function(Parse *p)
{
    AstChunk *c = p->chunk;

    c->env = intern(p, "_ENV");
    c->self = intern(p, "self");
    p->receive = intern(p, "receive");
    p->word_case = intern(p, "case");
    p->after = intern(p, "after");
    p->as = intern(p, "as");
    p->underscore = intern(p, "_");

    p->tok.line = p->tok.col = 1;
    AstFunc *f = ml_parse_new_func(p);
    f->vararg = true;
    f->endoff = (uint32_t)c->len;
    c->main = p->func = f;
    ml_parse_next(p);
    p->levels = -1;             /* the main block is no level */
    ml_parse_block(p, &f->body, false);
    if (p->tok.kind != TK_EOS)
        ml_parse_fail_hint(p, "<eof> expected",
                           p->tok.kind == TK_END ? hint_end(p) : NULL);
    c->nlines = p->lex.line;
}

static void parse_init(Parse *p, Arena *a, AstChunk *c, Diags *d)
{
    p->a = a;
    p->chunk = c;
    p->d = d;
    p->dummy.kind = EX_NIL;
    p->dummy.height = 1;
    p->list.size = sizeof(void *);
    p->places.size = sizeof(SrcPos);
    p->tab_items.size = sizeof(TabItem);
    p->pat_items.size = sizeof(PatItem);
    p->pins.size = sizeof(Pat *);
    p->bound.size = sizeof(AstVar *);
    p->frames.size = ml_parse_frame_size();
    ml_buf_init(&p->path, a->mem);
    ml_lex_init(&p->lex, c, d, &p->oom);
}

static void parse_fini(Parse *p)
{
    free_stack(p, &p->frames);
    free_stack(p, &p->list);
    free_stack(p, &p->places);
    free_stack(p, &p->tab_items);
    free_stack(p, &p->pat_items);
    free_stack(p, &p->pins);
    free_stack(p, &p->bound);
    ml_buf_fini(&p->path);
    ml_lex_fini(&p->lex);
}

AstChunk *ml_parse(Arena *a, const char *chunkname, const char *src,
                   size_t len, uint64_t hash_key, Diags *d)
{
    ml_diags_init(d, a, chunkname, src, len);
    AstChunk *c = ml_arena_alloc(a, sizeof *c);
    Parse    *p = ml_arena_alloc(a, sizeof *p);
    if (!c || !p || !ml_ast_strs_init(c, a, hash_key)) {
        d->oom = true;
        return NULL;
    }
    if (len >= UINT32_MAX - 16) {
        ml_diag_add(d, (SrcPos){ 1, 1, 1 }, NULL, "chunk is too long");
        return NULL;
    }
    c->name = chunkname;
    c->src = src;
    c->len = len;
    parse_init(p, a, c, d);
    if (setjmp(p->oom) == 0)
        main_function(p);
    c->ntokens = p->lex.count;
    parse_fini(p);
    d->unfinished &= d->n == 1;
    return ml_diags_failed(d) ? NULL : c;
}
