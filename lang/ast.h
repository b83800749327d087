#ifndef ML_LANG_AST_H
#define ML_LANG_AST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * ast.h - the syntax tree: what the parser hands to the code generator.
 *
 * Everything lives in the arena of the compilation and dies with it. Nodes
 * are plain structs that begin with a common head (Expr, Stat); `kind` says
 * which struct it is, and the cast macros at the end check nothing.
 *
 *     AstChunk --funcs--> AstFunc --body--> Block --first/next--> Stat
 *                            |                                     |
 *                            params: AstVar              Expr, Pat, AstVar
 *
 * Depth. Source may be a million operators long but only AST_MAX_LEVELS
 * brackets and blocks deep, so long chains have a shape that can be walked
 * by a loop:
 *
 *   a + b - c * d    ExBin: left spine. `top->bottom` is the innermost ExBin
 *                    reached through `l` alone, `up` leads back outwards:
 *                        for (n = top->bottom; ; n = n->up) {
 *                            ... n->l is done, do n->r and the operator ...
 *                            if (n == top) break;
 *                        }
 *                    (the first n->l is no ExBin; each n->r is a level.)
 *   a.b[c](d):e(f)   ExSuffix: the same with `obj`, `bottom`, `up`.
 *   a .. b .. c      ExList of kind EX_CONCAT: operands left to right; it
 *   a ^ b ^ c        groups to the right. EX_POW the same.
 *   a and b and c    ExList of kind EX_AND, EX_OR: groups to the left.
 *   - - not x        ExUn: walk `e`; the operators apply innermost first.
 *   elseif           StIf: an array of arms.
 *
 * When these are walked by loops, `height` of an expression bounds the
 * recursion that is left (EX_FUNC counts 1: its body is another function's
 * business and is best compiled when this one is finished, or at least
 * counted apart). The parser refuses what is higher than AST_MAX_HEIGHT.
 *
 * Names and string literals are interned: within one chunk two AstStr are
 * the same pointer exactly if they have the same bytes.
 *
 * Fields under "for resolve and code" are zero when the parser is done and
 * belong to the code generator.
 */

enum {
    AST_MAX_LEVELS = 200,       /* nested brackets, blocks; a function is 2 */
    AST_MAX_HEIGHT = 600        /* of one expression, see above */
};

typedef struct AstStr   AstStr;
typedef struct AstVar   AstVar;
typedef struct AstFunc  AstFunc;
typedef struct AstChunk AstChunk;
typedef struct Block    Block;
typedef struct Expr     Expr;
typedef struct Stat     Stat;
typedef struct Pat      Pat;

/*
 * Where something stands: lines and columns count from 1, columns in bytes.
 * `endcol` is the column after the last byte; 0: it goes on past this line.
 */
typedef struct SrcPos {
    uint32_t line, col, endcol;
} SrcPos;

struct AstStr {
    const char *s;              /* NUL after len bytes; may hold NULs */
    uint32_t    len;
    uint32_t    hash;
    uint32_t    id;             /* 0, 1, 2, ... in order of appearance */
    /* for resolve and code */
    uint32_t    k, kfunc;       /* e.g. constant index, in which function */
    void       *user;
    AstStr     *chain;          /* parser: next of the same hash */
};

/* ---- variables and functions ------------------------------------------- */

typedef enum VarKind {
    VAR_LOCAL,                  /* local x */
    VAR_CONST,                  /* local x <const> */
    VAR_CLOSE,                  /* local x <close> */
    VAR_PARAM,                  /* parameter, `self` too */
    VAR_LOOP,                   /* of a for */
    VAR_FUNC,                   /* local function x */
    VAR_BOUND                   /* bound by a pattern, `...rest`, `as` */
} VarKind;

/* One declaration of a local variable. A scope is not stored: it follows
 * from where the declaration hangs in the tree. */
struct AstVar {
    AstStr  *name;
    SrcPos      pos;
    uint8_t  kind;              /* VarKind */
    /* for resolve and code */
    uint8_t  assigned;
    uint8_t  captured;
    uint8_t  flags;
    uint8_t  level;             /* variables that were active before it */
    uint32_t mark;
    int32_t  reg;
    AstFunc *func;
    AstVar  *outer;             /* e.g. the variable this one hides */
    void    *user;
    Expr    *value;             /* e.g. of a compile-time constant */
};

struct Block {
    Stat    *first, *last;
    uint32_t count;
    SrcPos      end;               /* the token that ends it: `end`, `else`, ... */
};

