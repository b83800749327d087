/*
 * plain.c - see plain.h. The shape is looked at first, table by table in the
 * order they are met; then all is copied, the tables in that order, so that
 * where a table goes is known as soon as it is met again.
 */
#include <string.h>

#include "vm/data/gc.h"
#include "vm/data/plain.h"

enum { ITEMS = 32, NODES = 16 };        /* of one table, at most */

static unsigned find(const Plain *c, const Tab *t)
{
    unsigned i = 0;
    while (i < c->n && c->tabs[i] != t)
        i++;
    return i;
}

static bool weigh_tab(Plain *c, const Tab *t)
{
    if (find(c, t) < c->n)
        return true;
    if (c->n == PLAIN_TABS)
        return false;
    c->tabs[c->n++] = t;
    return true;
}

/* What is not shared is copied, too, and who refers to it is no leaf. */
static inline bool weigh_object(Plain *c, Value v)
{
    if (v.o->flags & OF_SHARED)
        return !(v.o->flags & OF_COUNTED) && v.tag != TAG_FN;
    c->refers = true;
    if (v.tag == TAG_TAB)
        return weigh_tab(c, v.t);
    if (v.o->kind != OBJ_STR)
        return false;
    c->bytes += ml_str_size(v.s);
    return true;
}

static inline bool weigh_value(Plain *c, Value v)
{
    return !ml_is_heap(v) || weigh_object(c, v);
}

/* A table as a key has a new hash in the copy. */
static inline bool weigh_key(Plain *c, Value k)
{
    return !ml_is_heap(k) || (k.tag == TAG_STR && weigh_object(c, k));
}

static inline bool weigh_node(Plain *c, const Node *nd)
{
    if (!ml_is_nil(nd->val))
        return weigh_key(c, nd->key) && weigh_value(c, nd->val);
    c->refers |= ml_is_heap(nd->key);
    return true;
}

static bool is_plain(const Tab *t)
{
    return !t->h.b && !(t->h.flags & OF_FINAL) && t->asize <= ITEMS && t->mask < NODES &&
           (!t->meta || (t->meta->h.flags & (OF_SHARED | OF_COUNTED)) == OF_SHARED);
}

static bool weigh_parts(Plain *c, const Tab *t)
{
    if (!is_plain(t))
        return false;
    c->bytes += sizeof(Tab);
    if (t->arr) {
        c->bytes += sizeof(ArrObj) + t->asize * sizeof(Value);
        for (uint32_t i = 0; i < t->asize; i++)
            if (!weigh_value(c, t->arr[i]))
                return false;
    }
    if (ml_tab_has_nodes(t)) {
        c->bytes += sizeof(NodesObj) + (t->mask + 1) * sizeof(Node);
        for (uint32_t i = 0; i <= t->mask; i++)
            if (!weigh_node(c, &t->node[i]))
                return false;
    }
    return true;
}

static inline bool is_copied(Value v)
{
    return ml_is_heap(v) && ((v.o->flags & (OF_SHARED | OF_COUNTED)) != OF_SHARED || v.tag == TAG_FN);
}

bool ml_is_flat(const Tab *t)
{
    return t->asize <= FLAT_MOST && !ml_tab_has_nodes(t) && !t->meta && is_plain(t) && ml_are_flat(t->arr, t->asize);
}

bool ml_are_flat(const Value *v, uint32_t n)
{
    for (const Value *end = v + n; v < end; v++)
        if (is_copied(*v))
            return false;
    return true;
}

bool ml_plain_weigh(Plain *c, Value v)
{
    c->n = 0;
    c->bytes = 0;
    if (v.tag != TAG_TAB || (v.o->flags & OF_SHARED))
        return false;
    weigh_tab(c, v.t);
    for (unsigned i = 0; i < c->n; i++) {
        c->refers = false;
        if (!weigh_parts(c, c->tabs[i]))
            return false;
        c->is_leaf[i] = !c->refers;
    }
    return true;
}

