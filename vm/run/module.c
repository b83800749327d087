/*
 * module.c - the files and modules that all processes have in common.
 *
 * A file is compiled when it is first required, to code that lives as long as
 * the VM. If it is changed later, who requires it then compiles the new text for
 * himself, as `load` does.
 *
 * What a file loads can be shared when loading it has no effect but its result,
 * which a trial shows (trial.c). Then the result is copied out of the trial, to
 * where the library's tables are: outside of all heaps, for all processes, each
 * of which gets a copy of what it writes to (overlay.c). It is taken by those for
 * whom loading it would give the same: who have the globals that its code and
 * that of the modules behind it mention, and the tables that it has read, as they
 * were at boot.
 */
#include <string.h>

#include "vm/base/check.h"
#include "vm/data/copy.h"
#include "vm/run/module.h"
#include "vm/proc/vm.h"

enum { FILES_MOST = 10000, SLOTS = 256 };

struct ModFile {
    ModFile *next;
    Str     *path;              /* a symbol */
    int64_t  stamp;
    Image   *im;
    Module  *modules;           /* by names; under the lock */
};

struct Module {
    Module  *next;
    ModFile *file;
    Str     *name;              /* a symbol */
    int64_t  rank;
    _Atomic(int) state;
    struct Sharing *sharing;    /* TRIED, at the end: of the process that is about it */
    Value    value;             /* SHARED: and what it consists of */
    Frag    *frags;
    Obj     *handles;
    Hold    *holds;
    Obj    **read;
    size_t   nread;
    Need    *need;
    size_t   nneeds;
    Module **behind;            /* those needed, and those that they need: room for `behind_cap` */
    size_t   nbehind, behind_cap;
};

struct Modules {
    Lock     lock;
    unsigned n;
    int64_t  nmodules;
    ModFile *slot[SLOTS];
};

static Str *symbol_of(Vm *vm, const Str *s) { return ml_symbol(vm->symtab, ml_str_data(s), s->len); }

/* Made when the first file is required; whoever is first wins. */
static Modules *modules_of(Vm *vm)
{
    Modules *all = ml_load(&vm->modules), *none = NULL;
    if (all)
        return all;
    all = ml_mem_zalloc(&vm->mem, sizeof *all);
    if (!all)
        return NULL;
    ml_lock_init(&all->lock);
    if (ml_cas(&vm->modules, &none, all))
        return all;
    ml_lock_fini(&all->lock);
    ml_mem_free(&vm->mem, all, sizeof *all);
    return none;
}

/* --- files --- */

static ModFile **slot_of(Modules *all, const Str *path) { return &all->slot[path->h.id % SLOTS]; }

static ModFile *find(Modules *all, const Str *path)
{
    ModFile *f = *slot_of(all, path);
    while (f && f->path != path)
        f = f->next;
    return f;
}

ModFile *ml_modfile_find(Vm *vm, const Str *path, int64_t stamp, bool *other)
{
    Modules *all = modules_of(vm);
    Str *s = symbol_of(vm, path);
    *other = false;
    if (!all || !s)
        return NULL;
    ml_lock(&all->lock);
    ModFile *f = find(all, s);
    ml_unlock(&all->lock);
    if (!f || f->stamp == stamp)
        return f;
    *other = true;
    return NULL;
}

ModFile *ml_modfile_add(Vm *vm, const Str *path, int64_t stamp, Image *im)
{
    Modules *all = modules_of(vm);
    Str *s = symbol_of(vm, path);
    ModFile *mine = all && s ? ml_mem_zalloc(&vm->mem, sizeof *mine) : NULL;
    if (!mine)
        return NULL;
    *mine = (ModFile){ .path = s, .stamp = stamp, .im = im };
    ml_lock(&all->lock);
    ModFile *f = find(all, s);
    bool room = all->n < FILES_MOST;
    if (!f && room) {
        mine->next = *slot_of(all, s);
        *slot_of(all, s) = mine;
        all->n++;
    }
    ml_unlock(&all->lock);
    if (!f && room)
        return mine;
    ml_mem_free(&vm->mem, mine, sizeof *mine);
    if (f)
        ml_image_unref(im);
    return f;
}

Image *ml_modfile_code(const ModFile *f) { return f->im; }

/* --- modules --- */

