/*
 * trace_text.c - the timeline: a line for each event.
 *
 *            31 us  w0  spawn    main -> room<0.2>
 *            44 us  w0  send     main -> room<0.2>  #4 join
 *            58 us  w1  receive  room<0.2> <- main  #4 join
 *            90 us  w0  drop     main -> ann<0.3>  #9 text (gone)
 *           120 us  w0  timeout  main
 *           131 us  w1  exit     room<0.2>  normal
 */
#include "vm/proc/trace_in.h"

void ml_trace_put_what(const Event *e, Buf *out)
{
    static const char *const signals[MSG_KINDS] = {
        [SIG_EXIT] = "EXIT", [SIG_EXIT2] = "EXIT", [SIG_DOWN] = "DOWN", [SIG_LINK] = "link", [SIG_UNLINK] = "unlink",
        [SIG_MONITOR] = "monitor", [SIG_DEMONITOR] = "demonitor", [SIG_FULL] = "overflow",
        [SIG_LETTER] = "dead letter", [SIG_ALARM] = "alarm",
    };
    const char *word = e->kind == EV_SEND ? signals[e->sig] : NULL, *what = e->body ? e->body : e->text;
    if (word)
        ml_buf_puts(out, word);
    if (word && *what)
        ml_buf_putc(out, ' ');
    ml_buf_puts(out, what);
}

static const char *name_of(View *v, Value pid)
{
    const Who *who = ml_trace_find(v, pid);
    return who ? who->name : "nobody";
}

static const char *word_of(const Event *e)
{
    static const char *const words[] = {
        [EV_SPAWN] = "spawn", [EV_NAME] = "name", [EV_SEND] = "send", [EV_RECEIVE] = "receive", [EV_DROP] = "drop",
        [EV_TIMEOUT] = "timeout", [EV_EXIT] = "exit",
    };
    if (e->kind != EV_SEND)
        return words[e->kind];
    return e->timed ? "timer" : e->sig == MSG_USER ? "send" : "signal";
}

static void put_drop(View *v, const Event *e, Buf *out)
{
    const Entry *sent = ml_trace_send_of(v, e->number);
    ml_buf_printf(out, "%s -> %s  #%llu ", sent ? name_of(v, sent->e->pid) : "?", name_of(v, e->pid),
                  (unsigned long long)e->number);
    if (sent)
        ml_trace_put_what(sent->e, out);
    ml_buf_printf(out, "%s(%s)", sent ? " " : "", e->text);
}

static void put_event(View *v, const Event *e, Buf *out)
{
    const char *who = name_of(v, e->pid), *peer = name_of(v, e->peer);
    switch ((EventKind)e->kind) {
    case EV_SPAWN:
        ml_buf_printf(out, "%s%s%s", ml_is_nil(e->peer) ? "" : peer, ml_is_nil(e->peer) ? "" : " -> ", who);
        break;
    case EV_SEND:
        ml_buf_printf(out, "%s -> %s  #%llu ", who, peer, (unsigned long long)e->number);
        ml_trace_put_what(e, out);
        break;
    case EV_RECEIVE:
        ml_buf_printf(out, "%s <- %s  #%llu ", who, peer, (unsigned long long)e->number);
        ml_trace_put_what(e, out);
        break;
    case EV_DROP:
        put_drop(v, e, out);
        break;
    case EV_TIMEOUT:
        ml_buf_puts(out, who);
        break;
    case EV_NAME:
    case EV_EXIT:
        ml_buf_printf(out, "%s  ", who);
        ml_trace_put_what(e, out);
        break;
    }
}

void ml_trace_put_text(View *v, const char *indent, Buf *out)
{
    uint64_t at = 0;                    /* the clock is read before the number is taken */
    if (v->left_out && !*indent)
        ml_buf_printf(out, "# %llu earlier events are left out\n", (unsigned long long)v->left_out);
    for (size_t i = 0; i < v->n; i++) {
        const Event *e = v->list[i].e;
        if (!v->list[i].shown)
            continue;
        at = e->at > at ? e->at : at;
        ml_buf_printf(out, "%s%10llu us  w%u  %-7s  ", indent, (unsigned long long)at, e->worker, word_of(e));
        put_event(v, e, out);
        ml_buf_putc(out, '\n');
    }
}
