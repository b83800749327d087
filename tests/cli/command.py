#!/usr/bin/env python3
# slow
"""command.py - the command line: options, exit codes, streams, signals."""

import os
import re
import signal
import subprocess
import sys
import time

MOONLET = os.environ["MOONLET"]
TMP = os.environ["TMPDIR"]
VARIANT = os.environ.get("MOONLET_VARIANT", "release")
SLOW = {"release": 1, "checks": 6, "asan": 6, "tsan": 12}[VARIANT]
wrong = 0


def env(**more):
    e = dict(os.environ)
    for name in ("LUA_INIT", "LUA_INIT_5_4", "MOONLET_INIT", "MOONLET_GRACE"):
        e.pop(name, None)
    e.update(more)
    return e


def run(*args, stdin="", **more):
    p = subprocess.run([MOONLET] + list(args), input=stdin.encode(), stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE, cwd=TMP, env=env(**more), timeout=20 * SLOW)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def is_so(what, code, out, err, args):
    global wrong
    problems = []
    if what[0] != code:
        problems.append("exit code %d, not %d" % (what[0], code))
    if what[1] != out:
        problems.append("said %r, not %r" % (what[1], out))
    if not re.search(err, what[2]) if err else what[2]:
        problems.append("stderr %r, not like %r" % (what[2], err))
    if problems:
        wrong += 1
        print("moonlet %s: %s" % (" ".join(args), "; ".join(problems)))


def check(*args, code=0, out="", err="", **more):
    is_so(run(*args, **more), code, out, err, args)


def write(name, text):
    with open(os.path.join(TMP, name), "w") as f:
        f.write(text)
    return name


def options():
    script = write("script.lua", "print(arg[0], #arg, ...)\n")
    check(script, out="script.lua\t0\n")
    check(script, "a", "-e", "--", out="script.lua\t3\ta\t-e\t--\n")
    check("run", script, "a", out="script.lua\t1\ta\n")
    check("--", script, "a", out="script.lua\t1\ta\n")
    check(script, out="script.lua\t0\n", stdin="print('not this')")
    check("-", "x", stdin="print('stdin', ...)", out="stdin\tx\n")
    check("run", "-", stdin="print(1)", out="1\n")
    check(stdin="print('piped')\nlocal x = 1\nprint(x)", out="piped\n1\n")
    check("-e", "print(1)", "-eprint(2)", out="1\n2\n")
    check("-e", "x = 5", script, "a", out="script.lua\t1\ta\n")
    check("-e", "x = 5", "-e", "print(x)", out="5\n")
    check("-e", "")
    check("-l", "string", "-lm=math", "-e", "print(string.rep('x', 2), m.type(1))", out="xx\tinteger\n")
    write("mod.lua", "return {name = ...}")
    check("-l", "mod", "-e", "print(mod.name)", out="mod\n")
    check("-W", "-e", "warn('careful')", err="Lua warning: careful")
    write("negative.lua", "print(arg[-1], arg[-2], arg[-3] ~= nil)")
    check("-e", "", "negative.lua", out="\t-e\ttrue\n")
    bang = write("bang", "#!%s\nprint('bang', ...)\n" % MOONLET)
    os.chmod(os.path.join(TMP, bang), 0o755)
    p = subprocess.run([os.path.join(TMP, bang), "1"], stdout=subprocess.PIPE, timeout=10 * SLOW)
    is_so((p.returncode, p.stdout.decode(), ""), 0, "bang\t1\n", "", ["bang"])
    got = run("-v")
    is_so(got, 0, got[1] if re.match(r"Moonlet \d+\.\d+\.\d+ ", got[1]) else "Moonlet ...", "", ["-v"])
    got = run("--help")
    is_so(got, 0, got[1] if "usage: moonlet" in got[1] else "usage", "", ["--help"])
    got = run("--dump", script)
    is_so(got, 0, got[1] if "GETGLOBAL" in got[1] or "CALL" in got[1] else "a listing", "", ["--dump"])
    check("-e", "print(x)", LUA_INIT="x = 1", out="1\n")
    check("-e", "print(x)", LUA_INIT="x = 1", MOONLET_INIT="x = 2", out="2\n")
    check("-e", "print(x)", LUA_INIT="@" + os.path.join(TMP, write("init.lua", "x = 3")), out="3\n")
    check("-E", "-e", "print(x)", LUA_INIT="x = 1", out="nil\n")


