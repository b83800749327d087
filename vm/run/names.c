/*
 * names.c - finds the name of what a register holds, by reading the code
 * backwards as the compiler wrote it.
 *
 * A register that is a local variable at that moment is easy: the function
 * lists its variables. Any other is a temporary, and the instruction that set
 * it last says where the value came from:
 *
 *     GETGLOBAL 3 K"account"      R3: global 'account'
 *     GETFIELD  3 3 K"owner"      R3: field 'owner'
 *     GETFIELD  3 3 K"name"    <- fails: R3 is field 'owner'
 *
 * An instruction that some jump can skip proves nothing, and then there is no
 * name. The words are those of stock Lua, so that messages read the same.
 */
#include <string.h>

#include "vm/data/tab.h"
#include "vm/run/names.h"
#include "vm/proc/vm.h"

static const Value *const_of(const Instr *i)
{
    return (const Value *)(const void *)((const char *)i + (int64_t)i->d * 8);
}

static const char *text(const Str *s) { return s ? ml_str_data(s) : "?"; }

const LocVar *ml_name_local(const Proto *pt, uint32_t at, unsigned reg)
{
    for (uint32_t i = pt->nlocals; i-- > 0;) {
        const LocVar *l = &pt->locals[i];
        if (l->reg == reg && l->start <= at && at < l->end)
            return l;
    }
    return NULL;
}

/* --- which instruction set a register --- */

static bool in_run(unsigned reg, unsigned first, unsigned n)
{
    return reg >= first && reg < first + n;
}

static bool sets(const Instr *i, unsigned reg)
{
    switch ((Op)i->op) {
    case OP_LOADNIL:
        return in_run(reg, i->a, i->b + 1u);
    case OP_CALL: case OP_TAILCALL:
        return reg >= i->a;
    case OP_TFORCALL:
        return reg >= i->a + 4u;
    case OP_VARARG:
        return i->c == 0 ? reg >= i->a : in_run(reg, i->a, i->c - 1u);
    case OP_SELF:
        return in_run(reg, i->a, 2);
    case OP_CONCAT:
        return reg == i->a || in_run(reg, i->b, i->c);
    case OP_FORPREP: case OP_FORLOOP:
        return in_run(reg, i->a, 4);
    case OP_TFORLOOP:
        return reg == i->a + 2u;
    case OP_MOVE: case OP_LOADFALSE: case OP_LOADTRUE: case OP_LOADI:
    case OP_LOADF: case OP_LOADK: case OP_GETUP: case OP_GETSELF:
    case OP_GETCELL: case OP_GETCELLF: case OP_NESTED: case OP_NEWBOX: case OP_GETBOX: case OP_GETUPBOX:
    case OP_CLOSURE: case OP_GETGLOBAL: case OP_GETINDEX: case OP_GETFIELD:
    case OP_GETI: case OP_NEWTABLE:
    case OP_ADD: case OP_SUB: case OP_MUL: case OP_DIV: case OP_MOD:
    case OP_POW: case OP_IDIV: case OP_BAND: case OP_BOR: case OP_BXOR:
    case OP_SHL: case OP_SHR: case OP_ADDK: case OP_SUBK: case OP_MULK:
    case OP_DIVK: case OP_MODK: case OP_POWK: case OP_IDIVK: case OP_ADDI:
    case OP_UNM: case OP_NOT: case OP_BNOT: case OP_LEN:
    case OP_JTSET: case OP_JFSET:
    case OP_RECVINIT: case OP_RECV: case OP_MGETI: case OP_MGETK: case OP_MREST:
        return reg == i->a;
    default:
        return false;
    }
}

static bool jumps(const Instr *i)
{
    switch ((OpFmt)ml_op_fmt[i->op]) {
    case FMT_J: case FMT_AJ: case FMT_ABJ: case FMT_AIJ:
        return true;
    default:
        return false;
    }
}

int64_t ml_name_setter(const Proto *pt, uint32_t at, unsigned reg)
{
    int64_t found = -1, target = 0;     /* code before target may be skipped */
    for (uint32_t pc = 0; pc < at; pc++) {
        const Instr *i = &pt->code[pc];
        if (jumps(i)) {
            int64_t to = (int64_t)pc + 1 + i->d;
            if (to <= at && to > target)
                target = to;
        }
        if (sets(i, reg))
            found = pc < target ? -1 : (int64_t)pc;
    }
    return found;
}

/* --- names --- */

static Name named(const char *kind, const char *name) { return (Name){ kind, name }; }

/* A step through code that names a register by another one. The chain is
 * short, and each link lies further back, so this is a loop. */
typedef struct Step { uint32_t at; unsigned reg; bool again; } Step;

