/* Files, pipes and children: what is asked for, what is waited for. */

#include "tests/unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vm/edge/block.h"
#include "vm/edge/file.h"
#include "vm/edge/out.h"
#include "vm/proc/vm.h"

static Vm   vm;                 /* only its memory and its pool are used */
static char path[64];

static void finished(Job *j)
{
    ml_store(&j->done, 1);
    ml_shared_unref(&j->h);
}

static bool start(void)
{
    ml_mem_init(&vm.mem, NULL, NULL, 0);
    vm.pool = ml_pool_new(&vm.mem, 1, finished);
    snprintf(path, sizeof path, "/tmp/moonlet-test-%d", (int)getpid());
    return vm.pool != NULL;
}

static bool finish(void)
{
    ml_pool_free(vm.pool);
    vm.pool = NULL;
    if (vm.stdio_fini && vm.stdio)
        vm.stdio_fini(&vm);
    unlink(path);
    return ml_mem_used(&vm.mem) == 0;
}

/* What a process does between two calls. */
static void wait_for(File *f, FileEnd e)
{
    struct pollfd p = { .fd = ml_file_fd(f), .events = e == FILE_READ ? POLLIN : POLLOUT };
    if (e == FILE_JOB) {
        f->job.queued = true;
        ml_pool_submit(vm.pool, &f->job);
        while (!ml_job_is_done(&f->job)) {
        }
    } else {
        poll(&p, 1, e == FILE_LATER ? 1 : 1000);
    }
}

#define UNTIL_DONE(f, e, call)                                               \
    do {                                                                     \
        while (((e) = (call)) >= FILE_READ)                                  \
            wait_for((f), (e));                                              \
    } while (0)

static File *open_path(const char *name, const char *mode)
{
    File *f = ml_file_new(&vm, &vm.mem);
    FileEnd e;
    ml_file_want(f, name, mode);
    UNTIL_DONE(f, e, ml_file_open(f));
    return f;
}

static FileEnd put(File *f, const char *s, size_t n)
{
    FileEnd e;
    size_t done = 0;
    UNTIL_DONE(f, e, ml_file_write(f, s, n, &done));
    return e;
}

static FileEnd shut(File *f)
{
    FileEnd e;
    UNTIL_DONE(f, e, ml_file_close(f));
    return e;
}

static size_t get(File *f, char *to, size_t n)
{
    size_t have = 0, got;
    FileEnd e = FILE_OK;
    while (have < n && e == FILE_OK) {
        UNTIL_DONE(f, e, ml_file_read(f, to + have, n - have, &got));
        have += got;
    }
    return have;
}

static char block[300 * 1000], back[300 * 1000];

static void fill_block(void)
{
    uint64_t r = 1;
    for (size_t i = 0; i < sizeof block; i++)
        block[i] = (char)test_random(&r);
}

TEST(what_is_written_is_read)
{
    CHECK(start());
    fill_block();
    File *f = open_path(path, "w");
    CHECK(ml_file_is_open(f));
    for (size_t i = 0; i < sizeof block; i += 1000)
        CHECK_EQ(put(f, block + i, 1000), FILE_OK);
    CHECK_EQ(shut(f), FILE_OK);
    CHECK(!ml_file_is_open(f));
    ml_shared_unref(&f->job.h);

    f = open_path(path, "r");
    CHECK_EQ(ml_file_left(f), sizeof block);
    CHECK_EQ(get(f, back, sizeof back), sizeof back);
    CHECK(memcmp(block, back, sizeof back) == 0);
    CHECK_EQ(get(f, back, 1), 0);
    CHECK_EQ(put(f, "x", 1), FILE_FAIL);
    CHECK_EQ(f->err, EBADF);
    CHECK_EQ(shut(f), FILE_OK);
    ml_shared_unref(&f->job.h);
    CHECK(finish());
}

TEST(reading_and_writing_take_turns)
{
    CHECK(start());
    char c[4];
    int64_t pos;
    FileEnd e;
    File *f = open_path(path, "w+");
    CHECK_EQ(put(f, "0123456789", 10), FILE_OK);
    UNTIL_DONE(f, e, ml_file_seek(f, SEEK_SET, 2, &pos));
    CHECK_EQ(e, FILE_OK);
    CHECK_EQ(get(f, c, 2), 2);
    CHECK(c[0] == '2' && c[1] == '3');
    UNTIL_DONE(f, e, ml_file_seek(f, SEEK_CUR, 0, &pos));
    CHECK_EQ(pos, 4);
    CHECK_EQ(put(f, "ab", 2), FILE_OK);         /* read-ahead is given back */
    CHECK_EQ(get(f, c, 2), 2);
    CHECK(c[0] == '6');
    UNTIL_DONE(f, e, ml_file_seek(f, SEEK_SET, 0, &pos));
    CHECK_EQ(get(f, back, 100), 10);
    CHECK(memcmp(back, "0123ab6789", 10) == 0);
    CHECK_EQ(shut(f), FILE_OK);
    ml_shared_unref(&f->job.h);
    CHECK(finish());
}

/* Dropped without a close: what was written arrives all the same. */
TEST(the_last_reference_writes)
{
    CHECK(start());
    File *f = open_path(path, "w");
    CHECK_EQ(put(f, "left behind", 11), FILE_OK);
    ml_shared_unref(&f->job.h);
    ml_pool_free(vm.pool);
    vm.pool = ml_pool_new(&vm.mem, 1, finished);
    f = open_path(path, "r");
    CHECK_EQ(get(f, back, 100), 11);
    ml_shared_unref(&f->job.h);
    CHECK(finish());
}

