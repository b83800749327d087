/*
 * inherit.c - what a child gets of functions that debug has changed.
 *
 * The changes lie in tables beside the functions (rebind.c). Those of a
 * function that is copied for the child are copied after it; they may lead to
 * other functions that are changed, so the tables are gone through until
 * nothing new is found. While the copier is at work, an object that was
 * copied shows it by its header.
 */
#include "vm/data/copy.h"
#include "vm/proc/vm.h"
#include "vm/run/rebind.h"

typedef bool IsMet(void *ctx, const Image *im, const Proto *pt);

static bool is_copied(const Obj *o) { return (*(const uint64_t *)(const void *)o & 1) == 0; }

static bool is_known(const Inherit *to, Value key)
{
    for (uint32_t i = 0; i < to->n; i++)
        if (to->v[i * 3].u == key.u)
            return true;
    return false;
}

/* An entry: the key as it is here, the copies of key and value. */
static bool add(Proc *p, Copier *cp, Inherit *to, Value key, Value v)
{
    if (to->n == to->cap) {
        uint32_t cap = to->cap ? to->cap * 2 : 4;
        enum { EACH = 3 * sizeof(Value) };
        Value *more = ml_mem_realloc(&p->vm->mem, to->v, to->cap * EACH, cap * EACH);
        if (!more) {
            cp->oom = true;
            return false;
        }
        to->v = more;
        to->cap = cap;
    }
    Value *e = &to->v[3 * to->n++];
    e[0] = e[1] = key;
    e[2] = v;
    return ml_copy_root(cp, &e[1], 0) && ml_copy_root(cp, &e[2], 0);
}

static bool is_wanted(const Inherit *to, Value key, bool text, IsMet *is_met, void *ctx)
{
    if (is_known(to, key))
        return false;
    if (is_copied(key.o))
        return true;
    const Proto *pt = key.f->proto;
    return (key.o->flags & OF_SHARED) && is_met(ctx, text ? pt->image : NULL, pt);
}

static bool copy_table(Proc *p, Copier *cp, const Tab *t, bool text, IsMet *is_met, void *ctx, Inherit *to)
{
    Value k, v;
    if (!t)
        return true;
    for (uint64_t pos = 0; ml_tab_each(t, &pos, &k, &v);)
        if (is_wanted(to, k, text, is_met, ctx) && !add(p, cp, to, k, v))
            return false;
    return true;
}

bool ml_inherit_copy(Proc *p, Copier *cp, IsMet *is_met, void *ctx, Inherit *to)
{
    for (uint32_t before = UINT32_MAX; before != to->n;) {
        before = to->n;
        if (!copy_table(p, cp, p->own->cells, true, is_met, ctx, to) ||
            !copy_table(p, cp, p->own->rebound, false, is_met, ctx, to))
            return false;
    }
    return true;
}

void ml_inherit_give(Proc *child, const Inherit *from)
{
    Heap *h = child->heap;
    for (uint32_t i = 0; i < from->n; i++) {
        const Value *e = &from->v[3 * i];
        Tab **t = e[2].tag == TAG_BOX ? &child->own->cells : &child->own->rebound;
        ml_tab_set(h, ml_rebind_table(h, t), e[1], e[2]);
    }
}

void ml_inherit_fini(Proc *p, Inherit *i)
{
    ml_mem_free(&p->vm->mem, i->v, i->cap * 3 * sizeof(Value));
}
