/*
 * heap.c - where the objects of one process live: room, and what is outside.
 *
 *   block   [objects........|block_top                ]
 *   frags   [Frag|objects...|top         end]  <- being filled: always the first
 *             |
 *             v
 *           [Frag|objects..................]   <- full, or came with a message
 *
 * Which of the two cases holds is seen at `end`: it is the end of the block
 * while the block is being filled. An object that is too big for the rest of a
 * fragment may get one of its own behind the first, so that the rest stays in
 * use. The collector replaces block and fragments by a new block and needs to
 * know nothing of this.
 *
 * Handles are objects that own something outside the heap: long strings their
 * blob, userdata a native resource. They are linked, so that the end of the
 * process finds them without looking at any other object, alive or not.
 */

#include "vm/data/quota.h"

#include <limits.h>
#include <string.h>

#include "vm/base/check.h"
#include "vm/data/old.h"
#include "vm/data/str.h"
#include "vm/data/tab.h"

enum { FRAG_MIN = 1024 };

_Static_assert(sizeof(Frag) % 8 == 0, "objects begin aligned");

void ml_heap_start(Heap *h, Mem *mem, char *block, size_t size)
{
    h->mem = mem;
    h->block = h->block_top = h->top = block;
    h->block_size = size;
    h->end = block ? block + size : NULL;
    h->want_gc = h->gc_stopped = false;
    h->stress = 0;
    h->epoch = 0;
    h->next_id = 1;
    h->frags = NULL;
    h->frag_bytes = 0;
    h->large = NULL;
    h->large_live = 0;
    h->gc = NULL;
    h->old = NULL;
    h->split = NULL;
    h->puts_off = false;
    h->handles = NULL;
    h->handle_bytes = 0;
    h->handle_goal = HEAP_GOAL;
    h->holds = NULL;
    h->hold_index = NULL;
    h->nholds = h->hold_slots = 0;
    h->finals = NULL;
    h->ending = false;
    h->live = h->live_outside = h->mail_bytes = 0;
    h->quota = NULL;
}

bool ml_heap_init(Heap *h, Mem *mem, size_t size)
{
    size = (size + 7) & ~(size_t)7;
    char *block = ml_mem_alloc(mem, size);
    if (block)
        ml_heap_start(h, mem, block, size);
    return block != NULL;
}

/* The header may have made place for the address of a copy, if the process is
 * ended while one is being made: of a message, say. */
static const Obj *header_of(const Obj *o)
{
    uint64_t word = *(const uint64_t *)(const void *)o;
    return word & 1 ? o : (const Obj *)(uintptr_t)word;
}

static Obj *drop_handle(Obj *o, bool destroy)
{
    const Obj *head = header_of(o);
    if (head->kind == OBJ_LSTR) {
        LStr *s = (LStr *)(void *)o;
        Obj *next = s->next;
        ml_shared_unref(&s->blob->h);
        return next;
    }
    ML_CHECK(head->kind == OBJ_UDATA);
    Udata *u = (Udata *)(void *)o;
    Obj *next = u->next;
    if (destroy && u->type && u->type->fini)
        u->type->fini(u->data);
    if (u->sh)
        ml_shared_unref(u->sh);
    return next;
}

static bool drop_handles(Obj **list, bool destroy, int *budget)
{
    for (; *list && *budget > 0; --*budget)
        *list = drop_handle(*list, destroy);
    return !*list;
}

static bool drop_holds(Mem *mem, Hold **list, int *budget)
{
    for (; *list && *budget > 0; --*budget) {
        Hold *k = *list;
        *list = k->next;
        if (k->sh)
            ml_shared_unref(k->sh);
        ml_mem_free(mem, k, sizeof *k);
    }
    return !*list;
}

static bool drop_frags(Mem *mem, Frag **list, int *budget)
{
    for (; *list && *budget > 0; --*budget) {
        Frag *f = *list;
        *list = f->next;
        ml_mem_free(mem, f, f->size);
    }
    return !*list;
}

/* Handles first: they lie in the fragments. */
bool ml_heap_drop_some(Mem *mem, Obj **handles, Hold **holds, Frag **frags, int *budget)
{
    return drop_handles(handles, false, budget) && drop_holds(mem, holds, budget) && drop_frags(mem, frags, budget);
}

