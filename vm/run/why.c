/*
 * why.c - why a receive statement does not take a message.
 *
 * The code that matches is run once more, on a copy of the registers: only the
 * instructions that look at the message, none that could change anything. For
 * each register that holds a part of the message is kept where in the message
 * that part is. A test that says no is the reason; of the alternatives of a
 * clause the one that got furthest tells it.
 *
 *     MGETI  R6 R3 2      R6 is at [2]
 *     MTYPE  R6 8 ->47    wants a pid at [2]
 *
 * Guards and defaults are not evaluated, they could do anything: a clause that
 * gets so far has said no by its condition.
 */
#include <stdio.h>
#include <string.h>

#include "vm/base/buf.h"
#include "vm/proc/vm.h"
#include "vm/run/debug.h"
#include "vm/run/long.h"
#include "vm/run/names.h"
#include "vm/run/slow.h"
#include "vm/run/why.h"

enum { CLAUSES = 6,             /* told */
       STEPS = 2000,            /* instructions looked at */
       PARTS = 200,             /* of the message, with a place of their own */
       DEEP = 6,                /* keys shown of a place */
       SHOWN = 40,              /* bytes of a value */
       NOWHERE = -1 };          /* a register that holds no part of the message */

typedef struct Part { int in; Value key; } Part;        /* 0: the message */

typedef struct Try {
    Proc        *p;
    const Proto *pt;
    Value        r[ML_MAXREG + 6];
    int          part[ML_MAXREG + 6];
    Part         parts[PARTS];
    int          nparts;
    int          passed;        /* tests of the alternative under way */
    /* the best of the clause under way */
    int          best;          /* tests it passed; -1: none yet */
    int          where;
    Buf          want;          /* empty: its condition */
} Try;

/* --- words --- */

static void put_key(Try *t, Value k, Buf *b)
{
    if (k.tag == TAG_STR) {
        ml_buf_puts(b, ".");
        ml_buf_put(b, ml_str_data(k.s), k.s->len > SHOWN ? SHOWN : k.s->len);
        return;
    }
    ml_buf_puts(b, "[");
    ml_debug_show(t->p, k, SHOWN, b);
    ml_buf_puts(b, "]");
}

static void put_place(Try *t, int part, Buf *b)
{
    int way[DEEP], n = 0;
    for (; part > 0 && n < DEEP; part = t->parts[part].in)
        way[n++] = part;
    if (n == 0)
        return;
    ml_buf_puts(b, part > 0 ? " at ..." : " at ");
    while (n > 0)
        put_key(t, t->parts[way[--n]].key, b);
}

static Value constant(const Instr *i)
{
    return *(const Value *)(const void *)((const char *)i + (int64_t)i->d * 8);
}

static void put_pin(Try *t, const Instr *i, Buf *b)
{
    const LocVar *v = ml_name_local(t->pt, (uint32_t)(i - t->pt->code), i->b);
    ml_debug_show(t->p, t->r[i->b], SHOWN, b);
    if (v)
        ml_buf_printf(b, " (%.40s)", ml_str_data(v->name));
}

static void put_want(Try *t, const Instr *i, Buf *b)
{
    static const char *const types[] = { "something", "an integer", "a float", "a number", "a string",
                                         "a boolean", "a table", "a function", "a pid", "a ref", "userdata" };
    switch ((Op)i->op) {
    case OP_MTAB:   ml_buf_puts(b, "a table"); break;
    case OP_MTYPE:  ml_buf_puts(b, types[i->b]); break;
    case OP_MEQ:    put_pin(t, i, b); break;
    case OP_JNEI:   ml_buf_printf(b, ml_instr_bc(*i) & 1 ? "%d.0" : "%d", ml_instr_bc(*i) >> 1); break;
    case OP_JNEK:   ml_debug_show(t->p, constant(i), SHOWN, b); break;
    case OP_MISNIL: ml_buf_puts(b, "nothing"); break;
    case OP_MEMPTY: ml_buf_puts(b, "an empty table"); break;
    default:        break;
    }
}

