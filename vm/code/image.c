/*
 * image.c - compiled code as one counted thing in one arena.
 *
 *     Image ---arena---> [Proto][K K K|code...][Pos...][Str]...
 *       refs: heaps and messages that hold a function of it
 *
 * A permanent image (a program, a module, the library) shares its strings
 * with the VM as symbols. A dynamic one comes from run-time `load` and may be
 * gone in a moment, so it makes no symbols: a text that already is one is
 * used, any other is kept here. Such objects say in the word before them
 * whose they are, so that a collector that meets one can hold the image.
 *
 *     ... [Image *][Obj header ...][bytes ...]
 */

#include "vm/code/image.h"

#include <string.h>

#include "vm/base/check.h"
#include "vm/base/hash.h"
#include "vm/data/str.h"

static void free_image(Shared *s)
{
    Image *im = (Image *)(void *)s;
    for (Proto *p = ml_load(&im->extra), *next; p; p = next) {
        next = ml_load(&p->rebound);
        ml_mem_free(im->mem, p, ml_proto_bytes(p));
    }
    ml_arena_fini(&im->arena);
    ml_mem_free(im->mem, im, sizeof *im);
}

Image *ml_image_new(Mem *mem, int dynamic)
{
    Image *im = ml_mem_zalloc(mem, sizeof *im);
    if (!im)
        return NULL;
    atomic_init(&im->h.refs, 1);
    im->h.bytes = sizeof *im;
    im->h.free = free_image;
    im->mem = mem;
    im->dynamic = dynamic != 0;
    ml_arena_init(&im->arena, mem);
    return im;
}

void ml_image_unref(Image *im)
{
    ml_shared_unref(&im->h);
}

/* An object of n bytes, with its owner before it when it is counted. */
static Obj *new_obj(Image *im, size_t n, unsigned kind)
{
    enum { BEFORE = 16 };       /* a word for the owner; keeps 16-byte alignment */
    char *p = ml_arena_alloc(&im->arena, n + (im->dynamic ? BEFORE : 0));
    if (!p)
        return NULL;
    uint8_t flags = OF_SHARED;
    if (im->dynamic) {
        Shared *owner = &im->h;
        p += BEFORE;
        memcpy(p - sizeof owner, &owner, sizeof owner);
        flags |= OF_COUNTED;
    }
    Obj *o = (Obj *)(void *)p;
    o->kind = (uint8_t)kind;
    o->flags = flags;
    return o;
}

Str *ml_image_string(Image *im, struct Symtab *st, uint64_t hash_key,
                     const char *s, size_t n)
{
    if (!im->dynamic)
        return ml_symbol(st, s, n);
    uint32_t hash = ml_hash_bytes(s, n, hash_key);
    Str *str = ml_symbol_find(st, s, n, hash);
    if (str)
        return str;
    str = (Str *)(void *)new_obj(im, sizeof *str + n + 1, OBJ_STR);
    if (!str)
        return NULL;
    str->h.id = hash;
    str->len = n;
    if (n)
        memcpy(str->data, s, n);
    return str;
}

Fn *ml_image_fn(Image *im, Proto *p)
{
    ML_CHECK(p->nups == 0);
    if (p->closure)
        return p->closure;
    Fn *f = (Fn *)(void *)new_obj(im, sizeof *f, OBJ_FN);
    if (!f)
        return NULL;
    f->h.id = ++im->next_id ? im->next_id : ++im->next_id;
    f->proto = p;
    p->closure = f;
    return f;
}
