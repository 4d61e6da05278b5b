"""Who waits in what: the report of a deadlock, or of a run that takes too long.

Nothing is recorded for it while a run goes on. Parked threads keep their stacks, so it is enough
to look there when somebody asks.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType

from threaddemo.simulation.loader import is_loaded
from threaddemo.simulation.scheduler import Scheduler, Task

HERE = os.path.dirname(__file__)


@dataclass(frozen=True)
class Blocked:
    """What a thread is doing: an operation, what it is `on`, who used that last, and where."""

    thread: str
    operation: str
    on: str | None
    holder: str | None
    file: str | None
    line: int | None

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


def blocked(scheduler: Scheduler) -> tuple[Blocked, ...]:
    """A line for each task that is alive, in the order in which they were started."""
    stacks = sys._current_frames()
    return tuple(
        _describe(scheduler, task, stacks.get(task.carrier.thread.ident or 0))
        for task in scheduler.live
    )


def _describe(scheduler: Scheduler, task: Task, stack: FrameType | None) -> Blocked:
    runs = scheduler.running and task is scheduler.current
    frame = None if task.verb == "start" and not runs else _program_frame(stack)
    user = None if runs else getattr(task.target, "_used_by", None)
    return Blocked(
        thread=task.name,
        operation="running" if runs else task.verb,
        on=None if runs or task.target is None else _name(task.target, frame),
        holder=user and user.name,
        file=frame and frame.f_code.co_filename,
        line=frame and frame.f_lineno,
    )


def _program_frame(stack: FrameType | None) -> FrameType | None:
    """The innermost frame of a loaded module, or else the innermost outside the simulator."""
    frames = list(_frames(stack))
    for frame in frames:
        if is_loaded(frame.f_builtins):
            return frame
    outside = (frame for frame in frames if os.path.dirname(frame.f_code.co_filename) != HERE)
    return next(outside, None)


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _name(target: object, frame: FrameType | None) -> str:
    """What the program calls an object: a thread's name, a variable, an attribute, or a class."""
    name = getattr(target, "name", None)
    if isinstance(name, str):
        return name
    if frame is not None:
        owner = getattr(frame.f_locals.get("self"), "__dict__", {})
        for names in (frame.f_locals, owner, frame.f_globals):
            for name, value in names.items():
                if value is target and name != "self":
                    return str(name)
    return type(target).__name__
