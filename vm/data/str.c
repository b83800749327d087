/*
 * str.c - strings in a heap, and the symbols of a VM.
 *
 * The symbol table is an open-addressing array that only grows. Readers take
 * no lock: a slot goes from empty to its symbol once, hash first, and never
 * changes again. A full array is replaced by a copy of twice the size; the
 * old one stays until the VM ends, since a reader may still be in it. Who
 * reads an old array can miss a symbol that is being made at this moment,
 * never see a wrong one; the maker looks again under the lock.
 *
 *     arr --> [s|hash][ ][s|hash]...     512, 1024, 2048 ... slots
 *      |old
 *      v
 *     [...]
 */

#include "vm/data/str.h"

#include <stdio.h>
#include <string.h>

#include "vm/base/arena.h"
#include "vm/base/check.h"
#include "vm/base/hash.h"
#include "vm/data/quota.h"

/* --- text --- */

uint32_t ml_str_hash_slow(Str *s, uint64_t key)
{
    uint32_t hash = ml_hash_bytes(ml_str_data(s), s->len, key);
    if (!(s->h.flags & OF_SHARED))      /* others may be reading it */
        s->h.id = hash;
    return hash;
}

bool ml_str_equal(const Str *a, const Str *b)
{
    if (a == b)
        return true;
    if (a->len != b->len || (a->h.flags & b->h.flags & OF_SYMBOL))
        return false;
    if (a->h.id != b->h.id && a->h.id && b->h.id)
        return false;
    const char *s = ml_str_data(a), *t = ml_str_data(b);
    return s == t || ml_same_bytes(s, t, a->len);
}

int ml_str_cmp(const Str *a, const Str *b)
{
    size_t n = a->len < b->len ? a->len : b->len;
    int c = memcmp(ml_str_data(a), ml_str_data(b), n);
    return c ? c : (a->len > b->len) - (a->len < b->len);
}

/* --- in a heap --- */

static void free_blob(Shared *s)
{
    Blob *b = (Blob *)(void *)s;
    ml_mem_free(b->mem, b, sizeof *b + b->len + 1);
}

Blob *ml_blob_new(Mem *mem, size_t n)
{
    if (n > PTRDIFF_MAX / 4)
        return NULL;
    Blob *b = ml_mem_alloc(mem, sizeof *b + n + 1);
    if (!b)
        return NULL;
    atomic_init(&b->h.refs, 1);
    b->h.bytes = sizeof *b + n + 1;
    b->h.free = free_blob;
    b->mem = mem;
    b->len = n;
    b->data[n] = 0;
    return b;
}

static Str *short_room(Heap *h, size_t n)
{
    Str *s = (Str *)(void *)ml_heap_alloc(h, sizeof *s + n + 1, OBJ_STR);
    s->len = n;
    s->data[n] = 0;
    return s;
}

static Str *link_long(Heap *h, LStr *s, Blob *b)
{
    s->len = b->len;
    s->blob = b;
    s->next = h->handles;
    h->handles = &s->h;
    ml_heap_charge(h, b->h.bytes);
    return (Str *)(void *)s;
}

Str *ml_str_room(Heap *h, size_t n, char **data)
{
    if (n < STR_LONG) {
        Str *s = short_room(h, n);
        *data = s->data;
        return s;
    }
    /* the object first: if there is no room for it, no blob is lost */
    LStr *s = (LStr *)(void *)ml_heap_alloc(h, sizeof *s, OBJ_LSTR);
    bool may = n <= PTRDIFF_MAX / 4 && (!h->quota || ml_quota_take_now(h, sizeof(Blob) + n + 1));
    Blob *b = may ? ml_blob_new(h->mem, n) : NULL;
    if (!b)
        h->oom(h, n);
    *data = b->data;
    return link_long(h, s, b);
}

/* 2 to 16 bytes, from both ends: less than a call takes. */
static inline void copy_few(char *to, const char *s, size_t n)
{
    if (n >= 8) {
        uint64_t a, b;
        memcpy(&a, s, 8);
        memcpy(&b, s + n - 8, 8);
        memcpy(to, &a, 8);
        memcpy(to + n - 8, &b, 8);
    } else if (n >= 4) {
        uint32_t a, b;
        memcpy(&a, s, 4);
        memcpy(&b, s + n - 4, 4);
        memcpy(to, &a, 4);
        memcpy(to + n - 4, &b, 4);
    } else {
        uint16_t a, b;
        memcpy(&a, s, 2);
        memcpy(&b, s + n - 2, 2);
        memcpy(to, &a, 2);
        memcpy(to + n - 2, &b, 2);
    }
}

Str *ml_str_new(Heap *h, const char *s, size_t n)
{
    char *data;
    if (n <= 1)
        return n ? ml_symbol_byte(h->symtab, *s) : ml_symbol_empty(h->symtab);
    if (n <= 16) {
        Str *few = short_room(h, n);
        copy_few(few->data, s, n);
        return few;
    }
    Str *str = ml_str_room(h, n, &data);
    memcpy(data, s, n);
    return str;
}

Str *ml_str_vfmt(Heap *h, const char *before, size_t n, const char *fmt, va_list ap)
{
    char few[512], *to;
    va_list first;
    va_copy(first, ap);
    int len = vsnprintf(few, sizeof few, fmt, first);
    va_end(first);
    size_t size = len > 0 ? (size_t)len : 0;
    Str *s = ml_str_room(h, n + size, &to);
    memcpy(to, before, n);
    if (size < sizeof few)
        memcpy(to + n, few, size);
    else
        vsnprintf(to + n, size + 1, fmt, ap);
    return s;
}

