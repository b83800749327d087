/*
 * starving.c - signals when memory runs out. A process that ends tells everybody
 * though there is not a byte left; and whichever request for memory is refused,
 * nothing is left half done.
 */
#include <stdlib.h>

#include "check.h"
#include "moonlet.h"

static _Atomic(long) bytes, refuse_in, refused;          /* refuse_in < 0: from now on all */

static void *give(void *ud, void *p, size_t osize, size_t nsize)
{
    (void)ud;
    if (nsize > osize && refuse_in && (refuse_in < 0 || --refuse_in == 0)) {
        refused++;
        return NULL;
    }
    bytes += (long)nsize - (long)osize;
    if (nsize)
        return realloc(p, nsize);
    free(p);
    return NULL;
}

static char said[4096];
static size_t nsaid;

static void catch_output(void *ud, int stream, const char *s, size_t n)
{
    (void)ud;
    (void)stream;
    if (n > sizeof said - 1 - nsaid)
        n = sizeof said - 1 - nsaid;
    memcpy(said + nsaid, s, n);
    nsaid += n;
    said[nsaid] = 0;
}

static long next_refused;

static ml_msg *starve(void *ud, const ml_msg *args, ml_err *err)
{
    (void)ud, (void)args, (void)err;
    refuse_in = next_refused;
    return NULL;
}

static ml_vm *open_vm(void)
{
    static const ml_reg natives[] = { { "starve", starve, NULL, NULL }, { NULL, NULL, NULL, NULL } };
    ml_config cfg = ML_CONFIG_INIT;
    cfg.alloc = give;
    cfg.write = catch_output;
    cfg.schedulers = 0;
    nsaid = 0;
    said[0] = 0;
    refuse_in = 0;
    ml_vm *vm = ml_open(&cfg, NULL);
    CHECK(vm && ml_register(vm, NULL, natives) == ML_OK);
    return vm;
}

/* One process that hears it all, with room in its heap for what it will hear;
 * one that ends, and from then on there is no memory. */
static const char end_without_memory[] =
    "local host, how = ...\n"
    "process_flag('trap_exit', true)\n"
    "local why = freeze{'why', 42}\n"
    "local p = spawn(function()\n"
    "  receive case 'go' then starve() exit(why) end\n"
    "end)\n"
    "link(p)\n"
    "local refs = {}\n"
    "for i = 1, 1000 do refs[i] = monitor(p) end\n"
    "local room = {}\n"
    "for i = 1, 20000 do room[i] = {i} end\n"
    "collectgarbage() collectgarbage()\n"
    "receive case 'begin' then p ! 'go' end\n"
    "local exits, downs, right, got = 0, 0, 0, {}\n"
    "for i = 1, 1001 do got[i] = false end\n"
    "for i = 1, 1001 do\n"
    "  receive\n"
    "    case {'EXIT', ^p, reason = r} then\n"
    "      exits = exits + 1\n"
    "      if r == why then right = right + 1 end\n"
    "    case {'DOWN', ref, pid = ^p, reason = r} then\n"
    "      downs = downs + 1\n"
    "      if r == why then right = right + 1 end\n"
    "      got[downs] = ref\n"
    "  end\n"
    "end\n"
    "receive case 'fed' then end\n"
    "local seen = {}\n"
    "for i = 1, 1000 do seen[got[i]] = true end\n"
    "for i = 1, 1000 do assert(seen[refs[i]]) end\n"
    "print(exits, downs, right, #room, receive(0))\n";

static void everybody_is_told(void)
{
    ml_vm *vm = open_vm();
    ml_host *me = ml_attach(vm, NULL, NULL, NULL);
    ml_pid p = ml_spawn_string(vm, "=end", end_without_memory, ML_ALL, ML_MAIN, ml_pack("[p]", ml_self(me)), NULL);
    next_refused = -1;
    refused = 0;
    while (ml_step(vm, 20) == ML_MORE) {
    }
    CHECK(ml_send(me, p, ml_pack("'begin'")) == ML_OK);
    while (ml_step(vm, 20) == ML_MORE) {
    }
    CHECK(refuse_in < 0);
    refuse_in = 0;
    CHECK(ml_send(me, p, ml_pack("'fed'")) == ML_OK);
    ml_detach(me);
    while (ml_step(vm, -1) != ML_DONE) {
    }
    CHECK_TEXT(said, "1\t1000\t1001\t20000\tnil\ttimeout\n");
    CHECK(ml_close(vm, 0) == ML_OK);
    CHECK(bytes == 0);
}

/* All that makes and unmakes links, monitors, names and processes; the n-th
 * request for memory is refused. Whoever asked ends, and the books are right. */
