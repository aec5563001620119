"""Looks into the tray menu over D-Bus and clicks an entry, as a tray host would.

tray.py            prints the labels, one a line; `Account > ✓ Sandbox` is chosen in the menu “Account”
tray.py LABEL      clicks the entry with that label, `Account > Sandbox` for one in a menu
"""

import sys

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

MENU = "com.canonical.dbusmenu"
ITEMS = "/org/ayatana/NotificationItem"
bus = Gio.bus_get_sync(Gio.BusType.SESSION)


def call(name, path, interface, method, arguments, answer):
    return bus.call_sync(
        name, path, interface, method, arguments, GLib.VariantType(answer), Gio.DBusCallFlags.NONE, 5000, None
    ).unpack()


def menu():
    """Asks every program at once which tray items it has: there are some that never answer."""
    (names,) = call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "ListNames", None, "(as)")
    asked = [name for name in names if name.startswith(":")]
    found, loop = [], GLib.MainLoop()

    def answered(_bus, answer, name):
        asked.remove(name)
        try:
            (text,) = bus.call_finish(answer).unpack()
            items = [node.path for node in Gio.DBusNodeInfo.new_for_xml(text).nodes if node.path]
            found.extend((name, f"{ITEMS}/{item}/Menu") for item in items)
        except GLib.Error:
            pass
        if found or not asked:
            loop.quit()

    for name in list(asked):
        arguments = (name, ITEMS, "org.freedesktop.DBus.Introspectable", "Introspect", None, GLib.VariantType("(s)"))
        bus.call(*arguments, Gio.DBusCallFlags.NONE, 5000, None, answered, name)
    loop.run()
    if not found:
        raise SystemExit("no tray item is on the bus")
    return found[0]


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
