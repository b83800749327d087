/*
 * lex.c - from bytes to tokens.
 *
 * The lexer looks at one byte, decides by a table of classes, and eats the
 * token. The source is bytes with a length, a NUL is a byte like another.
 * Lines end with \n, \r or the two in either order. Strings without escapes
 * are interned straight from the source; the others are put together in a
 * buffer first.
 */

#include "lang/lex.h"

#include <stdio.h>
#include <string.h>

#include "vm/base/check.h"

enum { SHOWN = 60 };            /* bytes of a token in a message */

enum { C_LETTER = 1, C_DIGIT = 2, C_HEX = 4, C_BLANK = 8, C_EOL = 16 };

#define LETTER  C_LETTER
#define HEXLET  (C_LETTER | C_HEX)
#define DIGIT   (C_DIGIT | C_HEX)

static const uint8_t class[256] = {
    ['\t'] = C_BLANK, ['\v'] = C_BLANK, ['\f'] = C_BLANK, [' '] = C_BLANK,
    ['\n'] = C_EOL, ['\r'] = C_EOL, ['_'] = LETTER,
    ['0'] = DIGIT, ['1'] = DIGIT, ['2'] = DIGIT, ['3'] = DIGIT, ['4'] = DIGIT,
    ['5'] = DIGIT, ['6'] = DIGIT, ['7'] = DIGIT, ['8'] = DIGIT, ['9'] = DIGIT,
    ['a'] = HEXLET, ['b'] = HEXLET, ['c'] = HEXLET, ['d'] = HEXLET,
    ['e'] = HEXLET, ['f'] = HEXLET, ['g'] = LETTER, ['h'] = LETTER,
    ['i'] = LETTER, ['j'] = LETTER, ['k'] = LETTER, ['l'] = LETTER,
    ['m'] = LETTER, ['n'] = LETTER, ['o'] = LETTER, ['p'] = LETTER,
    ['q'] = LETTER, ['r'] = LETTER, ['s'] = LETTER, ['t'] = LETTER,
    ['u'] = LETTER, ['v'] = LETTER, ['w'] = LETTER, ['x'] = LETTER,
    ['y'] = LETTER, ['z'] = LETTER,
    ['A'] = HEXLET, ['B'] = HEXLET, ['C'] = HEXLET, ['D'] = HEXLET,
    ['E'] = HEXLET, ['F'] = HEXLET, ['G'] = LETTER, ['H'] = LETTER,
    ['I'] = LETTER, ['J'] = LETTER, ['K'] = LETTER, ['L'] = LETTER,
    ['M'] = LETTER, ['N'] = LETTER, ['O'] = LETTER, ['P'] = LETTER,
    ['Q'] = LETTER, ['R'] = LETTER, ['S'] = LETTER, ['T'] = LETTER,
    ['U'] = LETTER, ['V'] = LETTER, ['W'] = LETTER, ['X'] = LETTER,
    ['Y'] = LETTER, ['Z'] = LETTER,
};

static const char *const words[] = {
    "and", "break", "do", "else", "elseif", "end", "false", "for",
    "function", "goto", "if", "in", "local", "nil", "not", "or",
    "repeat", "return", "then", "true", "until", "while",
    "//", "..", "...", "==", ">=", "<=", "~=", "<<", ">>", "::"
};

_Static_assert(ML_NELEM(words) == TK_COUNT - TK_AND, "one text for each");

/* ---- the position ------------------------------------------------------- */

/* The byte k places ahead, 0 behind the end. */
static inline unsigned char at(const Lex *x, uint32_t k)
{
    return x->len - x->pos > k ? (unsigned char)x->src[x->pos + k] : 0;
}

static inline bool at_end(const Lex *x)
{
    return x->pos >= x->len;
}

static inline bool is(const Lex *x, int classes)
{
    return (class[at(x, 0)] & classes) != 0;
}

static void newline(Lex *x)
{
    unsigned char c = at(x, 0), d = at(x, 1);
    x->pos += (class[d] & C_EOL) && d != c ? 2 : 1;
    x->line++;
    x->bol = x->pos;
    x->fresh = true;
}

SrcPos ml_lex_pos(const Token *t)
{
    return (SrcPos){ t->line, t->col, t->endline == t->line ? t->endcol : 0 };
}

static void finish(Lex *x, Token *t, int kind)
{
    t->kind = (uint16_t)kind;
    t->end = x->pos;
    t->endline = x->line;
    t->endcol = x->pos - x->bol + 1;
}

/* ---- messages ------------------------------------------------------------- */

