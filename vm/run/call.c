/*
 * call.c - frames that the VM itself makes, and how errors leave them.
 *
 * A call by the VM (a metamethod, a function a native asked for, a __close)
 * is a frame like any other, except that its return address is ml_cont_code
 * and that an info slot below it says what happens with its results:
 *
 *     [registers of the running function] [info] [F] [arguments ...]
 *                                          ^ kind, way back
 *
 * Raising an error walks these frames from the inside out, looking for a
 * protected call (or a guard of a receive clause). Variables that are to be
 * closed are closed on the way, one call at a time, so that a handler can
 * block, be pre-empted, or raise again. No frame lies on the C stack.
 */
#include <string.h>

#include "vm/base/check.h"
#include "vm/data/old.h"
#include "vm/run/debug.h"
#include "vm/run/slow.h"
#include "vm/run/stretch.h"
#include "vm/proc/vm.h"

enum { CO_DEPTH = 190,          /* nested resumes */
       HANDLER_DEPTH = 200 };   /* errors in handlers of errors in handlers ... */

/* --- the stack --- */

Value *ml_frame_end(Proc *p)
{
    const Value *f = p->base - 1;
    if ((uint8_t)f->tag == TAG_FN)
        return p->base + f->f->proto->maxstack;
    return p->top;
}

/* --- laying out calls --- */

Slow ml_call_mm(Proc *p, unsigned kind, uint32_t field, Value f, int n, Value x, Value y, Value z)
{
    Value *at = ml_frame_end(p);
    at[0] = ml_info(kind, 0, field, (uint32_t)(at + 1 - p->base), p->pc);
    at[1] = f;
    at[2] = x;
    at[3] = y;
    at[4] = z;
    p->own->callf = at + 1;
    p->own->ncall = n;
    return SLOW_CALL;
}

Slow ml_call_meta(Proc *p, Value *f, int nargs)
{
    enum { LONGEST = 200 };     /* chain of __call; each adds an argument in front */
    for (int left = LONGEST; !ml_is_fn(*f); left--) {
        Value mm = ml_metamethod(p, *f, MM_CALL);
        if (ml_is_nil(mm))
            return ml_err_call(p, f);
        if (left == 0)
            return ml_err(p, "'__call' chain too long");
        if (f + nargs + 3 > p->stack_end) {
            ptrdiff_t at = f - p->stk->v;
            p->top = f + nargs + 1;
            if (!ml_proc_grow(p, 4))
                return ml_err(p, "stack overflow");
            f = p->stk->v + at;
        }
        for (int i = nargs; i >= 0; i--)
            ml_set(f + 1 + i, f + i);
        *f = mm;
        nargs++;
        p->reds -= 1 + nargs / 32;
    }
    p->own->callf = f;
    p->own->ncall = nargs;
    return SLOW_OK;
}

/* The native frame at p->base goes on with n values, which lie at src and
 * are put at dst. */
static Slow back_to_native(Proc *p, Value *dst, const Value *src, int n, unsigned step, uint32_t nargs, bool caught)
{
    for (int i = 0; i < n; i++)
        ml_set(dst + i, src + i);
    p->top = dst + n;
    p->reds -= n / 32;
    p->own->nat_nargs = (int32_t)nargs;
    p->own->nat_step = (int32_t)step;
    p->own->nat_nret = n;
    p->own->nat_caught = caught;
    if (p->top > p->stack_end && !ml_proc_grow(p, ML_NAT_FREE))
        return ml_err(p, "stack overflow");
    return SLOW_NATIVE;
}

Slow ml_native_call(Proc *p, Nat *n, bool protect)
{
    Value *fn = n->top - n->ncall - 1;
    while (!ml_is_fn(*fn)) {
        Value err;
        if (ml_call_meta(p, fn, n->ncall) == SLOW_OK) {
            fn = p->own->callf;
            n->ncall = p->own->ncall;
            n->base = p->base;
            n->top = fn + n->ncall + 1;
            continue;
        }
        if (!protect)
            return SLOW_THROW;
        err = p->own->err;
        p->own->err = ml_v_nil();
        return back_to_native(p, fn, &err, 1, (unsigned)n->next, (uint32_t)n->nargs, true);
    }
    if (n->top + 4 > p->stack_end) {
        p->base = n->base;
        p->top = n->top;
        ptrdiff_t at = fn - n->base;
        if (!ml_proc_grow(p, 8))
            return ml_err(p, "stack overflow");
        n->base = p->base;
        n->top = p->top;
        fn = n->base + at;
    }
    for (int i = n->ncall; i >= 0; i--)
        ml_set(fn + 1 + i, fn + i);
    fn[0] = ml_info(protect ? INFO_PCALL : INFO_NATIVE, (unsigned)n->next, (uint32_t)n->nargs,
                    (uint32_t)(fn + 1 - n->base), NULL);
    p->base = n->base;
    p->own->callf = fn + 1;
    p->own->ncall = n->ncall;
    return SLOW_CALL;
}

