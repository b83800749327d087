/*
 * string_gsub.c - gsub. One loop of small phases, each of which can be left
 * and taken up again:
 *
 *     SEARCH --found--> BEFORE --> VALUE --> AFTER --+
 *       ^ |             text up     string: its parts, one at a time
 *       | |             to the      table:  look up
 *       | |             match       function: call it, come back
 *       | +--no more--> TAIL --> JOIN
 *       +--------------------------------------------+
 *
 * A table whose metatable has __index is given to the slow version in
 * string.lua, which wraps it into a function.
 */
#include "stdlib/native/string_in.h"
#include "vm/run/long.h"

enum { GO_ON = 1, CALLED };                             /* steps */
enum { STATE, SEGS, OUT, VALUE = OUT + OUT_SLOTS, GSUB_SLOTS };  /* slots */

typedef enum { BY_TEXT, BY_TEMPLATE, BY_TABLE, BY_CALL } How;
typedef enum { SEARCHING, BEFORE, VALUING, CALLING, AFTER, TAIL, JOIN } Phase;

typedef struct Gsub {
    How      how;
    Phase    phase;
    bool     changed;
    int64_t  count, max;
    int64_t  copied;            /* the subject up to here is in the result */
    size_t   at;                /* in the template */
    Captures c;
    Out      out;
    Pat      m;
} Gsub;

/* What lives between two matches. */
enum { GSUB_PART = offsetof(Gsub, m) + offsetof(Pat, cap) };

static NatEnd later(Nat *n, Gsub *g)
{
    ml_pat_sleep(&g->m);
    ml_string_keep(n, STATE, g, sizeof *g);
    if (g->m.segs)
        *ml_string_slot(n, SEGS) = ml_v_tab(g->m.segs);
    return ml_nat_more(n, GO_ON);
}

/* The captures are pushed: calls the function with them. */
static NatEnd call_now(Nat *n, Gsub *g)
{
    ml_pat_sleep(&g->m);
    ml_string_keep_part(n, STATE, g, sizeof *g, GSUB_PART);
    if (g->m.segs)
        *ml_string_slot(n, SEGS) = ml_v_tab(g->m.segs);
    return ml_nat_call(n, g->c.count, CALLED);
}

static void again(Nat *n, Gsub *g, size_t size)
{
    Value segs = *ml_string_slot(n, SEGS);
    ml_string_kept(n, STATE, g, size);
    ml_pat_wake(&g->m, n->base[0].s, n->base[1].s, ml_is_nil(segs) ? NULL : segs.t);
    ml_out_wake(&g->out, n);
}

/* Books what was done; true: give way. */
static bool rest(Nat *n, Gsub *g)
{
    bool spent = ml_string_worked(n, STR_WORK - g->m.left);
    g->m.left = STR_WORK;
    return spent;
}

/* --- the replacement --- */

/* The template from g->at on, up to the next long part. PAT_FOUND: all of it. */
static PatEnd template(Nat *n, Gsub *g)
{
    const Str *repl = n->base[2].s;
    const char *s = ml_str_data(repl);
    size_t len = ml_str_len(repl);
    while (g->at < len) {
        size_t most = len - g->at < STR_NOW ? len - g->at : STR_NOW;
        const char *p = memchr(s + g->at, '%', most);
        size_t plain = p ? (size_t)(p - s) - g->at : most;
        if (plain) {
            ml_out_add(&g->out, 2, g->at, plain);
            g->m.left -= (int64_t)plain / 8;
            g->at += plain;
            if (g->out.add_len)
                return PAT_MORE;
            if (!p)
                continue;
        }
        char c = g->at + 1 < len ? s[g->at + 1] : 0;
        PatCapture cap = { g->m.at, g->m.end - g->m.at };
        g->at += 2;
        g->m.left -= 2;
        if (c == '%') {
            ml_out_byte(&g->out, '%');
        } else if (c >= '0' && c <= '9') {
            if (c != '0' && !ml_pat_capture(&g->m, c - '1', &cap)) {
                ml_pat_raise(n, &g->m);
                return PAT_ERROR;
            }
            if (cap.len == PAT_POSITION) {
                Str *text = ml_tostr(n->p, ml_v_int(cap.at + 1));
                ml_out_put(&g->out, ml_str_data(text), ml_str_len(text));
            } else {
                ml_out_add(&g->out, 0, (size_t)cap.at, (size_t)cap.len);
            }
        } else {
            ml_error(n, "invalid use of '%%' in replacement string");
            return PAT_ERROR;
        }
        if (g->out.add_len || g->m.left < 0)
            return PAT_MORE;
    }
    return PAT_FOUND;
}

/* Adds what a table or function gave. */
static bool add_value(Nat *n, Gsub *g, Value v)
{
    if (!ml_is_truthy(v)) {
        ml_out_add(&g->out, 0, (size_t)g->m.at, (size_t)(g->m.end - g->m.at));
        return true;
    }
    if (ml_is_number(v)) {
        v = ml_v_str(ml_tostr(n->p, v));
    } else if (!ml_is_str(v)) {
        ml_error(n, "invalid replacement value (a %s)", ml_type_name(v));
        return false;
    }
    g->changed = true;
    *ml_string_slot(n, VALUE) = v;
    ml_out_add(&g->out, n->nargs + VALUE, 0, ml_str_len(v.s));
    return true;
}

static NatEnd call(Nat *n, Gsub *g)
{
    ml_push(n, n->base[2]);
    if (!ml_captures_push(n, &g->c, &g->m, n->base[0], true))
        return NAT_ERR;
    g->phase = CALLING;
    return g->c.big ? later(n, g) : call_now(n, g);
}

