/*
 * lfs.c - the parts of LuaFileSystem that ask the system; the rest is in
 * stdlib/lfs.lua.
 *
 * Whatever may wait for a disk is work for the pool, held by a userdata in the
 * first slot above the arguments. A folder that is being read is such a piece
 * of work too, done again for every few hundred names.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stdlib/native/io.h"
#include "stdlib/native/libs.h"
#include "vm/edge/file.h"
#include "vm/edge/job.h"

enum { NAMES = 16 * 1024,       /* bytes of names that are read at a time */
       FOLDER_MODE = 0775, TIME_ARGS = 2 };

typedef struct Work {
    Job         job;            /* first */
    Mem        *mem;
    size_t      size;
    int         err;
    bool        has_time;
    struct stat st;
    struct timespec times[TIME_ARGS];
    DIR        *dir;            /* a folder that is open */
    char       *names;          /* NAMES bytes behind the strings, or NULL: each has NUL after it */
    size_t      len;
    char        text[];         /* two strings, one after the other */
} Work;

static const char *second(const Work *w)
{
    return w->text + strlen(w->text) + 1;
}

static void release(Shared *s)
{
    Work *w = (Work *)(void *)s;
    if (w->dir)
        closedir(w->dir);
    ml_mem_free(w->mem, w, w->size);
}

static const UdataType work_type = { .name = "folder" };

/* Pushes it. names: 0, or NAMES. NULL: raised. */
static Work *push_work(Nat *n, void (*run)(Job *j), const char *a, const char *b, size_t names)
{
    size_t na = strlen(a) + 1, nb = strlen(b) + 1, size = sizeof(Work) + na + nb + names;
    Work *w = ml_mem_zalloc(n->h->mem, size);
    if (!w) {
        ml_error(n, "not enough memory");
        return NULL;
    }
    ml_job_init(&w->job, ml_nat_vm(n), size, release);
    w->job.run = run;
    w->mem = n->h->mem;
    w->size = size;
    memcpy(w->text, a, na);
    memcpy(w->text + na, b, nb);
    w->names = names ? w->text + na + nb : NULL;
    ml_push(n, ml_v_udata(ml_udata_new(n->h, &work_type, 0, &w->job.h)));
    return w;
}

static Work *work_of(Nat *n)
{
    return (Work *)(void *)n->base[n->nargs].d->sh;
}

/* --- calls that succeed or fail --- */

static void run_mkdir(Job *j)
{
    Work *w = (Work *)(void *)j;
    w->err = mkdir(w->text, FOLDER_MODE) < 0 ? errno : 0;
}

static void run_rmdir(Job *j)
{
    Work *w = (Work *)(void *)j;
    w->err = rmdir(w->text) < 0 ? errno : 0;
}

static void run_chdir(Job *j)
{
    Work *w = (Work *)(void *)j;
    w->err = chdir(w->text) < 0 ? errno : 0;
}

static void run_link(Job *j)
{
    Work *w = (Work *)(void *)j;
    w->err = link(w->text, second(w)) < 0 ? errno : 0;
}

static void run_symlink(Job *j)
{
    Work *w = (Work *)(void *)j;
    w->err = symlink(w->text, second(w)) < 0 ? errno : 0;
}

static void run_touch(Job *j)
{
    Work *w = (Work *)(void *)j;
    w->err = utimensat(AT_FDCWD, w->text, w->has_time ? w->times : NULL, 0) < 0 ? errno : 0;
}

static NatEnd outcome(Nat *n)
{
    Work *w = work_of(n);
    if (!ml_job_is_done(&w->job))
        return ml_wait_job(n, 1, &w->job);
    return w->err ? ml_ret_errno(n, NULL, w->err) : ml_ret1(n, ml_v_bool(true));
}

