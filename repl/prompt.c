/*
 * prompt.c - the prompt: lines by readline, or lines of stdin without it.
 *
 * Readline's callback interface lets one poll() wait for the keyboard and for
 * the VM. While a line is being typed, output of processes is printed above
 * it: the line is cleared, the text written, the line drawn again. While
 * something is evaluated readline has no part in it: the terminal is in its
 * ordinary mode, io.read works, and Ctrl-C is a signal.
 */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "repl/complete.h"
#include "repl/session.h"

enum { HISTORY = 10000 };

typedef struct Prompt {
    Session  s;
    char    *entry;             /* what was typed so far of one entry */
    int      number;
    char    *line;              /* just typed; NULL with `eof`: Ctrl-D */
    bool     have_line, eof;
    char     history[4096];     /* file; "": none */
} Prompt;

static Prompt *prompt;              /* readline's callbacks carry no data */
static bool reading;                /* a line is on the screen */
static volatile sig_atomic_t resumed;

/* --- output --- */

static void write_all(int fd, const char *s, size_t n)
{
    while (n) {
        ssize_t done = write(fd, s, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0 && errno == EAGAIN) {
            struct pollfd p = { fd, POLLOUT, 0 };
            poll(&p, 1, -1);
            continue;
        }
        if (done < 0) {
            if (errno == EPIPE && fd == 1)
                _exit(die_by(SIGPIPE));
            return;
        }
        s += done;
        n -= (size_t)done;
    }
}

void prompt_write(void *ud, int stream, const char *s, size_t n)
{
    (void)ud;
    if (!reading) {
        write_all(stream, s, n);
        return;
    }
    rl_clear_visible_line();
    fflush(rl_outstream);
    write_all(stream, s, n);
    if (n && s[n - 1] != '\n')
        write_all(stream, "\n", 1);
    rl_on_new_line();
    rl_redisplay();
}

/* --- history --- */

static void open_history(Prompt *p)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (state && *state == '/') {
        char folder[4000];
        snprintf(folder, sizeof folder, "%s/moonlet", state);
        mkdir(state, 0700);
        mkdir(folder, 0700);
        snprintf(p->history, sizeof p->history, "%s/history", folder);
    } else if (home && *home) {
        snprintf(p->history, sizeof p->history, "%s/.moonlet_history", home);
    }
    using_history();
    stifle_history(HISTORY);
    if (p->history[0])
        read_history(p->history);
}

static void remember(Prompt *p, const char *entry)
{
    HIST_ENTRY *last = history_length ? history_get(history_base + history_length - 1) : NULL;
    if (!*entry || (last && strcmp(last->line, entry) == 0))
        return;
    add_history(entry);
    if (p->history[0] && append_history(1, p->history) != 0) {
        FILE *f = fopen(p->history, "a");
        if (f)
            fclose(f);
        append_history(1, p->history);
    }
}

/* --- entries --- */

/* Appends a line. Takes it. */
static void append(Prompt *p, char *line)
{
    if (!p->entry) {
        p->entry = line;
        return;
    }
    size_t n = strlen(p->entry), m = strlen(line);
    char *more = realloc(p->entry, n + m + 2);
    if (more) {
        p->entry = more;
        more[n] = '\n';
        memcpy(more + n + 1, line, m + 1);
    }
    free(line);
}

static void drop_entry(Prompt *p)
{
    free(p->entry);
    p->entry = NULL;
}

/* A colon and a letter begin a command: no Lua text does. False: it is none. */
static bool run_command(Prompt *p, const char *text)
{
    char name[32];
    while (*text == ' ')
        text++;
    if (*text != ':' || text[1] == ':')
        return false;
    size_t n = strcspn(++text, " \t\n");
    snprintf(name, sizeof name, "%.*s", (int)(n < sizeof name ? n : sizeof name - 1), text);
    text += n;
    text += strspn(text, " \t\n");
    n = strlen(text);
    while (n && strchr(" \t\n", text[n - 1]))
        n--;
    if (strcmp(name, "q") == 0 || strcmp(name, "quit") == 0) {
        p->s.ended = true;
        return true;
    }
    session_ask(&p->s, "command", ml_pack("{s S}", name, text, n));
    session_wait(&p->s);
    return true;
}

static bool is_blank(const char *s)
{
    return s[strspn(s, " \t\r\n")] == 0;
}

/* The entry as it is: runs it, or asks for more lines. `last`: there are none. */
static void try_entry(Prompt *p, bool last)
{
    ml_err err;
    if (is_blank(p->entry) || run_command(p, p->entry)) {
        drop_entry(p);
        return;
    }
    int status = session_check(&p->s, p->entry, &err);
    if (status == ML_EINCOMPLETE && !last)
        return;
    if (status == ML_OK) {
        session_ask(&p->s, "eval", ml_pack("s", p->entry));
        session_wait(&p->s);
    } else {
        size_t n = strlen(err.text);
        prompt_write(NULL, 1, err.text, n);
        if (n && err.text[n - 1] != '\n')
            prompt_write(NULL, 1, "\n", 1);
    }
    drop_entry(p);
}

