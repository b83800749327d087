#ifndef ML_PLAIN_H
#define ML_PLAIN_H

#include "vm/data/heap.h"
#include "vm/data/tab.h"

/*
 * plain.h - copies of what most messages are: a small table, or a few in each
 * other, of numbers, symbols, short strings, pids.
 *
 * It has no metatable of its own, no function, nothing counted, so that it can be
 * weighed before it is copied, needs no marks, and can be moved by adding
 * the distance to the addresses inside.
 *
 *     [Tab Tab ... | parts and strings ........]
 */
enum { PLAIN_TABS = 16 };

typedef struct Plain {
    const Tab *tabs[PLAIN_TABS];        /* the first is the root */
    bool       is_leaf[PLAIN_TABS];     /* refers to nothing that is copied */
    unsigned   n;
    bool       refers;                  /* the one that is being weighed does */
    size_t     bytes;                   /* of the copy */
} Plain;

/* False: v is something else, or too large. */
bool  ml_plain_weigh(Plain *c, Value v);
/* Makes the copy at `to`, room for c->bytes. Identity numbers come from h. */
Value ml_plain_copy(const Plain *c, Heap *h, char *to);
/* n bytes of a copy that was made at `from` have been put to `to`. */
void  ml_plain_moved(char *to, const char *from, size_t n);

/* v, which may point into what was moved. */
static inline void ml_plain_follow(Value *v, const char *to, const char *from, size_t n)
{
    if (ml_is_heap(*v) && (size_t)((const char *)v->o - from) < n)
        v->u += (uint64_t)(to - from);
}

/* --- flat ones: a table of a few values and nothing else --- */

enum { FLAT_MOST = 16 };

/* The values need no copy, nor does anything else of t. */
bool ml_is_flat(const Tab *t);
bool ml_are_flat(const Value *v, uint32_t n);

/* Bytes of a table of n values. */
static inline size_t ml_flat_size(uint32_t n)
{
    return sizeof(Tab) + (n ? sizeof(ArrObj) + n * sizeof(Value) : 0);
}

/* Makes it at `to`. Its identity number is the caller's to set. */
static inline Tab *ml_flat_make(char *to, const Value *v, uint32_t n)
{
    Tab *t = (Tab *)(void *)to;
    *t = (Tab){ .h = { .kind = OBJ_TAB }, .asize = n };
    ml_tab_no_nodes(t);
    if (n) {
        ArrObj *a = (ArrObj *)(void *)(t + 1);
        *a = (ArrObj){ .h = { .kind = OBJ_ARR }, .cap = n };
        for (uint32_t i = 0; i < n; i++)
            ml_set(&a->v[i], &v[i]);
        t->arr = a->v;
    }
    return t;
}

#endif
