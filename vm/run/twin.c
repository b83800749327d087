/*
 * twin.c - shared copies of functions and short texts that cannot change.
 *
 * A function without captures is a constant and shared by all. One that
 * captures by value what cannot change either (numbers, texts, frozen tables,
 * modules, other such functions) could be, but lies in the heap of the process
 * that made it. Its twin is the same function outside of all heaps: a region of
 * one block, which is counted as frozen values are.
 *
 *     heap:    worker [3] [helper]      helper ["text"]
 *                  |         `------------^
 *     region:  worker'[3] [helper']     helper'["text"]
 *
 * What can have a twin is small: a few dozen functions and texts. While a copier
 * is at work the headers of what it has copied are overwritten, so nothing here
 * reads one before it has looked.
 */
#include <string.h>

#include "vm/base/check.h"
#include "vm/base/hash.h"
#include "vm/code/image.h"
#include "vm/data/copy.h"
#include "vm/proc/vm.h"
#include "vm/run/twin.h"

enum { MOST = 32, MOST_HELD = 48, MOST_PAIRS = 256,
       LONGEST = 16 * 1024 };           /* of a text, which may be compared at each spawn */

typedef struct Survey {         /* the objects behind a value that are not shared */
    Value    v[MOST];
    unsigned n, nheld;
    Shared  *held[MOST_HELD];
    size_t   size;
} Survey;

typedef struct Twin {
    Shared  h;
    Mem    *mem;
    size_t  size;
    size_t  nheld;
    Shared *held[];             /* behind them the objects, each with its owner in front */
} Twin;

static bool is_shared(const Obj *o) { return !ml_copy_is_marked(o) && (o->flags & OF_SHARED); }
static bool is_private(Value v)     { return ml_is_heap(v) && !is_shared(v.o); }

static bool hold(Survey *s, Shared *sh)
{
    for (unsigned i = 0; i < s->nheld; i++)
        if (s->held[i] == sh)
            return true;
    if (s->nheld == MOST_HELD)
        return false;
    s->held[s->nheld++] = sh;
    return true;
}

static unsigned find(const Survey *s, Value v)
{
    unsigned i = 0;
    while (i < s->n && s->v[i].o != v.o)
        i++;
    return i;
}

static bool meet(Survey *s, Value v)
{
    if (!ml_is_heap(v))
        return true;
    if (is_shared(v.o))
        return !(v.o->flags & OF_COUNTED) || hold(s, ml_twin_owner(v));
    if (ml_copy_is_marked(v.o) || (v.tag != TAG_FN && v.tag != TAG_STR) || (v.tag == TAG_FN && v.f->proto->of))
        return false;
    if (v.o->kind == OBJ_LSTR && (v.s->len > LONGEST || !hold(s, &((const LStr *)(const void *)v.s)->blob->h)))
        return false;
    if (find(s, v) < s->n)
        return true;
    if (s->n == MOST)
        return false;
    s->v[s->n++] = v;
    s->size += sizeof(Shared *) + ml_obj_size(v.o);
    return true;
}

/* Everything behind v. False: it has no twin. */
static bool survey(Survey *s, Value v)
{
    s->n = s->nheld = 0;
    s->size = 0;
    if (!is_private(v) || !meet(s, v))
        return false;
    for (unsigned i = 0; i < s->n; i++) {
        if (s->v[i].tag != TAG_FN)
            continue;
        const Fn *f = s->v[i].f;
        Shared *owner = ml_fn_head(f)->owner;
        if (owner && !hold(s, owner))
            return false;
        for (unsigned k = 0; k < ml_fn_nvalues(&f->h); k++)
            if (!meet(s, f->up[k]))
                return false;
    }
    return true;
}

static uint64_t mix(uint64_t h, uint64_t x)
{
    return ml_hash_fold(h ^ x, 0x9E3779B97F4A7C15u) + x;
}

