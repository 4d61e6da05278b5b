"""Who of those that wait in a real run could go on by now, as far as the notes tell.

A thread in a real run can note that its wait is over only when it has the interpreter again, which
may be much later. Until then nobody knows whether it runs or is ready; but what it waited for is
there, so it is said to run. Those who wait for one thing are woken in the order in which they came.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import islice
from typing import TypeAlias

from threaddemo.events.vocabulary import Lane, Note, Thing

#: What is waited for: a thing, and of a queue whether to put or to get.
Place: TypeAlias = "tuple[Thing | None, str | None]"
#: What ends the wait of all who wait for a thing, or of some of them.
SIGNALS = frozenset(["set", "notify"])


class Waiters:
    """Those who wait, in the order in which they came."""

    def __init__(self) -> None:
        self.mutex = threading.RLock()  # a note may be made within another, by a signal's handler
        self._lines: dict[Place, list[Lane]] = {}
        self._waits: dict[Lane, Note] = {}
        self._there: dict[Place, int] = {}  # how many of them find there what they wait for

    def come(self, note: Note) -> None:
        """Note that a lane waits: what it waits for is not there."""
        place = note.thing, note.value
        self._lines.setdefault(place, []).append(note.lane)
        self._waits[note.lane] = note

    def leave(self, lane: Lane) -> None:
        """Note that a lane goes on."""
        if (note := self._waits.pop(lane, None)) is not None:
            self._lines[note.thing, note.value].remove(lane)

    def heed(self, note: Note) -> Iterator[Note]:
        """What follows from a note: who goes on, and who waits again, for another was faster."""
        thing, what = note.thing, note.what
        if what in SIGNALS:
            line = self._lines.get((thing, None), [])
            number = int(note.value or 0) if what == "notify" else len(line)
            yield from self._released(note.time, line[:number])
        elif what == "end":
            for line in [line for (one, _), line in self._lines.items() if _is_of(one, note.lane)]:
                yield from self._released(note.time, line[:])
        elif what in ("take", "release"):
            before = self._there.get((thing, None), 0)
            yield from self._settle(note, None, before + 1 if what == "release" else before - 1)
        elif thing is not None and what in ("put", "get"):
            size = (note.depth or 0) + thing.sentinels
            yield from self._settle(note, "get", size)
            yield from self._settle(note, "put", thing.limit - size)

    def _settle(self, note: Note, side: str | None, there: int) -> Iterator[Note]:
        """The first ones find there what they wait for, the others don't."""
        place = note.thing, side
        line = self._lines.get(place)
        if not line:
            self._there.pop(place, None)
            return
        before, there = self._there.get(place, 0), max(there, 0)
        self._there[place] = there
        for number, lane in enumerate(islice(line, max(before, there))):
            wait = self._waits[lane]
            if number < there:
                yield wait._replace(time=note.time, what="run", thing=None, value=None)
            else:
                yield wait._replace(time=note.time)

    def _released(self, time: float, lanes: list[Lane]) -> Iterator[Note]:
        for lane in lanes:
            yield self._waits[lane]._replace(time=time, what="run", thing=None, value=None)
            self.leave(lane)


def _is_of(thing: Thing | None, lane: Lane) -> bool:
    return thing is not None and thing.lane is lane
