/*
 * pack.c - string.pack, packsize, unpack: values as bytes in a given layout.
 *
 * A format is a row of options. Each has a size and an alignment; what stands
 * before it is padded so that it begins at a multiple of the alignment, but of
 * the "!" limit at most (1 at the beginning: no padding).
 */
#include "stdlib/native/string_in.h"

enum { GO_ON = 1 };                                             /* step */
enum { STATE, OUT, PACK_SLOTS = OUT + OUT_SLOTS };              /* slots */
enum { MAX_INT_SIZE = 16, MAX_ALIGN = 8 };

typedef enum {
    P_INT, P_UINT, P_FLOAT, P_DOUBLE, P_CHARS, P_STRING, P_ZERO, P_PAD, P_ALIGN, P_NONE
} Kind;

typedef struct Layout {
    size_t at;                  /* in the format */
    bool   little;
    int    max_align;
} Layout;

typedef struct Option {
    Kind   kind;
    size_t size, pad;
} Option;

static const Layout fresh = { .little = true, .max_align = 1 };

/* --- reading the format --- */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static int number(Layout *l, const char *f, int def)
{
    if (!is_digit(f[l->at]))
        return def;
    int a = 0;
    do
        a = a * 10 + (f[l->at++] - '0');
    while (is_digit(f[l->at]) && a <= (INT32_MAX - 9) / 10);
    return a;
}

static bool int_size(Nat *n, Layout *l, const char *f, int def, size_t *size)
{
    int s = number(l, f, def);
    *size = (size_t)s;
    if (s >= 1 && s <= MAX_INT_SIZE)
        return true;
    ml_error(n, "integral size (%d) out of limits [1,%d]", s, MAX_INT_SIZE);
    return false;
}

/* One option without its padding. Raises and returns false when it is none. */
static bool read_option(Nat *n, Layout *l, const char *f, Option *o)
{
    size_t size;
    int s;
    char c = f[l->at++];
    o->size = 0;
    o->kind = P_NONE;
    switch (c) {
    case 'b': o->kind = P_INT;  o->size = 1; break;
    case 'B': o->kind = P_UINT; o->size = 1; break;
    case 'h': o->kind = P_INT;  o->size = 2; break;
    case 'H': o->kind = P_UINT; o->size = 2; break;
    case 'l': case 'j': o->kind = P_INT; o->size = 8; break;
    case 'L': case 'J': case 'T': o->kind = P_UINT; o->size = 8; break;
    case 'f': o->kind = P_FLOAT;  o->size = 4; break;
    case 'd': case 'n': o->kind = P_DOUBLE; o->size = 8; break;
    case 'i': o->kind = P_INT;  return int_size(n, l, f, 4, &o->size);
    case 'I': o->kind = P_UINT; return int_size(n, l, f, 4, &o->size);
    case 's': o->kind = P_STRING; return int_size(n, l, f, 8, &o->size);
    case 'c':
        o->kind = P_CHARS;
        if ((s = number(l, f, -1)) < 0) {
            ml_error(n, "missing size for format option 'c'");
            return false;
        }
        o->size = (size_t)s;
        break;
    case 'z': o->kind = P_ZERO; break;
    case 'x': o->kind = P_PAD; o->size = 1; break;
    case 'X': o->kind = P_ALIGN; break;
    case ' ': break;
    case '<': case '=': l->little = true; break;
    case '>': l->little = false; break;
    case '!':
        if (!int_size(n, l, f, MAX_ALIGN, &size))
            return false;
        l->max_align = (int)size;
        break;
    default:
        ml_error(n, "invalid format option '%c'", c);
        return false;
    }
    return true;
}

/* The option at l->at, whose value would begin at byte `total`. */
static bool next_option(Nat *n, Layout *l, const char *f, size_t total, Option *o)
{
    if (!read_option(n, l, f, o))
        return false;
    size_t align = o->size;
    o->pad = 0;
    if (o->kind == P_ALIGN) {
        Option next = { .kind = P_CHARS };
        if (f[l->at] && !read_option(n, l, f, &next))
            return false;
        align = next.size;
        if (next.kind == P_CHARS || align == 0) {
            ml_arg_error(n, 1, "invalid next option for option 'X'");
            return false;
        }
    }
    if (align <= 1 || o->kind == P_CHARS)
        return true;
    if (align > (size_t)l->max_align)
        align = (size_t)l->max_align;
    if (align & (align - 1)) {
        ml_arg_error(n, 1, "format asks for alignment not power of 2");
        return false;
    }
    o->pad = (align - (total & (align - 1))) & (align - 1);
    return true;
}

/* --- pack --- */

