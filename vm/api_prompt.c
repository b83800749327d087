/*
 * api_prompt.c - three functions that an evaluator gets and nobody else: load
 * as a prompt needs it, the text that documents a function, and what a report
 * would say about an error.
 */

#include <string.h>

#include "vm/api_in.h"
#include "vm/base/buf.h"
#include "vm/run/code.h"
#include "vm/run/debug.h"

static NatEnd load_line(Nat *n)
{
    Str *src, *name;
    int64_t hidden;
    if (!ml_arg_str(n, 1, &src) || !ml_arg_str(n, 2, &name) || !ml_arg_opt_int(n, 3, 0, &hidden))
        return NAT_ERR;
    n->p->own->repl = true;
    NatEnd end = ml_nat_compile(n, src, name, false, ml_v_nil());
    n->p->own->repl = false;
    if (n->top[-1].tag == TAG_FN && hidden > 0 && hidden <= (int64_t)src->len)
        n->top[-1].f->proto->image->hidden = (uint32_t)hidden;
    return end;
}

/* --- doc --- */

typedef struct Line { const char *s, *end; } Line;

/* The line before the one that begins at s; false: there is none. */
static bool line_before(const char *from, const char *s, Line *out)
{
    if (s <= from)
        return false;
    out->end = s - 1;
    for (out->s = out->end; out->s > from && out->s[-1] != '\n'; out->s--) {
    }
    return true;
}

static bool is_comment(Line *l)
{
    while (l->s < l->end && (*l->s == ' ' || *l->s == '\t'))
        l->s++;
    if (l->end - l->s < 2 || l->s[0] != '-' || l->s[1] != '-')
        return false;
    while (l->s < l->end && *l->s == '-')
        l->s++;
    if (l->s < l->end && *l->s == ' ')
        l->s++;
    return true;
}

/* The comment lines right above a function. */
static void push_comment(Nat *n, const Proto *pt)
{
    const char *src = pt->image->source, *at = src, *end;
    if (!src || pt->line == 0) {
        ml_push(n, ml_v_nil());
        return;
    }
    end = src + pt->image->source_len;
    for (uint32_t i = 1; i < pt->line && at; i++) {
        at = memchr(at, '\n', (size_t)(end - at));
        at = at ? at + 1 : NULL;
    }
    Line first = { NULL, NULL }, l;
    const char *below = at;
    while (below && line_before(src, below, &l)) {
        below = l.s;
        if (!is_comment(&l))
            break;
        first.s = below;
    }
    if (!first.s) {
        ml_push(n, ml_v_nil());
        return;
    }
    char text[4096];
    size_t len = 0;
    for (const char *s = first.s; s < at;) {
        const char *eol = memchr(s, '\n', (size_t)(at - s));
        l = (Line){ s, eol ? eol : at };
        is_comment(&l);
        size_t more = (size_t)(l.end - l.s) + 1;
        if (len + more > sizeof text)
            break;
        memcpy(text + len, l.s, more - 1);
        text[len + more - 1] = '\n';
        len += more;
        s = l.end + 1;
    }
    ml_push_str(n, text, len ? len - 1 : 0);
}

static NatEnd doc(Nat *n)
{
    Value f = ml_arg(n, 1);
    if (f.tag == TAG_NATIVE && f.nat->doc)
        ml_push_cstr(n, f.nat->doc);
    else if (f.tag == TAG_FN)
        push_comment(n, f.f->proto);
    else
        ml_push(n, ml_v_nil());
    return ml_ret(n, 1);
}

/* --- explain --- */

/* The frame that raised what the running message handler was called with. */
static bool failed_frame(Proc *p, Frame *f)
{
    for (bool ok = ml_frame_first(p, f); ok;) {
        bool is_handler = f->info && ml_info_kind(f->info) == INFO_HANDLER;
        ok = ml_frame_next(p, f, false);
        if (is_handler)
            return ok;
    }
    return false;
}

static NatEnd explain(Nat *n)
{
    enum { MOST = 6000 };
    char text[MOST];
    Buf b;
    Frame f;
    Proc *p = n->p;
    Value e = ml_arg(n, 1);
    p->base = n->base;
    p->top = n->top;
    p->pc = ml_natmore_code;
    if (!ml_is_str(e) || !failed_frame(p, &f))
        return ml_ret1(n, e);
    ml_buf_init(&b, &p->vm->mem);
    ml_report_text(p, &f, e.s, &b);
    size_t len = b.oom || b.len == 0 ? 0 : b.len - 1 < MOST ? b.len - 1 : MOST;
    memcpy(text, b.data ? b.data : "", len);
    ml_buf_fini(&b);                    /* nothing is held while the heap grows */
    if (len == 0)
        return ml_ret1(n, e);
    ml_push_str(n, text, len);
    return ml_ret(n, 1);
}

static const NativeDef functions[ML_API_PROMPT_ARGS] = {
    { "load_line", load_line, "load_line(text, chunkname [, hidden])\nCompiles as a prompt does: a local of the "
      "outermost level makes a global. Returns the function, or nil and a message. explain does not show the first "
      "`hidden` bytes of the text." },
    { "doc", doc, "doc(f)\nReturns the text that documents a function, or nil." },
    { "explain", explain, "explain(message)\nIn a message handler: the message as a report has it, with its column, the\n"
      "source line and a hint." },
};

void ml_api_prompt_args(Value out[])
{
    for (int i = 0; i < ML_API_PROMPT_ARGS; i++) {
        Value v = ml_v_native(&functions[i]);
        ml_set(&out[i], &v);
    }
}
