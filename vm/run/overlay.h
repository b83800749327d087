#ifndef ML_OVERLAY_H
#define ML_OVERLAY_H

#include "vm/proc/proc.h"

/*
 * overlay.h - the private copies of what is shared; ml_rtab, ml_wtab and
 * ml_own_globals belong here too. Owner.
 */

/*
 * May p have another table in its place? Not for tables that nobody has written
 * to: so a process that has overlays pays for those alone. A process sees its own
 * write; what others do does not matter.
 */
static inline bool ml_is_overlaid(const Proc *p, const Tab *t)
{
    return p->own->overlays && (ml_load_relaxed(&((Tab *)(uintptr_t)t)->is_overlaid) || p->own->trial);
}

/* The table behind t that this process may write: t itself, or its private
 * copy of a shared one, made at the first write. NULL: frozen. */
Tab *ml_own_table(Proc *p, Tab *t);
/* The box behind a captured variable: to be read, to be written. */
Box *ml_rbox(Proc *p, Box *b);
Box *ml_wbox(Proc *p, Box *b);

#endif