void ml_heap_drop(Mem *mem, Obj *handles, Hold *holds, Frag *frags)
{
    int all = INT_MAX;
    while (!ml_heap_drop_some(mem, &handles, &holds, &frags, &all))
        all = INT_MAX;
}

bool ml_heap_end_handles_some(Obj **list, int *budget)
{
    return drop_handles(list, true, budget);
}

void ml_heap_end_handles(Obj *list)
{
    while (list)
        list = drop_handle(list, true);
}

/* What is held for old objects, but for their block. */
static bool end_old_some(Heap *h, int *budget)
{
    Old *old = h->old;
    Frag *large = old->large ? &old->large->frag : NULL;
    bool over = drop_handles(&old->handles, true, budget) && drop_frags(h->mem, &large, budget);
    old->large = (Large *)(void *)large;
    return over;
}

bool ml_heap_fini_some(Heap *h, int *budget)
{
    if (h->old && !end_old_some(h, budget))
        return false;
    if (!h->handles && !h->holds && !h->frags && !h->large)
        return true;
    Frag *large = h->large ? &h->large->frag : NULL;
    bool over = drop_handles(&h->handles, true, budget) && drop_holds(h->mem, &h->holds, budget) &&
                drop_frags(h->mem, &h->frags, budget) && drop_frags(h->mem, &large, budget);
    h->large = (Large *)(void *)large;
    return over;
}

void ml_heap_fini(Heap *h)
{
    int all = INT_MAX;
    while (!ml_heap_fini_some(h, &all))
        all = INT_MAX;
    ml_tab_forget_split(h);
    ml_heap_forget_index(h);
    h->nholds = 0;
    if (h->old) {
        ml_mem_free(h->mem, h->old->block, (size_t)(h->old->end - h->old->block));
        ml_old_free(h);
    }
    ml_mem_free(h->mem, h->block, h->block_size);
    h->block = h->block_top = h->top = h->end = NULL;
    h->block_size = h->frag_bytes = h->handle_bytes = 0;
}

/* Behind the fragment that is being filled, if one is. */
static void link_frag(Heap *h, Frag *f)
{
    Frag **at = ml_heap_in_block(h) ? &h->frags : &h->frags->next;
    f->next = *at;
    *at = f;
    h->frag_bytes += f->size;
}

/* From now on objects go into f. */
static void fill_frag(Heap *h, Frag *f)
{
    if (ml_heap_in_block(h))
        h->block_top = h->top;
    else
        h->frags->top = h->top;
    f->next = h->frags;
    h->frags = f;
    h->frag_bytes += f->size;
    h->top = f->top;
    h->end = ml_frag_end(f);
}

static Frag *new_frag(Heap *h, size_t size)
{
    Frag *f = ml_mem_alloc(h->mem, sizeof *f + size);
    if (!f)
        return NULL;
    f->next = NULL;
    f->size = sizeof *f + size;
    f->top = (char *)(f + 1);
    return f;
}

/* Sizes grow with what is there, so that a long step of a native makes few
 * fragments. */
static size_t frag_room(const Heap *h)
{
    size_t n = (h->block_size + h->frag_bytes) / 2;
    return ((n < FRAG_MIN ? FRAG_MIN : n) + 7) & ~(size_t)7;
}

static Obj *bump(Heap *h, size_t size, unsigned kind)
{
    Obj *o = (Obj *)(void *)h->top;
    h->top += size;
    *(uint64_t *)(void *)o = kind;
    return o;
}

/* --- large objects --- */

Large *ml_large_new(Mem *mem, size_t size, bool zero)
{
    size_t all = sizeof(Large) + size;
    Large *l = zero ? ml_mem_zalloc(mem, all) : ml_mem_alloc(mem, all);
    if (!l)
        return NULL;
    *l = (Large){ .frag.size = all };
    return l;
}

void ml_large_push(Large **list, Large *l)
{
    l->prev = NULL;
    l->frag.next = *list ? &(*list)->frag : NULL;
    if (*list)
        (*list)->prev = l;
    *list = l;
}

