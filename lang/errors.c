/*
 * errors.c - the list of messages of one compilation, and its two forms.
 *
 * Rendering reads the source text again to show the line, so nothing but the
 * place is kept with a message.
 */

#include "lang/errors.h"

#include <string.h>

enum {
    ID_SIZE = 60,               /* of a chunk id, as stock Lua: with a NUL */
    WINDOW = 100,               /* bytes shown of a long line */
    BEFORE = 60                 /* of them before the caret */
};

void ml_diags_init(Diags *d, Arena *a, const char *chunkname,
                   const char *src, size_t len)
{
    *d = (Diags){ .a = a, .chunkname = chunkname, .src = src, .len = len };
}

void ml_diag_add(Diags *d, SrcPos pos, const char *hint, const char *fmt, ...)
{
    if (d->n == DIAG_MAX)
        return;

    Buf     text;
    va_list ap;
    ml_buf_init(&text, d->a->mem);
    va_start(ap, fmt);
    ml_buf_vprintf(&text, fmt, ap);
    va_end(ap);
    char *msg = text.oom || !text.data ? NULL
                : ml_arena_strdup(d->a, text.data, text.len);
    ml_buf_fini(&text);
    if (!msg) {
        d->oom = true;
        return;
    }
    d->item[d->n++] = (Diag){ .pos = pos, .msg = msg, .hint = hint };
}

void ml_chunk_id(const char *name, Buf *out)
{
    size_t len = strlen(name);

    if (*name == '=') {
        ml_buf_put(out, name + 1, len <= ID_SIZE ? len - 1 : ID_SIZE - 1);
    } else if (*name == '@') {
        if (len <= ID_SIZE) {
            ml_buf_put(out, name + 1, len - 1);
        } else {
            ml_buf_puts(out, "...");
            ml_buf_puts(out, name + len - (ID_SIZE - 4));
        }
    } else {
        const char *nl = strchr(name, '\n');
        size_t room = ID_SIZE - sizeof "[string \"...\"]";
        ml_buf_puts(out, "[string \"");
        if (!nl && len < room) {
            ml_buf_put(out, name, len);
        } else {
            size_t n = nl ? (size_t)(nl - name) : len;
            ml_buf_put(out, name, n < room ? n : room);
            ml_buf_puts(out, "...");
        }
        ml_buf_puts(out, "\"]");
    }
}

void ml_diag_short(const Diags *d, uint32_t i, Buf *out)
{
    const Diag *x = &d->item[i];
    ml_chunk_id(d->chunkname, out);
    ml_buf_printf(out, ":%u: %s", x->pos.line, x->msg);
}

/* ---- the source line ---------------------------------------------------- */

/* Line number n without its end. "\r\n" and "\n\r" are one line end. */
static bool find_line(const char *src, size_t len, uint32_t n,
                      const char **from, const char **to)
{
    const char *p = src, *end = src + len;

    for (; n > 1; n--) {
        while (p < end && *p != '\n' && *p != '\r')
            p++;
        if (p == end)
            return false;
        if (p + 1 < end && (p[1] == '\n' || p[1] == '\r') && p[1] != *p)
            p++;
        p++;
    }
    *from = p;
    while (p < end && *p != '\n' && *p != '\r')
        p++;
    *to = p;
    return true;
}

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

static void put_source(Buf *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        ml_buf_putc(out, c == '\t' || (c >= ' ' && c != 127) ? s[i] : '?');
    }
}

/* What stands below s[0..n): as wide on the screen. */
static void put_below(Buf *out, const char *s, size_t n, char c)
{
    for (size_t i = 0; i < n; i++)
        if (!is_continuation(s[i]))
            ml_buf_putc(out, s[i] == '\t' && c == ' ' ? '\t' : c);
}

void ml_src_excerpt(const char *src, size_t len, SrcPos pos, Buf *out)
{
    const char *line, *end;
    if (pos.line == 0 || !find_line(src, len, pos.line, &line, &end))
        return;

    size_t n = (size_t)(end - line);
    size_t col = pos.col > 0 ? pos.col - 1 : 0;
    if (col > n)
        col = n;
    size_t stop = pos.endcol == 0 || pos.endcol - 1 > n ? n : pos.endcol - 1;
    size_t first = col > BEFORE && n > WINDOW ? col - BEFORE : 0;
    size_t last = n - first > WINDOW ? first + WINDOW : n;
    while (first > 0 && is_continuation(line[first]))
        first--;
    while (last < n && is_continuation(line[last]))
        last++;
    if (stop > last)
        stop = last;

    ml_buf_printf(out, "%5u | %s", pos.line, first > 0 ? "..." : "");
    put_source(out, line + first, last - first);
    ml_buf_printf(out, "%s\n      | %s", last < n ? "..." : "",
                  first > 0 ? "   " : "");
    put_below(out, line + first, col - first, ' ');
    ml_buf_putc(out, '^');
    for (size_t i = col + 1; i < stop; i++)
        if (!is_continuation(line[i]))
            ml_buf_putc(out, '^');
    ml_buf_putc(out, '\n');
}

void ml_diag_long(const Diags *d, uint32_t i, Buf *out)
{
    const Diag *x = &d->item[i];
    ml_chunk_id(d->chunkname, out);
    ml_buf_printf(out, ":%u:%u: %s\n", x->pos.line, x->pos.col, x->msg);
    ml_src_excerpt(d->src, d->len, x->pos, out);
    if (x->hint)
        ml_buf_printf(out, "hint: %s\n", x->hint);
}

void ml_diags_long(const Diags *d, Buf *out)
{
    for (uint32_t i = 0; i < d->n; i++)
        ml_diag_long(d, i, out);
}
