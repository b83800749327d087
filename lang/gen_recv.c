/*
 * gen_recv.c - the receive statement, laid out as op.h describes it.
 *
 * Its own registers lie below those of the clauses:
 *
 *     [pins ...][after time][message] [names of a clause ...][temporaries]
 *
 * Alternatives share the guard and the body. Which one got there is kept in a
 * register when there is a guard, so that a guard that says no leads to the
 * next alternative:
 *
 *     alt 1 ... ; sel = 1 ; jump common
 *     alt 2 ... ; sel = 2
 *     common: guard ; take ; body ; jump end
 *     no:     sel 1: back to alt 2
 *     next clause
 */

#include <string.h>

#include "lang/gen.h"

typedef struct RecvTag {                /* a clause can only take ... */
    bool        item;                   /* ... a table whose item [1] is it; else the thing itself */
    int         reg;                    /* of a pin; -1: a constant */
    const Expr *e;
} RecvTag;

typedef struct Recv {
    StReceive *st;
    int       *pins;                    /* registers, by number; -1: a constant */
    RecvTag    tags[ML_MAXTAGS];
    int        ntags;                   /* 0: not every clause begins with one */
    int        msg, timer;
    uint32_t   recv;                    /* the RECV instruction */
    int32_t    end;
} Recv;

/* --- pins --- */

typedef struct Pinned { const AstVar *var; int reg; } Pinned;

/* Each variable is evaluated once, however often it is pinned. */
static void eval_pins(Gen *g, Recv *r)
{
    Pinned seen[ML_MAXREG];
    int n = 0;
    for (uint32_t i = 0; i < r->st->npins; i++) {
        Expr *e = ml_gen_strip(r->st->pins[i]->e);
        r->pins[i] = ml_gen_is_const(e) ? -1 : ml_gen_local_reg(g, e);
        if (r->pins[i] >= 0 || ml_gen_is_const(e))
            continue;
        const ExName *name = (const ExName *)(const void *)e;
        const AstVar *v = e->kind == EX_NAME && name->where == NAME_VAR ? name->var : NULL;
        for (int k = 0; k < n && v; k++)
            if (seen[k].var == v)
                r->pins[i] = seen[k].reg;
        if (r->pins[i] < 0) {
            r->pins[i] = ml_gen_next(g, e);
            seen[n++] = (Pinned){ v, r->pins[i] };
        }
    }
}

static void check_pins(Gen *g, const Recv *r)
{
    bool seen[ML_MAXREG] = { false };
    for (uint32_t i = 0; i < r->st->npins; i++) {
        int reg = r->pins[i];
        if (reg < 0 || seen[reg])
            continue;
        seen[reg] = true;
        ml_gen_emit(g, OP_PINCHECK, reg, 0, 0, 0,
                    ml_gen_pos(r->st->pins[i]->e->pos));
    }
}

/* A pin without which the pattern cannot match; -1: there is none. */
static int needed_pin(const Recv *r, const Pat *p)
{
    if (p->kind == PAT_PIN)
        return r->pins[p->pin];
    if (p->kind != PAT_TABLE)
        return -1;
    for (uint32_t i = 0; i < p->nitems; i++) {
        int pin = p->items[i].dflt ? -1 : needed_pin(r, p->items[i].pat);
        if (pin >= 0)
            return pin;
    }
    return -1;
}

/* If every alternative of every clause pins something: the registers, each
 * once, and their number; else 0. */
static int needed_pins(const Recv *r, int *reg)
{
    bool seen[ML_MAXREG] = { false };
    int n = 0;
    for (uint32_t i = 0; i < r->st->nclauses; i++) {
        const Clause *c = &r->st->clauses[i];
        for (uint32_t j = 0; j < c->nalts; j++) {
            int pin = needed_pin(r, c->alts[j]);
            if (pin < 0)
                return 0;
            if (!seen[pin])
                reg[n++] = pin;
            seen[pin] = true;
        }
    }
    return n;
}

/* --- tags: what all clauses begin with, see op.h --- */

static bool is_first(const PatItem *it)
{
    return it->kind == ITEM_POS ? it->index == 1
                                : it->key->kind == EX_INT && AST_AS(ExInt, it->key)->v == 1;
}

