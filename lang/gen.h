#ifndef ML_LANG_GEN_H
#define ML_LANG_GEN_H

#include <setjmp.h>

#include "lang/ast.h"
#include "lang/compile.h"
#include "lang/errors.h"
#include "lang/resolve.h"
#include "vm/base/arena.h"
#include "vm/code/image.h"

/*
 * gen.h - the inside of the code generator, shared by its files:
 *
 *   gen_code.c   instructions, jumps, constants, registers; the last pass
 *   gen_name.c   variables: reading, writing, closures
 *   gen_expr.c   expressions to a register
 *   gen_cond.c   expressions to a jump
 *   gen_suffix.c a.b[c](d):e(f)
 *   gen_stat.c   statements, blocks, scopes
 *   gen_assign.c local and assignment
 *   gen_loop.c   loops, break, goto
 *   gen_recv.c   the receive statement
 *   gen_pat.c    patterns
 *   gen.c        functions one after the other
 *
 * Functions are generated one at a time, in source order, never nested, so
 * one set of buffers serves them all and the C stack stays shallow.
 *
 * Registers of a function, from 0:
 *
 *     [active locals ...........][temporaries ......]
 *                                ^ nact              ^ free
 *
 * "Fresh" is a register from nact on: no name sees it yet, so an expression
 * may use it as its workplace before its value is complete.
 */

typedef struct Loop {
    struct Loop *up;
    int32_t      breaks;        /* jumps to the end */
    uint32_t     ntbc;          /* to-be-closed variables outside */
    bool         closes;        /* its end closes: break need not */
} Loop;

typedef struct Scope {          /* of a block, while it is generated */
    int      nact;
    uint32_t nlive, ntbc;
} Scope;

typedef struct Tbc {            /* an active to-be-closed variable */
    uint8_t reg, level;         /* level: as AstVar.level */
} Tbc;

typedef struct KSlot {          /* hash of the number constants */
    Value    v;
    uint32_t stamp, k;
} KSlot;

typedef struct Gen {
    Comp     *c;
    Mem      *mem;
    /* the function under construction */
    AstFunc  *f;
    FuncInfo *fi;
    Proto    *p;
    uint32_t  stamp;            /* marks what belongs to this function */
    int       nact, free, maxstack;
    Loop     *loop;
    uint32_t  nk_simple[3];     /* constants nil, false, true: index + 1 */
    /* growing arrays, reused from function to function */
    Instr    *code;     uint32_t ncode, code_cap;
    Pos      *pos;      uint32_t pos_cap;
    Value    *k;        uint32_t nk, k_cap;
    KSlot    *kslot;    uint32_t nkslot, kslot_used;
    LocVar   *locals;   uint32_t nlocals, locals_cap;
    uint32_t *live;     uint32_t nlive, live_cap;   /* active ones: indexes */
    Tbc      *tbc;      uint32_t ntbc, tbc_cap;
    GuardRange *guards; uint32_t nguards, guards_cap;
    RecvClause *clauses; uint32_t nclauses, clauses_cap;
    uint32_t *line_off; uint32_t nlines;            /* where source lines begin */
} Gen;

enum { NO_JUMP = -1, OPEN = -1 };       /* OPEN: as many values as there are */

/* gen_code.c */
uint32_t ml_gen_emit(Gen *g, Op op, int a, int b, int c, int32_t d, Pos pos);
Pos      ml_gen_pos(SrcPos at);                 /* a place as code keeps it */
/* line of `at`, columns of the whole if it begins on that line */
Pos      ml_gen_span(SrcPos at, SrcPos whole);
int      ml_gen_reserve(Gen *g, int n);         /* first of n new temporaries */
uint32_t ml_gen_str(Gen *g, AstStr *s);         /* index of a constant ... */
uint32_t ml_gen_num(Gen *g, Value v);
uint32_t ml_gen_const(Gen *g, const Expr *e);   /* nil, boolean, number, string */
uint32_t ml_gen_fn(Gen *g, FuncInfo *fi);
Str     *ml_gen_name(Gen *g, AstStr *s);
void     ml_gen_jump(Gen *g, int32_t *list, Pos pos);           /* JMP */
void     ml_gen_listed(Gen *g, int32_t *list, uint32_t at);     /* the jump just made */
void     ml_gen_patch(Gen *g, int32_t list, uint32_t to);
void     ml_gen_patch_here(Gen *g, int32_t list);
void     ml_gen_loop(Gen *g, Op op, int a, uint32_t to, Pos pos);
void     ml_gen_finish(Gen *g);                 /* buffers -> Proto */
void    *ml_gen_grow(Gen *g, void *v, uint32_t n, uint32_t *cap, size_t size);
void     ml_gen_fini(Gen *g);

