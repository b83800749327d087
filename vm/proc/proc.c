/*
 * proc.c - processes: birth, roots, collections, death.
 */
#include <limits.h>
#include <setjmp.h>
#include <string.h>

#include "vm/base/check.h"
#include "vm/data/old.h"
#include "vm/proc/flow.h"
#include "vm/proc/fold.h"
#include "vm/proc/realm.h"
#include "vm/proc/signal.h"
#include "vm/proc/sim.h"

enum { STOPPED_MOST = 64 << 20,         /* of fragments, before a collector that is stopped helps all the same */
#ifdef ML_CHECKS
       GC_SLICE = 1000 };
#else
       GC_SLICE = 100 * 1000 };         /* bytes copied or looked at in a slice: some 50 us */
#endif

enum { HANDLER_ROOM = 20000 };  /* slots more, for handlers of a stack overflow */

Proc *ml_proc_find(Vm *vm, Value pid)
{
    Proc *p = ml_ptab_find(&vm->ptab, pid);
    return p && ml_load(&p->state) != PROC_EXITING ? p : NULL;
}

/* No memory for a process: it ends at the border of its slice. */
static __attribute__((noreturn)) void out_of_memory(Heap *h, size_t asked)
{
    Proc *p = h->owner;
    p->own->asked = asked;
    void *border = ml_here(p->vm)->oom_jump;
    ML_CHECK(border);
    longjmp(*(jmp_buf *)border, 1);
}

/* The wait under way has taken long enough. */
static void time_is_up(Timer *t, void *ctx)
{
    Proc *p = ((Alarm *)(void *)t)->p;
    Vm *vm = ctx;
    ml_sim_note(vm, SIM_TIMER, p->pid, t->at);
    vm->wake(vm, p);
}

static void make_alarm(Proc *p)
{
    Alarm *a;
    ml_member_holds(p, sizeof *a);
    a = ml_mem_zalloc(&p->vm->mem, sizeof *a);
    if (!a)
        p->heap->oom(p->heap, sizeof *a);
    a->p = p;
    a->t.fire = time_is_up;
    p->alarm = a;
}

void ml_proc_arm(Proc *p, uint64_t at)
{
    if (!p->alarm)
        make_alarm(p);
    ml_timers_arm(ml_timers_here(p->vm), &p->alarm->t, at);
}

void ml_proc_disarm(Proc *p)
{
    if (ml_proc_has_alarm(p))
        ml_timers_cancel(ml_timers_of(p->vm, &p->alarm->t), &p->alarm->t);
}

bool ml_proc_is_timed(Proc *p)
{
    return ml_proc_has_alarm(p) && ml_timers_has(ml_timers_of(p->vm, &p->alarm->t), &p->alarm->t);
}

void ml_proc_blank(Vm *vm, Own *o)
{
    Heap *h = &o->heap;
    h->vm = vm;
    h->oom = out_of_memory;
    h->hash_key = vm->hash_key;
    h->symtab = vm->symtab;
    h->stress = vm->stress_gc > 0;
    h->want_gc = h->stress ? WANT_GC : 0;
    h->puts_off = true;
    o->reason = vm->sym_normal;
}

void ml_proc_free_block(Proc *p)
{
    Heap *h = p->heap;
    ml_mem_free(h->mem, h->block, h->block_size);
    h->block = NULL;
    h->block_size = 0;
}

/* The three pieces it consists of. False: no memory. */
static bool make_pieces(Vm *vm, size_t block, Proc **out)
{
    Proc *p = ml_mem_alloc(&vm->mem, sizeof *p);
    Own *o = ml_own_new(vm);
    char *b = ml_mem_alloc(&vm->mem, block);
    *out = p;
    if (p && o && b) {
        memset(p, 0, sizeof *p);
        p->own = o;
        o->heap.block = o->heap.block_top = o->heap.top = b;
        o->heap.block_size = block;
        o->heap.end = b + block;
        return true;
    }
    ml_mem_free(&vm->mem, p, sizeof *p);
    if (o)
        ml_own_free(vm, o);
    ml_mem_free(&vm->mem, b, block);
    return false;
}

