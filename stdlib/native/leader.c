/*
 * leader.c - the group leader: who writes what a process prints.
 *
 * A process whose leader is nil, as that of main, writes to the streams of the
 * VM. Others ask their leader, by message, and wait for its answer; that is done
 * in stdlib/leader.lua. A child has the leader of its parent.
 */
#include "stdlib/native/leader.h"

#include <string.h>

#include "stdlib/native/libs.h"
#include "stdlib/native/process_in.h"
#include "vm/edge/out.h"
#include "vm/proc/realm.h"
#include "vm/proc/signal.h"
#include "vm/proc/vm.h"
#include "vm/run/poll.h"
#include "vm/run/wait.h"

bool ml_asks_leader(const Proc *p)
{
    return p->own->leader && p->own->leader != ml_pid_bits(p->pid) && !p->own->guards;
}

static Value leader_of(const Proc *p)
{
    return p->own->leader ? ml_pid_of_bits(p->own->leader) : ml_v_nil();
}

static NatEnd group_leader(Nat *n)
{
    Proc *p = n->p;
    Value of = p->pid, to = ml_arg(n, n->nargs);
    if (n->nargs == 0)
        return ml_ret1(n, leader_of(p));
    if (n->nargs > 1 && !ml_arg_own_pid(n, 1, &of))
        return NAT_ERR;
    if (!ml_is_nil(to) && !ml_arg_pid(n, n->nargs, &to))
        return NAT_ERR;
    if (ml_raw_equal(of, p->pid))
        p->own->leader = ml_is_nil(to) ? 0 : ml_pid_bits(to);
    else
        ml_leader_signal(p, of, to);
    return ml_ret1(n, ml_v_bool(true));
}

static NatEnd leader(Nat *n)
{
    return ml_ret1(n, ml_asks_leader(n->p) ? leader_of(n->p) : ml_v_nil());
}

/* leader_gone(pid): it does not answer any more. */
static NatEnd leader_gone(Nat *n)
{
    Value pid;
    if (!ml_arg_pid(n, 1, &pid))
        return NAT_ERR;
    if (n->p->own->leader == ml_pid_bits(pid))
        n->p->own->leader = 0;
    return ml_ret0(n);
}

/* put("stdout" or "stderr", text): to the stream of the VM, in pieces. Slot 0: bytes done. */
static NatEnd put(Nat *n)
{
    enum { PART = 64 * 1024 };
    static const char *const names[] = { "stdout", "stderr", NULL };
    int which;
    Str *s;
    if (!ml_arg_option(n, 1, NULL, names, &which) || !ml_arg_str(n, 2, &s))
        return NAT_ERR;
    if (n->step == 0)
        ml_push(n, ml_v_int(0));
    Value *done = n->base + n->nargs;
    while ((size_t)done->i < ml_str_len(s)) {
        size_t at = (size_t)done->i, len = ml_str_len(s) - at;
        if (ml_out_full(ml_nat_vm(n), which + 1))
            return ml_wait_fd(n, 1, which + 1, POLL_WRITE);
        if (ml_nat_spent(n))
            return ml_nat_more(n, 1);
        len = len < PART ? len : PART;
        ml_realm_take(n->p, REALM_OUTPUT, len);
        ml_out_write(ml_nat_vm(n), which + 1, ml_str_data(s) + at, len);
        ml_nat_charge(n, 5 + (int64_t)(len / 128));
        done->i += (int64_t)len;
    }
    return ml_ret1(n, ml_v_bool(true));
}

const NativeDef ml_lib_leader[] = {
    { "group_leader", group_leader,
      "group_leader() or group_leader([pid,] leader)\n"
      "Returns the process that writes what the caller prints, or nil: the streams of the VM; or\n"
      "gives the caller, or pid, another." },
    { NULL, NULL, NULL }
};

const NativeDef ml_lib_native_leader[] = {
    { "leader", leader, NULL },
    { "leader_gone", leader_gone, NULL },
    { "put", put, NULL },
    { NULL, NULL, NULL }
};
