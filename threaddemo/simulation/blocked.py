"""Who waits in what: the report of a deadlock, or of a run that takes too long.

Nothing is recorded for it while a run goes on. Parked threads keep their stacks, so it is enough to
look there when somebody asks.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import NamedTuple, TypeAlias

from threaddemo.simulation.names import Names
from threaddemo.simulation.patience import GOING_ROUND, Going
from threaddemo.simulation.scheduler import Scheduler, Task
from threaddemo.simulation.twins import Simulated

#: Finds where a thread is in the program: from its innermost frame to the program's innermost one.
Place: TypeAlias = Callable[[FrameType | None], FrameType | None]


class Blocked(NamedTuple):
    """What a thread is doing: an operation, what it is `on`, who holds that, and where."""

    thread: str
    operation: str
    on: str | None = None
    holders: tuple[str, ...] = ()
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        if self.operation == "start":
            return f"{self.thread} has not begun"
        verb = "is" if self.operation in ("running", GOING_ROUND) else "waits in"
        text = f"{self.thread} {verb} {self.operation}"
        if self.on is not None:
            text += f" on {self.on}"
        if self.holders:
            text += f" (held by {', '.join(self.holders)})"
        return text if self.file is None else f"{text} at {os.path.basename(self.file)}:{self.line}"


class Report:
    """What each task that is alive is doing, in the order in which they were started."""

    def __init__(self, scheduler: Scheduler, place: Place) -> None:
        self.scheduler = scheduler
        current = sys._current_frames()
        self.tasks = list(scheduler.live)
        self._frames = {
            task: list(_program(current.get(task.carrier.ident or 0), place)) for task in self.tasks
        }
        self.names = Names([stack[::-1] for stack in self._frames.values()])

    def of(self, task: Task, running: bool = False) -> Blocked:
        """What one of them is doing."""
        stack = self._frames[task]
        return _describe(self.scheduler, task, stack[0] if stack else None, self.names, running)


def blocked(
    scheduler: Scheduler, place: Place, is_told: Callable[[Task], bool] = lambda _: True
) -> tuple[Blocked, ...]:
    """A line for each task that is alive, or for some of them."""
    running = scheduler.current if scheduler.running else None
    report = Report(scheduler, place)
    return tuple(report.of(task, task is running) for task in report.tasks if is_told(task))


def _program(frame: FrameType | None, place: Place) -> Iterator[FrameType]:
    """The frames that are the program's, from a thread's innermost one outwards."""
    while (frame := place(frame)) is not None:
        yield frame
        frame = frame.f_back


def _describe(
    scheduler: Scheduler, task: Task, frame: FrameType | None, names: Names, running: bool
) -> Blocked:
    thread = called(scheduler, task)
    if task.verb == "start" and not running:
        return Blocked(thread, "start")
    place = (frame.f_code.co_filename, frame.f_lineno) if frame else (None, None)
    if isinstance(task.target, Going):
        return Blocked(thread, GOING_ROUND, None, (), *place)
    if running or task.target is None:
        return Blocked(thread, "running" if running else task.verb, None, (), *place)
    holders = task.target._holders() if isinstance(task.target, Simulated) else ()
    held = tuple(called(scheduler, holder) for holder in holders)
    return Blocked(thread, task.verb, names.of(task.target), held, *place)


def called(scheduler: Scheduler, task: Task) -> str:
    """A thread's name; Main is Main, whatever it is to the program."""
    name = str(task.thread.name)
    return "Main" if task is scheduler.main and name == "MainThread" else name
