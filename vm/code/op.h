#ifndef ML_OP_H
#define ML_OP_H

#include <stdint.h>

/*
 * op.h - the instructions of the VM.
 *
 * 8 bytes each: op, three byte operands a b c, and a signed 32-bit d.
 *
 *   R[x]   register x of the running function (base[x])
 *   K      the constant at byte address (instruction + 8 * d): constants of a
 *          function lie right before its code, so no register points to them
 *   bc     operands b and c as one signed 16-bit number (b low byte)
 *   jump   d is relative to the next instruction
 *   top    after an open call, vararg or open native: end of its values
 *
 * The second column is the format, used by the disassembler and by the code
 * generator's last pass (which turns constant indexes into distances):
 *   N nothing   A a   AB   ABC   AD a,d   ABD   ABCD   K a,K   ABK a,b,K
 *   J jump d   AJ a,jump   ABJ a,b,jump   AIJ a, bc immediate, jump
 *   KJ a,K and the NEXT instruction is a JMP that belongs to this one
 */
#define ML_OPS(X)                                                              \
    /* loads */                                                                \
    X(MOVE,      AB)    /* R[a] = R[b] */                                      \
    X(LOADNIL,   AB)    /* R[a] .. R[a+b] = nil */                             \
    X(LOADFALSE, A)     /* R[a] = false */                                     \
    X(LOADTRUE,  A)     /* R[a] = true */                                      \
    X(LOADI,     AD)    /* R[a] = integer d */                                 \
    X(LOADF,     AD)    /* R[a] = (double)d */                                 \
    X(LOADK,     K)     /* R[a] = K (also shared functions) */                 \
    X(GETUP,     AB)    /* R[a] = upvalue b */                                 \
    X(GETSELF,   A)     /* R[a] = the running function */                      \
    /* variables that are captured and assigned live in boxes */               \
    X(NEWBOX,    A)     /* R[a] = box holding R[a] */                          \
    X(GETBOX,    AB)    /* R[a] = R[b].box */                                  \
    X(SETBOX,    AB)    /* R[a].box = R[b] */                                  \
    X(GETUPBOX,  AB)    /* R[a] = upvalue[b].box */                            \
    X(SETUPBOX,  AB)    /* upvalue[a].box = R[b] */                            \
    X(CLOSURE,   AD)    /* R[a] = closure of nested proto d */                 \
    /* tables */                                                               \
    X(GETGLOBAL, K)     /* R[a] = globals[K] */                                \
    X(SETGLOBAL, K)     /* globals[K] = R[a] */                                \
    X(GETINDEX,  ABC)   /* R[a] = R[b][R[c]] */                                \
    X(GETFIELD,  ABK)   /* R[a] = R[b][K], K a string */                       \
    X(GETI,      ABD)   /* R[a] = R[b][d] */                                   \
    X(SETINDEX,  ABC)   /* R[a][R[b]] = R[c] */                                \
    X(SETFIELD,  ABK)   /* R[a][K] = R[b], K a string */                       \
    X(SETI,      ABD)   /* R[a][d] = R[b] */                                   \
    X(SELF,      ABK)   /* R[a+1] = R[b]; R[a] = R[b][K], K a string */        \
    X(NEWTABLE,  ABCD)  /* R[a] = {} with room for d array items and bc (unsigned) fields */ \
    X(SETLIST,   ABD)   /* R[a][d+i] = R[a+i], 1 <= i <= b (b 0: up to top) */ \
    /* arithmetic: R[a] = R[b] op R[c] */                                      \
    X(ADD, ABC) X(SUB, ABC) X(MUL, ABC) X(DIV, ABC) X(MOD, ABC) X(POW, ABC)    \
    X(IDIV, ABC) X(BAND, ABC) X(BOR, ABC) X(BXOR, ABC) X(SHL, ABC) X(SHR, ABC) \
    /* R[a] = R[b] op K, K a number */                                         \
    X(ADDK, ABK) X(SUBK, ABK) X(MULK, ABK) X(DIVK, ABK) X(MODK, ABK)           \
    X(POWK, ABK) X(IDIVK, ABK)                                                 \
    X(ADDI,      ABD)   /* R[a] = R[b] + d (subtraction: -d; c = 1 then, for error messages and metamethods: operands were R[b] - (-d)) */ \
    X(UNM, AB) X(NOT, AB) X(BNOT, AB) X(LEN, AB)                               \
    X(CONCAT,    ABC)   /* R[a] = R[b] .. ... .. R[b+c-1]; the operands are clobbered */ \
    /* jumps */                                                                \
    X(JMP,       J)                                                            \
    X(LOOP,      J)     /* a backward jump: charged, may give way */           \
    X(JT,        AJ)    /* jump if R[a] is truthy */                           \
    X(JF,        AJ)    /* jump if R[a] is nil or false */                     \
    X(JTSET,     ABJ)   /* if R[b] is truthy: R[a] = R[b], jump */             \
    X(JFSET,     ABJ)   /* if R[b] is falsy: R[a] = R[b], jump */              \
    X(JEQ,  ABJ) X(JNE,  ABJ)      /* R[a] == R[b], with metamethods */        \
    X(JLT,  ABJ) X(JNLT, ABJ)      /* jump if [not] R[a] < R[b] */             \
    X(JLE,  ABJ) X(JNLE, ABJ)                                                  \
    X(JEQK, KJ)  X(JNEK, KJ)       /* K nil, boolean, number or string: raw */ \
    /* bc / 2, as an integer, or as a float when bc is odd */                  \
    X(JEQI, AIJ) X(JNEI, AIJ)      /* R[a] == bc */                            \
    X(JLTI, AIJ) X(JNLTI, AIJ)     /* jump if [not] R[a] < bc */               \
    X(JLEI, AIJ) X(JNLEI, AIJ)                                                 \
    X(JGTI, AIJ) X(JNGTI, AIJ)     /* R[a] > bc, as bc < R[a] */               \
    X(JGEI, AIJ) X(JNGEI, AIJ)                                                 \
    /* loops */                                                                \
    X(FORPREP,   AJ)    /* R[a] init, R[a+1] limit, R[a+2] step; runs not at all: jump; else R[a+3] = init */ \
    X(FORLOOP,   AJ)    /* next value in R[a+3] and jump back, or fall out */  \
    X(TFORPREP,  AJ)    /* R[a+3] is to be closed; jump to the TFORCALL */     \
    X(TFORCALL,  ABC)   /* R[a+4] .. R[a+3+c] = R[a](R[a+1], R[a+2]) */        \
    X(TFORLOOP,  AJ)    /* if R[a+4] ~= nil: R[a+2] = R[a+4], jump back */     \
    /* calls */                                                                \
    X(CALL,      ABC)   /* R[a](R[a+1] .. R[a+b-1]), b 0: up to top; c-1 results to R[a].., c 0: all, sets top */ \
    X(TAILCALL,  ABC)   /* return R[a](...), b as in CALL; c: flags of RETURN */ \
    X(RETURN,    ABC)   /* return R[a] .. R[a+b-2], b 0: up to top; c: RET_* flags */ \
    X(RETURN0,   N)     /* return; no flags apply */                           \
    X(RETURN1,   A)     /* return R[a]; no flags apply */                      \
    X(VARARG,    ABC)   /* R[a].. = ..., c-1 values; c 0: all, sets top */     \
    X(TBC,       A)     /* R[a] is to be closed (checks for __close) */        \
    X(CLOSE,     A)     /* close pending variables from R[a] up */             \
    /* processes: the protocol is explained below */                           \
    X(SEND,      AB)    /* R[a] ! R[b] */                                      \
    X(SENDLIST,  ABJ)   /* R[a] ! {R[b+1] .. R[b+c]}, jump; or only R[b] = that table;
                           c 0: up to top, or only R[b] = {}, and a SETLIST follows */ \
    X(RECVSTART, AB)                                                           \
    X(RECVMARK,  ABC)                                                          \
    X(RECVINIT,  A)                                                            \
    X(RECV,      AJ)                                                           \
    X(RECVNEXT,  AJ)                                                           \
    X(RECVTAG,   K)                                                            \
    X(RECVPIN,   AB)                                                           \
    X(RECVHOLD,  ABC)                                                          \
    X(RECVTAKE,  N)                                                            \
    X(RECVWAIT,  ABJ)                                                          \
    X(RECVELSE,  N)                                                            \
    X(GUARD,     A)                                                            \
    X(PINCHECK,  A)                                                            \
    X(MTAB,      AJ)                                                           \
    X(MGETI,     ABC)                                                          \
    X(MGETK,     ABK)                                                          \
    X(MTYPE,     ABJ)                                                          \
    X(MEQ,       ABJ)                                                          \
    X(MISNIL,    AJ)                                                           \
    X(MEMPTY,    AJ)                                                           \
    X(MREST,     ABCD)                                                         \
    /* in functions that rebind.c made: every outer variable lives in a box */ \
    X(GETCELL,   AD)    /* R[a] = upvalue[d].box */                            \
    X(SETCELL,   AD)    /* upvalue[d].box = R[a] */                            \
    X(GETCELLF,  ABK)   /* R[a] = upvalue[b].box[K], K a string */             \
    X(SETCELLF,  ABK)   /* upvalue[b].box[K] = R[a] */                         \
    X(NESTED,    AD)    /* R[a] = closure of nested proto d, captured or not */ \
    /* never generated: return points of the interpreter itself */            \
    X(CONT,      N)     /* a call made by the VM itself returns: see frame.h */ \
    X(VARFRAME,  N)     /* marks the shifted frame of a vararg function */     \
    X(NATMORE,   N)     /* a native function goes on */                        \
    X(END,       N)     /* the process' function has returned */               \
    X(COEND,     N)     /* a coroutine's function has returned */

