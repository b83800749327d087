#ifndef ML_VALUE_H
#define ML_VALUE_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

/*
 * value.h - what a Lua value is: 8 bytes of payload and an 8-byte tag word.
 *
 * The low byte of the tag word is the tag. The other 56 bits are zero, except
 *   PID   bits 8..31 node, 32..63 generation (the payload is the index)
 *   REF   bits 8..63 serial number of the process where it was born
 *   FN, NATIVE in the function slot of a running frame: bits 16..63 hold the
 *         return address, bit 8 says that it was called by a tail call. Such a slot is never read as a register.
 * So two immediates are equal exactly when both words are.
 *
 * Values are copied as two 8-byte moves: a 16-byte vector load of a slot that
 * was just written in halves stalls.
 */

typedef struct Obj   Obj;
typedef struct Str   Str;
typedef struct Tab   Tab;
typedef struct Fn    Fn;
typedef struct Box   Box;
typedef struct Coro  Coro;
typedef struct Udata Udata;
typedef struct Proto Proto;
typedef struct Image Image;
typedef struct Heap  Heap;
typedef struct Proc  Proc;
typedef struct Vm    Vm;
typedef struct NativeDef NativeDef;

typedef struct Value {
    union {
        int64_t  i;
        double   n;
        uint64_t u;
        void    *p;
        Obj     *o;
        Str     *s;
        Tab     *t;
        Fn      *f;
        Box     *b;
        Coro    *c;
        Udata   *d;
        const NativeDef *nat;
    };
    uint64_t tag;
} Value;

enum {
    TAG_NIL    = 0,
    TAG_FALSE  = 1,
    TAG_TRUE   = 2,
    TAG_INT    = 3,
    TAG_FLOAT  = 4,
    TAG_LIGHT  = 5,     /* a bare pointer, or another 64-bit thing of ours */
    TAG_PID    = 6,
    TAG_REF    = 7,
    TAG_NATIVE = 8,     /* a built-in function: NativeDef */
    TAG_INFO   = 9,     /* frame information on a stack, never a value */
    TAG_HEAP   = 16,    /* this bit: the payload points to an Obj */
    TAG_STR    = 16,
    TAG_TAB    = 17,
    TAG_FN     = 18,    /* a Lua function */
    TAG_CORO   = 19,
    TAG_UDATA  = 20,
    TAG_BOX    = 21     /* a captured variable that is assigned; internal */
};

/*
 * Every object begins with these 8 bytes. The low bit of `kind` is 1, so a
 * collector or a copier can overwrite the word with an (even) forwarding
 * address.
 */
struct Obj {
    uint8_t  kind;      /* OBJ_* */
    uint8_t  flags;     /* OF_* */
    uint8_t  a, b;      /* by kind; strings: what %p tells them apart by, 0 = nothing yet */
    uint32_t id;        /* strings: hash, 0 = not known; others: identity hash */
};

enum {                  /* kinds: odd numbers */
    OBJ_STR   = 1,      /* bytes inside */
    OBJ_LSTR  = 3,      /* long: bytes in a counted blob outside */
    OBJ_TAB   = 5,
    OBJ_ARR   = 7,      /* array part of a table */
    OBJ_NODES = 9,      /* hash part of a table */
    OBJ_FN    = 11,
    OBJ_BOX   = 13,
    OBJ_CORO  = 15,
    OBJ_STACK = 17,
    OBJ_UDATA = 19,
    OBJ_RAW   = 21,     /* bytes without references */
    OBJ_TBC   = 23      /* a pending to-be-closed variable */
};

enum {                  /* flags */
    OF_SHARED  = 1,     /* outside every process heap, never moved, immutable */
    OF_SYMBOL  = 2,     /* strings: the VM's only symbol of this text */
    OF_OLD     = 2,     /* others: what is written into it is to be noted (old.h) */
    OF_COUNTED = 4,     /* shared, and the word before it points to the Shared that owns it */
    OF_COW     = 8,     /* shared library table: writing makes a private overlay */
    OF_FROZEN  = 16,    /* shared by freeze(): writing is an error */
    OF_FINAL   = 32,    /* has a __gc that must run */
    OF_GLOBALS = 64,    /* a shared table of globals: stands for the process' own */
    OF_LARGE  = 128     /* lies alone in a block of its own (heap.h), never moved by the collector */
};