typedef struct Pack {
    Layout  l;
    int     arg;                /* the last one used */
    size_t  total;
    size_t  pad;                /* zeros that follow the string being added */
    size_t  scanned;            /* of a z string: no zero so far */
    int64_t work;
    Out     out;
} Pack;

static NatEnd pack_later(Nat *n, Pack *k)
{
    ml_string_keep(n, STATE, k, sizeof *k);
    return ml_nat_more(n, GO_ON);
}

static void put_int(Out *out, uint64_t u, bool little, size_t size, bool negative)
{
    char b[MAX_INT_SIZE];
    if (size <= 8) {                    /* the machine is little-endian */
        u = little ? u : __builtin_bswap64(u) >> (64 - 8 * size);
        memcpy(b, &u, 8);
        ml_out_put(out, b, size);
        return;
    }
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = i < 8 ? (uint8_t)(u >> (8 * i)) : negative ? 0xFF : 0;
        b[little ? i : size - 1 - i] = (char)byte;
    }
    ml_out_put(out, b, size);
}

static bool pack_int(Nat *n, Pack *k, const Option *o)
{
    int64_t i;
    if (!ml_arg_int(n, k->arg, &i))
        return false;
    if (o->size < 8) {
        int64_t lim = INT64_C(1) << (o->size * 8 - (o->kind == P_INT));
        if (o->kind == P_INT && (i < -lim || i >= lim)) {
            ml_arg_error(n, k->arg, "integer overflow");
            return false;
        }
        if (o->kind == P_UINT && (uint64_t)i >= (uint64_t)lim) {
            ml_arg_error(n, k->arg, "unsigned overflow");
            return false;
        }
    }
    put_int(&k->out, (uint64_t)i, k->l.little, o->size, o->kind == P_INT && i < 0);
    return true;
}

static bool pack_float(Nat *n, Pack *k, const Option *o)
{
    double x;
    uint64_t u = 0;
    if (!ml_arg_num(n, k->arg, &x))
        return false;
    if (o->kind == P_FLOAT) {
        float y = (float)x;
        memcpy(&u, &y, sizeof y);
    } else {
        memcpy(&u, &x, sizeof x);
    }
    put_int(&k->out, u, k->l.little, o->size, false);
    return true;
}

/* PAT_MORE: a z string has to be looked at further. */
static PatEnd pack_string(Nat *n, Pack *k, const Option *o)
{
    Str *s;
    if (!ml_string_arg(n, k->arg, &s))
        return PAT_ERROR;
    size_t len = ml_str_len(s);
    PatEnd zero = o->kind == P_ZERO ? ml_string_zero(n, s, &k->scanned) : PAT_FAIL;
    if (zero == PAT_MORE)
        return PAT_MORE;
    k->scanned = 0;
    const char *error = NULL;
    if (o->kind == P_CHARS && len > o->size)
        error = "string longer than given size";
    else if (o->kind == P_STRING && o->size < 8 && len >= (size_t)1 << (o->size * 8))
        error = "string length does not fit in given size";
    else if (zero == PAT_FOUND)
        error = "string contains zeros";
    if (error) {
        ml_arg_error(n, k->arg, error);
        return PAT_ERROR;
    }
    if (o->kind == P_CHARS) {
        k->pad = o->size - len;
    } else {
        if (o->kind == P_STRING)
            put_int(&k->out, len, k->l.little, o->size, false);
        else
            k->pad = 1;
        k->total += len + k->pad;
    }
    ml_out_add(&k->out, k->arg - 1, 0, len);
    return PAT_FOUND;
}

