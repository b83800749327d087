#ifndef ML_CODE_WALK_H
#define ML_CODE_WALK_H

#include "vm/code/image.h"

/*
 * walk.h - all functions of an image, outer before inner, in source order:
 *
 *     ProtoWalk w = { 0 };
 *     for (const Proto *p = im->main; p; p = ml_proto_next(&w, p)) ...
 *
 * `at` remembers where among its siblings the function of each level is. It
 * is a hint only: nothing promises how deep functions nest.
 */
typedef struct ProtoWalk {
    uint32_t at[128];
    uint32_t depth;
} ProtoWalk;

static inline uint32_t ml_proto_index(ProtoWalk *w, const Proto *p)
{
    uint32_t *hint = &w->at[w->depth % 128], i = *hint;
    const Proto *up = p->parent;
    if (i >= up->nprotos || up->protos[i] != p)
        for (i = 0; up->protos[i] != p; i++)
            ;
    *hint = i + 1;
    return i;
}

static inline const Proto *ml_proto_next(ProtoWalk *w, const Proto *p)
{
    if (p->nprotos > 0) {
        w->at[++w->depth % 128] = 0;
        return p->protos[0];
    }
    for (; p->parent; p = p->parent, w->depth--) {
        uint32_t i = ml_proto_index(w, p);
        if (i + 1 < p->parent->nprotos)
            return p->parent->protos[i + 1];
    }
    return NULL;
}

#endif
