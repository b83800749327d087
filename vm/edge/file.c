/*
 * file.c - open files, pipes and child processes, with buffers of their own.
 *
 *     process --> [....rpos####rend....] <-- read: cache, pool, or when ready
 *     process --> [####wlen............] --> write: pool, or when ready
 *
 * A file on disk is read with RWF_NOWAIT first: what is in the page cache
 * costs one system call and no thread switch. The rest, and every write, is a
 * job. While a job runs, `op` says so, and only the pool touches what belongs
 * to it; ml_file_settle() takes the result.
 *
 * Pipes, terminals and sockets are asked with poll() before each call, since
 * their descriptors may be blocking: one read after POLLIN does not wait, nor
 * does one write of PIPE_BUF bytes after POLLOUT. What we opened ourselves is
 * O_NONBLOCK and needs no question.
 */

#include "vm/edge/file_in.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "vm/base/check.h"
#include "vm/edge/block.h"
#include "vm/edge/out.h"
#include "vm/run/poll.h"
#include "vm/proc/vm.h"

enum { SMALL_BLOCK = 512, BOOKED = 16 * 1024, LAST_WAIT_MS = 1000 };

/* --- descriptors --- */

bool ml_fd_is_disk(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 &&
           (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode) || S_ISBLK(st.st_mode));
}

static bool is_ready(int fd, short events, int ms)
{
    struct pollfd p = { .fd = fd, .events = events };
    int r;
    do {
        r = poll(&p, 1, ms);
    } while (r < 0 && errno == EINTR);
    return r != 0;
}

bool ml_fd_is_ready(int fd, short events)
{
    return is_ready(fd, events, 0);
}

/* Waits where it must, but not for ever. Pool. */
static int write_all(int fd, const char *s, size_t n)
{
    Quiet q;
    int err = 0;
    if (!n)
        return 0;
    ml_quiet_begin(&q);
    while (n && !err) {
        ssize_t r = write(fd, s, n);
        if (r > 0) {
            s += r;
            n -= (size_t)r;
        } else if (r < 0 && errno == EAGAIN) {
            if (!is_ready(fd, POLLOUT, LAST_WAIT_MS))
                err = EAGAIN;
        } else if (r == 0 || errno != EINTR) {
            err = r ? errno : EIO;
        }
    }
    ml_quiet_end(&q, err == EPIPE);
    return err;
}

/* --- life --- */

