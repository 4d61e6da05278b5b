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
    # A thread takes its number as its first step. Looked at before the stacks are, the number
    # tells which of those without a stack are still to begin, and which have ended.
    numbers = [one.ident for one in threads]
    stacks = sys._current_frames()
    return [
        f"{one.name} has not begun" if number is None else _told(one, stacks.get(number), main)
        for one, number in zip(threads, numbers, strict=True)
    ]


def _told(thread: threading.Thread, innermost: FrameType | None, main: threading.Thread) -> str:
    if innermost is None:
        return f"{thread.name} has ended"
    place = Program.place(innermost)
    if place is None and thread is main:
        return f"{thread.name} is done, and waits for the other threads to end"
    if place is None and not _runs(innermost):
        return f"{thread.name} is about to begin or to end"
    spot = place or innermost
    return waits(thread.name, spot.f_code.co_filename, spot.f_lineno, spot.f_code.co_name)


def told(  # noqa: PLR0913, PLR0917 - what there is to be told of a thread of another process
    name: str, is_main: bool, has_begun: bool, file: str, line: int, function: str
) -> str:
    """Where a thread is, in words; no file means none of the program's lines."""
    if not has_begun:
        return f"{name} has not begun"
    if file:
        return waits(name, file, line, function)
    if is_main:
        return f"{name} is done, and waits for the other threads to end"
    return f"{name} is about to begin or to end"


def waits(name: str, file: str, line: int, function: str) -> str:
    """What a thread waits in, in words: the statement, or the function if there is no such line."""
    statement = linecache.getline(file, line).strip() or function
    return f"{name} waits in `{statement}` at {os.path.basename(file)}:{line}"


def _runs(frame: FrameType | None) -> bool:
    """Whether a thread is within its ``run``, before and after which Python has things to do."""
    while frame is not None and frame.f_code.co_name != "run":
        frame = frame.f_back
    return frame is not None