Str *ml_str_from_blob(Heap *h, Blob *b)
{
    bool inside = b->len < STR_LONG;
    size_t size = inside ? sizeof(Str) + b->len + 1 : sizeof(LStr);
    Obj *o = ml_heap_try(h, size, inside ? OBJ_STR : OBJ_LSTR);
    if (!o) {
        ml_shared_unref(&b->h);
        h->oom(h, size);
    }
    if (!inside)
        return link_long(h, (LStr *)(void *)o, b);
    Str *s = (Str *)(void *)o;
    s->len = b->len;
    memcpy(s->data, b->data, b->len + 1);
    ml_shared_unref(&b->h);
    return s;
}

/* --- symbols --- */

typedef struct Slot {
    _Atomic(Str *) sym;                 /* NULL: empty */
    uint32_t       hash;                /* written before sym */
} Slot;

typedef struct SlotArr {
    struct SlotArr *old;
    size_t          mask;
    Slot            slot[];
} SlotArr;

struct Symtab {
    _Atomic(SlotArr *) arr;
    _Atomic(size_t)    count;
    Lock               lock;            /* makers of symbols */
    Arena              arena;           /* the symbols */
    Mem               *mem;
    uint64_t           hash_key;
    Str               *empty, *byte[256];       /* texts of no and of one byte */
};

enum { FIRST_SLOTS = 512 };

static size_t arr_size(size_t slots)
{
    return sizeof(SlotArr) + slots * sizeof(Slot);
}

static SlotArr *new_arr(Mem *mem, size_t slots, SlotArr *old)
{
    SlotArr *a = ml_mem_zalloc(mem, arr_size(slots));
    if (!a)
        return NULL;
    a->mask = slots - 1;
    a->old = old;
    return a;
}

Symtab *ml_symtab_new(Mem *mem, uint64_t hash_key)
{
    Symtab *st = ml_mem_zalloc(mem, sizeof *st);
    if (!st)
        return NULL;
    SlotArr *a = new_arr(mem, FIRST_SLOTS, NULL);
    if (!a) {
        ml_mem_free(mem, st, sizeof *st);
        return NULL;
    }
    atomic_init(&st->arr, a);
    atomic_init(&st->count, 0);
    ml_lock_init(&st->lock);
    ml_arena_init(&st->arena, mem);
    st->mem = mem;
    st->hash_key = hash_key;
    bool ok = (st->empty = ml_symbol(st, "", 0)) != NULL;
    for (int c = 0; c < 256; c++)
        ok = ok && (st->byte[c] = ml_symbol(st, &(char){ (char)c }, 1));
    if (ok)
        return st;
    ml_symtab_free(st);
    return NULL;
}

void ml_symtab_free(Symtab *st)
{
    SlotArr *a = ml_load(&st->arr);
    while (a) {
        SlotArr *old = a->old;
        ml_mem_free(st->mem, a, arr_size(a->mask + 1));
        a = old;
    }
    ml_arena_fini(&st->arena);
    ml_lock_fini(&st->lock);
    ml_mem_free(st->mem, st, sizeof *st);
}

Str *ml_symbol_empty(const Symtab *st) { return st->empty; }
Str *ml_symbol_byte(const Symtab *st, char c) { return st->byte[(uint8_t)c]; }

Str *ml_symbol_find(Symtab *st, const char *s, size_t n, uint32_t hash)
{
    SlotArr *a = ml_load(&st->arr);
    for (size_t i = hash;; i++) {
        Slot *slot = &a->slot[i & a->mask];
        Str *sym = ml_load(&slot->sym);
        if (!sym)
            return NULL;
        if (slot->hash == hash && sym->len == n &&
            (n == 0 || memcmp(sym->data, s, n) == 0))
            return sym;
    }
}

static void put(SlotArr *a, Str *sym)
{
    size_t i = sym->h.id;
    while (ml_load(&a->slot[i & a->mask].sym))
        i++;
    Slot *slot = &a->slot[i & a->mask];
    slot->hash = sym->h.id;
    ml_store(&slot->sym, sym);
}

/* Keeps at least half of the slots empty. Under the lock. */
static bool grow(Symtab *st, SlotArr *a)
{
    if (ml_load(&st->count) < (a->mask + 1) / 2)
        return true;
    SlotArr *b = new_arr(st->mem, (a->mask + 1) * 2, a);
    if (!b)
        return false;
    for (size_t i = 0; i <= a->mask; i++) {
        Str *sym = ml_load(&a->slot[i].sym);
        if (sym)
            put(b, sym);
    }
    ml_store(&st->arr, b);
    return true;
}

static Str *make_symbol(Symtab *st, const char *s, size_t n, uint32_t hash)
{
    if (n > PTRDIFF_MAX / 4 || !grow(st, ml_load(&st->arr)))
        return NULL;
    Str *sym = ml_arena_alloc(&st->arena, sizeof *sym + n + 1);
    if (!sym)
        return NULL;
    sym->h = (Obj){ .kind = OBJ_STR, .flags = OF_SHARED | OF_SYMBOL, .id = hash };
    sym->len = n;
    if (n)
        memcpy(sym->data, s, n);
    put(ml_load(&st->arr), sym);
    ml_add(&st->count, 1);
    return sym;
}

Str *ml_symbol(Symtab *st, const char *s, size_t n)
{
    uint32_t hash = ml_hash_bytes(s, n, st->hash_key);
    Str *sym = ml_symbol_find(st, s, n, hash);
    if (sym)
        return sym;
    ml_lock(&st->lock);
    sym = ml_symbol_find(st, s, n, hash);
    if (!sym)
        sym = make_symbol(st, s, n, hash);
    ml_unlock(&st->lock);
    return sym;
}

size_t ml_symtab_count(Symtab *st)
{
    return ml_load(&st->count);
}
