/*
 * gc_verify.c - in a build with checks: after a collection no old object refers
 * to a young one. If one does, the store that did it was not noted (old.h).
 */
#include "vm/base/check.h"
#include "vm/data/fn.h"
#include "vm/data/gc_in.h"

#ifdef ML_CHECKS
enum { VERIFY_MOST = 128 * 1024 };      /* bytes: larger heaps only now and then */

static void check_obj(const Old *old, const Obj *o)
{
    if (!o || ((const char *)o >= old->block && (const char *)o < old->top))
        return;
    ML_CHECK(o->flags & (OF_SHARED | OF_LARGE));
    ML_CHECK((o->flags & OF_SHARED) || (o->flags & OF_OLD));
}

static void check_values(const Old *old, const Value *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (ml_is_heap(v[i]))
            check_obj(old, v[i].o);
}

static void check_nodes(const Old *old, const Node *n, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check_values(old, &n[i].key, 1);
        check_values(old, &n[i].val, 1);
    }
}

/* Its parts are looked at here: those it has no more may hold anything. */
static void check_tab(const Old *old, const Tab *t)
{
    check_obj(old, t->meta ? &t->meta->h : NULL);
    if (t->arr) {
        check_obj(old, (const Obj *)(const void *)((const char *)t->arr - offsetof(ArrObj, v)));
        check_values(old, t->arr, t->asize);
    }
    if (ml_tab_has_nodes(t)) {
        check_obj(old, (const Obj *)(const void *)((const char *)t->node - offsetof(NodesObj, n)));
        check_nodes(old, t->node, t->mask + (size_t)1);
    }
}

static void check_coro(const Old *old, const Coro *c)
{
    check_values(old, &c->err, 1);
    check_obj(old, c->stk ? &c->stk->h : NULL);
    check_obj(old, (const Obj *)(const void *)c->tbc);
    check_obj(old, (const Obj *)(const void *)c->resumer);
}

static void check_inside(const Old *old, const Obj *o)
{
    const void *p = o;
    switch (o->kind) {
    case OBJ_TAB:   check_tab(old, p); break;
    case OBJ_STACK: check_values(old, ((const Stack *)p)->v, ((const Stack *)p)->used); break;
    case OBJ_FN:    check_values(old, ((const Fn *)p)->up, ml_fn_nvalues(o)); break;
    case OBJ_BOX:   check_values(old, &((const Box *)p)->v, 1); break;
    case OBJ_CORO:  check_coro(old, p); break;
    case OBJ_UDATA: check_obj(old, ((const Udata *)p)->meta ? &((const Udata *)p)->meta->h : NULL); break;
    case OBJ_TBC:   check_obj(old, (const Obj *)(const void *)((const Tbc *)p)->prev); break;
    default:        break;
    }
}

void ml_gc_verify(const Heap *h)
{
    const Old *old = h->old;
    if (!old || (ml_old_used(h) > VERIFY_MOST && h->epoch % 8))
        return;
    for (const char *at = old->block; at < old->top;) {
        const Obj *o = (const Obj *)(const void *)at;
        check_inside(old, o);
        at += ml_obj_size(o);
    }
}
#else
void ml_gc_verify(const Heap *h) { (void)h; }
#endif