static bool same_const(const Expr *a, const Expr *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == EX_STR)
        return AST_AS(ExStr, a)->s == AST_AS(ExStr, b)->s;
    if (a->kind == EX_INT)
        return AST_AS(ExInt, a)->v == AST_AS(ExInt, b)->v;
    return a->kind != EX_FLT;
}

static bool add_tag(Recv *r, RecvTag t)
{
    for (int i = 0; i < r->ntags; i++) {
        const RecvTag *o = &r->tags[i];
        if (o->item == t.item && o->reg == t.reg && (t.reg >= 0 || same_const(o->e, t.e)))
            return true;
    }
    if (r->ntags == ML_MAXTAGS || (t.reg < 0 && t.e->kind == EX_NIL))
        return false;
    r->tags[r->ntags++] = t;
    return true;
}

static bool tag_of(Recv *r, const Pat *p, bool item)
{
    if (p->kind == PAT_LIT)
        return add_tag(r, (RecvTag){ item, -1, p->e });
    if (p->kind == PAT_PIN)
        return add_tag(r, (RecvTag){ item, r->pins[p->pin], ml_gen_strip(p->e) });
    if (p->kind != PAT_TABLE || item)
        return false;
    for (uint32_t i = 0; i < p->nitems; i++)
        if (is_first(&p->items[i]) && !p->items[i].dflt)
            return tag_of(r, p->items[i].pat, true);
    return false;
}

static void find_tags(Recv *r)
{
    r->ntags = 0;
    for (uint32_t i = 0; i < r->st->nclauses; i++) {
        const Clause *c = &r->st->clauses[i];
        for (uint32_t j = 0; j < c->nalts; j++)
            if (!tag_of(r, c->alts[j], false)) {
                r->ntags = 0;
                return;
            }
    }
}

/* Behind the RECVNEXT. */
static void tags(Gen *g, const Recv *r, Pos pos)
{
    for (int i = 0; i < r->ntags; i++) {
        const RecvTag *t = &r->tags[i];
        if (t->reg >= 0)
            ml_gen_emit(g, OP_RECVPIN, t->item, t->reg, 0, 0, pos);
        else
            ml_gen_emit(g, OP_RECVTAG, t->item, 0, 0, (int32_t)ml_gen_const(g, t->e), pos);
    }
}

static void mark(Gen *g, const Recv *r, Pos pos)
{
    int reg[ML_MAXREG];
    int n = needed_pins(r, reg);
    int save = g->free;
    if (n == 0)
        return;
    int first = reg[0];
    if (n > 1) {
        first = ml_gen_reserve(g, n);
        for (int i = 0; i < n; i++)
            ml_gen_emit(g, OP_MOVE, first + i, reg[i], 0, 0, pos);
    }
    ml_gen_emit(g, OP_RECVMARK, first, n, r->ntags > 0, 0, pos);
    g->free = save;
}

/* --- the text of a pattern, for reports --- */

static void find_lines(Gen *g)
{
    const AstChunk *ast = g->c->ast;
    uint32_t n = ast->nlines + 2;
    g->line_off = ml_comp_alloc(g->c, n * sizeof *g->line_off);
    const char *p = ast->src, *end = ast->src + ast->len;
    g->nlines = 0;
    while (g->nlines < n) {
        g->line_off[g->nlines++] = (uint32_t)(p - ast->src);
        while (p < end && *p != '\n' && *p != '\r')
            p++;
        if (p == end)
            break;
        if (p + 1 < end && (p[1] == '\n' || p[1] == '\r') && p[1] != p[0])
            p++;                        /* "\r\n" is one end of line */
        p++;
    }
}

static Str *clause_text(Gen *g, const Clause *c)
{
    const AstChunk *ast = g->c->ast;
    SrcPos from = c->alts[0]->pos, to = c->alts[c->nalts - 1]->pos;
    if (!g->line_off)
        find_lines(g);
    size_t start = 0, n = 0;
    if (from.line >= 1 && from.line <= g->nlines) {
        start = g->line_off[from.line - 1] + from.col - 1;
        size_t end = start;
        while (end < ast->len && ast->src[end] != '\n' && ast->src[end] != '\r')
            end++;
        if (to.line == from.line && to.endcol > from.col && to.endcol - from.col <= end - start)
            end = start + (to.endcol - from.col);
        n = start < end ? end - start : 0;
    }
    AstStr *s = ml_ast_str(g->c->ast, n ? ast->src + start : "", n);
    if (!s) {
        g->c->d->oom = true;
        longjmp(g->c->stop, 1);
    }
    return ml_gen_name(g, s);
}

