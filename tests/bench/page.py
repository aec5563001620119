"""The results page: one table for each work, ratios against Aloft, and the target with what became of it."""

import os
import platform
import subprocess
import time
from pathlib import Path
from statistics import median

from clients import CURL_AT_ONCE, WORDS

HERE = Path(__file__).parent


def whole(facts, sections, rounds, took):
    notes = HERE / "notes.md"
    parts = [
        "# Benchmark",
        "Written by `cargo xtask bench`; do not edit, what a person adds stands in `notes.md`. "
        f"{rounds} round{'s' if rounds > 1 else ''}, all clients in each, {took:.0f} s in all. "
        "Client and sandbox share the processors: the sandbox's own work (it hashes all it gets) is in every wall time "
        "and in nobody's CPU seconds. "
        "*CPU* and *peak memory* are medians of the rounds, *connections* is the highest (1 MB = 1 000 000 bytes); "
        "*wall* includes the start of the program. "
        f"The SDKs run 30 uploads at a time, as `cld` does by itself; curl {CURL_AT_ONCE}.",
        facts,
        *sections,
    ]
    if notes.exists():
        parts.append(notes.read_text().strip())
    return "\n\n".join(parts) + "\n"


def alone(section, clients, build):
    """A section that was measured by itself says when and on what, since the page's head is about another run."""
    told = dict(machine() + versions(clients, build)[:1])
    return f"{section}\n\nMeasured alone, {told['date']}: {told['Aloft']}; load before the start {told['load before the start']}."


def replaced(page, name, section):
    """The page with this section in the place of the one of the same name, or before what was written by hand."""
    parts = page.split("\n## ")
    names = [f"(`{name}`)" in part.splitlines()[0] for part in parts]
    section = section.removeprefix("## ")
    if any(names):
        parts[names.index(True)] = section + "\n"
    else:
        by_hand = next((at for at, part in enumerate(parts) if part.startswith("What a profile shows")), len(parts))
        parts.insert(by_hand, section + "\n")
    return "\n## ".join(parts)


def section(name, kind, settings, result, with_targets):
    title, body = {"send": sent, "add": added, "sign": signed, "memory": remembered, "window": windowed}[kind](name, settings, result)
    if not with_targets:
        # They are for the full sizes.
        body = "\n".join(line for line in body.splitlines() if not line.startswith("- Target:")).strip()
    return f"## {title} (`{name}`)\n\n{body}"


def sent(name, settings, runs):
    title = f"{settings['count']} × {bytes_of(settings['size'])}, {settings['latency_ms']} ms before each answer"
    if settings.get("faults"):
        title += ", one request in ten answered 503"
    ours = median(run.wall for run in runs["aloft"])
    lossy = settings.get("may_lose")
    columns = ["client", "wall: min", "wall: median", "× Aloft", "CPU", "peak memory", "connections"]
    lines = table_head(columns + (["arrived", "assets", "exit code"] if lossy else []))
    for client, rounds in runs.items():
        wall = [run.wall for run in rounds]
        words = [
            WORDS[client],
            f"{min(wall):.2f} s",
            f"{median(wall):.2f} s",
            f"{median(wall) / ours:.2f}",
            f"{median(run.cpu for run in rounds):.2f} s",
            memory([run.rss_mb for run in rounds]),
            highest([run.connections for run in rounds], "{}"),
        ]
        if lossy:
            words += [
                f"{min(run.arrived[0] for run in rounds)} of {settings['count']}",
                str(max(run.arrived[1] for run in rounds)),
                "/".join(sorted({str(run.code) for run in rounds})),
            ]
        lines.append(row(words))
    return title, "\n".join(lines) + "\n\n" + "\n".join(f"- {verdict}" for verdict in verdicts(name, runs))


def verdicts(name, runs):
    """The targets of the product for this work. Ratios are between medians of one run."""
    wall = {client: median(run.wall for run in rounds) for client, rounds in runs.items()}
    rss = max(run.rss_mb for run in runs["aloft"])
    connections = max((run.connections or 0) for run in runs["aloft"])
    if name == "many":
        return [
            verdict("wall", wall["aloft"], 0.75, "s"),
            verdict("connections", connections, 50, ""),
        ]
    if name == "twelve":
        best = min((wall[peer] for peer in ("cld", "python", "node") if peer in wall), default=wall["aloft"])
        return [
            verdict("memory", rss, 40, "MB"),
            verdict("wall, no slower than the fastest peer", wall["aloft"], best, "s"),
        ]
    if name == "large":
        floor = max(wall["curl"], wall["md5"]) if "curl" in wall else wall["md5"]
        return [verdict("wall, 1.25 × the slower of one POST and the MD5", wall["aloft"], 1.25 * floor, "s")]
    if name == "far":
        return [verdict("wall", wall["aloft"], 0.9, "s")]
    worst = min(run.arrived for run in runs["aloft"])
    once = all(run.arrived[0] == run.arrived[1] == run.arrived[2] for run in runs["aloft"])
    return [f"Target: all arrive once. {'Met' if once else 'Missed'}: {worst[0]} of {worst[2]}, {worst[1]} assets."]


