/*
 * parse_expr.c - expressions, without C recursion.
 *
 * An operator-precedence machine. What is unfinished lies on a stack of
 * frames: operators that wait for their right side, and brackets that wait
 * for their end. The machine alternates between two states: it wants an
 * operand, or it has one and looks what follows.
 *
 *     frames:  ROOT  BIN(a +)  ARGS(f, n=1)  LIST(b .. c ..)
 *                                            ^ wants an operand
 *
 * Chains grow in place and need one frame: `..`, `^`, `and`, `or` as a list,
 * prefix operators linked top down, left-associative operators and suffixes
 * as a spine of nodes (ast.h). So the stack is as high as brackets are deep,
 * and that is limited. Only a function body inside an expression recurses.
 */

#include "lang/parse_in.h"

#include <string.h>

typedef enum FrameKind {
    /* operators; see binops[] */
    FR_UN, FR_BIN, FR_LIST,
    /* brackets */
    FR_PAREN,                   /* ( */
    FR_INDEX,                   /* obj [ */
    FR_ARGS,                    /* f ( */
    FR_TABARG,                  /* f, directly below a FR_TABLE */
    FR_TABLE,                   /* { */
    FR_KEY,                     /* [ in a table */
    FR_ROOT                     /* where the machine was started */
} FrameKind;

typedef struct Frame {
    uint8_t  kind;
    uint8_t  op;                /* UN, BIN: operator; LIST: ExKind;
                                   ROOT: suffixes only */
    uint8_t  right;             /* operators: how strongly it pulls */
    uint32_t list, places;      /* heights of these stacks before it */
    uint32_t items;
    int      levels;            /* ROOT */
    SrcPos   at;                /* operator or opening bracket */
    bool     first;             /* bracket: first of its line */
    void    *node;              /* BIN: left side; UN: first of the chain;
                                   INDEX, ARGS: ExSuffix; TABLE: ExTable */
    void    *last;              /* UN: last of the chain */
} Frame;

typedef struct BinInfo {
    uint8_t left, right;        /* priorities; 0: no operator */
    uint8_t list;               /* makes an ExList */
    uint8_t op;                 /* BinOp or ExKind */
} BinInfo;

enum { UNARY = 12 };

static const BinInfo binops[TK_COUNT] = {
    [TK_OR]   = { 1, 1, 1, EX_OR },
    [TK_AND]  = { 2, 2, 1, EX_AND },
    ['<']     = { 3, 3, 0, BIN_LT }, ['>']   = { 3, 3, 0, BIN_GT },
    [TK_LE]   = { 3, 3, 0, BIN_LE }, [TK_GE] = { 3, 3, 0, BIN_GE },
    [TK_NE]   = { 3, 3, 0, BIN_NE }, [TK_EQ] = { 3, 3, 0, BIN_EQ },
    ['|']     = { 4, 4, 0, BIN_BOR },
    ['~']     = { 5, 5, 0, BIN_BXOR },
    ['&']     = { 6, 6, 0, BIN_BAND },
    [TK_SHL]  = { 7, 7, 0, BIN_SHL }, [TK_SHR] = { 7, 7, 0, BIN_SHR },
    [TK_CONCAT] = { 9, 8, 1, EX_CONCAT },
    ['+']     = { 10, 10, 0, BIN_ADD }, ['-'] = { 10, 10, 0, BIN_SUB },
    ['*']     = { 11, 11, 0, BIN_MUL }, ['/'] = { 11, 11, 0, BIN_DIV },
    [TK_IDIV] = { 11, 11, 0, BIN_IDIV }, ['%'] = { 11, 11, 0, BIN_MOD },
    ['^']     = { 14, 13, 1, EX_POW },
};

static int unop(int kind)
{
    switch (kind) {
    case '-':    return UN_NEG;
    case '~':    return UN_BNOT;
    case '#':    return UN_LEN;
    case TK_NOT: return UN_NOT;
    }
    return -1;
}

/* ---- frames ------------------------------------------------------------------ */

size_t ml_parse_frame_size(void)
{
    return sizeof(Frame);
}

static inline Frame *top(Parse *p)
{
    return (Frame *)p->frames.data + p->frames.n - 1;
}

