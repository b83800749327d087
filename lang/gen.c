/*
 * gen.c - the functions of a chunk, one after the other.
 *
 * All Protos are made before any code, so that code can name functions that
 * have none yet: a constant function, the child of a CLOSURE.
 */

#include <string.h>

#include "lang/gen.h"

static void *image_alloc(Comp *c, size_t n)
{
    if (n == 0)
        return NULL;
    void *p = ml_arena_alloc(&c->im->arena, n);
    if (!p) {
        c->d->oom = true;
        longjmp(c->stop, 1);
    }
    return p;
}

/* --- Protos --- */

static void make_upvalues(Gen *g, FuncInfo *fi)
{
    fi->ups = image_alloc(g->c, fi->free.n * sizeof *fi->ups);
    for (uint32_t i = 0; i < fi->free.n; i++) {
        AstVar *v = fi->free.v[i];
        fi->ups[i].name = ml_gen_name(g, v->name);
        fi->ups[i].boxed = ml_gen_is_boxed(v);
    }
    fi->proto->head.ups = fi->ups;
    fi->proto->nups = (uint8_t)fi->free.n;
}

/* After all Protos are made. */
static void make_upvars(Gen *g, FuncInfo *fi)
{
    Proto *p = fi->proto;
    uint32_t slot = 0;
    p->upvars = image_alloc(g->c, fi->outer.n * sizeof *p->upvars);
    p->nupvars = (uint16_t)fi->outer.n;
    for (uint32_t i = 0; i < fi->outer.n; i++) {
        AstVar *v = fi->outer.v[i];
        UpVar *u = &p->upvars[i];
        u->name = ml_gen_name(g, v->name);
        if (v == g->c->globals_var) {
            u->kind = UP_GLOBALS;
        } else if (slot < fi->free.n && v == fi->free.v[slot]) {
            u->kind = UP_SLOT;
            u->slot = (uint8_t)slot++;
        } else if (v == fi->self) {
            u->kind = UP_SELF;
        } else {
            u->kind = UP_FN;
            u->fn = ml_var_func(v)->proto->closure;
        }
    }
}

static void make_globals(Gen *g, FuncInfo *fi)
{
    Proto *p = fi->proto;
    p->globals = image_alloc(g->c, fi->globals.n * sizeof(Str *));
    for (uint32_t i = 0; i < fi->globals.n; i++)
        p->globals[i] = ml_gen_name(g, fi->globals.v[i]);
    p->nglobals = fi->globals.n;
    p->uses_env = fi->uses_env;
}

static void make_proto(Gen *g, AstFunc *f)
{
    FuncInfo *fi = f->user;
    Proto *p = fi->proto = image_alloc(g->c, sizeof *p);
    AstStr *name = f->path ? f->path : f->name;
    p->head.owner = ml_image_owner(g->c->im);
    p->image = g->c->im;
    p->name = name ? ml_gen_name(g, name) : NULL;
    p->nparams = (uint8_t)f->nparams;
    p->is_vararg = f->vararg;
    p->library = strncmp(p->image->short_name, "[moonlet ", 9) == 0;
    make_upvalues(g, fi);
    make_globals(g, fi);
    if (f->parent) {
        FuncInfo *up = f->parent->user;
        p->parent = up->proto;
        p->line = f->pos.line;
        p->endline = f->body.end.line;
        fi->number = up->proto->nprotos++;
    }
    if (fi->free.n == 0 && !ml_image_fn(g->c->im, p)) {
        g->c->d->oom = true;
        longjmp(g->c->stop, 1);
    }
}

static void make_protos(Gen *g)
{
    AstFunc *main = g->c->ast->main;
    for (AstFunc *f = main; f; f = f->next)
        make_proto(g, f);
    for (AstFunc *f = main->next; f; f = f->next) {
        FuncInfo *fi = f->user;
        Proto *up = fi->proto->parent;
        if (!up->protos)
            up->protos = image_alloc(g->c, up->nprotos * sizeof(Proto *));
        up->protos[fi->number] = fi->proto;
    }
    for (AstFunc *f = main; f; f = f->next)
        make_upvars(g, f->user);
    g->c->im->main = ((FuncInfo *)main->user)->proto;
}

/* --- code --- */

static void begin(Gen *g, AstFunc *f)
{
    g->f = f;
    g->fi = f->user;
    g->p = g->fi->proto;
    g->stamp = ++g->c->stamp;
    g->nact = g->free = g->maxstack = 0;
    g->loop = NULL;
    memset(g->nk_simple, 0, sizeof g->nk_simple);
    g->ncode = g->nk = g->kslot_used = 0;
    g->nlocals = g->nlive = g->ntbc = g->nguards = g->nclauses = 0;
    for (uint32_t i = 0; i < g->fi->free.n; i++)
        g->fi->free.v[i]->user = &g->fi->free.v[i];
}

static void function(Gen *g, AstFunc *f)
{
    Scope s;
    Pos end = ml_gen_pos(f->body.end);
    begin(g, f);
    ml_gen_scope_open(g, &s);
    for (uint32_t i = 0; i < f->nparams; i++)
        ml_gen_activate(g, f->params[i], ml_gen_reserve(g, 1));
    for (uint32_t i = 0; i < f->nparams; i++)
        ml_gen_box(g, f->params[i]);
    ml_gen_stats(g, &f->body);
    if (!f->body.last || f->body.last->kind != ST_RETURN) {
        int flags = ml_gen_ret_flags(g);
        if (flags)
            ml_gen_emit(g, OP_RETURN, 0, 1, flags, 0, end);
        else
            ml_gen_emit(g, OP_RETURN0, 0, 0, 0, 0, end);
    }
    g->ntbc = s.ntbc;                   /* the return has closed them */
    ml_gen_scope_close(g, &s, end);
    ml_gen_finish(g);
}

bool ml_gen_chunk(Comp *c, Gen *g)
{
    g->c = c;
    g->mem = c->env->mem;
    make_protos(g);
    for (AstFunc *f = c->ast->main; f; f = f->next)
        function(g, f);
    return !ml_diags_failed(c->d);
}
