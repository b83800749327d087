#ifndef ML_STDLIB_PROCESS_IN_H
#define ML_STDLIB_PROCESS_IN_H

#include "vm/native.h"

/*
 * process_in.h - what the files of the process functions share.
 */

/* process_info.c */
NatEnd ml_process_info(Nat *n);
NatEnd ml_processes(Nat *n);

#endif
