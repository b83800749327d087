#ifndef ML_TRACE_H
#define ML_TRACE_H

#include "vm/base/buf.h"
#include "vm/base/check.h"
#include "vm/proc/sim.h"
#include "vm/proc/vm.h"

/*
 * trace.h - what happens in a VM, told in one place: births, messages, ends.
 *
 * Two listen: a run that can be repeated makes its hash of it (sim.h), and the
 * recorder keeps the last events, for a timeline, a diagram, and the reports of
 * crashes and deadlocks. vm->trace is NULL when neither does, which is all that
 * then costs anything.
 *
 * A message has a number, by which its send, its receipt or its loss belong
 * together. It lies in Msg.seq while the message is on its way, and in
 * Msg.ref.u once it is in the mailbox; 0: it was not recorded.
 */
typedef struct TraceConfig {
    size_t events;              /* kept; 0: the recorder is off */
    bool   bodies;              /* whole messages, not only their tags */
    unsigned in_reports;        /* events shown with a crash or deadlock */
} TraceConfig;

/* For vm->trace, which may stay NULL. `show` writes a value for people. False:
 * no memory. Boot. */
bool ml_trace_open(Vm *vm, const TraceConfig *cfg, void (*show)(Proc *p, Value v, size_t most, Buf *out));
void ml_trace_close(Vm *vm);

/* --- what happens; called through the tests below. The worker that does it --- */

void     ml_trace_on_spawn(Proc *p);
void     ml_trace_on_name(Vm *vm, Value pid, const Str *name);
uint64_t ml_trace_on_send(Vm *vm, Value to, const Msg *m);
void     ml_trace_on_receive(Proc *p, const Msg *m);
void     ml_trace_on_drop(Vm *vm, Value to, uint64_t number, const char *why);
void     ml_trace_on_timeout(Proc *p);
void     ml_trace_on_exit(Proc *p);

/* A process that will run; its function and parent are known. */
static inline void ml_trace_spawn(Proc *p)
{
    if (ML_UNLIKELY(p->vm->trace != NULL))
        ml_trace_on_spawn(p);
}

static inline void ml_trace_name(Vm *vm, Value pid, const Str *name)
{
    if (ML_UNLIKELY(vm->trace != NULL))
        ml_trace_on_name(vm, pid, name);
}

/* Before the receiver can see it. */
static inline void ml_trace_send(Vm *vm, Value to, Msg *m)
{
    if (ML_UNLIKELY(vm->trace != NULL))
        m->seq = ml_trace_on_send(vm, to, m);
}

/* m has left the mailbox, and its value is whole. */
static inline void ml_trace_receive(Proc *p, const Msg *m)
{
    if (ML_UNLIKELY(p->vm->trace != NULL))
        ml_trace_on_receive(p, m);
}

/* The message of this number is lost; `why`, a word or two, is static. */
static inline void ml_trace_drop(Vm *vm, Value to, uint64_t number, const char *why)
{
    if (ML_UNLIKELY(vm->trace != NULL))
        ml_trace_on_drop(vm, to, number, why);
}

/* A receive has waited for as long as its `after` says. */
static inline void ml_trace_timeout(Proc *p)
{
    if (ML_UNLIKELY(p->vm->trace != NULL))
        ml_trace_on_timeout(p);
}

/* Nobody has heard of it yet; it still has its name and its reason. */
static inline void ml_trace_exit(Proc *p)
{
    if (ML_UNLIKELY(p->vm->trace != NULL))
        ml_trace_on_exit(p);
}

/* --- what was recorded; any worker --- */

bool ml_trace_is_on(Vm *vm);

typedef enum { TRACE_TEXT, TRACE_MERMAID } TraceForm;

/* All of it. The workers rest. */
void ml_trace_write(Vm *vm, TraceForm form, Buf *out);
/* As text for a report: the last events of a process; nil: of all, and the
 * workers rest. Nothing when reports are not to show them. */
void ml_trace_report(Vm *vm, Value pid, Buf *out);

#endif
