#ifndef ML_STDLIB_TABLE_H
#define ML_STDLIB_TABLE_H

#include "stdlib/native/base.h"

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

/* t[i], raw. */
static inline Value at(Nat *n, const Tab *t, int64_t i)
{
    if ((uint64_t)i - 1 < t->asize)
        return t->arr[i - 1];
    return *ml_tab_getint(n->h, t, i);
}

static inline bool has(Nat *n, Value v, Mm mm)
{
    return !ml_is_nil(ml_metamethod(n->p, v, mm));
}

/* Goes on as the version in stdlib/table.lua. */
static inline NatEnd slow(Nat *n, const char *name)
{
    n->top = n->base + n->nargs;
    return ml_nat_slow(n, name);
}

/* Sets the metatable (NULL: none) of a table that may be written, and what
 * follows from its __mode and __gc. */
void ml_table_set_meta(Nat *n, Tab *t, Tab *meta);

#endif
