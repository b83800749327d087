/*
 * io.c - files and standard streams.
 *
 * A file object is a userdata that holds a reference to a File (vm/edge/file.h),
 * where buffers and system calls are. Here its answers become Lua values, and
 * its wishes to wait become waits of the process: no other process notices.
 *
 * The three standard streams are shared objects, made once. The default input
 * and output of a process are entries of its private dictionary; without one
 * it is the standard stream. io.lines and file:lines are in stdlib/io.lua.
 */

#include "stdlib/native/io.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "stdlib/native/leader.h"
#include "stdlib/native/libs.h"
#include "vm/data/num.h"
#include "vm/proc/proc.h"
#include "vm/run/poll.h"
#include "vm/run/wait.h"
#include "vm/proc/realm.h"
#include "vm/proc/vm.h"

enum {
    SHORT_WAIT_US = 2000, LONG_WAIT_US = 10000,
    OPEN_COST = 200, BYTES_PER_REDUCTION = 64,
    WRITE_PIECE = 64 * 1024     /* bytes between two looks at the slice */
};

static const char *const default_key[2] = { "io.input", "io.output" };
static const char *const std_name[3] = { "stdin", "stdout", "stderr" };

const UdataType ml_file_type = { .name = "FILE*" };

/* --- results --- */

const char *ml_errno_text(int err, char buf[ERRNO_TEXT])
{
    const char *s = strerrordesc_np(err);
    if (s)
        return s;
    snprintf(buf, ERRNO_TEXT, "Unknown error %d", err);
    return buf;
}

NatEnd ml_ret_errno(Nat *n, const char *name, int err)
{
    char buf[ERRNO_TEXT];
    const char *text = ml_errno_text(err, buf);
    ml_push(n, ml_v_nil());
    if (name && strnlen(name, PATH_MAX) == PATH_MAX)
        ml_push_fmt(n, "%.80s...: %s", name, text);
    else if (name)
        ml_push_fmt(n, "%s: %s", name, text);
    else
        ml_push_cstr(n, text);
    ml_push(n, ml_v_int(err));
    return ml_ret(n, 3);
}

NatEnd ml_ret_status(Nat *n, int status)
{
    bool signaled = WIFSIGNALED(status);
    int code = signaled ? WTERMSIG(status) : WEXITSTATUS(status);
    ml_push(n, !signaled && code == 0 ? ml_v_bool(true) : ml_v_nil());
    ml_push_cstr(n, signaled ? "signal" : "exit");
    ml_push(n, ml_v_int(code));
    return ml_ret(n, 3);
}

NatEnd ml_file_wait(Nat *n, int step, File *f, FileEnd why)
{
    uint64_t now = ml_now_us(ml_nat_vm(n));
    switch (why) {
    case FILE_READ:
        return ml_wait_fd(n, step, ml_file_fd(f), POLL_READ);
    case FILE_WRITE:
        return ml_wait_fd(n, step, f->out ? f->out : ml_file_fd(f), POLL_WRITE);
    case FILE_JOB:              /* of a shared stream: perhaps another process' */
        if (f->standard && f->job.queued)
            return ml_nat_wait(n, step, now + SHORT_WAIT_US);
        return ml_wait_job(n, step, &f->job);
    case FILE_LATER:
        return ml_nat_wait(n, step, now + LONG_WAIT_US);
    case FILE_OK:
    case FILE_EOF:
    case FILE_FAIL:
        break;
    }
    return ml_nat_more(n, step);
}

/* --- file objects --- */

static File *file_of(const Udata *u)
{
    File *f;
    memcpy(&f, u->data, sizeof f);
    return f;
}

static Udata *wrap(Heap *h, File *f, Tab *meta)
{
    Udata *u = ml_udata_new(h, &ml_file_type, sizeof f, &f->job.h);
    memcpy(u->data, &f, sizeof f);
    u->meta = meta;
    return u;
}

/* Standard streams are everybody's. May this process work on the file in this
 * step? `both`: not only writing, which has its own lock for 1 and 2. */
static bool begin(Nat *n, File *f, bool both)
{
    return !f->standard || (f->out && !both) || ml_claim(n, &f->claim);
}

static NatEnd end(Nat *n, NatEnd e)
{
    if (n->p->own->claim)
        ml_claim_end(n);
    return e;
}

