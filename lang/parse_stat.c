/*
 * parse_stat.c - blocks and statements.
 *
 * Blocks in blocks recurse, at most AST_MAX_LEVELS deep; the frames are kept
 * small, so that all levels fit into half of a 64 KiB stack. What repeats on
 * one level (elseif, lists of targets) is a loop.
 */

#include "lang/parse_in.h"

#include <string.h>

enum { PATH_MAX_LEN = 200 };    /* longer names of functions are cut */

static OWN_FRAME void *new_stat(Parse *p, size_t size, StKind kind)
{
    Stat *s = ml_parse_alloc(p, size);
    s->kind = (uint8_t)kind;
    s->pos = ml_parse_here(p);
    return s;
}

#define NEW_STAT(p, type, kind) \
    ((type *)new_stat((p), sizeof(type), (kind)))

/* ---- blocks with a head --------------------------------------------------------- */

static OWN_FRAME Stat *do_block(Parse *p)
{
    StDo   *s = NEW_STAT(p, StDo, ST_DO);
    Opening where = ml_parse_opening(p);

    ml_parse_next(p);
    ml_parse_block(p, &s->body, false);
    ml_parse_close(p, TK_END, "'do'", where);
    return &s->h;
}

static OWN_FRAME Stat *while_loop(Parse *p)
{
    StLoop *s = NEW_STAT(p, StLoop, ST_WHILE);
    Opening where = ml_parse_opening(p);

    ml_parse_next(p);
    s->cond = ml_parse_expr(p);
    if (ml_parse_expect(p, TK_DO))
        ml_parse_block(p, &s->body, false);
    ml_parse_close(p, TK_END, "'while'", where);
    return &s->h;
}

static OWN_FRAME Stat *repeat_loop(Parse *p)
{
    StLoop *s = NEW_STAT(p, StLoop, ST_REPEAT);
    Opening where = ml_parse_opening(p);

    ml_parse_next(p);
    ml_parse_block(p, &s->body, false);
    ml_parse_close(p, TK_UNTIL, "'repeat'", where);
    s->cond = ml_parse_expr(p);
    return &s->h;
}

static void if_arm(Parse *p)
{
    IfArm *arm = ML_NEW(p, IfArm);
    ml_parse_push(p, arm);
    arm->pos = ml_parse_here(p);
    ml_parse_next(p);
    arm->cond = ml_parse_expr(p);
    if (ml_parse_expect(p, TK_THEN))
        ml_parse_block(p, &arm->body, false);
}

static OWN_FRAME void collect_arms(Parse *p, StIf *s, uint32_t base)
{
    IfArm **each = (IfArm **)p->list.data + base;
    s->narms = p->list.n - base;
    s->arms = ml_parse_alloc(p, s->narms * sizeof *s->arms);
    for (uint32_t i = 0; i < s->narms; i++)
        s->arms[i] = *each[i];
    p->list.n = base;
}

static OWN_FRAME Stat *if_else(Parse *p)
{
    StIf    *s = NEW_STAT(p, StIf, ST_IF);
    Opening  where = ml_parse_opening(p);
    uint32_t base = p->list.n;

    do
        if_arm(p);
    while (p->tok.kind == TK_ELSEIF);
    collect_arms(p, s, base);
    if (p->tok.kind == TK_ELSE) {
        uint32_t line = p->tok.line;
        ml_parse_next(p);
        if (p->tok.kind == TK_IF && p->tok.line == line && !p->else_if)
            p->else_if = line;
        s->other = ML_NEW(p, Block);
        ml_parse_block(p, s->other, false);
    }
    ml_parse_close(p, TK_END, "'if'", where);
    return &s->h;
}

