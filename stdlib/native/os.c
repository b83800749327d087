/*
 * os.c - the os library: time, the environment, files by name, commands.
 *
 * What may block (a disk, starting a child) is a Task for the pool, held by a
 * userdata in the first slot above the arguments, so that a killed process
 * leaves nothing behind. Dates are formatted in the C locale whatever the
 * host has chosen, and os.exit ends the VM, not the host.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "stdlib/native/io.h"
#include "stdlib/native/libs.h"
#include "stdlib/native/string_in.h"
#include "vm/boot.h"
#include "vm/proc/vm.h"
#include "vm/edge/file.h"
#include "vm/run/poll.h"
#include "vm/run/wait.h"

/* --- tasks for the pool --- */

enum { NAME_ROOM = 32, CHILD_LOOK_US = 5000 };

typedef struct Task {
    Job    job;                 /* first */
    Mem   *mem;
    int    err;
    pid_t  child;
    int    child_fd;
    char   name[NAME_ROOM];     /* of os.tmpname */
    size_t size;
    char   text[];              /* two strings, one after the other */
} Task;

static const char *second(const Task *t)
{
    return t->text + strlen(t->text) + 1;
}

static void release(Shared *s)
{
    Task *t = (Task *)(void *)s;
    if (t->child_fd >= 0)
        close(t->child_fd);
    if (t->child)
        ml_child_orphan(t->job.vm, t->child);
    ml_mem_free(t->mem, t, t->size);
}

static const UdataType task_type = { .name = "task" };

static Task *task_of(Nat *n)
{
    return (Task *)(void *)n->base[n->nargs].d->sh;
}

/* The process waits for `run`; it goes on as step 1. Of texts that are too long
 * for the system, only `most` bytes are given to it, which are too many still. */
static NatEnd start(Nat *n, void (*run)(Job *j), const char *a, const char *b, size_t most)
{
    size_t na = strnlen(a, most), nb = strnlen(b, most);
    size_t size = sizeof(Task) + na + nb + 2;
    Task *t = ml_mem_zalloc(n->h->mem, size);
    if (!t)
        return ml_error(n, "not enough memory");
    ml_job_init(&t->job, ml_nat_vm(n), size, release);
    t->job.run = run;
    t->mem = n->h->mem;
    t->size = size;
    t->child_fd = -1;
    memcpy(t->text, a, na);
    memcpy(t->text + na + 1, b, nb);
    ml_push(n, ml_v_udata(ml_udata_new(n->h, &task_type, 0, &t->job.h)));
    return ml_wait_job(n, 1, &t->job);
}

static void run_remove(Job *j)
{
    Task *t = (Task *)(void *)j;
    t->err = remove(t->text) < 0 ? errno : 0;
}

static void run_rename(Job *j)
{
    Task *t = (Task *)(void *)j;
    t->err = rename(t->text, second(t)) < 0 ? errno : 0;
}

static void run_tmpname(Job *j)
{
    Task *t = (Task *)(void *)j;
    strcpy(t->name, "/tmp/lua_XXXXXX");
    int fd = mkostemp(t->name, O_CLOEXEC);
    if (fd >= 0)
        close(fd);
    else
        t->err = errno;
}

static void run_execute(Job *j)
{
    Task *t = (Task *)(void *)j;
    t->err = ml_child_start(t->text, -1, -1, &t->child, &t->child_fd);
    if (t->err)
        t->child = 0;
}

static NatEnd os_remove(Nat *n)
{
    Str *name;
    if (!ml_arg_str(n, 1, &name))
        return NAT_ERR;
    if (n->step == 0)
        return start(n, run_remove, ml_str_data(name), "", PATH_MAX);
    Task *t = task_of(n);
    if (!ml_job_is_done(&t->job))
        return ml_wait_job(n, 1, &t->job);
    if (t->err)
        return ml_ret_errno(n, ml_str_data(name), t->err);
    return ml_ret1(n, ml_v_bool(true));
}

static NatEnd os_rename(Nat *n)
{
    Str *from, *to;
    if (!ml_arg_str(n, 1, &from) || !ml_arg_str(n, 2, &to))
        return NAT_ERR;
    if (n->step == 0)
        return start(n, run_rename, ml_str_data(from), ml_str_data(to), PATH_MAX);
    Task *t = task_of(n);
    if (!ml_job_is_done(&t->job))
        return ml_wait_job(n, 1, &t->job);
    if (t->err)
        return ml_ret_errno(n, NULL, t->err);
    return ml_ret1(n, ml_v_bool(true));
}

static NatEnd os_tmpname(Nat *n)
{
    if (n->step == 0)
        return start(n, run_tmpname, "", "", 0);
    Task *t = task_of(n);
    if (!ml_job_is_done(&t->job))
        return ml_wait_job(n, 1, &t->job);
    if (t->err)
        return ml_error(n, "unable to generate a unique filename");
    ml_push_cstr(n, t->name);
    return ml_ret(n, 1);
}

