#!/usr/bin/env python3
# slow
"""prompt.py - the prompt, driven through a terminal as a person does it."""

import os
import pty
import re
import select
import signal
import sys
import termios
import time

MOONLET = os.environ["MOONLET"]
SLOW = {"release": 1, "checks": 6, "asan": 6, "tsan": 12}[os.environ.get("MOONLET_VARIANT", "release")]
CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[()=>][0-9A-Z]?|\r")


class Terminal:
    def __init__(self, *args, **env):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            e = dict(os.environ, TERM="xterm", **env)
            e.pop("XDG_STATE_HOME", None)
            e.update(env)
            os.execve(MOONLET, [MOONLET] + list(args), e)
        self.seen = ""

    def read(self, seconds):
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return None
        if not data:
            return None
        self.seen += CONTROL.sub("", data.decode("utf-8", "replace"))
        return True

    def wait(self, pattern, seconds=5):
        """Until the pattern is seen; forgets what came up to its end."""
        end = time.time() + seconds * SLOW
        while True:
            m = re.search(pattern, self.seen)
            if m:
                self.seen = self.seen[m.end():]
                return m
            left = end - time.time()
            if left <= 0 or self.read(left) is None:
                sys.exit("never saw %r; the screen holds:\n%s" % (pattern, self.seen))

    def send(self, text):
        os.write(self.fd, text.encode())

    def line(self, text):
        self.send(text + "\n")

    def ask(self, text, answer):
        """Types a line; the answer stands before the next prompt."""
        self.line(text)
        self.wait(r"(?s)%s.*?moon\(\d+\)> $" % answer)

    def end(self):
        """The wait status, after the program has ended."""
        stop = time.time() + 5 * SLOW
        while time.time() < stop:
            if self.read(0.05) is None:
                break
        while time.time() < stop:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                os.close(self.fd)
                return status
            time.sleep(0.01)
        os.kill(self.pid, signal.SIGKILL)
        sys.exit("the prompt does not end; the screen holds:\n" + self.seen)


def start(*args, **env):
    t = Terminal(*args, **env)
    t.wait(r"moon\(1\)> ")
    return t


def keeps_variables():
    t = start()
    t.ask("local x = 41", "")
    t.ask("p = spawn(function() while true do receive case {'ping', to} then to ! 'pong' end end end)", "")
    t.ask("error('this fails')", r"stdin:1:1: this fails")
    t.ask("local t; t.field = 1", r"attempt to index a nil value")
    t.ask("pritn(1)", r"stdin:1:1: attempt to call a nil value .*\n    1 \| pritn\(1\)\n"
          r"      \| \^\^\^\^\^\nhint: did you mean 'print'\?\n")
    t.line("while true do end")
    time.sleep(0.3 * SLOW)
    t.send("\x03")
    t.wait(r"interrupted\n.*moon\(\d+\)> $")
    t.ask("x + 1", r"\n42\n")
    t.ask("p ! {'ping', self()}", "")
    t.ask("receive()", r"\n\"pong\"\n")
    # pcall does not stop an interrupt
    t.line("pcall(function() while true do end end)")
    time.sleep(0.2 * SLOW)
    t.send("\x03")
    t.wait(r"interrupted\n.*moon\(\d+\)> $")
    # waiting is interrupted too
    t.line("receive()")
    time.sleep(0.2 * SLOW)
    t.send("\x03")
    t.wait(r"interrupted\n.*moon\(\d+\)> $")
    # neither does the end of a link cost the variables
    t.ask("spawn_link(function() error('crash', 0) end) sleep(50)", r"exit signal from <.*crash")
    t.ask("exit('gone')", r"exit\(\) ends a process")
    t.ask("x", r"\n41\n")
    t.send("\x04")
    assert t.end() == 0


