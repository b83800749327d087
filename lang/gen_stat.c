/*
 * gen_stat.c - statements, and the scopes of blocks.
 */

#include "lang/gen.h"

/* --- scopes --- */

void ml_gen_scope_open(Gen *g, Scope *s)
{
    *s = (Scope){ g->nact, g->nlive, g->ntbc };
}

void ml_gen_scope_close(Gen *g, const Scope *s, Pos pos)
{
    if (g->ntbc > s->ntbc)
        ml_gen_emit(g, OP_CLOSE, g->tbc[s->ntbc].reg, 0, 0, 0, pos);
    g->ntbc = s->ntbc;
    while (g->nlive > s->nlive)
        g->locals[g->live[--g->nlive]].end = g->ncode;
    g->nact = g->free = s->nact;
}

static void add_live(Gen *g, Str *name, int reg, bool boxed)
{
    g->locals = ml_gen_grow(g, g->locals, g->nlocals, &g->locals_cap, sizeof *g->locals);
    g->live = ml_gen_grow(g, g->live, g->nlive, &g->live_cap, sizeof *g->live);
    g->locals[g->nlocals] = (LocVar){ .name = name, .start = g->ncode, .end = g->ncode,
                                      .reg = (uint8_t)reg, .boxed = boxed };
    g->live[g->nlive++] = g->nlocals++;
    if (g->nact <= reg)
        g->nact = reg + 1;
}

void ml_gen_activate(Gen *g, AstVar *v, int reg)
{
    v->reg = reg;
    add_live(g, ml_gen_name(g, v->name), reg, ml_gen_is_boxed(v));
}

void ml_gen_activate_hidden(Gen *g, AstStr *name, int reg)
{
    add_live(g, ml_gen_name(g, name), reg, false);
}

void ml_gen_box(Gen *g, AstVar *v)
{
    if (ml_gen_is_boxed(v))
        ml_gen_emit(g, OP_NEWBOX, v->reg, 0, 0, 0, ml_gen_pos(v->pos));
}

void ml_gen_tbc(Gen *g, int reg, uint8_t level)
{
    g->tbc = ml_gen_grow(g, g->tbc, g->ntbc, &g->tbc_cap, sizeof *g->tbc);
    g->tbc[g->ntbc++] = (Tbc){ (uint8_t)reg, level };
}

void ml_gen_block(Gen *g, const Block *b)
{
    Scope s;
    ml_gen_scope_open(g, &s);
    ml_gen_stats(g, b);
    ml_gen_scope_close(g, &s, ml_gen_pos(b->end));
}

/* --- statements --- */

/* Control never comes to the end of a block like this. */
bool ml_gen_leaves(const Block *b)
{
    return b->last && (b->last->kind == ST_RETURN || b->last->kind == ST_BREAK ||
                       b->last->kind == ST_GOTO);
}

static void if_stat(Gen *g, StIf *s)
{
    int32_t end = NO_JUMP;
    for (uint32_t i = 0; i < s->narms; i++) {
        IfArm *arm = &s->arms[i];
        int32_t no = NO_JUMP;
        bool last = i == s->narms - 1 && !s->other;
        ml_gen_cond(g, arm->cond, false, &no);
        ml_gen_block(g, &arm->body);
        if (!last && !ml_gen_leaves(&arm->body))
            ml_gen_jump(g, &end, ml_gen_pos(arm->body.end));
        ml_gen_patch_here(g, no);
    }
    if (s->other)
        ml_gen_block(g, s->other);
    ml_gen_patch_here(g, end);
}

static void local_func(Gen *g, StLocalFunc *s)
{
    int r = ml_gen_reserve(g, 1);
    AstVar *v = s->var;
    if (!ml_gen_is_boxed(v)) {
        ml_gen_activate(g, v, r);
        ml_gen_func(g, s->f, r, s->h.pos);
        return;
    }
    ml_gen_emit(g, OP_LOADNIL, r, 0, 0, 0, ml_gen_pos(s->h.pos));
    ml_gen_activate(g, v, r);
    ml_gen_box(g, v);
    int t = ml_gen_reserve(g, 1);
    ml_gen_func(g, s->f, t, s->h.pos);
    ml_gen_emit(g, OP_SETBOX, r, t, 0, 0, ml_gen_pos(s->h.pos));
    g->free = r + 1;
}

int ml_gen_ret_flags(const Gen *g)
{
    return (g->f->vararg ? RET_VARARG : 0) | (g->ntbc > 0 ? RET_CLOSE : 0);
}

static bool tail_call(Gen *g, Expr *e, int flags)
{
    if ((e->kind != EX_CALL && e->kind != EX_METHOD) || g->ntbc > 0)
        return false;
    int save = g->free;
    ml_gen_multi(g, e, OPEN);
    g->code[g->ncode - 1].op = OP_TAILCALL;     /* it was the last one made */
    g->code[g->ncode - 1].c = (uint8_t)flags;
    g->free = save;
    return true;
}

