/*
 * run.c - scripts: the main process, signals, exit codes.
 *
 * One script, or one -e, is the main process itself. Where the command line
 * asks for several things in a row, the main process is a few lines of the
 * dialect that do them one after the other.
 *
 * A signal becomes the exit signal "shutdown" for main, which has MOONLET_GRACE
 * milliseconds to end; a second signal ends at once. Then the signal is raised
 * again with its default action, so that the parent sees what happened.
 */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "repl/repl.h"

enum { GRACE_MS = 5000 };

const char run_source[] =
    "local actions, args = ...\n"
    "for _, a in ipairs(actions) do\n"
    "  local kind, text, name = a.kind, a.text, a.name\n"
    "  if kind == 'require' then\n"
    "    _G[name] = require(text)\n"
    "  elseif kind == 'warn' then\n"
    "    warn('@on')\n"
    "  else\n"
    "    local f, why\n"
    "    if kind == 'code' then f, why = load(text, name)\n"
    "    else f, why = loadfile(text) end\n"
    "    if not f then error(why, 0) end\n"
    "    if kind == 'script' then f(table.unpack(args, 1, args.n)) else f() end\n"
    "  end\n"
    "end\n";

/* --- messages --- */

ml_msg *pack_args(const Options *o)
{
    ml_msg *parts[1024], *fields[2] = { ml_pack("s", "n"), ml_pack("i", (int64_t)o->nargs) };
    int n = o->nargs < 1024 ? o->nargs : 1024;
    for (int i = 0; i < n; i++)
        parts[i] = ml_pack("s", o->args[i]);
    return ml_table(parts, (size_t)n, fields, 1);
}

ml_msg *pack_actions(const Options *o)
{
    static const char *const kinds[] = { "code", "code", "require", "warn", "script" };
    ml_msg *parts[256];
    int n = o->nactions < 256 ? o->nactions : 256;
    for (int i = 0; i < n; i++) {
        const Action *a = &o->actions[i];
        const char *kind = kinds[a->kind], *text = a->text, *name = a->name;
        if (a->kind == DO_INIT && text[0] == '@') {
            kind = "file";
            text++;
        }
        if (a->kind == DO_INIT || a->kind == DO_CODE)
            name = a->kind == DO_INIT ? "=LUA_INIT" : "=(command line)";
        parts[i] = ml_pack("{kind=s text=s name=s}", kind, text, name);
    }
    return ml_table(parts, (size_t)n, NULL, 0);
}

/* --- signals --- */

static ml_vm *volatile watched;
static volatile sig_atomic_t got;

static void on_signal(int sig)
{
    int was = errno;
    got = sig;
    ml_interrupt(watched);
    errno = was;
}

void watch_signals(ml_vm *vm)
{
    static const int all[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction sa, old;
    memset(&sa, 0, sizeof sa);
    sa.sa_handler = on_signal;
    sigemptyset(&sa.sa_mask);
    watched = vm;
    for (int i = 0; i < 3; i++)
        if (sigaction(all[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(all[i], &sa, NULL);
    signal(SIGPIPE, SIG_IGN);
}

int last_signal(void)
{
    int sig = got;
    got = 0;
    return sig;
}

int die_by(int sig)
{
    sigset_t set;
    signal(sig, SIG_DFL);
    sigemptyset(&set);
    sigaddset(&set, sig);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    raise(sig);
    return 128 + sig;
}

void complain(const char *text)
{
    size_t n = strlen(text);
    fprintf(stderr, "moonlet: %s%s", text, n && text[n - 1] == '\n' ? "" : "\n");
}

/* --- the main process --- */

static ml_pid start(ml_vm *vm, const Options *o, ml_err *err)
{
    const Action *a = &o->actions[0];
    if (o->nactions == 1 && a->kind == DO_SCRIPT) {
        ml_msg *parts[200];
        int n = o->nargs;
        if (n <= 200) {
            for (int i = 0; i < n; i++)
                parts[i] = ml_pack("s", o->args[i]);
            return ml_spawn_file(vm, a->text, ML_MAIN, ml_list(parts, (size_t)n), err);
        }
    }
    if (o->nactions == 1 && a->kind == DO_CODE)
        return ml_spawn_string(vm, "=(command line)", a->text, ML_ALL, ML_MAIN, NULL, err);
    return ml_spawn_string(vm, "=moonlet", run_source, ML_ALL, ML_MAIN,
                           ml_pack("[m m]", pack_actions(o), pack_args(o)), err);
}

static long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000L + t.tv_nsec / 1000000;
}

static long grace_ms(const Options *o)
{
    const char *s = o->no_env ? NULL : getenv("MOONLET_GRACE");
    char *end;
    double seconds = s ? strtod(s, &end) : 0;
    return s && end != s && seconds >= 0 && seconds < 1e6 ? (long)(seconds * 1000) : GRACE_MS;
}

/* Lets main end; a further signal or the time ends it at once. */
static void shut_down(ml_vm *vm, ml_pid main_pid, long ms)
{
    long until = now_ms() + ms, left;
    ml_kill(vm, main_pid, "shutdown");
    while (ml_alive(vm, main_pid) && !last_signal() && (left = until - now_ms()) > 0) {
        int status = ml_step(vm, 10);
        if (status == ML_DONE)
            return;
        if (status == ML_IDLE) {
            struct pollfd p = { ml_fd(vm), POLLIN, 0 };
            int wait = ml_timeout(vm);
            poll(&p, 1, wait < 0 || wait > left ? (int)left : wait);
        }
    }
}

int run_script(ml_vm *vm, const Options *o)
{
    ml_err err;
    watch_signals(vm);
    ml_pid main_pid = start(vm, o, &err);
    if (!main_pid.opaque[0] && !main_pid.opaque[1]) {
        complain(err.text);
        return err.code == ML_ENOENT ? 2 : 1;
    }
    while (ml_step(vm, -1) != ML_DONE) {
        int sig = last_signal();
        if (sig) {
            shut_down(vm, main_pid, grace_ms(o));
            return BY_SIGNAL + sig;
        }
        if (ml_output_error(vm) == EPIPE)
            break;
    }
    return ml_output_error(vm) == EPIPE ? BY_SIGNAL + SIGPIPE : ml_exit_code(vm);
}
