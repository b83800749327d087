/*
 * out.c - standard output and standard error of a VM.
 *
 *     print, io.write, reports --> [head ### len] --> descriptor, if ready
 *
 * A writer appends its bytes whole, under a lock, and goes on. Nobody waits
 * in here, except at the very end. The descriptors belong to the host and are
 * probably shared with others, so their flags stay as they are: poll() first,
 * then at most what one ready pipe or terminal takes without blocking. Files
 * are written directly: that is a copy into the page cache, 16 KiB at a time.
 *
 * The poller is armed with the lock held; it reports without any of its own,
 * and the report comes back here for the lock (doc/internals/owners.md).
 */

#include "vm/edge/out.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vm/base/buf.h"
#include "vm/base/check.h"
#include "vm/base/thread.h"
#include "vm/run/park.h"
#include "vm/run/poll.h"
#include "vm/proc/sim.h"

enum { TTY_PIECE = 1024, KEEP = 2 * OUT_FLUSH };

typedef struct Out {
    Buf      buf;               /* bytes from `head` on are to be written */
    size_t   head;
    int      fd, err;
    size_t   piece;             /* written at once when ready; 0: everything */
    FileMode mode;
    bool     armed;
} Out;

typedef struct Stdio {
    Vm   *vm;
    File *file[3];
    Lock  host;                 /* held while the host's function is called */
    Lock  lock;                 /* of all below */
    Out   out[2];
    Buf   orphans;              /* pid_t each */
} Stdio;

static void fini(Vm *vm)
{
    Stdio *s = vm->stdio;
    ml_child_reap(vm);
    for (int i = 0; i < 2; i++)
        ml_buf_fini(&s->out[i].buf);
    ml_buf_fini(&s->orphans);
    for (int i = 0; i < 3; i++)
        if (s->file[i])
            ml_shared_unref(&s->file[i]->job.h);
    ml_lock_fini(&s->lock);
    ml_lock_fini(&s->host);
    vm->stdio = NULL;
    ml_mem_free(&vm->mem, s, sizeof *s);
}

static void init(Stdio *s, int fd)
{
    Out *o = &s->out[fd - 1];
    struct stat st;
    ml_buf_init(&o->buf, &s->vm->mem);
    o->fd = fd;
    o->mode = fd == 2 ? FILE_NONE : FILE_FULL;
    o->piece = PIPE_BUF;
    if (fstat(fd, &st) < 0) {
        o->fd = -1;             /* and not what is opened as that number later */
        o->piece = 0;
        return;
    }
    if (S_ISREG(st.st_mode) || S_ISBLK(st.st_mode)) {
        o->piece = 0;
    } else if (S_ISCHR(st.st_mode)) {
        bool tty = isatty(fd) == 1;
        o->piece = tty ? TTY_PIECE : FILE_BLOCK;
        if (tty && fd == 1)
            o->mode = FILE_LINE;
    }
}

static bool make_files(Stdio *s)
{
    for (int fd = 0; fd < 3; fd++) {
        s->file[fd] = ml_file_new(s->vm, &s->vm->mem);
        if (!s->file[fd])
            return false;
        ml_file_standard(s->file[fd], fd == 0 && fcntl(0, F_GETFD) >= 0 ? 0 : -1, fd);
    }
    return true;
}

bool ml_out_open(Vm *vm)
{
    Stdio *s = ml_mem_zalloc(&vm->mem, sizeof *s);
    if (!s)
        return false;
    s->vm = vm;
    ml_lock_init(&s->host);
    ml_lock_init(&s->lock);
    init(s, 1);
    init(s, 2);
    ml_buf_init(&s->orphans, &vm->mem);
    vm->stdio = s;
    vm->stdio_flush = ml_out_flush;
    vm->stdio_fini = fini;
    return make_files(s);
}

static size_t waiting(const Out *o)
{
    return o->buf.len - o->head;
}

static void written(Out *o, size_t n)
{
    o->head += n;
    if (waiting(o))
        return;
    o->head = 0;
    if (o->buf.cap > KEEP)
        ml_buf_fini(&o->buf);
    else
        ml_buf_clear(&o->buf);
}

static void failed(Out *o, int err)
{
    o->err = err;
    written(o, waiting(o));
}

/* False: no more goes now. */
static bool write_some(Out *o)
{
    if (o->piece && !ml_fd_is_ready(o->fd, POLLOUT))
        return false;
    size_t n = waiting(o);
    if (o->piece && n > o->piece)
        n = o->piece;
    ssize_t r = write(o->fd, o->buf.data + o->head, n);
    if (r >= 0)
        written(o, (size_t)r);
    else if (errno == EAGAIN)
        return false;
    else if (errno != EINTR)
        failed(o, errno);
    return waiting(o) > 0;
}

/* As much as goes without waiting. */
static void drain(Out *o)
{
    Quiet q;
    if (!waiting(o))
        return;
    if (o->piece)
        ml_quiet_begin(&q);
    while (write_some(o)) {
    }
    if (o->piece)
        ml_quiet_end(&q, o->err == EPIPE);
}

/* Bytes that were written are dropped before the buffer would grow. */
static void append(Out *o, const char *s, size_t n)
{
    if (o->head && o->buf.len + n > o->buf.cap) {
        memmove(o->buf.data, o->buf.data + o->head, waiting(o));
        o->buf.len -= o->head;
        o->head = 0;
    }
    ml_buf_put(&o->buf, s, n);
    if (o->buf.oom) {
        o->buf.oom = false;
        o->err = ENOMEM;
    }
}

