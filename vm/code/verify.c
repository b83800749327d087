/*
 * verify.c - is this code fit to run?
 *
 * One pass over the instructions of each function: registers inside the
 * frame, constants between the first constant and the code, jumps that land
 * on an instruction (and not on the second half of a compare with constant),
 * functions and upvalues that exist, code that cannot run off its end.
 */

#include "vm/code/verify.h"

#include "vm/code/walk.h"

/* What the operands a, b, c are: r a register, u an upvalue, . a number. */
static const char roles[OP_COUNT][4] = {
    [OP_MOVE] = "rr.", [OP_LOADNIL] = "r..", [OP_LOADFALSE] = "r..",
    [OP_LOADTRUE] = "r..", [OP_LOADI] = "r..", [OP_LOADF] = "r..",
    [OP_LOADK] = "r..", [OP_GETUP] = "ru.", [OP_GETSELF] = "r..",
    [OP_NEWBOX] = "r..", [OP_GETBOX] = "rr.",
    [OP_SETBOX] = "rr.", [OP_GETUPBOX] = "ru.", [OP_SETUPBOX] = "ur.",
    [OP_CLOSURE] = "r..", [OP_GETGLOBAL] = "r..", [OP_SETGLOBAL] = "r..",
    [OP_GETINDEX] = "rrr", [OP_GETFIELD] = "rr.", [OP_GETI] = "rr.",
    [OP_SETINDEX] = "rrr", [OP_SETFIELD] = "rr.", [OP_SETI] = "rr.",
    [OP_SELF] = "rr.", [OP_NEWTABLE] = "r..", [OP_SETLIST] = "r..",
    [OP_ADD] = "rrr", [OP_SUB] = "rrr", [OP_MUL] = "rrr", [OP_DIV] = "rrr",
    [OP_MOD] = "rrr", [OP_POW] = "rrr", [OP_IDIV] = "rrr", [OP_BAND] = "rrr",
    [OP_BOR] = "rrr", [OP_BXOR] = "rrr", [OP_SHL] = "rrr", [OP_SHR] = "rrr",
    [OP_ADDK] = "rr.", [OP_SUBK] = "rr.", [OP_MULK] = "rr.", [OP_DIVK] = "rr.",
    [OP_MODK] = "rr.", [OP_POWK] = "rr.", [OP_IDIVK] = "rr.",
    [OP_ADDI] = "rr.", [OP_UNM] = "rr.", [OP_NOT] = "rr.", [OP_BNOT] = "rr.",
    [OP_LEN] = "rr.", [OP_CONCAT] = "rr.",
    [OP_JMP] = "...", [OP_LOOP] = "...", [OP_JT] = "r..", [OP_JF] = "r..",
    [OP_JTSET] = "rr.", [OP_JFSET] = "rr.", [OP_JEQ] = "rr.", [OP_JNE] = "rr.",
    [OP_JLT] = "rr.", [OP_JNLT] = "rr.", [OP_JLE] = "rr.", [OP_JNLE] = "rr.",
    [OP_JEQK] = "r..", [OP_JNEK] = "r..", [OP_JEQI] = "r..", [OP_JNEI] = "r..",
    [OP_JLTI] = "r..", [OP_JNLTI] = "r..", [OP_JLEI] = "r..",
    [OP_JNLEI] = "r..", [OP_JGTI] = "r..", [OP_JNGTI] = "r..",
    [OP_JGEI] = "r..", [OP_JNGEI] = "r..",
    [OP_FORPREP] = "r..", [OP_FORLOOP] = "r..", [OP_TFORPREP] = "r..",
    [OP_TFORCALL] = "r..", [OP_TFORLOOP] = "r..",
    [OP_CALL] = "r..", [OP_TAILCALL] = "r..", [OP_RETURN] = "r..",
    [OP_RETURN0] = "...", [OP_RETURN1] = "r..", [OP_VARARG] = "r..",
    [OP_TBC] = "r..", [OP_CLOSE] = "r..", [OP_SEND] = "rr.", [OP_SENDLIST] = "rr.",
    [OP_RECVSTART] = "r..", [OP_RECVMARK] = "r..", [OP_RECVINIT] = "r..",
    [OP_RECV] = "r..", [OP_RECVNEXT] = "...", [OP_RECVTAG] = "...",
    [OP_RECVPIN] = ".r.", [OP_RECVHOLD] = "r..",
    [OP_RECVTAKE] = "...", [OP_RECVWAIT] = "r..", [OP_RECVELSE] = "...",
    [OP_GUARD] = "...", [OP_PINCHECK] = "r..", [OP_MTAB] = "r..",
    [OP_MGETI] = "rr.", [OP_MGETK] = "rr.", [OP_MTYPE] = "r..",
    [OP_MEQ] = "rr.", [OP_MISNIL] = "r..", [OP_MEMPTY] = "r..",
    [OP_MREST] = "rr.",
};

