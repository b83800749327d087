/*
 * string.c - the simple functions of the string library, and its table.
 *
 * Results of known size are filled in slices: the room is made first (a long
 * string's bytes never move), then each step fills the next part.
 */
#include "stdlib/native/libs.h"
#include "stdlib/native/string_in.h"

typedef struct Fill {
    const char *s, *sep;
    size_t len, nsep;
} Fill;

/* Makes the bytes [from, to) of the result. What lies before is done. */
typedef void (*FillFn)(char *out, const Fill *f, size_t from, size_t to);

enum { RESULT, DONE };          /* slots */

static NatEnd fill_on(Nat *n, size_t size, FillFn fn, const Fill *f)
{
    Value *done = ml_string_slot(n, DONE);
    char *out = ml_string_room(ml_string_slot(n, RESULT)->s);
    for (;;) {
        size_t from = (size_t)done->i, to = size - from > STR_NOW ? from + STR_NOW : size;
        fn(out, f, from, to);
        done->i = (int64_t)to;
        bool spent = ml_string_made(n, to - from);
        if (to == size)
            return ml_ret1(n, *ml_string_slot(n, RESULT));
        if (spent)
            return ml_nat_more(n, 1);
    }
}

static NatEnd fill(Nat *n, size_t size, FillFn fn, const Fill *f)
{
    char *out;
    if (n->step)
        return fill_on(n, size, fn, f);
    if (ml_nat_collects(n, size))
        return ml_nat_more(n, 0);
    if (!ml_string_may(n, size))
        return NAT_ERR;
    Str *s = ml_str_room(n->h, size, &out);
    if (size <= STR_NOW) {
        fn(out, f, 0, size);
        if (size > 1024)
            ml_nat_charge(n, (int64_t)size / 32);
        return ml_ret1(n, ml_v_str(s));
    }
    ml_push(n, ml_v_str(s));
    ml_push(n, ml_v_int(0));
    return fill_on(n, size, fn, f);
}

/* --- lower, upper, reverse, sub --- */

enum { BIT7 = 0x80 };
#define EACH_BYTE(x) (UINT64_C(0x0101010101010101) * (x))

/* Flips bit 5 of the bytes in [first, first + 25], eight at a time. */
static inline uint64_t flip_case(uint64_t x, unsigned first)
{
    uint64_t low = x & EACH_BYTE(0x7F);
    uint64_t ge = low + EACH_BYTE((uint64_t)BIT7 - first);
    uint64_t gt = low + EACH_BYTE((uint64_t)BIT7 - first - 26);
    uint64_t letters = ge & ~gt & ~x & EACH_BYTE((uint64_t)BIT7);
    return x ^ letters >> 2;
}

static void fill_case(char *out, const Fill *f, size_t from, size_t to, unsigned first)
{
    for (; from + 8 <= to; from += 8) {
        uint64_t x;
        memcpy(&x, f->s + from, 8);
        x = flip_case(x, first);
        memcpy(out + from, &x, 8);
    }
    for (; from < to; from++) {
        unsigned c = (uint8_t)f->s[from];
        out[from] = (char)(c - first < 26 ? c ^ 32 : c);
    }
}

static void fill_lower(char *out, const Fill *f, size_t from, size_t to)
{
    fill_case(out, f, from, to, 'A');
}

static void fill_upper(char *out, const Fill *f, size_t from, size_t to)
{
    fill_case(out, f, from, to, 'a');
}

static void fill_reverse(char *out, const Fill *f, size_t from, size_t to)
{
    for (; from + 8 <= to; from += 8) {
        uint64_t x;
        memcpy(&x, f->s + f->len - 8 - from, 8);
        x = __builtin_bswap64(x);
        memcpy(out + from, &x, 8);
    }
    for (; from < to; from++)
        out[from] = f->s[f->len - 1 - from];
}

static void fill_sub(char *out, const Fill *f, size_t from, size_t to)
{
    memcpy(out + from, f->s + from, to - from);
}

static NatEnd change(Nat *n, FillFn fn)
{
    Str *s;
    if (!ml_string_arg(n, 1, &s))
        return NAT_ERR;
    Fill f = { .s = ml_str_data(s), .len = ml_str_len(s) };
    return fill(n, f.len, fn, &f);
}

