/*
 * load.c - source text becomes a function. The text may come in pieces from a
 * function, which may wait for them; the compiler is given all of it at once, and
 * what takes it long is done elsewhere meanwhile (vm/edge/translate.h).
 */
#include <string.h>

#include "stdlib/native/base.h"
#include "stdlib/native/libs.h"
#include "vm/edge/translate.h"
#include "vm/run/code.h"

enum { PIECE = 1, JOINED, COMPILED };   /* steps */

/* Slots while the pieces of a chunk are read. */
enum { PIECES, NPIECES, NBYTES };

/* The results of a load that failed: nil and the message on top. */
static NatEnd no_chunk(Nat *n)
{
    Value msg = n->top[-1];
    ml_push(n, ml_v_nil());
    ml_push(n, msg);
    return ml_ret(n, 2);
}

static NatEnd compile(Nat *n, Str *src, Str *name)
{
    const char *mode = ml_arg_absent(n, 3) ? "t" : ml_str_data(n->base[2].s);
    bool binary = src->len > 0 && ml_str_data(src)[0] == '\x1b';
    if (binary || !strchr(mode, 't')) {
        ml_push_fmt(n, "attempt to load a %s chunk (mode is '%s')",
                    binary ? "binary" : "text",
                    binary && strchr(mode, 'b') ? "t" : mode);
        return no_chunk(n);
    }
    if (src->len + name->len >= TRANSLATE_NOW)
        return ml_translate(n, COMPILED, src, name, n->nargs >= 4);
    return ml_nat_compile(n, src, name, n->nargs >= 4, ml_arg(n, 4));
}

static NatEnd join_pieces(Nat *n)
{
    Value pieces = *slot(n, PIECES);
    ml_push(n, ml_v_native(&ml_lib_concat[0]));
    ml_push(n, pieces);
    return ml_nat_call(n, 1, JOINED);
}

static NatEnd joined(Nat *n)
{
    Str *name = ml_arg_absent(n, 2) ? ml_sym(ml_nat_vm(n), "=(load)") : n->base[1].s;
    return compile(n, n->top[-1].s, name);
}

static NatEnd next_piece(Nat *n)
{
    n->top = slot(n, NBYTES + 1);
    ml_push(n, n->base[0]);
    return ml_nat_pcall(n, 0, PIECE);
}

/* The reader was called: a piece, or nil or "" at the end. */
static NatEnd piece_came(Nat *n)
{
    Value v = ml_nat_result(n);
    if (n->caught)
        return no_chunk(n);
    if (ml_is_number(v))
        v = ml_v_str(ml_tostr(n->p, v));
    if (ml_is_nil(v) || (ml_is_str(v) && v.s->len == 0)) {
        n->top = slot(n, NBYTES + 1);
        return join_pieces(n);
    }
    if (!ml_is_str(v)) {
        ml_error(n, "reader function must return a string");
        return no_chunk(n);
    }
    size_t bytes = (size_t)slot(n, NBYTES)->i + v.s->len;
    if (!ml_heap_may(n->h, bytes)) {
        ml_plain_error(n, "not enough memory");
        return no_chunk(n);
    }
    slot(n, NPIECES)->i++;
    slot(n, NBYTES)->i = (int64_t)bytes;
    ml_tab_setint(n->h, slot(n, PIECES)->t, slot(n, NPIECES)->i, v);
    return next_piece(n);
}

static NatEnd load(Nat *n)
{
    Str *src, *name, *mode;
    if (n->step == PIECE)
        return piece_came(n);
    if (n->step == JOINED)
        return joined(n);
    if (n->step == COMPILED)
        return ml_translated(n, COMPILED, n->nargs >= 4, ml_arg(n, 4));
    Value v = ml_arg(n, 1);
    if (!ml_arg_opt_str(n, 3, NULL, &mode))
        return NAT_ERR;
    if (ml_is_str(v) || ml_is_number(v)) {
        if (!ml_arg_str(n, 1, &src) || !ml_arg_opt_str(n, 2, src, &name))
            return NAT_ERR;
        return compile(n, src, name);
    }
    if (!ml_arg_opt_str(n, 2, NULL, &name) || !ml_arg_fn(n, 1))
        return NAT_ERR;
    ml_push(n, ml_v_tab(ml_tab_new(n->h, 0, 0)));
    ml_push(n, ml_v_int(0));
    ml_push(n, ml_v_int(0));
    return next_piece(n);
}

const NativeDef ml_lib_load[] = {
    { "load", load,
      "load(chunk [, name [, mode [, env]]])\n"
      "Compiles source text, a string or what a function returns piece by\n"
      "piece, and returns it as a function; nil and a message if it cannot.\n"
      "name is for error messages, env replaces the globals. Compiled code is\n"
      "not accepted, whatever mode says." },
    { NULL, NULL, NULL }
};
