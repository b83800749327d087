/*
 * spawn.c - what a new process gets.
 *
 * A copy of its function and arguments, and of the globals that any function
 * in that graph mentions, as they are now. Code, constants, functions without
 * captures and library tables are shared.
 *
 * Globals. A process that never wrote a global shares the VM's table of
 * globals, and so does its child: nothing to collect. Otherwise the mentioned
 * names are looked up, and those whose value differs from the library's are
 * taken along, functions among them adding the names they mention in turn.
 * When all of these are immutable, they and the library's globals are put in
 * one shared image (env.c): the next spawn that collects the same values shares
 * it, so a thousand spawns of a worker copy nothing. Otherwise the child gets a
 * table of its own.
 *
 * Where the globals are shared and there is nothing else to copy, as with most short-lived
 * workers, all of that is left out.
 */
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include "vm/base/buf.h"
#include "vm/base/check.h"
#include "vm/data/copy.h"
#include "vm/proc/flow.h"
#include "vm/proc/signal.h"
#include "vm/proc/trace.h"
#include "vm/run/env.h"
#include "vm/run/module.h"
#include "vm/run/rebind.h"
#include "vm/run/slow.h"
#include "vm/run/spawn.h"
#include "vm/run/twin.h"
#include "vm/proc/vm.h"

enum { ENV_MOST = 4096 };
/* What it costs to spawn. What a slice makes, 1.6 KB each until they have run, is still in
 * the cache then, and serves the next. */
enum { SPAWN_REDS = 100 };

typedef struct Collect {
    Proc     *p;
    EnvEntry *e;
    uint32_t  n, cap, done;     /* e[0..done) are copied */
    bool      mutable_values, all;
    Shared  **twins;            /* what owns the twins among them: a reference each */
    uint32_t  ntwins, twins_cap;
    const Proto **seen;
    uint32_t  nseen, seen_cap;
} Collect;

static void *grow(Mem *mem, void *old, uint32_t *cap, size_t each)
{
    uint32_t to = *cap ? *cap * 2 : 16;
    void *p = ml_mem_realloc(mem, old, *cap * each, to * each);
    if (p)
        *cap = to;
    return p;
}

static bool is_collected(const Collect *c, const Str *name)
{
    for (uint32_t i = 0; i < c->n; i++)
        if (c->e[i].name == name)
            return true;
    return false;
}

static bool collect_name(Copier *cp, Collect *c, Str *name)
{
    Proc *p = c->p;
    const Value *v = ml_tab_getstr(p->heap, p->globals, name);
    if (ml_is_nil(*v) || is_collected(c, name))
        return true;
    if (ml_raw_equal(*v, *ml_tab_getstr(p->heap, p->vm->base_globals, name)))
        return true;
    if (v->tag == TAG_TAB && v->t == p->globals)
        return true;
    if (c->n == c->cap) {
        EnvEntry *e = grow(&p->vm->mem, c->e, &c->cap, sizeof *e);
        if (!e) {
            cp->oom = true;
            return false;
        }
        c->e = e;
    }
    c->e[c->n++] = (EnvEntry){ name, *v };
    return true;
}

static void collect_all(Copier *cp, Collect *c)
{
    Value k, v;
    c->all = true;
    for (uint64_t pos = 0; ml_tab_each(c->p->globals, &pos, &k, &v);) {
        if (k.tag != TAG_STR || !(k.s->h.flags & OF_SYMBOL))
            continue;
        if (v.tag == TAG_CORO || (v.tag == TAG_UDATA && !v.d->type->crosses))
            continue;                   /* what cannot be copied stays behind */
        if (!collect_name(cp, c, k.s))
            return;
    }
}

/* A function of this text, or with this code. */
static bool is_met(void *ctx, const Image *im, const Proto *pt)
{
    const Collect *c = ctx;
    for (uint32_t i = 0; i < c->nseen; i++)
        if (im ? c->seen[i]->image == im : c->seen[i] == pt)
            return true;
    return false;
}

