/*
 * pattern.c - the matcher of Lua patterns.
 *
 * The pattern is read as it stands, item by item. Where an item can match in
 * several ways, one is tried and the others are noted on a stack of choices;
 * a failure later goes back to the newest choice. So the C stack never grows,
 * and the whole state of a match is a place in the text (s), a place in the
 * pattern (p), the captures and the choices:
 *
 *     text      a a a a b        pattern   .-(a*)b
 *               |   |                         |  |
 *               |   s                         |  p
 *               |                             |
 *     choices   LAZY s=0 ".-"    GREEDY s=0 n=4    OPENED    CLOSED 0
 *
 * Choices live in the Pat itself, then in segments, which are long strings in
 * a table (bytes that never move and are charged to the process).
 *
 * Every loop is paid from m->left. When that is used up, `phase` says where to
 * go on; offsets, not pointers, are kept, since the text may move.
 *
 * Malformed patterns are noticed when the matcher gets there, as in stock Lua:
 * ("x"):find("y%") just finds nothing.
 */
#include <string.h>

#include "stdlib/native/pattern_in.h"

/* --- phases, choices --- */

enum { SEEK, ITEM, BACK, SPAN, BALANCE, REFERENCE };            /* phase */
enum { SEEK_UNKNOWN, SEEK_ALL, SEEK_CHAR, SEEK_ITEM };          /* seek */
enum { GREEDY, LAZY, MAYBE, OPENED, CLOSED, KIND_BITS = 3, KIND_MASK = 7 };

static PatEnd pause_at(Pat *m, unsigned phase, const uint8_t *s, const uint8_t *p, int64_t k)
{
    m->phase = (uint8_t)phase;
    m->s = s - m->src;
    m->p = p - m->pat;
    m->k = k;
    m->left = -1;
    return PAT_MORE;
}

/* --- the stack of choices --- */

static void use_segment(Pat *m, uint32_t seg)
{
    m->seg = seg;
    if (seg == 0) {
        m->base = m->first;
        m->lim = m->first + PAT_FIRST;
        return;
    }
    const Str *bytes = ml_tab_getint(m->h, m->segs, seg)->s;
    m->base = (PatChoice *)(void *)((const LStr *)(const void *)bytes)->blob->data;
    m->lim = m->base + PAT_SEG;
}

_Static_assert(PAT_SEG * sizeof(PatChoice) >= STR_LONG, "segments are blobs");
_Static_assert(offsetof(Blob, data) % 8 == 0, "choices lie aligned in blobs");

static bool grow(Pat *m)
{
    uint32_t seg = m->seg + 1;
    if (!m->segs)
        m->segs = ml_tab_new(m->h, 4, 0);
    if (ml_is_nil(*ml_tab_getint(m->h, m->segs, seg))) {
        size_t size = PAT_SEG * sizeof(PatChoice);
        char *data;
        if (seg > INT32_MAX / 2 || !ml_heap_may(m->h, 2 * size))
            return false;
        ml_tab_setint(m->h, m->segs, seg, ml_v_str(ml_str_room(m->h, size, &data)));
    }
    use_segment(m, seg);
    m->sp = m->base;
    return true;
}

static inline bool push(Pat *m, unsigned kind, int64_t s, int64_t n, int64_t p)
{
    if (ML_UNLIKELY(m->sp == m->lim) && !grow(m))
        return false;
    m->sp->s = s;
    m->sp->n = n;
    m->sp->p = (uint64_t)p << KIND_BITS | kind;
    m->sp++;
    return true;
}

static inline bool no_choices(Pat *m)
{
    return m->sp == m->base && m->seg == 0;
}

/* The newest choice. There is one. */
static inline PatChoice *newest(Pat *m)
{
    if (ML_UNLIKELY(m->sp == m->base)) {
        use_segment(m, m->seg - 1);
        m->sp = m->lim;
    }
    return m->sp - 1;
}

void ml_pat_sleep(Pat *m)
{
    m->used = m->sp - m->base;
}

void ml_pat_wake(Pat *m, const Str *text, const Str *pattern, Tab *segs)
{
    m->src = (const uint8_t *)ml_str_data(text);
    m->pat = (const uint8_t *)ml_str_data(pattern);
    m->segs = segs;
    use_segment(m, m->seg);
    m->sp = m->base + m->used;
}

/* --- items --- */

