/*
 * parse.c - any bytes to the parser: a tree or messages, never both, and all
 * memory comes back. For libFuzzer; with -DFUZZ_MAIN a program that takes
 * files, to repeat what was found.
 */

#include <stdint.h>

#include "lang/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Mem   mem;
    Arena a;
    Diags d;
    Buf   out;

    ml_mem_init(&mem, NULL, NULL, 0);
    ml_arena_init(&a, &mem);
    ml_buf_init(&out, &mem);
    AstChunk *c = ml_parse(&a, "=fuzz", (const char *)data, size, 0, &d);
    ml_diags_long(&d, &out);
    if ((c != NULL) != (d.n == 0))
        __builtin_trap();
    ml_buf_fini(&out);
    ml_arena_fini(&a);
    if (ml_mem_used(&mem) != 0)
        __builtin_trap();
    return 0;
}

#ifdef FUZZ_MAIN
#include <stdio.h>

int main(int argc, char **argv)
{
    static uint8_t text[1 << 20];
    for (int i = 1; i < argc; i++) {
        FILE *f = fopen(argv[i], "rb");
        if (!f)
            return 1;
        size_t n = fread(text, 1, sizeof text, f);
        fclose(f);
        LLVMFuzzerTestOneInput(text, n);
    }
    return 0;
}
#endif
