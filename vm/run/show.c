/*
 * show.c - values as text: short for programs (tostring), whole for people
 * (reports, the prompt).
 *
 * No metamethods run and nothing recurses: a table inside a table is a place
 * on a short list of open tables, and what lies deeper is cut. A table that
 * is still open when it is met again is a cycle.
 */
#include <stdio.h>
#include <string.h>

#include "vm/base/buf.h"
#include "vm/data/num.h"
#include "vm/run/debug.h"
#include "vm/proc/vm.h"

enum { DEPTH = 12,              /* tables inside tables */
       KEY = 40,                /* of a string key that is no name */
       FEW = 200 };             /* room for any text that is no string */

/* --- tostring --- */

/* Distinct numbers for objects of this heap; shared ones come from many
 * places, and mix in where they were made. */
static int identity(char *out, size_t size, const char *type, const Obj *o)
{
    if (!(o->flags & OF_SHARED))
        return snprintf(out, size, "%s: 0x%08x", type, (unsigned)o->id);
    uint32_t h = 2166136261u;
    if (o->kind == OBJ_FN) {
        const Proto *pt = ((const Fn *)(const void *)o)->proto;
        for (const char *s = pt->image->short_name; *s; s++)
            h = (h ^ (uint8_t)*s) * 16777619u;
    }
    return snprintf(out, size, "%s: 0x1%08x", type, (unsigned)(o->id * 2654435761u ^ h));
}

/* A built-in has no object. Its text has no name in it: programs tell LuaJIT
 * by that. Names repeat (utf8.char, string.char), descriptions do not. */
static int native_identity(char *out, size_t size, const NativeDef *nat)
{
    uint32_t h = 2166136261u;
    for (const char *s = nat->name; *s; s++)
        h = (h ^ (uint8_t)*s) * 16777619u;
    for (const char *s = nat->doc ? nat->doc : ""; *s; s++)
        h = (h ^ (uint8_t)*s) * 16777619u;
    return snprintf(out, size, "function: 0x2%08x", (unsigned)h);
}

static int short_text(Proc *p, Value v, char *out, size_t size)
{
    const char *type = ml_type_of(p, v);
    switch (ml_tag(&v)) {
    case TAG_NIL:
        return snprintf(out, size, "nil");
    case TAG_FALSE:
        return snprintf(out, size, "false");
    case TAG_TRUE:
        return snprintf(out, size, "true");
    case TAG_INT: case TAG_FLOAT:
        return (int)ml_num_fmt(out, v);
    case TAG_LIGHT:
        return snprintf(out, size, "userdata: 0x%08llx", (unsigned long long)v.u);
    case TAG_PID:
        return snprintf(out, size, "<0.%u>", (unsigned)ml_pid_index(v));
    case TAG_REF:
        return snprintf(out, size, "#ref<%llu.%llu>", (unsigned long long)(v.tag >> 8),
                        (unsigned long long)v.u);
    case TAG_NATIVE:
        return native_identity(out, size, v.nat);
    case TAG_TAB: case TAG_FN: case TAG_CORO: case TAG_UDATA: case TAG_BOX:
        return identity(out, size, type, v.o);
    default:
        return snprintf(out, size, "%s", type);
    }
}

Str *ml_tostr(Proc *p, Value v)
{
    char text[FEW];
    if (v.tag == TAG_STR)
        return v.s;
    int n = short_text(p, v, text, sizeof text);
    return ml_str_new(p->heap, text, n < (int)sizeof text ? (size_t)n : sizeof text - 1);
}

/* --- strings --- */

/* Bytes of the UTF-8 sequence at s, 0: it is none. */
static size_t utf8_len(const unsigned char *s, size_t n)
{
    size_t len = s[0] >= 0xf0 && s[0] < 0xf5 ? 4 : s[0] >= 0xe0 ? 3 : s[0] >= 0xc2 ? 2 : 0;
    if (len == 0 || len > n || s[0] >= 0xf5)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    return len;
}

static void show_byte(Buf *out, unsigned char c)
{
    switch (c) {
    case '\n': ml_buf_puts(out, "\\n"); break;
    case '\r': ml_buf_puts(out, "\\r"); break;
    case '\t': ml_buf_puts(out, "\\t"); break;
    case '"':  ml_buf_puts(out, "\\\""); break;
    case '\\': ml_buf_puts(out, "\\\\"); break;
    default:
        if (c < ' ' || c >= 0x7f)
            ml_buf_printf(out, "\\x%02X", c);
        else
            ml_buf_putc(out, (char)c);
    }
}

static void show_str(Buf *out, const Str *s, size_t most)
{
    const unsigned char *at = (const unsigned char *)ml_str_data(s);
    size_t n = s->len > most ? most : s->len;
    ml_buf_putc(out, '"');
    for (size_t i = 0; i < n;) {
        size_t len = at[i] < 0x80 ? 0 : utf8_len(at + i, s->len - i);
        if (len > 0) {
            ml_buf_put(out, at + i, len);
            i += len;
        } else {
            show_byte(out, at[i++]);
        }
    }
    if (n < s->len)
        ml_buf_puts(out, "...");
    ml_buf_putc(out, '"');
}

