/*
 * main.c - the moonlet program: its command line.
 *
 * The options of `lua` keep their meaning, so that moonlet can stand where
 * lua stood; words like `run` and `help` come on top.
 */

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "repl/repl.h"

enum { MOST_SCHEDULES = 1000000000, MOST_SECONDS = 1000000, MOST_SCHEDULERS = 1024, MOST_EVENTS = 100000000,
       SEARCHED = 10000 };      /* events among which those of a report are looked for */

static const char usage[] =
    "usage: moonlet [options] [script [args]]\n"
    "\n"
    "Runs a script of the dialect: Lua 5.4 with spawn, send and receive.\n"
    "Without a script: a prompt on a terminal, otherwise standard input.\n"
    "\n"
    "  -e CODE        run this code; may be repeated\n"
    "  -l MODULE      require MODULE into the global of that name; -l G=MODULE into G\n"
    "  -i             enter the prompt after running\n"
    "  -              run standard input\n"
    "  --             what follows is a script and its arguments\n"
    "  -v, --version  show the version\n"
    "  -E             ignore LUA_INIT, LUA_PATH and the MOONLET_ variables\n"
    "  -W             turn warnings on\n"
    "  --dump FILE    show the code FILE compiles to\n"
    "  --schedulers N run processes on N threads; without it one for each core it may use\n"
    "  --seed N       a run that can be repeated: N decides every choice, time is made up\n"
    "  --trace-hash   at the end of such a run, print a number that tells two runs apart\n"
    "  --schedules K  run it under K seeds, from --seed or 1 on, until one fails\n"
    "  --trace FILE   at the end, write what happened: a diagram (.mmd, .md), else a timeline\n"
    "  --trace-limit N      only the last N events (10000; 1000 in a diagram)\n"
    "  --trace-bodies       whole messages, not only their first words\n"
    "  --last-events N      show up to N events with the report of a crash or deadlock\n"
    "  --time-limit S for --schedules: a run that takes S seconds has failed (60)\n"
    "  --help         show this text\n"
    "\n"
    "  moonlet run FILE [args]    the same as moonlet FILE [args]\n"
    "  moonlet repl               the prompt\n"
    "\n"
    "Exit codes: 0, 1 after an error of main, 2 for wrong usage, or what os.exit gave.\n";

static int wrong(const char *what, const char *which)
{
    fprintf(stderr, "moonlet: %s '%s'\nTry 'moonlet --help'.\n", what, which);
    return 2;
}

static int show_version(void)
{
    printf("Moonlet %s (Lua 5.4 dialect)\n", ml_version());
    return 0;
}

static void add(Options *o, ActionKind kind, const char *text, const char *name)
{
    o->actions[o->nactions++] = (Action){ kind, text, name };
}

/* -l name, -l global=name */
static void add_require(Options *o, char *what)
{
    char *eq = strchr(what, '=');
    if (eq)
        *eq = 0;
    add(o, DO_REQUIRE, eq ? eq + 1 : what, what);
}

/* Options with a number: from `least` to `most`. Returns 0, or an exit code. */
static int read_number(int argc, char **argv, int *i, uint64_t least, uint64_t most, uint64_t *n)
{
    const char *option = argv[*i];
    if (++*i == argc)
        return wrong("a number is missing after", option);
    const char *text = argv[*i];
    char *end;
    errno = 0;
    *n = strtoull(text, &end, 10);
    if (*text >= '0' && *text <= '9' && !*end && !errno && *n >= least && *n <= most)
        return 0;
    fprintf(stderr, "moonlet: %s needs a number from %" PRIu64 " to %" PRIu64 ", not '%s'\n%sTry 'moonlet --help'.\n",
            option, least, most, text,
            strcmp(option, "--schedulers") == 0 && strcmp(text, "0") == 0 ? "Somebody must run the processes.\n" : "");
    return 2;
}

typedef struct Line {               /* what else the command line says */
    Options     o;
    const char *dump;
    int         script;             /* index in argv; 0: none */
    bool        version, help, from_stdin, prompt, dashes;
    int         argc;
    char      **argv;
} Line;

