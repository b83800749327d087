#ifndef ML_FRAME_H
#define ML_FRAME_H

#include "vm/code/image.h"
#include "vm/data/gc.h"
#include "vm/native.h"

/*
 * frame.h - what lies on a stack.
 *
 *   [F: function, return address] [registers of the function ...]
 *                                  ^ base = F + 1
 *
 * The return address says what kind of frame this is, by the instruction
 * before it:
 *
 *   CALL, TFORCALL   called by Lua code: its base is F minus operand a
 *                    (TFORCALL: a + 4)
 *   CONT             called by the VM itself: F[-1] is an info slot that says
 *                    how to go on, and how far below the base of the frame is
 *                    that goes on
 *   VARFRAME         the frame of a vararg function, shifted above its
 *                    arguments: F[-1] is an info slot with the distance to
 *                    the real F
 *
 *   vararg:  [F][arg ... arg][info VARARG][F again][fixed params][locals ...]
 *
 * The first slot of a stack is unused; the frame of the coroutine's first
 * function lies above it and was called by the CALL of ml_boot_code or
 * ml_coboot_code.
 */

enum {                          /* kinds of info slots */
    INFO_VARARG,                /* see above */
    INFO_RESULT,                /* first result goes to R[a] of the instruction */
    INFO_TEST,                  /* first result decides the instruction's jump; nargs 1: its opposite */
    INFO_DROP,                  /* results are dropped */
    INFO_CONCAT,                /* result replaces the last two operands, CONCAT goes on */
    INFO_NATIVE,                /* results go to a native function, as `step` */
    INFO_PCALL,                 /* the same, and errors stop here */
    INFO_REDO,                  /* results dropped, the instruction is executed again */
    INFO_UNWIND,                /* a __close during unwinding: F[-2] holds the error; step: Catch.closing */
    INFO_HANDLER,               /* a message handler: its result becomes the error */
    INFO_FINAL,                 /* a __gc: results dropped, things go on as they were */
    INFO_SHOW                   /* a __tostring for the report of an error: F[-2] holds it */
};

/* Info slot: payload kind 8 | step 8 | nargs 24 | delta 24, address of the
 * next instruction of the frame that goes on in the tag word. */
static inline Value ml_info(unsigned kind, unsigned step, uint32_t nargs, uint32_t delta, const Instr *pc)
{
    return (Value){ .u = kind | (uint64_t)step << 8 | (uint64_t)nargs << 16 | (uint64_t)delta << 40,
                    .tag = TAG_INFO | (uint64_t)(uintptr_t)pc << 16 };
}
static inline unsigned ml_info_kind(const Value *v)   { return (uint8_t)v->u; }
static inline unsigned ml_info_step(const Value *v)   { return (uint8_t)(v->u >> 8); }
static inline uint32_t ml_info_nargs(const Value *v)  { return (uint32_t)(v->u >> 16) & 0xffffff; }
static inline uint32_t ml_info_delta(const Value *v)  { return (uint32_t)(v->u >> 40); }
static inline const Instr *ml_slot_pc(const Value *v) { return (const Instr *)(uintptr_t)(v->tag >> 16); }
static inline void ml_slot_set_pc(Value *v, const Instr *pc)
{
    v->tag = (uint16_t)v->tag | (uint64_t)(uintptr_t)pc << 16;
}

enum { SLOT_TAIL = 1 << 8 };    /* in the tag of a function slot: it was called by a tail call */

/* The slot of the function that was called: not that of the shifted frame. */
static inline Value *ml_frame_own(const Value *base)
{
    const Value *f = base - 1;
    for (const Instr *ret; (ret = ml_slot_pc(f)) && ret[-1].op == OP_VARFRAME;)
        f -= ml_info_delta(f - 1);
    return (Value *)(uintptr_t)f;
}

/* Where the frame that called it goes on, and its base. `own` was not called
 * by the boot code. */
static inline Value *ml_frame_caller(Value *own, const Instr **pc)
{
    const Instr *ret = ml_slot_pc(own);
    if (ret[-1].op == OP_CONT) {
        *pc = ml_slot_pc(own - 1);
        return own - ml_info_delta(own - 1);
    }
    *pc = ret;
    return own - ret[-1].a - (ret[-1].op == OP_TFORCALL ? 4 : 0);
}

extern const Instr ml_cont_code[2];     /* return address: + 1 */
extern const Instr ml_var_code[2];      /* return address: + 1 */
extern const Instr ml_boot_code[2];     /* CALL 0, END */
extern const Instr ml_coboot_code[2];   /* CALL 0, COEND */
extern const Instr ml_natmore_code[1];

/*
 * Walking a process' frames, innermost first, through resumers. For reports
 * and unwinding; reads only.
 */
typedef struct Frame {
    Coro         *co;           /* NULL: main */
    const Stack  *stk;
    Value        *base;
    const Proto  *proto;        /* Lua function, or NULL */
    const NativeDef *native;    /* native function, or NULL */
    const Instr  *pc;           /* Lua: the instruction being executed, or that made the call */
    Value        *info;         /* the info slot by which this frame was called, or NULL */
    Value        *end;          /* of its slots */
    bool          tail;         /* called by a tail call: the frame of its caller is gone */
} Frame;

bool ml_frame_first(Proc *p, Frame *f);                     /* of the running coroutine */
bool ml_frame_first_of(Proc *p, Coro *co, Frame *f);        /* of a suspended one */
bool ml_frame_next(Proc *p, Frame *f, bool through_resumers);
bool ml_frame_step(Frame *f, bool through_resumers);        /* also to frames that an error has left */
const GuardRange *ml_guard_at(const Proto *pt, uint32_t at);        /* the innermost, or NULL */
Fn  *ml_frame_fn(const Frame *f);                           /* NULL for natives */

static inline uint32_t ml_frame_index(const Frame *f)       /* of f->pc in proto->code */
{
    return (uint32_t)(f->pc - f->proto->code);
}

#endif