/* Where the first of [s, lim) is that does not fit. */
static const uint8_t *span(const Item *it, const uint8_t *s, const uint8_t *lim)
{
    if (it->kind == IS_ANY)
        return lim;
    if (it->kind == IS_CHAR) {
        while (s < lim && *s == it->c)
            s++;
        return s;
    }
    uint64_t map[4];
    memcpy(map, it->map, sizeof map);
    while (s < lim && in_map(map, *s))
        s++;
    return s;
}

/* The character with which the rest of the pattern from p on must begin, or
 * -1: not known. Brackets match nothing and are looked through. */
static inline int first_char(const uint8_t *p, const uint8_t *end)
{
    while (p < end && (*p == ')' || (*p == '(' && p[1] != ')')))
        p++;
    if (p == end)
        return -1;
    int c = *p++;
    switch (c) {
    case '$': case '.': case '[': case '(':
        return -1;
    case '%':
        c = *p++;
        if (p > end || (c >= '0' && c <= '9') || (c | 32) == 'b' || (c | 32) == 'f' ||
            class_map((uint8_t)c))
            return -1;
        break;
    }
    return *p == '*' || *p == '?' || *p == '-' ? -1 : c;
}

/* --- captures --- */

static bool open_capture(Pat *m, int64_t s, int64_t len)
{
    if (m->level >= PAT_CAPTURES) {
        m->error = PATERR_MANY;
        return false;
    }
    m->cap[m->level++] = (PatCapture){ s, len };
    if (no_choices(m) || push(m, OPENED, 0, 0, 0))
        return true;
    m->error = PATERR_COMPLEX;
    return false;
}

static bool close_capture(Pat *m, int64_t s)
{
    int i = m->level - 1;
    while (i >= 0 && m->cap[i].len != PAT_UNFINISHED)
        i--;
    if (i < 0) {
        m->error = PATERR_CLOSE;
        return false;
    }
    m->cap[i].len = s - m->cap[i].at;
    if (no_choices(m) || push(m, CLOSED, 0, i, 0))
        return true;
    m->error = PATERR_COMPLEX;
    return false;
}

bool ml_pat_capture(Pat *m, int i, PatCapture *out)
{
    if (i >= m->level) {
        if (i > 0) {
            m->error = PATERR_INDEX;
            m->error_index = i + 1;
            return false;
        }
        *out = (PatCapture){ m->at, m->end - m->at };
        return true;
    }
    *out = m->cap[i];
    if (out->len != PAT_UNFINISHED)
        return true;
    m->error = PATERR_OPEN;
    return false;
}

/* --- matching at one place --- */

/*
 * %bxy: from the x at s to the y that balances it; k counts those still open.
 * s is the last character looked at. PAT_FOUND: *ps is behind the y.
 */
static PatEnd balance(Pat *m, const uint8_t **ps, int64_t *pk, uint8_t open, uint8_t close)
{
    const uint8_t *s = *ps, *end = m->src + m->slen;
    const uint8_t *lim = end - s > PAT_SPAN ? s + PAT_SPAN : end;
    int64_t k = *pk;
    while (++s < lim)
        if (*s == close) {
            if (--k == 0)
                break;
        } else if (*s == open) {
            k++;
        }
    m->left -= (s - *ps) / 4;
    *ps = s == lim ? s - 1 : s + 1;
    *pk = k;
    return s < lim ? PAT_FOUND : s < end ? PAT_MORE : PAT_FAIL;
}

/* Does the text at s repeat a capture? k bytes are known to. */
static PatEnd repeats(Pat *m, const uint8_t *s, const PatCapture *cap, int64_t *pk)
{
    while (*pk < cap->len) {
        int64_t n = cap->len - *pk;
        if (n > PAT_SPAN)
            n = PAT_SPAN;
        if (memcmp(s + *pk, m->src + cap->at + *pk, (size_t)n) != 0)
            return PAT_FAIL;
        *pk += n;
        m->left -= n / 16;
        if (m->left < 0 && *pk < cap->len)
            return PAT_MORE;
    }
    return PAT_FOUND;
}

/* %f[set] at s: the set holds here and not before. The ends count as '\0'. */
static PatEnd frontier(Pat *m, const uint8_t *s, const uint8_t *p, Item *it)
{
    if (*p != '[')
        return ml_pat_fail(m, PATERR_FRONTIER);
    PatEnd e = read_item(m, p, it);
    if (e != PAT_FOUND)
        return e;
    uint8_t before = s == m->src ? 0 : s[-1];
    uint8_t here = s == m->src + m->slen ? 0 : *s;
    return !in_map(it->map, before) && in_map(it->map, here) ? PAT_FOUND : PAT_FAIL;
}

