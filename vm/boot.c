/*
 * boot.c - birth and end of a VM.
 *
 * At birth the native libraries are laid out in the VM's own heap, then a
 * boot process runs the parts of the library that are written in the dialect,
 * and the whole graph of globals is copied into shared memory: from then on it
 * is immutable, and a process that writes to it gets a private copy.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/base/buf.h"
#include "vm/base/check.h"
#include "vm/base/clock.h"
#include "vm/boot.h"
#include "vm/data/copy.h"
#include "vm/edge/job.h"
#include "vm/edge/out.h"
#include "vm/proc/flow.h"
#include "vm/proc/fold.h"
#include "vm/proc/sendtimer.h"
#include "vm/proc/signal.h"
#include "vm/proc/trace.h"
#include "vm/run/describe.h"
#include "vm/run/module.h"
#include "vm/run/code.h"
#include "vm/run/debug.h"
#include "vm/run/interp.h"
#include "vm/run/park.h"
#include "vm/run/poll.h"
#include "vm/run/sched.h"
#include "vm/run/slow.h"
#include "vm/run/stretch.h"
#include "vm/run/wait.h"
#include "vm/run/worker.h"

static const char *const mm_names[MM_COUNT] = {
    [MM_INDEX] = "__index", [MM_NEWINDEX] = "__newindex", [MM_GC] = "__gc", [MM_MODE] = "__mode",
    [MM_LEN] = "__len", [MM_EQ] = "__eq", [MM_CALL] = "__call", [MM_CLOSE] = "__close",
    [MM_ADD] = "__add", [MM_SUB] = "__sub", [MM_MUL] = "__mul", [MM_DIV] = "__div",
    [MM_MOD] = "__mod", [MM_POW] = "__pow", [MM_IDIV] = "__idiv", [MM_BAND] = "__band",
    [MM_BOR] = "__bor", [MM_BXOR] = "__bxor", [MM_SHL] = "__shl", [MM_SHR] = "__shr",
    [MM_UNM] = "__unm", [MM_BNOT] = "__bnot", [MM_LT] = "__lt", [MM_LE] = "__le",
    [MM_CONCAT] = "__concat", [MM_TOSTRING] = "__tostring", [MM_NAME] = "__name",
    [MM_PAIRS] = "__pairs", [MM_METATABLE] = "__metatable",
};

static __attribute__((noreturn)) void shared_oom(Heap *h, size_t asked)
{
    (void)asked;
    void *border = ml_here(h->vm)->oom_jump;
    if (border)
        longjmp(*(jmp_buf *)border, 1);
    ML_CHECK(!"no memory for the library");
    abort();
}

/* A permanent image stays until the VM ends. */
static bool keep_image(Vm *vm, Image *im)
{
    if (vm->nimages == vm->images_cap) {
        uint32_t cap = vm->images_cap ? vm->images_cap * 2 : 16;
        Image **a = ml_mem_realloc(&vm->mem, vm->images, vm->images_cap * sizeof *a, cap * sizeof *a);
        if (!a)
            return false;
        vm->images = a;
        vm->images_cap = cap;
    }
    vm->images[vm->nimages++] = im;
    return true;
}

/* --- the library --- */

static Tab *lib_table(Vm *vm, Tab *globals, Tab *native, const char *name)
{
    Heap *h = &vm->shared;
    if (strcmp(name, "_G") == 0)
        return globals;
    if (strcmp(name, "native") == 0)
        return native;
    const char *dot = strchr(name, '.');        /* "native.lfs" */
    Tab *outer = dot ? native : globals;
    const char *key = dot ? dot + 1 : name;
    const Value *v = ml_tab_gets(h, outer, key);
    if (v->tag == TAG_TAB)
        return v->t;
    Tab *t = ml_tab_new(h, 0, 16);
    ml_tab_sets(h, outer, key, ml_v_tab(t));
    return t;
}

