/*
 * dis.c - code as a listing that can be read without the manual.
 *
 *     function counter (n), lines 3-20: 6 registers, no upvalues
 *       2 constants: "incr" "get"
 *
 *          0     4  LOADI     R1 0             total = 0
 *        > 1     5  GETGLOBAL R2 "print"       R2 = global print
 *
 * The columns: `>` where a jump leads to, index, source line, instruction,
 * operands, and what it does in words. A register that holds a local at that
 * place is shown by the name of the local in the last column.
 */

#include <string.h>

#include "vm/base/buf.h"
#include "vm/code/image.h"
#include "vm/code/walk.h"
#include "vm/data/num.h"
#include "vm/data/str.h"

const char *const ml_op_names[OP_COUNT] = {
#define X(name, fmt) #name,
    ML_OPS(X)
#undef X
};

const uint8_t ml_op_fmt[OP_COUNT] = {
#define X(name, fmt) FMT_##fmt,
    ML_OPS(X)
#undef X
};

/*
 * In words. %a %b %c registers; %A %B %C %D numbers; %u %U upvalue of b, of
 * a; %k constant; %n constant as a bare name; %i the immediate; %f function
 * d; %j where a jump leads; %J where the jump of the next instruction leads;
 * %l registers a .. a+b; %r registers of a list, by op.
 */