/*
 * The next thing to try: takes back what the newest choices did until one has
 * an alternative. PAT_FOUND: go on at *ps, *pp. PAT_FAIL: none is left.
 */
static PatEnd back(Pat *m, const uint8_t **ps, const uint8_t **pp)
{
    const uint8_t *src = m->src, *end = src + m->slen;
    const uint8_t *pat = m->pat, *pend = pat + m->plen, *s;
    while (!no_choices(m)) {
        PatChoice *c = newest(m);
        int64_t p = (int64_t)(c->p >> KIND_BITS), n;
        int want;
        Item it = { 0 };
        PatEnd e;
        switch (c->p & KIND_MASK) {
        case GREEDY:                    /* one less; p is behind the item */
            n = c->n - 1;
            want = first_char(pat + p, pend);
            if (want >= 0) {
                int64_t least = n > PAT_SPAN ? n - PAT_SPAN : 0;
                while (n > least && src[c->s + n] != want)
                    n--;
                m->left -= (c->n - n) / 4;
            }
            c->n = n;
            *ps = src + c->s + n;
            *pp = pat + p;
            if (n == 0)
                m->sp--;
            else if (want >= 0 && m->left < 0 && **ps != want)
                return PAT_MORE;        /* in the middle of the loop above */
            return PAT_FOUND;
        case LAZY:                      /* one more; n is behind the item */
            e = read_item(m, pat + p, &it);
            if (e != PAT_FOUND)
                return e;
            s = src + c->s;
            if (s == end || !fits(&it, *s)) {
                m->sp--;
                break;
            }
            s++;
            want = first_char(pat + c->n, pend);
            if (want >= 0) {
                const uint8_t *from = s, *lim = end - s > PAT_SPAN ? s + PAT_SPAN : end;
                if (it.kind == IS_ANY) {
                    s = memchr(s, want, (size_t)(lim - s));
                    s = s ? s : lim;
                    m->left -= (s - from) / 64;
                } else {
                    while (s < lim && *s != want && fits(&it, *s))
                        s++;
                    m->left -= (s - from) / 4;
                }
                if (s == end) {
                    m->sp--;
                    break;
                }
            }
            c->s = s - src;
            *ps = s;
            *pp = pat + c->n;
            return PAT_FOUND;
        case MAYBE:
            *ps = src + c->s;
            *pp = pat + p;
            m->sp--;
            return PAT_FOUND;
        case OPENED:
            m->level--;
            m->sp--;
            break;
        case CLOSED:
            m->cap[c->n].len = PAT_UNFINISHED;
            m->sp--;
            break;
        }
        if (--m->left < 0)
            return PAT_MORE;
    }
    return PAT_FAIL;
}