/* gen_name.c */
int  ml_gen_local_reg(Gen *g, const Expr *e);   /* of a plain local, or -1 */
bool ml_gen_is_boxed(const AstVar *v);
void ml_gen_load_var(Gen *g, AstVar *v, int dst, Pos pos);
void ml_gen_load_name(Gen *g, ExName *e, int dst);
void ml_gen_store_name(Gen *g, ExName *e, int src);
void ml_gen_func(Gen *g, AstFunc *f, int dst, SrcPos at);

/* gen_expr.c */
Expr *ml_gen_strip(Expr *e);                    /* without parentheses */
bool ml_gen_is_multi(const Expr *e);
bool ml_gen_is_const(const Expr *e);            /* nil, boolean, number, string */
void ml_gen_to(Gen *g, Expr *e, int dst);       /* value to a register */
int  ml_gen_any(Gen *g, Expr *e);               /* a register that holds it */
int  ml_gen_next(Gen *g, Expr *e);              /* to a new temporary */
void ml_gen_multi(Gen *g, Expr *e, int want);   /* values from g->free on, reserved */
void ml_gen_list(Gen *g, Expr **e, uint32_t n, int want, SrcPos at);
int  ml_gen_args(Gen *g, Expr **e, uint32_t n); /* number of values + 1, 0: open */
void ml_gen_effect(Gen *g, Expr *e);            /* value not wanted */

/* gen_suffix.c */
int  ml_gen_suffix(Gen *g, ExSuffix *top, int dst, int want);
int  ml_gen_key(Gen *g, Expr *key);             /* KEY_I, KEY_FIELD or a register */
enum { KEY_I = -1, KEY_FIELD = -2 };

/* gen_cond.c */
void ml_gen_cond(Gen *g, Expr *e, bool sense, int32_t *list);
void ml_gen_logic(Gen *g, ExList *e, int dst);
void ml_gen_compare(Gen *g, ExBin *e, int left, bool sense, int32_t *list);
bool ml_gen_is_compare(const Expr *e);
/* A small whole number as the immediate of a compare instruction: twice it, and 1 more
 * for a float. */
bool ml_gen_immediate(const Expr *e, int *v);
void ml_gen_jump_imm(Gen *g, Op op, int reg, int v, int32_t *list, Pos pos);

/* gen_stat.c */
void ml_gen_stats(Gen *g, const Block *b);
void ml_gen_block(Gen *g, const Block *b);      /* with its own scope */
void ml_gen_scope_open(Gen *g, Scope *s);
void ml_gen_scope_close(Gen *g, const Scope *s, Pos pos);
/* Variables of a scope: their registers are reserved already. */
void ml_gen_activate(Gen *g, AstVar *v, int reg);
void ml_gen_activate_hidden(Gen *g, AstStr *name, int reg);
void ml_gen_box(Gen *g, AstVar *v);             /* NEWBOX where it is needed */
void ml_gen_tbc(Gen *g, int reg, uint8_t level);
int  ml_gen_ret_flags(const Gen *g);
bool ml_gen_leaves(const Block *b);

/* gen_assign.c */
void ml_gen_local(Gen *g, StLocal *s);
void ml_gen_assign(Gen *g, StAssign *s);
void ml_gen_function(Gen *g, StFunction *s);

/* gen_loop.c */
void ml_gen_while(Gen *g, StLoop *s);
void ml_gen_repeat(Gen *g, StLoop *s);
void ml_gen_fornum(Gen *g, StForNum *s);
void ml_gen_forin(Gen *g, StForIn *s);
void ml_gen_break(Gen *g, Stat *s);
void ml_gen_goto(Gen *g, StGoto *s);
void ml_gen_label(Gen *g, StGoto *s);

/* gen_recv.c */
void ml_gen_receive(Gen *g, StReceive *s);

/* gen_pat.c */
enum { PATVAR_SET = 2, PATVAR_BOXED = 4 };      /* AstVar.flags, in one alternative */
typedef struct PatGen {         /* one alternative of a clause */
    Clause    *clause;
    int        msg;             /* register of the message */
    const int *pins;            /* registers, by Pat.pin; -1: a constant */
    int32_t    fail;            /* jumps: does not match */
    uint32_t   guard0, guard1;  /* guard ranges whose errors fail likewise */
    bool       held;            /* RECVHOLD was made */
    struct PatTodo *todo, **todo_end;   /* defaults and rests, left to right */
} PatGen;
/* The value in `reg` against the pattern, then what is left to do. */
void ml_gen_alternative(Gen *g, PatGen *pg, Pat *pat);
void ml_gen_hold(Gen *g, PatGen *pg, Pos pos);  /* RECVHOLD, and boxes */
void ml_gen_pat_boxes(Gen *g, Clause *c);       /* for variables that are set */
uint32_t ml_gen_guard_open(Gen *g, Pos pos);
void ml_gen_guard_close(Gen *g, uint32_t guard, Pos pos);

/* gen.c */
/* All functions; false: errors. g is zeroed; ml_gen_fini(g) even after a longjmp. */
bool ml_gen_chunk(Comp *c, Gen *g);

#endif
