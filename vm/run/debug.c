/*
 * debug.c - looking at stacks: places, tracebacks, variables.
 *
 * The words and the layout are those of stock Lua, so that people and tools
 * find what they know. A library function written in the dialect is shown
 * like a built-in one, and what it calls on the way is left out.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "vm/run/debug.h"
#include "vm/run/names.h"
#include "vm/proc/vm.h"

/* --- places --- */

static bool is_library(const Frame *f) { return f->proto && ml_name_is_library(f->proto); }

static bool is_builtin(const Frame *f) { return !f->proto || ml_name_is_library(f->proto); }

/* A call that found no room leaves a frame whose pc is still the caller's. */
static uint32_t index_in(const Frame *f)
{
    const Proto *pt = f->proto;
    return f->pc >= pt->code && f->pc < pt->code + pt->ncode ? ml_frame_index(f) : 0;
}

int ml_debug_line(const Frame *f)
{
    if (is_builtin(f))
        return -1;
    return (int)f->proto->pos[index_in(f)].line;
}

size_t ml_place(const Proto *pt, uint32_t at, char *out, size_t size)
{
    int n = snprintf(out, size, "%s:%u: ", pt->image->short_name, (unsigned)pt->pos[at].line);
    if (n < 0)
        n = 0;
    return (size_t)n < size ? (size_t)n : size - 1;
}

bool ml_debug_frame(Proc *p, Value thread, int level, Frame *f)
{
    bool ok = thread.tag == TAG_CORO ? ml_frame_first_of(p, thread.c, f) : ml_frame_first(p, f);
    while (ok && level-- > 0)
        ok = ml_frame_next(p, f, false);
    return ok;
}

size_t ml_where(Proc *p, int level, char *out, size_t size)
{
    Frame f, callee;
    out[0] = 0;
    bool ok = ml_debug_frame(p, ml_v_nil(), level == 1 ? 0 : level, &f);
    if (ok && level == 1) {
        /* what a library function finds wrong is its caller's mistake */
        do {
            callee = f;
            ok = ml_frame_next(p, &f, false);
        } while (ok && is_library(&f) && !ml_name_is_callback(&callee, &f));
    }
    if (!ok || is_builtin(&f))
        return 0;
    return ml_place(f.proto, index_in(&f), out, size);
}

const char *ml_local_name(Proc *p, unsigned a)
{
    const Proto *pt = p->base[-1].f->proto;
    uint32_t at = (uint32_t)(p->pc - pt->code);
    const LocVar *l = ml_name_local(pt, at, a);
    if (!l && at > 0)
        l = ml_name_local(pt, at - 1, a);
    return l ? ml_str_data(l->name) : "?";
}

const char *ml_type_of(Proc *p, Value v)
{
    if (v.tag == TAG_TAB || v.tag == TAG_UDATA) {
        Value name = ml_metamethod(p, v, MM_NAME);
        if (ml_is_str(name))
            return ml_str_data(name.s);
    }
    return ml_type_name(v);
}

/* --- functions --- */

void ml_debug_fn(Value fn, FnInfo *out)
{
    *out = (FnInfo){ .what = "C", .short_src = "[C]", .source = "=[C]", .source_len = 4,
                     .line = -1, .endline = -1, .is_vararg = true };
    if ((uint8_t)fn.tag != TAG_FN || ml_name_is_library(fn.f->proto))
        return;
    const Proto *pt = fn.f->proto;
    out->what = pt->parent ? "Lua" : "main";
    out->short_src = pt->image->short_name;
    out->source = pt->image->name ? ml_str_data(pt->image->name) : "=?";
    out->source_len = pt->image->name ? pt->image->name->len : 2;
    out->line = (int)pt->line;
    out->endline = (int)pt->endline;
    out->nups = pt->nupvars;
    out->nparams = pt->nparams;
    out->is_vararg = pt->is_vararg != 0;
}

const char *ml_debug_name(Proc *p, const Frame *f, const char **kind)
{
    Name n = ml_name_frame(p, f);
    *kind = n.kind ? n.kind : "";
    return n.kind ? n.name : NULL;
}

/* --- variables --- */

static const char *extra_arg(const Frame *f, int n, Value **at)
{
    if (!f->proto->is_vararg)
        return NULL;
    int nargs = (int)ml_info_nargs(f->base - 2), np = f->proto->nparams;
    if (n > nargs - np)
        return NULL;
    *at = ml_frame_own(f->base) + np + n;
    return "(vararg)";
}

/* A slot that is no variable at the moment. */
static const char *temporary(const Frame *f, int n, Value **at)
{
    if (f->end - f->base < n)
        return NULL;
    *at = f->base + n - 1;
    return f->proto ? "(temporary)" : "(C temporary)";
}

const char *ml_debug_local(const Frame *f, int n, Value **at)
{
    if (n == 0 || is_library(f))
        return NULL;
    if (n < 0)
        return f->proto ? extra_arg(f, -n, at) : NULL;
    if (!f->proto)
        return temporary(f, n, at);
    const Proto *pt = f->proto;
    uint32_t pc = index_in(f);
    int left = n;
    for (uint32_t i = 0; i < pt->nlocals; i++) {
        const LocVar *l = &pt->locals[i];
        if (l->start > pc || pc >= l->end || --left > 0)
            continue;
        *at = f->base + l->reg;
        return ml_str_data(l->name);
    }
    return temporary(f, n, at);
}

