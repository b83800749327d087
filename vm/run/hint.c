/*
 * hint.c - why a name may have had no value.
 *
 * An error about a nil value mostly tells how the source calls that value, else
 * it is found among the operands; the code tells where it was looked for. From there the reasons are tried, the surest
 * first:
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
 * still alive.
 */
#include <stdio.h>
#include <string.h>

#include "vm/base/buf.h"
#include "vm/run/debug.h"
#include "vm/run/hint.h"
#include "vm/run/names.h"
#include "vm/proc/vm.h"

enum { MOST = 4096,             /* names whose makers are remembered */
       NAME = 40,               /* bytes of a name that is compared */
       KEYS = 2000,             /* keys looked at */
       CHAIN = 8 };             /* tables along __index */

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
    VMap *makers = &p->vm->makers;
    if (!(name->h.flags & OF_SYMBOL))
        return;
    Maker m = unpack(ml_vmap_get(makers, ml_v_str(name)));
    if (ml_is_nil(m.pid) ? makers->n >= MOST : ml_proc_find(p->vm, m.pid) != NULL)
        return;
    m = (Maker){ p->pid, (uint32_t)p->vm->next_serial };
    ml_vmap_set(makers, ml_v_str(name), pack(m));       /* no memory: no hint */
}

static bool of_another(Proc *p, Str *name, Buf *out)
{
    Maker m = unpack(ml_vmap_get(&p->vm->makers, ml_v_str(name)));
    unsigned who = (unsigned)ml_pid_index(m.pid);
    if (ml_is_nil(m.pid) || ml_raw_equal(m.pid, p->pid))
        return false;
    ml_buf_printf(out, "hint: '%s' is a global of ", ml_str_data(name));
    if (!ml_raw_equal(m.pid, p->parent))
        ml_buf_printf(out, "<0.%u>; processes share no globals\n", who);
    else if ((int32_t)(m.time - (uint32_t)p->serial) >= 0)
        ml_buf_printf(out, "the parent <0.%u>, set after this process was spawned\n", who);
    else
        ml_buf_printf(out, "the parent <0.%u>; a new process gets copies of those that its code mentions\n", who);
    return true;
}

/* --- the name in the message --- */

typedef enum { CALLED, INDEXED, OTHER } Use;

typedef struct Missing {        /* what was nil */
    Use         use;
    const char *kind;           /* NULL: the message tells; else "global", "field", "local", ... */
    bool        is_global, is_field;
    uint32_t    at;             /* the instruction that used it */
    char        name[NAME + 1];
    size_t      len;
} Missing;

static bool is_name(const char *s, size_t n)
{
    if (n == 0 || n > NAME || (s[0] >= '0' && s[0] <= '9'))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!(s[i] == '_' || (s[i] >= '0' && s[i] <= '9') || ((s[i] | 32) >= 'a' && (s[i] | 32) <= 'z')))
            return false;
    return true;
}

static bool take(const char **s, const char *end, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(end - *s) < n || memcmp(*s, word, n) != 0)
        return false;
    *s += n;
    return true;
}

/* "attempt to call a nil value (global 'x')" */
static bool read_message(const char *s, size_t len, Missing *m)
{
    static const char nil[] = " a nil value (";
    const char *end = s + len, *at = NULL;
    if (!take(&s, end, "attempt to "))
        return false;
    m->use = take(&s, end, "call") ? CALLED : take(&s, end, "index") ? INDEXED : OTHER;
    for (; s < end && !at; s++)
        at = take(&s, end, nil) ? s : NULL;
    if (!at)
        return false;
    s = at;
    m->is_global = take(&s, end, "global '");
    m->is_field = !m->is_global;
    if (!m->is_global && !take(&s, end, "field '") && !take(&s, end, "method '"))
        return false;
    if (end - s < 3 || memcmp(end - 2, "')", 2) != 0)
        return false;
    m->len = (size_t)(end - 2 - s);
    if (!is_name(s, m->len))
        return false;
    memcpy(m->name, s, m->len);
    m->name[m->len] = 0;
    return true;
}

/* --- names that the message does not tell --- */

/* What register reg is called at that instruction, if it holds nil. */
static bool nil_in(const Frame *f, uint32_t at, unsigned reg, Missing *m)
{
    const Proto *pt = f->proto;
    if (reg >= pt->maxstack || !ml_is_nil(f->base[reg]))
        return false;
    Name n = ml_name_reg(pt, at, reg);
    size_t len = n.kind ? strlen(n.name) : 0;
    if (!is_name(n.name, len))
        return false;
    *m = (Missing){ .use = OTHER, .kind = n.kind, .len = len, .at = at };
    m->is_global = strcmp(n.kind, "global") == 0;
    m->is_field = strcmp(n.kind, "field") == 0;
    memcpy(m->name, n.name, len + 1);
    return true;
}