/* The object of a standard stream; after the boot it stays where it is. */
static Udata *std_object(Nat *n, int fd)
{
    Vm *vm = ml_nat_vm(n);
    File *f = ml_std_file(vm, fd);
    Udata *known = ml_load(&f->object);
    if (known)
        return known;
    const Value *io = ml_tab_gets(n->h, vm->base_globals, "io");
    if (!ml_is_tab(*io))
        return NULL;
    const Value *v = ml_tab_gets(n->h, io->t, std_name[fd]);
    if (v->tag != TAG_UDATA)
        return NULL;
    if (v->d->h.flags & OF_SHARED)
        ml_store(&f->object, v->d);
    return v->d;
}

/* A new file object on top, in state FILE_NEW. NULL: raised. */
static File *push_new(Nat *n)
{
    File *f = ml_file_new(ml_nat_vm(n), n->h->mem);
    Udata *out = std_object(n, 1);
    if (!f) {
        ml_error(n, "not enough memory");
        return NULL;
    }
    ml_push(n, ml_v_udata(wrap(n->h, f, out ? out->meta : NULL)));
    return f;
}

static bool get_file(Nat *n, int i, File **f)
{
    Udata *u;
    if (!ml_arg_udata(n, i, &ml_file_type, &u))
        return false;
    *f = file_of(u);
    return true;
}

/* Of a method: open. */
static bool open_file(Nat *n, File **f)
{
    if (!get_file(n, 1, f))
        return false;
    if (ml_file_is_open(*f))
        return true;
    ml_error(n, "attempt to use a closed file");
    return false;
}

static Value default_value(Nat *n, int which)
{
    Tab *dict = n->p->own->dict;
    if (dict) {
        Value v = *ml_tab_gets(n->h, dict, default_key[which]);
        if (!ml_is_nil(v))
            return v;
    }
    Udata *u = std_object(n, which);
    return u ? ml_v_udata(u) : ml_v_nil();
}

static void set_default(Nat *n, int which, Value v)
{
    if (!n->p->own->dict)
        n->p->own->dict = ml_tab_new(n->h, 0, 2);
    ml_tab_sets(n->h, n->p->own->dict, default_key[which], v);
}

static bool default_file(Nat *n, int which, File **f)
{
    Value v = default_value(n, which);
    *f = v.tag == TAG_UDATA ? file_of(v.d) : NULL;
    if (*f && ml_file_is_open(*f))
        return true;
    ml_error(n, "default %s file is closed", which ? "output" : "input");
    return false;
}

/* --- opening --- */

static bool is_mode(const char *m)
{
    if (!*m || !strchr("rwa", *m++))
        return false;
    if (*m == '+')
        m++;
    return strspn(m, "b") == strlen(m);
}

/* The new file is at `slot`; when it is open, that is the result. */
static NatEnd go_on_opening(Nat *n, Value *slot, const char *name)
{
    File *f = file_of(slot->d);
    FileEnd e = ml_file_open(f);
    ml_nat_charge(n, OPEN_COST);
    if (e == FILE_OK)
        return ml_ret1(n, *slot);
    if (e == FILE_FAIL)
        return ml_ret_errno(n, name, ml_load(&f->err));
    return ml_file_wait(n, 1, f, e);
}

static NatEnd io_open(Nat *n)
{
    Str *name, *mode = NULL;
    if (!ml_arg_str(n, 1, &name) || !ml_arg_opt_str(n, 2, NULL, &mode))
        return NAT_ERR;
    if (n->step == 0) {
        const char *m = mode ? ml_str_data(mode) : "r";
        if (!is_mode(m))
            return ml_arg_error(n, 2, "invalid mode");
        File *f = push_new(n);
        if (!f)
            return NAT_ERR;
        if (!ml_file_want(f, ml_str_data(name), m))
            return ml_error(n, "not enough memory");
    }
    return go_on_opening(n, n->base + n->nargs, ml_str_data(name));
}

static NatEnd io_popen(Nat *n)
{
    Str *command, *mode = NULL;
    if (!ml_arg_str(n, 1, &command) || !ml_arg_opt_str(n, 2, NULL, &mode))
        return NAT_ERR;
    if (n->step == 0) {
        const char *m = mode ? ml_str_data(mode) : "r";
        if ((m[0] != 'r' && m[0] != 'w') || m[1])
            return ml_arg_error(n, 2, "invalid mode");
        File *f = push_new(n);
        if (!f)
            return NAT_ERR;
        ml_out_flush_one(ml_nat_vm(n), 1);
        if (!ml_file_want_command(f, ml_str_data(command), m[0] == 'r'))
            return ml_error(n, "not enough memory");
    }
    return go_on_opening(n, n->base + n->nargs, ml_str_data(command));
}