static void open_libs(Vm *vm, const NativeLib *libs, Tab *globals, Tab *native)
{
    Heap *h = &vm->shared;
    for (; libs && libs->name; libs++) {
        Tab *t = lib_table(vm, globals, native, libs->name);
        for (const NativeDef *d = libs->defs; d && d->name; d++) {
            ml_tab_sets(h, t, d->name, ml_v_native(d));
            if (strcmp(libs->name, "_G") == 0) {
                if (strcmp(d->name, "xpcall") == 0)
                    vm->xpcall = d;
                else if (strcmp(d->name, "next") == 0)
                    vm->next_fn = d->fn;
            } else if (strcmp(d->name, "resume") == 0) {
                vm->resume = d;
            } else if (strcmp(d->name, "close_ref") == 0) {
                vm->close_ref = d;
            }
        }
        if (libs->open)
            libs->open(vm, h, t);
    }
}

/* All standard libraries are found in package.loaded. */
static void fill_loaded(Vm *vm, Tab *globals)
{
    Heap *h = &vm->shared;
    const Value *pk = ml_tab_gets(h, globals, "package");
    if (pk->tag != TAG_TAB)
        return;
    Tab *package = pk->t;
    const Value *l = ml_tab_gets(h, package, "loaded");
    Tab *loaded = l->tag == TAG_TAB ? l->t : ml_tab_new(h, 0, 16);
    ml_tab_sets(h, package, "loaded", ml_v_tab(loaded));
    Value k, v;
    for (uint64_t pos = 0; ml_tab_each(globals, &pos, &k, &v);)
        if (v.tag == TAG_TAB && k.tag == TAG_STR)
            ml_tab_set(h, loaded, k, v);
}

static bool run_boot_file(Vm *vm, const StdlibFile *f, Tab *globals, Tab *native, char err[256])
{
    char chunk[64], *why = NULL;
    snprintf(chunk, sizeof chunk, "=[moonlet %s]", f->name);
    Image *im = ml_code_compile(vm, chunk, f->text, f->size, COMPILE_KEEP_SOURCE, &why, NULL);
    if (!im || !keep_image(vm, im)) {
        snprintf(err, 256, "%s", why ? why : "no memory");
        ml_code_free_text(vm, why);
        return false;
    }
    Proc *p = vm->boot;
    ml_stack_bind(p, p->stk);
    p->base = p->stk->v + 1;
    p->base[0] = ml_v_fn(im->main->closure);
    p->base[1] = ml_v_tab(native);
    p->top = p->base + 2;
    p->pc = ml_boot_code;
    p->globals = globals;
    p->reds = 1 << 30;
    p->heap->want_gc = false;
    p->heap->gc_stopped = true;
    p->heap->stress = 0;
    RunEnd end = ml_interp(p);
    if (end != RUN_EXIT || p->own->failed) {
        snprintf(err, 256, "the library's %s failed: %.150s", f->name, p->own->crash ? p->own->crash : "");
        return false;
    }
    return true;
}

/* Copies the graph of globals into shared memory. The originals lie in the
 * boot process' heap and are dropped with it. */
static bool share_library(Vm *vm, Tab *globals, Tab *slow, Tab *native, char err[256])
{
    Copier c;
    Value g = ml_v_tab(globals), s = ml_v_tab(slow);
    (void)native;
    ml_copy_init(&c, &vm->mem, COPY_SHARE, 0);
    bool ok = ml_copy_root(&c, &g, 0) && ml_copy_root(&c, &s, 1);
    ml_copy_done(&c);
    if (!ok) {
        Buf path;
        ml_buf_init(&path, &vm->mem);
        snprintf(err, 256, "the library holds %s", c.why ? c.why : "too much");
        ml_buf_fini(&path);
        ml_copy_drop(&c);
        return false;
    }
    ml_copy_into(&c, &vm->shared);
    vm->base_globals = g.t;
    vm->base_globals->h.flags |= OF_GLOBALS;
    ml_store_relaxed(&vm->base_globals->is_overlaid, true);     /* stands for those of each process */
    vm->slow = s.t;
    return true;
}