/* --- clauses --- */

static void fail_to(Gen *g, PatGen *pg, uint32_t to)
{
    ml_gen_patch(g, pg->fail, to);
    for (uint32_t i = pg->guard0; i < pg->guard1; i++)
        g->guards[i].fail = to;
}

static void give_registers(Gen *g, Clause *c)
{
    for (uint32_t i = 0; i < c->nvars; i++)
        c->vars[i]->reg = ml_gen_reserve(g, 1);
    if (c->as)
        c->as->reg = ml_gen_reserve(g, 1);
    g->nact = g->free;
}

static void activate(Gen *g, Clause *c)
{
    for (uint32_t i = 0; i < c->nvars; i++)
        ml_gen_activate(g, c->vars[i], c->vars[i]->reg);
    if (c->as)
        ml_gen_activate(g, c->as, c->as->reg);
}

static bool has_box(const Clause *c)
{
    for (uint32_t i = 0; i < c->nvars; i++)
        if (ml_gen_is_boxed(c->vars[i]))
            return true;
    return false;
}

/* All alternatives, each jumping to what follows. at[i]: where i begins. The
 * failures of the last one are left in pg. */
static void alternatives(Gen *g, Clause *c, PatGen *pg, int sel, uint32_t *at)
{
    int32_t common = NO_JUMP;
    bool hold = c->nalts > 1 && (c->guard || has_box(c));
    for (uint32_t i = 0; i < c->nalts; i++) {
        Pos pos = ml_gen_pos(c->alts[i]->pos);
        at[i] = g->ncode;
        if (i > 0)
            fail_to(g, pg, g->ncode);
        ml_gen_alternative(g, pg, c->alts[i]);
        if (hold)                       /* all leave the same state behind */
            ml_gen_hold(g, pg, pos);
        if (sel >= 0)
            ml_gen_emit(g, OP_LOADI, sel, 0, 0, (int32_t)i + 1, pos);
        if (i + 1 < c->nalts)
            ml_gen_jump(g, &common, pos);
    }
    ml_gen_patch_here(g, common);
}

/* After a guard that said no: on to the alternative after the one that matched. */
static void next_alternative(Gen *g, const Clause *c, int sel, const uint32_t *at, Pos pos)
{
    for (uint32_t i = 1; i < c->nalts; i++) {
        int32_t other = NO_JUMP;
        ml_gen_jump_imm(g, OP_JNEI, sel, (int)i * 2, &other, pos);
        ml_gen_loop(g, OP_LOOP, 0, at[i], pos);
        ml_gen_patch_here(g, other);
    }
}

static void body(Gen *g, Recv *r, Clause *c)
{
    if (c->body.first)                  /* the message may be garbage soon */
        ml_gen_emit(g, OP_LOADNIL, r->msg, 0, 0, 0, ml_gen_pos(c->pos));
    g->clauses = ml_gen_grow(g, g->clauses, g->nclauses, &g->clauses_cap, sizeof *g->clauses);
    uint32_t n = g->nclauses++;
    g->clauses[n] = (RecvClause){ .recv = r->recv, .start = g->ncode, .end = g->ncode,
                                  .line = c->pos.line, .text = NULL };
    Str *text = clause_text(g, c);
    ml_gen_stats(g, &c->body);
    g->clauses[n].text = text;
    g->clauses[n].end = g->ncode;
}

