/*
 * env.c - what the children of a process have in common.
 *
 * A process that spawns many is seldom a different one each time: the same
 * function, the same globals, the same modules. So what a child was given is
 * kept, as long as all of it is shared or can be (twin.c), and the next one is
 * given the same, if nothing has changed.
 *
 *     parent                          image (shared, counted)
 *     globals  { config, helper }     globals  { library, config, helper' }
 *     overlays { loaded -> {...} }    overlays { loaded -> {...} }
 *                                        ^          ^
 *     spawned ------------------------>  |          |
 *     child: env, globals, overlays -----+----------+
 *
 * An image holds every counted thing that its values refer to, and a process its
 * image until it ends. The tables in it are for everybody: who writes to one gets
 * a copy at that moment, as with tables of the library.
 *
 * A function that is different each time (it captures a counter, say) is not
 * worth a twin: it gets one when it is spawned the second time.
 */
#include <string.h>

#include "vm/base/check.h"
#include "vm/data/tab_in.h"
#include "vm/run/env.h"
#include "vm/run/slow.h"
#include "vm/run/spawn.h"
#include "vm/run/twin.h"
#include "vm/proc/vm.h"

typedef struct Env {
    Shared   h;
    Mem     *mem;
    Heap     heap;              /* of the tables; never collected */
    Tab     *globals;           /* or NULL */
    Tab     *overlays;          /* or NULL; library table -> a copy in this heap, or that of */
    const Shared *over;         /* which it holds, or NULL */
    bool     done;
    uint32_t n;
    EnvEntry e[];
} Env;

typedef struct Again {          /* a function that was spawned; nil: its twin is not made yet */
    uint64_t hash;
    Value    twin;
} Again;

enum { AGAIN = 4, MOST_ITEMS = 1024 };   /* of a table: what is compared at each spawn */

typedef struct Spawned {        /* what a process remembers of its children */
    Shared   h;
    Mem     *mem;
    Env     *env, *over;        /* or NULL; `over` has overlays alone */
    Again    again[AGAIN];
    unsigned at;                /* the oldest of them */
} Spawned;

/* --- what is kept of the last children --- */

static void forget(Again *a)
{
    if (!ml_is_nil(a->twin))
        ml_shared_unref(ml_twin_owner(a->twin));
    *a = (Again){ 0 };
}

static void spawned_free(Shared *s)
{
    Spawned *k = (Spawned *)(void *)s;
    if (k->env)
        ml_shared_unref(&k->env->h);
    if (k->over)
        ml_shared_unref(&k->over->h);
    for (int i = 0; i < AGAIN; i++)
        forget(&k->again[i]);
    ml_mem_free(k->mem, k, sizeof *k);
}

static Spawned *spawned_of(Proc *p)
{
    if (p->own->spawned)
        return (Spawned *)(void *)p->own->spawned;
    Spawned *k = ml_mem_zalloc(&p->vm->mem, sizeof *k);
    if (!k)
        return NULL;
    ml_store(&k->h.refs, 1);
    k->h.free = spawned_free;
    k->mem = &p->vm->mem;
    p->own->spawned = &k->h;
    return k;
}

Value ml_env_spawned(Proc *p, Value f)
{
    uint64_t hash;
    Spawned *k;
    if (!ml_twin_hash(p, f, &hash) || !(k = spawned_of(p)))
        return ml_v_nil();
    for (int i = 0; i < AGAIN; i++) {
        Again *a = &k->again[i];
        if (a->hash != hash)
            continue;
        if (ml_is_nil(a->twin)) {
            Value twin = f;
            if (ml_twin_new(p, &twin))
                a->twin = twin;
        }
        return !ml_is_nil(a->twin) && ml_twin_is(f, a->twin, NULL, NULL) ? a->twin : ml_v_nil();
    }
    forget(&k->again[k->at]);
    k->again[k->at].hash = hash;
    k->at = (k->at + 1) % AGAIN;
    return ml_v_nil();
}