static const char all_of_it[] =
    "local function idle() receive case 'stop' then end end\n"
    "setting, list = 'some', {1, 2, 3}\n"
    "local function uses() return setting, list end\n"
    "local function work()\n"
    "  starve()\n"
    "  local p, q = spawn(idle), spawn_link(idle)\n"
    "  local r, ref = spawn({monitor = true, link = true, name = 'nth'}, idle)\n"
    "  link(p) unlink(p) link(p) link(q)\n"
    "  local m, a = monitor(p), monitor(r, {alias = true})\n"
    "  demonitor(m)\n"
    "  alias() local once = alias('reply') once ! 'reply' receive case 'reply' then end\n"
    "  demonitor(monitor(p, {alias = 'explicit_unalias'})) monitor(self(), {alias = true})\n"
    "  process_dictionary().job = 'all of it' group_leader(q, p)\n"
    "  assert(process_info(q).group_leader == p and process_info().dictionary.job == 'all of it')\n"
    "  spawn({mailbox = 10, monitor = true}, idle)\n"
    "  spawn(uses) spawn(uses, {1, {2}}, ('x'):rep(200))\n"
    "  setting = {'changed'} spawn(uses)\n"
    "  local function helper() return setting end\n"
    "  local function counts() return helper(), string.extra end\n"
    "  for i = 1, 3 do setting = freeze{i} spawn(counts) spawn({mailbox = {limit = 9}}, counts) end\n"
    "  string.extra = helper spawn(counts) spawn(counts, spawn)\n"
    "  assert(load('return ' .. #processes()))\n"
    "  exit(spawn(idle), {'a reason'})\n"
    "  process_dictionary().a, process_dictionary().b = ('long'):rep(50), {}\n"
    "  process_info() process_info(p) process_info(p, {'state', 'links'})\n"
    "  monitor('nth') unregister('nth')\n"
    "  send_after(0, self(), 'tick') receive case 'tick' then end\n"
    "  p ! 'stop'\n"
    "  sleep(1)\n"
    "end\n"
    "local w, ref = spawn_monitor(work)\n"
    "receive case {'DOWN', ^ref, ...} then end\n"
    "for _, p in ipairs(processes()) do if p ~= self() then exit(p, 'kill') end end\n"
    "while #processes() > 1 do sleep(0) end\n"
    "local l = debug.ledger()\n"
    "for _, kind in ipairs{'message', 'exit', 'exit2', 'link', 'unlink', 'unlink_ack', 'monitor', 'demonitor', 'down'} do\n"
    "  assert(l['sent.' .. kind] == l['handled.' .. kind] + l['dropped.' .. kind] + l['purged.' .. kind], kind)\n"
    "end\n"
    "assert(l.links == l.unlinked and l.names == l.unnamed and l.aliases == l.unaliased)\n"
    "assert(l.monitors == l.downs + l.demonitored + l.monitors_purged)\n"
    "assert(l.watchers == l.watchers_told + l.unwatched)\n"
    "assert(l.procs - l.ended == #processes(), 'a process that nobody knows')\n"
    "print('right')\n";

static void each_request_refused_once(void)
{
    int right = 0, ended = 0;
    refused = 1;
    for (next_refused = 1; refused; next_refused++) {
        ml_vm *vm = open_vm();
        refused = 0;
        ml_spawn_string(vm, "=all", all_of_it, ML_ALL, ML_MAIN, NULL, NULL);
        while (ml_step(vm, -1) != ML_DONE) {
        }
        refuse_in = 0;
        if (nsaid >= 6 && strcmp(said + nsaid - 6, "right\n") == 0)
            right++;
        else if (ml_exit_code(vm) == 1 && !nsaid)      /* main was hit itself */
            ended++;
        else
            printf("request %ld: exit code %d, %s\n", next_refused, ml_exit_code(vm), said), wrong++;
        CHECK(ml_close(vm, 0) == ML_OK);
        if (bytes != 0)
            printf("request %ld: %ld bytes left\n", next_refused, bytes);
        CHECK(bytes == 0);
        bytes = 0;
    }
    CHECK(right > 50 && ended < right);
}

/* A VM that lacks the memory to be opened leaves nothing, also when its threads
 * have not been started. */
static void opens_or_leaves_nothing(unsigned schedulers)
{
    long n = 0, failed = 0;
    ml_vm *vm;
    do {
        ml_config cfg = ML_CONFIG_INIT;
        cfg.alloc = give;
        cfg.schedulers = schedulers;
        n += 1 + n / 20;
        refuse_in = n;
        vm = ml_open(&cfg, NULL);
        refuse_in = 0;
        if (!vm) {
            failed++;
            CHECK(bytes == 0);
        }
    } while (!vm);
    CHECK(failed > 10);
    CHECK(ml_close(vm, 0) == ML_OK);
    CHECK(bytes == 0);
}

/* An argument: heaps have no room to spare, so who hears of an end needs memory. */
int main(int argc, char **argv)
{
    (void)argv;
    opens_or_leaves_nothing(0);
    opens_or_leaves_nothing(2);
    if (argc == 1)
        everybody_is_told();
    each_request_refused_once();
    return wrong != 0;
}
