/*
 * api.c - the public face: a VM's life, driving it, starting code.
 *
 * The VM below is one worker without a thread of its own: whoever calls
 * ml_step is the worker. What hosts hear is put into their queues while
 * processes run (api_host.c) and handed out after that, so that a callback may
 * call nearly everything.
 */

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lang/compile.h"
#include "stdlib/native/libs.h"
#include "vm/api_in.h"
#include "vm/base/buf.h"
#include "vm/base/check.h"
#include "vm/edge/out.h"
#include "vm/proc/sim.h"
#include "vm/proc/stats.h"
#include "vm/run/code.h"
#include "vm/run/park.h"
#include "vm/run/poll.h"
#include "vm/run/sched.h"
#include "vm/run/wait.h"

const char *ml_version(void)
{
    return ML_VERSION;
}

const char *ml_strerror(int status)
{
    switch ((ml_status)status) {
    case ML_OK:          return "success";
    case ML_MORE:        return "there is more to run";
    case ML_IDLE:        return "everything waits";
    case ML_DONE:        return "the program has ended";
    case ML_ENOMEM:      return "not enough memory";
    case ML_EINVAL:      return "wrong argument";
    case ML_EFORMAT:     return "mistake in a format";
    case ML_EAGAIN:      return "try again";
    case ML_ETIMEDOUT:   return "timeout";
    case ML_ENOPROC:     return "no such process";
    case ML_ENOENT:      return "cannot open the file";
    case ML_ESYNTAX:     return "syntax error";
    case ML_EINCOMPLETE: return "the text ends too early";
    case ML_EEXIST:      return "the name is taken";
    case ML_EBUSY:       return "busy";
    case ML_EFORK:       return "the VM belongs to the parent process";
    case ML_ETHREAD:     return "the VM belongs to another thread";
    case ML_ESTEP:       return "not from inside a native function";
    case ML_EEXITED:     return "the program has ended";
    case ML_EERROR:      return "error";
    }
    return "unknown status";
}

int ml_api_fail(ml_err *err, int code, const char *text)
{
    if (err) {
        err->code = (ml_status)code;
        if (!text)
            text = ml_strerror(code);
        size_t n = strlen(text), most = sizeof err->text - 1;
        if (n > most)
            n = most;
        memcpy(err->text, text, n);
        err->text[n] = 0;
    }
    return code;
}

/* --- whose call is it --- */

/* An address that no two threads share. */
static const void *this_thread(void)
{
    static _Thread_local char here;
    return &here;
}

int ml_api_os_pid(void)
{
    return (int)getpid();
}

bool ml_api_is_owner(const ml_vm *vm)
{
    return vm->thread == this_thread();
}

int ml_api_enter(ml_vm *vm)
{
    if (!vm)
        return ML_EINVAL;
    if (vm->os_pid != ml_api_os_pid())
        return ML_EFORK;
    if (!ml_api_is_owner(vm))
        return ML_ETHREAD;
    return vm->stepping ? ML_ESTEP : ML_OK;
}

/* --- birth and end --- */

enum { SCHEDULERS_MOST = 1024, TRACE_MOST = 100000000 };

/* The caller's config, of whatever size it was compiled with. */
static int read_config(const ml_config *from, ml_config *cfg, ml_err *err)
{
    *cfg = (ml_config)ML_CONFIG_INIT;
    if (!from)
        return ML_OK;
    if (from->size < sizeof from->size || from->size > 4096)
        return ml_api_fail(err, ML_EINVAL, "ml_config: size must be sizeof(ml_config)");
    memcpy(cfg, from, from->size < sizeof *cfg ? from->size : sizeof *cfg);
    if (cfg->deterministic && cfg->schedulers > 1)
        return ml_api_fail(err, ML_EINVAL, "ml_config: a deterministic run has one scheduler");
    if (cfg->last_events < 0 || cfg->trace_events > TRACE_MOST)
        return ml_api_fail(err, ML_EINVAL, "ml_config: last_events must not be negative, trace_events at most 100000000");
    if (cfg->schedulers < 0 || cfg->schedulers > SCHEDULERS_MOST)
        return ml_api_fail(err, ML_EINVAL, "ml_config: schedulers must be 0 to 1024");
    return ML_OK;
}