static NatEnd wait_child(Nat *n, Task *t)
{
    int status = 0, r = ml_child_ended(t->child, &status);
    if (r == 0 && t->child_fd >= 0)
        return ml_wait_fd(n, 1, t->child_fd, POLL_READ);
    if (r == 0)
        return ml_nat_wait(n, 1, ml_now_us(ml_nat_vm(n)) + CHILD_LOOK_US);
    int err = errno;
    t->child = 0;
    return r < 0 ? ml_ret_errno(n, NULL, err) : ml_ret_status(n, status);
}

static NatEnd os_execute(Nat *n)
{
    Str *command = NULL;
    if (!ml_arg_opt_str(n, 1, NULL, &command))
        return NAT_ERR;
    if (!command)
        return ml_ret1(n, ml_v_bool(access("/bin/sh", X_OK) == 0));
    if (n->step == 0) {
        ml_out_flush_one(ml_nat_vm(n), 1);
        ml_child_reap(ml_nat_vm(n));
        return start(n, run_execute, ml_str_data(command), "", CHILD_COMMAND_MOST);
    }
    Task *t = task_of(n);
    if (!ml_job_is_done(&t->job))
        return ml_wait_job(n, 1, &t->job);
    if (t->err)
        return ml_ret_errno(n, NULL, t->err);
    return wait_child(n, t);
}

/* --- the environment --- */

static NatEnd os_getenv(Nat *n)
{
    Str *name;
    if (!ml_arg_str(n, 1, &name))
        return NAT_ERR;
    if (name->len > CHILD_COMMAND_MOST)
        return ml_ret1(n, ml_v_nil());  /* longer than the system lets one be */
    const char *v = getenv(ml_str_data(name));
    if (!v)
        return ml_ret1(n, ml_v_nil());
    ml_push_cstr(n, v);
    return ml_ret(n, 1);
}

/* The locale belongs to the host: it is "C" for the script, and stays so. */
static NatEnd os_setlocale(Nat *n)
{
    static const char *const names[] = { "all", "collate", "ctype", "monetary",
                                         "numeric", "time", NULL };
    Str *locale = NULL;
    int category;
    if (!ml_arg_opt_str(n, 1, NULL, &locale) ||
        !ml_arg_option(n, 2, "all", names, &category))
        return NAT_ERR;
    const char *s = locale ? ml_str_data(locale) : "";
    if (strcmp(s, "") != 0 && strcmp(s, "C") != 0 && strcmp(s, "POSIX") != 0)
        return ml_ret1(n, ml_v_nil());
    ml_push_cstr(n, "C");
    return ml_ret(n, 1);
}

static NatEnd os_exit(Nat *n)
{
    Value v = ml_arg(n, 1);
    int64_t code;
    if (v.tag == TAG_TRUE || v.tag == TAG_FALSE)
        code = v.tag == TAG_TRUE ? EXIT_SUCCESS : EXIT_FAILURE;
    else if (!ml_arg_opt_int(n, 1, EXIT_SUCCESS, &code))
        return NAT_ERR;
    Proc *p = n->p;
    if (!ml_is_truthy(ml_arg(n, 2)) || p->own->evaluator) {
        ml_vm_exit(p->vm, (int)code);
        return NAT_EXIT;
    }
    /* close: as exit(), and the program ends with this process */
    p->own->quits = true;
    p->own->quit_code = (int)code;
    p->own->exiting = true;
    p->own->err = ml_v_nil();
    return NAT_EXIT;
}

/* --- time --- */

static NatEnd os_clock(Nat *n)
{
    return ml_ret1(n, ml_v_float((double)ml_cpu_us(ml_nat_vm(n)) / 1e6));
}

static NatEnd os_difftime(Nat *n)
{
    int64_t a, b;
    if (!ml_arg_int(n, 1, &a) || !ml_arg_int(n, 2, &b))
        return NAT_ERR;
    return ml_ret1(n, ml_v_float(difftime((time_t)a, (time_t)b)));
}

/* Conversions of C99: alone, after E, after O. */
static bool is_conversion(const char *s, size_t left, size_t *len)
{
    static const char *const alone = "aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%";
    static const char *const after_e = "cCxXyY", *const after_o = "deHImMSuUVwWy";
    if (left >= 1 && s[0] && strchr(alone, s[0])) {
        *len = 1;
        return true;
    }
    *len = 2;
    return left >= 2 && s[1] && ((s[0] == 'E' && strchr(after_e, s[1])) ||
                                 (s[0] == 'O' && strchr(after_o, s[1])));
}

