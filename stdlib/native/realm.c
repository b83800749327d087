/*
 * realm.c - limits and sandboxes as programs see them: the options of spawn.
 *
 * A realm in a realm may have a limit of any size: those above it hold as well.
 */
#include "stdlib/native/realm.h"

#include "stdlib/native/libs.h"
#include "stdlib/native/process_in.h"
#include "vm/proc/realm.h"

/* Of a sandbox whose spawn does not tell. */
static const uint64_t defaults[REALM_KINDS] = {
    [REALM_MEMORY] = 8 << 20,       [REALM_REDUCTIONS] = 1000000000,
    [REALM_PROCESSES] = 100,        [REALM_TIMERS] = 256,
    [REALM_NAMES] = 16,             [REALM_OUTPUT] = 64 << 10,
};

bool ml_arg_own_pid(Nat *n, int i, Value *pid)
{
    if (!ml_arg_pid(n, i, pid))
        return false;
    if (ml_may_touch(n->p, *pid))
        return true;
    ml_arg_error(n, i, "the process is outside of the sandbox: it can only be sent to and monitored");
    return false;
}

static void set_limit(RealmLimits *l, RealmKind k, uint64_t most)
{
    l->given |= 1u << k;
    l->most[k] = most;
}

static bool read_limit(Nat *n, RealmKind k, Value v, RealmLimits *l)
{
    int64_t most;
    const char *name = ml_realm_kind_name(k);
    if (!ml_to_int(v, &most) || most < 0) {
        ml_error(n, "spawn option '%s' must be a whole number, not negative", name);
        return false;
    }
    set_limit(l, k, (uint64_t)most);
    return true;
}

static void add_defaults(RealmLimits *l)
{
    for (RealmKind k = 0; k < REALM_KINDS; k++)
        if (!(l->given >> k & 1))
            set_limit(l, k, defaults[k]);
}

bool ml_realm_options(Nat *n, Tab *t, SpawnOpts *o)
{
    RealmLimits *l = &o->limits;
    l->sandbox = ml_is_truthy(ml_opt(n, t, "sandbox"));
    for (RealmKind k = 0; k < REALM_KINDS; k++) {
        Value v = ml_opt(n, t, ml_realm_kind_name(k));
        if (!ml_is_nil(v) && !read_limit(n, k, v, l))
            return false;
    }
    if (l->sandbox)
        add_defaults(l);
    o->opens = l->sandbox || l->given;
    return true;
}

static NatEnd is_sandboxed(Nat *n) { return ml_ret1(n, ml_v_bool(ml_is_sandboxed(n->p))); }

const NativeDef ml_lib_native_realm[] = {
    { "is_sandboxed", is_sandboxed, NULL },
    { NULL, NULL, NULL }
};