ml_vm *ml_open(const ml_config *from, ml_err *err)
{
    ml_config cfg;
    if (read_config(from, &cfg, err) != ML_OK)
        return NULL;
    Mem mem;
    ml_mem_init(&mem, cfg.alloc, cfg.alloc_ud, 0);
    ml_vm *vm = ml_mem_zalloc(&mem, sizeof *vm);
    if (!vm) {
        ml_api_fail(err, ML_ENOMEM, NULL);
        return NULL;
    }
    ml_mem_init(&vm->mem, cfg.alloc, cfg.alloc_ud, 0);
    ml_store(&vm->mem.used, sizeof *vm);
    vm->os_pid = ml_api_os_pid();
    vm->thread = this_thread();
    VmConfig inner = {
        .workers = cfg.deterministic ? 0 : (unsigned)cfg.schedulers,
        .alloc = cfg.alloc, .alloc_ud = cfg.alloc_ud, .max_bytes = cfg.max_bytes, .seed = cfg.seed,
        .deterministic = cfg.deterministic != 0,
        .trace = { cfg.trace_events, cfg.trace_bodies != 0, (unsigned)cfg.last_events },
        .write = cfg.write, .write_ud = cfg.write_ud, .compiler = &ml_compiler, .libs = ml_stdlib_native,
        .files = ml_stdlib_files, .nfiles = ml_stdlib_count
    };
    char why[256] = "";
    vm->vm = ml_vm_new(&inner, why);
    if (!vm->vm) {
        ml_api_fail(err, why[0] ? ML_EERROR : ML_ENOMEM, why[0] ? why : NULL);
        ml_mem_free(&mem, vm, sizeof *vm);
        return NULL;
    }
    return vm;
}

/* What other threads sent before the end goes nowhere, but its memory must. */
static void drain(Vm *vm)
{
    Outside *o = ml_swap(&vm->outside, NULL);
    while (o) {
        Outside *next = o->next;
        o->fn(vm, o);
        o = next;
    }
}

static void grace(ml_vm *vm, int ms)
{
    Vm *v = vm->vm;
    uint64_t until = ml_now_us(v) + (uint64_t)ms * 1000, now;
    Proc *main = ml_load(&v->main);
    if (!main)
        return;
    ml_world_stop(v);
    if ((main = ml_load(&v->main)) != NULL)
        ml_vm_exit_signal(v, main->pid, main->pid, "shutdown");
    ml_world_go(v);
    while (v->threads && ml_load(&v->main) && !ml_host_is_done(v) && (now = ml_now_us(v)) < until)
        ml_host_sleep(v, (int64_t)(until - now));
    if (v->threads)
        return;
    vm->stepping = true;
    while (ml_load(&v->main) && !ml_load(&v->exited) && (now = ml_now_us(v)) < until) {
        ml_store(&v->interrupt, 0);
        if (ml_sched_run(v, (int64_t)(until - now)) == SCHED_IS_DONE)
            break;
    }
    vm->stepping = false;
}

int ml_close(ml_vm *vm, int grace_ms)
{
    if (!vm)
        return ML_OK;
    int status = ml_api_enter(vm);
    if (status != ML_OK)
        return status == ML_ESTEP ? ML_EBUSY : status;
    if (vm->in_callback)
        return ML_EBUSY;
    if (grace_ms > 0)
        grace(vm, grace_ms);
    ml_vm_stop(vm->vm);
    ml_out_flush(vm->vm, true);
    drain(vm->vm);
    while (vm->hosts)
        ml_detach(vm->hosts);
    ml_vm_free(vm->vm);
    while (vm->natives) {
        ApiNative *n = vm->natives;
        vm->natives = n->next;
        ml_mem_free(&vm->mem, n, n->size);
    }
    Mem mem;
    ml_mem_init(&mem, vm->mem.fn, vm->mem.ud, 0);
    ml_store(&mem.used, ml_mem_used(&vm->mem));
    ml_mem_free(&mem, vm, sizeof *vm);
    ML_ASSERT(ml_mem_used(&mem) == 0);
    return ML_OK;
}