/* Pushes the key for the table: the first capture only. */
static bool push_key(Nat *n, Gsub *g)
{
    int level = g->m.level;
    g->m.level = level < 1 ? level : 1;
    bool ok = ml_captures_push(n, &g->c, &g->m, n->base[0], true);
    g->m.level = level;
    return ok;
}

/* --- the loop --- */

static NatEnd finish(Nat *n, Gsub *g)
{
    Value v = n->base[0];
    if (g->changed && !ml_out_join(&g->out, &v))
        return later(n, g);
    if (ml_is_nil(v))
        return ml_out_error(&g->out);
    ml_string_charge(n, STR_WORK - g->m.left);
    ml_push(n, v);
    ml_push(n, ml_v_int(g->count));
    return ml_ret(n, 2);
}

static NatEnd loop(Nat *n, Gsub *g)
{
    PatEnd e;
    for (;;) {
        if (!ml_out_pump(&g->out))
            return later(n, g);
        if (g->out.failed)
            return ml_out_error(&g->out);
        if (g->m.left < 0 && rest(n, g))
            return later(n, g);
        switch (g->phase) {
        case SEARCHING:
            g->phase = TAIL;
            if (g->count >= g->max)
                break;
            e = ml_pat_next(&g->m);
            if (e == PAT_ERROR)
                return ml_pat_raise(n, &g->m);
            if (e == PAT_MORE)
                g->phase = SEARCHING;
            else if (e == PAT_FOUND)
                g->phase = BEFORE;
            break;
        case BEFORE:
            g->count++;
            g->at = 0;
            g->phase = VALUING;
            if (g->m.at > g->copied)
                ml_out_add(&g->out, 0, (size_t)g->copied, (size_t)(g->m.at - g->copied));
            break;
        case VALUING:
            g->m.left -= 8;
            switch (g->how) {
            case BY_TEXT:
                g->phase = AFTER;
                ml_out_add(&g->out, 2, 0, ml_str_len(n->base[2].s));
                break;
            case BY_TEMPLATE:
                e = template(n, g);
                if (e == PAT_ERROR)
                    return NAT_ERR;
                if (e == PAT_FOUND)
                    g->phase = AFTER;
                break;
            case BY_TABLE:
                if (!push_key(n, g))
                    return NAT_ERR;
                g->phase = CALLING;
                break;
            case BY_CALL:
                return call(n, g);
            }
            break;
        case CALLING:
            /* the captures are pushed; they may want to be filled first */
            if (g->c.big && !ml_captures_fill(n, &g->c, &g->m, n->base[0]))
                return later(n, g);
            g->c.big = false;
            if (g->how == BY_CALL)
                return call_now(n, g);
            Tab *t = ml_rtab(n->p, n->base[2].t);
            if (ml_key_is_long(t, n->base[g->c.first])) {
                later(n, g);
                return ml_long_key(n, t, n->base[g->c.first], GO_ON);
            }
            Value v = *ml_tab_get(n->h, t, n->base[g->c.first]);
            n->top = n->base + g->c.first;
            if (!add_value(n, g, v))
                return NAT_ERR;
            g->phase = AFTER;
            break;
        case AFTER:
            g->copied = g->m.at = g->m.last = g->m.end;
            g->phase = g->m.anchored ? TAIL : SEARCHING;
            break;
        case TAIL:
            if (g->count == 0)
                g->changed = false;
            if (g->changed && g->m.slen > g->copied)
                ml_out_add(&g->out, 0, (size_t)g->copied, (size_t)(g->m.slen - g->copied));
            g->phase = JOIN;
            break;
        case JOIN:
            return finish(n, g);
        }
    }
}

static NatEnd called(Nat *n)
{
    Gsub g;
    Value v = n->nret > 0 ? n->top[-n->nret] : ml_v_nil();
    again(n, &g, GSUB_PART);
    n->top -= n->nret;
    if (!add_value(n, &g, v))
        return NAT_ERR;
    g.phase = AFTER;
    return loop(n, &g);
}

static bool find_how(Nat *n, Gsub *g, bool *slow)
{
    Value repl = ml_arg(n, 3);
    *slow = false;
    if (ml_is_fn(repl)) {
        g->how = BY_CALL;
    } else if (ml_is_tab(repl)) {
        g->how = BY_TABLE;
        *slow = !ml_is_nil(ml_metamethod(n->p, repl, MM_INDEX));
    } else if (ml_is_number(repl) || ml_is_str(repl)) {
        Str *s;
        if (!ml_string_arg(n, 3, &s))
            return false;
        g->how = ml_str_len(s) < 64 && !memchr(ml_str_data(s), '%', ml_str_len(s))
                     ? BY_TEXT : BY_TEMPLATE;
        g->changed = true;
    } else {
        ml_type_error(n, 3, "string/function/table");
        return false;
    }
    return true;
}

NatEnd ml_string_gsub(Nat *n)
{
    Gsub g;
    Str *text, *pattern;
    bool slow;
    if (n->step == CALLED)
        return called(n);
    if (n->step == GO_ON) {
        again(n, &g, sizeof g);
        return loop(n, &g);
    }
    g.changed = false;
    if (!ml_string_arg(n, 1, &text) || !ml_string_arg(n, 2, &pattern) ||
        !ml_string_opt_int(n, 4, (int64_t)ml_str_len(text) + 1, &g.max) ||
        !find_how(n, &g, &slow))
        return NAT_ERR;
    if (slow)
        return ml_nat_slow(n, "string.gsub");
    ml_string_slots(n, GSUB_SLOTS);
    ml_pat_init(&g.m, n->h, text, pattern, true);
    ml_out_init(&g.out, n, OUT);
    g.m.left = STR_WORK;
    g.phase = SEARCHING;
    g.count = g.copied = 0;
    return loop(n, &g);
}
