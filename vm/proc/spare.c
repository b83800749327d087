/*
 * spare.c - the pieces that come and go with each process.
 */
#include "vm/proc/spare.h"

#include <string.h>

#include "vm/proc/vm.h"

#if defined(__SANITIZE_ADDRESS__)
enum { KEPT = 0 };              /* who uses one that is gone is to be found out */
#elif defined(ML_CHECKS)
enum { KEPT = 2 };
#else
enum { KEPT = 64 };
#endif

struct Spare {
    struct Spare *next;
};

size_t ml_spare_size(SpareKind k)
{
    switch (k) {
    case SPARE_PROC:  return sizeof(Proc);
    case SPARE_OWN:   return sizeof(Own);
    case SPARE_BLOCK: return ml_proc_block(PROC_BLOCK);
    case SPARE_KINDS: break;
    }
    return 0;
}

static void count(Worker *w, SpareKind k, int more)
{
    ml_store_relaxed(&w->nspare[k], ml_load_relaxed(&w->nspare[k]) + (unsigned)more);
}

size_t ml_spare_bytes(Worker *w)
{
    size_t n = 0;
    for (int k = 0; k < SPARE_KINDS; k++)
        n += ml_load_relaxed(&w->nspare[k]) * ml_spare_size((SpareKind)k);
    return n;
}

void *ml_spare_take(Worker *w, SpareKind k)
{
    struct Spare *s = w->spare[k];
    if (!s)
        return ml_mem_alloc(&w->vm->mem, ml_spare_size(k));
    w->spare[k] = s->next;
    count(w, k, -1);
    return s;
}

void ml_spare_give(Worker *w, SpareKind k, void *piece)
{
    struct Spare *s = piece;
    if (ml_load_relaxed(&w->nspare[k]) == KEPT) {
        ml_mem_free(&w->vm->mem, piece, ml_spare_size(k));
        return;
    }
#ifdef ML_CHECKS
    memset(piece, 0xDB, ml_spare_size(k));
#endif
    s->next = w->spare[k];
    w->spare[k] = s;
    count(w, k, 1);
}

void ml_spares_fini(Worker *w)
{
    for (int k = 0; k < SPARE_KINDS; k++)
        for (struct Spare *s; (s = w->spare[k]);) {
            w->spare[k] = s->next;
            count(w, (SpareKind)k, -1);
            ml_mem_free(&w->vm->mem, s, ml_spare_size((SpareKind)k));
        }
}
