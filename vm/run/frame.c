/*
 * frame.c - walking the frames of a process, for reports; and the pieces of
 * code that frames return to when no Lua code called them.
 */
#include <string.h>

#include "vm/proc/proc.h"
#include "vm/run/frame.h"

const Instr ml_cont_code[2] = { { .op = OP_CONT }, { .op = OP_CONT } };
const Instr ml_var_code[2] = { { .op = OP_VARFRAME }, { .op = OP_VARFRAME } };
const Instr ml_boot_code[2] = { { .op = OP_CALL, .a = 0, .b = 0, .c = 1 }, { .op = OP_END } };
const Instr ml_coboot_code[2] = { { .op = OP_CALL, .a = 0, .b = 0, .c = 0 }, { .op = OP_COEND } };
const Instr ml_natmore_code[1] = { { .op = OP_NATMORE } };

static bool frame_at(Frame *f, Value *base, const Instr *next)
{
    const Value *fs = base - 1;
    f->base = base;
    f->proto = NULL;
    f->native = NULL;
    f->pc = NULL;
    if ((uint8_t)fs->tag == TAG_FN) {
        f->proto = fs->f->proto;
        f->pc = next - 1;
        if (f->pc < f->proto->code)
            f->pc = f->proto->code;
    } else {
        f->native = fs->nat;
    }
    Value *own = ml_frame_own(base);
    const Instr *ret = ml_slot_pc(own);
    f->tail = own->tag & SLOT_TAIL;
    f->info = ret && ret[-1].op == OP_CONT ? own - 1 : NULL;
    return true;
}

bool ml_frame_first(Proc *p, Frame *f)
{
    memset(f, 0, sizeof *f);
    f->co = p->own->co;
    f->stk = p->stk;
    f->end = p->top;
    if (p->pc == ml_boot_code || p->pc == ml_coboot_code || p->base == p->stk->v + 1)
        return false;
    return frame_at(f, p->base, p->pc);
}

bool ml_frame_first_of(Proc *p, Coro *co, Frame *f)
{
    if (co == p->own->co)
        return ml_frame_first(p, f);
    memset(f, 0, sizeof *f);
    f->co = co;
    f->stk = co->stk;
    f->end = co->stk->v + co->top;
    if (co->pc == ml_coboot_code || (co->h.a == CO_DEAD && !(co->h.b & CO_FAILED)) || co->base <= 1)
        return false;
    return frame_at(f, co->stk->v + co->base, co->pc);
}

bool ml_frame_step(Frame *f, bool through)
{
    Value *own = ml_frame_own(f->base);
    const Instr *ret = ml_slot_pc(own), *pc;
    if (ret == ml_boot_code + 1)
        return false;
    f->end = f->info ? own - 1 : own;
    if (ret == ml_coboot_code + 1) {
        Coro *up = f->co ? f->co->resumer : NULL;
        if (!through || !up)
            return false;
        f->co = up;
        f->stk = up->stk;
        f->end = up->stk->v + up->top;
        return frame_at(f, up->stk->v + up->base, up->pc);
    }
    Value *base = ml_frame_caller(own, &pc);
    if (ret[-1].op == OP_CONT && base == f->stk->v + 1)
        return false;
    return frame_at(f, base, pc);
}

static const GuardRange *guard_of(const Frame *f)
{
    return f->proto ? ml_guard_at(f->proto, ml_frame_index(f)) : NULL;
}

/* What runs because a variable is closed on the way of an error was called by
 * who will stop the error: the frames in between are left already. */
bool ml_frame_next(Proc *p, Frame *f, bool through)
{
    bool left = f->info && ml_info_kind(f->info) == INFO_UNWIND && !p->own->exiting && !p->own->interrupted;
    const Coro *co = f->co;
    bool ok = ml_frame_step(f, through);
    while (left && ok && f->co == co && !guard_of(f)) {
        left = !f->info || ml_info_kind(f->info) != INFO_PCALL;
        ok = ml_frame_step(f, through);
    }
    return ok;
}

const GuardRange *ml_guard_at(const Proto *pt, uint32_t at)
{
    const GuardRange *best = NULL;
    for (uint32_t i = 0; i < pt->nguards; i++) {
        const GuardRange *g = &pt->guards[i];
        if (at >= g->start && at < g->end && (!best || g->start > best->start))
            best = g;
    }
    return best;
}

Fn *ml_frame_fn(const Frame *f)
{
    return f->proto ? ml_fn_original(f->base[-1].f) : NULL;
}