/* fn(path) */
static NatEnd with_path(Nat *n, void (*run)(Job *j))
{
    Str *path;
    if (n->step)
        return outcome(n);
    if (!ml_arg_str(n, 1, &path))
        return NAT_ERR;
    Work *w = push_work(n, run, ml_str_data(path), "", 0);
    return w ? ml_wait_job(n, 1, &w->job) : NAT_ERR;
}

static NatEnd lfs_mkdir(Nat *n) { return with_path(n, run_mkdir); }
static NatEnd lfs_rmdir(Nat *n) { return with_path(n, run_rmdir); }

static NatEnd lfs_chdir(Nat *n)
{
    char buf[ERRNO_TEXT];
    if (n->step == 0)
        return with_path(n, run_chdir);
    Work *w = work_of(n);
    if (!ml_job_is_done(&w->job))
        return ml_wait_job(n, 1, &w->job);
    if (w->err == 0)
        return ml_ret1(n, ml_v_bool(true));
    ml_push(n, ml_v_nil());
    ml_push_fmt(n, "Unable to change working directory to '%s'\n%s\n", w->text,
                ml_errno_text(w->err, buf));
    return ml_ret(n, 2);
}

static NatEnd lfs_currentdir(Nat *n)
{
    char path[PATH_MAX];
    if (!getcwd(path, sizeof path))
        return ml_ret_errno(n, NULL, errno);
    ml_push_cstr(n, path);
    return ml_ret(n, 1);
}

static NatEnd lfs_link(Nat *n)
{
    Str *from, *to;
    Value symbolic = ml_arg(n, 3);
    if (n->step)
        return outcome(n);
    if (!ml_arg_str(n, 1, &from) || !ml_arg_str(n, 2, &to))
        return NAT_ERR;
    bool soft = !ml_is_nil(symbolic) && symbolic.tag != TAG_FALSE;
    Work *w = push_work(n, soft ? run_symlink : run_link, ml_str_data(from), ml_str_data(to), 0);
    return w ? ml_wait_job(n, 1, &w->job) : NAT_ERR;
}

static NatEnd lfs_touch(Nat *n)
{
    Str *path;
    double access, change;
    if (n->step)
        return outcome(n);
    if (!ml_arg_str(n, 1, &path) || !ml_arg_opt_num(n, 2, 0, &access) ||
        !ml_arg_opt_num(n, 3, access, &change))
        return NAT_ERR;
    Work *w = push_work(n, run_touch, ml_str_data(path), "", 0);
    if (!w)
        return NAT_ERR;
    w->has_time = !ml_arg_absent(n, 2);
    w->times[0].tv_sec = (time_t)access;
    w->times[1].tv_sec = (time_t)change;
    return ml_wait_job(n, 1, &w->job);
}

/* --- attributes --- */

static void run_stat(Job *j)
{
    Work *w = (Work *)(void *)j;
    w->err = stat(w->text, &w->st) < 0 ? errno : 0;
}

static void run_lstat(Job *j)
{
    Work *w = (Work *)(void *)j;
    w->err = lstat(w->text, &w->st) < 0 ? errno : 0;
}

static const char *kind_of(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFREG:  return "file";
    case S_IFDIR:  return "directory";
    case S_IFLNK:  return "link";
    case S_IFSOCK: return "socket";
    case S_IFIFO:  return "named pipe";
    case S_IFCHR:  return "char device";
    case S_IFBLK:  return "block device";
    default:       return "other";
    }
}

static Value permissions(Heap *h, mode_t mode)
{
    char text[] = "rwxrwxrwx";
    for (int i = 0; i < 9; i++)
        if (!(mode & (0400u >> i)))
            text[i] = '-';
    return ml_v_str(ml_str_new(h, text, 9));
}

static const char *const fields[] = {
    "mode", "dev", "ino", "nlink", "uid", "gid", "rdev", "access", "modification", "change",
    "size", "permissions", "blocks", "blksize", NULL
};

