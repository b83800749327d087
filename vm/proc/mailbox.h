#ifndef ML_MAILBOX_H
#define ML_MAILBOX_H

#include "vm/base/atomic.h"
#include "vm/proc/msg.h"

/*
 * mailbox.h - see mailbox.c.
 */
typedef enum {                  /* what the sender does after a push */
    MBOX_AWAKE,                 /* nothing: the owner will look by itself */
    MBOX_CLOSED                 /* the owner is gone; the message was freed */
} MboxPush;

typedef struct Mbox {
    _Atomic(Msg *) inbox;       /* any thread: newest first; MBOX_SHUT when closed */
    _Atomic(Msg *) second;      /* any thread: a guess at what lies behind it, perhaps freed: to prefetch, no more */
    Msg    *rest, *in;          /* owner: taken from the inbox, newest first; turned around, oldest first */
    Msg    *head, *tail;        /* owner: oldest first */
    Msg    *mark;               /* owner: the last message receive has looked at; NULL: none */
    uint64_t seq;               /* owner: messages and positions given out so far */
    uint32_t count;             /* owner: messages in the queue */
    uint32_t refs;              /* owner: refs made since the last message */
    uint32_t on_heap;           /* owner: messages whose objects are in the heap */
    uint32_t wasted : 31;       /* owner: messages passed over while it was long and had no index */
    bool    held : 1;           /* owner: one came to be on the heap that may have been met before */
    struct Tags *tags;          /* owner: the index of a long mailbox (tags.h), or NULL */
} Mbox;

/* A mailbox with so many messages is long; with fewer than the second number no longer. */
enum { MBOX_LONG = 64, MBOX_SHORT = 32 };

void     ml_mbox_init(Mbox *b);
void     ml_mbox_fini(Mbox *b, Mem *mem);

/* Any thread. Never block, never allocate. Push takes m, whatever the answer;
 * offer leaves it to the caller when it is closed: 0; else, how often it had to try. */
MboxPush ml_mbox_push(Mbox *b, Mem *mem, Msg *m);
unsigned ml_mbox_offer(Mbox *b, Msg *m);
/* Owner: some of what was taken from the inbox is not handled yet. */
static inline bool ml_mbox_is_behind(const Mbox *b) { return b->rest || b->in; }
/* Owner: something lies in the inbox, or is not handled yet. */
static inline bool ml_mbox_has_new(Mbox *b) { return ml_load(&b->inbox) != 0 || ml_mbox_is_behind(b); }
/* Owner: takes the whole inbox and turns it around into `in`, at most `most` of it
 * in one call; while it is behind, it takes no more. False: not over, call again. */
bool     ml_mbox_fetch(Mbox *b, uint64_t most);
/* Owner: takes the only message of the inbox, a MSG_USER to no alias. NULL: what is
 * there is something else. */
Msg     *ml_mbox_fetch_one(Mbox *b);
/* Owner: appends a message to the queue. */
void     ml_mbox_append(Mbox *b, Msg *m);
/* Owner: the message after the mark, or NULL; the mark moves there. */
Msg     *ml_mbox_next(Mbox *b);
/* Owner: unlinks the message at the mark and forgets the mark. */
Msg     *ml_mbox_take(Mbox *b);
/* Owner: n, which has no objects, stands for the message at the mark, whose
 * value is now in the heap; the old one is the caller's. */
void     ml_mbox_replace(Mbox *b, Msg *n);
/* Owner: the table of the message at the mark may be changed from now on, by code
 * of the process that got hold of it. */
void     ml_mbox_loosen(Mbox *b);
void     ml_mbox_restart(Mbox *b);
/* Owner: receive starts again from the first message. */
static inline void ml_mbox_rewind(Mbox *b)
{
    b->mark = 0;
    if (b->tags)
        ml_mbox_restart(b);
}
/* Owner: receive starts after the position of a ref; looks back over *most messages,
 * counted off. False: not over, the mark is where it got: call again, or rewind. */
bool     ml_mbox_seek(Mbox *b, uint64_t seq, int *most);
/* Owner: the index goes. */
void     ml_mbox_drop_tags(Mbox *b);
/* Owner: a number for a new ref, unique in this process, that tells its position. */
uint64_t ml_mbox_ref(Mbox *b);
/* Owner: closes; gives what was in the inbox, newest first. Later pushes answer MBOX_CLOSED. */
Msg     *ml_mbox_close(Mbox *b);

#endif
