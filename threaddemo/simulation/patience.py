"""Busy loops: who looks again at what nobody has changed since gives way to the others.

`while not done: pass` has no end as long as nobody sets `done`; an exploration that lets it go
round whenever it can has none either, and on a virtual clock, nothing else ever happens. So a
thread that comes to the same place again, having changed nothing on the way, and finds all that it
has looked at as it was, waits until somebody changes that. It waits for nobody for ever: when no
other thread can take a step, it goes on, for it may count its rounds and give up. Going round as
often as `ROUNDS` without a trace of that, it would do so for ever.

A thread gives way at once if its variables are what they were, too. If they are not, as where it
counts, it may be in a loop that ends by itself: then it goes on many times before it gives way, and
gives way in `while` loops alone.
"""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterator
from functools import lru_cache
from types import CodeType, FrameType
from typing import NamedTuple

from threaddemo.simulation.footprints import Key

#: What a thread does that waits for its turn to go round again.
GOING_ROUND = "going round"
#: How often a thread comes to a place with other variables before it gives way there.
BUDGET = 50
#: How often it goes on from a place, unchanged, before it counts as going round for ever.
ROUNDS = 1_000
#: How many looks are kept in mind; who looks at more is in no busy loop.
LOOKS = 10_000

Place = tuple[CodeType, int, str]


class Going:
    """A thread's turn to go round again: what it waits for, as the target of an announcement."""

    def __init__(self, keys: frozenset[Key], since: int, changes: dict[Key, int]) -> None:
        self.keys = keys
        self.relieved = False  # whether nobody else can take a step
        self._since, self._changes = since, changes

    def ready(self) -> bool:
        """Whether anything that it has looked at was changed, or nobody else can go on."""
        return self.relieved or self.is_changed()

    def is_changed(self) -> bool:
        """Whether anything that it has looked at was changed."""
        return any(self._changes.get(key, 0) > self._since for key in self.keys)


class _Mark(NamedTuple):
    """What was so when a thread came to a place."""

    looks: int  # how many it had made
    time: int  # how many changes there had been
    turns: int  # how often it had read what is never the same
    rounds: int  # how many rounds of `while` loops it had begun
    held: dict[object, int]
    variables: tuple[object, ...]


class Loop:
    """What one thread has done since it last changed anything.

    Args:
        changes: when each variable was changed last, by anybody.
    """

    def __init__(self, changes: dict[Key, int]) -> None:
        self._changes = changes
        self._turns = self._begun = 0
        self._held: dict[object, int] = {}
        self.forget()

    def forget(self) -> None:
        """It has changed something: what it does from now on is no repetition."""
        self._looks: list[Key] = []
        self._marks: dict[Place, _Mark] = {}
        self._rounds: dict[Place, int] = {}
        self.repeated = 0  #: how often it came to a place with everything as it was

    def look(self, key: Key) -> None:
        """It looks at a variable."""
        if len(self._looks) >= LOOKS:
            self.forget()
        self._looks.append(key)

    def turn(self) -> None:
        """It reads what is never the same: a clock, or random numbers."""
        self._turns += 1

    def round(self) -> None:
        """It begins a round of a `while` loop: there are no others that need not have an end."""
        self._begun += 1

    def hold(self, lock: object, more: int) -> None:
        """It acquires a lock, or releases it; that is no change, if it comes to the same."""
        self._held[lock] = self._held.get(lock, 0) + more
        if not self._held[lock]:
            del self._held[lock]

    def arrive(self, frame: FrameType, verb: str, now: int) -> Going | None:
        """It comes to a place; the value is not None if it has to give way there."""
        place = frame.f_code, frame.f_lasti, verb
        before = self._marks.get(place)
        variables = _variables(frame)
        held = dict(self._held)
        mark = _Mark(len(self._looks), now, self._turns, self._begun, held, variables)
        self._marks[place] = mark
        if before is None or before.rounds == mark.rounds or before.held != mark.held:
            return None
        going = Going(frozenset(self._looks[before.looks :]), before.time, self._changes)
        if going.is_changed():
            self._rounds.clear()
            self.repeated = 0
            return None
        is_same = before.turns == mark.turns and _are_same(before.variables, mark.variables)
        self._rounds[place] = self._rounds.get(place, 0) + 1
        self.repeated = self.repeated + 1 if is_same else 0
        if is_same:
            return going
        is_long = bool(going.keys) and self._rounds[place] > BUDGET
        return going if is_long and _may_be_endless(frame) else None


def _variables(frame: FrameType | None) -> tuple[object, ...]:
    return tuple(_values(frame))


def _values(frame: FrameType | None) -> Iterator[object]:
    """The variables of a thread's own functions; those of modules are heard when they change."""
    while frame is not None:
        if frame.f_locals is not frame.f_globals and "_call_" in frame.f_builtins:
            yield frame.f_code
            yield from frame.f_locals.values()
        frame = frame.f_back


def _may_be_endless(frame: FrameType | None) -> bool:
    """Whether the innermost loop that a thread is in is a `while` loop."""
    while frame is not None:
        loops = [loop for loop in _loops(frame.f_code.co_filename) if frame.f_lineno in loop[0]]
        if loops:
            return min(loops, key=lambda loop: len(loop[0]))[1]
        frame = frame.f_back
    return False


@lru_cache(64)
def _loops(file: str) -> list[tuple[range, bool]]:
    """The lines of each loop in a file, and whether it is a `while` loop."""
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except SyntaxError:
        return []
    return [
        (range(node.lineno, (node.end_lineno or node.lineno) + 1), isinstance(node, ast.While))
        for node in ast.walk(tree)
        if isinstance(node, (ast.While, ast.For))
    ]


def _are_same(one: tuple[object, ...], two: tuple[object, ...]) -> bool:
    pairs = zip(one, two, strict=False)
    return len(one) == len(two) and all(a is b or _are_equal(a, b) for a, b in pairs)


def _are_equal(one: object, two: object) -> bool:
    return type(one) is type(two) and isinstance(one, (int, float, str)) and one == two
