/*
 * pattern_set.c - classes and sets of characters, as maps of 256 bits.
 *
 * The map of a set is made when the matcher first meets it, and kept in the
 * Pat; a set may be megabytes long, so that can take several portions. A short
 * one is also kept by the worker, for the next call with the same pattern.
 */
#include <string.h>

#include "stdlib/native/pattern_in.h"
#include "vm/proc/vm.h"

/* Characters of the C locale: bit n of a map is character n. The capital
 * letter is the opposite. */
#define LETTER_MAP(lower, upper, w0, w1) \
    [(lower) - 'A'] = { w0, w1, 0, 0 }, \
    [(upper) - 'A'] = { ~w0, ~w1, ~(uint64_t)0, ~(uint64_t)0 }

const uint64_t ml_pat_classes['z' - 'A' + 1][4] = {
    LETTER_MAP('a', 'A', UINT64_C(0), UINT64_C(0x07FFFFFE07FFFFFE)),
    LETTER_MAP('c', 'C', UINT64_C(0x00000000FFFFFFFF), UINT64_C(0x8000000000000000)),
    LETTER_MAP('d', 'D', UINT64_C(0x03FF000000000000), UINT64_C(0)),
    LETTER_MAP('g', 'G', UINT64_C(0xFFFFFFFE00000000), UINT64_C(0x7FFFFFFFFFFFFFFF)),
    LETTER_MAP('l', 'L', UINT64_C(0), UINT64_C(0x07FFFFFE00000000)),
    LETTER_MAP('p', 'P', UINT64_C(0xFC00FFFE00000000), UINT64_C(0x78000001F8000001)),
    LETTER_MAP('s', 'S', UINT64_C(0x0000000100003E00), UINT64_C(0)),
    LETTER_MAP('u', 'U', UINT64_C(0), UINT64_C(0x0000000007FFFFFE)),
    LETTER_MAP('w', 'W', UINT64_C(0x03FF000000000000), UINT64_C(0x07FFFFFE07FFFFFE)),
    LETTER_MAP('x', 'X', UINT64_C(0x03FF000000000000), UINT64_C(0x0000007E0000007E)),
    LETTER_MAP('z', 'Z', UINT64_C(1), UINT64_C(0)),
};

static inline void map_add(uint64_t *map, unsigned c)
{
    map[c >> 6] |= UINT64_C(1) << (c & 63);
}

static void map_range(uint64_t *map, unsigned from, unsigned to)
{
    for (unsigned w = from >> 6; from <= to && w <= to >> 6; w++) {
        uint64_t bits = ~UINT64_C(0);
        if (w == from >> 6)
            bits &= ~UINT64_C(0) << (from & 63);
        if (w == to >> 6)
            bits &= ~UINT64_C(0) >> (63 - (to & 63));
        map[w] |= bits;
    }
}

/* Finds the ']': the first character is taken as it is, and one after a %. */
static PatEnd close_set(Pat *m, PatSet *set)
{
    const uint8_t *pat = m->pat;
    int64_t at = set->at, stop = at + m->left + 16;
    do {
        if (at == m->plen)
            return ml_pat_fail(m, PATERR_SET);
        if (at > stop) {
            set->at = at;
            m->left = -1;
            return PAT_MORE;
        }
        if (pat[at++] == '%' && at < m->plen)
            at++;
    } while (pat[at] != ']');
    m->left -= (at - set->at) / 2;
    set->close = at;
    set->at = set->p + 1 + (pat[set->p + 1] == '^');
    return PAT_FOUND;
}

static PatEnd read_set(Pat *m, PatSet *set)
{
    const uint8_t *pat = m->pat;
    int64_t at = set->at, close = set->close, stop = at + m->left + 16;
    for (; at < close; at++) {
        if (at > stop) {
            set->at = at;
            m->left = -1;
            return PAT_MORE;
        }
        uint8_t c = pat[at];
        const uint64_t *map;
        if (c == '%') {
            c = pat[++at];
            if (!(map = class_map(c)))
                map_add(set->map, c);
            else
                for (int w = 0; w < 4; w++)
                    set->map[w] |= map[w];
        } else if (pat[at + 1] == '-' && at + 2 < close) {
            at += 2;
            map_range(set->map, c, pat[at]);
        } else {
            map_add(set->map, c);
        }
    }
    m->left -= (at - set->at) / 2;
    if (pat[set->p + 1] == '^')
        for (int w = 0; w < 4; w++)
            set->map[w] = ~set->map[w];
    set->at = close + 1;
    return PAT_FOUND;
}

/* Where the set that begins at p is remembered; NULL: it has no end, or there is no VM. */
static SetSeen *seen_at(Pat *m, int64_t p)
{
    const uint8_t *s = m->pat + p + 1;
    if (p + 2 >= m->plen || !m->h->vm)
        return NULL;
    return &ml_here(m->h->vm)->sets[(s[0] ^ s[1] * 5u ^ s[2] * 3u) % SETS_SEEN];
}

static bool recall(const Pat *m, PatSet *set, int64_t p, const SetSeen *seen)
{
    if (seen->len == 0 || seen->len >= m->plen - p || memcmp(m->pat + p + 1, seen->text, seen->len) != 0)
        return false;
    memcpy(set->map, seen->map, sizeof set->map);
    set->p = p;
    set->close = p + seen->len;
    set->at = set->close + 1;
    return true;
}

static void remember(const Pat *m, const PatSet *set, SetSeen *seen)
{
    size_t len = (size_t)(set->close - set->p);
    if (len > sizeof seen->text)
        return;
    seen->len = (uint8_t)len;
    memcpy(seen->text, m->pat + set->p + 1, len);
    memcpy(seen->map, set->map, sizeof seen->map);
}

static PatEnd new_set(Pat *m, PatSet *set, int64_t p)
{
    PatEnd e = PAT_FOUND;
    SetSeen *seen = seen_at(m, p);
    if (set->p != p) {
        if (seen && recall(m, set, p, seen))
            return PAT_FOUND;
        memset(set->map, 0, sizeof set->map);
        set->p = p;
        set->close = -1;
        set->at = p + 1 + (m->pat[p + 1] == '^');
    }
    if (set->close < 0)
        e = close_set(m, set);
    if (e == PAT_FOUND)
        e = read_set(m, set);
    if (e == PAT_FOUND && seen)
        remember(m, set, seen);
    if (e == PAT_ERROR)
        set->p = -1;
    return e;
}

PatEnd ml_pat_set(Pat *m, int64_t p, PatSet **out)
{
    PatSet *set;
    for (int i = 0; i < PAT_SETS; i++) {
        set = &m->set[i];
        if (set->p != p)
            continue;
        *out = set;
        return set->close >= 0 && set->at > set->close ? PAT_FOUND : new_set(m, set, p);
    }
    *out = set = &m->set[m->sets++ % PAT_SETS];
    return new_set(m, set, p);
}
