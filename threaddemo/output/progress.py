"""How far a series has come: one line on stderr, written over and over, and gone when it ends."""

import time
from collections.abc import Callable

from threaddemo.output import streams

INTERVAL = 0.1  #: seconds between two looks of the line
CLEAR = "\r\x1b[K"  #: from the line's begin to its end


class Progress:
    """A line that tells what is known so far, on a terminal, and nowhere else.

    Args:
        shown: whether there is room for it: no narrative is in its way.
    """

    def __init__(self, shown: bool) -> None:
        self._shown = shown and streams.is_terminal("stderr")
        self._next = 0.0
        self._began = time.monotonic()

    def tell(self, text: Callable[[], str]) -> None:
        """Show the text and the seconds so far, unless one has just been shown."""
        if self._shown and (now := time.monotonic()) >= self._next:
            self._next = now + INTERVAL
            line = f"{text()}, {now - self._began:.0f} s"
            streams.write("stderr", CLEAR + line[: streams.width("stderr") - 1])

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._shown and self._next:
            streams.write("stderr", CLEAR)