Value ml_env_twin(Proc *p, Str *name, Value v, Shared **owner)
{
    const Spawned *k = (const Spawned *)(const void *)p->own->spawned;
    const Env *last = k ? k->env : NULL;
    for (uint32_t i = 0; last && i < last->n; i++) {
        Value was = last->e[i].v;
        if (last->e[i].name != name)
            continue;
        if (!ml_is_heap(was) || !(was.o->flags & OF_COUNTED) || !ml_twin_is(v, was, NULL, NULL))
            break;
        *owner = ml_twin_owner(was);
        ml_shared_ref(*owner);
        return was;
    }
    *owner = ml_twin_new(p, &v);
    return *owner ? v : ml_v_nil();
}

/* --- an image --- */

static void env_free(Shared *s)
{
    Env *im = (Env *)(void *)s;
    ml_heap_fini(&im->heap);
    ml_mem_free(im->mem, im, sizeof *im + im->n * sizeof(EnvEntry));
}

static __attribute__((noreturn)) void env_oom(Heap *h, size_t n)
{
    Proc *p = h->owner;
    p->heap->oom(p->heap, n);
}

/* It takes the place of *kept at once, so that it is not lost when memory runs
 * out on the way. */
static Env *env_new(Proc *p, Env **kept, uint32_t n, size_t bytes)
{
    Vm *vm = p->vm;
    Env *im = ml_mem_zalloc(&vm->mem, sizeof *im + n * sizeof(EnvEntry));
    if (!im)
        return NULL;
    if (!ml_heap_init(&im->heap, &vm->mem, bytes)) {
        ml_mem_free(&vm->mem, im, sizeof *im + n * sizeof(EnvEntry));
        return NULL;
    }
    Heap *h = &im->heap;
    h->vm = vm;
    h->owner = p;
    h->oom = env_oom;
    h->hash_key = vm->hash_key;
    h->symtab = vm->symtab;
    h->next_id = (uint32_t)(ml_add(&vm->next_image, 1) + 1) * ML_ID_STEP;
    im->mem = &vm->mem;
    im->n = n;
    im->h.free = env_free;          /* bytes 0: it is charged to nobody */
    ml_store(&im->h.refs, 1);
    if (*kept)
        ml_shared_unref(&(*kept)->h);
    *kept = im;
    return im;
}

static void hold_value(Heap *h, Value v)
{
    if (ml_is_heap(v) && (v.o->flags & OF_COUNTED))
        ml_heap_hold(h, ml_twin_owner(v));
}

Tab *ml_env_table(Heap *h, const EnvEntry *e, uint32_t n)
{
    const Tab *base = h->vm->base_globals;
    Tab *t = ml_tab_new(h, 0, base->mask + 1 + n);
    Value k, v;
    for (uint64_t pos = 0; ml_tab_each(base, &pos, &k, &v);)
        ml_tab_set(h, t, k, v);
    for (uint32_t i = 0; i < n; i++) {
        ml_tab_setstr(h, t, e[i].name, e[i].v);
        hold_value(h, e[i].v);
    }
    return t;
}

static void fill_globals(Env *im, const EnvEntry *e)
{
    Heap *h = &im->heap;
    for (uint32_t i = 0; i < im->n; i++)
        im->e[i] = e[i];
    Tab *t = ml_env_table(h, e, im->n);
    t->h.flags |= OF_SHARED | OF_COW | OF_GLOBALS;
    ml_store_relaxed(&t->is_overlaid, true);    /* stands for those of each process */
    ml_globals_name_self(h, t);
    im->globals = t;
}

/* --- overlays --- */

/* As a value of the image. False: it may change. */
static bool fix(Env *im, Proc *p, Value *v)
{
    if (!ml_is_heap(*v))
        return true;
    if (v->tag == TAG_TAB && v->t == p->globals) {
        v->t = p->vm->base_globals;     /* stands for those of each process */
        return true;
    }
    if (!(v->o->flags & OF_SHARED)) {
        Shared *owner = ml_twin_new(p, v);
        if (!owner)
            return false;
        ml_heap_hold_mine(&im->heap, owner);
        return true;
    }
    hold_value(&im->heap, *v);
    return true;
}