static NatEnd io_tmpfile(Nat *n)
{
    if (n->step == 0) {
        File *f = push_new(n);
        if (!f)
            return NAT_ERR;
        ml_file_want_temp(f);
    }
    return go_on_opening(n, n->base + n->nargs, NULL);
}

/* io.input([file]) and io.output([file]) */
static NatEnd change_default(Nat *n, int which)
{
    Value arg = ml_arg(n, 1);
    if (ml_is_nil(arg))
        return ml_ret1(n, default_value(n, which));
    File *f;
    Str *name;
    if (!ml_is_str(arg) && !ml_is_number(arg)) {
        if (!open_file(n, &f))
            return NAT_ERR;
        set_default(n, which, arg);
        return ml_ret1(n, arg);
    }
    if (!ml_arg_str(n, 1, &name))
        return NAT_ERR;
    if (n->step == 0) {
        f = push_new(n);
        if (!f)
            return NAT_ERR;
        if (!ml_file_want(f, ml_str_data(name), which ? "w" : "r"))
            return ml_error(n, "not enough memory");
    }
    Value *slot = n->base + n->nargs;
    f = file_of(slot->d);
    FileEnd e = ml_file_open(f);
    char buf[ERRNO_TEXT];
    if (e == FILE_FAIL)
        return ml_error(n, "cannot open file '%s' (%s)", ml_str_data(name),
                        ml_errno_text(ml_load(&f->err), buf));
    if (e != FILE_OK)
        return ml_file_wait(n, 1, f, e);
    set_default(n, which, *slot);
    return ml_ret1(n, *slot);
}

static NatEnd io_input(Nat *n)
{
    return change_default(n, 0);
}

static NatEnd io_output(Nat *n)
{
    if (n->nargs > 0 && ml_withheld(n))
        return NAT_ERR;
    return change_default(n, 1);
}

/* --- closing --- */

/* n->base[nargs] holds the file; `result`: somebody wants to know. */
static NatEnd go_on_closing(Nat *n, int step, bool result)
{
    File *f = file_of(n->base[n->nargs].d);
    bool child = f->child != 0;
    FileEnd e = ml_file_close(f);
    if (e != FILE_OK && e != FILE_FAIL)
        return ml_file_wait(n, step, f, e);
    if (!result)
        return ml_ret0(n);
    if (child && f->status != -1)
        return ml_ret_status(n, f->status);
    if (e == FILE_FAIL)
        return ml_ret_errno(n, NULL, ml_load(&f->err));
    return ml_ret1(n, ml_v_bool(true));
}

static NatEnd close_file(Nat *n, Value v)
{
    File *f = file_of(v.d);
    if (f->standard) {
        ml_push(n, ml_v_nil());
        ml_push_cstr(n, "cannot close standard file");
        return ml_ret(n, 2);
    }
    ml_push(n, v);
    return go_on_closing(n, 1, true);
}

static NatEnd file_close(Nat *n)
{
    File *f;
    if (n->step)
        return go_on_closing(n, 1, true);
    if (!open_file(n, &f))
        return NAT_ERR;
    return close_file(n, n->base[0]);
}

static NatEnd io_close(Nat *n)
{
    if (n->nargs || n->step)
        return file_close(n);
    Value v = default_value(n, 1);
    if (v.tag != TAG_UDATA || !ml_file_is_open(file_of(v.d)))
        return ml_error(n, "attempt to use a closed file");
    return close_file(n, v);
}

/* __gc and __close: also while an earlier close is not through */
static NatEnd file_drop(Nat *n)
{
    File *f;
    if (n->step)
        return go_on_closing(n, 1, false);
    if (!get_file(n, 1, &f))
        return NAT_ERR;
    if (f->standard || f->state == FILE_NEW || f->state == FILE_CLOSED)
        return ml_ret0(n);
    ml_push(n, n->base[0]);
    return go_on_closing(n, 1, false);
}

/* --- reading --- */

static NatEnd read_now(Nat *n, File *f, int first)
{
    int count;
    NatEnd e;
    if (!ml_file_items(n, f, first, 1, &count, &e))
        return e;
    return count < 0 ? ml_ret_errno(n, NULL, ml_load(&f->err)) : ml_ret(n, count);
}

static NatEnd read_items(Nat *n, File *f, int first)
{
    return begin(n, f, true) ? end(n, read_now(n, f, first)) : ml_nat_more(n, n->step);
}