/* vm->shared stands for the heap of the boot process; keep: what it was. */
static void lend_heap(Vm *vm, const Heap *keep)
{
    vm->shared = *vm->boot->heap;
    vm->shared.owner = NULL;
    vm->shared.oom = keep->oom;
}

static void give_heap_back(Vm *vm, const Heap *keep)
{
    void (*oom)(Heap *, size_t) __attribute__((noreturn)) = vm->boot->heap->oom;
    *vm->boot->heap = vm->shared;
    vm->boot->heap->owner = vm->boot;
    vm->boot->heap->oom = oom;
    vm->shared = *keep;
}

static bool lay_out_library(Vm *vm, const VmConfig *cfg, const Heap *keep, char err[256])
{
    vm->boot = ml_proc_new(vm, 256 * 1024);
    if (!vm->boot)
        return false;
    ML_LEDGER(vm, LED_SCRATCH);
    vm->boot->heap->puts_off = false;    /* its tables are looked at from here */
    /* natives are laid out in the boot process' heap: it is copied later */
    lend_heap(vm, keep);
    Heap *h = &vm->shared;
    Tab *globals = ml_tab_new(h, 0, 64), *native = ml_tab_new(h, 0, 32), *slow = ml_tab_new(h, 0, 16);
    ml_tab_sets(h, globals, "_G", ml_v_tab(globals));
    ml_tab_sets(h, native, "slow", ml_v_tab(slow));
    open_libs(vm, cfg->libs, globals, native);
    const Value *str = ml_tab_gets(h, globals, "string");
    Tab *meta = ml_tab_new(h, 0, 1);
    if (str->tag == TAG_TAB)
        ml_tab_sets(h, meta, "__index", *str);
    ml_tab_sets(h, slow, "string metatable", ml_v_tab(meta));
    fill_loaded(vm, globals);
    give_heap_back(vm, keep);
    vm->strmeta = meta;
    vm->slow = slow;
    vm->base_globals = globals;
    bool ok = true;
    /* base first: others use it */
    for (int i = 0; ok && i < cfg->nfiles; i++)
        ok = run_boot_file(vm, &cfg->files[i], globals, native, err);
    ok = ok && share_library(vm, globals, slow, native, err);
    if (ok) {
        const Value *m = ml_tab_gets(&vm->shared, vm->slow, "string metatable");
        vm->strmeta = m->t;
        m = ml_tab_gets(&vm->shared, vm->strmeta, "__index");
        vm->strings = m->tag == TAG_TAB ? m->t : NULL;
        m = ml_tab_gets(&vm->shared, vm->slow, "seen modules");
        vm->seen = m->tag == TAG_TAB ? m->t : NULL;
    }
    return ok;
}

static bool boot_library(Vm *vm, const VmConfig *cfg, char err[256])
{
    Heap keep = vm->shared;
    jmp_buf out;
    bool ok = false;
    vm->guest->oom_jump = &out;
    if (setjmp(out)) {
        if (vm->shared.block == vm->boot->heap->block)
            give_heap_back(vm, &keep);
        ok = false;
    } else {
        ok = lay_out_library(vm, cfg, &keep, err);
    }
    vm->guest->oom_jump = NULL;
    if (vm->boot)
        ml_proc_free(vm->boot);
    vm->boot = NULL;
    return ok;
}

/* Also makes the symbols that a reason with all its fields needs: it is made
 * when there is no memory. */
static Tab *limit_reason(Vm *vm, const char *what)
{
    ml_sym(vm, "used");
    ml_sym(vm, "at");
    Heap *h = &vm->shared;
    Tab *t = ml_tab_new(h, 2, 0);
    ml_tab_setint(h, t, 1, ml_v_str(ml_sym(vm, "limit")));
    ml_tab_setint(h, t, 2, ml_v_str(ml_sym(vm, what)));
    t->h.flags |= OF_SHARED | OF_FROZEN;
    return t;
}

