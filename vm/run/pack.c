/*
 * pack.c - a value becomes a message.
 *
 * A small table of numbers, symbols and the like, which most messages are, is
 * weighed and copied (plain.h). Of the rest what is small is copied by a copier
 * on the C stack and is done at once. When a slice is used up, the copier moves into a Pack that
 * the process keeps (Proc.pending), and its heap stays marked by the copier
 * until the copy is over: see copy.c.
 */
#include "vm/base/buf.h"
#include "vm/base/check.h"
#include "vm/code/op.h"
#include "vm/data/copy.h"
#include "vm/data/plain.h"
#include "vm/data/quota.h"
#include "vm/proc/vm.h"
#include "vm/run/pack.h"
#include "vm/run/slow.h"

typedef struct Pack {
    Pending pending;
    Copier  c;
    Value   v;                  /* the copy */
    bool    ok, copied;         /* what remains is to take the marks away */
} Pack;

static void drop(Proc *p, Pending *it, bool undo)
{
    Pack *pk = (Pack *)(void *)it;
    if (undo)
        ml_copy_done(&pk->c);
    ml_copy_drop(&pk->c);
    ml_mem_free(&p->vm->mem, pk, sizeof *pk);
}

static void root_msg(void *ctx, uint32_t root, Buf *out)
{
    (void)ctx;
    (void)root;
    ml_buf_puts(out, "msg");
}

static void err_unsendable(Proc *p, Copier *c)
{
    Buf path;
    ml_buf_init(&path, p->heap->mem);
    ml_copy_path(c, &path, root_msg, NULL);
    ml_err(p, "cannot send %s (%s)", c->why, ml_buf_cstr(&path));
    ml_buf_fini(&path);
}

/* Copies on and takes the marks away; false: the slice is used up. */
static bool work(Pack *pk, int64_t budget)
{
    Copier *c = &pk->c;
    c->left = budget;
    if (!pk->copied) {
        pk->ok = ml_copy_more(c);
        if (c->paused)
            return false;
        pk->copied = true;
    }
    return ml_copy_undo(c);
}

/* The copy is over. */
static PackEnd finish(Proc *p, Pack *pk, Msg **out)
{
    Copier *c = &pk->c;
    if (!pk->ok || !c->first) {
        bool oom = c->oom || pk->ok;
        size_t total = c->total;
        if (!oom)
            err_unsendable(p, c);
        ml_copy_drop(c);
        if (oom && ml_quota_retry(p->heap, total))
            return PACK_MORE;           /* from the beginning */
        if (oom)
            p->heap->oom(p->heap, total);
        return PACK_FAILED;
    }
    ml_copy_pay_off(c);
    if (p->heap->quota)
        ml_quota_settle(p->heap);      /* who gets it pays for it: perhaps the same realm */
    Msg *m = (Msg *)(void *)c->first;
    m->kind = MSG_USER;
    m->v = pk->v;
    m->handles = c->handles;
    m->holds = c->holds;
    *out = m;
    return PACK_DONE;
}

/* It goes on in another slice. */
static bool keep(Proc *p, Pack *pk)
{
    Pack *kept = ml_mem_alloc(&p->vm->mem, sizeof *kept);
    if (!kept)
        return false;
    *kept = *pk;
    kept->pending.drop = drop;
    p->own->pending = &kept->pending;
    return true;
}

static PackEnd go_on(Proc *p, Msg **m)
{
    Pack *kept = (Pack *)(void *)p->own->pending, pk;
    p->reds -= ML_COPY_REDS;
    if (!work(kept, ML_COPY_SLICE))
        return PACK_MORE;
    pk = *kept;
    p->own->pending = NULL;
    ml_mem_free(&p->vm->mem, kept, sizeof *kept);
    return finish(p, &pk, m);
}

static bool needs_no_copy(Value v)
{
    return !ml_is_heap(v) || ((v.o->flags & (OF_SHARED | OF_COUNTED)) == OF_SHARED && v.tag != TAG_FN);
}

static Msg *pack_flat(Proc *p, const Value *v, uint32_t n)
{
    Heap *h = p->heap;
    Msg *m = ml_msg_new_packed(h->mem, v, n);
    if (!m)
        h->oom(h, sizeof *m + n * sizeof *v);
    p->reds -= (int64_t)(m->frag.size >> 6);
    return m;
}

_Static_assert((int)ML_MAXLIST <= (int)FLAT_MOST, "a list that is sent fits in a packed message");

Msg *ml_msg_pack_list(Proc *p, const Value *v, uint32_t n)
{
    return p->heap->quota || !ml_are_flat(v, n) ? NULL : pack_flat(p, v, n);
}

/* NULL: it is not plain. With a quota whoever copies has to pay in between. */
static Msg *pack_plain(Proc *p, Value v)
{
    Heap *h = p->heap;
    Plain c;
    if (h->quota || h->split || v.tag != TAG_TAB || (v.o->flags & OF_SHARED))
        return NULL;
    if (ml_is_flat(v.t))
        return pack_flat(p, v.t->arr, v.t->arr ? v.t->asize : 0);
    if (!ml_plain_weigh(&c, v))
        return NULL;
    Msg *m = ml_msg_new_with(h->mem, c.bytes);
    if (!m)
        h->oom(h, sizeof *m + c.bytes);
    m->v = ml_plain_copy(&c, h, (char *)(m + 1));
    m->plain = true;
    p->reds -= (int64_t)(m->frag.size >> 6);
    return m;
}

static PackEnd pack(Proc *p, Value v, Msg **out, int64_t budget)
{
    Mem *mem = p->heap->mem;
    if (needs_no_copy(v)) {
        Msg *m = ml_msg_new(mem, MSG_USER);
        if (!m)
            p->heap->oom(p->heap, sizeof *m);
        m->v = v;
        m->plain = true;
        *out = m;
        return PACK_DONE;
    }
    if ((*out = pack_plain(p, v)) != NULL)
        return PACK_DONE;
    ml_tab_settle(p->heap, NULL);
    Pack pk = { .v = v, .copied = true };
    Copier *c = &pk.c;
    ml_copy_init(c, mem, COPY_OUT, sizeof(Msg));
    c->ids = c->payer = p->heap;
    ml_copy_reserve(c, v);
    c->left = budget;
    pk.ok = ml_copy_root(c, &pk.v, 0);
    pk.copied = !c->paused;
    if (!pk.copied && keep(p, &pk)) {
        p->reds -= ML_COPY_REDS;
        return PACK_MORE;
    }
    work(&pk, INT64_MAX);
    p->reds -= (int64_t)(c->total >> 6);
    return finish(p, &pk, out);
}

PackEnd ml_msg_pack(Proc *p, Value v, Msg **m)
{
    return p->own->pending ? go_on(p, m) : pack(p, v, m, ML_COPY_SLICE);
}

Msg *ml_msg_pack_all(Proc *p, Value v)
{
    Msg *m = NULL;
    return pack(p, v, &m, INT64_MAX) == PACK_DONE ? m : NULL;
}