/* Room for n bytes of the copy. */
static char *room(char **top, size_t n)
{
    char *at = *top;
    *top += (n + 7) & ~(size_t)7;
    return at;
}

static inline void copy_value(const Plain *c, Tab *tabs, Value *v, char **top)
{
    if (!ml_is_heap(*v) || (v->o->flags & OF_SHARED))
        return;
    if (v->tag == TAG_TAB) {
        v->t = &tabs[find(c, v->t)];
    } else {
        size_t n = ml_str_size(v->s);
        v->o = memcpy(room(top, n), v->o, n);
        v->o->flags = 0;
    }
}

static void copy_arr(const Plain *c, Tab *tabs, Tab *t, char **top)
{
    size_t n = sizeof(ArrObj) + t->asize * sizeof(Value);
    ArrObj *a = (ArrObj *)(void *)room(top, n);
    memcpy(a, (char *)t->arr - offsetof(ArrObj, v), n);
    a->h.flags = 0;
    t->arr = a->v;
    for (uint32_t i = 0; i < t->asize && !c->is_leaf[t - tabs]; i++)
        copy_value(c, tabs, &a->v[i], top);
}

static void copy_nodes(const Plain *c, Tab *tabs, Tab *t, char **top)
{
    size_t n = sizeof(NodesObj) + (t->mask + 1) * sizeof(Node);
    NodesObj *o = (NodesObj *)(void *)room(top, n);
    memcpy(o, (char *)t->node - offsetof(NodesObj, n), n);
    o->h.flags = 0;
    t->node = o->n;
    for (uint32_t i = 0; i <= t->mask && !c->is_leaf[t - tabs]; i++) {
        Node *nd = &o->n[i];
        if (!ml_is_nil(nd->val)) {
            copy_value(c, tabs, &nd->key, top);
            copy_value(c, tabs, &nd->val, top);
        } else if (ml_is_heap(nd->key)) {
            nd->key = (Value){ .u = nd->hash, .tag = TAG_INFO };
        }
    }
}

Value ml_plain_copy(const Plain *c, Heap *h, char *to)
{
    Tab *tabs = (Tab *)(void *)to;
    char *top = to + c->n * sizeof(Tab);
    for (unsigned i = 0; i < c->n; i++) {
        Tab *t = &tabs[i];
        memcpy(t, c->tabs[i], sizeof *t);
        t->h.id = ml_heap_id(h);
        t->h.flags = 0;
        if (t->arr)
            copy_arr(c, tabs, t, &top);
        if (ml_tab_has_nodes(t))
            copy_nodes(c, tabs, t, &top);
    }
    return ml_v_tab(tabs);
}

static void follow_all(Value *v, size_t n, size_t step, const char *to, const char *from, size_t size)
{
    for (; n > 0; n--, v = (Value *)(void *)((char *)v + step))
        ml_plain_follow(v, to, from, size);
}

void ml_plain_moved(char *to, const char *from, size_t n)
{
    ptrdiff_t by = to - from;
    for (char *at = to; at < to + n; at += ml_obj_size((Obj *)(void *)at)) {
        Obj *o = (Obj *)(void *)at;
        if (o->kind == OBJ_TAB) {
            Tab *t = (Tab *)(void *)o;
            if (t->arr)
                t->arr = (Value *)(void *)((char *)t->arr + by);
            if (ml_tab_has_nodes(t))
                t->node = (Node *)(void *)((char *)t->node + by);
        } else if (o->kind == OBJ_ARR) {
            ArrObj *a = (ArrObj *)(void *)o;
            follow_all(a->v, a->cap, sizeof(Value), to, from, n);
        } else if (o->kind == OBJ_NODES) {
            NodesObj *no = (NodesObj *)(void *)o;
            follow_all(&no->n->val, no->count, sizeof(Node), to, from, n);
            follow_all(&no->n->key, no->count, sizeof(Node), to, from, n);
        }
    }
}