static const char *const words[OP_COUNT] = {
    [OP_MOVE] = "%a = %b", [OP_LOADNIL] = "%l = nil",
    [OP_LOADFALSE] = "%a = false", [OP_LOADTRUE] = "%a = true",
    [OP_LOADI] = "%a = %D", [OP_LOADF] = "%a = %D.0", [OP_LOADK] = "%a = %k",
    [OP_GETUP] = "%a = %u", [OP_GETSELF] = "%a = this function",
    [OP_NEWBOX] = "%a lives in a box from here on", [OP_GETBOX] = "%a = %b",
    [OP_SETBOX] = "%a = %b", [OP_GETUPBOX] = "%a = %u",
    [OP_SETUPBOX] = "%U = %b", [OP_CLOSURE] = "%a = function %f",
    [OP_GETCELL] = "%a = variable %D", [OP_SETCELL] = "variable %D = %a",
    [OP_GETCELLF] = "%a = field %n of variable %B",
    [OP_SETCELLF] = "field %n of variable %B = %a", [OP_NESTED] = "%a = function %f",
    [OP_GETGLOBAL] = "%a = global %n", [OP_SETGLOBAL] = "global %n = %a",
    [OP_GETINDEX] = "%a = %b[%c]", [OP_GETFIELD] = "%a = %b.%n",
    [OP_GETI] = "%a = %b[%D]", [OP_SETINDEX] = "%a[%b] = %c",
    [OP_SETFIELD] = "%a.%n = %b", [OP_SETI] = "%a[%D] = %b",
    [OP_SELF] = "%a = method %b:%n, its object behind it",
    [OP_NEWTABLE] = "%a = {} with room for %D items, %i fields",
    [OP_SETLIST] = "items from %D + 1 on into %a",
    [OP_ADD] = "%a = %b + %c", [OP_SUB] = "%a = %b - %c",
    [OP_MUL] = "%a = %b * %c", [OP_DIV] = "%a = %b / %c",
    [OP_MOD] = "%a = %b %% %c", [OP_POW] = "%a = %b ^ %c",
    [OP_IDIV] = "%a = %b // %c", [OP_BAND] = "%a = %b & %c",
    [OP_BOR] = "%a = %b | %c", [OP_BXOR] = "%a = %b ~ %c",
    [OP_SHL] = "%a = %b << %c", [OP_SHR] = "%a = %b >> %c",
    [OP_ADDK] = "%a = %b + %k", [OP_SUBK] = "%a = %b - %k",
    [OP_MULK] = "%a = %b * %k", [OP_DIVK] = "%a = %b / %k",
    [OP_MODK] = "%a = %b %% %k", [OP_POWK] = "%a = %b ^ %k",
    [OP_IDIVK] = "%a = %b // %k", [OP_ADDI] = "%a = %b %+",
    [OP_UNM] = "%a = -%b", [OP_NOT] = "%a = not %b", [OP_BNOT] = "%a = ~%b",
    [OP_LEN] = "%a = #%b", [OP_CONCAT] = "%a = %C values from %b on, joined",
    [OP_JMP] = "to %j", [OP_LOOP] = "back to %j",
    [OP_JT] = "if %a: to %j", [OP_JF] = "if not %a: to %j",
    [OP_JTSET] = "if %b: %a = %b, to %j", [OP_JFSET] = "if not %b: %a = %b, to %j",
    [OP_JEQ] = "if %a == %b: to %j", [OP_JNE] = "if %a ~= %b: to %j",
    [OP_JLT] = "if %a < %b: to %j", [OP_JNLT] = "if not %a < %b: to %j",
    [OP_JLE] = "if %a <= %b: to %j", [OP_JNLE] = "if not %a <= %b: to %j",
    [OP_JEQK] = "if %a == %k: to %J", [OP_JNEK] = "if %a ~= %k: to %J",
    [OP_JEQI] = "if %a == %i: to %j", [OP_JNEI] = "if %a ~= %i: to %j",
    [OP_JLTI] = "if %a < %i: to %j", [OP_JNLTI] = "if not %a < %i: to %j",
    [OP_JLEI] = "if %a <= %i: to %j", [OP_JNLEI] = "if not %a <= %i: to %j",
    [OP_JGTI] = "if %a > %i: to %j", [OP_JNGTI] = "if not %a > %i: to %j",
    [OP_JGEI] = "if %a >= %i: to %j", [OP_JNGEI] = "if not %a >= %i: to %j",
    [OP_FORPREP] = "begin counting; no turn at all: to %j",
    [OP_FORLOOP] = "next turn: back to %j",
    [OP_TFORPREP] = "begin iterating: to %j",
    [OP_TFORCALL] = "ask the iterator for %C values",
    [OP_TFORLOOP] = "if there is one: back to %j",
    [OP_CALL] = "call %a", [OP_TAILCALL] = "return what %a returns",
    [OP_RETURN] = "return", [OP_RETURN0] = "return", [OP_RETURN1] = "return %a",
    [OP_VARARG] = "%a ... = ...", [OP_TBC] = "%a is to be closed",
    [OP_CLOSE] = "close what is to be closed from %a on",
    [OP_SEND] = "%a ! %b",
    [OP_SENDLIST] = "%a ! {%C values behind %b; 0: all}, to %j; or put that into %b",
    [OP_RECVSTART] = "look from the first message on",
    [OP_RECVMARK] = "only messages newer than the refs in %B registers from %a on",
    [OP_RECVINIT] = "wait at most %a ms",
    [OP_RECV] = "%a = next message; none left: to %j",
    [OP_RECVNEXT] = "no clause took it: to %j",
    [OP_RECVTAG] = "a message that a clause can take has %k in front",
    [OP_RECVPIN] = "a message that a clause can take has %b in front",
    [OP_RECVHOLD] = "keep the message where it is", [OP_RECVTAKE] = "take the message out",
    [OP_RECVWAIT] = "sleep; too late: to %j",
    [OP_RECVELSE] = "do not wait", [OP_GUARD] = "%g",
    [OP_PINCHECK] = "error if %a is a table",
    [OP_MTAB] = "%a is no table: to %j", [OP_MGETI] = "%a = %b[%C], raw",
    [OP_MGETK] = "%a = %b[%k], raw", [OP_MTYPE] = "%a is no %t: to %j",
    [OP_MEQ] = "%a is not %b: to %j", [OP_MISNIL] = "%a is there: to %j",
    [OP_MEMPTY] = "%a is not empty: to %j",
    [OP_MREST] = "%a = rest of %b after %C items and %D keys",
};

/* --- constants --- */

enum { SHOWN = 60 };                    /* bytes of a string */

