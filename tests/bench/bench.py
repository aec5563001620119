"""The benchmark: `cargo xtask bench` builds the programs, installs the clients and starts this with their paths.

Each round runs every client once on the same files, each against a fresh `aloft sandbox --discard`; the client that
goes first changes from round to round. A run that fails where it must not ends the benchmark: only speed is free to be
bad.
"""

import argparse
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import page
from clients import WORDS, Clients, arrived, clean, hashes
from measure import Program, Run, Sandbox, run
from window import FIRST_ROW, HERE, SCROLL, SYSTEM_PYTHON, THERE, Desktop, Page, end, memory_mb, processor_seconds, until
from works import FULL, SMOKE


def main():
    options = arguments()
    clients = Clients()
    if not clients.aloft:
        sys.exit("ALOFT_CLI is not set: run this as `cargo xtask bench`")
    plan = SMOKE if options.smoke else FULL
    sections, began = [], time.time()
    facts = page.facts(clients, options.build)
    options.scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.scratch, prefix="bench-") as scratch:
        bench = Bench(clients, plan, Path(scratch))
        for name, kind, settings in plan.works:
            if kind == "window" and sys.platform != "linux":
                print("--- window: needs Xvfb, which is not here", file=sys.stderr)
            elif options.only in ("", name):
                print(f"--- {name}", file=sys.stderr, flush=True)
                sections.append(page.section(name, kind, settings, getattr(bench, kind)(**settings), not options.smoke))
    if not sections:
        sys.exit(f"`{options.only}` is no work; the works are {', '.join(name for name, *_ in plan.works)}")
    if options.only:
        (section,) = sections
        text = page.alone(section, clients, options.build)
        print(text)
        if options.write:
            options.write.write_text(page.replaced(options.write.read_text(), options.only, text))
        return
    text = page.whole(facts, sections, plan.rounds, time.time() - began)
    print(text)
    if options.write:
        options.write.write_text(text)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--smoke", action="store_true", help="small files, one round")
    parser.add_argument("--only", default="", help="one work")
    parser.add_argument("--scratch", type=Path, required=True, help="where files to send are made")
    parser.add_argument("--build", default="release", help="how the programs were built")
    parser.add_argument("--write", type=Path, help="the page")
    return parser.parse_args()


