/*
 * errors.c - the messages of errors that instructions raise.
 *
 * A message says where ("file:line: "), what, and which value by its name in
 * the source. The value that failed is looked up in the operands of the
 * instruction: if it lies in one of its registers, that register's name is
 * its name. Built-in functions, and library functions written in the dialect,
 * have no lines and no names to tell.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "vm/data/num.h"
#include "vm/run/debug.h"
#include "vm/run/names.h"
#include "vm/run/slow.h"
#include "vm/proc/vm.h"

enum { SHOWN = 80,              /* of a variable's name in a message */
       NOTE = SHOWN + 32,
       NO_REG = -1 };

/* What is running: the Lua function and its instruction, or nothing. */
typedef struct Here {
    const Proto *proto;
    const Instr *pc;
    Value       *base;
} Here;

static bool holds(const Proto *pt, const Instr *pc)
{
    return pc >= pt->code && pc < pt->code + pt->ncode;
}

static Here here(Proc *p)
{
    Here h = { NULL, NULL, NULL };
    const Value *f = p->base - 1;
    if (f < p->stk->v || (uint8_t)f->tag != TAG_FN)
        return h;
    const Proto *pt = f->f->proto;
    if (holds(pt, p->pc - 1)) {
        h = (Here){ pt, p->pc - 1, p->base };
    } else {
        /* a call that found no room: the frame is there, the pc still the caller's */
        Frame up;
        if (ml_frame_first(p, &up) && ml_frame_next(p, &up, false) && up.proto && holds(up.proto, up.pc))
            h = (Here){ up.proto, up.pc, up.base };
    }
    if (h.proto && ml_name_is_library(h.proto))
        h.proto = NULL;
    return h;
}

__attribute__((format(printf, 2, 0)))
static Slow raise_va(Proc *p, const char *fmt, va_list ap)
{
    char place[96];
    size_t at = 0;
    Here h = here(p);
    if (h.proto)
        at = ml_place(h.proto, (uint32_t)(h.pc - h.proto->code), place, sizeof place);
    p->own->err = ml_v_str(ml_str_vfmt(p->heap, place, at, fmt, ap));
    return SLOW_THROW;
}

Slow ml_err(Proc *p, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    raise_va(p, fmt, ap);
    va_end(ap);
    return SLOW_THROW;
}

/* --- names of operands --- */

/* " (local 'x')", or "". */
static const char *note(Name n, char *out, size_t size)
{
    out[0] = 0;
    if (n.kind)
        snprintf(out, size, " (%s '%.*s')", n.kind, SHOWN, n.name);
    return out;
}

static bool same(Value a, Value b) { return a.u == b.u && a.tag == b.tag; }

static const char *note_reg(const Here *h, int reg, Value v, char *out, size_t size)
{
    Name n = { NULL, NULL };
    if (h->proto && reg >= 0 && same(h->base[reg], v))
        n = ml_name_reg(h->proto, (uint32_t)(h->pc - h->proto->code), (unsigned)reg);
    return note(n, out, size);
}

static Slow type_error(Proc *p, const Here *h, int reg, Value v, const char *what)
{
    char name[NOTE];
    return ml_err(p, "attempt to %s a %s value%s", what, ml_type_of(p, v),
                  note_reg(h, reg, v, name, sizeof name));
}

/* --- the errors --- */

Slow ml_err_index(Proc *p, Value o, Value k)
{
    Here h = here(p);
    int reg = NO_REG;
    (void)k;
    if (h.proto) {
        switch ((Op)h.pc->op) {
        case OP_GETCELLF: case OP_SETCELLF:
            return ml_err(p, "attempt to index a %s value (upvalue '%s')", ml_type_of(p, o),
                          ml_str_data(h.proto->upvars[h.pc->b].name));
        case OP_GETINDEX: case OP_GETFIELD: case OP_GETI: case OP_SELF:
            reg = h.pc->b;
            break;
        case OP_SETINDEX: case OP_SETFIELD: case OP_SETI:
            reg = h.pc->a;
            break;
        default:
            break;
        }
    }
    return type_error(p, &h, reg, o, "index");
}

