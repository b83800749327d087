#ifndef REPL_H
#define REPL_H

#include <stdbool.h>

#include "moonlet.h"

/*
 * repl.h - the parts of the moonlet program. It uses moonlet.h only, so what
 * it can do, every host can.
 *
 *   main.c     the command line
 *   run.c      scripts: signals, exit codes
 *   schedules.c  one script under many seeds
 *   trace.c    the file of --trace
 *   prompt.c   the prompt: lines, history, output above the line
 *   session.c  the process that evaluates what is typed
 *   complete.c candidates for Tab
 */

typedef enum { DO_INIT, DO_CODE, DO_REQUIRE, DO_WARN, DO_SCRIPT } ActionKind;

typedef struct Action {             /* what the command line asks for, in order */
    ActionKind  kind;
    const char *text;               /* code; file name, NULL: stdin; module */
    const char *name;               /* DO_REQUIRE: global variable */
} Action;

typedef struct Options {
    Action     *actions;
    int         nactions;
    char      **args;               /* of the script */
    int         nargs;
    bool        interactive;
    bool        no_env;             /* -E */
    bool        seeded;             /* --seed: a run that can be repeated */
    bool        trace_hash;
    uint64_t    seed;
    int         schedulers;         /* 0: as many as there are cores */
    int         schedules;          /* 0: none */
    int         time_limit;         /* seconds for each of them; 0: the usual */
    const char *trace;              /* file, or NULL */
    int         trace_limit;        /* events in it; 0: the usual */
    bool        trace_bodies;
    int         last_events;        /* in reports */
    int         noptions;           /* words of the command line before the script */
} Options;

/* run.c */

/* As an exit code: the program is to end by a signal. */
enum { BY_SIGNAL = 0x10000 };

/* Runs the actions as the main process; returns the exit code. */
int  run_script(ml_vm *vm, const Options *o);
/* From now on SIGINT, SIGTERM, SIGHUP interrupt ml_step and are remembered. */
void watch_signals(ml_vm *vm);
int  last_signal(void);             /* 0: none since the last call */
/* The signal's own end, as the parent expects it; or 128 + signal. */
int  die_by(int signal);
/* {{"code", text, name}, ...} for the evaluator or the main process */
ml_msg *pack_actions(const Options *o);
/* The script's arguments as a table with `n`. */
ml_msg *pack_args(const Options *o);
void complain(const char *text);    /* "moonlet: text" on stderr */

/* The dialect's half: functions that both main and the evaluator use. */
extern const char run_source[];

/* schedules.c: runs `once` under seeds in a row, each in an OS process of its
 * own, until one fails; the exit code. The command that repeats it is told. */
int  run_schedules(const Options *o, int (*once)(void *ctx, uint64_t seed), void *ctx, int argc, char **argv);

/* trace.c: events the file has room for, and writing it; false: it was told why. */
int  trace_usual(const char *path);
bool trace_write(ml_vm *vm, const char *path);

/* prompt.c: the prompt, or lines of stdin without one; the exit code. */
int  run_prompt(ml_vm *vm, const Options *o, bool tty);
void prompt_write(void *ud, int stream, const char *s, size_t n);

#endif
