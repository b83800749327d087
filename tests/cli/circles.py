#!/usr/bin/env python3
# slow
"""circles.py - what is told of processes that wait for each other: the whole
circle, once, and nothing where there is none."""

import os
import re
import subprocess
import sys

MOONLET = os.environ["MOONLET"]
SCALE = int(os.environ.get("MOONLET_SCALE", "1"))
TMP = os.environ["TMPDIR"]
wrong = 0

CALL = """
local function call(to, what, ms)
  local ref <close> = monitor(to, {alias = true})
  to ! {"call", ref, what}
  receive
    case {^ref, "ok", value} then return value
    case {"DOWN", ^ref} then return "down"
    after ms or math.huge then return "late"
  end
end
"""

# Each calls its neighbour; a third one disturbs them.
RING = CALL + """
local N, rings = %d, %d
local all = {}
for _ = 1, rings do
  local ring = {}
  for i = 1, N do
    ring[i] = spawn(function() receive case {"ask", other} then call(other, "?") end end)
    all[#all + 1] = ring[i]
  end
  for i = 1, N do ring[i] ! {"ask", ring[i %% N + 1]} end
end
for round = 1, 5 do
  for _, p in ipairs(all) do p ! "noise" end
  sleep(2)
end
repeat sleep(1) until #waits() == #all
for _, p in ipairs(all) do p ! "noise" end
sleep(20)
os.exit(0)
"""

# Pairs that call each other in turn, a chain of servers, and clients of it.
BUSY = CALL + """
local rounds = %d
local me = self()
local function serve()
  receive case {"call", ref, what} then ref ! {ref, "ok", what} end
end
local function first(other)
  for i = 1, rounds do assert(call(other, i) == i) serve() end
  me ! "done"
end
local function second()
  local other
  receive case {"other", p} then other = p end
  for i = 1, rounds do serve() assert(call(other, i) == i) end
  me ! "done"
end
local function link(next)
  while true do
    receive case {"call", ref, what} then
      ref ! {ref, "ok", next and call(next, what) or what}
    end
  end
end
local tasks = 0
for _ = 1, 20 do
  local b = spawn(second)
  b ! {"other", spawn(first, b)}
  tasks = tasks + 2
end
local chain
for _ = 1, 10 do chain = spawn({background = true}, link, chain) end
for _ = 1, 10 do
  spawn(function() for i = 1, rounds do assert(call(chain, i) == i) end me ! "done" end)
  tasks = tasks + 1
end
for _ = 1, tasks do receive case "done" then end end
os.exit(0)
"""


def run(source, *args, **env):
    path = os.path.join(TMP, "circles.lua")
    with open(path, "w") as f:
        f.write(source)
    r = subprocess.run([MOONLET, *args, path], capture_output=True, text=True, timeout=100,
                       env=dict(os.environ, **env), check=False)
    return r.returncode, r.stderr


def check(what, ok, told):
    global wrong
    if not ok:
        wrong += 1
        print("wrong: %s\n%s" % (what, told[:3000]))


def arrows(told):
    """Who waits for whom in the first list that is told."""
    return dict(re.findall(r"^  (\S+) +waits for (?:a message from|the reply of) (\S+) at", told, re.M))


def circle_from(one, to):
    way = [one]
    while to.get(way[-1]) not in way and way[-1] in to:
        way.append(to[way[-1]])
    return way if to.get(way[-1]) == one else []


ways = [("--schedulers", str(n)) for n in (1, 2, 3, 4)] + [("--seed", str(n)) for n in (1, 2, 3)]

for way in ways:
    code, told = run(RING % (7, 1), *way)
    check("one circle %s" % (way,), code == 0 and told.count("warning:") == 1 and
          "warning: 7 processes wait" in told, told)
    to = arrows(told)
    check("a circle of seven %s" % (way,), len(to) == 7 and len(circle_from(next(iter(to), None), to)) == 7, told)
    check("the place %s" % (way,), told.count("circles.lua:5") == 7, told)

    code, told = run(BUSY % (2000 // SCALE + 20), *way)
    check("no circle %s" % (way,), code == 0 and told == "", told)

code, told = run(BUSY % (300 // SCALE + 20), "--schedulers", "4", MOONLET_STRESS="preempt=3")
check("no circle in short slices", code == 0 and told == "", told)

code, told = run(RING % (3, 30), "--schedulers", "2")
check("no more than twenty", code == 0 and told.count("warning:") == 20 and
      told.count("no more circles will be told") == 1, told)

root = os.environ["MOONLET_ROOT"]
with open(os.path.join(root, "tests/proc/deadlock-philosophers.lua")) as f:
    table = f.read()
for way in ways:
    code, told = run(table, *way)
    to = arrows(told.partition("in a circle:")[2])
    check("philosophers %s" % (way,), code == 1 and len(to) == 10 and
          len(circle_from(next(iter(to), None), to)) == 10, told)

sys.exit(1 if wrong else 0)
