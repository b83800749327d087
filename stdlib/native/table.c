/*
 * table.c - the table library.
 *
 * Each function has two versions. The one here works on plain tables: those
 * whose metatable, if any, has nothing to say about what the function does.
 * Everything else goes on in stdlib/table.lua, where reading, writing and
 * taking the length are ordinary operations of the language and may call
 * anything.
 *
 * A loop over many elements is cut into steps. Between two steps the state
 * lies in slots above the arguments, and a finaliser may have changed the
 * table: so every step looks at it anew.
 *
 *     base[0] .. base[nargs-1]   arguments, as checked by the first step
 *     base[nargs] ...            state: cursor, result so far
 */
#include <string.h>

#include "stdlib/native/libs.h"
#include "stdlib/native/table.h"
#include "vm/data/old.h"

enum {
    CHUNK = 1024,           /* elements moved at once: about 10 us */
    FEW = ML_NAT_FREE,      /* results for which there is room in any case */
    MAX_UNPACK = 1000000    /* results of unpack, as in stock Lua */
};

static int uses_of(Nat *n, Value v, int uses)
{
    return ((uses & TAB_READ) && has(n, v, MM_INDEX) ? TAB_READ : 0) |
           ((uses & TAB_WRITE) && has(n, v, MM_NEWINDEX) ? TAB_WRITE : 0) |
           ((uses & TAB_LEN) && has(n, v, MM_LEN) ? TAB_LEN : 0);
}

TabLook ml_table_look(Nat *n, int i, int uses, Tab **t)
{
    Value v = ml_arg(n, i);
    if (ml_is_tab(v)) {
        *t = ml_rtab(n->p, v.t);
        return (*t)->meta && uses_of(n, v, uses) ? TAB_META : TAB_PLAIN;
    }
    if (!ml_is_nil(v) && uses_of(n, v, uses) == uses)
        return TAB_META;
    ml_type_error(n, i, "table");
    return TAB_BAD;
}

/* Are first .. first+count-1 in the array part? */
static inline bool in_array(const Tab *t, int64_t first, int64_t count)
{
    return first >= 1 && first <= t->asize && count <= t->asize - first + 1;
}

