/*
 * utf8.c - the utf8 library. A sequence is decoded by its first byte, which
 * says how many follow; strict decoding refuses surrogates and what is above
 * 10FFFF, lax takes everything up to 2^31 in up to six bytes.
 */
#include "stdlib/native/libs.h"
#include "stdlib/native/string_in.h"

enum { GO_ON = 1 };

static bool is_cont(uint8_t c) { return (c & 0xC0) == 0x80; }

/* The character at s, which is followed by a NUL somewhere. Returns where it
 * ends, or NULL. The first byte begins with a one bit for each byte there is. */
static const uint8_t *decode(const uint8_t *s, bool strict, uint32_t *out)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000, 0x200000, 0x4000000 };
    if (*s < 0x80) {
        *out = *s;
        return s + 1;
    }
    int size = __builtin_clz(~((uint32_t)*s << 24));
    if (size == 1 || size > 6)
        return NULL;
    uint32_t code = *s & (0x7Fu >> size);
    for (int i = 1; i < size; i++) {
        if (!is_cont(s[i]))
            return NULL;
        code = code << 6 | (s[i] & 0x3F);
    }
    if (code < least[size])
        return NULL;
    if (strict && (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)))
        return NULL;
    *out = code;
    return s + size;
}

/* Positions from the end count back from behind it; 0 is what it is. */
static int64_t position(int64_t i, int64_t len)
{
    if (i >= 0)
        return i;
    return i < -len ? 0 : len + i + 1;
}

/* --- char --- */

static int encode(char *out, uint32_t c)
{
    int size = c < 0x800 ? 2 : c < 0x10000 ? 3 : c < 0x200000 ? 4 : c < 0x4000000 ? 5 : 6;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    for (int i = size - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)(0xFF00 >> size | (int)c);
    return size;
}

enum { STATE, OUT, CHAR_SLOTS = OUT + OUT_SLOTS };

typedef struct Chars {
    int arg;
    Out out;
} Chars;

static NatEnd chars_later(Nat *n, Chars *c)
{
    ml_string_keep(n, STATE, c, sizeof *c);
    return ml_nat_more(n, GO_ON);
}

static NatEnd u_char(Nat *n)
{
    Chars c;
    char text[8];
    int64_t code, work = STR_WORK;
    Value v;
    if (n->step == 0) {
        c.arg = 0;
        ml_string_slots(n, CHAR_SLOTS);
        ml_out_init(&c.out, n, OUT);
    } else {
        ml_string_kept(n, STATE, &c, sizeof c);
        ml_out_wake(&c.out, n);
    }
    while (c.arg < n->nargs) {
        if (!ml_arg_int(n, c.arg + 1, &code))
            return NAT_ERR;
        if (code < 0 || code > 0x7FFFFFFF)
            return ml_arg_error(n, c.arg + 1, "value out of range");
        ml_out_put(&c.out, text, (size_t)encode(text, (uint32_t)code));
        c.arg++;
        if ((work -= 4) < 0) {
            work = STR_WORK;
            if (ml_string_worked(n, STR_WORK))
                return chars_later(n, &c);
        }
    }
    if (!ml_out_join(&c.out, &v))
        return chars_later(n, &c);
    return ml_is_nil(v) ? ml_out_error(&c.out) : ml_ret1(n, v);
}

/* --- len, codepoint --- */

enum { AT, COUNT };             /* slots of len */

static NatEnd u_len(Nat *n)
{
    Str *s;
    int64_t i, j, count = 0, work = STR_WORK;
    if (!ml_string_arg(n, 1, &s) || !ml_string_opt_int(n, 2, 1, &i) ||
        !ml_string_opt_int(n, 3, -1, &j))
        return NAT_ERR;
    int64_t len = (int64_t)ml_str_len(s);
    bool lax = ml_is_truthy(ml_arg(n, 4));
    i = position(i, len);
    j = position(j, len);
    if (i < 1 || i > len + 1)
        return ml_arg_error(n, 2, "initial position out of bounds");
    if (j > len)
        return ml_arg_error(n, 3, "final position out of bounds");
    if (n->step) {
        i = ml_string_slot(n, AT)->i;
        count = ml_string_slot(n, COUNT)->i;
    }
    const uint8_t *b = (const uint8_t *)ml_str_data(s);
    while (i <= j) {
        uint32_t code;
        const uint8_t *next = decode(b + i - 1, !lax, &code);
        if (!next) {
            ml_push(n, ml_v_nil());
            ml_push(n, ml_v_int(i));
            return ml_ret(n, 2);
        }
        i = next - b + 1;
        count++;
        if (--work < 0) {
            work = STR_WORK;
            if (ml_string_worked(n, STR_WORK)) {
                if (n->step == 0)
                    ml_string_slots(n, 2);
                *ml_string_slot(n, AT) = ml_v_int(i);
                *ml_string_slot(n, COUNT) = ml_v_int(count);
                return ml_nat_more(n, GO_ON);
            }
        }
    }
    return ml_ret1(n, ml_v_int(count));
}

