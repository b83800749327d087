/*
 * format.c - string.format.
 *
 * Numbers are written by snprintf without sign, width and padding; those are
 * added here. So only the digits depend on the C library, and a decimal point
 * that some locale put in is turned back into a dot before the padding is
 * counted.
 */
#include <math.h>
#include <stdio.h>

#include "stdlib/native/string_in.h"
#include "vm/base/hash.h"
#include "vm/data/num.h"

enum { GO_ON = 1, NAMED };                                      /* steps */
enum { STATE, OUT, FORMAT_SLOTS = OUT + OUT_SLOTS };            /* slots */
enum { ITEM = 480, SPEC = 32 };

typedef struct Format {
    size_t  at;                 /* in the format */
    int     arg;                /* the last one used */
    size_t  done;               /* of a long argument; %q: 0 not begun, else +1 */
    int64_t work;
    Out     out;
} Format;

typedef struct Spec {
    const char *text;           /* "%5.1f" */
    size_t      len;
    char        op;
    bool        left, plus, space, alt, zero;
    int         width, precision;       /* -1: none */
    char        copy[SPEC];
} Spec;

static NatEnd later(Nat *n, Format *f, int step)
{
    ml_string_keep(n, STATE, f, sizeof *f);
    return ml_nat_more(n, step);
}

/* --- directives --- */

static NatEnd bad_conversion(Nat *n, const Spec *sp)
{
    return ml_error(n, "invalid conversion '%s' to 'format'", sp->copy);
}

/* Reads the directive behind a %: flags, digits, dots, then any character. */
static bool read_spec(Nat *n, const char *s, const char *end, Spec *sp)
{
    size_t len = 0;
    while (s + len < end && s[len] && strchr("-+ #0.123456789", s[len]))
        len++;
    if (len + 1 >= SPEC - 10) {
        ml_error(n, "invalid format (too long)");
        return false;
    }
    sp->text = s;
    sp->len = len + 1;
    sp->op = s + len < end ? s[len] : 0;
    sp->copy[0] = '%';
    memcpy(sp->copy + 1, s, len);
    sp->copy[len + 1] = sp->op;
    sp->copy[len + 2] = 0;
    return true;
}

static const char *two_digits(const char *s, int *out)
{
    if (*s >= '0' && *s <= '9') {
        *out = *s++ - '0';
        if (*s >= '0' && *s <= '9')
            *out = *out * 10 + *s++ - '0';
    }
    return s;
}

/* Takes the directive apart: only these flags, and a precision if allowed. */
static bool parse_spec(Nat *n, Spec *sp, const char *flags, bool precision)
{
    const char *s = sp->copy + 1;
    sp->left = sp->plus = sp->space = sp->alt = sp->zero = false;
    sp->width = 0;
    sp->precision = -1;
    for (; *s && strchr(flags, *s); s++) {
        sp->left  |= *s == '-';
        sp->plus  |= *s == '+';
        sp->space |= *s == ' ';
        sp->alt   |= *s == '#';
        sp->zero  |= *s == '0';
    }
    if (*s != '0') {
        s = two_digits(s, &sp->width);
        if (*s == '.' && precision) {
            sp->precision = 0;
            s = two_digits(s + 1, &sp->precision);
        }
    }
    if ((*s | 32) >= 'a' && (*s | 32) <= 'z')
        return true;
    ml_error(n, "invalid conversion specification: '%s'", sp->copy);
    return false;
}

/* --- padding --- */

static void spaces(Out *out, int count)
{
    static const char blank[] = "                                ";
    for (; count > 0; count -= 32)
        ml_out_put(out, blank, count < 32 ? (size_t)count : 32);
}

/* prefix and body with zeros between them, or spaces around. */
static void padded(Out *out, const Spec *sp, const char *prefix, const char *body, size_t len, bool zeros)
{
    size_t nprefix = strlen(prefix);
    int pad = sp->width - (int)(nprefix + len);
    if (!sp->left && !zeros)
        spaces(out, pad);
    ml_out_put(out, prefix, nprefix);
    if (!sp->left && zeros)
        for (; pad > 0; pad--)
            ml_out_byte(out, '0');
    ml_out_put(out, body, len);
    if (sp->left)
        spaces(out, pad);
}

