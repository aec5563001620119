"""Looks into the tray menu over D-Bus and clicks an entry, as a tray host would.

tray.py            prints the labels, one a line; `Account > ✓ Sandbox` is chosen in the menu “Account”
tray.py LABEL      clicks the entry with that label, `Account > Sandbox` for one in a menu
"""

import sys

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

MENU = "com.canonical.dbusmenu"
bus = Gio.bus_get_sync(Gio.BusType.SESSION)


def call(name, path, interface, method, arguments, answer):
    return bus.call_sync(
        name, path, interface, method, arguments, GLib.VariantType(answer), Gio.DBusCallFlags.NONE, 5000, None
    ).unpack()


def children(name, path):
    (text,) = call(name, path, "org.freedesktop.DBus.Introspectable", "Introspect", None, "(s)")
    return [node.path for node in Gio.DBusNodeInfo.new_for_xml(text).nodes if node.path]


def menu():
    (names,) = call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "ListNames", None, "(as)")
    for name in names:
        if not name.startswith(":"):
            continue
        try:
            for child in children(name, "/org/ayatana/NotificationItem"):
                return name, f"/org/ayatana/NotificationItem/{child}/Menu"
        except GLib.Error:
            continue
    raise SystemExit("no tray item is on the bus")


def entries(name, path):
    arguments = GLib.Variant("(iias)", (0, -1, ["label", "toggle-state", "children-display"]))
    _, (_, _, items) = call(name, path, MENU, "GetLayout", arguments, "(u(ia{sv}av))")
    return list(below(items, ""))


def below(items, place):
    for number, properties, inner in items:
        # Two underlines are one; one alone marks a key.
        label = properties.get("label", "").replace("__", "\0").replace("_", "").replace("\0", "_")
        chosen = "✓ " if properties.get("toggle-state") == 1 else ""
        yield number, place + chosen + label
        yield from below(inner, f"{place}{label} > ")


def main():
    name, path = menu()
    found = entries(name, path)
    if len(sys.argv) == 1:
        print("\n".join(label for _, label in found))
        return
    for number, label in found:
        if label.replace("✓ ", "") == sys.argv[1]:
            arguments = GLib.Variant("(isvu)", (number, "clicked", GLib.Variant("s", ""), 0))
            bus.call_sync(name, path, MENU, "Event", arguments, None, Gio.DBusCallFlags.NONE, 5000, None)
            return
    raise SystemExit(f"no entry is called {sys.argv[1]}: {found}")


main()
