/*
 * send.c - from a value of the sender to a message in the receiver's inbox.
 */
#include "vm/base/buf.h"
#include "vm/base/check.h"
#include "vm/data/copy.h"
#include "vm/proc/signal.h"
#include "vm/run/slow.h"
#include "vm/proc/vm.h"

static void root_msg(void *ctx, uint32_t root, Buf *out)
{
    (void)ctx;
    (void)root;
    ml_buf_puts(out, "msg");
}

static void err_unsendable(Proc *p, Copier *c)
{
    Buf path;
    ml_buf_init(&path, p->heap.mem);
    ml_copy_path(c, &path, root_msg, NULL);
    ml_err(p, "cannot send %s (%s)", c->why, ml_buf_cstr(&path));
    ml_buf_fini(&path);
}

Msg *ml_msg_pack(Proc *p, Value v)
{
    Mem *mem = p->heap.mem;
    ml_tab_settle(&p->heap, NULL);
    if (!ml_is_heap(v) || ((v.o->flags & (OF_SHARED | OF_COUNTED)) == OF_SHARED && v.tag != TAG_FN)) {
        Msg *m = ml_msg_new(mem, MSG_USER);
        if (!m)
            p->heap.oom(&p->heap, sizeof *m);
        m->v = v;
        return m;
    }
    Copier c;
    ml_copy_init(&c, mem, COPY_OUT, sizeof(Msg));
    ml_copy_reserve(&c, v);
    bool ok = ml_copy_root(&c, &v, 0);
    ml_copy_done(&c);
    if (!ok || !c.first) {
        bool oom = c.oom || ok;
        if (!oom)
            err_unsendable(p, &c);
        ml_copy_drop(&c);
        if (oom)
            p->heap.oom(&p->heap, c.total);
        return NULL;
    }
    p->reds -= (int64_t)(c.total >> 6);
    Msg *m = (Msg *)(void *)c.first;
    m->kind = MSG_USER;
    m->v = v;
    m->handles = c.handles;
    m->holds = c.holds;
    return m;
}

bool ml_send_target(Proc *p, Value to, Value *pid)
{
    Vm *vm = p->vm;
    *pid = ml_v_nil();
    if (ml_is_pid(to)) {
        *pid = to;
        return true;
    }
    if (ml_is_ref(to)) {
        *pid = ml_alias_owner(vm, to);
        return true;
    }
    if (to.tag != TAG_STR)
        return false;
    *pid = ml_name_find(vm, to.s);
    return true;
}

bool ml_proc_send(Proc *p, Value to, Value v)
{
    Value pid;
    if (ml_is_nil(v)) {
        ml_err(p, "cannot send nil");
        return false;
    }
    if (!ml_send_target(p, to, &pid)) {
        ml_err(p, "cannot send to a %s value (a pid, registered name or alias is needed)", ml_type_name(to));
        return false;
    }
    if (to.tag == TAG_STR && ml_is_nil(pid)) {
        ml_err(p, "no process is registered as '%s'", ml_str_data(to.s));
        return false;
    }
    Msg *m = ml_msg_pack(p, v);
    if (!m)
        return false;
    ml_sig_send(p->vm, pid, m);
    return true;
}

Slow ml_op_send(Proc *p, Value to, Value v)
{
    p->reds -= 2;
    return ml_proc_send(p, to, v) ? SLOW_OK : SLOW_THROW;
}
