/*
 * limit.c - the end of a process that asked for more memory than it may have.
 *
 * The request has unwound to the border of the slice: the stack is as it was,
 * but nothing may be allocated in the heap. So the reason
 *
 *     {"limit", "memory", limit = n, used = n, at = "file.lua:12"}
 *
 * is made in a heap of its own and frozen from there. `used` is what the
 * process would have held with what it asked for. Where even that cannot be
 * had, and where the VM as a whole is out of memory, {"limit", "memory"}
 * stands in, which is made at boot.
 */
#include <stdlib.h>

#include "vm/base/check.h"
#include "vm/proc/signal.h"
#include "vm/proc/vm.h"
#include "vm/run/debug.h"
#include "vm/run/limit.h"

static __attribute__((noreturn)) void too_small(Heap *h, size_t asked)
{
    (void)h, (void)asked;
    ML_CHECK(!"the reason of a limit has room");
    abort();
}

static void put_int(Heap *h, Tab *t, const char *key, size_t n)
{
    ml_tab_setstr(h, t, ml_sym(h->vm, key), ml_v_int((int64_t)n));
}

static Value reason(Heap *h, size_t limit, size_t used, const char *at, size_t len)
{
    Tab *t = ml_tab_new(h, 2, 4);
    ml_tab_setint(h, t, 1, ml_v_str(ml_sym(h->vm, "limit")));
    ml_tab_setint(h, t, 2, ml_v_str(ml_sym(h->vm, "memory")));
    put_int(h, t, "limit", limit);
    put_int(h, t, "used", used);
    if (len)
        ml_tab_setstr(h, t, ml_sym(h->vm, "at"), ml_v_str(ml_str_new(h, at, len)));
    return ml_v_tab(t);
}

static void set_reason(Proc *p, size_t used, const char *at, size_t len)
{
    enum { ROOM = 1024 };
    Vm *vm = p->vm;
    Heap h = p->heap;
    if (!ml_heap_init(&h, &vm->mem, ROOM))
        return;
    h.oom = too_small;
    h.owner = NULL;
    if (!ml_proc_set_reason(p, reason(&h, p->heap.max_bytes, used, at, len)))
        p->reason = vm->memory_reason;
    ml_heap_fini(&h);
}

void ml_limit_reached(Proc *p)
{
    char at[96];
    size_t asked = p->asked, limit = p->heap.max_bytes, held = ml_heap_held(&p->heap);
    p->reason = p->vm->memory_reason;
    if (p->claim) {                     /* it was in the middle of a step */
        ml_store(p->claim, 0);
        p->claim = NULL;
    }
    if (!limit || (held <= limit && ml_heap_fits(&p->heap, asked)))
        return;                         /* it was the VM that had no more */
    size_t used = asked > SIZE_MAX / 2 - held ? SIZE_MAX / 2 : held + asked;
    size_t len = ml_limit_tell(p, limit, used, at, sizeof at);
    set_reason(p, used, at, len);
}