static Frame *push(Parse *p, FrameKind kind)
{
    Frame *f = ml_parse_room(p, &p->frames);
    f->kind = (uint8_t)kind;
    f->list = p->list.n;
    f->places = p->places.n;
    return f;
}

static void pop(Parse *p)
{
    p->frames.n--;
    ml_parse_leave(p, 1);
}

/* At an opening bracket. */
static OWN_FRAME Frame *open_bracket(Parse *p, FrameKind kind, void *node)
{
    Frame *f = push(p, kind);
    f->node = node;
    f->at = ml_parse_here(p);
    f->first = p->tok.first;
    if (ml_parse_enter(p, 1))
        ml_parse_next(p);
    return f;
}

/* The top frame must be closed here by `kind`. */
static OWN_FRAME void close_bracket(Parse *p, int kind, const char *open)
{
    Frame *f = top(p);
    ml_parse_close(p, kind, open,
                   (Opening){ f->at.line, f->at.col, f->first });
}

/* ---- nodes ------------------------------------------------------------------- */

static void *new_expr(Parse *p, size_t size, ExKind kind, SrcPos pos)
{
    Expr *e = ml_parse_alloc(p, size);
    e->kind = (uint8_t)kind;
    e->height = 1;
    e->pos = pos;
    return e;
}

#define NEW_EXPR(p, type, kind, pos) \
    ((type *)new_expr((p), sizeof(type), (kind), (pos)))

/* `e` is a child of `parent`, `more` levels below. */
static OWN_FRAME void above(Parse *p, Expr *parent, const Expr *e, int more)
{
    int h = e->height + more;
    if (h > AST_MAX_HEIGHT) {
        ml_parse_too_deep(p);
        return;
    }
    if (h > parent->height)
        parent->height = (uint16_t)h;
}

static bool is_suffix(const Expr *e)
{
    return e->kind >= EX_FIELD && e->kind <= EX_METHOD;
}

/* At the token that begins the suffix. */
static OWN_FRAME ExSuffix *new_suffix(Parse *p, ExKind kind, Expr *obj)
{
    ExSuffix *s = NEW_EXPR(p, ExSuffix, kind, obj->pos);
    s->obj = obj;
    s->at = ml_parse_here(p);
    s->bottom = s;
    if (is_suffix(obj)) {
        s->bottom = AST_AS(ExSuffix, obj)->bottom;
        AST_AS(ExSuffix, obj)->up = s;
    }
    above(p, &s->h, obj, is_suffix(obj) ? 0 : 1);
    return s;
}

static OWN_FRAME void close_suffix(Parse *p, ExSuffix *s)
{
    s->h.pos = ml_parse_span(p, s->h.pos);
    for (uint32_t i = 0; i < s->nargs; i++)
        above(p, &s->h, s->args[i], 1);
    if (s->key)
        above(p, &s->h, s->key, 1);
}

static OWN_FRAME Expr *reduce_un(Parse *p, Frame *f, Expr *e)
{
    AST_AS(ExUn, f->last)->e = e;
    for (ExUn *u = f->node; ; u = AST_AS(ExUn, u->e)) {
        u->h.pos = ml_parse_span(p, u->h.pos);
        above(p, &u->h, e, 1);
        if (u == f->last)
            break;
    }
    return f->node;
}

static OWN_FRAME Expr *reduce_bin(Parse *p, Frame *f, Expr *r)
{
    Expr  *l = f->node;
    ExBin *b = NEW_EXPR(p, ExBin, EX_BIN, ml_parse_span(p, l->pos));
    bool   spine = l->kind == EX_BIN;

    b->h.op = f->op;
    b->at = f->at;
    b->l = l;
    b->r = r;
    b->bottom = spine ? AST_AS(ExBin, l)->bottom : b;
    if (spine)
        AST_AS(ExBin, l)->up = b;
    above(p, &b->h, l, spine ? 0 : 1);
    above(p, &b->h, r, 1);
    return &b->h;
}

