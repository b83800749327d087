#ifndef ML_FLOW_H
#define ML_FLOW_H

#include "vm/proc/state.h"
#include "vm/proc/vm.h"

/*
 * flow.h - bounded mailboxes: what is let in (flow.c), who waits for room and
 * when that would be for ever (chain.c), who hears of what got lost and of
 * mailboxes that fill up (letters.c).
 */

/* What Msg.toll says: the account that a message is in. */
enum { TOLL_NONE, TOLL_MAIL, TOLL_EXEMPT, TOLL_LETTER };

/* Sending, as Flow.sending has it. */
enum { SENDING_NOTHING, SENDING_WAITS, SENDING_DONE, SENDING_REFUSED };

/*
 * What a process has when its mailbox is bounded, when it waits for room in
 * another one, when it stands on a chain of waits, or listens to what is lost.
 * Made by its owner or by whoever follows a chain, and then there as long as
 * its Proc. About 350 bytes.
 *
 * An account is one word: how many messages, and how much they hold.
 */
struct Flow {
    Proc    *p;

    /* any thread */
    _Atomic(uint64_t) mail;             /* let in and not taken yet, in inbox or queue */
    _Atomic(uint64_t) exempt;           /* the same of replies, timers, letters; with a memory limit */
    _Atomic(uint64_t) room;             /* units that its memory has room for, by its owner's last look */
    _Atomic(uint64_t) dropped;          /* messages that got lost here */
    _Atomic(uint32_t) letters;          /* that wait to be read */
    _Atomic(bool)     overrun;          /* FULL_EXIT: it has been told to end */
    _Atomic(uint32_t) nwaiting;         /* in the list of those who wait for room */
    _Atomic(bool)     marked;           /* somebody's chain of waits leads through it */
    _Atomic(uint8_t)  sending;          /* SENDING_... */

    /* fixed when it is born */
    FlowOpts o;
    bool     limited;                   /* there is an account */
    bool     has_memory;                /* a memory limit */
    uint32_t cap;                       /* so many are let in, and so many units */
    uint64_t cap_units, share;

    /* its owner; others may look */
    _Atomic(uint32_t) queued;           /* of `mail`: in the queue */

    /* its owner */
    uint64_t queued_units;
    size_t   swept;                     /* what its heap held after the collection that made room */
    bool     alarmed;

    /* under the lock of chains: chain.c */
    bool     over;                      /* it ends; nobody is added any more */
    Flow    *first, *last;              /* those that wait for room here */
    Flow    *full, *before, *behind;    /* the mailbox it waits for, and its place in that list */
    Msg     *msg;                       /* what it sends there */
    Flow    *creditors;                 /* were seen to wait for a reply of this one, with others behind them */
    Flow    *debtor, *next_creditor, *prev_creditor;
    uint64_t visit;                     /* the last walk that came by */
    Flow    *todo;

    /* under the lock of subscribers: letters.c */
    bool     hears[FLOW_SUBJECTS];
    Flow    *next_listener[FLOW_SUBJECTS];
};

/* Called for each of the VM. */
void ml_flow_init(FlowVm *f, Mem *mem);
void ml_flow_fini(FlowVm *f);

/* The owner, or before it can run: its mailbox has these limits, and it may have
 * max_bytes in all (0: any). False: no memory. */
bool ml_flow_bound(Proc *p, const FlowOpts *o, size_t max_bytes);
/* Its own Flow, made if need be; NULL: no memory. Owner. */
Flow *ml_flow_own(Proc *p);
static inline Flow *ml_flow_get(Proc *p) { return ml_load_acquire(&p->flow); }

/* What its mailbox has let in and not given out yet. */
uint64_t ml_flow_messages(const Flow *f);
uint64_t ml_flow_bytes(const Flow *f);

void ml_flow_info(Proc *p, FlowInfo *out);                   /* owner */

/* --- sending --- */

typedef enum {
    FLOW_SENT,                  /* or dropped without a word, as the policy wants it */
    FLOW_FULL,                  /* refused: there is no room */
    FLOW_TOO_LARGE,             /* refused: there never will be */
    FLOW_WAITS                  /* from now on it waits for room: ml_flow_sending tells how that ends */
} FlowEnd;

/* Sends m of process s to a pid by the limits of the receiver. Takes m, unless the
 * answer is FLOW_WAITS and `may_wait` is false: then nothing has been done.
 * exempt: it comes from a timer, or is a reply. s NULL: from outside, which may try
 * again: to it also FULL_REJECT answers FLOW_WAITS. Worker. */
FlowEnd ml_flow_send(Vm *vm, Proc *s, Value to, Msg *m, bool exempt, bool may_wait);
/* A host is about to send. Any thread, also of none of the VM. FLOW_WAITS: no room.
 * FLOW_SENT: it may; *reserved is what has been put on the account for it (0:
 * nothing), and must come back with the message. */
