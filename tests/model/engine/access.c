/*
 * access.c - plain accesses: races, use after free.
 *
 * For each word of 8 bytes there is a list of who has touched which of them,
 * and when. Two accesses of which one writes, not both atomic, must be ordered
 * by what their threads have seen of each other; which of them comes first in
 * this run does not matter. A write that passed stands for all before it.
 */
#include "tests/model/engine/engine.h"

#include <stdio.h>

typedef struct Rec {
    uint32_t next, at;
    uint8_t  mask, thread, kind;
    void    *pc;
} Rec;

typedef struct Word {
    uintptr_t addr;
    uint32_t  recs, in_block;
    bool      atomic;
} Word;

static Map    map;
static Word  *words;
static Rec   *recs;
static size_t nwords, words_cap, nrecs, recs_cap;

void access_clear(void)
{
    map_clear(&map);
    nwords = nrecs = 0;
}

static const char *verb(int kind)
{
    if (kind & ACC_FREE)
        return "frees";
    if (kind & ACC_ATOMIC)
        return kind & ACC_WRITE ? "writes (atomic)" : "reads (atomic)";
    return kind & ACC_WRITE ? "writes" : "reads";
}

static bool have_seen(int thread, uint32_t at)
{
    return self->clock.at[thread] >= at;
}

static void race(int thread, int kind, void *pc, int my_kind, void *my_pc)
{
    Place places[] = { { thread, verb(kind), pc }, { self->id, verb(my_kind), my_pc } };
    report((kind | my_kind) & ACC_FREE ? "use after free" : "data race",
           "nothing orders these two", places, 2);
}

static uint32_t add_rec(uint32_t next, unsigned mask, int thread, uint32_t at, int kind, void *pc)
{
    recs = room_for(recs, &recs_cap, nrecs, sizeof *recs);
    recs[nrecs] = (Rec){ next, at, (uint8_t)mask, (uint8_t)thread, (uint8_t)kind, pc };
    return (uint32_t)nrecs++;
}

static Word *word_at(uintptr_t addr, Block *b)
{
    uint32_t i = map_get(&map, addr);
    if (i != NOTHING)
        return &words[i];
    words = room_for(words, &words_cap, nwords, sizeof *words);
    i = (uint32_t)nwords++;
    words[i] = (Word){ .addr = addr, .recs = NOTHING, .in_block = NOTHING };
    map_set(&map, addr, i);
    if (b) {
        words[i].in_block = b->words;
        words[i].recs = add_rec(NOTHING, 0xFF, b->born_by, b->born_at, ACC_WRITE, b->born_pc);
        b->words = i;
        b->touched = true;
    }
    return &words[i];
}

static void check_word(const Word *w, unsigned mask, int kind, void *pc)
{
    for (uint32_t i = w->recs; i != NOTHING; i = recs[i].next) {
        const Rec *r = &recs[i];
        if ((r->mask & mask) && r->thread != self->id && (r->kind | kind) & ACC_WRITE &&
            !(r->kind & kind & ACC_ATOMIC) && !have_seen(r->thread, r->at))
            race(r->thread, r->kind, r->pc, kind, pc);
    }
}

/* This access says all that a former one does. */
static bool covers(unsigned mask, int kind, const Rec *r)
{
    if (r->mask & ~mask)
        return false;
    return kind == ACC_WRITE || (r->thread == self->id && r->kind == kind);
}

/* The last one to touch it did just the same: what there is to find between
 * this and the others was looked for then. */
static bool again(Word *w, unsigned mask, int kind, void *pc)
{
    Rec *r = w->recs == NOTHING ? NULL : &recs[w->recs];
    if (!r || r->thread != self->id || r->kind != kind || r->mask != mask)
        return false;
    r->at = self->clock.at[self->id];
    r->pc = pc;
    return true;
}

static void enter(Word *w, unsigned mask, int kind, void *pc)
{
    check_word(w, mask, kind, pc);
    for (uint32_t *at = &w->recs; *at != NOTHING;) {
        if (covers(mask, kind, &recs[*at]))
            *at = recs[*at].next;
        else
            at = &recs[*at].next;
    }
    w->recs = add_rec(w->recs, mask, self->id, self->clock.at[self->id], kind, pc);
}

static void touch_word(Word *w, unsigned mask, int kind, void *pc)
{
    if (!again(w, mask, kind, pc))
        enter(w, mask, kind, pc);
    if (kind & ACC_ATOMIC)
        w->atomic = true;
    else if (w->atomic && kind == ACC_WRITE)
        atomic_forget(w->addr, mask);
}

static Block *check_block(uintptr_t addr, size_t n, int kind, void *pc)
{
    Block *b = block_of(addr);
    Place places[2] = { { self->id, verb(kind), pc } };
    if (!b || addr + n > b->start + b->size) {
        report("out of bounds", "no block is there", places, 1);
    } else if (b->freed) {
        places[1] = places[0];
        places[0] = (Place){ b->freed_by, "frees", b->freed_pc };
        report("use after free", "the block is gone", places, 2);
    }
    return b;
}

