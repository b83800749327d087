/*
 * litmus.c - the explorer itself: does it find what is there, and only that?
 * The outcomes of a case are bits: all of those that C11 allows must be seen,
 * and the others never.
 *
 * sources: vm/base/mem.c vm/base/pages.c
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "tests/model/explore.h"
#include "vm/base/mem.h"
#include "vm/base/thread.h"

static _Atomic(int) x, y;
static int a, b, plain, *block;
static Lock la, lb;
static Cond cond;
static Mem mem;

#define RLX memory_order_relaxed
#define ACQ memory_order_acquire
#define REL memory_order_release

static void two(void (*f)(void *), void (*g)(void *))
{
    x = y = 0;
    a = b = -1;
    plain = 0;
    ml_mem_init(&mem, ex_mem, NULL, 0);
    ex_quiet(&mem, sizeof mem);
    ex_thread(f, NULL);
    ex_thread(g, NULL);
    ex_join_all();
}

/* --- store buffers: may both loads be too early? --- */

static void sb1(void *ud) { (void)ud; atomic_store(&x, 1); a = atomic_load(&y); }
static void sb2(void *ud) { (void)ud; atomic_store(&y, 1); b = atomic_load(&x); }
static void sb_sc(void)
{
    two(sb1, sb2);
    EX_CHECK(a || b);
    ex_seen(1u << (a * 2 + b));
}

static void sbr1(void *ud) { (void)ud; atomic_store_explicit(&x, 1, REL); a = atomic_load_explicit(&y, ACQ); }
static void sbr2(void *ud) { (void)ud; atomic_store_explicit(&y, 1, REL); b = atomic_load_explicit(&x, ACQ); }
static void sb_rel(void)
{
    two(sbr1, sbr2);
    ex_seen(1u << (a * 2 + b));
}

/* --- passing on what was written --- */

static void put_rel(void *ud) { (void)ud; plain = 1; atomic_store_explicit(&x, 1, REL); }
static void get_acq(void *ud)
{
    (void)ud;
    if (atomic_load_explicit(&x, ACQ))
        ex_seen((unsigned)plain);
}
static void mp(void) { two(put_rel, get_acq); }

static void put_rlx(void *ud) { (void)ud; plain = 1; atomic_store_explicit(&x, 1, RLX); }
static void mp_weak(void) { two(put_rlx, get_acq); }

/* through a read-modify-write of another thread, which is part of the release sequence */
static void add_rlx(void *ud) { (void)ud; atomic_fetch_add_explicit(&x, 1, RLX); }
static void get_two(void *ud)
{
    (void)ud;
    if (atomic_load_explicit(&x, ACQ) == 2)
        ex_seen((unsigned)plain);
}
static void sequence(void)
{
    x = 0;
    plain = 0;
    ex_thread(put_rel, NULL);
    ex_thread(add_rlx, NULL);
    ex_thread(get_two, NULL);
    ex_join_all();
}

/* --- one location: who has seen the new value does not see the old one again --- */

static void set_x(void *ud) { (void)ud; atomic_store_explicit(&x, 1, RLX); }
static void get_x2(void *ud)
{
    (void)ud;
    int first = atomic_load_explicit(&x, RLX), then = atomic_load_explicit(&x, RLX);
    EX_CHECK(then >= first);
    ex_seen(1u << (first * 2 + then));
}
static void coherence(void) { two(set_x, get_x2); }

/* --- independent readers of independent writers: 4 threads --- */

static void w_x(void *ud) { (void)ud; atomic_store_explicit(&x, 1, REL); }
static void w_y(void *ud) { (void)ud; atomic_store_explicit(&y, 1, REL); }
static void r_xy(void *ud) { (void)ud; a = atomic_load_explicit(&x, ACQ) * 2; a += atomic_load_explicit(&y, ACQ); }
static void r_yx(void *ud) { (void)ud; b = atomic_load_explicit(&y, ACQ) * 2; b += atomic_load_explicit(&x, ACQ); }
static void iriw(void)
{
    x = y = 0;
    ex_thread(w_x, NULL);
    ex_thread(w_y, NULL);
    ex_thread(r_xy, NULL);
    ex_thread(r_yx, NULL);
    ex_join_all();
    if (a == 2 && b == 2)
        ex_seen(1);
}

/* --- two adders lose nothing; with a load and a store they do --- */

static void add(void *ud) { (void)ud; atomic_fetch_add(&x, 1); }
static void adders(void)
{
    two(add, add);
    EX_CHECK(x == 2);
}
static void add_badly(void *ud) { (void)ud; atomic_store(&x, atomic_load(&x) + 1); }
static void bad_adders(void)
{
    two(add_badly, add_badly);
    EX_CHECK(x == 2);
}

/* --- locks and conditions --- */

