/*
 * resolve.c - what each name means.
 *
 * Functions are walked one at a time in source order, an outer one before
 * those inside it. A name knows its innermost visible variable (AstStr.user),
 * so looking up costs nothing; a variable knows the one it hides (AstVar.user)
 * and the one declared before it (AstVar.outer). That second chain outlives
 * the walk of its scope: a function inside is walked later, and starts by
 * making the variables on the chain visible again.
 *
 *     local a          a <--outer-- b <--outer-- a'      a'->user = a
 *     local b          "a"->user = a', "b"->user = b
 *     local a  --  here
 *
 * In alternatives of a receive clause the same variables appear in another
 * order. So that a default sees exactly those to its left, the alternatives
 * after the first declare stand-ins that lead to the real ones.
 */

#include "lang/resolve.h"

#include <stdio.h>

#include "lang/labels.h"

enum { MAX_LOCALS = 200 };
enum { VARF_STANDIN = 1 };              /* AstVar.flags: `value` is the real variable */

typedef struct Res {
    Comp      *c;
    AstFunc   *f;
    FuncInfo  *fi;
    AstVar    *scope;                   /* innermost variable */
    uint32_t   nact;                    /* active variables of this function */
    uint32_t   loops;
    uint32_t   stamp;                   /* marks what this function mentions */
    Labels     labels;
    LabelBlock *block;
} Res;

static void expr(Res *r, Expr *e);
static void stats(Res *r, Block *b, bool is_repeat);

/* --- variables --- */

static void enter(Res *r, AstVar *v)
{
    v->outer = r->scope;
    r->scope = v;
    v->user = v->name->user;
    v->name->user = v;
}

static void count_active(Res *r, uint32_t n, SrcPos pos, const AstStr *name)
{
    if (r->nact + n > MAX_LOCALS) {
        char where[40] = "main function";
        if (r->f->parent)
            snprintf(where, sizeof where, "function at line %u", (unsigned)r->f->pos.line);
        ml_diag_add(r->c->d, pos, NULL,
                    "too many local variables (limit is %d) in %s near '%s'", (int)MAX_LOCALS, where, name ? name->s : "for");
        longjmp(r->c->stop, 1);
    }
    r->nact += n;
}

static void declare(Res *r, AstVar *v)
{
    v->level = (uint8_t)r->nact;
    count_active(r, 1, v->pos, v->name);
    v->func = r->f;
    v->assigned = v->captured = v->flags = 0;
    v->mark = 0;
    v->value = NULL;
    v->reg = -1;
    enter(r, v);
}

typedef struct Mark { AstVar *scope; uint32_t nact; } Mark;

static Mark here(const Res *r) { return (Mark){ r->scope, r->nact }; }

static void leave(Res *r, Mark m)
{
    while (r->scope != m.scope) {
        r->scope->name->user = r->scope->user;
        r->scope = r->scope->outer;
    }
    r->nact = m.nact;
}

static AstVar *lookup(const AstStr *name)
{
    AstVar *v = name->user;
    return v && (v->flags & VARF_STANDIN) ? AST_AS(AstVar, v->value) : v;
}

/* --- names --- */

static void add_mention(Res *r, AstVar *v, FuncInfo *inner)
{
    MentionList *l = &r->fi->mentions;
    l->v = ml_comp_grow(r->c, l->v, l->n, &l->cap, sizeof *l->v);
    l->v[l->n++] = (Mention){ v, inner };
}

static void mention(Res *r, AstVar *v)
{
    if (v->func == r->f || ml_var_is_const(v))
        return;
    v->captured = 1;
    if (v->mark == r->stamp)
        return;
    v->mark = r->stamp;
    add_mention(r, v, NULL);
}

static void mention_globals(Res *r)
{
    if (!r->fi->has_globals)
        add_mention(r, NULL, NULL);
    r->fi->has_globals = true;
}

static void mention_global(Res *r, AstStr *name)
{
    if (name->kfunc == r->stamp)
        return;
    name->kfunc = r->stamp;
    if (name->len == 2 && name->s[0] == '_' && name->s[1] == 'G')
        r->fi->uses_env = true;
    NameList *l = &r->fi->globals;
    l->v = ml_comp_grow(r->c, l->v, l->n, &l->cap, sizeof *l->v);
    l->v[l->n++] = name;
}

