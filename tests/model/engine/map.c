/*
 * map.c - maps from an address to a number, and rooms that grow. Nothing is
 * taken out of a map; between runs it is emptied at once.
 */
#include "tests/model/engine/engine.h"

#include <stdlib.h>

static size_t at(const Map *m, uintptr_t key)
{
    size_t i = (key * 0x9E3779B97F4A7C15u >> 32) & (m->size - 1);
    while (m->slots[i].run == m->run && m->slots[i].key != key)
        i = (i + 1) & (m->size - 1);
    return i;
}

uint32_t map_get(const Map *m, uintptr_t key)
{
    if (!m->size)
        return NOTHING;
    size_t i = at(m, key);
    return m->slots[i].run == m->run ? m->slots[i].index : NOTHING;
}

static void grow(Map *m)
{
    Map n = { calloc(m->size ? m->size * 2 : 256, sizeof(Slot)), m->size ? m->size * 2 : 256,
              m->used, m->run ? m->run : 1 };
    for (size_t i = 0; i < m->size; i++)
        if (m->slots[i].run == m->run)
            n.slots[at(&n, m->slots[i].key)] = m->slots[i];
    free(m->slots);
    *m = n;
}

void map_set(Map *m, uintptr_t key, uint32_t index)
{
    if (m->used * 2 >= m->size)
        grow(m);
    m->slots[at(m, key)] = (Slot){ key, m->run, index };
    m->used++;
}

void map_clear(Map *m)
{
    m->run++;
    m->used = 0;
}

void *room_for(void *items, size_t *cap, size_t n, size_t size)
{
    if (n < *cap)
        return items;
    *cap = *cap ? *cap * 2 : 64;
    return realloc(items, *cap * size);
}
