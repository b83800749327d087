/*
 * mailbox_opts.c - bounded mailboxes as the dialect sees them: the option of
 * spawn, the flags of those who listen, and what process_info shows.
 *
 *     mailbox = 100
 *     mailbox = {limit = 100, bytes = 1000000, overflow = "reject", high = 80, low = 20}
 */
#include <string.h>

#include "stdlib/native/libs.h"
#include "stdlib/native/process_in.h"
#include "vm/proc/flow.h"

enum { LIMIT_MOST = 100 * 1000 * 1000 };

static const char *const policies[FULL_POLICIES] = { "block", "reject", "drop_new", "drop_old", "exit" };

/* A field that is a number of 1 .. most, or absent: then *out stays. */
static bool number(Nat *n, Value v, const char *what, int64_t most, int64_t *out)
{
    if (ml_is_nil(v))
        return true;
    if (!ml_is_number(v) || !ml_to_int(v, out) || *out < 1 || *out > most) {
        ml_error(n, "spawn option '%s' must be a whole number from 1 to %lld", what, (long long)most);
        return false;
    }
    return true;
}

static bool policy(Nat *n, Value v, FlowOpts *o)
{
    if (ml_is_nil(v))
        return true;
    for (unsigned i = 0; v.tag == TAG_STR && i < FULL_POLICIES; i++)
        if (strcmp(ml_str_data(v.s), policies[i]) == 0) {
            o->policy = (uint8_t)i;
            return true;
        }
    ml_error(n, "spawn option 'mailbox.overflow' must be \"block\", \"reject\", \"drop_new\", \"drop_old\" or \"exit\"");
    return false;
}

static bool known_fields(Nat *n, Tab *t)
{
    static const char *const known[] = { "limit", "bytes", "overflow", "high", "low" };
    Value k, v;
    for (uint64_t pos = 0; ml_tab_each(t, &pos, &k, &v);) {
        bool is_known = false;
        for (unsigned i = 0; i < sizeof known / sizeof *known; i++)
            is_known |= k.tag == TAG_STR && strcmp(ml_str_data(k.s), known[i]) == 0;
        if (!is_known) {
            ml_error(n, "unknown spawn option 'mailbox.%s'", k.tag == TAG_STR ? ml_str_data(k.s) : ml_type_name(k));
            return false;
        }
    }
    return true;
}

static bool from_table(Nat *n, Tab *t, FlowOpts *o)
{
    int64_t limit = 0, bytes = 0, high = 0, low = -1;
    if (!known_fields(n, t) || !policy(n, ml_opt(n, t, "overflow"), o) ||
        !number(n, ml_opt(n, t, "limit"), "mailbox.limit", LIMIT_MOST, &limit) ||
        !number(n, ml_opt(n, t, "bytes"), "mailbox.bytes", INT64_C(1) << 40, &bytes) ||
        !number(n, ml_opt(n, t, "high"), "mailbox.high", LIMIT_MOST, &high) ||
        !number(n, ml_opt(n, t, "low"), "mailbox.low", LIMIT_MOST, &low))
        return false;
    if (low >= 0 && low >= (high ? high : limit ? limit : ALARM_HIGH)) {
        ml_error(n, "spawn option 'mailbox.low' must be less than 'mailbox.high'");
        return false;
    }
    o->limit = (uint32_t)limit;
    o->bytes = (uint64_t)bytes;
    o->high = (uint32_t)high;
    o->low = low < 0 ? 0 : (uint32_t)low;
    return true;
}

bool ml_mailbox_opts(Nat *n, Value v, FlowOpts *o, bool has_memory)
{
    *o = (FlowOpts){ .policy = has_memory ? FULL_REJECT : FULL_BLOCK };
    if (v.tag == TAG_TAB)
        return from_table(n, ml_rtab(n->p, v.t), o);
    int64_t limit = 0;
    if (!number(n, v, "mailbox", LIMIT_MOST, &limit))
        return false;
    o->limit = (uint32_t)limit;
    return true;
}

NatEnd ml_flag_listen(Nat *n, FlowSubject subject)
{
    bool old = ml_listens(n->p, subject);
    if (ml_arg_none(n, 2))
        return ml_arg_error(n, 2, "value expected");
    if (!ml_listen(n->p, subject, ml_is_truthy(n->base[1])))
        return ml_error(n, "not enough memory");
    return ml_ret1(n, ml_v_bool(old));
}

static void set(Nat *n, Tab *t, const char *k, Value v)
{
    ml_tab_setstr(n->h, t, ml_sym(n->p->vm, k), v);
}

Value ml_mailbox_table(Nat *n, const FlowInfo *i)
{
    Tab *t = ml_tab_new(n->h, 0, 8);
    if (i->o.limit)
        set(n, t, "limit", ml_v_int(i->o.limit));
    if (i->o.bytes)
        set(n, t, "max_bytes", ml_v_int((int64_t)i->o.bytes));
    set(n, t, "overflow", ml_v_str(ml_sym(n->p->vm, policies[i->o.policy])));
    set(n, t, "high", ml_v_int(i->o.high));
    set(n, t, "low", ml_v_int(i->o.low));
    set(n, t, "messages", ml_v_int((int64_t)i->messages));
    set(n, t, "bytes", ml_v_int((int64_t)i->bytes));
    set(n, t, "dropped", ml_v_int((int64_t)i->dropped));
    set(n, t, "senders", ml_v_int(i->waiting));
    return ml_v_tab(t);
}