struct AstFunc {
    AstFunc *next;              /* in source order of the word `function` */
    AstFunc *parent;            /* NULL: the main function */
    uint32_t index;             /* 0: the main function */
    uint32_t nparams;
    AstVar **params;            /* a method has `self` at 0 */
    AstStr  *name;              /* last part of the name it is given, or NULL */
    AstStr  *path;              /* `a.b:c` of a function statement, or NULL */
    Block    body;              /* body.end: the word `end` */
    SrcPos      pos;               /* the word `function`; main: line 1 */
    uint32_t off, endoff;       /* its text is bytes off..endoff-1 */
    bool     vararg;            /* has ... */
    bool     method;            /* written with a colon */
    bool     uses_vararg;       /* mentions ... itself */
    bool     has_receive;       /* has a receive statement itself */
    bool     has_goto;          /* has a goto or label itself */
    bool     has_close;         /* has a <close> variable or generic for */
    /* for resolve and code */
    void    *user;
};

struct AstChunk {
    const char *name;           /* chunk name as given: "@f.lua", "=stdin" */
    const char *src;
    size_t      len;
    AstFunc    *main;           /* first of all functions; vararg */
    uint32_t    nfuncs;
    uint32_t    nstrs;          /* ids of AstStr are below this */
    uint32_t    nlines;
    uint64_t    ntokens;        /* what the parse cost */
    AstStr     *env;            /* "_ENV", interned for convenience */
    AstStr     *self;           /* "self" */
    /* ml_ast_str() interns more while the chunk lives */
    void       *strs;
};

/* ---- expressions --------------------------------------------------------- */

typedef enum ExKind {
    EX_NIL, EX_TRUE, EX_FALSE,          /* Expr */
    EX_INT,                             /* ExInt */
    EX_FLT,                             /* ExFlt */
    EX_STR,                             /* ExStr */
    EX_VARARG,                          /* Expr */
    EX_FUNC,                            /* ExFunc */
    EX_NAME,                            /* ExName */
    EX_PAREN,                           /* ExParen; ((x)) is one node */
    EX_FIELD,                           /* ExSuffix: obj.name */
    EX_INDEX,                           /* ExSuffix: obj[key] */
    EX_CALL,                            /* ExSuffix: obj(args) */
    EX_METHOD,                          /* ExSuffix: obj:name(args) */
    EX_UN,                              /* ExUn: op is UnOp */
    EX_BIN,                             /* ExBin: op is BinOp */
    EX_CONCAT, EX_POW,                  /* ExList, 2 or more operands */
    EX_AND, EX_OR,                      /* ExList, 2 or more operands */
    EX_TABLE                            /* ExTable */
} ExKind;

typedef enum UnOp { UN_NEG, UN_NOT, UN_LEN, UN_BNOT } UnOp;

typedef enum BinOp {
    BIN_ADD, BIN_SUB, BIN_MUL, BIN_DIV, BIN_IDIV, BIN_MOD,
    BIN_BAND, BIN_BOR, BIN_BXOR, BIN_SHL, BIN_SHR,
    BIN_EQ, BIN_NE, BIN_LT, BIN_LE, BIN_GT, BIN_GE
} BinOp;

/* The head of every expression. pos spans the whole expression (endcol 0
 * when it ends on a later line). */
struct Expr {
    uint8_t  kind;              /* ExKind */
    uint8_t  op;                /* UnOp, BinOp */
    uint16_t height;            /* 1 for a leaf */
    SrcPos      pos;
};

typedef struct ExInt  { Expr h; int64_t v; } ExInt;     /* as written: >= 0
                                       in decimal, wrapped in hex */
typedef struct ExFlt  { Expr h; double v; } ExFlt;
typedef struct ExStr  { Expr h; AstStr *s; } ExStr;
typedef struct ExFunc { Expr h; AstFunc *f; } ExFunc;
typedef struct ExParen { Expr h; Expr *e; } ExParen;    /* one value */

typedef struct ExName {
    Expr    h;
    AstStr *name;
    /* for resolve and code */
    AstVar *var;                /* NULL: not a local of this chunk: _ENV.name */
    int32_t up;                 /* e.g. index of the captured value */
    uint8_t where;
} ExName;

typedef struct ExSuffix {
    Expr             h;
    Expr            *obj;
    struct ExSuffix *up, *bottom;       /* the spine, see the top of the file */
    SrcPos              at;        /* the `.`, `[`, `:` or what opens the arguments */
    SrcPos              name_pos;  /* FIELD, METHOD: the name */
    AstStr          *name;      /* FIELD, METHOD */
    Expr            *key;       /* INDEX */
    Expr           **args;      /* CALL, METHOD */
    uint32_t         nargs;
} ExSuffix;