static Value field(Nat *n, const struct stat *st, int i)
{
    switch (i) {
    case 0:  return ml_v_str(ml_sym(ml_nat_vm(n), kind_of(st->st_mode)));
    case 1:  return ml_v_int((int64_t)st->st_dev);
    case 2:  return ml_v_int((int64_t)st->st_ino);
    case 3:  return ml_v_int((int64_t)st->st_nlink);
    case 4:  return ml_v_int((int64_t)st->st_uid);
    case 5:  return ml_v_int((int64_t)st->st_gid);
    case 6:  return ml_v_int((int64_t)st->st_rdev);
    case 7:  return ml_v_int((int64_t)st->st_atime);
    case 8:  return ml_v_int((int64_t)st->st_mtime);
    case 9:  return ml_v_int((int64_t)st->st_ctime);
    case 10: return ml_v_int((int64_t)st->st_size);
    case 11: return permissions(n->h, st->st_mode);
    case 12: return ml_v_int((int64_t)st->st_blocks);
    default: return ml_v_int((int64_t)st->st_blksize);
    }
}

/* For require: another number when the file is another, or was written since. */
static int64_t stamp(const struct stat *st)
{
    uint64_t ns = (uint64_t)st->st_ctim.tv_sec * 1000000000u + (uint64_t)st->st_ctim.tv_nsec;
    return (int64_t)(ns + (uint64_t)st->st_ino * 0x9E3779B97F4A7C15u);
}

static NatEnd one_field(Nat *n, const struct stat *st, const Str *name)
{
    if (strcmp(ml_str_data(name), "stamp") == 0)
        return ml_ret1(n, ml_v_int(stamp(st)));
    for (int i = 0; fields[i]; i++)
        if (strcmp(fields[i], ml_str_data(name)) == 0)
            return ml_ret1(n, field(n, st, i));
    return ml_error(n, "invalid attribute name '%.100s'", ml_str_data(name));
}

static NatEnd all_fields(Nat *n, const struct stat *st)
{
    Tab *t;
    if (ml_arg(n, 2).tag != TAG_TAB)
        t = ml_tab_new(n->h, 0, 16);
    else if (!ml_arg_wtab(n, 2, &t))
        return NAT_ERR;
    for (int i = 0; fields[i]; i++)
        ml_tab_sets(n->h, t, fields[i], field(n, st, i));
    return ml_ret1(n, ml_v_tab(t));
}

static NatEnd attributes(Nat *n, void (*run)(Job *j))
{
    Str *path, *name = NULL;
    char buf[ERRNO_TEXT];
    if (!ml_arg_str(n, 1, &path) ||
        (ml_arg(n, 2).tag != TAG_TAB && !ml_arg_opt_str(n, 2, NULL, &name)))
        return NAT_ERR;
    if (n->step == 0) {
        Work *w = push_work(n, run, ml_str_data(path), "", 0);
        return w ? ml_wait_job(n, 1, &w->job) : NAT_ERR;
    }
    Work *w = work_of(n);
    if (!ml_job_is_done(&w->job))
        return ml_wait_job(n, 1, &w->job);
    if (w->err == 0)
        return name ? one_field(n, &w->st, name) : all_fields(n, &w->st);
    ml_push(n, ml_v_nil());
    ml_push_fmt(n, "cannot obtain information from file '%s': %s", w->text,
                ml_errno_text(w->err, buf));
    ml_push(n, ml_v_int(w->err));
    return ml_ret(n, 3);
}

static NatEnd lfs_attributes(Nat *n) { return attributes(n, run_stat); }
static NatEnd link_attributes(Nat *n) { return attributes(n, run_lstat); }

static void run_target(Job *j)
{
    Work *w = (Work *)(void *)j;
    ssize_t len = readlink(w->text, w->names, NAMES);
    w->err = len < 0 ? errno : 0;
    w->len = len < 0 ? 0 : (size_t)len;
}

