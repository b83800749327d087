/*
 * fiber.c - threads as stacks to switch between.
 *
 * A stack is made once and used in every run: its function waits at `top`,
 * where each run begins by a long jump. What is on it from a run that was
 * broken off is forgotten. Variables of a thread and errno go along.
 */
#include "tests/model/engine/engine.h"

#include <errno.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

enum { STACK = 256 << 10 };
static const uintptr_t STACKS_AT = 0x610000000000;

Fiber fibers[MAX_THREADS];
int   nfibers;
Fiber *self;
bool  inside;

static char      *tls, *tls_first;
static size_t     tls_size;
static jmp_buf    explorer;
static ucontext_t maker;

static int find_tls(struct dl_phdr_info *info, size_t size, void *ud)
{
    (void)size, (void)ud;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        if (info->dlpi_phdr[i].p_type == PT_TLS && info->dlpi_tls_data) {
            tls = info->dlpi_tls_data;
            tls_size = info->dlpi_phdr[i].p_memsz;
        }
    }
    return 1;                   /* the program itself comes first */
}

static void loop(void)
{
    Fiber *f = self;
    if (!_setjmp(f->top))
        swapcontext(&(ucontext_t){ 0 }, &maker);
    inside = false;
    self->fn(self->arg);
    inside = true;
    finished();
}

static void make(Fiber *f)
{
    static ucontext_t c;
    getcontext(&c);
    c.uc_stack.ss_sp = f->stack;
    c.uc_stack.ss_size = STACK;
    c.uc_link = NULL;
    makecontext(&c, loop, 0);
    self = f;
    swapcontext(&maker, &c);
    self = NULL;
}

void fibers_init(void)
{
    dl_iterate_phdr(find_tls, NULL);
    tls_first = malloc(tls_size + 1);
    memcpy(tls_first, tls, tls_size);
    char *at = mmap((void *)STACKS_AT, (size_t)STACK * MAX_THREADS, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (at == MAP_FAILED) {
        perror("mmap");
        exit(2);
    }
    for (int i = 0; i < MAX_THREADS; i++) {
        fibers[i].id = i;
        fibers[i].stack = at + (size_t)STACK * (size_t)i;
        fibers[i].tls = malloc(tls_size + 1);
        make(&fibers[i]);
    }
}

bool is_tls(uintptr_t addr)
{
    return addr - (uintptr_t)tls < tls_size;
}

void fibers_clear(void)
{
    nfibers = 0;
    for (int i = 0; i < MAX_THREADS; i++)
        fibers[i].live = false;
}

Fiber *fiber_new(void (*fn)(void *), void *arg)
{
    if (nfibers == MAX_THREADS)
        report("too many threads", "raise MAX_THREADS", NULL, 0);
    Fiber *f = &fibers[nfibers++];
    f->live = true;
    f->done = f->joined = f->made = false;
    f->starting = true;
    f->parent = self ? self->id : NO_THREAD;
    f->fn = fn;
    f->arg = arg;
    f->op = (Op){ .kind = OP_STEP, .what = "starts" };
    f->clock = self ? self->clock : (Clock){ { 0 } };
    f->clock.at[f->id] = 1;
    f->hash = mix(self ? self->hash : 1, (uint64_t)f->id);
    f->depth = 0;
    f->err = 0;
    memcpy(f->tls, tls_first, tls_size);
    return f;
}

static void enter(Fiber *to)
{
    self = to;
    memcpy(tls, to->tls, tls_size);
    errno = to->err;
    if (!to->made) {
        to->made = true;
        _longjmp(to->top, 1);
    }
    _longjmp(to->here, 1);
}

void fiber_switch(Fiber *to)
{
    Fiber *from = self;
    if (to == from)
        return;
    from->err = errno;
    memcpy(from->tls, tls, tls_size);
    if (!_setjmp(from->here))
        enter(to);
}

void fiber_run(Fiber *f)
{
    if (!_setjmp(explorer))
        enter(f);
    self = NULL;
    memcpy(tls, tls_first, tls_size);
}

void fiber_leave(void)
{
    _longjmp(explorer, 1);
}