static void drop_buffers(File *f)
{
    ml_mem_free(f->mem, f->rbuf, f->rcap);
    ml_mem_free(f->mem, f->wbuf, f->wcap);
    ml_mem_free(f->mem, f->path, f->path_size);
    f->rbuf = f->wbuf = f->path = NULL;
    f->rcap = f->rpos = f->rend = f->rscan = f->wcap = f->wlen = f->path_size = 0;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* The last bytes of a file that nobody closed. */
static void run_last(Job *j)
{
    File *f = (File *)(void *)j;
    write_all(f->fd, f->wbuf, f->wlen);
    close_fd(&f->fd);
}

/*
 * The last reference is gone, on any thread. Closing may block, so it is a
 * job, for which the file comes back to life: the pool's unref of that job
 * brings us here again, with nothing left to close. No pool, no choice.
 */
static void release(Shared *s)
{
    File *f = (File *)(void *)s;
    if (f->fd >= 0 && !f->standard) {
        if (!f->disk)
            f->nonblock = fcntl(f->fd, F_SETFL, O_NONBLOCK) == 0;
        ml_job_again(&f->job);
        f->job.run = run_last;
        f->job.must = f->job.queued = true;
        f->job.first = f->disk;
        f->job.after = false;
        f->job.owner = ml_v_nil();
        ml_store(&s->refs, 1);
        Pool *pool = f->wlen && f->job.vm ? f->job.vm->pool : NULL;
        if (pool && ml_pool_submit(pool, &f->job)) {
            ml_shared_unref(s);
            return;
        }
        run_last(&f->job);
    }
    close_fd(&f->child_fd);
    if (f->child)
        ml_child_orphan(f->job.vm, f->child);
    drop_buffers(f);
    ml_mem_free(f->mem, f, sizeof *f);
}

File *ml_file_new(Vm *vm, Mem *mem)
{
    File *f = ml_mem_zalloc(mem, sizeof *f);
    if (!f)
        return NULL;
    ml_job_init(&f->job, vm, BOOKED, release);
    f->mem = mem;
    f->no_try = vm && vm->sim;
    f->fd = f->child_fd = f->status = -1;
    return f;
}

int ml_file_fd(const File *f)
{
    return f->fd >= 0 ? f->fd : f->child_fd;
}

FileEnd ml_file_fail(File *f, int err)
{
    ml_store(&f->err, err);
    return FILE_FAIL;
}

/* --- jobs --- */

FileEnd ml_file_begin(File *f, int op, void (*run)(Job *j))
{
    ml_job_again(&f->job);
    f->job.after = op == DO_OPEN;
    f->op = op;
    f->job_n = 0;
    f->job_err = 0;
    f->job.run = run;
    return FILE_JOB;
}

/* The result of a job is taken. False: it is still under way. */
bool ml_file_settle(File *f)
{
    if (f->op == DO_NONE)
        return true;
    if (!ml_job_is_done(&f->job))
        return false;
    int op = f->op;
    f->op = DO_NONE;
    if (op == DO_READ && f->job_n > 0) {
        f->rend += (size_t)f->job_n;
    } else if (op == DO_WRITE) {
        f->wlen = 0;
        if (f->job_err)
            f->late = f->job_err;
    }
    return true;
}

/* --- reading --- */

static void run_read(Job *j)
{
    File *f = (File *)(void *)j;
    do {
        f->job_n = read(f->fd, f->rbuf + f->rend, f->rcap - f->rend);
    } while (f->job_n < 0 && errno == EINTR);
    if (f->job_n < 0)
        f->job_err = errno;
}

size_t ml_file_left(File *f)
{
    struct stat st;
    if (!f->disk || fstat(f->fd, &st) < 0 || !S_ISREG(st.st_mode))
        return 0;
    off_t at = lseek(f->fd, 0, SEEK_CUR);
    return at >= 0 && st.st_size > at ? (size_t)(st.st_size - at) : 0;
}

/* Small files get small buffers: a thousand of them may be open. */
static bool get_rbuf(File *f)
{
    if (f->rbuf)
        return true;
    size_t cap = FILE_BLOCK, left;
    if (f->disk && (left = ml_file_left(f)) < FILE_BLOCK)
        for (cap = SMALL_BLOCK; cap <= left;)
            cap *= 2;
    f->rbuf = ml_mem_alloc(f->mem, cap);
    f->rcap = f->rbuf ? cap : 0;
    return f->rbuf != NULL;
}

/* Room behind rend; the buffer of a file that grew grows with it. */
static bool make_room(File *f)
{
    if (!get_rbuf(f))
        return false;
    if (f->rpos) {
        memmove(f->rbuf, f->rbuf + f->rpos, f->rend - f->rpos);
        f->rend -= f->rpos;
        f->rscan = f->rscan > f->rpos ? f->rscan - f->rpos : 0;
        f->rpos = 0;
    }
    if (f->rend == f->rcap && f->rcap < FILE_BLOCK) {
        char *p = ml_mem_realloc(f->mem, f->rbuf, f->rcap, FILE_BLOCK);
        if (!p)
            return false;
        f->rbuf = p;
        f->rcap = FILE_BLOCK;
    }
    return true;
}

/* Straight from the page cache. -1 with EAGAIN: not there, or not possible. */
static ssize_t read_cached(File *f, char *to, size_t n)
{
    if (f->no_try) {
        errno = EAGAIN;
        return -1;
    }
    struct iovec v = { .iov_base = to, .iov_len = n };
    ssize_t r;
    do {
        r = preadv2(f->fd, &v, 1, -1, RWF_NOWAIT);
    } while (r < 0 && errno == EINTR);
    if (r < 0 && (errno == EOPNOTSUPP || errno == EINVAL || errno == ENOSYS)) {
        f->no_try = true;
        errno = EAGAIN;
    }
    return r;
}

static ssize_t read_ready(File *f, char *to, size_t n)
{
    ssize_t r;
    if (!f->nonblock && !ml_fd_is_ready(f->fd, POLLIN)) {
        errno = EAGAIN;
        return -1;
    }
    do {
        r = read(f->fd, to, n);
    } while (r < 0 && errno == EINTR);
    /* a named pipe to which nobody has written yet is not at its end */
    if (r == 0 && f->fifo && !ml_fd_is_ready(f->fd, POLLIN)) {
        errno = EAGAIN;
        return -1;
    }
    return r;
}

static FileEnd read_end(File *f, ssize_t r)
{
    if (r > 0)
        return FILE_OK;
    if (r == 0)
        return FILE_EOF;
    return errno == EAGAIN ? FILE_READ : ml_file_fail(f, errno);
}

/* Before the first byte is read: the file is readable, idle and written. */
static FileEnd start_reading(File *f)
{
    if (!f->can_read)
        return ml_file_fail(f, EBADF);
    return f->wlen ? ml_file_flush(f) : FILE_OK;
}

FileEnd ml_file_fill(File *f)
{
    if (f->op == DO_READ && ml_file_settle(f)) {
        if (f->job_err)
            return ml_file_fail(f, f->job_err);
        return f->job_n > 0 ? FILE_OK : FILE_EOF;
    }
    if (!ml_file_settle(f))
        return FILE_JOB;
    FileEnd e = start_reading(f);
    if (e != FILE_OK)
        return e;
    if (!make_room(f))
        return ml_file_fail(f, ENOMEM);
    if (f->rend == f->rcap)
        return FILE_OK;
    char *to = f->rbuf + f->rend;
    size_t n = f->rcap - f->rend;
    ssize_t r = f->disk ? read_cached(f, to, n) : read_ready(f, to, n);
    if (r > 0)
        f->rend += (size_t)r;
    else if (r < 0 && f->disk && errno == EAGAIN)
        return ml_file_begin(f, DO_READ, run_read);
    return read_end(f, r);
}

/* Large pieces go past the buffer where nobody has to wait for them. */
FileEnd ml_file_read(File *f, char *to, size_t n, size_t *got)
{
    *got = 0;
    if (f->rpos == f->rend && n >= FILE_BLOCK && f->op == DO_NONE) {
        FileEnd e = start_reading(f);
        if (e != FILE_OK)
            return e;
        ssize_t r = f->disk ? read_cached(f, to, n) : read_ready(f, to, n);
        if (r >= 0 || errno != EAGAIN || !f->disk) {
            *got = r > 0 ? (size_t)r : 0;
            return read_end(f, r);
        }
    }
    if (f->rpos == f->rend) {
        FileEnd e = ml_file_fill(f);
        if (e != FILE_OK)
            return e;
    }
    *got = f->rend - f->rpos < n ? f->rend - f->rpos : n;
    memcpy(to, f->rbuf + f->rpos, *got);
    f->rpos += *got;
    if (f->rscan < f->rpos)
        f->rscan = f->rpos;
    return FILE_OK;
}

/* --- writing --- */

static void run_write(Job *j)
{
    File *f = (File *)(void *)j;
    f->job_err = write_all(f->fd, f->wbuf, f->wlen);
}

/* What was read ahead is given back, so that the system's position is ours. */
static void drop_ahead(File *f)
{
    if (f->rend > f->rpos && f->disk)
        lseek(f->fd, -(off_t)(f->rend - f->rpos), SEEK_CUR);
    if (f->disk)
        f->rpos = f->rend = f->rscan = 0;
}

/* An error that a job met while nobody was looking. */
static FileEnd pending_error(File *f)
{
    int err = f->late;
    f->late = 0;
    return err ? ml_file_fail(f, err) : FILE_OK;
}

static FileEnd write_ready(File *f, size_t *done)
{
    size_t n = f->wlen - *done;
    if (!f->nonblock) {
        if (!ml_fd_is_ready(f->fd, POLLOUT))
            return FILE_WRITE;
        n = n < PIPE_BUF ? n : PIPE_BUF;
    }
    ssize_t r = write(f->fd, f->wbuf + *done, n);
    if (r >= 0)
        *done += (size_t)r;
    else if (errno == EAGAIN)
        return FILE_WRITE;
    else if (errno != EINTR)
        return ml_file_fail(f, errno);
    return FILE_OK;
}

static FileEnd flush_ready(File *f)
{
    size_t done = 0;
    FileEnd e = FILE_OK;
    Quiet q;
    ml_quiet_begin(&q);
    while (done < f->wlen && e == FILE_OK)
        e = write_ready(f, &done);
    ml_quiet_end(&q, e == FILE_FAIL && ml_load(&f->err) == EPIPE);
    if (e == FILE_FAIL)
        done = f->wlen;
    memmove(f->wbuf, f->wbuf + done, f->wlen - done);
    f->wlen -= done;
    return e;
}

FileEnd ml_file_flush(File *f)
{
    if (f->out) {
        ml_out_flush_one(f->job.vm, f->out);
        int err = ml_out_take_error(f->job.vm, f->out);
        return err ? ml_file_fail(f, err) : FILE_OK;
    }
    bool wrote = f->op == DO_WRITE;
    if (!ml_file_settle(f))
        return FILE_JOB;
    if (wrote || !f->wlen)
        return pending_error(f);
    return f->disk ? ml_file_begin(f, DO_WRITE, run_write) : flush_ready(f);
}

static FileEnd write_out(File *f, const char *s, size_t n, size_t *done)
{
    Vm *vm = f->job.vm;
    while (*done < n) {
        if (ml_out_full(vm, f->out))
            return FILE_WRITE;
        size_t part = n - *done < FILE_BLOCK ? n - *done : FILE_BLOCK;
        bool ok = ml_out_write(vm, f->out, s + *done, part);
        *done += part;
        int err = ok ? 0 : ml_out_take_error(vm, f->out);
        if (err)
            return ml_file_fail(f, err);
    }
    return FILE_OK;
}

static bool start_writing(File *f)
{
    if (!f->wbuf) {
        f->wbuf = ml_mem_alloc(f->mem, FILE_BLOCK);
        f->wcap = f->wbuf ? FILE_BLOCK : 0;
    }
    drop_ahead(f);
    return f->wbuf != NULL;
}

FileEnd ml_file_write(File *f, const char *s, size_t n, size_t *done)
{
    if (!f->can_write)
        return ml_file_fail(f, EBADF);
    if (f->out)
        return write_out(f, s, n, done);
    if (!ml_file_settle(f))
        return FILE_JOB;
    if (!start_writing(f))
        return ml_file_fail(f, ENOMEM);
    FileEnd e = pending_error(f);
    while (e == FILE_OK && *done < n) {
        if (f->wlen == f->wcap) {
            e = ml_file_flush(f);
            continue;
        }
        size_t room = f->wcap - f->wlen, part = n - *done;
        part = part < room ? part : room;
        memcpy(f->wbuf + f->wlen, s + *done, part);
        f->wlen += part;
        *done += part;
    }
    if (e == FILE_OK && f->wlen &&
        (f->mode == FILE_NONE ||
         (f->mode == FILE_LINE && memchr(f->wbuf, '\n', f->wlen))))
        e = ml_file_flush(f);
    return e;
}

FileEnd ml_file_seek(File *f, int whence, int64_t offset, int64_t *pos)
{
    FileEnd e = ml_file_flush(f);
    if (e != FILE_OK)
        return e;
    int fd = f->out ? f->out : f->fd;
    if (whence == SEEK_CUR)
        offset -= (int64_t)(f->rend - f->rpos);
    off_t at = lseek(fd, offset, whence);
    if (at < 0)
        return ml_file_fail(f, errno);
    f->rpos = f->rend = f->rscan = 0;
    *pos = at;
    return FILE_OK;
}

/* --- closing --- */

static void run_close(Job *j)
{
    File *f = (File *)(void *)j;
    f->job_err = write_all(f->fd, f->wbuf, f->wlen);
    if (close(f->fd) < 0 && !f->job_err && errno != EINTR)
        f->job_err = errno;
    f->fd = -1;
}

static FileEnd close_here(File *f)
{
    if (f->wlen) {
        FileEnd e = flush_ready(f);
        if (e == FILE_WRITE)
            return e;
        if (e == FILE_FAIL)
            f->late = ml_load(&f->err);
    }
    if (f->job.vm && f->job.vm->poll)
        ml_poll_disarm(f->job.vm->poll, f->fd, NULL);
    close_fd(&f->fd);
    return FILE_OK;
}

static FileEnd wait_child(File *f)
{
    int status = -1, r = ml_child_ended(f->child, &status);
    if (r > 0)
        f->status = status;
    if (r == 0)
        return f->child_fd >= 0 ? FILE_READ : FILE_LATER;
    if (r < 0)
        f->late = errno;
    f->child = 0;
    if (f->child_fd >= 0 && f->job.vm && f->job.vm->poll)
        ml_poll_disarm(f->job.vm->poll, f->child_fd, NULL);
    close_fd(&f->child_fd);
    return FILE_OK;
}

FileEnd ml_file_close(File *f)
{
    bool closed = f->op == DO_CLOSE;
    if (!ml_file_settle(f))
        return FILE_JOB;
    if (closed && f->job_err)
        f->late = f->job_err;
    f->state = FILE_CLOSING;
    if (f->fd >= 0) {
        drop_ahead(f);
        if (f->disk && f->can_write)
            return ml_file_begin(f, DO_CLOSE, run_close);
        FileEnd e = close_here(f);
        if (e != FILE_OK)
            return e;
    }
    if (f->child) {
        FileEnd e = wait_child(f);
        if (e != FILE_OK)
            return e;
    }
    f->state = FILE_CLOSED;
    drop_buffers(f);
    return pending_error(f);
}
