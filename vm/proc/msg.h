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
 * 136 bytes and the objects.
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
    SIG_WAKE,                   /* nothing: look again at what you wait for */
    MSG_KINDS
} MsgKind;

typedef struct Msg {
    Frag        frag;           /* first: the allocation itself */
    struct Msg *next, *prev;
    Value       v;
    Value       from;           /* pid */
    Value       ref;
    uint64_t    seq;            /* position among all messages of the receiver */
    Obj        *handles;        /* among its objects: what heap.handles lists */
    Hold       *holds;
    Str        *name;           /* symbol */
    uint8_t     kind;
    bool        counted;        /* its bytes are in mail_bytes of the receiver */
    bool        booked;         /* the receiver's realm has paid for it: realm.h */
    bool        on_heap;        /* v is a root of the receiver's heap, which has its objects */
} Msg;

/* A message without objects. NULL: no memory. */
Msg *ml_msg_new(Mem *mem, MsgKind kind);
/* Frees it with its objects. */
void ml_msg_free(Mem *mem, Msg *m);
/* The same in pieces of at most *budget things, which are taken off it. False: not over. */
bool ml_msg_free_some(Mem *mem, Msg *m, int *budget);
/* With the long strings and frozen regions it refers to. */
size_t ml_msg_bytes(const Msg *m);
/* Counts it as waiting in the mailbox of the heap's process. */
void ml_msg_count(Heap *h, Msg *m);
/* Its objects become part of the heap, which frees the Msg with them (at once
 * if it has none). */
void ml_msg_adopt(Heap *h, Mem *mem, Msg *m);

#endif