static void met_code(Copier *cp, const Proto *pt)
{
    Collect *c = cp->ctx;
    if (is_met(c, NULL, pt))
        return;
    if (c->nseen == c->seen_cap) {
        const Proto **s = grow(&c->p->vm->mem, c->seen, &c->seen_cap, sizeof *s);
        if (!s) {
            cp->oom = true;
            return;
        }
        c->seen = s;
    }
    c->seen[c->nseen++] = pt;
    for (uint32_t i = 0; i < pt->nglobals; i++)
        if (!collect_name(cp, c, pt->globals[i]))
            return;
    if (pt->uses_env && !c->all)
        collect_all(cp, c);
}

/* The functions that a shared one has captured are shared and not copied, so
 * nobody else looks at them. */
static void met_function(Copier *cp, const Fn *f)
{
    enum { MOST = 64 };
    const Fn *todo[MOST];
    unsigned n = 1;
    todo[0] = f;
    for (unsigned done = 0; done < n; done++) {
        f = todo[done];
        met_code(cp, f->proto);
        for (unsigned i = 0; (f->h.flags & OF_SHARED) && i < ml_fn_nvalues(&f->h); i++) {
            if (f->up[i].tag != TAG_FN)
                continue;
            if (n == MOST) {            /* who knows what they mention */
                collect_all(cp, cp->ctx);
                return;
            }
            todo[n++] = f->up[i].f;
        }
    }
}

/* --- the child --- */

static void root_name(void *ctx, uint32_t root, Buf *out)
{
    Collect *c = ctx;
    if (root == 0)
        ml_buf_puts(out, "function");
    else if (root < ENV_MOST)
        ml_buf_printf(out, "argument %u", root);
    else
        ml_buf_printf(out, "global %s", ml_str_data(c->e[root - ENV_MOST].name));
}

static void err_uncopyable(Proc *p, Copier *cp, Collect *c)
{
    Buf path;
    ml_buf_init(&path, p->heap->mem);
    ml_copy_path(cp, &path, root_name, c);
    char text[200];
    snprintf(text, sizeof text, "%s", ml_buf_cstr(&path));
    ml_buf_fini(&path);
    ml_err(p, "cannot give %s to a process (%s)", cp->why, text);
}

static void set_env(Proc *child, Shared *env)
{
    ml_shared_ref(env);
    child->own->env = env;
    if (ml_env_globals(env))
        child->globals = ml_env_globals(env);
    if (ml_env_overlays(env))
        child->own->overlays = ml_env_overlays(env);
}

static void own_table(Proc *child, const Collect *c)
{
    Heap *h = child->heap;
    child->globals = ml_env_table(h, c->e, c->n);
    ml_globals_name_self(h, child->globals);
}

/* _G names the table it lies in. */
void ml_globals_name_self(Heap *h, Tab *t)
{
    uint8_t flags = t->h.flags;
    t->h.flags = (uint8_t)(flags & ~(OF_SHARED | OF_COW));
    ml_tab_setstr(h, t, ml_sym(h->vm, "_G"), ml_v_tab(t));
    t->h.flags = flags;
}

/* --- a spawn, in slices if there is much to copy --- */

enum { OVERLAYS, BASICS, OWN };

static Value tab_or_nil(Tab *t) { return t ? ml_v_tab(t) : ml_v_nil(); }
static Tab  *tab_of(Value v)    { return ml_is_nil(v) ? NULL : v.t; }

/* Everything about it that is not in the child yet. */
typedef struct Job {
    Pending   pending;
    SpawnOpts o;
    Collect   c;
    Copier    cp;
    Proc     *child;
    Value     label;
    Value     own[OWN];         /* tables of the process */
    const Value *args;          /* on the stack of the parent, which does not run */
    int       nroots, root;     /* function and arguments; the next root: then come `own`, then globals */
    bool      shares;           /* the child uses the parent's table of globals */
    Shared   *over;             /* image of the parent's overlays; NULL: they are copied */
    bool      inherited;
    Inherit   inherit;
    bool      ok, copied;       /* what remains is to take the marks away */
} Job;

static void fini(Job *j)
{
    Mem *mem = &j->c.p->vm->mem;
    ml_mem_free(mem, j->c.e, j->c.cap * sizeof *j->c.e);
    ml_mem_free(mem, j->c.seen, j->c.seen_cap * sizeof *j->c.seen);
    for (uint32_t i = 0; i < j->c.ntwins; i++)
        ml_shared_unref(j->c.twins[i]);
    ml_mem_free(mem, j->c.twins, j->c.twins_cap * sizeof *j->c.twins);
    ml_inherit_fini(j->c.p, &j->inherit);
}

