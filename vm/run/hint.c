/*
 * hint.c - why a name may have had no value.
 *
 * missing.c finds what was nil and where it was looked for. From there the
 * reasons are tried, the surest first:
 *
 *     another process made the global      processes share none
 *     a local of that name is elsewhere    below, or in a block that has ended
 *     a similar name is there              did you mean 'print'?
 *     the source gives it a value          further down, most often
 *
 * Names of process' globals. A process must not look into the tables of
 * another one, so the VM remembers for each name who made that global, and how
 * many processes there had been then. That is written when a global appears,
 * which is rare, and read when a process fails. It is kept for the names in
 * the source (symbols), up to MOST of them, for the first process that is
 * still alive. All workers write and read it, under a lock.
 */
#include <stdio.h>
#include <string.h>

#include "vm/base/buf.h"
#include "vm/base/hash.h"
#include "vm/run/debug.h"
#include "vm/run/hint.h"
#include "vm/run/missing.h"
#include "vm/run/names.h"
#include "vm/proc/vm.h"

enum { MOST = 4096,             /* names whose makers are remembered */
       KEYS = 2000,             /* keys looked at */
       CHAIN = 8 };             /* tables along __index */

static Value unboxed(Value v) { return v.tag == TAG_BOX ? v.b->v : v; }

static const Value *const_of(const Instr *i)
{
    return (const Value *)(const void *)((const char *)i + (int64_t)i->d * 8);
}

static bool is_called(const Str *s, const Missing *m)
{
    return s->len == m->len && memcmp(ml_str_data(s), m->name, m->len) == 0;
}

/* --- who made a global --- */

typedef struct Maker {
    Value    pid;               /* nil: not known */
    uint32_t time;              /* low half of the VM's next_serial then */
} Maker;

static Value pack(Maker m) { return (Value){ .u = m.pid.u | (uint64_t)m.time << 32, .tag = m.pid.tag }; }

static Maker unpack(Value v)
{
    if (ml_is_nil(v))
        return (Maker){ v, 0 };
    return (Maker){ { .u = (uint32_t)v.u, .tag = v.tag }, (uint32_t)(v.u >> 32) };
}

void ml_hint_global_made(Proc *p, Str *name)
{
    Vm *vm = p->vm;
    Value k = ml_v_str(name);
    if (!(name->h.flags & OF_SYMBOL))
        return;
    VMap *makers = ml_smap_lock(&vm->makers, k);
    Maker m = unpack(ml_vmap_get(makers, k));
    bool stays = ml_is_nil(m.pid) ? ml_vmap_count(makers) >= MOST / SMAP_SHARDS : ml_proc_find(vm, m.pid) != NULL;
    m = (Maker){ p->pid, (uint32_t)ml_load(&vm->next_serial) };
    if (!stays)
        ml_vmap_set(makers, k, pack(m));        /* no memory: no hint */
    ml_smap_unlock(&vm->makers, k);
}

static Maker maker_of(Vm *vm, const Missing *m)
{
    Str *name = ml_symbol_find(vm->symtab, m->name, m->len, ml_hash_bytes(m->name, m->len, vm->hash_key));
    return unpack(name ? ml_smap_get(&vm->makers, ml_v_str(name)) : ml_v_nil());
}

static bool of_another(Proc *p, const Missing *missing, Buf *out)
{
    Maker m = maker_of(p->vm, missing);
    unsigned who = (unsigned)ml_pid_index(m.pid);
    if (ml_is_nil(m.pid) || ml_raw_equal(m.pid, p->pid))
        return false;
    ml_buf_printf(out, "hint: '%s' is a global of ", missing->name);
    if (!ml_raw_equal(m.pid, p->own->parent))
        ml_buf_printf(out, "<0.%u>; processes share no globals\n", who);
    else if ((int32_t)(m.time - (uint32_t)p->serial) >= 0)
        ml_buf_printf(out, "the parent <0.%u>, set after this process was spawned\n", who);
    else
        ml_buf_printf(out, "the parent <0.%u>; a new process gets copies of those that its code mentions\n", who);
    return true;
}
/* --- similar names --- */

static int least(int a, int b) { return a < b ? a : b; }

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c; }

