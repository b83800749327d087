/*
 * smap.c - see smap.h.
 */
#include "vm/base/hash.h"
#include "vm/proc/smap.h"

void ml_smap_init(SMap *m, Mem *mem)
{
    for (unsigned i = 0; i < SMAP_SHARDS; i++) {
        ml_lock_init(&m->shard[i].lock);
        ml_vmap_init(&m->shard[i].map, mem);
    }
}

void ml_smap_fini(SMap *m)
{
    for (unsigned i = 0; i < SMAP_SHARDS; i++) {
        ml_vmap_fini(&m->shard[i].map);
        ml_lock_fini(&m->shard[i].lock);
    }
}

/* By the high bits of the hash: the map uses the low ones. */
static SMapShard *shard_of(SMap *m, Value k)
{
    return &m->shard[ml_hash_u64(k.u ^ k.tag * 31, 0) / (UINT32_MAX / SMAP_SHARDS + 1)];
}

VMap *ml_smap_lock(SMap *m, Value k)
{
    SMapShard *s = shard_of(m, k);
    ml_lock(&s->lock);
    return &s->map;
}

void ml_smap_unlock(SMap *m, Value k)
{
    ml_unlock(&shard_of(m, k)->lock);
}

Value ml_smap_get(SMap *m, Value k)
{
    SMapShard *s = shard_of(m, k);
    ml_lock(&s->lock);
    Value v = ml_vmap_get(&s->map, k);
    ml_unlock(&s->lock);
    return v;
}

size_t ml_smap_bytes(SMap *m)
{
    size_t n = 0;
    for (unsigned i = 0; i < SMAP_SHARDS; i++) {
        SMapShard *s = &m->shard[i];
        ml_lock(&s->lock);
        n += ml_vmap_bytes(&s->map);
        ml_unlock(&s->lock);
    }
    return n;
}

SMapAdd ml_smap_add(SMap *m, Value k, Value v)
{
    SMapShard *s = shard_of(m, k);
    SMapAdd end = SMAP_TAKEN;
    ml_lock(&s->lock);
    if (ml_is_nil(ml_vmap_get(&s->map, k)))
        end = ml_vmap_set(&s->map, k, v) ? SMAP_ADDED : SMAP_NO_MEMORY;
    ml_unlock(&s->lock);
    return end;
}

Value ml_smap_take(SMap *m, Value k)
{
    SMapShard *s = shard_of(m, k);
    ml_lock(&s->lock);
    Value v = ml_vmap_get(&s->map, k);
    if (!ml_is_nil(v))
        ml_vmap_remove(&s->map, k);
    ml_unlock(&s->lock);
    return v;
}

bool ml_smap_remove_if(SMap *m, Value k, Value v)
{
    SMapShard *s = shard_of(m, k);
    ml_lock(&s->lock);
    Value is = ml_vmap_get(&s->map, k);
    bool same = !ml_is_nil(is) && is.u == v.u && is.tag == v.tag;
    if (same)
        ml_vmap_remove(&s->map, k);
    ml_unlock(&s->lock);
    return same;
}

void ml_smap_each(SMap *m, void (*fn)(void *ctx, Value k, Value v), void *ctx)
{
    for (unsigned i = 0; i < SMAP_SHARDS; i++) {
        SMapShard *s = &m->shard[i];
        uint32_t pos = 0;
        Value k, v;
        ml_lock(&s->lock);
        while (ml_vmap_each(&s->map, &pos, &k, &v))
            fn(ctx, k, v);
        ml_unlock(&s->lock);
    }
}
