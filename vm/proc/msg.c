/*
 * msg.c - the life of a message: one allocation, made by the sender, taken
 * over by the receiver's heap or freed.
 */
#include <string.h>

#include "vm/data/plain.h"
#include "vm/data/quota.h"
#include "vm/proc/msg.h"
#include "vm/proc/realm.h"
#include "vm/data/str.h"

enum { MOVE_MOST = 1024 };              /* bytes; more is cheaper to adopt */

Msg *ml_msg_new(Mem *mem, MsgKind kind)
{
    Msg *m = ml_msg_new_with(mem, 0);
    if (m)
        m->kind = (uint8_t)kind;
    return m;
}

Msg *ml_msg_new_with(Mem *mem, size_t bytes)
{
    size_t size = sizeof(Msg) + bytes;
    Msg *m = ml_mem_alloc(mem, size);
    if (!m)
        return NULL;
    *m = (Msg){ .frag = { .size = size, .top = (char *)m + size } };
    return m;
}

Msg *ml_msg_new_packed(Mem *mem, const Value *v, uint32_t n)
{
    size_t size = offsetof(Msg, handles) + n * sizeof *v;
    Msg *m = ml_mem_alloc(mem, size);
    if (!m)
        return NULL;
    memset(m, 0, offsetof(Msg, handles));
    m->frag.size = size;
    m->frag.top = (char *)m + size;
    m->plain = m->packed = true;
    m->v.tag = TAG_INFO;
    Value *to = ml_msg_values(m);
    for (uint32_t i = 0; i < n; i++)
        ml_set(&to[i], &v[i]);
    return m;
}

Msg *ml_msg_new_telling(Mem *mem, MsgKind kind)
{
    Msg *m = ml_msg_new(mem, kind);
    Hold *room = m ? ml_mem_zalloc(mem, sizeof *room) : NULL;
    if (m && !room) {
        ml_msg_free(mem, m);
        return NULL;
    }
    if (m)
        m->holds = room;
    return m;
}

void ml_msg_reason(Mem *mem, Msg *m, Value reason, Shared *hold)
{
    m->v = reason;
    if (hold) {
        ml_shared_ref(hold);
        m->holds->sh = hold;
    } else if (m->holds) {
        ml_mem_free(mem, m->holds, sizeof *m->holds);
        m->holds = NULL;
    }
}

void ml_msg_free(Mem *mem, Msg *m)
{
    if (!m->packed)
        ml_heap_drop(mem, m->handles, m->holds, m->frag.next);
    ml_mem_free(mem, m, m->frag.size);
}

bool ml_msg_free_some(Mem *mem, Msg *m, int *budget)
{
    if (!m->packed && !ml_heap_drop_some(mem, &m->handles, &m->holds, &m->frag.next, budget))
        return false;
    if (*budget <= 0)
        return false;
    --*budget;
    ml_mem_free(mem, m, m->frag.size);
    return true;
}

size_t ml_msg_bytes_(const Msg *m)
{
    size_t n = ml_heap_outside(m->handles, m->holds);
    for (const Frag *f = &m->frag; f; f = f->next)
        n += f->size;
    return n;
}

void ml_msg_count(Heap *h, Msg *m)
{
    h->mail_bytes += ml_msg_bytes(m);
    m->counted = true;
    if (h->quota)
        ml_realm_arrived(h, m);
}

Value ml_msg_make(const Vm *vm, const Msg *m, MsgRoom *room)
{
    return ml_v_tab(ml_msg_lay(vm, m, (char *)room));
}

Value ml_msg_unpack(Heap *h, const Msg *m)
{
    if (m->told)
        return ml_v_tab(ml_told_table(h, m));
    uint32_t n = ml_msg_nvalues(m);
    Tab *t = ml_tab_new(h, n, 0);
    if (n)
        memcpy(t->arr, ml_msg_values(m), n * sizeof(Value));
    return ml_v_tab(t);
}

bool ml_msg_move(Heap *h, Msg *m, char **to)
{
    const char *from = (char *)(m + 1);
    size_t n = (size_t)(m->frag.top - from);
    if (!m->plain || n > MOVE_MOST || (size_t)(h->end - h->top) < n)
        return false;
    ml_msg_uncount(h, m);
    *to = h->top;
    h->top += n;
    if (n > 0) {
        memcpy(*to, from, n);
        ml_plain_moved(*to, from, n);
    }
    return true;
}

void ml_msg_adopt(Heap *h, Mem *mem, Msg *m)
{
    ml_msg_uncount(h, m);
    Obj *handles = m->handles;
    Hold *holds = m->holds;
    m->handles = NULL;
    m->holds = NULL;
    if (m->frag.top == (char *)(m + 1) && !m->frag.next) {
        ml_mem_free(mem, m, m->frag.size);
    } else {
        for (Frag *f = &m->frag, *next; f; f = next) {
            next = f->next;
            ml_heap_adopt(h, f);
        }
    }
    ml_heap_take(h, handles, holds);
}