/* Insertions, deletions, replacements, and exchanges of neighbours that make
 * one name of the other, whatever the case of its letters. */
static int distance(const char *a, size_t na, const char *b, size_t nb)
{
    int rows[3][MISSING_NAME + 1], *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= nb; j++)
        last[j] = (int)j;
    for (size_t i = 1; i <= na; i++) {
        now[0] = (int)i;
        for (size_t j = 1; j <= nb; j++) {
            int same = lower(a[i - 1]) == lower(b[j - 1]);
            now[j] = least(least(last[j], now[j - 1]) + 1, last[j - 1] + !same);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
                now[j] = least(now[j], before[j - 2] + 1);
        }
        int *spare = before;
        before = last;
        last = now;
        now = spare;
    }
    return last[nb];
}

typedef struct Best {
    Proc          *p;
    const Missing *m;
    int            left;        /* keys that may still be looked at */
    int            dist;        /* of the best so far, or one more than is allowed */
    const char    *name;        /* NULL: none */
} Best;

static bool is_fitting(Proc *p, MissingUse use, Value v)
{
    switch (use) {
    case MISSING_CALLED:
        return ml_is_fn(v) || !ml_is_nil(ml_metamethod(p, v, MM_CALL));
    case MISSING_INDEXED:
        return !ml_is_nil(v) && (ml_is_tab(v) || ml_metatable(p, v));
    case MISSING_OTHER:
        break;
    }
    return !ml_is_nil(v);
}

static void offer(Best *b, const char *name, size_t len)
{
    const Missing *m = b->m;
    size_t more = len > m->len ? len - m->len : m->len - len;
    if (more > (size_t)b->dist || len < 2 || !ml_is_name(name, len))
        return;
    /* of short names too many are alike */
    if (m->len < 4 && lower(name[0]) != lower(m->name[0]))
        return;
    int d = distance(m->name, m->len, name, len);
    if (d > b->dist || (d == b->dist && (!b->name || strcmp(name, b->name) >= 0)))
        return;
    b->dist = d;
    b->name = name;
}

static void offer_keys(Best *b, Value v)
{
    for (int i = 0; i < CHAIN && b->left > 0; i++) {
        Tab *t = ml_index_table(b->p, v);
        Value k, x;
        if (!t)
            return;
        for (uint64_t pos = 0; b->left > 0 && ml_tab_each(t, &pos, &k, &x); b->left--)
            if (k.tag == TAG_STR && is_fitting(b->p, b->m->use, x))
                offer(b, ml_str_data(k.s), k.s->len);
        v = ml_is_tab(v) ? ml_metamethod(b->p, v, MM_INDEX) : ml_v_tab(t);
        if (!ml_is_tab(v))
            return;
    }
}

/* Variables of the function: those in scope, and those it captured. */
static void offer_locals(Best *b, const Frame *f)
{
    const Proto *pt = f->proto;
    uint32_t at = ml_frame_index(f);
    for (uint32_t i = 0; i < pt->nlocals; i++) {
        const LocVar *l = &pt->locals[i];
        if (l->start <= at && at < l->end && is_fitting(b->p, b->m->use, unboxed(f->base[l->reg])))
            offer(b, ml_str_data(l->name), l->name->len);
    }
    for (unsigned i = 0; i < pt->nups; i++) {
        const Str *name = pt->head.ups[i].name;
        if (name && is_fitting(b->p, b->m->use, unboxed(ml_frame_fn(f)->up[i])))
            offer(b, ml_str_data(name), name->len);
    }
}

/* The instruction of the enclosing function that makes pt. */
static uint32_t made_at(const Proto *pt)
{
    const Proto *up = pt->parent;
    for (uint32_t i = 0; i < up->ncode; i++) {
        const Instr *in = &up->code[i];
        if (in->op == OP_CLOSURE && up->protos[in->d] == pt)
            return i;
        if (in->op == OP_LOADK && const_of(in)->tag == TAG_FN && const_of(in)->f->proto == pt)
            return i;
    }
    return 0;
}

/* Variables of the enclosing functions that were not captured, because
 * nothing mentions them by their right name. Their values are gone. */
