/*
 * missing.c - which nil an error is about.
 *
 * Most messages tell what the source calls it: "global 'x'". Comparisons, loops
 * and bad arguments do not; there it is found among the registers of the
 * instruction, and their names as names.c finds them. What a field was taken
 * from lies in a register still, or is looked up again.
 */
#include <string.h>

#include "vm/run/missing.h"
#include "vm/run/names.h"
#include "vm/proc/vm.h"

enum { CHAIN = 8 };             /* tables along __index */

/* --- the name in the message --- */

bool ml_is_name(const char *s, size_t n)
{
    if (n == 0 || n > MISSING_NAME || (s[0] >= '0' && s[0] <= '9'))
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
    m->use = take(&s, end, "call") ? MISSING_CALLED : take(&s, end, "index") ? MISSING_INDEXED : MISSING_OTHER;
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
    if (m->is_field && m->len == 1 && *s == '?') {      /* t[k] */
        m->len = 0;
        return true;
    }
    if (!ml_is_name(s, m->len))
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
    if (!ml_is_name(n.name, len))
        return false;
    *m = (Missing){ .use = MISSING_OTHER, .kind = n.kind, .len = len, .at = at, .reg = (int)reg, .in = ml_v_nil() };
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

/* bad 'for' limit (number expected, got nil) */
static bool counted(const Frame *f, const char *s, size_t len, Missing *m)
{
    const char *end = s + len;
    if (f->pc->op != OP_FORPREP || !take(&s, end, "bad 'for' "))
        return false;
    unsigned reg = f->pc->a + (take(&s, end, "limit") ? 1 : take(&s, end, "step") ? 2 : 0);
    int64_t set = ml_name_setter(f->proto, ml_frame_index(f), reg);
    return set >= 0 && nil_in(f, (uint32_t)set + 1, reg, m);    /* not a hidden variable yet */
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

Tab *ml_index_table(Proc *p, Value v)
{
    Value t = ml_is_tab(v) ? v : ml_metamethod(p, v, MM_INDEX);
    return ml_is_tab(t) ? ml_rtab(p, t.t) : NULL;
}

static Value field_of(Proc *p, Value v, Str *k)
{
    for (int i = 0; i < CHAIN; i++) {
        Tab *t = ml_index_table(p, v);
        if (!t)
            break;
        const Value *x = ml_tab_getstr(p->heap, t, k);
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

static bool is_called(const Str *s, const Missing *m)
{
    return s->len == m->len && memcmp(ml_str_data(s), m->name, m->len) == 0;
}

/* t[k]: the name is a value. */
static bool take_key(Proc *p, const Frame *f, uint32_t at, Missing *m)
{
    Value k = value_of(p, f, at, f->proto->code[at].c);
    if (k.tag != TAG_STR || !ml_is_name(ml_str_data(k.s), k.s->len))
        return false;
    m->kind = "field";
    m->len = k.s->len;
    memcpy(m->name, ml_str_data(k.s), m->len + 1);
    return true;
}

/* Where the field was looked for, and its name if the message does not tell. */
static void find_lookup(Proc *p, const Frame *f, Missing *m)
{
    const Proto *pt = f->proto;
    const Instr *user = &pt->code[m->at];
    const unsigned regs[] = { user->a, user->b, user->c };
    for (int k = 0; k < (m->reg < 0 ? 3 : 1); k++) {
        unsigned reg = m->reg < 0 ? regs[k] : (unsigned)m->reg;
        int64_t pc = reg >= pt->maxstack || ml_name_local(pt, m->at, reg) ? -1 : ml_name_setter(pt, m->at, reg);
        const Instr *i = pc < 0 ? NULL : &pt->code[pc];
        if (!i)
            continue;
        bool named = (i->op == OP_GETFIELD || i->op == OP_SELF) && is_called(const_of(i)->s, m);
        if (!named && (i->op != OP_GETINDEX || m->len > 0 || !take_key(p, f, (uint32_t)pc, m)))
            continue;
        m->in = i->op == OP_SELF ? unboxed(f->base[reg + 1]) : value_of(p, f, (uint32_t)pc, i->b);
        return;
    }
}

bool ml_missing(Proc *p, const Frame *f, const char *msg, size_t len, Missing *m)
{
    *m = (Missing){ .reg = -1, .at = ml_frame_index(f), .in = ml_v_nil() };
    if (!read_message(msg, len, m) && !compared(f, msg, len, m) && !given(f, msg, len, m) &&
        !counted(f, msg, len, m) && !iterated(f, m))
        return false;
    if (!m->is_field)
        return true;
    find_lookup(p, f, m);
    if (ml_is_tab(m->in) && ml_rtab(p, m->in.t) == ml_rtab(p, p->globals)) {       /* _G.x */
        m->is_global = true;
        m->is_field = false;
        m->kind = m->kind ? "global" : NULL;
    }
    return m->len > 0;
}