static bool fix_nodes(Env *im, Proc *p, Node *nd, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (ml_is_nil(nd[i].val)) {
            if (ml_is_heap(nd[i].key))
                nd[i].key = (Value){ .u = nd[i].hash, .tag = TAG_INFO };
        } else if (!fix(im, p, &nd[i].key) || !fix(im, p, &nd[i].val)) {
            return false;
        }
    }
    return true;
}

/* The copy has its nodes in the same places, so that the two are easily compared. */
static Tab *fixed_table(Env *im, Proc *p, const Tab *from)
{
    Heap *h = &im->heap;
    Tab *t = ml_tab_new(h, 0, 0);
    size_t n = ml_tab_nodes(from);
    ml_tab_new_parts(h, t, from->asize, (uint32_t)n);
    if (from->asize)
        memcpy(t->arr, from->arr, from->asize * sizeof(Value));
    for (uint32_t i = 0; i < from->asize; i++)
        if (!fix(im, p, &t->arr[i]))
            return NULL;
    if (n) {
        memcpy(t->node, from->node, n * sizeof(Node));
        t->lastfree = from->lastfree;
        if (!fix_nodes(im, p, t->node, n))
            return NULL;
    }
    t->meta = from->meta;
    if (t->meta)
        hold_value(h, ml_v_tab(t->meta));
    t->h.flags |= OF_SHARED | OF_COW;
    return t;
}

static bool fixed_box(Env *im, Proc *p, Value *v)
{
    Box *b = (Box *)(void *)ml_heap_alloc(&im->heap, sizeof *b, OBJ_BOX);
    b->v = v->b->v;
    b->h.flags |= OF_SHARED;
    v->b = b;
    return fix(im, p, &b->v);
}

static bool fixed_overlay(Env *im, Proc *p, Value *v)
{
    if (v->tag != TAG_TAB)
        return fixed_box(im, p, v);
    v->t = fixed_table(im, p, v->t);
    return v->t != NULL;
}

/* Could it be, at first sight? Seldom are there overlays that cannot, but then
 * for each child. */
static bool may_be_fixed(const Proc *p, Value v)
{
    return !ml_is_heap(v) || (v.o->flags & OF_SHARED) || v.tag == TAG_FN || v.tag == TAG_STR ||
           (v.tag == TAG_TAB && v.t == p->globals);
}

static bool may_fix_table(const Proc *p, const Tab *t)
{
    Value k, v;
    if (t->h.b || (t->meta && !(t->meta->h.flags & OF_SHARED)) || t->asize > MOST_ITEMS || ml_tab_nodes(t) > MOST_ITEMS)
        return false;
    for (uint64_t pos = 0; ml_tab_each(t, &pos, &k, &v);)
        if (!may_be_fixed(p, k) || !may_be_fixed(p, v))
            return false;
    return true;
}

static bool may_fix_overlays(const Proc *p, const Tab *overlays)
{
    Value k, v;
    for (uint64_t pos = 0; ml_tab_each(overlays, &pos, &k, &v);)
        if (v.tag == TAG_TAB ? !may_fix_table(p, v.t) : !may_be_fixed(p, v.b->v))
            return false;
    return true;
}

static bool fill_overlays(Env *im, Proc *p, const Tab *overlays)
{
    Tab *to = ml_tab_new(&im->heap, 0, 4);
    Value k, v;
    for (uint64_t pos = 0; ml_tab_each(overlays, &pos, &k, &v);) {
        if (!fixed_overlay(im, p, &v))
            return false;
        ml_tab_set(&im->heap, to, k, v);
    }
    to->h.flags |= OF_SHARED;
    im->overlays = to;
    return true;
}

/* --- is it still the same? --- */

static bool same_value(const Proc *p, Value v, Value was)
{
    if (v.u == was.u && v.tag == was.tag)
        return true;
    if (v.tag == TAG_TAB && v.t == p->globals)
        return was.tag == TAG_TAB && was.t == p->vm->base_globals;
    return ml_twin_is(v, was, NULL, NULL);
}

