/*
 * test_str.c - strings in their three forms, and symbols from many threads.
 */

#include "tests/unit/one_heap.h"
#include "vm/base/hash.h"
#include "vm/base/thread.h"

TEST(bytes_end_with_nul)
{
    World w;
    world_open(&w, 4096);
    for (size_t n = 0; n < 3 * STR_LONG; n++) {
        char bytes[3 * STR_LONG];
        memset(bytes, 'x', n);
        Str *s = ml_str_new(&w.h, bytes, n);
        CHECK_EQ(s->h.kind, n < STR_LONG ? OBJ_STR : OBJ_LSTR);
        CHECK_EQ(ml_str_len(s), n);
        CHECK(memcmp(ml_str_data(s), bytes, n) == 0);
        CHECK_EQ(ml_str_data(s)[n], 0);
        CHECK_EQ((uintptr_t)s % 8, 0);
    }
    CHECK_EQ(world_close(&w), 0);
}

TEST(equality_is_by_content_whatever_the_form)
{
    World w;
    char bytes[200];
    memset(bytes, 'y', sizeof bytes);
    world_open(&w, 4096);
    Str *dyn = text(&w, "abc"), *sym = symbol(&w, "abc"), *other = symbol(&w, "abd");
    CHECK(dyn != sym && ml_str_equal(dyn, sym));
    CHECK(!ml_str_equal(dyn, other) && !ml_str_equal(sym, other));
    CHECK(!ml_str_equal(dyn, text(&w, "abcd")));
    CHECK(ml_str_equal(text(&w, ""), symbol(&w, "")));
    Str *l = ml_str_new(&w.h, bytes, 200), *ls = ml_symbol(w.st, bytes, 200);
    CHECK(l->h.kind == OBJ_LSTR && ls->h.kind == OBJ_STR && ml_str_equal(l, ls));
    bytes[199] = 'z';
    Str *m = ml_str_new(&w.h, bytes, 200);
    CHECK(!ml_str_equal(l, m));
    CHECK_EQ(ml_str_hash(l, test_key), ls->h.id);
    CHECK(ml_str_hash(m, test_key) != ls->h.id);
    CHECK(!ml_str_equal(l, m));
    CHECK(ml_str_equal(ml_str_new(&w.h, "a\0b", 3), ml_symbol(w.st, "a\0b", 3)));
    CHECK(!ml_str_equal(ml_str_new(&w.h, "a\0b", 3), ml_symbol(w.st, "a\0c", 3)));
    CHECK_EQ(world_close(&w), 0);
}

TEST(order_is_by_bytes)
{
    static const char *const sorted[] = { "", "A", "a", "a\x01", "aa", "b", "\x80", "\xff", NULL };
    World w;
    world_open(&w, 4096);
    for (int i = 0; sorted[i]; i++)
        for (int j = 0; sorted[j]; j++) {
            int c = ml_str_cmp(text(&w, sorted[i]), text(&w, sorted[j]));
            CHECK_EQ((c > 0) - (c < 0), (i > j) - (i < j));
        }
    CHECK(ml_str_cmp(ml_str_new(&w.h, "a\0b", 3), text(&w, "a")) > 0);
    CHECK_EQ(world_close(&w), 0);
}

TEST(a_hash_is_kept_but_not_written_into_what_is_shared)
{
    World w;
    world_open(&w, 4096);
    Str *s = text(&w, "hello");
    CHECK_EQ(s->h.id, 0);
    uint32_t hash = ml_str_hash(s, test_key);
    CHECK_EQ(hash, ml_hash_bytes("hello", 5, test_key));
    CHECK_EQ(s->h.id, hash);
    Str *t = text(&w, "hello");
    t->h.flags = OF_SHARED;
    CHECK_EQ(ml_str_hash(t, test_key), hash);
    CHECK_EQ(t->h.id, 0);
    CHECK_EQ(world_close(&w), 0);
}

TEST(a_blob_is_shared_and_a_short_one_copied)
{
    World w;
    world_open(&w, 4096);
    Blob *b = ml_blob_new(&w.mem, 1000), *c = ml_blob_new(&w.mem, 3);
    memset(b->data, 'b', 1000);
    memcpy(c->data, "abc", 3);
    ml_shared_ref(&b->h);
    Str *s = ml_str_from_blob(&w.h, b), *t = ml_str_from_blob(&w.h, b);
    CHECK(ml_str_data(s) == ml_str_data(t) && ml_str_equal(s, t));
    CHECK_EQ(ml_load(&b->h.refs), 2);
    Str *u = ml_str_from_blob(&w.h, c);
    CHECK_EQ(u->h.kind, OBJ_STR);
    CHECK(ml_str_equal(u, symbol(&w, "abc")));
    CHECK_EQ(world_close(&w), 0);
}

