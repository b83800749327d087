/*
 * deadlock.c - the report of a program whose main process waits for a message
 * that nobody can send.
 *
 *     deadlock: main waits for a message, and nothing else can run
 *       main     waits at bank.lua:12 (receive), 3 messages queued that it does not take
 *       <0.4>    waits at bank.lua:30 (receive)
 */
#include <stdio.h>

#include "vm/base/buf.h"
#include "vm/proc/signal.h"
#include "vm/proc/trace.h"
#include "vm/run/deadlock.h"
#include "vm/run/frame.h"
#include "vm/proc/vm.h"

enum { SHOWN = 20 };

static void put_place(Proc *p, Buf *out)
{
    Frame f;
    for (bool ok = ml_frame_first(p, &f); ok; ok = ml_frame_next(p, &f, true))
        if (f.proto) {
            ml_buf_printf(out, " at %s:%u", f.proto->image->short_name, f.proto->pos[ml_frame_index(&f)].line);
            return;
        }
}

static void put_process(Vm *vm, Proc *p, Buf *out)
{
    char who[32];
    if (p == ml_load(&vm->main))
        snprintf(who, sizeof who, "main");
    else
        snprintf(who, sizeof who, "<0.%u>", ml_pid_index(p->pid));
    ml_buf_printf(out, "  %-8s waits", who);
    put_place(p, out);
    Str *name = ml_name_of(p);
    if (name)
        ml_buf_printf(out, ", registered as '%s'", ml_str_data(name));
    if (p->mbox.count)
        ml_buf_printf(out, ", %u message%s queued that it does not take", p->mbox.count,
                      p->mbox.count == 1 ? "" : "s");
    ml_buf_putc(out, '\n');
}

void ml_deadlock_tell(Vm *vm)
{
    Buf out;
    uint32_t more = 0, shown = 0;
    if (vm->deadlock_told)
        return;
    vm->deadlock_told = true;
    ml_buf_init(&out, &vm->mem);
    ml_buf_puts(&out, "deadlock: main waits for a message, and nothing else can run\n");
    Proc *main = ml_load(&vm->main);
    put_process(vm, main, &out);
    for (uint32_t i = 0; i < ml_load(&vm->ptab.used); i++) {
        Value pid = ml_ptab_pid(&vm->ptab, i);
        Proc *p = ml_is_nil(pid) ? NULL : ml_proc_find(vm, pid);
        if (!p || p == main || p->on_message)
            continue;
        if (shown++ < SHOWN)
            put_process(vm, p, &out);
        else
            more++;
    }
    if (more)
        ml_buf_printf(&out, "  and %u more\n", more);
    ml_trace_report(vm, ml_v_nil(), &out);
    if (vm->stdio)
        vm->stdio_flush(vm, false);
    vm->report(vm, out.data, out.len);
    ml_buf_fini(&out);
}
