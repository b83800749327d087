/*
 * freeze.c - freezing a value of a running process. As in pack.c, what is not
 * done in a slice moves into a Freezing that the process keeps.
 */
#include "vm/data/quota.h"
#include "vm/proc/region.h"
#include "vm/proc/vm.h"
#include "vm/run/freeze.h"

typedef struct Freezing {
    Pending pending;
    Copier  c;
    Shared *region;
    Value   v;                  /* the copy */
    bool    ok, copied;         /* what remains is to take the marks away */
} Freezing;

static void drop(Proc *p, Pending *it, bool undo)
{
    Freezing *f = (Freezing *)(void *)it;
    if (undo)
        ml_copy_done(&f->c);
    ml_copy_drop(&f->c);
    ml_freeze_end(f->region, &f->c, false);
    ml_mem_free(&p->vm->mem, f, sizeof *f);
}

/* Copies on and takes the marks away; false: the slice is used up. */
static bool work(Freezing *f, int64_t budget)
{
    Copier *c = &f->c;
    c->left = budget;
    if (!f->copied) {
        f->ok = c->paused ? ml_copy_more(c) : ml_copy_root(c, &f->v, 0);
        if (c->paused)
            return false;
        f->copied = true;
    }
    return ml_copy_undo(c);
}

static PackEnd finish(Proc *p, Freezing *f, Value *v, const char **why)
{
    Shared *region = ml_freeze_end(f->region, &f->c, f->ok);
    if (!region) {
        *why = f->c.met_overlaid ? NULL : f->c.why ? f->c.why : "this much";
        bool full = f->c.oom && p->heap->quota;
        size_t total = f->c.total;
        ml_copy_drop(&f->c);
        if (full && ml_quota_retry(p->heap, total))
            return PACK_MORE;           /* from the beginning */
        if (full)
            p->heap->oom(p->heap, total);
        return PACK_FAILED;
    }
    ml_copy_pay_off(&f->c);
    if (p->heap->quota && !ml_quota_take(p->heap, region->bytes)) {
        size_t bytes = region->bytes;           /* with what others froze inside of it */
        ml_shared_unref(region);
        if (ml_quota_retry(p->heap, bytes))
            return PACK_MORE;
        p->heap->oom(p->heap, bytes);
    }
    *v = f->v;
    ml_heap_hold_mine(p->heap, region);
    return PACK_DONE;
}

static bool keep(Proc *p, Freezing *f)
{
    Freezing *kept = ml_mem_alloc(&p->vm->mem, sizeof *kept);
    if (!kept)
        return false;
    *kept = *f;
    kept->pending.drop = drop;
    p->own->pending = &kept->pending;
    return true;
}

static PackEnd begin(Proc *p, Value *v, bool as_is, const char **why)
{
    Freezing f = { .v = *v };
    ml_tab_settle(p->heap, NULL);
    f.region = ml_freeze_begin(p->heap, &f.c);
    f.c.payer = p->heap;
    if (!f.region) {
        *why = "this much";
        return PACK_FAILED;
    }
    f.c.no_overlaid = !as_is;
    if (!work(&f, ML_COPY_SLICE)) {
        if (keep(p, &f))
            return PACK_MORE;
        work(&f, INT64_MAX);
    }
    p->reds -= (int64_t)(f.c.total >> 6);
    return finish(p, &f, v, why);
}

PackEnd ml_proc_freeze(Proc *p, Value *v, bool as_is, const char **why)
{
    Freezing *kept = (Freezing *)(void *)p->own->pending;
    if (!kept)
        return begin(p, v, as_is, why);
    p->reds -= ML_COPY_REDS;
    if (!work(kept, ML_COPY_SLICE))
        return PACK_MORE;
    Freezing f = *kept;
    p->own->pending = NULL;
    ml_mem_free(&p->vm->mem, kept, sizeof *kept);
    return finish(p, &f, v, why);
}