static OWN_FRAME Expr *reduce_list(Parse *p, Frame *f, Expr *e)
{
    ml_parse_push(p, e);
    uint32_t list = f->list, places = f->places, n;
    Expr   **all = ml_parse_collect(p, &p->list, list, &n);
    ExList  *x = NEW_EXPR(p, ExList, f->op, ml_parse_span(p, all[0]->pos));

    x->e = all;
    x->n = n;
    x->at = ml_parse_collect(p, &p->places, places, &n);
    for (uint32_t i = 0; i < x->n; i++)
        above(p, &x->h, all[i], 1);
    return &x->h;
}

/* The operator on top has both its sides. */
static OWN_FRAME Expr *reduce(Parse *p, Expr *e)
{
    Frame *f = top(p);
    Expr  *made = f->kind == FR_UN ? reduce_un(p, f, e)
                : f->kind == FR_BIN ? reduce_bin(p, f, e)
                : reduce_list(p, f, e);
    pop(p);
    return made;
}

/* ---- operators ---------------------------------------------------------------- */

static OWN_FRAME void prefix_chain(Parse *p)
{
    Frame *f = push(p, FR_UN);
    ExUn  *last = NULL;
    int    op;

    f->right = UNARY;
    ml_parse_enter(p, 1);
    while ((op = unop(p->tok.kind)) >= 0) {
        ExUn *u = NEW_EXPR(p, ExUn, EX_UN, ml_parse_here(p));
        u->h.op = (uint8_t)op;
        u->at = u->h.pos;
        if (last)
            last->e = &u->h;
        else
            f->node = u;
        last = u;
        ml_parse_next(p);
    }
    f->last = last;
}

/* The operand e is followed by the operator b. */
static OWN_FRAME void infix(Parse *p, const BinInfo *b, Expr *e)
{
    Frame *f = top(p);
    bool   goes_on = f->kind == FR_LIST && b->list && f->op == b->op;

    if (!goes_on) {
        f = push(p, b->list ? FR_LIST : FR_BIN);
        f->op = b->op;
        f->right = b->right;
        f->at = ml_parse_here(p);
        f->node = e;
        if (!ml_parse_enter(p, 1))
            return;
    }
    if (b->list) {
        ml_parse_push(p, e);
        *(SrcPos *)ml_parse_room(p, &p->places) = ml_parse_here(p);
    }
    ml_parse_next(p);
}

/* Should the operator on top take the operand, rather than b? */
static bool pulls(const Frame *f, const BinInfo *b)
{
    if (f->kind > FR_LIST)
        return false;
    if (f->kind == FR_LIST && b->list && f->op == b->op)
        return false;
    return b->left <= f->right;
}

/* ---- operands ----------------------------------------------------------------- */

static OWN_FRAME Expr *leaf(Parse *p, ExKind kind)
{
    Expr *e = NEW_EXPR(p, Expr, kind, ml_parse_here(p));
    ml_parse_next(p);
    return e;
}

static OWN_FRAME Expr *vararg(Parse *p)
{
    if (!p->func->vararg)
        ml_parse_fail(p, "cannot use '...' outside a vararg function");
    p->func->uses_vararg = true;
    return leaf(p, EX_VARARG);
}

static OWN_FRAME Expr *string(Parse *p)
{
    ExStr *e = NEW_EXPR(p, ExStr, EX_STR, ml_parse_here(p));
    e->s = p->tok.v.s;
    ml_parse_next(p);
    return &e->h;
}

static OWN_FRAME Expr *integer(Parse *p)
{
    ExInt *e = NEW_EXPR(p, ExInt, EX_INT, ml_parse_here(p));
    e->v = p->tok.v.i;
    ml_parse_next(p);
    return &e->h;
}

static OWN_FRAME Expr *number(Parse *p)
{
    ExFlt *e = NEW_EXPR(p, ExFlt, EX_FLT, ml_parse_here(p));
    e->v = p->tok.v.f;
    ml_parse_next(p);
    return &e->h;
}

OWN_FRAME Expr *ml_parse_variable(Parse *p)
{
    ExName *e = NEW_EXPR(p, ExName, EX_NAME, ml_parse_here(p));
    e->name = p->tok.v.s;
    ml_parse_next(p);
    return &e->h;
}

Expr *ml_parse_name_key(Parse *p)
{
    return string(p);           /* a name token holds its text likewise */
}

