/*
 * describe.c - where a process stands, for process_info: asked between two of its
 * slices, or by itself. Writes into texts of fixed size, so it needs no memory.
 */
#include <stdio.h>

#include "vm/proc/inspect.h"
#include "vm/run/debug.h"
#include "vm/run/describe.h"
#include "vm/run/names.h"

enum { FAR = 100 };             /* frames that are looked at */

static void put_born(Proc *p, Place *out)
{
    FnInfo f;
    if (p->own->label.tag == TAG_NATIVE) {
        snprintf(out->born, sizeof out->born, "%s", p->own->label.nat->name);
    } else if (p->own->label.tag == TAG_FN) {
        ml_debug_fn(p->own->label, &f);
        snprintf(out->born, sizeof out->born, "%s:%d", f.short_src, f.line);
    }
}

/* The innermost frame that is code of a program. */
static bool find_place(Proc *p, Frame *f)
{
    bool more = ml_frame_first(p, f);
    for (int n = 0; more && n < FAR; n++) {
        if (f->proto && !ml_name_is_library(f->proto))
            return true;
        more = ml_frame_next(p, f, true);
    }
    return false;
}

void ml_describe(Proc *p, Place *out)
{
    Frame f;
    put_born(p, out);
    if (!find_place(p, &f))
        return;
    const char *kind, *name = ml_debug_name(p, &f, &kind), *file = f.proto->image->short_name;
    int line = ml_debug_line(&f);
    if (line > 0)
        snprintf(out->at, sizeof out->at, "%s:%d", file, line);
    else
        snprintf(out->at, sizeof out->at, "%s", file);
    if (name)
        snprintf(out->in, sizeof out->in, "%s", name);
}