/* Matches from m->s, m->p on, in the phase that m says. */
static PatEnd run(Pat *m)
{
    const uint8_t *const src = m->src, *const end = src + m->slen;
    const uint8_t *const pend = m->pat + m->plen;
    const uint8_t *s = src + m->s, *p = m->pat + m->p;
    int64_t k = m->k;
    Item it = { 0 };
    PatEnd e;
    unsigned phase = m->phase;
    m->k = 0;

    switch (phase) {
    case BACK:      goto back;
    case BALANCE:   goto balance;
    case REFERENCE: goto reference;
    case SPAN:
        e = read_item(m, p, &it);
        if (e != PAT_FOUND)
            goto stop;
        goto span;
    }

item:
    phase = ITEM;
    if (--m->left < 0)
        return pause_at(m, ITEM, s, p, 0);
    if (p == pend) {
        m->end = s - src;
        return PAT_FOUND;
    }
    switch (*p) {
    case '(':
        if (p[1] == ')' ? !open_capture(m, s - src, PAT_POSITION)
                        : !open_capture(m, s - src, PAT_UNFINISHED))
            return PAT_ERROR;
        p += p[1] == ')' ? 2 : 1;
        goto item;
    case ')':
        if (!close_capture(m, s - src))
            return PAT_ERROR;
        p++;
        goto item;
    case '$':
        if (p + 1 != pend)
            break;
        if (s != end)
            goto back;
        p++;
        goto item;
    case '%':
        switch (p[1]) {
        case 'b':
            if (p + 2 >= pend - 1)
                return ml_pat_fail(m, PATERR_BALANCE);
            if (s == end || *s != p[2])
                goto back;
            k = 1;
            goto balance;
        case 'f':
            e = frontier(m, s, p + 2, &it);
            if (e == PAT_FAIL)
                goto back;
            if (e != PAT_FOUND)
                goto stop;
            p = it.after;
            goto item;
        case '0': case '1': case '2': case '3': case '4':
        case '5': case '6': case '7': case '8': case '9':
            k = 0;
            goto reference;
        }
        break;
    }

    e = read_item(m, p, &it);
    if (ML_UNLIKELY(e != PAT_FOUND))
        goto stop;
    switch (*it.after) {
    case '?':
        if (s < end && fits(&it, *s)) {
            if (!push(m, MAYBE, s - src, 0, it.after + 1 - m->pat))
                return ml_pat_fail(m, PATERR_COMPLEX);
            s++;
        }
        p = it.after + 1;
        goto item;
    case '+':
        if (s == end || !fits(&it, *s))
            goto back;
        s++;
        k = 0;
        goto span;
    case '*':
        k = 0;
        goto span;
    case '-':
        if (it.after + 1 != pend &&
            !push(m, LAZY, s - src, it.after + 1 - m->pat, p - m->pat))
            return ml_pat_fail(m, PATERR_COMPLEX);
        p = it.after + 1;
        goto item;
    default:
        if (s == end || !fits(&it, *s))
            goto back;
        s++;
        p = it.after;
        goto item;
    }

span:                           /* k characters from s on fit; find the others */
    phase = SPAN;
    if (it.kind == IS_ANY)
        k = end - s;
    for (;;) {
        const uint8_t *q = s + k, *lim = end - q > PAT_SPAN ? q + PAT_SPAN : end;
        const uint8_t *r = span(&it, q, lim);
        k = r - s;
        m->left -= (r - q) / 4;
        if (r < lim || r == end)
            break;
        if (m->left < 0)
            return pause_at(m, SPAN, s, p, k);
    }
    p = it.after + 1;
    if (k && p != pend && !push(m, GREEDY, s - src, k, p - m->pat))
        return ml_pat_fail(m, PATERR_COMPLEX);
    s += k;
    goto item;

balance:
    do
        e = balance(m, &s, &k, p[2], p[3]);
    while (e == PAT_MORE && m->left >= 0);
    if (e == PAT_MORE)
        return pause_at(m, BALANCE, s, p, k);
    if (e == PAT_FAIL)
        goto back;
    p += 4;
    goto item;

reference: {
        int i = p[1] - '1';
        if (i < 0 || i >= m->level || m->cap[i].len == PAT_UNFINISHED) {
            m->error_index = i + 1;
            return ml_pat_fail(m, PATERR_INDEX);
        }
        PatCapture cap = m->cap[i];
        if (cap.len == PAT_POSITION || end - s < cap.len)
            goto back;
        e = repeats(m, s, &cap, &k);
        if (e == PAT_MORE)
            return pause_at(m, REFERENCE, s, p, k);
        if (e == PAT_FAIL)
            goto back;
        s += cap.len;
        p += 2;
        goto item;
    }

back:
    phase = BACK;
    k = 0;
    if (--m->left < 0)
        return pause_at(m, BACK, s, p, 0);
    e = back(m, &s, &p);
    if (e == PAT_FOUND)
        goto item;
stop:
    return e == PAT_MORE ? pause_at(m, phase, s, p, k) : e;
}

/* --- looking for a place --- */

/* How a match must begin, if that is easy to tell. */
static void plan(Pat *m)
{
    const uint8_t *pat = m->pat, *pend = pat + m->plen, *p = pat + m->anchored;
    m->seek = SEEK_ALL;
    if (m->anchored)
        return;
    for (int i = 0; i < 8 && p < pend && *p == '(' && p[1] != ')'; i++)
        p++;
    if (p == pend || *p == '(' || *p == ')' || *p == '.' || (*p == '$' && p + 1 == pend))
        return;
    if (*p == '%' && (p[1] == 'b' || p[1] == 'f' || (p[1] >= '0' && p[1] <= '9')))
        return;
    m->seek = SEEK_ITEM;
    m->seek_p = p - pat;
    if (*p == '%' || *p == '[')
        return;
    if (p[1] == '*' || p[1] == '?' || p[1] == '-') {
        m->seek = SEEK_ALL;
        return;
    }
    m->seek = SEEK_CHAR;
    m->seek_char = *p;
}