/* The child that does not come to life. */
static void unborn(Job *j)
{
    for (int i = 0; i < j->nroots; i++)
        j->child->base[i] = ml_v_nil();
    ml_proc_free(j->child);
}

static void drop(Proc *p, Pending *it, bool undo)
{
    Job *j = (Job *)(void *)it;
    if (undo)
        ml_copy_done(&j->cp);
    ml_copy_drop(&j->cp);
    unborn(j);
    fini(j);
    ml_mem_free(&p->vm->mem, j, sizeof *j);
}

/* Of the child, which goes when there is no memory. */
static bool grow_stack(Proc *p, Proc *child, size_t n)
{
    Worker *w = ml_here(p->vm);
    void *border = w->oom_jump;
    jmp_buf out;
    if (setjmp(out)) {
        w->oom_jump = border;
        ml_proc_free(child);
        p->heap->oom(p->heap, n * sizeof(Value));
    }
    w->oom_jump = &out;
    bool ok = ml_proc_grow(child, n);
    w->oom_jump = border;
    return ok;
}

/* What refers to `of` in what is copied will refer to its twin. */
static bool stands_for(void *ctx, Fn *of, Fn *twin)
{
    return ml_copy_alias(ctx, &of->h, &twin->h);
}

/* What they mention will be asked for, too. */
static void met_overlays(Job *j, const Tab *overlays)
{
    Value k, t, f;
    for (uint64_t i = 0; ml_tab_each(overlays, &i, &k, &t);)
        for (uint64_t pos = 0; t.tag == TAG_TAB && ml_tab_each(t.t, &pos, &k, &f);)
            if (f.tag == TAG_FN)
                met_function(&j->cp, f.f);
}

/* Modules that are shared may mention any global, and are copied by nobody. */
static void met_modules(Job *j)
{
    Proc *p = j->c.p;
    Value k, m;
    if (!p->vm->seen)
        return;
    const Tab *seen = ml_rtab(p, p->vm->seen);
    for (uint64_t pos = 0; ml_tab_each(seen, &pos, &k, &m);)
        met_code(&j->cp, ml_module_code(m.p)->main);
}

/* The overlays need no copy if nothing in them can change. What debug has
 * changed refers to them, and is copied. */
static void share_overlays(Job *j)
{
    Proc *p = j->c.p;
    Tab *o = p->own->overlays;
    if (!o || o == p->vm->no_overlays || p->own->rebound || p->own->cells || (j->shares && (o->h.flags & OF_SHARED)))
        return;
    j->over = ml_env_fix(p);
}

/* No n more in a realm: where it is not one of p's own that has too little, but
 * the child's, that is an error. */
static Proc *refused(Proc *p, RealmKind k, const Account *full, bool own, size_t n)
{
    if (!full)
        p->heap->oom(p->heap, n);
    if (!own)
        ml_breach(p, k, full, n);
    ml_err(p, "a process needs more than its limit of %s (%llu)", ml_realm_kind_name(k),
           (unsigned long long)full->limit);
    return NULL;
}

/* What an account was, whose realm may go. */
static Account as_it_is(Account *a)
{
    return (Account){ .limit = a->limit, .used = ml_load(&a->used) };
}

static Proc *new_child(Proc *p, const SpawnOpts *o)
{
    RealmKind k = REALM_MEMORY;
    Account *full = NULL;
    Realm *mine = ml_realm_of(p), *r = o->opens ? ml_realm_new(p->vm, mine, &o->limits) : mine;
    Proc *child = NULL;
    if (r)
        child = ml_realm_proc_new(r, PROC_BLOCK, &k, &full);
    else if (!o->opens)
        child = ml_proc_new(p->vm, PROC_BLOCK);
    if (child && !o->opens)
        return child;
    Account over = full ? as_it_is(full) : (Account){ .limit = 0 };
    bool own = o->opens && r && full == &r->acc[k];
    if (o->opens && r)
        ml_realm_unref(r);
    return child ? child : refused(p, k, full ? &over : NULL, own,
                                   k == REALM_MEMORY ? ml_realm_proc_bytes(PROC_BLOCK) : 1);
}