static void offer_outer(Best *b, const Proto *pt)
{
    for (; pt->parent; pt = pt->parent) {
        uint32_t at = made_at(pt);
        for (uint32_t i = 0; i < pt->parent->nlocals; i++) {
            const LocVar *l = &pt->parent->locals[i];
            if (l->start <= at && at < l->end)
                offer(b, ml_str_data(l->name), l->name->len);
        }
    }
}

/* Globals of the others: mentioned by its right name, one would have been copied. */
static void offer_made(void *best, Value name, Value maker)
{
    (void)maker;
    offer(best, ml_str_data(name.s), name.s->len);
}

static bool similar(Proc *p, const Frame *f, const Missing *m, Buf *out)
{
    int allowed = m->len < 3 ? 0 : m->len < 6 ? 1 : m->len < 9 ? 2 : 3;
    Best b = { .p = p, .m = m, .left = KEYS, .dist = allowed + 1 };
    if (m->is_global) {
        offer_locals(&b, f);
        offer_outer(&b, f->proto);
        offer_keys(&b, ml_v_tab(p->vm->base_globals));      /* first, whatever else there is */
        offer_keys(&b, ml_v_tab(p->globals));
        ml_smap_each(&p->vm->makers, offer_made, &b);
    } else if (m->is_field) {
        offer_keys(&b, m->in);
    }
    if (!b.name || b.dist > allowed)
        return false;
    ml_buf_printf(out, "hint: did you mean '%s'?\n", b.name);
    return true;
}

/* --- the same name elsewhere --- */

/* A local begins behind the instruction that sets it; a local function before. */
static uint32_t line_of(const Proto *pt, const LocVar *l)
{
    bool is_set = l->start > 0 && ml_name_setter(pt, l->start, l->reg) == (int64_t)l->start - 1;
    return pt->pos[is_set ? l->start - 1 : l->start < pt->ncode ? l->start : 0].line;
}

/* A local of that name that was not in scope. */
static bool out_of_scope(const Frame *f, const Missing *m, Buf *out)
{
    uint32_t at = ml_frame_index(f);
    for (const Proto *pt = f->proto; pt; at = pt->parent ? made_at(pt) : 0, pt = pt->parent) {
        for (uint32_t i = 0; i < pt->nlocals; i++) {
            const LocVar *l = &pt->locals[i];
            if (!is_called(l->name, m))
                continue;
            if (l->start <= at && at < l->end)
                continue;
            ml_buf_printf(out, l->start > at ? "hint: the local '%s' begins later, in line %u\n"
                                             : "hint: the local '%s' of line %u has ended with its block\n",
                          m->name, (unsigned)line_of(pt, l));
            return true;
        }
    }
    return false;
}

/* The first line of the function that gives the global a value, or 0. */
static uint32_t set_in(const Proto *pt, const Missing *m)
{
    uint32_t line = 0;
    for (uint32_t i = 0; i < pt->ncode; i++) {
        const Instr *in = &pt->code[i];
        if (in->op == OP_SETGLOBAL && is_called(const_of(in)->s, m) && (!line || pt->pos[i].line < line))
            line = pt->pos[i].line;
    }
    return line;
}

static void set_further_down(const Frame *f, const Missing *m, Buf *out)
{
    const Proto *main = f->proto->image->main;
    uint32_t line = set_in(main, m);
    for (uint32_t i = 0; i < main->nprotos && !line; i++)
        line = set_in(main->protos[i], m);
    if (line > (uint32_t)ml_debug_line(f))
        ml_buf_printf(out, "hint: '%s' is set further down, in line %u\n", m->name, (unsigned)line);
}

void ml_hint(Proc *p, const Frame *f, const char *msg, size_t len, Buf *out)
{
    Missing m;
    const Proto *pt = f->proto;
    if (!pt || f->pc < pt->code || f->pc >= pt->code + pt->ncode)
        return;
    if (!ml_missing(p, f, msg, len, &m))
        return;
    if (m.is_global && (of_another(p, &m, out) || out_of_scope(f, &m, out)))
        return;
    if (similar(p, f, &m, out))
        return;
    if (m.kind)
        ml_buf_printf(out, "hint: %s '%s' is nil\n", m.kind, m.name);
    else if (m.is_global)
        set_further_down(f, &m, out);
}
