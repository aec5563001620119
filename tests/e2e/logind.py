"""What logind offers a program in a session: it tells that the computer goes to sleep, and that the session is locked.

logind.py FILE     prints `ready` and its process number. SIGUSR1: the computer sleeps as soon as nobody delays it, and wakes at once; each is
                   written to FILE, one word a line, and when somebody begins to delay sleep. SIGUSR2: the session is locked, and unlocked at once.
"""

import os
import signal
import sys

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

NAME = "org.freedesktop.login1"
PATH = "/org/freedesktop/login1"
SESSION = PATH + "/session/_31"
MANAGER_TEXT = """<node><interface name="org.freedesktop.login1.Manager">
  <method name="GetSession"><arg type="s" direction="in"/><arg type="o" direction="out"/></method>
  <method name="Inhibit">
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
    <arg type="h" direction="out"/>
  </method>
  <signal name="PrepareForSleep"><arg type="b"/></signal>
</interface></node>"""
SESSION_TEXT = """<node><interface name="org.freedesktop.login1.Session">
  <property name="IdleHint" type="b" access="read"/>
  <property name="IdleSinceHint" type="t" access="read"/>
  <signal name="Lock"/>
  <signal name="Unlock"/>
</interface></node>"""

bus = Gio.bus_get_sync(Gio.BusType.SYSTEM)
delays = []


def manager(_bus, _sender, _path, _interface, method, arguments, invocation):
    if method == "GetSession":
        return invocation.return_value(GLib.Variant("(o)", (SESSION,)))
    ours, theirs = os.pipe()
    delays.append(ours)
    GLib.unix_fd_add_full(GLib.PRIORITY_DEFAULT, ours, GLib.IOCondition.HUP, lambda *_: end_delay(ours))
    note("held")
    files = Gio.UnixFDList.new_from_array([theirs])
    return invocation.return_value_with_unix_fd_list(GLib.Variant("(h)", (0,)), files)


def end_delay(file):
    delays.remove(file)
    os.close(file)
    return False


def session(_bus, _sender, _path, _interface, name):
    return {"IdleHint": GLib.Variant("b", False), "IdleSinceHint": GLib.Variant("t", 0)}[name]


def tell(path, interface, member, arguments=None):
    bus.emit_signal(None, path, f"{NAME}.{interface}", member, arguments)


def note(word):
    with open(sys.argv[1], "a", encoding="utf-8") as file:
        file.write(word + "\n")


def sleep():
    note("delayed" if delays else "at once")
    tell(PATH, "Manager", "PrepareForSleep", GLib.Variant("(b)", (True,)))
    GLib.timeout_add(20, fall_asleep)
    return True


def fall_asleep():
    if delays:
        return True
    note("asleep")
    tell(PATH, "Manager", "PrepareForSleep", GLib.Variant("(b)", (False,)))
    return False


def lock():
    tell(SESSION, "Session", "Lock")
    tell(SESSION, "Session", "Unlock")
    return True


bus.register_object(PATH, Gio.DBusNodeInfo.new_for_xml(MANAGER_TEXT).interfaces[0], manager, None, None)
bus.register_object(SESSION, Gio.DBusNodeInfo.new_for_xml(SESSION_TEXT).interfaces[0], None, session, None)
GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGUSR1, sleep)
GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGUSR2, lock)
loop = GLib.MainLoop()
Gio.bus_own_name_on_connection(
    bus, NAME, Gio.BusNameOwnerFlags.NONE, lambda *_: print("ready", os.getpid(), flush=True), lambda *_: loop.quit()
)
loop.run()
