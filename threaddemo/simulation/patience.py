"""Busy loops: who looks again at what nobody has changed since gives way to the others.

`while not done: pass` has no end as long as nobody sets `done`; an exploration that lets it go
round whenever it can has none either, and on a virtual clock, nothing else ever happens. So a
thread that comes to the same place again, having changed nothing on the way, and finds all that it
has looked at as it was, waits until somebody changes that. It waits for nobody for ever: when no
other thread can take a step, it goes on, for it may count its rounds and give up. Going round as
often as `ROUNDS` without a trace of that, it would do so for ever.

A thread gives way at once if its variables are what they were, too. If they are not, it may be in a
loop that ends by itself: then it goes on some times before it gives way, and many times where it
counts and looks how far it has come. All that is about `while` loops, and others that may have no
end; those of them in which a thread is are known by their lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from types import CodeType, FrameType
from typing import Any, NamedTuple

from threaddemo.simulation.footprints import Key, Moment, is_later

#: What a thread does that waits for its turn to go round again.
GOING_ROUND = "going round"
#: How often a thread comes to a place with other variables before it gives way there.
BUDGET = 25
#: The same in a loop that has a limit: most do not try more often.
LONG_BUDGET = 500
#: How often it goes on from a place, unchanged, before it counts as going round for ever.
ROUNDS = 100
#: How many variables are kept in mind; who looks at more is in no busy loop.
LOOKS = 1_000

#: What is as good as another one that holds the same objects.
SMALL = (set, frozenset)

Place = tuple[CodeType, int, str]


class Extent(NamedTuple):
    """A loop, by its lines."""

    first: int
    last: int
    has_limit: bool
    """Whether it counts and looks how far it has come."""


class Changes:
    """When variables were changed, by a clock of its own, and by whom."""

    def __init__(self) -> None:
        self.now = 0
        self._last: dict[Key, tuple[int, Any]] = {}
        self._before: dict[Key, int] = {}  # the last change by another one

    def note(self, key: Key, task: Any) -> None:
        """A task changes a variable."""
        self.now += 1
        last, by = self._last.get(key, (0, task))
        if by is not task:
            self._before[key] = last
        self._last[key] = self.now, task

    def last_by_others(self, key: Key, task: Any) -> int:
        """When a variable was changed last by another task."""
        last, by = self._last.get(key, (0, None))
        return last if by is not task else self._before.get(key, 0)


class Going:
    """A thread's turn to go round again: what it waits for, as the target of an announcement."""

    def __init__(self, keys: frozenset[Key], since: int, changes: Changes, task: Any) -> None:
        self.keys = keys
        self.relieved = False  # whether nobody else can take a step
        self._since, self._changes, self._task = since, changes, task

    def ready(self) -> bool:
        """Whether anything that it has looked at was changed, or nobody else can go on."""
        return self.relieved or self.is_changed()

    def is_changed(self) -> bool:
        """Whether anything that it has looked at was changed by others."""
        last = self._changes.last_by_others
        return any(last(key, self._task) > self._since for key in self.keys)


class _Mark(NamedTuple):
    """What was so when a thread came to a place."""

    looks: int  # how many it had made
    time: int  # how many changes there had been
    kept: int  # how many changes it had made of what is its own
    moment: Moment  # how far it had come
    rounds: int  # how many rounds it had begun of the loops that it is in
    held: dict[object, int]
    variables: tuple[object, ...]


