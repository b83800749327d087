#ifndef CHECK_H
#define CHECK_H

/* check.h - for hosts that test: says which line was wrong, and goes on. */

#include <stdio.h>
#include <string.h>

static int wrong;

#define CHECK(c) \
    ((c) ? (void)0 : (void)(wrong++, printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #c)))

#define CHECK_TEXT(is, want) check_text(__LINE__, is, want)

static inline void check_text(int line, const char *is, const char *want)
{
    if (is && strcmp(is, want) == 0)
        return;
    wrong++;
    printf("line %d: '%s', not '%s'\n", line, is ? is : "(null)", want);
}

#endif