/* --- driving --- */

/* Others run it; we wait until there is something to know. */
static int wait_for_threads(ml_vm *vm, int64_t max_us)
{
    Vm *v = vm->vm;
    if (max_us != 0 && !ml_load(&vm->arrived) && !ml_host_is_done(v) && !ml_load(&v->interrupt))
        ml_host_sleep(v, max_us);
    else
        ml_host_sleep(v, 0);            /* ml_fd is quiet again */
    ml_api_collect(vm);
    if (!ml_host_is_done(v))
        return ML_IDLE;
    ml_store(&v->interrupt, 0);
    ml_out_flush(v, true);
    return ML_DONE;
}

int ml_api_run(ml_vm *vm, int64_t max_us)
{
    if (vm->vm->threads)
        return wait_for_threads(vm, max_us);
    vm->stepping = true;
    SchedEnd end = ml_sched_run(vm->vm, max_us);
    vm->stepping = false;
    ml_api_collect(vm);
    if (end == SCHED_HAS_MORE)
        return ML_MORE;
    VmState state = ml_vm_state(vm->vm);
    if (end == SCHED_IS_IDLE && (state == VM_RUNNABLE || state == VM_WAITING))
        return ML_IDLE;
    ml_out_flush(vm->vm, true);
    return ML_DONE;
}

bool ml_api_stopped(ml_vm *vm)
{
    Vm *v = vm->vm;
    ml_store(&v->interrupt, 0);
    if (!ml_swap(&vm->stop, 0))
        return false;
    if (!v->threads)
        ml_poll_wait(v->poll, 0, ml_wait_ready, v);     /* ml_fd is quiet again */
    return true;
}

int ml_step(ml_vm *vm, int max_ms)
{
    int status = ml_api_enter(vm);
    if (status != ML_OK)
        return status;
    if (vm->in_callback)
        return ML_EBUSY;
    uint64_t from = ml_now_us(vm->vm);
    for (;;) {
        if (ml_api_stopped(vm))
            return ML_MORE;
        status = ml_api_run(vm, max_ms < 0 ? -1 : 0);
        bool told = vm->waiting;
        ml_api_deliver(vm);
        if (status == ML_DONE || max_ms < 0)
            return status == ML_DONE ? ML_DONE : ML_MORE;
        if (status == ML_IDLE && !told && (vm->vm->threads || ml_sched_timeout_us(vm->vm) != 0) && !ml_sched_jump(vm->vm))
            return ML_IDLE;
        if (ml_now_us(vm->vm) - from >= (uint64_t)max_ms * 1000)
            return ML_MORE;
    }
}

int ml_fd(ml_vm *vm)
{
    int status = ml_api_enter(vm);
    if (status != ML_OK)
        return status;
    return ml_poll_fd(vm->vm->threads ? vm->vm->host_poll : vm->vm->poll);
}

int ml_timeout(ml_vm *vm)
{
    if (ml_api_enter(vm) != ML_OK || vm->waiting || ml_load(&vm->stop) || ml_load(&vm->arrived))
        return 0;
    if (vm->vm->threads)
        return ml_host_is_done(vm->vm) ? 0 : -1;
    int64_t us = ml_sched_timeout_us(vm->vm);
    if (us < 0)
        return -1;
    return us > (int64_t)INT32_MAX * 1000 ? INT32_MAX : (int)((us + 999) / 1000);
}

