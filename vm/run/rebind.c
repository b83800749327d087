/*
 * rebind.c - functions whose outer variables were changed by debug.
 *
 * A function captures what is never assigned by value, and takes the table of
 * globals, itself, and functions without captures from where they are. So
 * there is nothing that setupvalue or upvaluejoin could change, and a function
 * may be shared with other processes. When one is changed, a stand-in is made
 * for it in this process: a function of the same code, in which every outer
 * variable is read from a box.
 *
 *     Fn  --rebound-->  stand-in: [box of upvar 0] [box of upvar 1] ... [Fn]
 *
 * The function itself stays what it is, for whoever holds or compares it. A
 * call finds the stand-in because the Proto is marked to ask for more room
 * than there is, which leads it here; functions that nobody touched pay
 * nothing. Instructions are exchanged one for one, so that a call under way
 * can go on in the code of the stand-in at the same place.
 *
 * Variables that all functions of a text share have one box for each process,
 * found by a function in `cells`: _ENV by that of the main chunk, a function
 * that captures nothing by itself. Functions of that text get their stand-in
 * when they are called next. Both tables are weak in their keys.
 *
 * Nothing of this crosses to another process with a message.
 */
#include <string.h>

#include "vm/base/check.h"
#include "vm/code/walk.h"
#include "vm/data/old.h"
#include "vm/proc/vm.h"
#include "vm/run/frame.h"
#include "vm/run/overlay.h"
#include "vm/run/rebind.h"
#include "vm/run/slow.h"

/* --- the code of a stand-in --- */

static int32_t slot_upvar(const Proto *pt, unsigned slot)
{
    int32_t j = 0;
    while (pt->upvars[j].kind != UP_SLOT || pt->upvars[j].slot != slot)
        j++;
    return j;
}

/* -1: there is none. */
static int32_t find_upvar(const Proto *pt, unsigned kind, const Fn *fn)
{
    for (int32_t j = 0; j < pt->nupvars; j++)
        if (pt->upvars[j].kind == kind && (kind != UP_FN || pt->upvars[j].fn == fn))
            return j;
    return -1;
}

static int32_t nested_index(const Proto *pt, const Proto *inner)
{
    int32_t i = 0;
    while (pt->protos[i] != inner)
        i++;
    return i;
}

static Instr load_function(const Proto *pt, Instr i, const Fn *fn)
{
    if (fn->proto->parent == pt)
        return (Instr){ .op = OP_NESTED, .a = i.a, .d = nested_index(pt, fn->proto) };
    int32_t j = find_upvar(pt, UP_FN, fn);
    return j < 0 ? i : (Instr){ .op = OP_GETCELL, .a = i.a, .d = j };
}

static Instr translate(const Proto *pt, const Instr *at)
{
    Instr i = *at;
    switch ((Op)i.op) {
    case OP_GETUP: case OP_GETUPBOX:
        return (Instr){ .op = OP_GETCELL, .a = i.a, .d = slot_upvar(pt, i.b) };
    case OP_SETUPBOX:
        return (Instr){ .op = OP_SETCELL, .a = i.b, .d = slot_upvar(pt, i.a) };
    case OP_GETSELF:
        return (Instr){ .op = OP_GETCELL, .a = i.a, .d = find_upvar(pt, UP_SELF, NULL) };
    case OP_GETGLOBAL:
        i.op = OP_GETCELLF;
        i.b = (uint8_t)find_upvar(pt, UP_GLOBALS, NULL);
        return i;
    case OP_SETGLOBAL:
        i.op = OP_SETCELLF;
        i.b = (uint8_t)find_upvar(pt, UP_GLOBALS, NULL);
        return i;
    case OP_CLOSURE:
        i.op = OP_NESTED;
        return i;
    case OP_LOADK: {
        const Value *k = (const Value *)(const void *)((const char *)at + (int64_t)i.d * 8);
        return k->tag == TAG_FN ? load_function(pt, i, k->f) : i;
    }
    default:
        return i;
    }
}