void ml_large_link(Heap *h, Large *l)
{
    l->mark = h->epoch;
    ml_large_push(&h->large, l);
    ml_heap_charge(h, l->frag.size);
}

static bool may_take(Heap *h, size_t n) { return !h->quota || ml_quota_take_now(h, n); }

static Obj *alloc_large(Heap *h, size_t size, unsigned kind, bool zero)
{
    if (!may_take(h, sizeof(Large) + size))
        return NULL;
    Large *l = ml_large_new(h->mem, size, zero);
    if (!l)
        return NULL;
    Obj *o = ml_large_obj(l);
    *(uint64_t *)(void *)o = kind;
    o->flags = OF_LARGE;
    ml_large_link(h, l);
    return o;
}

Obj *ml_large_resize(Heap *h, Obj *o, size_t nsize)
{
    Large *l = ml_large_of(o), **first = h->old && h->old->large == l ? &h->old->large : &h->large;
    size_t was = l->frag.size, all = sizeof *l + ((nsize + 7) & ~(size_t)7);
    Large *to = NULL;
    if (all <= was)
        to = ml_mem_realloc(h->mem, l, was, all);
    else if (nsize <= PTRDIFF_MAX / 2 && may_take(h, all - was))
        to = ml_mem_zgrow(h->mem, l, was, all);
    if (!to)
        h->oom(h, all);
    to->frag.size = all;
    if (to->prev)
        to->prev->frag.next = &to->frag;
    else
        *first = to;
    if (to->frag.next)
        ((Large *)(void *)to->frag.next)->prev = to;
    if (h->old)
        ml_old_moved(h, o, ml_large_obj(to));
    h->handle_bytes -= was;
    ml_heap_charge(h, all);
    return ml_large_obj(to);
}

/* --- objects --- */

static Obj *alloc_alone(Heap *h, size_t size, unsigned kind)
{
    Frag *f = may_take(h, sizeof *f + size) ? new_frag(h, size) : NULL;
    if (!f)
        return NULL;
    Obj *o = (Obj *)(void *)f->top;
    f->top = ml_frag_end(f);
    link_frag(h, f);
    *(uint64_t *)(void *)o = kind;
    return o;
}

bool ml_heap_vm_has(const Heap *h, size_t n)
{
    size_t limit = h->mem->limit;
    if (!limit)
        return n <= PTRDIFF_MAX / 2;
    size_t out = ml_mem_used(h->mem);
    return n <= PTRDIFF_MAX / 2 && out <= limit && n <= limit - out;
}

static bool within_limit(const Heap *h, size_t n)
{
    return !h->quota || n <= ml_quota_room(h);
}

Obj *ml_heap_try(Heap *h, size_t size, unsigned kind)
{
    if (size > PTRDIFF_MAX / 2)
        return NULL;
    size = (size + 7) & ~(size_t)7;
    if (size < LARGE_MIN && (size_t)(h->end - h->top) >= size)
        return bump(h, size, kind);
    if (size >= LARGE_MIN)
        return alloc_large(h, size, kind, false);
    if (h->old || h->frag_bytes >= h->large_live / 2)
        h->want_gc |= WANT_GC;      /* large objects would be looked at, so not too often */
    size_t room = frag_room(h);
    bool has = size < room / 2 && (!h->quota || ml_quota_take(h, sizeof(Frag) + room));
    Frag *f = has ? new_frag(h, room) : NULL;
    if (!f)
        return alloc_alone(h, size, kind);
    fill_frag(h, f);
    return bump(h, size, kind);
}

Obj *ml_heap_alloc_any(Heap *h, size_t size, unsigned kind)
{
    Obj *o = ml_heap_try(h, size, kind);
    if (!o)
        h->oom(h, size);
    return o;
}

Obj *ml_heap_zalloc(Heap *h, size_t size, unsigned kind)
{
    size = (size + 7) & ~(size_t)7;
    if (size >= LARGE_MIN) {
        Obj *o = NULL;
        if (size <= PTRDIFF_MAX / 2)
            o = alloc_large(h, size, kind, true);
        if (!o)
            h->oom(h, size);
        return o;
    }
    Obj *o = ml_heap_alloc(h, size, kind);
    memset(o + 1, 0, size - sizeof *o);
    return o;
}