static void show_string(Buf *out, const Str *s)
{
    const char *p = ml_str_data(s);
    size_t n = ml_str_len(s), shown = n < SHOWN ? n : SHOWN;
    ml_buf_putc(out, '"');
    for (size_t i = 0; i < shown; i++) {
        unsigned char ch = (unsigned char)p[i];
        if (ch == '\n')
            ml_buf_puts(out, "\\n");
        else if (ch == '"' || ch == '\\')
            ml_buf_printf(out, "\\%c", ch);
        else if (ch < 32 || ch == 127)
            ml_buf_printf(out, "\\%03u", ch);
        else
            ml_buf_putc(out, (char)ch);
    }
    ml_buf_puts(out, shown < n ? "\"..." : "\"");
}

static void show_fn(Buf *out, const Proto *p)
{
    if (p->name)
        ml_buf_printf(out, "function %.*s", (int)ml_str_len(p->name), ml_str_data(p->name));
    else
        ml_buf_printf(out, "function at line %u", (unsigned)p->line);
}

void ml_show_const(Buf *out, Value v)
{
    char text[NUM_TEXT];
    switch (ml_tag(&v)) {
    case TAG_NIL:
        ml_buf_puts(out, "nil");
        break;
    case TAG_FALSE:
    case TAG_TRUE:
        ml_buf_puts(out, v.tag == TAG_TRUE ? "true" : "false");
        break;
    case TAG_INT:
    case TAG_FLOAT:
        ml_num_fmt(text, v);
        ml_buf_puts(out, text);
        break;
    case TAG_STR:
        show_string(out, v.s);
        break;
    case TAG_FN:
        show_fn(out, v.f->proto);
        break;
    default:
        ml_buf_puts(out, ml_type_name(v));
    }
}

/* --- one instruction --- */

typedef struct Dis {
    const Proto *p;
    Buf         *out;
    uint32_t     pc;
    Instr        i;
} Dis;

static Value constant(const Dis *d)
{
    return *(const Value *)(const void *)(d->p->code + (int64_t)d->pc + d->i.d);
}

static uint32_t target(const Proto *p, uint32_t pc)
{
    return (uint32_t)((int64_t)pc + 1 + p->code[pc].d);
}

static void operand_reg(const Dis *d, int r) { ml_buf_printf(d->out, " R%d", r); }

static void operand_k(const Dis *d)
{
    ml_buf_putc(d->out, ' ');
    ml_show_const(d->out, constant(d));
}

