#ifndef ML_MSG_H
#define ML_MSG_H

#include "vm/data/heap.h"
#include "vm/data/plain.h"
#include "vm/proc/bond.h"
#include "vm/proc/told.h"

/*
 * msg.h - what travels between processes: one allocation that holds this head
 * and the copied objects; a very large message has more fragments behind it.
 *
 *   [Frag | rest of Msg | objects ........]  --frag.next-->  [Frag | objects]
 *
 * Signals (exit, link, ...) travel the same way, so that order is kept.
 *
 * What a process knows of another is a message, too: the one it will send about
 * it. So the end of a process needs no memory to tell everybody, nor does
 * whoever takes a monitor back. Meanwhile it is a Bond of a tree:
 *
 *     in a tree    key     from      is to become
 *     link         a pid             EXIT, with a Hold for the reason
 *     watcher      a ref   watcher   DOWN, with a Hold for the reason
 *     monitor      a ref   watched   DEMONITOR
 *     alias        a ref   nil       nothing; a monitor may be one, too
 *                          itself    of a monitor of oneself, which is no more than that
 *
 * LINK and MONITOR become that of their receiver when they arrive, so it is the
 * one who asks for a link or monitor that has the memory for both sides, or not.
 *
 * 128 bytes and the objects, or the Hold: 32; packed 112 bytes and 16 for each value.
 */
typedef enum {
    MSG_USER,                   /* v is the message */
    SIG_EXIT,                   /* from, v reason: an exit signal through a link */
    SIG_EXIT2,                  /* the same by exit(pid, reason) */
    SIG_LINK,                   /* from */
    SIG_UNLINK, SIG_UNLINK_ACK, /* from, v its number */
    SIG_MONITOR, SIG_DEMONITOR, /* from, ref; name: monitored by that name */
    SIG_DOWN,                   /* from, ref, v reason, name */
    SIG_LEADER,                 /* v: its new group leader, or nil */
    SIG_INFO,                   /* from, v an Info: a question, see inspect.c */
    SIG_TELL,                   /* v a Tell, ref a number: a question, see tell.c */
    SIG_WAKE,                   /* nothing: look again at what you wait for */
    SIG_FULL,                   /* a message too many: the end of the receiver, as its mailbox was made */
    SIG_LETTER,                 /* from, ref `to`, name why, v a message that got lost */
    SIG_ALARM,                  /* from, name "high" or "low", v messages, ref bytes: a mailbox fills up */
    MSG_KINDS
} MsgKind;

typedef enum {                  /* until when a ref is an address, if it is not taken back before */
    ALIAS_NONE,
    ALIAS_EXPLICIT,             /* for ever */
    ALIAS_DEMONITOR,            /* until the monitor ends */
    ALIAS_REPLY                 /* that, or until the first message sent to it, which ends the monitor, too */
} Alias;

typedef struct Msg {
    /* what queues and the owner's first look need, in one line of the cache */
    Frag        frag;           /* first: the allocation itself */
    uint8_t     kind;
    uint8_t     alias;          /* Alias: its key is an address */
    uint8_t     toll;           /* which account of a bounded mailbox it is in: flow.h */
    bool        watching : 1;   /* monitor */
    bool        counted : 1;    /* its bytes are in mail_bytes of the receiver */
    bool        timed : 1;      /* by send_after */
    bool        booked : 1;     /* the receiver's realm has paid for it: realm.h */
    bool        on_heap : 1;    /* v is a root of the receiver's heap, which has its objects */
    bool        plain : 1;      /* its objects are one plain copy: plain.h */
    bool        packed : 1;     /* a table of values, which lie behind `name`; it is made when it is
                                   looked at, and if it is to last it is v, which on_heap tells */
    bool        met : 1;        /* by a collection, as all that had come before it */
    bool        told : 1;       /* packed, and what it tells is the end of a process: told.h */
    bool        loose : 1;      /* a program may have got hold of its table, and change it */
    uint32_t    tag;            /* in the index: by what it is found */
    uint32_t    units;          /* what it holds in the account of a bounded mailbox: flow.h */
    union {
        struct {                /* on its way, or in a mailbox */
            struct Msg *next, *prev;
            Value       v;
        };
        Bond    bond;           /* in a tree */
    };
    /* the next line */
    uint64_t    seq;            /* position among all messages of the receiver; before: number in the trace;
                                   link: number of the unlink that waits for its acknowledgement, 0: none */
    uint64_t    from;           /* ml_pid_bits; 0: nil */
    union {
        Value   ref;            /* of a monitor; MSG_USER: the alias it was sent to, then, in the mailbox,
                                   while a trace is recorded: .u is its number */
        struct {                /* in the index of its mailbox (tags.h): its ring; or NULL */
            struct Msg *ring_next, *ring_prev;
        };
    };
    union {
        Str        *name;       /* of a signal: symbol */
        struct Msg *chain;      /* the oldest of a ring: the next ring of its bucket */
    };
    /* no packed one has these */
    Obj        *handles;        /* among its objects: what heap.handles lists */
    Hold       *holds;          /* EXIT, DOWN and what becomes one: room for a hold, while its sh is NULL */
} Msg;