/* One more than the highest register that an instruction touches beyond its
 * plain operands; 0: none. */
static uint32_t reach(Instr i)
{
    uint32_t a = i.a;
    switch (i.op) {
    case OP_LOADNIL:
        return a + i.b + 1;
    case OP_SELF:
        return a + 2;
    case OP_SETLIST:
        return a + 1 + i.b;
    case OP_SENDLIST:
        return i.c > ML_MAXLIST ? UINT32_MAX : i.b + 1u + i.c;
    case OP_CONCAT:
        return i.c < 2 ? UINT32_MAX : (uint32_t)i.b + i.c;
    case OP_FORPREP:
    case OP_FORLOOP:
    case OP_TFORPREP:
        return a + 4;
    case OP_TFORLOOP:
        return a + 5;
    case OP_TFORCALL:
        return i.c < 1 ? UINT32_MAX : a + 4 + i.c;
    case OP_CALL: {
        uint32_t in = i.b > 0 ? i.b : 1, out = i.c > 0 ? i.c - 1u : 0;
        return a + (in > out ? in : out);
    }
    case OP_TAILCALL:
        return a + (i.b > 0 ? i.b : 1);
    case OP_RETURN:
        return a + (i.b > 0 ? i.b - 1u : 0);
    case OP_VARARG:
        return a + (i.c > 0 ? i.c - 1u : 0);
    case OP_RECVMARK:
    case OP_RECVHOLD:
        return a + i.b;
    case OP_MREST:
        return i.d < 0 ? UINT32_MAX : a + 1 + (uint32_t)i.d;
    }
    return 0;
}

static const char *check_operands(const Proto *p, Instr i)
{
    const char *role = roles[i.op];
    const uint8_t operand[3] = { i.a, i.b, i.c };
    if (!role[0])
        return "an instruction that is never generated";
    for (int n = 0; n < 3; n++) {
        if (role[n] == 'r' && operand[n] >= p->maxstack)
            return "register outside the frame";
        if (role[n] == 'u' && operand[n] >= p->nups)
            return "no such upvalue";
    }
    if (reach(i) > p->maxstack)
        return "registers outside the frame";
    if (i.op == OP_MTYPE && i.b > MT_USERDATA)
        return "no such type";
    if (i.op == OP_CLOSURE) {
        if (i.d < 0 || (uint32_t)i.d >= p->nprotos)
            return "no such function";
        if (p->protos[i.d]->nups == 0)
            return "a closure without upvalues";
    }
    return NULL;
}

static const char *check_constant(const Proto *p, uint32_t pc, Instr i)
{
    int64_t at = (int64_t)pc + i.d;
    if (at >= 0 || at % 2 != 0 || at < -2 * (int64_t)p->nk)
        return "constant out of place";
    const Value *k = (const Value *)(const void *)(p->code + at);
    switch (i.op) {
    case OP_GETGLOBAL:
    case OP_SETGLOBAL:
    case OP_GETFIELD:
    case OP_SETFIELD:
    case OP_SELF:
        return ml_is_str(*k) ? NULL : "name that is no string";
    case OP_ADDK:
    case OP_SUBK:
    case OP_MULK:
    case OP_DIVK:
    case OP_MODK:
    case OP_POWK:
    case OP_IDIVK:
        return ml_is_number(*k) ? NULL : "operand that is no number";
    case OP_LOADK:
        return ml_is_str(*k) || ml_is_number(*k) || k->tag == TAG_FN
            ? NULL : "constant of a strange type";
    }
    return k->tag <= TAG_FLOAT || ml_is_str(*k) ? NULL : "constant of a strange type";
}

static bool is_second_half(const Proto *p, uint32_t pc)
{
    return pc > 0 && ml_op_fmt[p->code[pc - 1].op] == FMT_KJ;
}

static bool is_target(const Proto *p, uint32_t pc)
{
    return pc < p->ncode && !is_second_half(p, pc);
}