static OWN_FRAME Stat *for_number(Parse *p, SrcPos pos, AstVar *v, Opening where)
{
    StForNum *s = NEW_STAT(p, StForNum, ST_FORNUM);
    s->h.pos = pos;
    s->var = v;
    ml_parse_next(p);
    s->start = ml_parse_expr(p);
    ml_parse_expect(p, ',');
    s->limit = ml_parse_expr(p);
    if (ml_parse_accept(p, ','))
        s->step = ml_parse_expr(p);
    if (ml_parse_expect(p, TK_DO))
        ml_parse_block(p, &s->body, false);
    ml_parse_close(p, TK_END, "'for'", where);
    return &s->h;
}

static OWN_FRAME Stat *for_in(Parse *p, SrcPos pos, AstVar *first, Opening where)
{
    StForIn *s = NEW_STAT(p, StForIn, ST_FORIN);
    uint32_t base = p->list.n;

    s->h.pos = pos;
    ml_parse_push(p, first);
    while (ml_parse_accept(p, ',')) {
        SrcPos at = ml_parse_here(p);
        ml_parse_push(p, ml_parse_var(p, ml_parse_name(p), at, VAR_LOOP));
    }
    s->vars = ml_parse_collect(p, &p->list, base, &s->nvars);
    p->func->has_close = true;
    ml_parse_expect(p, TK_IN);
    s->exprs = ml_parse_exprs(p, &s->nexprs);
    if (ml_parse_expect(p, TK_DO))
        ml_parse_block(p, &s->body, false);
    ml_parse_close(p, TK_END, "'for'", where);
    return &s->h;
}

static OWN_FRAME Stat *for_loop(Parse *p)
{
    SrcPos  pos = ml_parse_here(p);
    Opening where = ml_parse_opening(p);

    ml_parse_next(p);
    SrcPos  at = ml_parse_here(p);
    AstVar *v = ml_parse_var(p, ml_parse_name(p), at, VAR_LOOP);
    if (p->tok.kind == '=')
        return for_number(p, pos, v, where);
    if (p->tok.kind != ',' && p->tok.kind != TK_IN)
        ml_parse_fail(p, "'=' or 'in' expected");
    return for_in(p, pos, v, where);
}

/* ---- functions ---------------------------------------------------------------------- */

/* The text of a.b.c for a chain of fields, or only its end if it is long. */
static OWN_FRAME AstStr *path_of(Parse *p, Expr *e, bool is_method)
{
    ExSuffix *last = AST_AS(ExSuffix, e);
    ExSuffix *x = last->bottom;
    AstStr   *first = AST_AS(ExName, x->obj)->name;

    ml_buf_clear(&p->path);
    ml_buf_put(&p->path, first->s, first->len);
    for (; ; x = x->up) {
        ml_buf_putc(&p->path, is_method && x == last ? ':' : '.');
        ml_buf_put(&p->path, x->name->s, x->name->len);
        if (x == last)
            break;
    }
    AstStr *path = p->path.oom ? NULL
        : p->path.len > PATH_MAX_LEN ? last->name
        : ml_ast_str(p->chunk, p->path.data, p->path.len);
    if (!path)
        ml_parse_oom(p);
    return path;
}

static OWN_FRAME Expr *function_name(Parse *p)
{
    ExName *e = ML_NEW(p, ExName);
    e->h.kind = EX_NAME;
    e->h.height = 1;
    e->h.pos = ml_parse_here(p);
    e->name = ml_parse_name(p);
    return &e->h;
}

/* At `.` or `:` in the name of a function. */
static OWN_FRAME Expr *function_field(Parse *p, Expr *obj)
{
    ExSuffix *s = ML_NEW(p, ExSuffix);
    bool      spine = obj->kind == EX_FIELD;

    s->h.kind = EX_FIELD;
    s->h.height = spine ? obj->height : 2;
    s->obj = obj;
    s->bottom = spine ? AST_AS(ExSuffix, obj)->bottom : s;
    if (spine)
        AST_AS(ExSuffix, obj)->up = s;
    s->at = ml_parse_here(p);
    ml_parse_next(p);
    s->name_pos = ml_parse_here(p);
    s->name = ml_parse_name(p);
    s->h.pos = ml_parse_span(p, obj->pos);
    return &s->h;
}

