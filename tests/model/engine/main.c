/*
 * main.c - the command line of a model.
 *
 *     NAME [-q] [MODEL] [--full BOUND | --random N SEED | --pct N SEED | --replay STRING]
 *          [--most RUNS] [--no-merge]
 *
 * -q is for mutants: a fault is not shown, only told.
 * Without one, all models of the program are explored in full, at their own
 * bounds. The exit code tells the worst: 0 each ends as it says; 3 that is all
 * right, but something was not explored to its end; 4 what must happen did
 * not; 1 something was found.
 */
#include "tests/model/engine/engine.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { AS_IT_SAYS = 0, FOUND = 1, UNFINISHED = 3, MISSED = 4 };

static const char *program, *only;
static bool        brief;

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void first(void *arg)
{
    (void)arg;
    model->run();
}

static void one_run(void)
{
    fibers_clear();
    access_clear();
    atomic_clear();
    block_clear();
    lock_clear();
    sched_clear();
    report_clear();
    run_begin();
    Fiber *f = fiber_new(first, NULL);
    f->starting = false;
    inside = true;
    fiber_run(f);
}

/* The run that failed, once more, with all it does. */
static void show(const char *string)
{
    Search was = search;
    search = (Search){ .mode = REPLAY, .replay = string };
    tracing = true;
    search_begin();
    one_run();
    report_print();
    tracing = false;
    search = was;
}

static bool tell_fault(uint64_t runs)
{
    bool expected = model->finds && strcmp(model->finds, failed_kind) == 0;
    char *string = replay_string();
    printf("%s: %s%s after %llu executions\n", model->name, expected ? "finds " : "",
           failed_kind, (unsigned long long)runs);
    if (!expected && !brief)
        show(string);
    if (!expected)
        printf("  replay: %s %s --replay %s\n", program, model->name, *string ? string : "''");
    free(string);
    return expected;
}

static int tell_end(double took)
{
    bool complete = search_complete();
    int end = complete || search.mode != FULL ? AS_IT_SAYS : UNFINISHED;
    if (search.mode == FULL)
        printf("%s: %s at bound %d: ", model->name, complete ? "complete" : "NOT complete", search.bound);
    else
        printf("%s: by chance from %llu: ", model->name, (unsigned long long)search.seed);
    printf("%llu executions, outcomes %#x, %.2f s\n", (unsigned long long)search.runs, seen, took);
    if (model->finds && search.mode == FULL) {
        printf("  but it should have found: %s\n", model->finds);
        end = MISSED;
    }
    if (complete && (model->outcomes & ~seen)) {
        printf("  but these outcomes were never seen: %#x\n", model->outcomes & ~seen);
        end = MISSED;
    }
    return end;
}

static int explore(void)
{
    double start = seconds();
    bool more = true;
    search_begin();
    while (more) {
        one_run();
        if (search.mode == REPLAY) {
            report_print();
            return failed ? FOUND : AS_IT_SAYS;
        }
        if (failed)
            return tell_fault(search.runs + 1) ? AS_IT_SAYS : FOUND;
        more = run_next();
    }
    return tell_end(seconds() - start);
}

/* A fault of the machine is one of the model. */
static void on_signal(int sig)
{
    if (!self || inside) {
        signal(sig, SIG_DFL);
        raise(sig);
    }
    inside = true;
    report("crash", strsignal(sig), NULL, 0);
}

static void catch_faults(void)
{
    static char stack[64 << 10];
    sigaltstack(&(stack_t){ .ss_sp = stack, .ss_size = sizeof stack }, NULL);
    struct sigaction a = { .sa_handler = on_signal, .sa_flags = SA_ONSTACK | SA_NODEFER };
    for (size_t i = 0; i < 3; i++)
        sigaction((int[]){ SIGSEGV, SIGBUS, SIGFPE }[i], &a, NULL);
}

static int by_chance(void)
{
    Search was = search;
    search.mode = PCT;
    search.most = (uint64_t)model->chance;
    search.seed = 1;
    int end = explore();
    search = was;
    return end;
}

/* As the model wants it. In a mutant chance comes first, for it finds most
 * mistakes soon. */
static int explore_all(void)
{
    int end = AS_IT_SAYS;
    bool chance = search.mode == FULL && model->chance;
    if (chance && brief)
        end = by_chance();
    if (end == AS_IT_SAYS)
        end = explore();
    if (end == AS_IT_SAYS && chance && !brief)
        end = by_chance();
    return end;
}

static int usage(void)
{
    fprintf(stderr, "usage: NAME [-q] [MODEL] [--full BOUND | --random N SEED | --pct N SEED | "
                    "--replay STRING] [--most RUNS] [--no-merge]\n");
    return 2;
}

static bool options(char **argv)
{
    search.bound = -1;
    search.depth = 3;
    for (int i = 1; argv[i]; i++) {
        const char *a = argv[i];
        if (strcmp(a, "-q") == 0) {
            brief = true;
        } else if (strcmp(a, "--no-merge") == 0) {
            search.no_merge = true;
        } else if (strcmp(a, "--full") == 0 && argv[i + 1]) {
            search.bound = atoi(argv[++i]);
        } else if (strcmp(a, "--most") == 0 && argv[i + 1]) {
            search.most = strtoull(argv[++i], NULL, 10);
        } else if ((strcmp(a, "--random") == 0 || strcmp(a, "--pct") == 0) && argv[i + 1] &&
                   argv[i + 2]) {
            search.mode = a[2] == 'r' ? RANDOM : PCT;
            search.most = strtoull(argv[++i], NULL, 10);
            search.seed = strtoull(argv[++i], NULL, 10);
        } else if (strcmp(a, "--replay") == 0 && argv[i + 1]) {
            search.mode = REPLAY;
            search.replay = argv[++i];
            tracing = true;
        } else if (a[0] != '-' && !only) {
            only = a;
        } else {
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    (void)argc;
    program = argv[0];
    if (!options(argv))
        return usage();
    setvbuf(stdout, NULL, _IOLBF, 0);
    fibers_init();
    catch_faults();
    int worst = AS_IT_SAYS, bound = search.bound;
    for (model = models; model->name; model++) {
        if (only && strcmp(only, model->name) != 0)
            continue;
        search.bound = bound >= 0 ? bound : model->preemptions;
        int end = explore_all();
        if (end == FOUND || (worst != FOUND && end > worst))
            worst = end;
    }
    return worst;
}
