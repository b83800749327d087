/*
 * session.c - talking to the evaluator (session.lua).
 *
 * The program is a process too: it sends a request and drives the VM until
 * the answer is there, so everything else goes on meanwhile.
 */

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "repl/session.h"

extern const char session_source[];     /* session.lua */

static bool start(Session *s, bool tty)
{
    ml_err err;
    s->ready = s->busy = false;
    s->pid = ml_spawn_string(s->vm, "=[moonlet session]", session_source, ML_ALL, ML_PROMPT,
                             ml_pack("[p b]", ml_self(s->host), (int)tty), &err);
    if (!ml_alive(s->vm, s->pid)) {
        complain(err.text);
        return false;
    }
    ml_monitor(s->host, s->pid, NULL);
    s->busy = true;
    session_wait(s);
    return s->ready;
}

bool session_open(Session *s, ml_vm *vm, bool tty)
{
    memset(s, 0, sizeof *s);
    s->vm = vm;
    s->tty = tty;
    s->host = ml_attach(vm, NULL, NULL, NULL);
    return s->host && start(s, tty);
}

void session_close(Session *s)
{
    ml_detach(s->host);
}

void session_ask(Session *s, const char *kind, ml_msg *m)
{
    if (!s->ready) {
        ml_free(m);
        return;
    }
    if (ml_send(s->host, s->pid, ml_pack("{r s m}", s->key, kind, m)) == ML_OK)
        s->busy = strcmp(kind, "complete") != 0;
}

ml_msg *session_hear(Session *s)
{
    ml_msg *m;
    const ml_msg *list;
    while (!s->ended && ml_receive(s->host, &m, 0) == ML_OK) {
        if (ml_match(m, "{'ready' r}", &s->key) == 1) {
            s->ready = true;
            s->busy = false;
        } else if (ml_match(m, "{'done'}") == 1) {
            s->busy = false;
        } else if (ml_match(m, "{'candidates' m}", &list) == 1) {
            ml_msg *answer = ml_copy(list);
            ml_free(m);
            return answer;
        } else if (ml_match(m, "{'DOWN' _ ...}") == 1 && !ml_alive(s->vm, s->pid)) {
            static const char lost[] = "[the prompt's process was killed; its variables are lost]\n";
            bool restart = s->ready;
            prompt_write(NULL, 1, lost, sizeof lost - 1);
            if (!restart || !start(s, s->tty)) {
                s->ended = true;
                s->status = 1;
            }
        }
        ml_free(m);
    }
    return NULL;
}

/* A signal that ends the program, or SIGINT for the evaluation. */
static void mind_signals(Session *s)
{
    int sig = last_signal();
    if (sig == SIGINT) {
        ml_kill(s->vm, s->pid, "interrupted");
    } else if (sig) {
        s->ended = true;
        s->status = BY_SIGNAL + sig;
    }
}

void session_wait(Session *s)
{
    while (s->busy && !s->ended) {
        if (ml_step(s->vm, -1) == ML_DONE) {
            s->ended = true;
            s->status = ml_exit_code(s->vm);
            return;
        }
        mind_signals(s);
        ml_free(session_hear(s));
    }
}

int session_check(Session *s, const char *text, ml_err *err)
{
    size_t n = strlen(text);
    char *expr = malloc(n + 8);
    if (!expr)
        return ML_ENOMEM;
    memcpy(expr, "return ", 7);
    memcpy(expr + 7, text, n + 1);
    int as_expr = ml_check(s->vm, "=stdin", expr, n + 7, NULL);
    free(expr);
    if (as_expr == ML_OK)
        return ML_OK;
    int status = ml_check(s->vm, "=stdin", text, n, err);
    return status == ML_ESYNTAX && as_expr == ML_EINCOMPLETE ? ML_EINCOMPLETE : status;
}
