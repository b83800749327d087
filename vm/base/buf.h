#ifndef ML_BUF_H
#define ML_BUF_H

#include <stdarg.h>
#include <stdbool.h>

#include "vm/base/mem.h"

/*
 * buf.h - a growing run of bytes. After a failed growth `oom` is set, further
 * writes are dropped, and the owner asks once at the end.
 */

typedef struct Buf {
    Mem   *mem;
    char  *data;
    size_t len, cap;
    bool   oom;
} Buf;

void ml_buf_init(Buf *b, Mem *mem);
void ml_buf_fini(Buf *b);
void ml_buf_put(Buf *b, const void *s, size_t n);
void ml_buf_puts(Buf *b, const char *s);
void ml_buf_putc(Buf *b, char c);
void ml_buf_printf(Buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void ml_buf_vprintf(Buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
/* n more bytes are there to be written at data + len; NULL when out of memory */
char *ml_buf_room(Buf *b, size_t n);
const char *ml_buf_cstr(Buf *b);                 /* NUL after the last byte */
void ml_buf_clear(Buf *b);

#endif
