/*
 * atomic.c - what the atomic operations of the compiler do.
 *
 * Each location has the list of its stores in their order. A load takes one
 * of those that C11 allows the thread to see:
 *
 *     oldest ... [known] ... newest       from the newest known one on
 *
 * A store is known to a thread when the thread, or one whose work it has
 * seen, has read or written that store. A sequentially consistent load never
 * goes behind the last sequentially consistent store: that order is the order
 * of the run, exactly. Read-modify-write takes the newest. A store comes after
 * all others in its location; orders in which a relaxed store takes its place
 * further back are not explored.
 *
 * Synchronization is as in C11 with the release sequences of C++20: a release
 * store and the read-modify-writes that follow it hand on what their threads
 * have done; an acquire load takes it. The memory itself always holds the
 * newest store.
 */
#include "tests/model/engine/engine.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct Store {
    uint64_t value, hash;
    Clock    gives;             /* what an acquire load of it has seen */
    Clock    seen;              /* when each thread first read or wrote it; 0: never */
    uint32_t older;
    bool     sc;
    uint8_t  again[MAX_THREADS];
} Store;

typedef struct Atom { uint32_t newest; uint8_t size; } Atom;

/* So often a thread may read a store that is not the newest: stores become
 * visible in the end. */
enum { STALE_READS = 2, RELAXED = 0, CONSUME, ACQUIRE, RELEASE, ACQ_REL, SEQ_CST };

static Map    map;
static Atom  *atoms;
static Store *stores;
static size_t natoms, atoms_cap, nstores, stores_cap;

enum { MOST_RANGES = 16 };
typedef struct Range { uintptr_t at; size_t n; } Range;
typedef struct Ranges { Range of[MOST_RANGES]; int n; } Ranges;
static Ranges quiets, calms;

void atomic_clear(void)
{
    map_clear(&map);
    natoms = nstores = 0;
    quiets.n = calms.n = 0;
}

static void add_range(Ranges *r, const void *p, size_t n)
{
    if (r->n == MOST_RANGES)
        abort();
    r->of[r->n++] = (Range){ (uintptr_t)p, n };
}

static bool is_in(const Ranges *r, uintptr_t addr)
{
    for (int i = 0; i < r->n; i++)
        if (addr - r->of[i].at < r->of[i].n)
            return true;
    return false;
}

void ex_quiet(const void *p, size_t n) { add_range(&quiets, p, n); }
void ex_calm(const void *p, size_t n) { add_range(&calms, p, n); }
bool is_quiet(uintptr_t addr) { return is_in(&quiets, addr); }
bool is_calm(uintptr_t addr) { return is_in(&calms, addr); }

void atomic_forget(uintptr_t word, unsigned mask)
{
    for (unsigned i = 0; i < 8; i++) {
        uint32_t a = map_get(&map, word + i);
        if (a != NOTHING && (mask & (((1u << atoms[a].size) - 1) << i)))
            atoms[a].newest = NOTHING;
    }
}

/* --- memory --- */

static uint64_t peek(uintptr_t addr, int size)
{
    switch (size) {
    case 1: return *(uint8_t *)addr;
    case 2: return *(uint16_t *)addr;
    case 4: return *(uint32_t *)addr;
    default: return *(uint64_t *)addr;
    }
}

static void poke(uintptr_t addr, int size, uint64_t v)
{
    switch (size) {
    case 1: *(uint8_t *)addr = (uint8_t)v; break;
    case 2: *(uint16_t *)addr = (uint16_t)v; break;
    case 4: *(uint32_t *)addr = (uint32_t)v; break;
    default: *(uint64_t *)addr = v; break;
    }
}

static uint32_t add_store(uint64_t value, uint32_t older)
{
    stores = room_for(stores, &stores_cap, nstores, sizeof *stores);
    stores[nstores] = (Store){ .value = value, .older = older };
    return (uint32_t)nstores++;
}

