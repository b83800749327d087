/*
 * api_msg.c - the host's messages: their memory, and looking into them.
 *
 * They are allocated from the C library, not from a VM: a host packs one
 * before it has decided where it goes, and keeps one longer than the VM lived.
 */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "vm/api_in.h"
#include "vm/base/atomic.h"
#include "vm/base/buf.h"
#include "vm/data/num.h"

#define MSG_MAGIC  0x6d6c2d6d657373ULL
#define TEXT_MAGIC 0x6d6c2d74657874ULL
#define RES_MAGIC  0x6d6c2d72657300ULL

enum { SHOW_MOST = 4000, SHOW_DEPTH = 16 };

_Static_assert(sizeof(Resource) % 16 == 0, "the host's data is aligned");

/* --- memory: each block is an account of its own --- */

void *ml_api_alloc(size_t n)
{
    Mem mem;
    ml_mem_init(&mem, NULL, NULL, 0);
    return ml_mem_zalloc(&mem, n);
}

void ml_api_free(void *p, size_t n)
{
    Mem mem;
    ml_mem_init(&mem, NULL, NULL, 0);
    ml_store(&mem.used, n);
    ml_mem_free(&mem, p, n);
}

MsgRoot *ml_api_root_new(void)
{
    MsgRoot *r = ml_api_alloc(sizeof *r);
    if (!r)
        return NULL;
    ml_mem_init(&r->mem, NULL, NULL, 0);
    ml_arena_init(&r->arena, &r->mem);
    r->head = (ApiHead){ MSG_MAGIC, sizeof *r };
    return r;
}

void ml_api_root_free(MsgRoot *r)
{
    MsgRoot *next;
    if (r) {            /* its parts, which have no parts themselves */
        MsgRoot **last = &r->subs;
        while (*last)
            last = &(*last)->next;
        next = r->subs;
    } else {
        return;
    }
    for (;;) {
        for (ResRef *x = r->resources; x; x = x->next)
            ml_shared_unref(&x->res->h);
        ml_arena_fini(&r->arena);
        r->head.magic = 0;
        ml_api_free(r, sizeof *r);
        if (!next)
            return;
        r = next;
        next = r->next;
    }
}

static ApiHead *head_of(void *p)
{
    return (ApiHead *)p - 1;
}

MsgRoot *ml_api_root(ml_msg *m)
{
    if (!m || head_of(m)->magic != MSG_MAGIC)
        return NULL;
    return (MsgRoot *)(void *)((char *)m - offsetof(MsgRoot, v));
}

Body *ml_api_body(MsgRoot *r, size_t narr, size_t nhash)
{
    if (narr > UINT32_MAX || nhash > UINT32_MAX)
        return NULL;
    size_t n = narr + 2 * nhash;
    Body *b = ml_arena_alloc(&r->arena, sizeof *b);
    if (!b || (n && !(b->v = ml_arena_alloc(&r->arena, n * sizeof *b->v))))
        return NULL;
    b->narr = (uint32_t)narr;
    b->nhash = (uint32_t)nhash;
    if (r->last)
        r->last->next = b;
    else
        r->bodies = b;
    r->last = b;
    return b;
}

bool ml_api_text(MsgRoot *r, ml_msg *m, const char *s, size_t n)
{
    m->type = ML_T_STRING;
    m->s = ml_arena_strdup(&r->arena, s, n);
    m->len = n;
    return m->s != NULL;
}

bool ml_api_hold(MsgRoot *r, Resource *res)
{
    ResRef *x = ml_arena_alloc(&r->arena, sizeof *x);
    if (!x)
        return false;
    ml_shared_ref(&res->h);
    *x = (ResRef){ r->resources, res };
    r->resources = x;
    return true;
}

char *ml_api_new_text(const char *s, size_t n)
{
    ApiHead *h = ml_api_alloc(sizeof *h + n + 1);
    if (!h)
        return NULL;
    *h = (ApiHead){ TEXT_MAGIC, sizeof *h + n + 1 };
    char *text = (char *)(h + 1);
    memcpy(text, s, n);
    text[n] = 0;
    return text;
}

/* --- resources --- */

static void free_resource(Shared *s)
{
    Resource *r = (Resource *)(void *)s;
    if (r->dtor)
        r->dtor(r + 1);
    ml_api_free(r, sizeof *r + r->size);
}