bool ml_twin_hash(Proc *p, Value v, uint64_t *hash)
{
    Survey s;
    uint64_t h = p->heap->hash_key;
    if (!survey(&s, v))
        return false;
    for (unsigned i = 0; i < s.n; i++) {
        if (s.v[i].tag == TAG_STR) {
            h = mix(h, ml_str_hash(s.v[i].s, p->heap->hash_key));
            continue;
        }
        const Fn *f = s.v[i].f;
        h = mix(h, (uint64_t)(uintptr_t)f->proto);
        for (unsigned k = 0; k < ml_fn_nvalues(&f->h); k++)
            h = mix(mix(h, f->up[k].tag), is_private(f->up[k]) ? find(&s, f->up[k]) : f->up[k].u);
    }
    *hash = h;
    return true;
}

/* --- making one --- */

static void twin_free(Shared *sh)
{
    Twin *t = (Twin *)(void *)sh;
    for (size_t i = 0; i < t->nheld; i++)
        ml_shared_unref(t->held[i]);
    ml_mem_free(t->mem, t, t->size);
}

static char *copy(Proc *p, char *at, Shared *owner, Value v)
{
    Obj *to = (Obj *)(void *)(at + sizeof owner);
    size_t n = ml_obj_size(v.o);
    if (v.tag == TAG_STR)
        ml_str_hash(v.s, p->heap->hash_key);     /* nobody may write it later */
    *(Shared **)(void *)at = owner;
    memcpy(to, v.o, n);
    to->flags = OF_SHARED | OF_COUNTED | OF_FROZEN;
    if (v.tag == TAG_FN)
        to->id = ml_heap_id(p->heap);
    if (to->kind == OBJ_LSTR)
        ((LStr *)(void *)to)->next = NULL;      /* the region holds its bytes */
    return at + sizeof owner + n;
}

Shared *ml_twin_new(Proc *p, Value *v)
{
    Survey s;
    Obj *to[MOST];
    if (!survey(&s, *v))
        return NULL;
    size_t head = sizeof(Twin) + s.nheld * sizeof(Shared *);
    Twin *t = ml_mem_zalloc(&p->vm->mem, head + s.size);
    if (!t)
        return NULL;
    *t = (Twin){ .h.free = twin_free, .mem = &p->vm->mem, .size = head + s.size, .nheld = s.nheld };
    ml_store(&t->h.refs, 1);
    for (unsigned i = 0; i < s.nheld; i++) {
        ml_shared_ref(s.held[i]);
        t->held[i] = s.held[i];
    }
    char *at = (char *)t + head;
    for (unsigned i = 0; i < s.n; i++) {
        to[i] = (Obj *)(void *)(at + sizeof(Shared *));
        at = copy(p, at, &t->h, s.v[i]);
    }
    for (unsigned i = 0; i < s.n; i++) {
        Fn *f = (Fn *)(void *)to[i];
        for (unsigned k = 0; s.v[i].tag == TAG_FN && k < ml_fn_nvalues(&f->h); k++)
            if (is_private(f->up[k]))
                f->up[k].o = to[find(&s, f->up[k])];
    }
    v->o = to[0];
    return &t->h;
}

/* --- comparing --- */

static bool same_text(Value a, Value b)
{
    return !ml_copy_is_marked(a.o) && !ml_copy_is_marked(b.o) && ml_str_equal(a.s, b.s);
}

bool ml_twin_is(Value v, Value twin, TwinPair *pair, void *ctx)
{
    struct { Value a, b; } todo[MOST_PAIRS];
    unsigned n = 1, done = 0;
    todo[0].a = v;
    todo[0].b = twin;
    while (done < n) {
        Value a = todo[done].a, b = todo[done].b;
        done++;
        if (a.tag != b.tag)
            return false;
        if (a.u == b.u || (a.tag == TAG_STR && same_text(a, b)))
            continue;
        if (a.tag != TAG_FN || ml_copy_is_marked(a.o) || is_shared(a.o) || a.f->proto != b.f->proto)
            return false;
        unsigned nups = ml_fn_nvalues(&a.f->h);
        if (n + nups > MOST_PAIRS)
            return false;
        for (unsigned k = 0; k < nups; k++, n++) {
            todo[n].a = a.f->up[k];
            todo[n].b = b.f->up[k];
        }
    }
    for (unsigned i = 0; pair && i < n; i++)
        if (todo[i].a.tag == TAG_FN && todo[i].a.u != todo[i].b.u && !ml_copy_is_marked(todo[i].a.o) &&
            !pair(ctx, todo[i].a.f, todo[i].b.f))
            return false;
    return true;
}