static const char *text_of(const Lex *x, uint32_t off, uint32_t end)
{
    Arena      *a = x->d->a;
    const char *s = x->src + off;
    size_t      n = end - off;
    char        room[SHOWN + 16];
    int         len = 0;

    const char *eol = n > 0 ? memchr(s, '\n', n) : NULL;
    size_t shown = eol ? (size_t)(eol - s) : n;
    if (n == 1 && ((unsigned char)*s < ' ' || (unsigned char)*s > '~')) {
        len = snprintf(room, sizeof room, "'<\\%d>'", (unsigned char)*s);
    } else {
        if (shown > SHOWN)
            shown = SHOWN;
        room[len++] = '\'';
        for (size_t i = 0; i < shown; i++)
            room[len++] = s[i] ? s[i] : '?';
        len += snprintf(room + len, sizeof room - (size_t)len, "%s'",
                        shown < n ? "..." : "");
    }
    const char *text = ml_arena_strdup(a, room, (size_t)len);
    return text ? text : "token";
}

const char *ml_lex_text(const Lex *x, const Token *t)
{
    if (t->kind == TK_EOS)
        return "<eof>";
    return text_of(x, t->off, t->end);
}

const char *ml_lex_kind(int kind, char room[16])
{
    switch (kind) {
    case TK_EOS:  return "<eof>";
    case TK_NAME: return "<name>";
    case TK_STR:  return "<string>";
    case TK_INT:  return "<integer>";
    case TK_FLT:  return "<number>";
    }
    if (kind >= TK_AND)
        snprintf(room, 16, "'%s'", words[kind - TK_AND]);
    else
        snprintf(room, 16, "'%c'", kind);
    return room;
}

/* The token is wrong from byte `from` of its line on. */
static void wrong(Lex *x, Token *t, uint32_t from, const char *msg,
                  const char *near, const char *hint)
{
    finish(x, t, TK_ERROR);
    if (x->quiet)
        return;
    if (!near)
        near = text_of(x, t->off, x->pos);
    SrcPos pos = ml_lex_pos(t);
    if (from >= x->bol && x->line != t->line) {
        pos = (SrcPos){ x->line, 0, t->endcol };
        t->line = x->line;
    }
    if (from >= x->bol)
        pos.col = from - x->bol + 1;
    ml_diag_add(x->d, pos, hint, "%s near %s", msg, near);
}

static _Noreturn void no_memory(Lex *x)
{
    x->d->oom = true;
    longjmp(*x->oom, 1);
}

static AstStr *intern(Lex *x, const char *s, size_t n)
{
    AstStr *str = ml_ast_str(x->chunk, s, n);
    if (!str)
        no_memory(x);
    return str;
}

/* ---- long brackets -------------------------------------------------------- */

/* At `[`: how many `=` between two of them, or -1, or -2 for `[=` alone. */
static int bracket_level(const Lex *x)
{
    uint32_t n = 1;
    while (at(x, n) == '=')
        n++;
    if (at(x, n) == '[')
        return (int)n - 1;
    return n == 1 ? -1 : -2;
}

static bool closes(const Lex *x, int level)
{
    for (int i = 1; i <= level; i++)
        if (at(x, (uint32_t)i) != '=')
            return false;
    return at(x, (uint32_t)level + 1) == ']';
}

/* At `[=*[`. t is NULL in a comment. False: the text ended. */
static bool long_bracket(Lex *x, int level, AstStr **value)
{
    x->pos += (uint32_t)level + 2;
    if (is(x, C_EOL))
        newline(x);

    uint32_t from = x->pos;     /* of what is not in the buffer yet */
    bool     buffered = false;
    ml_buf_clear(&x->buf);
    while (!at_end(x)) {
        unsigned char c = at(x, 0);
        if (c == ']' && closes(x, level)) {
            if (value && !buffered) {
                *value = intern(x, x->src + from, x->pos - from);
            } else if (value) {
                ml_buf_put(&x->buf, x->src + from, x->pos - from);
                if (x->buf.oom)
                    no_memory(x);
                *value = intern(x, x->buf.data, x->buf.len);
            }
            x->pos += (uint32_t)level + 2;
            return true;
        }
        if (!(class[c] & C_EOL)) {
            x->pos++;
            continue;
        }
        uint32_t eol = x->pos;
        newline(x);
        if (value && (c == '\r' || x->pos - eol == 2)) {
            ml_buf_put(&x->buf, x->src + from, eol - from);
            ml_buf_putc(&x->buf, '\n');
            buffered = true;
            from = x->pos;
        }
    }
    return false;
}