/* Made once for all processes; whoever is first wins. */
static Proto *code_for(Proc *p, const Proto *of)
{
    Proto *pt = (Proto *)(uintptr_t)of, *to = ml_load(&pt->rebound), *other = NULL;
    if (to)
        return to;
    Image *im = pt->image;
    to = ml_mem_alloc(im->mem, ml_proto_bytes(pt));
    if (!to)
        p->heap->oom(p->heap, ml_proto_bytes(pt));
    memcpy(to, pt, offsetof(Proto, room));
    Value *k = (Value *)(void *)(to + 1);
    Instr *code = (Instr *)(void *)(k + pt->nk);
    memcpy(k, ml_proto_k(pt), pt->nk * sizeof *k);
    for (uint32_t i = 0; i < pt->ncode; i++)
        code[i] = translate(pt, &pt->code[i]);
    to->code = code;
    to->of = pt;
    to->closure = NULL;
    atomic_init(&to->room, pt->maxstack);
    atomic_init(&to->rebound, NULL);
    if (!ml_cas(&pt->rebound, &other, to)) {
        ml_mem_free(im->mem, to, ml_proto_bytes(pt));
        return other;
    }
    Proto *first = ml_load(&im->extra);
    do
        ml_store(&to->rebound, first);
    while (!ml_cas(&im->extra, &first, to));
    return to;
}

/* Calls of it come here first. */
static void mark(const Proto *pt)
{
    ml_store_relaxed(&((Proto *)(uintptr_t)pt)->room, PROTO_ASK);
}

static void mark_all(const Image *im)
{
    ProtoWalk w = { 0 };
    for (const Proto *pt = im->main; pt; pt = ml_proto_next(&w, pt))
        if (pt->nupvars > 0)
            mark(pt);
}

/* --- boxes --- */

Tab *ml_rebind_table(Heap *h, Tab **t)
{
    if (!*t) {
        *t = ml_tab_new(h, 0, 4);
        (*t)->h.b = 1;
    }
    return *t;
}

static Box *new_box(Heap *h, Value v)
{
    Box *b = (Box *)(void *)ml_heap_alloc(h, sizeof *b, OBJ_BOX);
    b->v = v;
    return b;
}

/* By what a variable that all functions of the text share is found in
 * `cells`, and the value it has by itself. NULL: it is no such variable. */
static Fn *shared_key(Proc *p, Fn *f, const UpVar *u, Value *own)
{
    *own = ml_v_tab(p->globals);
    if (u->kind == UP_GLOBALS)
        return f->proto->image->main->closure;
    Fn *fn = u->kind == UP_FN ? u->fn : u->kind == UP_SELF && f->proto->nups == 0 ? f : NULL;
    *own = ml_v_fn(fn);
    return fn;
}

static Box *shared_box(Proc *p, Fn *key)
{
    if (!p->own->cells)
        return NULL;
    const Value *v = ml_tab_get(p->heap, p->own->cells, ml_v_fn(key));
    return v->tag == TAG_BOX ? v->b : NULL;
}

static Box *make_shared_box(Proc *p, Fn *key, const UpVar *u, Value own)
{
    Heap *h = p->heap;
    Box *b = shared_box(p, key);
    if (b)
        return b;
    if (u->kind == UP_GLOBALS) {
        ml_own_globals(p);              /* no other table may take its place later */
        own = ml_v_tab(p->globals);
    }
    b = new_box(h, own);
    ml_tab_set(h, ml_rebind_table(h, &p->own->cells), ml_v_fn(key), (Value){ .b = b, .tag = TAG_BOX });
    return b;
}

/* The box a stand-in begins with. */
static Box *first_box(Proc *p, Fn *f, const UpVar *u)
{
    Value own;
    if (u->kind == UP_SLOT && f->up[u->slot].tag == TAG_BOX)
        return ml_wbox(p, f->up[u->slot].b);
    Fn *key = shared_key(p, f, u, &own);
    if (key)
        return make_shared_box(p, key, u, own);
    return new_box(p->heap, u->kind == UP_SLOT ? f->up[u->slot] : ml_v_fn(f));
}