static const char *check_jump(const Proto *p, uint32_t pc, Instr i)
{
    int64_t to = (int64_t)pc + 1 + i.d;
    if (to < 0 || to >= (int64_t)p->ncode || !is_target(p, (uint32_t)to))
        return "jump to nowhere";
    bool back = i.d < 0;
    bool may  = i.op == OP_LOOP || i.op == OP_FORLOOP || i.op == OP_TFORLOOP ||
                i.op == OP_RECVNEXT;
    return back == may ? NULL : back ? "backward jump that is not charged"
                                     : "loop that jumps forward";
}

static bool ends(Instr i)
{
    return i.op == OP_RETURN || i.op == OP_RETURN0 || i.op == OP_RETURN1 ||
           i.op == OP_LOOP || i.op == OP_JMP || i.op == OP_TAILCALL;
}

/* Behind a RECVNEXT. */
static const char *check_tags(const Proto *p, uint32_t pc, uint32_t n)
{
    if (n > ML_MAXTAGS || p->ncode - pc - 1 < n)
        return "tags of a receive out of place";
    for (uint32_t i = 1; i <= n; i++)
        if (p->code[pc + i].op != OP_RECVTAG && p->code[pc + i].op != OP_RECVPIN)
            return "tags of a receive out of place";
    return NULL;
}

static const char *check_instr(const Proto *p, uint32_t pc)
{
    Instr i = p->code[pc];
    if (i.op >= OP_COUNT)
        return "no such instruction";
    const char *bad = check_operands(p, i);
    if (!bad && i.op == OP_RECVNEXT)
        bad = check_tags(p, pc, i.a);
    if (bad)
        return bad;
    switch ((OpFmt)ml_op_fmt[i.op]) {
    case FMT_K:
    case FMT_ABK:
        return check_constant(p, pc, i);
    case FMT_KJ:
        if (pc + 1 >= p->ncode || p->code[pc + 1].op != OP_JMP)
            return "compare without its jump";
        return check_constant(p, pc, i);
    case FMT_J:
    case FMT_AJ:
    case FMT_ABJ:
    case FMT_AIJ:
        return check_jump(p, pc, i);
    case FMT_N:
    case FMT_A:
    case FMT_AB:
    case FMT_ABC:
    case FMT_AD:
    case FMT_ABD:
    case FMT_ABCD:
        break;
    }
    return NULL;
}

static const char *check_lists(const Proto *p)
{
    for (uint32_t i = 0; i < p->nlocals; i++) {
        const LocVar *v = &p->locals[i];
        if (!v->name || v->start > v->end || v->end > p->ncode ||
            v->reg >= p->maxstack)
            return "variable out of place";
    }
    for (uint32_t i = 0; i < p->nguards; i++) {
        const GuardRange *g = &p->guards[i];
        if (g->start > g->end || g->end > p->ncode || !is_target(p, g->fail))
            return "guard out of place";
    }
    for (uint32_t i = 0; i < p->nclauses; i++) {
        const RecvClause *c = &p->clauses[i];
        if (c->recv >= p->ncode || p->code[c->recv].op != OP_RECV ||
            c->start > c->end || c->end > p->ncode || !c->text)
            return "clause out of place";
    }
    for (uint32_t i = 0; i < p->nglobals; i++)
        if (!p->globals[i])
            return "global without a name";
    for (uint32_t i = 0; i < p->nups; i++) {
        const UpDesc *u = &p->head.ups[i];
        if (!u->name)
            return "upvalue without a name";
        if (p->parent && u->index >= (u->from_reg ? p->parent->maxstack : p->parent->nups))
            return "upvalue from nowhere";
    }
    for (uint32_t i = 0; i < p->nprotos; i++)
        if (!p->protos[i] || p->protos[i]->parent != p)
            return "function in the wrong place";
    return NULL;
}

static const char *check_proto(const Proto *p, uint32_t *pc)
{
    *pc = 0;
    if (p->maxstack > ML_MAXREG || p->nparams > p->maxstack)
        return "frame of a strange size";
    if ((p->nups == 0) != (p->closure != NULL))
        return "a function without upvalues is shared, no other";
    if (p->ncode == 0 || !ends(p->code[p->ncode - 1]))
        return "code that runs off its end";
    for (; *pc < p->ncode; ++*pc) {
        const char *bad = check_instr(p, *pc);
        if (bad)
            return bad;
    }
    return check_lists(p);
}

const char *ml_image_verify(const Image *im, VerifyAt *where)
{
    ProtoWalk w = { 0 };
    for (const Proto *p = im->main; p; p = ml_proto_next(&w, p)) {
        uint32_t pc;
        const char *bad = check_proto(p, &pc);
        if (bad) {
            if (where)
                *where = (VerifyAt){ p, pc };
            return bad;
        }
    }
    return NULL;
}
