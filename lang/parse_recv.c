/*
 * parse_recv.c - the receive statement.
 *
 * `receive`, `case`, `after` and `as` are ordinary names everywhere else.
 * One token of look-ahead decides: behind a name that begins a statement of
 * plain Lua stands one of a few tokens (`=`, `(`, ...); behind the words of
 * this statement never.
 *
 * Alternatives of a clause bind the same names and share their variables, so
 * names are looked up while the patterns of a clause are read: AstStr.user
 * leads to the variable of that name, AstVar.user to the Binder it belongs
 * to, AstVar.outer to what AstStr.user was before. All are reset behind the
 * patterns.
 */

#include "lang/parse_in.h"

#include "lang/ast_in.h"

/* One clause while its patterns are read. */
typedef struct Binder {
    uint32_t vars;              /* its part of Parse.bound begins here */
    uint32_t pins;              /* so does that of Parse.pins */
    int32_t  alt;               /* 1, 2, ... */
    uint32_t seen;              /* names bound in this alternative */
} Binder;

/* ---- the words ------------------------------------------------------------------ */

bool ml_parse_at_receive(Parse *p)
{
    if (p->tok.kind != TK_NAME || p->tok.v.s != p->receive)
        return false;
    switch (ml_parse_peek(p)->kind) {
    case '.': case '[': case ':': case '{': case '(': case '=': case ',':
    case '!': case TK_STR:
        return false;
    }
    return true;
}

bool ml_parse_at_clause(Parse *p)
{
    if (p->tok.kind != TK_NAME)
        return false;
    bool after = p->tok.v.s == p->after;
    if (!after && p->tok.v.s != p->word_case)
        return false;
    switch (ml_parse_peek(p)->kind) {
    case '.': case '[': case ':': case '=': case ',': case '!':
        return false;
    case '(':
        return after;
    case '{': case TK_STR:
        return !after;
    }
    return true;
}

static bool at_word(const Parse *p, const AstStr *word)
{
    return p->tok.kind == TK_NAME && p->tok.v.s == word;
}

/* ---- names ------------------------------------------------------------------------ */

static AstVar **bound(Parse *p, const Binder *b)
{
    return (AstVar **)p->bound.data + b->vars;
}

static uint32_t count_bound(const Parse *p, const Binder *b)
{
    return p->bound.n - b->vars;
}

static AstVar *find_bound(const Binder *b, const AstStr *name)
{
    AstVar *v = name->user;
    return v && v->user == b ? v : NULL;
}

static AstVar *new_bound(Parse *p, Binder *b, AstStr *name, SrcPos pos)
{
    AstVar *v = ml_parse_var(p, name, pos, VAR_BOUND);
    v->user = b;
    v->outer = name->user;
    name->user = v;
    *(AstVar **)ml_parse_room(p, &p->bound) = v;
    return v;
}

static OWN_FRAME AstVar *bind(Parse *p, Binder *b, AstStr *name, SrcPos pos)
{
    AstVar *v = find_bound(b, name);

    if (v && v->reg == b->alt) {
        ml_parse_wrong(p, pos, "to compare with a value known before, write "
                       "`^name`; two parts of one message are compared in a "
                       "guard", "'%.60s' is bound twice in one pattern",
                       name->s);
        return v;
    }
    if (!v) {
        v = new_bound(p, b, name, pos);
        if (b->alt > 1 && !p->panic)
            ml_parse_wrong(p, pos, NULL, "'%.60s' is not bound by the other "
                           "alternatives of this clause", name->s);
    }
    v->reg = b->alt;
    b->seen++;
    return v;
}

/* Behind an alternative: it must have bound all names. */
static OWN_FRAME void check_seen(Parse *p, Binder *b, SrcPos pos)
{
    if (b->seen == count_bound(p, b) || p->panic)
        return;
    AstVar **v = bound(p, b);
    while ((*v)->reg == b->alt)
        v++;
    ml_parse_wrong(p, pos, NULL, "this alternative does not bind '%.60s', "
                   "which the others bind", (*v)->name->s);
}

static OWN_FRAME void unbind(Parse *p, Binder *b, Clause *c)
{
    for (uint32_t i = count_bound(p, b); i-- > 0; ) {
        AstVar *v = bound(p, b)[i];
        v->name->user = v->outer;
        v->user = NULL;
        v->outer = NULL;
        v->reg = 0;
    }
    c->vars = ml_parse_collect(p, &p->bound, b->vars, &c->nvars);
}

/* ---- patterns ---------------------------------------------------------------------- */

static Pat *pattern(Parse *p, Binder *b);

static OWN_FRAME Pat *new_pat(Parse *p, PatKind kind)
{
    Pat *x = ML_NEW(p, Pat);
    x->kind = (uint8_t)kind;
    x->pos = ml_parse_here(p);
    return x;
}

