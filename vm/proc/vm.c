/*
 * vm.c - what every process asks of its VM: whose thread it is on, the time, a
 * symbol, chance.
 */
#include <string.h>

#include "vm/base/clock.h"
#include "vm/proc/sim.h"
#include "vm/proc/spare.h"

static _Thread_local Worker *here;

Worker *ml_here(Vm *vm)
{
    Worker *w = here;
    return w && w->vm == vm ? w : vm->guest;
}

void ml_here_set(Worker *w)
{
    here = w;
}

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

size_t ml_vm_table_bytes(Vm *vm)
{
    size_t chunks = (ml_load(&vm->ptab.used) + PTAB_CHUNK - 1) / PTAB_CHUNK, spares = 0;
    for (unsigned i = 0; i < vm->nrecords; i++)
        spares += ml_spare_bytes(&vm->workers[i]);
    return chunks * PTAB_CHUNK * sizeof(PidSlot) + ml_smap_bytes(&vm->names) + ml_smap_bytes(&vm->aliases) +
           ml_smap_bytes(&vm->timer_refs) + ml_smap_bytes(&vm->makers) + spares;
}

Rand *ml_proc_rand(Proc *p)
{
    if (!p->own->rand) {
        Rand *r = ml_mem_alloc(&p->vm->mem, sizeof *r);
        if (!r)
            p->heap->oom(p->heap, sizeof *r);
        ml_rand_seed(r, p->vm->chance, p->serial);
        p->own->rand = r;
    }
    return p->own->rand;
}
