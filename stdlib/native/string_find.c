/*
 * string_find.c - find, match and the iterator of gmatch.
 *
 * A plain search of a short text leaves the work to memmem, a slice of the
 * subject at a time. A long text would cost too much per slice to prepare, so
 * it is searched by a rolling hash: sums modulo 2^61 - 1 over a secret base,
 * hence no subject can be made that matches by hash only.
 */
#include "stdlib/native/string_in.h"
#include "vm/proc/proc.h"
#include "vm/run/long.h"

/* --- captures as values --- */

NatEnd ml_pat_raise(Nat *n, const Pat *m)
{
    switch (m->error) {
    case PATERR_NONE:     break;
    case PATERR_PERCENT:  return ml_error(n, "malformed pattern (ends with '%%')");
    case PATERR_SET:      return ml_error(n, "malformed pattern (missing ']')");
    case PATERR_BALANCE:  return ml_error(n, "malformed pattern (missing arguments to '%%b')");
    case PATERR_FRONTIER: return ml_error(n, "missing '[' after '%%f' in pattern");
    case PATERR_INDEX:    return ml_error(n, "invalid capture index %%%d", m->error_index);
    case PATERR_MANY:     return ml_error(n, "too many captures");
    case PATERR_CLOSE:    return ml_error(n, "invalid pattern capture");
    case PATERR_OPEN:     return ml_error(n, "unfinished capture");
    case PATERR_COMPLEX:  return ml_error(n, "pattern too complex");
    }
    return ml_error(n, "malformed pattern");
}

static bool push_text(Nat *n, Captures *c, const PatCapture *cap, Value subject)
{
    size_t len = (size_t)cap->len;
    char *data;
    if (len < STR_NOW) {
        ml_push_str(n, ml_str_data(subject.s) + cap->at, len);
        return true;
    }
    if (len == ml_str_len(subject.s)) {
        ml_push(n, subject);
        return true;
    }
    if (!ml_string_may(n, len))
        return false;
    ml_push(n, ml_v_str(ml_str_room(n->h, len, &data)));
    c->big = true;
    return true;
}

bool ml_captures_push(Nat *n, Captures *c, Pat *m, Value subject, bool whole)
{
    c->count = m->level || !whole ? m->level : 1;
    c->at = 0;
    c->done = 0;
    c->big = false;
    if (c->count > 8 && !ml_nat_room_for(n, c->count + 4, "too many captures"))
        return false;
    c->first = (int)(n->top - n->base);
    for (int i = 0; i < c->count; i++) {
        PatCapture cap;
        if (!ml_pat_capture(m, i, &cap)) {
            ml_pat_raise(n, m);
            return false;
        }
        if (cap.len == PAT_POSITION)
            ml_push(n, ml_v_int(cap.at + 1));
        else if (!push_text(n, c, &cap, subject))
            return false;
    }
    return true;
}

bool ml_captures_fill(Nat *n, Captures *c, Pat *m, Value subject)
{
    for (; c->at < c->count; c->at++, c->done = 0) {
        Value v = n->base[c->first + c->at];
        PatCapture cap;
        if (!ml_is_str(v) || v.s == subject.s || !ml_pat_capture(m, c->at, &cap) ||
            cap.len < STR_NOW)
            continue;
        while (c->done < (size_t)cap.len) {
            size_t k = (size_t)cap.len - c->done;
            if (k > STR_NOW)
                k = STR_NOW;
            memcpy(ml_string_room(v.s) + c->done,
                   ml_str_data(subject.s) + cap.at + c->done, k);
            c->done += k;
            if (ml_string_made(n, k))
                return false;
        }
    }
    return true;
}

/* --- searching with a pattern --- */

enum { SEARCH = 1, FILL, PLAIN };       /* steps */
enum { STATE, SEGS, FIND_SLOTS };       /* slots */

typedef struct Find {
    Pat      m;
    Captures c;
    bool     find;              /* positions first */
} Find;