static void free_name(Res *r, ExName *e)
{
    if (e->name == r->c->ast->env)      /* `_ENV` itself, and none is known */
        r->c->want_env = true;
    AstVar *env = lookup(r->c->ast->env);
    e->var = env;
    e->where = env ? NAME_FIELD : NAME_GLOBAL;
    if (env)
        mention(r, env);
    else
        mention_globals(r);
    if (env == r->c->env_var)           /* both may be NULL */
        mention_global(r, e->name);
    if (env && env == r->c->env_var)
        r->fi->uses_env = true;
}

static void use_name(Res *r, ExName *e)
{
    AstVar *v = lookup(e->name);
    if (!v) {
        free_name(r, e);
        return;
    }
    if (v == r->c->env_var)
        r->fi->uses_env = true;
    e->var = v;
    e->where = NAME_VAR;
    if (ml_var_is_const(v))
        ml_fold_copy(&e->h, v->value);
    else
        mention(r, v);
}

static void assign_name(Res *r, ExName *e)
{
    AstVar *v = lookup(e->name);
    if (!v) {
        free_name(r, e);
        return;
    }
    if (v == r->c->env_var)
        r->fi->uses_env = true;
    e->var = v;
    e->where = NAME_VAR;
    if (v->kind == VAR_CONST || v->kind == VAR_CLOSE)
        ml_diag_add(r->c->d, e->h.pos, NULL, "attempt to assign to const variable '%s'",
                    v->name->s);
    v->assigned = 1;
    mention(r, v);
}

/* --- expressions --- */

static void exprs(Res *r, Expr **e, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        expr(r, e[i]);
}

static void func(Res *r, AstFunc *f)
{
    ((FuncInfo *)f->user)->scope = r->scope;
    add_mention(r, NULL, f->user);
}

static void un(Res *r, ExUn *top)
{
    /* chains may be long: turn their links around, and back while folding */
    ExUn *prev = NULL, *n = top;
    for (;;) {
        Expr *inner = n->e;
        n->e = AST_AS(Expr, prev);
        prev = n;
        if (inner->kind != EX_UN) {
            expr(r, inner);
            for (;;) {
                ExUn *outer = AST_AS(ExUn, prev->e);
                prev->e = inner;
                ml_fold_un(prev);
                if (prev == top)
                    return;
                inner = &prev->h;
                prev = outer;
            }
        }
        n = AST_AS(ExUn, inner);
    }
}

static void bin(Res *r, ExBin *top)
{
    ExBin *bottom = top->bottom ? top->bottom : top;
    expr(r, bottom->l);
    for (ExBin *n = bottom;; n = n->up) {
        expr(r, n->r);
        ml_fold_bin(n);
        if (n == top)
            break;
        if (ml_fold_is_literal(&n->h))  /* the spine begins above it */
            bottom = n->up;
        else
            n->bottom = bottom;
    }
    if (!ml_fold_is_literal(&top->h))
        top->bottom = bottom;
}

static void suffix(Res *r, ExSuffix *top)
{
    ExSuffix *bottom = top->bottom ? top->bottom : top;
    expr(r, bottom->obj);
    for (ExSuffix *n = bottom;; n = n->up) {
        n->bottom = bottom;
        if (n->h.kind == EX_INDEX)
            expr(r, n->key);
        else if (n->h.kind == EX_CALL || n->h.kind == EX_METHOD)
            exprs(r, n->args, n->nargs);
        if (n == top)
            break;
    }
}

static void table(Res *r, ExTable *t)
{
    for (uint32_t i = 0; i < t->n; i++) {
        if (t->items[i].kind == TAB_KEY)
            expr(r, t->items[i].key);
        expr(r, t->items[i].value);
    }
}

static void paren(Res *r, ExParen *p)
{
    expr(r, p->e);
    if (ml_fold_is_literal(p->e))
        ml_fold_copy(&p->h, p->e);
}

