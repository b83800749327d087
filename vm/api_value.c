/*
 * api_value.c - between a host's messages and values of a heap.
 *
 * Both ways go over the tables in order of discovery, not of nesting: the
 * list of bodies is the work list, so depth costs no stack.
 */

#include <string.h>

#include "vm/api_in.h"
#include "vm/base/buf.h"
#include "vm/base/hash.h"

static const UdataType resource_type = { .name = "resource", .crosses = true };

/* --- values to a message --- */

typedef struct Seen {           /* table -> body; open addressing, at most half full */
    Tab    **key;
    Body   **val;
    size_t   cap, n;
} Seen;

typedef struct Taker {
    Vm      *vm;
    Proc    *p;
    MsgRoot *r;
    Seen     seen;
    Mem      mem;
} Taker;

static size_t place(const Seen *s, const Tab *t)
{
    uint64_t x = (uint64_t)(uintptr_t)t >> 4;
    size_t i = (size_t)(x * 0x9e3779b97f4a7c15ULL >> 20) & (s->cap - 1);
    while (s->key[i] && s->key[i] != t)
        i = (i + 1) & (s->cap - 1);
    return i;
}

static void seen_fini(Taker *k, Seen *s)
{
    ml_mem_free(&k->mem, s->key, s->cap * sizeof *s->key);
    ml_mem_free(&k->mem, s->val, s->cap * sizeof *s->val);
}

static bool seen_room(Taker *k)
{
    Seen *s = &k->seen;
    if (s->cap && s->n < s->cap / 2)
        return true;
    Seen new = { .cap = s->cap ? s->cap * 2 : 16, .n = s->n };
    new.key = ml_mem_zalloc(&k->mem, new.cap * sizeof *new.key);
    new.val = ml_mem_zalloc(&k->mem, new.cap * sizeof *new.val);
    if (!new.key || !new.val) {
        seen_fini(k, &new);
        return false;
    }
    for (size_t i = 0; i < s->cap; i++)
        if (s->key[i]) {
            size_t at = place(&new, s->key[i]);
            new.key[at] = s->key[i];
            new.val[at] = s->val[i];
        }
    seen_fini(k, s);
    *s = new;
    return true;
}

static bool in_positions(Value key, uint32_t narr)
{
    return ml_is_int(key) && key.i >= 1 && (uint64_t)key.i <= narr;
}

/* The body of a table, still empty; its mark is the table. */
static Body *body_of(Taker *k, Tab *t)
{
    if (k->p)
        t = ml_rtab(k->p, t);
    if (!seen_room(k))
        return NULL;
    size_t at = place(&k->seen, t);
    if (k->seen.key[at])
        return k->seen.val[at];
    Heap *h = k->p ? k->p->heap : &k->vm->shared;
    int64_t n = ml_tab_len(h, t);
    uint32_t narr = n > UINT32_MAX ? 0 : (uint32_t)n;
    size_t nhash = 0;
    uint64_t pos = 0;
    Value key, val;
    while (ml_tab_each(t, &pos, &key, &val))
        nhash += !in_positions(key, narr);
    Body *b = ml_api_body(k->r, narr, nhash);
    if (!b)
        return NULL;
    b->mark = t;
    k->seen.key[at] = t;
    k->seen.val[at] = b;
    k->seen.n++;
    return b;
}

static bool take_other(Taker *k, ml_msg *m, Value v)
{
    const char *name = ml_type_name(v);
    if (!ml_api_text(k->r, m, name, strlen(name)))
        return false;
    m->type = ML_T_OTHER;
    return true;
}

static bool take(Taker *k, ml_msg *m, Value v)
{
    switch (ml_tag(&v)) {
    case TAG_NIL:
        m->type = ML_T_NIL;
        return true;
    case TAG_FALSE:
    case TAG_TRUE:
        m->type = ML_T_BOOLEAN;
        m->i = ml_tag(&v) == TAG_TRUE;
        return true;
    case TAG_INT:
        m->type = ML_T_INTEGER;
        m->i = v.i;
        return true;
    case TAG_FLOAT:
        m->type = ML_T_FLOAT;
        m->n = v.n;
        return true;
    case TAG_PID:
    case TAG_REF:
        m->type = ml_is_pid(v) ? ML_T_PID : ML_T_REF;
        m->w[0] = v.u;
        m->w[1] = v.tag;
        return true;
    case TAG_STR:
        return ml_api_text(k->r, m, ml_str_data(v.s), v.s->len);
    case TAG_TAB:
        m->type = ML_T_TABLE;
        m->body = body_of(k, v.t);
        return m->body != NULL;
    case TAG_UDATA:
        if (v.d->type != &resource_type)
            return take_other(k, m, v);
        m->type = ML_T_RESOURCE;
        m->res = (Resource *)(void *)v.d->sh;
        return ml_api_hold(k->r, m->res);
    default:
        return take_other(k, m, v);
    }
}

