/*
 * gen_pat.c - patterns: a value in a register against a shape.
 *
 * Names are bound by loading the part right into the register of the
 * variable; if the pattern fails later, nothing was lost. Nothing may be
 * allocated while the message is still queued, so what allocates or runs
 * other code waits until the shape is known to fit: defaults and rests are
 * put on a list and made at the end, left to right, after RECVHOLD. Only the
 * default of a table pattern cannot wait, as its parts are matched too; what
 * is on the list then is made before it, so that it sees the names to its
 * left.
 */

#include "lang/gen.h"
#include "vm/data/num.h"

typedef struct PatTodo {
    struct PatTodo *next;
    Pat            *rest;       /* a table pattern with a rest, in `reg`; or */
    PatItem        *item;       /* an item with a default, its value in `reg` */
    int             reg;
} PatTodo;

static void pattern(Gen *g, PatGen *pg, Pat *p, int reg);

/* --- guards --- */

uint32_t ml_gen_guard_open(Gen *g, Pos pos)
{
    ml_gen_emit(g, OP_GUARD, 1, 0, 0, 0, pos);
    g->guards = ml_gen_grow(g, g->guards, g->nguards, &g->guards_cap, sizeof *g->guards);
    g->guards[g->nguards] = (GuardRange){ .start = g->ncode };
    return g->nguards++;
}

void ml_gen_guard_close(Gen *g, uint32_t guard, Pos pos)
{
    g->guards[guard].end = g->ncode;
    ml_gen_emit(g, OP_GUARD, 0, 0, 0, 0, pos);
}

/* --- variables of the clause --- */

/* Something of the message, or a new table that has it inside, gets a name only
 * after RECVHOLD. */
static bool names_late(const Pat *p)
{
    if (p->kind != PAT_TABLE)
        return false;
    if (p->rest == REST_NAMED)
        return true;
    for (uint32_t i = 0; i < p->nitems; i++) {
        const PatItem *it = &p->items[i];
        if ((it->dflt && it->pat->kind == PAT_TABLE) || names_late(it->pat))
            return true;
    }
    return false;
}

static void box_var(Gen *g, AstVar *v)
{
    if ((v->flags & PATVAR_SET) && !(v->flags & PATVAR_BOXED) && ml_gen_is_boxed(v)) {
        ml_gen_box(g, v);
        v->flags |= PATVAR_BOXED;
    }
}

void ml_gen_pat_boxes(Gen *g, Clause *c)
{
    for (uint32_t i = 0; i < c->nvars; i++)
        box_var(g, c->vars[i]);
    if (c->as)
        box_var(g, c->as);
}

/* The message itself gets a name, or what may be the message and is not known yet. */
static bool names_message(const Clause *c)
{
    if (c->as)
        return true;
    for (uint32_t i = 0; i < c->nalts; i++)
        if (c->alts[i]->kind == PAT_BIND || names_late(c->alts[i]))
            return true;
    return false;
}

void ml_gen_hold(Gen *g, PatGen *pg, Pos pos)
{
    const Clause *c = pg->clause;
    if (!pg->held)
        ml_gen_emit(g, OP_RECVHOLD, c->nvars ? c->vars[0]->reg : 0, (int)c->nvars,
                    names_message(c), 0, pos);
    pg->held = true;
    ml_gen_pat_boxes(g, pg->clause);
}

/* --- what waits --- */

static void wait_for(Gen *g, PatGen *pg, PatTodo t)
{
    PatTodo *n = ml_comp_alloc(g->c, sizeof *n);
    *n = t;
    *pg->todo_end = n;
    pg->todo_end = &n->next;
}

static void load_default(Gen *g, PatItem *it, int reg, Pos pos)
{
    if (ml_gen_is_const(it->dflt)) {
        ml_gen_to(g, it->dflt, reg);
        return;
    }
    uint32_t guard = ml_gen_guard_open(g, pos);
    ml_gen_to(g, it->dflt, reg);
    ml_gen_guard_close(g, guard, pos);
}

static void jump_nil(Gen *g, bool sense, int reg, int32_t *list, Pos pos)
{
    static const Expr nil = { .kind = EX_NIL };
    ml_gen_emit(g, sense ? OP_JEQK : OP_JNEK, reg, 0, 0, (int32_t)ml_gen_const(g, &nil), pos);
    ml_gen_jump(g, list, pos);
}