def others_go_on():
    """A process prints while a line is half typed, and while a loop runs."""
    t = start()
    t.ask("spawn(function() for i = 1, 1000 do sleep(40) print('tick', i) end end)", "")
    t.send("1 + ")
    t.wait(r"tick\t3\n")
    t.send("1\n")
    t.wait(r"\n2\n")
    t.line("while true do end")
    t.wait(r"tick\t\d+\n")
    t.wait(r"tick\t\d+\n")
    t.send("\x03")
    t.wait(r"interrupted")
    t.line("os.exit(3)")
    status = t.end()
    assert os.WIFEXITED(status) and os.WEXITSTATUS(status) == 3, status


def several_lines():
    t = start()
    t.line("for i = 1, 2 do")
    t.wait(r"\.\.\.> ")
    t.line("  print('line', i)")
    t.wait(r"\.\.\.> ")
    t.ask("end", r"line\t1\nline\t2\n")
    t.line("{ 1,")
    t.wait(r"\.\.\.> ")
    t.ask("2 }", r"\n\{ 1, 2 \}\n")
    # Ctrl-C drops what was typed
    t.line("function f(")
    t.wait(r"\.\.\.> ")
    t.send("\x03")
    t.wait(r"\^C\n.*moon\(\d+\)> $")
    t.ask("7", r"\n7\n")
    t.ask("x = = 1", r"unexpected symbol")
    t.ask("{name = 'm', 1, 2, inner = {true}}", r"\{ 1, 2, inner = \{ true \}, name = \"m\" \}")
    t.ask("_.name", r"\n\"m\"\n")
    t.ask(":nonsense", r"unknown command ':nonsense'")
    t.ask(":h string.rep", r"string\.rep\(s, n")
    t.ask(":help", r"(?s)evaluated.*:q")
    t.line(":q")
    assert t.end() == 0


def completes():
    t = start()
    t.send("string.gs\t")
    t.wait(r"string\.gsub")
    t.send("\x15")
    t.ask("account = setmetatable({}, {__index = {deposit = function() return 'done' end}})", "")
    t.send("account:dep\t")
    t.wait(r"account:deposit")
    t.ask("()", r"\n\"done\"\n")
    t.send("setmetat\t")
    t.wait(r"setmetatable")
    t.send("\x15")
    t.send("\x04")
    assert t.end() == 0


def remembers():
    home = os.environ["TMPDIR"]
    state = os.path.join(home, "state")
    t = start(XDG_STATE_HOME=state)
    t.ask("old_entry = 5", "")
    t.send("\x04")
    assert t.end() == 0
    with open(os.path.join(state, "moonlet", "history")) as f:
        assert "old_entry = 5" in f.read()
    t = start(XDG_STATE_HOME=state)
    t.send("\x1b[A\n")
    t.wait(r"old_entry = 5\n")
    t.wait(r"moon\(2\)> $")
    t.send("\x04")
    t.end()


def reads_input():
    """io.read gets the keyboard while something is evaluated."""
    t = start()
    t.line("'got ' .. io.read()")
    time.sleep(0.2 * SLOW)
    t.line("a line")
    t.wait(r"\"got a line\"\n")
    t.wait(r"moon\(2\)> $")
    t.send("\x04")
    t.end()


def a_killed_evaluator():
    t = start()
    t.ask("y = 1", "")
    t.ask("exit(self(), 'kill')", r"variables are lost")
    t.ask("y == nil", r"\ntrue\n")
    os.kill(t.pid, signal.SIGTERM)
    status = t.end()
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGTERM, status


def leaves_the_terminal_alone():
    t = start()
    t.ask("1", "")
    t.send("\x04")
    before = None
    try:
        before = termios.tcgetattr(t.fd)
    except termios.error:
        pass
    t.end()
    assert before is None or before[3] is not None


for test in (keeps_variables, others_go_on, several_lines, completes, remembers, reads_input,
             a_killed_evaluator, leaves_the_terminal_alone):
    test()
    print("ok", test.__name__)
