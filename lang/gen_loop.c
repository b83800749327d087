/*
 * gen_loop.c - loops, break, goto.
 *
 * Every jump back is a LOOP, FORLOOP or TFORLOOP: there the process is
 * charged and may give way. Jumps out of a scope that has to-be-closed
 * variables close them first.
 */

#include "lang/gen.h"

static void loop_open(Gen *g, Loop *l)
{
    *l = (Loop){ .up = g->loop, .breaks = NO_JUMP, .ntbc = g->ntbc };
    g->loop = l;
}

static void loop_close(Gen *g, Loop *l)
{
    ml_gen_patch_here(g, l->breaks);
    g->loop = l->up;
}

void ml_gen_while(Gen *g, StLoop *s)
{
    Loop l;
    int32_t no = NO_JUMP;
    uint32_t top = g->ncode;
    loop_open(g, &l);
    ml_gen_cond(g, s->cond, false, &no);
    ml_gen_block(g, &s->body);
    ml_gen_loop(g, OP_LOOP, 0, top, ml_gen_pos(s->h.pos));
    ml_gen_patch_here(g, no);
    loop_close(g, &l);
}

/* The condition sees the locals of the body. */
void ml_gen_repeat(Gen *g, StLoop *s)
{
    Loop l;
    Scope sc;
    int32_t yes = NO_JUMP;
    uint32_t top = g->ncode;
    Pos pos = ml_gen_pos(s->cond->pos);
    loop_open(g, &l);
    ml_gen_scope_open(g, &sc);
    ml_gen_stats(g, &s->body);
    ml_gen_cond(g, s->cond, true, &yes);
    bool closes = g->ntbc > sc.ntbc;
    if (closes)
        ml_gen_emit(g, OP_CLOSE, g->tbc[sc.ntbc].reg, 0, 0, 0, pos);
    ml_gen_loop(g, OP_LOOP, 0, top, pos);
    ml_gen_patch_here(g, yes);
    ml_gen_scope_close(g, &sc, pos);
    loop_close(g, &l);
}

static AstStr *state_name(Gen *g)
{
    AstStr *s = ml_ast_str(g->c->ast, "(for state)", 11);
    if (!s) {
        g->c->d->oom = true;
        longjmp(g->c->stop, 1);
    }
    return s;
}

static void hidden_state(Gen *g, int base, int n)
{
    AstStr *name = state_name(g);
    for (int i = 0; i < n; i++)
        ml_gen_activate_hidden(g, name, base + i);
}

void ml_gen_fornum(Gen *g, StForNum *s)
{
    Loop l;
    Scope sc;
    Pos pos = ml_gen_pos(s->h.pos);
    int32_t none = NO_JUMP;
    loop_open(g, &l);
    ml_gen_scope_open(g, &sc);
    int base = ml_gen_next(g, s->start);
    ml_gen_next(g, s->limit);
    if (s->step)
        ml_gen_next(g, s->step);
    else
        ml_gen_emit(g, OP_LOADI, ml_gen_reserve(g, 1), 0, 0, 1, pos);
    ml_gen_reserve(g, 1);
    hidden_state(g, base, 3);
    ml_gen_listed(g, &none, ml_gen_emit(g, OP_FORPREP, base, 0, 0, 0, pos));
    uint32_t top = g->ncode;
    Scope body;
    ml_gen_scope_open(g, &body);
    ml_gen_activate(g, s->var, base + 3);
    ml_gen_box(g, s->var);
    ml_gen_stats(g, &s->body);
    ml_gen_scope_close(g, &body, ml_gen_pos(s->body.end));
    ml_gen_loop(g, OP_FORLOOP, base, top, pos);
    ml_gen_patch_here(g, none);
    ml_gen_scope_close(g, &sc, pos);
    loop_close(g, &l);
}

static Pos call_place(const StForIn *s)
{
    /* where the iterator is called, for errors */
    return ml_gen_pos(s->exprs[0]->pos);
}

void ml_gen_forin(Gen *g, StForIn *s)
{
    enum { STATE = 4, CALL_ROOM = 3 };
    Loop l;
    Scope sc, body;
    Pos pos = ml_gen_pos(s->h.pos), at = call_place(s);
    int32_t prep = NO_JUMP;
    int nvars = (int)s->nvars;
    ml_gen_scope_open(g, &sc);
    int base = g->free;
    ml_gen_list(g, s->exprs, s->nexprs, STATE, s->h.pos);
    ml_gen_reserve(g, nvars > CALL_ROOM ? nvars : CALL_ROOM);
    g->free = base + STATE + nvars;
    hidden_state(g, base, STATE);
    ml_gen_tbc(g, base + 3, (uint8_t)(s->vars[0]->level - 1));
    loop_open(g, &l);
    l.closes = true;
    ml_gen_listed(g, &prep, ml_gen_emit(g, OP_TFORPREP, base, 0, 0, 0, at));
    uint32_t top = g->ncode;
    ml_gen_scope_open(g, &body);
    for (int i = 0; i < nvars; i++)
        ml_gen_activate(g, s->vars[i], base + STATE + i);
    for (int i = 0; i < nvars; i++)
        ml_gen_box(g, s->vars[i]);
    ml_gen_stats(g, &s->body);
    ml_gen_scope_close(g, &body, ml_gen_pos(s->body.end));
    ml_gen_patch_here(g, prep);
    ml_gen_emit(g, OP_TFORCALL, base, 0, nvars, 0, at);
    ml_gen_loop(g, OP_TFORLOOP, base, top, at);
    loop_close(g, &l);                  /* break leads to the CLOSE */
    ml_gen_scope_close(g, &sc, pos);
}

void ml_gen_break(Gen *g, Stat *s)
{
    Loop *l = g->loop;
    Pos pos = ml_gen_pos(s->pos);
    if (g->ntbc > l->ntbc && !l->closes)
        ml_gen_emit(g, OP_CLOSE, g->tbc[l->ntbc].reg, 0, 0, 0, pos);
    ml_gen_jump(g, &l->breaks, pos);
}

void ml_gen_goto(Gen *g, StGoto *s)
{
    StGoto *label = s->label;
    Pos pos = ml_gen_pos(s->h.pos);
    uint32_t left = g->ntbc;            /* variables from here on are left */
    while (left > 0 && g->tbc[left - 1].level >= label->nact)
        left--;
    if (left < g->ntbc)
        ml_gen_emit(g, OP_CLOSE, g->tbc[left].reg, 0, 0, 0, pos);
    if (label->placed)
        ml_gen_loop(g, OP_LOOP, 0, (uint32_t)label->pc, pos);
    else
        ml_gen_jump(g, &label->jumps, pos);
}

void ml_gen_label(Gen *g, StGoto *s)
{
    s->pc = (int32_t)g->ncode;
    s->placed = true;
    ml_gen_patch_here(g, s->jumps);
    s->jumps = NO_JUMP;
}