void ml_interrupt(ml_vm *vm)
{
    if (!vm || vm->os_pid != ml_api_os_pid())
        return;
    ml_store(&vm->stop, 1);
    ml_store(&vm->vm->interrupt, 1);
    ml_poll_wake(vm->vm->threads ? vm->vm->host_poll : vm->vm->poll);
}

int ml_exit_code(ml_vm *vm)
{
    return vm ? ml_vm_exit_code(vm->vm) : 0;
}

uint64_t ml_trace_hash(ml_vm *vm)
{
    bool ok = ml_api_enter(vm) == ML_OK && vm->vm->sim;
    return ok ? ml_sim_hash(vm->vm->sim) : 0;
}

static char *take_text(Buf *out)
{
    char *text = out->oom ? NULL : ml_api_new_text(out->data ? out->data : "", out->len);
    ml_buf_fini(out);
    return text;
}

char *ml_trace(ml_vm *vm, int form)
{
    Buf out;
    bool fine = ml_api_enter(vm) == ML_OK && (form == ML_TRACE_TEXT || form == ML_TRACE_MERMAID);
    if (!fine || !ml_trace_is_on(vm->vm))
        return NULL;
    ml_buf_init(&out, &vm->mem);
    ml_world_stop(vm->vm);
    ml_trace_write(vm->vm, form == ML_TRACE_TEXT ? TRACE_TEXT : TRACE_MERMAID, &out);
    ml_world_go(vm->vm);
    return take_text(&out);
}

char *ml_statistics(ml_vm *vm)
{
    Buf out;
    if (ml_api_enter(vm) != ML_OK)
        return NULL;
    ml_buf_init(&out, &vm->mem);
    ml_stats_prometheus(vm->vm, &out);
    return take_text(&out);
}

int ml_exit(ml_vm *vm, int code)
{
    int status = ml_api_enter(vm);
    if (status != ML_OK)
        return status;
    ml_world_stop(vm->vm);
    ml_vm_exit(vm->vm, code);
    ml_world_go(vm->vm);
    return ML_OK;
}

int ml_output_error(ml_vm *vm)
{
    return ml_api_enter(vm) == ML_OK ? ml_out_errno(vm->vm) : 0;
}

int ml_kill(ml_vm *vm, ml_pid p, const char *reason)
{
    int status = ml_api_enter(vm);
    if (status != ML_OK)
        return status;
    Value to = ml_api_pid_value(p.opaque);
    if (!ml_is_pid(to))
        return ML_EINVAL;
    ml_world_stop(vm->vm);
    ml_vm_exit_signal(vm->vm, to, to, reason ? reason : "kill");
    ml_world_go(vm->vm);
    return ML_OK;
}

ml_pid ml_whereis(ml_vm *vm, const char *name)
{
    if (ml_api_enter(vm) != ML_OK || !name)
        return (ml_pid){ { 0, 0 } };
    Str *s = ml_symbol(vm->vm->symtab, name, strlen(name));
    Value v = s ? ml_name_find(vm->vm, s) : ml_v_nil();
    return ml_is_pid(v) ? ml_api_pid(v) : (ml_pid){ { 0, 0 } };
}

int ml_alive(ml_vm *vm, ml_pid p)
{
    Value v = ml_api_pid_value(p.opaque);
    if (ml_api_enter(vm) != ML_OK || !ml_is_pid(v))
        return 0;
    ml_world_stop(vm->vm);
    bool alive = ml_proc_find(vm->vm, v) != NULL;
    ml_world_go(vm->vm);
    return alive;
}

/* --- memory of heaps, outside of a slice --- */

static void no_memory(Heap *h, size_t asked) __attribute__((noreturn));
static void no_memory(Heap *h, size_t asked)
{
    (void)asked;
    longjmp(*(jmp_buf *)ml_here(h->vm)->oom_jump, 1);
}

