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
 * one shared image: the next spawn that collects the same values shares it,
 * so a thousand spawns of a worker copy nothing. Otherwise the child gets a
 * table of its own.
 */
#include <string.h>

#include "vm/base/buf.h"
#include "vm/base/check.h"
#include "vm/data/copy.h"
#include "vm/proc/signal.h"
#include "vm/run/rebind.h"
#include "vm/run/slow.h"
#include "vm/run/spawn.h"
#include "vm/proc/vm.h"

typedef struct EnvEntry { Str *name; Value v; } EnvEntry;

typedef struct EnvImage {       /* shared globals; counted */
    Shared   h;
    Mem     *mem;
    Heap     heap;              /* of the table; never collected */
    Tab     *globals;
    uint32_t n;
    EnvEntry e[];
} EnvImage;

enum { ENV_MOST = 4096 };

typedef struct Collect {
    Proc     *p;
    EnvEntry *e;
    uint32_t  n, cap, done;     /* e[0..done) are copied */
    bool      mutable_values, all;
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
    const Value *v = ml_tab_getstr(&p->heap, p->globals, name);
    if (ml_is_nil(*v) || is_collected(c, name))
        return true;
    if (ml_raw_equal(*v, *ml_tab_getstr(&p->heap, p->vm->base_globals, name)))
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

static void met_function(Copier *cp, const Proto *pt)
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

static bool is_immutable(Value v)
{
    return !ml_is_heap(v) || (v.o->flags & OF_SHARED) || v.tag == TAG_STR;
}

/* --- the shared image --- */

static void image_free(Shared *s)
{
    EnvImage *im = (EnvImage *)(void *)s;
    ml_heap_fini(&im->heap);
    ml_mem_free(im->mem, im, sizeof *im + im->n * sizeof(EnvEntry));
}

static __attribute__((noreturn)) void image_oom(Heap *h, size_t n)
{
    (void)n;
    Proc *p = h->owner;
    p->heap.oom(&p->heap, n);
}

static bool same_entries(const EnvImage *im, const Collect *c)
{
    if (im->n != c->n)
        return false;
    for (uint32_t i = 0; i < c->n; i++)
        if (im->e[i].name != c->e[i].name || im->e[i].v.u != c->e[i].v.u || im->e[i].v.tag != c->e[i].v.tag)
            return false;
    return true;
}

/* All values are shared or immediate. */
static EnvImage *make_image(Collect *c)
{
    Proc *p = c->p;
    Vm *vm = p->vm;
    EnvImage *im = ml_mem_zalloc(&vm->mem, sizeof *im + c->n * sizeof(EnvEntry));
    if (!im)
        return NULL;
    const Tab *base = vm->base_globals;
    if (!ml_heap_init(&im->heap, &vm->mem, 1024 + (base->mask + 1 + c->n) * sizeof(Node) * 2)) {
        ml_mem_free(&vm->mem, im, sizeof *im + c->n * sizeof(EnvEntry));
        return NULL;
    }
    Heap *h = &im->heap;
    h->vm = vm;
    h->owner = p;
    h->oom = image_oom;
    h->hash_key = vm->hash_key;
    h->symtab = vm->symtab;
    im->mem = &vm->mem;
    im->h.free = image_free;
    ml_store(&im->h.refs, 1);
    Tab *t = ml_tab_new(h, 0, base->mask + 1 + c->n);
    Value k, v;
    for (uint64_t pos = 0; ml_tab_each(base, &pos, &k, &v);)
        ml_tab_set(h, t, k, v);
    for (uint32_t i = 0; i < c->n; i++) {
        im->e[i] = c->e[i];
        ml_tab_setstr(h, t, c->e[i].name, c->e[i].v);
        if (ml_is_heap(c->e[i].v) && (c->e[i].v.o->flags & OF_COUNTED))
            ml_heap_hold(h, ((Shared **)(void *)c->e[i].v.o)[-1]);
        if (c->e[i].v.tag == TAG_FN && ml_fn_head(c->e[i].v.f)->owner)
            ml_heap_hold(h, ml_fn_head(c->e[i].v.f)->owner);
    }
    t->h.flags |= OF_SHARED | OF_COW | OF_GLOBALS;
    ml_globals_name_self(h, t);
    im->globals = t;
    im->n = c->n;
    im->h.bytes = sizeof *im + im->heap.block_size;
    return im;
}

static EnvImage *image_for(Collect *c)
{
    Proc *p = c->p;
    EnvImage *last = (EnvImage *)(void *)p->env_last;
    if (last && same_entries(last, c))
        return last;
    EnvImage *im = make_image(c);
    if (!im)
        return NULL;
    if (last)
        ml_shared_unref(&last->h);
    p->env_last = &im->h;
    return im;
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
    ml_buf_init(&path, p->heap.mem);
    ml_copy_path(cp, &path, root_name, c);
    ml_err(p, "cannot give %s to a process (%s)", cp->why, ml_buf_cstr(&path));
    ml_buf_fini(&path);
}

static bool set_globals(Proc *p, Proc *child, Collect *c)
{
    if (c->n == 0)
        return true;
    if (!c->mutable_values && !c->all) {
        EnvImage *im = image_for(c);
        if (im) {
            ml_shared_ref(&im->h);
            child->env = &im->h;
            child->globals = im->globals;
            return true;
        }
    }
    Heap *h = &child->heap;
    const Tab *base = p->vm->base_globals;
    Tab *t = ml_tab_new(h, 0, base->mask + 1 + c->n);
    Value k, v;
    for (uint64_t pos = 0; ml_tab_each(base, &pos, &k, &v);)
        ml_tab_set(h, t, k, v);
    for (uint32_t i = 0; i < c->n; i++)
        ml_tab_setstr(h, t, c->e[i].name, c->e[i].v);
    ml_globals_name_self(h, t);
    child->globals = t;
    return true;
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
    bool      inherited;
    Inherit   inherit;
    bool      ok, copied;       /* what remains is to take the marks away */
} Job;

static void fini(Job *j)
{
    Mem *mem = &j->c.p->vm->mem;
    ml_mem_free(mem, j->c.e, j->c.cap * sizeof *j->c.e);
    ml_mem_free(mem, j->c.seen, j->c.seen_cap * sizeof *j->c.seen);
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

/* No n more in a realm: where it is not one of p's own that has too little, but
 * the child's, that is an error. */
static Proc *refused(Proc *p, RealmKind k, const Account *full, bool own, size_t n)
{
    if (!full)
        p->heap.oom(&p->heap, n);
    if (!own)
        ml_breach(p, k, full, n);
    ml_err(p, "a process needs more than its limit of %s (%llu)", ml_realm_kind_name(k),
           (unsigned long long)full->limit);
    return NULL;
}

static Proc *new_child(Proc *p, const SpawnOpts *o)
{
    enum { BLOCK = 128 };
    RealmKind k = REALM_MEMORY;
    Account *full = NULL;
    Realm *mine = ml_realm_of(p), *r = o->opens ? ml_realm_new(p->vm, mine, &o->limits) : mine;
    Proc *child = NULL;
    if (r)
        child = ml_realm_proc_new(r, BLOCK, &k, &full);
    else if (!o->opens)
        child = ml_proc_new(p->vm, BLOCK);
    if (child && !o->opens)
        return child;
    Account over = full ? *full : (Account){ .limit = 0 };      /* the realm may go */
    bool own = o->opens && r && full == &r->acc[k];
    if (o->opens && r)
        ml_realm_unref(r);
    return child ? child : refused(p, k, full ? &over : NULL, own, k == REALM_MEMORY ? sizeof(Proc) : 1);
}

static bool begin(Job *j, Proc *p, const SpawnOpts *o, Value f, const Value *args, int n)
{
    Vm *vm = p->vm;
    ml_tab_settle(&p->heap, NULL);
    j->o = *o;
    j->c.p = p;
    j->nroots = n + 1;
    j->label = f;
    j->child = new_child(p, o);
    if (!j->child)
        return false;
    if ((size_t)n + 4 > j->child->stk->cap - 30u) {
        j->child->top = j->child->base;
        if (!ml_proc_grow(j->child, (size_t)n + 8)) {
            unborn(j);
            ml_err(p, "too many arguments to spawn");
            return false;
        }
    }
    j->args = args;
    j->own[OVERLAYS] = tab_or_nil(p->overlays);
    j->own[BASICS] = tab_or_nil(p->basics);
    ml_copy_init(&j->cp, &vm->mem, COPY_OUT, 0);
    j->cp.ids = &j->child->heap;
    j->cp.payer = &p->heap;
    j->shares = (p->globals->h.flags & OF_SHARED) != 0;
    if (!j->shares || p->rebound || p->cells) {
        j->cp.on_fn = met_function;
        j->cp.ctx = &j->c;
    }
    /* the globals themselves are not copied as a table: who refers to them
     * refers to the child's, for which the library's table stands */
    j->ok = j->shares || ml_copy_alias(&j->cp, &p->globals->h, &vm->base_globals->h);
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

/* The next global; the entries may move meanwhile. */
static bool copy_global(Job *j)
{
    Collect *c = &j->c;
    uint32_t i = c->done++;
    Value v = c->e[i].v;
    c->mutable_values |= !is_immutable(v) || (v.tag == TAG_STR && !(v.o->flags & OF_SHARED));
    bool ok = ml_copy_root(&j->cp, &v, ENV_MOST + i);
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

static Proc *failed(Job *j)
{
    Proc *p = j->c.p;
    bool oom = j->cp.oom;
    size_t total = j->cp.total;
    if (!oom)
        err_uncopyable(p, &j->cp, &j->c);
    ml_copy_drop(&j->cp);
    unborn(j);
    fini(j);
    if (oom)
        p->heap.oom(&p->heap, total);
    return NULL;
}

/* The child is complete: its realm has room for it, or it is not born. */
static bool admit(Job *j)
{
    Proc *p = j->c.p, *child = j->child;
    Quota *q = child->heap.quota;
    fini(j);
    if (!q)
        return true;
    q->unborn = false;
    if (ml_quota_take(&child->heap, 0)) {
        q->settled = q->given;
        return true;
    }
    Quota was = *q;
    const Account *mine = ml_realm_of(p) ? &ml_realm_of(p)->acc[REALM_MEMORY] : NULL;
    while (mine && mine != was.full)
        mine = mine->parent;
    Account full = *was.full;
    ml_proc_free(child);
    refused(p, REALM_MEMORY, &full, !mine, was.missing);
    return false;
}

/* All is copied: the child comes to life. */
static Proc *finish(Job *j)
{
    Proc *p = j->c.p, *child = j->child;
    Value f = j->label;
    if (!j->ok)
        return failed(j);
    ml_copy_pay_off(&j->cp);
    ml_copy_into(&j->cp, &child->heap);
    child->heap.want_gc = child->heap.stress ? WANT_GC : 0;
    child->pc = ml_boot_code;
    child->top = child->base + j->nroots;
    ml_inherit_give(child, &j->inherit);
    child->overlays = tab_of(j->own[OVERLAYS]);
    child->basics = tab_of(j->own[BASICS]);
    child->label = f.tag == TAG_FN ? child->base[0] : f;
    child->parent = p->pid;
    child->priority = j->o.priority;
    child->background = j->o.background;
    if (j->shares) {
        child->globals = p->globals;
        if (p->env) {
            ml_shared_ref(p->env);
            child->env = p->env;
        }
        if (f.tag == TAG_FN && f.f->proto->uses_env)
            ml_own_globals(child);
    } else {
        set_globals(p, child, &j->c);
    }
    return admit(j) ? child : NULL;
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
    p->pending = &kept->pending;
    return true;
}

Proc *ml_spawn(Proc *p, const SpawnOpts *o, Value f, const Value *args, int n)
{
    Job j = { .root = 0 };
    if (!begin(&j, p, o, f, args, n))
        return NULL;
    if (!work(&j, ML_COPY_SLICE)) {
        if (keep(p, &j))
            return NULL;
        work(&j, INT64_MAX);
    }
    p->reds -= 20 + (int64_t)(j.cp.total >> 6);
    return finish(&j);
}

Proc *ml_spawn_more(Proc *p, SpawnOpts *o)
{
    Job *j = (Job *)(void *)p->pending;
    p->reds -= ML_COPY_SLICE >> 5;
    if (!work(j, ML_COPY_SLICE))
        return NULL;
    p->pending = NULL;
    *o = j->o;
    Job over = *j;
    over.cp.ctx = &over.c;
    ml_mem_free(&p->vm->mem, j, sizeof *j);
    return finish(&over);
}
