#!/usr/bin/env python3
"""trace.py - --trace, --last-events: what they write is whole, and can be read."""

import collections
import os
import re
import subprocess
import sys

MOONLET = os.environ["MOONLET"]
ROOT = os.environ["MOONLET_ROOT"]
TMP = os.environ["TMPDIR"]
CHAT = os.path.join(ROOT, "examples", "chat.lua")
wrong = 0


def check(what, good, told=""):
    global wrong
    if not good:
        wrong += 1
        print("not ok: %s %s" % (what, told))


def run(options, program, code=0):
    script = program
    if "\n" in program:
        script = os.path.join(TMP, "program.lua")
        with open(script, "w", encoding="utf-8") as f:
            f.write(program)
    done = subprocess.run([MOONLET] + options + [script], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          universal_newlines=True, check=False)
    check("exit code of %s" % options, done.returncode == code, "%d: %s" % (done.returncode, done.stderr))
    return done.stderr


def traced(name, program, options=(), code=0):
    path = os.path.join(TMP, name)
    run(["--trace", path] + list(options), program, code)
    with open(path, encoding="utf-8") as f:
        return f.read()


# --- a diagram ---

TEXT = r"(?:[^;#\n]|#\d+;)+"
LINES = [
    ("participant", re.compile(r"(create )?participant (\w+)(?: as (%s))?$" % TEXT)),
    ("note", re.compile(r"Note over (\w+): (%s)$" % TEXT)),
    ("arrow", re.compile(r"(\w+?)(-->>|->>|--x|-x|-\))(\w+): (%s)$" % TEXT)),
]


class Wrong(Exception):
    pass


def plain(text):
    return re.sub(r"#(\d+);", lambda m: chr(int(m.group(1))), text)


def read_diagram(text):
    """Names of the participants, arrows (from, kind, to, text), notes (over, text)."""
    lines = text.split("\n")
    if lines[0] != "sequenceDiagram" or lines.pop() != "":
        raise Wrong("head or end")
    names, arrows, notes, created = {}, [], [], None
    for line in lines[1:]:
        kind, m = next(((k, r.match(line.strip())) for k, r in LINES if r.match(line.strip())), (None, None))
        if not m:
            raise Wrong("no line of a diagram: " + line)
        if created and (kind != "arrow" or m.group(3) != created):
            raise Wrong("nothing creates " + created)
        created = None
        if kind == "participant":
            who = m.group(2)
            if who in names:
                raise Wrong("introduced twice: " + who)
            names[who] = plain(m.group(3) or who)
            created = who if m.group(1) else None
            continue
        ends = [m.group(1)] if kind == "note" else [m.group(1), m.group(3)]
        for who in ends:
            if who not in names:
                raise Wrong("not introduced: " + line)
        if kind == "note":
            notes.append((names[m.group(1)], plain(m.group(2))))
        else:
            arrows.append((names[m.group(1)], m.group(2), names[m.group(3)], plain(m.group(4))))
    if created:
        raise Wrong("nothing creates " + created)
    if len(set(names.values())) != len(names):
        raise Wrong("two have the same name")
    return names, arrows, notes


def diagram(what, text):
    try:
        return read_diagram(text)
    except Wrong as e:
        check(what, False, str(e))
        return {}, [], []


# --- a timeline ---

EVENT = re.compile(r" *(\d+) us  w\d+  (\w+) *  (\S+)(?: (->|<-) (\S+))?(?:  (?:#(\d+) )?(.*))?$")
Event = collections.namedtuple("Event", "at kind who way peer number text")


def timeline(what, text):
    events = []
    for line in text.splitlines():
        m = EVENT.match(line)
        if not m:
            check(what, False, "no line of a timeline: " + line)
            continue
        events.append(Event(int(m.group(1)), *m.group(2, 3, 4, 5, 6, 7)))
    return events


def check_order(what, events):
    """What is received or lost was sent before, between the same two, and happens once."""
    sent, at = {}, 0
    for e in events:
        check(what, e.at >= at, "time goes back: %s" % (e,))
        at = e.at
        if e.kind in ("send", "timer", "signal"):
            check(what, e.number not in sent, "sent twice: %s" % (e,))
            sent[e.number] = e
        elif e.kind in ("receive", "drop"):
            s = sent.get(e.number)
            check(what, s is not None, "not sent, or over: %s" % (e,))
            ends = (e.peer, e.who) if e.kind == "receive" else (e.who, e.peer)
            check(what, s is None or (s.who, s.peer) == ends, "others sent it: %s" % (e,))
            sent[e.number] = None
    return [s for s in sent.values() if s]


def count(events, kind):
    return sum(e.kind == kind for e in events)


