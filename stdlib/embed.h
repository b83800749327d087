#ifndef ML_STDLIB_EMBED_H
#define ML_STDLIB_EMBED_H

#include <stddef.h>

/*
 * embed.h - the library's Lua files, as text inside the program. The array is
 * written by build-aux/embed, in alphabetical order.
 */

typedef struct StdlibFile {
    const char *name;           /* without .lua */
    const char *text;           /* NUL after it */
    size_t      size;
} StdlibFile;

extern const StdlibFile ml_stdlib_files[];
extern const int        ml_stdlib_count;

#endif
