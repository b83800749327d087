#ifndef ML_IMAGE_H
#define ML_IMAGE_H

#include "vm/base/arena.h"
#include "vm/base/atomic.h"
#include "vm/code/op.h"
#include "vm/data/fn.h"
#include "vm/data/value.h"

/*
 * image.h - compiled code: what the compiler makes and the VM runs. An image
 * is one source text. It is immutable and shared by all processes; all of it
 * lies in one arena and is freed at once, when no heap refers to it any more.
 */

typedef struct Pos {            /* of an instruction, for errors: the failing expression */
    uint32_t line;
    uint16_t col, endcol;       /* 1-based; endcol is the column after the last byte, 0 unknown */
} Pos;

typedef struct LocVar {         /* for messages and debug */
    Str     *name;
    uint32_t start, end;        /* instructions in which it is alive */
    uint8_t  reg;
    uint8_t  boxed;
} LocVar;

typedef struct GuardRange {
    uint32_t start, end;        /* instruction indexes: start <= pc < end */
    uint32_t fail;              /* where an error inside goes on */
} GuardRange;

typedef struct RecvClause {     /* for reports: one per clause of a receive statement */
    uint32_t recv;              /* index of the RECV instruction it belongs to */
    uint32_t start, end;        /* instructions of the body */
    uint32_t line;
    Str     *text;              /* source text of the pattern, cut to a line */
} RecvClause;

enum { UP_SLOT, UP_GLOBALS, UP_SELF, UP_FN };

/*
 * A variable of an outer function, as debug shows it: all of them, in the
 * order in which the text mentions them. Not each is captured when a closure
 * is made: the table of globals, the function itself, and functions that
 * capture nothing are at hand anyway.
 */
typedef struct UpVar {
    Str    *name;
    Fn     *fn;                 /* UP_FN */
    uint8_t kind;               /* UP_* */
    uint8_t slot;               /* UP_SLOT: of Fn.up */
} UpVar;

struct Proto {
    FnHead       head;          /* first */
    const Instr *code;          /* constants lie right before it */
    Image       *image;
    Fn          *closure;       /* the shared function when nups == 0, else NULL */
    Proto      **protos;        /* nested functions, by index of CLOSURE */
    const Pos   *pos;           /* one per instruction */
    LocVar      *locals;
    GuardRange  *guards;
    RecvClause  *clauses;
    Str        **globals;       /* names of globals mentioned here or in nested functions, each once */
    Str         *name;          /* as declared, for reports: "counter", "M.add", or NULL */
    Proto       *parent;        /* NULL: main chunk */
    UpVar       *upvars;
    const Proto *of;            /* made from that one by rebind.c, else NULL */
    uint32_t     ncode, nk, nprotos, nlocals, nguards, nclauses, nglobals;
    uint32_t     line, endline; /* of the source; main chunk: 0 */
    uint16_t     nupvars;
    uint8_t      nparams, nups, maxstack;
    uint8_t      is_vararg;
    uint8_t      uses_env;      /* mentions _G or _ENV (itself or nested) */
    uint8_t      library;       /* of the standard library: for errors it is a built-in function */
    uint8_t      forwards;      /* is (...) return f(x, ...) end, f and x its upvalues, and in the library:
                                 * a built-in f is called in its place, and errors name that as they should */
    /* may change, at any time, by any worker: rebind.c */
    _Atomic(uint32_t) room;     /* registers a call asks for: maxstack, or PROTO_ASK */
    _Atomic(Proto *) rebound;   /* what was made from this one */
};

enum { PROTO_ASK = 1 << 28 };   /* more than any stack has: each call asks rebind.c */

static inline const Value *ml_proto_k(const Proto *p) { return (const Value *)(const void *)p->code - p->nk; }

struct Image {
    Shared   h;                 /* first */
    Arena    arena;
    Mem     *mem;
    Str     *name;              /* chunk name as given: "@file", "=stdin", or source text */
    char     short_name[64];    /* as messages show it */
    char    *source;            /* a copy of the text, for carets; NULL if not kept */
    size_t   source_len;
    uint32_t hidden;            /* bytes at its start that nobody wrote: not counted in columns */
    Proto   *main;
    uint8_t  dynamic;           /* from run-time load: counted, makes no symbols */
    uint8_t  explicit_env;      /* main has one upvalue 0, _ENV (boxed if its UpDesc says so) */
    _Atomic(Proto *) extra;     /* made from its functions by rebind.c, linked by their `rebound` */
    uint32_t next_id;           /* identity numbers of its shared functions */
};

/* The function that one made by rebind.c stands for; any other itself. */
static inline Fn *ml_fn_original(Fn *f) { return f->proto->of ? f->up[f->proto->nupvars].f : f; }

/* Of a Proto with its constants and code right behind it. */
static inline size_t ml_proto_bytes(const Proto *p)
{
    return sizeof *p + p->nk * sizeof(Value) + p->ncode * sizeof(Instr);
}

/* What holds the image for those who refer to its code, or NULL. */
static inline Shared *ml_image_owner(Image *im) { return im->dynamic ? &im->h : NULL; }

/* Creates an empty image with one reference; image.c. */
Image *ml_image_new(Mem *mem, int dynamic);
void   ml_image_unref(Image *im);

/*
 * Strings of an image. A permanent image makes symbols. A dynamic one reuses
 * existing symbols, otherwise the string lies in the arena, OF_SHARED and
 * OF_COUNTED, with the word before it pointing to the image. NULL: no memory.
 */
struct Symtab;
Str *ml_image_string(Image *im, struct Symtab *st, uint64_t hash_key, const char *s, size_t n);

/* The shared function of a proto without upvalues (counted likewise). */
Fn  *ml_image_fn(Image *im, Proto *p);

/* Writes a listing a newcomer can read; dis.c. */
struct Buf;
void ml_image_dump(const Image *im, struct Buf *out);

/* Shows a constant as the listing does; used by reports too. */
void ml_show_const(struct Buf *out, Value v);

#endif