/* --- stand-ins --- */

static Fn *stand_in(Proc *p, Fn *f)
{
    Heap *h = p->heap;
    const Proto *pt = code_for(p, f->proto);
    unsigned n = pt->nupvars + 1u;
    Fn *to = (Fn *)(void *)ml_heap_alloc(h, sizeof(Fn) + n * sizeof(Value), OBJ_FN);
    to->h.a = (uint8_t)n;
    to->h.b = (uint8_t)(n >> 8);
    to->h.id = ml_heap_id(h);
    to->proto = pt;
    for (unsigned j = 0; j + 1 < n; j++)
        to->up[j] = (Value){ .b = first_box(p, f, &pt->upvars[j]), .tag = TAG_BOX };
    to->up[n - 1] = ml_v_fn(f);
    ml_tab_set(h, ml_rebind_table(h, &p->own->rebound), ml_v_fn(f), ml_v_fn(to));
    mark(f->proto);
    return to;
}

/* Does a variable it shares with other functions have another value? */
static bool is_touched(Proc *p, Fn *f)
{
    for (unsigned j = 0; j < f->proto->nupvars; j++) {
        Value own;
        Fn *key = shared_key(p, f, &f->proto->upvars[j], &own);
        const Box *b = key ? shared_box(p, key) : NULL;
        if (b && !ml_raw_equal(b->v, own))
            return true;
    }
    return false;
}

/* NULL: it has none and needs none. */
static Fn *find_stand_in(Proc *p, Fn *f)
{
    if (f->proto->of || (!p->own->rebound && !p->own->cells))
        return NULL;
    if (p->own->rebound) {
        const Value *v = ml_tab_get(p->heap, p->own->rebound, ml_v_fn(f));
        if (v->tag == TAG_FN)
            return v->f;
    }
    return p->own->cells && is_touched(p, f) ? stand_in(p, f) : NULL;
}

bool ml_call_enter(Proc *p, size_t n)
{
    Value *f = p->base - 1;
    Fn *to = find_stand_in(p, f->f);
    if (to)
        f->f = to;
    n += f->f->proto->maxstack;
    return p->base + n + 2 <= p->stack_end || ml_proc_grow(p, n + 4);
}

/* --- calls under way --- */

static void switch_frame(Frame *up, Value *callee_base, Fn *to)
{
    Value *at = ml_frame_own(callee_base);
    const Instr *ret = ml_slot_pc(at);
    if (ret[-1].op == OP_CONT)
        at--;
    ml_slot_set_pc(at, to->proto->code + (ml_slot_pc(at) - up->proto->code));
    up->base[-1].f = to;
    ml_frame_own(up->base)->f = to;
}

int ml_rebind_frames(Proc *p)
{
    Frame f;
    int n = 0;
    for (Coro *c = p->own->co; c; c = c->resumer)
        ml_old_coro(p->heap, c);
    for (bool ok = ml_frame_first(p, &f); ok; n++) {
        Frame up = f;
        ok = ml_frame_step(&up, true);
        if (ok && up.proto && ml_load_relaxed(&((Proto *)(uintptr_t)up.proto)->room) == PROTO_ASK) {
            Fn *to = find_stand_in(p, up.base[-1].f);
            if (to)
                switch_frame(&up, f.base, to);
        }
        f = up;
    }
    return n;
}

/* --- for debug --- */

Value ml_upvar_get(Proc *p, Fn *f, unsigned j)
{
    const UpVar *u = &f->proto->upvars[j];
    const Fn *to = find_stand_in(p, f);
    if (to)
        return to->up[j].b->v;
    switch (u->kind) {
    case UP_SLOT:
        return f->up[u->slot].tag == TAG_BOX ? ml_rbox(p, f->up[u->slot].b)->v : f->up[u->slot];
    case UP_GLOBALS:
        ml_own_globals(p);              /* who gets to see it must see what is written */
        return ml_v_tab(p->globals);
    default:
        return ml_v_fn(u->kind == UP_FN ? u->fn : f);
    }
}