static Module *module_named(Vm *vm, Modules *all, ModFile *f, Str *name)
{
    Module *m = f->modules;
    while (m && m->name != name)
        m = m->next;
    if (m || !(m = ml_mem_zalloc(&vm->mem, sizeof *m)))
        return m;
    *m = (Module){ .next = f->modules, .file = f, .name = name, .rank = all->nmodules++ };
    f->modules = m;
    return m;
}

Module *ml_module_of(Vm *vm, const Fn *loader, const Str *name, const Str *path)
{
    Modules *all = ml_load(&vm->modules);
    Str *s = symbol_of(vm, name), *at = symbol_of(vm, path);
    if (!all || !s || !at || loader->proto->uses_env || loader->proto->nups > 0)
        return NULL;
    ml_lock(&all->lock);
    ModFile *f = find(all, at);
    Module *m = f && f->im->main == loader->proto ? module_named(vm, all, f, s) : NULL;
    ml_unlock(&all->lock);
    return m;
}

const Image *ml_module_code(const Module *m) { return m->file->im; }
int64_t ml_module_rank(const Module *m)      { return m->rank; }
ModState ml_module_state(Module *m)          { return (ModState)ml_load(&m->state); }

bool ml_module_try(Module *m)
{
    int was = MODULE_NEW;
    return ml_cas(&m->state, &was, MODULE_TRIED);
}

/* --- sharing --- */

static void *keep(Mem *mem, const void *from, size_t n)
{
    void *to = n ? ml_mem_alloc(mem, n) : NULL;
    if (to)
        memcpy(to, from, n);
    return to;
}

static void add_behind(Module *m, Module *of)
{
    for (size_t i = 0; i < m->nbehind; i++)
        if (m->behind[i] == of)
            return;
    m->behind[m->nbehind++] = of;
}

static bool find_behind(Module *m, Mem *mem)
{
    size_t most = 0;
    for (size_t i = 0; i < m->nneeds; i++)
        most += m->need[i].of ? 1 + m->need[i].of->nbehind : 0;
    m->behind = most ? ml_mem_alloc(mem, most * sizeof(Module *)) : NULL;
    m->behind_cap = m->behind ? most : 0;
    for (size_t i = 0; m->behind && i < m->nneeds; i++) {
        Module *of = m->need[i].of;
        for (size_t k = 0; of && k < of->nbehind; k++)
            add_behind(m, of->behind[k]);
        if (of)
            add_behind(m, of);
    }
    return m->behind || most == 0;
}

/* Where the copying stands, of a trial at its end. */
typedef struct Sharing {
    Copier c;
    Value  v;                   /* the copy */
    bool   ok, copied;          /* what remains is to take the marks away */
} Sharing;

static Sharing *begin(Module *m, Trial *t, Mem *mem)
{
    Proc *q;
    Value v = ml_trial_result(t, &q);
    Sharing *s = m->sharing = ml_mem_alloc(mem, sizeof *s);
    if (!s)
        return NULL;
    ml_tab_settle(q->heap, NULL);
    ml_copy_init(&s->c, mem, COPY_MODULE, 0);
    s->c.ids = q->heap;
    s->v = v;
    s->ok = s->copied = false;
    return s;
}

/* Copies on and takes the marks away; false: the slice is used up. */
static bool work(Sharing *s)
{
    Copier *c = &s->c;
    c->left = ML_COPY_SLICE;
    if (!s->copied) {
        s->ok = c->paused ? ml_copy_more(c) : ml_copy_root(c, &s->v, 0);
        if (c->paused)
            return false;
        s->copied = true;
    }
    return ml_copy_undo(c);
}

static void end(Module *m, Mem *mem)
{
    ml_mem_free(mem, m->sharing, sizeof *m->sharing);
    m->sharing = NULL;
}

/* All of it is copied. False: not everything can be, or no memory. */
static bool take(Module *m, Trial *t, Sharing *s, Mem *mem)
{
    Obj **read;
    Need *need;
    size_t nread = ml_trial_read(t, &read), nneeds = ml_trial_needs(t, &need);
    m->read = keep(mem, read, nread * sizeof *read);
    m->nread = m->read ? nread : 0;
    m->need = keep(mem, need, nneeds * sizeof *need);
    m->nneeds = m->need ? nneeds : 0;
    if (!s->ok || m->nread != nread || m->nneeds != nneeds || !find_behind(m, mem)) {
        ml_copy_drop(&s->c);
        return false;
    }
    m->value = s->v;
    m->frags = s->c.first;
    m->handles = s->c.handles;
    m->holds = s->c.holds;
    return true;
}