static Proc *make(Vm *vm, size_t block, Member *m)
{
    Proc *p;
    if (!make_pieces(vm, ml_proc_block(block), &p))
        return NULL;
    Heap *h = p->heap;
    h->owner = p;
    p->member = m;
    h->quota = m ? &m->quota : NULL;
    p->vm = vm;
    ml_mbox_init(&p->mbox);
    Stack *s = (Stack *)(void *)ml_heap_alloc(h, sizeof(Stack) + STACK_FIRST * sizeof(Value), OBJ_STACK);
    s->cap = STACK_FIRST;
    s->used = 1;
    memset(s->v, 0, STACK_FIRST * sizeof(Value));
    ml_stack_bind(p, s);
    p->base = s->v + 1;
    p->top = p->base;
    p->globals = vm->base_globals;
    p->pid = ml_v_nil();
    p->priority = PRIO_NORMAL;
    return p;
}

Proc *ml_proc_new_apart(Vm *vm, size_t block)
{
    return make(vm, block, NULL);
}

Proc *ml_proc_new_with(Vm *vm, size_t block, Member *m)
{
    Proc *p = make(vm, block, m);
    if (!p)
        return NULL;
    if (!ml_ptab_add(ml_here(vm), p)) {
        ml_proc_free_block(p);
        ml_own_free(vm, p->own);
        ml_mem_free(&vm->mem, p, sizeof *p);
        return NULL;
    }
    ml_sim_note(vm, SIM_SPAWN, p->pid, 0);
    p->serial = ml_add(&vm->next_serial, 1) + 1;
    p->heap->next_id = (uint32_t)p->serial * ML_ID_STEP;
    return p;
}

Proc *ml_proc_new(Vm *vm, size_t block)
{
    return ml_proc_new_with(vm, block, NULL);
}

void ml_proc_free_heap(Proc *p)
{
    int all = INT_MAX;
    ml_gc_fini(p->heap);
    while (!ml_heap_fini_some(p->heap, &all))
        all = INT_MAX;
    ml_proc_free_block(p);              /* what is left in it has been let go */
    ml_heap_fini(p->heap);
    Pending *it = p->own->pending;
    p->own->pending = NULL;
    if (it)                     /* after the heap, whose marks lead to the copy */
        it->drop(p, it, false);
    ml_member_leave(p);
}

void ml_proc_free(Proc *p)
{
    Vm *vm = p->vm;
    int all = INT_MAX;
    ml_flow_end_some(p, &all, false);
    if (p->own->reason_hold)
        ml_shared_unref(p->own->reason_hold);
    if (p->own->env)
        ml_shared_unref(p->own->env);
    if (p->own->spawned)
        ml_shared_unref(p->own->spawned);
    ml_mem_free(&vm->mem, p->own->crash, p->own->crash_size);
    ml_mem_free(&vm->mem, p->own->rand, sizeof *p->own->rand);
    ml_mem_free(&vm->mem, p->alarm, sizeof *p->alarm);
    p->alarm = NULL;
    ml_mbox_fini(&p->mbox, &vm->mem);
    if (p->heap->block || p->heap->gc)
        ml_proc_free_heap(p);
    ml_own_free(vm, p->own);
    p->own = NULL;
    if (ml_is_nil(p->pid))
        ml_mem_free(&vm->mem, p, sizeof *p);
    else
        ml_ptab_remove(ml_here(vm), p);
}

/* Slots a stack may have now. Handlers of a stack overflow have more. */
static size_t most_slots(const Proc *p)
{
    return (size_t)ML_STACK_MAX + STACK_SLACK + (p->own->handlers > 0 ? HANDLER_ROOM : 0);
}

static size_t slots_of(const Proc *p, const Stack *s)
{
    return s->cap < most_slots(p) ? s->cap : most_slots(p);
}

