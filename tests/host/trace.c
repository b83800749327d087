/*
 * trace.c - a host that records what happens in its VM, and takes part in it.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "moonlet.h"

static const char echo[] = "while true do receive case {'ask', from, x} then from ! {'answer', x} end end";

static void *count(void *ud, void *p, size_t osize, size_t nsize)
{
    *(long *)ud += (long)nsize - (long)osize;
    if (nsize == 0) {
        free(p);
        return NULL;
    }
    void *q = realloc(p, nsize);
    if (!q)
        *(long *)ud -= (long)nsize - (long)osize;
    return q;
}

static int has(const char *text, const char *piece)
{
    if (text && strstr(text, piece))
        return 1;
    printf("no '%s' in:\n%s\n", piece, text ? text : "(none)");
    return 0;
}

/* The host asks, and gets an answer. */
static void ask(ml_vm *vm, ml_host *me)
{
    ml_msg *m = NULL;
    ml_pid p = ml_spawn_string(vm, "=echo", echo, ML_ALL, 0, NULL, NULL);
    CHECK(ml_send(me, p, ml_pack("{'ask' p 'secret'}", ml_self(me))) == ML_OK);
    CHECK(ml_receive(me, &m, 10000) == ML_OK && ml_match(m, "{'answer' 'secret'}") == 1);
    ml_free(m);
}

static void recorded(int schedulers, int bodies)
{
    ml_config cfg = ML_CONFIG_INIT;
    cfg.schedulers = schedulers;
    cfg.trace_events = 100;
    cfg.trace_bodies = bodies;
    ml_vm *vm = ml_open(&cfg, NULL);
    ml_host *me = ml_attach(vm, "me", NULL, NULL);
    ask(vm, me);
    char *text = ml_trace(vm, ML_TRACE_TEXT), *diagram = ml_trace(vm, ML_TRACE_MERMAID);
    CHECK(has(text, "spawn    me\n") && has(text, "name     me  me\n"));
    CHECK(has(text, bodies ? "{\"ask\", <0." : " ask\n") && has(text, "receive  me <- "));
    CHECK((strstr(text, "secret") != NULL) == (bodies != 0));
    CHECK(has(diagram, "sequenceDiagram\n    participant p1 as me\n"));
    CHECK(has(diagram, "    p1->>p2: ") && has(diagram, "    p2->>p1: "));
    ml_free(text);
    ml_free(diagram);
    text = ml_statistics(vm);
    CHECK(has(text, "\nmoonlet_messages_sent_total 2\n"));
    ml_free(text);
    CHECK(ml_trace(vm, 17) == NULL);
    ml_close(vm, 0);
}

static void not_recorded(void)
{
    ml_vm *vm = ml_open(NULL, NULL);
    CHECK(ml_trace(vm, ML_TRACE_TEXT) == NULL);
    ml_close(vm, 0);
    ml_config cfg = ML_CONFIG_INIT;
    cfg.last_events = -1;
    CHECK(ml_open(&cfg, NULL) == NULL);
}

/* Whatever memory there is: a recording or none, and all of it is given back. */
static void small_machines(void)
{
    long bytes = 0;
    ml_config cfg = ML_CONFIG_INIT;
    cfg.alloc = count;
    cfg.alloc_ud = &bytes;
    cfg.trace_events = 5000;
    cfg.trace_bodies = 1;
    for (cfg.max_bytes = 500000; cfg.max_bytes < 2500000; cfg.max_bytes += getenv("MOONLET_SCALE") ? 190001 : 37001) {
        ml_vm *vm = ml_open(&cfg, NULL);
        ml_host *me = vm ? ml_attach(vm, NULL, NULL, NULL) : NULL;
        ml_msg *m;
        if (me) {
            ml_pid p = ml_spawn_string(vm, "=echo", echo, ML_ALL, 0, NULL, NULL);
            for (int i = 0; i < 3000; i++)
                ml_send(me, p, ml_pack("{'ask' p i}", ml_self(me), (int64_t)i));
            while (ml_receive(me, &m, 1) == ML_OK)
                ml_free(m);
            ml_free(ml_trace(vm, ML_TRACE_MERMAID));
        }
        ml_close(vm, 0);
        CHECK(bytes == 0);
    }
}

int main(void)
{
    recorded(0, 0);
    recorded(0, 1);
    recorded(3, 1);
    not_recorded();
    small_machines();
    return wrong != 0;
}