Slow ml_err_call(Proc *p, const Value *f)
{
    char name[NOTE];
    Value v = *f;
    if ((uint8_t)v.tag != TAG_PID && (uint8_t)v.tag != TAG_REF)
        v.tag = (uint8_t)v.tag;
    Name n = { NULL, NULL };
    if (p->pc == ml_cont_code + 1) {
        /* the machine itself called: the frame below goes on as its slot says */
        const Value *info = f - 1;
        p->pc = ml_slot_pc(info) ? ml_slot_pc(info) : ml_natmore_code;
        Frame fake = { .info = (Value *)(uintptr_t)info }, caller = { 0 };
        Here h = here(p);
        caller.proto = h.proto;
        caller.pc = h.pc;
        n = ml_name_call(&fake, h.proto ? &caller : NULL);
    } else {
        Here h = here(p);
        if (h.proto && h.pc->op == OP_TFORCALL)
            n = (Name){ "for iterator", "for iterator" };
        else if (h.proto && (h.pc->op == OP_CALL || h.pc->op == OP_TAILCALL))
            n = ml_name_reg(h.proto, (uint32_t)(h.pc - h.proto->code), h.pc->a);
    }
    return ml_err(p, "attempt to call a %s value%s", ml_type_of(p, v),
                  note(n, name, sizeof name));
}

static bool is_bitwise(Mm mm) { return (mm >= MM_BAND && mm <= MM_SHR) || mm == MM_BNOT; }

/* The number in the instruction stood on the left. */
static bool is_turned(const Instr *i)
{
    return i->op == OP_ADDI ? i->c == ADDI_LEFT : i->c && (i->op == OP_ADDK || i->op == OP_MULK);
}

/* The registers of the two operands of an arithmetic instruction. */
static void operands(const Here *h, int *x, int *y)
{
    *x = *y = NO_REG;
    if (!h->proto)
        return;
    switch ((OpFmt)ml_op_fmt[h->pc->op]) {
    case FMT_ABC:
        *y = h->pc->c;
        *x = h->pc->b;
        break;
    case FMT_AB: case FMT_ABK: case FMT_ABD:
        *(is_turned(h->pc) ? y : x) = h->pc->b;
        break;
    default:
        break;
    }
}

Slow ml_err_arith(Proc *p, Mm mm, Value x, Value y)
{
    Here h = here(p);
    int rx, ry;
    int64_t i;
    char name[NOTE];
    operands(&h, &rx, &ry);
    if (is_bitwise(mm) && ml_is_number(x) && ml_is_number(y)) {
        bool first = !ml_to_int(x, &i);
        return ml_err(p, "number%s has no integer representation",
                      note_reg(&h, first ? rx : ry, first ? x : y, name, sizeof name));
    }
    /* numerals are converted by the metamethods of strings */
    if (!is_bitwise(mm) && (ml_is_str(x) || ml_is_str(y)))
        return ml_err(p, "attempt to %s a '%s' with a '%s'", ml_str_data(p->vm->mm[mm]) + 2,
                      ml_type_name(x), ml_type_name(y));
    bool first = !ml_is_number(x);
    return type_error(p, &h, first ? rx : ry, first ? x : y,
                      is_bitwise(mm) ? "perform bitwise operation on" : "perform arithmetic on");
}

Slow ml_err_unary(Proc *p, const char *what, Value x)
{
    Here h = here(p);
    int rx, ry;
    operands(&h, &rx, &ry);
    return type_error(p, &h, rx, x, what);
}

Slow ml_err_concat(Proc *p, Value x, Value y)
{
    Here h = here(p);
    bool first = !ml_is_str(x) && !ml_is_number(x);
    int reg = NO_REG;
    if (h.proto && h.pc->op == OP_CONCAT)
        for (int at = h.pc->b + h.pc->c - 1; at > h.pc->b && reg < 0; at--)
            if (same(h.base[at], y) && same(h.base[at - 1], x))
                reg = first ? at - 1 : at;
    return type_error(p, &h, reg, first ? x : y, "concatenate");
}

Slow ml_err_compare(Proc *p, Value x, Value y)
{
    const char *a = ml_type_of(p, x), *b = ml_type_of(p, y);
    if (strcmp(a, b) == 0)
        return ml_err(p, "attempt to compare two %s values", a);
    return ml_err(p, "attempt to compare %s with %s", a, b);
}

Slow ml_err_for(Proc *p, const char *what, Value v)
{
    return ml_err(p, "bad 'for' %s%s (number expected, got %s)", what,
                  strcmp(what, "initial") == 0 ? " value" : "", ml_type_of(p, v));
}
