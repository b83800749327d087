/*
 * describe.c - where a process stands, for process_info: asked between two of its
 * slices, or by itself. Writes into texts of fixed size, so it needs no memory.
 */
#include <stdio.h>

#include "vm/proc/inspect.h"
#include "vm/run/debug.h"
#include "vm/run/describe.h"

static void put_born(Proc *p, Place *out)
{
    FnInfo f;
    if (p->label.tag == TAG_NATIVE) {
        snprintf(out->born, sizeof out->born, "%s", p->label.nat->name);
    } else if (p->label.tag == TAG_FN) {
        ml_debug_fn(p->label, &f);
        snprintf(out->born, sizeof out->born, "%s:%d", f.short_src, f.line);
    }
}

void ml_describe(Proc *p, Place *out)
{
    Frame f;
    bool more = ml_frame_first(p, &f);
    put_born(p, out);
    while (more && !f.proto)
        more = ml_frame_next(p, &f, true);
    if (!more)
        return;
    const char *kind, *name = ml_debug_name(p, &f, &kind);
    snprintf(out->at, sizeof out->at, "%s:%d", f.proto->image->short_name, ml_debug_line(&f));
    if (name)
        snprintf(out->in, sizeof out->in, "%s", name);
}