static NatEnd link_target(Nat *n)
{
    Str *path;
    if (!ml_arg_str(n, 1, &path))
        return NAT_ERR;
    if (n->step == 0) {
        Work *w = push_work(n, run_target, ml_str_data(path), "", NAMES);
        return w ? ml_wait_job(n, 1, &w->job) : NAT_ERR;
    }
    Work *w = work_of(n);
    if (!ml_job_is_done(&w->job))
        return ml_wait_job(n, 1, &w->job);
    if (w->err)
        return ml_ret1(n, ml_v_nil());
    ml_push_str(n, w->names, w->len);
    return ml_ret(n, 1);
}

/* --- folders --- */

static void run_opendir(Job *j)
{
    Work *w = (Work *)(void *)j;
    w->dir = opendir(w->text);
    w->err = w->dir ? 0 : errno;
}

/* As many names as there is room for; none: the end. */
static void run_readdir(Job *j)
{
    Work *w = (Work *)(void *)j;
    struct dirent *e;
    w->len = 0;
    while (w->len + sizeof e->d_name <= NAMES) {
        errno = 0;
        e = readdir(w->dir);
        if (!e)
            break;
        size_t size = strlen(e->d_name) + 1;
        memcpy(w->names + w->len, e->d_name, size);
        w->len += size;
    }
}

static NatEnd folder_open(Nat *n)
{
    Str *path;
    char buf[ERRNO_TEXT];
    if (!ml_arg_str(n, 1, &path))
        return NAT_ERR;
    if (n->step == 0) {
        Work *w = push_work(n, run_opendir, ml_str_data(path), "", NAMES);
        return w ? ml_wait_job(n, 1, &w->job) : NAT_ERR;
    }
    Work *w = work_of(n);
    if (!ml_job_is_done(&w->job))
        return ml_wait_job(n, 1, &w->job);
    if (w->err == 0)
        return ml_ret1(n, n->base[n->nargs]);
    ml_push(n, ml_v_nil());
    ml_push_fmt(n, "cannot open %s: %s", w->text, ml_errno_text(w->err, buf));
    return ml_ret(n, 2);
}

/* Whoever was torn out of folder_read has left it running. */
static bool is_reading(Work *w)
{
    return w->job.queued && !ml_job_is_done(&w->job);
}

static NatEnd folder_read(Nat *n)
{
    Udata *d;
    if (!ml_arg_udata(n, 1, &work_type, &d))
        return NAT_ERR;
    Work *w = (Work *)(void *)d->sh;
    if (n->step == 0 && !is_reading(w)) {
        w->job.run = run_readdir;
        ml_job_again(&w->job);
    }
    if (!ml_job_is_done(&w->job))
        return ml_wait_job(n, 1, &w->job);
    ml_push_str(n, w->names, w->len);
    return ml_ret(n, 1);
}

static NatEnd folder_close(Nat *n)
{
    Udata *d;
    if (!ml_arg_udata(n, 1, &work_type, &d))
        return NAT_ERR;
    Work *w = (Work *)(void *)d->sh;
    if (is_reading(w))
        return ml_ret0(n);      /* closed with the last reference */
    closedir(w->dir);
    w->dir = NULL;
    return ml_ret0(n);
}

/* --- open files --- */

static bool arg_file(Nat *n, File **f)
{
    Udata *d;
    if (!ml_arg_udata(n, 1, &ml_file_type, &d))
        return false;
    *f = (File *)(void *)d->sh;
    if (ml_file_is_open(*f))
        return true;
    ml_error(n, "attempt to use a closed file");
    return false;
}

/* A lock is asked for, never waited for. */
static NatEnd set_lock(Nat *n, short type, int first)
{
    File *f;
    int64_t start, length;
    if (!arg_file(n, &f) || !ml_arg_opt_int(n, first, 0, &start) ||
        !ml_arg_opt_int(n, first + 1, 0, &length))
        return NAT_ERR;
    struct flock l = { .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length };
    if (fcntl(ml_file_fd(f), F_SETLK, &l) < 0)
        return ml_ret_errno(n, NULL, errno);
    return ml_ret1(n, ml_v_bool(true));
}