static void negate(Expr *e)
{
    if (e->kind == EX_INT)
        AST_AS(ExInt, e)->v = (int64_t)-(uint64_t)AST_AS(ExInt, e)->v;
    else
        AST_AS(ExFlt, e)->v = -AST_AS(ExFlt, e)->v;
}

Expr *ml_parse_literal(Parse *p)
{
    SrcPos start = ml_parse_here(p);
    bool   minus = ml_parse_accept(p, '-');
    Expr  *e;

    switch (p->tok.kind) {
    case TK_INT: e = integer(p); break;
    case TK_FLT: e = number(p); break;
    case TK_STR: e = minus ? NULL : string(p); break;
    case TK_NIL: e = minus ? NULL : leaf(p, EX_NIL); break;
    case TK_TRUE: e = minus ? NULL : leaf(p, EX_TRUE); break;
    case TK_FALSE: e = minus ? NULL : leaf(p, EX_FALSE); break;
    default: e = NULL;
    }
    if (e && minus)
        negate(e);
    if (e)
        e->pos = ml_parse_span(p, start);
    return e;
}

static OWN_FRAME Expr *function(Parse *p)
{
    ExFunc *e = NEW_EXPR(p, ExFunc, EX_FUNC, ml_parse_here(p));
    Opening where = ml_parse_opening(p);

    if (ml_parse_enter(p, 1)) {
        e->f = ml_parse_new_func(p);
        ml_parse_next(p);
        ml_parse_func(p, e->f, where);
        e->h.pos = ml_parse_span(p, e->h.pos);
        ml_parse_leave(p, 1);
    }
    return &e->h;
}

/* An operand without brackets, or NULL. */
static Expr *simple(Parse *p)
{
    switch (p->tok.kind) {
    case TK_NIL:   return leaf(p, EX_NIL);
    case TK_TRUE:  return leaf(p, EX_TRUE);
    case TK_FALSE: return leaf(p, EX_FALSE);
    case TK_INT:   return integer(p);
    case TK_FLT:   return number(p);
    case TK_STR:   return string(p);
    case TK_DOTS:  return vararg(p);
    case TK_FUNCTION: return function(p);
    }
    return NULL;
}

/* ---- brackets ------------------------------------------------------------------- */

static OWN_FRAME Expr *field(Parse *p, Expr *obj)
{
    ExSuffix *s = new_suffix(p, EX_FIELD, obj);
    ml_parse_next(p);
    s->name_pos = ml_parse_here(p);
    s->name = ml_parse_name(p);
    close_suffix(p, s);
    return &s->h;
}

/* A call whose arguments begin here; false: they are all taken. */
static OWN_FRAME bool arguments(Parse *p, ExSuffix *s)
{
    s->at = ml_parse_here(p);
    switch (p->tok.kind) {
    case TK_STR:
        s->args = ML_NEW(p, Expr *);
        s->args[0] = string(p);
        s->nargs = 1;
        break;
    case '{':
        push(p, FR_TABARG)->node = s;
        ml_parse_enter(p, 1);
        return true;
    case '(':
        open_bracket(p, FR_ARGS, s);
        if (p->tok.kind != ')')
            return true;
        ml_parse_next(p);
        pop(p);
        break;
    default:
        ml_parse_fail(p, "function arguments expected");
    }
    close_suffix(p, s);
    return false;
}

static OWN_FRAME ExSuffix *method(Parse *p, Expr *obj)
{
    ExSuffix *s = new_suffix(p, EX_METHOD, obj);
    ml_parse_next(p);
    s->name_pos = ml_parse_here(p);
    s->name = ml_parse_name(p);
    return s;
}

static OWN_FRAME Expr *close_paren(Parse *p, Expr *e)
{
    SrcPos start = top(p)->at;

    close_bracket(p, ')', "'('");
    pop(p);
    if (e->kind != EX_PAREN) {
        ExParen *x = NEW_EXPR(p, ExParen, EX_PAREN, start);
        x->e = e;
        above(p, &x->h, e, 1);
        e = &x->h;
    }
    e->pos = ml_parse_span(p, start);
    return e;
}

static OWN_FRAME Expr *close_index(Parse *p, Expr *key)
{
    ExSuffix *s = top(p)->node;
    s->key = key;
    ml_parse_expect(p, ']');
    pop(p);
    close_suffix(p, s);
    return &s->h;
}