/* --- results come back --- */

static Slow unwind(Proc *p, bool closing);
static Slow bottom(Proc *p);

/* The stack may have more room while a message handler runs. */
static void count_handlers(Proc *p, int n)
{
    p->own->handlers += n;
    ml_stack_bind(p, p->stk);
}

Slow ml_cont_return(Proc *p, Value *f, Value *src, int n)
{
    f = ml_frame_own(f + 1);
    Value *at = f - 1, info = *at;
    Value first = n > 0 ? src[0] : ml_v_nil();
    p->base = f - ml_info_delta(&info);
    p->pc = ml_slot_pc(&info);
    p->top = ml_frame_end(p);
    switch (ml_info_kind(&info)) {
    case INFO_RESULT:
        ml_set(&p->base[p->pc[-1].a], &first);
        return SLOW_OK;
    case INFO_TEST:
        if (ml_jump_taken(p->pc[-1].op, ml_is_truthy(first) != (ml_info_nargs(&info) == 1)))
            p->pc += p->pc[-1].d;
        return SLOW_OK;
    case INFO_DROP:
        return SLOW_OK;
    case INFO_CONCAT: {
        Instr i = p->pc[-1];
        uint32_t left = ml_info_nargs(&info);
        ml_set(&p->base[i.b + left - 2], &first);
        return ml_op_concat(p, i.a, i.b, left - 1);
    }
    case INFO_NATIVE:
    case INFO_PCALL:
        return back_to_native(p, at, src, n, ml_info_step(&info), ml_info_nargs(&info), false);
    case INFO_REDO:
        p->top = p->base + ml_info_nargs(&info);
        p->pc--;
        return SLOW_OK;
    case INFO_UNWIND:
        p->own->err = f[-2];
        return unwind(p, ml_info_step(&info));
    case INFO_HANDLER:
        count_handlers(p, -1);
        p->own->err = first;
        return unwind(p, false);
    case INFO_FINAL:
        p->own->in_final = false;
        p->top = p->base + ml_info_nargs(&info);
        return SLOW_OK;
    case INFO_SHOW:
        p->own->err = f[-2];
        ml_crash_note(p, first);
        return unwind(p, false);
    }
    ML_CHECK(!"info kind");
    return SLOW_OK;
}

/* --- to-be-closed variables --- */

Slow ml_op_tbc(Proc *p, unsigned a)
{
    Value *v = &p->base[a];
    if (v->tag <= TAG_FALSE)
        return SLOW_OK;
    if (v->tag == TAG_BOX && v->b->v.tag <= TAG_FALSE)
        return SLOW_OK;
    Value val = v->tag == TAG_BOX ? v->b->v : *v;
    if (!ml_is_ref(val) && ml_is_nil(ml_metamethod(p, val, MM_CLOSE)))
        return ml_err(p, "variable '%s' got a non-closable value", ml_local_name(p, a));
    Tbc *t = (Tbc *)(void *)ml_heap_alloc(p->heap, sizeof(Tbc), OBJ_TBC);
    t->prev = p->own->tbc;
    t->slot = (uint32_t)(v - p->stk->v);
    p->own->tbc = t;
    return SLOW_OK;
}

Slow ml_op_for_tbc(Proc *p, unsigned a, int32_t jumped)
{
    p->pc -= jumped;                    /* where an error is told to be */
    Slow s = ml_op_tbc(p, a);
    if (s == SLOW_OK)
        p->pc += jumped;
    return s;
}

static Value closer(Proc *p, Value v)
{
    return ml_is_ref(v) ? ml_v_native(p->vm->close_ref) : ml_metamethod(p, v, MM_CLOSE);
}