static bool is_word(const Str *s)
{
    static const char *const reserved[] = {
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function",
        "goto", "if", "in", "local", "nil", "not", "or", "repeat", "return", "then",
        "true", "until", "while"
    };
    const char *c = ml_str_data(s);
    if (s->len == 0 || s->len > KEY || (c[0] >= '0' && c[0] <= '9'))
        return false;
    for (size_t i = 0; i < s->len; i++)
        if (!(c[i] == '_' || (c[i] >= '0' && c[i] <= '9') || (c[i] >= 'a' && c[i] <= 'z') ||
              (c[i] >= 'A' && c[i] <= 'Z')))
            return false;
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
        if (strcmp(c, reserved[i]) == 0)
            return false;
    return true;
}

/* --- tables --- */

typedef struct Open {           /* a table that is being written */
    const Tab *t;
    int64_t    n;               /* items 1..n are written by position */
    int64_t    next;            /* the next of them */
    uint64_t   pos;             /* of the others */
    bool       some;            /* an item was written */
} Open;

typedef struct Show {
    Proc  *p;
    Buf   *out;
    size_t most, end;           /* length that out must not pass */
    int    depth;
    Open   open[DEPTH];
} Show;

static bool is_open(const Show *s, const Tab *t)
{
    for (int i = 0; i < s->depth; i++)
        if (s->open[i].t == t)
            return true;
    return false;
}

/* Items 1..n, as far as there is room to show them. */
static int64_t items(const Show *s, const Tab *t)
{
    int64_t n = 0;
    while (n < (int64_t)s->most && !ml_is_nil(*ml_tab_getint(s->p->heap, t, n + 1)))
        n++;
    return n;
}

static void show_function(Buf *out, const Proto *pt)
{
    ml_buf_puts(out, "function");
    if (pt->name)
        ml_buf_printf(out, ": %.80s", ml_str_data(pt->name));
    ml_buf_printf(out, " %s:%u", pt->image->short_name, (unsigned)pt->line);
}

/* A value that is no table, or a table that is only begun. */
static void show_one(Show *s, Value v, bool as_key)
{
    char text[FEW];
    if (v.tag == TAG_STR) {
        show_str(s->out, v.s, as_key ? KEY : s->most);
    } else if (v.tag == TAG_FN && !as_key) {
        show_function(s->out, v.f->proto);
    } else if (v.tag == TAG_NATIVE && !as_key) {
        ml_buf_printf(s->out, "function: %.80s built-in", v.nat->name);
    } else if (v.tag == TAG_TAB && !as_key) {
        const Tab *t = ml_rtab(s->p, v.t);
        if (is_open(s, t)) {
            ml_buf_puts(s->out, "<cycle>");
        } else if (s->depth == DEPTH) {
            ml_buf_puts(s->out, "{...}");
        } else {
            ml_buf_putc(s->out, '{');
            s->open[s->depth++] = (Open){ t, items(s, t), 1, 0, false };
        }
    } else {
        short_text(s->p, v, text, sizeof text);
        ml_buf_puts(s->out, text);
    }
}

/* The next item that has a key. */
static bool next_field(const Open *o, uint64_t *pos, Value *k, Value *v)
{
    while (ml_tab_each(o->t, pos, k, v))
        if (!(k->tag == TAG_INT && k->i >= 1 && k->i <= o->n))
            return true;
    return false;
}

/* Writes the next item of the innermost table, or closes it. */
static void show_item(Show *s)
{
    Open *o = &s->open[s->depth - 1];
    Value k, v;
    bool named = false;
    if (o->next <= o->n) {
        v = *ml_tab_getint(s->p->heap, o->t, o->next++);
    } else if (next_field(o, &o->pos, &k, &v)) {
        named = true;
    } else {
        ml_buf_putc(s->out, '}');
        s->depth--;
        return;
    }
    if (o->some)
        ml_buf_puts(s->out, ", ");
    o->some = true;
    if (named && k.tag == TAG_STR && is_word(k.s)) {
        ml_buf_printf(s->out, "%s = ", ml_str_data(k.s));
    } else if (named) {
        ml_buf_putc(s->out, '[');
        show_one(s, k, true);
        ml_buf_puts(s->out, "] = ");
    }
    show_one(s, v, false);
}

void ml_debug_show(Proc *p, Value v, size_t most, Buf *out)
{
    Show s = { .p = p, .out = out, .most = most, .end = out->len + most };
    show_one(&s, v, false);
    while (s.depth > 0 && out->len <= s.end && !out->oom)
        show_item(&s);
    if (out->len <= s.end || out->oom)
        return;
    out->len = s.end;
    while (out->len > s.end - most && ((unsigned char)out->data[out->len] & 0xc0) == 0x80)
        out->len--;
    ml_buf_puts(out, "...");
}