static const char *sign_of(const Spec *sp, bool negative)
{
    return negative ? "-" : sp->plus ? "+" : sp->space ? " " : "";
}

/* --- integers --- */

static void put_integer(Out *out, const Spec *sp, int64_t i)
{
    char text[128], *end = text + sizeof text, *s = end;
    const char *prefix = "";
    uint64_t u = (uint64_t)i;
    switch (sp->op) {
    case 'd': case 'i':
        prefix = sign_of(sp, i < 0);
        if (i < 0)
            u = 0 - u;
        /* fallthrough */
    case 'u':
        for (; u; u /= 10)
            *--s = (char)('0' + u % 10);
        break;
    case 'o':
        for (; u; u /= 8)
            *--s = (char)('0' + u % 8);
        break;
    case 'x': case 'X':
        if (sp->alt && u)
            prefix = sp->op == 'x' ? "0x" : "0X";
        for (; u; u /= 16)
            *--s = (sp->op == 'x' ? "0123456789abcdef" : "0123456789ABCDEF")[u % 16];
        break;
    }
    int least = sp->precision < 0 ? 1 : sp->precision;
    while (end - s < least)
        *--s = '0';
    if (sp->op == 'o' && sp->alt && (s == end || *s != '0'))
        *--s = '0';
    padded(out, sp, prefix, s, (size_t)(end - s), sp->zero && sp->precision < 0);
}

static bool integer(Nat *n, Format *f, Spec *sp, const char *flags)
{
    int64_t i;
    Value v = n->base[f->arg - 1];
    if (ml_is_int(v))
        i = v.i;
    else if (!ml_arg_int(n, f->arg, &i))
        return false;
    if (!parse_spec(n, sp, flags, true))
        return false;
    put_integer(&f->out, sp, i);
    return true;
}

/* --- floats --- */

static int print_float(char *s, const Spec *sp, double x)
{
    int p = sp->precision;
    bool alt = sp->alt;
    switch (sp->op) {
    case 'a': return alt ? snprintf(s, ITEM, "%#.*a", p, x) : snprintf(s, ITEM, "%.*a", p, x);
    case 'A': return alt ? snprintf(s, ITEM, "%#.*A", p, x) : snprintf(s, ITEM, "%.*A", p, x);
    case 'e': return alt ? snprintf(s, ITEM, "%#.*e", p, x) : snprintf(s, ITEM, "%.*e", p, x);
    case 'E': return alt ? snprintf(s, ITEM, "%#.*E", p, x) : snprintf(s, ITEM, "%.*E", p, x);
    case 'f': return alt ? snprintf(s, ITEM, "%#.*f", p, x) : snprintf(s, ITEM, "%.*f", p, x);
    case 'g': return alt ? snprintf(s, ITEM, "%#.*g", p, x) : snprintf(s, ITEM, "%.*g", p, x);
    default:  return alt ? snprintf(s, ITEM, "%#.*G", p, x) : snprintf(s, ITEM, "%.*G", p, x);
    }
}

static bool is_digit_text(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '+' || c == '-';
}

/* Whatever stands between the digits is a dot. Returns the new length. */
static size_t fix_point(char *s, size_t len)
{
    size_t from = 0, to;
    while (from < len && is_digit_text(s[from]))
        from++;
    if (from == len || s[from] == '.')
        return len;
    for (to = from; to < len && !is_digit_text(s[to]); to++)
        ;
    s[from++] = '.';
    memmove(s + from, s + to, len - to + 1);
    return len - (to - from);
}

static size_t float_text(char *s, const Spec *sp, double x)
{
    size_t len = sp->op == 'f' && !sp->alt ? ml_num_fixed(s, x, sp->precision < 0 ? 6 : sp->precision) : 0;
    if (len)
        return len;
    return fix_point(s, (size_t)print_float(s, sp, x));
}