static size_t conversion(char *to, size_t most, const char *s, size_t len, const struct tm *tm)
{
    char format[4] = { '%', s[0], len > 1 ? s[1] : 0, 0 };
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!c)
        return 0;
    size_t size = strftime_l(to, most, format, tm, c);
    freelocale(c);
    return size;
}

enum { DATE, OUT, DATE_SLOTS = OUT + OUT_SLOTS };       /* slots */

typedef struct Date {
    struct tm tm;
    size_t    at;               /* in the format */
    Out       out;
} Date;

static NatEnd date_later(Nat *n, const Date *d)
{
    ml_string_keep(n, DATE, d, sizeof *d);
    return ml_nat_more(n, 1);
}

static NatEnd format_date(Nat *n, Date *d, const char *s, size_t len)
{
    char text[250];
    Value v;
    int work = STR_WORK;
    for (size_t used; d->at < len; d->at += used) {
        used = 1;
        if (s[d->at] != '%') {
            ml_out_byte(&d->out, s[d->at]);
        } else if (is_conversion(s + d->at + 1, len - d->at - 1, &used)) {
            ml_out_put(&d->out, text, conversion(text, sizeof text, s + d->at + 1, used, &d->tm));
            used++;
            work -= 200;
        } else {
            snprintf(text, sizeof text, "invalid conversion specifier '%%%.200s'", s + d->at + 1);
            return ml_arg_error(n, 1, text);
        }
        if (--work < 0) {
            work = STR_WORK;
            if (ml_string_worked(n, STR_WORK)) {
                d->at += used;
                return date_later(n, d);
            }
        }
    }
    if (!d->out.failed && !ml_out_join(&d->out, &v))
        return date_later(n, d);
    return d->out.failed || ml_is_nil(v) ? ml_out_error(&d->out) : ml_ret1(n, v);
}

static NatEnd date_again(Nat *n)
{
    Date d;
    ml_string_kept(n, DATE, &d, sizeof d);
    ml_out_wake(&d.out, n);
    const Str *format = ml_is_str(ml_arg(n, 1)) ? n->base[0].s : NULL;
    return format_date(n, &d, format ? ml_str_data(format) : "%c", format ? ml_str_len(format) : 2);
}

static void set_field(Nat *n, Tab *t, const char *name, int64_t value)
{
    ml_tab_sets(n->h, t, name, ml_v_int(value));
}

static void set_fields(Nat *n, Tab *t, const struct tm *tm)
{
    set_field(n, t, "year", (int64_t)tm->tm_year + 1900);
    set_field(n, t, "month", (int64_t)tm->tm_mon + 1);
    set_field(n, t, "day", tm->tm_mday);
    set_field(n, t, "hour", tm->tm_hour);
    set_field(n, t, "min", tm->tm_min);
    set_field(n, t, "sec", tm->tm_sec);
    set_field(n, t, "yday", (int64_t)tm->tm_yday + 1);
    set_field(n, t, "wday", (int64_t)tm->tm_wday + 1);
    if (tm->tm_isdst >= 0)
        ml_tab_sets(n->h, t, "isdst", ml_v_bool(tm->tm_isdst != 0));
}

static NatEnd os_date(Nat *n)
{
    Str *format = NULL;
    int64_t when;
    Date d;
    struct tm *ok;
    if (n->step)
        return date_again(n);
    if (!ml_arg_opt_str(n, 1, NULL, &format) ||
        !ml_arg_opt_int(n, 2, (int64_t)(ml_wall_us(ml_nat_vm(n)) / 1000000), &when))
        return NAT_ERR;
    const char *s = format ? ml_str_data(format) : "%c";
    size_t len = format ? ml_str_len(format) : 2;
    time_t t = (time_t)when;
    d.at = *s == '!';
    if (*s == '!') {
        ok = gmtime_r(&t, &d.tm);
    } else {
        tzset();
        ok = localtime_r(&t, &d.tm);
    }
    if (!ok)
        return ml_error(n, "date result cannot be represented in this installation");
    if (strcmp(s + d.at, "*t") == 0) {
        Tab *fields = ml_tab_new(n->h, 0, 9);
        set_fields(n, fields, &d.tm);
        return ml_ret1(n, ml_v_tab(fields));
    }
    ml_string_slots(n, DATE_SLOTS);
    ml_out_init(&d.out, n, OUT);
    return format_date(n, &d, s, len);
}

/* standard < 0: the field must be there. False: raised. */
static bool get_field(Nat *n, Tab *t, const char *name, int standard, int base,
                      int *out)
{
    Value v = *ml_tab_gets(n->h, t, name);
    int64_t i;
    if (!ml_to_int(v, &i)) {
        if (!ml_is_nil(v)) {
            ml_error(n, "field '%s' is not an integer", name);
            return false;
        }
        if (standard < 0) {
            ml_error(n, "field '%s' missing in date table", name);
            return false;
        }
        *out = standard;
        return true;
    }
    if (!(i >= 0 ? i - base <= INT_MAX : INT_MIN + base <= i)) {
        ml_error(n, "field '%s' is out-of-bound", name);
        return false;
    }
    *out = (int)(i - base);
    return true;
}

