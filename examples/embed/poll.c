/*
 * poll.c - Moonlet inside a program that has a poll() loop of its own.
 *
 * Next to its own descriptors the host polls ml_fd(vm), no longer than
 * ml_timeout(vm), and gives the VM a few milliseconds whenever it comes by.
 * Messages for the host arrive in a callback.
 */
#include <moonlet.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

static const char script[] =
    "local host = ...\n"
    "while true do\n"
    "  receive\n"
    "    case {'square', n} then\n"
    "      sleep(10)                        -- timers work as well\n"
    "      host ! {'result', n * n}\n"
    "    case 'stop' then return\n"
    "  end\n"
    "end\n";

static void on_msg(ml_host *me, const ml_msg *m, void *done)
{
    int64_t n;
    const char *why;
    (void)me;
    if (ml_match(m, "{'result' i}", &n) == 1) {
        printf("result %lld\n", (long long)n);
    } else if (ml_match(m, "{'DOWN' _ reason=s}", &why) == 1) {
        printf("worker ended: %s\n", why);
        *(int *)done = 1;
    }
}

int main(void)
{
    ml_err err;
    int done = 0, own[2];
    ml_vm *vm = ml_open(NULL, &err);
    if (!vm || pipe(own) != 0)
        return 1;
    ml_host *me = ml_attach(vm, "host", on_msg, &done);
    ml_pid worker = ml_spawn_string(vm, "=worker", script, ML_ALL, 0, ml_pack("[p]", ml_self(me)), &err);
    if (!ml_alive(vm, worker)) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    ml_monitor(me, worker, NULL);
    for (int64_t i = 1; i <= 3; i++)
        ml_send(me, worker, ml_pack("{'square' i}", i));
    ml_send(me, worker, ml_pack("'stop'"));
    if (write(own[1], "!", 1) != 1)
        return 1;

    while (!done) {
        struct pollfd fds[2] = { { own[0], POLLIN, 0 }, { ml_fd(vm), POLLIN, 0 } };
        poll(fds, 2, ml_timeout(vm));
        if (fds[0].revents & POLLIN) {
            char c;
            if (read(own[0], &c, 1) == 1)
                printf("own work %c\n", c);
        }
        ml_step(vm, 5);                         /* at most 5 ms, then back to the host */
    }
    ml_detach(me);
    close(own[0]);
    close(own[1]);
    return ml_close(vm, 1000) == ML_OK ? 0 : 1;
}
