"""What is said of a run that was given up since it has no end: who goes round, and who waits."""

from __future__ import annotations

import ast
import linecache
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from types import FrameType
from typing import NamedTuple

from threaddemo.simulation.blocked import Blocked, Place, blocked, called
from threaddemo.simulation.scheduler import Scheduler, Task


class Round(NamedTuple):
    """A thread that could go on, and the loop that it is in, if it is in one."""

    thread: str
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        if self.file is None:
            return f"{self.thread} goes on"
        loop = " ".join(linecache.getline(self.file, self.line or 0).split())
        return f"{self.thread} goes round `{loop}` at {os.path.basename(self.file)}:{self.line}"


class Endless(NamedTuple):
    """A run without an end."""

    why: str
    """What makes one think so."""
    going: tuple[Round, ...]
    waiting: tuple[Blocked, ...]

    def __str__(self) -> str:
        circle = circle_of(self.waiting)
        last = [f"{' and '.join(circle)} wait for each other"] if circle else []
        return "; ".join([*map(str, self.going), *map(str, self.waiting), *last])


def endless(scheduler: Scheduler, place: Place) -> Endless:
    """What there is to say of a run that was given up."""
    current = sys._current_frames()

    def is_able(task: Task) -> bool:
        return bool(task.deadline) or task.ready()

    able = [task for task in scheduler.live if is_able(task)]
    frames = {task: current.get(task.carrier.ident or 0) for task in able}
    going = [_round(called(scheduler, task), frames[task], place) for task in able]
    waiting = blocked(scheduler, place, lambda task: not is_able(task))
    return Endless(str(scheduler.error), tuple(going), waiting)


def circle_of(waiting: Iterable[Blocked]) -> list[str]:
    """The names of threads each of which waits for the next one, and the last for the first."""
    holders = {one.thread: one.holders for one in waiting}
    for first in holders:
        chain = [first]
        while (next_one := (holders.get(chain[-1]) or ("",))[0]) not in ("", *chain):
            chain.append(next_one)
        if len(chain) > 1 and next_one == first:
            return chain
    return []


def _round(thread: str, frame: FrameType | None, place: Place) -> Round:
    """The innermost `while` loop that a thread is in; or else its innermost loop."""
    found = list(_loops_around(frame, place))
    whiles = [loop for loop in found if loop[2]]
    for file, line, _ in whiles or found:
        return Round(thread, file, line)
    return Round(thread)


def _loops_around(
    frame: FrameType | None, place: Callable[[FrameType | None], FrameType | None]
) -> Iterator[tuple[str, int, bool]]:
    while (frame := place(frame)) is not None:
        file = frame.f_code.co_filename
        around = [loop for loop in _loops(file) if frame.f_lineno in loop[0]]
        for lines, is_while in sorted(around, key=lambda loop: len(loop[0])):
            yield file, lines.start, is_while
        frame = frame.f_back


@lru_cache(64)
def _loops(file: str) -> list[tuple[range, bool]]:
    """The lines of each loop in a file, and whether it is a `while` loop."""
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except (SyntaxError, ValueError):
        return []
    return [
        (range(node.lineno, (node.end_lineno or node.lineno) + 1), isinstance(node, ast.While))
        for node in ast.walk(tree)
        if isinstance(node, (ast.While, ast.For))
    ]
