/*
 * io_read.c - the formats of file:read, resumable at every byte.
 *
 * A call keeps two slots above its arguments; the results follow:
 *
 *     [args ...][next format][gathering][result][result] ...
 *
 * An item is taken out of the file's buffer when all of it is there; then a
 * wait in the middle costs nothing but another look, and two processes that
 * read lines from one standard input each get whole lines. What is larger
 * than the buffer gathers in an Acc, a blob that becomes the string without
 * being copied.
 */

#include <ctype.h>
#include <string.h>

#include "stdlib/native/io.h"
#include "vm/base/check.h"
#include "vm/data/heap.h"
#include "vm/data/num.h"
#include "vm/data/str.h"

enum { MOST_NUMERAL = 200, ACC_STEP = 64 * 1024, BYTES_PER_REDUCTION = 64, CALL_COST = 30 };

typedef enum { ITEM_OK, ITEM_NONE, ITEM_FAIL, ITEM_WAIT, ITEM_ERROR } Item;

typedef struct Reader {
    Nat    *n;
    File   *f;
    int     first, step;
    FileEnd why;                /* ITEM_WAIT; FILE_OK: just give way */
    NatEnd  end;                /* ITEM_ERROR */
} Reader;

/* --- gathering --- */

typedef struct Acc {
    Shared h;
    Mem   *mem;
    Blob  *blob;                /* blob->len is its capacity */
    size_t len;
} Acc;

static void free_acc(Shared *s)
{
    Acc *a = (Acc *)(void *)s;
    if (a->blob)
        ml_shared_unref(&a->blob->h);
    ml_mem_free(a->mem, a, sizeof *a);
}

static const UdataType acc_type = { .name = "read buffer" };

static Value *slots(Nat *n)
{
    return n->base + n->nargs;
}

static Acc *get_acc(Reader *r)
{
    Value *slot = &slots(r->n)[1];
    Heap *h = r->n->h;
    if (!ml_is_nil(*slot))
        return (Acc *)(void *)slot->d->sh;
    Acc *a = ml_mem_zalloc(h->mem, sizeof *a);
    if (!a)
        h->oom(h, sizeof *a);
    ml_store(&a->h.refs, 1);
    a->h.bytes = sizeof *a;
    a->h.free = free_acc;
    a->mem = h->mem;
    *slot = ml_v_udata(ml_udata_new(h, &acc_type, 0, &a->h));
    return a;
}

static void resize(Heap *h, Acc *a, size_t cap)
{
    Blob *b = a->blob;
    if (!b) {
        b = ml_heap_may(h, cap) ? ml_blob_new(a->mem, cap) : NULL;
    } else {
        size_t head = sizeof *b + 1;
        if (cap > b->len && !ml_heap_may(h, cap - b->len))
            h->oom(h, cap);
        b = ml_mem_realloc(a->mem, b, head + b->len, head + cap);
        if (b) {
            b->len = cap;
            b->h.bytes = head + cap;
        }
    }
    if (!b)
        h->oom(h, cap);
    a->blob = b;
}

/* Room for at least one more byte; `most` bytes in all are wanted. */
static void make_room(Reader *r, Acc *a, size_t most)
{
    size_t cap = a->blob ? a->blob->len : 0;
    if (a->len < cap)
        return;
    size_t want = cap ? cap * 2 : ml_file_left(r->f) + FILE_BLOCK;
    if (want > most)
        want = most > cap ? most : cap + 1;
    resize(r->n->h, a, want);
}

static void push_acc(Reader *r, Acc *a)
{
    Heap *h = r->n->h;
    if (!a->blob || a->len != a->blob->len)
        resize(h, a, a->len);
    Blob *b = a->blob;
    a->blob = NULL;
    b->data[b->len] = 0;
    ml_push(r->n, ml_v_str(ml_str_from_blob(h, b)));
    slots(r->n)[1] = ml_v_nil();
}

static bool is_gathering(Reader *r)
{
    return !ml_is_nil(slots(r->n)[1]);
}

static void gather(Reader *r, const char *s, size_t n)
{
    Acc *a = get_acc(r);
    size_t cap = a->blob ? a->blob->len : 0;
    if (n > cap - a->len)
        resize(r->n->h, a, a->len + n > cap * 2 ? a->len + n : cap * 2);
    memcpy(a->blob->data + a->len, s, n);
    a->len += n;
}

/* --- items --- */

static size_t there(const File *f)
{
    return f->rend - f->rpos;
}

static void take(Reader *r, size_t n)
{
    r->f->rpos += n;
    if (r->f->rscan < r->f->rpos)
        r->f->rscan = r->f->rpos;
    ml_nat_charge(r->n, (int64_t)(1 + n / BYTES_PER_REDUCTION));
}

/* n bytes of the buffer, behind what was gathered before; without the last
 * `less` of them. */
