/*
 * fold.c - a process that waits takes no more than it needs.
 *
 * Most processes of a large program wait, for hours. What such a one needs when
 * it goes on are the values on its stack, the objects it refers to, and some
 * words of what is its own (Own): most of that is as it was at its birth. All
 * this goes into one block of just that size:
 *
 *     at work     Proc --own--> Own
 *                      --stk--> [ Stack, with room | objects | free ]
 *
 *     folded      Proc --stk--> [ Stack, as used | objects | Fold ] <--fold--
 *
 *     Fold        size of all, slots of the stack, which words of Own follow, those words
 *
 * Proc stays where it is, and so does all that others look at: its mailbox, its
 * state. Unfolding needs an Own, which a worker usually has at hand (vm/base/share.h);
 * the stack gets its room when the process is about to run, not if it only ends.
 *
 * Who waits often and briefly is better left alone. So a process is folded when
 * it waits for the first, second, fourth, ... 128th time, and whenever it has not begun
 * to wait for seconds; but not if a timer will wake it within ten. However it waits,
 * folding is little of what it does. Who hibernates is folded each time.
 *
 * A process that cannot be unfolded for lack of memory ends, as any that asks for
 * more than there is. That end needs an Own, too: each worker has one in reserve.
 */
#include "vm/proc/fold.h"

#include <string.h>

#include "vm/base/check.h"
#include "vm/proc/vm.h"

enum { WORDS = sizeof(Own) / 8, MASKS = (WORDS + 63) / 64,
       MOST = 4096,             /* bytes of heap that are moved */
       SELDOM_MS = 2000, BRIEF_US = 10 * 1000 * 1000 };

struct Fold {
    uint32_t size;              /* of the block with all in it */
    uint32_t cap;               /* slots that the stack had */
    uint64_t mask[MASKS];       /* bit i: word i of Own differs from a new one, and follows */
    uint64_t word[];
};

_Static_assert(sizeof(Own) % 8 == 0 && offsetof(Own, heap) + sizeof(Heap) <= 64 * 8, "the heap is in the first mask");

#define BIT(field) ((uint64_t)1 << offsetof(Heap, field) / 8)
/* What follows from where the block lies. */
#define DERIVED (BIT(top) | BIT(end) | BIT(block) | BIT(block_size) | BIT(block_top) | BIT(live) | BIT(owner))

/* --- Own --- */

void ml_own_begin(Vm *vm)
{
    Own *o = &vm->newborn;
    ml_heap_start(&o->heap, &vm->mem, NULL, 0);
    ml_proc_blank(vm, o);
}

Own *ml_own_new(Vm *vm)
{
    Own *o = ml_mem_alloc(&vm->mem, sizeof *o);
    if (o)
        *o = vm->newborn;
    return o;
}

void ml_own_free(Vm *vm, Own *o)
{
    if (o != &ml_here(vm)->reserve)
        ml_mem_free(&vm->mem, o, sizeof *o);
}

/* --- folding --- */

static bool may_fold(const Proc *p)
{
    const Own *o = p->own;
    const Heap *h = &o->heap;
    if (p->is_main || p->is_host || p->member || (p->stk->h.flags & OF_LARGE))
        return false;
    return !p->mbox.tags && !o->pending && !o->questions && !o->claim && !o->raise && !o->interrupted && !o->in_final && !o->paused &&
           !h->gc && !h->split && !h->finals && !h->large && !h->gc_stopped;
}

static size_t stack_bytes(size_t slots) { return sizeof(Stack) + slots * sizeof(Value); }

/* There is nothing but the stack. */
static bool is_bare(const Proc *p)
{
    const Heap *h = p->heap;
    return !h->frags && h->block == (char *)p->stk && h->top == h->block + stack_bytes(p->stk->cap);
}

