#!/usr/bin/env python3
"""terminal.py - a script that reads a terminal or a pipe, or writes to one that
is full, does not hold up its other processes: it can go on only after they
have been heard."""

import os
import pty
import subprocess
import sys

SCRIPT = """
spawn(function()
  for i = 1, 3 do sleep(1) print("tick", i) io.stdout:flush() end
end)
print("line", io.read()) io.stdout:flush()
print("number", io.read("n"), io.read("l")) io.stdout:flush()
spawn(function()
  for i = 4, 6 do sleep(1) print("tick", i) io.stdout:flush() end
end)
local n = 0
for line in io.lines() do n = n + 1 end
print("lines", n)
"""


def run(stdin, write, end):
    p = subprocess.Popen([os.environ["MOONLET"], "-e", SCRIPT], stdin=stdin, stdout=subprocess.PIPE, text=True)

    def hear(*expected):
        for want in expected:
            got = p.stdout.readline()
            if got != want + "\n":
                sys.exit("expected %r, got %r" % (want, got))

    hear("tick\t1", "tick\t2", "tick\t3")
    write(p, b"typed\n")
    hear("line\ttyped")
    write(p, b"12 left over\n")
    hear("number\t12\t left over")
    hear("tick\t4", "tick\t5", "tick\t6")
    write(p, b"a\nb\n")
    end(p)
    hear("lines\t2")
    if p.wait() != 0:
        sys.exit("exit code %d" % p.returncode)


def on_a_pipe():
    def write(p, text):
        os.write(p.stdin.fileno(), text)
    run(subprocess.PIPE, write, lambda p: p.stdin.close())


def on_a_terminal():
    ours, theirs = pty.openpty()
    run(theirs, lambda p, text: os.write(ours, text), lambda p: os.write(ours, b"\x04"))
    os.close(ours)
    os.close(theirs)


def into_a_full_pipe():
    script = """
    spawn(function()
      for i = 1, 3 do sleep(1) io.stderr:write("tick\\t", i, "\\n") end
    end)
    for i = 1, 20 do io.write(("x"):rep(50000)) end
    print(("y"):rep(500000))
    """
    p = subprocess.Popen([os.environ["MOONLET"], "-e", script], stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True)
    for i in range(1, 4):
        if p.stderr.readline() != "tick\t%d\n" % i:
            sys.exit("no tick %d" % i)
    n = len(p.stdout.read())
    if n != 1500001 or p.wait() != 0:
        sys.exit("%d bytes, exit code %d" % (n, p.wait()))


on_a_pipe()
on_a_terminal()
into_a_full_pipe()
