/* test_slab.c - small blocks, and what threads have of an account. */

#include <string.h>

#include "tests/unit/test.h"
#include "vm/base/mem.h"
#include "vm/base/thread.h"

enum { MANY = 20000 };

static void fill(unsigned char *p, size_t n, unsigned i) { memset(p, (int)(i * 31 + 7) & 0xff, n); }
static bool is_filled(const unsigned char *p, size_t n, unsigned i)
{
    for (size_t k = 0; k < n; k++)
        if (p[k] != ((i * 31 + 7) & 0xff))
            return false;
    return true;
}

TEST(blocks_do_not_overlap)
{
    static const size_t sizes[] = { 16, 48, 304, 1024, 1280, 4096 };
    Slabs s;
    ml_slabs_init(&s, NULL);
    for (unsigned k = 0; k < 6; k++) {
        unsigned c = ml_slab_class(sizes[k]), n = 0;
        CHECK_EQ(ml_slab_size(c), sizes[k]);
        Spare *list, *kept = NULL;
        CHECK_EQ(ml_slabs_take(&s, c, 3000, &list), 3000);
        for (Spare *it = list, *next; it; it = next, n++) {
            next = it->next;
            CHECK_EQ((uintptr_t)it % 16, 0);
            fill((unsigned char *)it + sizeof *it, sizes[k] - sizeof *it, n);
            it->next = kept;
            kept = it;
        }
        CHECK_EQ(n, 3000);
        for (Spare *it = kept; it; it = it->next)
            CHECK(is_filled((unsigned char *)it + sizeof *it, sizes[k] - sizeof *it, --n));
        ml_slabs_give(&s, c, kept);
    }
    ml_slabs_fini(&s);
}

/* A slab serves another size when it is empty, a region goes to the system. */
TEST(what_is_empty_is_used_again)
{
    Slabs s;
    Spare *a, *b;
    ml_slabs_init(&s, NULL);
    unsigned large = ml_slab_class(1024), small = ml_slab_class(64);
    CHECK_EQ(ml_slabs_take(&s, large, MANY, &a), MANY);
    unsigned most = s.nregions;
    CHECK(most >= 10);                  /* 20 MiB of 2 each */
    ml_slabs_give(&s, large, a);
    CHECK_EQ(ml_slabs_take(&s, large, MANY, &a), MANY);
    CHECK_EQ(s.nregions, most);
    ml_slabs_give(&s, large, a);
    while (ml_slabs_trim(&s))
        ;
    CHECK(s.nregions < most);
    unsigned kept = s.nregions;
    CHECK_EQ(ml_slabs_take(&s, small, MANY, &b), MANY);
    CHECK_EQ(s.nregions, kept);
    ml_slabs_give(&s, small, b);
    ml_slabs_fini(&s);
}

TEST(an_account_with_a_share_is_exact)
{
    Mem m;
    Share h;
    void *p[100];
    ml_mem_init(&m, NULL, NULL, 0);
    CHECK(ml_mem_open_shares(&m));
    size_t base = ml_mem_used(&m);
    ml_mem_join(&m, &h);
    size_t sum = 0;
    for (unsigned i = 0; i < 100; i++) {
        size_t n = i * 37 + 1;
        p[i] = i % 2 ? ml_mem_alloc(&m, n) : ml_mem_zalloc(&m, n);
        CHECK(p[i] && (i % 2 || (is_filled(p[i], 0, 0) && ((char *)p[i])[n - 1] == 0)));
        fill(p[i], n, i);
        sum += n;
    }
    CHECK_EQ(ml_mem_used(&m), base + sum);
    for (unsigned i = 0; i < 100; i++) {        /* into another class, across what is small, and back */
        size_t n = i * 37 + 1, to = i % 3 ? n + 900 : n / 2 + 1;
        p[i] = ml_mem_realloc(&m, p[i], n, to);
        CHECK(is_filled(p[i], n < to ? n : to, i));
        sum += to - n;
        CHECK_EQ(ml_mem_used(&m), base + sum);
        ml_mem_free(&m, p[i], to);
        sum -= to;
    }
    m.fail_in = 2;
    void *one = ml_mem_alloc(&m, 64);
    CHECK(one && !ml_mem_alloc(&m, 64));
    ml_mem_free(&m, one, 64);
    ml_mem_leave(&m, &h);
    CHECK_EQ(ml_mem_used(&m), base);
    ml_mem_close_shares(&m);
    CHECK_EQ(ml_mem_used(&m), 0);
}

/* --- one allocates, another frees --- */

typedef struct Hands {
    Mem   *mem;
    Lock   lock;
    Cond   there;
    void  *given;
} Hands;

static void giver(void *arg)
{
    Hands *x = arg;
    Share h;
    ml_mem_join(x->mem, &h);
    for (unsigned i = 0; i < MANY; i++) {
        void *p = ml_mem_alloc(x->mem, 200);
        fill(p, 200, i);
        ml_lock(&x->lock);
        while (x->given)
            ml_cond_wait(&x->there, &x->lock);
        x->given = p;
        ml_cond_signal(&x->there);
        ml_unlock(&x->lock);
    }
    ml_mem_leave(x->mem, &h);
}

TEST(blocks_go_from_thread_to_thread)
{
    Mem m;
    Share h;
    ml_mem_init(&m, NULL, NULL, 0);
    CHECK(ml_mem_open_shares(&m));
    size_t base = ml_mem_used(&m);
    Hands x = { .mem = &m };
    ml_lock_init(&x.lock);
    ml_cond_init(&x.there);
    Thread t;
    ml_mem_join(&m, &h);
    CHECK(ml_thread_start(&t, giver, &x));
    for (unsigned i = 0; i < MANY; i++) {
        ml_lock(&x.lock);
        while (!x.given)
            ml_cond_wait(&x.there, &x.lock);
        void *p = x.given;
        x.given = NULL;
        ml_cond_signal(&x.there);
        ml_unlock(&x.lock);
        CHECK(is_filled(p, 200, i));
        ml_mem_free(&m, p, 200);
    }
    ml_thread_join(&t);
    ml_mem_leave(&m, &h);
    CHECK_EQ(ml_mem_used(&m), base);
    ml_cond_fini(&x.there);
    ml_lock_fini(&x.lock);
    ml_mem_close_shares(&m);
    CHECK_EQ(ml_mem_used(&m), 0);
}

TEST_MAIN