static NatEnd s_lower(Nat *n)   { return change(n, fill_lower); }
static NatEnd s_upper(Nat *n)   { return change(n, fill_upper); }
static NatEnd s_reverse(Nat *n) { return change(n, fill_reverse); }

static NatEnd s_sub(Nat *n)
{
    Str *s;
    int64_t i, j;
    if (!ml_string_arg(n, 1, &s) || !ml_arg_int(n, 2, &i) || !ml_string_opt_int(n, 3, -1, &j))
        return NAT_ERR;
    int64_t len = (int64_t)ml_str_len(s);
    i = ml_string_from(i, len);
    j = ml_string_to(j, len);
    if (i > j)
        return ml_ret1(n, ml_v_str(ml_sym(ml_nat_vm(n), "")));
    if (i == 1 && j == len)
        return ml_ret1(n, ml_v_str(s));
    Fill f = { .s = ml_str_data(s) + i - 1 };
    return fill(n, (size_t)(j - i + 1), fill_sub, &f);
}

static int quick_sub(Proc *p, Heap *h, Value *f, int n)
{
    (void)p;
    if (n < 2 || n > 3 || !ml_is_str(f[1]) || !ml_is_int(f[2]) || (n == 3 && !ml_is_int(f[3])))
        return NAT_USUAL;
    Str *s = f[1].s;
    int64_t len = (int64_t)s->len, i = ml_string_from(f[2].i, len), j = n == 3 ? ml_string_to(f[3].i, len) : len;
    if (j - i >= STR_LONG)
        return NAT_USUAL;
    *f = i == 1 && j == len ? f[1] : ml_v_str(ml_str_new(h, ml_str_data(s) + i - 1, i > j ? 0 : (size_t)(j - i + 1)));
    return 1;
}

static int quick_case(Heap *h, Value *f, int n, FillFn fn)
{
    char out[STR_LONG];
    if (n < 1 || !ml_is_str(f[1]) || f[1].s->len >= STR_LONG)
        return NAT_USUAL;
    size_t len = f[1].s->len;
    fn(out, &(Fill){ .s = ml_str_data(f[1].s) }, 0, len);
    *f = ml_v_str(ml_str_new(h, out, len));
    return 1;
}

static int quick_lower(Proc *p, Heap *h, Value *f, int n) { (void)p; return quick_case(h, f, n, fill_lower); }
static int quick_upper(Proc *p, Heap *h, Value *f, int n) { (void)p; return quick_case(h, f, n, fill_upper); }

/* --- rep --- */

static char first_rep(const Fill *f, size_t i)
{
    return i < f->len ? f->s[i] : f->sep[i - f->len];
}

static void fill_rep(char *out, const Fill *f, size_t from, size_t to)
{
    size_t period = f->len + f->nsep;
    if (period == 1) {
        memset(out + from, first_rep(f, 0), to - from);
        return;
    }
    for (; from < to && from < period; from++)
        out[from] = first_rep(f, from);
    while (from < to) {
        size_t at = from % period, k = from - at;   /* whole periods are there */
        if (k > to - from)
            k = to - from;
        memcpy(out + from, out + at, k);
        from += k;
    }
}

static NatEnd s_rep(Nat *n)
{
    Str *s, *sep = NULL;
    int64_t times;
    if (!ml_string_arg(n, 1, &s) || !ml_arg_int(n, 2, &times) ||
        !ml_arg_opt_str(n, 3, NULL, &sep))
        return NAT_ERR;
    Fill f = { .s = ml_str_data(s), .len = ml_str_len(s) };
    if (sep) {
        f.sep = ml_str_data(sep);
        f.nsep = ml_str_len(sep);
    }
    size_t period = f.len + f.nsep;
    if (times <= 0 || period == 0)
        return ml_ret1(n, ml_v_str(ml_sym(ml_nat_vm(n), "")));
    if (period > ML_STRING_MAX / (size_t)times)
        return ml_error(n, "resulting string too large");
    if (times == 1)
        return ml_ret1(n, n->base[0]);
    return fill(n, period * (size_t)times - f.nsep, fill_rep, &f);
}

/* --- bytes --- */

static NatEnd s_len(Nat *n)
{
    Str *s;
    if (!ml_string_arg(n, 1, &s))
        return NAT_ERR;
    return ml_ret1(n, ml_v_int((int64_t)ml_str_len(s)));
}