/* attempt to compare nil with number */
static bool compared(const Frame *f, const char *s, size_t len, Missing *m)
{
    const char *end = s + len;
    if (!take(&s, end, "attempt to compare "))
        return false;
    switch ((OpFmt)ml_op_fmt[f->pc->op]) {
    case FMT_ABJ:
        return nil_in(f, ml_frame_index(f), f->pc->a, m) || nil_in(f, ml_frame_index(f), f->pc->b, m);
    case FMT_AIJ:
        return nil_in(f, ml_frame_index(f), f->pc->a, m);
    default:
        return false;
    }
}

/* bad argument #1 to 'pairs' (table expected, got nil) */
static bool given(const Frame *f, const char *s, size_t len, Missing *m)
{
    static const char got[] = ", got nil)";
    const char *end = s + len;
    if (!take(&s, end, "bad argument #") || (f->pc->op != OP_CALL && f->pc->op != OP_TAILCALL))
        return false;
    if (end - s < (int)sizeof got || s[1] != ' ' || memcmp(end - sizeof got + 1, got, sizeof got - 1) != 0)
        return false;
    uint32_t at = ml_frame_index(f);
    int64_t set = ml_name_setter(f->proto, at, f->pc->a);
    bool is_method = set >= 0 && f->proto->code[set].op == OP_SELF;
    return s[0] >= '1' && s[0] <= '9' && nil_in(f, at, f->pc->a + (unsigned)(s[0] - '0') + is_method, m);
}

/* for k, v in pairs(nil): the iterator fails, what pairs was given is nil. */
static bool iterated(const Frame *f, Missing *m)
{
    unsigned a = f->pc->a;
    if (f->pc->op != OP_TFORCALL || !ml_is_nil(f->base[a + 1]))
        return false;
    int64_t call = ml_name_setter(f->proto, ml_frame_index(f), a + 1);
    const Instr *i = call < 0 ? NULL : &f->proto->code[call];
    return i && i->op == OP_CALL && i->a == a && nil_in(f, (uint32_t)call, a + 1, m);
}

/* --- what values the code worked with --- */

static Value unboxed(Value v) { return v.tag == TAG_BOX ? v.b->v : v; }

static const Value *const_of(const Instr *i)
{
    return (const Value *)(const void *)((const char *)i + (int64_t)i->d * 8);
}

static Tab *index_table(Proc *p, Value v)
{
    Value t = ml_is_tab(v) ? v : ml_metamethod(p, v, MM_INDEX);
    return ml_is_tab(t) ? ml_rtab(p, t.t) : NULL;
}

static Value field_of(Proc *p, Value v, Str *k)
{
    for (int i = 0; i < CHAIN; i++) {
        Tab *t = index_table(p, v);
        if (!t)
            break;
        const Value *x = ml_tab_getstr(&p->heap, t, k);
        if (!ml_is_nil(*x))
            return *x;
        v = ml_is_tab(v) ? ml_metamethod(p, v, MM_INDEX) : ml_v_tab(t);
    }
    return ml_v_nil();
}

/*
 * What register reg held before instruction `at` of the frame; nil: not to be
 * found out. A temporary may have been overwritten on the way to the failing
 * instruction; then it is looked up again where it came from, link by link
 * towards the start of the chain.
 */
static Value value_of(Proc *p, const Frame *f, uint32_t at, unsigned reg)
{
    enum { LINKS = 6 };
    const Proto *pt = f->proto;
    Str *fields[LINKS];
    int n = 0;
    Value v = ml_v_nil();
    for (;;) {
        int64_t pc = ml_name_local(pt, at, reg) ? -1 : ml_name_setter(pt, at, reg);
        if (pc < 0 || ml_name_setter(pt, ml_frame_index(f), reg) == pc) {
            if (pc >= 0 || ml_name_local(pt, at, reg))
                v = unboxed(f->base[reg]);
            break;
        }
        const Instr *i = &pt->code[pc];
        if (i->op == OP_GETFIELD && n < LINKS) {
            fields[n++] = const_of(i)->s;
            at = (uint32_t)pc;
            reg = i->b;
            continue;
        }
        if (i->op == OP_MOVE || i->op == OP_GETBOX)
            v = unboxed(f->base[i->b]);
        else if (i->op == OP_GETUP || i->op == OP_GETUPBOX)
            v = unboxed(ml_frame_fn(f)->up[i->b]);
        else if (i->op == OP_GETGLOBAL)
            v = field_of(p, ml_v_tab(p->globals), const_of(i)->s);
        else if (i->op == OP_LOADK)
            v = *const_of(i);
        break;
    }
    while (n > 0)
        v = field_of(p, v, fields[--n]);
    return v;
}