static NatEnd os_time(Nat *n)
{
    Tab *t;
    struct tm tm = { 0 };
    if (ml_arg_absent(n, 1))
        return ml_ret1(n, ml_v_int((int64_t)(ml_wall_us(ml_nat_vm(n)) / 1000000)));
    if (!ml_arg_tab(n, 1, &t))
        return NAT_ERR;
    if (t->meta)
        return ml_nat_slow(n, "os.time");
    if (!get_field(n, t, "year", -1, 1900, &tm.tm_year) ||
        !get_field(n, t, "month", -1, 1, &tm.tm_mon) ||
        !get_field(n, t, "day", -1, 0, &tm.tm_mday) ||
        !get_field(n, t, "hour", 12, 0, &tm.tm_hour) ||
        !get_field(n, t, "min", 0, 0, &tm.tm_min) ||
        !get_field(n, t, "sec", 0, 0, &tm.tm_sec))
        return NAT_ERR;
    Value dst = *ml_tab_gets(n->h, t, "isdst");
    tm.tm_isdst = ml_is_nil(dst) ? -1 : ml_is_truthy(dst);
    time_t when = mktime(&tm);
    if (!ml_arg_wtab(n, 1, &t))
        return NAT_ERR;
    set_fields(n, t, &tm);
    if (when == (time_t)-1)
        return ml_error(n, "time result cannot be represented in this installation");
    return ml_ret1(n, ml_v_int(when));
}

/* --- for stdlib/modules.lua --- */

static NatEnd gettime(Nat *n)
{
    return ml_ret1(n, ml_v_float((double)ml_wall_us(ml_nat_vm(n)) / 1e6));
}

static NatEnd is_terminal(Nat *n)
{
    Udata *d;
    if (!ml_arg_udata(n, 1, &ml_file_type, &d))
        return NAT_ERR;
    const File *f = (const File *)(const void *)d->sh;
    int fd = f->out ? f->out : ml_file_fd(f);
    return ml_ret1(n, ml_v_bool(fd >= 0 && isatty(fd)));
}

const NativeDef ml_lib_native_os[] = {
    { "gettime", gettime,
      "gettime()\n"
      "Seconds since 1970, with microseconds as fraction." },
    { "isatty", is_terminal,
      "isatty(file)\n"
      "Is an open file a terminal?" },
    { NULL, NULL, NULL }
};

ML_AMBIENT(os_execute)
ML_AMBIENT(os_exit)
ML_AMBIENT(os_getenv)
ML_AMBIENT(os_remove)
ML_AMBIENT(os_rename)
ML_AMBIENT(os_setlocale)
ML_AMBIENT(os_tmpname)

const NativeDef ml_lib_os[] = {
    { "clock", os_clock,
      "os.clock()\n"
      "Processor time used by the program, in seconds." },
    { "date", os_date,
      "os.date([format [, time]])\n"
      "The date as text, with the conversions of strftime; as a table for \"*t\".\n"
      "A format that begins with \"!\" gives UTC." },
    { "difftime", os_difftime,
      "os.difftime(t2, t1)\n"
      "Seconds from t1 to t2." },
    { "execute", ambient_os_execute,
      "os.execute([command])\n"
      "Runs a shell command; this process waits for it. Returns true or nil,\n"
      "\"exit\" or \"signal\", and the number. Without command: is there a shell?" },
    { "exit", ambient_os_exit,
      "os.exit([code [, close]])\n"
      "Ends the whole program, at once: true and 0 (if left out) for success,\n"
      "false or a number else. With close this process runs its __close and __gc\n"
      "metamethods first, as with exit()." },
    { "getenv", ambient_os_getenv,
      "os.getenv(name)\n"
      "The value of an environment variable, or nil." },
    { "remove", ambient_os_remove,
      "os.remove(filename)\n"
      "Deletes a file or an empty directory. True, or nil, message, error number." },
    { "rename", ambient_os_rename,
      "os.rename(oldname, newname)\n"
      "Renames a file. True, or nil, message, error number." },
    { "setlocale", ambient_os_setlocale,
      "os.setlocale([locale [, category]])\n"
      "Programs run in the locale \"C\"; any other name gives nil." },
    { "time", os_time,
      "os.time([table])\n"
      "Seconds since 1970: now, or at the date in the table, whose fields are\n"
      "brought into their ranges." },
    { "tmpname", ambient_os_tmpname,
      "os.tmpname()\n"
      "The name of a new empty file for temporary use." },
    { NULL, NULL, NULL }
};