Box *ml_upvar_box(Proc *p, Fn *f, unsigned j)
{
    const UpVar *u = &f->proto->upvars[j];
    Fn *to = find_stand_in(p, f);
    Value own;
    if (!to && u->kind == UP_SLOT && f->up[u->slot].tag == TAG_BOX)
        return ml_wbox(p, f->up[u->slot].b);
    Fn *key = to ? NULL : shared_key(p, f, u, &own);
    if (key)
        return make_shared_box(p, key, u, own);
    return (to ? to : stand_in(p, f))->up[j].b;
}

static bool is_own(const Fn *f, const UpVar *u)
{
    return u->kind == UP_SLOT && !(f->h.flags & OF_SHARED);
}

void ml_upvar_set(Proc *p, Fn *f, unsigned j, Value v)
{
    const UpVar *u = &f->proto->upvars[j];
    bool by_value = is_own(f, u) && f->up[u->slot].tag != TAG_BOX;
    if (by_value) {
        f->up[u->slot] = v;
        ml_old_wrote(p->heap, &f->h);
    }
    if (by_value && !find_stand_in(p, f))
        return;
    Value own;
    Box *b = ml_upvar_box(p, f, j);
    Fn *key = shared_key(p, f, u, &own);
    b->v = v;
    ml_old_wrote(p->heap, &b->h);
    if (key && b == shared_box(p, key))
        mark_all(f->proto->image);
}

void ml_upvar_join(Proc *p, Fn *f, unsigned j, Box *b)
{
    const UpVar *u = &f->proto->upvars[j];
    Fn *to = find_stand_in(p, f);
    if (is_own(f, u) && f->up[u->slot].tag == TAG_BOX) {
        f->up[u->slot].b = b;
        ml_old_wrote(p->heap, &f->h);
        if (!to)
            return;
    }
    to = to ? to : stand_in(p, f);
    to->up[j].b = b;
    ml_old_wrote(p->heap, &to->h);
}

/* --- functions that a stand-in makes --- */

/* The box that upvar u of a nested function shares with the function that
 * makes it, when that is not the one it would have anyway; else NULL. */
static Box *inherited(Proc *p, const Fn *self, Fn *inner, const UpVar *u)
{
    Value own;
    Fn *key = u->kind == UP_SELF ? NULL : shared_key(p, inner, u, &own);
    int32_t j = key ? find_upvar(self->proto, u->kind, u->fn) : -1;
    if (j < 0)
        return NULL;
    Box *b = self->up[j].b;
    return b == shared_box(p, key) ? NULL : b;
}

static Fn *make_nested(Proc *p, const Fn *self, const Proto *pt)
{
    if (pt->closure)
        return pt->closure;
    Fn *f = (Fn *)(void *)ml_heap_alloc(p->heap, sizeof(Fn) + pt->nups * sizeof(Value), OBJ_FN);
    f->h.a = pt->nups;
    f->h.id = ml_heap_id(p->heap);
    f->proto = pt;
    for (unsigned i = 0; i < pt->nups; i++) {
        const UpDesc *u = &pt->head.ups[i];
        if (u->from_reg)
            ml_set(&f->up[i], &p->base[u->index]);
        else {
            Value box = self->up[slot_upvar(self->proto, u->index)];
            ml_set(&f->up[i], u->boxed ? &box : &box.b->v);
        }
    }
    return f;
}

Slow ml_op_nested(Proc *p, unsigned a, unsigned index)
{
    const Fn *self = p->base[-1].f;
    Fn *f = make_nested(p, self, self->proto->protos[index]), *to = NULL;
    for (unsigned j = 0; j < f->proto->nupvars; j++) {
        Box *b = inherited(p, self, f, &f->proto->upvars[j]);
        if (!b)
            continue;
        if (!to)
            to = find_stand_in(p, f);
        if (!to)
            to = stand_in(p, f);
        to->up[j].b = b;
        ml_old_wrote(p->heap, &to->h);
    }
    p->base[a] = ml_v_fn(f);
    p->top = p->base;
    return p->heap->want_gc ? ml_safe_point(p) : SLOW_OK;
}
