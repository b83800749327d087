/*
 * gen_code.c - instructions, jumps, constants and registers of the function
 * under construction, and the last pass that lays it down.
 *
 *     arena:  [constants ...][instructions ...]
 *                             ^ Proto.code
 *
 * Until that pass an instruction names its constant by index, and a jump that
 * does not know its target yet is a link in a list: its d is the index of the
 * next jump with the same target, NO_JUMP at the end.
 */

#include <string.h>

#include "lang/gen.h"
#include "vm/base/check.h"
#include "vm/base/hash.h"

/* --- growing arrays --- */

void *ml_gen_grow(Gen *g, void *v, uint32_t n, uint32_t *cap, size_t size)
{
    if (n < *cap)
        return v;
    uint32_t more = *cap ? *cap * 2 : 64;
    void *p = more > *cap ? ml_mem_realloc(g->mem, v, *cap * size, more * size) : NULL;
    if (!p) {
        g->c->d->oom = true;
        longjmp(g->c->stop, 1);
    }
    *cap = more;
    return p;
}

void ml_gen_fini(Gen *g)
{
    ml_mem_free(g->mem, g->code, g->code_cap * sizeof *g->code);
    ml_mem_free(g->mem, g->pos, g->pos_cap * sizeof *g->pos);
    ml_mem_free(g->mem, g->k, g->k_cap * sizeof *g->k);
    ml_mem_free(g->mem, g->kslot, g->nkslot * sizeof *g->kslot);
    ml_mem_free(g->mem, g->locals, g->locals_cap * sizeof *g->locals);
    ml_mem_free(g->mem, g->live, g->live_cap * sizeof *g->live);
    ml_mem_free(g->mem, g->tbc, g->tbc_cap * sizeof *g->tbc);
    ml_mem_free(g->mem, g->guards, g->guards_cap * sizeof *g->guards);
    ml_mem_free(g->mem, g->clauses, g->clauses_cap * sizeof *g->clauses);
}

/* --- places --- */

static uint16_t column(uint32_t c) { return c > UINT16_MAX ? UINT16_MAX : (uint16_t)c; }

Pos ml_gen_pos(SrcPos at)
{
    return (Pos){ at.line, column(at.col), column(at.endcol) };
}

Pos ml_gen_span(SrcPos at, SrcPos whole)
{
    if (whole.line != at.line)
        return ml_gen_pos(at);
    return (Pos){ at.line, column(whole.col), column(whole.endcol) };
}

/* --- instructions --- */

uint32_t ml_gen_emit(Gen *g, Op op, int a, int b, int c, int32_t d, Pos pos)
{
    g->code = ml_gen_grow(g, g->code, g->ncode, &g->code_cap, sizeof *g->code);
    g->pos = ml_gen_grow(g, g->pos, g->ncode, &g->pos_cap, sizeof *g->pos);
    g->code[g->ncode] = (Instr){ (uint8_t)op, (uint8_t)a, (uint8_t)b, (uint8_t)c, d };
    g->pos[g->ncode] = pos;
    return g->ncode++;
}

static SrcPos last_place(const Gen *g)
{
    if (g->ncode == 0)
        return g->f->pos;
    Pos at = g->pos[g->ncode - 1];
    return (SrcPos){ at.line, at.col, at.endcol };
}

int ml_gen_reserve(Gen *g, int n)
{
    int r = g->free;
    if (n > ML_MAXREG - r)
        ml_comp_fatal(g->c, last_place(g), "function or expression needs too many registers");
    g->free += n;
    if (g->free > g->maxstack)
        g->maxstack = g->free;
    return r;
}

/* --- jumps --- */

void ml_gen_listed(Gen *g, int32_t *list, uint32_t at)
{
    g->code[at].d = *list;
    *list = (int32_t)at;
}

void ml_gen_jump(Gen *g, int32_t *list, Pos pos)
{
    ml_gen_listed(g, list, ml_gen_emit(g, OP_JMP, 0, 0, 0, 0, pos));
}

void ml_gen_patch(Gen *g, int32_t list, uint32_t to)
{
    while (list != NO_JUMP) {
        int32_t next = g->code[list].d;
        g->code[list].d = (int32_t)to - (list + 1);
        list = next;
    }
}

void ml_gen_patch_here(Gen *g, int32_t list)
{
    ml_gen_patch(g, list, g->ncode);
}

void ml_gen_loop(Gen *g, Op op, int a, uint32_t to, Pos pos)
{
    ml_gen_emit(g, op, a, 0, 0, (int32_t)to - (int32_t)(g->ncode + 1), pos);
}

/* --- constants --- */

static uint32_t new_const(Gen *g, Value v)
{
    g->k = ml_gen_grow(g, g->k, g->nk, &g->k_cap, sizeof *g->k);
    g->k[g->nk] = v;
    return g->nk++;
}

Str *ml_gen_name(Gen *g, AstStr *s)
{
    if (!s->user) {
        s->user = ml_image_string(g->c->im, g->c->env->symtab,
                                  g->c->env->hash_key, s->s, s->len);
        if (!s->user) {
            g->c->d->oom = true;
            longjmp(g->c->stop, 1);
        }
    }
    return s->user;
}

uint32_t ml_gen_str(Gen *g, AstStr *s)
{
    if (s->kfunc != g->stamp) {
        s->k = new_const(g, ml_v_str(ml_gen_name(g, s)));
        s->kfunc = g->stamp;
    }
    return s->k;
}

