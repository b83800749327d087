#ifndef ML_FIELD_H
#define ML_FIELD_H

#include "vm/data/tab.h"
#include "vm/proc/vm.h"
#include "vm/run/overlay.h"

/*
 * field.h - how the interpreter finds fields: t.name, methods and globals. The symbol
 * is a constant, so its hash is known and an equal key is the same object. Nothing here
 * allocates or raises. Owner of the process.
 */

/* The table behind a library table that the process p has changed. */
#define OVERLAY(t)                                                             \
    do {                                                                       \
        if (ML_UNLIKELY((t)->h.flags & OF_COW) && ml_is_overlaid(p, t))        \
            (t) = ml_rtab(p, (t));                                             \
    } while (0)

static const Value ml_absent;

/* A chain that ends without a key of this hash does not have the symbol, if
 * all keys of the table are in it. */
static inline const Value *ml_field(Heap *h, const Tab *t, Str *k)
{
    const Node *n = &t->node[k->h.id & t->mask];
    while (ML_UNLIKELY(n->key.s != k || n->key.tag != TAG_STR)) {
        if (ML_UNLIKELY(n->hash == k->h.id || h->split))
            return ml_tab_getstr(h, t, k);
        if (n->next == 0)
            return &ml_absent;
        n += n->next;
    }
    return &n->val;
}

/* A field that what has this metatable, or none, does not have itself: along tables
 * in __index, as classes have them. NULL: look closer. */
static __attribute__((noinline)) const Value *ml_field_inherited(Proc *p, Tab *meta, Str *k)
{
    enum { STEPS = 8 };
    Heap *h = p->heap;
    Str *index = h->vm->mm[MM_INDEX];
    for (int i = 0; i < STEPS && meta; i++) {
        Tab *m = meta;
        OVERLAY(m);
        const Value *ix = ml_field(h, m, index);
        if (ml_is_nil(*ix))
            return ix;
        if (ix->tag != TAG_TAB)
            return NULL;
        m = ix->t;
        OVERLAY(m);
        const Value *v = ml_field(h, m, k);
        if (!ml_is_nil(*v))
            return v;
        meta = m->meta;
    }
    return meta ? NULL : &ml_absent;
}

/* A method of strings, whose metatable is the VM's. NULL: look closer. */
static inline const Value *ml_field_of_strings(Proc *p, Str *k)
{
    Tab *strings = p->vm->strings;
    if (ML_LIKELY(strings && !ml_is_overlaid(p, p->vm->strmeta))) {
        OVERLAY(strings);
        const Value *v = ml_field(p->heap, strings, k);
        if (ML_LIKELY(!ml_is_nil(*v)))
            return v;
    }
    return ml_field_inherited(p, p->vm->strmeta, k);
}

/* Where a field that has a value is; NULL: look closer. */
static inline Value *ml_field_to_set(const Tab *t, const Str *k)
{
    Node *n = &t->node[k->h.id & t->mask];
    while (ML_UNLIKELY(n->key.s != k || n->key.tag != TAG_STR)) {
        if (n->next == 0)
            return NULL;
        n += n->next;
    }
    return ml_is_nil(n->val) ? NULL : &n->val;
}

#endif