static NatEnd s_byte(Nat *n)
{
    Str *s;
    int64_t i, j;
    if (!ml_string_arg(n, 1, &s) || !ml_string_opt_int(n, 2, 1, &i))
        return NAT_ERR;
    int64_t len = (int64_t)ml_str_len(s);
    if (!ml_string_opt_int(n, 3, i, &j))
        return NAT_ERR;
    i = ml_string_from(i, len);
    j = ml_string_to(j, len);
    if (i > j)
        return ml_ret0(n);
    if (j - i >= INT32_MAX)
        return ml_error(n, "string slice too long");
    int64_t first = i;
    for (i += n->top - (n->base + n->nargs); i <= j;) {
        int64_t k = j - i + 1 < STR_WORK ? j - i + 1 : STR_WORK;
        if (k > 8 && !ml_nat_room_for(n, (int)k + 4, "string slice too long"))
            return NAT_ERR;
        const uint8_t *b = (const uint8_t *)ml_str_data(s);
        for (int64_t end = i + k; i < end; i++)
            ml_push(n, ml_v_int(b[i - 1]));
        if (k > 64 && ml_string_worked(n, k) && i <= j)
            return ml_nat_more(n, 1);
    }
    return ml_ret(n, (int)(j - first + 1));
}

static int quick_len(Proc *p, Heap *h, Value *f, int n)
{
    (void)p, (void)h;
    if (n < 1 || !ml_is_str(f[1]))
        return NAT_USUAL;
    *f = ml_v_int((int64_t)f[1].s->len);
    return 1;
}

static int quick_byte(Proc *p, Heap *h, Value *f, int n)
{
    (void)p, (void)h;
    if (n < 1 || n > 2 || !ml_is_str(f[1]) || (n == 2 && !ml_is_int(f[2])))
        return NAT_USUAL;
    int64_t len = (int64_t)f[1].s->len, i = n == 2 ? f[2].i : 1;
    if (i < 0)
        i += len + 1;
    if (i < 1 || i > len)
        return 0;
    *f = ml_v_int((uint8_t)ml_str_data(f[1].s)[i - 1]);
    return 1;
}

static int quick_char(Proc *p, Heap *h, Value *f, int n)
{
    enum { FEW = 8 };
    char out[FEW];
    (void)p;
    if (n > FEW)
        return NAT_USUAL;
    for (int i = 0; i < n; i++) {
        if (!ml_is_int(f[1 + i]) || f[1 + i].u > 255)
            return NAT_USUAL;
        out[i] = (char)f[1 + i].u;
    }
    *f = ml_v_str(ml_str_new(h, out, (size_t)n));
    return 1;
}

/* The bytes of the arguments from *at on, at most `most`. */
static bool put_chars(Nat *n, char *out, int *at, int most)
{
    int64_t c;
    int end = n->nargs - *at > most ? *at + most : n->nargs;
    for (int i = *at; i < end; i++) {
        if (ml_is_int(n->base[i]))
            c = n->base[i].i;
        else if (!ml_arg_int(n, i + 1, &c))
            return false;
        if (c < 0 || c > 255) {
            ml_arg_error(n, i + 1, "value out of range");
            return false;
        }
        out[i] = (char)c;
    }
    *at = end;
    return true;
}

static NatEnd s_char(Nat *n)
{
    char *out;
    int at = 0;
    if (n->step == 0) {
        Str *s = ml_str_room(n->h, (size_t)n->nargs, &out);
        if (n->nargs <= STR_WORK)
            return put_chars(n, out, &at, n->nargs) ? ml_ret1(n, ml_v_str(s)) : NAT_ERR;
        ml_push(n, ml_v_str(s));
        ml_push(n, ml_v_int(0));
    }
    out = ml_string_room(ml_string_slot(n, RESULT)->s);
    at = (int)ml_string_slot(n, DONE)->i;
    while (at < n->nargs) {
        if (!put_chars(n, out, &at, STR_WORK))
            return NAT_ERR;
        ml_string_slot(n, DONE)->i = at;
        if (ml_string_worked(n, STR_WORK) && at < n->nargs)
            return ml_nat_more(n, 1);
    }
    return ml_ret1(n, *ml_string_slot(n, RESULT));
}

