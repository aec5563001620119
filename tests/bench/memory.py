#!/usr/bin/env python3
"""Measures the peak memory of `aloft upload` by number and by size of files, against `aloft sandbox --discard`.

    python3 tests/bench/memory.py PATH_OF_ALOFT [--counts 1,1000,100000] [--sizes 10M,1G,5G]

Prints a Markdown table. Peak memory is the maximum resident set of the one process that uploads, as the kernel counts it
(`ru_maxrss` of wait4). Small files hold 1 KiB each, all different; large files are sparse. Standard library only.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time

UNITS = {"K": 10**3, "M": 10**6, "G": 10**9}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("aloft", help="the program to measure, without crash points, best of a release build")
    parser.add_argument("--counts", default="1,1000,100000", help="numbers of small files, joined by commas; empty for none")
    parser.add_argument("--sizes", default="10M,1G,5G", help="bytes of one sparse file (K, M, G), joined by commas; empty for none")
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.aloft)
    if not os.access(program, os.X_OK):
        sys.exit(f"{program} is not a program: build it first, then give its path")

    print(facts(program), flush=True)
    print("\n| upload | peak memory | time |\n|---|---|---|", flush=True)
    for count in [int(text) for text in arguments.counts.split(",") if text]:
        with tempfile.TemporaryDirectory(prefix="aloft-memory-") as folder:
            measure(program, folder, f"{count:,} small".replace(",", " "), small_files(folder, count))
    for size in [text.strip() for text in arguments.sizes.split(",") if text]:
        with tempfile.TemporaryDirectory(prefix="aloft-memory-") as folder:
            measure(program, folder, f"1 sparse, {size}B", sparse_file(folder, size))


def facts(program):
    with open("/proc/meminfo", encoding="ascii") as lines:
        memory = next(int(line.split()[1]) for line in lines if line.startswith("MemTotal"))
    return (
        f"{platform.system()} {platform.release()} {platform.machine()}, {os.cpu_count()} processors, "
        f"{memory / 2**20:.1f} GiB of memory; `{os.path.relpath(program)}`, {os.path.getsize(program) / 10**6:.1f} MB, "
        f"{time.strftime('%Y-%m-%d')}"
    )


def small_files(folder, count):
    files = os.path.join(folder, "files")
    for number in range(count):
        # a folder for each thousand, as people have them
        below = os.path.join(files, f"{number // 1000:03}")
        if number % 1000 == 0:
            os.makedirs(below)
        with open(os.path.join(below, f"{number}.txt"), "wb") as file:
            file.write(str(number).encode().rjust(1024))
    return files


def sparse_file(folder, size):
    path = os.path.join(folder, "large.bin")
    unit = UNITS.get(size[-1])
    length = int(size[:-1]) * unit if unit else int(size)
    with open(path, "wb") as file:
        file.truncate(length)
    return path


def measure(program, folder, name, path):
    server = subprocess.Popen(
        [program, "sandbox", "--discard", "--port", "0", "--dir", os.path.join(folder, "sandbox")],
        stdout=subprocess.PIPE,
        env={**os.environ, "ALOFT_HOME": os.path.join(folder, "server-home")},
    )
    try:
        ready = json.loads(server.stdout.readline())
        peak, took = upload(program, folder, path, ready["cloudinary_url"])
    finally:
        server.terminate()
        server.wait()
    print(f"| {name} | {peak / 10**6:.1f} MB | {took:.1f} s |", flush=True)


def upload(program, folder, path, address):
    log = os.path.join(folder, "log")
    environment = {**os.environ, "ALOFT_HOME": os.path.join(folder, "home"), "CLOUDINARY_URL": address}
    began = time.monotonic()
    with open(log, "wb") as out:
        process = subprocess.Popen([program, "upload", path], stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environment)
        # wait4 answers for this one process: getrusage would give the largest of all children
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    took = time.monotonic() - began
    if process.returncode != 0:
        with open(log, encoding="utf-8", errors="replace") as words:
            sys.exit(f"the upload ended with {process.returncode}:\n{words.read()[-2000:]}")
    unit = 1 if sys.platform == "darwin" else 1024
    return usage.ru_maxrss * unit, took


if __name__ == "__main__":
    main()
