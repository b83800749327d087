/*
 * report.c - what is told about a process that ends in an error.
 *
 * An error that nothing catches is noticed where it is raised, while the
 * stack is whole; the report is written down there and printed once the
 * process has really ended:
 *
 *     bank.lua:31:22: attempt to index a nil value (field 'owner')
 *        31 |   local name = account.owner.name
 *           |                ^^^^^^^^^^^^^
 *     hint: did you mean 'owners'?
 *     in process <0.12> (spawned by <0.1>), handling {"open", 17}
 *     linked to <0.1>, <0.7>; watched by <0.4>
 *        teller            bank.lua:31
 *        receive clause    bank.lua:27
 *
 * Proc.crash holds the report, a NUL, and the traceback as stock Lua writes
 * it; the latter goes into the reason that linked processes receive.
 */
#include <stdio.h>
#include <string.h>

#include "vm/base/buf.h"
#include "vm/proc/realm.h"
#include "vm/proc/signal.h"
#include "vm/proc/trace.h"
#include "vm/run/debug.h"
#include "vm/run/hint.h"
#include "vm/run/names.h"
#include "vm/run/waits.h"
#include "vm/proc/vm.h"

enum { VALUE = 400,             /* bytes of an error value that is no string */
       TEXT = 4000,             /* of one that is */
       MOST = 32 * 1024,        /* of it in the traceback for others */
       MESSAGE = 80,            /* bytes of the message being handled */
       LINE = 110,              /* bytes shown of a source line */
       SEARCH = 200,            /* frames among which the blamed one is looked for */
       BONDS = 4,               /* processes that hear of its end */
       HEAD = 10, TAIL = 5 };   /* frames shown of a deep stack */

static bool is_user(const Frame *f) { return f->proto && !ml_name_is_library(f->proto); }

static const Pos *pos_of(const Frame *f)
{
    const Proto *pt = f->proto;
    bool in = f->pc >= pt->code && f->pc < pt->code + pt->ncode;
    return &pt->pos[in ? f->pc - pt->code : 0];
}

/* --- the place --- */

/* The frame, from f outwards, whose place stands at the front of the message;
 * *len: its length. */
static bool blamed(Proc *p, const char *msg, size_t size, Frame *f, size_t *len)
{
    int left = SEARCH;
    for (bool ok = true; ok && left > 0; ok = ml_frame_next(p, f, true), left--) {
        char place[96];
        if (!is_user(f))
            continue;
        *len = ml_place(f->proto, (uint32_t)(pos_of(f) - f->proto->pos), place, sizeof place);
        if (*len <= size && memcmp(msg, place, *len) == 0)
            return true;
    }
    return false;
}

/* The text of a source line, without its end. */
static bool source_line(const Image *im, uint32_t line, const char **at, size_t *len)
{
    const char *s = im->source, *end = s ? s + im->source_len : NULL;
    if (!s || line == 0)
        return false;
    for (uint32_t i = 1; i < line; i++) {
        s = memchr(s, '\n', (size_t)(end - s));
        if (!s)
            return false;
        s++;
    }
    const char *nl = memchr(s, '\n', (size_t)(end - s));
    *at = s;
    *len = (size_t)((nl ? nl : end) - s);
    if (*len > 0 && s[*len - 1] == '\r')
        --*len;
    return true;
}

static bool is_tail_byte(char c) { return ((unsigned char)c & 0xc0) == 0x80; }

/* Columns of the line that nobody wrote. */
static unsigned hidden(const Image *im, const Pos *pos)
{
    return pos->line == 1 && pos->col > im->hidden ? im->hidden : 0;
}

static void excerpt(Buf *b, const Image *im, const Pos *pos)
{
    const char *s;
    size_t len, skip = 0, from = pos->col ? pos->col - 1u : 0, to = pos->endcol ? pos->endcol - 1u : from + 1;
    if (!pos->col || !source_line(im, pos->line, &s, &len))
        return;
    size_t less = hidden(im, pos);
    s += less;
    len -= less;
    from -= less;
    to -= to > less ? less : to;
    if (from > len)
        from = len;
    if (to <= from || to > len)
        to = to <= from ? from + 1 : len;
    while (skip + LINE < to && skip + 20 < from)
        skip += 10;
    while (skip > 0 && is_tail_byte(s[skip]))
        skip++;
    size_t end = len - skip > LINE ? skip + LINE : len;
    while (end < len && is_tail_byte(s[end]))
        end++;
    ml_buf_printf(b, "%5u | %s", (unsigned)pos->line, skip ? "..." : "");
    ml_buf_put(b, s + skip, end - skip);
    ml_buf_printf(b, "%s\n      | %s", end < len ? "..." : "", skip ? "   " : "");
    for (size_t i = skip; i < from; i++)
        if (!is_tail_byte(s[i]))
            ml_buf_putc(b, s[i] == '\t' ? '\t' : ' ');
    for (size_t i = from; i < to && (i < end || i == from); i++)
        if (i >= len || !is_tail_byte(s[i]))
            ml_buf_putc(b, '^');
    ml_buf_putc(b, '\n');
}