void ml_stack_bind(Proc *p, Stack *s)
{
    p->stk = s;
    p->stack_end = s->v + slots_of(p, s) - STACK_SLACK;
}

/* `used` slots of old, and room for cap. */
static Stack *longer_stack(Proc *p, Stack *old, size_t used, size_t cap)
{
    size_t bytes = sizeof(Stack) + cap * sizeof(Value);
    if (old->h.flags & OF_LARGE) {
        Stack *s = (Stack *)(void *)ml_large_resize(p->heap, &old->h, bytes);
        s->cap = (uint32_t)cap;
        return s;
    }
    Stack *s = (Stack *)(void *)ml_heap_zalloc(p->heap, bytes, OBJ_STACK);
    s->cap = (uint32_t)cap;
    s->used = (uint32_t)used;
    memcpy(s->v, old->v, used * sizeof(Value));
    old->used = 0;
    return s;
}

/* Most processes call nothing deep and allocate little: the stack takes what is
 * left of their block before it moves. */
static bool extend_stack(Proc *p, Stack *s, size_t cap)
{
    size_t bytes = sizeof(Stack) + s->cap * sizeof(Value), more = (cap - s->cap) * sizeof(Value);
    if ((s->h.flags & OF_LARGE) || s->cap >= 2 * STACK_FIRST || !ml_heap_extend(p->heap, s, bytes, bytes + more))
        return false;
    memset(s->v + s->cap, 0, more);
    s->cap = (uint32_t)cap;
    ml_stack_bind(p, s);
    return true;
}

bool ml_proc_grow(Proc *p, size_t n)
{
    Stack *old = p->stk;
    size_t used = (size_t)(p->top - old->v), cap = slots_of(p, old), most = most_slots(p);
    if (used + n + STACK_SLACK <= cap)
        return true;
    if (used + n + STACK_SLACK > most)
        return false;
    if (extend_stack(p, old, used + n + STACK_SLACK))
        return true;
    while (cap < used + n + STACK_SLACK)
        cap = cap * 2 - STACK_SLACK / 2;
    if (cap > most)
        cap = most;
    if (!ml_heap_fits(p->heap, cap * sizeof(Value)))
        return false;
    ptrdiff_t base = p->base - old->v, top = p->top - old->v;
    ml_stack_bind(p, longer_stack(p, old, used, cap));
    p->base = p->stk->v + base;
    p->top = p->stk->v + top;
    if (p->own->co)
        p->own->co->stk = p->stk;
    return true;
}

/* Messages whose objects are in the heap: DOWN and the like, thousands at times. A
 * minor collection looks at those that are new. */
static void mail_roots(Gc *gc, Mbox *b)
{
    bool minor = ml_gc_is_minor(gc) && !b->held;
    if (!b->on_heap)
        return;
    for (Msg *m = b->tail; m && !(minor && m->met); m = m->prev) {
        if (m->on_heap)
            ml_gc_value(gc, &m->v);
        m->met = true;
    }
    b->held = false;
}

void ml_proc_roots(Gc *gc, void *proc)
{
    Proc *p = proc;
    /* the running stack: base and top are found again by their distance */
    ptrdiff_t base = p->base - p->stk->v, top = p->top - p->stk->v, callf = p->own->callf ? p->own->callf - p->stk->v : 0;
    p->stk->used = (uint32_t)top;
    Obj *stk = &p->stk->h;
    ml_gc_stack(gc, &stk);
    ml_stack_bind(p, (Stack *)(void *)stk);
    p->base = p->stk->v + base;
    p->top = p->stk->v + top;
    p->own->callf = p->own->callf ? p->stk->v + callf : NULL;
    if (p->own->co)
        p->own->co->stk = NULL;              /* the one in use is in p->stk */
    ML_GC_PTR(gc, p->own->co);
    ML_GC_PTR(gc, p->own->tbc);
    ML_GC_PTR(gc, p->globals);
    ML_GC_PTR(gc, p->own->overlays);
    ML_GC_PTR(gc, p->own->basics);
    ML_GC_PTR(gc, p->own->rebound);
    ML_GC_PTR(gc, p->own->cells);
    ML_GC_PTR(gc, p->own->dict);
    ml_gc_value(gc, &p->own->err);
    ml_gc_value(gc, &p->own->label);
    ml_gc_weak_value(gc, &p->own->current);
    mail_roots(gc, &p->mbox);
}

