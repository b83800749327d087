#!/usr/bin/env python3
# slow
"""differ.py - random programs that must print the same on stock lua5.4.

A grammar makes programs that always end and whose output is determined:
integers and floats at their edges, strings, tables, closures, goto, metatables,
coroutines, pcall, to-be-closed variables. Every program prints its values as it
goes; an error is shown by its message. DIFFER_N programs (300) from
DIFFER_SEED (1) on; with --keep FILE the first one that differs is written there.
"""

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

MOONLET = os.environ.get("MOONLET") or "build/moonlet"
SCALE = int(os.environ.get("MOONLET_SCALE") or 1)
COUNT = max(20, int(os.environ.get("DIFFER_N") or 300) // SCALE)
SEED = int(os.environ.get("DIFFER_SEED") or 1)

HEAD = """local function show(v)
  if type(v) == "number" then return math.type(v) == "float" and string.format("%.14g", v) or tostring(v) end
  if type(v) == "string" then return string.format("%q", v) end
  if type(v) == "table" then return "table" .. #v end
  return type(v) == "boolean" and tostring(v) or type(v)
end
local function out(...)
  local t = table.pack(...)
  for i = 1, t.n do t[i] = show(t[i]) end
  print(table.concat(t, " "))
end
local function try(f, ...) out(pcall(f, ...)) end
local meta = { __add = function(a, b) return 7 end, __index = function(t, k) return k end,
  __call = function(self, ...) return select("#", ...) end, __len = function() return 3 end,
  __eq = function() return true end, __lt = function() return true end, __le = function() return false end,
  __concat = function() return "cat" end, __unm = function() return "minus" end }
local a, b, c, d = 1, 2.5, "x", { 1, 2, 3 }
"""

NUMBERS = ["0", "1", "-1", "2", "3", "10", "255", "0x7fffffffffffffff", "math.mininteger", "math.maxinteger",
           "0.0", "-0.0", "0.5", "1.5", "-2.25", "1e15", "2^53", "2^63", "1e308", "(0/0)", "math.huge", "-math.huge"]
STRINGS = ['""', '"a"', '"10"', '"0x10"', '"abc"', '" 5 "', '"1e1"', '"z\\0z"', '("ab"):rep(70)']
BINARY = ["+", "-", "*", "/", "//", "%", "^", "..", "==", "~=", "<", "<=", ">", ">=", "and", "or", "&", "|", "~", "<<", ">>"]
UNARY = ["-", "not ", "#", "~"]


# which operand a message names may differ
NAMED = re.compile(rb" \((local|global|field|upvalue|constant|method) '[^']*'\)")
# lua5.4 before 5.4.5 does not convert some strings: "3" & 1
KNOWN = b"bitwise operation on a string value"


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.lines = []
        self.names = ["a", "b", "c", "d"]
        self.labels = 0

    def name(self):
        return self.r.choice(self.names)

    def expr(self, depth=0):
        r = self.r
        k = r.randrange(14 if depth < 3 else 6)
        if k < 2:
            return r.choice(NUMBERS)
        if k == 2:
            return r.choice(STRINGS)
        if k < 5:
            return self.name()
        if k == 5:
            return r.choice(["nil", "true", "false", "{}", "setmetatable({}, meta)"])
        if k < 10:
            return "(%s %s %s)" % (self.expr(depth + 1), r.choice(BINARY), self.expr(depth + 1))
        if k == 10:
            return "(%s%s)" % (r.choice(UNARY), self.expr(depth + 1))
        if k == 11:
            return "{%s}" % ", ".join(self.expr(depth + 1) for _ in range(r.randrange(4)))
        if k == 12:
            return "(%s)[%s]" % (self.expr(depth + 1), self.expr(depth + 1))
        return "(function(...) return %s end)(%s)" % (
            r.choice(["...", "(...)", "select('#', ...)"]), self.expr(depth + 1))

    def add(self, indent, text):
        self.lines.append("  " * indent + text)

    def block(self, indent, n):
        for _ in range(n):
            self.stat(indent)

    def scope(self, indent, opening, closing="end"):
        names = list(self.names)
        self.add(indent, opening)
        self.block(indent + 1, self.r.randrange(1, 4))
        self.names = names
        self.add(indent, closing)

    def stat(self, indent):
        r = self.r
        k = r.randrange(15 if indent < 4 else 6)
        if k == 0:
            self.add(indent, "%s = %s" % (self.name(), self.expr()))
        elif k < 4:
            self.add(indent, "out(%s)" % ", ".join(self.expr() for _ in range(r.randrange(1, 3))))
        elif k == 4 and len(self.names) < 30:
            new = "v%d" % len(self.names)
            self.add(indent, "local %s = %s" % (new, self.expr()))
            self.names.append(new)
        elif k == 5:
            self.add(indent, "%s, %s = %s, %s" % (self.name(), self.name(), self.expr(), self.expr()))
        elif k == 6:
            self.scope(indent, "if %s then" % self.expr())
        elif k == 7:
            self.scope(indent, "for i = %d, %d, %d do" % (r.randrange(-3, 4), r.randrange(-3, 4), r.choice([1, 2, -1, 3])))
        elif k == 8:
            self.scope(indent, "for i, v in ipairs({%s}) do" % ", ".join(self.expr(2) for _ in range(3)))
        elif k == 9:
            self.scope(indent, "do local closed <close> = setmetatable({}, { __close = function(_, e) out('close', e ~= nil) end })")
        elif k == 10:
            self.scope(indent, "for _, v in coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i, i * i) end end) do out(v)")
        elif k == 11:
            self.labels += 1
            self.add(indent, "do local n = 0")
            self.add(indent, "::l%d::" % self.labels)
            label = self.labels
            self.scope(indent, "n = n + 1; do")
            self.add(indent, "if n < 3 then goto l%d end end" % label)
        elif k == 12:
            self.scope(indent, "out(select('#', (function(...) local x, y = ... ; out(x, y)", "return ... end)(%s, %s)))" % (self.expr(), self.expr()))
        else:
            self.scope(indent, "try(function(p)", "return p end, %s)" % self.expr())

    def program(self):
        for _ in range(self.r.randrange(4, 10)):
            names = list(self.names)
            self.add(0, "try(function()")
            self.block(1, self.r.randrange(2, 6))
            self.names = names
            self.add(0, "end)")
        return HEAD + "\n".join(self.lines) + "\n"


def run(program, path):
    try:
        p = subprocess.run([program, path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, timeout=20)
    except subprocess.TimeoutExpired:
        return -1, b"still running"
    return p.returncode, NAMED.sub(b"", p.stdout)


def main():
    lua = shutil.which("lua5.4")
    if not lua:
        print("no lua5.4")
        return 77
    with tempfile.TemporaryDirectory() as tmp:
        os.chdir(tmp)
        for seed in range(SEED, SEED + COUNT):
            text = Maker(seed).program()
            with open("p.lua", "w", encoding="utf-8") as f:
                f.write(text)
            want, got = run(lua, "p.lua"), run(MOONLET, "p.lua")
            if want != got and KNOWN not in want[1]:
                for i, (x, y) in enumerate(zip(want[1].split(b"\n"), got[1].split(b"\n"))):
                    if x != y:
                        print("seed %d, line %d of the output\n  lua5.4:  %r\n  moonlet: %r" % (seed, i + 1, x, y))
                        break
                else:
                    print("seed %d: exit codes %d and %d, %d and %d bytes" % (
                        seed, want[0], got[0], len(want[1]), len(got[1])))
                if "--keep" in sys.argv:
                    shutil.copy("p.lua", sys.argv[sys.argv.index("--keep") + 1])
                return 1
    print("%d programs" % COUNT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