/* The value in which the missing field was looked for. */
static Value container(Proc *p, const Frame *f, const Missing *m)
{
    const Proto *pt = f->proto;
    const Instr *user = &pt->code[m->at];
    const unsigned regs[] = { user->a, user->b, user->c };
    unsigned n = user->op == OP_CALL || user->op == OP_TAILCALL ? 10 : 3;
    for (unsigned k = 0; k < n; k++) {
        unsigned reg = n == 3 ? regs[k] : user->a + k;          /* function and arguments, or operands */
        if (reg >= pt->maxstack || ml_name_local(pt, m->at, reg))
            continue;
        int64_t pc = ml_name_setter(pt, m->at, reg);
        const Instr *i = pc < 0 ? NULL : &pt->code[pc];
        if (!i || (i->op != OP_GETFIELD && i->op != OP_SELF) || strcmp(ml_str_data(const_of(i)->s), m->name) != 0)
            continue;
        if (i->op == OP_SELF)
            return unboxed(f->base[reg + 1]);
        return value_of(p, f, (uint32_t)pc, i->b);
    }
    return ml_v_nil();
}

/* --- similar names --- */

static int least(int a, int b) { return a < b ? a : b; }

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c; }

/* Insertions, deletions, replacements, and exchanges of neighbours that make
 * one name of the other, whatever the case of its letters. */
static int distance(const char *a, size_t na, const char *b, size_t nb)
{
    int rows[3][NAME + 1], *before = rows[0], *last = rows[1], *now = rows[2];
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

static bool is_fitting(Proc *p, Use use, Value v)
{
    switch (use) {
    case CALLED:
        return ml_is_fn(v) || !ml_is_nil(ml_metamethod(p, v, MM_CALL));
    case INDEXED:
        return !ml_is_nil(v) && (ml_is_tab(v) || ml_metatable(p, v));
    case OTHER:
        break;
    }
    return !ml_is_nil(v);
}

static void offer(Best *b, const char *name, size_t len)
{
    const Missing *m = b->m;
    size_t more = len > m->len ? len - m->len : m->len - len;
    if (more > (size_t)b->dist || len < 2 || !is_name(name, len))
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
        Tab *t = index_table(b->p, v);
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
static void offer_made(Best *b, const VMap *makers)
{
    for (uint32_t i = 0; i < makers->cap; i++)
        if (makers->e[i].k.tag == TAG_STR)
            offer(b, ml_str_data(makers->e[i].k.s), makers->e[i].k.s->len);
}

static bool similar(Proc *p, const Frame *f, const Missing *m, Buf *out)
{
    int allowed = m->len < 3 ? 0 : m->len < 6 ? 1 : m->len < 9 ? 2 : 3;
    Best b = { .p = p, .m = m, .left = KEYS, .dist = allowed + 1 };
    if (m->is_global) {
        offer_locals(&b, f);
        offer_outer(&b, f->proto);
        offer_keys(&b, ml_v_tab(p->globals));
        offer_made(&b, &p->vm->makers);
    } else if (m->is_field) {
        offer_keys(&b, container(p, f, m));
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
            if (l->name->len != m->len || memcmp(ml_str_data(l->name), m->name, m->len) != 0)
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
static uint32_t set_in(const Proto *pt, const Str *name)
{
    uint32_t line = 0;
    for (uint32_t i = 0; i < pt->ncode; i++) {
        const Instr *in = &pt->code[i];
        if (in->op == OP_SETGLOBAL && ml_str_equal(const_of(in)->s, name) && (!line || pt->pos[i].line < line))
            line = pt->pos[i].line;
    }
    return line;
}

static void set_further_down(const Frame *f, const Missing *m, Str *name, Buf *out)
{
    const Proto *main = f->proto->image->main;
    uint32_t line = set_in(main, name);
    for (uint32_t i = 0; i < main->nprotos && !line; i++)
        line = set_in(main->protos[i], name);
    if (line > (uint32_t)ml_debug_line(f))
        ml_buf_printf(out, "hint: '%s' is set further down, in line %u\n", m->name, (unsigned)line);
}

/* The name as the code has it. */
static Str *name_in(const Proto *pt, const Missing *m)
{
    for (const Value *k = ml_proto_k(pt); k < (const Value *)(const void *)pt->code; k++)
        if (k->tag == TAG_STR && k->s->len == m->len && memcmp(ml_str_data(k->s), m->name, m->len) == 0)
            return k->s;
    return NULL;
}

void ml_hint(Proc *p, const Frame *f, const char *msg, size_t len, Buf *out)
{
    Missing m;
    const Proto *pt = f->proto;
    if (!pt || f->pc < pt->code || f->pc >= pt->code + pt->ncode)
        return;
    m.kind = NULL;
    m.at = ml_frame_index(f);
    if (!read_message(msg, len, &m) && !compared(f, msg, len, &m) && !given(f, msg, len, &m) && !iterated(f, &m))
        return;
    Str *name = m.is_global ? name_in(pt, &m) : NULL;
    if (name && (of_another(p, name, out) || out_of_scope(f, &m, out)))
        return;
    if (similar(p, f, &m, out))
        return;
    if (m.kind)
        ml_buf_printf(out, "hint: %s '%s' is nil\n", m.kind, m.name);
    else if (name)
        set_further_down(f, &m, name, out);
}
