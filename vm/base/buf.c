/*
 * buf.c - a growing run of bytes.
 *
 * Growth doubles. Writers need not look at every step: the first growth that
 * fails sets `oom`, and what is written after it is dropped.
 */

#include "vm/base/buf.h"

#include <stdio.h>
#include <string.h>

enum { SMALLEST = 64 };

void ml_buf_init(Buf *b, Mem *mem)
{
    *b = (Buf){ .mem = mem };
}

void ml_buf_fini(Buf *b)
{
    ml_mem_free(b->mem, b->data, b->cap);
    ml_buf_init(b, b->mem);
}

static bool grow(Buf *b, size_t need)
{
    size_t cap = b->cap ? b->cap : SMALLEST;
    while (cap < need)
        cap = cap > PTRDIFF_MAX / 2 ? need : cap * 2;
    char *p = ml_mem_realloc(b->mem, b->data, b->cap, cap);
    if (!p && cap > need) {
        cap = need;             /* the limit is near: take what is needed */
        p = ml_mem_realloc(b->mem, b->data, b->cap, cap);
    }
    if (!p) {
        b->oom = true;
        return false;
    }
    b->data = p;
    b->cap = cap;
    return true;
}

char *ml_buf_room(Buf *b, size_t n)
{
    if (b->oom)
        return NULL;
    if (n > PTRDIFF_MAX - b->len) {
        b->oom = true;
        return NULL;
    }
    if ((!b->data || n > b->cap - b->len) && !grow(b, b->len + n))
        return NULL;
    return b->data + b->len;
}

void ml_buf_put(Buf *b, const void *s, size_t n)
{
    if (n == 0)
        return;
    char *to = ml_buf_room(b, n);
    if (to) {
        memcpy(to, s, n);
        b->len += n;
    }
}

void ml_buf_puts(Buf *b, const char *s)
{
    ml_buf_put(b, s, strlen(s));
}

void ml_buf_putc(Buf *b, char c)
{
    ml_buf_put(b, &c, 1);
}

void ml_buf_vprintf(Buf *b, const char *fmt, va_list ap)
{
    char *to = ml_buf_room(b, 1);
    if (!to)
        return;
    va_list again;
    va_copy(again, ap);
    size_t room = b->cap - b->len;
    int n = vsnprintf(to, room, fmt, ap);
    if (n > 0 && (size_t)n >= room) {
        to = ml_buf_room(b, (size_t)n + 1);
        if (to)
            vsnprintf(to, (size_t)n + 1, fmt, again);
    }
    if (n > 0 && to)
        b->len += (size_t)n;
    va_end(again);
}

void ml_buf_printf(Buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    ml_buf_vprintf(b, fmt, ap);
    va_end(ap);
}

const char *ml_buf_cstr(Buf *b)
{
    bool before = b->oom;
    b->oom = false;             /* what was written can still be shown */
    char *to = ml_buf_room(b, 1);
    b->oom |= before;
    if (!to)
        return "";
    *to = 0;
    return b->data;
}

void ml_buf_clear(Buf *b)
{
    b->len = 0;
    b->oom = false;
}