Slow ml_op_close(Proc *p, Value *from, Value *keep_top)
{
    Tbc *t = p->own->tbc;
    if (!t || t->slot < (uint32_t)(from - p->stk->v)) {
        if (keep_top)
            p->top = keep_top;
        return SLOW_OK;
    }
    p->own->tbc = t->prev;
    Value v = p->stk->v[t->slot];
    if (v.tag == TAG_BOX)
        v = v.b->v;
    Value *at = ml_frame_end(p);
    uint32_t keep = keep_top ? (uint32_t)(keep_top - p->base) : 0;
    if (keep_top && keep_top > at) {
        at = keep_top;
        if (at + 8 > p->stack_end) {
            p->top = at;
            if (!ml_proc_grow(p, 16))
                return ml_err(p, "stack overflow");
            at = p->base + keep;
        }
    }
    at[0] = ml_info(INFO_REDO, 0, keep, (uint32_t)(at + 1 - p->base), p->pc);
    at[1] = closer(p, v);
    if (ml_is_nil(at[1]))
        return ml_err(p, "metamethod 'close' is missing");
    at[2] = v;
    at[3] = ml_v_nil();
    p->own->callf = at + 1;
    p->own->ncall = 2;
    return SLOW_CALL;
}

/* --- raising errors --- */

typedef enum { AT_BOTTOM, AT_PCALL, AT_GUARD, AT_SHOW, AT_FINAL } CatchKind;

typedef struct Catch {
    CatchKind kind;
    Value *info;                /* AT_PCALL, AT_SHOW, AT_FINAL: its info slot */
    Value *base;                /* frame that goes on */
    const GuardRange *guard;
    uint32_t level;             /* slots from here up are left */
    int guards, handlers;       /* of these, left on the way */
    bool closing;               /* a coroutine is closed: no pcall of it counts any more */
} Catch;

/* Who stops an error that is raised at p->base? closing: from there on nobody, up to
 * who closes the coroutine; in a __close that this runs, a pcall still counts. */
static Catch find_catch(Proc *p, bool closing)
{
    Catch c = { .level = (uint32_t)(p->stk->cap), .closing = closing }, outermost = { .base = NULL };
    Value *base = p->base;
    const Instr *pc = p->pc;
    for (;;) {
        Value *f = base - 1;
        if (f == p->stk->v) {           /* a coroutine that never ran */
            c.kind = AT_BOTTOM;
            c.level = 0;
            return c;
        }
        if ((uint8_t)f->tag == TAG_FN && f->f->proto->nguards) {
            const Proto *pt = f->f->proto;
            const GuardRange *g = ml_guard_at(pt, (uint32_t)(pc - 1 - pt->code));
            if (g && !c.closing && !p->own->exiting && !p->own->interrupted) {
                c.kind = AT_GUARD;
                c.base = base;
                c.guard = g;
                c.guards++;
                return c;
            }
            c.guards += g != NULL;
        }
        f = ml_frame_own(base);
        const Instr *ret = ml_slot_pc(f);
        if (ret == ml_boot_code + 1 || ret == ml_coboot_code + 1) {
            if (outermost.base && !(p->own->co && p->own->co->resumer))
                return outermost;
            c.kind = AT_BOTTOM;
            c.level = 0;
            return c;
        }
        c.level = (uint32_t)(f - p->stk->v);
        base = ml_frame_caller(f, &pc);
        if (ret[-1].op == OP_CONT) {
            Value *info = f - 1;
            if (ml_info_kind(info) == INFO_PCALL && !p->own->exiting && !c.closing) {
                c.kind = AT_PCALL;
                c.info = info;
                c.base = base;
                if (!p->own->interrupted)
                    return c;
                outermost = c;
            }
            bool shows = ml_info_kind(info) == INFO_SHOW;
            if ((shows || ml_info_kind(info) == INFO_FINAL) && !p->own->exiting && !p->own->interrupted) {
                c.kind = shows ? AT_SHOW : AT_FINAL;
                c.info = info;
                c.base = base;
                return c;
            }
            if (ml_info_kind(info) == INFO_UNWIND && ml_info_step(info))
                c.closing = true;
            if (ml_info_kind(info) == INFO_FINAL)
                p->own->in_final = false;
            c.handlers += ml_info_kind(info) == INFO_HANDLER;
        }
    }
}

