/*
 * api_prompt.c - two functions that an evaluator gets and nobody else: load
 * as a prompt needs it, and the text that documents a function.
 */

#include <string.h>

#include "vm/api_in.h"
#include "vm/base/buf.h"
#include "vm/run/code.h"

static NatEnd load_line(Nat *n)
{
    Str *src, *name;
    if (!ml_arg_str(n, 1, &src) || !ml_arg_str(n, 2, &name))
        return NAT_ERR;
    n->p->repl = true;
    NatEnd end = ml_nat_compile(n, src, name, false, ml_v_nil());
    n->p->repl = false;
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

static const NativeDef functions[ML_API_PROMPT_ARGS] = {
    { "load_line", load_line, "load_line(text, chunkname)\nCompiles as a prompt does: a local of the outermost "
      "level makes a global. Returns the function, or nil and a message." },
    { "doc", doc, "doc(f)\nReturns the text that documents a function, or nil." },
};

void ml_api_prompt_args(Value out[])
{
    for (int i = 0; i < ML_API_PROMPT_ARGS; i++) {
        Value v = ml_v_native(&functions[i]);
        ml_set(&out[i], &v);
    }
}