static OWN_FRAME PatType type_word(Parse *p)
{
    PatType t = PT_NONE;

    if (p->tok.kind == TK_NAME)
        t = ml_ast_type(p->tok.v.s->s, p->tok.v.s->len);
    else if (p->tok.kind == TK_FUNCTION)
        t = PT_FUNCTION;
    else
        ml_parse_fail(p, "type expected");
    if (t == PT_NONE && !p->panic)
        ml_parse_wrong(p, ml_parse_here(p), "types are integer, float, "
                       "number, string, boolean, table, function, pid, ref, "
                       "userdata", "unknown type '%.60s'", p->tok.v.s->s);
    ml_parse_next(p);
    return t;
}

static OWN_FRAME Pat *name_pattern(Parse *p, Binder *b)
{
    Pat    *x = new_pat(p, PAT_BIND);
    AstStr *name = ml_parse_name(p);

    if (name == p->underscore)
        x->kind = PAT_ANY;
    else
        x->var = bind(p, b, name, x->pos);
    if (ml_parse_accept(p, ':'))
        x->type = (uint8_t)type_word(p);
    return x;
}

static OWN_FRAME Pat *pin(Parse *p, Binder *b)
{
    Pat *x = new_pat(p, PAT_PIN);

    ml_parse_next(p);
    if (p->tok.kind != TK_NAME && p->tok.kind != '(') {
        ml_parse_fail_hint(p, "<name> or '(' expected",
                           "`^` pins a value known before: `^name`, `^(exp)`");
        return x;
    }
    x->pin = p->pins.n - b->pins;
    *(Pat **)ml_parse_room(p, &p->pins) = x;
    if (p->tok.kind == TK_NAME) {
        x->e = ml_parse_variable(p);
        return x;
    }
    Opening where = ml_parse_opening(p);
    if (ml_parse_enter(p, 1)) {
        ml_parse_next(p);
        x->e = ml_parse_expr(p);
        ml_parse_close(p, ')', "'('", where);
        ml_parse_leave(p, 1);
    }
    return x;
}

/* At `...`. */
static OWN_FRAME void rest(Parse *p, Binder *b, Pat *t)
{
    t->rest = REST_IGNORE;
    t->rest_pos = ml_parse_here(p);
    ml_parse_next(p);
    if (p->tok.kind == TK_NAME) {
        SrcPos  pos = ml_parse_here(p);
        AstStr *name = ml_parse_name(p);
        if (name != p->underscore) {
            t->rest = REST_NAMED;
            t->var = bind(p, b, name, pos);
        }
        t->rest_pos = ml_parse_span(p, t->rest_pos);
    }
    if (p->tok.kind == ',' || p->tok.kind == ';')
        ml_parse_next(p);
    if (p->tok.kind != '}' && !p->panic)
        ml_parse_fail_hint(p, "'}' expected", "`...` is the last item");
}

static OWN_FRAME void item_key(Parse *p, PatItem *it)
{
    it->kind = ITEM_KEY;
    ml_parse_next(p);
    SrcPos pos = ml_parse_here(p);
    it->key = ml_parse_literal(p);
    if (!it->key)
        ml_parse_fail_hint(p, "literal expected", "a key in a pattern is a "
                           "string, a number, true or false");
    else if (it->key->kind == EX_NIL)
        ml_parse_wrong(p, pos, NULL, "nil cannot be a key");
    ml_parse_expect(p, ']');
    ml_parse_expect(p, '=');
}

static OWN_FRAME void item(Parse *p, Binder *b, Pat *t)
{
    PatItem it = { .kind = ITEM_POS, .pos = ml_parse_here(p) };

    if (p->tok.kind == '[') {
        item_key(p, &it);
    } else if (p->tok.kind == TK_NAME && ml_parse_peek(p)->kind == '=') {
        it.kind = ITEM_NAME;
        it.key = ml_parse_name_key(p);
        ml_parse_next(p);
    } else {
        it.index = ++t->npos;
    }
    it.pat = pattern(p, b);
    if (ml_parse_accept(p, TK_OR))
        it.dflt = ml_parse_expr(p);
    *(PatItem *)ml_parse_room(p, &p->pat_items) = it;
}

static OWN_FRAME Pat *table_pattern(Parse *p, Binder *b)
{
    Pat     *x = new_pat(p, PAT_TABLE);
    Opening  where = ml_parse_opening(p);
    uint32_t base = p->pat_items.n;

    ml_parse_next(p);
    while (p->tok.kind != '}' && !p->panic) {
        if (p->tok.kind == TK_DOTS) {
            rest(p, b, x);
            break;
        }
        item(p, b, x);
        if (!ml_parse_accept(p, ',') && !ml_parse_accept(p, ';'))
            break;
    }
    ml_parse_close(p, '}', "'{'", where);
    x->items = ml_parse_collect(p, &p->pat_items, base, &x->nitems);
    x->pos = ml_parse_span(p, x->pos);
    return x;
}

static OWN_FRAME Pat *literal_pattern(Parse *p)
{
    Pat *x = new_pat(p, PAT_LIT);
    x->e = ml_parse_literal(p);
    if (!x->e)
        ml_parse_fail(p, "pattern expected");
    x->pos = ml_parse_span(p, x->pos);
    return x;
}