Resource *ml_api_resource(void *p)
{
    if (!p || head_of(p)->magic != RES_MAGIC)
        return NULL;
    return (Resource *)p - 1;
}

void *ml_resource(size_t size, void (*dtor)(void *))
{
    if (size > SIZE_MAX / 2)
        return NULL;
    Resource *r = ml_api_alloc(sizeof *r + size);
    if (!r)
        return NULL;
    ml_store(&r->h.refs, 1);
    r->h.bytes = sizeof *r + size;
    r->h.free = free_resource;
    r->dtor = dtor;
    r->size = size;
    r->head = (ApiHead){ RES_MAGIC, sizeof *r + size };
    return r + 1;
}

void *ml_retain(void *p)
{
    Resource *r = ml_api_resource(p);
    if (r)
        ml_shared_ref(&r->h);
    return r ? p : NULL;
}

void ml_free(void *p)
{
    if (!p)
        return;
    ApiHead *h = head_of(p);
    if (h->magic == MSG_MAGIC) {
        ml_api_root_free(ml_api_root(p));
    } else if (h->magic == RES_MAGIC) {
        ml_shared_unref(&ml_api_resource(p)->h);
    } else if (h->magic == TEXT_MAGIC) {
        h->magic = 0;
        ml_api_free(h, h->size);
    }
}

/* --- looking --- */

static bool is_table(const ml_msg *m)
{
    return m && (m->type == ML_T_TABLE || m->type == ML_T_LIST);
}

int ml_type(const ml_msg *m)
{
    return m ? m->type : ML_T_NIL;
}

size_t ml_count(const ml_msg *m)
{
    return is_table(m) ? m->body->narr : 0;
}

const ml_msg *ml_index(const ml_msg *m, int64_t i)
{
    if (!is_table(m))
        return NULL;
    const Body *b = m->body;
    if (i >= 1 && (uint64_t)i <= b->narr)
        return &b->v[i - 1];
    const ml_msg *e = b->v + b->narr;
    for (uint32_t k = 0; k < b->nhash; k++, e += 2)
        if (e->type == ML_T_INTEGER && e->i == i)
            return e + 1;
    return NULL;
}

const ml_msg *ml_field(const ml_msg *m, const char *key)
{
    if (!is_table(m) || !key)
        return NULL;
    size_t n = strlen(key);
    const Body *b = m->body;
    const ml_msg *e = b->v + b->narr;
    for (uint32_t k = 0; k < b->nhash; k++, e += 2)
        if (e->type == ML_T_STRING && e->len == n && memcmp(e->s, key, n) == 0)
            return e + 1;
    return NULL;
}

int ml_each(const ml_msg *m, size_t *pos, const ml_msg **key, const ml_msg **value)
{
    if (!is_table(m) || *pos >= m->body->nhash)
        return 0;
    const ml_msg *e = m->body->v + m->body->narr + 2 * *pos;
    *key = e;
    *value = e + 1;
    ++*pos;
    return 1;
}

/* --- copying --- */

static bool copy_one(MsgRoot *r, ml_msg *to, const ml_msg *from)
{
    *to = *from;
    switch ((ml_kind)from->type) {
    case ML_T_STRING:
    case ML_T_OTHER:
        if (!ml_api_text(r, to, from->s, from->len))
            return false;
        to->type = from->type;
        return true;
    case ML_T_RESOURCE:
        return ml_api_hold(r, from->res);
    case ML_T_TABLE:
    case ML_T_LIST:
        if (!from->body->mark) {
            Body *b = ml_api_body(r, from->body->narr, from->body->nhash);
            if (!b)
                return false;
            b->mark = from->body;
            from->body->mark = b;
        }
        to->body = from->body->mark;
        return true;
    case ML_T_NIL:
    case ML_T_BOOLEAN:
    case ML_T_INTEGER:
    case ML_T_FLOAT:
    case ML_T_PID:
    case ML_T_REF:
        return true;
    }
    return true;
}

ml_msg *ml_copy(const ml_msg *m)
{
    MsgRoot *r = m ? ml_api_root_new() : NULL;
    if (!r)
        return NULL;
    bool ok = copy_one(r, &r->v, m);
    for (Body *b = r->bodies; ok && b; b = b->next) {
        const Body *from = b->mark;
        size_t n = (size_t)b->narr + 2 * (size_t)b->nhash;
        for (size_t i = 0; ok && i < n; i++)
            ok = copy_one(r, &b->v[i], &from->v[i]);
    }
    for (Body *b = r->bodies; b; b = b->next) {
        ((Body *)b->mark)->mark = NULL;
        b->mark = NULL;
    }
    if (ok)
        return &r->v;
    ml_api_root_free(r);
    return NULL;
}