static void unfinished_bracket(Lex *x, Token *t, const char *what)
{
    char     msg[64];
    uint32_t line = t->line;
    snprintf(msg, sizeof msg, "unfinished long %s (starting at line %u)",
             what, line);
    if (!x->quiet && x->d->n == 0)
        x->d->unfinished = true;
    wrong(x, t, t->off, msg, "<eof>", NULL);
}

/* At `[` that begins a long string or is wrong. */
static void long_string(Lex *x, Token *t, int level)
{
    bool fresh = x->fresh;
    if (level < 0) {
        while (at(x, 1) == '=')
            x->pos++;
        x->pos++;
        wrong(x, t, t->off, "invalid long string delimiter", NULL, NULL);
    } else if (long_bracket(x, level, &t->v.s)) {
        finish(x, t, TK_STR);
    } else {
        unfinished_bracket(x, t, "string");
    }
    x->fresh = fresh;
}

/* At `--`. False: a long comment that does not end. */
static bool comment(Lex *x, Token *t)
{
    x->pos += 2;
    int level = at(x, 0) == '[' ? bracket_level(x) : -1;
    if (level >= 0) {
        bool fresh = x->fresh;
        if (!long_bracket(x, level, NULL)) {
            unfinished_bracket(x, t, "comment");
            return false;
        }
        x->fresh |= fresh;
        return true;
    }
    while (!at_end(x) && !is(x, C_EOL))
        x->pos++;
    return true;
}

/* ---- strings ---------------------------------------------------------------- */

