/* Standard output and error: lines stay whole, whoever writes. */

#include "tests/unit/test.h"

#include <fcntl.h>
#include <unistd.h>

#include "vm/base/thread.h"
#include "vm/edge/out.h"
#include "vm/proc/vm.h"
#include "vm/run/poll.h"

enum { WRITERS = 3, LINE = 40 };

static Vm     vm;               /* only its memory, poller and streams are used */
static int    ends[2], kept;    /* a pipe stands for descriptor 2 */
static long   lines;            /* of each writer */
static long   whole[WRITERS], torn;
static _Atomic(int) over;

static bool start(void)
{
    ml_mem_init(&vm.mem, NULL, NULL, 0);
    vm.poll = ml_poll_new(&vm.mem);
    kept = dup(2);
    lines = test_scale(20000, 200);
    atomic_store(&over, 0);
    return vm.poll && kept >= 0 && pipe2(ends, O_CLOEXEC) == 0 && dup2(ends[1], 2) == 2 &&
           ml_out_open(&vm);
}

static bool finish(void)
{
    vm.stdio_fini(&vm);
    dup2(kept, 2);
    close(kept);
    close(ends[0]);
    close(ends[1]);
    ml_poll_free(vm.poll);
    vm.write = NULL;
    return ml_mem_used(&vm.mem) == 0;
}

static void write_lines(void *ud)
{
    char line[LINE];
    int me = *(int *)ud;
    memset(line, 'a' + me, LINE - 1);
    line[LINE - 1] = '\n';
    for (long i = 0; i < lines; i++) {
        while (ml_out_full(&vm, 2)) {
        }
        ml_out_write(&vm, 2, line, LINE);
    }
}

/* Also a writer that is stopped now and then. */
static void read_lines(void *ud)
{
    static char buf[LINE * 100];
    size_t have = 0;
    (void)ud;
    for (long left = WRITERS * lines * LINE; left > 0;) {
        ssize_t n = read(ends[0], buf + have, sizeof buf - have);
        if (n <= 0)
            return;
        left -= n;
        have += (size_t)n;
        size_t at = 0;
        for (; at + LINE <= have; at += LINE) {
            int who = buf[at] - 'a';
            bool ok = who >= 0 && who < WRITERS && buf[at + LINE - 1] == '\n';
            for (size_t i = 0; ok && i < LINE - 1; i++)
                ok = buf[at + i] == buf[at];
            if (ok)
                whole[who]++;
            else
                torn++;
        }
        memmove(buf, buf + at, have - at);
        have -= at;
    }
}

static void ready(void *ctx, void *ud, int events)
{
    (void)events;
    if (ud == vm.stdio)
        ml_out_flush(ctx, false);
}

/* What an idle worker does. */
static void poll_and_flush(void *ud)
{
    while (!atomic_load(&over)) {
        ml_out_flush(ud, false);
        ml_poll_wait(vm.poll, 1000, ready, ud);
    }
}

static void run_writers(void)
{
    Thread t[WRITERS];
    static int who[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        who[i] = i;
        whole[i] = 0;
        ml_thread_start(&t[i], write_lines, &who[i]);
    }
    for (int i = 0; i < WRITERS; i++)
        ml_thread_join(&t[i]);
}

static void lines_stay_whole_in(FileMode mode)
{
    Thread reader, poller;
    torn = 0;
    CHECK(start());
    ml_out_mode(&vm, 2, mode);
    CHECK(ml_thread_start(&reader, read_lines, NULL));
    CHECK(ml_thread_start(&poller, poll_and_flush, &vm));
    run_writers();
    ml_out_flush(&vm, true);
    ml_thread_join(&reader);
    atomic_store(&over, 1);
    ml_poll_wake(vm.poll);
    ml_thread_join(&poller);
    CHECK_EQ(torn, 0);
    for (int i = 0; i < WRITERS; i++)
        CHECK_EQ(whole[i], lines);
    CHECK(finish());
}

TEST(lines_stay_whole)
{
    lines_stay_whole_in(FILE_NONE);
}

TEST(lines_stay_whole_in_a_buffer)
{
    lines_stay_whole_in(FILE_FULL);
}

static int at_once, most_at_once;       /* under no lock but that of the room */

static void host(void *ud, int stream, const char *s, size_t n)
{
    long *count = ud;
    if (++at_once > most_at_once)
        most_at_once = at_once;
    if (stream == 2 && n == LINE)
        whole[s[0] - 'a']++;
    ++*count;
    at_once--;
}

TEST(the_host_is_called_by_one_thread_at_a_time)
{
    long count = 0;
    CHECK(start());
    vm.write = host;
    vm.write_ud = &count;
    run_writers();
    CHECK_EQ(count, WRITERS * lines);
    CHECK_EQ(most_at_once, 1);
    for (int i = 0; i < WRITERS; i++)
        CHECK_EQ(whole[i], lines);
    CHECK(finish());
}

TEST_MAIN
