/*
 * stretch.c - the record behind stretch.h: a row for each built-in, found by
 * hashing its address. It belongs to the VM and is made with the first look.
 */
#include "vm/run/stretch.h"

#ifdef ML_STRETCH

#include "vm/base/clock.h"
#include "vm/proc/vm.h"

uint64_t ml_stretch_now(void) { return ml_clock_thread_ns(); }

/* Recording begins with the first ml_stretch_take. */
static StretchRow *row_of(Stretch *s, const void *what, const char *name)
{
    unsigned i = (unsigned)((uintptr_t)what / 8 % STRETCH_ROWS);
    while (s->row[i].what && s->row[i].what != what)
        i = (i + 1) % STRETCH_ROWS;
    if (!s->row[i].what) {
        if (s->n == STRETCH_ROWS - 1)
            return NULL;
        s->n++;
        s->row[i].what = what;
        s->row[i].name = name;
    }
    return &s->row[i];
}

static StretchRow *note(Stretch *s, const void *what, const char *name, uint64_t ns)
{
    StretchRow *r = row_of(s, what, name);
    if (!r)
        return NULL;
    if (ns > r->longest_ns)
        r->longest_ns = ns;
    r->steps++;
    return r;
}

void ml_stretch_begin(Vm *vm)
{
    Stretch *s = vm->stretch;
    if (!s)
        return;
    s->apart = 0;
    s->began = ml_stretch_now();
}

void ml_stretch_end(Vm *vm, const void *what, const char *name)
{
    Stretch *s = vm->stretch;
    if (!s || !s->began)
        return;
    uint64_t ns = ml_stretch_now() - s->began, less = s->apart + s->clock;
    s->began = 0;
    note(s, what, name, ns > less ? ns - less : 0);
}

void ml_stretch_apart(Vm *vm, const char *name, uint64_t began)
{
    Stretch *s = vm->stretch;
    if (!s)
        return;
    uint64_t ns = ml_stretch_now() - began;
    s->apart += ns;
    StretchRow *r = note(s, name, name, ns);
    if (r)
        r->apart = true;
}

/* Its signature, which begins with its whole name. */
const char *ml_stretch_name(const NativeDef *d) { return d->doc ? d->doc : d->name; }

static uint64_t cost_of_looking(void)
{
    uint64_t least = UINT64_MAX;
    for (int i = 0; i < 100; i++) {
        uint64_t began = ml_stretch_now(), ns = ml_stretch_now() - began;
        if (ns < least)
            least = ns;
    }
    return least;
}

Stretch *ml_stretch_take(Vm *vm)
{
    if (!vm->stretch) {
        vm->stretch = ml_mem_zalloc(&vm->mem, sizeof *vm->stretch);
        if (vm->stretch)
            vm->stretch->clock = cost_of_looking();
    }
    return vm->stretch;
}

void ml_stretch_fini(Vm *vm)
{
    ml_mem_free(&vm->mem, vm->stretch, sizeof *vm->stretch);
    vm->stretch = NULL;
}

#endif