static NatEnd io_read(Nat *n)
{
    File *f;
    if (!default_file(n, 0, &f))
        return NAT_ERR;
    return read_items(n, f, 1);
}

static NatEnd file_read(Nat *n)
{
    File *f;
    if (!open_file(n, &f))
        return NAT_ERR;
    return read_items(n, f, 2);
}

static NatEnd line_now(Nat *n, File *f)
{
    int count;
    NatEnd e;
    if (n->step == 0 && n->nargs == 2 && ml_file_quick_line(n, f))
        return ml_ret(n, 1);
    if (!ml_file_items(n, f, 3, 1, &count, &e))
        return e;
    char buf[ERRNO_TEXT];
    if (count < 0)
        return ml_error(n, "%s", ml_errno_text(ml_load(&f->err), buf));
    if (ml_is_truthy(n->top[-count]))
        return ml_ret(n, count);
    if (!ml_is_truthy(ml_arg(n, 2)))
        return ml_ret1(n, ml_v_nil());
    n->top = n->base + n->nargs;
    ml_push(n, n->base[0]);
    return go_on_closing(n, 2, false);
}

/* The iterators of lines(): file, whether to close it at the end, formats. */
static NatEnd next_line(Nat *n)
{
    File *f;
    if (n->step == 2)
        return go_on_closing(n, 2, false);
    if (!get_file(n, 1, &f))
        return NAT_ERR;
    if (!ml_file_is_open(f))
        return ml_error(n, "file is already closed");
    return begin(n, f, true) ? end(n, line_now(n, f)) : ml_nat_more(n, n->step);
}

/* --- writing --- */

/* Slots: next argument, bytes of it done. `self`: what is returned. */
static NatEnd write_now(Nat *n, File *f, int first, Value self)
{
    if (n->step == 0) {
        ml_push(n, ml_v_int(first));
        ml_push(n, ml_v_int(0));
    }
    Value *at = n->base + n->nargs;
    while (at[0].i <= n->nargs) {
        int arg = (int)at[0].i;
        Value v = ml_arg(n, arg);
        char num[NUM_TEXT];
        const char *s = num;
        size_t len, done = (size_t)at[1].i;
        Str *str;
        if (ml_is_int(v)) {
            len = ml_num_fmt(num, v);
        } else if (ml_is_float(v)) {
            len = ml_num_fmt(num, v);
            if (len > 2 && num[len - 1] == '0' && num[len - 2] == '.')
                len -= 2;       /* as "%.14g" has it */
        } else if (ml_arg_str(n, arg, &str)) {
            s = ml_str_data(str);
            len = ml_str_len(str);
        } else {
            return NAT_ERR;
        }
        size_t before = done, to = len - done > WRITE_PIECE ? done + WRITE_PIECE : len;
        if (f->out)
            ml_realm_take(n->p, REALM_OUTPUT, to - done);
        FileEnd e = ml_file_write(f, s, to, &done);
        if (f->out)
            ml_realm_give(ml_realm_of(n->p), REALM_OUTPUT, to - done);
        ml_nat_charge(n, (int64_t)(1 + (done - before) / BYTES_PER_REDUCTION));
        at[1] = ml_v_int((int64_t)done);
        if (e == FILE_FAIL)
            return ml_ret_errno(n, NULL, ml_load(&f->err));
        if (e != FILE_OK)
            return ml_file_wait(n, 1, f, e);
        if (done == len) {
            at[0] = ml_v_int(arg + 1);
            at[1] = ml_v_int(0);
        }
        if (ml_nat_spent(n))
            return ml_nat_more(n, 1);
    }
    return ml_ret1(n, self);
}

static NatEnd write_items(Nat *n, File *f, int first, Value self)
{
    return begin(n, f, false) ? end(n, write_now(n, f, first, self)) : ml_nat_more(n, n->step);
}

/* Does the group leader write it? Asked once, at the beginning. */
static bool leader_writes(const Nat *n, const File *f)
{
    return n->step == 0 && f->standard && f->out && ml_asks_leader(n->p);
}

/* The arguments from `first` on become texts. */
static NatEnd ask_leader(Nat *n, int first, const char *how)
{
    for (int i = first; i <= n->nargs; i++) {
        char num[NUM_TEXT];
        Value *v = &n->base[i - 1];
        Str *s;
        size_t len = ml_is_number(*v) ? ml_num_fmt(num, *v) : 0;
        if (ml_is_float(*v) && len > 2 && num[len - 1] == '0' && num[len - 2] == '.')
            len -= 2;
        if (len)
            *v = ml_v_str(ml_str_new(n->h, num, len));
        else if (!ml_arg_str(n, i, &s))
            return NAT_ERR;
    }
    return ml_nat_slow(n, how);
}