TEST(what_is_not_there_has_a_reason)
{
    CHECK(start());
    File *f = open_path("/no/such/file", "r");
    CHECK(!ml_file_is_open(f));
    CHECK_EQ(f->err, ENOENT);
    ml_shared_unref(&f->job.h);
    f = open_path("/", "r");
    CHECK(ml_file_is_open(f));
    FileEnd e;
    UNTIL_DONE(f, e, ml_file_fill(f));
    CHECK_EQ(e, FILE_FAIL);
    CHECK_EQ(f->err, EISDIR);
    CHECK_EQ(shut(f), FILE_OK);
    ml_shared_unref(&f->job.h);
    CHECK(finish());
}

TEST(a_full_device_tells_at_the_close)
{
    CHECK(start());
    File *f = open_path("/dev/full", "w");
    CHECK_EQ(put(f, "x", 1), FILE_OK);
    CHECK_EQ(shut(f), FILE_FAIL);
    CHECK_EQ(f->err, ENOSPC);
    ml_shared_unref(&f->job.h);
    CHECK(finish());
}

TEST(a_named_pipe_waits_for_its_other_end)
{
    CHECK(start());
    CHECK(mkfifo(path, 0600) == 0);
    File *w = ml_file_new(&vm, &vm.mem);
    CHECK(ml_file_want(w, path, "w"));
    FileEnd e = ml_file_open(w);
    CHECK_EQ(e, FILE_JOB);
    wait_for(w, e);
    CHECK_EQ(ml_file_open(w), FILE_LATER);
    File *r = open_path(path, "r");
    CHECK_EQ(ml_file_fill(r), FILE_READ);       /* and not its end */
    UNTIL_DONE(w, e, ml_file_open(w));
    CHECK_EQ(e, FILE_OK);
    CHECK_EQ(ml_file_fill(r), FILE_READ);
    CHECK_EQ(put(w, "hello", 5), FILE_OK);
    CHECK_EQ(shut(w), FILE_OK);
    CHECK_EQ(get(r, back, 100), 5);
    CHECK_EQ(ml_file_fill(r), FILE_EOF);
    CHECK_EQ(shut(r), FILE_OK);
    ml_shared_unref(&r->job.h);
    ml_shared_unref(&w->job.h);
    CHECK(finish());
}

static File *run(const char *command, bool reading)
{
    File *f = ml_file_new(&vm, &vm.mem);
    FileEnd e;
    ml_file_want_command(f, command, reading);
    UNTIL_DONE(f, e, ml_file_open(f));
    return f;
}

TEST(a_child_is_read_and_waited_for)
{
    CHECK(start());
    File *f = run("sleep 0.05; echo out; exit 3", true);
    CHECK(ml_file_is_open(f));
    CHECK_EQ(get(f, back, 100), 4);
    CHECK_EQ(shut(f), FILE_OK);
    CHECK_EQ(WEXITSTATUS(f->status), 3);
    ml_shared_unref(&f->job.h);
    CHECK(finish());
}

TEST(a_child_is_written_to)
{
    CHECK(start());
    char command[128];
    snprintf(command, sizeof command, "sleep 0.05; cat >%s", path);
    File *f = run(command, false);
    fill_block();
    CHECK_EQ(put(f, block, sizeof block), FILE_OK);
    CHECK_EQ(shut(f), FILE_OK);
    CHECK_EQ(f->status, 0);
    ml_shared_unref(&f->job.h);
    f = open_path(path, "r");
    CHECK_EQ(get(f, back, sizeof back), sizeof back);
    CHECK(memcmp(block, back, sizeof back) == 0);
    ml_shared_unref(&f->job.h);
    CHECK(finish());
}

/* SIGPIPE has its default disposition here: it would end the test. */
TEST(a_reader_that_left_is_an_error_and_no_signal)
{
    CHECK(start());
    File *f = run("exit 0", false);
    usleep(50 * 1000);
    FileEnd e = FILE_OK;
    for (int i = 0; i < 3 && e == FILE_OK; i++)
        e = put(f, block, sizeof block);
    CHECK_EQ(e, FILE_FAIL);
    CHECK_EQ(f->err, EPIPE);
    shut(f);
    CHECK_EQ(f->status, 0);
    ml_shared_unref(&f->job.h);
    CHECK(finish());
}

TEST(an_abandoned_child_is_collected)
{
    CHECK(start());
    CHECK(ml_out_open(&vm));
    File *f = run("sleep 0.05", true);
    pid_t child = f->child;
    ml_shared_unref(&f->job.h);
    CHECK_EQ(kill(child, 0), 0);
    usleep(150 * 1000);
    ml_child_reap(&vm);
    CHECK(kill(child, 0) < 0 && errno == ESRCH);
    CHECK(finish());
}

TEST(a_temporary_file_has_no_name)
{
    CHECK(start());
    File *f = ml_file_new(&vm, &vm.mem);
    FileEnd e;
    int64_t pos;
    ml_file_want_temp(f);
    UNTIL_DONE(f, e, ml_file_open(f));
    CHECK_EQ(e, FILE_OK);
    CHECK_EQ(put(f, "abc", 3), FILE_OK);
    UNTIL_DONE(f, e, ml_file_seek(f, SEEK_END, -2, &pos));
    CHECK_EQ(pos, 1);
    CHECK_EQ(get(f, back, 10), 2);
    CHECK_EQ(shut(f), FILE_OK);
    ml_shared_unref(&f->job.h);
    CHECK(finish());
}

TEST_MAIN
