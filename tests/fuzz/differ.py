#!/usr/bin/env python3
# slow
"""differ.py - random programs that must print the same on stock lua5.4.

    tests/fuzz/differ.py [N [FIRST]]

program.lua writes N programs (2000) from seed FIRST (1) on, batch.lua runs a few
hundred of them in one process, with lua5.4 and with each of the settings of
Moonlet below (class Setting); a slow one sees the beginning of some batches.
What differs is run alone, made small, and printed with its seed. A difference
that is explained is in known.py, with the reason.

MOONLET is the program, MOONLET_CHECKS one that checks itself and knows
MOONLET_STRESS (without one, these settings are left out), LUA the oracle, DIFFER_JOBS how many at a
time (2). Exit code 1: something differs.
"""

import concurrent.futures
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from known import explain  # noqa: E402
from shrink import shrink  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(HERE))
LUA = os.environ.get("LUA") or shutil.which("lua5.4")
MOONLET = os.path.abspath(os.environ.get("MOONLET") or os.path.join(ROOT, "build/moonlet"))
CHECKS = os.environ.get("MOONLET_CHECKS") and os.path.abspath(os.environ["MOONLET_CHECKS"])
if os.environ.get("MOONLET_VARIANT") == "checks":
    CHECKS = MOONLET
BATCH = 500
MOST_BYTES = 4 << 30


class Setting:
    """A way to run programs: of each `every`th batch the first `most`."""

    def __init__(self, name, argv, every=1, most=BATCH, stress=None):
        self.name, self.argv, self.every, self.most, self.stress = name, argv, every, most, stress

    def run(self, texts, limit=15):
        """What each of [(number, text)] prints. One that stops the process says so."""
        said, rest = {}, list(texts)
        while rest:
            out, end = self.process(rest, limit)
            parts = re.split(rb"^@(\d+)\n", out, flags=re.M)[1:]
            done = {int(n): text for n, text in zip(parts[::2], parts[1::2])}
            left = [t for t in rest if t[0] not in done]
            if end and left:
                said[left[0][0]] = end
                left, limit = left[1:], min(limit, 2)
            said.update(done)
            rest = left
        return said

    def process(self, texts, limit):
        env = dict(os.environ, MOONLET_STRESS=self.stress or "")
        if not self.stress:
            env.pop("MOONLET_STRESS")
        with tempfile.NamedTemporaryFile() as f:
            for number, text in texts:
                f.write(b"@%d %d\n%s\n" % (number, len(text), text))
            f.flush()
            argv = self.argv[:1] + [os.path.join(HERE, "batch.lua"), f.name] + self.argv[1:]
            try:
                p = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, env=env,
                                   timeout=limit, preexec_fn=self.bound)
            except subprocess.TimeoutExpired as e:
                return e.stdout or b"", b"still running\n"
        end = b"" if p.returncode == 0 else b"exit code %d: %s\n" % (p.returncode, p.stderr[-300:])
        return p.stdout, end or b"no output\n"

    def bound(self):
        if self.argv[0] == LUA:
            resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))


STOCK = Setting("lua5.4", [LUA])


def settings():
    yield Setting("moonlet", [MOONLET])
    yield Setting("in a process", [MOONLET, "spawn"], every=10)
    if CHECKS:
        yield Setting("collect always", [CHECKS], every=10, most=100, stress="gc")
        yield Setting("slices of one", [CHECKS], every=10, most=200, stress="preempt=1")
        yield Setting("slices of one, in a process", [CHECKS, "spawn"], every=10, most=100, stress="preempt=1 gc")


def write_programs(first, count):
    out = subprocess.run([shutil.which("lua5.4"), os.path.join(HERE, "program.lua"), str(first), str(count)],
                         check=True, stdout=subprocess.PIPE).stdout
    texts, at = [], 0
    while at < len(out):
        line = out.index(b"\n", at)
        number, length = out[at + 1:line].split()
        texts.append((int(number), out[line + 1:line + 1 + int(length)]))
        at = line + 2 + int(length)
    return texts



def one_batch(first, count, number):
    """(setting, programs, [reasons], [(seed, text)]) for each setting that is due."""
    texts = write_programs(first, count)
    want = STOCK.run(texts)
    answers = []
    for setting in settings():
        if number % setting.every:
            continue
        some = texts[:setting.most]
        got = setting.run(some)
        reasons, different = [], []
        for seed, text in some:
            if want[seed] != got[seed]:
                reason = explain(want[seed], got[seed])
                if reason:
                    reasons.append(reason)
                else:
                    different.append((seed, text))
        answers.append((setting, len(some), reasons, different))
    return answers


def differing(setting, texts):
    """Which of the texts differ, unexplained."""
    numbered = [(seed, t) for seed, t in texts]
    want = STOCK.run(numbered, 2)
    got = setting.run(numbered, 2 if not setting.stress else 20)
    return [want[s] != got[s] and not explain(want[s], got[s]) for s, t in numbered]


def tell(setting, seed, text):
    """Print a difference, small."""
    print("seed %d, %s" % (seed, setting.name))
    if not differing(setting, [(seed, text)])[0]:
        print("  differs only after others of its batch")
        return

    def still(tries):
        # the parity of a number matters, see batch.lua
        return differing(setting, [(2 * i + seed % 2, t.encode("latin-1")) for i, t in enumerate(tries)])

    small = shrink(text.decode("latin-1"), still).encode("latin-1")
    print(small.decode("utf-8", "replace"))
    for s in STOCK, setting:
        print("%s:\n%s" % (s.name, s.run([(seed, small)])[seed].decode("utf-8", "replace")))
    sys.stdout.flush()


def main():
    if not LUA:
        print("no lua5.4")
        return 77
    scale = int(os.environ.get("MOONLET_SCALE") or 1)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else max(20, 2000 // scale)
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    most = int(os.environ.get("DIFFER_TELL") or 5)
    ran, known, different = {}, {}, []
    began = last = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("DIFFER_JOBS") or 2)) as pool:
        starts = range(first, first + count, BATCH)
        jobs = [pool.submit(one_batch, s, min(BATCH, first + count - s), i) for i, s in enumerate(starts)]
        for n, job in enumerate(jobs):
            for setting, programs, reasons, found in job.result():
                ran[setting.name] = ran.get(setting.name, 0) + programs
                for r in reasons:
                    known[r] = known.get(r, 0) + 1
                different += [(setting, seed, text) for seed, text in found]
            jobs[n] = None
            if time.monotonic() - last > 30:
                last = time.monotonic()
                print("%d programs, %.0f s, %d differ" % (ran["moonlet"], last - began, len(different)), flush=True)
    for setting, seed, text in different[:most]:
        tell(setting, seed, text)
    print("seeds %d to %d, %.0f s: %s" % (first, first + count - 1, time.monotonic() - began,
                                          ", ".join("%d %s" % (n, s) for s, n in ran.items())))
    for reason, n in sorted(known.items()):
        print("%7d explained: %s" % (n, reason))
    print("%d differ" % len(different), *sorted({seed for _, seed, _ in different})[:20])
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
