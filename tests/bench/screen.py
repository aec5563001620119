"""Looks at the screen until a page can be read on it, and says when that was.

Prints a line when it has begun to look, then the seconds of the monotonic clock at the first look that showed a page's
ground with dark letters on it. A look takes about ten milliseconds. Run with the system's Python, which has GTK.
"""

import sys
import time

import gi

gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, GLib  # noqa: E402

#: The page's ground and ink, as tokens.css has them for light.
GROUND = bytes((0xFA, 0xF9, 0xF6)) * 40
DARK = 0x50
#: Every so many lines are looked at: letters are higher than that.
STEP = 4


def is_read(root):
    picture = Gdk.pixbuf_get_from_window(root, 0, 0, root.get_width(), root.get_height())
    pixels, stride, width = picture.get_pixels(), picture.get_rowstride(), picture.get_width() * picture.get_n_channels()
    for top in range(0, picture.get_height() * stride - stride, stride * STEP):
        line = pixels[top : top + width]
        first, last = line.find(GROUND), line.rfind(GROUND)
        # Letters stand inside the page: there is ground on both sides of them.
        if 0 <= first < last and min(line[first:last]) < DARK:
            return True
    return False


def main():
    root = Gdk.get_default_root_window()
    if is_read(root):
        sys.exit("a page is on the screen already")
    print("looking", flush=True)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if is_read(root):
            print(time.monotonic(), flush=True)
            return
        # The pipe to the screen wants to be emptied too.
        GLib.MainContext.default().iteration(False)
        time.sleep(0.002)
    sys.exit("no page within a minute")


main()
