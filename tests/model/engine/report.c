/*
 * report.c - what is told: what went wrong, where, and how to see it again.
 * A fault is found in a quiet run and printed by a second one that repeats
 * it, with every step.
 */
#include "tests/model/engine/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "vm/base/check.h"

enum { MOST_PLACES = MAX_THREADS, MOST_DEPTH = 6 };

bool        tracing, failed;
const char *failed_kind;

static char  failed_text[300];
static Place failed_places[MOST_PLACES];
static int   nplaces;
static void *stack[MOST_DEPTH];
static int   nstack;

typedef struct Step { int thread; const char *what; const void *object; uint64_t value; void *pc; } Step;
static Step  *trail;
static size_t ntrail, trail_cap;

void report_clear(void)
{
    failed = false;
    ntrail = 0;
}

void report(const char *kind, const char *text, const Place *places, int n)
{
    failed = true;
    failed_kind = kind;
    snprintf(failed_text, sizeof failed_text, "%s", text);
    nplaces = n < MOST_PLACES ? n : MOST_PLACES;
    for (int i = 0; i < nplaces; i++)
        failed_places[i] = places[i];
    nstack = 0;
    for (int i = self->depth; i > 0 && nstack < MOST_DEPTH; i--)
        stack[nstack++] = self->calls[i - 1];
    fiber_leave();
}

void trace(const char *what, const void *object, uint64_t value, void *pc)
{
    if (!tracing)
        return;
    trail = room_for(trail, &trail_cap, ntrail, sizeof *trail);
    trail[ntrail++] = (Step){ self->id, what, object, value, pc };
}

static void fault(const char *what, const char *file, int line)
{
    char text[250];
    snprintf(text, sizeof text, "%s (%s:%d)", what, file, line);
    inside = true;
    report("assertion", text, NULL, 0);
}

void ex_failed(const char *what, const char *file, int line)
{
    fault(what, file, line);
    abort();
}

void ml_check_failed(const char *what, const char *file, int line)
{
    fault(what, file, line);
    abort();
}

/* --- names of places: addr2line is asked once for all --- */

typedef struct Name { void *pc; char text[160]; } Name;
static Name  *names;
static size_t nnames, names_cap;

static void want(void *pc)
{
    for (size_t i = 0; i < nnames; i++)
        if (names[i].pc == pc)
            return;
    names = room_for(names, &names_cap, nnames, sizeof *names);
    names[nnames++] = (Name){ .pc = pc, .text = "?" };
}

static const char *name_of(void *pc)
{
    for (size_t i = 0; i < nnames; i++)
        if (names[i].pc == pc)
            return names[i].text;
    return "?";
}

/* build/tests/model/../../../vm/proc/x.c, or a copy: what begins with a room's folder */
static const char *short_path(const char *s)
{
    static const char *const from[] = { "/vm/", "/tests/", "/stdlib/", "/lang/" };
    for (size_t i = 0; i < 4; i++) {
        const char *at = NULL, *next = s;
        while ((next = strstr(next, from[i])))
            at = ++next;
        if (at)
            return at;
    }
    return s;
}

static void read_names(FILE *f)
{
    char fn[100], line[400];
    for (size_t i = 0; i < nnames && fgets(fn, sizeof fn, f) && fgets(line, sizeof line, f); i++) {
        fn[strcspn(fn, "\n")] = line[strcspn(line, "\n")] = '\0';
        line[strcspn(line, " ")] = '\0';
        snprintf(names[i].text, sizeof names[i].text, "%.100s (%.50s)", short_path(line), fn);
    }
}

static void ask_names(void)
{
    char self_path[400];
    ssize_t n = readlink("/proc/self/exe", self_path, sizeof self_path - 1);
    size_t room = nnames * 20 + 500;
    char *cmd = malloc(room), *to = cmd;
    self_path[n < 0 ? 0 : n] = '\0';
    to += sprintf(to, "addr2line -f -e '%s'", self_path);
    for (size_t i = 0; i < nnames; i++)
        to += sprintf(to, " %#lx", (unsigned long)names[i].pc - 1);
    FILE *f = popen(cmd, "r");
    if (f) {
        read_names(f);
        pclose(f);
    }
    free(cmd);
}

static void print_trail(void)
{
    for (size_t i = 0; i < ntrail; i++) {
        const Step *s = &trail[i];
        printf("  %*s%c %s", s->thread * 2, "", 'a' + s->thread, s->what);
        if (s->object)
            printf(" %lx", (unsigned long)s->object & 0xFFFFFFFF);
        printf(" = %llx   %s\n", (unsigned long long)s->value, name_of(s->pc));
    }
}

void report_print(void)
{
    nnames = 0;
    for (size_t i = 0; i < ntrail; i++)
        want(trail[i].pc);
    for (int i = 0; i < nplaces && failed; i++)
        want(failed_places[i].pc);
    for (int i = 0; i < nstack && failed; i++)
        want(stack[i]);
    ask_names();
    print_trail();
    if (!failed)
        return;
    printf("%s: %s\n", failed_kind, failed_text);
    for (int i = 0; i < nplaces; i++)
        printf("  thread %c %s at %s\n", 'a' + failed_places[i].thread, failed_places[i].what,
               name_of(failed_places[i].pc));
    for (int i = 0; i < nstack; i++)
        printf("    called at %s\n", name_of(stack[i]));
}