bool ml_heap_extend(Heap *h, void *obj, size_t osize, size_t nsize)
{
    osize = (osize + 7) & ~(size_t)7;
    nsize = (nsize + 7) & ~(size_t)7;
    char *base = ml_heap_in_block(h) ? h->block : (char *)(h->frags + 1);
    char *o = obj;
    if (o < base || o + osize != h->top ||
        (size_t)(h->end - h->top) < nsize - osize)
        return false;
    h->top += nsize - osize;
    return true;
}

size_t ml_heap_used(const Heap *h)
{
    size_t n = ml_old_used(h) + h->frag_bytes + h->handle_bytes;
    if (ml_heap_in_block(h))
        return n + (size_t)(h->top - h->block);
    return n + (size_t)(h->block_top - h->block) - (size_t)(h->end - h->top);
}

bool ml_heap_fits(const Heap *h, size_t n)
{
    return ml_heap_vm_has(h, n) && within_limit(h, n);
}

bool ml_heap_may(Heap *h, size_t n)
{
    if (!within_limit(h, n)) {
        ml_quota_refuse(h, n);
        h->oom(h, n);
    }
    return ml_heap_vm_has(h, n);
}

size_t ml_heap_outside(const Obj *o, const Hold *k)
{
    size_t n = 0;
    while (o) {
        if (o->kind == OBJ_LSTR) {
            const LStr *s = (const LStr *)(const void *)o;
            n += s->blob->h.bytes;
            o = s->next;
        } else {
            const Udata *u = (const Udata *)(const void *)o;
            n += u->sh ? u->sh->bytes : 0;
            o = u->next;
        }
    }
    for (; k; k = k->next)
        n += k->sh ? k->sh->bytes : 0;
    return n;
}

static Obj **charge_handle(Heap *h, Obj *o)
{
    if (o->kind == OBJ_LSTR) {
        LStr *s = (LStr *)(void *)o;
        ml_heap_charge(h, s->blob->h.bytes);
        return &s->next;
    }
    Udata *u = (Udata *)(void *)o;
    if (u->sh)
        ml_heap_charge(h, u->sh->bytes);
    return &u->next;
}

void ml_heap_take(Heap *h, Obj *handles, Hold *holds)
{
    Obj **end = &handles;
    while (*end)
        end = charge_handle(h, *end);
    *end = h->handles;
    h->handles = handles;
    ml_heap_take_holds(h, holds);
}

void ml_heap_adopt(Heap *h, Frag *f)
{
    if (!f->top) {
        ml_large_link(h, (Large *)(void *)f);
        return;
    }
    link_frag(h, f);
    if (h->frag_bytes > h->block_size + FRAG_MIN && (h->old || h->frag_bytes >= h->large_live / 2))
        h->want_gc |= WANT_GC;
}

void *ml_heap_raw(Heap *h, size_t n, Obj **obj)
{
    if (n > PTRDIFF_MAX / 4)
        h->oom(h, n);
    Raw *r = (Raw *)(void *)ml_heap_alloc_any(h, sizeof *r + n, OBJ_RAW);
    r->size = n;
    if (obj)
        *obj = &r->h;
    return r->data;
}

Udata *ml_udata_new(Heap *h, const UdataType *type, size_t size, Shared *sh)
{
    Udata *u = NULL;
    if (size <= PTRDIFF_MAX / 4)
        u = (Udata *)(void *)ml_heap_try(h, sizeof *u + size, OBJ_UDATA);
    if (!u) {
        if (sh)
            ml_shared_unref(sh);
        h->oom(h, size);
    }
    u->h.id = ml_heap_id(h);
    u->size = size;
    u->type = type;
    u->sh = sh;
    u->next = NULL;
    u->meta = NULL;
    memset(u->data, 0, size);
    if (sh || (type && type->fini)) {
        u->next = h->handles;
        h->handles = &u->h;
    }
    if (sh)
        ml_heap_charge(h, sh->bytes);
    return u;
}