typedef struct Handler {
    Value fn;                   /* of the xpcall that would stop this error, or nil */
    int   running;              /* calls of it that are not over: errors in them are given to it again */
    bool  uncaught;             /* there is nothing at all that would stop it; false: not known */
} Handler;

/* The stack may be deep: in the usual cases it is walked once, here. */
static Handler find_handler(Proc *p)
{
    Value *base = p->base;
    Handler h = { ml_v_nil(), 0, !p->own->guards && (!p->own->co || (!p->own->co->resumer && !(p->own->co->h.b & CO_CLOSING))) };
    for (;;) {
        if (base - 1 == p->stk->v)
            return h;
        Value *f = ml_frame_own(base);
        const Instr *ret = ml_slot_pc(f), *pc;
        if (ret == ml_boot_code + 1 || ret == ml_coboot_code + 1)
            return h;
        base = ml_frame_caller(f, &pc);
        if (ret[-1].op != OP_CONT)
            continue;
        switch (ml_info_kind(f - 1)) {
        case INFO_HANDLER:
            h.running++;
            h.uncaught = false;
            break;
        case INFO_UNWIND:
            h.uncaught = false;
            if (ml_info_step(f - 1))
                return h;               /* the coroutine is being closed */
            break;
        case INFO_PCALL:
            h.uncaught = false;
            if (base[-1].nat == p->vm->xpcall)
                h.fn = base[1];
            return h;
        case INFO_SHOW: case INFO_FINAL:
            h.uncaught = false;
            break;
        }
    }
}

/* Is there a protected call anywhere between here and the process' border?
 * *closing: a __close runs because of another error, which this one replaces. */
static bool is_caught(Proc *p, bool *closing)
{
    Frame f;
    *closing = false;
    if (p->own->exiting || p->own->interrupted)
        return true;
    for (bool ok = ml_frame_first(p, &f); ok; ok = ml_frame_step(&f, true)) {
        *closing |= f.info && ml_info_kind(f.info) == INFO_UNWIND;
        unsigned kind = f.info ? ml_info_kind(f.info) : INFO_DROP;
        if (kind == INFO_PCALL || kind == INFO_SHOW || kind == INFO_FINAL)
            return true;
        if (f.native && f.native == p->vm->resume)
            return true;
        if (f.co && (f.co->h.b & CO_CLOSING))
            return true;                /* coroutine.close answers with it */
        if (f.proto && f.proto->nguards && ml_guard_at(f.proto, ml_frame_index(&f)))
            return true;
    }
    return false;
}

static bool call_handler(Proc *p, const Handler *h)
{
    if (ml_is_nil(h->fn))
        return false;
    count_handlers(p, 1);
    if (h->running >= HANDLER_DEPTH || (h->running && p->top - p->stk->v > ML_STACK_MAX) ||
        (p->top + 8 > p->stack_end && !ml_proc_grow(p, 16))) {
        count_handlers(p, -1);
        p->own->err = ml_v_str(ml_sym(p->vm, "error in error handling"));
        return false;
    }
    Value *at = p->top;
    at[0] = ml_info(INFO_HANDLER, 0, 0, (uint32_t)(at + 1 - p->base), p->pc);
    at[1] = h->fn;
    at[2] = p->own->err;
    p->own->callf = at + 1;
    p->own->ncall = 1;
    return true;
}

/* The report of an object that nothing catches says what its __tostring says. */
static bool call_tostring(Proc *p)
{
    Value err = p->own->err, mm = ml_is_str(err) ? ml_v_nil() : ml_metamethod(p, err, MM_TOSTRING);
    if (!ml_is_fn(mm) || (p->top + 8 > p->stack_end && !ml_proc_grow(p, 16)))
        return false;
    Value *at = p->top;
    at[0] = err;
    at[1] = ml_info(INFO_SHOW, 0, 0, (uint32_t)(at + 2 - p->base), p->pc);
    at[2] = mm;
    at[3] = err;
    p->own->callf = at + 2;
    p->own->ncall = 1;
    return true;
}

static bool is_overflow(Value err)
{
    static const char end[] = "stack overflow";
    enum { N = sizeof end - 1 };
    return ml_is_str(err) && err.s->len >= N && memcmp(ml_str_data(err.s) + err.s->len - N, end, N) == 0;
}