static bool same_table(const Proc *p, const Tab *t, const Tab *was)
{
    size_t n = ml_tab_nodes(t);
    if (t->asize != was->asize || n != ml_tab_nodes(was) || t->meta != was->meta || t->h.b)
        return false;
    for (uint32_t i = 0; i < t->asize; i++)
        if (!same_value(p, t->arr[i], was->arr[i]))
            return false;
    for (size_t i = 0; i < n; i++) {
        const Node *a = &t->node[i], *b = &was->node[i];
        if (ml_is_nil(a->val) ? !ml_is_nil(b->val)
                              : !same_value(p, a->val, b->val) || !same_value(p, a->key, b->key))
            return false;
    }
    return true;
}

static bool same_overlays(Env *im, Proc *p, const Tab *overlays)
{
    Value k, v;
    size_t n = 0;
    if (!overlays || !im->overlays)
        return overlays == im->overlays;
    for (uint64_t pos = 0; ml_tab_each(overlays, &pos, &k, &v); n++) {
        const Value *was = ml_tab_get(&im->heap, im->overlays, k);
        if (was->tag != v.tag || (v.tag == TAG_TAB ? !same_table(p, v.t, was->t)
                                                  : !same_value(p, v.b->v, was->b->v)))
            return false;
    }
    for (uint64_t pos = 0; ml_tab_each(im->overlays, &pos, &k, &v);)
        n--;
    return n == 0;
}

static bool same_globals(const Env *im, const EnvEntry *e, uint32_t n)
{
    if (im->n != n)
        return false;
    for (uint32_t i = 0; i < n; i++)
        if (im->e[i].name != e[i].name || im->e[i].v.u != e[i].v.u || im->e[i].v.tag != e[i].v.tag)
            return false;
    return true;
}

static size_t overlay_bytes(const Tab *overlays)
{
    Value k, v;
    size_t bytes = 1024;
    for (uint64_t pos = 0; ml_tab_each(overlays, &pos, &k, &v);)
        if (v.tag == TAG_TAB)
            bytes += 256 + v.t->asize * sizeof(Value) + ml_tab_nodes(v.t) * sizeof(Node);
    return bytes;
}

Shared *ml_env_fix(Proc *p)
{
    const Tab *overlays = p->own->overlays;
    Spawned *k = spawned_of(p);
    if (k && k->over && k->over->done && same_overlays(k->over, p, overlays))
        return &k->over->h;
    if (!k || !may_fix_overlays(p, overlays))
        return NULL;
    Env *im = env_new(p, &k->over, 0, overlay_bytes(overlays));
    if (!im || !fill_overlays(im, p, overlays))
        return NULL;
    im->done = true;
    return &im->h;
}

Shared *ml_env_for(Proc *p, const EnvEntry *e, uint32_t n, Shared *over)
{
    Spawned *k = spawned_of(p);
    if (n == 0 && over)
        return over;
    if (k && k->env && k->env->done && k->env->over == over && same_globals(k->env, e, n))
        return &k->env->h;
    Env *im = k ? env_new(p, &k->env, n, 1024 + (p->vm->base_globals->mask + 1 + n) * sizeof(Node) * 2) : NULL;
    if (!im)
        return NULL;
    if (over) {
        ml_heap_hold(&im->heap, over);
        im->over = over;
        im->overlays = ml_env_overlays(over);
    }
    fill_globals(im, e);
    im->done = true;
    return &im->h;
}

uint32_t ml_env_entries(const Shared *env, const EnvEntry **e)
{
    *e = ((const Env *)(const void *)env)->e;
    return ((const Env *)(const void *)env)->n;
}

Tab *ml_env_globals(const Shared *env)  { return ((const Env *)(const void *)env)->globals; }
Tab *ml_env_overlays(const Shared *env) { return ((const Env *)(const void *)env)->overlays; }
