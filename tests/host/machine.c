/*
 * machine.c - a VM in a host: life, driving, natives, messages, limits, two at
 * once, and a thousand one after the other without a byte left behind.
 */
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "moonlet.h"

static long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000L + t.tv_nsec / 1000000;
}

/* --- output and memory of a VM, caught --- */

static char said[4096];
static size_t nsaid;

static void catch_output(void *ud, int stream, const char *s, size_t n)
{
    (void)stream;
    *(int *)ud += 1;
    if (n > sizeof said - 1 - nsaid)
        n = sizeof said - 1 - nsaid;
    memcpy(said + nsaid, s, n);
    nsaid += n;
    said[nsaid] = 0;
}

static void *count(void *ud, void *p, size_t osize, size_t nsize)
{
    *(long *)ud += (long)nsize - (long)osize;
    if (nsize == 0) {
        free(p);
        return NULL;
    }
    void *q = realloc(p, nsize);
    if (!q)
        *(long *)ud -= (long)nsize - (long)osize;
    return q;
}

static ml_vm *open_vm(void)
{
    static int calls;
    ml_config cfg = ML_CONFIG_INIT;
    ml_err err;
    cfg.write = catch_output;
    cfg.write_ud = &calls;
    nsaid = 0;
    said[0] = 0;
    ml_vm *vm = ml_open(&cfg, &err);
    if (!vm) {
        printf("cannot open: %s\n", err.text);
        exit(1);
    }
    return vm;
}

static int run(ml_vm *vm, const char *src)
{
    ml_err err;
    ml_pid p = ml_spawn_string(vm, "=test", src, ML_ALL, ML_MAIN, NULL, &err);
    if (!ml_alive(vm, p)) {
        catch_output(&(int){ 0 }, 2, err.text, strlen(err.text));
        return err.code;
    }
    while (ml_step(vm, -1) != ML_DONE) {
    }
    return ml_exit_code(vm);
}

/* --- tests --- */

static void programs(void)
{
    static const struct { const char *src; int code; const char *says; } all[] = {
        { "print('hello')", 0, "hello\n" },
        { "#!/usr/bin/env moonlet\nprint(1)", 0, "1\n" },
        { "os.exit(7)", 7, "" },
        { "os.exit(true)", 0, "" },
        { "spawn(function() sleep(5) print('later') end)", 0, "later\n" },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        ml_vm *vm = open_vm();
        CHECK(run(vm, all[i].src) == all[i].code);
        CHECK_TEXT(said, all[i].says);
        CHECK(ml_close(vm, 0) == ML_OK);
    }
    ml_vm *vm = open_vm();
    CHECK(run(vm, "local t = nil\nprint(t.x)") == 1);
    CHECK(strstr(said, "test:2") && strstr(said, "attempt to index a nil value (local 't')"));
    ml_close(vm, 0);
    vm = open_vm();
    CHECK(run(vm, "x = = 1") == ML_ESYNTAX && strstr(said, "unexpected symbol near '='"));
    CHECK(run(vm, "while true do") == ML_EINCOMPLETE);
    CHECK(ml_check(vm, "=x", "local x <const> = 1", ML_ALL, NULL) == ML_OK);
    CHECK(ml_check(vm, "=x", "x = (1", ML_ALL, NULL) == ML_EINCOMPLETE);
    char *text = ml_dump(vm, "=x", "return 1 + a", ML_ALL, NULL);
    CHECK(text && strstr(text, "RETURN"));
    ml_free(text);
    ml_err err;
    CHECK(!ml_alive(vm, ml_spawn_file(vm, "/nowhere.lua", 0, NULL, &err)) && err.code == ML_ENOENT);
    ml_close(vm, 0);
}

static ml_msg *add(void *ud, const ml_msg *args, ml_err *err)
{
    int64_t a, b;
    *(int *)ud += 1;
    if (ml_match(args, "[i i]", &a, &b) == 1)
        return ml_pack("i", a + b);
    err->code = ML_EERROR;
    strcpy(err->text, "two integers, please");
    return NULL;
}