static void stress_from_env(Vm *vm)
{
    const char *s = getenv("MOONLET_STRESS");
    if (!s)
        return;
    enum { LIVE = 32 };
    const char *q = strstr(s, "gc");
    if (q)
        vm->stress_gc = q[2] == '=' ? atoi(q + 3) : LIVE;
    q = strstr(s, "preempt=");
    if (q)
        vm->stress_slice = atoi(q + 8);
    q = strstr(s, "mailbox=");
    if (q)
        vm->flow.stress_limit = (uint32_t)atoi(q + 8);
    vm->flow.plain = strstr(s, "plain_block") != NULL;
    q = strstr(s, "seed=");
    for (unsigned i = 0; q && i < vm->nrecords; i++)
        ml_rand_seed(&vm->workers[i].rand, strtoull(q + 5, NULL, 10), i + 1);
}

static void report(Vm *vm, const char *text, size_t n)
{
    ml_out_write(vm, 2, text, n);
}

Vm *ml_vm_new(const VmConfig *cfg, char err[256])
{
    Mem mem;
    ml_mem_init(&mem, cfg->alloc, cfg->alloc_ud, cfg->max_bytes);
    snprintf(err, 256, "not enough memory");
    Vm *vm = ml_mem_zalloc(&mem, sizeof *vm);
    if (!vm)
        return NULL;
    ml_mem_init(&vm->mem, cfg->alloc, cfg->alloc_ud, cfg->max_bytes);
    ml_store(&vm->mem.used, ml_mem_used(&mem));
    ml_mem_put_off(&vm->mem);
    if (!ml_mem_open_shares(&vm->mem)) {
        ml_mem_free(&mem, vm, sizeof *vm);
        return NULL;
    }
    uint64_t seed = cfg->seed || cfg->deterministic ? cfg->seed : ml_rand_entropy();
    Rand r;
    ml_rand_seed(&r, seed, 0);
    vm->hash_key = ml_rand_next(&r);
    vm->chance = ml_rand_next(&r);
    vm->start_us = ml_clock_us();
    vm->write = cfg->write;
    vm->write_ud = cfg->write_ud;
    vm->compiler = cfg->compiler;
    vm->libs = cfg->libs;
    vm->wake = ml_sched_wake;
    vm->describe = ml_describe;
    vm->report = report;
    vm->symtab = ml_symtab_new(&vm->mem, vm->hash_key);
    ml_idle_init(&vm->idle);
    ml_lock_init(&vm->outside_lock);
    ml_lock_init(&vm->circles.lock);
    bool ok = ml_ptab_init(&vm->ptab, &vm->mem);
    ok &= ml_workers_init(vm, cfg->workers, ml_rand_next(&r));
    vm->poll = ml_poll_new(&vm->mem);
    ml_smap_init(&vm->names, &vm->mem);
    ml_smap_init(&vm->aliases, &vm->mem);
    ml_smap_init(&vm->makers, &vm->mem);
    ml_smap_init(&vm->timer_refs, &vm->mem);
    ml_flow_init(&vm->flow, &vm->mem);
    Heap *h = &vm->shared;
    if (cfg->deterministic)
        vm->sim = ml_sim_new(&vm->mem, seed);
    if (!ok || !vm->symtab || !vm->poll || (cfg->deterministic && !vm->sim) ||
        !ml_trace_open(vm, &cfg->trace, ml_debug_show) || !ml_pools_init(vm) || !ml_out_open(vm) ||
        !ml_heap_init(h, &vm->mem, 4096)) {
        ml_vm_free(vm);
        return NULL;
    }
    vm->workers[0].q.sim = vm->sim;
    h->vm = vm;
    h->oom = shared_oom;
    h->hash_key = vm->hash_key;
    h->symtab = vm->symtab;
    jmp_buf out;
    vm->guest->oom_jump = &out;
    if (setjmp(out)) {
        ml_vm_free(vm);
        return NULL;
    }
    for (int i = 0; i < MM_COUNT; i++)
        vm->mm[i] = ml_sym(vm, mm_names[i]);
    for (uint64_t tag = 0; tag <= TAG_BOX; tag++)
        vm->types[tag] = ml_sym(vm, ml_type_name((Value){ .tag = tag }));
    vm->sym_normal = ml_v_str(ml_sym(vm, "normal"));
    ml_told_begin(vm);
    ml_own_begin(vm);
    vm->no_overlays = ml_tab_new(h, 0, 0);
    vm->no_overlays->h.flags |= OF_SHARED;
    vm->memory_reason = ml_v_tab(limit_reason(vm, "memory"));
    if (!boot_library(vm, cfg, err)) {
        ml_vm_free(vm);
        return NULL;
    }
    stress_from_env(vm);
    ml_own_begin(vm);
    if (!ml_workers_start(vm)) {
        snprintf(err, 256, "cannot start a thread");
        ml_vm_free(vm);
        return NULL;
    }
    return vm;
}

