/*
 * check.c - the end of a run that found itself wrong.
 *
 * A failed check means memory can no longer be trusted, so nothing is cleaned
 * up and nothing is allocated: one line goes to stderr, then abort, so that a
 * debugger or a core file shows the place.
 */

#include "vm/base/check.h"

#include <stdio.h>
#include <stdlib.h>

void ml_check_failed(const char *cond, const char *file, int line)
{
    fprintf(stderr, "moonlet: check failed: %s (%s:%d)\n", cond, file, line);
    fflush(stderr);
    abort();
}
