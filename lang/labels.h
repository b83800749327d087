#ifndef ML_LANG_LABELS_H
#define ML_LANG_LABELS_H

#include "lang/resolve.h"

/*
 * labels.h - which label a goto means. A label is visible in the block where
 * it stands and in blocks inside that (not in functions inside); a goto may
 * leave blocks and go back, but not enter the scope of a local.
 */

typedef struct PendingGoto {
    StGoto  *st;
    uint32_t nact;              /* variables active where it is, less those of blocks left */
    AstVar  *scope;             /* innermost of them */
} PendingGoto;

typedef struct Labels {         /* of one function */
    Comp        *c;
    StGoto     **label;         /* visible ones, innermost last */
    uint32_t     nlabels, label_cap;
    PendingGoto *wait;          /* gotos that found none yet */
    uint32_t     nwait, wait_cap;
} Labels;

typedef struct LabelBlock { uint32_t nlabels, nwait; } LabelBlock;

void ml_labels_open(Labels *l, LabelBlock *b);
/* nact, scope: what is active outside the block. */
void ml_labels_close(Labels *l, const LabelBlock *b, uint32_t nact, AstVar *scope);
void ml_labels_goto(Labels *l, StGoto *st, uint32_t nact, AstVar *scope);
/* nact: as seen by jumps. scope: the variables active at the label. */
void ml_labels_define(Labels *l, const LabelBlock *b, StGoto *st, uint32_t nact,
                      AstVar *scope);
/* At the end of the function: what still waits leads nowhere. */
void ml_labels_end(Labels *l);

#endif