static bool begin(Job *j, Proc *p, const SpawnOpts *o, Value f, const Value *args, int n)
{
    Vm *vm = p->vm;
    ml_tab_settle(p->heap, NULL);
    j->o = *o;
    j->c.p = p;
    j->nroots = n + 1;
    j->label = f;
    j->shares = (p->globals->h.flags & OF_SHARED) != 0;
    share_overlays(j);
    Value twin = f.tag == TAG_FN ? ml_env_spawned(p, f) : ml_v_nil();
    j->child = new_child(p, o);
    if (!j->child)
        return false;
    if ((size_t)n + 4 > j->child->stk->cap - 30u) {
        j->child->top = j->child->base;
        if (!grow_stack(p, j->child, (size_t)n + 8)) {
            ml_proc_free(j->child);
            ml_err(p, "too many arguments to spawn");
            return false;
        }
    }
    j->args = args;
    j->own[OVERLAYS] = tab_or_nil(j->over ? NULL : p->own->overlays);
    j->own[BASICS] = tab_or_nil(p->own->basics);
    ml_copy_init(&j->cp, &vm->mem, COPY_OUT, 0);
    j->cp.ids = j->child->heap;
    j->cp.payer = p->heap;
    if (!j->shares || p->own->rebound || p->own->cells) {
        j->cp.on_fn = met_function;
        j->cp.ctx = &j->c;
    }
    if (!j->shares)
        met_modules(j);
    if (j->over && !j->shares)
        met_overlays(j, ml_env_overlays(j->over));
    /* the globals themselves are not copied as a table: who refers to them
     * refers to the child's, for which the library's table stands */
    j->ok = j->shares || ml_copy_alias(&j->cp, &p->globals->h, &vm->base_globals->h);
    if (j->ok && !ml_is_nil(twin)) {    /* spawned before: the child needs no copy */
        j->ok = ml_twin_is(f, twin, stands_for, &j->cp);
        j->label = twin;
    }
    return true;
}

/* The function, or an argument. */
static bool copy_arg(Job *j, int i)
{
    Value *to = &j->child->base[i];
    ml_set(to, i == 0 ? &j->label : &j->args[i - 1]);
    j->cp.left -= (int64_t)sizeof *to;
    return ml_copy_root(&j->cp, to, (uint32_t)i);
}

static bool add_twin(Collect *c, Shared *owner)
{
    if (c->ntwins == c->twins_cap) {
        Shared **t = grow(&c->p->vm->mem, c->twins, &c->twins_cap, sizeof *t);
        if (!t) {
            ml_shared_unref(owner);
            return false;
        }
        c->twins = t;
    }
    c->twins[c->ntwins++] = owner;
    return true;
}

/* A global that cannot change, in the heap of the parent, gets a twin. */
static bool share_global(Job *j, uint32_t i)
{
    Collect *c = &j->c;
    Shared *owner;
    Value v = c->e[i].v, twin = ml_env_twin(c->p, c->e[i].name, v, &owner);
    if (ml_is_nil(twin) || !add_twin(c, owner))
        return false;
    c->e[i].v = twin;
    if (twin.tag == TAG_FN) {
        j->ok = ml_twin_is(v, twin, stands_for, &j->cp);
        met_function(&j->cp, twin.f);
    }
    return true;
}

/* The next global; the entries may move meanwhile. */
static bool copy_global(Job *j)
{
    Collect *c = &j->c;
    uint32_t i = c->done++;
    Value v = c->e[i].v;
    if (!ml_is_heap(v))
        return true;
    if (!ml_copy_is_marked(v.o) && (v.o->flags & OF_SHARED)) {
        if (v.tag == TAG_FN)
            met_function(&j->cp, v.f);
        return !j->cp.oom;
    }
    if ((v.tag == TAG_FN || v.tag == TAG_STR) && share_global(j, i))
        return j->ok && !j->cp.oom;
    bool ok = ml_copy_root(&j->cp, &v, ENV_MOST + i);
    c->mutable_values |= !(v.o->flags & OF_SHARED);
    c->e[i].v = v;
    return ok;
}

/* What debug has changed; seldom much, so at once. */
static bool copy_changes(Job *j)
{
    j->inherited = true;
    j->cp.left = INT64_MAX;
    return ml_inherit_copy(j->c.p, &j->cp, is_met, &j->c, &j->inherit);
}

