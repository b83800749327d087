/*
 * statistics.c - statistics(): the numbers of vm/proc/stats.h for programs.
 */
#include <string.h>

#include "stdlib/native/libs.h"
#include "stdlib/native/process_in.h"
#include "vm/proc/stats.h"

static void put(Nat *n, Tab *t, const char *key, uint64_t value)
{
    ml_tab_sets(n->h, t, key, ml_v_int((int64_t)value));
}

/* statistics()[key], made when it is not there yet. */
static Tab *group(Nat *n, Tab *all, const char *key)
{
    Value v = *ml_tab_gets(n->h, all, key);
    if (v.tag == TAG_TAB)
        return v.t;
    Tab *t = ml_tab_new(n->h, 0, 8);
    ml_tab_sets(n->h, all, key, ml_v_tab(t));
    return t;
}

static void put_workers(Nat *n, Tab *all)
{
    Vm *vm = ml_nat_vm(n);
    Tab *list = group(n, all, "workers");
    for (unsigned i = 0; i < vm->nworkers; i++) {
        Tab *t = ml_tab_new(n->h, 0, 8);
        for (const WorkerStat *s = ml_worker_stats; s->name; s++)
            put(n, t, s->name, s->get(&vm->workers[i]));
        ml_tab_setint(n->h, list, i + 1, ml_v_tab(t));
    }
    ml_nat_charge(n, vm->nworkers * 20);
}

static NatEnd as_table(Nat *n)
{
    Vm *vm = ml_nat_vm(n);
    Tab *all = ml_tab_new(n->h, 0, 8);
    uint64_t sent;
    for (const Stat *s = ml_stats; s->name; s++)
        put(n, group(n, all, s->group), s->name, s->get(vm));
    for (unsigned kind = 0; kind < MSG_KINDS; kind++) {
        const char *name = ml_stats_signal(kind, vm, &sent);
        if (name)
            put(n, group(n, all, "signals"), name, sent);
    }
    put_workers(n, all);
    return ml_ret1(n, ml_v_tab(all));
}

static NatEnd as_prometheus(Nat *n)
{
    Buf text;
    Vm *vm = ml_nat_vm(n);
    ml_buf_init(&text, &vm->mem);
    ml_stats_prometheus(vm, &text);
    Blob *b = text.oom ? NULL : ml_blob_new(&vm->mem, text.len);
    if (b)
        memcpy(b->data, text.data, text.len);
    ml_buf_fini(&text);
    if (!b)
        return ml_error(n, "not enough memory");
    return ml_ret1(n, ml_v_str(ml_str_from_blob(n->h, b)));
}

NatEnd ml_vm_statistics(Nat *n)
{
    static const char *const forms[] = { "table", "prometheus", NULL };
    int form;
    if (!ml_arg_option(n, 1, "table", forms, &form))
        return NAT_ERR;
    ml_nat_charge(n, 200);
    return form == 0 ? as_table(n) : as_prometheus(n);
}