static uint32_t slot_of(const Gen *g, Value v)
{
    uint32_t mask = g->nkslot - 1, i = ml_hash_u64(v.u + v.tag, g->c->env->hash_key) & mask;
    /* slots of other functions count as empty */
    while (g->kslot[i].stamp == g->stamp &&
           (g->kslot[i].v.u != v.u || g->kslot[i].v.tag != v.tag))
        i = (i + 1) & mask;
    return i;
}

static void grow_slots(Gen *g)
{
    KSlot *old = g->kslot;
    uint32_t n = g->nkslot;
    uint32_t more = n ? n * 2 : 64;
    KSlot *slots = ml_mem_zalloc(g->mem, more * sizeof *slots);
    if (!slots) {
        g->c->d->oom = true;
        longjmp(g->c->stop, 1);
    }
    g->kslot = slots;
    g->nkslot = more;
    for (uint32_t i = 0; i < n; i++)
        if (old[i].stamp == g->stamp)
            g->kslot[slot_of(g, old[i].v)] = old[i];
    ml_mem_free(g->mem, old, n * sizeof *old);
}

/* The bits decide: 0.0 and -0.0 differ, 1 and 1.0 differ by the tag. */
uint32_t ml_gen_num(Gen *g, Value v)
{
    if (g->kslot_used * 2 >= g->nkslot)
        grow_slots(g);
    KSlot *s = &g->kslot[slot_of(g, v)];
    if (s->stamp != g->stamp) {
        *s = (KSlot){ v, g->stamp, new_const(g, v) };
        g->kslot_used++;
    }
    return s->k;
}

static uint32_t simple_const(Gen *g, int which, Value v)
{
    if (g->nk_simple[which] == 0)
        g->nk_simple[which] = new_const(g, v) + 1;
    return g->nk_simple[which] - 1;
}

uint32_t ml_gen_const(Gen *g, const Expr *e)
{
    switch ((ExKind)e->kind) {
    case EX_FALSE:
        return simple_const(g, 1, ml_v_bool(false));
    case EX_TRUE:
        return simple_const(g, 2, ml_v_bool(true));
    case EX_INT:
        return ml_gen_num(g, ml_v_int(((const ExInt *)(const void *)e)->v));
    case EX_FLT:
        return ml_gen_num(g, ml_v_float(((const ExFlt *)(const void *)e)->v));
    case EX_STR:
        return ml_gen_str(g, ((const ExStr *)(const void *)e)->s);
    default:
        return simple_const(g, 0, ml_v_nil());
    }
}

uint32_t ml_gen_fn(Gen *g, FuncInfo *fi)
{
    if (fi->kstamp != g->stamp) {
        Fn *fn = ml_image_fn(g->c->im, fi->proto);
        if (!fn) {
            g->c->d->oom = true;
            longjmp(g->c->stop, 1);
        }
        fi->k = new_const(g, ml_v_fn(fn));
        fi->kstamp = g->stamp;
    }
    return fi->k;
}

/* --- the last pass --- */

static void *keep(Gen *g, const void *v, size_t n)
{
    if (n == 0)
        return NULL;
    void *p = ml_arena_alloc(&g->c->im->arena, n);
    if (!p) {
        g->c->d->oom = true;
        longjmp(g->c->stop, 1);
    }
    if (v)
        memcpy(p, v, n);
    return p;
}

static void lay_code(Gen *g)
{
    size_t before = g->nk * sizeof(Value);
    char *mem = keep(g, NULL, before + g->ncode * sizeof(Instr));
    if (before)
        memcpy(mem, g->k, before);
    Instr *code = (Instr *)(void *)(mem + before);
    memcpy(code, g->code, g->ncode * sizeof *code);
    for (uint32_t i = 0; i < g->ncode; i++) {
        uint8_t fmt = ml_op_fmt[code[i].op];
        if (fmt == FMT_K || fmt == FMT_ABK || fmt == FMT_KJ)
            code[i].d = 2 * (code[i].d - (int32_t)g->nk) - (int32_t)i;
    }
    g->p->code = code;
}

/* function(...) return f(x, ...) end? */
static bool is_forwarder(const Proto *p)
{
    const Instr *c = p->code;
    return p->is_vararg && p->nparams == 0 && p->ncode >= 4 && c[0].op == OP_GETUP && c[0].b == 0 && c[1].op == OP_GETUP &&
           c[1].b == 1 && c[2].op == OP_VARARG && c[2].c == 0 && c[3].op == OP_TAILCALL && c[3].b == 0 && c[3].a == c[0].a &&
           c[1].a == c[0].a + 1 && c[2].a == c[1].a + 1;
}

void ml_gen_finish(Gen *g)
{
    Proto *p = g->p;
    lay_code(g);
    p->ncode = g->ncode;
    p->forwards = p->library && is_forwarder(p);
    p->nk = g->nk;
    p->pos = keep(g, g->pos, g->ncode * sizeof *g->pos);
    p->locals = keep(g, g->locals, g->nlocals * sizeof *g->locals);
    p->nlocals = g->nlocals;
    p->guards = keep(g, g->guards, g->nguards * sizeof *g->guards);
    p->nguards = g->nguards;
    p->clauses = keep(g, g->clauses, g->nclauses * sizeof *g->clauses);
    p->nclauses = g->nclauses;
    p->maxstack = (uint8_t)(g->maxstack > 2 ? g->maxstack : 2);
    atomic_init(&p->room, p->maxstack);
}
