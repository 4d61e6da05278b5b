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
    if innermost is None:
        return f"{thread.name} {'has not begun' if thread.is_alive() else 'has ended'}"
    place = Program.place(innermost)
    if place is None and is_main:
        return f"{thread.name} is done, and waits for the other threads to end"
    spot = place or innermost
    file, line = spot.f_code.co_filename, spot.f_lineno
    statement = linecache.getline(file, line).strip() or spot.f_code.co_name
    return f"{thread.name} waits in `{statement}` at {os.path.basename(file)}:{line}"