/* Options that are words; *i is moved to their last one. */
static int read_word(int argc, char **argv, int *i, Line *l)
{
    Options *o = &l->o;
    const char *a = argv[*i];
    uint64_t n = 0;
    int status = 0;
    if (strcmp(a, "--version") == 0) {
        l->version = true;
    } else if (strcmp(a, "--help") == 0) {
        l->help = true;
    } else if (strcmp(a, "--dump") == 0) {
        if (++*i == argc)
            return wrong("a file is missing after", a);
        l->dump = argv[*i];
    } else if (strcmp(a, "--seed") == 0) {
        status = read_number(argc, argv, i, 0, UINT64_MAX, &o->seed);
        o->seeded = true;
    } else if (strcmp(a, "--trace-hash") == 0) {
        o->trace_hash = true;
    } else if (strcmp(a, "--schedules") == 0) {
        status = read_number(argc, argv, i, 1, MOST_SCHEDULES, &n);
        o->schedules = (int)n;
    } else if (strcmp(a, "--time-limit") == 0) {
        status = read_number(argc, argv, i, 1, MOST_SECONDS, &n);
        o->time_limit = (int)n;
    } else if (strcmp(a, "--trace") == 0) {
        if (++*i == argc)
            return wrong("a file is missing after", a);
        o->trace = argv[*i];
    } else if (strcmp(a, "--trace-limit") == 0) {
        status = read_number(argc, argv, i, 1, MOST_EVENTS, &n);
        o->trace_limit = (int)n;
    } else if (strcmp(a, "--trace-bodies") == 0) {
        o->trace_bodies = true;
    } else if (strcmp(a, "--last-events") == 0) {
        status = read_number(argc, argv, i, 1, SEARCHED, &n);
        o->last_events = (int)n;
    } else if (strcmp(a, "--schedulers") == 0) {
        status = read_number(argc, argv, i, 1, MOST_SCHEDULERS, &n);
        o->schedulers = (int)n;
    } else {
        status = wrong("unknown option", a);
    }
    return status;
}

/* Returns 0, or an exit code after a complaint. */
static int read_options(int argc, char **argv, Line *l)
{
    int i = 1;
    for (; i < argc; i++) {
        char *a = argv[i];
        if (a[0] != '-')
            break;
        if (a[1] == 0) {
            l->from_stdin = true;
            break;
        }
        if (strcmp(a, "--") == 0) {
            l->dashes = true;
            i++;
            break;
        }
        if (a[1] == '-') {
            int status = read_word(argc, argv, &i, l);
            if (status)
                return status;
        } else if (strcmp(a, "-h") == 0) {
            l->help = true;
        } else if (a[1] == 'e' || a[1] == 'l') {
            char *value = a[2] ? a + 2 : ++i < argc ? argv[i] : NULL;
            if (!value)
                return wrong("something is missing after", a);
            if (a[1] == 'e')
                add(&l->o, DO_CODE, value, NULL);
            else
                add_require(&l->o, value);
        } else if (a[2] != 0) {
            return wrong("unknown option", a);
        } else if (a[1] == 'i') {
            l->o.interactive = true;
        } else if (a[1] == 'v') {
            l->version = true;
        } else if (a[1] == 'E') {
            l->o.no_env = true;
        } else if (a[1] == 'W') {
            add(&l->o, DO_WARN, NULL, NULL);
        } else {
            return wrong("unknown option", a);
        }
    }
    l->script = i < argc ? i : 0;
    return 0;
}

/* The first word may be a command. Returns its exit code, or -1: go on. */
static int read_command(int argc, char **argv, Line *l)
{
    const char *word = l->script && !l->dashes ? argv[l->script] : "";
    if (strcmp(word, "help") == 0) {
        l->help = true;
    } else if (strcmp(word, "version") == 0) {
        l->version = true;
    } else if (strcmp(word, "repl") == 0) {
        l->prompt = true;
    } else if (strcmp(word, "run") == 0) {
        if (++l->script == argc)
            return wrong("a file is missing after", "run");
        if (strcmp(argv[l->script], "--") == 0 && ++l->script == argc)
            return wrong("a file is missing after", "--");
        if (strcmp(argv[l->script], "-") == 0)
            l->from_stdin = true;
        return -1;
    } else {
        return -1;
    }
    l->script = 0;
    return -1;
}