bool ml_out_write(Vm *vm, int fd, const char *s, size_t n)
{
    Stdio *io = vm->stdio;
    if (vm->sim)
        ml_sim_output(vm->sim, fd, s, n);
    if (vm->write) {
        ml_lock(&io->host);
        vm->write(vm->write_ud, fd, s, n);
        ml_unlock(&io->host);
        return true;
    }
    Out *o = &io->out[fd - 1];
    ml_lock(&io->lock);
    if (o->err != EPIPE)
        append(o, s, n);
    if (waiting(o) >= OUT_FLUSH || o->mode == FILE_NONE ||
        (o->mode == FILE_LINE && memchr(s, '\n', n)))
        drain(o);
    bool ok = o->err == 0;
    ml_unlock(&io->lock);
    if (!ok && fd == 1) {       /* who drives the VM may want to end it */
        ml_store(&vm->interrupt, 1);
        ml_tell_host(vm);
    }
    return ok;
}

/* A reader may take its time; but who interrupts the VM now means this. */
static void drain_all(Stdio *s, Out *o)
{
    enum { LOOK_MS = 100 };
    for (;;) {
        drain(o);
        if (!waiting(o))
            return;
        struct pollfd p = { .fd = o->fd, .events = POLLOUT };
        if (poll(&p, 1, LOOK_MS) < 0 && errno != EINTR)
            failed(o, errno);
        else if (ml_load(&s->vm->interrupt))
            failed(o, EINTR);
    }
}

bool ml_out_full(Vm *vm, int fd)
{
    Stdio *s = vm->stdio;
    if (!s)
        return false;
    Out *o = &s->out[fd - 1];
    ml_lock(&s->lock);
    if (waiting(o) > OUT_FULL && vm->sim)
        drain_all(s, o);        /* how fast somebody reads is no choice of the seed */
    else if (waiting(o) > OUT_FULL)
        drain(o);
    bool full = waiting(o) > OUT_FULL;
    ml_unlock(&s->lock);
    return full;
}

/* The poller tells the worker when it goes on, and stops doing so. */
static void watch(Stdio *s, Out *o, bool want)
{
    if (!s->vm->poll)
        return;
    if (o->armed)
        ml_poll_disarm(s->vm->poll, o->fd, s);
    o->armed = want && ml_poll_arm(s->vm->poll, o->fd, POLL_WRITE, s);
}

bool ml_out_flush(Vm *vm, bool final)
{
    Stdio *s = vm->stdio;
    bool left = false;
    ml_lock(&s->lock);
    for (int i = 0; i < 2; i++) {
        Out *o = &s->out[i];
        if (final)
            drain_all(s, o);
        else
            drain(o);
        if (o->armed || waiting(o))
            watch(s, o, waiting(o) > 0);
        left |= waiting(o) > 0;
    }
    ml_unlock(&s->lock);
    return left;
}

bool ml_out_flush_one(Vm *vm, int fd)
{
    Stdio *s = vm->stdio;
    ml_lock(&s->lock);
    drain(&s->out[fd - 1]);
    bool left = waiting(&s->out[fd - 1]) > 0;
    ml_unlock(&s->lock);
    return left;
}

void ml_out_mode(Vm *vm, int fd, FileMode mode)
{
    Stdio *s = vm->stdio;
    ml_lock(&s->lock);
    s->out[fd - 1].mode = mode;
    if (mode != FILE_FULL)
        drain(&s->out[fd - 1]);
    ml_unlock(&s->lock);
}

int ml_out_errno(Vm *vm)
{
    Stdio *s = vm->stdio;
    ml_lock(&s->lock);
    int err = s->out[0].err;
    ml_unlock(&s->lock);
    return err;
}

int ml_out_take_error(Vm *vm, int fd)
{
    Stdio *s = vm->stdio;
    Out *o = &s->out[fd - 1];
    ml_lock(&s->lock);
    int err = o->err;
    if (err != EPIPE)
        o->err = 0;
    ml_unlock(&s->lock);
    return err;
}

File *ml_std_file(Vm *vm, int fd)
{
    return ((Stdio *)vm->stdio)->file[fd];
}

void ml_child_orphan(Vm *vm, pid_t pid)
{
    Stdio *s = vm ? vm->stdio : NULL;
    int status;
    if (ml_child_ended(pid, &status) != 0 || !s)
        return;
    ml_lock(&s->lock);
    ml_buf_put(&s->orphans, &pid, sizeof pid);
    s->orphans.oom = false;
    ml_unlock(&s->lock);
}

void ml_child_reap(Vm *vm)
{
    Stdio *s = vm ? vm->stdio : NULL;
    int status;
    if (!s)
        return;
    ml_lock(&s->lock);
    pid_t *pids = (pid_t *)(void *)s->orphans.data;
    size_t n = s->orphans.len / sizeof(pid_t), kept = 0;
    for (size_t i = 0; i < n; i++)
        if (ml_child_ended(pids[i], &status) == 0)
            pids[kept++] = pids[i];
    s->orphans.len = kept * sizeof(pid_t);
    ml_unlock(&s->lock);
}