static NatEnd u_codepoint(Nat *n)
{
    Str *s;
    int64_t i, j, work = STR_WORK;
    if (!ml_string_arg(n, 1, &s) || !ml_string_opt_int(n, 2, 1, &i))
        return NAT_ERR;
    int64_t len = (int64_t)ml_str_len(s);
    i = position(i, len);
    if (!ml_string_opt_int(n, 3, i, &j))
        return NAT_ERR;
    j = position(j, len);
    if (i < 1)
        return ml_arg_error(n, 2, "out of bounds");
    if (j > len)
        return ml_arg_error(n, 3, "out of bounds");
    if (i > j)
        return ml_ret0(n);
    if (j - i >= INT32_MAX)
        return ml_error(n, "string slice too long");
    if (n->step == 0)
        ml_push(n, ml_v_int(i));
    i = ml_string_slot(n, AT)->i;
    const uint8_t *b = (const uint8_t *)ml_str_data(s);
    while (i <= j) {
        uint32_t code;
        const uint8_t *next = decode(b + i - 1, !ml_is_truthy(ml_arg(n, 4)), &code);
        if (!next)
            return ml_error(n, "invalid UTF-8 code");
        if (((n->top - n->base) & 7) == 0 && !ml_nat_room_for(n, ML_NAT_FREE, "string slice too long"))
            return NAT_ERR;
        ml_push(n, ml_v_int(code));
        i = next - b + 1;
        if ((work -= 2) < 0) {
            work = STR_WORK;
            ml_string_slot(n, AT)->i = i;
            if (ml_string_worked(n, STR_WORK))
                return ml_nat_more(n, GO_ON);
        }
    }
    return ml_ret(n, (int)(n->top - n->base) - n->nargs - 1);
}

/* --- offset --- */

typedef struct Walk {
    const uint8_t *s;
    int64_t len, at, n;         /* position, counted from 0; characters to go */
    int64_t work;
} Walk;

/* One byte on, or back; false when the work is used up. */
static bool paid(Walk *w) { return --w->work >= 0; }

/* To the begin of the character at w->at. */
static bool walk_home(Walk *w)
{
    while (w->at > 0 && is_cont(w->s[w->at])) {
        if (!paid(w))
            return false;
        w->at--;
    }
    return true;
}

/* w->at may stand inside a character after a pause: that is walked first. */
static bool walk_back(Walk *w)
{
    while (w->n < 0 && w->at > 0) {
        if (!paid(w))
            return false;
        w->at--;
        if (w->at == 0 || !is_cont(w->s[w->at]))
            w->n++;
    }
    return true;
}

static bool walk_on(Walk *w)
{
    while (w->n > 0 && w->at < w->len) {
        if (!paid(w))
            return false;
        w->at++;
        if (!is_cont(w->s[w->at]))
            w->n--;
    }
    return true;
}

static NatEnd offset_later(Nat *n, const Walk *w)
{
    if (n->step == 0)
        ml_string_slots(n, 2);
    *ml_string_slot(n, AT) = ml_v_int(w->at);
    *ml_string_slot(n, COUNT) = ml_v_int(w->n);
    return ml_nat_more(n, GO_ON);
}