typedef struct ExUn {
    Expr  h;
    SrcPos   at;                   /* the operator; h.op */
    Expr *e;
} ExUn;

typedef struct ExBin {
    Expr          h;
    SrcPos           at;           /* the operator; h.op */
    Expr         *l, *r;
    struct ExBin *up, *bottom;
} ExBin;

typedef struct ExList {
    Expr     h;
    uint32_t n;
    Expr   **e;                 /* n operands */
    SrcPos     *at;                /* n - 1 operators: at[i] is before e[i + 1] */
} ExList;

typedef enum TabItemKind {
    TAB_POS,                    /* value */
    TAB_NAME,                   /* name = value */
    TAB_KEY                     /* [key] = value */
} TabItemKind;

typedef struct TabItem {
    uint8_t  kind;              /* TabItemKind */
    SrcPos      pos;               /* its first token */
    AstStr  *name;              /* TAB_NAME */
    Expr    *key;               /* TAB_KEY */
    Expr    *value;             /* the last TAB_POS item may be EX_CALL,
                                   EX_METHOD, EX_VARARG: all its values */
} TabItem;

typedef struct ExTable {
    Expr     h;
    TabItem *items;
    uint32_t n;
    uint32_t npos;              /* items of kind TAB_POS */
    SrcPos      end;               /* the closing brace */
} ExTable;

/* ---- statements ---------------------------------------------------------- */

typedef enum StKind {
    ST_LOCAL,                   /* StLocal */
    ST_ASSIGN,                  /* StAssign */
    ST_CALL,                    /* StExpr: e is EX_CALL or EX_METHOD */
    ST_DO,                      /* StDo */
    ST_WHILE, ST_REPEAT,        /* StLoop */
    ST_IF,                      /* StIf */
    ST_FORNUM,                  /* StForNum */
    ST_FORIN,                   /* StForIn */
    ST_FUNCTION,                /* StFunction */
    ST_LOCALFUNC,               /* StLocalFunc */
    ST_RETURN,                  /* StReturn, last of its block */
    ST_BREAK,                   /* Stat */
    ST_GOTO, ST_LABEL,          /* StGoto */
    ST_RECEIVE,                 /* StReceive */
    ST_SEND                     /* StSend */
} StKind;

/* The head of every statement. pos is its first token. */
struct Stat {
    uint8_t kind;               /* StKind */
    SrcPos     pos;
    Stat   *next;
};

typedef struct StLocal {
    Stat     h;
    AstVar **vars;              /* at most one VAR_CLOSE */
    uint32_t nvars;
    uint32_t nexprs;
    Expr   **exprs;
} StLocal;

typedef struct StAssign {
    Stat     h;
    Expr   **targets;           /* EX_NAME, EX_FIELD, EX_INDEX */
    uint32_t ntargets;
    uint32_t nexprs;            /* 1 or more */
    Expr   **exprs;
    SrcPos      at;                /* the `=` */
} StAssign;

typedef struct StExpr  { Stat h; Expr *e; } StExpr;
typedef struct StDo    { Stat h; Block body; } StDo;
typedef struct StLoop  { Stat h; Expr *cond; Block body; } StLoop;

typedef struct IfArm {
    SrcPos   pos;                  /* `if`, `elseif` */
    Expr *cond;
    Block body;
} IfArm;

typedef struct StIf {
    Stat     h;
    IfArm   *arms;              /* 1 or more */
    uint32_t narms;
    Block   *other;             /* else part or NULL */
} StIf;

typedef struct StForNum {
    Stat    h;
    AstVar *var;
    Expr   *start, *limit, *step;       /* step NULL: 1 */
    Block   body;
} StForNum;

typedef struct StForIn {
    Stat     h;
    AstVar **vars;
    uint32_t nvars;
    uint32_t nexprs;
    Expr   **exprs;
    Block    body;
} StForIn;

typedef struct StFunction {
    Stat     h;
    Expr    *target;            /* EX_NAME or EX_FIELD */
    AstFunc *f;
    SrcPos      name_pos;
} StFunction;

typedef struct StLocalFunc {
    Stat     h;
    AstVar  *var;               /* in scope inside f */
    AstFunc *f;
} StLocalFunc;

typedef struct StReturn {
    Stat     h;
    Expr   **exprs;             /* a single EX_CALL/EX_METHOD: tail call */
    uint32_t nexprs;
} StReturn;