static bool pack_one(Nat *n, Pack *k, const char *f)
{
    Layout before = k->l;
    Option o;
    PatEnd e;
    if (!next_option(n, &k->l, f, k->total, &o))
        return false;
    k->total += o.pad + o.size;
    ml_out_put(&k->out, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", o.pad);
    k->arg++;
    k->work -= 8;
    switch (o.kind) {
    case P_INT: case P_UINT:
        return pack_int(n, k, &o);
    case P_FLOAT: case P_DOUBLE:
        return pack_float(n, k, &o);
    case P_CHARS: case P_STRING: case P_ZERO:
        e = pack_string(n, k, &o);
        if (e == PAT_MORE) {            /* again, then: z has no size and no padding */
            k->l = before;
            k->arg--;
            k->work = -1;
        }
        return e != PAT_ERROR;
    case P_PAD:
        ml_out_byte(&k->out, 0);
        /* fallthrough */
    case P_ALIGN: case P_NONE:
        k->arg--;
        break;
    }
    return true;
}

NatEnd ml_string_pack(Nat *n)
{
    Pack k;
    Value v;
    if (n->step == 0) {
        Str *s;
        if (!ml_string_arg(n, 1, &s))
            return NAT_ERR;
        ml_string_slots(n, PACK_SLOTS);
        ml_out_init(&k.out, n, OUT);
        k.l = fresh;
        k.arg = 1;
        k.total = k.pad = k.scanned = 0;
    } else {
        ml_string_kept(n, STATE, &k, sizeof k);
        ml_out_wake(&k.out, n);
    }
    k.work = STR_WORK;
    const char *f = ml_str_data(n->base[0].s);
    for (;;) {
        if (!ml_out_pump(&k.out))
            return pack_later(n, &k);
        if (k.out.failed)
            return ml_out_error(&k.out);
        if (k.pad) {
            ml_out_add(&k.out, OUT_ZEROS, 0, k.pad);
            k.pad = 0;
            continue;
        }
        if (k.work < 0) {
            k.work = STR_WORK;
            if (ml_string_worked(n, STR_WORK))
                return pack_later(n, &k);
        }
        if (!f[k.l.at])
            break;
        if (!pack_one(n, &k, f))
            return NAT_ERR;
    }
    if (!ml_out_join(&k.out, &v))
        return pack_later(n, &k);
    return ml_is_nil(v) ? ml_out_error(&k.out) : ml_ret1(n, v);
}

NatEnd ml_string_packsize(Nat *n)
{
    struct { Layout l; size_t total; } k = { fresh, 0 };
    Str *s;
    Option o;
    int work = STR_WORK;
    if (!ml_string_arg(n, 1, &s))
        return NAT_ERR;
    if (n->step)
        ml_string_kept(n, STATE, &k, sizeof k);
    const char *f = ml_str_data(s);
    while (f[k.l.at]) {
        if (!next_option(n, &k.l, f, k.total, &o))
            return NAT_ERR;
        if (o.kind == P_STRING || o.kind == P_ZERO)
            return ml_arg_error(n, 1, "variable-length format");
        o.size += o.pad;
        if (k.total > (size_t)INT32_MAX - o.size)
            return ml_arg_error(n, 1, "format result too large");
        k.total += o.size;
        if ((work -= 4) < 0) {
            work = STR_WORK;
            if (ml_string_worked(n, STR_WORK)) {
                if (n->step == 0)
                    ml_string_slots(n, 1);
                ml_string_keep(n, STATE, &k, sizeof k);
                return ml_nat_more(n, GO_ON);
            }
        }
    }
    return ml_ret1(n, ml_v_int((int64_t)k.total));
}

/* --- unpack --- */

enum { U_STATE, U_FIRST };      /* slots: state, results */

typedef struct Unpack {
    Layout l;
    size_t at;                  /* in the data */
    size_t from, left;          /* bytes to be copied into the newest result */
    size_t scanned;             /* of a z string: no zero so far */
} Unpack;

static bool get_int(Nat *n, const char *s, bool little, size_t size, bool is_signed, int64_t *out)
{
    uint64_t u = 0;
    size_t have = size < 8 ? size : 8;
    for (size_t i = have; i-- > 0;)
        u = u << 8 | (uint8_t)s[little ? i : size - 1 - i];
    if (size < 8 && is_signed) {
        uint64_t sign = UINT64_C(1) << (size * 8 - 1);
        u = (u ^ sign) - sign;
    }
    uint8_t fill = is_signed && (int64_t)u < 0 ? 0xFF : 0;
    for (size_t i = have; i < size; i++)
        if ((uint8_t)s[little ? i : size - 1 - i] != fill) {
            ml_error(n, "%d-byte integer does not fit into Lua Integer", (int)size);
            return false;
        }
    *out = (int64_t)u;
    return true;
}

static double get_float(const char *s, bool little, size_t size)
{
    uint64_t u = 0;
    float y;
    double x;
    for (size_t i = size; i-- > 0;)
        u = u << 8 | (uint8_t)s[little ? i : size - 1 - i];
    if (size == sizeof x) {
        memcpy(&x, &u, sizeof x);
        return x;
    }
    memcpy(&y, &u, sizeof y);
    return y;
}

/* A string of the data; a long one is filled later. */
static bool push_bytes(Nat *n, Unpack *u, const Str *data, size_t from, size_t len)
{
    char *to;
    if (len < STR_NOW) {
        ml_push_str(n, ml_str_data(data) + from, len);
        return true;
    }
    if (!ml_string_may(n, len))
        return false;
    ml_push(n, ml_v_str(ml_str_room(n->h, len, &to)));
    u->from = from;
    u->left = len;
    return true;
}

static bool too_short(Nat *n)
{
    ml_arg_error(n, 2, "data string too short");
    return false;
}

/* The string at u->at up to a zero. False with *more: look further later. */
static bool push_zero(Nat *n, Unpack *u, const Str *data, bool *more)
{
    const char *s = ml_str_data(data) + u->at;
    size_t rest = ml_str_len(data) - u->at - u->scanned;
    size_t most = rest < STR_NOW ? rest : STR_NOW;
    const char *e = memchr(s + u->scanned, 0, most);
    if (!e) {
        u->scanned += most;
        *more = most < rest;
        if (!*more)
            ml_arg_error(n, 2, "unfinished string for format 'z'");
        return false;
    }
    size_t len = (size_t)(e - s);
    if (!push_bytes(n, u, data, u->at, len))
        return false;
    u->at += len + 1;
    u->scanned = 0;
    return true;
}

static bool unpack_one(Nat *n, Unpack *u, const char *f, const Str *data, bool *more)
{
    Layout before = u->l;
    size_t at = u->at, len = ml_str_len(data);
    int64_t i;
    Option o;
    if (!next_option(n, &u->l, f, u->at, &o))
        return false;
    if (o.pad + o.size > len - u->at)
        return too_short(n);
    u->at += o.pad;
    const char *s = ml_str_data(data) + u->at;
    switch (o.kind) {
    case P_INT: case P_UINT:
        if (!get_int(n, s, u->l.little, o.size, o.kind == P_INT, &i))
            return false;
        ml_push(n, ml_v_int(i));
        break;
    case P_FLOAT: case P_DOUBLE:
        ml_push(n, ml_v_float(get_float(s, u->l.little, o.size)));
        break;
    case P_CHARS:
        if (!push_bytes(n, u, data, u->at, o.size))
            return false;
        break;
    case P_STRING:
        if (!get_int(n, s, u->l.little, o.size, false, &i))
            return false;
        if ((uint64_t)i > len - u->at - o.size)
            return too_short(n);
        if (!push_bytes(n, u, data, u->at + o.size, (size_t)i))
            return false;
        u->at += (size_t)i;
        break;
    case P_ZERO:
        if (!push_zero(n, u, data, more)) {
            u->l = before;
            u->at = at;
            return false;
        }
        break;
    case P_PAD: case P_ALIGN: case P_NONE:
        break;
    }
    u->at += o.size;
    return true;
}

/* False: time to give way. */
static bool fill_newest(Nat *n, Unpack *u, const Str *data)
{
    while (u->left) {
        Str *s = n->top[-1].s;
        size_t k = u->left < STR_NOW ? u->left : STR_NOW;
        memcpy(ml_string_room(s) + (ml_str_len(s) - u->left),
               ml_str_data(data) + u->from, k);
        u->from += k;
        u->left -= k;
        if (ml_string_made(n, k))
            return false;
    }
    return true;
}

static NatEnd unpack_later(Nat *n, Unpack *u)
{
    ml_string_keep(n, U_STATE, u, sizeof *u);
    return ml_nat_more(n, GO_ON);
}

NatEnd ml_string_unpack(Nat *n)
{
    Unpack u = { .l = fresh };
    Str *format, *data;
    int64_t init;
    int work = STR_WORK;
    if (n->step == 0) {
        if (!ml_string_arg(n, 1, &format) || !ml_string_arg(n, 2, &data) ||
            !ml_string_opt_int(n, 3, 1, &init))
            return NAT_ERR;
        u.at = (size_t)ml_string_from(init, (int64_t)ml_str_len(data)) - 1;
        if (u.at > ml_str_len(data))
            return ml_arg_error(n, 3, "initial position out of string");
        ml_string_slots(n, 1);
    } else {
        ml_string_kept(n, U_STATE, &u, sizeof u);
        format = n->base[0].s;
        data = n->base[1].s;
    }
    const char *f = ml_str_data(format);
    for (;;) {
        bool more = false;
        if (!fill_newest(n, &u, data))
            return unpack_later(n, &u);
        if ((work -= 8) < 0) {
            work = STR_WORK;
            if (ml_string_worked(n, STR_WORK))
                return unpack_later(n, &u);
        }
        if (!f[u.l.at])
            break;
        if (((n->top - n->base) & 7) == 0 && !ml_nat_room_for(n, ML_NAT_FREE, "too many results"))
            return NAT_ERR;
        if (!unpack_one(n, &u, f, data, &more)) {
            if (!more)
                return NAT_ERR;
            work -= STR_NOW / 16;
        }
    }
    ml_push(n, ml_v_int((int64_t)u.at + 1));
    return ml_ret(n, (int)(n->top - n->base) - n->nargs - U_FIRST);
}
