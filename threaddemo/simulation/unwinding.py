"""Takes a thread off its stack, though the program catches whatever is raised in it."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any


def cut_short(exception: type[BaseException]) -> None:
    """Have the next line raise, in any of the program's frames of this thread.

    Also the first line of an `except` block that has just caught it: so it leaves the block, and
    the loop around it. Python itself ends the tracing when that has happened.
    """

    def each_line(frame: FrameType, event: str, arg: object) -> Any:
        if event == "line":
            raise exception
        return each_line

    def each_call(frame: FrameType, event: str, arg: object) -> Any:
        return each_line if _is_programs(frame) else None

    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if _is_programs(frame):
            frame.f_trace = each_line
        frame = frame.f_back
    sys.settrace(each_call)


def _is_programs(frame: FrameType) -> bool:
    package = frame.f_globals.get("__package__")
    return package != __package__ and frame.f_globals.get("__name__") != "threading"