static void text(Buf *b, const char *s, size_t n)
{
    ml_buf_put(b, s, n > TEXT ? TEXT : n);
    ml_buf_puts(b, n > TEXT ? "...\n" : "\n");
}

static bool is_raiser(const Frame *f)
{
    return f->native && (strcmp(f->native->name, "error") == 0 || strcmp(f->native->name, "assert") == 0);
}

/* The caller of the built-in function at *f, or the function itself. */
static bool to_user(Proc *p, Frame *f)
{
    bool ok = true;
    while (ok && !is_user(f))
        ok = ml_frame_next(p, f, false);
    return ok;
}

void ml_report_text(Proc *p, const Frame *from, const Str *msg, Buf *b)
{
    Frame f = *from, user = *from;
    size_t len = 0;
    const char *s = ml_str_data(msg);
    bool is_here = to_user(p, &user);
    if (!blamed(p, s, msg->len, &f, &len)) {
        /* what a built-in function raised without a place has one all the same */
        if (!is_here || is_user(from) || is_raiser(from)) {
            text(b, s, msg->len);
            return;
        }
        f = user;
        len = 0;
    }
    const Pos *pos = pos_of(&f);
    ml_buf_printf(b, "%s:%u:", f.proto->image->short_name, (unsigned)pos->line);
    if (pos->col)
        ml_buf_printf(b, "%u:", (unsigned)pos->col - hidden(f.proto->image, pos));
    ml_buf_putc(b, ' ');
    text(b, s + len, msg->len - len);
    excerpt(b, f.proto->image, pos);
    if (is_here && f.base == user.base && f.stk == user.stk && !is_raiser(from))
        ml_hint(p, &f, s + len, msg->len - len, b);
}

static void head(Proc *p, Value shown, Buf *b)
{
    Frame f;
    Value e = p->own->err;
    if (e.tag == TAG_STR && ml_frame_first(p, &f)) {
        ml_report_text(p, &f, e.s, b);
        return;
    }
    if (ml_is_str(shown)) {
        text(b, ml_str_data(shown.s), shown.s->len);
        return;
    }
    ml_buf_printf(b, "(error object is a %s value)", ml_type_of(p, e));
    if (!ml_is_nil(e)) {
        ml_buf_putc(b, ' ');
        ml_debug_show(p, e, VALUE, b);
    }
    ml_buf_putc(b, '\n');
}

/* --- the process --- */

static void process(Proc *p, Buf *b)
{
    ml_buf_printf(b, "in process <0.%u>", (unsigned)ml_pid_index(p->pid));
    if (p->name)
        ml_buf_printf(b, " \"%.80s\"", ml_str_data(p->name));
    if (p->is_main)
        ml_buf_puts(b, " (main)");
    else if (ml_is_pid(p->own->parent))
        ml_buf_printf(b, " (spawned by <0.%u>)", (unsigned)ml_pid_index(p->own->parent));
    if (!ml_is_nil(p->own->current)) {
        ml_buf_puts(b, ", handling ");
        ml_debug_show(p, p->own->current, MESSAGE, b);
    }
    ml_buf_putc(b, '\n');
}

size_t ml_report_bonds(Proc *p, Bond *list, const char *words, Buf *b)
{
    bool links = list && list == p->own->links;
    size_t before = b->len;
    Value at = ml_v_nil();
    int n = 0;
    for (const Bond *k; n <= BONDS && (k = ml_bond_next(list, at)); at = k->key) {
        const Msg *m = ml_msg_of((Bond *)k);
        Value other = links ? k->key : ml_msg_from(m);
        if (!ml_is_pid(other) || (links ? m->seq != 0 : !m->watching))  /* an unlink under way; an alias */
            continue;
        ml_buf_puts(b, n > 0 ? ", " : words);
        if (n++ < BONDS)
            ml_wait_put_pid(p->vm, other, b);
        else
            ml_buf_puts(b, "...");
    }
    return b->len - before;
}

static void bound_to(Proc *p, Buf *b)
{
    size_t linked = ml_report_bonds(p, p->own->links, "linked to ", b);
    if (ml_report_bonds(p, p->own->watchers, linked ? "; watched by " : "watched by ", b) || linked)
        ml_buf_putc(b, '\n');
}

/* --- the calls --- */