class Bench:
    """Each method does one kind of work and returns its rows."""

    def __init__(self, clients, plan, scratch):
        self.clients, self.plan, self.scratch = clients, plan, scratch

    def send(self, count, size, latency_ms, faults=None, may_lose=False):
        """Every client sends the same folder."""
        folder = files(self.scratch / "files", count, size)
        wanted = hashes(folder)
        names = self.clients.installed()
        if may_lose:
            names.remove("curl")
        runs = {name: [] for name in names}
        if not may_lose:
            runs["md5"] = []
        for number in range(self.plan.rounds):
            order = list(runs)
            shift = number % len(order)
            for name in order[shift:] + order[:shift]:
                if name == "md5":
                    result = timed_hashes(folder)
                else:
                    result = self.one(name, folder, wanted, latency_ms, faults, may_lose)
                progress(name, result)
                runs[name].append(result)
        shutil.rmtree(folder)
        return runs

    def one(self, name, folder, wanted, latency_ms, faults, may_lose):
        with self.room() as room, Sandbox(self.clients.aloft, room.path, latency_ms, faults) as service:
            command, env = self.clients.command(name, folder, service, room.home)
            result = run(command, env, room.path, service.port)
            found = arrived(service)
            if not may_lose:
                # A client that sends less is not faster.
                expect(result.code == 0 and set(found) == set(wanted), name, result, found, wanted)
            if name == "aloft":
                expect(result.code == 0 and sorted(found) == sorted(wanted), name, result, found, wanted)
            result.arrived = (len(set(found) & set(wanted)), len(found), len(wanted))
            return result

    def add(self, count, folders):
        """`aloft upload` of a tree for an account whose service does not answer: nothing is sent, so what is timed is
        the scan and the queue. The queue's file tells when the rows are there."""
        tree = self.scratch / "tree"
        for number in range(folders):
            files(tree / f"folder {number:04}", count // folders, 100, first=number * (count // folders))
        rows = []
        for _ in range(self.plan.rounds):
            with self.room() as room:
                env = clean(room.home)
                # Nobody listens on port 9 of this computer: every attempt is refused at once.
                env["CLOUDINARY_URL"] = "cloudinary://key:secret@offline?upload_prefix=http://127.0.0.1:9"
                program = Program([self.clients.aloft, "upload", tree], env, room.path)
                first, last = until_queued(program, room.home / "data" / "queue.db", count)
                rss = program.watch.rss_kib * 1024 / 1e6
                # Waiting for its uploads belongs to the peak. And an interrupt before it listens for one ends it like any
                # program.
                time.sleep(3)
                interrupted = program.elapsed()
                program.child.send_signal(signal.SIGINT)
                result = program.finish(interrupted + 60)
                expect(last is not None and result.code == 130, "aloft", result, first, count)
                ending = result.wall - interrupted
                rows.append(SimpleNamespace(first=first, last=last, rss_mb=rss, ending=ending, after=result))
                print(f"    first {first:.2f} s, all {last:.2f} s, {rss:.0f} MB", file=sys.stderr)
        shutil.rmtree(tree)
        return rows

    def memory(self, works, limit):
        """`aloft upload` alone: does its memory depend on how much it sends?"""
        rows = []
        for words, count, size in works:
            folder = files(self.scratch / "files", count, size, sparse=size > 1_000_000)
            with self.room() as room, Sandbox(self.clients.aloft, room.path) as service:
                command, env = self.clients.command("aloft", folder, service, room.home)
                result = run(command, env, room.path, service.port, limit=limit)
                result.arrived = len(arrived(service))
                progress(words, result)
                is_whole = result.code == 0 and result.arrived == count
                expect(result.timed_out or is_whole, words, result, result.arrived, count)
                rows.append((words, count, count * size, result))
            shutil.rmtree(folder)
        return rows

    def sign(self, seconds):
        """Signatures a second in one process."""
        rates = {"aloft": [], "node": []}
        env = {**os.environ, "ALOFT_NODE_SDK": str(self.clients.node_sdk)}
        commands = {"aloft": [self.clients.sign, seconds]}
        if self.clients.node and self.clients.node_sdk:
            commands["node"] = [self.clients.node, Path(__file__).parent / "peers" / "sign.cjs", seconds]
        for _ in range(self.plan.rounds):
            for name, command in commands.items():
                words = [str(word) for word in command]
                rates[name].append(float(subprocess.run(words, env=env, check=True, capture_output=True).stdout))
        return rates

    def window(self, rounds, quiet_s, rows, dropped, frames):
        """Aloft's window and a blank one in turn; then Aloft's alone with many rows."""
        desktop, blank, driver = self.clients.desktop, self.clients.blank, self.clients.driver
        if not (desktop and blank and driver):
            sys.exit("ALOFT_DESKTOP, ALOFT_BLANK and ALOFT_DRIVER are not set: run this as `cargo xtask bench`")
        result = SimpleNamespace(start={"blank": [], "aloft": []}, memory={"blank": [], "aloft": []}, idle={})
        with self.room() as room, Desktop(room.path) as screen:
            # Aloft's first start makes its folders and databases; that is not what people wait for every day.
            for name, program in [("aloft", desktop)] + [("blank", blank), ("aloft", desktop)] * rounds:
                seconds, child = screen.read_after(program)
                result.start[name].append(seconds)
                # What a start leaves behind settles first.
                time.sleep(quiet_s / 6)
                result.memory[name].append(memory_mb(child.pid))
                print(f"    {name}: {seconds:.2f} s, {result.memory[name][-1]:.0f} MB", file=sys.stderr, flush=True)
                if len(result.start[name]) == rounds + (name == "aloft"):
                    result.idle[name] = spent(child.pid, quiet_s)
                    if name == "aloft":
                        screen.minimise("^Aloft$")
                        result.idle["minimised"] = spent(child.pid, quiet_s)
                end(child)
            for who, (used, seconds) in result.idle.items():
                print(f"    {who} at rest: {used:.2f} s of {seconds} s", file=sys.stderr, flush=True)
            result.start["aloft"].pop(0)
            result.memory["aloft"].pop(0)
        result.scrolls, result.drop, result.many_mb = self.long_list(rows, dropped, frames)
        return result

    def long_list(self, rows, dropped, frames):
        with self.room() as room, Desktop(room.path) as screen:
            home = screen.home / "aloft"
            page = Page(screen, self.clients.driver, self.clients.desktop, free_ports(2))
            page.click("try-sandbox")
            until("the sandbox is there", lambda: page.asks_true(THERE % "sandbox-chip"))
            paused = screen.run([self.clients.aloft, "queue", "pause"])
            if paused.returncode != 0:
                sys.exit(f"the queue could not be paused: {paused.stderr}")

            tree = files(self.scratch / "dropped", dropped, 100)
            page.run(FIRST_ROW)
            drag = screen.run([SYSTEM_PYTHON, HERE.parent / "e2e" / "drag.py", tree])
            if drag.returncode != 0:
                sys.exit(f"the drop failed: {drag.stdout}{drag.stderr}")
            let_go = float(drag.stdout)
            until("the first row is there", lambda: page.run("return window.firstRow") is not None)
            first = page.run("return window.firstRow") - let_go
            until_rows(home / "data" / "queue.db", dropped)
            drop = SimpleNamespace(first=first, last=time.time() - let_go, count=dropped)
            print(f"    {dropped} dropped: first row {first:.2f} s, all {drop.last:.2f} s", file=sys.stderr, flush=True)
            shutil.rmtree(tree)

            tree = files(self.scratch / "tree", rows - dropped, 100)
            more = screen.start([self.clients.aloft, "upload", "--account", "sandbox", tree])
            until_rows(home / "data" / "queue.db", rows)
            more.send_signal(signal.SIGINT)
            more.wait(60)
            shutil.rmtree(tree)
            until("the list stands", lambda: (page.run_until_done(SCROLL % (0, 1)) or {"height": 0})["height"] > 40 * rows)
            scrolls = [(by, page.run_until_done(SCROLL % (by, frames))) for by in (0, 20, 200, 20_000)]
            pid = program_of(self.clients.desktop, screen)
            many_mb = memory_mb(pid)
            page.close()
            return scrolls, drop, many_mb

    def room(self):
        return Room(self.scratch)


class Room:
    """A folder for one run, with an empty home in it."""

    def __init__(self, scratch):
        self.path = Path(tempfile.mkdtemp(dir=scratch))
        self.home = self.path / "home"
        self.home.mkdir()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)