/* False: another argument comes. */
static OWN_FRAME bool argument_ends_list(Parse *p, Expr *e)
{
    ml_parse_push(p, e);
    if (ml_parse_accept(p, ','))
        return false;
    close_bracket(p, ')', "'('");
    return true;
}

static OWN_FRAME Expr *close_args(Parse *p)
{
    ExSuffix *s = top(p)->node;
    s->args = ml_parse_collect(p, &p->list, top(p)->list, &s->nargs);
    pop(p);
    close_suffix(p, s);
    return &s->h;
}

/* ---- tables ---------------------------------------------------------------------- */

static TabItem *last_item(Parse *p)
{
    return (TabItem *)p->tab_items.data + p->tab_items.n - 1;
}

/* Up to where the value or key of an item begins. False: the table ends. */
static OWN_FRAME bool table_item(Parse *p)
{
    if (p->tok.kind == '}')
        return false;
    TabItem *it = ml_parse_room(p, &p->tab_items);
    *it = (TabItem){ .kind = TAB_POS, .pos = ml_parse_here(p) };
    if (p->tok.kind == '[') {
        it->kind = TAB_KEY;
        open_bracket(p, FR_KEY, NULL);
    } else if (p->tok.kind == TK_NAME && ml_parse_peek(p)->kind == '=') {
        it->kind = TAB_NAME;
        it->name = p->tok.v.s;
        ml_parse_next(p);
        ml_parse_next(p);
    } else {
        AST_AS(ExTable, top(p)->node)->npos++;
    }
    return true;
}

static OWN_FRAME void open_table(Parse *p)
{
    ExTable *t = NEW_EXPR(p, ExTable, EX_TABLE, ml_parse_here(p));
    open_bracket(p, FR_TABLE, t)->items = p->tab_items.n;
}

static OWN_FRAME void close_key(Parse *p, Expr *key)
{
    last_item(p)->key = key;
    ml_parse_expect(p, ']');
    pop(p);
    ml_parse_expect(p, '=');
}

static OWN_FRAME void table_value(Parse *p, Expr *value)
{
    TabItem *it = last_item(p);
    it->value = value;
    if (it->kind == TAB_NAME)
        ml_parse_name_func(value, it->name);
}

static OWN_FRAME Expr *close_table(Parse *p)
{
    ExTable *t = top(p)->node;

    t->end = ml_parse_here(p);
    close_bracket(p, '}', "'{'");
    t->items = ml_parse_collect(p, &p->tab_items, top(p)->items, &t->n);
    pop(p);
    t->h.pos = ml_parse_span(p, t->h.pos);
    if (p->panic)               /* the last item may have no value */
        return &t->h;
    for (uint32_t i = 0; i < t->n; i++) {
        above(p, &t->h, t->items[i].value, 1);
        if (t->items[i].key)
            above(p, &t->h, t->items[i].key, 1);
    }
    return &t->h;
}

/* f{...}: the table that just ended is the argument. */
static OWN_FRAME Expr *close_tabarg(Parse *p, Expr *table)
{
    ExSuffix *s = top(p)->node;
    s->args = ML_NEW(p, Expr *);
    s->args[0] = table;
    s->nargs = 1;
    pop(p);
    close_suffix(p, s);
    return &s->h;
}

/* ---- the machine ------------------------------------------------------------------ */

static OWN_FRAME void begin(Parse *p, bool suffixes_only)
{
    Frame *f = push(p, FR_ROOT);
    f->op = suffixes_only;
    f->items = p->tab_items.n;
    f->levels = p->levels;
}

/* In a panic: as if nothing had been begun. */
static OWN_FRAME Expr *give_up(Parse *p, uint32_t root)
{
    Frame *f = (Frame *)p->frames.data + root;
    p->frames.n = root;
    p->list.n = f->list;
    p->places.n = f->places;
    p->tab_items.n = f->items;
    p->levels = f->levels;
    return &p->dummy;
}

static bool ends_operand(int kind)
{
    return kind == TK_NAME || kind == TK_STR || kind == ')' || kind == ']' ||
           kind == '}';
}