static ml_msg *several(void *ud, const ml_msg *args, ml_err *err)
{
    (void)ud, (void)err;
    return ml_pack("[i {'x' m}]", (int64_t)ml_count(args), ml_copy(args));
}

static ml_msg *naughty(void *ud, const ml_msg *args, ml_err *err)
{
    (void)args, (void)err;
    ml_vm *vm = ud;
    return ml_pack("{i i i}", (int64_t)ml_step(vm, 0), (int64_t)ml_close(vm, 0),
                   (int64_t)ml_set_global(vm, "x", ml_pack("1")));
}

static void natives(void)
{
    ml_vm *vm = open_vm();
    int calls = 0;
    const ml_reg fns[] = {
        { "add", add, &calls, "add(a, b)\nTheir sum." },
        { "several", several, NULL, NULL },
        { "naughty", naughty, vm, NULL },
        { NULL, NULL, NULL, NULL }
    };
    CHECK(ml_register(vm, "host", fns) == ML_OK);
    CHECK(ml_register(vm, NULL, fns) == ML_OK);
    CHECK(ml_set_global(vm, "settings", ml_pack("{name=s list={1 2}}", "value")) == ML_OK);
    CHECK(run(vm,
        "assert(host.add(1, 2) == 3 and add(2, 3) == 5)\n"
        "assert(require('host') == host)\n"
        "local ok, why = pcall(host.add, 'x')\n"
        "assert(not ok and why:find('two integers, please'), why)\n"
        "local n, t = host.several(1, nil, {2, y = 3}, print)\n"
        "assert(n == 4 and t[1] == 'x' and t[2][3].y == 3 and t[2][4] == 'function')\n"
        "local cycle = {}; cycle.me = cycle\n"
        "local _, c = host.several(cycle)\n"
        "assert(c[2][1].me == c[2][1])\n"
        "for i = 1, 1000 do local deep = {} for j = 1, 20 do deep = {deep} end host.several(deep) end\n"
        "assert(settings.name == 'value' and #settings.list == 2)\n"
        "settings.name = 'mine'; settings.list[3] = 3\n"
        "assert(settings.name == 'mine')\n"
        "spawn(function() assert(add(1, 1) == 2) end)\n"
        "local r = host.naughty()\n"
        "print(r[1], r[2], r[3])\n") == 0);
    char want[64];
    snprintf(want, sizeof want, "%d\t%d\t%d\n", ML_ESTEP, ML_EBUSY, ML_ESTEP);
    CHECK_TEXT(said, want);
    CHECK(calls == 4);
    ml_close(vm, 0);
}

static const char echo[] =
    "local host = ...\n"
    "register('echo', self())\n"
    "while true do\n"
    "  receive\n"
    "    case {'call', from, ref, 'fail'} then error('as asked', 0)\n"
    "    case {'call', from, ref, 'slow'} then sleep(200) from ! {ref, 'late'}\n"
    "    case {'call', from, ref, what} then from ! {ref, what}\n"
    "    case 'stop' then return\n"
    "    case m then host ! {'echo', m}\n"
    "  end\n"
    "end\n";