typedef struct StGoto {
    Stat    h;
    AstStr *name;
    SrcPos  name_pos;
    /* for resolve and code */
    struct StGoto *label;       /* of a goto: where it leads */
    uint32_t nact;              /* of a label: variables active there */
    int32_t  pc, jumps;         /* of a label: its place, jumps that wait for it */
    bool     placed;
} StGoto;

typedef struct StSend {
    Stat  h;
    Expr *to, *msg;
    SrcPos   at;                   /* the `!` */
} StSend;

/* ---- receive --------------------------------------------------------------- */

typedef enum PatKind {
    PAT_ANY,                    /* `_`, perhaps with a type; value not nil */
    PAT_BIND,                   /* name, perhaps with a type; value not nil */
    PAT_LIT,                    /* literal: raw equality */
    PAT_PIN,                    /* ^name, ^(exp) */
    PAT_TABLE
} PatKind;

typedef enum PatType {
    PT_NONE, PT_INTEGER, PT_FLOAT, PT_NUMBER, PT_STRING, PT_BOOLEAN,
    PT_TABLE, PT_FUNCTION, PT_PID, PT_REF, PT_USERDATA
} PatType;

typedef enum PatRest {
    REST_NONE,                  /* positional part has exact length */
    REST_IGNORE,                /* `...` */
    REST_NAMED                  /* `...name` */
} PatRest;

typedef enum PatItemKind { ITEM_POS, ITEM_NAME, ITEM_KEY } PatItemKind;

typedef struct PatItem {
    uint8_t  kind;              /* PatItemKind */
    SrcPos      pos;
    uint32_t index;             /* ITEM_POS: 1, 2, ... */
    Expr    *key;               /* EX_STR for ITEM_NAME; for ITEM_KEY one of
                                   EX_TRUE, EX_FALSE, EX_INT, EX_FLT, EX_STR */
    Pat     *pat;
    Expr    *dflt;              /* after `or`; NULL: must be there */
} PatItem;

struct Pat {
    uint8_t  kind;              /* PatKind */
    uint8_t  type;              /* PatType, of PAT_ANY and PAT_BIND */
    uint8_t  rest;              /* PatRest, of PAT_TABLE */
    SrcPos      pos;
    AstVar  *var;               /* PAT_BIND; PAT_TABLE with REST_NAMED */
    Expr    *e;                 /* PAT_LIT: EX_NIL, EX_TRUE, EX_FALSE, EX_INT,
                                   EX_FLT, EX_STR (a minus is folded in).
                                   PAT_PIN: any expression (EX_NAME or the
                                   inside of the parentheses), to be
                                   evaluated on entry in the outer scope */
    uint32_t pin;               /* PAT_PIN: 0, 1, ... in the statement */
    PatItem *items;             /* PAT_TABLE, in source order */
    uint32_t nitems;
    uint32_t npos;              /* of kind ITEM_POS */
    SrcPos      rest_pos;
};

/* Alternatives bind the same names, so they share the variables: the same
 * AstVar appears once in each alternative. Defaults and guard see them; a
 * default sees those to its left. */
typedef struct Clause {
    SrcPos      pos;               /* `case` */
    Pat    **alts;              /* 1 or more */
    uint32_t nalts;
    uint32_t nvars;
    AstVar **vars;              /* bound by the patterns, as in the first one */
    AstVar  *as;                /* the whole message, or NULL */
    Expr    *guard;             /* or NULL */
    Block    body;
} Clause;

typedef struct StReceive {
    Stat     h;
    Clause  *clauses;
    uint32_t nclauses;
    uint32_t npins;
    Pat    **pins;              /* the PAT_PIN nodes by their number */
    Expr    *after;             /* or NULL */
    Block   *after_body;        /* with `after` */
    Block   *else_body;         /* or NULL: do not wait */
    SrcPos      after_pos;         /* the word `after` or `else` */
    SrcPos      end;               /* the word `end` */
} StReceive;

/* ---- helpers ---------------------------------------------------------------- */

#define AST_AS(type, node) ((type *)(void *)(node))

/* The one AstStr with these bytes. NULL when memory is out. */
AstStr *ml_ast_str(AstChunk *c, const char *s, size_t len);

const char *ml_ast_binop_name(BinOp op);        /* "+" */
const char *ml_ast_unop_name(UnOp op);          /* "-" */
const char *ml_ast_type_name(PatType t);        /* "integer" */

#endif
