/*
 * m18_trace.c - two workers record, and a third reads what they have recorded.
 *
 * Threads: a sender records a send and pushes the message; the receiver fetches it
 * and records the receipt; a process of a third worker crashes meanwhile and reads
 * the recording. Properties: numbers are given once, without a gap; the reader
 * sees whole events, and no receipt without its send; at the end the two belong
 * together, in this order. All interleavings.
 *
 * sources: vm/base/mem.c vm/base/pages.c vm/base/hash.c vm/data/value.c
 * sources: vm/proc/mailbox.c vm/proc/vm.c vm/proc/trace.c vm/proc/trace_view.c
 *
 * mutant number-twice: vm/proc/trace.c
 *   - e->seq = ml_add(&t->seq, 1) + 1;
 *   + e->seq = ml_load(&t->seq) + 1, ml_store(&t->seq, e->seq);
 * mutant merges-unlocked: vm/proc/trace_view.c
 *   - merge(v);
 *   + unlock_all(vm), merge(v), lock_all(vm);
 * mutant loses-the-first: vm/proc/trace_view.c
 *   - if (e->seq >= v->first)
 *   + if (e->seq > v->first)
 */
#include "tests/model/explore.h"
#include "vm/base/clock.h"
#include "vm/proc/trace_in.h"

enum { WORKERS = 3 };

static Vm     vm;
static Worker workers[WORKERS];
static Proc   receiver;

uint64_t ml_clock_us(void) { return 0; }

static void sends(void *ud)
{
    (void)ud;
    ml_here_set(&workers[0]);
    Msg *m = ml_mem_zalloc(&vm.mem, sizeof *m);
    m->v = ml_v_int(1);
    ml_msg_set_from(m, ml_pid_make(1, 1));
    ml_trace_send(&vm, receiver.pid, m);
    EX_CHECK(m->seq != 0);
    ml_mbox_push(&receiver.mbox, &vm.mem, m);
}

static void receives(void *ud)
{
    (void)ud;
    ml_here_set(&workers[1]);
    ml_trace_timeout(&receiver);
    ml_mbox_fetch(&receiver.mbox, 1);
    Msg *m = receiver.mbox.in;
    if (!m)
        return;
    ex_seen(1);
    receiver.mbox.in = NULL;
    m->ref.u = m->seq;
    ml_trace_receive(&receiver, m);
    ml_mem_free(&vm.mem, m, sizeof *m);
}

/* What the reader found is whole. The most it can be. */
static size_t look(void)
{
    View v;
    size_t n = 0;
    EX_CHECK(ml_trace_view(&v, &vm, ml_v_nil(), 10, false));
    for (size_t i = 0; i < v.n; i++) {
        const Event *e = v.list[i].e;
        EX_CHECK(e != NULL && e->seq == v.first + i);
        if (e->kind == EV_RECEIVE) {
            const Entry *sent = ml_trace_send_of(&v, e->number);
            EX_CHECK(sent && sent < &v.list[i] && sent->fate == SENT_READ);
        }
        n++;
    }
    ml_trace_view_close(&v);
    return n;
}

static void reads(void *ud)
{
    (void)ud;
    ml_here_set(&workers[2]);
    size_t n = look();
    ex_seen(n == 0 ? 2 : n == 3 ? 4 : 0);
}

static void recording(void)
{
    const TraceConfig cfg = { .events = 10 };
    vm = (Vm){ .workers = workers, .nworkers = WORKERS - 1, .nrecords = WORKERS, .guest = &workers[2] };
    ml_mem_init(&vm.mem, ex_mem, NULL, 0);
    ex_quiet(&vm.mem, sizeof vm.mem);
    for (unsigned i = 0; i < WORKERS; i++)
        workers[i] = (Worker){ .vm = &vm, .index = i };
    receiver = (Proc){ .vm = &vm, .pid = ml_pid_make(2, 1) };
    ml_mbox_init(&receiver.mbox);
    EX_CHECK(ml_trace_open(&vm, &cfg, NULL));
    ex_thread(sends, NULL);
    ex_thread(receives, NULL);
    ex_thread(reads, NULL);
    ex_join_all();
    ml_here_set(&workers[2]);
    Msg *late = ml_load(&receiver.mbox.inbox);
    EX_CHECK(look() == (late ? 2 : 3));
    ml_mem_free(&vm.mem, late, sizeof *late);
    ml_trace_close(&vm);
}

const Model models[] = {
    { .name = "recording", .run = recording, .preemptions = 20, .outcomes = 1 | 2 | 4 },
    { .name = NULL }
};