/* The innermost receive clause whose body the frame is in. */
static const RecvClause *clause_of(const Frame *f)
{
    const RecvClause *best = NULL;
    uint32_t at = (uint32_t)(pos_of(f) - f->proto->pos);
    for (uint32_t i = 0; i < f->proto->nclauses; i++) {
        const RecvClause *c = &f->proto->clauses[i];
        if (c->start <= at && at < c->end && (!best || c->start > best->start))
            best = c;
    }
    return best;
}

static void function_name(Proc *p, const Frame *f, char *out, size_t size)
{
    const Proto *pt = f->proto;
    Name n;
    Value fn = f->base[-1];
    if (!is_user(f)) {
        if (!ml_name_global(p, fn, out, size))
            snprintf(out, size, "%s", f->native ? f->native->name : "?");
    } else if (pt->name) {
        snprintf(out, size, "%s", ml_str_data(pt->name));
    } else if (!pt->parent) {
        snprintf(out, size, "main chunk");
    } else {
        n = ml_name_frame(p, f);
        snprintf(out, size, "%s", n.kind && strcmp(n.kind, "for iterator") != 0 ? n.name : "function");
    }
}

static void call_line(Proc *p, Buf *b, const Frame *f, uint32_t times)
{
    char name[64];
    function_name(p, f, name, sizeof name);
    if (!is_user(f)) {
        ml_buf_printf(b, "   %-17s built-in\n", name);
        return;
    }
    const char *file = f->proto->image->short_name;
    ml_buf_printf(b, "   %-17s %s:%u", name, file, (unsigned)pos_of(f)->line);
    if (times > 1)
        ml_buf_printf(b, " (%u times)", (unsigned)times);
    ml_buf_putc(b, '\n');
    const RecvClause *c = clause_of(f);
    if (c)
        ml_buf_printf(b, "   %-17s %s:%u\n", "receive clause", file, (unsigned)c->line);
}

/* Functions that only raise say nothing, nor does what a library function
 * calls (of which is what has no doc), nor a library function without a name. */
static bool is_shown(Proc *p, const Frame *f, bool first)
{
    char name[64];
    Frame up = *f;
    if (is_user(f))
        return true;
    if (first && is_raiser(f))
        return false;
    if (ml_frame_next(p, &up, false) && up.proto && !is_user(&up))
        return false;
    return (f->native && f->native->doc) || ml_name_global(p, f->base[-1], name, sizeof name);
}

typedef struct Walk {           /* over what is shown, calls to itself taken together */
    Proc    *p;
    Frame    next;
    bool     more, first;
    Frame    f;                 /* the one to show */
    uint32_t times;
} Walk;

static void skip_hidden(Walk *w)
{
    while (w->more && !is_shown(w->p, &w->next, w->first)) {
        w->more = ml_frame_next(w->p, &w->next, true);
        w->first = false;
    }
}

static void walk_start(Walk *w, Proc *p)
{
    w->p = p;
    w->more = ml_frame_first(p, &w->next);
    w->first = true;
    skip_hidden(w);
}

static bool walk(Walk *w)
{
    if (!w->more)
        return false;
    w->f = w->next;
    w->times = 0;
    do {
        w->times++;
        w->more = ml_frame_next(w->p, &w->next, true);
        w->first = false;
        skip_hidden(w);
    } while (w->more && w->f.proto && w->next.proto == w->f.proto && pos_of(&w->next) == pos_of(&w->f));
    return true;
}

static void calls(Proc *p, Buf *b)
{
    Walk w;
    struct { Frame f; uint32_t times; } last[TAIL + 1];     /* call i at i % (TAIL + 1) */
    int total = 0;
    for (walk_start(&w, p); walk(&w); total++) {
        if (total < HEAD) {
            call_line(p, b, &w.f, w.times);
        } else {
            last[total % (TAIL + 1)].f = w.f;
            last[total % (TAIL + 1)].times = w.times;
        }
    }
    int at = HEAD;
    if (total > HEAD + TAIL + 1) {
        ml_buf_printf(b, "   ... %d more\n", total - HEAD - TAIL);
        at = total - TAIL;
    }
    for (; at < total; at++)
        call_line(p, b, &last[at % (TAIL + 1)].f, last[at % (TAIL + 1)].times);
}

/* --- keeping and printing it --- */

