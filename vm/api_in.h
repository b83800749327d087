#ifndef ML_API_IN_H
#define ML_API_IN_H

#include <stdarg.h>

#include "vm/base/arena.h"
#include "vm/boot.h"
#include "vm/proc/signal.h"
#include "moonlet.h"

/*
 * api_in.h - what the files of the public face share.
 *
 * A host's message is a tree of C memory that no heap knows, so that it can
 * live on any thread and longer than the VM. Everything ml_free takes has a
 * Head right before it, which tells what it is.
 *
 *     [MsgRoot ... Head | ml_msg v]      v.body --> [Body: values, fields]
 *
 * A table that occurs twice is one Body: sharing and cycles survive.
 */

typedef struct ApiHead {
    uint64_t magic;
    size_t   size;              /* of the whole allocation */
} ApiHead;

typedef struct Body {
    struct Body *next;          /* all bodies of a root, in order of birth */
    void        *mark;          /* during a conversion: the other side; else NULL */
    uint32_t     narr, nhash;
    ml_msg      *v;             /* narr values, then nhash times key, value */
} Body;

typedef struct Resource {
    Shared  h;
    void  (*dtor)(void *);
    size_t  size;
    size_t  spare;              /* so that what follows is aligned */
    ApiHead head;               /* last: the host's data follows */
} Resource;

struct ml_msg {
    uint8_t type;               /* ml_kind; ML_T_OTHER: s is what to show */
    union {
        int64_t  i;             /* boolean, integer */
        double   n;
        uint64_t w[2];          /* pid, ref */
        struct { const char *s; size_t len; };
        Body     *body;
        Resource *res;
    };
};

typedef struct ResRef {
    struct ResRef *next;
    Resource      *res;
} ResRef;

typedef struct MsgRoot MsgRoot;
struct MsgRoot {
    Mem      mem;
    Arena    arena;             /* bodies, values, bytes */
    Body    *bodies, *last;
    ResRef  *resources;
    MsgRoot *subs;              /* messages that became part of this one */
    MsgRoot *next;              /* among subs; in a host's queue */
    struct ml_host *to;         /* on its way to a host */
    ApiHead  head;
    ml_msg   v;                 /* last */
};

/* api_msg.c */
void    *ml_api_alloc(size_t n);                    /* zeroed, from the C library; NULL: no memory */
void     ml_api_free(void *p, size_t n);
MsgRoot *ml_api_root_new(void);                     /* v is nil; NULL: no memory */
void     ml_api_root_free(MsgRoot *r);              /* NULL: nothing */
MsgRoot *ml_api_root(ml_msg *m);                    /* of a message that is owned; NULL: is none */
Body    *ml_api_body(MsgRoot *r, size_t narr, size_t nhash);    /* values are nil; NULL: no memory */
bool     ml_api_text(MsgRoot *r, ml_msg *m, const char *s, size_t n);
bool     ml_api_hold(MsgRoot *r, Resource *res);
char    *ml_api_new_text(const char *s, size_t n);  /* for ml_free; NULL: no memory */
Resource *ml_api_resource(void *p);

/* api_value.c */

/* A message from values, for the reading process p (NULL: none). list: the
 * values become a list, else there is one. NULL: no memory. */
MsgRoot *ml_api_from(Vm *vm, Proc *p, const Value *v, size_t n, bool list);

/* The value of a message in this heap; in the VM's own heap it is shared and
 * immutable. Allocates (see heap.h): r must be owned by something that lasts. */
Value    ml_api_to(Heap *h, MsgRoot *r, const ml_msg *m);

/* api.c */
typedef struct ApiNative {
    NativeDef  def;             /* first */
    struct ApiNative *next;
    ml_vm     *vm;
    ml_native  fn;
    void      *ud;
    size_t     size;
} ApiNative;

struct ml_host {
    struct ml_host *next;
    ml_vm     *vm;
    Proc      *p;
    ml_pid     pid;
    ml_on_msg  fn;
    void      *ud;
    MsgRoot   *head, *tail;     /* messages not yet given out */
    _Atomic(bool) lost;         /* a message was dropped for lack of memory */
    bool       closed;          /* detached inside its own callback */
};

struct ml_vm {
    Mem          mem;           /* of this struct and hosts: the configured allocator */
    Vm          *vm;
    int          os_pid;
    const void  *thread;
    ml_host     *hosts;
    ApiNative   *natives;
    ml_write_fn  write;
    void        *write_ud;
    _Atomic(int) stop;          /* ml_interrupt was called */
    _Atomic(MsgRoot *) arrived; /* for its hosts, newest first; workers push */
    bool         waiting;       /* some host's queue is not empty */
    bool         stepping;      /* inside ml_sched_run */
    bool         in_callback;
};

/* api_native.c */
NatEnd ml_api_native(Nat *n);

/* api_prompt.c: what an ML_PROMPT process gets before its other arguments */
enum { ML_API_PROMPT_ARGS = 3 };
void ml_api_prompt_args(Value out[]);

/* ML_OK, or why this call is impossible: fork, thread, inside a native. */
int      ml_api_enter(ml_vm *vm);
bool     ml_api_is_owner(const ml_vm *vm);      /* is this its thread? */
int      ml_api_os_pid(void);
int      ml_api_fail(ml_err *err, int code, const char *text);    /* text NULL: by code */

/* ML_MORE, ML_IDLE, ML_DONE; max_us as in ml_sched_run */
int      ml_api_run(ml_vm *vm, int64_t max_us);
/* Was ml_interrupt called? Forgets it. */
bool     ml_api_stopped(ml_vm *vm);

/* Calls fn, which may allocate in a heap. False: there was no memory. */
bool     ml_api_may_allocate(Vm *vm, void (*fn)(void *ctx), void *ctx);

/* api_host.c: what has arrived goes into the queues of the hosts */
void     ml_api_collect(ml_vm *vm);
/* calls the callbacks */
void     ml_api_deliver(ml_vm *vm);

static inline ml_pid ml_api_pid(Value v) { return (ml_pid){ { v.u, v.tag } }; }
static inline ml_ref ml_api_ref(Value v) { return (ml_ref){ { v.u, v.tag } }; }

/* Nil unless it is one. */
static inline Value ml_api_pid_value(const uint64_t w[2])
{
    Value v = { .u = w[0], .tag = w[1] };
    return ml_is_pid(v) ? v : ml_v_nil();
}
static inline Value ml_api_ref_value(const uint64_t w[2])
{
    Value v = { .u = w[0], .tag = w[1] };
    return ml_is_ref(v) ? v : ml_v_nil();
}

#endif