static inline int64_t min_int(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline void charge_elements(Nat *n, int64_t count)
{
    ml_nat_charge(n, count / 2 + 1);
}

/* --- insert, remove --- */

/* Moves pos .. last-1 one up, from the end down. The cursor is slot 0. */
static NatEnd shift_up(Nat *n, Tab *t, int64_t pos, int64_t last)
{
    while (last > pos) {
        int64_t count = min_int(last - pos, CHUNK);
        if (in_array(t, last - count, count + 1)) {
            Value *v = &t->arr[last - count - 1];
            memmove(v + 1, v, (size_t)count * sizeof *v);
            ml_old_filled(n->h, t, v + 1, (size_t)count);
        } else {
            count = min_int(count, 256);
            for (int64_t i = last; i > last - count; i--)
                ml_tab_setint(n->h, t, i, at(n, t, i - 1));
            charge_elements(n, count * 2);
        }
        last -= count;
        charge_elements(n, count);
        if (last > pos && ml_nat_spent(n)) {
            *slot(n, 0) = ml_v_int(last);
            return ml_nat_more(n, 1);
        }
    }
    ml_tab_setint(n->h, t, pos, n->base[2]);
    return ml_ret0(n);
}

static NatEnd insert(Nat *n)
{
    Tab *t;
    int64_t pos;
    if (n->step == 1) {
        if (!(t = ml_wtab(n, n->base[0].t)))
            return NAT_ERR;
        return shift_up(n, t, n->base[1].i, slot(n, 0)->i);
    }
    int uses = n->nargs == 2 && ml_is_tab(n->base[0]) ? TAB_WRITE | TAB_LEN
                                                      : TAB_ALL;
    TabLook look = ml_table_look(n, 1, uses, &t);
    if (look == TAB_BAD)
        return NAT_ERR;
    if (look == TAB_META)
        return slow(n, "table.insert");
    int64_t end = ml_tab_len(n->h, t) + 1;
    if (n->nargs != 2 && n->nargs != 3)
        return ml_error(n, "wrong number of arguments to 'insert'");
    if (n->nargs == 3) {
        if (!ml_arg_int(n, 2, &pos))
            return NAT_ERR;
        if ((uint64_t)pos - 1 >= (uint64_t)end)
            return ml_arg_error(n, 2, "position out of bounds");
    }
    if (!(t = ml_wtab(n, n->base[0].t)))
        return NAT_ERR;
    if (n->nargs == 2) {
        ml_tab_setint(n->h, t, end, n->base[1]);
        return ml_ret0(n);
    }
    n->base[1] = ml_v_int(pos);
    if (pos < end) {        /* the new last element may need room */
        ml_tab_setint(n->h, t, end, at(n, t, end - 1));
        end--;
    }
    ml_push(n, ml_v_int(end));
    return shift_up(n, t, pos, end);
}

/* At the end of a plain table. */
static int quick_insert(Proc *p, Heap *h, Value *f, int n)
{
    (void)p;
    if (n != 2 || !ml_is_tab(f[1]) || f[1].t->meta || (f[1].t->h.flags & OF_SHARED))
        return NAT_USUAL;
    ml_tab_setint(h, f[1].t, ml_tab_len(h, f[1].t) + 1, f[2]);
    return 0;
}

static int quick_remove(Proc *p, Heap *h, Value *f, int n)
{
    (void)p;
    if (n != 1 || !ml_is_tab(f[1]) || f[1].t->meta || (f[1].t->h.flags & OF_SHARED))
        return NAT_USUAL;
    Tab *t = f[1].t;
    int64_t last = ml_tab_len(h, t);
    if (!in_array(t, last, 1))
        return NAT_USUAL;
    *f = t->arr[last - 1];
    t->arr[last - 1] = ml_v_nil();
    return 1;
}

/* Moves pos+1 .. size one down. Slot 0: the removed value, 1: the cursor, 2: size. */
static NatEnd shift_down(Nat *n, Tab *t, int64_t pos, int64_t size)
{
    while (pos < size) {
        int64_t count = min_int(size - pos, CHUNK);
        if (in_array(t, pos, count + 1)) {
            Value *v = &t->arr[pos - 1];
            memmove(v, v + 1, (size_t)count * sizeof *v);
            ml_old_filled(n->h, t, v, (size_t)count);
        } else {
            count = min_int(count, 256);
            for (int64_t i = pos; i < pos + count; i++)
                ml_tab_setint(n->h, t, i, at(n, t, i + 1));
            charge_elements(n, count * 2);
        }
        pos += count;
        charge_elements(n, count);
        if (pos < size && ml_nat_spent(n)) {
            *slot(n, 1) = ml_v_int(pos);
            return ml_nat_more(n, 1);
        }
    }
    ml_tab_setint(n->h, t, pos, ml_v_nil());
    return ml_ret1(n, *slot(n, 0));
}

static NatEnd remove_at(Nat *n)
{
    Tab *t;
    int64_t pos;
    if (n->step == 1) {
        if (!(t = ml_wtab(n, n->base[0].t)))
            return NAT_ERR;
        return shift_down(n, t, slot(n, 1)->i, slot(n, 2)->i);
    }
    TabLook look = ml_table_look(n, 1, TAB_ALL, &t);
    if (look == TAB_BAD)
        return NAT_ERR;
    if (look == TAB_META)
        return slow(n, "table.remove");
    int64_t size = ml_tab_len(n->h, t);
    if (!ml_arg_opt_int(n, 2, size, &pos))
        return NAT_ERR;
    if (pos != size && (uint64_t)pos - 1 > (uint64_t)size)
        return ml_arg_error(n, 1, "position out of bounds");
    if (!(t = ml_wtab(n, n->base[0].t)))
        return NAT_ERR;
    ml_push(n, at(n, t, pos));
    ml_push(n, ml_v_int(pos));
    ml_push(n, ml_v_int(size));
    return shift_down(n, t, pos, size);
}

/* --- move --- */

typedef struct Move {
    int64_t from, count, to;
    bool    up;                 /* the places overlap: begin at the end */
} Move;

/* How the call's ranges lie; the arguments are integers by now. */
static Move move_of(const Nat *n, bool same)
{
    int64_t from = n->base[1].i, last = n->base[2].i, to = n->base[3].i;
    return (Move){ from, last - from + 1, to,
                   same && to > from && to <= last };
}

/* Elements done .. done+*part-1 of the move, at most *part of them. */
static void move_part(Nat *n, const Move *m, const Tab *src, Tab *dst,
                      int64_t done, int64_t *part)
{
    int64_t first = m->up ? m->count - done - *part : done;
    if (in_array(src, m->from + first, *part) &&
        in_array(dst, m->to + first, *part)) {
        Value *to = &dst->arr[m->to + first - 1];
        memmove(to, &src->arr[m->from + first - 1], (size_t)*part * sizeof(Value));
        ml_old_filled(n->h, dst, to, (size_t)*part);
        return;
    }
    *part = min_int(*part, 256);
    for (int64_t k = 0; k < *part; k++) {
        int64_t i = m->up ? m->count - done - 1 - k : done + k;
        ml_tab_setint(n->h, dst, m->to + i, at(n, src, m->from + i));
    }
    charge_elements(n, *part * 2);
}

/* Elements that are appended get their room at once. */
static void make_room(Nat *n, const Move *m, const Tab *src, Tab *dst)
{
    int64_t last = m->to + m->count - 1;
    if (m->count > 4 && in_array(src, m->from, m->count) && m->to >= 1 &&
        m->to <= (int64_t)dst->asize + 1 && last > dst->asize &&
        last <= 1 << 30) {
        ml_tab_resize(n->h, dst, (uint32_t)last, 0);
        charge_elements(n, last);
    }
}

/* Slot 0: how many elements are done. */
static NatEnd move_on(Nat *n, int64_t done)
{
    int d = ml_arg_absent(n, 5) ? 0 : 4;
    Tab *dst = ml_wtab(n, n->base[d].t);
    if (!dst)
        return NAT_ERR;
    const Tab *src = ml_rtab(n->p, n->base[0].t);
    Move m = move_of(n, src == dst);
    if (done == 0)
        make_room(n, &m, src, dst);
    while (done < m.count) {
        int64_t part = min_int(m.count - done, CHUNK);
        move_part(n, &m, src, dst, done, &part);
        done += part;
        charge_elements(n, part);
        if (done < m.count && ml_nat_spent(n)) {
            *slot(n, 0) = ml_v_int(done);
            return ml_nat_more(n, 1);
        }
    }
    return ml_ret1(n, n->base[d]);
}

static NatEnd move(Nat *n)
{
    int64_t from, last, to;
    Tab *src, *dst;
    if (n->step == 1)
        return move_on(n, slot(n, 0)->i);
    if (!ml_arg_int(n, 2, &from) || !ml_arg_int(n, 3, &last) ||
        !ml_arg_int(n, 4, &to))
        return NAT_ERR;
    int d = ml_arg_absent(n, 5) ? 1 : 5;
    TabLook a = ml_table_look(n, 1, TAB_READ, &src);
    TabLook b = a == TAB_BAD ? a : ml_table_look(n, d, TAB_WRITE, &dst);
    if (b == TAB_BAD)
        return NAT_ERR;
    if (last < from)
        return ml_ret1(n, n->base[d - 1]);
    if (from <= 0 && last >= INT64_MAX + from)
        return ml_arg_error(n, 3, "too many elements to move");
    if (to > INT64_MAX - (last - from + 1) + 1)
        return ml_arg_error(n, 4, "destination wrap around");
    n->base[1] = ml_v_int(from);
    n->base[2] = ml_v_int(last);
    n->base[3] = ml_v_int(to);
    if (a == TAB_META || b == TAB_META)
        return slow(n, "table.move");
    ml_push(n, ml_v_int(0));
    return move_on(n, 0);
}

/* --- pack, unpack --- */

static NatEnd pack(Nat *n)
{
    uint32_t count = (uint32_t)n->nargs;
    if (n->step == 0) {
        ml_push(n, ml_v_tab(ml_tab_new(n->h, count, 1)));
        ml_push(n, ml_v_int(0));
    }
    Tab *t = slot(n, 0)->t;
    for (uint32_t i = (uint32_t)slot(n, 1)->i; i < count;) {
        uint32_t from = i, end = count - i > CHUNK ? i + CHUNK : count;
        for (; i < end; i++)
            ml_set(&t->arr[i], &n->base[i]);
        ml_old_filled(n->h, t, &t->arr[from], i - from);
        charge_elements(n, i - from);
        if (i < count && ml_nat_spent(n)) {
            *slot(n, 1) = ml_v_int(i);
            return ml_nat_more(n, 1);
        }
    }
    ml_tab_setstr(n->h, t, ml_sym(ml_nat_vm(n), "n"), ml_v_int(count));
    return ml_ret1(n, ml_v_tab(t));
}

/* Slot 0: the next index, 1: the first, 2: the last; then the results. */
static NatEnd unpack_on(Nat *n)
{
    const Tab *t = ml_rtab(n->p, n->base[0].t);
    bool index = t->meta && has(n, n->base[0], MM_INDEX);
    int64_t i = slot(n, 0)->i, first = slot(n, 1)->i, last = slot(n, 2)->i;
    while (i <= last) {
        int64_t part = min_int(last - i + 1, CHUNK);
        if (!ml_nat_room(n, (int)part))
            return ml_error(n, "too many results to unpack");
        for (int64_t end = i + part; i < end; i++) {
            Value v = at(n, t, i);
            if (index && ml_is_nil(v))
                return slow(n, "table.unpack");
            ml_push(n, v);
        }
        charge_elements(n, part);
        if (i <= last && ml_nat_spent(n)) {
            *slot(n, 0) = ml_v_int(i);
            return ml_nat_more(n, 1);
        }
    }
    return ml_ret(n, (int)(last - first + 1));
}

static NatEnd unpack(Nat *n)
{
    int64_t first, last;
    if (n->step == 1)
        return unpack_on(n);
    Value v = ml_arg(n, 1);
    Tab *t = ml_is_tab(v) ? ml_rtab(n->p, v.t) : NULL;
    if (!t || (t->meta && ml_arg_absent(n, 3) && has(n, v, MM_LEN)))
        return slow(n, "table.unpack");
    if (!ml_arg_opt_int(n, 2, 1, &first))
        return NAT_ERR;
    if (ml_arg_absent(n, 3))
        last = ml_tab_len(n->h, t);
    else if (!ml_arg_int(n, 3, &last))
        return NAT_ERR;
    if (first > last)
        return ml_ret0(n);
    if ((uint64_t)last - (uint64_t)first >= MAX_UNPACK - 1)
        return ml_error(n, "too many results to unpack");
    if (!t->meta && first >= 1 && last <= t->asize && last - first < FEW) {
        for (int64_t i = first; i <= last; i++)
            ml_push(n, t->arr[i - 1]);
        return ml_ret(n, (int)(last - first + 1));
    }
    /* behind maxinteger comes no index: count with an offset there */
    if (last == INT64_MAX)
        return slow(n, "table.unpack");
    ml_push(n, ml_v_int(first));
    ml_push(n, ml_v_int(first));
    ml_push(n, ml_v_int(last));
    return unpack_on(n);
}

const NativeDef ml_lib_table[] = {
    { "insert", insert,
      "table.insert(t, [pos,] value)\n"
      "Puts value at pos and moves what is there one up; without pos at the\n"
      "end.", quick_insert },
    { "move", move,
      "table.move(t, first, last, to [, dest])\n"
      "Copies t[first] .. t[last] to dest[to] and on; dest is t when left out.\n"
      "The places may overlap. Returns dest." },
    { "pack", pack,
      "table.pack(...)\n"
      "A table with the arguments as 1, 2, ... and their number as n." },
    { "remove", remove_at,
      "table.remove(t [, pos])\n"
      "Takes the value at pos out and moves what follows one down; without\n"
      "pos the last one. Returns the value.", quick_remove },
    { "unpack", unpack,
      "table.unpack(t [, i [, j]])\n"
      "Returns t[i] .. t[j]. i is 1 and j is #t when left out." },
    { NULL, NULL, NULL }
};