def added(name, settings, rows):
    count = settings["count"]
    all_in, first = median(row.last for row in rows), median(row.first for row in rows)
    rss, rss_after = max(row.rss_mb for row in rows), max(row.after.rss_mb for row in rows)
    body = table_head(["", "min", "median"])
    body.append(row_of("first row readable", [row.first for row in rows]))
    body.append(row_of(f"all {count} rows readable", [row.last for row in rows]))
    body.append(row_of("from Ctrl-C to the end of the program", [row.ending for row in rows]))
    text = "\n".join(body) + (
        f"\n\nTimed: `aloft upload` of a tree ({settings['folders']} folders, files of 100 bytes), from the start of "
        "the program until another process can read the rows in the queue's file. The service is a port where nobody "
        "listens, so nothing is sent; three seconds later it was interrupted. "
        f"{median(row.after.cpu for row in rows):.1f} s CPU in all. "
        "The window has a section of its own.\n\n"
    )
    scale = count / 100_000
    checks = [
        verdict("all rows", all_in, 5 * scale, "s"),
        verdict("first row", first, 0.2, "s"),
        verdict("memory until all are in", rss, 200, "MB"),
        verdict("memory of the whole program, which waits for its uploads then", rss_after, 200, "MB"),
    ]
    return f"Adding {count} files", text + "\n".join(f"- {words}" for words in checks)


def signed(name, settings, rates):
    ours = median(rates["aloft"])
    lines = table_head(["", "signatures a second: median", "best", "Aloft ×"])
    lines.append(row(["`signing::sign`", f"{ours:,.0f}", f"{max(rates['aloft']):,.0f}", "1"]))
    body = ""
    if rates["node"]:
        theirs = median(rates["node"])
        ratio = ours / theirs
        best = max(rates["node"])
        lines.append(row(["Node SDK, `api_sign_request`", f"{theirs:,.0f}", f"{best:,.0f}", f"{ratio:.1f}"]))
        state = "met" if ratio >= 20 else f"missed by a factor of {20 / ratio:.1f}"
        body = f"\n\n- Target: at least 20 × the Node SDK: {ratio:.1f} ×, {state}."
    return "Signing in one process, SHA-1, five parameters", "\n".join(lines) + body


def remembered(name, settings, rows):
    lines = table_head(["`aloft upload`", "peak memory", "wall", "CPU", "connections", "arrived"])
    for words, count, total, run in rows:
        state = f"{run.arrived} of {count}"
        if run.timed_out:
            state += f" when it was ended after {settings['limit']} s"
        lines.append(
            row([words, f"{run.rss_mb:.1f} MB", f"{run.wall:.1f} s", f"{run.cpu:.1f} s", str(run.connections), state])
        )
    peaks = [run.rss_mb for *_, run in rows]
    spread = f"from {min(peaks):.0f} to {max(peaks):.0f} MB, × {max(peaks) / min(peaks):.1f}"
    verdict_line = f"\n\n- Target: does not depend on size or number: {spread}."
    return "Memory of one `aloft upload`, 0 ms", "\n".join(lines) + verdict_line


