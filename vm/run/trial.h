#ifndef ML_TRIAL_H
#define ML_TRIAL_H

#include "vm/native.h"
#include "vm/proc/proc.h"

/*
 * trial.h - loading a module apart, to see whether all may share it.
 *
 * It runs in a process of its own that nobody knows of, with the library as it
 * is at boot and nothing else, inside the slices of the one that wants it. What
 * has an effect on others ends the trial before it happens; what writes to
 * something shared spoils it. So a trial that comes to its end depends on
 * nothing but what it has read.
 */
struct Module;

typedef enum {
    TRIAL_RUNS,                 /* call again */
    TRIAL_ASKS,                 /* for a module: ml_trial_asked, ml_trial_answer */
    TRIAL_DONE,                 /* ml_trial_result */
    TRIAL_FAILED,               /* it cannot be shared, or raised an error */
    TRIAL_STARVED               /* who drives it has not the memory; others may */
} TrialEnd;

typedef struct Trial Trial;     /* begins with a Shared */

/* Of the loader f, which captures nothing, called with two texts. One reference. NULL: no memory. */
Trial   *ml_trial_new(Proc *p, struct Module *m, Fn *f, const Str *name, const Str *file);
struct Module *ml_trial_module(const Trial *t);
/* Runs it for a while, which p is charged. Worker. */
TrialEnd ml_trial_run(Trial *t, Proc *p);
/* The name it asks for, in its heap; what it gets, which is shared or immediate,
 * and the module that this is, or NULL. False: no memory. */
Str     *ml_trial_asked(const Trial *t);
bool     ml_trial_answer(Trial *t, Value v, struct Module *of);
/* What it has loaded, in the heap of *of. */
Value    ml_trial_result(const Trial *t, Proc **of);
/* It has read these; it was given these modules. */
size_t   ml_trial_read(Trial *t, Obj ***o);

typedef struct Need {
    Str   *name;                /* a symbol */
    Value  v;
    struct Module *of;          /* or NULL */
} Need;
size_t   ml_trial_needs(Trial *t, Need **n);

/* --- inside: p->trial is set --- */
void     ml_trial_spoil(Proc *p);
void     ml_trial_reads(Proc *p, Obj *o);
/* May this be called? */
bool     ml_trial_allows(Proc *p, const NativeDef *d);
/* A native that asks for a module, and gets it as its result. */
NatEnd   ml_trial_ask(Nat *n);

#endif