static void talking(void)
{
    ml_vm *vm = open_vm();
    ml_host *me = ml_attach(vm, "me", NULL, NULL);
    CHECK(!ml_attach(vm, "me", NULL, NULL));
    ml_pid p = ml_spawn_string(vm, "=echo", echo, ML_ALL, 0, ml_pack("[p]", ml_self(me)), NULL);
    ml_msg *m = NULL;
    int64_t i;
    const char *s;

    long from = now_ms();
    CHECK(ml_receive(me, &m, 30) == ML_ETIMEDOUT && !m);
    CHECK(now_ms() - from >= 29 && now_ms() - from < 5000);
    CHECK(ml_receive(me, &m, 0) == ML_ETIMEDOUT);
    CHECK(ml_whereis(vm, "echo").opaque[1] == p.opaque[1] && ml_alive(vm, p));
    CHECK(ml_whereis(vm, "nobody").opaque[1] == 0);

    for (i = 0; i < 100; i++)
        CHECK(ml_send(me, p, ml_pack("i", i)) == ML_OK);
    for (int64_t k = 0; k < 100; k++) {
        CHECK(ml_receive(me, &m, 1000) == ML_OK && ml_match(m, "{'echo' i}", &i) == 1 && i == k);
        ml_free(m);
    }
    CHECK(ml_send(me, p, ml_pack("{a={b={c='deep'}} list={1 2 {3}}}")) == ML_OK);
    CHECK(ml_receive(me, &m, 1000) == ML_OK &&
          ml_match(m, "{'echo' {a={b={c=s}} list={1 2 {3}}}}", &s) == 1 && strcmp(s, "deep") == 0);
    ml_free(m);

    CHECK(ml_send(me, p, ml_pack("x")) == ML_ENOMEM);   /* no such format */
    CHECK(ml_send(me, p, ml_pack("_")) == ML_EINVAL);
    ml_send(me, p, ml_pack("'first'"));
    CHECK(ml_call(me, p, ml_pack("{'question'}"), &m, 1000) == ML_OK && ml_match(m, "{'question'}") == 1);
    ml_free(m);
    CHECK(ml_call(me, p, ml_pack("'slow'"), &m, 20) == ML_ETIMEDOUT && !m);
    CHECK(ml_receive(me, &m, 1000) == ML_OK && ml_match(m, "{'echo' 'first'}") == 1);   /* stayed */
    ml_free(m);
    CHECK(ml_call(me, p, ml_pack("'fail'"), &m, 1000) == ML_ENOPROC && !m);
    CHECK(!ml_alive(vm, p));
    CHECK(ml_send(me, p, ml_pack("1")) == ML_OK);
    CHECK(ml_call(me, p, ml_pack("1"), &m, 1000) == ML_ENOPROC);
    while (ml_receive(me, &m, 0) == ML_OK)              /* the late answer */
        ml_free(m);

    p = ml_spawn_string(vm, "=echo", echo, ML_ALL, ML_BACKGROUND, ml_pack("p", ml_self(me)), NULL);
    ml_ref ref, r2;
    ml_pid who;
    CHECK(ml_monitor(me, p, &ref) == ML_OK);
    CHECK(ml_kill(vm, p, NULL) == ML_OK);
    CHECK(ml_receive(me, &m, 1000) == ML_OK && ml_match(m, "{'DOWN' r pid=p reason='killed'}", &r2, &who) == 1);
    CHECK(memcmp(&ref, &r2, sizeof ref) == 0 && memcmp(&who, &p, sizeof p) == 0);
    ml_free(m);
    CHECK(ml_monitor(me, p, NULL) == ML_OK);
    CHECK(ml_receive(me, &m, 1000) == ML_OK && ml_match(m, "{'DOWN' _ reason='noproc'}") == 1);
    ml_free(m);
    ml_detach(me);
    CHECK(ml_close(vm, 0) == ML_OK);
}

static int heard;

static void on_msg(ml_host *h, const ml_msg *m, void *ud)
{
    int64_t n;
    CHECK(ml_close(ud, 0) == ML_EBUSY);
    if (ml_match(m, "i", &n) == 1 && ++heard == 3)
        ml_detach(h);
}

static void callbacks(void)
{
    ml_vm *vm = open_vm();
    ml_host *me = ml_attach(vm, NULL, on_msg, vm);
    ml_spawn_string(vm, "=x", "local h = ... for i = 1, 5 do h ! i sleep(1) end", ML_ALL, 0,
                    ml_pack("[p]", ml_self(me)), NULL);
    while (ml_step(vm, -1) != ML_DONE) {
    }
    CHECK(heard == 3);
    CHECK(ml_close(vm, 0) == ML_OK);
}