static PatEnd seek_char(Pat *m)
{
    for (;;) {
        int64_t rest = m->slen - m->at, n = rest > PAT_SPAN ? PAT_SPAN : rest;
        const uint8_t *from = m->src + m->at;
        const uint8_t *s = n ? memchr(from, m->seek_char, (size_t)n) : NULL;
        if (s) {
            m->left -= (s - from) / 64;
            m->at += s - from;
            return PAT_FOUND;
        }
        m->at += n;
        m->left -= n / 64;
        if (n == rest)
            return PAT_FAIL;
        if (m->left < 0)
            return PAT_MORE;
    }
}

static PatEnd seek_item(Pat *m, Item *out)
{
    PatEnd e = read_item(m, m->pat + m->seek_p, out);
    if (e != PAT_FOUND)
        return e;
    const Item it = *out;
    if (*it.after == '*' || *it.after == '?' || *it.after == '-') {
        m->seek = SEEK_ALL;
        return PAT_FOUND;
    }
    const uint8_t *s = m->src + m->at, *end = m->src + m->slen;
    for (;;) {
        const uint8_t *from = s, *lim = end - s > PAT_SPAN ? s + PAT_SPAN : end;
        if (it.kind == IS_CHAR)
            while (s < lim && *s != it.c)
                s++;
        else
            while (s < lim && !in_map(it.map, *s))
                s++;
        m->at = s - m->src;
        m->left -= (s - from) / 4;
        if (s < lim)
            return PAT_FOUND;
        if (s == end)
            return PAT_FAIL;
        if (m->left < 0)
            return PAT_MORE;
    }
}

/* Moves m->at to where a match may begin, and begins one. What was found there by the
 * first item of the pattern need not be matched again. */
static PatEnd seek(Pat *m)
{
    PatEnd e = PAT_FOUND;
    Item it = { .kind = IS_CHAR };
    if (m->seek == SEEK_UNKNOWN)
        plan(m);
    if (m->seek == SEEK_CHAR) {
        e = seek_char(m);
        it.after = m->pat + m->seek_p + 1;
    } else if (m->seek == SEEK_ITEM) {
        e = seek_item(m, &it);
    }
    if (e != PAT_FOUND)
        return e;
    m->level = 0;
    m->seg = 0;
    m->base = m->sp = m->first;
    m->lim = m->first + PAT_FIRST;
    m->s = m->at;
    m->p = m->anchored;
    m->k = 0;
    m->phase = ITEM;
    if (m->seek != SEEK_ALL && m->seek_p == 0) {
        if (*it.after == '+') {
            m->phase = SPAN;
            m->k = 1;
        } else {
            m->s++;
            m->p = it.after - m->pat;
        }
    }
    return PAT_FOUND;
}

PatEnd ml_pat_next(Pat *m)
{
    for (;;) {
        PatEnd e = m->phase == SEEK ? seek(m) : PAT_FOUND;
        if (e == PAT_FOUND)
            e = run(m);
        else if (e == PAT_FAIL)
            return e;
        if (e == PAT_MORE || e == PAT_ERROR)
            return e;
        m->phase = SEEK;
        if (e == PAT_FOUND && m->end != m->last)
            return PAT_FOUND;
        if (m->anchored || m->at >= m->slen)
            return PAT_FAIL;
        m->at++;
    }
}

void ml_pat_init(Pat *m, Heap *h, const Str *text, const Str *pattern, bool anchor)
{
    m->src = (const uint8_t *)ml_str_data(text);
    m->slen = (int64_t)ml_str_len(text);
    m->pat = (const uint8_t *)ml_str_data(pattern);
    m->plen = (int64_t)ml_str_len(pattern);
    m->h = h;
    m->segs = NULL;
    m->at = 0;
    m->last = -1;
    m->left = 0;
    m->error = PATERR_NONE;
    m->anchored = anchor && m->plen > 0 && *m->pat == '^';
    m->phase = SEEK;
    m->seek = SEEK_UNKNOWN;
    m->sets = 0;
    m->level = 0;
    m->seg = 0;
    m->base = m->sp = m->first;
    m->lim = m->first + PAT_FIRST;
    for (int i = 0; i < PAT_SETS; i++)
        m->set[i].p = -1;
}
