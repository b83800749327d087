#ifndef ML_TRACE_IN_H
#define ML_TRACE_IN_H

#include "vm/proc/trace.h"

/*
 * trace_in.h - what the files of the recorder share.
 */
typedef enum {
    EV_SPAWN,                   /* peer: its parent; who: its function */
    EV_NAME,                    /* text: the name */
    EV_SEND,                    /* peer: to; text: tag; body; number: that of the event */
    EV_RECEIVE,                 /* peer: from; text: tag */
    EV_DROP,                    /* peer: to; text: why */
    EV_TIMEOUT,
    EV_EXIT                     /* text: reason; body; who: its name or function */
} EventKind;

typedef struct Event {          /* 128 bytes */
    uint64_t seq;               /* from 1 on, in the whole VM */
    uint64_t at;                /* us */
    Value    pid, peer;         /* nil: nobody */
    uint64_t number;            /* of the message; 0: none */
    char    *body;              /* its own, or NULL */
    uint32_t body_size;
    uint16_t worker;
    uint8_t  kind;
    uint8_t  sig;               /* EV_SEND: MsgKind */
    bool     named;             /* EV_EXIT: `who` is a registered name */
    bool     timed;             /* EV_SEND: by send_after */
    char     text[26];
    char     who[24];
} Event;

typedef struct Ring {           /* of a worker */
    Lock     lock;
    Event   *e;                 /* the last cap events: event i is at i % cap */
    size_t   cap;               /* doubles until it is trace->most */
    uint64_t n;                 /* events there ever were */
} Ring;

struct Trace {
    size_t   most;              /* events kept; 0: only the hash is made */
    unsigned in_reports;
    bool     bodies;
    _Atomic(uint64_t) seq;
    Ring    *rings;             /* of all workers, the guest too */
    Proc    *nobody;            /* has no metatables: values are shown as it sees them */
    void   (*show)(Proc *p, Value v, size_t most, Buf *out);
};

/* The name of a process: registered, or that of its function. True: registered. */
bool ml_trace_who(const Proc *p, char *out, size_t size);

/* --- trace_view.c: the last events of all workers, in order --- */

typedef struct Who {            /* a process that occurs */
    Value    pid;
    char     name[48];          /* no two have the same: "main", "room<0.2>", "user<0.2>#2" */
    bool     registered;        /* name is one, or "main" */
    bool     named;             /* name is known */
    uint32_t others;            /* that would have the same name */
    unsigned number;            /* for who writes: 0 until it has been introduced */
} Who;

typedef enum { SENT_WAITS, SENT_READ, SENT_LOST } Fate;

typedef struct Entry {
    const Event *e;             /* NULL: that event is gone */
    const char  *why;           /* SENT_LOST */
    uint8_t      fate;          /* EV_SEND: Fate */
    bool         shown;
} Entry;

typedef struct Index { uint64_t key; Who *who; } Index;

typedef struct View {
    Vm      *vm;
    Entry   *list;              /* list[i]: event number first + i */
    size_t   n;
    uint64_t first;
    uint64_t left_out;          /* events before the first that is shown */
    Who     *who;
    size_t   nwho, most_who;
    Index   *by_pid, *by_name;
    size_t   slots;             /* of each; a power of two */
} View;

/* Locks the rings until it is closed. The last `most` events of process `of`,
 * or of all if it is nil. rest: the workers rest, so that the living can be
 * asked for their names. False: no memory; nothing to close. */
bool   ml_trace_view(View *v, Vm *vm, Value of, size_t most, bool rest);
void   ml_trace_view_close(View *v);
/* A process that occurs; NULL for nil. */
Who   *ml_trace_find(View *v, Value pid);
/* The send of a message, or NULL: it is gone. */
Entry *ml_trace_send_of(View *v, uint64_t number);
/* "join", "EXIT normal", or the whole message. */
void   ml_trace_put_what(const Event *e, Buf *out);

void   ml_trace_put_text(View *v, const char *indent, Buf *out);
void   ml_trace_put_mermaid(View *v, Buf *out);

#endif
