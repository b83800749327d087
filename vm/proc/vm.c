/*
 * vm.c - what every process asks of its VM: the time, a symbol, chance.
 */
#include <string.h>

#include "vm/base/clock.h"
#include "vm/proc/sim.h"

uint64_t ml_now_us(Vm *vm)
{
    return vm->sim ? ml_sim_now_us(vm->sim) : ml_clock_us() - vm->start_us;
}

uint64_t ml_wall_us(Vm *vm)
{
    return vm->sim ? ml_sim_wall_us(vm->sim) : ml_clock_wall_us();
}

uint64_t ml_cpu_us(Vm *vm)
{
    return vm->sim ? ml_sim_now_us(vm->sim) : ml_clock_cpu_us();
}

Str *ml_sym(Vm *vm, const char *s)
{
    Str *sym = ml_symbol(vm->symtab, s, strlen(s));
    if (!sym)
        vm->shared.oom(&vm->shared, strlen(s));
    return sym;
}

Rand *ml_proc_rand(Proc *p)
{
    if (!p->rand) {
        Rand *r = ml_mem_alloc(&p->vm->mem, sizeof *r);
        if (!r)
            p->heap.oom(&p->heap, sizeof *r);
        ml_rand_seed(r, ml_rand_next(&p->vm->rand), p->serial);
        p->rand = r;
    }
    return p->rand;
}