static NatEnd s_dump(Nat *n)
{
    if (!ml_arg_fn(n, 1))
        return NAT_ERR;
    return ml_error(n, "unable to dump given function");
}

/* --- the table --- */

const NativeDef ml_lib_string[] = {
    { "byte", s_byte,
      "string.byte(s [, i [, j]])\n"
      "Returns the codes of the bytes s[i] to s[j]. i is 1 if absent, j is i.", quick_byte },
    { "char", s_char,
      "string.char(...)\n"
      "Returns the string of the bytes with these codes, 0 to 255.", quick_char },
    { "dump", s_dump,
      "string.dump(f)\n"
      "Always an error: functions are not turned into text. They can be sent as they are." },
    { "find", ml_string_find, .quick = ml_string_quick_find,
      .doc =
      "string.find(s, pattern [, init [, plain]])\n"
      "Looks for the first match of pattern in s, from position init on. Returns where it\n"
      "begins and ends, and its captures; nil if there is none. With plain true, pattern is\n"
      "ordinary text." },
    { "format", ml_string_format,
      "string.format(format, ...)\n"
      "Returns format with its directives replaced by the arguments: %d %i integer, %f %e %g\n"
      "float, %a hexadecimal float, %x %X %o unsigned, %c byte, %s text as of tostring, %q text\n"
      "that Lua can read back, %p identity, %% a percent sign. Between % and the letter may\n"
      "stand flags, a width and a precision, as in C: \"%-8s|%05.1f\"." },
    { "gsub", ml_string_gsub,
      "string.gsub(s, pattern, repl [, n])\n"
      "Returns s with the matches of pattern (the first n of them) replaced, and how many there\n"
      "were. repl is a string, in which %0 is the match, %1 to %9 its captures and %% a percent\n"
      "sign; or a table, asked for the first capture; or a function, called with the captures.\n"
      "A match for which a table or function gives nil or false stays as it is." },
    { "gmatch", ml_string_gmatch,
      "string.gmatch(s, pattern [, init])\n"
      "Returns an iterator over the matches of pattern in s, from position init on. Each call\n"
      "gives the captures of the next match, or the whole match if the pattern has none:\n"
      "for word in s:gmatch(\"%a+\") do ... end" },
    { "len", s_len,
      "string.len(s)\n"
      "Returns the length of s in bytes.", quick_len },
    { "lower", s_lower,
      "string.lower(s)\n"
      "Returns s with the letters A to Z made small.", quick_lower },
    { "match", ml_string_match, .quick = ml_string_quick_match,
      .doc =
      "string.match(s, pattern [, init])\n"
      "Looks for the first match of pattern in s, from position init on. Returns its captures,\n"
      "or the whole match if the pattern has none; nil if there is no match." },
    { "pack", ml_string_pack,
      "string.pack(format, ...)\n"
      "Returns the arguments as bytes, laid out by format: < > = little, big, native order, ![n]\n"
      "alignment, b B h H i[n] I[n] l L j J T integers, f d n floats, s[n] text with its length\n"
      "before it, z text with a zero behind it, c[n] text of fixed size, x a zero byte, X[op]\n"
      "align as op would." },
    { "packsize", ml_string_packsize,
      "string.packsize(format)\n"
      "Returns the length of what pack makes of this format, which must not have s or z." },
    { "rep", s_rep,
      "string.rep(s, n [, sep])\n"
      "Returns n copies of s, with sep between them." },
    { "reverse", s_reverse,
      "string.reverse(s)\n"
      "Returns the bytes of s in opposite order." },
    { "sub", s_sub,
      "string.sub(s, i [, j])\n"
      "Returns the part of s from position i to j. Negative positions count from the end; j is\n"
      "-1 if absent.", quick_sub },
    { "unpack", ml_string_unpack,
      "string.unpack(format, s [, pos])\n"
      "Returns the values that pack laid out in s by this format, from position pos on, and the\n"
      "position behind them." },
    { "upper", s_upper,
      "string.upper(s)\n"
      "Returns s with the letters a to z made capital.", quick_upper },
    { NULL, NULL, NULL }
};

const NativeDef ml_lib_native_string[] = {
    { "gmatch_next", ml_string_gmatch_next, NULL },
    { NULL, NULL, NULL }
};