static void driving(void)
{
    ml_vm *vm = open_vm();
    CHECK(ml_step(vm, 0) == ML_DONE);
    ml_pid p = ml_spawn_string(vm, "=x", "while true do end", ML_ALL, 0, NULL, NULL);
    CHECK(ml_timeout(vm) == 0);
    long from = now_ms();
    CHECK(ml_step(vm, 20) == ML_MORE);
    CHECK(now_ms() - from >= 19 && now_ms() - from < 2000);
    ml_kill(vm, p, "kill");
    CHECK(ml_step(vm, 100) == ML_DONE);
    ml_spawn_string(vm, "=x", "sleep(300)", ML_ALL, 0, NULL, NULL);
    CHECK(ml_step(vm, 100) == ML_IDLE);
    int wait = ml_timeout(vm);
    CHECK(wait > 0 && wait <= 300 && ml_fd(vm) >= 0);
    ml_interrupt(vm);
    CHECK(ml_step(vm, -1) == ML_MORE);
    ml_exit(vm, 9);
    CHECK(ml_step(vm, -1) == ML_DONE && ml_exit_code(vm) == 9);
    CHECK(ml_close(vm, 0) == ML_OK);
    vm = open_vm();             /* with time to clean up */
    ml_spawn_string(vm, "=x", "local x <close> = setmetatable({}, {__close = print})\n"
                    "process_flag('trap_exit', true) receive case {'EXIT', _, reason = r} then print(r) end",
                    ML_ALL, ML_MAIN, NULL, NULL);
    ml_spawn_string(vm, "=x", "while true do sleep(1) end", ML_ALL, 0, NULL, NULL);
    ml_step(vm, 5);
    CHECK(ml_close(vm, 2000) == ML_OK);
    CHECK(strncmp(said, "shutdown\n", 9) == 0);
}

/* A host that takes part, in a run that can be repeated. */
static uint64_t seeded(uint64_t seed)
{
    int calls = 0;
    ml_config cfg = ML_CONFIG_INIT;
    cfg.write = catch_output;
    cfg.write_ud = &calls;
    cfg.seed = seed;
    cfg.deterministic = 1;
    nsaid = 0;
    ml_vm *vm = ml_open(&cfg, NULL);
    ml_host *h = ml_attach(vm, "host", NULL, NULL);
    ml_spawn_string(vm, "=x", "for i = 1, 5 do spawn(function() send('host', i) end) end "
                    "sleep(3600 * 1000) print(math.random(0)) send('host', 'an hour later')",
                    ML_ALL, ML_MAIN, NULL, NULL);
    int64_t sum = 0, n = 0;
    ml_msg *m = NULL;
    for (int i = 0; i < 5; i++) {
        CHECK(ml_receive(h, &m, 1000) == ML_OK);
        CHECK(ml_match(m, "i", &n) == 1);
        sum = sum * 10 + n;
        ml_free(m);
    }
    CHECK(ml_receive(h, &m, 1000) == ML_ETIMEDOUT);
    while (ml_step(vm, 0) != ML_DONE && !nsaid)
        CHECK(ml_timeout(vm) >= 0);         /* time does not stand still */
    CHECK(ml_receive(h, &m, 1000) == ML_OK);
    CHECK(ml_match(m, "'an hour later'") == 1);
    ml_free(m);
    ml_detach(h);
    uint64_t hash = ml_trace_hash(vm);
    ml_close(vm, 0);
    return hash ^ (uint64_t)sum;
}

static void deterministic(void)
{
    char first[sizeof said];
    uint64_t seven = seeded(7);
    strcpy(first, said);
    CHECK(seven != 0 && seeded(7) == seven);
    CHECK_TEXT(said, first);
    CHECK(seeded(0) == seeded(0) && seeded(0) != seven);
    ml_vm *vm = open_vm();
    CHECK(ml_trace_hash(vm) == 0 && ml_trace_hash(NULL) == 0);
    ml_close(vm, 0);
    ml_config cfg = ML_CONFIG_INIT;
    ml_err err;
    cfg.deterministic = 1;
    cfg.schedulers = 2;
    CHECK(ml_open(&cfg, &err) == NULL && err.code == ML_EINVAL);
}

static void two_at_once(void)
{
    ml_vm *a = open_vm(), *b = open_vm();
    CHECK(run(a, "x = 1 string.extra = 1") == 0);
    CHECK(run(b, "assert(x == nil and string.extra == nil) print('apart')") == 0);
    CHECK_TEXT(said, "apart\n");
    ml_close(a, 0);
    CHECK(ml_step(b, 0) == ML_DONE);
    ml_close(b, 0);
}

