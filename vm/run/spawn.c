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

static void met_function(Copier *cp, const Proto *pt)
{
    Collect *c = cp->ctx;
    for (uint32_t i = 0; i < c->nseen; i++)
        if (c->seen[i] == pt)
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

static bool copy_globals(Copier *cp, Collect *c)
{
    for (; c->done < c->n; c->done++) {
        EnvEntry *e = &c->e[c->done];
        c->mutable_values |= !is_immutable(e->v) || (e->v.tag == TAG_STR && !(e->v.o->flags & OF_SHARED));
        Value v = e->v;
        if (!ml_copy_root(cp, &v, ENV_MOST + c->done))
            return false;
        c->e[c->done].v = v;            /* entries may have moved: index again */
    }
    return true;
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

Proc *ml_spawn(Proc *p, const SpawnOpts *o, Value f, const Value *args, int n)
{
    Vm *vm = p->vm;
    Collect c = { .p = p };
    Copier cp;
    ml_tab_settle(&p->heap, NULL);
    Proc *child = ml_proc_new(vm, 128);
    if (!child)
        p->heap.oom(&p->heap, sizeof *child);
    if ((size_t)n + 4 > child->stk->cap - 30u) {
        child->top = child->base;
        if (!ml_proc_grow(child, (size_t)n + 8)) {
            ml_proc_free(child);
            ml_err(p, "too many arguments to spawn");
            return NULL;
        }
    }
    ml_copy_init(&cp, &vm->mem, COPY_OUT, 0);
    bool shares = (p->globals->h.flags & OF_SHARED) != 0;
    if (!shares) {
        cp.on_fn = met_function;
        cp.ctx = &c;
    }
    Value *to = child->base;
    /* the globals themselves are not copied as a table: who refers to them
     * refers to the child's, for which the library's table stands */
    bool ok = shares || ml_copy_alias(&cp, &p->globals->h, &vm->base_globals->h);
    to[0] = f;
    for (int i = 0; i < n; i++)
        ml_set(&to[1 + i], &args[i]);
    for (int i = 0; ok && i <= n; i++)
        ok = ml_copy_root(&cp, &to[i], (uint32_t)i);
    Value ov = p->overlays ? ml_v_tab(p->overlays) : ml_v_nil();
    ok = ok && ml_copy_root(&cp, &ov, 0) && copy_globals(&cp, &c);
    ml_copy_done(&cp);
    if (!ok) {
        bool oom = cp.oom;
        if (!oom)
            err_uncopyable(p, &cp, &c);
        ml_copy_drop(&cp);
        ml_mem_free(&vm->mem, c.e, c.cap * sizeof *c.e);
        ml_mem_free(&vm->mem, c.seen, c.seen_cap * sizeof *c.seen);
        for (int i = 0; i <= n; i++)
            to[i] = ml_v_nil();
        ml_proc_free(child);
        if (oom)
            p->heap.oom(&p->heap, cp.total);
        return NULL;
    }
    p->reds -= 20 + (int64_t)(cp.total >> 6);
    ml_copy_into(&cp, &child->heap);
    child->heap.want_gc = child->heap.stress;
    child->pc = ml_boot_code;
    child->top = to + 1 + n;
    child->overlays = ml_is_nil(ov) ? NULL : ov.t;
    child->label = f.tag == TAG_FN ? to[0] : f;
    child->parent = p->pid;
    child->priority = o->priority;
    child->background = o->background;
    child->heap.max_bytes = o->max_bytes;
    vm->nbackground += o->background;
    if (shares) {
        child->globals = p->globals;
        if (p->env) {
            ml_shared_ref(p->env);
            child->env = p->env;
        }
        if (f.tag == TAG_FN && f.f->proto->uses_env)
            ml_own_globals(child);
    } else {
        set_globals(p, child, &c);
    }
    ml_mem_free(&vm->mem, c.e, c.cap * sizeof *c.e);
    ml_mem_free(&vm->mem, c.seen, c.seen_cap * sizeof *c.seen);
    return child;
}
