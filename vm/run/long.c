/*
 * long.c - comparing, joining and hashing very long strings.
 *
 * A string is looked up in a table by its hash, then by its bytes. Both can
 * take long, and happen in the middle of an instruction. So they are done
 * beforehand: `key` hashes the string, which remembers its hash, and if the
 * table has a key with that hash and the same bytes, the string is given that
 * key's bytes as its own. Then the instruction is executed again and finds a
 * key that needs no look at the bytes.
 */
#include <string.h>

#include "vm/base/hash.h"
#include "vm/proc/vm.h"
#include "vm/run/long.h"

#ifdef ML_CHECKS
enum { PIECE = 64 };
#else
enum { PIECE = 16 * 1024 };     /* bytes between two looks at the slice */
#endif

enum { GO_ON = 1 };             /* step */

static size_t piece(size_t left) { return left < PIECE ? left : PIECE; }

static Value *slot(const Nat *n, int i) { return &n->base[n->nargs + i]; }

/* --- join --- */

enum { RESULT, ARG, FROM, FILLED };     /* slots */

static void begin_join(Nat *n)
{
    size_t total = 0;
    char *to;
    for (int i = 0; i < n->nargs; i++) {
        if (ml_is_number(n->base[i]))
            n->base[i] = ml_v_str(ml_tostr(n->p, n->base[i]));
        total += n->base[i].s->len;
    }
    ml_push(n, ml_v_str(ml_str_room(n->h, total, &to)));
    for (int i = ARG; i <= FILLED; i++)
        ml_push(n, ml_v_int(0));
}

/* The texts were measured, and the memory asked for, by the caller. */
static NatEnd join(Nat *n)
{
    if (n->step == 0)
        begin_join(n);
    char *to = (char *)(uintptr_t)ml_str_data(slot(n, RESULT)->s);
    while (slot(n, ARG)->i < n->nargs) {
        const Str *s = n->base[slot(n, ARG)->i].s;
        size_t from = (size_t)slot(n, FROM)->i, k = piece(s->len - from);
        if (k == 0) {
            slot(n, ARG)->i++;
            slot(n, FROM)->i = 0;
            continue;
        }
        memcpy(to + slot(n, FILLED)->i, ml_str_data(s) + from, k);
        slot(n, FROM)->i += (int64_t)k;
        slot(n, FILLED)->i += (int64_t)k;
        ml_nat_charge(n, (int64_t)k / 8 + 1);       /* new memory: pages are made for it */
        if (ml_nat_spent(n))
            return ml_nat_more(n, GO_ON);
    }
    return ml_ret1(n, *slot(n, RESULT));
}

static const NativeDef long_join = { "concat", join, NULL };

NatEnd ml_nat_join(Nat *n, int step, Value x, Value y)
{
    if (!ml_heap_may(n->h, x.s->len + y.s->len))
        return ml_error_value(n, ml_v_str(ml_sym(ml_nat_vm(n), "not enough memory")));
    ml_push(n, ml_v_native(&long_join));
    ml_push(n, x);
    ml_push(n, y);
    return ml_nat_call(n, 2, step);
}

/* --- comparing --- */

/* From *at on, to the end of the shorter one. *order: as memcmp; false: give
 * way and go on. */
static bool compare(Nat *n, const Str *a, const Str *b, int64_t *at, int *order)
{
    size_t len = a->len < b->len ? a->len : b->len;
    *order = 0;
    while ((size_t)*at < len) {
        size_t k = piece(len - (size_t)*at);
        *order = memcmp(ml_str_data(a) + *at, ml_str_data(b) + *at, k);
        if (*order)
            return true;
        *at += (int64_t)k;
        ml_nat_charge(n, (int64_t)k / 64 + 1);
        if (ml_nat_spent(n))
            return false;
    }
    return true;
}

/* *order < 0, 0, > 0; false: give way. */
static bool compare_args(Nat *n, int *order)
{
    const Str *a = n->base[0].s, *b = n->base[1].s;
    if (n->step == 0)
        ml_push(n, ml_v_int(0));
    if (!compare(n, a, b, &slot(n, 0)->i, order))
        return false;
    if (!*order)
        *order = (a->len > b->len) - (a->len < b->len);
    return true;
}

static NatEnd equal(Nat *n)
{
    int order;
    return compare_args(n, &order) ? ml_ret1(n, ml_v_bool(order == 0)) : ml_nat_more(n, GO_ON);
}

static NatEnd less(Nat *n)
{
    int order;
    return compare_args(n, &order) ? ml_ret1(n, ml_v_bool(order < 0)) : ml_nat_more(n, GO_ON);
}

static NatEnd lesseq(Nat *n)
{
    int order;
    return compare_args(n, &order) ? ml_ret1(n, ml_v_bool(order <= 0)) : ml_nat_more(n, GO_ON);
}

const NativeDef ml_long_equal = { "equal", equal, NULL };
static const NativeDef long_less = { "less", less, NULL };
static const NativeDef long_lesseq = { "lesseq", lesseq, NULL };

/* --- keys --- */

/* Strings that others may read keep neither a hash nor other bytes: they are
 * hashed and compared on the spot. So are those for which that was in vain
 * (h.a): their hash is that of another key. */
