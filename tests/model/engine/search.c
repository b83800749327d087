/*
 * search.c - which choices are tried.
 *
 * FULL tries all of them, depth first: `path` has the choices of this run, and
 * the next run repeats them up to the last one that has another answer left.
 * Two runs that did the same things in the same dependencies stand at the same
 * point, whatever the order of the independent ones: each thread's hash sums
 * up its own past and that of what it read, so the sum over the threads names
 * the point. Who comes to a point again with no more preemptions left than
 * before has nothing new to see, and breaks off. That keeps the bound exact,
 * which leaving out orders by independence (sleep sets) would not.
 *
 * A thread is left only before an operation on what is `shared`: what several
 * threads use and one of them changes. Which objects these are shows on the
 * way: when new ones have shown, all is explored once more with choices at
 * those too, until there are none; first at the bounds 0 and 1, where it costs least.
 * An order with a switch elsewhere is the same as one with the switch later.
 *
 * RANDOM takes each choice by chance. PCT gives the threads priorities by
 * chance and takes the first one away at d - 1 steps: it finds a fault that
 * needs d steps in the right order with a known chance.
 *
 * REPLAY takes choices from a string, and the first answer after its end.
 */
#include "tests/model/engine/engine.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct Choice {
    uint8_t n, k;               /* answers, the one taken */
    bool    value;
    uint8_t ids[MAX_THREADS];
} Choice;

Search search;

static Choice  *path;
static size_t   npath, path_cap, pos;
static uint64_t rng;
static const char *replay_at;
static int      replay_left, lower[8], longest, final_bound;

typedef struct Been { uint64_t hash; uint8_t left; } Been;
static Been  *been;
static size_t been_size, nbeen;

static uint32_t chance(uint32_t n)
{
    rng ^= rng << 13;
    rng ^= rng >> 7;
    rng ^= rng << 17;
    return (uint32_t)((rng >> 32) % n);
}

/* --- points that were seen --- */

static void been_grow(void)
{
    Been *old = been;
    size_t n = been_size;
    been_size = n ? n * 2 : 1 << 12;
    been = calloc(been_size, sizeof *been);
    for (size_t i = 0; i < n; i++) {
        if (!old[i].hash)
            continue;
        size_t j = old[i].hash & (been_size - 1);
        while (been[j].hash)
            j = (j + 1) & (been_size - 1);
        been[j] = old[i];
    }
    free(old);
}

/* Was it seen with at least as much left? Now it is. */
static bool been_here(uint64_t hash, int left)
{
    if (nbeen * 2 >= been_size)
        been_grow();
    size_t i = hash & (been_size - 1);
    while (been[i].hash && been[i].hash != hash)
        i = (i + 1) & (been_size - 1);
    if (!been[i].hash) {
        been[i] = (Been){ hash, (uint8_t)left };
        nbeen++;
        return false;
    }
    if (been[i].left >= left)
        return true;
    been[i].left = (uint8_t)left;
    return false;
}

/* --- what is shared --- */

typedef struct Use { const void *object; uint8_t users, writers; bool shared, was; } Use;
static Use   *uses;
static size_t uses_size, nuses;
static bool   more_shared;

static Use *use_at(const void *object)
{
    size_t i = (uintptr_t)object * 0x9E3779B97F4A7C15u >> 32 & (uses_size - 1);
    while (uses[i].object && uses[i].object != object)
        i = (i + 1) & (uses_size - 1);
    return &uses[i];
}

static void uses_grow(void)
{
    Use *old = uses;
    size_t n = uses_size;
    uses_size = n ? n * 2 : 1 << 8;
    uses = calloc(uses_size, sizeof *uses);
    for (size_t i = 0; i < n; i++)
        if (old[i].object)
            *use_at(old[i].object) = old[i];
    free(old);
}

void note_use(const void *object, bool writes)
{
    if (nfibers == 1 || search.mode != FULL)
        return;                 /* the others will have seen it */
    if (nuses * 2 >= uses_size)
        uses_grow();
    Use *u = use_at(object);
    if (!u->object) {
        nuses++;
        u->object = object;
    }
    u->users |= (uint8_t)(1 << self->id);
    if (writes)
        u->writers |= (uint8_t)(1 << self->id);
    bool shared = u->writers && (u->users & (u->users - 1));
    more_shared |= shared && !u->was;
    u->shared = shared;
}

bool is_shared(const void *object)
{
    if (!object || search.mode != FULL || search.no_merge)
        return true;
    return uses_size && use_at(object)->was;
}

static void share_more(void)
{
    for (size_t i = 0; i < uses_size; i++)
        uses[i].was = uses[i].shared;
    more_shared = false;
}

static uint64_t state_hash(int running)
{
    uint64_t h = mix(7, (uint64_t)(running + 1));
    for (int i = 0; i < nfibers; i++)
        h += mix(fibers[i].hash, (uint64_t)i + 1);
    return h ? h : 1;
}

/* --- the path --- */

static Choice *step_on(int n, bool value)
{
    path = room_for(path, &path_cap, pos, sizeof *path);
    Choice *c = &path[pos++];
    if (pos > npath) {
        npath = pos;
        *c = (Choice){ .n = (uint8_t)n, .value = value };
    } else if (c->value != value || c->n != n) {
        fprintf(stderr, "explorer: a run does not repeat: the model depends on something else\n");
        abort();
    }
    return c;
}

/* The next letter of the string: a, b .. a thread, A, B .. a value; a number
 * behind it counts repetitions. -1: it is over. */