static void make_default(Gen *g, PatTodo *t)
{
    int32_t there = NO_JUMP;
    Pos pos = ml_gen_pos(t->item->pos);
    jump_nil(g, false, t->reg, &there, pos);
    load_default(g, t->item, t->reg, pos);
    ml_gen_patch_here(g, there);
    if (t->item->pat->kind == PAT_BIND) {
        t->item->pat->var->flags |= PATVAR_SET;
        box_var(g, t->item->pat->var);
    }
}

static void make_rest(Gen *g, PatTodo *t)
{
    Pat *p = t->rest;
    Pos pos = ml_gen_pos(p->rest_pos);
    int save = g->free;
    if (p->npos > UINT8_MAX)
        ml_comp_fatal(g->c, p->rest_pos, "pattern has too many items before '...'");
    int r = ml_gen_reserve(g, 1);
    int nkeys = 0;
    for (uint32_t i = 0; i < p->nitems; i++) {
        if (p->items[i].kind == ITEM_POS)
            continue;
        ml_gen_next(g, p->items[i].key);
        nkeys++;
    }
    ml_gen_emit(g, OP_MREST, r, t->reg, (int)p->npos, nkeys, pos);
    ml_gen_emit(g, OP_MOVE, p->var->reg, r, 0, 0, pos);
    p->var->flags |= PATVAR_SET;
    box_var(g, p->var);
    g->free = save;
}

static void make_todo(Gen *g, PatGen *pg, Pos pos)
{
    if (!pg->todo)
        return;
    ml_gen_hold(g, pg, pos);
    for (PatTodo *t = pg->todo; t; t = t->next) {
        if (t->item)
            make_default(g, t);
        else
            make_rest(g, t);
    }
    pg->todo = NULL;
    pg->todo_end = &pg->todo;
}

/* --- parts --- */

static bool int_key(const Expr *key, int64_t *i)
{
    if (key->kind == EX_INT) {
        *i = ((const ExInt *)(const void *)key)->v;
        return true;
    }
    return key->kind == EX_FLT && ml_float_to_int(((const ExFlt *)(const void *)key)->v, i);
}

static void get_part(Gen *g, const PatItem *it, int tab, int dst, Pos pos)
{
    int64_t i = it->index;
    if (it->kind != ITEM_POS && !int_key(it->key, &i)) {
        ml_gen_emit(g, OP_MGETK, dst, tab, 0, (int32_t)ml_gen_const(g, it->key), pos);
        return;
    }
    if (i >= 0 && i <= UINT8_MAX)
        ml_gen_emit(g, OP_MGETI, dst, tab, (int)i, 0, pos);
    else
        ml_gen_emit(g, OP_MGETK, dst, tab, 0, (int32_t)ml_gen_num(g, ml_v_int(i)), pos);
}

static int match_type(PatType t)
{
    switch (t) {
    case PT_NONE:     return MT_ANY;
    case PT_INTEGER:  return MT_INTEGER;
    case PT_FLOAT:    return MT_FLOAT;
    case PT_NUMBER:   return MT_NUMBER;
    case PT_STRING:   return MT_STRING;
    case PT_BOOLEAN:  return MT_BOOLEAN;
    case PT_TABLE:    return MT_TABLE;
    case PT_FUNCTION: return MT_FUNCTION;
    case PT_PID:      return MT_PID;
    case PT_REF:      return MT_REF;
    case PT_USERDATA: return MT_USERDATA;
    }
    return MT_ANY;
}

static void check_type(Gen *g, PatGen *pg, Pat *p, int reg)
{
    int t = match_type((PatType)p->type);
    if (t == MT_ANY && reg == pg->msg)
        return;                         /* a message is never nil */
    ml_gen_listed(g, &pg->fail, ml_gen_emit(g, OP_MTYPE, reg, t, 0, 0, ml_gen_pos(p->pos)));
}

static void check_literal(Gen *g, PatGen *pg, const Expr *e, int reg, Pos pos)
{
    if (e->kind == EX_NIL) {
        ml_gen_listed(g, &pg->fail, ml_gen_emit(g, OP_MISNIL, reg, 0, 0, 0, pos));
        return;
    }
    int v;
    if (ml_gen_immediate(e, &v)) {
        ml_gen_jump_imm(g, OP_JNEI, reg, v, &pg->fail, pos);
        return;
    }
    ml_gen_emit(g, OP_JNEK, reg, 0, 0, (int32_t)ml_gen_const(g, e), pos);
    ml_gen_jump(g, &pg->fail, pos);
}