static NatEnd u_offset(Nat *n)
{
    Str *s;
    int64_t count, i;
    if (!ml_string_arg(n, 1, &s) || !ml_arg_int(n, 2, &count))
        return NAT_ERR;
    Walk w = { .s = (const uint8_t *)ml_str_data(s), .len = (int64_t)ml_str_len(s) };
    if (!ml_string_opt_int(n, 3, count >= 0 ? 1 : w.len + 1, &i))
        return NAT_ERR;
    w.at = position(i, w.len) - 1;
    if (w.at < 0 || w.at > w.len)
        return ml_arg_error(n, 3, "position out of bounds");
    if (n->step == 0 && count != 0 && is_cont(w.s[w.at]))
        return ml_error(n, "initial position is a continuation byte");
    w.n = count > 0 ? count - 1 : count;
    if (n->step) {
        w.at = ml_string_slot(n, AT)->i;
        w.n = ml_string_slot(n, COUNT)->i;
    }
    for (;;) {
        w.work = STR_WORK;
        bool done = count == 0 ? walk_home(&w) : count < 0 ? walk_back(&w) : walk_on(&w);
        bool spent = w.work < STR_WORK - 64 && ml_string_worked(n, STR_WORK - w.work);
        if (done)
            break;
        if (spent)
            return offset_later(n, &w);
    }
    return ml_ret1(n, w.n == 0 ? ml_v_int(w.at + 1) : ml_v_nil());
}

/* --- codes --- */

static NatEnd next_code(Nat *n, bool strict)
{
    Str *s;
    int64_t at, work = 0;
    if (!ml_string_arg(n, 1, &s) || !ml_arg_int(n, 2, &at))
        return NAT_ERR;
    int64_t len = (int64_t)ml_str_len(s);
    const uint8_t *b = (const uint8_t *)ml_str_data(s), *next;
    if (n->step)                        /* inside a row of continuation bytes */
        at = ml_string_slot(n, AT)->i;
    else if (at < 0)
        return ml_ret0(n);
    for (; at < len && is_cont(b[at]); at++)
        if (++work > STR_WORK) {
            work = 0;
            if (ml_string_worked(n, STR_WORK)) {
                if (n->step == 0)
                    ml_string_slots(n, 1);
                *ml_string_slot(n, AT) = ml_v_int(at);
                return ml_nat_more(n, GO_ON);
            }
        }
    if (at >= len)
        return ml_ret0(n);
    uint32_t code;
    next = decode(b + at, strict, &code);
    if (!next || is_cont(*next))
        return ml_error(n, "invalid UTF-8 code");
    ml_push(n, ml_v_int(at + 1));
    ml_push(n, ml_v_int(code));
    return ml_ret(n, 2);
}

static NatEnd next_strict(Nat *n) { return next_code(n, true); }
static NatEnd next_lax(Nat *n)    { return next_code(n, false); }

static NatEnd u_codes(Nat *n)
{
    static const NativeDef strict = { "codes", next_strict, NULL };
    static const NativeDef lax = { "codes", next_lax, NULL };
    Str *s;
    if (!ml_string_arg(n, 1, &s))
        return NAT_ERR;
    bool is_lax = ml_is_truthy(ml_arg(n, 2));
    if (is_cont((uint8_t)ml_str_data(s)[0]))
        return ml_arg_error(n, 1, "invalid UTF-8 code");
    ml_push(n, ml_v_native(is_lax ? &lax : &strict));
    ml_push(n, ml_v_str(s));
    ml_push(n, ml_v_int(0));
    return ml_ret(n, 3);
}

const NativeDef ml_lib_utf8[] = {
    { "char", u_char,
      "utf8.char(...)\n"
      "Returns the characters with these codes as UTF-8, one after the other." },
    { "codepoint", u_codepoint,
      "utf8.codepoint(s [, i [, j [, lax]]])\n"
      "Returns the codes of the characters that begin between the bytes i and j of s. i is 1 if\n"
      "absent, j is i." },
    { "codes", u_codes,
      "utf8.codes(s [, lax])\n"
      "For loops over characters: for position, code in utf8.codes(s) do ... end" },
    { "len", u_len,
      "utf8.len(s [, i [, j [, lax]]])\n"
      "Returns the number of characters that begin between the bytes i and j of s; or nil and\n"
      "the position of the first byte that is not valid UTF-8." },
    { "offset", u_offset,
      "utf8.offset(s, n [, i])\n"
      "Returns the position of the byte where the n-th character from position i on begins;\n"
      "n may be negative. With n = 0, where the character that byte i belongs to begins." },
    { NULL, NULL, NULL }
};