static void operands(const Dis *d)
{
    Instr i = d->i;
    OpFmt fmt = (OpFmt)ml_op_fmt[i.op];
    switch (fmt) {
    case FMT_N:
        break;
    case FMT_A:
        if (i.op == OP_GUARD)
            ml_buf_printf(d->out, " %d", i.a);
        else
            operand_reg(d, i.a);
        break;
    case FMT_AB:
    case FMT_ABC:
    case FMT_ABD:
    case FMT_ABCD:
        if (i.op == OP_SETUPBOX)
            ml_buf_printf(d->out, " U%d", i.a);
        else if (i.op == OP_RECVPIN)
            ml_buf_printf(d->out, " %d", i.a);
        else
            operand_reg(d, i.a);
        if (i.op == OP_GETUP || i.op == OP_GETUPBOX)
            ml_buf_printf(d->out, " U%d", i.b);
        else if (i.op == OP_LOADNIL || i.op == OP_CALL || i.op == OP_TAILCALL ||
                 i.op == OP_RETURN || i.op == OP_VARARG || i.op == OP_TFORCALL ||
                 i.op == OP_SETLIST || i.op == OP_RECVMARK || i.op == OP_RECVHOLD)
            ml_buf_printf(d->out, " %d", i.b);
        else if (i.op == OP_NEWTABLE)
            ml_buf_printf(d->out, " %d", ml_instr_bc(i) & 0xffff);
        else
            operand_reg(d, i.b);
        if (fmt == FMT_ABC && (i.op == OP_CALL || i.op == OP_TAILCALL || i.op == OP_RETURN ||
                               i.op == OP_VARARG || i.op == OP_TFORCALL ||
                               i.op == OP_CONCAT || i.op == OP_MGETI ||
                               i.op == OP_RECVMARK || i.op == OP_RECVHOLD))
            ml_buf_printf(d->out, " %d", i.c);
        else if (fmt == FMT_ABC)
            operand_reg(d, i.c);
        else if (fmt == FMT_ABCD && i.op != OP_NEWTABLE)
            ml_buf_printf(d->out, " %d", i.c);
        if (fmt == FMT_ABD || fmt == FMT_ABCD)
            ml_buf_printf(d->out, " %d", (int)i.d);
        break;
    case FMT_AD:
        operand_reg(d, i.a);
        ml_buf_printf(d->out, " %d", (int)i.d);
        break;
    case FMT_K:
    case FMT_KJ:
        if (i.op == OP_RECVTAG)
            ml_buf_printf(d->out, " %d", i.a);
        else
            operand_reg(d, i.a);
        operand_k(d);
        break;
    case FMT_ABK:
        operand_reg(d, i.a);
        operand_reg(d, i.b);
        operand_k(d);
        break;
    case FMT_J:
        ml_buf_printf(d->out, " ->%u", (unsigned)target(d->p, d->pc));
        break;
    case FMT_AJ:
        if (i.op == OP_RECVNEXT)
            ml_buf_printf(d->out, " %d", i.a);
        else
            operand_reg(d, i.a);
        ml_buf_printf(d->out, " ->%u", (unsigned)target(d->p, d->pc));
        break;
    case FMT_ABJ:
        operand_reg(d, i.a);
        if (i.op == OP_MTYPE || i.op == OP_RECVWAIT)
            ml_buf_printf(d->out, " %d", i.b);
        else
            operand_reg(d, i.b);
        ml_buf_printf(d->out, " ->%u", (unsigned)target(d->p, d->pc));
        break;
    case FMT_AIJ:
        operand_reg(d, i.a);
        ml_buf_printf(d->out, " %d ->%u", ml_instr_bc(i) >> 1, (unsigned)target(d->p, d->pc));
        break;
    }
}

/* --- in words --- */

static void bare(Buf *out, const Str *s)
{
    ml_buf_put(out, ml_str_data(s), ml_str_len(s) < SHOWN ? ml_str_len(s) : SHOWN);
}

/* The local that lives in register r when instruction pc runs, or that this
 * instruction gives its first value. */
static const Str *local_name(const Proto *p, int r, uint32_t pc, bool writes)
{
    for (uint32_t i = p->nlocals; i > 0; i--) {
        const LocVar *v = &p->locals[i - 1];
        if (v->reg == r && v->start <= pc + writes && pc < v->end)
            return v->name;
    }
    return NULL;
}

static void reg_word(const Dis *d, int r, bool writes)
{
    const Str *name = local_name(d->p, r, d->pc, writes);
    if (name)
        bare(d->out, name);
    else
        ml_buf_printf(d->out, "R%d", r);
}

static void up_word(const Dis *d, int u)
{
    if (u < d->p->nups && d->p->head.ups[u].name)
        bare(d->out, d->p->head.ups[u].name);
    else
        ml_buf_printf(d->out, "U%d", u);
}

static void name_word(const Dis *d)
{
    Value k = constant(d);
    if (ml_is_str(k))
        bare(d->out, k.s);
}

static const char *type_word(int t)
{
    static const char *const name[] = {
        "value", "integer", "float", "number", "string", "boolean", "table",
        "function", "pid", "ref", "userdata"
    };
    return t >= 0 && t < (int)(sizeof name / sizeof *name) ? name[t] : "?";
}

static const char *words_of(Instr i)
{
    if (i.op == OP_ADDI && i.c == ADDI_LEFT)
        return "%a = %D + %b";
    if (i.op == OP_ADDK && i.c)
        return "%a = %k + %b";
    if (i.op == OP_MULK && i.c)
        return "%a = %k * %b";
    return words[i.op] ? words[i.op] : "";
}