static bool floating(Nat *n, Format *f, Spec *sp)
{
    char text[ITEM], prefix[4] = "";
    double x;
    bool hex = (sp->op | 32) == 'a';    /* checks in the order of stock Lua */
    Value v = n->base[f->arg - 1];
    if (hex && !parse_spec(n, sp, "-+ #0", true))
        return false;
    if (ml_is_float(v))
        x = v.n;
    else if (!ml_arg_num(n, f->arg, &x))
        return false;
    if (!hex && !parse_spec(n, sp, "-+ #0", true))
        return false;
    strcpy(prefix, sign_of(sp, signbit(x)));
    size_t len = float_text(text, sp, fabs(x)), skip = 0;
    if (isfinite(x) && hex) {      /* zeros go behind the 0x */
        size_t at = strlen(prefix);
        memcpy(prefix + at, text, skip = 2);
        prefix[at + 2] = 0;
    }
    padded(&f->out, sp, prefix, text + skip, len - skip, sp->zero && isfinite(x));
    f->work -= (int64_t)len * 8 + 60;
    return true;
}

/* --- %q --- */

static void quote_float(Out *out, double x)
{
    char text[ITEM];
    Spec sp = { .op = 'a', .precision = -1 };
    if (isnan(x)) {
        ml_out_put(out, "(0/0)", 5);
        return;
    }
    if (signbit(x))
        ml_out_byte(out, '-');
    if (isinf(x))
        ml_out_put(out, "1e9999", 6);
    else
        ml_out_put(out, text, float_text(text, &sp, fabs(x)));
}

static void quote_byte(Out *out, uint8_t c, uint8_t next)
{
    if (c == '"' || c == '\\' || c == '\n') {
        ml_out_byte(out, '\\');
        ml_out_byte(out, (char)c);
    } else if (c < 32 || c == 127) {
        bool all = next >= '0' && next <= '9';      /* three digits */
        ml_out_byte(out, '\\');
        if (all || c >= 100)
            ml_out_byte(out, (char)('0' + c / 100));
        if (all || c >= 10)
            ml_out_byte(out, (char)('0' + c / 10 % 10));
        ml_out_byte(out, (char)('0' + c % 10));
    } else {
        ml_out_byte(out, (char)c);
    }
}

/* False: time to give way. */
static bool quote_string(Format *f, const Str *s)
{
    const uint8_t *b = (const uint8_t *)ml_str_data(s);
    size_t len = ml_str_len(s);
    if (!f->done) {
        ml_out_byte(&f->out, '"');
        f->done = 1;
    }
    for (; f->done - 1 < len; f->done++) {
        if (--f->work < 0)
            return false;
        quote_byte(&f->out, b[f->done - 1], b[f->done]);
    }
    ml_out_byte(&f->out, '"');
    f->done = 0;
    return true;
}

static PatEnd quote(Nat *n, Format *f, Spec *sp)
{
    Value v = n->base[f->arg - 1];
    char text[NUM_TEXT];
    if (sp->len > 1) {
        ml_error(n, "specifier '%%q' cannot have modifiers");
        return PAT_ERROR;
    }
    switch (ml_tag(&v)) {
    case TAG_STR:
        return quote_string(f, v.s) ? PAT_FOUND : PAT_MORE;
    case TAG_INT:
        if (v.i == INT64_MIN)
            ml_out_put(&f->out, "0x8000000000000000", 18);
        else
            ml_out_put(&f->out, text, ml_num_fmt(text, v));
        break;
    case TAG_FLOAT:
        quote_float(&f->out, v.n);
        break;
    case TAG_NIL:
        ml_out_put(&f->out, "nil", 3);
        break;
    case TAG_TRUE:
        ml_out_put(&f->out, "true", 4);
        break;
    case TAG_FALSE:
        ml_out_put(&f->out, "false", 5);
        break;
    default:
        ml_arg_error(n, f->arg, "value has no literal form");
        return PAT_ERROR;
    }
    return PAT_FOUND;
}