/* Which words are not as in a new one; how many. */
static size_t compare(const Own *o, const Own *blank, uint64_t mask[MASKS])
{
    const uint64_t *a = (const uint64_t *)(const void *)o, *b = (const uint64_t *)(const void *)blank;
    size_t n = 0;
    memset(mask, 0, MASKS * sizeof *mask);
    for (size_t i = 0; i < WORDS; i++)
        if (a[i] != b[i] && !(i < 64 && (DERIVED >> i & 1))) {
            mask[i / 64] |= (uint64_t)1 << i % 64;
            n++;
        }
    return n;
}

static void rebase(Proc *p, Stack *to)
{
    const Stack *from = p->stk;
    p->base = to->v + (p->base - from->v);
    p->top = to->v + (p->top - from->v);
    if (p->own->callf)
        p->own->callf = to->v + (p->own->callf - from->v);
    p->stk = to;
}

/* All that there is becomes a block with so many bytes behind it. False: no memory. */
static bool move_stack(Proc *p, uint32_t used, size_t more)
{
    Heap *h = p->heap;
    size_t n = stack_bytes(used);
    char *block = ml_mem_alloc(h->mem, n + more);
    if (!block)
        return false;
    memcpy(block, p->stk, n);
    Stack *s = (Stack *)(void *)block;
    s->cap = used;
    rebase(p, s);
    ml_proc_free_block(p);
    h->block = block;
    h->block_size = n + more;
    h->top = h->block_top = block + n;
    h->end = block + h->block_size;
    return true;
}

static bool collect(Proc *p, uint32_t used, size_t more)
{
    Heap *h = p->heap;
    uint32_t cap = p->stk->cap;
    size_t freed;
    p->stk->cap = used;
    h->exact = true;
    GcEnd end = ml_gc_run(h, more, ml_proc_roots, p, INT64_MAX, &freed);
    h->exact = false;
    if (end == GC_NO_MEMORY)
        p->stk->cap = cap;
    else if (p->own->co)
        p->own->co->stk = p->stk;
    return end == GC_DONE;
}

static void put(Proc *p, Fold *f)
{
    const uint64_t *w = (const uint64_t *)(const void *)p->own;
    uint64_t *to = f->word;
    for (size_t k = 0; k < MASKS; k++)
        for (uint64_t m = f->mask[k]; m; m &= m - 1)
            *to++ = w[k * 64 + (size_t)__builtin_ctzll(m)];
}

static void fold(Proc *p)
{
    enum { SPARE_WORDS = 4 };           /* that a collection may make differ */
    Vm *vm = p->vm;
    Heap *h = p->heap;
    uint64_t mask[MASKS];
    uint32_t cap = p->stk->cap, used = (uint32_t)(p->top - p->stk->v);
    size_t bytes = sizeof(Fold) + compare(p->own, &vm->newborn, mask) * 8;
    if (is_bare(p)) {
        if (!move_stack(p, used, bytes))
            return;
    } else {
        if (!collect(p, used, bytes + SPARE_WORDS * 8))
            return;
        bytes = sizeof(Fold) + compare(p->own, &vm->newborn, mask) * 8;
    }
    if (h->frags || h->want_gc || (size_t)(h->end - h->top) < bytes || h->block != (char *)p->stk) {
        p->own->cut = cap;              /* collecting has changed more than was thought */
        h->want_gc |= WANT_ROOM;
        return;
    }
    Fold *f = (Fold *)(void *)h->top;
    f->size = (uint32_t)h->block_size;
    f->cap = cap;
    memcpy(f->mask, mask, sizeof mask);
    put(p, f);
    ml_own_free(vm, p->own);
    p->own = NULL;
    p->fold = f;                        /* where the end of the stack was */
}

/* Has it waited often, and did it begin to just now? */
static bool is_busy(Proc *p)
{
#ifdef ML_CHECKS
    return (void)p, false;
#else
    unsigned n = p->waits + (p->waits < UINT8_MAX), since = (uint16_t)(p->since_ms - p->waited_ms);
    p->waits = (uint8_t)n;
    p->waited_ms = (uint16_t)p->since_ms;
    return (n & (n - 1)) && since < SELDOM_MS;
#endif
}

