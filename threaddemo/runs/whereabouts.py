"""Where threads are: what a run that takes too long says of each."""

import linecache
import os
import sys
import threading
from types import FrameType

from threaddemo.program import Program


def whereabouts(threads: list[threading.Thread], main: threading.Thread) -> list[str]:
    """Each thread's name, what it waits in, and where: the line of the program it has come to.

    Args:
        threads: those to tell of.
        main: the one that runs the program's main code, and then waits for the others.
    """
    innermost = sys._current_frames()
    return [_whereabouts(one, innermost.get(one.ident or 0), one is main) for one in threads]


def _whereabouts(thread: threading.Thread, innermost: FrameType | None, is_main: bool) -> str:
    has_begun = innermost is not None or not thread.is_alive()
    place = Program.place(innermost)
    if innermost is None:
        return f"{thread.name} {'has not begun' if thread.is_alive() else 'has ended'}"
    spot = place or innermost
    file = "" if place is None and is_main else spot.f_code.co_filename
    return told(thread.name, is_main, has_begun, file, spot.f_lineno, spot.f_code.co_name)


def told(name: str, is_main: bool, has_begun: bool, file: str, line: int, function: str) -> str:  # noqa: PLR0913, PLR0917 - what there is to be said
    """Where a thread is, in words; no file means none of the program's lines."""
    if not has_begun:
        return f"{name} has not begun"
    if not file and is_main:
        return f"{name} is done, and waits for the other threads to end"
    if not file:
        return f"{name} is in none of the program's lines"
    statement = linecache.getline(file, line).strip() or function
    return f"{name} waits in `{statement}` at {os.path.basename(file)}:{line}"
