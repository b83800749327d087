#!/usr/bin/env python3
# slow
"""mailboxes.py - random networks of bounded mailboxes under 1,000 seeds, and on
several threads: nobody is held back for ever. Without the chain rule somebody is."""

import os
import subprocess
import sys

MOONLET = os.environ["MOONLET"]
ROOT = os.environ["MOONLET_ROOT"]
VARIANT = os.environ.get("MOONLET_VARIANT", "release")
SEEDS = {"release": 1000, "checks": 150, "asan": 100, "tsan": 0}[VARIANT]
NETWORK = os.path.join(ROOT, "tests/proc/mailbox-network.lua")
PIPELINE = os.path.join(ROOT, "tests/proc/mailbox-pipeline.lua")
wrong = 0


def run(args, stress=None):
    env = dict(os.environ)
    env.pop("MOONLET_STRESS", None)
    if stress:
        env["MOONLET_STRESS"] = stress
    p = subprocess.run([MOONLET] + args, env=env, stdin=subprocess.DEVNULL, timeout=50,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return p.returncode, p.stdout


def check(ok, what, output=""):
    global wrong
    if not ok:
        wrong += 1
        print("%s\n%s" % (what, output[-3000:]))


def never_deadlocks():
    if SEEDS:
        code, out = run(["--schedules", str(SEEDS), NETWORK])
        check(code == 0, "a network deadlocks", out)
        code, out = run(["--schedules", str(SEEDS // 50), PIPELINE])
        check(code == 0, "a pipeline fails", out)
    for workers in (2, 3, 4):
        for _ in range(5):
            code, out = run(["--schedulers", str(workers), NETWORK])
            check(code == 0, "a network deadlocks with %d threads" % workers, out)


def plain_blocking_does():
    """More than half of them; so the networks are of the kind that can."""
    failed = 0
    for seed in range(1, 21):
        code, out = run(["--seed", str(seed), NETWORK], "plain_block")
        if code:
            check("deadlock" in out, "seed %d fails in another way" % seed, out)
            failed += 1
    check(failed > 10, "only %d of 20 deadlock without the chain rule" % failed)


def every_mailbox_is_tiny():
    """MOONLET_STRESS=mailbox=1: a program that knows nothing of limits runs with them."""
    text = """
        local main = self()
        local p = spawn(function()
          local m = process_info(self()).mailbox
          main ! {"limit", m.limit, m.overflow}
          for i = 1, 100 do main ! i end
        end)
        receive case {"limit", n, how} then print(n, how) end
        for i = 1, 100 do receive case ^i then end end
        print("all")
    """
    code, out = run(["-e", text], "mailbox=1")
    check((code, out) == (0, "1\tblock\nall\n"), "mailbox=1", out)


never_deadlocks()
if VARIANT != "tsan":
    plain_blocking_does()
every_mailbox_is_tiny()
sys.exit(wrong != 0)
