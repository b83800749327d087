/*
 * file_open.c - how files come into being: by name, without one, as the pipe
 * to a child, as a stream of the host.
 *
 * Opening may block on a disk, so it is a job, unless the kernel can do it
 * without asking one (RESOLVE_CACHED). Everything is opened with O_NONBLOCK: a
 * named pipe without its other end must not hold up the pool, in which that
 * other end perhaps waits to be opened.
 */

#include "vm/edge/file_in.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vm/edge/block.h"
#include "vm/edge/out.h"

/* --- what is wanted --- */

/* Of a path or command that is too long for the system, only so much that it
 * still is. */
static bool keep_path(File *f, const char *path, size_t most)
{
    size_t len = strnlen(path, most);
    f->path_size = len + 1;
    f->path = ml_mem_alloc(f->mem, f->path_size);
    if (!f->path)
        return false;
    memcpy(f->path, path, len);
    f->path[len] = 0;
    return true;
}

bool ml_file_want(File *f, const char *path, const char *mode)
{
    bool both = strchr(mode, '+') != NULL;
    f->can_read = both || mode[0] == 'r';
    f->can_write = both || mode[0] != 'r';
    f->flags = both ? O_RDWR : f->can_read ? O_RDONLY : O_WRONLY;
    if (mode[0] == 'w')
        f->flags |= O_CREAT | O_TRUNC;
    else if (mode[0] == 'a')
        f->flags |= O_CREAT | O_APPEND;
    f->flags |= O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    return keep_path(f, path, PATH_MAX);
}

void ml_file_want_temp(File *f)
{
    f->can_read = f->can_write = true;
    f->flags = O_RDWR | O_CLOEXEC;
}

bool ml_file_want_command(File *f, const char *command, bool reading)
{
    f->can_read = reading;
    f->can_write = !reading;
    f->op = DO_START;
    return keep_path(f, command, CHILD_COMMAND_MOST);
}

void ml_file_standard(File *f, int fd, int out)
{
    f->fd = fd;
    f->out = out;
    f->standard = true;
    f->state = FILE_OPEN;
    f->disk = fd >= 0 && ml_fd_is_disk(fd);
    int flags = fd >= 0 ? fcntl(fd, F_GETFL) & O_ACCMODE : -1;
    f->can_read = fd >= 0 && flags != O_WRONLY;
    f->can_write = out || (fd >= 0 && flags != O_RDONLY);
}

/* --- opening it --- */

/* A fresh descriptor: what is it? */
static void classify(File *f)
{
    struct stat st;
    f->disk = ml_fd_is_disk(f->fd);
    f->fifo = fstat(f->fd, &st) == 0 && S_ISFIFO(st.st_mode);
    f->nonblock = !f->disk;
    f->state = FILE_OPEN;
    if (isatty(f->fd) == 1)
        f->mode = FILE_LINE;
}

static void run_open(Job *j)
{
    File *f = (File *)(void *)j;
    struct stat st;
    do {
        f->fd = open(f->path, f->flags, 0666);
    } while (f->fd < 0 && errno == EINTR);
    if (f->fd >= 0) {
        classify(f);
        return;
    }
    f->job_err = errno;
    /* a named pipe that nobody reads yet: fopen would wait for a reader */
    if (f->job_err == ENXIO && stat(f->path, &st) == 0 && S_ISFIFO(st.st_mode))
        f->job_err = EAGAIN;
}

static void run_temp(Job *j)
{
    File *f = (File *)(void *)j;
    char name[] = "/tmp/lua_XXXXXX";
    f->fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (f->fd < 0) {
        f->fd = mkostemp(name, O_CLOEXEC);
        if (f->fd >= 0)
            unlink(name);
    }
    if (f->fd < 0)
        f->job_err = errno;
    else
        classify(f);
}

static void run_start(Job *j)
{
    File *f = (File *)(void *)j;
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) {
        f->job_err = errno;
        return;
    }
    int ours = f->can_read ? 0 : 1, theirs = 1 - ours;
    f->job_err = ml_child_start(f->path, f->can_read ? -1 : ends[theirs],
                                f->can_read ? ends[theirs] : -1,
                                &f->child, &f->child_fd);
    close(ends[theirs]);
    if (f->job_err) {
        f->child = 0;
        close(ends[ours]);
        return;
    }
    f->fd = ends[ours];
    f->nonblock = fcntl(f->fd, F_SETFL, O_NONBLOCK) == 0;
    f->state = FILE_OPEN;
}

/* Opening what the kernel finds without asking a disk. */
static bool open_cached(File *f)
{
#if defined(SYS_openat2) && defined(RESOLVE_CACHED)
    f->job_err = 0;
    if (f->no_try || f->flags & (O_CREAT | O_TRUNC))
        return false;
    struct open_how how = { .flags = (uint64_t)f->flags, .resolve = RESOLVE_CACHED };
    f->fd = (int)syscall(SYS_openat2, AT_FDCWD, f->path, &how, sizeof how);
    if (f->fd >= 0)
        classify(f);
    else if (errno == ENOENT)
        f->job_err = ENOENT;
    return f->fd >= 0 || f->job_err;
#else
    (void)f;
    return false;
#endif
}

/* The last bytes of some file are on their way: perhaps of this one. */
static bool is_written_to(Vm *vm)
{
    return vm && vm->pool && ml_pool_has_first(vm->pool);
}

FileEnd ml_file_open(File *f)
{
    if (f->op == DO_START && !f->job.queued) {
        ml_child_reap(f->job.vm);
        return ml_file_begin(f, DO_START, run_start);
    }
    if (f->op == DO_NONE && !f->path)
        return ml_file_begin(f, DO_OPEN, run_temp);
    if (f->op == DO_NONE && (is_written_to(f->job.vm) || !open_cached(f)))
        return ml_file_begin(f, DO_OPEN, run_open);
    if (!ml_file_settle(f))
        return FILE_JOB;
    if (f->fd < 0 && f->job_err == EAGAIN)
        return FILE_LATER;
    ml_mem_free(f->mem, f->path, f->path_size);
    f->path = NULL;
    return f->fd >= 0 ? FILE_OK : ml_file_fail(f, f->job_err);
}
