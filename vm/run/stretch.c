/*
 * stretch.c - the record behind stretch.h: a row for each built-in, found by
 * hashing its address. It belongs to the VM and is made with the first look.
 */
#include "vm/run/stretch.h"

#ifdef ML_STRETCH

#include <string.h>

#include "vm/base/clock.h"
#include "vm/proc/vm.h"

uint64_t ml_stretch_now(void) { return ml_clock_thread_ns(); }

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

static bool has_room(Mem *mem, StretchRow *r)
{
    if (r->steps < r->cap)
        return true;
    uint32_t cap = r->cap ? r->cap * 2 : 64;
    uint32_t *ns = cap <= STRETCH_STEPS ? ml_mem_realloc(mem, r->ns, r->cap * sizeof *ns, cap * sizeof *ns) : NULL;
    if (!ns)
        return false;
    for (uint32_t i = r->cap; i < cap; i++)
        ns[i] = UINT32_MAX;
    r->ns = ns;
    r->cap = cap;
    return true;
}

static StretchRow *note(Vm *vm, const void *what, const char *name, uint64_t ns)
{
    StretchRow *r = row_of(vm->stretch, what, name);
    if (!r || !has_room(&vm->mem, r))
        return NULL;
    if (ns < r->ns[r->steps])
        r->ns[r->steps] = (uint32_t)ns;
    r->steps++;
    return r;
}

void ml_stretch_begin(Vm *vm)
{
    Stretch *s = vm->stretch;
    if (!s || !s->on)
        return;
    s->apart = 0;
    s->began = ml_stretch_now();
}

void ml_stretch_end(Vm *vm, const void *what, const char *name)
{
    Stretch *s = vm->stretch;
    if (!s || !s->on || !s->began)
        return;
    uint64_t ns = ml_stretch_now() - s->began, less = s->apart + s->clock;
    s->began = 0;
    note(vm, what, name, ns > less ? ns - less : 0);
}

void ml_stretch_apart(Vm *vm, const char *name, uint64_t began)
{
    Stretch *s = vm->stretch;
    if (!s || !s->on)
        return;
    uint64_t ns = ml_stretch_now() - began;
    s->apart += ns;
    StretchRow *r = note(vm, name, name, ns);
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

static void forget(Vm *vm, Stretch *s)
{
    for (unsigned i = 0; i < STRETCH_ROWS; i++)
        ml_mem_free(&vm->mem, s->row[i].ns, s->row[i].cap * sizeof *s->row[i].ns);
    memset(s->row, 0, sizeof s->row);
    s->n = s->repeats = 0;
}

static void end_repeat(Stretch *s)
{
    for (unsigned i = 0; i < STRETCH_ROWS; i++) {
        StretchRow *r = &s->row[i];
        if (s->repeats == 0 || r->steps < r->least_steps)
            r->least_steps = r->steps;
        r->steps = 0;
    }
    s->repeats++;
}

Stretch *ml_stretch_turn(Vm *vm, StretchTurn turn)
{
    Stretch *s = vm->stretch;
    if (!s) {
        s = vm->stretch = ml_mem_zalloc(&vm->mem, sizeof *s);
        if (!s)
            return NULL;
        s->clock = cost_of_looking();
    }
    if (turn == STRETCH_FRESH)
        forget(vm, s);
    else if (turn == STRETCH_OFF)
        end_repeat(s);
    s->on = turn == STRETCH_ON;
    return s;
}

uint64_t ml_stretch_longest(const StretchRow *r)
{
    uint64_t longest = 0;
    for (uint32_t i = 0; i < r->least_steps; i++)
        if (r->ns[i] > longest)
            longest = r->ns[i];
    return longest;
}

void ml_stretch_fini(Vm *vm)
{
    if (!vm->stretch)
        return;
    forget(vm, vm->stretch);
    ml_mem_free(&vm->mem, vm->stretch, sizeof *vm->stretch);
    vm->stretch = NULL;
}

#endif
