#ifndef ML_TAGS_H
#define ML_TAGS_H

#include "vm/code/op.h"
#include "vm/proc/mailbox.h"

/*
 * tags.h - see tags.c. All by the owner of the mailbox.
 *
 * A tag is a hash: of the first item of a table, or of a message that is a
 * constant itself (vm/run/skip.c). Who finds a message by its tag looks at the
 * message, so different values may well have the same tag.
 */
typedef struct Tags Tags;

enum { NO_TAG = 0 };          /* of a message that is found by no tag */

typedef struct TagSet {         /* the messages that a receive can take have one of these */
    unsigned n;
    uint32_t tag[ML_MAXTAGS];
} TagSet;

/* Empty. Its bytes are counted with the messages of the heap. NULL: no memory. */
Tags    *ml_tags_new(Heap *h);
void     ml_tags_free(Tags *t);

/* The newest message in the index, which has all that are older; or NULL. */
Msg     *ml_tags_last(const Tags *t);
static inline uint64_t ml_tags_end(const Tags *t) { return ml_tags_last(t) ? ml_tags_last(t)->seq : 0; }

/* m is the one after the last. */
void     ml_tags_add(Tags *t, Msg *m, uint32_t tag);
/* m leaves the mailbox; n stands for m. They may be newer than the last. */
void     ml_tags_remove(Tags *t, Msg *m);
void     ml_tags_replace(Tags *t, Msg *m, Msg *n);
/* m is loose from now on. False: the index is to be dropped. */
bool     ml_tags_loosen(Tags *t, Msg *m);

/* A receive begins; only messages from number `since` on are for it. */
void     ml_tags_restart(Tags *t, uint64_t since);
/* The oldest message in the index that is newer than number `after` and has one
 * of the tags, or is loose; NULL: none. The set and the order of `after` are
 * those of one receive. *budget is counted off; true: the answer is in *m.
 * False: it was used up, ask again. */
bool     ml_tags_next(Tags *t, const TagSet *set, uint64_t after, int *budget, Msg **m);

#endif