/* `arg`: arg[0] is the script, what stands before it has negative indices. */
static bool set_arg(ml_vm *vm, int argc, char **argv, int script)
{
    int zero = script ? script : 0, n = argc > 60000 ? 60000 : argc;
    ml_msg **fields = calloc((size_t)n * 2 + 2, sizeof *fields);
    if (!fields)
        return false;
    for (int i = 0; i < n; i++) {
        fields[2 * i] = ml_pack("i", (int64_t)(i - zero));
        fields[2 * i + 1] = ml_pack("s", argv[i]);
    }
    int status = ml_set_global(vm, "arg", ml_table(NULL, 0, fields, (size_t)n));
    free(fields);
    return status == ML_OK;
}

static char *read_text(const char *path, size_t *n)
{
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    char *text = NULL;
    size_t cap = 0;
    *n = 0;
    for (size_t got = 1; f && got; *n += got) {
        if (*n == cap) {
            char *more = realloc(text, cap = cap ? cap * 2 : 65536);
            if (!more)
                break;
            text = more;
        }
        got = fread(text + *n, 1, cap - *n, f);
    }
    if (f && f != stdin)
        fclose(f);
    return text;
}

static int dump(ml_vm *vm, const char *path)
{
    ml_err err;
    size_t n;
    char *src = read_text(path, &n), *chunk = malloc(strlen(path) + 2), *text = NULL;
    if (!src || !chunk) {
        free(src);
        free(chunk);
        return wrong("cannot open", path);
    }
    sprintf(chunk, "@%s", path);
    text = ml_dump(vm, chunk, src, n, &err);
    if (text)
        fputs(text, stdout);
    else
        complain(err.text);
    ml_free(text);
    free(src);
    free(chunk);
    return text ? 0 : 1;
}

/* LUA_INIT and its relatives, before everything else. */
static void read_environment(Options *o)
{
    static const char *const vars[] = { "MOONLET_INIT", "LUA_INIT_5_4", "LUA_INIT" };
    if (o->no_env) {
        static const char *const hidden[] = { "LUA_PATH", "LUA_PATH_5_4", "LUA_CPATH", "LUA_CPATH_5_4",
                                              "MOONLET_PATH" };
        for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
            unsetenv(hidden[i]);
        return;
    }
    for (int i = 0; i < 3; i++) {
        const char *text = getenv(vars[i]);
        if (!text || !*text)
            continue;
        memmove(o->actions + 1, o->actions, (size_t)o->nactions * sizeof *o->actions);
        o->actions[0] = (Action){ DO_INIT, text, vars[i] };
        o->nactions++;
        return;
    }
}

/* Do the options go together? Returns 0, or an exit code after a complaint. */
static int check_seeds(const Line *l, bool prompt)
{
    const Options *o = &l->o;
    const char *why = NULL;
    bool seeds = o->seeded || o->schedules;
    if (o->trace_hash && !seeds)
        why = "--trace-hash needs --seed or --schedules";
    else if (o->time_limit && !o->schedules)
        why = "--time-limit needs --schedules";
    else if (seeds && (prompt || l->dump))
        why = "--seed and --schedules need a script";
    else if (seeds && o->schedulers > 1)
        why = "--seed and --schedules run on one thread: leave --schedulers out";
    else if (o->schedules && o->nactions && o->actions[o->nactions - 1].kind == DO_SCRIPT &&
             !o->actions[o->nactions - 1].text)
        why = "--schedules cannot read its script from standard input";
    if (why)
        fprintf(stderr, "moonlet: %s\nTry 'moonlet --help'.\n", why);
    return why ? 2 : 0;
}

static int check_trace(const Options *o)
{
    const char *why = NULL;
    if (o->trace_limit && !o->trace)
        why = "--trace-limit needs --trace";
    else if (o->trace_bodies && !o->trace && !o->last_events)
        why = "--trace-bodies needs --trace or --last-events";
    if (why)
        fprintf(stderr, "moonlet: %s\nTry 'moonlet --help'.\n", why);
    return why ? 2 : 0;
}