static void push_bytes(Reader *r, size_t n, size_t less)
{
    File *f = r->f;
    if (is_gathering(r)) {
        gather(r, f->rbuf + f->rpos, n - less);
        push_acc(r, get_acc(r));
    } else {
        ml_push_str(r->n, there(f) ? f->rbuf + f->rpos : "", n - less);
    }
    take(r, n);
}

/* ITEM_OK: there is more in the buffer. ITEM_NONE: the end. */
static Item fill(Reader *r)
{
    FileEnd e = ml_file_fill(r->f);
    ml_nat_charge(r->n, CALL_COST);
    if (e == FILE_OK)
        return ITEM_OK;
    if (e == FILE_EOF)
        return ITEM_NONE;
    if (e == FILE_FAIL)
        return ITEM_FAIL;
    r->why = e;
    return ITEM_WAIT;
}

static Item give_way(Reader *r)
{
    r->why = FILE_OK;
    return ITEM_WAIT;
}

/* At the end of the file what is there is a line, if anything is. */
static Item last_line(Reader *r)
{
    size_t n = there(r->f);
    if (!n && !is_gathering(r))
        return ITEM_NONE;
    push_bytes(r, n, 0);
    return ITEM_OK;
}

static Item read_line(Reader *r, bool keep)
{
    File *f = r->f;
    for (;;) {
        char *from = f->rbuf + f->rscan;
        char *nl = f->rend > f->rscan ? memchr(from, '\n', f->rend - f->rscan) : NULL;
        if (nl) {
            push_bytes(r, (size_t)(nl - f->rbuf) + 1 - f->rpos, keep ? 0 : 1);
            return ITEM_OK;
        }
        f->rscan = f->rend;
        if (there(f) == FILE_BLOCK) {
            gather(r, f->rbuf + f->rpos, there(f));
            take(r, there(f));
            if (ml_nat_spent(r->n))
                return give_way(r);
        }
        Item i = fill(r);
        if (i == ITEM_NONE)
            return last_line(r);
        if (i != ITEM_OK)
            return i;
    }
}

/* Up to `most` bytes, or all there are, past the buffer where possible. */
static Item read_large(Reader *r, size_t most)
{
    Acc *a = get_acc(r);
    while (a->len < most) {
        size_t got;
        make_room(r, a, most);
        size_t room = a->blob->len - a->len;
        if (room > ACC_STEP)
            room = ACC_STEP;
        FileEnd e = ml_file_read(r->f, a->blob->data + a->len, room, &got);
        a->len += got;
        take(r, 0);
        ml_nat_charge(r->n, (int64_t)(got / BYTES_PER_REDUCTION));
        if (e == FILE_FAIL)
            return ITEM_FAIL;
        if (e == FILE_EOF)
            break;
        r->why = e;
        if (e != FILE_OK || ml_nat_spent(r->n))
            return ITEM_WAIT;
    }
    push_acc(r, a);
    return ITEM_OK;
}

static Item read_all(Reader *r)
{
    if (is_gathering(r) || ml_file_left(r->f) >= FILE_BLOCK)
        return read_large(r, PTRDIFF_MAX / 8);
    for (;;) {
        if (there(r->f) == FILE_BLOCK)
            return read_large(r, PTRDIFF_MAX / 8);
        Item i = fill(r);
        if (i == ITEM_NONE)
            break;
        if (i != ITEM_OK)
            return i;
    }
    push_bytes(r, there(r->f), 0);
    return ITEM_OK;
}

static Item read_count(Reader *r, size_t n)
{
    if (is_gathering(r) || n > FILE_BLOCK) {
        Acc *a = get_acc(r);
        Item i = read_large(r, n);
        if (i != ITEM_OK || n == 0)
            return i;
        (void)a;
        if (ml_str_len(r->n->top[-1].s) > 0)
            return ITEM_OK;
        r->n->top--;
        return ITEM_NONE;
    }
    while (there(r->f) < n || there(r->f) == 0) {
        Item i = fill(r);
        if (i == ITEM_NONE)
            break;
        if (i != ITEM_OK)
            return i;
    }
    size_t have = there(r->f);
    if (have == 0)
        return ITEM_NONE;
    push_bytes(r, have < n ? have : n, 0);
    return ITEM_OK;
}

/* --- numerals: the longest prefix that could become one --- */

typedef struct Numeral {
    const char *s;              /* the buffer */
    size_t      i, have;
    bool        ran_out;        /* the answer depends on bytes not there yet */
    bool        too_long;
    char        text[MOST_NUMERAL + 1];
    size_t      len;
} Numeral;

static int look(Numeral *u)
{
    if (u->i < u->have)
        return (unsigned char)u->s[u->i];
    u->ran_out = true;
    return -1;
}

static bool keep_char(Numeral *u)
{
    if (u->len == MOST_NUMERAL) {
        u->too_long = true;
        return false;
    }
    u->text[u->len++] = u->s[u->i++];
    return true;
}

static bool accept(Numeral *u, char a, char b)
{
    int c = u->too_long ? -1 : look(u);
    return (c == a || c == b) && keep_char(u);
}

