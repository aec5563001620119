"""Listens as a dock does, for progress and numbers on the icons of programs.

dock.py FILE    prints `ready`, then writes each update to FILE, one JSON object a line, with the program's launcher as `launcher`
"""

import json
import sys

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

INTERFACE = "com.canonical.Unity.LauncherEntry"


def heard(_bus, _sender, _path, _interface, _signal, arguments):
    if arguments.get_type_string() != "(sa{sv})":
        raise SystemExit(f"no dock understands {arguments.get_type_string()}")
    launcher, properties = arguments.unpack()
    with open(sys.argv[1], "a", encoding="utf-8") as file:
        file.write(json.dumps({"launcher": launcher, **properties}) + "\n")


bus = Gio.bus_get_sync(Gio.BusType.SESSION)
bus.signal_subscribe(None, INTERFACE, "Update", None, None, Gio.DBusSignalFlags.NONE, heard)
# The answer to a call comes after the bus has noted what was subscribed before it.
bus.call_sync("org.freedesktop.DBus", "/", "org.freedesktop.DBus.Peer", "Ping", None, None, Gio.DBusCallFlags.NONE, 5000, None)
print("ready", flush=True)
GLib.MainLoop().run()
