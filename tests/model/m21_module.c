/*
 * m21_module.c - two processes require the same file at once, which nobody has
 * before.
 *
 *     required   both compile it, try to load it, and share what they have
 *     given-up   the one that is about it may end before it is done
 *
 * Properties: there is one entry for the file and one for the module; one tries at
 * a time; who sees that it is shared sees all of it; code that came second is let
 * go. Copies and trials are made up. All interleavings.
 *
 * sources: vm/base/mem.c vm/base/pages.c vm/proc/vm.c vm/run/module.c
 *
 * mutant tried-by-two: vm/run/module.c
 *   - return ml_cas(&m->state, &was, MODULE_TRIED);
 *   + if (ml_load(&m->state) != was)
 *   +     return false;
 *   + ml_store(&m->state, MODULE_TRIED);
 *   + return true;
 * mutant told-too-early in required: vm/run/module.c
 *   - bool ok = take(m, t, s, mem);
 *   + ml_store(&m->state, MODULE_SHARED);
 *   + bool ok = take(m, t, s, mem);
 * mutant file-entered-twice in required: vm/run/module.c
 *   - ModFile *f = find(all, s);
 *   - bool room = all->n < FILES_MOST;
 *   + ModFile *f = NULL;
 *   + bool room = all->n < FILES_MOST;
 * mutant all-made-twice in required: vm/run/module.c
 *   - if (ml_cas(&vm->modules, &none, all))
 *   - return all;
 *   + ml_store(&vm->modules, all);
 *   + if (!none)
 *   +     return all;
 * mutant not-given-up in given-up: vm/run/module.c
 *   - ml_store(&m->state, MODULE_NEW);
 *   +
 */
#include "tests/model/explore.h"
#include "vm/base/atomic.h"
#include "vm/base/clock.h"
#include "vm/data/copy.h"
#include "vm/proc/vm.h"
#include "vm/run/module.h"

enum { SHARED_SEEN = 1, TRIED_SEEN = 2, TAKEN_OVER = 4, SECOND = 8 };

static Vm     vm;
static Worker worker;
static Str    path, name;
static Proto  code[2];
static Image  images[2];
static Proc   procs[2];
static Own    owns[2];
static Obj   *read_by_it[1];
static Need   needs[1];
static _Atomic(int) trying, compiled, let_go, given_up;
static bool   may_end;

uint64_t ml_clock_us(void) { return 0; }

Str *ml_symbol(Symtab *t, const char *s, size_t n)
{
    (void)t, (void)s;
    return n == 1 ? &path : &name;
}

void ml_image_unref(Image *im)
{
    (void)im;
    ml_add(&let_go, 1);
}

/* A copy is done at once. */
void ml_tab_settle(Heap *h, const Tab *t) { (void)h, (void)t; }
void ml_copy_init(Copier *c, Mem *mem, CopyMode mode, size_t head)
{
    (void)mem, (void)mode, (void)head;
    c->paused = false;
}
bool ml_copy_root(Copier *c, Value *v, uint32_t root)
{
    (void)c, (void)root;
    *v = ml_v_int(42);
    return true;
}
bool ml_copy_undo(Copier *c)
{
    c->first = NULL;
    c->handles = NULL;
    c->holds = NULL;
    return true;
}
void ml_copy_drop(Copier *c) { (void)c; }
void ml_heap_drop(Mem *mem, Obj *handles, Hold *holds, Frag *frags) { (void)mem, (void)handles, (void)holds, (void)frags; }

Value ml_trial_result(const Trial *t, Proc **of)
{
    *of = (Proc *)(uintptr_t)t;         /* a trial is its process here */
    return ml_v_int(1);
}
size_t ml_trial_read(Trial *t, Obj ***o)
{
    (void)t;
    *o = read_by_it;
    return 1;
}
size_t ml_trial_needs(Trial *t, Need **n)
{
    (void)t;
    *n = needs;
    return 1;
}