/* There is one thread as yet: all others will have seen what it does now. */
static void touch_early(uintptr_t addr, size_t n, int kind)
{
    if (kind != ACC_WRITE || !nwords)
        return;
    for (uintptr_t at = addr & ~(uintptr_t)7; at < addr + n; at += 8)
        if (map_get(&map, at) != NOTHING)
            atomic_forget(at, 0xFF);
}

void touch(uintptr_t addr, size_t n, int kind, void *pc)
{
    if (is_tls(addr) || is_quiet(addr))
        return;
    Block *b = in_arena(addr) ? check_block(addr, n, kind, pc) : NULL;
    if (b && !b->touched && kind == ACC_WRITE && addr == b->start && n == b->size &&
        b->born_by == self->id) {
        b->born_at = self->clock.at[self->id];
        return;                 /* as if it were born now */
    }
    if (nfibers == 1 && !(kind & ACC_ATOMIC)) {
        touch_early(addr, n, kind);
        return;
    }
    for (uintptr_t at = addr, stop = addr + n; at < stop;) {
        uintptr_t base = at & ~(uintptr_t)7, next = base + 8 < stop ? base + 8 : stop;
        unsigned mask = (0xFFu << (at - base)) & (0xFFu >> (base + 8 - next));
        touch_word(word_at(base, b), mask, kind, pc);
        at = next;
    }
}

void access_free(Block *b, void *pc)
{
    if (!have_seen(b->born_by, b->born_at))
        race(b->born_by, ACC_WRITE, b->born_pc, ACC_WRITE | ACC_FREE, pc);
    for (uint32_t i = b->words; i != NOTHING; i = words[i].in_block)
        check_word(&words[i], 0xFF, ACC_WRITE | ACC_FREE, pc);
}

/* --- the compiler's names --- */

static void access(const void *p, size_t n, int kind, void *pc)
{
    if (!self || inside)
        return;
    inside = true;
    touch((uintptr_t)p, n, kind, pc);
    inside = false;
}

#define READ_WRITE(N)                                                            \
    void __tsan_read##N(void *p);                                                \
    void __tsan_read##N(void *p) { access(p, N, ACC_READ, CALLER); }             \
    void __tsan_write##N(void *p);                                               \
    void __tsan_write##N(void *p) { access(p, N, ACC_WRITE, CALLER); }           \
    void __tsan_unaligned_read##N(void *p);                                      \
    void __tsan_unaligned_read##N(void *p) { access(p, N, ACC_READ, CALLER); }   \
    void __tsan_unaligned_write##N(void *p);                                     \
    void __tsan_unaligned_write##N(void *p) { access(p, N, ACC_WRITE, CALLER); }

READ_WRITE(1)
READ_WRITE(2)
READ_WRITE(4)
READ_WRITE(8)
READ_WRITE(16)

void __tsan_read_range(void *p, size_t n);
void __tsan_read_range(void *p, size_t n) { access(p, n, ACC_READ, CALLER); }
void __tsan_write_range(void *p, size_t n);
void __tsan_write_range(void *p, size_t n) { access(p, n, ACC_WRITE, CALLER); }
void __tsan_init(void);
void __tsan_init(void) {}

void __tsan_func_entry(void *pc);
void __tsan_func_entry(void *pc)
{
    if (self && !inside && self->depth < 64)
        self->calls[self->depth++] = pc;
}

void __tsan_func_exit(void);
void __tsan_func_exit(void)
{
    if (self && !inside && self->depth > 0)
        self->depth--;
}

/* The sources are compiled with these names in place of the library's. */
void *ex_memcpy(void *to, const void *from, size_t n);
void *ex_memcpy(void *to, const void *from, size_t n)
{
    access(from, n, ACC_READ, CALLER);
    access(to, n, ACC_WRITE, CALLER);
    return memcpy(to, from, n);
}

void *ex_memmove(void *to, const void *from, size_t n);
void *ex_memmove(void *to, const void *from, size_t n)
{
    access(from, n, ACC_READ, CALLER);
    access(to, n, ACC_WRITE, CALLER);
    return memmove(to, from, n);
}

void *ex_memset(void *to, int byte, size_t n);
void *ex_memset(void *to, int byte, size_t n)
{
    access(to, n, ACC_WRITE, CALLER);
    return memset(to, byte, n);
}

int ex_memcmp(const void *a, const void *b, size_t n);
int ex_memcmp(const void *a, const void *b, size_t n)
{
    access(a, n, ACC_READ, CALLER);
    access(b, n, ACC_READ, CALLER);
    return memcmp(a, b, n);
}
