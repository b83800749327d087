/*
 * string_out.c - building a string of unknown length, a step at a time; and
 * where the string functions keep their state while others run.
 */
#include "stdlib/native/string_in.h"

#define NO_MEMORY "not enough memory"

void ml_string_keep_part(Nat *n, int slot, const void *state, size_t size, size_t part)
{
    Value *v = ml_string_slot(n, slot);
    if (ml_is_nil(*v)) {
        Obj *o;
        ml_heap_raw(n->h, size, &o);
        *v = (Value){ .o = o, .tag = TAG_BOX };
    }
    memcpy(((Raw *)(void *)v->o)->data, state, part);
}

void ml_string_kept(Nat *n, int slot, void *state, size_t size)
{
    memcpy(state, ((Raw *)(void *)ml_string_slot(n, slot)->o)->data, size);
}

bool ml_string_may(Nat *n, size_t size)
{
    if (size < STR_NOW || (size <= ML_STRING_MAX && ml_heap_may(n->h, size)))
        return true;
    ml_error(n, size > ML_STRING_MAX ? "resulting string too large" : NO_MEMORY);
    return false;
}

PatEnd ml_string_zero(Nat *n, const Str *s, size_t *at)
{
    size_t rest = ml_str_len(s) - *at, k = rest < STR_NOW ? rest : STR_NOW;
    if (k && memchr(ml_str_data(s) + *at, 0, k))
        return PAT_FOUND;
    if (k == rest)
        return PAT_FAIL;
    *at += k;
    ml_nat_charge(n, (int64_t)k / 256);
    return PAT_MORE;
}

/* --- Out --- */

enum { PIECE, PIECES, FINAL };  /* slots */

void ml_out_init(Out *o, Nat *n, int slot)
{
    o->n = n;
    o->data = o->small;
    o->len = 0;
    o->cap = OUT_SMALL;
    o->total = o->joined = 0;
    o->add_len = 0;
    o->slot = slot;
    o->failed = false;
}

void ml_out_wake(Out *o, Nat *n)
{
    o->n = n;
    Value *piece = ml_string_slot(n, o->slot + PIECE);
    if (ml_is_nil(*piece))
        o->data = o->small;
    else if (ml_is_str(*piece))
        o->data = ml_string_room(piece->s);
    else
        o->data = ((Raw *)(void *)piece->o)->data;
}

static void grow_raw(Out *o)
{
    Obj *obj;
    size_t cap = o->cap * 2;
    char *data = ml_heap_raw(o->n->h, cap, &obj);
    memcpy(data, o->data, o->len);
    *ml_string_slot(o->n, o->slot + PIECE) = (Value){ .o = obj, .tag = TAG_BOX };
    o->data = data;
    o->cap = cap;
}

static void finish_piece(Out *o)
{
    Nat *n = o->n;
    Value *pieces = ml_string_slot(n, o->slot + PIECES);
    if (ml_is_nil(*pieces))
        *pieces = ml_v_tab(ml_tab_new(n->h, 4, 0));
    o->total += OUT_PIECE;
    ml_tab_setint(n->h, pieces->t, (int64_t)(o->total / OUT_PIECE),
                  *ml_string_slot(n, o->slot + PIECE));
    o->len = 0;
}

void ml_out_grow(Out *o)
{
    Nat *n = o->n;
    if (o->cap * 2 <= OUT_RAW) {
        grow_raw(o);
        return;
    }
    size_t now = ml_out_size(o);
    if (o->failed || now > ML_STRING_MAX - OUT_PIECE || !ml_heap_may(n->h, now + OUT_PIECE)) {
        o->failed = true;
        o->len = 0;                     /* dropped */
        return;
    }
    char *old = o->data;
    if (o->cap == OUT_PIECE)
        finish_piece(o);
    Str *piece = ml_str_room(n->h, OUT_PIECE, &o->data);
    memcpy(o->data, old, o->len);
    *ml_string_slot(n, o->slot + PIECE) = ml_v_str(piece);
    o->cap = OUT_PIECE;
}

static void put(Out *o, const char *s, size_t n)
{
    while (n > o->cap - o->len) {
        size_t room = o->cap - o->len;
        memcpy(o->data + o->len, s, room);
        o->len += room;
        s += room;
        n -= room;
        ml_out_grow(o);
    }
    memcpy(o->data + o->len, s, n);
    o->len += n;
}

void ml_out_put(Out *o, const char *s, size_t n)
{
    if (n)
        put(o, s, n);
}

void ml_out_add(Out *o, int index, size_t from, size_t len)
{
    if (index != OUT_ZEROS && len < STR_NOW / 16) {
        ml_out_put(o, ml_str_data(o->n->base[index].s) + from, len);
        return;
    }
    size_t now = ml_out_size(o);
    if (o->failed || len > ML_STRING_MAX - now || !ml_heap_may(o->n->h, now + len)) {
        o->failed = true;
        return;
    }
    o->add_slot = index;
    o->add_from = from;
    o->add_len = len;
}

bool ml_out_pump(Out *o)
{
    static const char zeros[256];
    bool more = o->add_len > 0;
    while (o->add_len && !o->failed) {
        size_t k = o->add_len, max = STR_NOW;
        const char *s = zeros;
        if (o->add_slot == OUT_ZEROS)
            max = sizeof zeros;
        else
            s = ml_str_data(o->n->base[o->add_slot].s) + o->add_from;
        if (k > max)
            k = max;
        put(o, s, k);
        o->add_from += k;
        o->add_len -= k;
        if (ml_string_made(o->n, k) && o->add_len)
            return false;
    }
    if (more && o->failed)
        o->add_len = 0;
    return true;
}

/* The k-th piece, or the last one, which is not full. */
static const char *piece(Out *o, size_t k, size_t *len)
{
    if (k * OUT_PIECE >= o->total) {
        *len = o->len;
        return o->data;
    }
    *len = OUT_PIECE;
    Tab *t = ml_string_slot(o->n, o->slot + PIECES)->t;
    return ml_str_data(ml_tab_getint(o->n->h, t, (int64_t)k + 1)->s);
}

bool ml_out_join(Out *o, Value *v)
{
    Nat *n = o->n;
    size_t size = ml_out_size(o);
    *v = ml_v_nil();
    if (o->failed)
        return true;
    if (!o->total) {
        *v = ml_v_str(ml_str_new(n->h, o->data, o->len));
        return true;
    }
    Value *final = ml_string_slot(n, o->slot + FINAL);
    if (ml_is_nil(*final)) {
        char *data;
        if (!ml_heap_may(n->h, size)) {
            o->failed = true;
            return true;
        }
        *final = ml_v_str(ml_str_room(n->h, size, &data));
    }
    char *to = ml_string_room(final->s);
    while (o->joined < size) {
        size_t len;
        size_t skip = o->joined % OUT_PIECE;
        const char *from = piece(o, o->joined / OUT_PIECE, &len);
        len -= skip;
        if (len > STR_NOW)
            len = STR_NOW;
        memcpy(to + o->joined, from + skip, len);
        o->joined += len;
        if (ml_string_made(n, len) && o->joined < size)
            return false;
    }
    *v = *final;
    return true;
}

NatEnd ml_out_error(Out *o)
{
    return ml_error(o->n, NO_MEMORY);
}