void ml_crash_note(Proc *p, Value shown)
{
    Buf b;
    Mem *mem = &p->vm->mem;
    Value e = p->own->err;
    bool is_text = e.tag == TAG_STR;
    /* first what may not return for lack of memory */
    size_t most = !is_text ? 0 : e.s->len < MOST ? e.s->len : MOST;
    Str *trace = ml_traceback(p, ml_v_nil(), is_text ? ml_str_data(e.s) : NULL, most, 0);
    if (p->own->crash)
        ml_mem_free(mem, p->own->crash, p->own->crash_size);
    p->own->crash = NULL;
    ml_buf_init(&b, mem);
    head(p, shown, &b);
    process(p, &b);
    bound_to(p, &b);
    calls(p, &b);
    ml_trace_report(p->vm, p->pid, &b);
    ml_buf_putc(&b, 0);
    ml_buf_put(&b, ml_str_data(trace), trace->len + 1);
    char *keep = b.oom ? NULL : ml_mem_alloc(mem, b.len);
    if (keep) {
        memcpy(keep, b.data, b.len);
        p->own->crash = keep;
        p->own->crash_size = b.len;
    }
    ml_buf_fini(&b);
}

size_t ml_limit_tell(Proc *p, const char *what, uint64_t limit, uint64_t used, char *at, size_t size)
{
    Buf b;
    Frame f;
    size_t len = 0;
    bool ok = ml_frame_first(p, &f);
    while (ok && !is_user(&f))
        ok = ml_frame_next(p, &f, true);
    ml_buf_init(&b, &p->vm->mem);
    if (ok) {
        len = ml_place(f.proto, (uint32_t)(pos_of(&f) - f.proto->pos), at, size);
        ml_buf_put(&b, at, len);
        len = len > 2 ? len - 2 : 0;    /* without ": " */
    }
    ml_buf_printf(&b, "the limit of %s is reached: %llu of %llu\n", what, (unsigned long long)used,
                  (unsigned long long)limit);
    if (ok)
        excerpt(&b, f.proto->image, pos_of(&f));
    process(p, &b);
    bound_to(p, &b);
    calls(p, &b);
    if (!b.oom && ml_realm_may(p, REALM_OUTPUT, b.len))
        p->vm->report(p->vm, b.data, b.len);
    ml_buf_fini(&b);
    return len;
}

/* p ends with the reason of a process that ended in an error. */
static bool is_error(Proc *p)
{
    Value v = p->own->reason.tag == TAG_TAB ? *ml_tab_getint(p->heap, p->own->reason.t, 1) : ml_v_nil();
    return v.tag == TAG_STR && ml_str_equal(v.s, ml_sym(p->vm, "error"));
}

void ml_main_ended_tell(Proc *p, Value by)
{
    Buf b;
    ml_buf_init(&b, &p->vm->mem);
    ml_buf_puts(&b, "main was ended by ");
    ml_wait_put_pid(p->vm, by, &b);
    if (is_error(p)) {                  /* which has been reported */
        ml_buf_puts(&b, ", which failed");
    } else {
        ml_buf_puts(&b, ", with the reason ");
        ml_debug_show(p, p->own->reason, MESSAGE, &b);
    }
    ml_buf_putc(&b, '\n');
    process(p, &b);
    calls(p, &b);
    if (!b.oom)
        p->vm->report(p->vm, b.data, b.len);
    ml_buf_fini(&b);
}

static void print(Proc *p)
{
    Vm *vm = p->vm;
    const char *text = p->own->crash ? p->own->crash : "a process ended in an error, and there was no memory to say more\n";
    if (ml_realm_may(p, REALM_OUTPUT, strlen(text)))
        vm->report(vm, text, strlen(text));
}

static Value short_form(Proc *p, Value v)
{
    char text[VALUE + 16];
    Buf b;
    ml_buf_init(&b, &p->vm->mem);
    ml_debug_show(p, v, VALUE, &b);
    size_t n = b.oom ? 0 : b.len < sizeof text ? b.len : sizeof text;
    memcpy(text, b.data ? b.data : "", n);
    ml_buf_fini(&b);                    /* nothing is held while the heap grows */
    return ml_v_str(ml_str_new(p->heap, text, n));
}

static Value reason(Proc *p, Value v)
{
    Heap *h = p->heap;
    Tab *t = ml_tab_new(h, 2, 1);
    ml_tab_setint(h, t, 1, ml_v_str(ml_sym(p->vm, "error")));
    ml_tab_setint(h, t, 2, v);
    if (p->own->crash) {
        const char *trace = p->own->crash + strlen(p->own->crash) + 1;
        ml_tab_setstr(h, t, ml_sym(p->vm, "traceback"), ml_v_str(ml_str_new(h, trace, strlen(trace))));
    }
    return ml_v_tab(t);
}

void ml_proc_crashed(Proc *p)
{
    if (!p->own->crash)
        ml_crash_note(p, ml_v_nil());
    p->own->failed = true;
    print(p);
    if (!ml_proc_set_reason(p, reason(p, p->own->err)))
        ml_proc_set_reason(p, reason(p, short_form(p, p->own->err)));
}
