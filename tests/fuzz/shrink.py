#!/usr/bin/env python3
# helper
"""shrink.py - the smallest program that still shows what a program shows.

shrink(text, differ): `differ` takes a list of programs and tells for each
whether it still differs, so that one run judges many. A program is lines; what
a line opens, a line of the same depth closes. Lines go first, then blocks, then
what stands between brackets. A program that does not compile differs in nothing.
"""

import re
import time

PAIRS = {"(": ")", "{": "}", "[": "]"}


def depth(line):
    return len(line) - len(line.lstrip(" "))


def without_lines(lines):
    size = len(lines) // 2
    while size:
        for i in range(0, len(lines), size):
            if size == 1 and COUNTS.match(lines[i]):
                continue
            yield lines[:i] + lines[i + size:]
        size //= 2


def without_blocks(lines):
    for i, line in enumerate(lines):
        for j in range(i + 1, len(lines)):
            if depth(lines[j]) <= depth(line):
                yield lines[:i] + lines[j + 1:]
                yield lines[:i] + lines[i + 1:j] + lines[j + 1:]
                if not lines[j].lstrip().startswith(("else", "elseif")):
                    break


def closing(line, i):
    want = []
    for j in range(i, len(line)):
        if line[j] in PAIRS:
            want.append(PAIRS[line[j]])
        elif want and line[j] == want[-1]:
            want.pop()
            if not want:
                return j
    return -1


COUNTS = re.compile(r" *(while|repeat|until|for|n = n|n\d+ = n|if n|do local n|local n)")


def smaller_lines(line):
    for m in re.finditer(r"[\w.:]*[({\[]", line):
        j = closing(line, m.end() - 1)
        if j > 0:
            before, inside, after = line[:m.end()], line[m.end():j], line[j:]
            yield line[:m.start()] + "nil" + line[j + 1:]
            yield line[:m.start()] + inside + line[j + 1:]
            yield before + after
            pieces = re.split(r", ?", inside)
            for k in range(len(pieces)):
                yield before + ", ".join(pieces[:k] + pieces[k + 1:]) + after
    for m in re.finditer(r"[\w.\"']+ (?:[-+*/%^<>=~&|.]+|and|or) ", line):
        yield line[:m.start()] + line[m.end():]
    for m in re.finditer(r"(,| [-+*/%^<>=~&|.]+| and| or) ?[\w.\"']+(?=[,)} ]|$)", line):
        yield line[:m.start()] + line[m.end():]


def smaller_inside(lines):
    for i, line in enumerate(lines):
        if COUNTS.match(line):          # it might never end
            continue
        for less in smaller_lines(line):
            if len(less) < len(line):
                yield lines[:i] + [less] + lines[i + 1:]


def shrink(text, differ, seconds=20):
    until = time.monotonic() + seconds
    lines = text.rstrip("\n").split("\n")
    for ways in (without_lines, without_blocks, smaller_inside, without_lines, smaller_inside):
        while time.monotonic() < until:
            tries = ["\n".join(x) + "\n" for x in ways(lines)][:400]
            good = [t for t, still in zip(tries, differ(tries)) if still]
            if not good:
                break
            lines = min(good, key=len).rstrip("\n").split("\n")
    return "\n".join(lines) + "\n"