bool ml_api_may_allocate(Vm *vm, void (*fn)(void *ctx), void *ctx)
{
    Worker *w = ml_here(vm);
    jmp_buf out, *was = w->oom_jump;
    void (*old)(Heap *, size_t) __attribute__((noreturn)) = vm->shared.oom;
    ml_world_stop(vm);
    w->oom_jump = &out;
    vm->shared.oom = no_memory;
    bool ok = setjmp(out) == 0;
    if (ok)
        fn(ctx);
    w->oom_jump = was;
    vm->shared.oom = old;
    ml_world_go(vm);
    return ok;
}

/* --- code --- */

/* A first line that begins with # is for the shell; its end of line stays. */
static void skip_hash(const char **src, size_t *n)
{
    if (*n == 0 || **src != '#')
        return;
    const char *eol = memchr(*src, '\n', *n);
    *n = eol ? (size_t)(*src + *n - eol) : 0;
    *src = eol ? eol : "";
}

/* NULL: *status says why, err is filled. */
static Image *compile(ml_vm *vm, const char *chunk, const char *src, size_t len, unsigned flags, int *status,
                      ml_err *err)
{
    *status = ml_api_enter(vm);
    if (*status == ML_OK && (!src || !chunk))
        *status = ML_EINVAL;
    if (*status != ML_OK) {
        ml_api_fail(err, *status, NULL);
        return NULL;
    }
    if (len == ML_ALL)
        len = strlen(src);
    skip_hash(&src, &len);
    char *text = NULL;
    bool incomplete = false;
    Image *im = ml_code_compile(vm->vm, chunk, src, len, flags, &text, &incomplete);
    if (!im) {
        *status = incomplete ? ML_EINCOMPLETE : text ? ML_ESYNTAX : ML_ENOMEM;
        ml_api_fail(err, *status, text);
    }
    if (text)
        ml_code_free_text(vm->vm, text);
    return im;
}

typedef struct Spawn {
    ml_vm    *vm;
    Image    *im;
    unsigned  flags;
    MsgRoot  *args;
    int       first;            /* arguments that come before them */
    Proc     *p;
    ml_pid    pid;
} Spawn;

enum { MOST_ARGS = 200 };

/* The child has not run yet: its arguments are made in its own heap, and take
 * the place of the nils it was made with. */
static void do_spawn(void *ctx)
{
    Spawn *s = ctx;
    Proc *p = s->p;
    MsgRoot *r = s->args;
    Value all = ml_api_to(p->heap, r, &r->v);
    if (r->v.type != ML_T_LIST)
        ml_set(&p->base[1 + s->first], &all);
    else
        for (int i = 1; i <= (int)r->v.body->narr; i++)
            ml_set(&p->base[i + s->first], ml_tab_getint(p->heap, all.t, i));
}

static bool spawn_resting(Spawn *s)
{
    static const Value nils[MOST_ARGS];
    BootSpawn how = {
        .is_main = (s->flags & ML_MAIN) != 0, .background = (s->flags & ML_BACKGROUND) != 0,
        .trap_exit = (s->flags & ML_TRAP_EXIT) != 0, .link = ml_v_nil()
    };
    int given = !s->args ? 0 : s->args->v.type == ML_T_LIST ? (int)s->args->v.body->narr : 1;
    s->first = s->flags & ML_PROMPT ? ML_API_PROMPT_ARGS : 0;
    s->p = ml_vm_spawn(s->vm->vm, s->im, nils, given + s->first, &how);
    if (!s->p)
        return false;
    s->pid = ml_api_pid(s->p->pid);
    if (s->first) {
        s->p->own->evaluator = true;
        ml_api_prompt_args(&s->p->base[1]);
    }
    if (!given || ml_api_may_allocate(s->vm->vm, do_spawn, s))
        return true;
    ml_vm_exit_signal(s->vm->vm, s->p->pid, s->p->pid, "kill");
    return false;
}

static bool spawn(Spawn *s)
{
    ml_world_stop(s->vm->vm);
    bool ok = spawn_resting(s);
    ml_world_go(s->vm->vm);
    return ok;
}