static void has_all(const Module *m)
{
    Need n;
    EX_CHECK(ml_module_value(m).i == 42);
    EX_CHECK(ml_module_need(m, 0, &n) && n.name == &name && !ml_module_need(m, 1, &n));
    ex_seen(SHARED_SEEN);
}

static void try(Module *m, Proc *p)
{
    EX_CHECK(ml_add(&trying, 1) == 0);
    if (may_end && ml_load(&given_up) == 0 && ex_choose(2) == 1) {
        ml_add(&given_up, 1);
        ml_sub(&trying, 1);
        ml_module_give_up(&vm, m);
        return;
    }
    if (ml_load(&given_up))
        ex_seen(TAKEN_OVER);
    ml_sub(&trying, 1);
    EX_CHECK(ml_module_share(m, (Trial *)(void *)p, p));
    has_all(m);
}

static void requires(void *arg)
{
    int i = (int)(intptr_t)arg;
    bool other;
    ModFile *f = ml_modfile_find(&vm, &path, 1, &other);
    if (!f) {
        ml_add(&compiled, 1);
        f = ml_modfile_add(&vm, &path, 1, &images[i]);
        if (f && ml_modfile_code(f) != &images[i])
            ex_seen(SECOND);
    }
    EX_CHECK(f && !other);
    Fn *loader = ml_modfile_code(f)->main->closure;
    Module *m = ml_module_of(&vm, loader, &name, &path);
    EX_CHECK(m != NULL);
    if (ml_module_state(m) == MODULE_NEW && ml_module_try(m))
        try(m, &procs[i]);
    else if (ml_module_state(m) == MODULE_SHARED)
        has_all(m);
    else
        ex_seen(TRIED_SEEN);
}

static Fn *loader_of_file(void)
{
    bool other;
    return ml_modfile_code(ml_modfile_find(&vm, &path, 1, &other))->main->closure;
}

static void story(bool ends)
{
    static Fn loaders[2];
    vm = (Vm){ .guest = &worker };
    worker = (Worker){ .vm = &vm };
    ml_mem_init(&vm.mem, ex_mem, NULL, 0);
    ex_quiet(&vm.mem, sizeof vm.mem);
    ex_quiet(&worker.ledger, sizeof worker.ledger);
    path = (Str){ .h.flags = OF_SYMBOL, .len = 1 };
    name = (Str){ .h.flags = OF_SYMBOL, .len = 2 };
    needs[0] = (Need){ .name = &name };
    may_end = ends;
    ml_store(&trying, 0);
    ml_store(&compiled, 0);
    ml_store(&let_go, 0);
    ml_store(&given_up, 0);
    for (int i = 0; i < 2; i++) {
        loaders[i] = (Fn){ .proto = &code[i] };
        code[i] = (Proto){ .closure = &loaders[i] };
        images[i] = (Image){ .main = &code[i] };
        owns[i] = (Own){ .heap.mem = &vm.mem };
        procs[i] = (Proc){ .vm = &vm, .own = &owns[i] };
    }
    for (intptr_t i = 0; i < 2; i++)
        ex_thread(requires, (void *)i);
    ex_join_all();
    if (ends)
        requires((void *)0);            /* somebody else, later */
    Module *m = ml_module_of(&vm, loader_of_file(), &name, &path);
    EX_CHECK(ml_module_state(m) == MODULE_SHARED);
    ml_modules_free(&vm);
    EX_CHECK(ml_load(&let_go) == ml_load(&compiled));
}

static void required(void) { story(false); }
static void given_up_story(void) { story(true); }

const Model models[] = {
    { .name = "required", .run = required, .preemptions = 3, .outcomes = SHARED_SEEN | TRIED_SEEN | SECOND },
    { .name = "given-up", .run = given_up_story, .preemptions = 2, .outcomes = SHARED_SEEN | TRIED_SEEN | TAKEN_OVER },
    { 0 }
};
