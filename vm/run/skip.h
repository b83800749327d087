#ifndef ML_SKIP_H
#define ML_SKIP_H

#include "vm/proc/proc.h"
#include "vm/proc/tags.h"

/*
 * skip.h - see skip.c.
 */

/* Adds the tag of messages that are v, or of tables whose item [1] is v. False: v
 * is not of a kind that can be looked up, or there are too many. */
bool ml_skip_tag(Heap *h, Value v, bool item, TagSet *set);
/* `wasted` messages were looked at in vain. Is there an index, perhaps from now on? */
bool ml_skip_has_index(Proc *p, uint32_t wasted);
/* There is an index. The message at the mark was not taken: moves the mark to just
 * before the next that has one of the tags, or to the last that is known to have
 * none. Charged; does a piece of the work: the message after the mark may be any. */
void ml_skip(Proc *p, const TagSet *set);

#endif