static bool names_key(const Pat *p, int64_t want)
{
    for (uint32_t i = 0; i < p->nitems; i++) {
        int64_t k;
        if (p->items[i].kind == ITEM_KEY && int_key(p->items[i].key, &k) && k == want)
            return true;
    }
    return false;
}

/* Positional items without `...`: there is no further one. */
static void check_length(Gen *g, PatGen *pg, Pat *p, int reg, Pos pos)
{
    int64_t next = (int64_t)p->npos + 1;
    if (p->npos == 0 || p->rest != REST_NONE || names_key(p, next))
        return;
    int save = g->free;
    int t = ml_gen_reserve(g, 1);
    PatItem it = { .kind = ITEM_POS, .index = (uint32_t)next };
    get_part(g, &it, reg, t, pos);
    ml_gen_listed(g, &pg->fail, ml_gen_emit(g, OP_MISNIL, t, 0, 0, 0, pos));
    g->free = save;
}

/* --- items with a default --- */

static bool has_todo(const Pat *p)
{
    if (p->kind != PAT_TABLE)
        return false;
    if (p->rest == REST_NAMED)
        return true;
    for (uint32_t i = 0; i < p->nitems; i++) {
        const PatItem *it = &p->items[i];
        if (it->dflt && (!ml_gen_is_const(it->dflt) || it->pat->kind == PAT_TABLE))
            return true;
        if (has_todo(it->pat))
            return true;
    }
    return false;
}

/* The names of a table pattern that is not there. */
static void nil_names(Gen *g, Pat *p, bool box)
{
    if (p->kind == PAT_BIND || (p->kind == PAT_TABLE && p->rest == REST_NAMED)) {
        ml_gen_emit(g, OP_LOADNIL, p->var->reg, 0, 0, 0, ml_gen_pos(p->pos));
        p->var->flags |= PATVAR_SET;
        if (box)
            box_var(g, p->var);
    }
    if (p->kind == PAT_TABLE)
        for (uint32_t i = 0; i < p->nitems; i++)
            nil_names(g, p->items[i].pat, box);
}

static void clear_flags(Pat *p)
{
    if (p->kind == PAT_BIND || (p->kind == PAT_TABLE && p->rest == REST_NAMED))
        p->var->flags = 0;
    if (p->kind == PAT_TABLE)
        for (uint32_t i = 0; i < p->nitems; i++)
            clear_flags(p->items[i].pat);
}

/* {...} or nil */
static void optional_table(Gen *g, PatGen *pg, PatItem *it, int reg)
{
    int32_t absent = NO_JUMP, end = NO_JUMP;
    Pos pos = ml_gen_pos(it->pos);
    bool todo = has_todo(it->pat);
    if (todo) {                         /* must not be made when it is absent */
        make_todo(g, pg, pos);
        ml_gen_hold(g, pg, pos);
    }
    jump_nil(g, true, reg, &absent, pos);
    pattern(g, pg, it->pat, reg);
    if (todo) {
        make_todo(g, pg, pos);
        ml_gen_pat_boxes(g, pg->clause);
    }
    ml_gen_jump(g, &end, pos);
    ml_gen_patch_here(g, absent);
    clear_flags(it->pat);
    nil_names(g, it->pat, todo);
    ml_gen_patch_here(g, end);
}

static void default_table(Gen *g, PatGen *pg, PatItem *it, int reg)
{
    int32_t there = NO_JUMP;
    Pos pos = ml_gen_pos(it->pos);
    make_todo(g, pg, pos);
    ml_gen_hold(g, pg, pos);
    jump_nil(g, false, reg, &there, pos);
    load_default(g, it, reg, pos);
    ml_gen_patch_here(g, there);
    pattern(g, pg, it->pat, reg);
}

static bool needs_check(const Pat *p)
{
    return p->kind == PAT_LIT || p->kind == PAT_PIN || p->type != PT_NONE;
}

