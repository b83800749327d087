#ifndef ML_INSPECT_H
#define ML_INSPECT_H

#include "vm/base/atomic.h"
#include "vm/data/shared.h"
#include "vm/proc/flow_vm.h"
#include "vm/proc/proc.h"
#include "vm/proc/realm.h"

/*
 * inspect.h - what one process may know of another; see inspect.c. Nobody looks
 * into a process but itself: it is asked, and answers.
 */

typedef enum { INFO_ASKED, INFO_GIVEN, INFO_DEAD, INFO_NO_MEMORY } InfoAnswer;
typedef enum { INFO_LINKS, INFO_MONITORS, INFO_MONITORED_BY, INFO_LISTS } InfoList;

typedef struct InfoPids {
    Value   *v;
    uint32_t n, cap;
} InfoPids;

/* Where it stands: texts, empty when there is nothing to tell. */
typedef struct Place { char at[96], in[48], born[96]; } Place;

/* The key under which Proc.dict has the process dictionary; and how many of its
 * entries are looked at. */
#define ML_DICTIONARY "dictionary"
enum { INFO_ENTRIES = 1000 };
typedef struct InfoLimit {
    uint64_t limit, used, peak;         /* limit: ACCOUNT_NONE, there is none */
} InfoLimit;

/* Counted by who asks and by the question on its way. */
typedef struct Info {
    Shared       h;
    Vm          *vm;
    Value        asker;
    _Atomic(int) answer;        /* InfoAnswer; what follows is his who was asked, until he has answered */
    bool         trap_exit, background;
    bool         begun;         /* being answered */
    bool         brief;         /* asked for: neither lists nor dictionary */
    uint8_t      does, priority;
    uint32_t     messages, guard_errors;
    uint64_t     memory, reductions, heap, stack, mail;        /* bytes but for reductions */
    uint64_t     leader;
    Place        place;
    Value        parent;
    Str         *name;          /* symbol or NULL */
    FlowInfo     mailbox;
    bool         in_realm, sandboxed;
    InfoLimit    limits[REALM_KINDS];   /* of its realm, if it is in one */
    InfoPids     pids[INFO_LISTS];
    unsigned     list;          /* is being copied */
    InfoPids     entries;       /* of the dictionary: key, value, ... */
    Frag        *frags;         /* what they refer to: */
    Obj         *handles;
    Hold        *holds;
    Value        at;            /* and the key of the last one copied; nil: none yet */
} Info;

/* --- who asks --- */

Info      *ml_info_new(Proc *asker);                    /* NULL: no memory */
/* Sends the question. Its process is woken when the answer has changed, and
 * must look before it waits. False: no memory. */
bool       ml_info_ask(Info *i, Value pid);
static inline InfoAnswer ml_info_answer(Info *i) { return (InfoAnswer)ml_load(&i->answer); }
void       ml_info_drop_pids(Info *i);                  /* they were read */
void       ml_info_adopt(Info *i, Heap *h);             /* what the entries refer to becomes part of h */

/* --- who is asked: the owner of p --- */

/* The question has arrived. Takes m. */
void       ml_info_arrives(Proc *p, Msg *m);
/* p has not answered all: a piece of it. */
void       ml_info_work(Proc *p);
/* m will not be answered by the one it was sent to. Any thread. */
void       ml_info_refuse(const Msg *m);

static inline Info *ml_info_of(const Msg *m) { return m->v.p; }

#endif