class Loop:
    """What one thread has done since it last changed anything.

    Args:
        changes: those of all threads.
        task: whose loop it is.
    """

    def __init__(self, changes: Changes, task: Any) -> None:
        self._changes, self._task = changes, task
        self._time = 0  # by how often it has looked at something
        self._begun: dict[CodeType, dict[Extent, int]] = defaultdict(lambda: defaultdict(int))
        self._held: dict[object, int] = {}
        self.forget()

    def forget(self) -> None:
        """It has changed something: what it does from now on is no repetition."""
        self._looks: dict[Key, int] = {}  # by when they were last
        self._looked = 0  # when it looked last at what others can change meanwhile
        self._kept: list[object] = []
        self._marks: dict[Place, _Mark] = {}
        self._rounds: dict[Place, int] = {}
        self.repeated = 0  #: how often it came to a place with everything as it was

    def look(self, key: Key, is_contended: bool) -> None:
        """It looks at a variable; maybe at one that others can change meanwhile."""
        self._time += 1
        self._looks[key] = self._time
        if is_contended:
            self._looked = self._time
        if len(self._looks) > LOOKS:
            self.forget()

    def turn(self) -> None:
        """It reads what is never the same: a clock, or random numbers."""
        self._kept.append(None)

    def keep(self, owner: object) -> None:
        """It changes what nobody else has ever looked at: that is as good as its own variables."""
        self._kept.append(owner)

    def round(self, code: CodeType, extent: Extent) -> None:
        """It begins a round of a loop that may have no end."""
        self._begun[code][extent] += 1

    def hold(self, lock: object, more: int) -> None:
        """It acquires a lock, or releases it; that is no change, if it comes to the same."""
        self._held[lock] = self._held.get(lock, 0) + more
        if not self._held[lock]:
            del self._held[lock]

    def arrive(self, frame: FrameType, verb: str, moment: Moment, is_daemon: bool) -> Going | None:
        """It comes to a place; the value is not None if it has to give way there.

        Args:
            frame: the innermost of the program.
            verb: the operation.
            moment: how far it has come.
            is_daemon: whether its loops need not end, even those that look at nothing.
        """
        around = list(self._loops_around(frame))
        if not around:
            return None
        rounds = sum(begun for _, begun in around)
        place = frame.f_code, frame.f_lasti, verb
        before = self._marks.get(place)
        variables = _variables(frame)
        held = dict(self._held)
        kept = len(self._kept)
        mark = _Mark(self._time, self._changes.now, kept, moment, rounds, held, variables)
        self._marks[place] = mark
        if before is None or before.rounds == mark.rounds or before.held != mark.held:
            return None
        keys = frozenset(key for key, when in self._looks.items() if when > before.looks)
        going = Going(keys, before.time, self._changes, self._task)
        if going.is_changed():
            self._rounds.clear()
            self.repeated = 0
            return None
        is_same = self._is_fleeting(before) and _are_same(before.variables, mark.variables)
        self._rounds[place] = self._rounds.get(place, 0) + 1
        self.repeated = self.repeated + 1 if is_same else 0
        if is_same:
            return going
        has_limit = any(extent.has_limit for extent, _ in around)
        is_long = self._rounds[place] > (LONG_BUDGET if has_limit else BUDGET)
        may_change = self._looked > before.looks
        return going if is_long and (may_change or is_daemon) else None

    def _loops_around(self, frame: FrameType | None) -> Iterator[tuple[Extent, int]]:
        """The loops that a frame is in, or those that called it; of each, the rounds begun."""
        while frame is not None:
            for extent, begun in self._begun.get(frame.f_code, {}).items():
                if extent.first <= frame.f_lineno <= extent.last:
                    yield extent, begun
            frame = frame.f_back

    def _is_fleeting(self, before: _Mark) -> bool:
        """Whether all it has changed since was made since, such as what a loop goes through."""
        return all(is_later(owner, before.moment) for owner in self._kept[before.kept :])


def _variables(frame: FrameType | None) -> tuple[object, ...]:
    return tuple(_values(frame))


def _values(frame: FrameType | None) -> Iterator[object]:
    """The variables of a thread's own functions; those of modules are heard when they change."""
    while frame is not None:
        if frame.f_locals is not frame.f_globals and "_call_" in frame.f_builtins:
            yield frame.f_code
            # What a comprehension goes through is named ".0", and is another one each time.
            yield from (value for name, value in frame.f_locals.items() if name[0] != ".")
        frame = frame.f_back


def _are_same(one: tuple[object, ...], two: tuple[object, ...]) -> bool:
    pairs = zip(one, two, strict=False)
    return len(one) == len(two) and all(a is b or _are_equal(a, b) for a, b in pairs)


def _are_equal(one: object, two: object) -> bool:
    if type(one) is not type(two):
        return False
    if isinstance(one, SMALL) and isinstance(two, SMALL):
        return sorted(map(id, one)) == sorted(map(id, two))
    return isinstance(one, (int, float, str)) and one == two
