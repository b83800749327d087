#ifndef ML_FILE_H
#define ML_FILE_H

#include <sys/types.h>

#include "vm/base/mem.h"
#include "vm/base/thread.h"
#include "vm/edge/job.h"
#include "vm/run/wait.h"

/*
 * file.h - open files, pipes and child processes, with buffers of their own.
 *
 * Nothing here waits. A call that cannot go on says what for, and is made
 * again, with the same arguments, when that has come:
 *
 *     FILE_OK          done
 *     FILE_EOF         nothing more to read
 *     FILE_FAIL        f->err says why (an errno)
 *     FILE_READ,       until ml_file_fd(f) is ready in that direction
 *     FILE_WRITE
 *     FILE_JOB         until f->job has run (submit it if it is not queued)
 *     FILE_LATER       for a few milliseconds
 *
 * Regular files may block for as long as a disk likes: what is not in the
 * page cache is a job for the pool. Everything else is tried when it is
 * ready. Flags of descriptors that came from outside are never changed: those
 * are shared with strangers.
 *
 * One operation at a time: a file belongs to one process, and a standard
 * stream to the one that has claimed it for this step (of streams with `out`,
 * writing needs no claim: out.h has a lock). The Shared in `job` counts the file: its owner and
 * the pool. The last unref writes what is buffered and closes.
 */

typedef enum {
    FILE_OK, FILE_EOF, FILE_FAIL, FILE_READ, FILE_WRITE, FILE_JOB, FILE_LATER
} FileEnd;

typedef enum { FILE_NEW, FILE_OPEN, FILE_CLOSING, FILE_CLOSED } FileState;

typedef enum { FILE_FULL, FILE_LINE, FILE_NONE } FileMode;

enum { FILE_BLOCK = 64 * 1024 };

typedef struct File {
    Job     job;                /* first */
    Mem    *mem;
    int     fd;                 /* -1: none */
    _Atomic(int) err;
    int     late;               /* errno that a background write met */
    FileState state;
    FileMode  mode;
    bool    disk;               /* may block: pool */
    bool    nonblock;           /* O_NONBLOCK, and nobody else's */
    bool    fifo;               /* a pipe with a name, opened by us */
    bool    can_read, can_write;
    bool    no_try;             /* what the page cache holds is not to be had, or must not matter */
    bool    standard;           /* a stream of the host: shared, never closed */
    int     out;                /* 1, 2: writes go through out.h */
    int     op;                 /* what the job does */
    ssize_t job_n;
    int     job_err;
    int     flags;              /* of the open */
    char   *path;               /* while opening: file name or command */
    size_t  path_size;
    char   *rbuf;               /* bytes rpos to rend are to be read */
    size_t  rcap, rpos, rend;
    size_t  rscan;              /* up to here there is no newline */
    char   *wbuf;
    size_t  wcap, wlen;
    pid_t   child;              /* of popen, 0: none */
    int     child_fd;           /* pidfd, or -1 */
    int     status;             /* of the child, as waitpid gives it; -1: not known */
    _Atomic(void *) object;     /* standard: the userdata that stands for it */
    Claim   claim;              /* standard: by the process that works on it */
} File;

/* In state FILE_NEW. One reference is the caller's. NULL: no memory. */
File   *ml_file_new(Vm *vm, Mem *mem);

/* The kind of opening. False: no memory. mode as fopen's, checked by the caller. */
bool    ml_file_want(File *f, const char *path, const char *mode);
bool    ml_file_want_command(File *f, const char *command, bool reading);
void    ml_file_want_temp(File *f);
/* A descriptor of the host, which stays the host's; -1 and out 1 or 2: that
 * stream of out.h. */
void    ml_file_standard(File *f, int fd, int out);

FileEnd ml_file_open(File *f);
static inline bool ml_file_is_open(const File *f) { return f->state == FILE_OPEN; }
int     ml_file_fd(const File *f);      /* to wait for */

/* At least one more byte in rbuf, or FILE_OK when it is full. */
FileEnd ml_file_fill(File *f);
/* Up to n bytes, at least one. */
FileEnd ml_file_read(File *f, char *to, size_t n, size_t *got);
/* Takes bytes of s from *done on, until all are buffered or written. */
FileEnd ml_file_write(File *f, const char *s, size_t n, size_t *done);
FileEnd ml_file_flush(File *f);
FileEnd ml_file_seek(File *f, int whence, int64_t offset, int64_t *pos);
/* Writes, closes, waits for the child (f->status). After FILE_OK or FILE_FAIL
 * the file is closed in any case. */
FileEnd ml_file_close(File *f);
/* Bytes from here to the end, as far as known; 0: no idea. */
size_t  ml_file_left(File *f);

/* Reading or writing fd may block for long, whatever poll says. */
bool    ml_fd_is_disk(int fd);
/* Ready for this (POLLIN, POLLOUT) now? Errors count as ready. */
bool    ml_fd_is_ready(int fd, short events);

/*
 * Runs /bin/sh -c command. `in` and `out`: descriptors for the child's
 * standard streams, -1 to inherit. Blocks for a moment: for the pool.
 * *pidfd may be -1 on old systems. Returns 0 or an errno.
 */
int     ml_child_start(const char *command, int in, int out, pid_t *pid, int *pidfd);
enum { CHILD_COMMAND_MOST = 128 * 1024 };       /* a longer one is too long for the system */
/* 1: ended, *status filled; 0: still running; -1: errno. */
int     ml_child_ended(pid_t pid, int *status);

#endif