static OWN_FRAME Stat *function_statement(Parse *p)
{
    StFunction *s = NEW_STAT(p, StFunction, ST_FUNCTION);
    Opening     where = ml_parse_opening(p);
    AstFunc    *f = s->f = ml_parse_new_func(p);

    ml_parse_next(p);
    s->name_pos = ml_parse_here(p);
    s->target = function_name(p);
    while (p->tok.kind == '.')
        s->target = function_field(p, s->target);
    if (p->tok.kind == ':') {
        f->method = true;
        s->target = function_field(p, s->target);
    }
    s->name_pos = ml_parse_span(p, s->name_pos);
    if (s->target->kind == EX_NAME) {
        f->name = f->path = AST_AS(ExName, s->target)->name;
    } else {
        f->name = AST_AS(ExSuffix, s->target)->name;
        f->path = path_of(p, s->target, f->method);
    }
    if (!p->panic)
        ml_parse_func(p, f, where);
    return &s->h;
}

static OWN_FRAME Stat *local_function(Parse *p, SrcPos pos, Opening where)
{
    StLocalFunc *s = NEW_STAT(p, StLocalFunc, ST_LOCALFUNC);
    AstFunc     *f = s->f = ml_parse_new_func(p);

    s->h.pos = pos;
    ml_parse_next(p);
    SrcPos at = ml_parse_here(p);
    f->name = f->path = ml_parse_name(p);
    s->var = ml_parse_var(p, f->name, at, VAR_FUNC);
    if (!p->panic)
        ml_parse_func(p, f, where);
    return &s->h;
}

/* ---- local and assignment ------------------------------------------------------------- */

static bool is_word(const AstStr *s, const char *word)
{
    return s->len == strlen(word) && memcmp(s->s, word, s->len) == 0;
}

/* At what follows the name of a local: `<const>`, `<close>` or nothing. */
static OWN_FRAME VarKind attribute(Parse *p)
{
    if (!ml_parse_accept(p, '<'))
        return VAR_LOCAL;
    SrcPos  pos = ml_parse_here(p);
    AstStr *s = ml_parse_name(p);
    VarKind kind = VAR_LOCAL;
    if (is_word(s, "const"))
        kind = VAR_CONST;
    else if (is_word(s, "close"))
        kind = VAR_CLOSE;
    else if (!p->panic)
        ml_parse_wrong(p, pos, "attributes are `<const>` and `<close>`",
                       "unknown attribute '%.60s'", s->s);
    ml_parse_expect(p, '>');
    return kind;
}

static void name_functions(AstVar **vars, uint32_t nvars, Expr **exprs,
                           uint32_t nexprs)
{
    for (uint32_t i = 0; i < nvars && i < nexprs; i++)
        ml_parse_name_func(exprs[i], vars[i]->name);
}

static OWN_FRAME Stat *local_variables(Parse *p, SrcPos pos)
{
    StLocal *s = NEW_STAT(p, StLocal, ST_LOCAL);
    uint32_t base = p->list.n;
    bool     closes = false;

    s->h.pos = pos;
    do {
        SrcPos  at = ml_parse_here(p);
        AstVar *v = ml_parse_var(p, ml_parse_name(p), at, VAR_LOCAL);
        v->kind = (uint8_t)attribute(p);
        if (v->kind == VAR_CLOSE) {
            if (closes)
                ml_parse_wrong(p, at, NULL, "multiple to-be-closed "
                               "variables in local list");
            closes = p->func->has_close = true;
        }
        ml_parse_push(p, v);
    } while (ml_parse_accept(p, ','));
    s->vars = ml_parse_collect(p, &p->list, base, &s->nvars);
    if (ml_parse_accept(p, '=')) {
        s->exprs = ml_parse_exprs(p, &s->nexprs);
        name_functions(s->vars, s->nvars, s->exprs, s->nexprs);
    }
    return &s->h;
}