/* Copies on; false: paused. */
static bool copy_roots(Job *j)
{
    Copier *cp = &j->cp;
    if (cp->paused)
        j->ok = ml_copy_more(cp);
    while (j->ok) {
        if (cp->left <= 0) {            /* many arguments that need no copy */
            cp->paused = true;
            return false;
        }
        if (j->root < j->nroots)
            j->ok = copy_arg(j, j->root);
        else if (j->root < j->nroots + OWN)
            j->ok = ml_copy_root(cp, &j->own[j->root - j->nroots], 0);
        else if (j->c.done < j->c.n)
            j->ok = copy_global(j);
        else if (!j->inherited)
            j->ok = copy_changes(j);
        else
            return true;
        j->root += j->root < j->nroots + OWN;
    }
    return !cp->paused;
}

/* Copies on and takes the marks away; false: the slice is used up. */
static bool work(Job *j, int64_t budget)
{
    j->cp.left = budget;
    if (!j->copied) {
        if (!copy_roots(j))
            return false;
        j->copied = true;
    }
    return ml_copy_undo(&j->cp);
}

/* What is not needed any more, and no child. */
static void give_up(Job *j)
{
    ml_copy_drop(&j->cp);
    unborn(j);
    fini(j);
}

static void share_env(Proc *child, Proc *p)
{
    child->globals = p->globals;
    child->own->env = p->own->env;
    if (p->own->env)
        ml_shared_ref(p->own->env);
}

/* Globals, and what is shared of the parent's environment. False: no memory. */
static bool give_env(Job *j)
{
    Proc *p = j->c.p, *child = j->child;
    const EnvEntry *e = j->c.e;
    uint32_t n = j->c.n;
    bool own = !j->shares && n > 0 && (j->c.mutable_values || j->c.all);
    if (j->shares && !j->over) {
        share_env(child, p);
        return true;
    }
    if (j->shares)
        n = p->own->env && ml_env_globals(p->own->env) ? ml_env_entries(p->own->env, &e) : 0;
    Shared *env = own || (n == 0 && !j->over) ? j->over : ml_env_for(p, e, n, j->over);
    if (env)
        set_env(child, env);
    if (own)
        own_table(child, &j->c);
    return env || own || n == 0;
}

/* The child is complete: its realm has room for it, or it is not born. */
static bool admit(Job *j)
{
    Proc *p = j->c.p, *child = j->child;
    Quota *q = child->heap->quota;
    if (!q)
        return true;
    q->unborn = false;
    if (ml_quota_take(child->heap, 0)) {
        q->settled = q->given;
        return true;
    }
    Quota was = *q;
    const Account *mine = ml_realm_of(p) ? &ml_realm_of(p)->acc[REALM_MEMORY] : NULL;
    while (mine && mine != was.full)
        mine = mine->parent;
    Account full = as_it_is(was.full);
    ml_proc_free(child);
    refused(p, REALM_MEMORY, &full, !mine, was.missing);
    return false;
}

/* What it has from its parent besides a copy. */
static void bring_up(Proc *child, const Proc *p, const SpawnOpts *o, Value label)
{
    child->pc = ml_boot_code;
    child->own->label = label;
    child->own->parent = p->pid;
    child->own->leader = p->own->leader;
    child->priority = o->priority;
    child->background = o->background;
}

/* All is copied: the child comes to life. */
static void bear(Job *j)
{
    Proc *p = j->c.p, *child = j->child;
    Value f = j->label;
    ml_copy_pay_off(&j->cp);
    ml_copy_into(&j->cp, child->heap);
    child->heap->want_gc = child->heap->stress ? WANT_GC : 0;
    bring_up(child, p, &j->o, f.tag == TAG_FN ? child->base[0] : f);
    child->top = child->base + j->nroots;
    ml_inherit_give(child, &j->inherit);
    child->own->overlays = tab_of(j->own[OVERLAYS]);
    child->own->basics = tab_of(j->own[BASICS]);
    if (!ml_flow_bound(child, &j->o.mailbox, ml_realm_memory(child)) || !give_env(j))
        p->heap->oom(p->heap, sizeof *child);
    if (j->shares && f.tag == TAG_FN && f.f->proto->uses_env)
        ml_own_globals(child);
}