static int replay_letter(bool value, int n)
{
    if (!replay_left) {
        if (!*replay_at)
            return -1;
        replay_left = 1;
        char *end;
        if (replay_at[1] >= '0' && replay_at[1] <= '9') {
            replay_left = (int)strtol(replay_at + 1, &end, 10);
            (void)end;
        }
    }
    int k = *replay_at - (value ? 'A' : 'a');
    if (k < 0 || k >= n) {
        fprintf(stderr, "explorer: this string does not fit the model\n");
        exit(2);
    }
    if (!--replay_left)
        for (replay_at++; *replay_at >= '0' && *replay_at <= '9'; replay_at++) {
        }
    return k;
}

static int index_of(const int *ids, int n, int id)
{
    for (int i = 0; i < n; i++)
        if (ids[i] == id)
            return i;
    return -1;
}

static int first_priority(const int *ids, int n)
{
    for (int d = 0; d < search.depth - 1; d++)
        if (steps == lower[d])
            self->priority = -d - 1;
    int best = 0;
    for (int i = 1; i < n; i++)
        if (fibers[ids[i]].priority > fibers[ids[best]].priority)
            best = i;
    return best;
}

static int fresh_thread(const int *ids, int n)
{
    int k = 0;
    if (search.mode == RANDOM)
        return (int)chance((uint32_t)n);
    if (search.mode == PCT)
        return first_priority(ids, n);
    if (search.mode == REPLAY) {
        int id = replay_letter(false, MAX_THREADS);
        k = id < 0 ? 0 : index_of(ids, n, id);
        if (k < 0) {
            fprintf(stderr, "explorer: thread %c cannot run there\n", 'a' + id);
            exit(2);
        }
    }
    return k;
}

/* at_once: the first one goes on, there is nothing to choose. */
int choose_thread(const int *ids, int n, bool first_goes_on, bool at_once)
{
    bool is_new = pos >= npath;
    if (search.mode == FULL && is_new && n > 1 && !at_once && !search.no_merge &&
        been_here(state_hash(first_goes_on ? ids[0] : -1), search.bound - preempted))
        fiber_leave();
    bool spent = first_goes_on && preempted >= search.bound;
    int most = search.mode == FULL && (at_once || spent) ? 1 : n;
    Choice *c = step_on(most, false);
    if (is_new) {
        for (int i = 0; i < n; i++)
            c->ids[i] = (uint8_t)ids[i];
        c->k = (uint8_t)fresh_thread(ids, n);
    }
    return c->ids[c->k];
}

int choose_value(int n)
{
    bool is_new = pos >= npath;
    Choice *c = step_on(n, true);
    if (is_new && search.mode == REPLAY) {
        int k = replay_letter(true, n);
        c->k = (uint8_t)(k < 0 ? 0 : k);
    } else if (is_new && search.mode != FULL) {
        c->k = (uint8_t)chance((uint32_t)n);
    }
    return c->k;
}

/* --- runs --- */

static void forget_points(void)
{
    npath = nbeen = 0;
    if (been)
        memset(been, 0, been_size * sizeof *been);
}

void search_begin(void)
{
    forget_points();
    if (uses)
        memset(uses, 0, uses_size * sizeof *uses);
    nuses = 0;
    more_shared = false;
    final_bound = search.bound;
    if (search.mode == FULL)
        search.bound = 0;
    search.runs = 0;
    longest = 50;
    seen = 0;
    rng = search.seed * 0x9E3779B97F4A7C15u + 0x2545F4914F6CDD1Du;
}

void run_begin(void)
{
    pos = 0;
    if (search.mode != FULL)
        npath = 0;
    replay_at = search.replay;
    replay_left = 0;
    for (int i = 0; search.mode == PCT && i < MAX_THREADS; i++)
        fibers[i].priority = (int)chance(1 << 20) + 1;
    for (int d = 0; search.mode == PCT && d < search.depth - 1; d++)
        lower[d] = 1 + (int)chance((uint32_t)longest);
}

/* All was tried at this bound, with choices at what was known to be shared. */
static bool once_more(void)
{
    if (!more_shared && search.bound == final_bound)
        return false;
    if (!more_shared)
        search.bound = search.bound == 0 ? 1 : final_bound;
    share_more();
    forget_points();
    return true;
}

bool run_next(void)
{
    search.runs++;
    if (steps > longest)
        longest = steps;
    if (search.mode == REPLAY)
        return false;
    if (search.most && search.runs >= search.most && search.mode != FULL)
        return false;
    if (search.mode != FULL)
        return true;
    npath = pos;                /* it may have broken off before the end */
    while (npath > 0 && path[npath - 1].k + 1 >= path[npath - 1].n)
        npath--;
    if (npath == 0 && !once_more())
        return false;
    if (npath > 0)
        path[npath - 1].k++;
    return !search.most || search.runs < search.most;
}

bool search_complete(void)
{
    return search.mode == FULL && npath == 0;
}

char *replay_string(void)
{
    char *s = malloc(pos * 12 + 1), *to = s;
    for (size_t i = 0, j; i < pos; i = j) {
        int letter = path[i].value ? 'A' + path[i].k : 'a' + path[i].ids[path[i].k];
        for (j = i + 1; j < pos && letter == (path[j].value ? 'A' + path[j].k
                                                            : 'a' + path[j].ids[path[j].k]); j++) {
        }
        to += sprintf(to, j - i > 1 ? "%c%zu" : "%c", letter, j - i);
    }
    *to = '\0';
    return s;
}
