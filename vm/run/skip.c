/*
 * skip.c - how a receive passes over messages that none of its clauses can take.
 *
 * Which these are is told by the tag (tags.c). The index is made when about as
 * many messages were looked at in vain as the long mailbox has, so that making
 * it at most doubles what was spent. Messages are put into it by the receives
 * themselves: one that has come to the end of what is indexed adds the next
 * some dozens, and goes on behind them if none can be meant. What is never
 * searched costs nothing. While a trace is recorded there is no index: messages
 * keep their numbers where its rings would lie.
 *
 * The order of a plain scan is kept: what is passed over would have failed in
 * each clause, and the first candidate is the one that came first.
 */
#include "vm/data/tab.h"
#include "vm/proc/trace.h"
#include "vm/run/skip.h"

/* 0: nothing can be looked up by v. Equal values have equal tags; long strings
 * are told apart by their length alone. */
static uint32_t tag_of(Heap *h, Value v, bool item)
{
    uint32_t hash;
    switch (ml_tag(&v)) {
    case TAG_STR:
        hash = v.s->len < STR_LONG ? ml_str_hash(v.s, h->hash_key) : ml_key_hash(h, ml_v_int((int64_t)v.s->len));
        break;
    case TAG_FALSE: case TAG_TRUE: case TAG_INT: case TAG_FLOAT: case TAG_PID: case TAG_REF:
        hash = ml_key_hash(h, v);
        break;
    default:
        return NO_TAG;
    }
    hash ^= item ? 0x9E3779B9u : 0;
    return hash == NO_TAG ? 1 : hash;
}

static uint32_t tag_of_message(Heap *h, Msg *m)
{
    bool is_made = !ml_msg_is_to_be_made(m);
    if (is_made && m->v.tag != TAG_TAB)
        return tag_of(h, m->v, false);
    if (is_made && m->v.t->h.flags & OF_COW)       /* a library table, which the process may change */
        m->loose = true;
    return tag_of(h, ml_msg_first(h, m), true);
}

bool ml_skip_tag(Heap *h, Value v, bool item, TagSet *set)
{
    uint32_t tag = tag_of(h, v, item);
    if (tag == NO_TAG || set->n == ML_MAXTAGS)
        return false;
    set->tag[set->n++] = tag;
    return true;
}

bool ml_skip_has_index(Proc *p, uint32_t wasted)
{
    Mbox *b = &p->mbox;
    if (b->tags)
        return true;
    b->wasted += wasted;
    if (b->count < MBOX_LONG || b->wasted < b->count || ml_trace_is_on(p->vm))
        return false;
    b->wasted = 0;
    b->tags = ml_tags_new(p->heap);
    return b->tags != NULL;
}

static void add_some(Proc *p)
{
    enum { MOST = 64, REDS = 4 };       /* for each: its memory is cold */
    Mbox *b = &p->mbox;
    Msg *last = ml_tags_last(b->tags), *m = last ? last->next : b->head;
    int n = 0;
    for (; m && n < MOST; m = m->next, n++)
        ml_tags_add(b->tags, m, tag_of_message(p->heap, m));
    p->reds -= n * REDS;
}

void ml_skip(Proc *p, const TagSet *set)
{
    enum { STEPS = 500, REDS = 2 };
    Mbox *b = &p->mbox;
    Msg *m;
    int left = STEPS;
    if (b->mark->seq >= ml_tags_end(b->tags))
        add_some(p);
    if (b->mark->seq >= ml_tags_end(b->tags))
        return;
    if (ml_tags_next(b->tags, set, b->mark->seq, &left, &m))
        b->mark = m ? m->prev : ml_tags_last(b->tags);
    p->reds -= (STEPS - left) * REDS;
}