static Atom *atom_at(uintptr_t addr, int size)
{
    uint32_t i = map_get(&map, addr);
    if (i == NOTHING) {
        atoms = room_for(atoms, &atoms_cap, natoms, sizeof *atoms);
        i = (uint32_t)natoms++;
        atoms[i] = (Atom){ NOTHING, (uint8_t)size };
        map_set(&map, addr, i);
    }
    Atom *a = &atoms[i];
    if (a->size != size)
        report("unsupported", "atomics of two sizes at one address", NULL, 0);
    if (a->newest == NOTHING) {
        a->newest = add_store(peek(addr, size), NOTHING);
        stores[a->newest].hash = mix(addr, stores[a->newest].value);
    }
    return a;
}

/* --- operations --- */

static bool acquires(int mo) { return mo != RELAXED && mo != RELEASE; }
static bool releases(int mo) { return mo >= RELEASE; }

static bool is_known(const Store *s)
{
    for (int i = 0; i < nfibers; i++)
        if (s->seen.at[i] && s->seen.at[i] <= self->clock.at[i])
            return true;
    return false;
}

static void see(Store *s, int mo)
{
    if (!s->seen.at[self->id])
        s->seen.at[self->id] = self->clock.at[self->id];
    if (acquires(mo))
        clock_join(&self->clock, &s->gives);
}

/* What a load may take; the newest first. Those equal to *but are left out,
 * except the newest. */
static uint32_t pick(Atom *a, int mo, const uint64_t *but)
{
    uint32_t may[32];
    int n = 0;
    for (uint32_t i = a->newest; i != NOTHING && n < 32; i = stores[i].older) {
        Store *s = &stores[i];
        bool stale = i != a->newest && (s->again[self->id] >= STALE_READS ||
                                        (but && s->value == *but));
        if (!stale)
            may[n++] = i;
        if (is_known(s) || (mo == SEQ_CST && s->sc))
            break;
    }
    uint32_t i = may[value_choice(n)];
    if (i != a->newest)
        stores[i].again[self->id]++;
    return i;
}

static Atom *begin(uintptr_t addr, int size, const char *what, int kind, void *pc)
{
    inside = true;
    point((Op){ .kind = OP_STEP, .what = what, .object = (void *)addr,
                .writes = kind & ACC_WRITE });
    touch(addr, (size_t)size, ACC_ATOMIC | kind, pc);
    return atom_at(addr, size);
}

static void end(const char *what, uintptr_t addr, uint64_t value, void *pc)
{
    trace(what, (void *)addr, value, pc);
    tick();
    inside = false;
}

static void put(Atom *a, uintptr_t addr, uint64_t value, int mo, bool rmw)
{
    uint32_t old = a->newest, i = add_store(value, old);
    Store *s = &stores[i];
    s->sc = mo == SEQ_CST;
    s->seen.at[self->id] = self->clock.at[self->id];
    if (rmw)
        s->gives = stores[old].gives;
    if (releases(mo))
        clock_join(&s->gives, &self->clock);
    event(addr, mix(stores[old].hash, value));
    s->hash = self->hash;
    a->newest = i;
    poke(addr, a->size, value);
}

static bool raw(uintptr_t addr)
{
    return !self || inside || is_quiet(addr);
}

static uint64_t load(uintptr_t addr, int size, int mo, void *pc)
{
    if (raw(addr))
        return peek(addr, size);
    Atom *a = begin(addr, size, "loads", 0, pc);
    uint32_t i = pick(a, mo, NULL);
    see(&stores[i], mo);
    event(addr, stores[i].hash);
    uint64_t v = stores[i].value;
    end(i == a->newest ? "loads" : "loads stale", addr, v, pc);
    return v;
}

static void store(uintptr_t addr, int size, uint64_t v, int mo, void *pc)
{
    if (raw(addr)) {
        poke(addr, size, v);
        return;
    }
    Atom *a = begin(addr, size, "stores", ACC_WRITE, pc);
    put(a, addr, v, mo, false);
    end("stores", addr, v, pc);
}

typedef enum Fn { SWAP, ADD, SUB, AND, OR, XOR, NAND } Fn;

static uint64_t apply(Fn fn, uint64_t old, uint64_t v)
{
    switch (fn) {
    case SWAP: return v;
    case ADD: return old + v;
    case SUB: return old - v;
    case AND: return old & v;
    case OR: return old | v;
    case XOR: return old ^ v;
    case NAND: return ~(old & v);
    }
    return 0;
}