/* --- %s, %c, %p --- */

enum { LONGEST_SHORT = 40 };            /* as stock Lua, which has these once for each text */

/* What tells a string from others of the same text, if it is a long one. */
static unsigned string_id(Nat *n, Str *s)
{
    if (s->len <= LONGEST_SHORT || (s->h.flags & OF_SHARED))
        return 0;
    while (s->h.a == 0 && s->h.b == 0) {
        uint32_t id = ml_heap_id(n->h);
        s->h.a = (uint8_t)id;
        s->h.b = (uint8_t)(id >> 8);
    }
    return s->h.a | (unsigned)s->h.b << 8;
}

/* The text of any value. No address is shown, only what tells values apart. */
static bool pointer(Nat *n, Format *f, Spec *sp)
{
    Value v = n->base[f->arg - 1];
    char text[64] = "(null)";
    if (!parse_spec(n, sp, "-", false))
        return false;
    if (ml_is_str(v)) {
        size_t len = ml_str_len(v.s) < STR_NOW ? ml_str_len(v.s) : STR_NOW;
        snprintf(text, sizeof text, "0x%06x%08x", string_id(n, v.s),
                 (unsigned)ml_hash_bytes(ml_str_data(v.s), len, n->h->hash_key));
    } else if (v.tag > TAG_FLOAT) {
        const char *s = ml_str_data(ml_tostr(n->p, v)), *p;
        while ((p = strstr(s, "0x")) && strstr(p + 1, "0x"))
            s = p + 1;
        snprintf(text, sizeof text, "%s", p ? p : s);
    }
    padded(&f->out, sp, "", text, strlen(text), false);
    return true;
}

/* The argument is a string by now. */
static PatEnd text(Nat *n, Format *f, Spec *sp)
{
    const Str *s = n->base[f->arg - 1].s;
    size_t len = ml_str_len(s);
    if (sp->len == 1) {
        ml_out_add(&f->out, f->arg - 1, 0, len);
        return PAT_FOUND;
    }
    PatEnd zero = ml_string_zero(n, s, &f->done);
    if (zero == PAT_MORE)
        return PAT_MORE;
    f->done = 0;
    if (zero == PAT_FOUND) {
        ml_arg_error(n, f->arg, "string contains zeros");
        return PAT_ERROR;
    }
    if (!parse_spec(n, sp, "-", true))
        return PAT_ERROR;
    if (sp->precision < 0 && len >= 100) {
        ml_out_add(&f->out, f->arg - 1, 0, len);
        return PAT_FOUND;
    }
    if (sp->precision >= 0 && len > (size_t)sp->precision)
        len = (size_t)sp->precision;
    padded(&f->out, sp, "", ml_str_data(s), len, false);
    return PAT_FOUND;
}

static bool character(Nat *n, Format *f, Spec *sp)
{
    int64_t i;
    if (!parse_spec(n, sp, "-", false) || !ml_arg_int(n, f->arg, &i))
        return false;
    char c = (char)i;
    padded(&f->out, sp, "", &c, 1, false);
    return true;
}

/* --- the loop --- */

/* One directive whose argument is there. PAT_MORE: has to go on later. */
static PatEnd directive(Nat *n, Format *f, Spec *sp)
{
    bool ok;
    switch (sp->op) {
    case 'd': case 'i':
        ok = integer(n, f, sp, "-+0 ");
        break;
    case 'u':
        ok = integer(n, f, sp, "-0");
        break;
    case 'o': case 'x': case 'X':
        ok = integer(n, f, sp, "-#0");
        break;
    case 'a': case 'A': case 'e': case 'E': case 'f': case 'g': case 'G':
        ok = floating(n, f, sp);
        break;
    case 'c':
        ok = character(n, f, sp);
        break;
    case 'p':
        ok = pointer(n, f, sp);
        f->work -= 100;
        break;
    case 's':
        return text(n, f, sp);
    case 'q':
        return quote(n, f, sp);
    default:
        bad_conversion(n, sp);
        ok = false;
    }
    return ok ? PAT_FOUND : PAT_ERROR;
}