static void free_processes(Vm *vm)
{
    for (uint32_t i = 0; i < ml_load(&vm->ptab.used); i++) {
        Value pid = ml_ptab_pid(&vm->ptab, i);
        Proc *p = ml_is_nil(pid) ? NULL : ml_ptab_find(&vm->ptab, pid);
        if (p) {
            ml_proc_unfold_to_end(p);
            ml_wait_cancel(p);
            ml_proc_exit_quietly(p);
        }
    }
    for (unsigned i = 0; i < vm->nrecords; i++)
        ml_ptab_rest(&vm->workers[i]);
}

void ml_vm_stop(Vm *vm)
{
    ml_workers_stop(vm);
}

void ml_vm_free(Vm *vm)
{
    if (!vm)
        return;
    ml_workers_stop(vm);
    ml_pools_fini(vm);          /* files are closed here and now from now on */
    for (Outside *o = ml_swap(&vm->outside, NULL), *next; o; o = next) {
        next = o->next;
        o->fn(vm, o);
    }
    if (vm->workers && vm->ptab.chunk)
        free_processes(vm);
    ml_ptab_fini(&vm->ptab, &vm->mem);
    ml_sendtimers_free(vm);
    if (vm->stdio) {
        ml_out_flush(vm, true);
        vm->stdio_fini(vm);
    }
    ml_modules_free(vm);
    if (vm->shared.block)
        ml_heap_fini(&vm->shared);
    for (uint32_t i = 0; i < vm->nimages; i++)
        ml_image_unref(vm->images[i]);
    ml_mem_free(&vm->mem, vm->images, vm->images_cap * sizeof *vm->images);
#ifdef ML_STRETCH
    ml_stretch_fini(vm);
#endif
    ml_smap_fini(&vm->names);
    ml_smap_fini(&vm->aliases);
    ml_smap_fini(&vm->makers);
    ml_flow_fini(&vm->flow);
    if (vm->poll)
        ml_poll_free(vm->poll);
    if (vm->symtab)
        ml_symtab_free(vm->symtab);
    ml_trace_close(vm);
    if (vm->workers)
        ml_workers_fini(vm);
    ml_lock_fini(&vm->circles.lock);
    ml_lock_fini(&vm->outside_lock);
    ml_idle_fini(&vm->idle);
    if (vm->sim)
        ml_sim_free(&vm->mem, vm->sim);
    ml_mem_reap(&vm->mem, SIZE_MAX);
    ml_mem_close_shares(&vm->mem);
    Mem mem;
    ml_mem_init(&mem, vm->mem.fn, vm->mem.ud, 0);
    ml_store(&mem.used, ml_mem_used(&vm->mem));
    ml_mem_free(&mem, vm, sizeof *vm);
    ML_ASSERT(ml_mem_used(&mem) == 0);
}

void ml_vm_exit(Vm *vm, int code)
{
    ml_store(&vm->exit_code, code);
    ml_store(&vm->exited, true);
}

/* --- doors --- */

