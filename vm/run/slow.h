#ifndef ML_SLOW_H
#define ML_SLOW_H

#include "vm/native.h"
#include "vm/proc/proc.h"
#include "vm/run/frame.h"
#include "vm/run/pack.h"

/*
 * slow.h - the halves of instructions that the interpreter does not do
 * itself. They are called with p->pc (the next instruction) and p->base up to
 * date, and answer how to go on. They never run Lua code: where a metamethod
 * must be called they lay out its frame and answer SLOW_CALL.
 */
typedef enum {
    SLOW_OK,        /* go on at p->pc, p->base (p->top where the instruction is open) */
    SLOW_CALL,      /* call p->callf with p->ncall arguments; it returns to ml_cont_code */
    SLOW_THROW,     /* p->err is to be raised */
    SLOW_NATIVE,    /* go on with the suspended native at p->base, p->top, p->nat_* */
    SLOW_PAUSE,     /* give way, or wait (p->wait); when the process runs again it goes on at this safe point */
    SLOW_RETURN,    /* the native at p->base returns p->ncall values that lie at p->base */
    SLOW_EXIT       /* the process has ended, p->reason is set */
} Slow;

/* --- slow.c: instructions --- */
Slow ml_op_index(Proc *p, unsigned a, Value o, Value k);        /* R[a] = o[k] */
Slow ml_op_setindex(Proc *p, Value o, Value k, Value v);
Slow ml_op_self(Proc *p, unsigned a, Value o, Value k);
Slow ml_op_arith(Proc *p, unsigned a, Mm mm, Value x, Value y); /* R[a] = x op y */
Slow ml_op_unm(Proc *p, unsigned a, Value x);
Slow ml_op_bnot(Proc *p, unsigned a, Value x);
Slow ml_op_len(Proc *p, unsigned a, Value x);
Slow ml_op_concat(Proc *p, unsigned a, unsigned b, unsigned n);
Slow ml_op_concat_first(Proc *p, unsigned a, unsigned b, unsigned n);   /* the instruction itself */
Slow ml_op_eq(Proc *p, Value x, Value y);                        /* the jump of p->pc[-1] */
Slow ml_op_less(Proc *p, Value x, Value y);                      /* x < y, the jump of p->pc[-1] */
Slow ml_op_lesseq(Proc *p, Value x, Value y);
Slow ml_op_forprep(Proc *p, Instr i);
Slow ml_op_closure(Proc *p, unsigned a, unsigned index);
Slow ml_op_nested(Proc *p, unsigned a, unsigned index);         /* rebind.c */
Slow ml_op_setlist(Proc *p, unsigned a, unsigned n, int64_t first);
/* *at: a table of the n values behind it, n <= ML_MAXLIST. */
Slow ml_op_list(Proc *p, Value *at, unsigned n);
Slow ml_op_tbc(Proc *p, unsigned a);
Slow ml_op_for_tbc(Proc *p, unsigned a, int32_t jumped);    /* p->pc is that far ahead already */
/* Closes the newest pending variable at or above `from`; SLOW_OK: none is
 * left. Otherwise the instruction at p->pc - 1 is executed again afterwards.
 * keep_top: end of the values it returns, which stay; NULL: it has none. */
Slow ml_op_close(Proc *p, Value *from, Value *keep_top);
bool ml_jump_taken(unsigned op, bool result);
/* The process gets a table of globals of its own, if it shares one. */
void ml_own_globals(Proc *p);

/* --- call.c: frames --- */
/* Lays out a call by the VM above the running frame, with arguments. */
Slow ml_call_mm(Proc *p, unsigned kind, uint32_t nargs_field, Value f, int n, Value x, Value y, Value z);
/* f is not a function: puts its __call in front. */
Slow ml_call_meta(Proc *p, Value *f, int nargs);
/* Results came back to a frame called by the VM. */
Slow ml_cont_return(Proc *p, Value *f, Value *src, int n);
/* Raises p->err from the frame at p->base. */
Slow ml_throw(Proc *p);
/* A native answered NAT_CALL and the like. */
Slow ml_native_call(Proc *p, Nat *n, bool protect);
/* The running coroutine as an object; made for main when first asked for. */
Coro *ml_coro_current(Proc *p);
Coro *ml_coro_new(Proc *p, Value fn);
Slow ml_coro_resume(Proc *p, Nat *n);
Slow ml_coro_yield(Proc *p, Value *src, int n, bool dead);
/* The usual cases of both, as swaps (native.h): of natives that resume the coroutine in
 * their first argument with what follows it, and of yield. In step 1 such a native has
 * nothing but results to return; one that tells of success, a boolean before them. */