static NatEnd find_later(Nat *n, Find *f, int step)
{
    ml_pat_sleep(&f->m);
    ml_string_keep(n, STATE, f, sizeof *f);
    if (f->m.segs)
        *ml_string_slot(n, SEGS) = ml_v_tab(f->m.segs);
    return ml_nat_more(n, step);
}

static void find_again(Nat *n, Find *f, Value text, Value pattern)
{
    Value segs = *ml_string_slot(n, SEGS);
    ml_string_kept(n, STATE, f, sizeof *f);
    ml_pat_wake(&f->m, text.s, pattern.s, ml_is_nil(segs) ? NULL : segs.t);
}

/* Books what was done since m.left was set. */
static void find_charge(Nat *n, const Pat *m)
{
    if (m->left < STR_WORK - 80)
        ml_string_charge(n, STR_WORK - m->left);
}

/* PAT_MORE only when it is time to give way. */
static PatEnd search(Nat *n, Pat *m)
{
    for (;;) {
        m->left = STR_WORK;
        PatEnd e = ml_pat_next(m);
        if (e != PAT_MORE) {
            find_charge(n, m);
            return e;
        }
        if (ml_string_worked(n, STR_WORK))
            return e;
    }
}

static NatEnd find_done(Nat *n, Find *f, Value text)
{
    int first = (int)(n->top - n->base);
    if (f->find) {
        ml_push(n, ml_v_int(f->m.at + 1));
        ml_push(n, ml_v_int(f->m.end));
    }
    if (!ml_captures_push(n, &f->c, &f->m, text, !f->find))
        return NAT_ERR;
    if (f->c.big && !ml_captures_fill(n, &f->c, &f->m, text))
        return find_later(n, f, FILL);
    return ml_ret(n, (int)(n->top - n->base) - first);
}

static NatEnd find_search(Nat *n, Find *f, Value text)
{
    switch (search(n, &f->m)) {
    case PAT_FOUND: return find_done(n, f, text);
    case PAT_MORE:  return find_later(n, f, SEARCH);
    case PAT_ERROR: return ml_pat_raise(n, &f->m);
    case PAT_FAIL:  break;
    }
    return ml_ret1(n, ml_v_nil());
}

static NatEnd find_resume(Nat *n, Value text, Value pattern)
{
    Find f;
    find_again(n, &f, text, pattern);
    if (n->step == SEARCH)
        return find_search(n, &f, text);
    if (!ml_captures_fill(n, &f.c, &f.m, text))
        return find_later(n, &f, FILL);
    return ml_ret(n, f.c.count + (f.find ? 2 : 0));
}

/* --- plain searching --- */

enum { NEEDLE_SHORT = 256 };

typedef struct Search {
    int64_t  at;                /* begin of the window */
    int64_t  k;                 /* bytes prepared or compared */
    uint64_t want, have, power; /* hashes of needle and window; base^(length - 1) */
    enum { PREPARE, ROLL, COMPARE } phase;
} Search;

static const uint64_t prime = (UINT64_C(1) << 61) - 1;

static uint64_t mul_mod(uint64_t a, uint64_t b)
{
    unsigned __int128 x = (unsigned __int128)a * b;
    uint64_t r = (uint64_t)(x & prime) + (uint64_t)(x >> 61);
    return r >= prime ? r - prime : r;
}

static uint64_t add_mod(uint64_t a, uint64_t b)
{
    uint64_t r = a + b;
    return r >= prime ? r - prime : r;
}

/* memmem for k > 1; the first few attempts without its preparations. */
static const char *find_bytes(const char *s, size_t len, const char *want, size_t k)
{
    const char *end = s + len;
    for (int i = 0; i < 8; i++) {
        if ((size_t)(end - s) < k || !(s = memchr(s, *want, (size_t)(end - s) - k + 1)))
            return NULL;
        if (memcmp(s + 1, want + 1, k - 1) == 0)
            return s;
        s++;
    }
    return memmem(s, (size_t)(end - s), want, k);
}

