"""systems.py - who is measured: Moonlet and its peers, and how each is called."""

import os
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
PROCS = os.path.join(HERE, "procs")

# Other flags than the default ones, for --best: a figure of the family is the
# best that any of them gives.
ERL_FLAGS = {
    "small": ["+hms", "1"],
    "hibernate": ["+hms", "1", "-hibernate"],       # parked processes do
    "large": ["+hms", "8192", "+hmqd", "off_heap"],
    "busy": ["+sbwt", "very_long", "+swt", "very_low"],
}
GO_FLAGS = {"gc 400": {"GOGC": "400"}}

# What an empty program in Lua takes at most; it is told by itself.
MEMORY = """
for line in io.lines("/proc/self/status") do
  local kib = line:match("VmHWM:%s*(%d+)")
  if kib then print("start_mib " .. kib / 1024 .. " MiB") end
end
"""


class System:
    """`family` is its column in the tables, `start` the arguments of an empty program."""

    def __init__(self, name, family, command, start, kinds, flags="", env=None):
        self.name, self.family, self.command, self.start = name, family, command, start
        self.kinds, self.flags, self.env = kinds, flags, env or {}

    def runs(self, program):
        return program.kind in self.kinds and (
            program.kind != "procs" or self.family == "moonlet" or self.family in program.peers)

    def argv(self, program, sizes):
        if program.kind == "start":
            return self.command + self.start
        if program.kind == "memory":
            return self.command + ["-e", MEMORY]
        if self.family == "erl":
            most = max([1000000] + [int(s) for s in sizes])
            return (self.command + ["+P", str(2 * most), "-noshell", "-run", "peers", "main", program.name]
                    + sizes)
        if self.family == "go":
            return self.command + [program.name] + sizes
        return self.command + [program.path] + sizes


def older(made, source):
    return not os.path.exists(made) or os.path.getmtime(made) < os.path.getmtime(source)


def compiled(made, source, argv):
    """Whether the peers' programs are there, built anew when their text is newer."""
    source = os.path.join(PROCS, source)
    if not older(made, source):
        return True
    os.makedirs(os.path.dirname(made), exist_ok=True)
    env = dict(os.environ, GOCACHE=os.path.join(os.path.dirname(made), "go-cache"))
    return subprocess.run(argv + [source], env=env, check=False).returncode == 0


def erlang(out, best):
    erl, erlc = shutil.which("erl"), shutil.which("erlc")
    if not (erl and erlc) or not compiled(os.path.join(out, "peers.beam"), "peers.erl", [erlc, "-o", out]):
        return []
    start = ["-noshell", "-eval", "halt()."]
    found = [System("erl", "erl", [erl, "-pa", out], start, ("start", "procs"))]
    for name, flags in ERL_FLAGS.items() if best else ():
        found.append(System("erl " + name, "erl", [erl, "-pa", out] + flags, start, ("procs",), " ".join(flags)))
    return found


def go(out, best):
    program, compiler = os.path.join(out, "peers-go"), shutil.which("go")
    if not compiler or not compiled(program, "peers.go", [compiler, "build", "-o", program]):
        return []
    found = [System("go", "go", [program], ["start"], ("start", "procs"))]
    for name, env in GO_FLAGS.items() if best else ():
        flags = " ".join("%s=%s" % pair for pair in env.items())
        found.append(System("go " + name, "go", [program], ["start"], ("procs",), flags, env))
    return found


def lua(program, name, flags=()):
    path = shutil.which(program)
    return [System(name, name, [path, *flags], ["-e", ""], ("start", "memory", "lua"))] if path else []


def find(build, families, best):
    """The systems that are here, and the names of those that are not."""
    out = os.path.join(build, "bench")
    ways = {
        "moonlet": lambda: [System("moonlet", "moonlet", [os.path.join(build, "moonlet")], ["-e", ""],
                                   ("start", "memory", "lua", "procs"))],
        "lua5.4": lambda: lua("lua5.4", "lua5.4"),
        "luajit-joff": lambda: lua("luajit", "luajit-joff", ("-joff",)),
        "luajit": lambda: lua("luajit", "luajit"),
        "erl": lambda: erlang(out, best),
        "go": lambda: go(out, best),
    }
    found, missing = [], []
    for family, way in ways.items():
        if not families or family in families:
            systems = way()
            found += systems
            if not systems:
                missing.append(family)
    return found, missing


def versions():
    """What the peers say they are."""
    asked = {
        "lua5.4": ["lua5.4", "-v"], "luajit": ["luajit", "-v"], "go": ["go", "version"],
        "erl": ["erl", "-noshell", "-eval",
                'io:format("OTP ~s", [erlang:system_info(otp_release)]), halt().'],
    }
    told = {}
    for name, argv in asked.items():
        if shutil.which(argv[0]):
            run = subprocess.run(argv, capture_output=True, text=True, check=False)
            told[name] = (run.stdout + run.stderr).strip().split("\n")[0]
    return told