# --- the chat ---
#
# Three users join: a message to the room and one to main each, and a monitor.
# Four sayings: to the user, to the room, to main, and to the 2, 2, 2, 1 others.
# Three users leave: to the user, to main twice, a DOWN, and to the 2, 1, 0 others.

MESSAGES = 3 * 2 + 4 * 3 + (2 + 2 + 2 + 1) + 3 * 3 + (2 + 1 + 0)
TAGS = {"join": 3, "joined": 3, "say": 8, "said": 4, "text": 10, "quit": 3, "saw": 3, "left": 3}


def check_chat(what, options):
    names, arrows, notes = diagram(what, traced("chat.mmd", CHAT, options))
    kinds = collections.Counter(a[1] for a in arrows)
    texts = collections.Counter(a[3] for a in arrows if a[1] == "->>")
    signals = collections.Counter(a[3] for a in arrows if a[1] == "-->>")
    check(what, kinds == {"->>": MESSAGES, "-->>": 4 + 3 + 3}, str(kinds))
    check(what, texts == TAGS, str(texts))
    check(what, signals == {"spawn": 4, "monitor": 3, "DOWN normal": 3}, str(signals))
    check(what, sorted(re.sub(r" .*", "", n) for n in names.values()) == ["main", "room", "user", "user", "user"],
          str(names))
    check(what, sorted(n[0][:4] for n in notes) == ["main", "user", "user", "user"] and
          all(n[1] == "ends: normal" for n in notes), str(notes))

    events = timeline(what, traced("chat.txt", CHAT, options))
    left = check_order(what, events)
    check(what, count(events, "send") == MESSAGES, "messages")
    check(what, count(events, "receive") == MESSAGES + 3, "receives")
    check(what, count(events, "spawn") == 5 and count(events, "exit") == 4, "processes")
    check(what, count(events, "signal") == 6 and count(events, "drop") == 0, "signals")
    check(what, sorted(e.text for e in left) == ["monitor"] * 3, str(left))


for chat_options in [[], ["--schedulers", "1"], ["--schedulers", "4"], ["--seed", "5"]]:
    check_chat("chat %s" % chat_options, chat_options)

for file in ("seed.mmd", "seed.txt"):
    runs = [traced(file, CHAT, ["--seed", "12"]) for _ in range(2)]
    check("two runs with a seed, " + file, runs[0] == runs[1] and len(runs[0]) > 1000)

page = traced("chat.md", CHAT)
check("page", page.startswith("```mermaid\n") and page.endswith("```\n"))
diagram("page", page[len("```mermaid\n"):-len("```\n")])

# --- many processes at once, and what is lost ---

MANY = """
local me = self()
local hub = spawn(function()
  while true do receive case {"ask", from, n} then from ! {"answer", n} end end
end)
for i = 1, 40 do
  spawn(function()
    for k = 1, 25 do
      hub ! {"ask", self(), k}
      receive case {"answer", ^k} then end
    end
    me ! {"done", i}
  end)
end
for i = 1, 40 do receive case {"done", ^i} then end end
"""
many = timeline("many", traced("many.txt", MANY, ["--schedulers", "4"]))
check("many", not check_order("many", many), "all were received")
check("many", count(many, "send") == count(many, "receive") == 40 * 25 * 2 + 40)
check("many", count(many, "spawn") == 42 and count(many, "exit") == 41)

LOST = """
local function brief() end
local function deaf() receive case "go" then return end end
local p, ref = spawn_monitor(brief)
receive case {"DOWN", ^ref} then end
p ! {"late", 1}
local q = spawn({monitor = true, name = "a;b#c: d"}, deaf)
q ! {"unheard", 2}
q ! "go"
receive case {"DOWN", _, pid = ^q} then end
send_after(1, self(), {"tick"})
receive case {"tick"} then end
receive case "never" then after 1 then end
print(receive(1))
local k = spawn({background = true}, function() receive case "never" then return end end)
k ! {"end"}
k ! "a whole sentence; no tag"
k ! 12
self() ! {"unread"}
"""
names, arrows, notes = diagram("lost", traced("lost.mmd", LOST, ["--seed", "1"]))
tags = {a[3]: a for a in arrows}
check("lost: gone", tags.get("late (gone)", "??")[1] == "-x", str(arrows))
check("lost: not read", tags.get("unheard (not read)", "??")[1] == "-x", str(arrows))
check("lost: timer", tags.get("tick", "?")[0:3] == ("timer", "->>", "main"), str(arrows))
check("lost: waits", [tags.get(t, "??")[1] for t in ("end", "string", "number")] == ["-)"] * 3, str(arrows))
check("lost: timeouts", notes.count(("main", "timeout")) == 2, str(notes))
check("lost: name", "a;b#c:_d" in names.values(), str(names))
lost = timeline("lost", traced("lost.txt", LOST, ["--seed", "1"]))
check_order("lost", lost)
check("lost: name", ("a;b#c:_d" in (e.who for e in lost if e.kind == "name")))
check("lost: in the timeline", sorted(e.text for e in lost if e.kind == "drop") ==
      ["late (gone)", "unheard (not read)", "unread (not read)"])