/* 1: found at q->at, 0: not there, -1: give way. */
static int plain_short(Nat *n, Search *q, const Str *text, const Str *needle)
{
    const char *s = ml_str_data(text), *want = ml_str_data(needle);
    int64_t len = (int64_t)ml_str_len(text), k = (int64_t)ml_str_len(needle);
    for (;;) {
        int64_t m = len - q->at;
        if (m > STR_NOW + k)
            m = STR_NOW + k;
        const char *found = k == 1 ? memchr(s + q->at, *want, (size_t)m)
                                   : find_bytes(s + q->at, (size_t)m, want, (size_t)k);
        if (found) {
            q->at = found - s;
            return 1;
        }
        if (q->at + m == len) {
            if (m > 1024)
                ml_nat_charge(n, m / 128);
            return 0;
        }
        q->at += m - k + 1;
        if (ml_string_worked(n, m / (k == 1 ? 128 : 16)))
            return -1;
    }
}

static int plain_long(Nat *n, Search *q, const Str *text, const Str *needle)
{
    const uint8_t *s = (const uint8_t *)ml_str_data(text), *want = (const uint8_t *)ml_str_data(needle);
    int64_t len = (int64_t)ml_str_len(text), k = (int64_t)ml_str_len(needle);
    uint64_t base = (n->h->hash_key >> 4) % (prime - 1000) + 500;
    for (;;) {
        int64_t work = STR_WORK;
        switch (q->phase) {
        case PREPARE:
            for (; q->k < k && work; q->k++, work--) {
                q->want = add_mod(mul_mod(q->want, base), want[q->k]);
                q->have = add_mod(mul_mod(q->have, base), s[q->at + q->k]);
                if (q->k)
                    q->power = mul_mod(q->power, base);
            }
            if (q->k == k)
                q->phase = ROLL;
            break;
        case ROLL:
            for (; q->want != q->have && work; q->at++, work--) {
                if (q->at + k == len)
                    return 0;
                uint64_t out = mul_mod(q->power, s[q->at]);
                q->have = add_mod(q->have, prime - out);
                q->have = add_mod(mul_mod(q->have, base), s[q->at + k]);
            }
            if (q->want == q->have) {
                q->phase = COMPARE;
                q->k = 0;
            }
            break;
        case COMPARE:
            for (; q->k < k && work > 0; work -= 256) {
                int64_t m = k - q->k < 4096 ? k - q->k : 4096;
                if (memcmp(s + q->at + q->k, want + q->k, (size_t)m) != 0) {
                    if (q->at + k == len)
                        return 0;
                    uint64_t out = mul_mod(q->power, s[q->at]);
                    q->have = add_mod(q->have, prime - out);
                    q->have = add_mod(mul_mod(q->have, base), s[q->at + k]);
                    q->at++;
                    q->phase = ROLL;
                    break;
                }
                q->k += m;
            }
            if (q->phase == COMPARE && q->k == k)
                return 1;
            break;
        }
        if (ml_string_worked(n, STR_WORK))
            return -1;
    }
}

static NatEnd find_plain(Nat *n, int64_t init, Str *text, Str *needle)
{
    Search q;
    int64_t len = (int64_t)ml_str_len(needle);
    if (n->step == 0) {
        q = (Search){ .at = init, .power = 1 };
        if (len == 0)
            goto found;
        if (len > (int64_t)ml_str_len(text) - init)
            return ml_ret1(n, ml_v_nil());
    } else {
        ml_string_kept(n, STATE, &q, sizeof q);
    }
    switch (len <= NEEDLE_SHORT ? plain_short(n, &q, text, needle)
                                : plain_long(n, &q, text, needle)) {
    case 0:
        return ml_ret1(n, ml_v_nil());
    case -1:
        if (n->step == 0)
            ml_string_slots(n, 1);
        ml_string_keep(n, STATE, &q, sizeof q);
        return ml_nat_more(n, PLAIN);
    }
found:
    ml_push(n, ml_v_int(q.at + 1));
    ml_push(n, ml_v_int(q.at + len));
    return ml_ret(n, 2);
}

/* May the pattern be searched as it stands? A very long one is not looked
 * through for that. */