/* The copy is over. Who runs out of memory now unwinds to the border of the
 * parent's slice: on the way the child goes, which nobody knows yet. */
static Proc *finish(Job *j)
{
    Proc *p = j->c.p;
    Worker *w = ml_here(p->vm);
    void *border = w->oom_jump;
    jmp_buf out;
    if (j->cp.oom) {
        size_t total = j->cp.total;
        give_up(j);
        p->heap->oom(p->heap, total);
    }
    if (setjmp(out)) {
        w->oom_jump = border;
        give_up(j);
        p->heap->oom(p->heap, 0);
    }
    w->oom_jump = &out;
    if (j->ok)
        bear(j);
    else
        err_uncopyable(p, &j->cp, &j->c);
    w->oom_jump = border;
    if (!j->ok) {
        give_up(j);
        return NULL;
    }
    fini(j);
    if (!admit(j))
        return NULL;
    ml_trace_spawn(j->child);
    return j->child;
}

/* It goes on in another slice. */
static bool keep(Proc *p, Job *j)
{
    Job *kept = ml_mem_alloc(&p->vm->mem, sizeof *kept);
    if (!kept)
        return false;
    *kept = *j;
    if (kept->cp.ctx)
        kept->cp.ctx = &kept->c;
    kept->pending.drop = drop;
    p->own->pending = &kept->pending;
    return true;
}

static Proc *spawn_copying(Proc *p, const SpawnOpts *o, Value f, const Value *args, int n)
{
    Job j = { .root = 0 };
    if (!begin(&j, p, o, f, args, n))
        return NULL;
    if (!work(&j, ML_COPY_SLICE)) {
        if (keep(p, &j))
            return NULL;
        work(&j, INT64_MAX);
    }
    p->reds -= SPAWN_REDS + (int64_t)(j.cp.total >> 6);
    return finish(&j);
}

/* --- the usual one: there is nothing to copy --- */

static bool is_shared(Value v) { return (v.o->flags & (OF_SHARED | OF_COUNTED)) == OF_SHARED; }

/* A function without captures, with the library's globals or those the parent was born
 * with, and arguments that need no copy. */
static bool is_simple(const Proc *p, const SpawnOpts *o, Value f, const Value *args, int n)
{
    enum { ARGS = 5 };
    const Own *own = p->own;
    if (o->opens || p->member || !(p->globals->h.flags & OF_SHARED) || own->basics || own->rebound || own->cells)
        return false;
    if (own->overlays && !(own->overlays->h.flags & OF_SHARED))
        return false;
    if (n > ARGS || f.tag != TAG_FN || !is_shared(f) || f.f->proto->uses_env)
        return false;
    for (int i = 0; i < n; i++)
        if (ml_is_heap(args[i]) && !is_shared(args[i]))
            return false;
    return true;
}

static Proc *spawn_simple(Proc *p, const SpawnOpts *o, Value f, const Value *args, int n)
{
    Proc *child = ml_proc_new(p->vm, PROC_BLOCK);
    if (!child || !ml_flow_bound(child, &o->mailbox, 0)) {
        if (child)
            ml_proc_free(child);
        p->heap->oom(p->heap, sizeof *child);
    }
    child->base[0] = f;
    for (int i = 0; i < n; i++)
        ml_set(&child->base[1 + i], &args[i]);
    child->top = child->base + 1 + n;
    bring_up(child, p, o, f);
    share_env(child, p);
    child->own->overlays = p->own->overlays;
    p->reds -= SPAWN_REDS;
    ml_trace_spawn(child);
    return child;
}

Proc *ml_spawn(Proc *p, const SpawnOpts *o, Value f, const Value *args, int n)
{
    if (is_simple(p, o, f, args, n))
        return spawn_simple(p, o, f, args, n);
    return spawn_copying(p, o, f, args, n);
}

Proc *ml_spawn_more(Proc *p, SpawnOpts *o)
{
    Job *j = (Job *)(void *)p->own->pending;
    p->reds -= ML_COPY_REDS;
    if (!work(j, ML_COPY_SLICE))
        return NULL;
    p->own->pending = NULL;
    *o = j->o;
    Job over = *j;
    over.cp.ctx = &over.c;
    ml_mem_free(&p->vm->mem, j, sizeof *j);
    return finish(&over);
}