Slow ml_throw(Proc *p)
{
    bool closing;
    ml_tab_settle(p->heap, NULL);      /* for those who look at the stack */
    if (p->top < ml_frame_end(p))
        p->top = ml_frame_end(p);
    if (p->own->handlers > 0 && p->top - p->stk->v > ML_STACK_MAX && is_overflow(p->own->err))
        p->own->err = ml_v_str(ml_sym(p->vm, "error in error handling"));
    Handler h = { .fn = ml_v_nil() };
    if (!p->own->exiting && !p->own->interrupted) {
        h = find_handler(p);
        if (call_handler(p, &h))
            return SLOW_CALL;
    }
    closing = false;
    if ((h.uncaught || !is_caught(p, &closing)) && (!p->own->crash || closing)) {
        if (call_tostring(p))
            return SLOW_CALL;
        ml_crash_note(p, ml_v_nil());
    }
    if (h.uncaught && !p->own->tbc)
        return bottom(p);
    /* nil may be an error too, so that one is told by the flag */
    if (p->own->co && (p->own->co->h.b & CO_CLOSING) && find_catch(p, false).kind == AT_BOTTOM)
        p->own->co->h.b |= CO_FAILED;
    return unwind(p, false);
}

/* The frame that a slot belongs to, and where it stands. */
static Value *frame_of_slot(Proc *p, uint32_t slot, const Instr **pc)
{
    Value *at = p->stk->v + slot, *base = p->base;
    *pc = p->pc;
    while (base > at)
        base = ml_frame_caller(ml_frame_own(base), pc);
    return base;
}

/* The running coroutine is left for good or for a while: the one that resumed
 * it goes on inside its native resume. */
static void save_context(Proc *p)
{
    Coro *c = p->own->co;
    c->stk = p->stk;
    c->stk->used = (uint32_t)(p->top - p->stk->v);
    c->tbc = p->own->tbc;
    c->pc = p->pc;
    c->base = (uint32_t)(p->base - p->stk->v);
    c->top = c->stk->used;
    c->nargs = p->own->nat_nargs;
    c->step = p->own->nat_step;
}

/* c is entered; what was stored in the one that is left is noted (old.h). */
static void load_context(Proc *p, Coro *c)
{
    ml_old_coro(p->heap, p->own->co);
    ml_old_coro(p->heap, c);
    p->own->co = c;
    ml_stack_bind(p, c->stk);
    p->own->tbc = c->tbc;
    p->pc = c->pc;
    p->base = c->stk->v + c->base;
    p->top = c->stk->v + c->top;
    p->own->nat_nargs = c->nargs;
    p->own->nat_step = c->step;
    c->h.a = CO_RUNNING;
}

/* Back to the resumer, which gets n values. */
static Slow leave_coroutine(Proc *p, unsigned status, Value *src, int n, bool caught)
{
    Coro *c = p->own->co, *to = c->resumer;
    save_context(p);
    c->h.a = (uint8_t)status;
    c->resumer = NULL;
    p->own->codepth--;
    load_context(p, to);
    Value none = ml_v_nil();
    if (n > 0 && p->top + n > p->stack_end && !ml_proc_grow(p, (size_t)n + ML_NAT_FREE)) {
        none = ml_v_str(ml_sym(p->vm, "too many results to resume"));
        src = &none;
        n = 1;
        caught = true;
    }
    return back_to_native(p, p->top, src, n, (unsigned)p->own->nat_step, (uint32_t)p->own->nat_nargs, caught);
}

static Slow bottom(Proc *p)
{
    Coro *c = p->own->co;
    if (c && c->resumer) {
        if (p->own->exiting || p->own->interrupted) {
            Coro *to = c->resumer;
            c->h.a = CO_DEAD;
            c->resumer = NULL;
            p->own->codepth--;
            load_context(p, to);
            return unwind(p, false);
        }
        bool closing = c->h.b & CO_CLOSING, failed = !closing || (c->h.b & CO_FAILED);
        Value r[2] = { closing ? ml_v_bool(!failed) : p->own->err, p->own->err };
        c->err = closing ? ml_v_nil() : p->own->err;
        c->h.b = closing ? 0 : CO_FAILED;
        p->own->err = ml_v_nil();
        return leave_coroutine(p, CO_DEAD, r, closing && failed ? 2 : 1, !closing);
    }
    if (!p->own->exiting)
        ml_proc_crashed(p);
    /* as if its function had returned: what has a __gc is finalised */
    p->own->exiting = false;
    p->own->err = ml_v_nil();
    p->base = p->stk->v + 1;
    p->pc = ml_boot_code + 2;
    return ml_proc_ending(p);
}