static int digits(Numeral *u, bool hex)
{
    int n = 0;
    while (!u->too_long) {
        int c = look(u);
        bool ok = (c >= '0' && c <= '9') ||
                  (hex && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')));
        if (!ok || !keep_char(u))
            break;
        n++;
    }
    return n;
}

static void scan_numeral(Numeral *u)
{
    bool hex = false;
    int count = 0;
    accept(u, '-', '+');
    if (accept(u, '0', '0')) {
        if (accept(u, 'x', 'X'))
            hex = true;
        else
            count = 1;
    }
    count += digits(u, hex);
    if (accept(u, '.', '.'))
        count += digits(u, hex);
    if (count > 0 && accept(u, hex ? 'p' : 'e', hex ? 'P' : 'E')) {
        accept(u, '-', '+');
        digits(u, false);
    }
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static Item read_number(Reader *r)
{
    File *f = r->f;
    for (bool at_end = false;;) {
        while (f->rpos < f->rend && is_space(f->rbuf[f->rpos]))
            take(r, 1);
        Numeral u = { .s = f->rbuf + f->rpos, .have = there(f) };
        scan_numeral(&u);
        if (!u.ran_out || at_end) {
            Value v;
            take(r, u.i);
            if (u.too_long || !ml_num_parse(u.text, u.len, &v))
                return ITEM_NONE;
            ml_push(r->n, v);
            return ITEM_OK;
        }
        Item i = fill(r);
        at_end = i == ITEM_NONE;
        if (i == ITEM_WAIT || i == ITEM_FAIL)
            return i;
    }
}

/* --- the call --- */

static Item error(Reader *r, NatEnd end)
{
    r->end = end;
    return ITEM_ERROR;
}

static Item read_word(Reader *r, int arg, const char *word)
{
    if (*word == '*')
        word++;
    switch (*word) {
    case 'n': return read_number(r);
    case 'l': return read_line(r, false);
    case 'L': return read_line(r, true);
    case 'a': return read_all(r);
    }
    if (r->first > 2)           /* of an iterator: file, close, formats */
        return error(r, ml_error(r->n, "bad argument #%d to 'for iterator' "
                                 "(invalid format)", arg - 1));
    return error(r, ml_arg_error(r->n, arg, "invalid format"));
}

static Item read_item(Reader *r, int arg)
{
    Nat *n = r->n;
    Str *word;
    int64_t count;
    if (n->nargs < r->first)
        return read_line(r, false);
    if (ml_is_number(ml_arg(n, arg))) {
        if (!ml_arg_int(n, arg, &count))
            return error(r, NAT_ERR);
        return read_count(r, count < 0 ? SIZE_MAX / 4 : (size_t)count);
    }
    if (r->first > 2 && !ml_is_str(ml_arg(n, arg)))
        return error(r, ml_error(n, "bad argument #%d to 'for iterator' (string expected, got %s)", arg - 1,
                                 ml_type_name(ml_arg(n, arg))));
    if (!ml_arg_str(n, arg, &word))
        return error(r, NAT_ERR);
    return read_word(r, arg, ml_str_data(word));
}

bool ml_file_items(Nat *n, File *f, int first, int step, int *count, NatEnd *end)
{
    Reader r = { .n = n, .f = f, .first = first, .step = step };
    if (n->step == 0) {
        ml_push(n, ml_v_int(first));
        ml_push(n, ml_v_nil());
    }
    int last = n->nargs < first ? first : n->nargs;
    for (int arg; (arg = (int)slots(n)[0].i) <= last;) {
        if (n->top - slots(n) > ML_NAT_FREE / 2 && !ml_nat_room(n, 4)) {
            *end = NAT_ERR;
            return false;
        }
        switch (read_item(&r, arg)) {
        case ITEM_OK:
            slots(n)[0] = ml_v_int(arg + 1);
            break;
        case ITEM_NONE:
            ml_push(n, ml_v_nil());
            slots(n)[0] = ml_v_int((int64_t)last + 1);
            break;
        case ITEM_FAIL:
            *count = -1;
            return true;
        case ITEM_WAIT:
            *end = r.why == FILE_OK ? ml_nat_more(n, step) : ml_file_wait(n, step, f, r.why);
            return false;
        case ITEM_ERROR:
            *end = r.end;
            return false;
        }
    }
    *count = (int)(n->top - slots(n) - 2);
    return true;
}

bool ml_file_quick_line(Nat *n, File *f)
{
    if (f->rscan >= f->rend)
        return false;
    char *nl = memchr(f->rbuf + f->rscan, '\n', f->rend - f->rscan);
    if (!nl)
        return false;
    char *from = f->rbuf + f->rpos;
    size_t len = (size_t)(nl - from);
    ml_push_str(n, from, len);
    f->rpos += len + 1;
    f->rscan = f->rpos;
    ml_nat_charge(n, (int64_t)(1 + len / BYTES_PER_REDUCTION));
    return true;
}
