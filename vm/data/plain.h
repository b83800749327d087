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
    unsigned   n;
    bool       flat;                    /* one table of a few values that are not copied */
    size_t     bytes;                   /* of the copy */
} Plain;

/* False: v is something else, or too large. */
bool  ml_plain_weigh(Plain *c, Value v);
/* Makes the copy at `to`, room for c->bytes. Identity numbers come from h. */
Value ml_plain_copy(const Plain *c, Heap *h, char *to);
/* n bytes of a copy that was made at `from` have been put to `to`. */
void  ml_plain_moved(char *to, const char *from, size_t n);
/* n values with the head of their array part; a is room for them. */
static inline void ml_plain_copy_arr(ArrObj *a, const Value *v, uint32_t n)
{
    *a = (ArrObj){ .h = { .kind = OBJ_ARR }, .cap = n };
    for (uint32_t i = 0; i < n; i++)
        ml_set(&a->v[i], &v[i]);
}
/* Puts a copy that was flat to `to`. */
static inline void ml_plain_move_flat(char *to, const char *from)
{
    Tab *t = (Tab *)(void *)to;
    *t = *(const Tab *)(const void *)from;
    if (t->arr) {
        ArrObj *a = (ArrObj *)(void *)(t + 1);
        ml_plain_copy_arr(a, t->arr, t->asize);
        t->arr = a->v;
    }
}

/* v, which may point into what was moved. */
static inline void ml_plain_follow(Value *v, const char *to, const char *from, size_t n)
{
    if (ml_is_heap(*v) && (size_t)((const char *)v->o - from) < n)
        v->u += (uint64_t)(to - from);
}

#endif
