/*
 * realm.c - a group of processes with limits for the whole of it.
 *
 * A spawn with limits opens a realm. The new process is its first member, and
 * all that it spawns, and they spawn, belong to it, so that nobody escapes a
 * limit by spawning. A realm opened inside of another stands below it: what its
 * members take is taken from both.
 *
 *     realm A   memory 64 MiB          used: all of A and B
 *       |  \--- process, process
 *     realm B   memory 8 MiB           used: all of B
 *          \--- process
 *
 * It lives until its last member, timer and realm below are gone. There is one
 * account for each kind of limit (vm/base/account.h); memory is taken in the
 * heaps (vm/data/quota.c), reductions before each slice, the rest when it is
 * made. Who asks for more than there is ends, wherever it is: pcall does not
 * catch that, and no Lua runs.
 *
 * A realm may be a sandbox: then its members, and those of the realms below,
 * have no authority but what they are sent. See doc/sandbox.md.
 */
#include "vm/proc/realm.h"

#include "vm/base/check.h"
#include "vm/proc/ptab.h"
#include "vm/proc/vm.h"

const char *ml_realm_kind_name(RealmKind k)
{
    switch (k) {
    case REALM_MEMORY:     return "memory";
    case REALM_REDUCTIONS: return "reductions";
    case REALM_PROCESSES:  return "processes";
    case REALM_TIMERS:     return "timers";
    case REALM_NAMES:      return "names";
    case REALM_OUTPUT:     return "output";
    case REALM_KINDS:      break;
    }
    return "?";
}

Realm *ml_realm_new(Vm *vm, Realm *parent, const RealmLimits *l)
{
    Realm *r = ml_mem_zalloc(&vm->mem, sizeof *r);
    if (!r)
        return NULL;
    ml_store(&r->refs, 1);
    r->vm = vm;
    r->parent = parent;
    if (parent)
        ml_realm_ref(parent);
    r->sandbox = l->sandbox ? r : parent ? parent->sandbox : NULL;
    for (int k = 0; k < REALM_KINDS; k++)
        ml_account_init(&r->acc[k], parent ? &parent->acc[k] : NULL, l->given >> k & 1 ? l->most[k] : ACCOUNT_NONE);
    return r;
}

/* How far any realm ever stood over its memory; tests look at it. */
static void note_overdraft(Realm *r)
{
    const Account *a = &r->acc[REALM_MEMORY];
    uint64_t peak = ml_load(&r->acc[REALM_MEMORY].peak), most = ml_load(&r->vm->overdraft);
    uint64_t over = peak > a->limit ? peak - a->limit : 0;
    while (over > most && !ml_cas(&r->vm->overdraft, &most, over))
        ;
}

void ml_realm_unref_(Realm *r)
{
    while (r && ml_sub(&r->refs, 1) == 1) {
        Realm *parent = r->parent;
        for (int k = 0; k < REALM_KINDS; k++)
            ML_ASSERT(k == REALM_REDUCTIONS || k == REALM_OUTPUT || ml_load(&r->acc[k].used) == 0);
        note_overdraft(r);
        ml_mem_free(&r->vm->mem, r, sizeof *r);
        r = parent;
    }
}

bool ml_realm_has(const Realm *r, const Proc *p)
{
    const Realm *of = ml_realm_of(p);
    while (of && of != r)
        of = of->parent;
    return of != NULL;
}

/* --- members --- */

enum { ASIDE = sizeof(Proc) + sizeof(Own) + sizeof(Member) };

size_t ml_realm_proc_bytes(size_t block)
{
    return ASIDE + ml_proc_block(block);
}

Proc *ml_realm_proc_new(Realm *r, size_t block, RealmKind *kind, Account **full)
{
    Vm *vm = r->vm;
    size_t bytes = ml_realm_proc_bytes(block);
    *kind = REALM_PROCESSES;
    *full = ml_account_take(&r->acc[REALM_PROCESSES], 1, 0);
    if (*full)
        return NULL;
    *kind = REALM_MEMORY;
    *full = ml_account_take(&r->acc[REALM_MEMORY], bytes, 0);
    Member *m = *full ? NULL : ml_mem_zalloc(&vm->mem, sizeof *m);
    if (m)
        *m = (Member){ { .account = &r->acc[REALM_MEMORY], .given = bytes, .aside = ASIDE, .unborn = true }, .realm = r };
    Proc *p = m ? ml_proc_new_with(vm, block, m) : NULL;
    if (p) {
        ml_realm_ref(r);
        return p;
    }
    ml_mem_free(&vm->mem, m, sizeof *m);
    ml_account_give(&r->acc[REALM_PROCESSES], 1);
    if (!*full)
        ml_account_give(&r->acc[REALM_MEMORY], bytes);
    return NULL;
}

