"""What a desktop session offers beside its windows: a tray host, and somebody who shows notifications.

session.py FILE    prints `ready` and its process number, then writes each notification to FILE, one JSON object a line; SIGUSR1 clicks the last.
"""

import json
import os
import signal
import sys

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

WATCHER = """<node><interface name="org.kde.StatusNotifierWatcher">
  <method name="RegisterStatusNotifierItem"><arg type="s" direction="in"/></method>
  <method name="RegisterStatusNotifierHost"><arg type="s" direction="in"/></method>
  <property name="RegisteredStatusNotifierItems" type="as" access="read"/>
  <property name="IsStatusNotifierHostRegistered" type="b" access="read"/>
  <property name="ProtocolVersion" type="i" access="read"/>
</interface></node>"""
NOTIFICATIONS = """<node><interface name="org.freedesktop.Notifications">
  <method name="Notify">
    <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="as" direction="in"/><arg type="a{sv}" direction="in"/><arg type="i" direction="in"/>
    <arg type="u" direction="out"/>
  </method>
  <method name="GetCapabilities"><arg type="as" direction="out"/></method>
  <method name="GetServerInformation">
    <arg type="s" direction="out"/><arg type="s" direction="out"/><arg type="s" direction="out"/><arg type="s" direction="out"/>
  </method>
  <method name="CloseNotification"><arg type="u" direction="in"/></method>
  <signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
</interface></node>"""

items = []
shown = []
bus = Gio.bus_get_sync(Gio.BusType.SESSION)


def watch(_bus, _sender, _path, _interface, method, arguments, invocation):
    if method == "RegisterStatusNotifierItem":
        items.append(arguments.unpack()[0])
    invocation.return_value(None)


def state(_bus, _sender, _path, _interface, name):
    values = {
        "RegisteredStatusNotifierItems": GLib.Variant("as", items),
        "IsStatusNotifierHostRegistered": GLib.Variant("b", True),
        "ProtocolVersion": GLib.Variant("i", 0),
    }
    return values[name]


def notify(_bus, _sender, _path, _interface, method, arguments, invocation):
    if method == "Notify":
        _, _, _, title, body, actions, _, _ = arguments.unpack()
        shown.append(title)
        with open(sys.argv[1], "a", encoding="utf-8") as file:
            file.write(json.dumps({"title": title, "body": body, "actions": actions}) + "\n")
        invocation.return_value(GLib.Variant("(u)", (len(shown),)))
    elif method == "GetCapabilities":
        invocation.return_value(GLib.Variant("(as)", (["body", "body-markup", "actions"],)))
    elif method == "GetServerInformation":
        invocation.return_value(GLib.Variant("(ssss)", ("session", "test", "1", "1.2")))
    else:
        invocation.return_value(None)


def click():
    arguments = GLib.Variant("(us)", (len(shown), "default"))
    bus.emit_signal(None, "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "ActionInvoked", arguments)
    return True


def serve(path, text, call, read):
    bus.register_object(path, Gio.DBusNodeInfo.new_for_xml(text).interfaces[0], call, read, None)


serve("/StatusNotifierWatcher", WATCHER, watch, state)
serve("/org/freedesktop/Notifications", NOTIFICATIONS, notify, None)
for name in ("org.kde.StatusNotifierWatcher", "org.freedesktop.Notifications"):
    Gio.bus_own_name_on_connection(bus, name, Gio.BusNameOwnerFlags.NONE, None, None)
GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGUSR1, click)
GLib.idle_add(lambda: print("ready", os.getpid(), flush=True))
GLib.MainLoop().run()