static bool is_env(const Proto *pt, uint32_t at, unsigned reg);

static Name by_setter(const Proto *pt, uint32_t pc, Step *go)
{
    const Instr *i = &pt->code[pc];
    switch ((Op)i->op) {
    case OP_MOVE:
        if (i->b < i->a)
            *go = (Step){ pc, i->b, true };
        break;
    case OP_GETBOX:
        *go = (Step){ pc, i->b, true };
        break;
    case OP_GETUP: case OP_GETUPBOX:
        return named("upvalue", text(pt->head.ups[i->b].name));
    case OP_GETSELF:
        return named("upvalue", text(pt->name));
    case OP_GETCELL:
        return named("upvalue", text(pt->upvars[i->d].name));
    case OP_GETCELLF:
        return named("global", ml_str_data(const_of(i)->s));
    case OP_GETGLOBAL:
        return named("global", ml_str_data(const_of(i)->s));
    case OP_GETFIELD:
        return named(is_env(pt, pc, i->b) ? "global" : "field", ml_str_data(const_of(i)->s));
    case OP_GETI:                       /* stock Lua has the small ones in the instruction */
        return named("field", i->d >= 0 && i->d <= 255 ? "integer index" : "?");
    case OP_GETINDEX: {
        int64_t k = ml_name_local(pt, pc, i->c) ? -1 : ml_name_setter(pt, pc, i->c);
        const Instr *ki = k < 0 ? NULL : &pt->code[k];
        if (ki && ki->op == OP_LOADK && const_of(ki)->tag == TAG_STR)
            return named("field", ml_str_data(const_of(ki)->s));
        return named("field", "?");
    }
    case OP_SELF:
        return named("method", ml_str_data(const_of(i)->s));
    case OP_LOADK: {
        const Value *k = const_of(i);
        if (k->tag == TAG_STR)
            return named("constant", ml_str_data(k->s));
        /* an outer function that never changes is a constant here */
        if (k->tag == TAG_FN && k->f->proto->parent != pt && k->f->proto->name)
            return named("upvalue", text(k->f->proto->name));
        break;
    }
    default:
        break;
    }
    return named(NULL, NULL);
}

static Name find(const Proto *pt, uint32_t at, unsigned reg, bool fields)
{
    Step go = { at, reg, true };
    Name n = named(NULL, NULL);
    while (go.again) {
        go.again = false;
        const LocVar *l = ml_name_local(pt, go.at, go.reg);
        if (l)
            return named("local", text(l->name));
        int64_t pc = ml_name_setter(pt, go.at, go.reg);
        if (pc < 0)
            break;
        if (!fields && (pt->code[pc].op == OP_GETFIELD || pt->code[pc].op == OP_GETINDEX))
            break;
        n = by_setter(pt, (uint32_t)pc, &go);
    }
    return n;
}

Name ml_name_reg(const Proto *pt, uint32_t at, unsigned reg)
{
    return find(pt, at, reg, true);
}

/* Is what a field was taken from the table of globals? */
static bool is_env(const Proto *pt, uint32_t at, unsigned reg)
{
    Name n = find(pt, at, reg, false);
    return n.name && strcmp(n.name, "_ENV") == 0;
}

/* --- calls --- */

/* The metamethod that an instruction may call. */
static const char *event(const Instr *i)
{
    static const char *const arith[] = {
        [OP_ADD] = "add", [OP_SUB] = "sub", [OP_MUL] = "mul", [OP_DIV] = "div",
        [OP_MOD] = "mod", [OP_POW] = "pow", [OP_IDIV] = "idiv", [OP_BAND] = "band",
        [OP_BOR] = "bor", [OP_BXOR] = "bxor", [OP_SHL] = "shl", [OP_SHR] = "shr",
        [OP_ADDK] = "add", [OP_SUBK] = "sub", [OP_MULK] = "mul", [OP_DIVK] = "div",
        [OP_MODK] = "mod", [OP_POWK] = "pow", [OP_IDIVK] = "idiv",
        [OP_UNM] = "unm", [OP_BNOT] = "bnot", [OP_LEN] = "len", [OP_CONCAT] = "concat"
    };
    switch ((Op)i->op) {
    case OP_GETGLOBAL: case OP_GETINDEX: case OP_GETFIELD: case OP_GETI: case OP_SELF:
    case OP_GETCELLF:
        return "index";
    case OP_SETCELLF: case OP_SETGLOBAL: case OP_SETINDEX: case OP_SETFIELD: case OP_SETI:
        return "newindex";
    case OP_ADDI:
        return i->c == ADDI_SUB ? "sub" : "add";
    case OP_JEQ: case OP_JNE: case OP_JEQI: case OP_JNEI:
        return "eq";
    case OP_JLT: case OP_JNLT: case OP_JLTI: case OP_JNLTI: case OP_JGTI: case OP_JNGTI:
        return "lt";
    case OP_JLE: case OP_JNLE: case OP_JLEI: case OP_JNLEI: case OP_JGEI: case OP_JNGEI:
        return "le";
    default:
        return i->op < sizeof arith / sizeof arith[0] ? arith[i->op] : NULL;
    }
}

