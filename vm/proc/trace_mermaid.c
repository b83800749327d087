/*
 * trace_mermaid.c - a sequence diagram in the language of Mermaid.
 *
 *     sequenceDiagram
 *         participant p1 as main
 *         create participant p2 as room 0.2
 *         p1-->>p2: spawn
 *         p1->>p2: join              has been received
 *         p1-)p2: say                waits in the mailbox to the end
 *         p1-xp2: say (gone)         is lost
 *         p2-->>p1: DOWN normal      a signal
 *         Note over p2: ends: normal
 *
 * A participant is introduced where it occurs first, and Mermaid wants the
 * message that creates one in the next line. Processes have short names of their
 * own (p1, p2), so that no name of a program can mean something to Mermaid; texts
 * keep what is harmless, and all else stands as its code point, `#59;`.
 */
#include <string.h>

#include "vm/proc/trace_in.h"

typedef struct Diagram {
    View    *v;
    Buf     *out;
    unsigned n;                 /* participants introduced */
    bool     timer, nobody;     /* those that are no process have been introduced */
} Diagram;

/* --- texts --- */

/* The code point at s; *n: its bytes. */
static unsigned code_point(const unsigned char *s, size_t *n)
{
    size_t len = *s >= 0xf0 ? 4 : *s >= 0xe0 ? 3 : *s >= 0xc0 ? 2 : 1;
    unsigned c = len == 1 ? *s : *s & (0xffu >> (len + 1));
    for (*n = 1; *n < len && (s[*n] & 0xc0) == 0x80; ++*n)
        c = c << 6 | (s[*n] & 0x3f);
    return c;
}

static bool is_harmless(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr(" _.,=?!-()/", c);
}

static void put_text(Diagram *d, const char *text)
{
    size_t n;
    for (const unsigned char *s = (const unsigned char *)text; *s; s += n) {
        unsigned c = code_point(s, &n);
        if (is_harmless(*s))
            ml_buf_putc(d->out, (char)*s);
        else
            ml_buf_printf(d->out, "#%u;", c);
    }
}

static void put_what(Diagram *d, const Event *e)
{
    Buf text;
    ml_buf_init(&text, &d->v->vm->mem);
    ml_trace_put_what(e, &text);
    ml_buf_putc(&text, 0);
    d->out->oom |= text.oom;
    put_text(d, text.data ? text.data : "");
    ml_buf_fini(&text);
}

/* --- participants --- */

/* "room 0.2" of "room<0.2>" */
static void put_name(Diagram *d, const Who *who)
{
    const char *pid = who->registered ? NULL : strchr(who->name, '<');
    char text[sizeof who->name];
    size_t n = 0;
    for (const char *s = who->name; *s; s++)
        if (!pid || *s != '>')
            text[n++] = s == pid ? ' ' : *s;
    text[n] = 0;
    put_text(d, text);
}

static void introduce(Diagram *d, Who *who, bool created)
{
    if (!who || who->number)
        return;
    who->number = ++d->n;
    ml_buf_printf(d->out, "    %sparticipant p%u as ", created ? "create " : "", who->number);
    put_name(d, who);
    ml_buf_putc(d->out, '\n');
}

static void introduce_other(Diagram *d, bool *known, const char *id)
{
    if (!*known)
        ml_buf_printf(d->out, "    participant %s\n", id);
    *known = true;
}

/* The end of an arrow. */
static void put_id(Diagram *d, const Who *who, const char *other)
{
    if (who)
        ml_buf_printf(d->out, "p%u", who->number);
    else
        ml_buf_puts(d->out, other);
}

/* --- lines --- */

static void spawn(Diagram *d, const Event *e)
{
    Who *who = ml_trace_find(d->v, e->pid), *parent = ml_trace_find(d->v, e->peer);
    introduce(d, parent, false);
    introduce(d, who, parent != NULL);
    if (parent)
        ml_buf_printf(d->out, "    p%u-->>p%u: spawn\n", parent->number, who->number);
}

static void send(Diagram *d, const Entry *at)
{
    static const char *const arrows[2][3] = {
        { [SENT_WAITS] = "-)", [SENT_READ] = "->>", [SENT_LOST] = "-x" },
        { [SENT_WAITS] = "-->>", [SENT_READ] = "-->>", [SENT_LOST] = "--x" },
    };
    const Event *e = at->e;
    Who *from = e->timed ? NULL : ml_trace_find(d->v, e->pid), *to = ml_trace_find(d->v, e->peer);
    const char *source = e->timed ? "timer" : "nobody";
    introduce(d, from, false);
    introduce(d, to, false);
    if (e->timed)
        introduce_other(d, &d->timer, "timer");
    if ((!from && !e->timed) || !to)
        introduce_other(d, &d->nobody, "nobody");
    ml_buf_puts(d->out, "    ");
    put_id(d, from, source);
    ml_buf_puts(d->out, arrows[e->sig != MSG_USER][at->fate]);
    put_id(d, to, "nobody");
    ml_buf_puts(d->out, ": ");
    put_what(d, e);
    if (at->fate == SENT_LOST)
        ml_buf_printf(d->out, " (%s)", at->why);
    ml_buf_putc(d->out, '\n');
}

static void note(Diagram *d, const Event *e, const char *word)
{
    Who *who = ml_trace_find(d->v, e->pid);
    introduce(d, who, false);
    ml_buf_printf(d->out, "    Note over p%u: %s", who->number, word);
    if (e->kind == EV_EXIT) {
        ml_buf_puts(d->out, " ");
        put_what(d, e);
    }
    ml_buf_putc(d->out, '\n');
}

/* Over who is the first to be seen. */
static void left_out(Diagram *d)
{
    size_t i = 0;
    while (i < d->v->n && !d->v->list[i].shown)
        i++;
    if (i == d->v->n)
        return;
    const Event *e = d->v->list[i].e;
    Who *who = ml_trace_find(d->v, e->kind == EV_SPAWN && ml_is_pid(e->peer) ? e->peer : e->pid);
    if (!who)
        return;
    introduce(d, who, false);
    ml_buf_printf(d->out, "    Note over p%u: %llu earlier events are left out\n", who->number,
                  (unsigned long long)d->v->left_out);
}

void ml_trace_put_mermaid(View *v, Buf *out)
{
    Diagram d = { .v = v, .out = out };
    ml_buf_puts(out, "sequenceDiagram\n");
    if (v->left_out)
        left_out(&d);
    for (size_t i = 0; i < v->n; i++) {
        const Entry *at = &v->list[i];
        if (!at->shown)
            continue;
        switch ((EventKind)at->e->kind) {
        case EV_SPAWN:   spawn(&d, at->e); break;
        case EV_SEND:    send(&d, at); break;
        case EV_TIMEOUT: note(&d, at->e, "timeout"); break;
        case EV_EXIT:    note(&d, at->e, "ends:"); break;
        case EV_NAME: case EV_RECEIVE: case EV_DROP: break;     /* in the name; in the arrow */
        }
    }
}