void ml_member_leave_(Proc *p)
{
    Member *m = ml_member(p);
    if (m->gone)
        return;
    m->gone = true;
    ml_account_give(&m->realm->acc[REALM_MEMORY], m->quota.given);
    ml_account_give(&m->realm->acc[REALM_PROCESSES], 1);
    m->quota.given = m->quota.aside = 0;
}

void ml_member_free_(Mem *mem, Proc *p)
{
    Member *m = ml_member(p);
    ml_account_give(&m->realm->acc[REALM_MEMORY], ml_load(&m->incoming));
    ml_realm_unref(m->realm);
    ml_mem_free(mem, m, sizeof *m);
}

/* --- messages on their way --- */

size_t ml_realm_memory(const Proc *p)
{
    uint64_t least = ACCOUNT_NONE;
    for (const Account *a = p->member ? p->member->quota.account : NULL; a; a = a->parent)
        least = a->limit < least ? a->limit : least;
    return least == ACCOUNT_NONE ? 0 : (size_t)least;
}

bool ml_realm_admit_(Proc *p, Msg *m)
{
    Member *to = ml_member(p);
    if (m->booked)
        return true;
    size_t n = ml_msg_bytes(m);
    if (ml_account_take(&to->realm->acc[REALM_MEMORY], n, 0))
        return false;
    ml_add(&to->incoming, n);
    m->booked = true;
    return true;
}

void ml_realm_unadmit_(Proc *p, Msg *m)
{
    Member *to = ml_member(p);
    size_t n = ml_msg_bytes(m);
    m->booked = false;
    ml_sub(&to->incoming, n);
    ml_account_give(&to->realm->acc[REALM_MEMORY], n);
}

void ml_realm_arrived(Heap *h, Msg *m)
{
    Member *to = (Member *)(void *)h->quota;
    if (m->booked) {
        size_t n = ml_msg_bytes(m);
        m->booked = false;
        ml_sub(&to->incoming, n);
        to->quota.given += n;
    }
    ml_quota_catch_up(h);
}

/* --- taking --- */

static void set_breach(Member *m, RealmKind k, const Account *full, uint64_t n)
{
    m->breach = true;
    m->kind = (uint8_t)k;
    m->limit = full->limit;
    m->used = ml_load(&((Account *)(uintptr_t)full)->used) + n;
}

int64_t ml_member_slice(Proc *p, int64_t n)
{
    Member *m = ml_member(p);
    Account *a = &m->realm->acc[REALM_REDUCTIONS];
    /* the last of it not to one alone: others may be about to run */
    uint64_t share = ml_account_left(a) / 4 + 1;
    m->slice = (int64_t)ml_account_take_some(a, share < (uint64_t)n ? share : (uint64_t)n);
    if (m->slice == 0) {
        while (a->parent && ml_load(&a->used) < a->limit)
            a = a->parent;
        set_breach(m, REALM_REDUCTIONS, a, 1);
    }
    return m->slice;
}

void ml_member_ran(Proc *p, int64_t used)
{
    Member *m = ml_member(p);
    Account *a = &m->realm->acc[REALM_REDUCTIONS];
    if (used < m->slice)
        ml_account_give(a, (uint64_t)(m->slice - used));
    else
        ml_account_force(a, (uint64_t)(used - m->slice));
    m->slice = 0;
}

void ml_breach(Proc *p, RealmKind k, const Account *full, uint64_t n)
{
    set_breach(ml_member(p), k, full, n);
    p->heap->oom(p->heap, 0);
}

bool ml_realm_may_(Realm *r, RealmKind k, uint64_t n)
{
    return !ml_account_take(&r->acc[k], n, 0);
}

void ml_realm_take(Proc *p, RealmKind k, uint64_t n)
{
    Realm *r = ml_realm_of(p);
    Account *full = r ? ml_account_take(&r->acc[k], n, 0) : NULL;
    if (full)
        ml_breach(p, k, full, n);
}

void ml_realm_full(Proc *p, RealmKind k)
{
    Realm *r = ml_realm_of(p);
    for (; r; r = r->parent)
        if (ml_load(&r->acc[k].used) >= r->acc[k].limit)
            ml_breach(p, k, &r->acc[k], 1);
}

void ml_realm_give_(Realm *r, RealmKind k, uint64_t n)
{
    ml_account_give(&r->acc[k], n);
}

/* --- authority --- */

bool ml_may_touch(const Proc *p, Value pid)
{
    Realm *r = ml_realm_of(p);
    if (!r || !r->sandbox)
        return true;
    const Proc *other = ml_proc_find(r->vm, pid);
    return !other || ml_realm_has(r->sandbox, other);
}