def files(folder, count, size, first=0, sparse=False):
    """Files that differ; in blocks, since what this program holds in memory would count as its children's."""
    folder.mkdir(parents=True)
    for number in range(first, first + count):
        with open(folder / f"file-{number:06}.bin", "wb") as file:
            file.write(f"{number:06}".encode())
            if sparse:
                file.truncate(size)
                continue
            left = size - 6
            while left > 0:
                left -= file.write(os.urandom(min(left, 1 << 18)))
    return folder


def timed_hashes(folder):
    start, spent = time.perf_counter(), time.process_time()
    hashes(folder)
    wall = time.perf_counter() - start
    return Run(wall, time.process_time() - spent, None, None, 0, "", False)


def until_queued(program, database, count):
    """Seconds until the first row can be read by another process, and until all can; `None` when that never comes."""
    first, connection = None, None
    while program.elapsed() < 120 and not program.ended():
        time.sleep(0.002)
        try:
            connection = connection or sqlite3.connect(f"file:{database}?mode=ro", uri=True)
            last_id = connection.execute("SELECT max(id) FROM jobs").fetchone()[0] or 0
        except sqlite3.Error:
            # not there yet, or without its tables
            connection = None
            continue
        if last_id and first is None:
            first = program.elapsed()
        if last_id >= count:
            return first, program.elapsed()
    return first, None


def until_rows(database, count):
    def are_there():
        try:
            with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
                return connection.execute("SELECT count(*) FROM jobs").fetchone()[0] >= count
        except sqlite3.Error:
            return False

    until(f"{count} rows are in the queue", are_there)


def free_ports(count):
    doors = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [door.getsockname()[1] for door in doors]
    for door in doors:
        door.close()
    return ports


def spent(pid, seconds):
    """Processor seconds of a program and its children in a time in which nothing happens, and that time."""
    before = processor_seconds(pid)
    time.sleep(seconds)
    return processor_seconds(pid) - before, seconds


def program_of(path, screen):
    """The process that a driver started on this screen."""
    display = f"DISPLAY={screen.env['DISPLAY']}".encode()
    for entry in Path("/proc").iterdir():
        try:
            if os.path.samefile(entry / "exe", path) and display in (entry / "environ").read_bytes().split(b"\0"):
                return int(entry.name)
        except OSError:
            continue
    sys.exit("the program is not running")


def expect(met, who, result, found, wanted):
    if not met:
        sys.exit(
            f"{who}: exit code {result.code} after {result.wall:.1f} s; "
            f"{found if isinstance(found, int) else len(found or [])} assets arrived of "
            f"{wanted if isinstance(wanted, int) else len(wanted)}\n{result.errors[-2000:]}"
        )


def progress(name, result):
    words = f"    {WORDS.get(name, name)}: {result.wall:.2f} s, {result.cpu:.2f} s CPU"
    if result.rss_mb is not None:
        words += f", {result.rss_mb:.0f} MB, {result.connections} connections"
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
