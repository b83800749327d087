/*
 * test_pattern.c - the matcher of patterns, in one go and in small portions,
 * between which everything moves.
 */
#include "tests/unit/one_heap.h"

#include "stdlib/native/pattern.h"

typedef struct Result {
    PatEnd  end;
    PatErr  error;
    int64_t from, to;
    int     level;
    PatCapture cap[PAT_CAPTURES];
} Result;

/* Matches in portions of `left`; with `move`, text, pattern and the Pat itself
 * are somewhere else after each. */
static Result match(World *w, const char *s, const char *p, int64_t left, bool move)
{
    Pat here, there, *m = &here, *other = &there;
    ml_pat_init(m, &w->h, text(w, s), text(w, p), true);
    for (;;) {
        m->left = left;
        PatEnd e = ml_pat_next(m);
        if (e != PAT_MORE) {
            Result r = { .end = e, .error = m->error, .from = m->at, .to = m->end, .level = m->level };
            memcpy(r.cap, m->cap, sizeof r.cap);
            return r;
        }
        if (move) {
            Tab *segs = m->segs;
            ml_pat_sleep(m);
            memcpy(other, m, sizeof *m);
            memset(m, 0xDB, sizeof *m);
            m = other;
            other = m == &here ? &there : &here;
            ml_pat_wake(m, text(w, s), text(w, p), segs);
        }
    }
}

static bool same(const Result *a, const Result *b)
{
    if (a->end != b->end || a->error != b->error)
        return false;
    if (a->end != PAT_FOUND)
        return true;
    return a->from == b->from && a->to == b->to && a->level == b->level &&
           memcmp(a->cap, b->cap, sizeof a->cap[0] * (size_t)a->level) == 0;
}

static const struct { const char *s, *p; int64_t from, to; } found[] = {
    { "hello world", "o w", 4, 7 },
    { "hello world", "o*", 0, 0 },
    { "hello world", "l+o?", 2, 5 },
    { "hello world", "^hel", 0, 3 },
    { "hello world", "%w+$", 6, 11 },
    { "key = value", "(%w+)%s*=%s*(%w+)", 0, 11 },
    { "aaab", ".-b", 0, 4 },
    { "aXbXc", "^(.*)X(.-)$", 0, 5 },
    { "f(a(b)c)d", "%b()", 1, 8 },
    { "THE (quick) fox", "%f[%a]%a+%f[%A]", 0, 3 },
    { "abcabc", "(a)(b)c%1%2", 0, 5 },
    { "x]y", "[]]", 1, 2 },
    { "a-b", "[a%-]+", 0, 2 },
    { "0x1F;", "0[xX]%x+", 0, 4 },
    { "say 'it' or \"so\"", "(['\"])(.-)%1", 4, 8 },
    { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", "a*a*a*c", 0, 54 },
};

TEST(finds_what_it_should)
{
    World w;
    world_open(&w, 4096);
    for (size_t i = 0; i < sizeof found / sizeof *found; i++) {
        Result r = match(&w, found[i].s, found[i].p, 1 << 20, false);
        CHECK_EQ(r.end, PAT_FOUND);
        CHECK_EQ(r.from, found[i].from);
        CHECK_EQ(r.to, found[i].to);
    }
    CHECK_EQ(world_close(&w), 0);
}

TEST(portions_make_no_difference)
{
    World w;
    world_open(&w, 4096);
    for (size_t i = 0; i < sizeof found / sizeof *found; i++) {
        Result whole = match(&w, found[i].s, found[i].p, 1 << 20, false);
        for (int left = 1; left < 9; left++) {
            Result r = match(&w, found[i].s, found[i].p, left, true);
            CHECK(same(&r, &whole));
        }
    }
    CHECK_EQ(world_close(&w), 0);
}

TEST(errors_by_name)
{
    static const struct { const char *p; PatErr error; } bad[] = {
        { "%", PATERR_PERCENT }, { "a%", PATERR_PERCENT }, { "[a", PATERR_SET }, { "[", PATERR_SET },
        { "[^", PATERR_SET }, { "[%", PATERR_SET }, { "%b", PATERR_BALANCE }, { "%bx", PATERR_BALANCE },
        { "%f", PATERR_FRONTIER }, { "%fa", PATERR_FRONTIER }, { "%1", PATERR_INDEX },
        { "(%1)", PATERR_INDEX }, { "a)", PATERR_CLOSE },
        { "(((((((((((((((((((((((((((((((((a", PATERR_MANY },
    };
    World w;
    world_open(&w, 4096);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Result r = match(&w, "aa", bad[i].p, 1 << 20, false);
        CHECK_EQ(r.end, PAT_ERROR);
        CHECK_EQ(r.error, bad[i].error);
    }
    Result r = match(&w, "aa", "b%", 1 << 20, false);    /* never gets there */
    CHECK_EQ(r.end, PAT_FAIL);
    CHECK_EQ(world_close(&w), 0);
}

TEST(ages_can_be_left_at_any_time)
{
    char s[29] = "", p[85] = "";
    World w;
    Pat m;
    world_open(&w, 4096);
    for (int i = 0; i < 28; i++) {
        strcat(s, "a");
        strcat(p, "a?");
    }
    strcat(p, s);
    ml_pat_init(&m, &w.h, text(&w, s), text(&w, p), true);
    for (int i = 0; i < 1000; i++) {
        m.left = 100;
        CHECK_EQ(ml_pat_next(&m), PAT_MORE);
    }
    CHECK_EQ(world_close(&w), 0);
}

/* A string of n times `unit`. */
static Str *many(World *w, const char *unit, size_t n)
{
    char *to;
    size_t len = strlen(unit);
    Str *s = ml_str_room(&w->h, n * len, &to);
    for (size_t i = 0; i < n * len; i++)
        to[i] = unit[i % len];
    return s;
}

TEST(a_million_choices)
{
    World w;
    Pat m;
    size_t n = 1000000;
    world_open(&w, 4096);
    ml_pat_init(&m, &w.h, many(&w, "a", n), many(&w, "a?", n), true);
    m.left = INT64_MAX;
    CHECK_EQ(ml_pat_next(&m), PAT_FOUND);
    CHECK_EQ(m.end, (int64_t)n);

    /* each choice is tried both ways, from the last to the first */
    ml_pat_init(&m, &w.h, many(&w, "a", n), many(&w, "(a-)", 1), true);
    m.last = 0;
    m.left = INT64_MAX;
    CHECK_EQ(ml_pat_next(&m), PAT_FOUND);
    CHECK_EQ(m.at, 1);
    CHECK_EQ(world_close(&w), 0);
}

/* Where memory is short, a pattern is too complex. */
TEST(too_complex)
{
    World w;
    Pat m;
    world_open(&w, 4096);
    Str *s = many(&w, "a", 1000000), *p = many(&w, "a?", 1000000);
    w.mem.limit = ml_mem_used(&w.mem) + 1000000;
    ml_pat_init(&m, &w.h, s, p, true);
    m.left = INT64_MAX;
    CHECK_EQ(ml_pat_next(&m), PAT_ERROR);
    CHECK_EQ(m.error, PATERR_COMPLEX);
    CHECK_EQ(world_close(&w), 0);
}

TEST_MAIN