/* Text up to the next directive. */
static void plain(Nat *n, Format *f, const char *s, size_t len)
{
    size_t most = len - f->at < STR_NOW ? len - f->at : STR_NOW;
    const char *p = memchr(s + f->at, '%', most);
    size_t k = p ? (size_t)(p - s) - f->at : most;
    (void)n;
    ml_out_put(&f->out, s + f->at, k);
    f->at += k;
    f->work -= (int64_t)k / 8 + 1;
}

static NatEnd loop(Nat *n, Format *f)
{
    const Str *format = n->base[0].s;
    const char *s = ml_str_data(format);
    size_t len = ml_str_len(format);
    Spec sp;
    for (;;) {
        if (!ml_out_pump(&f->out))
            return later(n, f, GO_ON);
        if (f->out.failed)
            return ml_out_error(&f->out);
        if (f->work < 0) {
            f->work = STR_WORK;
            if (ml_string_worked(n, STR_WORK))
                return later(n, f, GO_ON);
        }
        if (f->at == len)
            break;
        if (s[f->at] != '%') {
            plain(n, f, s, len);
            continue;
        }
        if (f->at + 1 < len && s[f->at + 1] == '%') {
            ml_out_byte(&f->out, '%');
            f->at += 2;
            f->work -= 2;
            continue;
        }
        if (f->arg + 1 > n->nargs)
            return ml_arg_error(n, f->arg + 1, "no value");
        if (!read_spec(n, s + f->at + 1, s + len, &sp))
            return NAT_ERR;
        Value *v = &n->base[f->arg];
        if (sp.op == 's' && !ml_is_str(*v)) {
            Value mm = ml_is_number(*v) ? ml_v_nil() : ml_metamethod(n->p, *v, MM_TOSTRING);
            if (!ml_is_nil(mm)) {
                ml_push(n, mm);
                ml_push(n, *v);
                later(n, f, GO_ON);
                return ml_nat_call(n, 1, NAMED);
            }
            *v = ml_v_str(ml_tostr(n->p, *v));
            f->work -= 60;
        }
        f->arg++;
        f->work -= 16;
        switch (directive(n, f, &sp)) {
        case PAT_ERROR:
            return NAT_ERR;
        case PAT_FOUND:
            f->at += 1 + sp.len;
            break;
        default:
            f->arg--;                   /* again, from where it stopped */
            f->work = -1;
        }
    }
    ml_string_charge(n, STR_WORK - f->work);
    Value v;
    if (!ml_out_join(&f->out, &v))
        return later(n, f, GO_ON);
    return ml_is_nil(v) ? ml_out_error(&f->out) : ml_ret1(n, v);
}

/* A __tostring has answered: its text takes the place of the argument. */
static NatEnd named(Nat *n, Format *f)
{
    Value v = n->nret > 0 ? n->top[-n->nret] : ml_v_nil();
    n->top -= n->nret;
    if (ml_is_number(v))
        v = ml_v_str(ml_tostr(n->p, v));
    if (!ml_is_str(v))
        return ml_error(n, "'__tostring' must return a string");
    n->base[f->arg] = v;
    return loop(n, f);
}

NatEnd ml_string_format(Nat *n)
{
    Format f;
    Str *s;
    if (n->step) {
        ml_string_kept(n, STATE, &f, sizeof f);
        ml_out_wake(&f.out, n);
        f.work = STR_WORK;
        return n->step == NAMED ? named(n, &f) : loop(n, &f);
    }
    if (!ml_string_arg(n, 1, &s))
        return NAT_ERR;
    ml_string_slots(n, FORMAT_SLOTS);
    ml_out_init(&f.out, n, OUT);
    f.at = f.done = 0;
    f.arg = 1;
    f.work = STR_WORK;
    return loop(n, &f);
}