static void begin_locks(void)
{
    ml_lock_init(&la);
    ml_lock_init(&lb);
    ml_cond_init(&cond);
}
static void end_locks(void)
{
    ml_cond_fini(&cond);
    ml_lock_fini(&lb);
    ml_lock_fini(&la);
}
static void nest(Lock *p, Lock *q)
{
    ml_lock(p);
    ml_lock(q);
    plain++;
    ml_unlock(q);
    ml_unlock(p);
}
static void ab(void *ud) { (void)ud; nest(&la, &lb); }
static void ba(void *ud) { (void)ud; nest(&lb, &la); }
static void in_order(void) { begin_locks(); two(ab, ab); EX_CHECK(plain == 2); end_locks(); }
static void crossed(void) { begin_locks(); two(ab, ba); end_locks(); }

static void tell(void *ud)
{
    (void)ud;
    ml_lock(&la);
    plain = 1;
    ml_cond_signal(&cond);
    ml_unlock(&la);
}
static void hear(void *ud)
{
    (void)ud;
    ml_lock(&la);
    while (!plain) {
        ex_seen(1);
        ml_cond_wait(&cond, &la);
    }
    ml_unlock(&la);
}
static void hear_badly(void *ud)
{
    (void)ud;
    ml_lock(&la);
    ml_cond_wait(&cond, &la);       /* and if it was told before? */
    ml_unlock(&la);
}
static void hear_once(void *ud)
{
    (void)ud;
    ml_lock(&la);
    if (!plain)
        ml_cond_wait(&cond, &la);
    EX_CHECK(plain);
    ml_unlock(&la);
}
static void told(void) { begin_locks(); two(tell, hear); end_locks(); }
static void lost(void) { begin_locks(); two(tell, hear_badly); end_locks(); }
static void no_reason(void) { begin_locks(); two(tell, hear_once); end_locks(); }

/* --- memory --- */

static void let_go(void *ud)
{
    (void)ud;
    block[0]++;
    if (atomic_fetch_sub(&x, 1) == 1)
        ml_mem_free(&mem, block, 8);
}
static void let_go_1(void *ud)
{
    (void)ud;
    if (atomic_fetch_sub_explicit(&x, 1, RLX) == 1)
        ml_mem_free(&mem, block, 8);
}
static void peep(void *ud) { (void)ud; plain = block[1] == 0; let_go_1(ud); }
static void counted_by(void (*f)(void *))
{
    ml_mem_init(&mem, ex_mem, NULL, 0);
    ex_quiet(&mem, sizeof mem);
    block = ml_mem_zalloc(&mem, 8);
    x = 2;
    a = b = plain = 0;
    ex_thread(f, NULL);
    ex_thread(let_go_1, NULL);
    ex_join_all();
}
static void counted_weak(void) { counted_by(peep); }
static void counted_race(void) { counted_by(let_go); }
static void freed_twice(void)
{
    ml_mem_init(&mem, ex_mem, NULL, 0);
    block = ml_mem_alloc(&mem, 8);
    ml_mem_free(&mem, block, 8);
    ml_mem_free(&mem, block, 8);
}
static void left(void)
{
    ml_mem_init(&mem, ex_mem, NULL, 0);
    block = ml_mem_alloc(&mem, 8);
}
static void beside(void)
{
    ml_mem_init(&mem, ex_mem, NULL, 0);
    block = ml_mem_alloc(&mem, 8);
    block[2] = 1;
}

static void nowhere(void)
{
    volatile int *volatile p = NULL;
    *p = 1;
}

static void spin(void *ud)
{
    (void)ud;
    while (!atomic_load(&x)) {
    }
}
static void nothing(void *ud) { (void)ud; }
static void for_ever(void) { two(spin, nothing); }

#define FINE(NAME, FN, BITS) { .name = NAME, .run = FN, .preemptions = 3, .outcomes = BITS }
#define WRONG(NAME, FN, KIND) { .name = NAME, .run = FN, .preemptions = 2, .finds = KIND }

const Model models[] = {
    FINE("sb-sc", sb_sc, 1 << 1 | 1 << 2 | 1 << 3),
    FINE("sb-release", sb_rel, 15),
    FINE("mp", mp, 1),
    WRONG("mp-relaxed", mp_weak, "data race"),
    FINE("release-sequence", sequence, 1),
    FINE("coherence", coherence, 1 << 0 | 1 << 1 | 1 << 3),
    FINE("iriw", iriw, 1),
    FINE("adders", adders, 0),
    WRONG("bad-adders", bad_adders, "assertion"),
    FINE("lock-order", in_order, 0),
    WRONG("crossed-locks", crossed, "deadlock"),
    { .name = "condition", .run = told, .preemptions = 3, .spurious = 1, .outcomes = 1 },
    WRONG("lost-signal", lost, "deadlock"),
    { .name = "no-reason", .run = no_reason, .preemptions = 2, .spurious = 1, .finds = "assertion" },
    WRONG("count-relaxed", counted_weak, "use after free"),
    WRONG("count-race", counted_race, "use after free"),
    WRONG("double-free", freed_twice, "double free"),
    WRONG("leak", left, "leak"),
    WRONG("out-of-bounds", beside, "out of bounds"),
    WRONG("crash", nowhere, "crash"),
    WRONG("livelock", for_ever, "livelock"),
    { 0 }
};