typedef enum {
#define X(name, fmt) OP_##name,
    ML_OPS(X)
#undef X
    OP_COUNT
} Op;

typedef enum { FMT_N, FMT_A, FMT_AB, FMT_ABC, FMT_AD, FMT_ABD, FMT_ABCD, FMT_K,
               FMT_ABK, FMT_J, FMT_AJ, FMT_ABJ, FMT_AIJ, FMT_KJ } OpFmt;

typedef struct Instr {
    uint8_t op, a, b, c;
    int32_t d;
} Instr;

static inline int ml_instr_bc(Instr i) { return (int16_t)(i.b | (i.c << 8)); }

extern const char *const ml_op_names[OP_COUNT];     /* dis.c */
extern const uint8_t     ml_op_fmt[OP_COUNT];       /* OpFmt */

enum { RET_VARARG = 1,      /* the function is vararg: its frame is shifted */
       RET_CLOSE  = 2 };    /* close pending variables first (keeps the values) */

enum { ADDI_SUB = 1,        /* written as a - number */
       ADDI_LEFT = 2 };     /* written as number + a */

enum { ML_MAXREG = 250 };   /* registers of a function */
enum { ML_MAXLIST = 16 };   /* items of SENDLIST */
enum { ML_MAXTAGS = 32 };   /* RECVTAG and RECVPIN of a receive */