static void expr(Res *r, Expr *e)
{
    switch ((ExKind)e->kind) {
    case EX_NIL:
    case EX_TRUE:
    case EX_FALSE:
    case EX_INT:
    case EX_FLT:
    case EX_STR:
    case EX_VARARG:
        break;
    case EX_FUNC:
        func(r, AST_AS(ExFunc, e)->f);
        break;
    case EX_NAME:
        use_name(r, AST_AS(ExName, e));
        break;
    case EX_PAREN:
        paren(r, AST_AS(ExParen, e));
        break;
    case EX_FIELD:
    case EX_INDEX:
    case EX_CALL:
    case EX_METHOD:
        suffix(r, AST_AS(ExSuffix, e));
        break;
    case EX_UN:
        un(r, AST_AS(ExUn, e));
        break;
    case EX_BIN:
        bin(r, AST_AS(ExBin, e));
        break;
    case EX_POW:
        exprs(r, AST_AS(ExList, e)->e, AST_AS(ExList, e)->n);
        ml_fold_pow(AST_AS(ExList, e));
        break;
    case EX_CONCAT:
    case EX_AND:
    case EX_OR:
        exprs(r, AST_AS(ExList, e)->e, AST_AS(ExList, e)->n);
        break;
    case EX_TABLE:
        table(r, AST_AS(ExTable, e));
        break;
    }
}

/* --- blocks and statements --- */

/* The labels that end a block: the first of them, or NULL. */
static Stat *last_labels(Block *b)
{
    Stat *first = NULL;
    if (!b->last || b->last->kind != ST_LABEL)
        return NULL;
    for (Stat *s = b->first; s; s = s->next) {
        if (s->kind != ST_LABEL)
            first = NULL;
        else if (!first)
            first = s;
    }
    return first;
}

static void label(Res *r, StGoto *s, bool last, Mark block)
{
    /* at the end of a block the locals of the block are gone already */
    ml_labels_define(&r->labels, r->block, s, last ? block.nact : r->nact, r->scope);
}

static void local(Res *r, StLocal *s)
{
    exprs(r, s->exprs, s->nexprs);
    for (uint32_t i = 0; i < s->nvars; i++) {
        AstVar *v = s->vars[i];
        declare(r, v);
        if (i >= s->nexprs)
            continue;
        Expr *e = s->exprs[i];
        if (e->kind == EX_FUNC || (v->kind == VAR_CONST && ml_fold_is_literal(e)))
            v->value = e;
    }
}

static void local_func(Res *r, StLocalFunc *s)
{
    declare(r, s->var);
    ExFunc *e = ml_comp_alloc(r->c, sizeof *e);
    e->h.kind = EX_FUNC;
    e->f = s->f;
    s->var->value = &e->h;
    func(r, s->f);
    ((FuncInfo *)s->f->user)->self = s->var;
}

/* Its place among what the function mentions is here, before the values. */
static void mention_target(Res *r, ExName *e)
{
    AstVar *v = lookup(e->name);
    if (v)
        mention(r, v);
    else
        free_name(r, e);
}

static void assign(Res *r, StAssign *s)
{
    for (uint32_t i = 0; i < s->ntargets; i++) {
        if (s->targets[i]->kind != EX_NAME)
            expr(r, s->targets[i]);
        else
            mention_target(r, AST_AS(ExName, s->targets[i]));
    }
    exprs(r, s->exprs, s->nexprs);
    for (uint32_t i = 0; i < s->ntargets; i++)
        if (s->targets[i]->kind == EX_NAME)
            assign_name(r, AST_AS(ExName, s->targets[i]));
}

static void block(Res *r, Block *b)
{
    Mark m = here(r);
    stats(r, b, false);
    leave(r, m);
}

static void loop_block(Res *r, Block *b)
{
    r->loops++;
    block(r, b);
    r->loops--;
}

static void repeat(Res *r, StLoop *s)
{
    Mark m = here(r);
    r->loops++;
    stats(r, &s->body, true);
    r->loops--;
    expr(r, s->cond);
    leave(r, m);
}

static void for_num(Res *r, StForNum *s)
{
    expr(r, s->start);
    expr(r, s->limit);
    if (s->step)
        expr(r, s->step);
    Mark m = here(r);
    count_active(r, 3, s->h.pos, NULL);
    declare(r, s->var);
    loop_block(r, &s->body);
    leave(r, m);
}