static bool is_changeable(const Str *s)
{
    return s->h.kind == OBJ_LSTR && !(s->h.flags & OF_SHARED) && !s->h.a;
}

/* A key of t with the hash and length of s and bytes of its own. */
static LStr *same_hash(const Tab *t, const Str *s)
{
    if (!ml_tab_has_nodes(t))
        return NULL;
    for (const Node *nd = &t->node[s->h.id & t->mask];; nd += nd->next) {
        if (nd->key.tag == TAG_STR && nd->hash == s->h.id && nd->key.s->len == s->len &&
            nd->key.s->h.kind == OBJ_LSTR)
            return (LStr *)(void *)nd->key.s;
        if (!nd->next)
            return NULL;
    }
}

bool ml_key_is_long(const Tab *t, Value k)
{
    if (k.tag != TAG_STR || !ml_is_long(k.s) || !is_changeable(k.s))
        return false;
    if (!k.s->h.id)
        return true;
    const LStr *key = same_hash(t, k.s);
    return key && key->blob != ((const LStr *)(const void *)k.s)->blob;
}

enum { AT, HASH };              /* slots of key */
enum { HASHING, COMPARING };    /* its steps, from 1 on */

static bool hash_on(Nat *n, Str *s)
{
    const char *data = ml_str_data(s);
    uint64_t key = n->h->hash_key;
    for (;;) {
        size_t at = (size_t)slot(n, AT)->i, left = s->len - at;
        if (left <= PIECE) {
            s->h.id = ml_hash_end(data + at, left, s->len, key, (uint64_t)slot(n, HASH)->i);
            return true;
        }
        slot(n, HASH)->i = (int64_t)ml_hash_blocks(data + at, PIECE, key, (uint64_t)slot(n, HASH)->i);
        slot(n, AT)->i += PIECE;
        ml_nat_charge(n, PIECE / 64);
        if (ml_nat_spent(n))
            return false;
    }
}

static void share_bytes(LStr *s, LStr *with)
{
    Blob *old = s->blob;
    ml_shared_ref(&with->blob->h);
    s->blob = with->blob;
    ml_shared_unref(&old->h);
}

/* key(k, t) */
static NatEnd key(Nat *n)
{
    Str *s = n->base[0].s;
    int order;
    if (n->step == 0) {
        ml_push(n, ml_v_int(0));
        ml_push(n, ml_v_int((int64_t)ml_hash_begin(n->h->hash_key)));
        if (s->h.id)
            n->step = 1 + COMPARING;
    }
    if (n->step <= 1 + HASHING) {
        if (!hash_on(n, s))
            return ml_nat_more(n, 1 + HASHING);
        *slot(n, AT) = ml_v_int(0);
    }
    LStr *like = same_hash(n->base[1].t, s);
    if (!like || like->blob == ((LStr *)(void *)s)->blob)
        return ml_ret0(n);
    if (!compare(n, s, (Str *)(void *)like, &slot(n, AT)->i, &order))
        return ml_nat_more(n, 1 + COMPARING);
    if (order == 0)
        share_bytes((LStr *)(void *)s, like);
    else
        s->h.a = 1;
    return ml_ret0(n);
}

static const NativeDef long_key = { "key", key, NULL };

NatEnd ml_long_key(Nat *n, Tab *t, Value k, int step)
{
    ml_push(n, ml_v_native(&long_key));
    ml_push(n, k);
    ml_push(n, ml_v_tab(t));
    return ml_nat_call(n, 2, step);
}

/* --- for instructions --- */

Slow ml_op_long_key(Proc *p, Tab *t, Value k)
{
    return ml_call_mm(p, INFO_REDO, 0, ml_v_native(&long_key), 2, k, ml_v_tab(t), ml_v_nil());
}

Slow ml_op_long_equal(Proc *p, Value x, Value y)
{
    return ml_call_mm(p, INFO_TEST, 0, ml_v_native(&ml_long_equal), 2, x, y, ml_v_nil());
}

Slow ml_op_long_order(Proc *p, Mm mm, Value x, Value y)
{
    const NativeDef *f = mm == MM_LT ? &long_less : &long_lesseq;
    return ml_call_mm(p, INFO_TEST, 0, ml_v_native(f), 2, x, y, ml_v_nil());
}

Slow ml_op_long_join(Proc *p, const Value *r, unsigned n, unsigned left)
{
    ptrdiff_t from = r - p->base;
    Value *at = ml_frame_end(p);
    if (at + n + 4 > p->stack_end) {
        p->top = at;
        if (!ml_proc_grow(p, n + 8))
            return ml_err(p, "stack overflow");
        at = ml_frame_end(p);
    }
    /* the result takes the place of two operands, as that of a metamethod */
    at[0] = ml_info(INFO_CONCAT, 0, left - n + 2, (uint32_t)(at + 1 - p->base), p->pc);
    at[1] = ml_v_native(&long_join);
    for (unsigned i = 0; i < n; i++)
        ml_set(&at[2 + i], &p->base[from + i]);
    p->own->callf = at + 1;
    p->own->ncall = (int)n;
    return SLOW_CALL;
}