/* A stack that was deep once would be looked at, and cleared, by each
 * collection. An outer frame has no register more than 255 slots above the top. */
static void trim_stack(Proc *p)
{
    Stack *s = p->stk;
    size_t used = (size_t)(p->top - s->v), cap = 2 * (used + 2 * UINT8_MAX + LARGE_MIN / sizeof(Value));
    if (!(s->h.flags & OF_LARGE) || s->cap < 2 * cap)
        return;
    ptrdiff_t base = p->base - s->v, callf = p->own->callf ? p->own->callf - s->v : 0;
    s = (Stack *)(void *)ml_large_resize(p->heap, &s->h, sizeof(Stack) + cap * sizeof(Value));
    s->cap = (uint32_t)cap;
    ml_stack_bind(p, s);
    p->base = s->v + base;
    p->top = s->v + used;
    p->own->callf = p->own->callf ? s->v + callf : NULL;
    if (p->own->co)
        p->own->co->stk = s;
}

static bool collect(Proc *p, size_t need, int64_t budget)
{
    if (!p->heap->gc)
        trim_stack(p);
    size_t before = p->heap->block_size, freed;
    switch (ml_gc_run(p->heap, need, ml_proc_roots, p, budget, &freed)) {
    case GC_NO_MEMORY:
        p->heap->oom(p->heap, before);
    case GC_MORE:
        p->reds -= budget >> 5;
        return false;
    case GC_DONE:
        ML_LEDGER(p->vm, LED_COLLECTIONS);
        ML_LEDGER_N(p->vm, LED_MINOR, p->heap->old && p->heap->old->is_minor);
        ML_LEDGER_N(p->vm, LED_COLLECTED, freed);
        break;
    }
    bool exact = p->heap->exact;
    p->heap->exact = false;
    if (p->own->co)
        p->own->co->stk = p->stk;
    if (p->heap->quota && !ml_quota_collected(p->heap))
        ml_flow_shed(p);
    if (p->heap->quota && p->heap->quota->over)
        p->heap->oom(p->heap, 0);
    const Old *old = p->heap->old;
    size_t live = p->heap->live + p->heap->large_live;
    p->reds -= (int64_t)((old && old->is_minor ? old->moved : live) >> 8);
    /* under stress at the next safe point again, unless that takes for ever */
    if (p->heap->stress && !exact && live < (size_t)p->vm->stress_gc * 1024)
        p->heap->want_gc |= WANT_GC;
    return true;
}

void ml_proc_gc(Proc *p, size_t need)
{
    ml_tab_settle(p->heap, NULL);
    collect(p, need, INT64_MAX);
}

bool ml_proc_housekeep(Proc *p)
{
    Heap *h = p->heap;
    size_t need;
    if (h->gc)
        return collect(p, 0, GC_SLICE);
    if ((h->want_gc & WANT_ROOM) && !ml_proc_stretch(p, &need))
        return collect(p, need, GC_SLICE);
    if (h->want_gc & WANT_SPLIT) {
        int64_t budget = GC_SLICE;
        bool over = ml_tab_settle_some(h, &budget);
        p->reds -= (GC_SLICE - budget) >> 5;
        if (!over)
            return false;
    }
    if (!(h->want_gc & WANT_GC))
        return true;
    if (h->gc_stopped && !h->exact && h->frag_bytes <= STOPPED_MOST && !(h->quota && h->quota->over)) {
        h->want_gc = 0;
        return true;
    }
    return collect(p, 0, GC_SLICE);
}