void ml_module_keep_private(Module *m) { ml_store(&m->state, MODULE_PRIVATE); }

bool ml_module_share(Module *m, Trial *t, Proc *p)
{
    Mem *mem = p->heap->mem;
    Sharing *s = m->sharing ? m->sharing : begin(m, t, mem);
    if (!s) {
        ml_module_keep_private(m);
        return true;
    }
    p->reds -= ML_COPY_REDS;
    if (!work(s))
        return false;
    bool ok = take(m, t, s, mem);
    end(m, mem);
    ml_store(&m->state, ok ? MODULE_SHARED : MODULE_PRIVATE);
    return true;
}

void ml_module_give_up(Vm *vm, Module *m)
{
    if (m->sharing) {
        ml_copy_done(&m->sharing->c);
        ml_copy_drop(&m->sharing->c);
        end(m, &vm->mem);
    }
    ml_store(&m->state, MODULE_NEW);
}

Value ml_module_value(const Module *m) { return m->value; }

bool ml_module_need(const Module *m, size_t i, Need *n)
{
    if (i >= m->nneeds)
        return false;
    *n = m->need[i];
    return true;
}

/* --- is it what this process would get? --- */

static bool has_globals_of(Proc *p, const Proto *pt)
{
    const Tab *base = p->vm->base_globals;
    if (p->globals == base)
        return true;
    if (p->globals->meta)
        return false;
    for (uint32_t i = 0; i < pt->nglobals; i++)
        if (!ml_raw_equal(*ml_tab_getstr(p->heap, p->globals, pt->globals[i]),
                          *ml_tab_getstr(p->heap, base, pt->globals[i])))
            return false;
    return true;
}

/* The code of m, and what of other modules it may have called. */
static bool has_globals_behind(Proc *p, const Module *m)
{
    if (!has_globals_of(p, m->file->im->main))
        return false;
    for (size_t i = 0; i < m->nbehind; i++)
        if (!has_globals_of(p, m->behind[i]->file->im->main))
            return false;
    return true;
}

static bool has_changed_none(Proc *p, Obj *const *read, size_t n)
{
    for (size_t i = 0; p->own->overlays && i < n; i++) {
        Value key = { .o = read[i], .tag = read[i]->kind == OBJ_BOX ? TAG_BOX : TAG_TAB };
        if (!ml_is_nil(*ml_tab_get(p->heap, p->own->overlays, key)))
            return false;
    }
    return true;
}

static bool has_basics(const Proc *p) { return !p->own->basics && !p->own->rebound && !p->own->cells; }

bool ml_module_follows(Proc *p, const Module *m, Trial *t)
{
    Obj **read = NULL;
    Need *need = NULL;
    size_t nread = t ? ml_trial_read(t, &read) : 0, nneeds = t ? ml_trial_needs(t, &need) : 0;
    if (!has_basics(p) || !has_globals_of(p, m->file->im->main))
        return false;
    for (size_t i = 0; i < nneeds; i++)
        if (need[i].of && !has_globals_behind(p, need[i].of))
            return false;
    return has_changed_none(p, read, nread);
}

bool ml_module_fits(Proc *p, const Module *m)
{
    return has_basics(p) && has_globals_behind(p, m) && has_changed_none(p, m->read, m->nread);
}

/* --- the end --- */

static void free_module(Mem *mem, Module *m)
{
    ml_heap_drop(mem, m->handles, m->holds, m->frags);
    ml_mem_free(mem, m->read, m->nread * sizeof *m->read);
    ml_mem_free(mem, m->need, m->nneeds * sizeof *m->need);
    ml_mem_free(mem, m->behind, m->behind_cap * sizeof *m->behind);
    ml_mem_free(mem, m, sizeof *m);
}

static void free_file(Mem *mem, ModFile *f)
{
    for (Module *m = f->modules, *next; m; m = next) {
        next = m->next;
        free_module(mem, m);
    }
    ml_image_unref(f->im);
    ml_mem_free(mem, f, sizeof *f);
}

void ml_modules_free(Vm *vm)
{
    Modules *all = ml_load(&vm->modules);
    for (int i = 0; all && i < SLOTS; i++)
        for (ModFile *f = all->slot[i], *next; f; f = next) {
            next = f->next;
            free_file(&vm->mem, f);
        }
    if (!all)
        return;
    ml_lock_fini(&all->lock);
    ml_mem_free(&vm->mem, all, sizeof *all);
}
