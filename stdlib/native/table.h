#ifndef ML_STDLIB_TABLE_H
#define ML_STDLIB_TABLE_H

#include "vm/native.h"

/* table.h - what the library's files share about tables. */

enum {                  /* what a function does with it */
    TAB_READ = 1, TAB_WRITE = 2, TAB_LEN = 4,
    TAB_ALL = TAB_READ | TAB_WRITE | TAB_LEN
};

typedef enum TabLook {
    TAB_PLAIN,          /* a table without metamethods for these uses */
    TAB_META,           /* something that has them: the slow version */
    TAB_BAD             /* neither: an error is raised */
} TabLook;

/* May argument i be used directly? With TAB_PLAIN *t is the table to read. */
TabLook ml_table_look(Nat *n, int i, int uses, Tab **t);

/* Sets the metatable (NULL: none) of a table that may be written, and what
 * follows from its __mode and __gc. */
void ml_table_set_meta(Nat *n, Tab *t, Tab *meta);

#endif
