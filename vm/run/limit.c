/*
 * limit.c - the end of a process that asked for more than it may have.
 *
 * The request has unwound to the border of the slice: the stack is as it was,
 * but nothing may be allocated in the heap. So the reason
 *
 *     {"limit", "memory", limit = n, used = n, at = "file.lua:12"}
 *
 * is made in a heap of its own and frozen from there. `used` is what its realm
 * would have had in use with what it asked for. Where even that cannot be
 * had, and where the VM as a whole is out of memory, {"limit", "memory"}
 * stands in, which is made at boot.
 */
#include <stdlib.h>

#include "vm/base/check.h"
#include "vm/proc/realm.h"
#include "vm/proc/signal.h"
#include "vm/proc/vm.h"
#include "vm/run/debug.h"
#include "vm/run/limit.h"

static __attribute__((noreturn)) void too_small(Heap *h, size_t asked)
{
    (void)h, (void)asked;
    ML_CHECK(!"the reason of a limit has room");
    abort();
}

static void put_int(Heap *h, Tab *t, const char *key, uint64_t n)
{
    ml_tab_setstr(h, t, ml_sym(h->vm, key), ml_v_int(n > INT64_MAX ? INT64_MAX : (int64_t)n));
}

static Value reason(Heap *h, const Member *m, const char *at, size_t len)
{
    Tab *t = ml_tab_new(h, 2, 4);
    ml_tab_setint(h, t, 1, ml_v_str(ml_sym(h->vm, "limit")));
    ml_tab_setint(h, t, 2, ml_v_str(ml_sym(h->vm, ml_realm_kind_name(m->kind))));
    put_int(h, t, "limit", m->limit);
    put_int(h, t, "used", m->used);
    if (len)
        ml_tab_setstr(h, t, ml_sym(h->vm, "at"), ml_v_str(ml_str_new(h, at, len)));
    return ml_v_tab(t);
}

static void set_reason(Proc *p, const char *at, size_t len)
{
    enum { ROOM = 1024 };
    Vm *vm = p->vm;
    Heap h = *p->heap;
    if (!ml_heap_init(&h, &vm->mem, ROOM))
        return;
    h.oom = too_small;
    h.owner = NULL;
    if (!ml_proc_set_reason(p, reason(&h, ml_member(p), at, len)))
        p->own->reason = vm->memory_reason;
    ml_heap_fini(&h);
}

/* Which account is full, if it was not the VM that had no more. */
static bool find_breach(Proc *p, Member *m)
{
    Quota *q = &m->quota;
    Account *full = q->over ? ml_account_over(q->account) : q->full;
    if (m->breach)
        return true;
    if (!full || !ml_heap_vm_has(p->heap, p->own->asked))
        return false;
    uint64_t more = q->over ? 0 : q->missing > p->own->asked ? q->missing : p->own->asked, used = ml_load(&full->used);
    m->breach = true;
    m->kind = REALM_MEMORY;
    m->limit = full->limit;
    m->used = more > INT64_MAX - used ? INT64_MAX : used + more;
    return true;
}

void ml_limit_reached(Proc *p)
{
    char at[96];
    Member *m = ml_member(p);
    p->own->reason = p->vm->memory_reason;
    if (p->own->claim) {                     /* it was in the middle of a step */
        ml_store(p->own->claim, 0);
        p->own->claim = NULL;
    }
    if (!m || !find_breach(p, m))
        return;
    size_t len = ml_limit_tell(p, ml_realm_kind_name(m->kind), m->limit, m->used, at, sizeof at);
    set_reason(p, at, len);
}