/* --- with readline --- */

static void on_line(char *line)
{
    rl_callback_handler_remove();
    reading = false;
    prompt->line = line;
    prompt->eof = !line;
    prompt->have_line = true;
}

static void on_resume(int sig)
{
    (void)sig;
    resumed = 1;
}

static void begin_line(Prompt *p)
{
    char text[32];
    int width = snprintf(text, sizeof text, "moon(%d)> ", p->number);
    if (p->entry)                   /* as wide as the first line's */
        snprintf(text, sizeof text, "%*s> ", width - 2, "...");
    p->have_line = false;
    rl_callback_handler_install(text, on_line);
    reading = true;
}

/* Ctrl-C while typing: a fresh line. */
static void abandon_line(Prompt *p)
{
    bool empty = !p->entry && rl_end == 0;
    rl_callback_sigcleanup();
    rl_free_line_state();
    rl_replace_line("", 0);
    rl_callback_handler_remove();
    reading = false;
    prompt_write(NULL, 1, empty ? "^C  (^D leaves)\n" : "^C\n", empty ? 16 : 3);
    drop_entry(p);
    begin_line(p);
}

static void mind_signals(Prompt *p)
{
    int sig = last_signal();
    if (sig == SIGINT) {
        abandon_line(p);
    } else if (sig) {
        p->s.ended = true;
        p->s.status = BY_SIGNAL + sig;
    }
    if (resumed) {
        resumed = 0;
        rl_prep_terminal(1);
        rl_forced_update_display();
    }
}

/* Until a line is there, or the session ends. */
static void read_line(Prompt *p)
{
    begin_line(p);
    while (!p->have_line && !p->s.ended) {
        struct pollfd fds[2] = { { 0, POLLIN, 0 }, { ml_fd(p->s.vm), POLLIN, 0 } };
        int n = poll(fds, 2, ml_timeout(p->s.vm));
        if (n > 0 && (fds[0].revents & (POLLIN | POLLHUP)))
            rl_callback_read_char();
        if (ml_step(p->s.vm, 20) == ML_DONE) {
            p->s.ended = true;
            p->s.status = ml_exit_code(p->s.vm);
        }
        ml_free(session_hear(&p->s));
        if (!p->have_line)
            mind_signals(p);
    }
    if (reading) {
        rl_callback_handler_remove();
        reading = false;
    }
}

static void run_tty(Prompt *p)
{
    struct sigaction sa;
    char banner[128];
    memset(&sa, 0, sizeof sa);
    sa.sa_handler = on_resume;
    sigaction(SIGCONT, &sa, NULL);
    rl_catch_signals = 0;
    rl_readline_name = "moonlet";
    complete_setup(&p->s);
    open_history(p);
    snprintf(banner, sizeof banner, "Moonlet %s (Lua 5.4 dialect)  :help for commands, ^D to leave\n", ml_version());
    prompt_write(NULL, 1, banner, strlen(banner));
    p->number = 1;
    while (!p->s.ended) {
        read_line(p);
        if (!p->have_line)
            break;
        if (p->eof) {
            if (!p->entry) {
                prompt_write(NULL, 1, "\n", 1);
                break;
            }
            prompt_write(NULL, 1, "\n", 1);
            drop_entry(p);
            continue;
        }
        append(p, p->line);
        char *typed = strdup(p->entry);
        try_entry(p, false);
        if (!p->entry && typed) {
            remember(p, typed);
            p->number++;
        }
        free(typed);
    }
}

/* --- without --- */

static void run_lines(Prompt *p)
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    while (!p->s.ended && (n = getline(&line, &cap, stdin)) >= 0) {
        if (n && line[n - 1] == '\n')
            line[n - 1] = 0;
        char *copy = strdup(line);
        if (!copy)
            break;
        append(p, copy);
        try_entry(p, false);
    }
    if (!p->s.ended && p->entry)
        try_entry(p, true);
    free(line);
}

int run_prompt(ml_vm *vm, const Options *o, bool tty)
{
    Prompt p;
    memset(&p, 0, sizeof p);
    prompt = &p;
    watch_signals(vm);
    if (!session_open(&p.s, vm, tty))
        return 1;
    if (o->nactions) {
        session_ask(&p.s, "run", ml_pack("{m m}", pack_actions(o), pack_args(o)));
        session_wait(&p.s);
    }
    if (!p.s.ended && tty)
        run_tty(&p);
    else if (!p.s.ended)
        run_lines(&p);
    drop_entry(&p);
    session_close(&p.s);
    return p.s.status;
}
