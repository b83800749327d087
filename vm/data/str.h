#ifndef ML_STR_H
#define ML_STR_H

#include <stdarg.h>
#include <string.h>

#include "vm/base/mem.h"
#include "vm/base/thread.h"
#include "vm/data/shared.h"
#include "vm/data/value.h"

/*
 * str.h - strings. Three forms behind one type:
 *
 *   symbol       OBJ_STR, shared, one per VM and text: constants of code
 *   short        OBJ_STR in a process heap, bytes inside
 *   long         OBJ_LSTR in a process heap: 32 bytes that point to a counted
 *                blob, so that copying and sending it copies no bytes
 *
 * Bytes are always followed by a NUL that len does not count.
 */

enum { STR_LONG = 128 };                /* from this length on: a blob */

typedef struct Blob {
    Shared h;
    Mem   *mem;
    size_t len;
    char   data[];
} Blob;

struct Str {
    Obj    h;                           /* h.id: hash, 0 = not computed yet */
    size_t len;
    char   data[];                      /* OBJ_STR */
};

typedef struct LStr {
    Obj    h;
    size_t len;
    Blob  *blob;
    Obj   *next;                        /* list of handles of its heap */
} LStr;

static inline const char *ml_str_data(const Str *s)
{
    return s->h.kind == OBJ_STR ? s->data : ((const LStr *)(const void *)s)->blob->data;
}
static inline size_t ml_str_len(const Str *s) { return s->len; }
/* Bytes of a short one, or a symbol. */
static inline size_t ml_str_size(const Str *s) { return (sizeof(Str) + s->len + 1 + 7) & ~(size_t)7; }

uint32_t ml_str_hash_slow(Str *s, uint64_t key);
static inline uint32_t ml_str_hash(Str *s, uint64_t key)
{
    return s->h.id ? s->h.id : ml_str_hash_slow(s, key);
}

/* Texts of n bytes, without the call that memcmp is: keys and words are short. */
static inline bool ml_same_bytes(const char *a, const char *b, size_t n)
{
    uint64_t x, y;
    if (n < sizeof x) {
        for (; n > 0; n--)
            if (a[n - 1] != b[n - 1])
                return false;
        return true;
    }
    if (n > 64)
        return memcmp(a, b, n) == 0;
    for (size_t i = 0; i < n - sizeof x; i += sizeof x) {
        memcpy(&x, a + i, sizeof x);
        memcpy(&y, b + i, sizeof y);
        if (x != y)
            return false;
    }
    memcpy(&x, a + n - sizeof x, sizeof x);
    memcpy(&y, b + n - sizeof y, sizeof y);
    return x == y;
}

bool ml_str_equal(const Str *a, const Str *b);
int  ml_str_cmp(const Str *a, const Str *b);    /* bytes, as memcmp; <0 0 >0 */

/* New strings in a heap. Never NULL (see heap.h on running out). None and one byte
 * are symbols: they take no room, and are told from others by their address. */
Str *ml_str_new(Heap *h, const char *s, size_t n);
/* n bytes for the caller to fill before anything else is allocated */
Str *ml_str_room(Heap *h, size_t n, char **data);
/* n bytes and a formatted text behind them. */
Str *ml_str_vfmt(Heap *h, const char *before, size_t n, const char *fmt, va_list ap) __attribute__((format(printf, 4, 0)));
/* Takes one reference of the blob over. */
Str *ml_str_from_blob(Heap *h, Blob *b);
Blob *ml_blob_new(Mem *mem, size_t n);          /* NULL: no memory; refs = 1 */

/*
 * The symbol table of a VM. Symbols live until the VM is closed. Lookups
 * take no lock; new symbols are made under one.
 */
typedef struct Symtab Symtab;
Symtab *ml_symtab_new(Mem *mem, uint64_t hash_key);
void    ml_symtab_free(Symtab *st);
/* Any thread. NULL: no memory. */
Str    *ml_symbol(Symtab *st, const char *s, size_t n);
/* Any thread. The texts of no and of one byte, which are always there. */
enum { SYM_ALWAYS = 1 + 256 };
Str    *ml_symbol_empty(const Symtab *st);
Str    *ml_symbol_byte(const Symtab *st, char c);
/* Any thread. The symbol of this text, or NULL when there is none. */
Str    *ml_symbol_find(Symtab *st, const char *s, size_t n, uint32_t hash);
size_t  ml_symtab_count(Symtab *st);

#endif