/* A name, `_`, literal or pin with a default: what is there must match. */
static void optional_leaf(Gen *g, PatGen *pg, PatItem *it, int reg)
{
    Pat *p = it->pat;
    Pos pos = ml_gen_pos(it->pos);
    int32_t absent = NO_JUMP;
    bool constant = ml_gen_is_const(it->dflt), binds = p->kind == PAT_BIND;
    if (needs_check(p)) {
        jump_nil(g, true, reg, &absent, pos);
        pattern(g, pg, p, reg);
    }
    if (constant && binds && it->dflt->kind != EX_NIL) {
        int32_t there = NO_JUMP;
        if (needs_check(p))
            ml_gen_jump(g, &there, pos);
        else
            jump_nil(g, false, reg, &there, pos);
        ml_gen_patch_here(g, absent);
        ml_gen_to(g, it->dflt, reg);
        ml_gen_patch_here(g, there);
    } else {
        ml_gen_patch_here(g, absent);
    }
    if (binds)
        p->var->flags = constant ? PATVAR_SET : 0;
    if (!constant)
        wait_for(g, pg, (PatTodo){ .item = it, .reg = reg });
}

/* --- patterns --- */

static void item(Gen *g, PatGen *pg, PatItem *it, int tab)
{
    Pat *p = it->pat;
    int save = g->free;
    PatTodo **before = pg->todo_end;
    int reg = p->kind == PAT_BIND ? p->var->reg : ml_gen_reserve(g, 1);
    get_part(g, it, tab, reg, ml_gen_pos(it->pos));
    if (!it->dflt)
        pattern(g, pg, p, reg);
    else if (p->kind != PAT_TABLE)
        optional_leaf(g, pg, it, reg);
    else if (it->dflt->kind == EX_NIL)
        optional_table(g, pg, it, reg);
    else
        default_table(g, pg, it, reg);
    if (pg->todo_end == before || !pg->todo)
        g->free = save;                 /* else something still needs it */
}

static void table(Gen *g, PatGen *pg, Pat *p, int reg)
{
    Pos pos = ml_gen_pos(p->pos);
    ml_gen_listed(g, &pg->fail, ml_gen_emit(g, OP_MTAB, reg, 0, 0, 0, pos));
    if (p->nitems == 0 && p->rest == REST_NONE)
        ml_gen_listed(g, &pg->fail, ml_gen_emit(g, OP_MEMPTY, reg, 0, 0, 0, pos));
    for (uint32_t i = 0; i < p->nitems; i++)
        item(g, pg, &p->items[i], reg);
    check_length(g, pg, p, reg, pos);
    if (p->rest == REST_NAMED)
        wait_for(g, pg, (PatTodo){ .rest = p, .reg = reg });
}

/* Recursion: as deep as the parser lets tables nest. */
static void pattern(Gen *g, PatGen *pg, Pat *p, int reg)
{
    Pos pos = ml_gen_pos(p->pos);
    switch ((PatKind)p->kind) {
    case PAT_ANY:
        check_type(g, pg, p, reg);
        break;
    case PAT_BIND:
        check_type(g, pg, p, reg);
        if (p->var->reg != reg)
            ml_gen_emit(g, OP_MOVE, p->var->reg, reg, 0, 0, pos);
        p->var->flags = PATVAR_SET;
        break;
    case PAT_LIT:
        check_literal(g, pg, p->e, reg, pos);
        break;
    case PAT_PIN:
        if (pg->pins[p->pin] < 0)
            check_literal(g, pg, ml_gen_strip(p->e), reg, pos);
        else
            ml_gen_listed(g, &pg->fail,
                          ml_gen_emit(g, OP_MEQ, reg, pg->pins[p->pin], 0, 0, pos));
        break;
    case PAT_TABLE:
        table(g, pg, p, reg);
        break;
    }
}

void ml_gen_alternative(Gen *g, PatGen *pg, Pat *pat)
{
    int save = g->free;
    for (uint32_t i = 0; i < pg->clause->nvars; i++)
        pg->clause->vars[i]->flags = 0;
    pg->fail = NO_JUMP;
    pg->held = false;
    pg->todo = NULL;
    pg->todo_end = &pg->todo;
    pg->guard0 = g->nguards;
    pattern(g, pg, pat, pg->msg);
    make_todo(g, pg, ml_gen_pos(pat->pos));
    pg->guard1 = g->nguards;
    g->free = save;
}
