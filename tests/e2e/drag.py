"""Drags the files or addresses named in its arguments onto the Aloft window, or with `--drop-window` onto the small one.

A small GTK window is the source of a real XDND drag; xdotool moves the mouse. Prints when the button
was let go (seconds of the epoch); ends with 0 when the drop was taken.
"""

import pathlib
import subprocess
import sys
import threading
import time

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402

SMALL = sys.argv[1] == "--drop-window"
NAMES = sys.argv[2:] if SMALL else sys.argv[1:]
TITLE, PLACE = ("Drop files", "0,520,240,-1,-1") if SMALL else ("Aloft", "0,300,40,760,560")
URIS = [name if "://" in name else pathlib.Path(name).as_uri() for name in NAMES]
taken = []


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def aloft_window():
    for line in run("wmctrl", "-lG").splitlines():
        fields = line.split(None, 7)
        if len(fields) == 8 and fields[7].startswith(TITLE):
            return fields[0]
    raise SystemExit(f"the window {TITLE} is not there")


def drag():
    target = aloft_window()
    run("wmctrl", "-i", "-r", target, "-e", PLACE)
    run("wmctrl", "-i", "-a", target)
    run("xdotool", "mousemove", "60", "60", "mousedown", "1")
    # A toolkit starts a drag only after several motions, and a target wants to be entered first.
    for x, y in [(70, 70), (90, 90), (140, 140), (240, 240), (420, 300), (560, 320), (600, 330), (610, 335)]:
        run("xdotool", "mousemove", str(x), str(y), "sleep", "0.15")
    run("xdotool", "sleep", "0.3")
    print(time.time(), flush=True)
    run("xdotool", "mouseup", "1")


def main():
    window = Gtk.Window(title="Source of the drag")
    window.set_default_size(120, 120)
    area = Gtk.EventBox()
    area.add(Gtk.Label(label="files"))
    area.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
    area.drag_source_add_uri_targets()
    area.connect("drag-data-get", lambda _w, _c, data, _i, _t: data.set_uris(URIS))

    def failed(_widget, _context, result):
        taken.append(False)
        return False

    def ended(_widget, _context):
        taken.append(True)
        Gtk.main_quit()

    area.connect("drag-failed", failed)
    area.connect("drag-end", ended)
    window.add(area)
    window.show_all()
    window.move(0, 0)
    GLib.timeout_add_seconds(30, Gtk.main_quit)

    def later():
        threading.Thread(target=drag, daemon=True).start()
        return False

    GLib.timeout_add(500, later)
    Gtk.main()
    if taken != [True]:
        raise SystemExit(f"the drop was not taken: {taken}")


main()
