"""The clipboard as another program sees it.

clipboard.py          prints its text
clipboard.py --kinds  prints the formats that it is offered in
clipboard.py FILE…    copies the files as a file manager does, prints `ready`, and stays until something else is copied
clipboard.py --picture FILE    the same with the picture in the file, as it is there
clipboard.py --text FILE       the same with the text in the file
"""

import pathlib
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402


def copy_files(names):
    uris = [pathlib.Path(name).as_uri() for name in names]
    own("text/uri-list", lambda data: data.set_uris(uris))


def copy_picture(name):
    picture = pathlib.Path(name).read_bytes()
    kind = "image/png" if picture.startswith(b"\x89PNG") else "image/jpeg"
    own(kind, lambda data: data.set(data.get_target(), 8, picture))


def copy_text(name):
    text = pathlib.Path(name).read_text(encoding="utf-8")
    own("UTF8_STRING", lambda data: data.set_text(text, -1))


def own(kind, give):
    owner = Gtk.Invisible()
    owner.connect("selection-get", lambda _widget, data, _info, _time: give(data))
    owner.connect("selection-clear-event", lambda _widget, _event: Gtk.main_quit())
    Gtk.selection_add_target(owner, Gdk.SELECTION_CLIPBOARD, Gdk.Atom.intern(kind, False), 0)
    if not Gtk.selection_owner_set(owner, Gdk.SELECTION_CLIPBOARD, Gdk.CURRENT_TIME):
        raise SystemExit("the clipboard was not given")
    GLib.idle_add(lambda: print("ready", flush=True))
    Gtk.main()


if sys.argv[1:2] == ["--kinds"]:
    _, kinds = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).wait_for_targets()
    print("\n".join(kind.name() for kind in kinds or []))
elif sys.argv[1:2] == ["--picture"]:
    copy_picture(sys.argv[2])
elif sys.argv[1:2] == ["--text"]:
    copy_text(sys.argv[2])
elif len(sys.argv) > 1:
    copy_files(sys.argv[1:])
else:
    print(Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).wait_for_text() or "")
