#ifndef ML_STDLIB_PATTERN_IN_H
#define ML_STDLIB_PATTERN_IN_H

#include "stdlib/native/pattern.h"
#include "vm/base/check.h"

/*
 * pattern_in.h - the items of a pattern: one character, a class or a set. For
 * pattern.c and pattern_set.c.
 */

static inline PatEnd ml_pat_fail(Pat *m, PatErr e)
{
    m->error = e;
    return PAT_ERROR;
}

/* The characters of %c: bit n is character n. NULL: c stands for itself. */
extern const uint64_t ml_pat_classes['z' - 'A' + 1][4];

#define LETTER_BIT(c) (UINT64_C(1) << ((c) - 'A'))
#define CLASS_LETTERS \
    (LETTER_BIT('a') | LETTER_BIT('c') | LETTER_BIT('d') | LETTER_BIT('g') | LETTER_BIT('l') | \
     LETTER_BIT('p') | LETTER_BIT('s') | LETTER_BIT('u') | LETTER_BIT('w') | LETTER_BIT('x') | \
     LETTER_BIT('z') | LETTER_BIT('A') | LETTER_BIT('C') | LETTER_BIT('D') | LETTER_BIT('G') | \
     LETTER_BIT('L') | LETTER_BIT('P') | LETTER_BIT('S') | LETTER_BIT('U') | LETTER_BIT('W') | \
     LETTER_BIT('X') | LETTER_BIT('Z'))

static inline const uint64_t *class_map(uint8_t c)
{
    unsigned i = (unsigned)c - 'A';
    return i <= 'z' - 'A' && (CLASS_LETTERS >> i & 1) ? ml_pat_classes[i] : NULL;
}

static inline bool in_map(const uint64_t *map, uint8_t c)
{
    return map[c >> 6] >> (c & 63) & 1;
}

typedef struct Item {
    enum { IS_CHAR, IS_ANY, IS_MAP } kind;
    uint8_t         c;
    const uint64_t *map;
    const uint8_t  *after;      /* the character behind it: *, +, - or ? perhaps */
} Item;

static inline bool fits(const Item *it, uint8_t c)
{
    switch (it->kind) {
    case IS_ANY:  return true;
    case IS_CHAR: return c == it->c;
    case IS_MAP:  return in_map(it->map, c);
    }
    return false;
}

/* The set that begins at p, complete. Else PAT_MORE or PAT_ERROR, and calling
 * again goes on. */
PatEnd ml_pat_set(Pat *m, int64_t p, PatSet **out);

/* Reads the item at p, which is before the end: a character, a class or a set.
 * PAT_FOUND when it is there. */
static inline PatEnd read_item(Pat *m, const uint8_t *p, Item *it)
{
    PatSet *set;
    PatEnd e;
    switch (*p) {
    case '.':
        it->kind = IS_ANY;
        it->after = p + 1;
        return PAT_FOUND;
    case '%':
        if (p + 1 == m->pat + m->plen)
            return ml_pat_fail(m, PATERR_PERCENT);
        it->c = p[1];
        it->map = class_map(p[1]);
        it->kind = it->map ? IS_MAP : IS_CHAR;
        it->after = p + 2;
        return PAT_FOUND;
    case '[':
        e = ml_pat_set(m, p - m->pat, &set);
        if (e != PAT_FOUND)
            return e;
        it->kind = IS_MAP;
        it->map = set->map;
        it->after = m->pat + set->close + 1;
        return PAT_FOUND;
    default:
        it->kind = IS_CHAR;
        it->c = *p;
        it->after = p + 1;
        return PAT_FOUND;
    }
}

#endif