Value ml_debug_value(const Value *at)
{
    Value v = at->tag == TAG_BOX ? at->b->v : *at;
    unsigned tag = (uint8_t)v.tag;
    if (tag == TAG_INFO || tag == TAG_BOX)
        return ml_v_nil();              /* what the machine has left there */
    if (tag != TAG_PID && tag != TAG_REF)
        v.tag = tag;
    return v;
}

bool ml_debug_set_local(const Frame *f, Value *at, Value v)
{
    if (f->proto && ml_guard_at(f->proto, index_in(f)))
        return false;                   /* it holds a message that is being matched */
    ml_set(at->tag == TAG_BOX ? &at->b->v : at, &v);
    return true;
}

const char *ml_debug_param(Value fn, int n)
{
    if ((uint8_t)fn.tag != TAG_FN || n < 1 || n > fn.f->proto->nparams)
        return NULL;
    const LocVar *l = ml_name_local(fn.f->proto, 0, (unsigned)n - 1);
    for (uint32_t i = 0; !l && i < fn.f->proto->nlocals; i++)
        if (fn.f->proto->locals[i].reg == n - 1)
            l = &fn.f->proto->locals[i];        /* boxed first */
    return l ? ml_str_data(l->name) : NULL;
}

const char *ml_debug_upvalue(Value fn, int n)
{
    if ((uint8_t)fn.tag != TAG_FN || n < 1 || n > fn.f->proto->nupvars || ml_name_is_library(fn.f->proto))
        return NULL;
    const Str *name = fn.f->proto->upvars[n - 1].name;
    return name ? ml_str_data(name) : "(no name)";
}

/* --- tracebacks --- */

enum { FIRST = 10, LAST = 11 };         /* levels shown of a deep stack */

/* Text that is measured first and written then. */
typedef struct Text {
    char  *to;                          /* NULL: measuring */
    size_t len;
} Text;

static void put(Text *t, const char *s, size_t n)
{
    if (t->to)
        memcpy(t->to + t->len, s, n);
    t->len += n;
}

__attribute__((format(printf, 2, 3)))
static void add(Text *t, const char *fmt, ...)
{
    char line[320];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    if (n > 0)
        put(t, line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
}

/* Steps to the next frame that is shown: not those inside a library function. */
static bool shown_next(Proc *p, Frame *f)
{
    bool ok = ml_frame_next(p, f, false);
    while (ok && is_builtin(f)) {
        Frame up = *f;
        if (!ml_frame_next(p, &up, false) || !is_library(&up))
            break;
        *f = up;
    }
    return ok;
}

static bool shown_first(Proc *p, Value thread, int level, Frame *f)
{
    bool ok = thread.tag == TAG_CORO ? ml_frame_first_of(p, thread.c, f) : ml_frame_first(p, f);
    for (; ok && level > 0; level--)
        ok = shown_next(p, f);
    return ok;
}

static void add_function(Proc *p, Text *t, const Frame *f)
{
    char name[80];
    Value fn = f->base[-1];
    fn.tag = (uint8_t)fn.tag;
    Name n = ml_name_frame(p, f);
    if (ml_name_global(p, fn, name, sizeof name))
        add(t, "function '%s'", name);
    else if (n.kind)
        add(t, "%s '%.80s'", n.kind, n.name);
    else if (f->native && f->native->doc)
        add(t, "function '%.80s'", f->native->name);
    else if (is_builtin(f))
        add(t, "?");
    else if (!f->proto->parent)
        add(t, "main chunk");
    else
        add(t, "function <%s:%u>", f->proto->image->short_name, (unsigned)f->proto->line);
}

static void add_frame(Proc *p, Text *t, const Frame *f)
{
    if (is_builtin(f))
        add(t, "\n\t[C]: in ");
    else
        add(t, "\n\t%s:%d: in ", f->proto->image->short_name, ml_debug_line(f));
    add_function(p, t, f);
    if (f->tail)
        add(t, "\n\t(...tail calls...)");
}

/* The frames that a traceback shows, of a stack that is walked once. */
typedef struct Shown {
    int   total;
    Frame first[FIRST];
    Frame last[LAST + 1];               /* frame i of the others at i % (LAST + 1) */
} Shown;

static void collect(Proc *p, Value thread, int level, Shown *s)
{
    Frame f;
    s->total = 0;
    for (bool ok = shown_first(p, thread, level, &f); ok; ok = shown_next(p, &f)) {
        Frame *to = s->total < FIRST ? &s->first[s->total] : &s->last[s->total % (LAST + 1)];
        *to = f;
        s->total++;
    }
}

static void trace(Proc *p, Text *t, const Shown *s, const char *msg, size_t len)
{
    if (msg) {
        put(t, msg, len);
        put(t, "\n", 1);
    }
    add(t, "stack traceback:");
    int at = 0;
    for (; at < s->total && at < FIRST; at++)
        add_frame(p, t, &s->first[at]);
    if (s->total > FIRST + LAST + 1) {
        add(t, "\n\t...\t(skipping %d levels)", s->total - FIRST - LAST);
        at = s->total - LAST;
    }
    for (; at < s->total; at++)
        add_frame(p, t, &s->last[at % (LAST + 1)]);
}

Str *ml_traceback(Proc *p, Value thread, const char *msg, size_t len, int level)
{
    Text t = { NULL, 0 };
    Shown shown;
    char *to;
    collect(p, thread, level, &shown);
    trace(p, &t, &shown, msg, len);
    Str *s = ml_str_room(p->heap, t.len, &to);
    t = (Text){ to, 0 };
    trace(p, &t, &shown, msg, len);
    return s;
}