/* An error in a __gc concerns nobody: it is told as a warning. */
static Slow final_failed(Proc *p, const Catch *c)
{
    Value *at = c->info, info = *at, err = p->own->err;
    Value tell = *ml_tab_gets(p->heap, p->vm->slow, "gc_error");
    p->own->err = ml_v_nil();
    p->base = c->base;
    p->pc = ml_slot_pc(&info);
    if (ml_raw_equal(at[1], tell)) {    /* telling failed */
        p->own->in_final = false;
        p->top = p->base + ml_info_nargs(&info);
        return SLOW_OK;
    }
    at[1] = tell;
    at[2] = err;
    p->own->callf = at + 1;
    p->own->ncall = 1;
    return SLOW_CALL;
}

/* p->err goes outwards from p->base, closing what is to be closed. closing: the
 * whole coroutine is left, as coroutine.close wants. */
static Slow unwind(Proc *p, bool closing)
{
    Catch c = find_catch(p, closing);
    Tbc *t = p->own->tbc;
    /* a coroutine that fails keeps its variables until coroutine.close */
    bool keeps = c.kind == AT_BOTTOM && p->own->co && p->own->co->resumer && !p->own->exiting && !p->own->interrupted &&
                 !(p->own->co->h.b & CO_CLOSING);
    if (t && t->slot >= c.level && !keeps) {
        p->own->tbc = t->prev;
        Value *at = p->stk->v + t->slot, v = *at;
        if (v.tag == TAG_BOX)
            v = v.b->v;
        const Instr *pc;
        Value *base = frame_of_slot(p, t->slot, &pc);
        Value mm = closer(p, v);
        at[1] = p->own->err;
        at[2] = ml_info(INFO_UNWIND, c.closing, 0, (uint32_t)(at + 3 - base), pc);
        at[3] = mm;
        at[4] = v;
        at[5] = p->own->exiting ? ml_v_nil() : p->own->err;
        p->base = base;
        p->own->callf = at + 3;
        p->own->ncall = 2;
        return SLOW_CALL;
    }
    p->own->guards -= c.guards;
    if (c.handlers)
        count_handlers(p, -c.handlers);
    if (c.kind == AT_GUARD) {
        p->base = c.base;
        p->pc = c.base[-1].f->proto->code + c.guard->fail;
        p->own->err = ml_v_nil();
        p->own->guard_errors++;
        return SLOW_OK;
    }
    if (c.kind == AT_SHOW) {            /* the __tostring failed: as if there were none */
        p->base = c.base;
        p->pc = ml_slot_pc(c.info);
        p->top = c.info - 1;
        p->own->err = c.info[-1];
        ml_crash_note(p, ml_v_nil());
        return unwind(p, false);
    }
    if (c.kind == AT_FINAL)
        return final_failed(p, &c);
    if (c.kind == AT_PCALL) {
        Value info = *c.info, err = p->own->err;
        p->base = c.base;
        p->own->err = ml_v_nil();
        if (p->own->interrupted)
            p->own->in_final = false;        /* one that collectgarbage called is left, too */
        p->own->interrupted = false;
        return back_to_native(p, c.info, &err, 1, ml_info_step(&info), ml_info_nargs(&info), true);
    }
    return bottom(p);
}

/* --- coroutines --- */

Coro *ml_coro_current(Proc *p)
{
    if (!p->own->co) {
        Coro *c = (Coro *)(void *)ml_heap_alloc(p->heap, sizeof(Coro), OBJ_CORO);
        memset((char *)c + sizeof(Obj), 0, sizeof *c - sizeof(Obj));
        c->h.id = ml_heap_id(p->heap);
        c->h.a = CO_RUNNING;
        c->stk = p->stk;
        p->own->co = c;
    }
    return p->own->co;
}

