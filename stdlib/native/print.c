/*
 * print.c - print and warn.
 */
#include <string.h>

#include "stdlib/native/base.h"
#include "stdlib/native/leader.h"
#include "stdlib/native/libs.h"
#include "vm/edge/out.h"
#include "vm/proc/realm.h"
#include "vm/run/poll.h"
#include "vm/run/wait.h"

enum { TEXTS = 1, WRITE = 2 };          /* steps of print */
enum { LINE = 1024, PART = 64 * 1024 };

/* Are there too many bytes on their way already? Then *end waits. */
static bool must_wait(Nat *n, int fd, int step, NatEnd *end)
{
    if (!ml_out_full(ml_nat_vm(n), fd))
        return false;
    *end = ml_wait_fd(n, step, fd, POLL_WRITE);
    return true;
}

static void write_whole(Nat *n, size_t total)
{
    Obj *obj;
    char small[LINE], *line = small, *out;
    if (total > LINE)
        line = ml_heap_raw(n->h, total, &obj);
    out = line;
    for (int i = 0; i < n->nargs; i++) {
        const Str *s = n->base[i].s;
        if (i > 0)
            *out++ = '\t';
        memcpy(out, ml_str_data(s), s->len);
        out += s->len;
    }
    *out++ = '\n';
    ml_nat_charge(n, 5 + (int64_t)(total / 128));
    ml_realm_take(n->p, REALM_OUTPUT, total);
    ml_out_write(ml_nat_vm(n), 1, line, total);
}

/* Slot 0: the argument that is being written, 1: bytes of it that are. */
static NatEnd write_parts(Nat *n)
{
    NatEnd end;
    Vm *vm = ml_nat_vm(n);
    int i = (int)slot(n, 0)->i;
    size_t pos = (size_t)slot(n, 1)->i;
    while (i < n->nargs) {
        if (must_wait(n, 1, WRITE, &end))
            return end;
        if (ml_nat_spent(n))
            return ml_nat_more(n, WRITE);
        const Str *s = n->base[i].s;
        size_t part = s->len - pos < PART ? s->len - pos : PART;
        ml_realm_take(n->p, REALM_OUTPUT, part + 1);
        ml_out_write(vm, 1, ml_str_data(s) + pos, part);
        ml_nat_charge(n, 5 + (int64_t)(part / 128));
        pos += part;
        if (pos == s->len) {
            i++;
            pos = 0;
            ml_out_write(vm, 1, i < n->nargs ? "\t" : "\n", 1);
        }
        slot(n, 0)->i = i;
        slot(n, 1)->i = (int64_t)pos;
    }
    return ml_ret0(n);
}

/*
 * Writes the arguments, which are strings by now. A line of ordinary size
 * goes out in one piece, so that lines of different processes do not mix.
 */
static NatEnd write_line(Nat *n)
{
    NatEnd end;
    size_t total = n->nargs ? (size_t)n->nargs : 1;
    if (must_wait(n, 1, WRITE, &end))
        return end;
    for (int i = 0; i < n->nargs; i++)
        total += n->base[i].s->len;
    if (total > PART)
        return write_parts(n);
    write_whole(n, total);
    return ml_ret0(n);
}

static NatEnd print(Nat *n)
{
    if (n->step == WRITE)
        return write_line(n);
    int i = 0;
    if (n->step == TEXTS) {             /* __tostring of argument i came back */
        i = (int)slot(n, 0)->i;
        if (!ml_text_result(n, &n->base[i]))
            return NAT_ERR;
        n->top = slot(n, 2);
        i++;
    } else {
        ml_push(n, ml_v_int(0));
        ml_push(n, ml_v_int(0));
    }
    for (; i < n->nargs; i++) {
        Value v = n->base[i];
        if (ml_is_str(v))
            continue;
        Value mm = ml_is_number(v) ? ml_v_nil()
                                   : ml_metamethod(n->p, v, MM_TOSTRING);
        if (!ml_is_nil(mm)) {
            slot(n, 0)->i = i;
            ml_push(n, mm);
            ml_push(n, v);
            return ml_nat_call(n, 1, TEXTS);
        }
        n->base[i] = ml_v_str(ml_tostr(n->p, v));
    }
    slot(n, 0)->i = 0;
    return ml_asks_leader(n->p) ? ml_nat_slow(n, "print") : write_line(n);
}

/* Only checks: stdlib/base.lua knows whether warnings are on. */
static NatEnd warn(Nat *n)
{
    Str *s;
    for (int i = 1; i <= (n->nargs ? n->nargs : 1); i++)
        if (!ml_arg_str(n, i, &s))
            return NAT_ERR;
    return ml_nat_slow(n, "warn");
}

static NatEnd write_error(Nat *n)
{
    NatEnd end;
    Str *s;
    if (must_wait(n, 2, 1, &end))
        return end;
    if (!ml_arg_str(n, 1, &s))
        return NAT_ERR;
    ml_realm_take(n->p, REALM_OUTPUT, s->len);
    ml_out_write(ml_nat_vm(n), 2, ml_str_data(s), s->len);
    return ml_ret0(n);
}

const NativeDef ml_lib_print[] = {
    { "print", print,
      "print(...)\n"
      "Writes its arguments, made into texts by tostring, with tabs between\n"
      "them, as one line to the standard output." },
    { "warn", warn,
      "warn(message, ...)\n"
      "Writes a warning to the standard error, if warnings are on. \"@on\" and\n"
      "\"@off\" switch them." },
    { NULL, NULL, NULL }
};

const NativeDef ml_lib_native_print[] = {
    { "write_error", write_error,
      "native.write_error(text)\n"
      "Writes text to the standard error." },
    { NULL, NULL, NULL }
};