static bool take_table(Taker *k, Body *b)
{
    Tab *t = b->mark;
    Heap *h = k->p ? k->p->heap : &k->vm->shared;
    b->mark = NULL;
    for (uint32_t i = 0; i < b->narr; i++)
        if (!take(k, &b->v[i], *ml_tab_index(h, t, (int64_t)i + 1)))
            return false;
    ml_msg *e = b->v + b->narr;
    uint64_t pos = 0;
    Value key, val;
    while (ml_tab_each(t, &pos, &key, &val)) {
        if (in_positions(key, b->narr))
            continue;
        if (!take(k, e, key) || !take(k, e + 1, val))
            return false;
        e += 2;
    }
    return true;
}

MsgRoot *ml_api_from(Vm *vm, Proc *p, const Value *v, size_t n, bool list)
{
    Taker k = { .vm = vm, .p = p, .r = ml_api_root_new() };
    ml_mem_init(&k.mem, NULL, NULL, 0);
    if (!k.r)
        return NULL;
    bool ok = true;
    Body *first = NULL;
    if (list) {
        first = ml_api_body(k.r, n, 0);
        ok = first != NULL;
        for (size_t i = 0; ok && i < n; i++)
            ok = take(&k, &first->v[i], v[i]);
        k.r->v.type = ML_T_LIST;
        k.r->v.body = first;
    } else {
        ok = take(&k, &k.r->v, *v);
    }
    for (Body *b = k.r->bodies; ok && b; b = b->next)
        if (b != first)
            ok = take_table(&k, b);
    seen_fini(&k, &k.seen);
    if (ok)
        return k.r;
    ml_api_root_free(k.r);
    return NULL;
}

/* --- a message to values --- */

static bool is_shared(const Heap *h) { return h->owner == NULL && h == &h->vm->shared; }

static Value give(Heap *h, const ml_msg *m)
{
    switch ((ml_kind)m->type) {
    case ML_T_NIL:
        return ml_v_nil();
    case ML_T_BOOLEAN:
        return ml_v_bool(m->i != 0);
    case ML_T_INTEGER:
        return ml_v_int(m->i);
    case ML_T_FLOAT:
        return ml_v_float(m->n);
    case ML_T_PID:
        return ml_api_pid_value(m->w);
    case ML_T_REF:
        return ml_api_ref_value(m->w);
    case ML_T_STRING:
    case ML_T_OTHER: {
        Str *s = is_shared(h) ? ml_symbol(h->symtab, m->s, m->len) : ml_str_new(h, m->s, m->len);
        return s ? ml_v_str(s) : ml_v_nil();
    }
    case ML_T_TABLE:
    case ML_T_LIST:
        return ml_v_tab(m->body->mark);
    case ML_T_RESOURCE:
        if (is_shared(h))
            return ml_v_nil();
        ml_shared_ref(&m->res->h);
        return ml_v_udata(ml_udata_new(h, &resource_type, 0, &m->res->h));
    }
    return ml_v_nil();
}

static bool is_key(Value k)
{
    return !ml_is_nil(k) && !(ml_is_float(k) && k.n != k.n);
}

Value ml_api_to(Heap *h, MsgRoot *r, const ml_msg *m)
{
    for (Body *b = r->bodies; b; b = b->next)
        b->mark = ml_tab_new(h, b->narr, b->nhash);
    for (Body *b = r->bodies; b; b = b->next) {
        Tab *t = b->mark;
        for (uint32_t i = 0; i < b->narr; i++)
            ml_tab_setint(h, t, (int64_t)i + 1, give(h, &b->v[i]));
        const ml_msg *e = b->v + b->narr;
        for (uint32_t i = 0; i < b->nhash; i++, e += 2) {
            Value key = give(h, e);
            if (is_key(key))
                ml_tab_set(h, t, key, give(h, e + 1));
        }
    }
    Value v = give(h, m);
    for (Body *b = r->bodies; b; b = b->next) {
        if (is_shared(h))
            ((Tab *)b->mark)->h.flags |= OF_SHARED | OF_COW;
        b->mark = NULL;
    }
    return v;
}
