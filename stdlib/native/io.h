#ifndef ML_STDLIB_IO_H
#define ML_STDLIB_IO_H

#include "vm/edge/out.h"
#include "vm/native.h"

/*
 * io.h - what other libraries share with io: the type of files, results of
 * system calls. Writing to standard output: vm/edge/out.h.
 */

extern const UdataType ml_file_type;

/* The text of an errno, without the locale. Static, or in buf. */
enum { ERRNO_TEXT = 64 };
const char *ml_errno_text(int err, char buf[ERRNO_TEXT]);

/* nil, "name: text", errno; name may be NULL. */
NatEnd ml_ret_errno(Nat *n, const char *name, int err);
/* What a child ended with: true or nil, "exit" or "signal", number. */
NatEnd ml_ret_status(Nat *n, int status);
/* Waits as a FileEnd asks for, and comes back as `step`. */
NatEnd ml_file_wait(Nat *n, int step, File *f, FileEnd why);

/* io_read.c: the formats from argument `first` on. True: finished, *count values
 * lie on top; *count < 0: f->err says what failed. False: return *end. */
bool ml_file_items(Nat *n, File *f, int first, int step, int *count, NatEnd *end);
/* A line that lies in the buffer, pushed. False: it does not. */
bool ml_file_quick_line(Nat *n, File *f);

#endif
