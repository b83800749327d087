/*
 * complete.c - candidates for Tab, asked from the evaluator, which walks the
 * live tables. It has a fifth of a second; then there are none.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <readline/readline.h>

#include "repl/complete.h"

enum { PATIENCE_MS = 200 };

static Session *session;            /* readline's callbacks carry no data */
static ml_msg *found;
static size_t found_at;

static long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000L + t.tv_nsec / 1000000;
}

static void ask(const char *word)
{
    long until = now_ms() + PATIENCE_MS;
    ml_free(found);
    found = NULL;
    found_at = 0;
    session_ask(session, "complete", ml_pack("s", word));
    while (!found && !session->ended && now_ms() < until) {
        if (ml_step(session->vm, 1) == ML_DONE)
            return;
        found = session_hear(session);
    }
}

static char *next_candidate(const char *word, int state)
{
    const char *s;
    if (state == 0)
        ask(word);
    while (found && found_at < ml_count(found))
        if (ml_match(ml_index(found, (int64_t)++found_at), "s", &s) == 1)
            return strdup(s);
    return NULL;
}

static char **attempt(const char *word, int start, int end)
{
    (void)end;
    if (start > 0 && (rl_line_buffer[start - 1] == '"' || rl_line_buffer[start - 1] == '\''))
        return NULL;                /* inside a string: file names */
    rl_attempted_completion_over = 1;
    rl_completion_append_character = 0;
    return rl_completion_matches(word, next_candidate);
}

void complete_setup(Session *s)
{
    session = s;
    rl_attempted_completion_function = attempt;
    rl_completer_word_break_characters = " \t\n\"\\'`@$><=;|&{(+-*/%^~#[],)}!";
    rl_basic_word_break_characters = rl_completer_word_break_characters;
}
