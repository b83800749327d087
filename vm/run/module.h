#ifndef ML_MODULE_H
#define ML_MODULE_H

#include "vm/run/trial.h"

/*
 * module.h - files that require loads: compiled once for all processes, and
 * what they load shared by all, where nobody can tell the difference.
 *
 * Any thread. What is told here lives as long as the VM.
 */
typedef struct ModFile ModFile;
typedef struct Module Module;

typedef enum {
    MODULE_NEW,                 /* nobody has tried */
    MODULE_TRIED,               /* somebody is about it */
    MODULE_SHARED,
    MODULE_PRIVATE              /* every process loads its own */
} ModState;

/* stamp: a number that changes with the file. It is known, as it is now; *other: it
 * is known, but was another. */
ModFile *ml_modfile_find(Vm *vm, const Str *path, int64_t stamp, bool *other);
/* Takes the reference to the code; what is there already stays. NULL: no memory,
 * or there are too many; then the reference stays with the caller. */
ModFile *ml_modfile_add(Vm *vm, const Str *path, int64_t stamp, Image *im);
Image   *ml_modfile_code(const ModFile *f);
/* What the loader loads as a module of that name; NULL: it is not that of the
 * file, or names its globals as a table, or no memory. */
Module  *ml_module_of(Vm *vm, const Fn *loader, const Str *name, const Str *path);
const Image *ml_module_code(const Module *m);
/* Its place in an order of all: who has several under trial waits for later ones alone. */
int64_t  ml_module_rank(const Module *m);

ModState ml_module_state(Module *m);
/* NEW becomes TRIED. False: it was not NEW. */
bool     ml_module_try(Module *m);
/* The trial so far, or NULL: would p by itself have come as far as that? */
bool     ml_module_follows(Proc *p, const Module *m, Trial *t);
/* The end of a trial. It cannot be shared; or it is, if that can be: as much as p
 * may do in a slice. False: call again, and leave the trial alone until then. */
void     ml_module_keep_private(Module *m);
bool     ml_module_share(Module *m, Trial *t, Proc *p);
/* TRIED becomes NEW: the process that was about it is gone, or cannot go on. The
 * trial is still there. */
void     ml_module_give_up(Vm *vm, Module *m);

/* Of a shared one. fits: what it has read when it was loaded is the same for p. */
Value    ml_module_value(const Module *m);
bool     ml_module_fits(Proc *p, const Module *m);
/* The i-th module it has asked for. False: there are not so many. */
bool     ml_module_need(const Module *m, size_t i, Need *n);

void     ml_modules_free(Vm *vm);

#endif
