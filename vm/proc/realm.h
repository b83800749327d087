#ifndef ML_REALM_H
#define ML_REALM_H

#include "vm/data/quota.h"
#include "vm/proc/proc.h"

/*
 * realm.h - a group of processes with limits for the whole of it; see realm.c.
 * Proc.member leads there; it is NULL for a process of no realm.
 */

typedef enum {
    REALM_MEMORY,               /* bytes */
    REALM_REDUCTIONS,           /* in all */
    REALM_PROCESSES,            /* alive at once, as all below */
    REALM_TIMERS,               /* of send_after */
    REALM_NAMES,
    REALM_OUTPUT,               /* bytes, in all */
    REALM_KINDS
} RealmKind;

typedef struct RealmLimits {    /* what a spawn asks for */
    bool     sandbox;
    unsigned given;             /* bit k: most[k] is a limit */
    uint64_t most[REALM_KINDS];
} RealmLimits;

/* 296 bytes */
typedef struct Realm {
    _Atomic(uint64_t) refs;     /* members and timers, the realms below */
    Vm           *vm;
    struct Realm *parent;       /* or NULL */
    struct Realm *sandbox;      /* this one or the nearest above that withholds authority, or NULL */
    Account       acc[REALM_KINDS];
} Realm;

/* A process in its realm; 136 bytes. It is freed with the Proc, so whoever may
 * look at that may look at its realm. */
typedef struct Member {
    Quota    quota;             /* first: Heap.quota */
    Realm   *realm;
    _Atomic(size_t) incoming;   /* bytes of messages in the inbox that are paid for */
    int64_t  slice;             /* reductions taken for the slice under way */
    bool     breach;            /* it must end: what it asked for, and how much of it is in use with that */
    bool     gone;              /* all has been given back */
    uint8_t  kind;
    uint64_t limit, used;
} Member;

static inline Member *ml_member(const Proc *p) { return p->member; }
static inline Realm *ml_realm_of(const Proc *p) { return p->member ? p->member->realm : NULL; }
static inline bool ml_is_sandboxed(const Proc *p) { return p->member && p->member->realm->sandbox; }

/* "memory" */
const char *ml_realm_kind_name(RealmKind k);

/* --- realms: any thread --- */

/* One reference is the caller's. NULL: no memory. */
Realm  *ml_realm_new(Vm *vm, Realm *parent, const RealmLimits *l);
static inline void ml_realm_ref(Realm *r) { ml_add(&r->refs, 1); }
void    ml_realm_unref_(Realm *r);
static inline void ml_realm_unref(Realm *r)
{
    if (r)
        ml_realm_unref_(r);
}
/* Is p a member of it, or of a realm below it? p as found by ml_proc_find. */
bool    ml_realm_has(const Realm *r, const Proc *p);

/* --- members --- */

/* What a process with a block of so many bytes takes from the memory of its realm. */
size_t  ml_realm_proc_bytes(size_t block);
/* A new process with a block of so many bytes, in realm r. NULL: *full refuses that, or
 * with NULL there, no memory. */
Proc   *ml_realm_proc_new(Realm *r, size_t block, RealmKind *kind, Account **full);
void    ml_member_leave_(Proc *p);
void    ml_member_free_(Mem *mem, Proc *p);
/* It has ended: all it had taken is free for others. */
static inline void ml_member_leave(Proc *p)
{
    if (p->member)
        ml_member_leave_(p);
}
/* With the Proc. */
static inline void ml_member_free(Mem *mem, Proc *p)
{
    if (p->member)
        ml_member_free_(mem, p);
}

/* What it may hold in all: the least of the limits on its way up; 0: no limit. */
size_t  ml_realm_memory(const Proc *p);

bool    ml_realm_admit_(Proc *p, struct Msg *m);
void    ml_realm_unadmit_(Proc *p, struct Msg *m);
/* Any thread: m is about to be put into the inbox of p, whose realm pays for it
 * (once). False: it has not that much. It could not be put there, or is freed
 * unread. */
static inline bool ml_realm_admit(Proc *p, struct Msg *m) { return !p->member || ml_realm_admit_(p, m); }
static inline void ml_realm_unadmit(Proc *p, struct Msg *m)
{
    if (m->booked)
        ml_realm_unadmit_(p, m);
}
/* m, whose bytes are in mail_bytes by now, has been taken from the inbox. */
void    ml_realm_arrived(Heap *h, struct Msg *m);

/* --- the owner of p --- */

/* It holds n bytes more, or less, besides its heap: links and monitors. */
static inline void ml_member_holds(Proc *p, ptrdiff_t n)
{
    if (p->member) {
        p->heap->quota->aside += (size_t)n;
        ml_quota_catch_up(p->heap);
    }
}
/* What a link or a monitor costs, at both ends, with the signal of the end. */
enum { REALM_BOND = 400 };

/* The reductions of a slice, at most n. 0: none are left, and p must end
 * (p->breach says so). What it used of them. */
int64_t ml_member_slice(Proc *p, int64_t n);
void    ml_member_ran(Proc *p, int64_t used);
/* One of that kind more, or n bytes. Beyond the limit it does not return: the
 * process ends. Without a realm it costs nothing. */
void    ml_realm_take(Proc *p, RealmKind k, uint64_t n);
bool    ml_realm_may_(Realm *r, RealmKind k, uint64_t n);
void    ml_realm_give_(Realm *r, RealmKind k, uint64_t n);
/* The same without a word: false. */
static inline bool ml_realm_may(Proc *p, RealmKind k, uint64_t n)
{
    return !ml_realm_of(p) || ml_realm_may_(ml_realm_of(p), k, n);
}
/* r may be NULL; any thread */
static inline void ml_realm_give(Realm *r, RealmKind k, uint64_t n)
{
    if (r)
        ml_realm_give_(r, k, n);
}
/* One more was refused: if that was p's own realm, or one above it, p ends. */
void    ml_realm_full(Proc *p, RealmKind k);
/* The account has not n of that kind: the process ends. */
__attribute__((noreturn)) void ml_breach(Proc *p, RealmKind k, const Account *full, uint64_t n);

/* --- authority --- */

/* May p do to that process what holding a pid alone does not grant: end it, link
 * to it, look into it? The dead may be touched. Owner of p. */
bool    ml_may_touch(const Proc *p, Value pid);

#endif