static Pat *pattern(Parse *p, Binder *b)
{
    Pat *x;
    switch (p->tok.kind) {
    case TK_NAME:
        x = name_pattern(p, b);
        break;
    case '^':
        x = pin(p, b);
        break;
    case '{':
        if (!ml_parse_enter(p, 1))
            return new_pat(p, PAT_ANY);
        x = table_pattern(p, b);
        ml_parse_leave(p, 1);
        return x;
    default:
        return literal_pattern(p);
    }
    x->pos = ml_parse_span(p, x->pos);
    return x;
}

/* ---- clauses ------------------------------------------------------------------------ */

static OWN_FRAME void alternatives(Parse *p, Binder *b, Clause *c)
{
    uint32_t base = p->list.n;

    do {
        SrcPos pos = ml_parse_here(p);
        b->alt++;
        b->seen = 0;
        ml_parse_push(p, pattern(p, b));
        check_seen(p, b, ml_parse_span(p, pos));
    } while (ml_parse_accept(p, '|'));
    c->alts = ml_parse_collect(p, &p->list, base, &c->nalts);
}

static OWN_FRAME void whole_message(Parse *p, Binder *b, Clause *c)
{
    SrcPos  pos = ml_parse_here(p);
    AstStr *name = ml_parse_name(p);

    if (find_bound(b, name) && !p->panic)
        ml_parse_wrong(p, pos, NULL, "'%.60s' is bound twice in one clause",
                       name->s);
    c->as = ml_parse_var(p, name, pos, VAR_BOUND);
}

static OWN_FRAME void then(Parse *p)
{
    const char *hint = NULL;

    if (ml_parse_accept(p, TK_THEN))
        return;
    if (p->tok.kind == ',')
        hint = "a message is one value: `case {a, b} then`; alternatives "
               "are written `a | b`";
    else if (p->tok.kind == TK_OR)
        hint = "alternatives are written `a | b`";
    else if (p->tok.kind == TK_EQ || p->tok.kind == TK_AND ||
             p->tok.kind == '<' || p->tok.kind == '>')
        hint = "a condition is written behind the pattern: "
               "`case n if n > 0 then`";
    ml_parse_fail_hint(p, "'then' expected", hint);
}

static void body(Parse *p, Block *b, bool clause)
{
    then(p);
    if (!p->panic)
        ml_parse_block(p, b, clause);
}

static OWN_FRAME void clause_head(Parse *p, Clause *c, uint32_t pins)
{
    Binder b = { .vars = p->bound.n, .pins = pins };

    c->pos = ml_parse_here(p);
    if (!ml_parse_enter(p, 1))
        return;
    ml_parse_next(p);
    alternatives(p, &b, c);
    ml_parse_leave(p, 1);
    if (at_word(p, p->as)) {
        ml_parse_next(p);
        whole_message(p, &b, c);
    }
    unbind(p, &b, c);
    if (ml_parse_accept(p, TK_IF))
        c->guard = ml_parse_expr(p);
}

static OWN_FRAME void clauses(Parse *p, StReceive *s, uint32_t pins)
{
    uint32_t base = p->list.n;

    while (at_word(p, p->word_case)) {
        Clause *c = ML_NEW(p, Clause);
        ml_parse_push(p, c);
        clause_head(p, c, pins);
        body(p, &c->body, true);
    }
    s->nclauses = p->list.n - base;
    if (s->nclauses > 0)
        s->clauses = ml_parse_alloc(p, s->nclauses * sizeof *s->clauses);
    for (uint32_t i = 0; i < s->nclauses; i++)
        s->clauses[i] = *((Clause **)p->list.data)[base + i];
    p->list.n = base;
}

static OWN_FRAME void after_part(Parse *p, StReceive *s)
{
    s->after_pos = ml_parse_here(p);
    s->after_body = ML_NEW(p, Block);
    ml_parse_next(p);
    s->after = ml_parse_expr(p);
    body(p, s->after_body, false);
    if (p->tok.kind == TK_ELSE)
        ml_parse_fail_hint(p, "'end' expected",
                           "a receive has `after` or `else`, not both");
}

static OWN_FRAME void else_part(Parse *p, StReceive *s)
{
    s->after_pos = ml_parse_here(p);
    s->else_body = ML_NEW(p, Block);
    ml_parse_next(p);
    ml_parse_block(p, s->else_body, false);
}

Stat *ml_parse_receive(Parse *p)
{
    StReceive *s = ML_NEW(p, StReceive);
    Opening    where = ml_parse_opening(p);
    uint32_t   pins = p->pins.n;

    s->h.kind = ST_RECEIVE;
    s->h.pos = ml_parse_here(p);
    p->func->has_receive = true;
    ml_parse_next(p);
    clauses(p, s, pins);
    if (at_word(p, p->after))
        after_part(p, s);
    else if (p->tok.kind == TK_ELSE)
        else_part(p, s);
    else if (s->nclauses == 0 && p->tok.kind != TK_END &&
             p->tok.kind != TK_EOS)
        ml_parse_fail(p, "'case', 'after' or 'else' expected");
    s->end = ml_parse_here(p);
    ml_parse_close(p, TK_END, "'receive'", where);
    s->pins = ml_parse_collect(p, &p->pins, pins, &s->npins);
    return &s->h;
}
