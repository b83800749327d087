#ifndef ML_STDLIB_STRING_IN_H
#define ML_STDLIB_STRING_IN_H

#include <string.h>

#include "stdlib/native/pattern.h"
#include "vm/base/check.h"
#include "vm/native.h"

/*
 * string_in.h - what the files of the string library share.
 *
 * Every function here may be asked to work on gigabytes, so every one can stop
 * and go on. Two habits make that cheap. State is a plain struct on the C
 * stack while all goes well; only a function that has to give way copies it
 * into a Raw object in a slot. And the arguments stay where they are, so what
 * can be computed from them again is not kept.
 */

/* Tiny in the checks build, so that tests meet every seam. */
#ifdef ML_CHECKS
enum { STR_NOW = 200, OUT_SMALL = 24, OUT_RAW = 96, OUT_PIECE = 160, STR_WORK = 60 };
#else
enum {
    STR_NOW   = 16 * 1024,      /* bytes copied without asking for the time */
    OUT_SMALL = 256,            /* bytes of a result that need no object */
    OUT_RAW   = 32 * 1024,      /* a longer result is built in pieces */
    OUT_PIECE = 64 * 1024,
    STR_WORK  = 4096            /* steps (2-10 ns) between two looks at the slice */
};
#endif

#define ML_STRING_MAX ((size_t)INT32_MAX)

static inline bool ml_string_arg(Nat *n, int i, Str **s)
{
    if (ML_LIKELY(i <= n->nargs && ml_is_str(n->base[i - 1]))) {
        *s = n->base[i - 1].s;
        return true;
    }
    return ml_arg_str(n, i, s);
}

static inline bool ml_string_opt_int(Nat *n, int i, int64_t def, int64_t *out)
{
    if (i > n->nargs) {
        *out = def;
        return true;
    }
    return ml_arg_opt_int(n, i, def, out);
}

/* Positions as scripts give them, counted from the end when negative. */
static inline int64_t ml_string_from(int64_t i, int64_t len)
{
    if (i > 0)
        return i;
    return i == 0 || i < -len ? 1 : len + i + 1;
}

static inline int64_t ml_string_to(int64_t i, int64_t len)
{
    if (i > len)
        return len;
    if (i >= 0)
        return i;
    return i < -len ? 0 : len + i + 1;
}

/* The bytes of a string that is being made. */
static inline char *ml_string_room(Str *s)
{
    return s->h.kind == OBJ_STR ? s->data : ((LStr *)(void *)s)->blob->data;
}

/* --- slots above the arguments: number 0, 1, ... --- */

static inline Value *ml_string_slot(Nat *n, int slot) { return &n->base[n->nargs + slot]; }

static inline void ml_string_slots(Nat *n, int count)
{
    for (int i = 0; i < count; i++)
        ml_push(n, ml_v_nil());
}

/* Copies a state struct into a slot, and back. Of `size` bytes the first
 * `part` are worth copying. */
void ml_string_keep_part(Nat *n, int slot, const void *state, size_t size, size_t part);
static inline void ml_string_keep(Nat *n, int slot, const void *state, size_t size)
{
    ml_string_keep_part(n, slot, state, size, size);
}
void ml_string_kept(Nat *n, int slot, void *state, size_t size);

static inline void ml_string_charge(Nat *n, int64_t steps)
{
    ml_nat_charge(n, steps / 2 + 1);
}

/* Books `steps` of work; true when it is time to give way. */
static inline bool ml_string_worked(Nat *n, int64_t steps)
{
    ml_string_charge(n, steps);
    return ml_nat_spent(n);
}

/* Books bytes that were written into new memory, whose pages the system makes
 * at the first touch: that costs several times as much as copying them. */
static inline bool ml_string_made(Nat *n, size_t bytes)
{
    return ml_string_worked(n, (int64_t)(bytes / 4));
}

/* May the process have a string of n bytes? Raises otherwise. */
bool ml_string_may(Nat *n, size_t size);

/* Looks for a zero byte in s from *at on. PAT_FOUND, PAT_FAIL: none; PAT_MORE:
 * call again, it may be time to give way. */
PatEnd ml_string_zero(Nat *n, const Str *s, size_t *at);

/*
 * Out - a string in the making.
 *
 *     small (on the C stack) -> Raw, doubled up to 32 KiB -> pieces of 64 KiB
 *
 * Pieces are long strings, which never move; the last step joins them. Who
 * adds more than a few KiB says from which slot, and pumps until it is done:
 *
 *     ml_out_add(o, slot, from, len);
 *     if (!ml_out_pump(o)) -- give way, pump again
 *
 * When there is no memory for it, `failed` is set and what follows is dropped.
 */
enum { OUT_SLOTS = 3 };

typedef struct Out {
    Nat    *n;
    char   *data;               /* the current piece */
    size_t  len, cap;
    size_t  total;              /* bytes in full pieces */
    size_t  joined;             /* bytes of the final string that are there */
    size_t  add_from, add_len;  /* what is still to be added ... */
    int     add_slot;           /* ... from the string in this base slot; OUT_ZEROS */
    int     slot;               /* the first of its slots: piece, pieces, final string */
    bool    failed;
    char    small[OUT_SMALL];
} Out;

enum { OUT_ZEROS = -1 };

void ml_out_init(Out *o, Nat *n, int slot);
/* After a pause: finds its piece again. */
void ml_out_wake(Out *o, Nat *n);
/* Makes room for one byte more. */
void ml_out_grow(Out *o);
/* n is small. */
void ml_out_put(Out *o, const char *s, size_t n);
static inline void ml_out_byte(Out *o, char c)
{
    if (o->len == o->cap)
        ml_out_grow(o);
    o->data[o->len++] = c;
}
/* `index` counts from base. Nothing may be added before it is pumped dry. */
void ml_out_add(Out *o, int index, size_t from, size_t len);
bool ml_out_pump(Out *o);
static inline size_t ml_out_size(const Out *o) { return o->total + o->len; }
/* Puts the finished string into *v; false: give way and call again. When it
 * failed for memory, *v is nil. */
bool ml_out_join(Out *o, Value *v);
NatEnd ml_out_error(Out *o);    /* "not enough memory" */

/*
 * Captures as values. A long one gets its room at once and its bytes piece by
 * piece, in ml_captures_fill.
 */
typedef struct Captures {
    int    first;               /* base index of the first */
    int    count;
    int    at;                  /* being filled */
    bool   big;                 /* some need filling */
    size_t done;
} Captures;

/* Pushes the captures of m, or with none and `whole` the whole match. `subject`
 * is the string matched. Raises and returns false for unfinished ones. */
bool ml_captures_push(Nat *n, Captures *c, Pat *m, Value subject, bool whole);
bool ml_captures_fill(Nat *n, Captures *c, Pat *m, Value subject);

/* Raises what went wrong in m. */
NatEnd ml_pat_raise(Nat *n, const Pat *m);

/* string_find.c, string_gsub.c, format.c, pack.c */
NatEnd ml_string_find(Nat *n);
NatEnd ml_string_match(Nat *n);
int    ml_string_quick_find(Proc *p, Heap *h, Value *f, int n);
int    ml_string_quick_match(Proc *p, Heap *h, Value *f, int n);
NatEnd ml_string_gmatch(Nat *n);
NatEnd ml_string_gmatch_next(Nat *n);
NatEnd ml_string_gsub(Nat *n);
NatEnd ml_string_format(Nat *n);
NatEnd ml_string_pack(Nat *n);
NatEnd ml_string_packsize(Nat *n);
NatEnd ml_string_unpack(Nat *n);

#endif