Swap ml_coro_swap_resume(Proc *p, Value *f, int n);
Swap ml_coro_swap_yield(Proc *p, Value *f, int n);
Slow ml_proc_ending(Proc *p);               /* OP_END: finalisers, then SLOW_EXIT */
/* Collects if wanted; calls finalisers that are due. The frame's registers
 * and what lies below p->top are live. */
Slow ml_safe_point(Proc *p);
/* The housekeeping that ml_safe_point paused for is over. */
Slow ml_safe_point_over(Proc *p);
/* End of the registers of the running function. */
Value *ml_frame_end(Proc *p);

/* --- recv.c: the receive statement --- */
Slow ml_recv_start(Proc *p);
Slow ml_recv_mark(Proc *p, const Value *pins, unsigned n, bool tagged);
Slow ml_recv_init(Proc *p, Value *t);
bool ml_recv_next(Proc *p, Value *out);     /* false: no further message */
Slow ml_recv_hold(Proc *p, const Value *names, unsigned n, bool whole);
/* No clause took the message at the mark of a long mailbox: passes over others
 * like it. `tags`: the n instructions that say what clauses begin with. */
void ml_recv_pass(Proc *p, const Instr *tags, unsigned n);
Slow ml_recv_take(Proc *p);
/* The tags of a match type (MT_*), a bit for each. */
extern const uint32_t ml_match_tags[MT_USERDATA + 1];
static inline bool ml_match_type(unsigned type, Value v) { return ml_match_tags[type] >> ml_tag(&v) & 1; }
Slow ml_match_rest(Proc *p, unsigned a, unsigned b, unsigned npos, unsigned nkeys);
bool ml_match_empty(Proc *p, const Tab *t);
void  ml_proc_hold_msg(Proc *p);
/* The message at the mark leaves the mailbox, and its value is the heap's. No
 * register may refer to it. */
Value ml_proc_take_msg(Proc *p);
bool  ml_deadline(Vm *vm, Value ms, uint64_t *at);
/* Where messages may be queued that came after the ref: the mark is moved before
 * them. tagged: ml_skip will be called. False: not over, call again. */
bool  ml_recv_seek(Proc *p, uint64_t seq, bool tagged);

/* The first messages that can know the ref has this number; it was made by p. */
static inline uint64_t ml_recv_position(Value ref) { return ref.u >> 24; }
static inline bool ml_ref_is_of(const Proc *p, Value ref)
{
    return ml_is_ref(ref) && ref.tag >> 8 == p->serial;
}

/* --- flush.c --- */
typedef enum { FLUSH_BEGIN, FLUSH_SEEK, FLUSH_SEARCH, FLUSH_DONE } FlushStep;
/* Removes the DOWN of a monitor that is gone, if it is queued. Begins with
 * FLUSH_BEGIN; not FLUSH_DONE: give way and go on with the answer. */
FlushStep ml_flush_down(Proc *p, Value ref, FlushStep step);

/* --- send.c --- */
Slow ml_op_send(Proc *p, Value to, Value v);
/* Of the n values behind `list`. If it has to be a table, that is put there, and the SEND
 * that follows sends it. */
Slow ml_op_send_list(Proc *p, Value to, Value *list, unsigned n);
/* The same of as many as there are up to top, where an empty table is put there, and a
 * SETLIST fills it before the SEND. */
Slow ml_op_send_open(Proc *p, Value to, Value *list, unsigned n);
/* The pid behind a pid, alias or registered name; nil: none. False: `to` is none of these. */
bool ml_send_target(Proc *p, Value to, Value *pid);
typedef enum {
    SEND_DONE,
    SEND_FULL,          /* refused: the mailbox is full */
    SEND_TOO_LARGE,     /* refused: it has no room for one so large */
    SEND_MORE,          /* much to copy: give way, and call again with the same arguments */
    SEND_WAITS,         /* p->wait is set: wait for room, and call again */
    SEND_FAILED         /* p->err says why */
} SendEnd;
/* Sends v, by the limits of the mailbox. */
SendEnd ml_proc_send(Proc *p, Value to, Value v);

/* --- errors.c: p->err becomes a message that names the place --- */
Slow ml_err(Proc *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
Slow ml_err_index(Proc *p, Value o, Value k);       /* attempt to index a nil value (local 'x') */
Slow ml_err_call(Proc *p, const Value *f);
Slow ml_err_arith(Proc *p, Mm mm, Value x, Value y);
Slow ml_err_unary(Proc *p, const char *what, Value x);   /* "get length of" */
Slow ml_err_concat(Proc *p, Value x, Value y);
Slow ml_err_compare(Proc *p, Value x, Value y);
Slow ml_err_for(Proc *p, const char *what, Value v);     /* 'for' %s must be a number */

#endif