static void clause(Gen *g, Recv *r, Clause *c)
{
    enum { MAX_ALTS = 30000 };          /* their number is an immediate operand */
    Scope sc;
    Pos pos = ml_gen_pos(c->pos);
    PatGen pg = { .clause = c, .msg = r->msg, .pins = r->pins };
    int32_t no = NO_JUMP;
    uint32_t one[1], *at = c->nalts == 1 ? one : ml_comp_alloc(g->c, c->nalts * sizeof *at);
    uint32_t guard = 0;
    int sel = -1;

    if (c->nalts > MAX_ALTS)
        ml_comp_fatal(g->c, c->pos, "clause has too many alternatives");
    ml_gen_scope_open(g, &sc);
    if (c->guard && c->nalts > 1)
        sel = ml_gen_reserve(g, 1);
    give_registers(g, c);
    alternatives(g, c, &pg, sel, at);
    if (c->as) {
        ml_gen_emit(g, OP_MOVE, c->as->reg, r->msg, 0, 0, pos);
        c->as->flags = PATVAR_SET;
    }
    if (c->guard) {
        Pos gpos = ml_gen_pos(c->guard->pos);
        ml_gen_hold(g, &pg, gpos);
        activate(g, c);
        guard = ml_gen_guard_open(g, gpos);
        ml_gen_cond(g, c->guard, false, &no);
        ml_gen_guard_close(g, guard, gpos);
    }
    ml_gen_emit(g, OP_RECVTAKE, 0, 0, 0, 0, pos);
    if (!c->guard) {
        ml_gen_pat_boxes(g, c);
        activate(g, c);
    }
    body(g, r, c);
    ml_gen_scope_close(g, &sc, ml_gen_pos(c->body.end));
    if (!ml_gen_leaves(&c->body))
        ml_gen_jump(g, &r->end, ml_gen_pos(c->body.end));
    if (c->guard) {
        ml_gen_patch_here(g, no);
        ml_gen_emit(g, OP_GUARD, 0, 0, 0, 0, pos);
        g->guards[guard].fail = g->ncode;
        next_alternative(g, c, sel, at, pos);
    }
    fail_to(g, &pg, g->ncode);
}

/* --- the statement --- */

static void waiting(Gen *g, Recv *r, Pos pos)
{
    StReceive *s = r->st;
    Pos apos = s->after_pos.line ? ml_gen_pos(s->after_pos) : pos;
    if (s->else_body) {
        ml_gen_emit(g, OP_RECVELSE, 0, 0, 0, 0, apos);
        ml_gen_block(g, s->else_body);
        return;
    }
    int32_t late = NO_JUMP;
    uint32_t wait = ml_gen_emit(g, OP_RECVWAIT, r->timer, s->nclauses == 0, 0, 0, apos);
    ml_gen_listed(g, &late, wait);
    ml_gen_loop(g, OP_LOOP, 0, s->nclauses ? r->recv : wait, apos);
    ml_gen_patch_here(g, late);
    if (s->after_body)
        ml_gen_block(g, s->after_body);
}

static void clauses(Gen *g, Recv *r, Pos pos)
{
    int32_t none = NO_JUMP;
    r->recv = ml_gen_emit(g, OP_RECV, r->msg, 0, 0, 0, pos);
    ml_gen_listed(g, &none, r->recv);
    for (uint32_t i = 0; i < r->st->nclauses; i++)
        clause(g, r, &r->st->clauses[i]);
    ml_gen_loop(g, OP_RECVNEXT, r->ntags, r->recv, pos);
    tags(g, r, pos);
    ml_gen_patch_here(g, none);
}

void ml_gen_receive(Gen *g, StReceive *s)
{
    Scope sc;
    Pos pos = ml_gen_pos(s->h.pos);
    Recv r = { .st = s, .msg = -1, .timer = -1, .end = NO_JUMP };
    ml_gen_scope_open(g, &sc);
    r.pins = s->npins ? ml_comp_alloc(g->c, s->npins * sizeof *r.pins) : NULL;
    eval_pins(g, &r);
    find_tags(&r);
    if (!s->else_body) {
        r.timer = ml_gen_reserve(g, 1);
        if (s->after)
            ml_gen_to(g, s->after, r.timer);
        else
            ml_gen_emit(g, OP_LOADNIL, r.timer, 0, 0, 0, pos);
    }
    if (s->nclauses)
        r.msg = ml_gen_reserve(g, 1);
    g->nact = g->free;
    check_pins(g, &r);
    ml_gen_emit(g, OP_RECVSTART, s->nclauses ? r.msg : 0, s->nclauses > 0, 0, 0, pos);
    if (s->nclauses)
        mark(g, &r, pos);
    if (s->after)
        ml_gen_emit(g, OP_RECVINIT, r.timer, 0, 0, 0,
                    s->after ? ml_gen_pos(s->after->pos) : pos);
    if (s->nclauses)
        clauses(g, &r, pos);
    waiting(g, &r, pos);
    ml_gen_patch_here(g, r.end);
    ml_gen_scope_close(g, &sc, ml_gen_pos(s->end));
}