static OWN_FRAME void no_operand(Parse *p)
{
    const char *hint = NULL;
    int         kind = p->tok.kind;

    if (kind == '!' && ends_operand(p->prev_kind))
        hint = "`to ! message` is a statement and has no value";
    else if (kind == '!')
        hint = "negation is written `not`";
    else if (kind == '&' && p->prev_kind == '&')
        hint = "`&&` is written `and`";
    else if (kind == '|' && p->prev_kind == '|')
        hint = "`||` is written `or`";
    else if (kind == '=' && p->prev_end == p->tok.off && p->prev_kind < 256)
        hint = "there are no operators like `+=`: write `x = x + ...`";
    ml_parse_fail_hint(p, "unexpected symbol", hint);
}

static OWN_FRAME Expr *machine(Parse *p, uint32_t root)
{
    Expr *e;

want_operand:
    if (unop(p->tok.kind) >= 0)
        prefix_chain(p);
    switch (p->tok.kind) {
    case TK_NAME:
        e = ml_parse_variable(p);
        goto suffixes;
    case '(':
        open_bracket(p, FR_PAREN, NULL);
        goto bracket_open;
    case '{':
        open_table(p);
        goto want_item;
    }
    e = simple(p);
    if (e)
        goto have_operand;
    no_operand(p);
    return give_up(p, root);

bracket_open:
    if (ML_UNLIKELY(p->panic))
        return give_up(p, root);
    goto want_operand;

want_item:
    if (ML_UNLIKELY(p->panic))
        return give_up(p, root);
    if (table_item(p))
        goto bracket_open;
    e = close_table(p);
    if (top(p)->kind != FR_TABARG)
        goto have_operand;
    e = close_tabarg(p, e);
    goto suffixes;

suffixes:
    switch (p->tok.kind) {
    case '.':
        e = field(p, e);
        goto suffixes;
    case '[':
        open_bracket(p, FR_INDEX, new_suffix(p, EX_INDEX, e));
        goto bracket_open;
    case ':':
        e = &method(p, e)->h;
        break;
    case '(':
    case '{':
    case TK_STR:
        e = &new_suffix(p, EX_CALL, e)->h;
        break;
    default:
        if (top(p)->kind != FR_ROOT || !top(p)->op)
            goto have_operand;
        p->frames.n--;
        return e;
    }
    if (!arguments(p, AST_AS(ExSuffix, e)))
        goto suffixes;
    if (top(p)->kind == FR_ARGS)
        goto bracket_open;
    open_table(p);
    goto want_item;

have_operand:
    if (ML_UNLIKELY(p->panic))
        return give_up(p, root);
    const BinInfo *b = &binops[p->tok.kind];
    while (pulls(top(p), b))
        e = reduce(p, e);
    if (b->left > 0) {
        infix(p, b, e);
        goto bracket_open;
    }
    switch (top(p)->kind) {
    case FR_PAREN:
        e = close_paren(p, e);
        goto suffixes;
    case FR_INDEX:
        e = close_index(p, e);
        goto suffixes;
    case FR_ARGS:
        if (!argument_ends_list(p, e))
            goto want_operand;
        e = close_args(p);
        goto suffixes;
    case FR_KEY:
        close_key(p, e);
        goto bracket_open;
    case FR_TABLE:
        table_value(p, e);
        if (ml_parse_accept(p, ',') || ml_parse_accept(p, ';'))
            goto want_item;
        if (p->tok.kind != '}')
            close_bracket(p, '}', "'{'");
        goto want_item;
    }
    p->frames.n--;
    return e;
}

Expr *ml_parse_expr(Parse *p)
{
    uint32_t root = p->frames.n;
    begin(p, false);
    return machine(p, root);
}

Expr *ml_parse_suffixed(Parse *p)
{
    uint32_t root = p->frames.n;
    if (p->tok.kind != TK_NAME && p->tok.kind != '(') {
        no_operand(p);
        return &p->dummy;
    }
    begin(p, true);
    return machine(p, root);
}

Expr **ml_parse_exprs(Parse *p, uint32_t *n)
{
    uint32_t base = p->list.n;
    do
        ml_parse_push(p, ml_parse_expr(p));
    while (ml_parse_accept(p, ','));
    return ml_parse_collect(p, &p->list, base, n);
}
