/* Whatever is given to the compiler, it answers: with code that verifies or
 * with a message, within a second, and gives all memory back. */

#include <stdlib.h>
#include <string.h>

#include "tests/unit/test.h"

#include "lang/compile.h"
#include "stdlib/embed.h"
#include "vm/base/check.h"
#include "vm/base/clock.h"
#include "vm/base/rand.h"
#include "vm/code/verify.h"
#include "vm/data/str.h"

enum { FILES = 10000, KEY = 7 };

static Mem mem;

static unsigned below(Rand *r, unsigned n)
{
    return (unsigned)(ml_rand_next(r) % n);
}

/* Compiles and checks the answer. */
static bool answers(Symtab *st, const char *src, size_t n, unsigned flags)
{
    CompileEnv env = { &mem, st, KEY, 0 };
    CompileError err;
    VerifyAt at;
    uint64_t begin = ml_clock_cpu_us();
    Image *im = ml_compile(&env, "=fuzz", src, n, flags, &err);
    bool ok = ml_clock_cpu_us() - begin < 1000000;
    if (im) {
        ok = ok && ml_image_verify(im, &at) == NULL;
        ml_image_unref(im);
    } else {
        ok = ok && err.msg && err.text;
        ml_compile_error_fini(&err);
    }
    return ok;
}

static const char *const words[] = {
    "and", "break", "case", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if",
    "in", "local", "nil", "not", "or", "receive", "after", "as", "repeat", "return", "then", "true",
    "until", "while", "(", ")", "{", "}", "[", "]", "=", "==", "~=", "!", "^", "|", "...", "::",
    "<close>", "<const>", "_ENV", "'", "\"", "[[", "]]", "--", "0x", "1e", "..", ":", ";", ",", "\n",
};

/* Bytes from everywhere, or words of the language in any order. */
static size_t random_text(Rand *r, char *to, size_t room)
{
    size_t n = 0, want = 1 + below(r, 400);
    bool bytes = below(r, 2) == 0;
    while (n < want && n + 16 < room) {
        if (bytes) {
            to[n++] = (char)below(r, 256);
        } else {
            const char *w = words[below(r, ML_NELEM(words))];
            memcpy(to + n, w, strlen(w));
            n += strlen(w);
            to[n++] = ' ';
        }
    }
    return n;
}

/* A file of the standard library with a thing or two changed in it. */
static size_t mutated_text(Rand *r, char *to, size_t room)
{
    const StdlibFile *f = &ml_stdlib_files[below(r, (unsigned)ml_stdlib_count)];
    size_t n = f->size < room - 64 ? f->size : room - 64;
    memcpy(to, f->text, n);
    for (unsigned i = 1 + below(r, 3); i > 0 && n > 32; i--) {
        size_t at = below(r, (unsigned)n - 16), len = 1 + below(r, 12);
        const char *w = words[below(r, ML_NELEM(words))];
        switch (below(r, 4)) {
        case 0:                             /* a byte */
            to[at] = (char)below(r, 256);
            break;
        case 1:                             /* something is gone */
            memmove(to + at, to + at + len, n - at - len);
            n -= len;
            break;
        case 2:                             /* something stands twice */
            memmove(to + at + len, to + at, n - at - len);
            break;
        default:                            /* a word lies over it */
            memcpy(to + at, w, strlen(w));
        }
    }
    return n;
}

static long run(size_t (*make)(Rand *, char *, size_t), uint64_t seed)
{
    enum { ROOM = 16384 };
    long bad = 0, count = test_scale(FILES, 20);
    char *text = malloc(ROOM);
    Rand r;
    ml_mem_init(&mem, NULL, NULL, 0);
    ml_rand_seed(&r, seed, 0);
    Symtab *st = ml_symtab_new(&mem, KEY);
    for (long i = 0; i < count; i++) {
        size_t n = make(&r, text, ROOM);
        unsigned flags = below(&r, 16);
        if (!answers(st, text, n, flags)) {
            printf("# file %ld of seed %llu\n", i, (unsigned long long)seed);
            bad++;
        }
    }
    ml_symtab_free(st);
    free(text);
    return bad;
}

TEST(random_bytes_and_words)
{
    CHECK_EQ(run(random_text, 1), 0);
    CHECK_EQ(ml_mem_used(&mem), 0);
}

TEST(mutated_programs)
{
    CHECK_EQ(run(mutated_text, 2), 0);
    CHECK_EQ(ml_mem_used(&mem), 0);
}

TEST_MAIN
