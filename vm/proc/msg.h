#ifndef ML_MSG_H
#define ML_MSG_H

#include "vm/data/heap.h"

/*
 * msg.h - what travels between processes: one allocation that holds this head
 * and the copied objects; a very large message has more fragments behind it.
 *
 *   [Frag | rest of Msg | objects ........]  --frag.next-->  [Frag | objects]
 *
 * Signals (exit, link, ...) travel the same way, so that order is kept.
 *
 * 144 bytes and the objects.
 */
typedef enum {
    MSG_USER,                   /* v is the message */
    SIG_EXIT,                   /* from, v reason: an exit signal through a link */
    SIG_EXIT2,                  /* the same by exit(pid, reason) */
    SIG_LINK,                   /* from */
    SIG_UNLINK, SIG_UNLINK_ACK, /* from, v its number */
    SIG_MONITOR, SIG_DEMONITOR, /* from, ref; name: monitored by that name */
    SIG_DOWN,                   /* from, ref, v reason, name */
    SIG_INFO,                   /* from, v an Info: a question, see inspect.c */
    SIG_TELL,                   /* v a Tell, ref a number: a question, see tell.c */
    SIG_WAKE,                   /* nothing: look again at what you wait for */
    SIG_FULL,                   /* a message too many: the end of the receiver, as its mailbox was made */
    SIG_LETTER,                 /* from, ref `to`, name why, v a message that got lost */
    SIG_ALARM,                  /* from, name "high" or "low", v messages, ref bytes: a mailbox fills up */
    MSG_KINDS
} MsgKind;

typedef struct Msg {
    Frag        frag;           /* first: the allocation itself */
    struct Msg *next, *prev;
    Value       v;
    Value       from;           /* pid */
    union {
        Value   ref;            /* of a signal; in the mailbox, while a trace is recorded: .u is its number */
        struct {                /* in the index of its mailbox (tags.h): its ring; or NULL */
            struct Msg *ring_next, *ring_prev;
        };
    };
    uint64_t    seq;            /* position among all messages of the receiver; before: number in the trace */
    Obj        *handles;        /* among its objects: what heap.handles lists */
    Hold       *holds;
    union {
        Str        *name;       /* of a signal: symbol */
        struct Msg *chain;      /* the oldest of a ring: the next ring of its bucket */
    };
    uint8_t     kind;
    bool        counted;        /* its bytes are in mail_bytes of the receiver */
    bool        timed;          /* by send_after */
    bool        on_heap;        /* v is a root of the receiver's heap, which has its objects */
    bool        loose;          /* a program may have got hold of its table, and change it */
    uint32_t    tag;            /* in the index: by what it is found */
    uint32_t    units;          /* what it holds in the account of a bounded mailbox: flow.h */
    uint8_t     toll;           /* and which account it is in */
} Msg;

/* A message without objects. NULL: no memory. */
Msg *ml_msg_new(Mem *mem, MsgKind kind);
/* Frees it with its objects. */
void ml_msg_free(Mem *mem, Msg *m);
/* The same in pieces of at most *budget things, which are taken off it. False: not over. */
bool ml_msg_free_some(Mem *mem, Msg *m, int *budget);
/* What it holds, with the long strings it refers to. */
size_t ml_msg_bytes(const Msg *m);
/* Counts it as waiting in the mailbox of the heap's process. */
void ml_msg_count(Heap *h, Msg *m);
/* Its objects become part of the heap, which frees the Msg with them (at once
 * if it has none). */
void ml_msg_adopt(Heap *h, Mem *mem, Msg *m);

#endif