Coro *ml_coro_new(Proc *p, Value fn)
{
    Heap *h = p->heap;
    enum { FIRST = 12 + STACK_SLACK };
    Stack *s = (Stack *)(void *)ml_heap_alloc(h, sizeof(Stack) + FIRST * sizeof(Value), OBJ_STACK);
    s->cap = FIRST;
    s->used = 2;
    memset(s->v, 0, FIRST * sizeof(Value));
    s->v[1] = fn;
    Coro *c = (Coro *)(void *)ml_heap_alloc(h, sizeof(Coro), OBJ_CORO);
    memset((char *)c + sizeof(Obj), 0, sizeof *c - sizeof(Obj));
    c->h.id = ml_heap_id(h);
    c->h.a = CO_SUSPENDED;
    c->stk = s;
    c->pc = ml_coboot_code;
    c->base = 1;
    c->top = 2;
    return c;
}

/* The native at n resumes the coroutine in its first argument with the
 * ncall values on its top; it goes on as step n->next. */
Slow ml_coro_resume(Proc *p, Nat *n)
{
    Coro *to = n->base[0].c, *from = ml_coro_current(p);
    int nv = n->ncall;
    bool fresh = to->pc == ml_coboot_code;
    if (p->own->codepth >= CO_DEPTH) {
        p->base = n->base;
        p->top = n->top;
        return ml_err(p, "C stack overflow");
    }
    p->base = n->base;
    p->top = n->top - nv;
    p->pc = ml_natmore_code;
    p->own->nat_nargs = n->nargs;
    p->own->nat_step = n->next;
    Value *src = n->top - nv;
    save_context(p);
    /* the values are beyond `used`: nothing is collected until they are moved */
    from->h.a = CO_NORMAL;
    to->resumer = from;
    p->own->codepth++;
    ptrdiff_t off = src - from->stk->v;
    load_context(p, to);
    if (to->h.b & CO_CLOSING) {
        p->own->err = to->err;
        return unwind(p, true);
    }
    if (p->top + nv + 4 > p->stack_end && !ml_proc_grow(p, (size_t)nv + ML_NAT_FREE))
        return ml_err(p, "stack overflow");
    src = from->stk->v + off;
    if (fresh) {
        for (int i = 0; i < nv; i++)
            ml_set(p->top++, src + i);
        return SLOW_OK;
    }
    for (int i = 0; i < nv; i++)
        ml_set(p->base + i, src + i);
    p->own->ncall = nv;
    return SLOW_RETURN;
}

/* May it be entered as it is, with n values above what lies on its stack? */
static inline bool can_take(const Coro *to, int n)
{
    const Stack *s = to->stk;
    return to->top + (uint32_t)n + 4 + STACK_SLACK <= s->cap && s->cap <= ML_STACK_MAX;
}

/* From the native at f, which keeps so many arguments and goes on as step 1, to
 * another coroutine: save_context and load_context where all is as usual. */
static inline void swap_context(Proc *p, Coro *from, const Value *f, uint32_t keep, Coro *to)
{
    Own *o = p->own;
    Stack *s = p->stk;
    from->stk = s;
    from->base = (uint32_t)(f + 1 - s->v);
    from->top = s->used = from->base + keep;
    from->tbc = o->tbc;
    from->pc = ml_natmore_code;
    from->nargs = (int32_t)keep;
    from->step = 1;
    ml_old_coro(&o->heap, from);
    ml_old_coro(&o->heap, to);
    s = to->stk;
    o->co = to;
    o->tbc = to->tbc;
    to->h.a = CO_RUNNING;
    p->stk = s;
    p->stack_end = s->v + s->cap - STACK_SLACK;
    p->base = s->v + to->base;
}

Swap ml_coro_swap_resume(Proc *p, Value *f, int n)
{
    Own *o = p->own;
    Coro *to = f[1].c, *from = o->co;
    if (n < 1 || f[1].tag != TAG_CORO || to->h.a != CO_SUSPENDED || to->h.b || !from || o->codepth >= CO_DEPTH ||
        !can_take(to, n) || f + 2 > p->stack_end)
        return SWAP_USUAL;
    from->h.a = CO_NORMAL;
    to->resumer = from;
    o->codepth++;
    swap_context(p, from, f, 1, to);
    o->ncall = n - 1;
    o->callf = f + 2;           /* beyond `used`: nothing is collected until they are moved */
    if (to->pc != ml_coboot_code)
        return SWAP_RETURN;
    o->callf = p->base;
    for (int i = 1; i < n; i++)
        ml_set(p->base + i, f + 1 + i);
    return SWAP_CALL;
}