ml_pid ml_spawn_string(ml_vm *vm, const char *chunk, const char *src, size_t len, unsigned flags, ml_msg *args,
                       ml_err *err)
{
    ml_pid none = { { 0, 0 } };
    int status;
    Spawn s = { .vm = vm, .flags = flags, .args = ml_api_root(args) };
    if (args && args->type == ML_T_LIST && args->body->narr > MOST_ARGS) {
        ml_free(args);
        ml_api_fail(err, ML_EINVAL, "too many arguments: put them into a table");
        return none;
    }
    s.im = compile(vm, chunk, src, len, COMPILE_KEEP_SOURCE, &status, err);
    if (!s.im) {
        ml_free(args);
        return none;
    }
    bool ok = spawn(&s);
    ml_free(args);
    if (ok)
        return s.pid;
    ml_api_fail(err, ML_ENOMEM, NULL);
    return none;
}

static bool read_all(int fd, Buf *out)
{
    for (;;) {
        char *to = ml_buf_room(out, 16 * 1024);
        if (!to)
            return false;
        ssize_t n = read(fd, to, 16 * 1024);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0;
        out->len += (size_t)n;
    }
}

/* False: err is filled. */
static bool read_file(const char *path, Buf *out, ml_err *err)
{
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : 0;
    bool ok = fd >= 0 && read_all(fd, out);
    int e = errno;
    if (fd > 0)
        close(fd);
    if (ok)
        return true;
    if (out->oom) {
        ml_api_fail(err, ML_ENOMEM, NULL);
        return false;
    }
    char why[512];
    const char *text = strerrordesc_np(e);
    snprintf(why, sizeof why, "cannot %s %s: %s", fd < 0 ? "open" : "read", path ? path : "standard input",
             text ? text : "unknown error");
    ml_api_fail(err, ML_ENOENT, why);
    return false;
}

ml_pid ml_spawn_file(ml_vm *vm, const char *path, unsigned flags, ml_msg *args, ml_err *err)
{
    ml_pid pid = { { 0, 0 } };
    int status = ml_api_enter(vm);
    if (status != ML_OK) {
        ml_free(args);
        ml_api_fail(err, status, NULL);
        return pid;
    }
    Buf src, name;
    ml_buf_init(&src, &vm->mem);
    ml_buf_init(&name, &vm->mem);
    ml_buf_printf(&name, path ? "@%s" : "=stdin", path);
    const char *chunk = ml_buf_cstr(&name);
    if (!read_file(path, &src, err)) {
        ml_free(args);
    } else if (!chunk) {
        ml_free(args);
        ml_api_fail(err, ML_ENOMEM, NULL);
    } else {
        pid = ml_spawn_string(vm, chunk, src.data ? src.data : "", src.len, flags, args, err);
    }
    ml_buf_fini(&src);
    ml_buf_fini(&name);
    return pid;
}

int ml_check(ml_vm *vm, const char *chunk, const char *src, size_t len, ml_err *err)
{
    int status;
    Image *im = compile(vm, chunk, src, len, COMPILE_REPL | COMPILE_KEEP_SOURCE, &status, err);
    if (im)
        ml_image_unref(im);
    return status;
}

char *ml_dump(ml_vm *vm, const char *chunk, const char *src, size_t len, ml_err *err)
{
    int status;
    Image *im = compile(vm, chunk, src, len, COMPILE_KEEP_SOURCE, &status, err);
    if (!im)
        return NULL;
    Buf out;
    ml_buf_init(&out, &vm->mem);
    ml_image_dump(im, &out);
    char *text = out.oom ? NULL : ml_api_new_text(out.data ? out.data : "", out.len);
    if (!text)
        ml_api_fail(err, ML_ENOMEM, NULL);
    ml_buf_fini(&out);
    ml_image_unref(im);
    return text;
}

/* --- globals --- */