static NatEnd lfs_lock(Nat *n)
{
    Str *mode;
    if (!ml_arg_str(n, 2, &mode))
        return NAT_ERR;
    switch (ml_str_data(mode)[0]) {
    case 'r': return set_lock(n, F_RDLCK, 3);
    case 'w': return set_lock(n, F_WRLCK, 3);
    case 'u': return set_lock(n, F_UNLCK, 3);
    default:  return ml_error(n, "lock: invalid mode");
    }
}

static NatEnd lfs_unlock(Nat *n) { return set_lock(n, F_UNLCK, 2); }

static NatEnd lfs_setmode(Nat *n)
{
    static const char *const modes[] = { "binary", "text", NULL };
    File *f;
    int mode;
    if (!arg_file(n, &f) || !ml_arg_option(n, 2, NULL, modes, &mode))
        return NAT_ERR;
    ml_push(n, ml_v_bool(true));
    ml_push_cstr(n, "binary");
    return ml_ret(n, 2);
}

ML_AMBIENT(lfs_attributes)
ML_AMBIENT(lfs_chdir)
ML_AMBIENT(lfs_currentdir)
ML_AMBIENT(folder_open)
ML_AMBIENT(lfs_link)
ML_AMBIENT(link_target)
ML_AMBIENT(lfs_lock)
ML_AMBIENT(lfs_mkdir)
ML_AMBIENT(lfs_rmdir)
ML_AMBIENT(link_attributes)
ML_AMBIENT(lfs_touch)
ML_AMBIENT(lfs_unlock)

const NativeDef ml_lib_lfs[] = {
    { "attributes", ambient_lfs_attributes,
      "lfs.attributes(path [, name | table])\n"
      "What is known about a file: a table, or the attribute of that name." },
    { "chdir", ambient_lfs_chdir,
      "lfs.chdir(path)\n"
      "Changes the working directory, that of all processes." },
    { "currentdir", ambient_lfs_currentdir,
      "lfs.currentdir()\n"
      "The working directory." },
    { "folder_close", folder_close,
      "folder_close(folder)\n"
      "Closes what folder_open gave." },
    { "folder_open", ambient_folder_open,
      "folder_open(path)\n"
      "A folder to read from; nil and a message." },
    { "folder_read", folder_read,
      "folder_read(folder)\n"
      "Some more names, each with NUL after it; an empty string at the end." },
    { "link", ambient_lfs_link,
      "lfs.link(old, new [, symbolic])\n"
      "Makes a link." },
    { "link_target", ambient_link_target,
      "link_target(path)\n"
      "Where a symbolic link leads; or nil." },
    { "lock", ambient_lfs_lock,
      "lfs.lock(file, mode [, start [, length]])\n"
      "Locks a part of an open file for reading (\"r\") or writing (\"w\")." },
    { "mkdir", ambient_lfs_mkdir,
      "lfs.mkdir(path)\n"
      "Makes a folder." },
    { "rmdir", ambient_lfs_rmdir,
      "lfs.rmdir(path)\n"
      "Removes an empty folder." },
    { "setmode", lfs_setmode,
      "lfs.setmode(file, mode)\n"
      "Nothing: there is only one mode here. Returns true, \"binary\"." },
    { "symlinkattributes", ambient_link_attributes,
      "lfs.symlinkattributes(path [, name | table])\n"
      "As attributes, of a symbolic link itself." },
    { "touch", ambient_lfs_touch,
      "lfs.touch(path [, access [, modification]])\n"
      "Sets the times of a file, now if there are none." },
    { "unlock", ambient_lfs_unlock,
      "lfs.unlock(file [, start [, length]])\n"
      "Takes a lock back." },
    { NULL, NULL, NULL }
};
