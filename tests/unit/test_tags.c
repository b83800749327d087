/* test_tags.c - the index of a long mailbox, against a walk over all messages. */

#include "tests/unit/one_heap.h"
#include "vm/base/rand.h"
#include "vm/data/quota.h"
#include "vm/proc/mailbox.h"
#include "vm/proc/tags.h"

enum { MOST = 3000 };

static World w;
static Mbox box;
static Rand rng;
static uint64_t asked;

static void setup(uint64_t seed)
{
    world_open(&w, 4096);
    ml_mbox_init(&box);
    ml_rand_seed(&rng, seed, 1);
    box.tags = ml_tags_new(&w.h);
}

static void teardown(void)
{
    ml_mbox_fini(&box, &w.mem);
    CHECK_EQ(w.h.mail_bytes, 0);
    CHECK_EQ(world_close(&w), 0);
}

static uint64_t below(uint64_t n) { return ml_rand_next(&rng) % n; }

/* `from` stands for what the message begins with; tags that differ in their high
 * bits only meet in buckets. */
static void append(uint32_t tag)
{
    Msg *m = ml_msg_new(&w.mem, MSG_USER);
    m->from = tag;
    ml_mbox_append(&box, m);
}

static void index_some(unsigned n)
{
    Msg *last = ml_tags_last(box.tags), *m = last ? last->next : box.head;
    for (; m && n > 0; m = m->next, n--)
        ml_tags_add(box.tags, m, (uint32_t)m->from);
}

static Msg *nth(uint64_t n)
{
    Msg *m = box.head;
    while (n-- > 0)
        m = m->next;
    return m;
}

static void take(Msg *m)
{
    box.mark = m;
    ml_msg_free(&w.mem, ml_mbox_take(&box));
    box.mark = NULL;
}

static bool may_be(const TagSet *set, const Msg *m)
{
    for (unsigned i = 0; i < set->n; i++)
        if (m->from == set->tag[i] && set->tag[i] != NO_TAG)
            return true;
    return m->loose;
}

static Msg *naive(const TagSet *set, uint64_t after)
{
    for (Msg *m = box.head; m && m->seq <= ml_tags_end(box.tags); m = m->next)
        if (m->seq > after && may_be(set, m))
            return m;
    return NULL;
}

static Msg *next(const TagSet *set, uint64_t after, int budget)
{
    Msg *m = NULL;
    int left = budget;
    while (!ml_tags_next(box.tags, set, after, &left, &m)) {
        left = budget;
        asked++;
    }
    return m;
}

/* One receive that takes none, or the last it looks at. */
static void search(uint32_t tags, int budget)
{
    TagSet set = { .n = 1 + (unsigned)below(4) };
    for (unsigned i = 0; i < set.n; i++)
        set.tag[i] = 1 + (uint32_t)below(tags);
    uint64_t after = below(3) ? 0 : below(box.seq), since = below(3) ? 0 : below(box.seq);
    ml_tags_restart(box.tags, since);
    for (int i = 0; i < 6; i++) {
        Msg *want = naive(&set, since > after ? since - 1 : after), *m = next(&set, after, budget);
        CHECK(m == want);
        if (!m || m != want)
            return;
        after = m->seq;
        if (below(4) == 0)
            index_some((unsigned)below(50));
        if (below(8) == 0) {
            box.mark = m;
            ml_mbox_loosen(&box);
            if (!box.tags) {                    /* its place was far */
                box.tags = ml_tags_new(&w.h);
                return;
            }
        } else if (below(8) == 0 && !m->on_heap) {
            box.mark = m;
            Msg *n = ml_msg_new(&w.mem, MSG_USER);
            n->from = m->from;
            ml_mbox_replace(&box, n);
            ml_msg_free(&w.mem, m);
        }
    }
    Msg *m = naive(&set, after);
    if (m && below(2) && box.count > MBOX_SHORT)
        take(m);
}

static void random_work(uint64_t seed, uint32_t tags, int budget)
{
    setup(seed);
    for (int i = 0; i < (int)test_scale(6000, 300); i++) {
        switch (below(6)) {
        case 0: case 1:
            for (uint64_t n = below(12); n > 0 && box.count < MOST; n--)
                append(below(10) ? 1 + (uint32_t)below(tags) : NO_TAG);
            break;
        case 2:
            index_some((unsigned)below(40));
            break;
        case 3:
            if (box.count > MBOX_SHORT)
                take(nth(below(2) ? 0 : below(box.count)));
            break;
        default:
            search(tags, budget);
        }
    }
    teardown();
}