/* --- what comes of a test --- */

static void new_best(Try *t, int where)
{
    t->best = t->passed;
    t->where = where;
    ml_buf_clear(&t->want);
}

/* The test at i said no. */
static void says_no(Try *t, const Instr *i)
{
    int where = t->part[i->a];
    if (where == NOWHERE)
        return;
    bool as_good = t->passed == t->best && where == t->where && t->want.len > 0 && t->want.len < SHOWN;
    bool better = t->passed > t->best;
    if (as_good)
        ml_buf_puts(&t->want, " or ");
    if (better)
        new_best(t, where);
    if (as_good || better)
        put_want(t, i, &t->want);
    t->passed = 0;              /* on to the next alternative */
}

static void tell(Try *t, const RecvClause *c, bool takes, Buf *out)
{
    ml_buf_printf(out, "line %u ", (unsigned)c->line);
    if (takes) {
        ml_buf_puts(out, "looks at later messages only");
    } else if (t->want.len == 0) {
        ml_buf_puts(out, "has a condition that says no");
    } else {
        ml_buf_puts(out, "wants ");
        ml_buf_put(out, t->want.data, t->want.len);
        put_place(t, t->where, out);
    }
    t->best = -1;
    t->passed = 0;
    ml_buf_clear(&t->want);
}

/* --- the instructions --- */

static bool is_equal(Value x, Value y)
{
    return !ml_equal_is_long(x, y) && ml_raw_equal(x, y);
}

/* The part of that part. */
static int part_of(Try *t, int in, Value key)
{
    for (int k = 1; k < t->nparts; k++)
        if (t->parts[k].in == in && is_equal(t->parts[k].key, key))
            return k;
    if (t->nparts == PARTS)
        return NOWHERE;
    t->parts[t->nparts] = (Part){ in, key };
    return t->nparts++;
}

static void get(Try *t, const Instr *i, Value key)
{
    Heap *h = t->p->heap;
    const Value *from = &t->r[i->b];
    int in = t->part[i->b];
    Value v = ml_v_nil();
    if (from->tag == TAG_TAB)
        v = *ml_tab_get(h, ml_rtab(t->p, from->t), key);
    t->r[i->a] = v;
    t->part[i->a] = in == NOWHERE ? NOWHERE : part_of(t, in, key);
}

static void set(Try *t, unsigned a, Value v)
{
    t->r[a] = v;
    t->part[a] = NOWHERE;
}

/* Does the test at i, one that patterns consist of, hold? */
static bool holds(Try *t, const Instr *i)
{
    Value v = t->r[i->a];
    switch ((Op)i->op) {
    case OP_MTAB:   return v.tag == TAG_TAB;
    case OP_MTYPE:  return ml_match_type(i->b, v);
    case OP_MEQ:    return is_equal(v, t->r[i->b]);
    case OP_JNEI:   return ml_raw_equal(v, ml_v_int(ml_instr_bc(*i) >> 1));
    case OP_MISNIL: return ml_is_nil(v);
    case OP_MEMPTY: return v.tag != TAG_TAB || ml_match_empty(t->p, ml_rtab(t->p, v.t));
    default:        return true;
    }
}

static const Instr *test(Try *t, const Instr *i)
{
    if (holds(t, i)) {
        t->passed++;
        return i + 1;
    }
    says_no(t, i);
    return i + 1 + i->d;
}

/* JNEK and JEQK, each with its JMP. Against nil they only skip what is optional. */
static const Instr *test_constant(Try *t, const Instr *i)
{
    Value k = constant(i);
    bool equal = is_equal(t->r[i->a], k);
    if (equal == (i->op == OP_JNEK)) {
        t->passed += !ml_is_nil(k);
        return i + 2;
    }
    if (!ml_is_nil(k))
        says_no(t, i);
    return i + 2 + i[1].d;
}