FlowEnd ml_flow_reserve(Vm *vm, Value to, uint64_t bytes, uint64_t *reserved);
/* As ml_flow_send from outside, with what was reserved: never FLOW_WAITS then. Worker. */
FlowEnd ml_flow_send_outside(Vm *vm, Value to, Msg *m, uint64_t reserved);
/* s sends, and waits or has waited for room; what came of it: FLOW_WAITS, or what
 * ml_flow_send would have said, once. Owner of s. */
static inline bool ml_flow_is_sending(Proc *s)
{
    Flow *f = ml_flow_get(s);
    return f && ml_load(&f->sending) != SENDING_NOTHING;
}
FlowEnd ml_flow_sending(Proc *s);
/* Whose mailbox it waits for, or nil. Its owner, or when all rest. */
Value ml_flow_sends_to(Proc *s);
/* What it sends is given up: it is to do something else. Owner of s. */
void ml_flow_withdraw(Proc *s);
/* While it waits for room the program cannot end. Owner of s. */
bool ml_flow_keeps_alive(const Proc *s);

/* --- receiving: owner --- */

void ml_flow_queued_(Proc *p, const Msg *m);
void ml_flow_taken_(Proc *p, const Msg *m);
enum { ALARM_HIGH = 10000 };            /* messages, where nothing else is said */
/* m was appended to the queue. */
static inline void ml_flow_queued(Proc *p, const Msg *m)
{
    if (ml_flow_get(p) || p->mbox.count >= ALARM_HIGH)
        ml_flow_queued_(p, m);
}
/* m has been taken out of it. */
static inline void ml_flow_taken(Proc *p, const Msg *m)
{
    if (ml_flow_get(p))
        ml_flow_taken_(p, m);
}
/* What is new has been taken in: FULL_DROP_OLD drops now. */
void ml_flow_trim(Proc *p);
/* More is held than its memory limit allows, garbage apart: mail goes first. */
void ml_flow_shed(Proc *p);
void ml_flow_look_(Proc *p);
bool ml_flow_is_crowded_(Proc *p);
/* The slice is over: tells how much room its memory has. */
static inline void ml_flow_look(Proc *p)
{
    if (ml_flow_get(p))
        ml_flow_look_(p);
}
/* It has nothing to do; but garbage keeps mail out, and is to be collected first. */
static inline bool ml_flow_is_crowded(Proc *p)
{
    return ml_flow_get(p) && ml_flow_is_crowded_(p);
}

/* --- waiting --- */

/* p has begun to wait, and is marked: who is held back because of it? p may be
 * somebody else's already, or be gone. */
void ml_flow_waits(Vm *vm, Proc *p);
/* As ml_proc_park (state.h); p says what it hopes for. Its worker. */
static inline bool ml_flow_park(Vm *vm, Proc *p, uint8_t stands)
{
    ml_store_relaxed(&p->stands, stands);
    if (!ml_proc_park(p))
        return false;
    Flow *f = ml_load(&p->flow);
    if (f && ml_load(&f->marked))
        ml_flow_waits(vm, p);
    return true;
}
/* The end of p, in pieces: what it sends is given up, who waits for it goes on.
 * False: call again. tell false: nobody runs any more. Owner. */
bool ml_flow_end_some(Proc *p, int *budget, bool tell);

/* --- what got lost, and mailboxes that fill up: letters.c --- */

/* m, whose way ends here, goes to those who listen, or is freed. Any thread that may send. */
void ml_letter(Vm *vm, Value to, Msg *m, const char *why);
void ml_alarm(Proc *p, bool high);
static inline bool ml_letters_are_read(Vm *vm) { return ml_load(&vm->flow.nlisteners[FLOW_LETTERS]) != 0; }
/* Owner. False: no memory. */
bool ml_listen(Proc *p, FlowSubject subject, bool on);
bool ml_listens(Proc *p, FlowSubject subject);
void ml_listen_end(Vm *vm, Flow *f);
/* A letter or alarm becomes the message that its listener reads. Owner; takes m when it returns. */
Msg *ml_letter_opened(Proc *p, Msg *m);
enum { LETTERS_MOST = 1000 };           /* letters and alarms that wait to be read by one process */

/* --- for its own files --- */

/* The account; true: m is in it. force: although it is full, as long as the memory
 * of the receiver has room. */
bool ml_flow_admit(Flow *f, Msg *m, bool force);
/* It is not, after all. Under the lock of chains, by who then looks for others that wait. */
void ml_flow_unadmit(Flow *f, Msg *m);
/* It waits, but a message that was let in is still on its way, and will wake it. */
static inline bool ml_flow_has_unseen(const Flow *f)
{
    uint32_t queued = ml_load_relaxed(&f->queued);
    return ml_flow_messages(f) > queued;
}
FlowEnd ml_flow_wait(Vm *vm, Proc *s, Flow *q, Msg *m, bool may_wait);
void ml_flow_has_room(Vm *vm, Flow *q);
void ml_flow_lost(Vm *vm, Flow *f, Value to, Msg *m, const char *why);
bool ml_flow_admit_exempt(Flow *f, Msg *m, unsigned toll);

#endif