Proc *ml_vm_spawn(Vm *vm, Image *im, const Value *args, int nargs, const BootSpawn *how)
{
    Proc *p = ml_proc_new(vm, 4096);
    if (!p) {
        ml_image_unref(im);
        return NULL;
    }
    if (im->dynamic) {
        ml_heap_hold(p->heap, &im->h);
        ml_image_unref(im);
    } else if (!keep_image(vm, im)) {
        ml_proc_free(p);
        return NULL;
    }
    Value f = ml_v_nil();
    p->top = p->base;
    if (nargs > 8 && !ml_proc_grow(p, (size_t)nargs + 8)) {
        ml_proc_free(p);
        return NULL;
    }
    if (im->main->uses_env)
        ml_own_globals(p);
    f = ml_code_function(p->heap, im, ml_v_tab(p->globals));
    p->pc = ml_boot_code;
    p->base[0] = f;
    for (int i = 0; i < nargs; i++)
        ml_set(&p->base[1 + i], &args[i]);
    p->top = p->base + 1 + nargs;
    p->own->label = f;
    if (how) {
        p->is_main = how->is_main;
        p->background = how->background;
        p->own->trap_exit = how->trap_exit;
        if (how->is_main)
            ml_store(&vm->main, p);
    }
    ml_flow_bound(p, &(FlowOpts){ .limit = 0 }, 0);
    ml_trace_spawn(p);
    ml_sched_ready(vm, p);
    return p;
}

static VmSend deliver(Vm *vm, const VmPost *post, Msg *m)
{
    ml_msg_set_from(m, post->from);
    switch (ml_flow_send_outside(vm, post->to, m, post->reserved)) {
    case FLOW_SENT:
        return VM_SENT;
    case FLOW_TOO_LARGE:
        return VM_TOO_LARGE;
    case FLOW_WAITS:
        ml_msg_free(&vm->mem, m);
        break;
    case FLOW_FULL:
        break;
    }
    return VM_FULL;
}

VmSend ml_vm_send(Vm *vm, const VmPost *post, bool (*fill)(void *ctx, Heap *h, Value *out), void *ctx)
{
    Proc *scratch = ml_proc_new(vm, 1024);
    Worker *w = ml_here(vm);
    void *was = w->oom_jump;
    jmp_buf out;
    if (!scratch)
        return VM_NO_MEMORY;
    ML_LEDGER(vm, LED_SCRATCH);
    w->oom_jump = &out;
    if (setjmp(out)) {                  /* no memory, see heap.h */
        w->oom_jump = was;
        ml_proc_free(scratch);
        return VM_NO_MEMORY;
    }
    Value v = ml_v_nil();
    Msg *m = fill(ctx, scratch->heap, &v) ? ml_msg_pack_all(scratch, v) : NULL;
    VmSend end = m ? deliver(vm, post, m) : VM_NO_MEMORY;
    w->oom_jump = was;
    ml_proc_free(scratch);
    return end;
}

void ml_vm_monitor(Vm *vm, Proc *host, Value pid, Value *ref)
{
    (void)vm;
    *ref = ml_sig_monitor(host, pid, NULL, ALIAS_NONE);
}

void ml_vm_exit_signal(Vm *vm, Value to, Value from, const char *reason)
{
    ml_exit_from(vm, to, from, ml_v_str(ml_sym(vm, reason)));
}

VmState ml_vm_state(Vm *vm)
{
    if (ml_load(&vm->exited) || ml_load(&vm->main_failed))
        return VM_ENDED;
    if (!ml_sched_quiet(vm))
        return ml_sched_timeout_us(vm) == 0 ? VM_RUNNABLE : VM_WAITING;
    return ml_load(&vm->main) ? VM_DEADLOCKED : VM_ENDED;
}

int ml_vm_exit_code(Vm *vm)
{
    if (ml_load(&vm->exited))
        return ml_load(&vm->exit_code);
    return ml_load(&vm->main_failed) || ml_load(&vm->main) ? 1 : 0;
}
