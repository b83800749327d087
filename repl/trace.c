/*
 * trace.c - what was recorded of a run, as a file: a diagram when it is called
 * .mmd or .md, else a timeline.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "repl/repl.h"

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), k = strlen(end);
    return n >= k && strcmp(s + n - k, end) == 0;
}

static bool is_page(const char *path) { return ends_with(path, ".md"); }

static bool is_diagram(const char *path) { return ends_with(path, ".mmd") || is_page(path); }

int trace_usual(const char *path)
{
    enum { DIAGRAM = 1000, TIMELINE = 10000 };      /* who shows diagrams takes no more text */
    return is_diagram(path) ? DIAGRAM : TIMELINE;
}

bool trace_write(ml_vm *vm, const char *path)
{
    char *text = ml_trace(vm, is_diagram(path) ? ML_TRACE_MERMAID : ML_TRACE_TEXT);
    FILE *f = text ? fopen(path, "w") : NULL;
    bool ok = f != NULL;
    if (ok && is_page(path))
        ok = fprintf(f, "```mermaid\n%s```\n", text) > 0;
    else if (ok)
        ok = fputs(text, f) >= 0;
    if (f && fclose(f) != 0)
        ok = false;
    if (!ok)
        fprintf(stderr, "moonlet: cannot write the trace to %s: %s\n", path,
                text ? strerror(errno) : "not enough memory");
    ml_free(text);
    return ok;
}
