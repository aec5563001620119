"""The clipboard as another program sees it.

clipboard.py          prints its text
clipboard.py FILE…    copies the files as a file manager does, prints `ready`, and stays until something else is copied
"""

import pathlib
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402


def copy(files):
    uris = [pathlib.Path(name).as_uri() for name in files]
    owner = Gtk.Invisible()
    owner.connect("selection-get", lambda _widget, data, _info, _time: data.set_uris(uris))
    owner.connect("selection-clear-event", lambda _widget, _event: Gtk.main_quit())
    Gtk.selection_add_target(owner, Gdk.SELECTION_CLIPBOARD, Gdk.Atom.intern("text/uri-list", False), 0)
    if not Gtk.selection_owner_set(owner, Gdk.SELECTION_CLIPBOARD, Gdk.CURRENT_TIME):
        raise SystemExit("the clipboard was not given")
    GLib.idle_add(lambda: print("ready", flush=True))
    Gtk.main()


if len(sys.argv) > 1:
    copy(sys.argv[1:])
else:
    print(Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).wait_for_text() or "")