/* --- showing --- */

static void show_string(Buf *out, const char *s, size_t n)
{
    ml_buf_putc(out, '"');
    for (size_t i = 0; i < n && out->len < SHOW_MOST; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c == '"' || c == '\\')
            ml_buf_printf(out, "\\%c", c);
        else if (c == '\n')
            ml_buf_puts(out, "\\n");
        else if (c < 32 || c == 127)
            ml_buf_printf(out, "\\%03u", c);
        else
            ml_buf_putc(out, (char)c);
    }
    ml_buf_putc(out, '"');
}

static bool is_name(const ml_msg *m)
{
    if (m->type != ML_T_STRING || m->len == 0)
        return false;
    for (size_t i = 0; i < m->len; i++) {
        char c = m->s[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && !(i && c >= '0' && c <= '9'))
            return false;
    }
    return true;
}

static void show(Buf *out, const ml_msg *m, int depth);

static void show_table(Buf *out, const ml_msg *m, int depth)
{
    const Body *b = m->body;
    bool list = m->type == ML_T_LIST;
    const char *sep = list ? "" : " ";
    if (!list && b->narr + b->nhash == 0) {
        ml_buf_puts(out, "{}");
        return;
    }
    if (!list && depth >= SHOW_DEPTH) {
        ml_buf_puts(out, "{ ... }");
        return;
    }
    ml_buf_puts(out, list ? "" : "{");
    for (uint32_t i = 0; i < b->narr && out->len < SHOW_MOST; i++) {
        ml_buf_puts(out, sep);
        sep = ", ";
        show(out, &b->v[i], depth + 1);
    }
    const ml_msg *e = b->v + b->narr;
    for (uint32_t i = 0; i < b->nhash && out->len < SHOW_MOST; i++, e += 2) {
        ml_buf_puts(out, sep);
        sep = ", ";
        if (is_name(e)) {
            ml_buf_put(out, e->s, e->len);
        } else {
            ml_buf_putc(out, '[');
            show(out, e, depth + 1);
            ml_buf_putc(out, ']');
        }
        ml_buf_puts(out, " = ");
        show(out, e + 1, depth + 1);
    }
    if (out->len >= SHOW_MOST)
        ml_buf_puts(out, ", ...");
    ml_buf_puts(out, list ? "" : " }");
}

/* At most SHOW_DEPTH deep. */
static void show(Buf *out, const ml_msg *m, int depth)
{
    char num[NUM_TEXT];
    switch ((ml_kind)m->type) {
    case ML_T_NIL:      ml_buf_puts(out, "nil"); break;
    case ML_T_BOOLEAN:  ml_buf_puts(out, m->i ? "true" : "false"); break;
    case ML_T_INTEGER:
        ml_num_fmt(num, ml_v_int(m->i));
        ml_buf_puts(out, num);
        break;
    case ML_T_FLOAT:
        ml_num_fmt(num, ml_v_float(m->n));
        ml_buf_puts(out, num);
        break;
    case ML_T_STRING:   show_string(out, m->s, m->len); break;
    case ML_T_PID:
        ml_buf_printf(out, "<%u.%u>", (unsigned)(uint32_t)m->w[0], (unsigned)(m->w[1] >> 32));
        break;
    case ML_T_REF:
        ml_buf_printf(out, "#ref<%llu.%llu>", (unsigned long long)(m->w[1] >> 8), (unsigned long long)m->w[0]);
        break;
    case ML_T_TABLE:
    case ML_T_LIST:     show_table(out, m, depth); break;
    case ML_T_RESOURCE: ml_buf_puts(out, "resource"); break;
    case ML_T_OTHER:    ml_buf_put(out, m->s, m->len); break;
    }
}

char *ml_show(const ml_msg *m)
{
    Mem mem;
    Buf out;
    ml_mem_init(&mem, NULL, NULL, 0);
    ml_buf_init(&out, &mem);
    static const ml_msg nil = { 0 };
    show(&out, m ? m : &nil, 0);
    char *text = out.oom ? NULL : ml_api_new_text(out.data ? out.data : "", out.len);
    ml_buf_fini(&out);
    return text;
}