static bool is_plain(const Str *pattern)
{
    static const bool special[256] = {
        ['^'] = 1, ['$'] = 1, ['*'] = 1, ['+'] = 1, ['?'] = 1, ['.'] = 1,
        ['('] = 1, ['['] = 1, ['%'] = 1, ['-'] = 1
    };
    const char *s = ml_str_data(pattern);
    size_t len = ml_str_len(pattern);
    if (len > 1024)
        return false;
    for (size_t i = 0; i < len; i++)
        if (special[(uint8_t)s[i]])
            return false;
    return true;
}

/* --- find, match --- */

static NatEnd find_or_match(Nat *n, bool find)
{
    Str *text, *pattern;
    int64_t init;
    if (n->step == PLAIN)
        return find_plain(n, 0, n->base[0].s, n->base[1].s);
    if (n->step)
        return find_resume(n, n->base[0], n->base[1]);
    if (!ml_string_arg(n, 1, &text) || !ml_string_arg(n, 2, &pattern) ||
        !ml_string_opt_int(n, 3, 1, &init))
        return NAT_ERR;
    init = ml_string_from(init, (int64_t)ml_str_len(text)) - 1;
    if (init > (int64_t)ml_str_len(text))
        return ml_ret1(n, ml_v_nil());
    if (find && ((n->nargs > 3 && ml_is_truthy(n->base[3])) || is_plain(pattern)))
        return find_plain(n, init, text, pattern);

    Find f;
    ml_pat_init(&f.m, n->h, text, pattern, true);
    f.m.at = init;
    f.find = find;
    ml_string_slots(n, FIND_SLOTS);
    return find_search(n, &f, n->base[0]);
}

NatEnd ml_string_find(Nat *n)  { return find_or_match(n, true); }
NatEnd ml_string_match(Nat *n) { return find_or_match(n, false); }

/* The first match of a short search, of nothing that would need room. */
static int quick_plain(const Str *text, const Str *needle, int64_t init, Value *out)
{
    enum { NEAR = 1024 };
    const char *s = ml_str_data(text) + init;
    size_t len = ml_str_len(text) - (size_t)init, k = ml_str_len(needle), m = len < NEAR ? len : NEAR;
    if (k == 0)
        return NAT_USUAL;
    const char *found = k == 1 ? memchr(s, *ml_str_data(needle), m) : find_bytes(s, m, ml_str_data(needle), k);
    if (!found && m < len)
        return NAT_USUAL;
    if (!found) {
        *out = ml_v_nil();
        return 1;
    }
    init += found - s;
    out[0] = ml_v_int(init + 1);
    out[1] = ml_v_int(init + (int64_t)k);
    return 2;
}

static int quick_captures(Heap *h, Pat *m, const Str *text, bool whole, Value *out)
{
    int count = m->level || !whole ? m->level : 1;
    for (int i = 0; i < count; i++) {
        PatCapture cap;
        if (!ml_pat_capture(m, i, &cap) || cap.len >= STR_LONG)
            return NAT_USUAL;
        out[i] = cap.len == PAT_POSITION ? ml_v_int(cap.at + 1)
                                         : ml_v_str(ml_str_new(h, ml_str_data(text) + cap.at, (size_t)cap.len));
    }
    return count;
}

/* Of texts, with few captures and little work; whatever goes wrong is found again by
 * the usual way. */
static int quick_search(Proc *p, Heap *h, Value *f, int n, bool find)
{
    enum { WORK = 100, CAPTURES = 6 };
    if (n < 2 || n > 3 || !ml_is_str(f[1]) || !ml_is_str(f[2]) || ml_is_long(f[2].s) || (n == 3 && !ml_is_int(f[3])) ||
        f + 2 + CAPTURES > p->stack_end)
        return NAT_USUAL;
    const Str *text = f[1].s, *pattern = f[2].s;
    int64_t init = n == 3 ? ml_string_from(f[3].i, (int64_t)ml_str_len(text)) - 1 : 0;
    if (init > (int64_t)ml_str_len(text)) {
        *f = ml_v_nil();
        return 1;
    }
    if (find && is_plain(pattern))
        return quick_plain(text, pattern, init, f);
    Pat m;
    ml_pat_init(&m, h, text, pattern, true);
    m.at = init;
    m.left = WORK;
    PatEnd e = ml_pat_next(&m);
    if (m.left < 0)
        p->reds -= (WORK - m.left) / 2;
    if (e == PAT_FAIL) {
        *f = ml_v_nil();
        return 1;
    }
    if (e != PAT_FOUND || m.level > CAPTURES)
        return NAT_USUAL;
    Value out[2 + CAPTURES] = { ml_v_int(m.at + 1), ml_v_int(m.end) };
    int first = find ? 2 : 0, count = quick_captures(h, &m, text, !find, out + first);
    if (count == NAT_USUAL)
        return NAT_USUAL;
    for (int i = 0; i < first + count; i++)
        ml_set(f + i, out + i);
    return first + count;
}