BOUNDED = """
local function deaf() receive case "never" then return end end
local p = spawn({background = true, mailbox = {limit = 1, overflow = "reject"}}, deaf)
local q = spawn({background = true, mailbox = {limit = 1, overflow = "drop_old"}}, deaf)
for _, word in ipairs {"first", "second"} do
  p ! {word, p}
  q ! {word, q}
end
sleep(1)
"""
events = timeline("bounded", traced("bounded.txt", BOUNDED, ["--seed", "1"]))
check_order("bounded", events)
check("bounded: sent", count(events, "send") == 4, str(events))
check("bounded: refused, dropped", sorted(e.text for e in events if e.kind == "drop") == ["first (full)", "second (full)"],
      str(events))

# --- bodies only when asked for ---

BODY = """
self() ! {"password", 'se"cret; # <b>: %%\\n', {1, n = 2}}
receive case {"password", _, _} then end
"""
check("no bodies", "cret" not in traced("body.txt", BODY) and "cret" not in traced("body.mmd", BODY))
WHOLE = r'{"password", "se\"cret; # <b>: %%\n", {1, n = 2}}'
check("bodies", "  #2 " + WHOLE + "\n" in traced("body.txt", BODY, ["--trace-bodies"]))
_, arrows, _ = diagram("bodies", traced("body.mmd", BODY, ["--trace-bodies"]))
check("bodies in a diagram", [a[3] for a in arrows] == [WHOLE], str(arrows))

# --- no more than asked for ---

text = traced("few.txt", MANY, ["--trace-limit", "7", "--schedulers", "4"])
whole = len(many)
check("limit", text.startswith("# %d earlier events are left out\n" % (whole - 7)), text.split("\n")[0])
check("limit", len(timeline("limit", text.split("\n", 1)[1])) == 7)
names, arrows, notes = diagram("limit", traced("few.mmd", MANY, ["--trace-limit", "7"]))
check("limit", any(n[1] == "%d earlier events are left out" % (whole - 7) for n in notes), str(notes))
check("limit: names of the living", "main" in names.values(), str(names))

# --- however it ends ---

events = timeline("crash", traced("end.txt", "local t = nil\nprint(t.x)\n", code=1))
check("crash", [(e.kind, e.text) for e in events] == [("spawn", None), ("exit", "error")], str(events))
events = timeline("os.exit", traced("end.txt", "self() ! 'hello'\nos.exit(3)\n", code=3))
check("os.exit", [e.kind for e in events][:2] == ["spawn", "send"], str(events))
events = timeline("deadlock", traced("end.txt", "self() ! 'hello'\nreceive case 'other' then end\n", code=1))
check("deadlock", [e.kind for e in events] == ["spawn", "send"], str(events))
check("syntax error", traced("end.txt", "x =\n", code=1) == "")

PART = re.compile(r"^   last events:\n((?:     .*\n)+)", re.M)


def last(what, program, most):
    part = PART.search(run(["--last-events", str(most)], program, 1))
    check(what, part is not None)
    return timeline(what, re.sub(r"(?m)^     ", "", part.group(1))) if part else []


CRASH = """
local function other() while true do receive case {"a", from} then from ! {"b"} end end end
local o = spawn({background = true}, other)
local p = spawn({background = true}, other)
for i = 1, 5 do p ! {"a", self()} receive case {"b"} then end end
local q = spawn_link(function() receive case {"break", t} then t.x.y = 1 end end)
q ! {"break", {}}
receive case "never" then end
"""
events = last("last events of a crash", CRASH, 3)
check("last events of a crash", [e.kind for e in events] == ["spawn", "send", "receive"] and
      [e.text for e in events[1:]] == ["break", "break"], str(events))
events = last("last events of a deadlock", "for i = 1, 9 do self() ! {'tag', i} end\nreceive case 'x' then end\n", 4)
check("last events of a deadlock", [e.text for e in events] == ["tag"] * 4, str(events))
check("none unless asked for", "last events" not in run([], "receive case 'x' then end\n", 1))

for bad in (["--trace-limit", "5"], ["--trace-bodies"], ["--trace", "x", "--trace-limit", "0"]):
    run(bad, CHAT, 2)
run(["--trace", os.path.join(TMP, "no", "such", "folder")], CHAT, 1)

sys.exit(1 if wrong else 0)