_Static_assert(sizeof(Msg) == 128 && offsetof(Msg, handles) == 112, "as told above");

/* The values of a packed one, and how many they are. */
static inline Value *ml_msg_values(const Msg *m) { return (Value *)(void *)((char *)(uintptr_t)m + offsetof(Msg, handles)); }
static inline uint32_t ml_msg_nvalues(const Msg *m)
{
    return (uint32_t)((m->frag.size - offsetof(Msg, handles)) / sizeof(Value));
}
/* Its table is not there yet. */
static inline bool ml_msg_is_to_be_made(const Msg *m) { return m->packed && !m->on_heap; }

static inline Value ml_msg_from(const Msg *m) { return m->from ? ml_pid_of_bits(m->from) : ml_v_nil(); }
static inline void  ml_msg_set_from(Msg *m, Value pid) { m->from = ml_is_pid(pid) ? ml_pid_bits(pid) : 0; }

/* A message without objects. NULL: no memory. */
Msg *ml_msg_new(Mem *mem, MsgKind kind);
/* A MSG_USER with room for so many bytes of objects. */
Msg *ml_msg_new_with(Mem *mem, size_t bytes);
/* A MSG_USER with the values of a flat table (plain.h). */
Msg *ml_msg_new_packed(Mem *mem, const Value *v, uint32_t n);
/* The same with room for the hold of a reason. */
Msg *ml_msg_new_telling(Mem *mem, MsgKind kind);
/* It will tell this reason, which `hold` owns if that is not NULL; then it has room. */
void ml_msg_reason(Mem *mem, Msg *m, Value reason, Shared *hold);
static inline Msg *ml_msg_of(const Bond *b) { return b ? (Msg *)(void *)((char *)(uintptr_t)b - offsetof(Msg, bond)) : NULL; }
/* Frees it with its objects. */
void ml_msg_free(Mem *mem, Msg *m);
/* The same in pieces of at most *budget things, which are taken off it. False: not over. */
bool ml_msg_free_some(Mem *mem, Msg *m, int *budget);
/* What it holds, with the long strings and frozen regions it refers to. */
size_t ml_msg_bytes_(const Msg *m);
static inline size_t ml_msg_bytes(const Msg *m) { return m->plain ? m->frag.size : ml_msg_bytes_(m); }
/* Counts it as waiting in the mailbox of the heap's process; no longer. */
void ml_msg_count(Heap *h, Msg *m);
static inline void ml_msg_uncount(Heap *h, Msg *m)
{
    if (m->counted)
        h->mail_bytes -= ml_msg_bytes(m);
    m->counted = false;
}
/* What it holds, to look at. Who has no heap for it gives room for a packed one. */
typedef struct MsgRoom { uint64_t word[(sizeof(Tab) + sizeof(ArrObj) + FLAT_MOST * sizeof(Value)) / 8]; } MsgRoom;
Value ml_msg_make(const Vm *vm, const Msg *m, MsgRoom *room);
static inline Value ml_msg_value(const Vm *vm, const Msg *m, MsgRoom *room)
{
    return ml_msg_is_to_be_made(m) ? ml_msg_make(vm, m, room) : m->v;
}
/* Bytes of the table of a packed one. It, made at `to`, without an identity number. */
static inline size_t ml_msg_table_size(const Msg *m)
{
    return ML_UNLIKELY(m->told) ? (size_t)TOLD_SIZE : ml_flat_size(ml_msg_nvalues(m));
}
static inline Tab *ml_msg_lay(const Vm *vm, const Msg *m, char *to)
{
    return ML_UNLIKELY(m->told) ? ml_told_lay(vm, m, to) : ml_flat_make(to, ml_msg_values(m), ml_msg_nvalues(m));
}
/* The first item of its table; nil: it has none, or is no table. */
static inline Value ml_msg_first(Heap *h, const Msg *m)
{
    if (ml_msg_is_to_be_made(m) && m->told)
        return ml_told_tag(h->vm, m);
    if (ml_msg_is_to_be_made(m))
        return ml_msg_nvalues(m) ? *ml_msg_values(m) : ml_v_nil();
    return m->v.tag == TAG_TAB ? *ml_tab_getint(h, m->v.t, 1) : ml_v_nil();
}
/* The table of a packed one, made in the heap. */
Value ml_msg_unpack(Heap *h, const Msg *m);
/* Its objects become part of the heap, which frees the Msg with them (at once
 * if it has none). Not of a packed one. */
void ml_msg_adopt(Heap *h, Mem *mem, Msg *m);
/* A small one is moved into the heap instead, where there is room; *to: where its
 * objects are now. They lay behind m, which is left and is the caller's to free.
 * False: nothing has happened. */
bool ml_msg_move(Heap *h, Msg *m, char **to);

#endif
