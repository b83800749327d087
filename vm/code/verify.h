#ifndef ML_VERIFY_H
#define ML_VERIFY_H

#include "vm/code/image.h"

/*
 * verify.h - is this code fit to run? The interpreter trusts what it is
 * given, so tests and the checks build ask here first.
 *
 * NULL: yes. Else static text that says what is wrong, and in *where (may be
 * NULL) the function and the instruction.
 */
typedef struct VerifyAt {
    const Proto *proto;
    uint32_t     pc;
} VerifyAt;

const char *ml_image_verify(const Image *im, VerifyAt *where);

#endif