static NatEnd io_write(Nat *n)
{
    File *f;
    if (!default_file(n, 1, &f))
        return NAT_ERR;
    if (leader_writes(n, f))
        return ask_leader(n, 1, "io.write");
    return write_items(n, f, 1, default_value(n, 1));
}

static NatEnd file_write(Nat *n)
{
    File *f;
    if (!open_file(n, &f))
        return NAT_ERR;
    if (leader_writes(n, f))
        return ask_leader(n, 2, "file.write");
    return write_items(n, f, 2, n->base[0]);
}

static NatEnd flush_now(Nat *n, File *f)
{
    FileEnd e = ml_file_flush(f);
    if (e == FILE_OK)
        return ml_ret1(n, ml_v_bool(true));
    if (e == FILE_FAIL)
        return ml_ret_errno(n, NULL, ml_load(&f->err));
    return ml_file_wait(n, 1, f, e);
}

static NatEnd flush(Nat *n, File *f)
{
    return begin(n, f, false) ? end(n, flush_now(n, f)) : ml_nat_more(n, n->step);
}

static NatEnd io_flush(Nat *n)
{
    File *f;
    if (!default_file(n, 1, &f))
        return NAT_ERR;
    return flush(n, f);
}

static NatEnd file_flush(Nat *n)
{
    File *f;
    if (!open_file(n, &f))
        return NAT_ERR;
    return flush(n, f);
}

/* --- the rest --- */

static NatEnd file_seek(Nat *n)
{
    static const char *const names[] = { "set", "cur", "end", NULL };
    static const int whence[] = { SEEK_SET, SEEK_CUR, SEEK_END };
    File *f;
    int64_t offset, pos;
    int from;
    if (!open_file(n, &f) || !ml_arg_option(n, 2, "cur", names, &from) ||
        !ml_arg_opt_int(n, 3, 0, &offset))
        return NAT_ERR;
    if (!begin(n, f, true))
        return ml_nat_more(n, n->step);
    FileEnd e = ml_file_seek(f, whence[from], offset, &pos);
    if (e == FILE_OK)
        return end(n, ml_ret1(n, ml_v_int(pos)));
    if (e == FILE_FAIL)
        return end(n, ml_ret_errno(n, NULL, ml_load(&f->err)));
    return end(n, ml_file_wait(n, 1, f, e));
}

static NatEnd file_setvbuf(Nat *n)
{
    static const char *const names[] = { "no", "full", "line", NULL };
    static const FileMode modes[] = { FILE_NONE, FILE_FULL, FILE_LINE };
    File *f;
    int mode;
    int64_t size;
    if (!open_file(n, &f) || !ml_arg_option(n, 2, NULL, names, &mode) ||
        !ml_arg_opt_int(n, 3, FILE_BLOCK, &size))
        return NAT_ERR;
    if (!begin(n, f, false))
        return ml_nat_more(n, n->step);
    if (f->out)
        ml_out_mode(ml_nat_vm(n), f->out, modes[mode]);
    else
        f->mode = modes[mode];
    return end(n, ml_ret1(n, ml_v_bool(true)));
}

static NatEnd file_tostring(Nat *n)
{
    File *f;
    if (!get_file(n, 1, &f))
        return NAT_ERR;
    if (f->state == FILE_OPEN) {
        const char *s = ml_str_data(ml_tostr(n->p, n->base[0]));
        const char *at = strstr(s, ": ");
        ml_push_fmt(n, "file (%s)", at ? at + 2 : s);
    } else {
        ml_push_cstr(n, "file (closed)");
    }
    return ml_ret(n, 1);
}

static NatEnd io_type(Nat *n)
{
    if (!ml_arg_any(n, 1))
        return NAT_ERR;
    Value v = n->base[0];
    if (v.tag != TAG_UDATA || v.d->type != &ml_file_type)
        return ml_ret1(n, ml_v_nil());
    ml_push_cstr(n, ml_file_is_open(file_of(v.d)) ? "file" : "closed file");
    return ml_ret(n, 1);
}

ML_AMBIENT(io_close)
ML_AMBIENT(io_input)
ML_AMBIENT(io_open)
ML_AMBIENT(io_popen)
ML_AMBIENT(io_read)
ML_AMBIENT(io_tmpfile)
ML_AMBIENT(file_close)
ML_AMBIENT(file_read)
ML_AMBIENT(file_seek)
ML_AMBIENT(file_setvbuf)
ML_AMBIENT(next_line)