static OWN_FRAME Stat *local(Parse *p)
{
    SrcPos  pos = ml_parse_here(p);
    Opening where = ml_parse_opening(p);

    ml_parse_next(p);
    if (p->tok.kind == TK_FUNCTION)
        return local_function(p, pos, where);
    return local_variables(p, pos);
}

static bool is_target(const Expr *e)
{
    return e->kind == EX_NAME || e->kind == EX_FIELD || e->kind == EX_INDEX;
}

static AstStr *target_name(const Expr *e)
{
    return e->kind == EX_NAME ? AST_AS(const ExName, e)->name
         : e->kind == EX_FIELD ? AST_AS(const ExSuffix, e)->name : NULL;
}

static OWN_FRAME Stat *assignment(Parse *p, SrcPos pos, Expr *first)
{
    StAssign *s = NEW_STAT(p, StAssign, ST_ASSIGN);
    uint32_t  base = p->list.n;

    s->h.pos = pos;
    ml_parse_push(p, first);
    if (!is_target(first))
        ml_parse_fail(p, "syntax error");
    while (ml_parse_accept(p, ',')) {
        Expr *e = ml_parse_suffixed(p);
        ml_parse_push(p, e);
        if (!is_target(e))
            ml_parse_fail(p, "syntax error");
    }
    s->targets = ml_parse_collect(p, &p->list, base, &s->ntargets);
    s->at = ml_parse_here(p);
    ml_parse_expect(p, '=');
    s->exprs = ml_parse_exprs(p, &s->nexprs);
    for (uint32_t i = 0; i < s->ntargets && i < s->nexprs; i++)
        if (target_name(s->targets[i]))
            ml_parse_name_func(s->exprs[i], target_name(s->targets[i]));
    return &s->h;
}

static OWN_FRAME Stat *send(Parse *p, SrcPos pos, Expr *to)
{
    StSend *s = NEW_STAT(p, StSend, ST_SEND);
    s->h.pos = pos;
    s->to = to;
    s->at = ml_parse_here(p);
    ml_parse_next(p);
    s->msg = ml_parse_expr(p);
    return &s->h;
}

/* ---- expressions as statements ---------------------------------------------------------- */

/* e stands where a statement should, and the current token goes on wrongly. */
static OWN_FRAME const char *hint_statement(Parse *p, const Expr *e)
{
    int kind = p->tok.kind;

    p->lex.quiet = true;        /* what is wrong behind is not the point */
    Token *next = ml_parse_peek(p);
    p->lex.quiet = false;
    if (kind < 256 && kind != '(' && next->off == p->tok.end) {
        if (next->kind == '=' && kind != TK_EOS)
            return "there are no operators like `+=`: write `x = x + ...`";
        if (kind == '+' && next->kind == '+')
            return "there is no `++`: write `x = x + 1`";
    }
    if (kind == TK_CONCAT && next->kind == '=')
        return "there is no `..=`: write `x = x .. ...`";
    if (kind == TK_EQ)
        return "`==` compares; assigning is written `=`";
    if (e->kind != EX_NAME)
        return NULL;
    AstStr *name = AST_AS(const ExName, e)->name;
    if (is_word(name, "continue"))
        return "there is no `continue`: write `goto continue` and put "
               "`::continue::` before the `end` of the loop";
    if (kind == TK_FUNCTION)
        return "to call with a function, put it in parentheses: "
               "`spawn(function() ... end)`";
    if (is_word(name, "elif") || is_word(name, "elsif"))
        return "write `elseif`";
    if (kind == TK_NAME && (is_word(name, "var") || is_word(name, "let") ||
                            is_word(name, "const")))
        return "variables are declared by `local`";
    return NULL;
}

