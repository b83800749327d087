#ifndef SESSION_H
#define SESSION_H

#include "repl/repl.h"

/*
 * session.h - the evaluator: a process that keeps the variables of the prompt.
 * When it is killed a new one takes its place, and the variables are lost.
 */
typedef struct Session {
    ml_vm   *vm;
    ml_host *host;
    ml_pid   pid;
    ml_ref   key;               /* of requests: nobody else can make one */
    bool     tty, ready, busy, ended;
    int      status;            /* ended: the exit code */
} Session;

/* False: a complaint was printed. */
bool session_open(Session *s, ml_vm *vm, bool tty);
void session_close(Session *s);

/* Sends {key, kind, m}; m is taken. */
void session_ask(Session *s, const char *kind, ml_msg *m);
/* Runs the VM until the request is done. Ctrl-C stops the evaluation only. */
void session_wait(Session *s);
/* Takes what has arrived, without waiting. NULL, or the answer to a
 * "complete" request, for ml_free. */
ml_msg *session_hear(Session *s);

/* ML_OK, ML_EINCOMPLETE, or an error with its text, for a text typed so far. */
int  session_check(Session *s, const char *text, ml_err *err);

#endif
