"""Who waits in what: the report of a deadlock, or of a run that takes too long.

Nothing is recorded for it while a run goes on, but who has used an object last. Parked threads
keep their stacks, so it is enough to look there when somebody asks.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from types import FrameType
from typing import NamedTuple, TypeAlias

from threaddemo.simulation.scheduler import Scheduler, Task

#: Finds where a thread is in the program: from its innermost frame to the program's innermost one.
Place: TypeAlias = Callable[[FrameType | None], FrameType | None]


class Blocked(NamedTuple):
    """What a thread is doing: an operation, what it is `on`, who used that last, and where."""

    thread: str
    operation: str
    on: str | None = None
    holder: str | None = None
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        if self.operation == "start":
            return f"{self.thread} has not begun"
        verb = "is" if self.operation == "running" else "waits in"
        text = f"{self.thread} {verb} {self.operation}"
        if self.on is not None:
            text += f" on {self.on}"
        if self.holder is not None:
            text += f" (last used by {self.holder})"
        return text if self.file is None else f"{text} at {os.path.basename(self.file)}:{self.line}"


def blocked(scheduler: Scheduler, place: Place) -> tuple[Blocked, ...]:
    """A line for each task that is alive, in the order in which they were started."""
    stacks = sys._current_frames()
    running = scheduler.current if scheduler.running else None
    return tuple(
        _describe(task, place(stacks.get(task.carrier.ident or 0)), task is running)
        for task in scheduler.live
    )


def _describe(task: Task, frame: FrameType | None, running: bool) -> Blocked:
    name = task.thread.name
    if task.verb == "start" and not running:
        return Blocked(name, "start")
    place = (frame.f_code.co_filename, frame.f_lineno) if frame else (None, None)
    if running or task.target is None:
        return Blocked(name, "running" if running else task.verb, None, None, *place)
    user = getattr(task.target, "_used_by", None)
    return Blocked(name, task.verb, _name(task.target, frame), user and user.thread.name, *place)


def _name(target: object, frame: FrameType | None) -> str:
    """What the program calls an object: a thread's name, a variable, an attribute, or a class."""
    if isinstance(name := getattr(target, "name", None), str):
        return name
    if frame is not None:
        owner = getattr(frame.f_locals.get("self"), "__dict__", {})
        for names in (frame.f_locals, owner, frame.f_globals):
            for name, value in names.items():
                if value is target and name != "self":
                    return str(name)
    return type(target).__name__