/* A timer wakes it soon. */
static bool is_brief(Proc *p)
{
    return ml_proc_has_alarm(p) && p->alarm->t.at < ml_here(p->vm)->now_us + BRIEF_US;
}

void ml_proc_fold(Proc *p)
{
    bool waits = p->wait == WAIT_RECEIVE || p->wait == WAIT_SLEEP;
    bool asked = p->wait == WAIT_HIBERNATE || (waits && !is_busy(p) && !is_brief(p));
    if (asked && may_fold(p) && ml_heap_used(p->heap) - p->heap->handle_bytes <= MOST)
        fold(p);
}

/* --- unfolding --- */

static void restore(Proc *p, Own *o)
{
    Fold *f = p->fold;
    Heap *h = &o->heap;
    uint64_t *w = (uint64_t *)(void *)o;
    const uint64_t *from = f->word;
    *o = p->vm->newborn;
    for (size_t k = 0; k < MASKS; k++)
        for (uint64_t m = f->mask[k]; m; m &= m - 1)
            w[k * 64 + (size_t)__builtin_ctzll(m)] = *from++;
    h->owner = p;
    h->block = (char *)p->stk;
    h->block_size = f->size;
    h->top = h->block_top = (char *)f;
    h->end = h->block + f->size;
    h->want_gc |= WANT_ROOM;
    o->cut = f->cap;
    p->own = o;
    p->stack_end = NULL;
}

bool ml_proc_unfold(Proc *p)
{
    if (p->own)
        return true;
    Own *o = ml_mem_alloc(&p->vm->mem, sizeof *o);
    if (o)
        restore(p, o);
    return o != NULL;
}

void ml_proc_unfold_to_end(Proc *p)
{
    if (!ml_proc_unfold(p))
        restore(p, &ml_here(p->vm)->reserve);
}

Fold *ml_proc_peek(Proc *p, Own *o)
{
    if (p->own)
        return NULL;
    Fold *f = p->fold;
    restore(p, o);
    return f;
}

void ml_proc_peek_end(Proc *p, Fold *f)
{
    if (!f)
        return;
    p->own = NULL;
    p->fold = f;
}

bool ml_proc_is_in_reserve(const Proc *p)
{
    return p->own == &ml_here(p->vm)->reserve;
}

/* A block as it had at its birth. */
static bool move_back(Proc *p, uint32_t cap)
{
    Heap *h = p->heap;
    size_t bytes = stack_bytes(cap) + PROC_BLOCK, used = stack_bytes(p->stk->cap);
    char *block = ml_mem_alloc(h->mem, bytes);
    if (!block)
        return false;
    memcpy(block, p->stk, used);
    memset(block + used, 0, stack_bytes(cap) - used);
    Stack *s = (Stack *)(void *)block;
    s->cap = cap;
    rebase(p, s);
    ml_stack_bind(p, s);
    ml_proc_free_block(p);
    h->block = block;
    h->block_size = bytes;
    h->top = h->block_top = block + stack_bytes(cap);
    h->end = block + bytes;
    return true;
}

bool ml_proc_stretch(Proc *p, size_t *need)
{
    Heap *h = p->heap;
    uint32_t cap = p->own->cut;
    if (is_bare(p)) {
        if (!move_back(p, cap))
            h->oom(h, stack_bytes(cap));
        h->want_gc &= (uint8_t)~WANT_ROOM;
        p->own->cut = 0;
        return true;
    }
    /* a stack is copied as far as it is used */
    *need = stack_bytes(cap) + PROC_BLOCK;
    h->want_gc &= (uint8_t)~WANT_ROOM;
    p->own->cut = 0;
    p->stk->cap = cap;
    return false;
}
