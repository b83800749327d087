#!/usr/bin/env python3
# helper
"""known.py - differences between stock lua5.4 and Moonlet that are explained.

They are told by the first line that differs. What the generator avoids for a
reason of this kind is said in program.lua, writer.lua and grammar.lua.
"""

import re

PLACE = re.compile(rb"\bp:\d+: ")
YIELD = b"attempt to yield across a C-call boundary"
ZERO = re.compile(rb"attempt to (divide by zero|perform 'n%+0')")

# stock's line, ours, the reason
KNOWN = [(re.compile(a), re.compile(b), why) for a, b, why in [
    (rb"bad argument #2 to 'fmod'", rb"bad argument #1 to 'fmod'",
     "two bad arguments of math.fmod: which is told first is the C compiler's choice"),
    (rb"attempt to concatenate a \w+ value\"", rb"attempt to concatenate a \w+ value \(\w+ '\w+'\)",
     "lua5.4 before 5.4.5 forgets the name of an operand of .. after a __concat"),
    (rb"attempt to (index|call) a \w+ value\"", rb"attempt to (index|call) a \w+ value \((local|upvalue) 'v\d+'\)",
     "a <const> variable with a constant has its name in Moonlet"),
    (rb"\"attempt to call a \w+ value\"", rb"p:\d+: attempt to call a \w+ value \(metamethod '\w+'\)",
     "lua5.4 adds numerals in strings by built-in metamethods of strings, which have no place"),
    (rb"\w+: 0x\w+", rb"\w+: 0x\w+", "an address, joined with a text"),
    (rb"to 'pack' \(\w+ expected, got nil\)", rb"to 'pack' \(\w+ expected, got no value\)",
     "lua5.4's string.pack puts a nil of its own after the arguments and finds that"),
]]


def explain(want, got):
    """The reason why outputs differ, or None."""
    before = b""
    for x, y in zip(want.split(b"\n"), got.split(b"\n")):
        if x != y:
            break
        before = x
    else:
        return None
    if before.startswith(b'"concat"'):
        return "lua5.4 before 5.4.5 goes on with the wrong operands of .. after a __concat"
    if YIELD in want and YIELD not in got:
        return "Moonlet yields anywhere, here in __close"
    if ZERO.search(x) and PLACE.sub(b"", x) == PLACE.sub(b"", y):
        return "lua5.4 before 5.4.5 tells the line of an earlier instruction when a constant zero divides"
    for a, b, why in KNOWN:
        if a.search(x) and b.search(y):
            return why
    return None
