/*
 * child.c - child processes of the system.
 *
 * posix_spawn, because a program with threads and a large heap must not fork.
 * The threads of the pool block every signal, so the child's mask is cleared;
 * and a program that ignores SIGPIPE for itself means not its children.
 * A pidfd makes the end of a child something the poller can wait for.
 */

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm/edge/file.h"

extern char **environ;

static int start(const char *command, const posix_spawn_file_actions_t *fa,
                 pid_t *pid)
{
    char sh[] = "sh", opt[] = "-c";
    char *argv[] = { sh, opt, (char *)(uintptr_t)command, NULL };
    posix_spawnattr_t attr;
    sigset_t none, pipe;
    int err = posix_spawnattr_init(&attr);
    if (err)
        return err;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attr, &none);
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    posix_spawnattr_setsigdefault(&attr, &pipe);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    err = posix_spawn(pid, "/bin/sh", fa, &attr, argv, environ);
    posix_spawnattr_destroy(&attr);
    return err;
}

int ml_child_start(const char *command, int in, int out, pid_t *pid, int *pidfd)
{
    posix_spawn_file_actions_t fa;
    int err = posix_spawn_file_actions_init(&fa);
    if (err)
        return err;
    if (in >= 0)
        err = posix_spawn_file_actions_adddup2(&fa, in, STDIN_FILENO);
    if (out >= 0 && !err)
        err = posix_spawn_file_actions_adddup2(&fa, out, STDOUT_FILENO);
    if (!err)
        err = start(command, &fa, pid);
    posix_spawn_file_actions_destroy(&fa);
    if (err)
        return err;
    *pidfd = -1;
#ifdef SYS_pidfd_open
    *pidfd = (int)syscall(SYS_pidfd_open, *pid, 0);      /* is close-on-exec */
#endif
    return 0;
}

int ml_child_ended(pid_t pid, int *status)
{
    pid_t r;
    do {
        r = waitpid(pid, status, WNOHANG);
    } while (r < 0 && errno == EINTR);
    return r < 0 ? -1 : r == pid;
}
