/*
 * names.c - registered names and reply aliases: what a message can be sent to
 * besides a pid. Any thread, except where the owner is named.
 *
 * A name is an entry of the map vm->names, which says whose it is, and
 * Proc.name of that process, by which its end finds the entry. A process may be
 * given a name, or lose it, by any other. Who does so holds the lock of that
 * name, and under it changes both:
 *
 *     add       no entry, Proc.name NULL --> the name    enters it
 *     remove    the entry goes            Proc.name --> NULL
 *     end       Proc.name --> ENDED       then the entry goes, if it is its own
 *
 * Since only one can make Proc.name of NULL, a process has one name at most.
 * ENDED stays. Who had made it a name before holds the lock until the entry
 * is there, so the end waits for him and finds it. Afterwards no entry leads to
 * the process, and none will: and only then others hear of its end.
 */
#include "vm/proc/realm.h"
#include "vm/proc/signal.h"
#include "vm/proc/trace.h"
#include "vm/proc/vm.h"

static const Str ended;                 /* its address: the process takes no name any more */
#define ENDED ((Str *)(uintptr_t)&ended)

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
    return sym ? ml_smap_get(&vm->names, ml_v_str(sym)) : ml_v_nil();
}

Str *ml_name_of(const Proc *p)
{
    Str *name = ml_load(&p->name);
    return name == ENDED ? NULL : name;
}

/* With the lock of the name, which is free. */
static NameAdd give(VMap *names, Str *sym, Proc *p)
{
    Str *was = NULL;
    if (!ml_realm_may(p, REALM_NAMES, 1))
        return NAME_LIMIT;
    if (!ml_cas(&p->name, &was, sym)) {
        ml_realm_give(ml_realm_of(p), REALM_NAMES, 1);
        return was == ENDED ? NAME_DEAD : NAME_HAS_ONE;
    }
    if (ml_vmap_set(names, ml_v_str(sym), p->pid)) {
        ML_LEDGER(p->vm, LED_NAMES);
        return NAME_ADDED;
    }
    was = sym;
    if (ml_cas(&p->name, &was, NULL))   /* else it has ENDED meanwhile, and stays it */
        ml_realm_give(ml_realm_of(p), REALM_NAMES, 1);
    return NAME_NO_MEMORY;
}

NameAdd ml_name_add(Vm *vm, Str *name, Proc *p)
{
    if (name->len > NAME_MOST)
        return NAME_TOO_LONG;
    Str *sym = ml_symbol(vm->symtab, ml_str_data(name), name->len);
    if (!sym)
        return NAME_NO_MEMORY;
    NameAdd end = NAME_TAKEN;
    VMap *names = ml_smap_lock(&vm->names, ml_v_str(sym));
    if (ml_is_nil(ml_vmap_get(names, ml_v_str(sym))))
        end = give(names, sym, p);
    ml_smap_unlock(&vm->names, ml_v_str(sym));
    if (end == NAME_ADDED)
        ml_trace_name(vm, p->pid, sym);
    return end;
}

bool ml_name_remove(Vm *vm, Str *name)
{
    Str *sym = name->len > NAME_MOST ? NULL : symbol_of(vm, name);
    if (!sym)
        return false;
    VMap *names = ml_smap_lock(&vm->names, ml_v_str(sym));
    Value pid = ml_vmap_get(names, ml_v_str(sym));
    if (!ml_is_nil(pid)) {
        ml_vmap_remove(names, ml_v_str(sym));
        ML_LEDGER(vm, LED_UNNAMED);
        Proc *p = ml_proc_find(vm, pid);
        Str *was = sym;
        if (p && ml_cas(&p->name, &was, NULL))
            ml_realm_give(ml_realm_of(p), REALM_NAMES, 1);
    }
    ml_smap_unlock(&vm->names, ml_v_str(sym));
    return !ml_is_nil(pid);
}

void ml_name_end(Vm *vm, Proc *p)
{
    Str *name = ml_swap(&p->name, ENDED);
    if (name && name != ENDED)
        ml_realm_give(ml_realm_of(p), REALM_NAMES, 1);
    if (name && name != ENDED && ml_smap_remove_if(&vm->names, ml_v_str(name), p->pid))
        ML_LEDGER(vm, LED_UNNAMED);
}

/* An alias is a ref with an entry that says whose it is. Only the owner makes
 * and removes it. */
Value ml_alias_owner(Vm *vm, Value ref)
{
    return ml_smap_get(&vm->aliases, ref);
}

bool ml_alias_add(Vm *vm, Value ref, Value pid)
{
    bool ok = ml_smap_add(&vm->aliases, ref, pid) == SMAP_ADDED;
    if (ok)
        ML_LEDGER(vm, LED_ALIASES);
    return ok;
}

void ml_alias_remove(Vm *vm, Value ref)
{
    if (!ml_is_nil(ml_smap_take(&vm->aliases, ref)))
        ML_LEDGER(vm, LED_UNALIASED);
}