static Name call_by_vm(const Frame *callee, const Frame *caller)
{
    const char *ev;
    switch (ml_info_kind(callee->info)) {
    case INFO_RESULT: case INFO_TEST: case INFO_DROP: case INFO_CONCAT:
        ev = caller && caller->proto ? event(caller->pc) : NULL;
        return named(ev ? "metamethod" : NULL, ev);
    case INFO_REDO: case INFO_UNWIND:
        return named("metamethod", "close");
    case INFO_FINAL:
        return named("metamethod", "__gc");
    default:                            /* a native function called it */
        if (caller && caller->native && strcmp(caller->native->name, "collectgarbage") == 0)
            return named("metamethod", "__gc");
        return named(NULL, NULL);
    }
}

/* A library function calls what it was given: by a variable of its own, or by
 * a metamethod. What it calls otherwise works for it. */
bool ml_name_is_callback(const Frame *callee, const Frame *caller)
{
    if (!caller->proto || !ml_name_is_library(caller->proto))
        return false;
    if (callee->info)
        return true;
    Name n = ml_name_reg(caller->proto, ml_frame_index(caller), caller->pc->a);
    return n.kind && strcmp(n.kind, "local") == 0;
}

Name ml_name_call(const Frame *callee, const Frame *caller)
{
    if (caller && caller->proto && ml_name_is_library(caller->proto))
        return named(NULL, NULL);
    if (callee->info)
        return call_by_vm(callee, caller);
    if (!caller || !caller->proto || callee->tail)
        return named(NULL, NULL);
    if (caller->pc->op == OP_TFORCALL)
        return named("for iterator", "for iterator");
    if (caller->pc->op != OP_CALL && caller->pc->op != OP_TAILCALL)
        return named(NULL, NULL);
    return ml_name_reg(caller->proto, ml_frame_index(caller), caller->pc->a);
}

Name ml_name_frame(Proc *p, const Frame *f)
{
    Frame up = *f;
    bool is_first = !ml_frame_next(p, &up, false);
    return ml_name_call(f, is_first ? NULL : &up);
}

/* --- the names of library functions --- */

bool ml_name_is_library(const Proto *pt)
{
    return pt->library;
}

static Tab *table_at(Proc *p, Tab *t, const char *key)
{
    const Value *v = t ? ml_tab_gets(p->heap, t, key) : NULL;
    return v && v->tag == TAG_TAB ? ml_rtab(p, v->t) : NULL;
}

/* The name of fn among the fields of t, or NULL. */
static const Str *field_of(const Tab *t, Value fn)
{
    Value k, v;
    for (uint64_t pos = 0; ml_tab_each(t, &pos, &k, &v);)
        if (v.u == fn.u && v.tag == fn.tag && k.tag == TAG_STR)
            return k.s;
    return NULL;
}

static void join(char *out, size_t size, const Str *lib, const Str *name)
{
    size_t at = 0;
    if (lib) {
        for (size_t i = 0; i < lib->len && at + 2 < size; i++)
            out[at++] = ml_str_data(lib)[i];
        out[at++] = '.';
    }
    for (size_t i = 0; i < name->len && at + 1 < size; i++)
        out[at++] = ml_str_data(name)[i];
    out[at] = 0;
}

bool ml_name_global(Proc *p, Value fn, char *out, size_t size)
{
    fn.tag = (uint8_t)fn.tag;
    if (fn.tag == TAG_FN)
        fn.f = ml_fn_original(fn.f);
    Tab *g = ml_rtab(p, p->globals);
    const Str *name = field_of(g, fn);
    if (name) {
        join(out, size, NULL, name);
        return true;
    }
    Tab *from = table_at(p, table_at(p, g, "package"), "loaded");
    if (!from)
        from = g;
    name = field_of(p->vm->slow, fn);           /* works for a built-in function */
    if (name) {
        join(out, size, NULL, name);
        return true;
    }
    Value k, v;
    for (uint64_t pos = 0; ml_tab_each(from, &pos, &k, &v);) {
        if (v.tag != TAG_TAB || k.tag != TAG_STR)
            continue;
        name = field_of(ml_rtab(p, v.t), fn);
        if (name) {
            join(out, size, k.s, name);
            return true;
        }
    }
    return false;
}
