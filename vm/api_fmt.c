/*
 * api_fmt.c - the little language in which hosts write and read messages.
 *
 * One reader of tokens serves three: ml_format_check looks a format over,
 * ml_pack builds, ml_match compares. Matching goes twice over the format, the
 * second time filling the outputs, so that a failed match touches nothing.
 */

#include <string.h>

#include "vm/api_in.h"
#include "vm/data/num.h"

enum { DEEPEST = 32 };          /* nesting of a format: its author writes it by hand */

typedef enum { T_END, T_OPEN, T_CLOSE, T_DOTS, T_CODE, T_LITERAL, T_KEY, T_BAD } Token;

typedef struct Reader {
    const char *fmt, *s;        /* s: after the token */
    const char *at;             /* where the token begins */
    const char *why;            /* T_BAD */
    char        code;           /* T_CODE; T_OPEN, T_CLOSE: the bracket */
    ml_msg      lit;            /* T_LITERAL; T_KEY: a string. Bytes lie in the format */
} Reader;

static bool is_blank(char c)  { return c == ' ' || c == '\t' || c == '\n' || c == ','; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static bool is_digit(char c)  { return c >= '0' && c <= '9'; }

static Token bad(Reader *r, const char *why)
{
    r->why = why;
    r->s = r->at;
    return T_BAD;
}

static bool key_follows(Reader *r)
{
    const char *s = r->s;
    while (*s == ' ' || *s == '\t')
        s++;
    if (*s != '=')
        return false;
    r->s = s + 1;
    return true;
}

static Token read_quoted(Reader *r)
{
    char quote = *r->s++;
    const char *from = r->s;
    while (*r->s && *r->s != quote)
        r->s++;
    if (!*r->s)
        return bad(r, "a text without its closing quote");
    r->lit.type = ML_T_STRING;
    r->lit.s = from;
    r->lit.len = (size_t)(r->s++ - from);
    return key_follows(r) ? T_KEY : T_LITERAL;
}

static Token read_word(Reader *r)
{
    const char *from = r->s;
    while (is_letter(*r->s) || is_digit(*r->s))
        r->s++;
    size_t n = (size_t)(r->s - from);
    if (key_follows(r)) {
        r->lit.type = ML_T_STRING;
        r->lit.s = from;
        r->lit.len = n;
        return T_KEY;
    }
    if (n == 1) {
        r->code = *from;
        return strchr("ibnsSprRm_", *from) ? T_CODE : bad(r, "no such code: there are i b n s S p r R m _");
    }
    r->lit.type = ML_T_BOOLEAN;
    r->lit.i = 0;
    if (n == 4 && memcmp(from, "true", 4) == 0)
        r->lit.i = 1;
    else if (n == 3 && memcmp(from, "nil", 3) == 0)
        r->lit.type = ML_T_NIL;
    else if (!(n == 5 && memcmp(from, "false", 5) == 0))
        return bad(r, "a word that is no code: texts need quotes, codes stand apart");
    return T_LITERAL;
}

static Token read_number(Reader *r)
{
    const char *from = r->s;
    Value v;
    if (*r->s == '-')
        r->s++;
    while (is_letter(*r->s) || is_digit(*r->s) || *r->s == '.' ||
           ((*r->s == '-' || *r->s == '+') && (r->s[-1] == 'e' || r->s[-1] == 'E')))
        r->s++;
    if (!ml_num_parse(from, (size_t)(r->s - from), &v))
        return bad(r, "a malformed number");
    r->lit.type = ml_is_int(v) ? ML_T_INTEGER : ML_T_FLOAT;
    if (ml_is_int(v))
        r->lit.i = v.i;
    else
        r->lit.n = v.n;
    return T_LITERAL;
}

static Token next(Reader *r)
{
    while (is_blank(*r->s))
        r->s++;
    r->at = r->s;
    char c = *r->s;
    if (c == 0)
        return T_END;
    if (c == '{' || c == '[' || c == '}' || c == ']') {
        r->code = c;
        r->s++;
        return c == '{' || c == '[' ? T_OPEN : T_CLOSE;
    }
    if (c == '\'' || c == '"')
        return read_quoted(r);
    if (strncmp(r->s, "...", 3) == 0) {
        r->s += 3;
        return T_DOTS;
    }
    if (is_letter(c))
        return read_word(r);
    if (is_digit(c) || c == '-')
        return read_number(r);
    return bad(r, "a character that begins nothing");
}

static Reader reader(const char *fmt)
{
    return (Reader){ .fmt = fmt, .s = fmt };
}

/* --- looking over --- */

const char *ml_format_check(const char *fmt, size_t *at)
{
    if (!fmt)
        return "no format";
    Reader r = reader(fmt);
    char open[DEEPEST];
    int depth = 0, parts = 0;
    bool keyed = false, dots = false;
    const char *why = NULL;
    for (;;) {
        Token t = next(&r);
        if (t == T_BAD)
            why = r.why;
        else if (t == T_END)
            why = depth ? "a bracket that is not closed" : keyed || !parts ? "a part is missing" : NULL;
        else if (dots && t != T_CLOSE)
            why = "... stands last";
        else if (depth == 0 && parts)
            why = "one message only: put several parts in { } or [ ]";
        else if (t == T_KEY && (keyed || depth == 0 || open[depth - 1] == '['))
            why = "a key belongs in { } before a part";
        else if (t == T_DOTS && (keyed || depth == 0))
            why = "... belongs at the end of { } or [ ]";
        else if (t == T_CLOSE && (keyed || depth == 0))
            why = keyed ? "a part is missing" : "a bracket that was not opened";
        else if (t == T_CLOSE && open[depth - 1] != (r.code == '}' ? '{' : '['))
            why = "the other kind of bracket was opened";
        else if (t == T_OPEN && depth == DEEPEST)
            why = "nested too deeply: build it in pieces, with m";
        else if (t == T_OPEN)
            open[depth++] = r.code;
        else if (t == T_CLOSE)
            depth--;
        if (why || t == T_END)
            break;
        dots = t == T_DOTS;
        keyed = t == T_KEY;
        parts += depth == 0;
    }
    if (at)
        *at = why ? (size_t)(r.at - fmt) : 0;
    return why;
}

/* --- building --- */

typedef struct Packer {
    Reader   r;
    MsgRoot *root;
    va_list  ap;
    bool     oom;
} Packer;

typedef struct Part {           /* of a table under construction */
    struct Part *next;
    ml_msg       key, v;
} Part;

static void pack_part(Packer *k, Token t, ml_msg *out, int depth);

/* The message becomes a part of root. False: it is none. */
static bool join(MsgRoot *root, ml_msg *m, ml_msg *out)
{
    MsgRoot *sub = ml_api_root(m);
    if (!sub)
        return false;           /* the answer of an ml_pack that failed */
    *out = sub->v;
    if (sub->bodies) {
        if (root->last)
            root->last->next = sub->bodies;
        else
            root->bodies = sub->bodies;
        root->last = sub->last;
    }
    MsgRoot **last = &sub->subs;
    while (*last)
        last = &(*last)->next;
    *last = root->subs;
    sub->next = sub->subs;
    sub->subs = NULL;
    root->subs = sub;
    return true;
}

static void pack_code(Packer *k, char code, ml_msg *out)
{
    const char *s;
    size_t n;
    void *p;
    ml_pid pid;
    ml_ref ref;
    switch (code) {
    case 'i':
        out->type = ML_T_INTEGER;
        out->i = va_arg(k->ap, int64_t);
        break;
    case 'n':
        out->type = ML_T_FLOAT;
        out->n = va_arg(k->ap, double);
        break;
    case 'b':
        out->type = ML_T_BOOLEAN;
        out->i = va_arg(k->ap, int) != 0;
        break;
    case 's':
    case 'S':
        s = va_arg(k->ap, const char *);
        n = code == 'S' ? va_arg(k->ap, size_t) : s ? strlen(s) : 0;
        if (s && !ml_api_text(k->root, out, s, n))
            k->oom = true;
        break;
    case 'p':
        pid = va_arg(k->ap, ml_pid);
        memcpy(out->w, pid.opaque, sizeof out->w);
        out->type = ml_is_nil(ml_api_pid_value(out->w)) ? ML_T_NIL : ML_T_PID;
        break;
    case 'r':
        ref = va_arg(k->ap, ml_ref);
        memcpy(out->w, ref.opaque, sizeof out->w);
        out->type = ml_is_nil(ml_api_ref_value(out->w)) ? ML_T_NIL : ML_T_REF;
        break;
    case 'R':
        p = va_arg(k->ap, void *);
        out->res = ml_api_resource(p);
        out->type = out->res ? ML_T_RESOURCE : ML_T_NIL;
        if (out->res && !ml_api_hold(k->root, out->res))
            k->oom = true;
        break;
    case 'm':
        if (!join(k->root, va_arg(k->ap, ml_msg *), out))
            k->oom = true;
        break;
    case '_':
        out->type = ML_T_NIL;
        break;
    }
}

/* Positions, and fields that are not nil. */
static void pack_table(Packer *k, char bracket, ml_msg *out, int depth)
{
    Part *parts = NULL, **last = &parts;
    size_t narr = 0, nhash = 0, solid = 0;
    for (;;) {
        Token t = next(&k->r);
        if (t == T_CLOSE)
            break;
        if (t == T_DOTS)
            continue;
        Part spare = { .next = NULL }, *p = ml_arena_alloc(&k->root->arena, sizeof *p);
        if (!p) {               /* read on, for the sake of what is taken */
            k->oom = true;
            p = &spare;
        }
        if (t == T_KEY) {
            p->key = k->r.lit;
            if (!ml_api_text(k->root, &p->key, k->r.lit.s, k->r.lit.len))
                k->oom = true;
            t = next(&k->r);
        }
        pack_part(k, t, &p->v, depth + 1);
        if (p == &spare)
            continue;
        *last = p;
        last = &p->next;
        if (p->key.type == ML_T_NIL) {
            narr++;
            if (p->v.type != ML_T_NIL)
                solid = narr;
        } else if (p->v.type != ML_T_NIL) {
            nhash++;
        }
    }
    if (bracket == '{')
        narr = solid;           /* trailing nils of a table are nothing */
    Body *b = k->oom ? NULL : ml_api_body(k->root, narr, nhash);
    if (!b) {
        k->oom = true;
        return;
    }
    size_t i = 0;
    ml_msg *e = b->v + narr;
    for (Part *p = parts; p; p = p->next) {
        if (p->key.type == ML_T_NIL) {
            if (i < narr)
                b->v[i++] = p->v;
        } else if (p->v.type != ML_T_NIL) {
            *e++ = p->key;
            *e++ = p->v;
        }
    }
    out->type = bracket == '{' ? ML_T_TABLE : ML_T_LIST;
    out->body = b;
}

/* At most DEEPEST deep: the format was looked over. */
static void pack_part(Packer *k, Token t, ml_msg *out, int depth)
{
    if (t == T_OPEN) {
        pack_table(k, k->r.code, out, depth);
    } else if (t == T_CODE) {
        pack_code(k, k->r.code, out);
    } else if (t == T_LITERAL) {
        *out = k->r.lit;
        if (out->type == ML_T_STRING && !ml_api_text(k->root, out, k->r.lit.s, k->r.lit.len))
            k->oom = true;
    }
}

/* The parts before the mistake are taken: a message may be among them. */
static void take_until_mistake(const char *fmt, size_t at, va_list *ap)
{
    Reader r = reader(fmt);
    for (;;) {
        Token t = next(&r);
        if (t == T_END || t == T_BAD || (size_t)(r.at - fmt) >= at)
            return;
        if (t != T_CODE)
            continue;
        switch (r.code) {
        case 'i': (void)va_arg(*ap, int64_t); break;
        case 'n': (void)va_arg(*ap, double); break;
        case 'b': (void)va_arg(*ap, int); break;
        case 's': (void)va_arg(*ap, const char *); break;
        case 'S': (void)va_arg(*ap, const char *); (void)va_arg(*ap, size_t); break;
        case 'p': (void)va_arg(*ap, ml_pid); break;
        case 'r': (void)va_arg(*ap, ml_ref); break;
        case 'R': (void)va_arg(*ap, void *); break;
        case 'm': ml_free(va_arg(*ap, ml_msg *)); break;
        }
    }
}

ml_msg *ml_pack(const char *fmt, ...)
{
    Packer k = { .r = reader(fmt) };
    size_t at;
    va_start(k.ap, fmt);
    if (ml_format_check(fmt, &at)) {
        if (fmt)
            take_until_mistake(fmt, at, &k.ap);
        va_end(k.ap);
        return NULL;
    }
    k.root = ml_api_root_new();
    if (!k.root) {
        take_until_mistake(fmt, SIZE_MAX, &k.ap);
        va_end(k.ap);
        return NULL;
    }
    pack_part(&k, next(&k.r), &k.root->v, 0);
    va_end(k.ap);
    if (!k.oom)
        return &k.root->v;
    ml_api_root_free(k.root);
    return NULL;
}

/* --- building from pieces --- */

static ml_msg *assemble(int type, ml_msg *const *parts, size_t n, ml_msg *const *fields, size_t nfields)
{
    MsgRoot *r = ml_api_root_new();
    Body *b = r ? ml_api_body(r, n, nfields) : NULL;
    ml_msg spare;
    bool ok = b != NULL;
    for (size_t i = 0; i < n; i++)
        if (!b)
            ml_free(parts[i]);
        else
            ok &= join(r, parts[i], ok ? &b->v[i] : &spare);
    for (size_t i = 0; i < 2 * nfields; i++)
        if (!b)
            ml_free(fields[i]);
        else
            ok &= join(r, fields[i], ok ? &b->v[n + i] : &spare);
    if (!ok) {
        ml_api_root_free(r);
        return NULL;
    }
    r->v.type = (uint8_t)type;
    r->v.body = b;
    return &r->v;
}

ml_msg *ml_table(ml_msg *const *parts, size_t n, ml_msg *const *fields, size_t nfields)
{
    return assemble(ML_T_TABLE, parts, n, fields, nfields);
}

ml_msg *ml_list(ml_msg *const *parts, size_t n)
{
    return assemble(ML_T_LIST, parts, n, NULL, 0);
}

/* --- matching --- */

typedef struct Matcher {
    Reader  r;
    bool    fill;               /* second round */
    va_list ap;
} Matcher;

static bool same(const ml_msg *a, const ml_msg *lit)
{
    if (lit->type == ML_T_INTEGER && a->type == ML_T_FLOAT)
        return a->n == (double)lit->i;
    if (lit->type == ML_T_FLOAT && a->type == ML_T_INTEGER)
        return (double)a->i == lit->n;
    if (a->type != lit->type)
        return false;
    switch ((ml_kind)a->type) {
    case ML_T_NIL:     return true;
    case ML_T_BOOLEAN:
    case ML_T_INTEGER: return a->i == lit->i;
    case ML_T_FLOAT:   return a->n == lit->n;
    case ML_T_STRING:  return a->len == lit->len && memcmp(a->s, lit->s, a->len) == 0;
    case ML_T_PID:
    case ML_T_REF:
    case ML_T_TABLE:
    case ML_T_LIST:
    case ML_T_RESOURCE:
    case ML_T_OTHER:   return false;
    }
    return false;
}

static bool match_int(const ml_msg *m, int64_t *out)
{
    if (m->type == ML_T_INTEGER)
        *out = m->i;
    return m->type == ML_T_INTEGER || (m->type == ML_T_FLOAT && ml_float_to_int(m->n, out));
}

static bool match_code(Matcher *k, char code, const ml_msg *m)
{
    int64_t i;
    ml_pid pid;
    ml_ref ref;
    switch (code) {
    case 'i':
        if (!match_int(m, &i))
            return false;
        if (k->fill)
            *va_arg(k->ap, int64_t *) = i;
        return true;
    case 'n':
        if (m->type != ML_T_FLOAT && m->type != ML_T_INTEGER)
            return false;
        if (k->fill)
            *va_arg(k->ap, double *) = m->type == ML_T_FLOAT ? m->n : (double)m->i;
        return true;
    case 'b':
        if (m->type != ML_T_BOOLEAN)
            return false;
        if (k->fill)
            *va_arg(k->ap, int *) = m->i != 0;
        return true;
    case 's':
        if (m->type != ML_T_STRING || memchr(m->s, 0, m->len))
            return false;
        if (k->fill)
            *va_arg(k->ap, const char **) = m->s;
        return true;
    case 'S':
        if (m->type != ML_T_STRING)
            return false;
        if (k->fill) {
            *va_arg(k->ap, const char **) = m->s;
            *va_arg(k->ap, size_t *) = m->len;
        }
        return true;
    case 'p':
        if (m->type != ML_T_PID)
            return false;
        memcpy(pid.opaque, m->w, sizeof pid.opaque);
        if (k->fill)
            *va_arg(k->ap, ml_pid *) = pid;
        return true;
    case 'r':
        if (m->type != ML_T_REF)
            return false;
        memcpy(ref.opaque, m->w, sizeof ref.opaque);
        if (k->fill)
            *va_arg(k->ap, ml_ref *) = ref;
        return true;
    case 'R':
        if (m->type != ML_T_RESOURCE)
            return false;
        if (k->fill)
            *va_arg(k->ap, void **) = m->res + 1;
        return true;
    case 'm':
        if (m->type == ML_T_NIL)
            return false;
        if (k->fill)
            *va_arg(k->ap, const ml_msg **) = m;
        return true;
    case '_':
        return m->type != ML_T_NIL;
    }
    return false;
}

static bool match_part(Matcher *k, Token t, const ml_msg *m, int depth);

static bool match_table(Matcher *k, char bracket, const ml_msg *m, int depth)
{
    static const ml_msg nil = { 0 };
    if (m->type != (bracket == '{' ? ML_T_TABLE : ML_T_LIST))
        return false;
    int64_t positions = 0;
    bool fields = false, dots = false;
    for (;;) {
        Token t = next(&k->r);
        const ml_msg *v;
        if (t == T_CLOSE)
            break;
        if (t == T_DOTS) {
            dots = true;
            continue;
        }
        if (t == T_KEY) {
            fields = true;
            v = &nil;
            const Body *b = m->body;
            const ml_msg *e = b->v + b->narr;
            for (uint32_t j = 0; j < b->nhash; j++, e += 2)
                if (same(e, &k->r.lit)) {
                    v = e + 1;
                    break;
                }
            t = next(&k->r);
        } else {
            v = ml_index(m, ++positions);
        }
        if (!match_part(k, t, v ? v : &nil, depth + 1))
            return false;
    }
    if (dots)
        return true;
    if (bracket == '[')
        return m->body->narr <= positions;
    if (positions == 0)
        return fields || m->body->narr + m->body->nhash == 0;
    const ml_msg *more = ml_index(m, positions + 1);
    return !more || more->type == ML_T_NIL;
}

/* At most DEEPEST deep. */
static bool match_part(Matcher *k, Token t, const ml_msg *m, int depth)
{
    if (t == T_OPEN)
        return match_table(k, k->r.code, m, depth);
    if (t == T_CODE)
        return match_code(k, k->r.code, m);
    return t == T_LITERAL && same(m, &k->r.lit);
}

int ml_match(const ml_msg *m, const char *fmt, ...)
{
    static const ml_msg nil = { 0 };
    if (ml_format_check(fmt, NULL))
        return ML_EFORMAT;
    m = m ? m : &nil;
    Matcher k = { .r = reader(fmt) };
    if (!match_part(&k, next(&k.r), m, 0))
        return 0;
    k.r = reader(fmt);
    k.fill = true;
    va_start(k.ap, fmt);
    match_part(&k, next(&k.r), m, 0);
    va_end(k.ap);
    return 1;
}
