/*
 * schedules.c - one script under many seeds, to find the order of events that
 * breaks it.
 *
 *     seed 1, 2, 3 ... --> fork --> VM --> exit code, output, or time is up
 *
 * Each run has an OS process of its own, so that a crash and a run that never
 * ends are seen, too. What it prints is kept, and shown if it fails; then the
 * last line is the command that repeats it.
 */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "repl/repl.h"

enum { USUAL_LIMIT = 60, KEPT = 1 << 20 };

typedef struct Attempt {
    pid_t  pid;
    int    out;                 /* read end of its standard output and error */
    char  *text;                /* KEPT bytes at most: the beginning and the end */
    size_t n;
    bool   over, late, interrupted;
    int    status;              /* as of waitpid */
} Attempt;

static long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000L + t.tv_nsec / 1000000;
}

/* --- one run --- */

static volatile sig_atomic_t stopped;

static void on_signal(int sig)
{
    stopped = sig;
}

/* In the child: a group of its own, so that all it starts goes with it. */
static void child(int (*once)(void *, uint64_t), void *ctx, uint64_t seed, int out)
{
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    int in = open("/dev/null", O_RDONLY);
    if (in < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
        _exit(1);
    close(in);
    close(out);
    int status = once(ctx, seed);
    fflush(NULL);
    exit(status >= BY_SIGNAL ? die_by(status - BY_SIGNAL) : status);
}

static bool begin(Attempt *a, int (*once)(void *, uint64_t), void *ctx, uint64_t seed)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return false;
    a->pid = fork();
    if (a->pid == 0) {
        setpgid(0, 0);
        close(ends[0]);
        child(once, ctx, seed, ends[1]);
    }
    if (a->pid > 0)
        setpgid(a->pid, a->pid);
    close(ends[1]);
    a->out = ends[0];
    if (a->pid < 0)
        close(ends[0]);
    return a->pid > 0;
}

/* Of more than KEPT bytes those in the middle are dropped. False: the end. */
static bool take(Attempt *a)
{
    if (a->n == KEPT) {
        memmove(a->text + KEPT / 2, a->text + KEPT / 4 * 3, KEPT / 4);
        a->n = KEPT / 4 * 3;
    }
    ssize_t r = read(a->out, a->text + a->n, KEPT - a->n);
    if (r > 0)
        a->n += (size_t)r;
    return r > 0 || (r < 0 && errno == EINTR);
}

static bool is_over(Attempt *a)
{
    if (!a->over)
        a->over = waitpid(a->pid, &a->status, WNOHANG) == a->pid;
    return a->over;
}

static bool has_output(const Attempt *a, int ms)
{
    struct pollfd p = { .fd = a->out, .events = POLLIN };
    return poll(&p, 1, ms) > 0;
}

/* Until the run is over. What it started may hold on to the pipe for longer,
 * and it may close its own end of the pipe early. */
static void watch(Attempt *a, long until)
{
    enum { LOOK_MS = 20 };
    bool open = true;
    while (!is_over(a)) {
        a->late = now_ms() >= until;
        a->interrupted = stopped != 0;
        if (a->late || a->interrupted)
            break;
        if (!open)
            poll(NULL, 0, 1);
        else if (has_output(a, LOOK_MS))
            open = take(a);
    }
    kill(-a->pid, SIGKILL);
    if (!a->over)
        waitpid(a->pid, &a->status, 0);
    while (open && has_output(a, 0))
        open = take(a);
    close(a->out);
}

static bool failed(const Attempt *a)
{
    return a->late || !WIFEXITED(a->status) || WEXITSTATUS(a->status) != 0;
}

/* --- what is told --- */

static void put_word(const char *s)
{
    if (*s && strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%") == strlen(s)) {
        fputs(s, stdout);
        return;
    }
    putchar('\'');
    for (; *s; s++)
        fputs(*s == '\'' ? "'\\''" : (char[]){ *s, 0 }, stdout);
    putchar('\'');
}

/* The command line, with this seed and without what is for many. */
static void put_command(uint64_t seed, int argc, char **argv, int options)
{
    const char *stress = getenv("MOONLET_STRESS");
    fputs("again: ", stdout);
    if (stress) {
        fputs("MOONLET_STRESS=", stdout);
        put_word(stress);
        putchar(' ');
    }
    put_word(argv[0]);
    printf(" --seed %" PRIu64, seed);
    for (int i = 1; i < argc; i++) {
        if (i < options && (strcmp(argv[i], "--seed") == 0 || strcmp(argv[i], "--schedules") == 0 ||
                            strcmp(argv[i], "--time-limit") == 0)) {
            i++;
            continue;
        }
        putchar(' ');
        put_word(argv[i]);
    }
    putchar('\n');
}

static void tell(const Attempt *a, uint64_t seed, int limit)
{
    printf("seed %" PRIu64 ": ", seed);
    if (a->late)
        printf("still running after %d s\n", limit);
    else if (WIFSIGNALED(a->status))
        printf("ended by signal %d (%s)\n", WTERMSIG(a->status), strsignal(WTERMSIG(a->status)));
    else
        printf("exit code %d\n", WEXITSTATUS(a->status));
    fwrite(a->text, 1, a->n, stdout);
    if (a->n && a->text[a->n - 1] != '\n')
        putchar('\n');
}

int run_schedules(const Options *o, int (*once)(void *ctx, uint64_t seed), void *ctx, int argc, char **argv)
{
    int limit = o->time_limit ? o->time_limit : USUAL_LIMIT, code = 0;
    uint64_t first = o->seeded ? o->seed : 1;
    Attempt a = { .text = malloc(KEPT) };
    if (!a.text)
        return 1;
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    for (int i = 0; i < o->schedules && code == 0; i++) {
        uint64_t seed = first + (uint64_t)i;
        a = (Attempt){ .text = a.text };
        if (!begin(&a, once, ctx, seed)) {
            complain(strerror(errno));
            code = 1;
            break;
        }
        watch(&a, now_ms() + limit * 1000L);
        if (a.interrupted) {
            code = BY_SIGNAL + stopped;
        } else if (failed(&a)) {
            tell(&a, seed, limit);
            put_command(seed, argc, argv, o->noptions);
            code = 1;
        }
    }
    if (code == 0)
        printf("%d schedule%s, no failure\n", o->schedules, o->schedules == 1 ? "" : "s");
    free(a.text);
    return code;
}