/* --- the tables --- */

const NativeDef ml_lib_io[] = {
    { "close", ambient_io_close,
      "io.close([file])\n"
      "Closes the file, by default the default output. Returns true, or nil and\n"
      "what went wrong; for a file of io.popen what os.execute returns." },
    { "flush", io_flush,
      "io.flush()\n"
      "Hands what was written to the default output to the system." },
    { "input", ambient_io_input,
      "io.input([file])\n"
      "Makes a file, or the file of that name, the default input of this\n"
      "process. Without argument: returns the one in use." },
    { "open", ambient_io_open,
      "io.open(filename [, mode])\n"
      "Opens a file. Modes: \"r\" read, \"w\" write, \"a\" append, each with \"+\" for\n"
      "both ways. Returns the file, or nil, a message and an error number." },
    { "output", io_output,
      "io.output([file])\n"
      "Makes a file, or the file of that name, the default output of this\n"
      "process. Without argument: returns the one in use." },
    { "popen", ambient_io_popen,
      "io.popen(command [, mode])\n"
      "Starts a shell command. Returns a file from which its output is read\n"
      "(\"r\"), or to which its input is written (\"w\")." },
    { "read", ambient_io_read,
      "io.read(...)\n"
      "Reads from the default input: io.input():read(...). Only this process\n"
      "waits." },
    { "tmpfile", ambient_io_tmpfile,
      "io.tmpfile()\n"
      "Opens a new file without a name, which is gone when it is closed." },
    { "type", io_type,
      "io.type(x)\n"
      "\"file\", \"closed file\", or nil when x is no file." },
    { "write", io_write,
      "io.write(...)\n"
      "Writes strings and numbers to the default output. Returns the file." },
    { NULL, NULL, NULL }
};

static const NativeDef methods[] = {
    { "close", ambient_file_close,
      "file:close()\n"
      "Writes what is left and closes the file." },
    { "flush", file_flush,
      "file:flush()\n"
      "Hands what was written to the system." },
    { "read", ambient_file_read,
      "file:read(...)\n"
      "Reads by formats: \"l\" a line, \"L\" a line with its end, \"n\" a number, \"a\"\n"
      "everything, a number that many bytes. nil at the end of the file." },
    { "seek", ambient_file_seek,
      "file:seek([whence [, offset]])\n"
      "Moves to offset from \"set\" (the beginning), \"cur\" or \"end\". Returns the\n"
      "position." },
    { "setvbuf", ambient_file_setvbuf,
      "file:setvbuf(mode [, size])\n"
      "When written bytes go to the system: \"no\" at once, \"line\" after each line,\n"
      "\"full\" when the buffer is full." },
    { "write", file_write,
      "file:write(...)\n"
      "Writes strings and numbers. Returns the file, or nil and what went wrong." },
    { NULL, NULL, NULL }
};

static const NativeDef metamethods[] = {
    { "__close", file_drop, "file:__close()\nCloses the file at the end of a block." },
    { "__gc", file_drop, "file:__gc()\nCloses the file." },
    { "__tostring", file_tostring, "file:__tostring()\n\"file (0x...)\" or \"file (closed)\"." },
    { NULL, NULL, NULL }
};

const NativeDef ml_lib_native_io[] = {
    { "next_line", ambient_next_line,
      "next_line(file, close, ...)\n"
      "What an iterator of lines() returns; closes the file at its end." },
    { NULL, NULL, NULL }
};

static void add_all(Heap *h, Tab *t, const NativeDef *d)
{
    for (; d->name; d++)
        ml_tab_sets(h, t, d->name, ml_v_native(d));
}

void ml_lib_open_io(Vm *vm, Heap *h, Tab *lib)
{
    Tab *index = ml_tab_new(h, 0, 8), *meta = ml_tab_new(h, 0, 5);
    add_all(h, index, methods);
    add_all(h, meta, metamethods);
    ml_tab_sets(h, meta, "__index", ml_v_tab(index));
    ml_tab_sets(h, meta, "__name", ml_v_str(ml_sym(vm, "FILE*")));
    for (int fd = 0; fd < 3; fd++) {
        File *f = ml_std_file(vm, fd);
        ml_shared_ref(&f->job.h);
        ml_tab_sets(h, lib, std_name[fd], ml_v_udata(wrap(h, f, meta)));
    }
}