TEST(texts_of_no_and_of_one_byte_are_symbols)
{
    World w;
    world_open(&w, 4096);
    size_t used = ml_heap_used(&w.h);
    Str *a = ml_str_new(&w.h, "\0", 1), *b = ml_str_new(&w.h, "\xff", 1);
    CHECK_EQ(a->len, 1);
    CHECK(a == ml_str_new(&w.h, "\0x", 1) && a != b);
    CHECK(b == ml_symbol(w.st, "\xff", 1));
    CHECK(ml_str_new(&w.h, NULL, 0) == symbol(&w, ""));
    CHECK_EQ(ml_heap_used(&w.h), used);
    CHECK_EQ(ml_symtab_count(w.st), SYM_ALWAYS);
    CHECK_EQ(world_close(&w), 0);
}

/* Each byte counts, wherever words begin and end. */
TEST(texts_that_differ_in_one_byte_differ)
{
    char a[100], b[100];
    for (size_t n = 0; n <= sizeof a; n++) {
        memset(a, 'x', sizeof a);
        memset(b, 'x', sizeof b);
        CHECK(ml_same_bytes(a, b, n));
        for (size_t i = 0; i < sizeof b; i++) {
            b[i] = 'y';
            CHECK_EQ(ml_same_bytes(a, b, n), i >= n);
            b[i] = 'x';
        }
    }
}

TEST(there_is_one_symbol_for_a_text)
{
    World w;
    char name[32];
    long n = test_scale(50000, 3000);
    world_open(&w, 4096);
    Str **all = calloc((size_t)n, sizeof *all);
    for (long i = 0; i < n; i++) {
        snprintf(name, sizeof name, "name%ld", i);
        all[i] = symbol(&w, name);
        CHECK_EQ((uintptr_t)all[i] % 8, 0);
        CHECK_EQ(all[i]->h.flags, OF_SHARED | OF_SYMBOL);
    }
    CHECK_EQ(ml_symtab_count(w.st), SYM_ALWAYS + n);
    for (long i = 0; i < n; i++) {
        snprintf(name, sizeof name, "name%ld", i);
        CHECK(symbol(&w, name) == all[i]);
        CHECK(ml_symbol_find(w.st, name, strlen(name), all[i]->h.id) == all[i]);
        CHECK(ml_symbol_find(w.st, name, strlen(name) - 1, all[i]->h.id) == NULL);
    }
    CHECK(ml_symbol_find(w.st, "no", 2, ml_hash_bytes("no", 2, test_key)) == NULL);
    CHECK_EQ(ml_symtab_count(w.st), SYM_ALWAYS + n);
    free(all);
    CHECK_EQ(world_close(&w), 0);
}

TEST(without_memory_there_is_no_symbol_and_the_table_stays_whole)
{
    World w;
    char name[32];
    Str *first[600];
    world_open(&w, 4096);
    for (int i = 0; i < 600; i++) {
        snprintf(name, sizeof name, "name%d", i);
        ml_store(&w.mem.fail_in, 1);
        first[i] = symbol(&w, name);
        ml_store(&w.mem.fail_in, 0);
        if (!first[i])
            first[i] = symbol(&w, name);
        CHECK(first[i] != NULL);
    }
    for (int i = 0; i < 600; i++) {
        snprintf(name, sizeof name, "name%d", i);
        CHECK(symbol(&w, name) == first[i]);
    }
    CHECK_EQ(world_close(&w), 0);
}

enum { THREADS = 4 };

typedef struct Maker {
    World   *w;
    int      nr;
    long     n;
    Str    **all;
    bool     wrong;
} Maker;

/* Every thread makes the same symbols, in an order of its own. */
static void make_symbols(void *arg)
{
    Maker *m = arg;
    char name[32];
    for (long j = 0; j < m->n; j++) {
        long i = (j * 7919 + m->nr * m->n / THREADS) % m->n;
        snprintf(name, sizeof name, "name%ld", i);
        size_t len = strlen(name);
        Str *found = ml_symbol_find(m->w->st, name, len, ml_hash_bytes(name, len, test_key));
        m->all[i] = ml_symbol(m->w->st, name, len);
        if (!m->all[i] || (found && found != m->all[i]))
            m->wrong = true;
    }
}

TEST(threads_agree_on_symbols)
{
    World w;
    Maker m[THREADS];
    Thread t[THREADS];
    long n = test_scale(20000, 1000);
    world_open(&w, 4096);
    for (int i = 0; i < THREADS; i++) {
        m[i] = (Maker){ &w, i, n, calloc((size_t)n, sizeof(Str *)), false };
        CHECK(ml_thread_start(&t[i], make_symbols, &m[i]));
    }
    for (int i = 0; i < THREADS; i++)
        ml_thread_join(&t[i]);
    for (int i = 0; i < THREADS; i++) {
        CHECK(!m[i].wrong);
        CHECK(memcmp(m[i].all, m[0].all, (size_t)n * sizeof(Str *)) == 0);
    }
    for (int i = 0; i < THREADS; i++)
        free(m[i].all);
    CHECK_EQ(ml_symtab_count(w.st), SYM_ALWAYS + n);
    CHECK_EQ(world_close(&w), 0);
}

TEST_MAIN