struct Box { Obj h; Value v; };

static inline void ml_set(Value *d, const Value *s)
{
    d->u = s->u;
    d->tag = s->tag;
}

static inline unsigned ml_tag(const Value *v)  { return (uint8_t)v->tag; }

static inline Value ml_v_nil(void)        { return (Value){ .u = 0, .tag = TAG_NIL }; }
static inline Value ml_v_bool(bool b)     { return (Value){ .u = 0, .tag = b ? TAG_TRUE : TAG_FALSE }; }
static inline Value ml_v_int(int64_t i)   { return (Value){ .i = i, .tag = TAG_INT }; }
static inline Value ml_v_float(double n)  { return (Value){ .n = n, .tag = TAG_FLOAT }; }
static inline Value ml_v_light(void *p)   { return (Value){ .p = p, .tag = TAG_LIGHT }; }
static inline Value ml_v_str(Str *s)      { return (Value){ .s = s, .tag = TAG_STR }; }
static inline Value ml_v_tab(Tab *t)      { return (Value){ .t = t, .tag = TAG_TAB }; }
static inline Value ml_v_fn(Fn *f)        { return (Value){ .f = f, .tag = TAG_FN }; }
static inline Value ml_v_coro(Coro *c)    { return (Value){ .c = c, .tag = TAG_CORO }; }
static inline Value ml_v_udata(Udata *d)  { return (Value){ .d = d, .tag = TAG_UDATA }; }
static inline Value ml_v_native(const NativeDef *d) { return (Value){ .nat = d, .tag = TAG_NATIVE }; }

static inline bool ml_is_nil(Value v)     { return v.tag == TAG_NIL; }
static inline bool ml_is_truthy(Value v)  { return v.tag > TAG_FALSE; }
static inline bool ml_is_int(Value v)     { return v.tag == TAG_INT; }
static inline bool ml_is_float(Value v)   { return v.tag == TAG_FLOAT; }
static inline bool ml_is_number(Value v)  { return v.tag == TAG_INT || v.tag == TAG_FLOAT; }
static inline bool ml_is_str(Value v)     { return v.tag == TAG_STR; }
static inline bool ml_is_tab(Value v)     { return v.tag == TAG_TAB; }
static inline bool ml_is_fn(Value v)      { return v.tag == TAG_FN || v.tag == TAG_NATIVE; }
static inline bool ml_is_pid(Value v)     { return (uint8_t)v.tag == TAG_PID; }
static inline bool ml_is_ref(Value v)     { return (uint8_t)v.tag == TAG_REF; }
static inline bool ml_is_heap(Value v)    { return (v.tag & TAG_HEAP) != 0 && (uint8_t)v.tag <= TAG_BOX; }

/* --- pids: a place in the process table, and how often that was used before --- */

static inline Value ml_pid_make(uint32_t index, uint32_t gen)
{
    return (Value){ .u = index, .tag = TAG_PID | (uint64_t)gen << 32 };
}
/* A pid in one word; 0 is none. */
static inline uint64_t ml_pid_bits(Value v) { return (v.tag >> 32) << 32 | (uint32_t)v.u; }
static inline Value ml_pid_of_bits(uint64_t b) { return ml_pid_make((uint32_t)b, (uint32_t)(b >> 32)); }
static inline uint32_t ml_pid_index(Value v) { return (uint32_t)v.u; }
static inline uint32_t ml_pid_gen(Value v)   { return (uint32_t)(v.tag >> 32); }

/* The result of type(v): "nil", "boolean", "number", "string", "table",
 * "function", "thread", "userdata", "pid", "ref". Static text. */
const char *ml_type_name(Value v);

/* Equality without metamethods. */
bool ml_raw_equal(Value a, Value b);

#endif