static OWN_FRAME Stat *expression(Parse *p)
{
    SrcPos pos = ml_parse_here(p);
    Expr  *e = ml_parse_suffixed(p);

    if (p->tok.kind == '=' || p->tok.kind == ',')
        return assignment(p, pos, e);
    if (p->tok.kind == '!')
        return send(p, pos, e);
    StExpr *s = NEW_STAT(p, StExpr, ST_CALL);
    s->h.pos = pos;
    s->e = e;
    if (!p->panic && e->kind != EX_CALL && e->kind != EX_METHOD)
        ml_parse_fail_hint(p, "syntax error", hint_statement(p, e));
    return &s->h;
}

/* ---- jumps --------------------------------------------------------------------------------- */

static OWN_FRAME Stat *goto_label(Parse *p)
{
    StGoto *s = NEW_STAT(p, StGoto, ST_GOTO);
    p->func->has_goto = true;
    ml_parse_next(p);
    s->name_pos = ml_parse_here(p);
    s->name = ml_parse_name(p);
    return &s->h;
}

static OWN_FRAME Stat *label(Parse *p)
{
    StGoto *s = NEW_STAT(p, StGoto, ST_LABEL);
    p->func->has_goto = true;
    ml_parse_next(p);
    s->name_pos = ml_parse_here(p);
    s->name = ml_parse_name(p);
    ml_parse_expect(p, TK_DBCOLON);
    return &s->h;
}

static OWN_FRAME Stat *break_loop(Parse *p)
{
    Stat *s = NEW_STAT(p, Stat, ST_BREAK);
    ml_parse_next(p);
    return s;
}

static bool ends_block(int kind)
{
    return kind == TK_END || kind == TK_EOS || kind == TK_ELSE ||
           kind == TK_ELSEIF || kind == TK_UNTIL;
}

static OWN_FRAME Stat *return_values(Parse *p, bool clause)
{
    StReturn *s = NEW_STAT(p, StReturn, ST_RETURN);

    ml_parse_next(p);
    if (!ends_block(p->tok.kind) && p->tok.kind != ';' &&
        !(clause && ml_parse_at_clause(p)))
        s->exprs = ml_parse_exprs(p, &s->nexprs);
    ml_parse_accept(p, ';');
    return &s->h;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static Stat *statement(Parse *p)
{
    switch (p->tok.kind) {
    case TK_IF:       return if_else(p);
    case TK_LOCAL:    return local(p);
    case TK_FOR:      return for_loop(p);
    case TK_FUNCTION: return function_statement(p);
    case TK_WHILE:    return while_loop(p);
    case TK_REPEAT:   return repeat_loop(p);
    case TK_DO:       return do_block(p);
    case TK_BREAK:    return break_loop(p);
    case TK_GOTO:     return goto_label(p);
    case TK_DBCOLON:  return label(p);
    case TK_NAME:
        if (ml_parse_at_receive(p))
            return ml_parse_receive(p);
    }
    return expression(p);
}

static void append(Block *b, Stat *s)
{
    if (b->last)
        b->last->next = s;
    else
        b->first = s;
    b->last = s;
    b->count++;
}

void ml_parse_block(Parse *p, Block *b, bool clause)
{
    if (!ml_parse_enter(p, 1))
        return;
    for (;;) {
        while (ml_parse_accept(p, ';'))
            ;
        if (ends_block(p->tok.kind) || (clause && ml_parse_at_clause(p)))
            break;
        StatStart start = { p->tok.off, p->tok.col, p->tok.kind,
                            p->tok.first };
        bool last = p->tok.kind == TK_RETURN;
        append(b, last ? return_values(p, clause) : statement(p));
        if (ML_UNLIKELY(p->panic)) {
            if (!ml_parse_recover(p, &start, clause))
                break;
        } else if (last) {
            break;
        }
    }
    b->end = ml_parse_here(p);
    ml_parse_leave(p, 1);
}
