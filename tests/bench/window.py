"""The window, beside a blank window of the same toolkit: how soon it can be read, what it costs while nothing happens,
and how a long list moves. It knows no table of results.

Everything runs on a screen (Xvfb), a session bus and a window manager of its own, drawn by the processor.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
#: Has GTK, which the Python of a version manager has not.
SYSTEM_PYTHON = "/usr/bin/python3"
TICKS = os.sysconf("SC_CLK_TCK")


class Desktop:
    """A screen with nothing on it, and what programs need to show themselves there."""

    def __init__(self, scratch):
        self.children = []
        self.home = scratch / "desktop"
        run = self.home / "run"
        run.mkdir(parents=True)
        run.chmod(0o700)
        self.env = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        self.env |= {
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(run),
            "ALOFT_HOME": str(self.home / "aloft"),
            "GDK_BACKEND": "x11",
            "NO_AT_BRIDGE": "1",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "WEBKIT_DISABLE_DMABUF_RENDERER": "1",
        }
        screen = ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"]
        self.env["DISPLAY"] = ":" + self.first_line(screen)
        self.env["DBUS_SESSION_BUS_ADDRESS"] = self.first_line(["dbus-daemon", "--session", "--nofork", "--print-address=1"])
        self.start(["openbox"])
        until("the window manager answers", lambda: self.run(["wmctrl", "-m"]).returncode == 0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for child in reversed(self.children):
            end(child)

    def start(self, command, **more):
        words = [str(word) for word in command]
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        child = subprocess.Popen(words, env=self.env, **(quiet | more))
        self.children.append(child)
        return child

    def run(self, command):
        return subprocess.run([str(word) for word in command], env=self.env, capture_output=True, text=True)

    def first_line(self, command):
        child = self.start(command, stdout=subprocess.PIPE)
        line = child.stdout.readline().decode().strip()
        if not line:
            sys.exit(f"{command[0]} did not start")
        return line

    def read_after(self, program):
        """Starts a program; the seconds until its page can be read, and the program."""
        watch = self.start([SYSTEM_PYTHON, HERE / "screen.py"], stdout=subprocess.PIPE)
        if watch.stdout.readline().strip() != b"looking":
            sys.exit("screen.py could not look at the screen")
        began = time.monotonic()
        child = self.start([program])
        line = watch.stdout.readline()
        if not line:
            sys.exit(f"{program} showed nothing to read")
        return float(line) - began, child

    def minimise(self, title):
        found = self.run(["xdotool", "search", "--onlyvisible", "--name", title]).stdout.split()
        if not found:
            sys.exit(f"no window is called {title}")
        self.run(["xdotool", "windowminimize", "--sync", found[0]])


class Refused(Exception):
    """WebDriver's answer that it could not be done."""


class Page:
    """Aloft's window under WebDriver."""

    def __init__(self, desktop, driver, program, ports):
        port, native = ports
        desktop.start([driver, "--port", port, "--native-port", native])
        # One connection for everything: the driver passes a request to end it on to the one behind it, which then sometimes
        # ends it before it has answered.
        self.driver = http.client.HTTPConnection("127.0.0.1", int(port), timeout=120)
        self.base = ""
        until("the driver listens", lambda: listens(port) and listens(native))
        wanted = {"tauri:options": {"application": str(program)}, "pageLoadStrategy": "none"}
        answer = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.base = f"/session/{answer['sessionId']}"
        # Scrolling takes as long as it takes.
        self.ask("POST", "/timeouts", {"script": 110_000})

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body)
        self.driver.request(method, self.base + path, data, {"content-type": "application/json"})
        answer = self.driver.getresponse()
        value = json.load(answer)["value"]
        if answer.status != 200:
            raise Refused(value)
        return value

    def run(self, script):
        return self.ask("POST", "/execute/sync", {"script": script, "args": []})

    def run_until_done(self, script):
        return self.ask("POST", "/execute/async", {"script": script, "args": []})

    def click(self, test_id):
        script = f"const found = document.querySelector('[data-testid=\"{test_id}\"]'); found?.click(); return found !== null"
        until(f"{test_id} is there", lambda: self.asks_true(script))

    def asks_true(self, script):
        try:
            return self.run(script) is True
        except Refused:
            # The page that was there is being left.
            return False

    def close(self):
        self.ask("DELETE", "")
        self.driver.close()


#: Moves the list by so many pixels at every frame and answers the milliseconds between the frames.
SCROLL = """
const done = arguments[arguments.length - 1];
const [by, frames] = [%d, %d];
const list = [...document.querySelectorAll('main, main *')].find((one) =>
  one.scrollHeight > one.clientHeight + 100 && /auto|scroll/.test(getComputedStyle(one).overflowY));
if (!list) { done(null); return; }
list.scrollTop = 0;
const between = [];
let last = null;
const frame = (now) => {
  if (last !== null) between.push(now - last);
  last = now;
  list.scrollTop += by;
  if (between.length < frames) requestAnimationFrame(frame);
  else done({ between, height: list.scrollHeight, rows: document.querySelectorAll('[data-testid="job-row"]').length });
};
requestAnimationFrame(frame);
"""

#: Whether an element with this test id is on the page.
THERE = "return document.querySelector('[data-testid=\"%s\"]') !== null"

#: Notes when the first row is on the page.
FIRST_ROW = """
window.firstRow = null;
new MutationObserver(() => {
  if (window.firstRow === null && document.querySelector('[data-testid="job-row"]')) window.firstRow = Date.now() / 1000;
}).observe(document.body, { subtree: true, childList: true });
return true;
"""


def family(pid):
    """A process and all that it started, as far as they live."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                # The name may hold blanks and brackets; what comes after it does not.
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found = {pid}
    while True:
        more = {child for child, parent in parents.items() if parent in found} - found
        if not more:
            return found
        found |= more


def memory_mb(pid):
    """Proportional share of the memory of a process and its children, in 10^6 bytes."""
    total = 0
    for member in family(pid):
        try:
            lines = Path(f"/proc/{member}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total * 1024 / 1e6


def processor_seconds(pid):
    total = 0
    for member in family(pid):
        try:
            fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def listens(port):
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0


def until(what, is_so, seconds=120):
    """Looks until it is so. For what other programs do: they tell nobody."""
    last = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > last:
            sys.exit(f"{what}: not within {seconds} s")
        time.sleep(0.02)


def end(child):
    child.send_signal(signal.SIGTERM)
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
