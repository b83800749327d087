/* test_sim.c - choices, clock and trace of a run that can be repeated. */
#include <stdlib.h>

#include "tests/unit/test.h"
#include "vm/proc/sim.h"

static Mem mem;

static Sim *new_sim(uint64_t seed)
{
    ml_mem_init(&mem, NULL, NULL, 0);
    Sim *s = ml_sim_new(&mem, seed);
    if (!s)
        abort();
    return s;
}

/* --- picking from a list --- */

enum { MOST = 300 };

typedef struct List { Proc *all, *head, *tail; int n; } List;

static void fill(List *l, int n)
{
    *l = (List){ .all = calloc((size_t)n, sizeof *l->all), .n = n };
    if (!l->all)
        abort();
    for (int i = 0; i < n; i++) {
        l->all[i].serial = (uint64_t)i;
        *(i ? &l->tail->next : &l->head) = &l->all[i];
        l->tail = &l->all[i];
    }
}

/* All are there once, the last is the tail, and behind the head the order is
 * what it was. */
static bool is_whole(const List *l)
{
    bool seen[MOST] = { false };
    int n = 0, before = -1;
    const Proc *last = NULL;
    for (const Proc *p = l->head; p; last = p, p = p->next, n++) {
        if (n == l->n || seen[p->serial] || (n && (int)p->serial < before))
            return false;
        seen[p->serial] = true;
        before = n ? (int)p->serial : -1;
    }
    return n == l->n && last == l->tail;
}

TEST(one_comes_to_the_head)
{
    Sim *s = new_sim(1);
    static const int sizes[] = { 1, 2, 3, 256, MOST };
    for (int i = 0; i < 5; i++)
        for (int k = 0; k < 200; k++) {
            List l;
            fill(&l, sizes[i]);
            ml_sim_pick(s, &l.head, &l.tail);
            CHECK(is_whole(&l));
            CHECK(l.head->serial < 256);
            free(l.all);
        }
    Proc *none = NULL;
    ml_sim_pick(s, &none, &none);
    CHECK(!none);
    ml_sim_free(&mem, s);
}

TEST(each_of_a_few_is_picked)
{
    Sim *s = new_sim(2);
    int times[4] = { 0 };
    for (int k = 0; k < 4000; k++) {
        List l;
        fill(&l, 4);
        ml_sim_pick(s, &l.head, &l.tail);
        times[l.head->serial]++;
        free(l.all);
    }
    for (int i = 0; i < 4; i++)
        CHECK(times[i] > 850 && times[i] < 1150);       /* 1000, standard deviation 27 */
    ml_sim_free(&mem, s);
}

TEST(slices_are_of_all_lengths)
{
    Sim *s = new_sim(3);
    int ones = 0, longs = 0;
    for (int k = 0; k < 10000; k++) {
        int64_t n = ml_sim_slice(s, 4000);
        CHECK(n >= 1 && n <= 4000);
        ones += n == 1;
        longs += n > 2000;
        CHECK(ml_sim_slice(s, 1) == 1);
    }
    CHECK(ones > 100 && longs > 100);
    ml_sim_free(&mem, s);
}

/* --- the clock --- */

TEST(the_clock_jumps_to_what_is_due)
{
    Sim *s = new_sim(4);
    CHECK(ml_sim_now_us(s) == 0 && ml_sim_wall_us(s) == UINT64_C(1767225600000000));
    ml_sim_ran(s, 4000);
    uint64_t now = ml_sim_now_us(s);
    CHECK(now <= 2 * 4000 * 20 / 1000 + 1);
    CHECK(ml_sim_idle(s, 1000000, false) == 0);
    CHECK(ml_sim_now_us(s) == now + 1000000);
    CHECK(ml_sim_idle(s, 0, false) == 0 && ml_sim_now_us(s) == now + 1000000);
    ml_sim_waited(s);
    CHECK(ml_sim_now_us(s) == now + 1000000);
    ml_sim_free(&mem, s);
}

/* However short the slices are, time goes on. */
TEST(time_does_not_stand_still)
{
    Sim *s = new_sim(5);
    for (int i = 0; i < 100000; i++)
        ml_sim_ran(s, 0);
    CHECK(ml_sim_now_us(s) > 1000);
    ml_sim_free(&mem, s);
}

TEST(a_real_wait_takes_real_time)
{
    Sim *s = new_sim(6);
    CHECK(ml_sim_idle(s, 1000000, true) == 1000000);
    CHECK(ml_sim_now_us(s) == 0);
    ml_sim_waited(s);
    CHECK(ml_sim_now_us(s) <= 1000000);         /* no later than asked, whatever the system did */
    CHECK(ml_sim_idle(s, -1, false) == -1);
    ml_sim_free(&mem, s);
}

/* --- the trace --- */

static uint64_t trace(SimEvent e, uint64_t a, uint64_t b, const char *text, size_t n)
{
    Sim *s = new_sim(7);
    ml_sim_add(s, e, a, b);
    ml_sim_output(s, 1, text, n);
    uint64_t hash = ml_sim_hash(s);
    ml_sim_free(&mem, s);
    return hash;
}

TEST(everything_counts_in_the_trace)
{
    uint64_t h = trace(SIM_SEND, 1, 2, "123456789", 9);
    CHECK(h == trace(SIM_SEND, 1, 2, "123456789", 9));
    CHECK(h != trace(SIM_EXIT, 1, 2, "123456789", 9));
    CHECK(h != trace(SIM_SEND, 2, 1, "123456789", 9));
    CHECK(h != trace(SIM_SEND, 1, 2, "123456788", 9));
    CHECK(h != trace(SIM_SEND, 1, 2, "023456789", 9));
    CHECK(h != trace(SIM_SEND, 1, 2, "123456789", 8));
    CHECK(trace(SIM_SEND, 0, 0, "\0", 1) != trace(SIM_SEND, 0, 0, "\0\0", 2));
}

TEST_MAIN
