/*
 * vm.c - what every process asks of its VM: the time, a symbol, chance.
 */
#include <string.h>

#include "vm/base/clock.h"
#include "vm/proc/vm.h"

uint64_t ml_now_us(Vm *vm)
{
    return ml_clock_us() - vm->start_us;
}

Str *ml_sym(Vm *vm, const char *s)
{
    Str *sym = ml_symbol(vm->symtab, s, strlen(s));
    if (!sym)
        vm->shared.oom(&vm->shared, strlen(s));
    return sym;
}

size_t ml_vm_table_bytes(const Vm *vm)
{
    size_t chunks = (vm->ptab_used + PTAB_CHUNK - 1) / PTAB_CHUNK;
    size_t entries = (size_t)vm->names.cap + vm->aliases.cap + vm->timer_refs.cap + vm->makers.cap;
    return chunks * PTAB_CHUNK * sizeof(PidSlot) + entries * sizeof(VMapEntry);
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