Swap ml_coro_swap_yield(Proc *p, Value *f, int n)
{
    Own *o = p->own;
    Coro *c = o->co, *to = c ? c->resumer : NULL;
    if (!to || c->h.b || to->step != 1 || o->guards || !can_take(to, n))
        return SWAP_USUAL;
    c->h.a = CO_SUSPENDED;
    c->resumer = NULL;
    o->codepth--;
    swap_context(p, c, f, 0, to);
    o->ncall = n;
    o->callf = f + 1;
    if (p->base[-1].nat == p->vm->resume) {
        o->callf = p->base;
        *o->callf = ml_v_bool(true);
        for (int i = 1; i <= n; i++)
            ml_set(o->callf + i, f + i);
        o->ncall++;
    }
    return SWAP_RETURN;
}

/* n values at src go to the resumer. dead: the coroutine's function is done. */
Slow ml_coro_yield(Proc *p, Value *src, int n, bool dead)
{
    if (dead)
        p->pc = ml_natmore_code;
    return leave_coroutine(p, dead ? CO_DEAD : CO_SUSPENDED, src, n, false);
}

/* --- safe points and the end --- */

/* `keep` slots above base hold values of an open call. */
static bool call_final(Proc *p, uint32_t keep)
{
    Value v, mm;
    while (!p->own->in_final && ml_gc_next_final(p->heap, &v)) {
        mm = ml_metamethod(p, v, MM_GC);
        if (!ml_is_fn(mm))
            continue;
        Value *at = p->top;
        at[0] = ml_info(INFO_FINAL, 0, keep, (uint32_t)(at + 1 - p->base), p->pc);
        at[1] = mm;
        at[2] = v;
        p->own->callf = at + 1;
        p->own->ncall = 1;
        p->own->in_final = true;
        return true;
    }
    return false;
}

/* Registers above those that anything may still read: of locals in scope, and
 * of the instruction just done, whose result is the highest temporary. What
 * lies there is from calls that are over, and must not stay alive. */
static void clear_dead(Proc *p, Value *end)
{
    const Value *f = p->base - 1;
    if ((uint8_t)f->tag != TAG_FN)
        return;
    const Proto *pt = f->f->proto;
    uint32_t at = (uint32_t)(p->pc - pt->code), live;
    if (p->pc <= pt->code || at > pt->ncode)
        return;
    Instr i = p->pc[-1];
    switch (i.op) {
    case OP_NEWTABLE: case OP_CLOSURE: case OP_CONCAT:
        live = i.a + 1u;
        break;
    case OP_CALL:
        if (i.c == 0)
            return;
        live = i.a + i.c - 1u;
        break;
    case OP_RECVSTART:                  /* the last message has been dealt with */
        if (!i.b)
            return;
        live = i.a;
        break;
    default:
        return;
    }
    for (uint32_t k = 0; k < pt->nlocals; k++) {
        const LocVar *l = &pt->locals[k];
        if (l->start <= at && at < l->end && l->reg >= live)
            live = l->reg + 1u;
    }
    for (Value *r = p->base + live; r < end; r++)
        *r = ml_v_nil();
}

Slow ml_safe_point(Proc *p)
{
    Value *end = ml_frame_end(p);
    uint32_t keep = (uint32_t)(p->top - p->base);
    if (p->top <= p->base)
        clear_dead(p, end);
    if (p->top < end)
        p->top = end;
    p->own->keep = keep;
    bool over;
    STRETCH_APART(p->vm, "housekeeping", over = ml_proc_housekeep(p));
    p->own->paused = !over;
    return p->own->paused ? SLOW_PAUSE : ml_safe_point_over(p);
}

Slow ml_safe_point_over(Proc *p)
{
    p->own->paused = false;
    if (call_final(p, p->own->keep))
        return SLOW_CALL;
    p->top = p->base + p->own->keep;
    return SLOW_OK;
}

Slow ml_proc_ending(Proc *p)
{
    /* p->pc is after END: a finaliser returns to END itself */
    p->pc--;
    ml_gc_finals_all(p->heap);
    p->top = p->base + 1;
    if (call_final(p, 0))
        return SLOW_CALL;
    return SLOW_EXIT;
}