/*
 * How a receive statement is compiled:
 *
 *            ...pins and the after time are evaluated into registers...
 *            PINCHECK pin       for each pin: an error if it is a table
 *            RECVSTART m b      look from the first message on; b 1: R[m] will hold them, and
 *                               nothing from there on is in use
 *            RECVMARK  m n c    only if every clause pins something: R[m]..R[m+n-1]
 *                               are copies of one pin of each clause (alternatives
 *                               count as clauses); if all are refs born here, look
 *                               only at messages younger than the oldest of them;
 *                               c 1: there are tags
 *            RECVINIT  t        only with `after`: R[t] holds the time in ms; becomes a
 *                               deadline, errors when it is no number
 *     loop:  RECV      m wait   R[m] = next message; none left: jump to wait
 *     c1:    ...match ops on R[m], jumping to c2 on failure...
 *            RECVHOLD  r n c    before the first guard, default or rest (things
 *                               that allocate while the message is still queued);
 *                               R[r]..R[r+n-1] are the names bound so far; c 1:
 *                               one of them or of those to come may be the message
 *            ...bind names (moves), defaults, rests...
 *            GUARD 1 ; guard expression, false: GUARD 0 + jump c2 ; GUARD 0
 *            RECVTAKE           the message leaves the mailbox
 *            body ; jump end
 *     c2:    ...
 *     fail:  RECVNEXT  k loop   d: jump to loop; charged. If every clause begins with
 *                               a constant: in a long mailbox first pass over what
 *                               has none of the k tags, which follow and are not run:
 *            RECVTAG   i K      i 1: tables whose item [1] is K; i 0: K itself
 *            RECVPIN   i r      the same with R[r]
 *     wait:  RECVWAIT  t b after   b 1: there are no clauses. Deadline R[t] passed:
 *                               jump to after; else sleep; woken: goes on with the
 *                               next instruction:
 *            LOOP      loop     (b 1: LOOP to the RECVWAIT itself)
 *     after: body
 *     end:
 *   With `else` there is no RECVINIT, and wait: is RECVELSE followed by the
 *   else body. Without `after` R[t] is loaded with nil.
 *
 * While a guard or default runs, the instruction range is listed in
 * Proto.guards; an error inside it lowers the guard count and goes on at the
 * range's `fail` instruction. Defaults are in such a range too, between
 * GUARD 1 and GUARD 0.
 *
 *   MTAB   a jump     R[a] is not a table: jump
 *   MGETI  a b c      R[a] = R[b][c], raw (c an unsigned byte)
 *   MGETK  a b K      R[a] = R[b][K], raw, K any literal
 *   MTYPE  a b jump   R[a] is not of match type b (MT_*): jump
 *   MEQ    a b jump   R[a] and R[b] are not raw equal: jump
 *   MISNIL a jump     R[a] is not nil: jump
 *   MEMPTY a jump     table R[a] has an entry: jump
 *   MREST  a b c d    R[a] = fresh table of what is left of R[b]: positional items
 *                     after the first c, renumbered from 1, and all keys except
 *                     the positional ones and the d named keys in R[a+1]..R[a+d]
 */
enum { MT_ANY,              /* anything but nil */
       MT_INTEGER, MT_FLOAT, MT_NUMBER, MT_STRING, MT_BOOLEAN, MT_TABLE,
       MT_FUNCTION, MT_PID, MT_REF, MT_USERDATA };

#endif