static void limits(void)
{
    ml_config cfg = ML_CONFIG_INIT;
    ml_err err;
    long bytes = 0;
    cfg.schedulers = -1;
    CHECK(!ml_open(&cfg, &err) && err.code == ML_EINVAL);
    cfg.schedulers = 100000;
    CHECK(!ml_open(&cfg, &err) && err.code == ML_EINVAL);
    cfg = (ml_config)ML_CONFIG_INIT;
    cfg.size = 1;
    CHECK(!ml_open(&cfg, &err) && err.code == ML_EINVAL);
    cfg = (ml_config)ML_CONFIG_INIT;
    cfg.alloc = count;
    cfg.alloc_ud = &bytes;
    const char *scale = getenv("MOONLET_SCALE");
    int times = scale ? 20 : 1000;
    for (int i = 0; i < times; i++) {
        ml_vm *vm = ml_open(&cfg, NULL);
        CHECK(vm && bytes > 0);
        ml_host *me = ml_attach(vm, "me", NULL, NULL);
        ml_pid p = ml_spawn_string(vm, "=echo", echo, ML_ALL, 0, ml_pack("[p]", ml_self(me)), NULL);
        ml_msg *m = NULL;
        ml_send(me, p, ml_pack("{'ping' s}", "a text that is long enough to be kept outside of the heap: "
                               "more than a hundred and twenty-eight bytes, so a few words more are needed here"));
        CHECK(ml_receive(me, &m, 1000) == ML_OK);
        ml_free(m);
        ml_send(me, p, ml_pack("'unread'"));
        ml_spawn_string(vm, "=x", "while true do end", ML_ALL, 0, NULL, NULL);
        ml_step(vm, 0);
        CHECK(ml_close(vm, 0) == ML_OK);
        if (bytes != 0) {
            CHECK(bytes == 0);
            break;
        }
    }
}

/* Whatever the limit: an answer, never an abort, never a leak. */
static void small_machines(void)
{
    static char big[50000];
    long bytes = 0;
    ml_config cfg = ML_CONFIG_INIT;
    cfg.alloc = count;
    cfg.alloc_ud = &bytes;
    for (cfg.max_bytes = 1000; cfg.max_bytes < 2500000; cfg.max_bytes += getenv("MOONLET_SCALE") ? 90001 : 17001) {
        ml_vm *vm = ml_open(&cfg, NULL);
        ml_host *me = vm ? ml_attach(vm, NULL, NULL, NULL) : NULL;
        ml_msg *m;
        if (me) {
            ml_pid p = ml_spawn_string(vm, "=echo", echo, ML_ALL, 0, ml_pack("[p]", ml_self(me)), NULL);
            for (int i = 0; i < 60; i++)
                ml_send(me, p, ml_pack("{S}", big, sizeof big));
            while (ml_receive(me, &m, 1) == ML_OK)
                ml_free(m);
        }
        ml_close(vm, 0);
        CHECK(bytes == 0);
    }
}