def windowed(name, settings, result):
    lines = table_head(["", "blank window", "Aloft", "ratio of medians"])
    ratios = {}
    for what, rows, unit in [
        ("from the start of the program to something to read", result.start, "s"),
        ("memory at rest, its web processes included (proportional share)", result.memory, "MB"),
    ]:
        shown = {who: shown_range(values, unit) for who, values in rows.items()}
        ratios[unit] = median(rows["aloft"]) / median(rows["blank"])
        lines.append(row([what, shown["blank"], shown["aloft"], f"{ratios[unit]:.2f}"]))
    idle = {who: f"{100 * used / seconds:.2f} %" for who, (used, seconds) in result.idle.items()}
    lines.append(row([f"processor in {settings['quiet_s']} s at rest, of one core", idle["blank"], idle["aloft"], "–"]))
    lines.append(row(["the same, minimised", "–", idle["minimised"], "–"]))

    frames = table_head(["scrolled by, each frame", "median", "95 %", "longest", "frames", "rows on the page"])
    for by, told in result.scrolls:
        between = sorted(told["between"])
        at = lambda share: f"{between[min(len(between) - 1, int(len(between) * share))]:.0f} ms"
        words = f"{by} px" if by else "nothing"
        frames.append(row([words, at(0.5), at(0.95), at(1), str(len(between)), str(told["rows"])]))
    body = (
        "\n".join(lines)
        + "\n\nOn a screen of its own (Xvfb) with a window manager, drawn by the processor. Something to read: dark letters "
        "on the page's ground, looked for every 10 ms on the screen; each program with folders that it has used before. "
        "Median, and from least to most.\n\n"
        + "\n".join(frames)
        + f"\n\nA list of {settings['rows']} rows, the time between frames as the page counts it. With them Aloft and its web "
        f"processes hold {result.many_mb:.0f} MB.\n\n"
        f"A folder with {result.drop.count} files dropped with the mouse: the first row is on the page {result.drop.first:.2f} s "
        f"after the button is let go, all are in the queue after {result.drop.last:.2f} s.\n\n"
    )
    idle_share = result.idle["aloft"][0] / result.idle["aloft"][1]
    checks = [
        verdict("start, as a multiple of the blank window's", ratios["s"], 1.25, "×"),
        verdict("memory at rest, as a multiple of the blank window's", ratios["MB"], 1.25, "×"),
        verdict("processor at rest", 100 * idle_share, 0, "%"),
        verdict("first row after a drop", result.drop.first, 0.2, "s"),
    ]
    return "The window", body + "\n".join(f"- {words}" for words in checks)


def shown_range(values, unit):
    digits = 2 if unit == "s" else 0
    return f"{median(values):.{digits}f} {unit} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def verdict(what, value, target, unit):
    digits = 2 if unit in ("s", "×", "%") else 0
    shown = f"{value:.{digits}f} {unit}".strip()
    wanted = f"{target:.{digits}f} {unit}".strip()
    state = "met" if value <= target else f"missed by {(value / target - 1) * 100:.0f} %" if target else "missed"
    return f"Target: {what} ≤ {wanted}: {shown}, {state}."


def facts(clients, build):
    lines = table_head(["", ""])
    for name, value in machine() + versions(clients, build):
        lines.append(row([name, value]))
    return "\n".join(lines)


def machine():
    model = next(
        (line.split(":", 1)[1].strip() for line in read("/proc/cpuinfo").splitlines() if line.startswith("model name")),
        platform.processor() or platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return [
        ("date", time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())),
        ("processor", f"{model}, {os.cpu_count()} cores"),
        ("memory", f"{memory:.0f} GB"),
        ("system", f"{platform.system()} {platform.release()}"),
        ("load before the start", " ".join(f"{load:.2f}" for load in os.getloadavg())),
    ]


def versions(clients, build):
    commit = told(["git", "rev-parse", "--short", "HEAD"]) + (
        " with changes" if told(["git", "status", "--porcelain", "--", ":/src-tauri", ":/Cargo.lock"]) else ""
    )
    found = [("Aloft", f"{told([clients.aloft, '--version'])}, {build} build, commit {commit}")]
    if clients.curl:
        found.append(("curl", told([clients.curl, "--version"]).split()[1]))
    if clients.python:
        script = (
            "import platform, importlib.metadata as m; "
            "print(m.version('cloudinary-cli'), m.version('cloudinary'), platform.python_version())"
        )
        cld, sdk, python = told([clients.python, "-c", script]).split()
        found.append(("cld", f"{cld}, Python {python}"))
        found.append(("Python SDK", f"{sdk}, Python {python}"))
    if clients.node_sdk:
        sdk = told([clients.node, "-p", f"require('{clients.node_sdk}/node_modules/cloudinary/package.json').version"])
        found.append(("Node SDK", f"{sdk}, Node {told([clients.node, '--version'])}"))
    return found


def told(command):
    words = [str(word) for word in command]
    out = subprocess.run(words, cwd=HERE, check=True, capture_output=True, text=True).stdout
    return (out.splitlines() or [""])[0]


def read(path):
    try:
        return Path(path).read_text()
    except OSError:
        return ""


def table_head(columns):
    return [row(columns), "|" + "---|" * len(columns)]


def row(words):
    return "| " + " | ".join(words) + " |"


def row_of(words, seconds):
    return row([words, f"{min(seconds):.2f} s", f"{median(seconds):.2f} s"])


def memory(peaks):
    """The median of the rounds' peaks, and the highest where it is far from that."""
    if None in peaks:
        return "–"
    usual, highest_peak = median(peaks), max(peaks)
    return f"{usual:.0f} MB" + (f", once {highest_peak:.0f} MB" if highest_peak > 1.2 * usual else "")


def highest(values, form):
    known = [value for value in values if value is not None]
    return form.format(max(known)) if known else "–"


def bytes_of(size):
    return f"{size // 1_000_000} MB" if size >= 1_000_000 else f"{size // 1000} KB"
