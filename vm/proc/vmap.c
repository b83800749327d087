/*
 * vmap.c - see vmap.h.
 */
#include "vm/base/hash.h"
#include "vm/proc/vmap.h"

void ml_vmap_init(VMap *m, Mem *mem)
{
    *m = (VMap){ .mem = mem };
}

void ml_vmap_fini(VMap *m)
{
    ml_mem_free(m->mem, m->e, m->cap * sizeof *m->e);
    m->e = NULL;
    m->cap = m->n = 0;
}

static uint32_t home(const VMap *m, Value k)
{
    return ml_hash_u64(k.u ^ k.tag * 31, 0) & (m->cap - 1);
}

/* The entry of k, or the free one where it would go. cap > 0. */
static VMapEntry *find(const VMap *m, Value k)
{
    uint32_t i = home(m, k);
    while (m->e[i].k.tag != TAG_NIL && (m->e[i].k.u != k.u || m->e[i].k.tag != k.tag))
        i = (i + 1) & (m->cap - 1);
    return &m->e[i];
}

Value ml_vmap_get(const VMap *m, Value k)
{
    return m->cap ? find(m, k)->v : ml_v_nil();
}

static bool grow(VMap *m)
{
    VMap big = { .mem = m->mem, .cap = m->cap ? m->cap * 2 : 16 };
    big.e = ml_mem_zalloc(m->mem, big.cap * sizeof *big.e);
    if (!big.e)
        return false;
    for (uint32_t i = 0; i < m->cap; i++)
        if (m->e[i].k.tag != TAG_NIL)
            *find(&big, m->e[i].k) = m->e[i];
    big.n = m->n;
    ml_mem_free(m->mem, m->e, m->cap * sizeof *m->e);
    *m = big;
    return true;
}

bool ml_vmap_set(VMap *m, Value k, Value v)
{
    if ((m->n + 1) * 4 > m->cap * 3 && !grow(m))
        return false;
    VMapEntry *e = find(m, k);
    if (e->k.tag == TAG_NIL)
        m->n++;
    e->k = k;
    e->v = v;
    return true;
}

bool ml_vmap_remove(VMap *m, Value k)
{
    if (!m->cap)
        return false;
    VMapEntry *e = find(m, k);
    if (e->k.tag == TAG_NIL)
        return false;
    uint32_t hole = (uint32_t)(e - m->e), mask = m->cap - 1;
    for (uint32_t i = (hole + 1) & mask; m->e[i].k.tag != TAG_NIL; i = (i + 1) & mask) {
        /* an entry may fill the hole if the hole lies between its home and it */
        if (((i - home(m, m->e[i].k)) & mask) >= ((i - hole) & mask)) {
            m->e[hole] = m->e[i];
            hole = i;
        }
    }
    m->e[hole] = (VMapEntry){ 0 };
    m->n--;
    return true;
}
