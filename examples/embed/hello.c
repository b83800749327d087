/*
 * hello.c - the smallest host: a VM, one process that squares numbers, one
 * question, one answer.
 *
 *     cc hello.c $(pkg-config --cflags --libs moonlet) -o hello
 */
#include <moonlet.h>
#include <stdio.h>

static const char script[] =
    "while true do\n"
    "  receive\n"
    "    case {'call', from, ref, {'square', n}} then from ! {ref, n * n}\n"
    "    case {'call', from, ref, {'greet', name}} then from ! {ref, 'hello, ' .. name}\n"
    "  end\n"
    "end\n";

int main(void)
{
    ml_err err;
    ml_vm *vm = ml_open(NULL, &err);
    ml_host *me = ml_attach(vm, NULL, NULL, NULL);
    ml_pid worker = ml_spawn_string(vm, "=worker", script, ML_ALL, 0, NULL, &err);
    if (!ml_alive(vm, worker)) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    ml_msg *reply;                              /* wait for answers, a second at most */
    const char *text;
    if (ml_call(me, worker, ml_pack("{'greet' s}", "host"), &reply, 1000) == ML_OK && ml_match(reply, "s", &text) == 1)
        printf("%s\n", text);
    ml_free(reply);
    int64_t n;
    if (ml_call(me, worker, ml_pack("{'square' i}", (int64_t)12), &reply, 1000) == ML_OK && ml_match(reply, "i", &n) == 1)
        printf("12 * 12 = %lld\n", (long long)n);
    ml_free(reply);
    return ml_close(vm, 0) == ML_OK ? 0 : 1;
}
