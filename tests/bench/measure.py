"""Starts programs and measures them: time, processor, memory, connections. It knows no client and no work.

Nothing stands between a client and the sandbox: connections are read from the kernel's own list, where a closed one
stays for a minute. Only Linux has that list; elsewhere memory is as `getrusage` says it and connections are not known.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

LINUX = sys.platform == "linux"


@dataclass
class Run:
    """What one program cost."""

    wall: float
    cpu: float
    rss_mb: float
    connections: int | None
    code: int
    errors: str
    timed_out: bool


class Program:
    """A program under way, watched from its first moment."""

    def __init__(self, command, env, scratch, port=None):
        self.watch = Watch(port)
        self.errors = scratch / "errors"
        with open(scratch / "out", "wb") as out, open(self.errors, "wb") as errors:
            self.start = time.perf_counter()
            self.child = subprocess.Popen(
                [str(word) for word in command], env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=errors
            )
        self.watch.begin(self.child.pid)

    def elapsed(self):
        return time.perf_counter() - self.start

    def ended(self):
        """Whether it ended, without taking note of it: `finish` does that."""
        return os.waitid(os.P_PID, self.child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def finish(self, limit):
        """Waits until it ends, or ends it `limit` seconds after its start."""
        alarm = threading.Timer(max(0.1, limit - self.elapsed()), self.child.kill)
        alarm.start()
        _, status, usage = os.wait4(self.child.pid, 0)
        wall = self.elapsed()
        alarm.cancel()
        self.child.returncode = os.waitstatus_to_exitcode(status)
        self.watch.end()
        return Run(
            wall=wall,
            cpu=usage.ru_utime + usage.ru_stime,
            rss_mb=peak_mb(usage, self.watch.rss_kib),
            connections=self.watch.connections(),
            code=self.child.returncode,
            errors=self.errors.read_text(errors="replace"),
            timed_out=wall >= limit,
        )


def run(command, env, scratch, port=None, limit=300.0):
    return Program(command, env, scratch, port).finish(limit)


def peak_mb(usage, seen_kib):
    """The kernel counts the moment between fork and exec too, when the child still is this program: a peak that is not
    above our own says nothing, and what was seen in /proc counts instead."""
    scale = 1 if sys.platform == "darwin" else 1024
    told = usage.ru_maxrss * scale
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale
    return (told if told > own or not seen_kib else seen_kib * 1024) / 1e6


class Watch:
    """Looks at a running program: its highest memory, and which connections to a port there are."""

    def __init__(self, port):
        self.port = port
        self.rss_kib = 0
        self.seen = set()
        self.over = threading.Event()
        self.thread = None

    def begin(self, pid):
        def look():
            ticks = 0
            while True:
                self.rss_kib = max(self.rss_kib, high_water_kib(pid))
                if self.port and ticks % 20 == 0:
                    self.seen |= client_ports(self.port)
                if self.over.wait(0.004):
                    return
                ticks += 1

        if LINUX:
            self.thread = threading.Thread(target=look, daemon=True)
            self.thread.start()

    def end(self):
        self.over.set()
        if self.thread:
            self.thread.join()
            if self.port:
                self.seen |= client_ports(self.port)

    def connections(self):
        return len(self.seen) if LINUX and self.port else None


def high_water_kib(pid):
    try:
        with open(f"/proc/{pid}/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1])
    except (OSError, ValueError):
        pass
    return 0


def client_ports(port):
    """The other ends of every connection with 127.0.0.1:port, closed ones of the last minute included."""
    listening = "0A"
    ours, ports = f"0100007F:{port:04X}", set()
    with open("/proc/net/tcp") as table:
        for line in table:
            words = line.split()
            if words[3] == listening:
                continue
            if words[1] == ours:
                ports.add(words[2])
            elif words[2] == ours:
                ports.add(words[1])
    return ports


class Sandbox:
    """`aloft sandbox --discard` with nothing in it yet."""

    def __init__(self, aloft, scratch, latency_ms=0, faults=None):
        command = [aloft, "sandbox", "--discard", "--port", "0", "--dir", scratch / "service", "--latency", latency_ms]
        if faults:
            file = scratch / "faults.json"
            file.write_text(json.dumps(faults))
            command += ["--faults", file]
        self.child = subprocess.Popen(
            [str(word) for word in command],
            env={**os.environ, "ALOFT_HOME": str(scratch / "service-home")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        line = self.child.stdout.readline()
        if not line:
            raise SystemExit("`aloft sandbox` did not start")
        ready = json.loads(line)
        self.url, self.cloudinary_url = ready["url"], ready["cloudinary_url"]
        self.port = int(self.url.rsplit(":", 1)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.send_signal(signal.SIGTERM)
        try:
            self.child.wait(10)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.child.stdout.close()