static void for_in(Res *r, StForIn *s)
{
    exprs(r, s->exprs, s->nexprs);
    Mark m = here(r);
    count_active(r, 4, s->h.pos, NULL);
    for (uint32_t i = 0; i < s->nvars; i++)
        declare(r, s->vars[i]);
    loop_block(r, &s->body);
    leave(r, m);
}

/* --- receive --- */

static AstVar *stand_in(Res *r, AstVar *real)
{
    AstVar *v = ml_comp_alloc(r->c, sizeof *v);
    *v = *real;
    v->flags = VARF_STANDIN;
    v->value = AST_AS(Expr, real);
    return v;
}

static void bind(Res *r, AstVar *v, bool first)
{
    if (first)
        declare(r, v);
    else
        enter(r, stand_in(r, v));
}

/* Recursion: tables in patterns nest as deep as the parser lets them. */
static void pattern(Res *r, Pat *p, bool first)
{
    if (p->kind == PAT_BIND)
        bind(r, p->var, first);
    if (p->kind != PAT_TABLE)
        return;
    for (uint32_t i = 0; i < p->nitems; i++) {
        if (p->items[i].dflt)
            expr(r, p->items[i].dflt);
        pattern(r, p->items[i].pat, first);
    }
    if (p->rest == REST_NAMED)
        bind(r, p->var, first);
}

/* The variables of the first alternative are visible again, in its order. */
static void reenter(Res *r, AstVar *first, AstVar *scope)
{
    if (first == scope)
        return;
    AstVar *turned = NULL;              /* the chain, outermost first */
    for (AstVar *v = first, *outer; v != scope; v = outer) {
        outer = v->outer;
        v->outer = turned;
        turned = v;
    }
    for (AstVar *v = turned, *inner; v; v = inner) {
        inner = v->outer;
        enter(r, v);
    }
}

static void clause(Res *r, Clause *c)
{
    Mark m = here(r);
    pattern(r, c->alts[0], true);
    if (c->as)
        declare(r, c->as);
    Mark all = here(r);
    for (uint32_t i = 1; i < c->nalts; i++) {
        leave(r, m);
        pattern(r, c->alts[i], false);
    }
    if (c->nalts > 1) {
        leave(r, m);
        reenter(r, all.scope, m.scope);
        r->nact = all.nact;
    }
    if (c->guard)
        expr(r, c->guard);
    stats(r, &c->body, false);
    leave(r, m);
}

static void receive(Res *r, StReceive *s)
{
    for (uint32_t i = 0; i < s->npins; i++)
        expr(r, s->pins[i]->e);
    if (s->after)
        expr(r, s->after);
    for (uint32_t i = 0; i < s->nclauses; i++)
        clause(r, &s->clauses[i]);
    if (s->after_body)
        block(r, s->after_body);
    if (s->else_body)
        block(r, s->else_body);
}

static void if_stat(Res *r, StIf *s)
{
    for (uint32_t i = 0; i < s->narms; i++) {
        expr(r, s->arms[i].cond);
        block(r, &s->arms[i].body);
    }
    if (s->other)
        block(r, s->other);
}

static void stat(Res *r, Stat *s, bool at_end, Mark m)
{
    switch ((StKind)s->kind) {
    case ST_LOCAL:
        local(r, AST_AS(StLocal, s));
        break;
    case ST_ASSIGN:
        assign(r, AST_AS(StAssign, s));
        break;
    case ST_CALL:
        expr(r, AST_AS(StExpr, s)->e);
        break;
    case ST_DO:
        block(r, &AST_AS(StDo, s)->body);
        break;
    case ST_WHILE:
        expr(r, AST_AS(StLoop, s)->cond);
        loop_block(r, &AST_AS(StLoop, s)->body);
        break;
    case ST_REPEAT:
        repeat(r, AST_AS(StLoop, s));
        break;
    case ST_IF:
        if_stat(r, AST_AS(StIf, s));
        break;
    case ST_FORNUM:
        for_num(r, AST_AS(StForNum, s));
        break;
    case ST_FORIN:
        for_in(r, AST_AS(StForIn, s));
        break;
    case ST_FUNCTION: {
        StFunction *st = AST_AS(StFunction, s);
        if (st->target->kind == EX_NAME)
            assign_name(r, AST_AS(ExName, st->target));
        else
            expr(r, st->target);
        func(r, st->f);
        break;
    }
    case ST_LOCALFUNC:
        local_func(r, AST_AS(StLocalFunc, s));
        break;
    case ST_RETURN:
        exprs(r, AST_AS(StReturn, s)->exprs, AST_AS(StReturn, s)->nexprs);
        break;
    case ST_BREAK:
        if (r->loops == 0)
            ml_diag_add(r->c->d, s->pos, NULL, "break outside a loop at line %d",
                        (int)s->pos.line);
        break;
    case ST_GOTO:
        ml_labels_goto(&r->labels, AST_AS(StGoto, s), r->nact, r->scope);
        break;
    case ST_LABEL:
        label(r, AST_AS(StGoto, s), at_end, m);
        break;
    case ST_RECEIVE:
        receive(r, AST_AS(StReceive, s));
        break;
    case ST_SEND:
        expr(r, AST_AS(StSend, s)->to);
        expr(r, AST_AS(StSend, s)->msg);
        break;
    }
}

