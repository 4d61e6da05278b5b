"""What is said of a run that was given up since it has no end: who goes round, and who waits."""

from __future__ import annotations

import ast
import linecache
import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from types import FrameType
from typing import NamedTuple

from threaddemo.simulation.blocked import Blocked, Place, blocked, called
from threaddemo.simulation.scheduler import Scheduler, Task

#: What goes through as many items as what it is given, or fewer.
COUNTING = frozenset(["enumerate", "zip", "reversed", "sorted"])
#: A loop of more rounds is meant to go on for ever.
MOST_ROUNDS = 10_000_000
#: Larger powers are not worked out.
DIGITS = 300


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


def has_end(scheduler: Scheduler, place: Place) -> bool:
    """Whether those that can go on are in loops that end by themselves, and in no others.

    Daemons aside, and unless nobody is in a loop: threads may start each other for ever, too.
    """
    current = sys._current_frames()
    able = [task for task in scheduler.live if task.deadline or task.ready()]
    frames = [current.get(task.carrier.ident or 0) for task in able if not task.thread.daemon]
    loops = [loop for frame in frames for loop in _loops_around(frame, place)]
    return bool(loops) and all(loop.has_end for loop in loops)


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
    whiles = [loop for loop in found if loop.is_while]
    for loop in whiles or found:
        return Round(thread, loop.file, loop.lines.start)
    return Round(thread)


class _Loop(NamedTuple):
    """A loop of the program's text."""

    file: str
    lines: range
    is_while: bool
    has_end: bool


def _loops_around(
    frame: FrameType | None, place: Callable[[FrameType | None], FrameType | None]
) -> Iterator[_Loop]:
    """The loops that a frame is in, and those that have called it; the innermost first."""
    while (frame := place(frame)) is not None:
        around = [loop for loop in _loops(frame.f_code.co_filename) if frame.f_lineno in loop.lines]
        yield from sorted(around, key=lambda loop: len(loop.lines))
        frame = frame.f_back


@lru_cache(64)
def _loops(file: str) -> list[_Loop]:
    """Each loop in a file."""
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except (SyntaxError, ValueError):
        return []
    return [
        _Loop(
            file,
            range(node.lineno, (node.end_lineno or node.lineno) + 1),
            isinstance(node, ast.While),
            isinstance(node, ast.For) and _is_finite(node.iter),
        )
        for node in ast.walk(tree)
        if isinstance(node, (ast.While, ast.For))
    ]


def _is_finite(items: ast.expr) -> bool:
    """Whether all that a loop goes through is known to be a limited number of items."""
    if isinstance(items, ast.Call) and isinstance(items.func, ast.Name):
        name = items.func.id
        if name == "range":  # maybe one that nobody means to see the end of
            return all(_size(argument) <= MOST_ROUNDS for argument in items.args)
        return name in COUNTING and any(map(_is_finite, items.args))
    return isinstance(items, (ast.List, ast.Tuple, ast.Constant))


def _size(number: ast.expr) -> float:
    """A number as it is written; 0 for one that is not, but for the largest there is."""
    if isinstance(number, ast.BinOp):
        left, right = _size(number.left), _size(number.right)
        if isinstance(number.op, ast.Pow):
            return left**right if left and right * math.log10(left) < DIGITS else math.inf
        return left * right if isinstance(number.op, ast.Mult) else max(left, right)
    if isinstance(number, ast.Attribute) and number.attr == "maxsize":
        return math.inf
    value = number.value if isinstance(number, ast.Constant) else 0
    return abs(value) if isinstance(value, (int, float)) else 0