static void after_fork(void)
{
    ml_vm *vm = open_vm();
    ml_host *me = ml_attach(vm, NULL, NULL, NULL);
    pid_t child = fork();
    if (child == 0) {
        int ok = ml_step(vm, 0) == ML_EFORK && ml_close(vm, 0) == ML_EFORK &&
                 ml_send(me, ml_self(me), ml_pack("1")) == ML_EFORK;
        ml_interrupt(vm);
        _exit(ok ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    CHECK(status == 0);
    ml_msg *m = NULL;
    CHECK(ml_send(me, ml_self(me), ml_pack("'mine'")) == ML_OK);
    CHECK(ml_receive(me, &m, 1000) == ML_OK && ml_match(m, "'mine'") == 1);
    ml_free(m);
    CHECK(ml_close(vm, 0) == ML_OK);
}

static int gone;
static void dtor(void *p) { (void)p; gone++; }

static void resources(void)
{
    ml_vm *vm = open_vm();
    ml_host *me = ml_attach(vm, NULL, NULL, NULL);
    ml_pid p = ml_spawn_string(vm, "=echo", echo, ML_ALL, 0, ml_pack("[p]", ml_self(me)), NULL);
    void *r = ml_resource(100, dtor), *same = NULL;
    ml_msg *m;
    ml_send(me, p, ml_pack("{'keep' R}", r));
    CHECK(ml_receive(me, &m, 1000) == ML_OK && ml_match(m, "{'echo' {'keep' R}}", &same) == 1 && same == r);
    ml_free(m);
    ml_free(r);
    ml_close(vm, 0);
    CHECK(gone == 1);
}

/* A host that sends never waits: it is told. */
static void full_mailboxes(void)
{
    ml_config cfg = ML_CONFIG_INIT;
    ml_vm *vm = ml_open(&cfg, NULL);
    ml_host *me = ml_attach(vm, "host", NULL, NULL);
    static const char text[] =
        "local main = whereis('host')\n"
        "local function reader(name)\n"
        "  main ! {name, self()}\n"
        "  sleep(1)\n"
        "  receive case 'go' then end\n"
        "  while true do receive case x then main ! {'read', x} end end\n"
        "end\n"
        "local all = {block = {limit = 2}, reject = {limit = 2, overflow = 'reject'},\n"
        "  drop_new = {limit = 2, overflow = 'drop_new'}, bytes = {bytes = 10000}}\n"
        "for name, opts in pairs(all) do spawn({mailbox = opts}, reader, name) end\n"
        "receive case 'never' then end\n";
    static char large[20000];
    ml_msg *m;
    int64_t i;
    ml_pid block = { { 0, 0 } }, reject = block, drop_new = block, bytes = block;
    ml_spawn_string(vm, "=full", text, ML_ALL, 0, NULL, NULL);
    for (int k = 0; k < 4; k++) {
        const char *name;
        ml_pid p;
        CHECK(ml_receive(me, &m, 1000) == ML_OK && ml_match(m, "{s p}", &name, &p) == 1);
        *(strcmp(name, "block") == 0 ? &block : strcmp(name, "reject") == 0 ? &reject
          : strcmp(name, "bytes") == 0 ? &bytes : &drop_new) = p;
        ml_free(m);
    }
    /* they sleep, and do not run while the host does */
    for (i = 1; i <= 2; i++) {
        CHECK(ml_send(me, block, ml_pack("i", i)) == ML_OK);
        CHECK(ml_send(me, reject, ml_pack("i", i)) == ML_OK);
    }
    CHECK(ml_send(me, block, ml_pack("i", i)) == ML_EAGAIN);
    CHECK(ml_send(me, reject, ml_pack("i", i)) == ML_EAGAIN);
    for (i = 1; i <= 4; i++)
        CHECK(ml_send(me, drop_new, ml_pack("i", i)) == ML_OK);
    CHECK(ml_send(me, bytes, ml_pack("S", large, sizeof large)) == ML_EINVAL);
    CHECK(ml_send(me, bytes, ml_pack("S", large, (size_t)8000)) == ML_OK);
    CHECK(ml_send(me, bytes, ml_pack("S", large, (size_t)8000)) == ML_EAGAIN);
    /* now it waits for `go`, and has looked at all there is: it must get it */
    CHECK(ml_receive(me, &m, 50) == ML_ETIMEDOUT);
    CHECK(ml_send(me, block, ml_pack("'go'")) == ML_OK);
    for (int64_t k = 1; k <= 2; k++) {
        CHECK(ml_receive(me, &m, 1000) == ML_OK && ml_match(m, "{'read' i}", &i) == 1 && i == k);
        ml_free(m);
    }
    CHECK(ml_send(me, block, ml_pack("3")) == ML_OK);
    CHECK(ml_receive(me, &m, 1000) == ML_OK && ml_match(m, "{'read' 3}") == 1);
    ml_free(m);
    CHECK(ml_close(vm, 0) == ML_OK);
}

int main(void)
{
    programs();
    natives();
    talking();
    full_mailboxes();
    callbacks();
    driving();
    deterministic();
    two_at_once();
    limits();
    small_machines();
    after_fork();
    resources();
    return wrong != 0;
}
