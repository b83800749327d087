#ifndef ML_OUT_H
#define ML_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "vm/data/value.h"
#include "vm/edge/file.h"

/*
 * out.h - standard output and standard error: one buffer each for the whole
 * VM, so that lines of different processes do not mix.
 *
 * Bytes leave when a buffer holds 16 KiB, at the end of a line on a terminal,
 * at once on standard error, and before the worker sleeps. A reader that is
 * too slow fills the buffer up to ml_out_full(): then writers give way until
 * the descriptor (1 or 2) is ready for POLL_WRITE.
 *
 * Any thread, after ml_out_open, which sets vm->stdio and what belongs to it
 * before there is a second one. False: no memory.
 */
bool ml_out_open(Vm *vm);

enum { OUT_FLUSH = 16 * 1024, OUT_FULL = 256 * 1024 };

/* All n bytes are taken, together. False: an error is pending (below). fd is 1
 * or 2. Goes to vm->write if that is set, which is called by one thread at a time. */
bool ml_out_write(Vm *vm, int fd, const char *s, size_t n);

/* Tries to write; is there more left than should be? */
bool ml_out_full(Vm *vm, int fd);

/* Writes as much as can be written without waiting; true: something is left,
 * for which the poller is armed, with vm->stdio as `ud`: the worker has only to
 * call again before it sleeps again. `final`: waits. */
bool ml_out_flush(Vm *vm, bool final);
/* One stream, without waiting; true: something is left. */
bool ml_out_flush_one(Vm *vm, int fd);

void ml_out_mode(Vm *vm, int fd, FileMode mode);

/* The errno that a write to standard output met, or 0. EPIPE: nobody reads. */
int  ml_out_errno(Vm *vm);
/* The same for one stream; others than EPIPE are forgotten by asking. */
int  ml_out_take_error(Vm *vm, int fd);

/* Standard input, output, error (0 to 2) as File. Lives as long as the VM's
 * stdio, or a reference of yours. */
File *ml_std_file(Vm *vm, int fd);

/* A child that nobody waits for any more: to be asked for now and then, so
 * that it does not stay a zombie. Any thread. */
void ml_child_orphan(Vm *vm, pid_t pid);
void ml_child_reap(Vm *vm);

#endif