def exit_codes():
    check("-e", "os.exit(7)", code=7)
    check("-e", "os.exit(false)", code=1)
    check("-e", "os.exit(true)")
    check("-e", "io.write('kept') os.exit(3)", code=3, out="kept")
    check("-e", "error('no')", code=1, err=r"\(command line\):1:1: no")
    check("-e", "local t; t.x = 1", code=1, err=r"attempt to index a nil value \(local 't'\)")
    check("-e", "x = = 1", code=1, err=r"(?s):1:5: unexpected symbol near '='.*\^")
    check("-e", "exit('gone')", code=1)
    check("-e", "exit()")
    check("-e", "spawn(function() error('elsewhere') end) sleep(10) print('on')", out="on\n", err="elsewhere")
    check("-e", "receive case 1 then end", code=1, err="deadlock")
    check("-e", "spawn(function() receive case 1 then end end)")
    check("nowhere.lua", code=2, err="cannot open nowhere.lua")
    check(".", code=2, err="directory")
    check("--dump", "nowhere.lua", code=2, err="cannot open")
    for bad in ("--nonsense", "-x", "-ix", "-E1"):
        check(bad, code=2, err="unknown option '%s'" % bad)
    for bad in ("-e", "-l", "--dump", "run"):
        check(bad, code=2, err="missing after '%s'" % bad)


def interactive_without_a_terminal():
    check("-i", stdin="x = 41\nlocal y = 1\nfor i = 1, 2 do\nprint(i)\nend\nx + y\nerror('e', 0)\n{1, {a = 2}}\n",
          out='1\n2\n42\ne\n{ 1, { a = 2 } }\n')
    check("-i", "-e", "z = 9", stdin="z\n", out="9\n")
    check("-i", stdin="os.exit(5)\n", code=5)
    check("repl", stdin=":q\nprint('not reached')\n")


def a_reader_that_leaves():
    for src in ("for i = 1, 1e9 do print(i) end",
                "while true do io.write(('x'):rep(1000), '\\n') end",
                "spawn(function() while true do print(1) end end) sleep(1e6)"):
        p = subprocess.Popen([MOONLET, "-e", src], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env())
        p.stdout.readline()
        p.stdout.close()
        err = p.stderr.read().decode()
        is_so((p.wait(20 * SLOW), "", err), -signal.SIGPIPE, "", "", ["-e", src, "| head -1"])


def until_ready(*args, **more):
    p = subprocess.Popen([MOONLET] + list(args), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=TMP,
                         env=env(**more))
    p.stdout.readline()
    return p


def ended(p, args, code, out, err=""):
    o, e = p.communicate(timeout=20 * SLOW)
    is_so((p.returncode, o.decode(), e.decode()), code, out, err, args)


def signals():
    loop = "print('ready') io.stdout:flush() while true do end"
    for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        p = until_ready("-e", loop)
        p.send_signal(sig)
        ended(p, ["signal", str(sig)], -sig, "")
    p = until_ready("-e", "print('ready') io.stdout:flush() sleep(1e6)")
    p.send_signal(signal.SIGTERM)
    ended(p, ["sleep"], -signal.SIGTERM, "")
    # main may clean up
    p = until_ready("-e", "process_flag('trap_exit', true) print('ready') io.stdout:flush()\n"
                    "receive case {'EXIT', _, reason = r} then print('got', r) sleep(20) print('clean')\n"
                    "after 10000 then print('late') end")
    p.send_signal(signal.SIGTERM)
    ended(p, ["clean up"], -signal.SIGTERM, "got\tshutdown\nclean\n")
    # but not for ever, and a second signal ends at once
    stubborn = "process_flag('trap_exit', true) print('ready') io.stdout:flush() while true do sleep(1) end"
    from_ = time.time()
    p = until_ready("-e", stubborn, MOONLET_GRACE="0.2")
    p.send_signal(signal.SIGTERM)
    ended(p, ["grace"], -signal.SIGTERM, "")
    p = until_ready("-e", stubborn)
    p.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    p.send_signal(signal.SIGINT)
    ended(p, ["second signal"], -signal.SIGTERM, "")
    if time.time() - from_ > 4.5 * SLOW:
        global wrong
        wrong += 1
        print("signals take too long")


def quick_start():
    if VARIANT != "release":
        return
    best = 1e9
    for _ in range(20):
        from_ = time.perf_counter()
        subprocess.run([MOONLET, "-e", ""], env=env())
        best = min(best, time.perf_counter() - from_)
    global wrong
    # what starting any program costs is not ours
    floor = 1e9
    for _ in range(10):
        from_ = time.perf_counter()
        subprocess.run(["/bin/true"], env=env())
        floor = min(floor, time.perf_counter() - from_)
    if best - floor > 0.005:
        wrong += 1
        print("moonlet -e '' takes %.1f ms" % ((best - floor) * 1000))
    used = int(run("-e", "print(io.open('/proc/self/status'):read('a'):match('VmHWM:%s*(%d+)'))")[1])
    if used > 6 * 1024:
        wrong += 1
        print("moonlet -e '' needs %d KiB" % used)


options()
exit_codes()
interactive_without_a_terminal()
a_reader_that_leaves()
signals()
quick_start()
sys.exit(wrong != 0)
