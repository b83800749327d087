/*
 * overlay.c - what a process has of its own behind what is shared.
 *
 * The tables of the library and of shared modules, the variables that functions
 * of these modules have captured and assign to, and the image of globals are for
 * all processes. Who writes to one gets a copy at that moment, its overlay, and
 * from then on every access of that process finds the copy:
 *
 *     table of the library (OF_COW) --overlays--> table of the process
 *     captured variable (OF_SHARED) --overlays--> box of the process
 *     globals: p->globals is replaced
 *
 * A process that writes to none has no map of them, and pays a look at a flag. A
 * child may begin with the map of its parent, shared in turn (env.c).
 */
#include "vm/base/check.h"
#include "vm/run/overlay.h"
#include "vm/run/slow.h"
#include "vm/run/trial.h"
#include "vm/proc/vm.h"

Tab *ml_rtab(Proc *p, Tab *t)
{
    if (ML_LIKELY(!(t->h.flags & OF_COW) || !ml_is_overlaid(p, t)))
        return t;
    if (t->h.flags & OF_GLOBALS) {
        if (ML_UNLIKELY(p->own->trial))
            ml_trial_spoil(p);          /* as a table: any global may be asked for */
        return p->globals;
    }
    if (ML_UNLIKELY(p->own->trial))
        ml_trial_reads(p, &t->h);
    const Value *v = ml_tab_get(p->heap, p->own->overlays, ml_v_tab(t));
    return v->tag == TAG_TAB ? v->t : t;
}

/* The map of overlays, of the process alone: it may share that of its parent. */
static Tab *own_overlays(Proc *p)
{
    Tab *o = p->own->overlays;
    Value k, v;
    if (o && !(o->h.flags & OF_SHARED))
        return o;
    if (p->own->trial)
        ml_trial_spoil(p);
    p->own->overlays = ml_tab_new(p->heap, 0, 4);
    for (uint64_t pos = 0; o && ml_tab_each(o, &pos, &k, &v);)
        ml_tab_set(p->heap, p->own->overlays, k, v);
    return p->own->overlays;
}

static Tab *copy_table(Heap *h, const Tab *t)
{
    Tab *own = ml_tab_new(h, t->asize, ml_tab_has_nodes(t) ? t->mask + 1 : 0);
    Value k, v;
    for (uint64_t pos = 0; ml_tab_each(t, &pos, &k, &v);)
        ml_tab_set(h, own, k, v);
    own->meta = t->meta;
    own->h.b = t->h.b;
    return own;
}

/* A register: replaced, not redirected. */
static Tab *own_globals(Proc *p)
{
    Heap *h = p->heap;
    if (!(p->globals->h.flags & OF_SHARED))
        return p->globals;
    if (p->own->trial)
        ml_trial_spoil(p);
    Tab *own = copy_table(h, p->globals);
    ml_tab_setstr(h, own, ml_sym(p->vm, "_G"), ml_v_tab(own));
    p->globals = own;
    if (!p->own->overlays)
        p->own->overlays = p->vm->no_overlays;
    return own;
}

Tab *ml_own_table(Proc *p, Tab *t)
{
    if (ML_LIKELY(!(t->h.flags & OF_SHARED)))
        return t;
    if (!(t->h.flags & OF_COW))
        return NULL;
    if (t->h.flags & OF_GLOBALS)
        return own_globals(p);
    Tab *own = ml_rtab(p, t);
    if (!(own->h.flags & OF_SHARED))
        return own;
    own = copy_table(p->heap, own);
    ml_store_relaxed(&t->is_overlaid, true);
    ml_tab_set(p->heap, own_overlays(p), ml_v_tab(t), ml_v_tab(own));
    return own;
}

void ml_own_globals(Proc *p)
{
    Heap *h = p->heap;
    Tab *g = ml_own_table(p, p->globals);
    Value package = *ml_tab_gets(h, g, "package");
    if (package.tag != TAG_TAB)
        return;
    Value loaded = *ml_tab_gets(h, ml_rtab(p, package.t), "loaded");
    Tab *own = loaded.tag == TAG_TAB ? ml_own_table(p, loaded.t) : NULL;
    if (own)
        ml_tab_sets(h, own, "_G", ml_v_tab(g));
}

Tab *ml_wtab(Nat *n, Tab *t)
{
    Tab *own = ml_own_table(n->p, t);
    if (!own)
        ml_error(n, "attempt to modify a frozen table");
    return own;
}

/* --- captured variables --- */

Box *ml_rbox(Proc *p, Box *b)
{
    if (!(b->h.flags & OF_SHARED) || !p->own->overlays)
        return b;
    if (ML_UNLIKELY(p->own->trial))
        ml_trial_reads(p, &b->h);
    const Value *v = ml_tab_get(p->heap, p->own->overlays, (Value){ .b = b, .tag = TAG_BOX });
    return v->tag == TAG_BOX ? v->b : b;
}

Box *ml_wbox(Proc *p, Box *b)
{
    Box *was = ml_rbox(p, b);
    if (!(was->h.flags & OF_SHARED))
        return was;
    Box *own = (Box *)(void *)ml_heap_alloc(p->heap, sizeof *own, OBJ_BOX);
    own->v = was->v;
    ml_tab_set(p->heap, own_overlays(p), (Value){ .b = b, .tag = TAG_BOX }, (Value){ .b = own, .tag = TAG_BOX });
    return own;
}