/* The tables of the library are immutable to processes. Between two slices,
 * with the worker's own hand, they are not. */
static void set_shared(Vm *vm, Tab *t, const char *key, Value v)
{
    uint8_t was = t->h.flags;
    t->h.flags = (uint8_t)(was & ~OF_SHARED);
    ml_tab_sets(&vm->shared, t, key, v);
    t->h.flags = was;
}

typedef struct Global {
    ml_vm         *vm;
    const char    *name;
    MsgRoot       *value;
    ApiNative     *fns;         /* of one ml_register, up to `until` */
    ApiNative     *until;
} Global;

static void do_set_global(void *ctx)
{
    Global *g = ctx;
    Vm *vm = g->vm->vm;
    set_shared(vm, vm->base_globals, g->name, ml_api_to(&vm->shared, g->value, &g->value->v));
}

int ml_set_global(ml_vm *vm, const char *name, ml_msg *value)
{
    int status = ml_api_enter(vm);
    Global g = { .vm = vm, .name = name, .value = ml_api_root(value) };
    if (status == ML_OK && !name)
        status = ML_EINVAL;
    if (status == ML_OK && (!g.value || !ml_api_may_allocate(vm->vm, do_set_global, &g)))
        status = ML_ENOMEM;
    ml_free(value);
    return status;
}

static void do_register(void *ctx)
{
    Global *g = ctx;
    Vm *vm = g->vm->vm;
    Heap *h = &vm->shared;
    Tab *into = vm->base_globals, *lib = NULL;
    if (g->name) {
        Value old = *ml_tab_gets(h, into, g->name);
        lib = ml_is_tab(old) ? old.t : ml_tab_new(h, 0, 8);
        into = lib;
    }
    for (ApiNative *n = g->fns; n != g->until; n = n->next)
        set_shared(vm, into, n->def.name, ml_v_native(&n->def));
    if (!lib)
        return;
    lib->h.flags |= OF_SHARED | OF_COW;
    set_shared(vm, vm->base_globals, g->name, ml_v_tab(lib));
    Value package = *ml_tab_gets(h, vm->base_globals, "package");
    Value loaded = ml_is_tab(package) ? *ml_tab_gets(h, package.t, "loaded") : ml_v_nil();
    if (ml_is_tab(loaded))
        set_shared(vm, loaded.t, g->name, ml_v_tab(lib));
}

static ApiNative *new_native(ml_vm *vm, const ml_reg *reg)
{
    size_t nname = strlen(reg->name) + 1, ndoc = reg->doc ? strlen(reg->doc) + 1 : 0;
    ApiNative *n = ml_mem_zalloc(&vm->mem, sizeof *n + nname + ndoc);
    if (!n)
        return NULL;
    char *text = (char *)(n + 1);
    memcpy(text, reg->name, nname);
    if (ndoc)
        memcpy(text + nname, reg->doc, ndoc);
    *n = (ApiNative){
        .def = { text, ml_api_native, ndoc ? text + nname : NULL },
        .vm = vm, .fn = reg->fn, .ud = reg->ud, .size = sizeof *n + nname + ndoc
    };
    return n;
}

int ml_register(ml_vm *vm, const char *module, const ml_reg *fns)
{
    int status = ml_api_enter(vm);
    if (status != ML_OK)
        return status;
    if (!fns)
        return ML_EINVAL;
    Global g = { .vm = vm, .name = module, .until = vm->natives };
    for (const ml_reg *r = fns; r->name && status == ML_OK; r++) {
        ApiNative *n = r->fn ? new_native(vm, r) : NULL;
        if (!n) {
            status = r->fn ? ML_ENOMEM : ML_EINVAL;
            break;
        }
        n->next = vm->natives;
        vm->natives = n;
    }
    g.fns = vm->natives;
    if (status == ML_OK && !ml_api_may_allocate(vm->vm, do_register, &g))
        status = ML_ENOMEM;
    return status;          /* what was not registered is freed by ml_close */
}