TEST(a_search_finds_what_a_walk_finds)
{
    for (uint64_t seed = 1; seed <= 8; seed++)
        random_work(seed, 5, 1000);
    for (uint64_t seed = 1; seed <= 8; seed++)
        random_work(seed, 2000, 1000);
}

TEST(a_search_in_small_pieces_goes_on)
{
    asked = 0;
    for (uint64_t seed = 1; seed <= 8; seed++)
        random_work(seed, 3, 2);
    CHECK(asked > 100);
}

TEST(buckets_come_and_go_with_the_tags)
{
    enum { MANY = 20000 };
    setup(1);
    size_t empty = w.h.mail_bytes;
    for (uint32_t i = 1; i <= MANY; i++)
        append(i * 0x9E3779B1u);
    index_some(MANY);
    CHECK(w.h.mail_bytes > empty + MANY * 7);           /* a bucket for each, within a quarter */
    CHECK(w.h.mail_bytes < empty + MANY * 14);
    for (uint32_t i = 1; i <= MANY; i += 7) {
        TagSet set = { 1, { i * 0x9E3779B1u } };
        ml_tags_restart(box.tags, 0);
        Msg *m = next(&set, 0, 10);
        CHECK(m && m->from == set.tag[0]);
    }
    while (box.count > MBOX_SHORT) {
        take(box.count % 2 ? box.head : box.tail);
        TagSet set = { 1, { (uint32_t)nth(5)->from } };
        ml_tags_restart(box.tags, 0);
        CHECK(next(&set, 0, 10) == nth(5));
    }
    CHECK(box.tags && w.h.mail_bytes < empty + 1200);   /* of the directory 128 places */
    take(box.head);
    CHECK(!box.tags);
    teardown();
}

TEST(a_search_of_a_ring_begins_at_both_ends)
{
    enum { MANY = 10000 };
    setup(1);
    for (int i = 0; i < MANY; i++)
        append(7);
    index_some(MANY);
    TagSet set = { 1, { 7 } };
    Msg *m;
    for (uint64_t after = MANY - 8; after < MANY; after++) {
        int budget = 10;
        ml_tags_restart(box.tags, 0);
        CHECK(ml_tags_next(box.tags, &set, after, &budget, &m) && m->seq == after + 1);
        budget = 10;
        ml_tags_restart(box.tags, 0);
        CHECK(ml_tags_next(box.tags, &set, MANY - after, &budget, &m) && m->seq == MANY - after + 1);
    }
    teardown();
}

TEST(a_loose_message_leaves_no_trace)
{
    setup(1);
    append(1);
    append(257);                /* in the same bucket */
    append(2);
    for (int i = 0; i < MBOX_LONG; i++)
        append(2);
    index_some(MBOX_LONG);
    CHECK(box.head->chain == box.head->next);
    TagSet set = { 1, { 3 } };
    box.mark = nth(2);
    ml_mbox_loosen(&box);
    box.mark = box.head;        /* older than the other */
    ml_mbox_loosen(&box);
    ml_tags_restart(box.tags, 0);
    CHECK(next(&set, 0, 10) == box.head);
    take(nth(2));
    CHECK(next(&set, 0, 10) == box.head);
    take(box.head);
    CHECK(!next(&set, 0, 10));
    teardown();
}

TEST(without_memory_there_is_no_index_or_fewer_buckets)
{
    enum { MANY = 5000 };
    setup(1);
    ml_mbox_drop_tags(&box);
    Account account;
    Quota q = { .account = &account };
    ml_account_init(&account, NULL, ACCOUNT_NONE);
    w.h.quota = &q;
    CHECK(ml_quota_take(&w.h, 0));
    uint64_t before = account.used;
    account.limit = before + 1000;
    CHECK(!ml_tags_new(&w.h));
    CHECK_EQ(w.h.mail_bytes, 0);
    account.limit = before + 6000;
    box.tags = ml_tags_new(&w.h);
    CHECK(box.tags != NULL);
    for (uint32_t i = 1; i <= MANY; i++)
        append(i);
    index_some(MANY);
    CHECK(w.h.mail_bytes <= 6000 && account.used <= account.limit);
    for (uint32_t i = 1; i <= MANY; i += 100) {
        TagSet set = { 1, { i } };
        ml_tags_restart(box.tags, 0);
        CHECK_EQ(next(&set, 0, 10)->from, i);
    }
    w.h.quota = NULL;
    teardown();
}

TEST_MAIN
