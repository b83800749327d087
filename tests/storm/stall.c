/*
 * stall.c - stops single threads of a program for some milliseconds, at random.
 *
 *     stall HZ COMMAND [ARGUMENT...]
 *
 * A debugger can stop one thread and leave the others running; this uses the
 * same door (ptrace). A thread is stopped wherever it is, also while it holds a
 * lock, for up to 20 ms: what a busy machine does to threads now and then
 * happens HZ times a second. Exits as the command does; an error of its own is
 * told on stderr as `stall: ...`.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 256, LONGEST_MS = 20 };

static pid_t seized[THREADS];           /* those we are attached to */
static int nseized;

static void sleep_us(long us)
{
    struct timespec t = { us / 1000000, us % 1000000 * 1000 };
    while (nanosleep(&t, &t) < 0 && errno == EINTR)
        ;
}

static _Noreturn void end_as(int status)
{
    if (WIFSIGNALED(status)) {
        fprintf(stderr, "stall: the command was ended by signal %d\n", WTERMSIG(status));
        exit(128 + WTERMSIG(status));
    }
    exit(WEXITSTATUS(status));
}

static void forget(pid_t tid)
{
    for (int i = 0; i < nseized; i++)
        if (seized[i] == tid)
            seized[i] = seized[--nseized];
}

/* A stop that is not ours: the signal goes on to the thread. */
static void pass_on(pid_t tid, int status)
{
    int sig = status >> 16 == PTRACE_EVENT_STOP ? 0 : WSTOPSIG(status);
    ptrace(PTRACE_CONT, tid, NULL, (void *)(long)sig);
}

/* What has happened meanwhile to any thread but `keep`; true: `keep` has stopped. */
static int look(pid_t main_pid, pid_t keep)
{
    int status, stopped = 0;
    pid_t tid;
    while ((tid = waitpid(-1, &status, __WALL | WNOHANG)) > 0) {
        if (!WIFSTOPPED(status)) {
            forget(tid);
            if (tid == main_pid)
                end_as(status);
        } else if (tid == keep && status >> 16 == PTRACE_EVENT_STOP) {
            stopped = 1;
        } else {
            pass_on(tid, status);
        }
    }
    return stopped;
}

/* Attaches to threads that are new. */
static void find_threads(pid_t pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *d = opendir(path);
    struct dirent *e;
    while (d && (e = readdir(d))) {
        pid_t tid = (pid_t)atoi(e->d_name);
        int known = tid <= 0 || nseized == THREADS;
        for (int i = 0; i < nseized; i++)
            known |= seized[i] == tid;
        if (!known && ptrace(PTRACE_SEIZE, tid, NULL, NULL) == 0)
            seized[nseized++] = tid;
    }
    if (d)
        closedir(d);
}

static void stall_one(pid_t pid, pid_t tid)
{
    if (ptrace(PTRACE_INTERRUPT, tid, NULL, NULL) < 0)
        return;
    for (int i = 0; i < 1000 && !look(pid, tid); i++)
        sleep_us(100);
    sleep_us(rand() % (LONGEST_MS * 1000));
    ptrace(PTRACE_CONT, tid, NULL, NULL);
}

int main(int argc, char **argv)
{
    int hz = argc > 2 ? atoi(argv[1]) : 0, go[2];
    if (hz <= 0 || pipe(go) < 0) {
        fprintf(stderr, "stall: HZ COMMAND [ARGUMENT...]\n");
        return 2;
    }
    pid_t pid = fork();
    if (pid == 0) {
        char c;
        close(go[1]);
        if (read(go[0], &c, 1) >= 0)    /* until we are attached */
            execvp(argv[2], argv + 2);
        _exit(127);
    }
    if (pid < 0 || ptrace(PTRACE_SEIZE, pid, NULL, NULL) < 0) {
        fprintf(stderr, "stall: cannot attach: %s\n", strerror(errno));
        return 2;
    }
    seized[nseized++] = pid;
    close(go[0]);
    close(go[1]);
    srand(1);
    for (;;) {
        find_threads(pid);
        look(pid, 0);
        if (nseized)
            stall_one(pid, seized[rand() % nseized]);
        sleep_us(1000000 / hz);
    }
}