/* The condition or default that begins at i is a no: on to the next clause, or
 * by way of the number that is kept for it to another alternative. */
static const Instr *leave_guard(Try *t, const Instr *i)
{
    const GuardRange *g = ml_guard_at(t->pt, (uint32_t)(i + 1 - t->pt->code));
    if (!g)
        return NULL;
    new_best(t, 0);
    t->passed = 0;
    for (i = t->pt->code + g->fail; i->op == OP_JNEI && t->part[i->a] == NOWHERE; i += 2)
        if (holds(t, i))
            return i + 2 + i[1].d;
    return i;
}

/* One step; NULL: this cannot be followed. */
static const Instr *step(Try *t, const Instr *i)
{
    switch ((Op)i->op) {
    case OP_MTAB: case OP_MTYPE: case OP_MEQ: case OP_MISNIL: case OP_MEMPTY: case OP_JNEI:
        return test(t, i);
    case OP_JNEK: case OP_JEQK:
        return test_constant(t, i);
    case OP_MGETI:
        get(t, i, ml_v_int(i->c));
        return i + 1;
    case OP_MGETK:
        get(t, i, constant(i));
        return i + 1;
    case OP_MOVE:
        t->r[i->a] = t->r[i->b];
        t->part[i->a] = t->part[i->b];
        return i + 1;
    case OP_LOADNIL:
        for (unsigned k = 0; k <= i->b; k++)
            set(t, i->a + k, ml_v_nil());
        return i + 1;
    case OP_LOADI:     set(t, i->a, ml_v_int(i->d)); return i + 1;
    case OP_LOADF:     set(t, i->a, ml_v_float(i->d)); return i + 1;
    case OP_LOADK:     set(t, i->a, constant(i)); return i + 1;
    case OP_LOADTRUE:  set(t, i->a, ml_v_bool(true)); return i + 1;
    case OP_LOADFALSE: set(t, i->a, ml_v_bool(false)); return i + 1;
    case OP_MREST:     set(t, i->a, ml_v_nil()); return i + 1;
    case OP_NEWBOX:    t->part[i->a] = NOWHERE; return i + 1;
    case OP_RECVHOLD:  return i + 1;
    case OP_GUARD:     return i->a ? leave_guard(t, i) : i + 1;
    case OP_JMP: case OP_LOOP:
        return i + 1 + i->d;
    default:
        return NULL;
    }
}

static void start(Try *t, Proc *p, const WaitInfo *w, Value msg)
{
    unsigned reg = w->proto->code[w->recv].a;
    t->p = p;
    t->pt = w->proto;
    memcpy(t->r, w->base, w->proto->maxstack * sizeof *t->r);
    for (unsigned k = 0; k < sizeof t->part / sizeof *t->part; k++)
        t->part[k] = NOWHERE;
    t->r[reg] = msg;
    t->part[reg] = 0;
    t->parts[0] = (Part){ NOWHERE, ml_v_nil() };
    t->nparts = 1;
    t->passed = 0;
    t->best = -1;
    t->where = 0;
    ml_buf_init(&t->want, &p->vm->mem);
}

void ml_why_not(Proc *p, const WaitInfo *w, Value msg, Buf *out)
{
    Try t;
    uint32_t at = 0;
    int told = 0;
    const RecvClause *c = ml_wait_clause(w, &at);
    if (!c)
        return;
    start(&t, p, w, msg);
    const Instr *code = t.pt->code, *i = code + w->recv + 1;
    for (int left = STEPS; c && i && left > 0; left--) {
        bool takes = i->op == OP_RECVTAKE;
        const Instr *next = takes ? NULL : step(&t, i);
        if (!next || next >= code + c->end) {
            if (told++ == CLAUSES) {
                ml_buf_puts(out, "; ...");
                break;
            }
            ml_buf_puts(out, told > 1 ? "; " : "");
            tell(&t, c, takes, out);
            c = ml_wait_clause(w, &at);
        }
        i = next;
    }
    ml_buf_fini(&t.want);
}
