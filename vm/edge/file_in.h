#ifndef ML_FILE_IN_H
#define ML_FILE_IN_H

#include "vm/edge/file.h"

/* file_in.h - for file.c and file_open.c: jobs of a file. */

enum {                          /* File.op: what the job does */
    DO_NONE, DO_OPEN, DO_READ, DO_WRITE, DO_CLOSE, DO_START
};

/* The job is ready to be submitted: FILE_JOB. */
FileEnd ml_file_begin(File *f, int op, void (*run)(Job *j));
/* The result of a job is taken. False: it is still under way. */
bool    ml_file_settle(File *f);
/* FILE_FAIL with this errno. */
FileEnd ml_file_fail(File *f, int err);

#endif
