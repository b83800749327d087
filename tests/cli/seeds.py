#!/usr/bin/env python3
# slow
"""seeds.py - runs that can be repeated: --seed, --trace-hash, --schedules."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time

MOONLET = os.environ["MOONLET"]
TMP = os.environ["TMPDIR"]
VARIANT = os.environ.get("MOONLET_VARIANT", "release")
SLOW = {"release": 1, "checks": 6, "asan": 6, "tsan": 12}[VARIANT]
wrong = 0

PROGRAMS = {
    "ping-pong": """
        local function player() while true do receive case {"ball", from, n} then from ! {"ball", self(), n + 1} end end end
        local a, n = spawn({background = true}, player), 0
        while n < 200 do
          a ! {"ball", self(), n}
          receive case {"ball", _, m} then n = m end
        end
        print(n)
    """,
    "many senders": """
        local me = self()
        for i = 1, 20 do spawn(function() for k = 1, 5 do me ! {i, k} end end) end
        local seen = {}
        for _ = 1, 100 do
          receive case {i, k} then
            assert((seen[i] or 0) == k - 1)
            seen[i] = k
            io.write(i, " ")
          end
        end
    """,
    "timers": """
        local me = self()
        for i = 1, 50 do
          local ref = send_after(i * 7 % 50, me, i)
          if i % 5 == 0 then cancel_timer(ref) end
          spawn(function() sleep(i % 7) me ! "awake" end)
        end
        for i = 1, 90 do io.write(tostring(receive()), " ") end
        print(receive(1e6), now() >= 1e6)
    """,
    "spawn tree": """
        local function node(depth, up)
          if depth == 0 then up ! 1 return end
          for _ = 1, 3 do spawn_link(node, depth - 1, self()) end
          local sum = 0
          for _ = 1, 3 do sum = sum + receive() end
          up ! sum
        end
        local p, ref = spawn_monitor(node, 4, self())
        print(receive(), receive().pid == p, math.random(1000000), #processes())
    """,
    "coroutines": """
        local me = self()
        local function numbers(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end
        for i = 1, 8 do
          spawn(function() local s = 0 for k in numbers(300) do s = s + k if k % 50 == 0 then me ! {i, s} end end end)
        end
        for _ = 1, 48 do receive case {i, s} then io.write(i, "=", s, " ") end end
    """,
    "a long text": """
        local me = self()
        local parts = {}
        for i = 1, 3000 do parts[i] = "local v" .. i % 100 .. " = " .. i end
        local text = "do " .. table.concat(parts, " end do ") .. " end return 'compiled'"
        for i = 1, 3 do spawn(function() me ! {i, load(text)()} end) end
        for _ = 1, 3 do print(table.unpack(receive())) end
    """,
    "files": """
        local me, folder = self(), ...
        for i = 1, 6 do
          spawn(function()
            local name = folder .. "/file" .. i
            for k = 1, 3 do
              local f <close> = io.open(name, k == 1 and "w" or "a")
              f:write(("line\\n"):rep(2000 * i))
            end
            local f <close> = io.open(name)
            local n = 0
            for _ in f:lines() do n = n + 1 end
            me ! {i, n}
          end)
        end
        for _ = 1, 6 do receive case {i, n} then assert(n == 6000 * i) io.write(i, " ") end end
        print()
    """,
    "a changed library": """
        local me = self()
        for i = 1, 4 do
          spawn(function()
            for _, lib in pairs {string, table, math, utf8, coroutine, os} do lib["own" .. i] = i end
            math.pi = 3
            for k = 1, 50 do local t = {} for n = 1, 20 do t[n] = tostring(n) end end
            me ! {string["own" .. i], math.pi}
          end)
        end
        for _ = 1, 4 do receive case {i, pi} then io.write(i, " ", pi, " ") end end
    """,
    "tables and errors": """
        local t, order = {}, {}
        for i = 1, 40 do t["key" .. i] = i t[{}] = true t[print] = i end
        for k, v in pairs(t) do order[#order + 1] = tostring(v) end
        print(table.concat(order, " "))
        local _, ref = spawn_monitor(function() error("on purpose") end)
        print(receive().reason[2])
    """,
}


def env(**more):
    e = dict(os.environ)
    for name in ("LUA_INIT", "LUA_INIT_5_4", "MOONLET_INIT"):
        e.pop(name, None)
    e.update(more)
    return e


def run(*args, stdin="", **more):
    p = subprocess.run([MOONLET] + list(args), input=stdin.encode(), stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE, cwd=TMP, env=env(**more), timeout=40 * SLOW)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def check(ok, *what):
    global wrong
    if not ok:
        wrong += 1
        print("wrong:", *what)


def write(name, text):
    with open(os.path.join(TMP, name), "w") as f:
        f.write(text)
    return name


def hash_of(err):
    found = re.findall(r"^moonlet: trace hash ([0-9a-f]{16})$", err, re.M)
    return found[0] if len(found) == 1 else None


def one_seed_one_run():
    """The same to the last slice and byte; another seed, another run."""
    for name, text in PROGRAMS.items():
        script, hashes = write("p.lua", text), set()
        for seed in ("0", "1", "18446744073709551615"):
            first, second = (run("--seed", seed, "--trace-hash", script, TMP) for _ in range(2))
            check(first[0] == 0, name, seed, first)
            check(first == second, name, seed, first, second)
            check(hash_of(first[2]), name, seed, first)
            hashes.add(hash_of(first[2]))
        check(len(hashes) == 3, name, "one hash for several seeds", hashes)


def where_the_address_space_lies():
    """Without randomized addresses the hash is what it is with them."""
    if subprocess.run(["setarch", "-R", "true"], stderr=subprocess.DEVNULL).returncode:
        return
    for name, text in PROGRAMS.items():
        script = write("p.lua", text)
        mine = run("--seed", "7", "--trace-hash", script, TMP)
        p = subprocess.run(["setarch", "-R", MOONLET, "--seed", "7", "--trace-hash", script, TMP], cwd=TMP,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env(LONG="x" * 5000))
        check(p.stdout.decode() == mine[1] and p.stderr.decode() == mine[2], name, mine, p)


def made_up_time():
    script = write("t.lua", """
        local day = 24 * 3600 * 1000
        print(os.time(), os.date("!%F"), now() < 1000, os.clock() < 1)
        sleep(30 * day)
        print(os.time() - 30 * 24 * 3600, os.date("!%F"), now() >= 30 * day)
        local until_then = os.time() + 1
        while os.time() < until_then do end
        print("on")
    """)
    out = "1767225600\t2026-01-01\ttrue\ttrue\n1767225600\t2026-01-31\ttrue\non\n"
    for seed in ("1", "2"):
        check(run("--seed", seed, script) == (0, out, ""), "time", run("--seed", seed, script))


def time_passes_while_the_outside_works():
    """A timer is not ahead of a command that is faster in the real world."""
    script = write("w.lua", """
        local me = self()
        send_after(600 * 1000, me, "late")
        print(io.popen("sleep 0.1; echo done"):read())
        print(receive(0))
    """)
    got = run("--seed", "1", script)
    check(got == (0, "done\nnil\ttimeout\n", ""), "a command", got)


def the_end_is_the_same():
    check(run("--seed", "1", "-e", "receive case 1 then end")[0] == 1, "deadlock")
    check(run("--seed", "1", "-e", "error('no')")[0] == 1, "error")
    check(run("--seed", "1", "-e", "os.exit(9)")[0] == 9, "exit code")
    check(run("--seed", "1", "-", stdin="print(io.read())\nx") [0] == 1, "standard input")


RACE = """
    -- three is last when each runs in its turn
    local me = self()
    for i = 1, 3 do spawn(function() me ! i end) end
    if receive() == 3 then error("three came first") end
    assert((...) == "it's")
"""


def schedules():
    script = write("race.lua", RACE)
    fine = write("fine.lua", "spawn(function() sleep(1e6) print('end') end) print(io.read())")
    check(run("--schedules", "7", fine) == (0, "7 schedules, no failure\n", ""), run("--schedules", "7", fine))
    check(run("--schedules", "1", "-e", "") == (0, "1 schedule, no failure\n", ""), "one schedule")
    code, out, err = run("--schedules", "1000", script, "it's")
    m = re.match(r"seed (\d+): exit code 1\n(.*)^again: (.*)\n\Z", out, re.M | re.S)
    check(code == 1 and m and not err, "schedules", code, out, err)
    if not m:
        return
    check("three came first" in m.group(2) and hash_of(m.group(2)), out)
    command = "%s --seed %s race.lua 'it'\\''s'" % (MOONLET, m.group(1))
    if "MOONLET_STRESS" in os.environ:
        command = "MOONLET_STRESS=%s %s" % (shlex.quote(os.environ["MOONLET_STRESS"]), command)
    check(m.group(3) == command, m.group(3))
    again = subprocess.run(m.group(3) + " 2>&1", shell=True, cwd=TMP, stdout=subprocess.PIPE, env=env())
    check(again.returncode == 1 and "three came first" in again.stdout.decode(), again)
    from_there = run("--schedules", "1", "--seed", m.group(1), script, "it's")
    check(from_there[:2] == (1, out), from_there)


def runs_that_crash_or_hang():
    code, out, err = run("--schedules", "3", "--time-limit", "1", "-e", "print('so far') while true do end")
    check(code == 1 and out.startswith("seed 1: still running after 1 s\nso far\nagain: "), code, out, err)
    crash = "io.stdout:write('and') os.execute('kill -KILL $PPID; sleep 100')"
    code, out, err = run("--schedules", "3", "-e", crash)
    check(code == 1 and out.startswith("seed 1: ended by signal 9 (Killed)\n"), code, out, err)
    # what a run started and left behind does not hold it up
    check(run("--schedules", "2", "-e", "os.execute('sleep 1000 &')")[0] == 0, "left behind")


def interrupted():
    p = subprocess.Popen([MOONLET, "--schedules", "1000000", "-e", ""], cwd=TMP, env=env(),
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(0.3)
    p.send_signal(signal.SIGINT)
    p.communicate(timeout=10 * SLOW)
    check(p.returncode == -signal.SIGINT, "SIGINT:", p.returncode)


def wrong_usage():
    def refused(pattern, *args):
        code, out, err = run(*args)
        check(code == 2 and not out and re.search(pattern, err), args, code, out, err)

    for option in ("--seed", "--schedules", "--schedulers", "--time-limit"):
        refused("missing after '%s'" % option, option)
        refused("needs a number .*'x1'", option, "x1", "-e", "")
        refused("needs a number .*'-1'", option, "-1", "-e", "")
        refused("needs a number .*'1x'", option, "1x", "-e", "")
    refused("from 1 .*'0'", "--schedules", "0", "-e", "")
    refused("(?s)from 1 .*'0'.*Somebody must run", "--schedulers", "0", "-e", "")
    refused("needs a number .*'18446744073709551616'", "--seed", "18446744073709551616", "-e", "")
    refused("need a script", "--seed", "1", "-i")
    refused("need a script", "--schedules", "1", "repl")
    refused("on one thread", "--seed", "1", "--schedulers", "2", "-e", "")
    refused("needs --seed", "--trace-hash", "-e", "")
    refused("needs --schedules", "--time-limit", "1", "-e", "")
    refused("standard input", "--schedules", "1", "-")


one_seed_one_run()
where_the_address_space_lies()
made_up_time()
time_passes_while_the_outside_works()
the_end_is_the_same()
schedules()
runs_that_crash_or_hang()
interrupted()
wrong_usage()
sys.exit(1 if wrong else 0)