static void word(const Dis *d, char what)
{
    Instr i = d->i;
    switch (what) {
    case 'a': reg_word(d, i.a, words[i.op] && strncmp(words[i.op], "%a =", 4) == 0); break;
    case 'b': reg_word(d, i.b, false); break;
    case 'c': reg_word(d, i.c, false); break;
    case 'B': ml_buf_printf(d->out, "%d", i.b); break;
    case 'C': ml_buf_printf(d->out, "%d", i.c); break;
    case 'D': ml_buf_printf(d->out, "%d", (int)i.d); break;
    case '+':
        ml_buf_printf(d->out, i.c == ADDI_SUB ? "- %lld" : "+ %lld",
                      i.c == ADDI_SUB ? -(long long)i.d : (long long)i.d);
        break;
    case 'u': up_word(d, i.b); break;
    case 'U': up_word(d, i.a); break;
    case 'k': ml_show_const(d->out, constant(d)); break;
    case 'n': name_word(d); break;
    case 'i':
        if (i.op == OP_NEWTABLE)
            ml_buf_printf(d->out, "%d", ml_instr_bc(i) & 0xffff);
        else
            ml_buf_printf(d->out, ml_instr_bc(i) & 1 ? "%d.0" : "%d", ml_instr_bc(i) >> 1);
        break;
    case 'f':
        if (i.d >= 0 && (uint32_t)i.d < d->p->nprotos && d->p->protos[i.d]->name)
            bare(d->out, d->p->protos[i.d]->name);
        else
            ml_buf_printf(d->out, "%d of this one", (int)i.d);
        break;
    case 'j': ml_buf_printf(d->out, "%u", (unsigned)target(d->p, d->pc)); break;
    case 'J': ml_buf_printf(d->out, "%u", (unsigned)target(d->p, d->pc + 1)); break;
    case 'g':
        ml_buf_puts(d->out, i.a ? "an error from here on is a no" : "end of that");
        break;
    case 't': ml_buf_puts(d->out, type_word(i.b)); break;
    case 'l':
        reg_word(d, i.a, true);
        if (i.b > 0) {
            ml_buf_puts(d->out, " .. ");
            reg_word(d, i.a + i.b, true);
        }
        break;
    case '%': ml_buf_putc(d->out, '%'); break;
    }
}

static void values_word(const Dis *d, int count, const char *one, const char *many)
{
    if (count < 0)
        ml_buf_puts(d->out, "all values");
    else
        ml_buf_printf(d->out, "%d %s", count, count == 1 ? one : many);
}

static void in_words(const Dis *d)
{
    Instr i = d->i;
    for (const char *s = words_of(i); *s; s++) {
        if (*s == '%')
            word(d, *++s);
        else
            ml_buf_putc(d->out, *s);
    }
    if (i.op == OP_CALL || i.op == OP_TAILCALL) {
        ml_buf_puts(d->out, " with ");
        values_word(d, i.b - 1, "argument", "arguments");
    }
    if (i.op == OP_CALL && i.c != 1) {
        ml_buf_puts(d->out, ", ");
        values_word(d, i.c - 1, "result", "results");
        ml_buf_puts(d->out, " to ");
        reg_word(d, i.a, true);
    }
    if (i.op == OP_RETURN && i.b != 1) {
        ml_buf_putc(d->out, ' ');
        values_word(d, i.b - 1, "value", "values");
        ml_buf_puts(d->out, " from ");
        reg_word(d, i.a, false);
        ml_buf_puts(d->out, " on");
    }
    if (i.op == OP_RETURN && (i.c & RET_CLOSE))
        ml_buf_puts(d->out, ", closing first");
}

/* --- one function --- */

static bool is_jump(uint8_t fmt)
{
    return fmt == FMT_J || fmt == FMT_AJ || fmt == FMT_ABJ || fmt == FMT_AIJ;
}

static void mark_targets(const Proto *p, uint8_t *marked)
{
    for (uint32_t pc = 0; pc < p->ncode; pc++)
        if (is_jump(ml_op_fmt[p->code[pc].op]) && target(p, pc) < p->ncode)
            marked[target(p, pc)] = 1;
}

static void pad(Buf *out, size_t start, size_t width)
{
    do
        ml_buf_putc(out, ' ');
    while (out->len - start < width && !out->oom);
}