static void record(const Options *o, ml_config *cfg)
{
    if (o->trace)
        cfg->trace_events = (size_t)(o->trace_limit ? o->trace_limit : trace_usual(o->trace));
    else if (o->last_events)
        cfg->trace_events = SEARCHED;
    cfg->trace_bodies = o->trace_bodies;
    cfg->last_events = o->last_events;
}

/* What the system lets us use, which may be less than there is. */
static int cores(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : (int)sysconf(_SC_NPROCESSORS_ONLN);
}

/* Threads for processes. At the prompt: this one, unless told otherwise. */
static int schedulers(const Options *o, bool prompt)
{
    const char *s = o->no_env ? NULL : getenv("MOONLET_SCHEDULERS");
    int n = s ? atoi(s) : 0;
    if (o->schedulers || prompt)
        return o->schedulers;
    return n > 0 ? n : cores();
}

/* One VM, from its birth to its end. */
static int run(Line *l, bool prompt, bool tty)
{
    const Options *o = &l->o;
    ml_config cfg = ML_CONFIG_INIT;
    ml_err err;
    cfg.seed = o->seeded ? o->seed : 0;
    cfg.deterministic = o->seeded;
    if (!o->seeded && !l->dump)
        cfg.schedulers = schedulers(o, prompt);
    if (prompt)
        cfg.write = prompt_write;
    record(o, &cfg);
    ml_vm *vm = ml_open(&cfg, &err);
    if (!vm || !set_arg(vm, l->argc, l->argv, l->script)) {
        complain(vm ? "not enough memory" : err.text);
        return 1;
    }
    int status = l->dump ? dump(vm, l->dump) : prompt ? run_prompt(vm, o, tty) : run_script(vm, o);
    if (o->trace_hash)
        fprintf(stderr, "moonlet: trace hash %016" PRIx64 "\n", ml_trace_hash(vm));
    if (o->trace && !l->dump && !trace_write(vm, o->trace) && !status)
        status = 1;
    ml_close(vm, 0);
    return status;
}

static int run_seed(void *ctx, uint64_t seed)
{
    Line *l = ctx;
    l->o.seed = seed;
    l->o.seeded = l->o.trace_hash = true;
    return run(l, false, false);
}

static int go(Line *l, int argc, char **argv)
{
    Options *o = &l->o;
    int status = read_options(argc, argv, l);
    l->argc = argc;
    l->argv = argv;
    if (status == 0)
        status = read_command(argc, argv, l);
    if (status > 0)
        return status;
    if (l->help) {
        fputs(usage, stdout);
        return 0;
    }
    if (l->version)
        show_version();
    bool tty = isatty(0);
    if (l->script) {
        add(o, DO_SCRIPT, l->from_stdin ? NULL : argv[l->script], NULL);
        o->args = argv + l->script + 1;
        o->nargs = argc - l->script - 1;
    } else if (!o->nactions && !l->version && !l->dump) {
        l->prompt |= tty;
        if (!l->prompt && !o->interactive)
            add(o, DO_SCRIPT, NULL, NULL);
    }
    if (!o->nactions && !l->prompt && !o->interactive && !l->dump)
        return 0;
    bool prompt = !l->dump && (l->prompt || o->interactive);
    o->noptions = l->script ? l->script : argc;
    status = check_seeds(l, prompt);
    if (!status)
        status = check_trace(o);
    if (status)
        return status;
    read_environment(o);
    status = o->schedules ? run_schedules(o, run_seed, l, argc, argv) : run(l, prompt, tty);
    return status >= BY_SIGNAL ? die_by(status - BY_SIGNAL) : status;
}

int main(int argc, char **argv)
{
    Line l;
    memset(&l, 0, sizeof l);
    l.o.actions = calloc((size_t)argc + 4, sizeof *l.o.actions);
    if (!l.o.actions)
        return 1;
    int status = go(&l, argc, argv);
    free(l.o.actions);
    return status;
}