int ml_string_quick_find(Proc *p, Heap *h, Value *f, int n)  { return quick_search(p, h, f, n, true); }
int ml_string_quick_match(Proc *p, Heap *h, Value *f, int n) { return quick_search(p, h, f, n, false); }

/* --- gmatch ---
 *
 * The iterator is a Lua closure around a table { text, pattern, position, end
 * of the last match }; string.lua makes it, gmatch_next(table) is its body.
 */
enum { G_TEXT, G_PATTERN, G_AT, G_LAST, G_COUNT };

NatEnd ml_string_gmatch(Nat *n)
{
    Str *text, *pattern;
    int64_t init;
    if (!ml_string_arg(n, 1, &text) || !ml_string_arg(n, 2, &pattern) ||
        !ml_string_opt_int(n, 3, 1, &init))
        return NAT_ERR;
    int64_t len = (int64_t)ml_str_len(text);
    init = ml_string_from(init, len) - 1;
    Tab *t = ml_tab_new(n->h, G_COUNT, 0);
    ml_tab_setint(n->h, t, G_TEXT + 1, ml_v_str(text));
    ml_tab_setint(n->h, t, G_PATTERN + 1, ml_v_str(pattern));
    ml_tab_setint(n->h, t, G_AT + 1, ml_v_int(init > len ? len + 1 : init));
    ml_tab_setint(n->h, t, G_LAST + 1, ml_v_int(-1));
    n->base[0] = ml_v_tab(t);
    return ml_nat_slow(n, "string.gmatch");
}

static NatEnd gmatch_done(Nat *n, Find *f, Tab *t)
{
    t->arr[G_AT] = t->arr[G_LAST] = ml_v_int(f->m.end);
    if (!ml_captures_push(n, &f->c, &f->m, t->arr[G_TEXT], true))
        return NAT_ERR;
    if (f->c.big && !ml_captures_fill(n, &f->c, &f->m, t->arr[G_TEXT]))
        return find_later(n, f, FILL);
    return ml_ret(n, f->c.count);
}

NatEnd ml_string_gmatch_next(Nat *n)
{
    Find f;
    Tab *t = n->base[0].t;
    if (n->step) {
        find_again(n, &f, t->arr[G_TEXT], t->arr[G_PATTERN]);
    } else {
        ml_pat_init(&f.m, n->h, t->arr[G_TEXT].s, t->arr[G_PATTERN].s, false);
        f.m.at = t->arr[G_AT].i;
        f.m.last = t->arr[G_LAST].i;
        f.find = false;
        if (f.m.at > f.m.slen)
            return ml_ret0(n);
        ml_string_slots(n, FIND_SLOTS);
    }
    if (n->step == FILL) {
        if (!ml_captures_fill(n, &f.c, &f.m, t->arr[G_TEXT]))
            return find_later(n, &f, FILL);
        return ml_ret(n, f.c.count);
    }
    switch (search(n, &f.m)) {
    case PAT_FOUND: return gmatch_done(n, &f, t);
    case PAT_MORE:  return find_later(n, &f, SEARCH);
    case PAT_ERROR: return ml_pat_raise(n, &f.m);
    case PAT_FAIL:  break;
    }
    t->arr[G_AT] = ml_v_int(f.m.slen + 1);
    return ml_ret0(n);
}