static void return_stat(Gen *g, StReturn *s)
{
    Pos pos = ml_gen_pos(s->h.pos);
    int flags = ml_gen_ret_flags(g), base = g->free;
    if (s->nexprs == 0) {
        if (flags)
            ml_gen_emit(g, OP_RETURN, 0, 1, flags, 0, pos);
        else
            ml_gen_emit(g, OP_RETURN0, 0, 0, 0, 0, pos);
        return;
    }
    if (s->nexprs == 1 && !ml_gen_is_multi(s->exprs[0])) {
        int r = ml_gen_any(g, s->exprs[0]);
        if (flags)
            ml_gen_emit(g, OP_RETURN, r, 2, flags, 0, pos);
        else
            ml_gen_emit(g, OP_RETURN1, r, 0, 0, 0, pos);
        return;
    }
    if (s->nexprs == 1 && tail_call(g, s->exprs[0], flags))
        return;
    int b = ml_gen_args(g, s->exprs, s->nexprs);
    ml_gen_emit(g, OP_RETURN, base, b, flags, 0, pos);
}

/* Written out as a few items: it may become a message without being a table first. */
static const ExTable *short_list(Expr *msg)
{
    const ExTable *t = msg->kind == EX_TABLE ? AST_AS(const ExTable, msg) : NULL;
    return t && t->n > 0 && t->n <= ML_MAXLIST && t->npos == t->n ? t : NULL;
}

static void send_list(Gen *g, const ExTable *list, int to, Pos pos)
{
    int32_t sent = NO_JUMP;
    int t = ml_gen_reserve(g, 1), n = (int)list->n;
    Expr *last = list->items[n - 1].value;
    bool open = ml_gen_is_multi(last);
    for (int i = 0; i < n - open; i++)
        ml_gen_next(g, list->items[i].value);
    if (open)
        ml_gen_multi(g, last, OPEN);
    ml_gen_listed(g, &sent, ml_gen_emit(g, OP_SENDLIST, to, t, open ? 0 : n, 0, pos));
    if (open)
        ml_gen_emit(g, OP_SETLIST, t, 0, 0, 0, pos);
    ml_gen_emit(g, OP_SEND, to, t, 0, 0, pos);
    ml_gen_patch_here(g, sent);
}

static void send(Gen *g, StSend *s)
{
    SrcPos whole = s->to->pos;
    whole.endcol = s->msg->pos.line == whole.line ? s->msg->pos.endcol : 0;
    Pos pos = ml_gen_span(s->at, whole);
    const ExTable *list = short_list(s->msg);
    int to = ml_gen_any(g, s->to);
    if (list)
        send_list(g, list, to, pos);
    else
        ml_gen_emit(g, OP_SEND, to, ml_gen_any(g, s->msg), 0, 0, pos);
}

static void stat(Gen *g, Stat *s)
{
    switch ((StKind)s->kind) {
    case ST_LOCAL:
        ml_gen_local(g, AST_AS(StLocal, s));
        break;
    case ST_ASSIGN:
        ml_gen_assign(g, AST_AS(StAssign, s));
        break;
    case ST_CALL:
        ml_gen_multi(g, AST_AS(StExpr, s)->e, 0);
        break;
    case ST_DO:
        ml_gen_block(g, &AST_AS(StDo, s)->body);
        break;
    case ST_WHILE:
        ml_gen_while(g, AST_AS(StLoop, s));
        break;
    case ST_REPEAT:
        ml_gen_repeat(g, AST_AS(StLoop, s));
        break;
    case ST_IF:
        if_stat(g, AST_AS(StIf, s));
        break;
    case ST_FORNUM:
        ml_gen_fornum(g, AST_AS(StForNum, s));
        break;
    case ST_FORIN:
        ml_gen_forin(g, AST_AS(StForIn, s));
        break;
    case ST_FUNCTION:
        ml_gen_function(g, AST_AS(StFunction, s));
        break;
    case ST_LOCALFUNC:
        local_func(g, AST_AS(StLocalFunc, s));
        break;
    case ST_RETURN:
        return_stat(g, AST_AS(StReturn, s));
        break;
    case ST_BREAK:
        ml_gen_break(g, s);
        break;
    case ST_GOTO:
        ml_gen_goto(g, AST_AS(StGoto, s));
        break;
    case ST_LABEL:
        ml_gen_label(g, AST_AS(StGoto, s));
        break;
    case ST_RECEIVE:
        ml_gen_receive(g, AST_AS(StReceive, s));
        break;
    case ST_SEND:
        send(g, AST_AS(StSend, s));
        break;
    }
}

void ml_gen_stats(Gen *g, const Block *b)
{
    for (Stat *s = b->first; s; s = s->next) {
        stat(g, s);
        g->free = g->nact;
    }
}