static void instruction(const Proto *p, uint32_t pc, bool marked, Buf *out)
{
    enum { WORDS_AT = 48 };
    Dis d = { p, out, pc, p->code[pc] };
    size_t start = out->len;
    ml_buf_printf(out, "%c%5u %5u  ", marked ? '>' : ' ', (unsigned)pc,
                  (unsigned)p->pos[pc].line);
    size_t name = out->len;
    ml_buf_puts(out, ml_op_names[d.i.op]);
    pad(out, name, 9);
    out->len -= out->len > 0;           /* operands begin with a space */
    operands(&d);
    pad(out, start, WORDS_AT);
    in_words(&d);
    while (out->len > start && out->data[out->len - 1] == ' ')
        out->len--;
    ml_buf_putc(out, '\n');
}

static void count(Buf *out, unsigned n, const char *one)
{
    if (n == 0)
        ml_buf_printf(out, "no %ss", one);
    else
        ml_buf_printf(out, "%u %s%s", n, one, n == 1 ? "" : "s");
}

static void params(const Proto *p, Buf *out)
{
    ml_buf_putc(out, '(');
    for (uint32_t i = 0; i < p->nparams; i++) {
        if (i > 0)
            ml_buf_puts(out, ", ");
        if (i < p->nlocals)
            bare(out, p->locals[i].name);
    }
    if (p->is_vararg)
        ml_buf_puts(out, p->nparams ? ", ..." : "...");
    ml_buf_putc(out, ')');
}

static void header(const Proto *p, Buf *out)
{
    if (!p->parent) {
        ml_buf_printf(out, "main chunk of %s", p->image->short_name);
    } else {
        ml_buf_puts(out, "function ");
        if (p->name)
            bare(out, p->name);
        params(p, out);
        ml_buf_printf(out, ", lines %u-%u", (unsigned)p->line, (unsigned)p->endline);
    }
    ml_buf_puts(out, ": ");
    count(out, p->maxstack, "register");
    ml_buf_puts(out, ", ");
    count(out, p->nups, "upvalue");
    ml_buf_puts(out, ", ");
    count(out, p->nk, "constant");
    ml_buf_puts(out, p->nups == 0 ? " (one shared function)\n" : "\n");
}

static void lists(const Proto *p, Buf *out)
{
    for (uint32_t i = 0; i < p->nups; i++) {
        const UpDesc *u = &p->head.ups[i];
        ml_buf_printf(out, "  U%u ", (unsigned)i);
        bare(out, u->name);
        ml_buf_printf(out, u->boxed ? " (in a box)" : " (a copy)");
        if (p->parent)
            ml_buf_printf(out, " from %s%u of the outer function",
                          u->from_reg ? "R" : "U", u->index);
        ml_buf_putc(out, '\n');
    }
    for (uint32_t i = 0; i < p->nclauses; i++) {
        const RecvClause *c = &p->clauses[i];
        ml_buf_printf(out, "  case ");
        bare(out, c->text);
        ml_buf_printf(out, ": body at %u-%u\n", (unsigned)c->start, (unsigned)c->end);
    }
    for (uint32_t i = 0; i < p->nguards; i++) {
        const GuardRange *r = &p->guards[i];
        ml_buf_printf(out, "  an error at %u-%u leads to %u\n", (unsigned)r->start,
                      (unsigned)r->end, (unsigned)r->fail);
    }
}

static void function(const Image *im, const Proto *p, Buf *out)
{
    header(p, out);
    lists(p, out);
    uint8_t *marked = ml_mem_zalloc(im->mem, p->ncode);
    if (marked)
        mark_targets(p, marked);
    for (uint32_t pc = 0; pc < p->ncode && !out->oom; pc++)
        instruction(p, pc, marked && marked[pc], out);
    ml_mem_free(im->mem, marked, marked ? p->ncode : 0);
}

void ml_image_dump(const Image *im, Buf *out)
{
    ProtoWalk w = { 0 };
    for (const Proto *p = im->main; p && !out->oom; p = ml_proto_next(&w, p)) {
        if (p != im->main)
            ml_buf_putc(out, '\n');
        function(im, p, out);
    }
}