static uint64_t cut(uint64_t v, int size)
{
    return size == 8 ? v : v & ((1ull << (8 * size)) - 1);
}

static uint64_t change(uintptr_t addr, int size, Fn fn, uint64_t v, int mo, void *pc)
{
    if (raw(addr)) {
        uint64_t old = peek(addr, size);
        poke(addr, size, apply(fn, old, v));
        return old;
    }
    const char *what = fn == SWAP ? "swaps" : "changes";
    Atom *a = begin(addr, size, what, ACC_WRITE, pc);
    uint64_t old = stores[a->newest].value, to = cut(apply(fn, old, v), size);
    see(&stores[a->newest], mo);
    put(a, addr, to, mo, true);
    end(what, addr, to, pc);
    return old;
}

static bool cas(uintptr_t addr, int size, uint64_t *expected, uint64_t v, int mo, int fmo,
                void *pc)
{
    if (raw(addr)) {
        uint64_t old = peek(addr, size);
        bool same = old == *expected;
        if (same)
            poke(addr, size, v);
        *expected = old;
        return same;
    }
    Atom *a = begin(addr, size, "compares", ACC_WRITE, pc);
    uint32_t i = pick(a, fmo, expected);
    uint64_t old = stores[i].value;
    bool same = i == a->newest && old == *expected;
    see(&stores[i], same ? mo : fmo);
    if (same)
        put(a, addr, v, mo, true);
    else
        event(addr, stores[i].hash + 1);
    *expected = old;
    end(same ? "compares and sets" : "compares in vain", addr, same ? v : old, pc);
    return same;
}

/* --- the compiler's names --- */

#define AT ((uintptr_t)p)
#define CHANGE(B, T, NAME, FN)                                                   \
    T __tsan_atomic##B##_##NAME(volatile T *p, T v, int mo);                     \
    T __tsan_atomic##B##_##NAME(volatile T *p, T v, int mo)                      \
    {                                                                            \
        return (T)change(AT, B / 8, FN, v, mo & 7, CALLER);                      \
    }
#define CAS(B, T, NAME)                                                          \
    int __tsan_atomic##B##_compare_exchange_##NAME(volatile T *p, T *old, T v,   \
                                                   int mo, int fmo);             \
    int __tsan_atomic##B##_compare_exchange_##NAME(volatile T *p, T *old, T v,   \
                                                   int mo, int fmo)              \
    {                                                                            \
        uint64_t was = *old;                                                     \
        bool same = cas(AT, B / 8, &was, v, mo & 7, fmo & 7, CALLER);            \
        if (!same)                                                               \
            *old = (T)was;                                                       \
        return same;                                                             \
    }
#define ALL(B, T)                                                                \
    T __tsan_atomic##B##_load(const volatile T *p, int mo);                      \
    T __tsan_atomic##B##_load(const volatile T *p, int mo)                       \
    {                                                                            \
        return (T)load(AT, B / 8, mo & 7, CALLER);                               \
    }                                                                            \
    void __tsan_atomic##B##_store(volatile T *p, T v, int mo);                   \
    void __tsan_atomic##B##_store(volatile T *p, T v, int mo)                    \
    {                                                                            \
        store(AT, B / 8, v, mo & 7, CALLER);                                     \
    }                                                                            \
    CHANGE(B, T, exchange, SWAP)                                                 \
    CHANGE(B, T, fetch_add, ADD)                                                 \
    CHANGE(B, T, fetch_sub, SUB)                                                 \
    CHANGE(B, T, fetch_and, AND)                                                 \
    CHANGE(B, T, fetch_or, OR)                                                   \
    CHANGE(B, T, fetch_xor, XOR)                                                 \
    CHANGE(B, T, fetch_nand, NAND)                                               \
    CAS(B, T, strong)                                                            \
    CAS(B, T, weak)

ALL(8, uint8_t)
ALL(16, uint16_t)
ALL(32, uint32_t)
ALL(64, uint64_t)
