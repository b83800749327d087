#ifndef ML_LANG_PARSE_H
#define ML_LANG_PARSE_H

#include "lang/ast.h"
#include "lang/errors.h"
#include "vm/base/arena.h"

/*
 * parse.h - from text to syntax tree.
 *
 * Tree and messages are in the arena; src and chunkname are borrowed for as
 * long as tree or messages are used. NULL when there was an error: d->n
 * messages, or d->oom. d->unfinished says that the text is the beginning of
 * something (the prompt asks for another line). `hash_key` keeps names that
 * were chosen to collide from doing so.
 *
 * Any thread. The C stack needed does not depend on the source. What it cost
 * is in chunk->ntokens.
 */
AstChunk *ml_parse(Arena *a, const char *chunkname, const char *src,
                   size_t len, uint64_t hash_key, Diags *d);

#endif