static int hex_value(unsigned char c)
{
    return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

/* An escape is wrong at the byte the lexer stands at; the message shows it. */
static bool bad_escape(Lex *x, Token *t, uint32_t from, const char *msg)
{
    if (!at_end(x) && !is(x, C_EOL))
        x->pos++;
    wrong(x, t, from, msg, NULL, NULL);
    return false;
}

static void put_utf8(Buf *b, uint32_t c)
{
    char out[6];
    int  n = 0, bits = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2
                     : c < 0x200000 ? 3 : c < 0x4000000 ? 4 : 5;
    if (bits == 0) {
        ml_buf_putc(b, (char)c);
        return;
    }
    out[n++] = (char)((0xFF00 >> (bits + 1) & 0xFF) | c >> (6 * bits));
    while (bits-- > 0)
        out[n++] = (char)(0x80 | (c >> (6 * bits) & 0x3F));
    ml_buf_put(b, out, (size_t)n);
}

/* Behind `\u`. */
static bool escape_utf8(Lex *x, Token *t, uint32_t from)
{
    uint32_t c = 0;
    if (at(x, 0) != '{')
        return bad_escape(x, t, from, "missing '{'");
    x->pos++;
    if (!is(x, C_HEX))
        return bad_escape(x, t, from, "hexadecimal digit expected");
    for (; is(x, C_HEX); x->pos++) {
        if (c > 0x7FFFFFFFu >> 4)
            return bad_escape(x, t, from, "UTF-8 value too large");
        c = c << 4 | (uint32_t)hex_value(at(x, 0));
    }
    if (at(x, 0) != '}')
        return bad_escape(x, t, from, "missing '}'");
    x->pos++;
    put_utf8(&x->buf, c);
    return true;
}

/* Behind `\x`. */
static bool escape_hex(Lex *x, Token *t, uint32_t from)
{
    int c = 0;
    for (int i = 0; i < 2; i++, x->pos++) {
        if (!is(x, C_HEX))
            return bad_escape(x, t, from, "hexadecimal digit expected");
        c = c << 4 | hex_value(at(x, 0));
    }
    ml_buf_putc(&x->buf, (char)c);
    return true;
}

/* At the first digit. */
static bool escape_decimal(Lex *x, Token *t, uint32_t from)
{
    int c = 0;
    for (int i = 0; i < 3 && is(x, C_DIGIT); i++, x->pos++)
        c = c * 10 + at(x, 0) - '0';
    if (c > 255)
        return bad_escape(x, t, from, "decimal escape too large");
    ml_buf_putc(&x->buf, (char)c);
    return true;
}

/* At a backslash. False: an error was told. */
static bool escape(Lex *x, Token *t)
{
    static const char plain[] = "abfnrtv\\\"'";
    static const char means[] = "\a\b\f\n\r\t\v\\\"'";
    uint32_t from = x->pos++;

    if (at_end(x))
        return true;            /* the string is told to be unfinished */
    unsigned char c = at(x, 0);
    const char   *p = c ? strchr(plain, c) : NULL;
    if (p) {
        ml_buf_putc(&x->buf, means[p - plain]);
        x->pos++;
        return true;
    }
    if (class[c] & C_EOL) {
        newline(x);
        ml_buf_putc(&x->buf, '\n');
        return true;
    }
    if (class[c] & C_DIGIT)
        return escape_decimal(x, t, from);
    switch (c) {
    case 'x':
        x->pos++;
        return escape_hex(x, t, from);
    case 'u':
        x->pos++;
        return escape_utf8(x, t, from);
    case 'z':
        x->pos++;
        while (is(x, C_BLANK | C_EOL))
            is(x, C_EOL) ? newline(x) : (void)x->pos++;
        return true;
    }
    return bad_escape(x, t, from, "invalid escape sequence");
}

/* Skips to behind the quote that probably ends a wrong string, so that the
 * rest of the line is not taken for code. */
static void skip_string(Lex *x, unsigned char quote)
{
    while (!at_end(x) && !is(x, C_EOL)) {
        unsigned char c = at(x, 0);
        x->pos += c == '\\' && x->len - x->pos > 1 ? 2 : 1;
        if (c == quote)
            return;
    }
}

static void unfinished_string(Lex *x, Token *t)
{
    bool ended = at_end(x);
    /* A string goes on in the next line only behind a backslash. */
    if (ended && (x->src[x->pos - 1] == '\\' || x->line != t->line) &&
        !x->quiet && x->d->n == 0)
        x->d->unfinished = true;
    wrong(x, t, t->off, "unfinished string", ended ? "<eof>" : NULL, NULL);
}

static void string_with_escapes(Lex *x, Token *t, unsigned char quote)
{
    uint32_t from = t->off + 1;
    bool     fresh = x->fresh;

    ml_buf_clear(&x->buf);
    for (;;) {
        ml_buf_put(&x->buf, x->src + from, x->pos - from);
        if (at_end(x) || is(x, C_EOL)) {
            unfinished_string(x, t);
            break;
        }
        if (at(x, 0) == quote) {
            if (x->buf.oom)
                no_memory(x);
            t->v.s = intern(x, x->buf.data, x->buf.len);
            x->pos++;
            finish(x, t, TK_STR);
            break;
        }
        if (!escape(x, t)) {
            skip_string(x, quote);
            break;
        }
        from = x->pos;
        while (!at_end(x) && at(x, 0) != quote && at(x, 0) != '\\' &&
               !is(x, C_EOL))
            x->pos++;
    }
    x->fresh = fresh;
}

static void string(Lex *x, Token *t, unsigned char quote)
{
    x->pos++;
    while (!at_end(x)) {
        unsigned char c = at(x, 0);
        if (c == quote) {
            t->v.s = intern(x, x->src + t->off + 1, x->pos - t->off - 1);
            x->pos++;
            finish(x, t, TK_STR);
            return;
        }
        if (c == '\\') {
            string_with_escapes(x, t, quote);
            return;
        }
        if (class[c] & C_EOL)
            break;
        x->pos++;
    }
    unfinished_string(x, t);
}

/* ---- numbers and names ------------------------------------------------------- */

static void number(Lex *x, Token *t)
{
    bool is_int, hex = at(x, 0) == '0' && (at(x, 1) | 0x20) == 'x';
    unsigned char mark = hex ? 'p' : 'e';

    x->pos += hex ? 2 : 1;
    for (;;) {
        unsigned char c = at(x, 0);
        if ((c | 0x20) == mark)
            x->pos += at(x, 1) == '+' || at(x, 1) == '-' ? 2 : 1;
        else if ((class[c] & C_HEX) || c == '.')
            x->pos++;
        else
            break;
    }
    if (is(x, C_LETTER))
        x->pos++;               /* 3x is no number and a name */
    if (ml_lex_number(x->src + t->off, x->pos - t->off, &x->buf, &is_int,
                      &t->v.i, &t->v.f)) {
        finish(x, t, is_int ? TK_INT : TK_FLT);
        return;
    }
    if (x->buf.oom)
        no_memory(x);
    wrong(x, t, t->off, "malformed number", NULL, NULL);
}

/* The reserved word with these bytes, or TK_NAME. */
static int reserved(const char *s, uint32_t n)
{
    static const uint8_t first[26] = {      /* words[] by first letter */
        ['a' - 'a'] = 0, ['b' - 'a'] = 1, ['d' - 'a'] = 2, ['e' - 'a'] = 3,
        ['f' - 'a'] = 6, ['g' - 'a'] = 9, ['i' - 'a'] = 10, ['l' - 'a'] = 12,
        ['n' - 'a'] = 13, ['o' - 'a'] = 15, ['r' - 'a'] = 16,
        ['t' - 'a'] = 18, ['u' - 'a'] = 20, ['w' - 'a'] = 21
    };
    if (n < 2 || n > 8 || *s < 'a' || *s > 'w')
        return TK_NAME;
    for (int i = first[*s - 'a']; words[i][0] == *s; i++)
        if (strncmp(words[i], s, n) == 0 && words[i][n] == 0)
            return TK_AND + i;
    return TK_NAME;
}

static void name(Lex *x, Token *t)
{
    uint32_t p = x->pos + 1;
    while (p < x->len && class[(unsigned char)x->src[p]] & (C_LETTER | C_DIGIT))
        p++;
    x->pos = p;
    int kind = reserved(x->src + t->off, p - t->off);
    if (kind == TK_NAME)
        t->v.s = intern(x, x->src + t->off, p - t->off);
    finish(x, t, kind);
}

/* ---- the rest ------------------------------------------------------------------ */

static void take(Lex *x, Token *t, uint32_t n, int kind)
{
    x->pos += n;
    finish(x, t, kind);
}

static void punctuation(Lex *x, Token *t, unsigned char c)
{
    unsigned char d = at(x, 1);

    switch (c) {
    case '=':
        take(x, t, d == '=' ? 2 : 1, d == '=' ? TK_EQ : c);
        return;
    case '<':
        if (d == '=' || d == '<')
            take(x, t, 2, d == '=' ? TK_LE : TK_SHL);
        else
            take(x, t, 1, c);
        return;
    case '>':
        if (d == '=' || d == '>')
            take(x, t, 2, d == '=' ? TK_GE : TK_SHR);
        else
            take(x, t, 1, c);
        return;
    case '/':
        take(x, t, d == '/' ? 2 : 1, d == '/' ? TK_IDIV : c);
        return;
    case '~':
        take(x, t, d == '=' ? 2 : 1, d == '=' ? TK_NE : c);
        return;
    case ':':
        take(x, t, d == ':' ? 2 : 1, d == ':' ? TK_DBCOLON : c);
        return;
    case '.':
        if (d == '.')
            take(x, t, at(x, 2) == '.' ? 3 : 2,
                 at(x, 2) == '.' ? TK_DOTS : TK_CONCAT);
        else
            take(x, t, 1, c);
        return;
    case '!':
        x->pos++;
        if (d != '=') {
            finish(x, t, c);
            return;
        }
        x->pos++;
        wrong(x, t, t->off, "not equal is written '~='; unexpected symbol", NULL,
              NULL);
        return;
    }
    take(x, t, 1, c);
}

void ml_lex_next(Lex *x, Token *t)
{
    x->count++;
    for (;;) {
        unsigned char c = at(x, 0);
        t->off = x->pos;
        t->line = x->line;
        t->col = x->pos - x->bol + 1;
        t->first = x->fresh;

        if (class[c] & C_LETTER) {
            name(x, t);
        } else if (class[c] & C_BLANK) {
            x->pos++;
            continue;
        } else if (class[c] & C_EOL) {
            newline(x);
            continue;
        } else if (c == '-' && at(x, 1) == '-') {
            if (comment(x, t))
                continue;
        } else if ((class[c] & C_DIGIT) ||
                   (c == '.' && (class[at(x, 1)] & C_DIGIT))) {
            number(x, t);
        } else if (c == '"' || c == '\'') {
            string(x, t, c);
        } else if (c == '[' && bracket_level(x) != -1) {
            long_string(x, t, bracket_level(x));
        } else if (c == 0 && at_end(x)) {
            finish(x, t, TK_EOS);
        } else {
            punctuation(x, t, c);
        }
        x->fresh = false;
        return;
    }
}

void ml_lex_init(Lex *x, AstChunk *chunk, Diags *d, jmp_buf *oom)
{
    *x = (Lex){ .src = chunk->src, .len = (uint32_t)chunk->len, .line = 1,
                .fresh = true, .chunk = chunk, .d = d, .oom = oom };
    ml_buf_init(&x->buf, d->a->mem);
    if (x->len >= 3 && memcmp(x->src, "\xEF\xBB\xBF", 3) == 0)
        x->pos = x->bol = 3;
}

void ml_lex_fini(Lex *x)
{
    ml_buf_fini(&x->buf);
}