/* The caller leaves the scope. */
static void stats(Res *r, Block *b, bool is_repeat)
{
    LabelBlock lb, *outer = r->block;
    Mark m = here(r);
    ml_labels_open(&r->labels, &lb);
    r->block = &lb;
    Stat *labels = is_repeat ? NULL : last_labels(b);
    bool at_end = false;
    for (Stat *s = b->first; s; s = s->next) {
        at_end = at_end || s == labels;
        stat(r, s, at_end, m);
    }
    ml_labels_close(&r->labels, &lb, m.nact, m.scope);
    r->block = outer;
}

/* --- functions --- */

/* Names hidden by inner ones of the same text stay hidden. */
static void show_outer(Res *r, AstVar *scope)
{
    uint32_t seen = ++r->c->stamp;
    for (AstVar *v = scope; v; v = v->outer) {
        if (v->name->kfunc == seen)
            continue;
        v->name->kfunc = seen;
        v->name->user = v;
    }
}

static void hide_outer(AstVar *scope)
{
    for (AstVar *v = scope; v; v = v->outer)
        v->name->user = NULL;
}

static void function(Res *r, AstFunc *f)
{
    r->f = f;
    r->fi = f->user;
    r->scope = r->fi->scope;
    r->nact = r->loops = 0;
    show_outer(r, r->scope);
    r->stamp = ++r->c->stamp;
    Mark m = here(r);
    for (uint32_t i = 0; i < f->nparams; i++)
        declare(r, f->params[i]);
    stats(r, &f->body, false);
    ml_labels_end(&r->labels);
    leave(r, m);
    hide_outer(r->scope);
}

/* --- the whole chunk --- */

static void start(Comp *c)
{
    if (!c->globals_var)
        c->globals_var = ml_comp_alloc(c, sizeof *c->globals_var);
    *c->globals_var = (AstVar){ .name = c->ast->env, .kind = VAR_LOCAL, .reg = -1 };
    if (c->env_var) {
        *c->env_var = (AstVar){ .name = c->ast->env, .kind = VAR_LOCAL, .reg = -1 };
        c->env_var->captured = 1;
    }
    for (AstFunc *f = c->ast->main; f; f = f->next) {
        FuncInfo *fi = f->user ? f->user : ml_comp_alloc(c, sizeof *fi);
        *fi = (FuncInfo){ .f = f };
        f->user = fi;
    }
    ((FuncInfo *)c->ast->main->user)->scope = c->env_var;
}

static bool walk(Comp *c)
{
    Res r = { .c = c };
    r.labels.c = c;
    start(c);
    for (AstFunc *f = c->ast->main; f; f = f->next)
        function(&r, f);
    return !ml_diags_failed(c->d);
}

bool ml_resolve(Comp *c)
{
    if (c->flags & COMPILE_REPL)
        ml_keep_locals(c);
    if (c->flags & COMPILE_ENV)
        c->env_var = ml_comp_alloc(c, sizeof *c->env_var);
    if (!walk(c))
        return false;
    if (c->want_env && !c->env_var) {   /* once more, in explicit mode */
        c->env_var = ml_comp_alloc(c, sizeof *c->env_var);
        if (!walk(c))
            return false;
    }
    ml_capture(c);
    return !ml_diags_failed(c->d);
}
