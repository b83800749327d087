/*
 * names.c - registered names and reply aliases: what a message can be sent to
 * besides a pid. Worker.
 */
#include "vm/proc/signal.h"
#include "vm/proc/vm.h"

static Str *symbol_of(Vm *vm, Str *s)
{
    if (s->h.flags & OF_SYMBOL)
        return s;
    return ml_symbol_find(vm->symtab, ml_str_data(s), s->len, ml_str_hash(s, vm->hash_key));
}

Value ml_name_find(Vm *vm, Str *name)
{
    if (name->len > NAME_MOST)
        return ml_v_nil();
    Str *sym = symbol_of(vm, name);
    return sym ? ml_vmap_get(&vm->names, ml_v_str(sym)) : ml_v_nil();
}

bool ml_name_add(Vm *vm, Str *name, Proc *p)
{
    if (p->name || name->len > NAME_MOST || !ml_is_nil(ml_name_find(vm, name)))
        return false;
    Str *sym = ml_symbol(vm->symtab, ml_str_data(name), name->len);
    if (!sym || !ml_vmap_set(&vm->names, ml_v_str(sym), p->pid))
        return false;
    p->name = sym;
    ML_LEDGER(vm, LED_NAMES);
    return true;
}

void ml_name_remove(Vm *vm, Proc *p)
{
    if (!p->name)
        return;
    ml_vmap_remove(&vm->names, ml_v_str(p->name));
    p->name = NULL;
    ML_LEDGER(vm, LED_UNNAMED);
}

/* An alias is a ref with an entry that says whose it is. */
Value ml_alias_owner(Vm *vm, Value ref)
{
    return ml_vmap_get(&vm->aliases, ref);
}

bool ml_alias_add(Vm *vm, Value ref, Value pid)
{
    bool ok = ml_vmap_set(&vm->aliases, ref, pid);
    if (ok)
        ML_LEDGER(vm, LED_ALIASES);
    return ok;
}

void ml_alias_remove(Vm *vm, Value ref)
{
    if (ml_vmap_remove(&vm->aliases, ref))
        ML_LEDGER(vm, LED_UNALIASED);
}
