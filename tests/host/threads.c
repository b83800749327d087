/*
 * threads.c - what other threads of the host may do: send, interrupt, and
 * nothing else. Argument: how many threads the VM has, 0 if none is given.
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

#include "check.h"
#include "moonlet.h"

enum { SENDERS = 4 };
static int each = 2000;

typedef struct Shared { ml_vm *vm; ml_host *host; ml_pid to; int64_t number; } Shared;

static void *send_many(void *p)
{
    Shared *s = p;
    for (int64_t i = 1; i <= each; i++) {
        int status;
        while ((status = ml_send(s->host, s->to, ml_pack("{i i}", s->number, i))) == ML_EAGAIN)
            sched_yield();              /* a bounded mailbox is full */
        if (status != ML_OK)
            abort();
    }
    return NULL;
}

static void *meddle(void *p)
{
    Shared *s = p;
    s->number = ml_step(s->vm, 0);
    return NULL;
}

static void *interrupt(void *p)
{
    nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
    ml_interrupt(p);
    return NULL;
}

static const char counter[] =
    "local host, senders, each = ...\n"
    "local last, n = {}, 0\n"
    "while n < senders * each do\n"
    "  receive case {who, i} then\n"
    "    if i ~= (last[who] or 0) + 1 then error('out of order') end\n"
    "    last[who], n = i, n + 1\n"
    "  end\n"
    "end\n"
    "host ! {'counted', n}\n";

/* The same with a mailbox that has room for ten: never are there more. */
static const char bounded[] =
    "local host, senders, each = ...\n"
    "local function count()\n"
    "  local last, n, most = {}, 0, 0\n"
    "  while n < senders * each do\n"
    "    receive case {who, i} then\n"
    "      if i ~= (last[who] or 0) + 1 then error('out of order') end\n"
    "      last[who], n = i, n + 1\n"
    "      if n % 100 == 0 then most = math.max(most, process_info(self()).mailbox.messages) end\n"
    "    end\n"
    "  end\n"
    "  host ! {'counted', n, most}\n"
    "end\n"
    "host ! {'here', spawn({mailbox = {limit = 10, overflow = 'reject'}}, count)}\n";

static void full_mailbox(ml_vm *vm, ml_host *me)
{
    pthread_t t[SENDERS];
    Shared s[SENDERS];
    ml_msg *m;
    ml_pid p;
    int64_t n, most;
    ml_spawn_string(vm, "=bounded", bounded, ML_ALL, 0,
                    ml_pack("[p i i]", ml_self(me), (int64_t)SENDERS, (int64_t)each), NULL);
    CHECK(ml_receive(me, &m, 30000) == ML_OK && ml_match(m, "{'here' p}", &p) == 1);
    ml_free(m);
    for (int i = 0; i < SENDERS; i++) {
        s[i] = (Shared){ vm, me, p, i };
        pthread_create(&t[i], NULL, send_many, &s[i]);
    }
    CHECK(ml_receive(me, &m, 30000) == ML_OK && ml_match(m, "{'counted' i i}", &n, &most) == 1);
    CHECK(n == (int64_t)SENDERS * each && most <= 10);
    ml_free(m);
    for (int i = 0; i < SENDERS; i++)
        pthread_join(t[i], NULL);
}

/* A native of the host takes long; who waits behind its caller runs elsewhere. */
static _Atomic(int) set, seen;

static ml_msg *set_it(void *ud, const ml_msg *args, ml_err *err)
{
    (void)ud, (void)args, (void)err;
    set = 1;
    return NULL;
}

static ml_msg *wait_for_it(void *ud, const ml_msg *args, ml_err *err)
{
    (void)ud, (void)args, (void)err;
    for (int i = 0; i < 20000 && !set; i++)
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    seen = set;
    return NULL;
}

static void long_native(ml_vm *vm, ml_host *me)
{
    ml_msg *m;
    ml_spawn_string(vm, "=native", "local host = ... for i = 1, 50 do sleep(1) end "
                    "spawn(function() set_it() end) wait_for_it() host ! 'over'",
                    ML_ALL, 0, ml_pack("[p]", ml_self(me)), NULL);
    CHECK(ml_receive(me, &m, 30000) == ML_OK && seen);
    ml_free(m);
}

int main(int argc, char **argv)
{
    ml_config cfg = ML_CONFIG_INIT;
    cfg.schedulers = argc > 1 ? atoi(argv[1]) : 0;
    if (getenv("MOONLET_SCALE"))
        each = 100;
    ml_vm *vm = ml_open(&cfg, NULL);
    static const ml_reg natives[] = {
        { "set_it", set_it, NULL, NULL }, { "wait_for_it", wait_for_it, NULL, NULL }, { NULL, NULL, NULL, NULL }
    };
    CHECK(ml_register(vm, NULL, natives) == ML_OK);
    ml_host *me = ml_attach(vm, NULL, NULL, NULL);
    ml_pid p = ml_spawn_string(vm, "=counter", counter, ML_ALL, 0,
                               ml_pack("[p i i]", ml_self(me), (int64_t)SENDERS, (int64_t)each), NULL);
    pthread_t t[SENDERS], one;
    Shared s[SENDERS];
    for (int i = 0; i < SENDERS; i++) {
        s[i] = (Shared){ vm, me, p, i };
        pthread_create(&t[i], NULL, send_many, &s[i]);
    }
    ml_msg *m = NULL;
    int64_t n = 0;
    CHECK(ml_receive(me, &m, 30000) == ML_OK && ml_match(m, "{'counted' i}", &n) == 1);
    CHECK(n == (int64_t)SENDERS * each);
    ml_free(m);
    for (int i = 0; i < SENDERS; i++)
        pthread_join(t[i], NULL);

    full_mailbox(vm, me);
    if (cfg.schedulers > 1)
        long_native(vm, me);

    pthread_create(&one, NULL, meddle, &s[0]);
    pthread_join(one, NULL);
    CHECK(s[0].number == ML_ETHREAD);

    ml_spawn_string(vm, "=loop", "while true do end", ML_ALL, 0, NULL, NULL);
    pthread_create(&one, NULL, interrupt, vm);
    CHECK(ml_step(vm, -1) == ML_MORE);
    pthread_join(one, NULL);
    pthread_create(&one, NULL, interrupt, vm);
    CHECK(ml_receive(me, &m, -1) == ML_EAGAIN);
    pthread_join(one, NULL);

    ml_send(me, ml_self(me), ml_pack("1"));
    CHECK(ml_close(vm, 0) == ML_OK);
    return wrong != 0;
}
