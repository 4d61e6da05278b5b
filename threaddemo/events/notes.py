"""The notes of a run, as many as there is room for."""

import threading
from collections import deque
from collections.abc import Iterator

from threaddemo.events.vocabulary import STATES, Lane, Note, Thing

MOST = 50_000  #: notes kept from the beginning of a run, and as many from its end


class Notes:
    """Keeps the first and the last notes; of those in between it keeps what they amount to.

    Any thread may add; none ever waits for another to do so.
    """

    def __init__(self) -> None:
        self.left_out = 0  # how many
        self._first: list[Note] = []
        self._last: deque[Note] = deque()
        self._folding = threading.Lock()  # held by the one thread that folds; the others go on
        self._states: dict[Lane, Note] = {}
        self._depths: dict[Thing | None, Note] = {}
        self._holders: dict[Thing | None, list[Lane]] = {}
        self._released: list[Note] = []  # of what was taken among the first notes

    def add(self, note: Note) -> None:
        """Add a note; appending is atomic."""
        if len(self._first) < MOST and not self._last:
            self._first.append(note)
            return
        self._last.append(note)
        if len(self._last) > 2 * MOST and self._folding.acquire(blocking=False):
            try:
                while len(self._last) > MOST:
                    self._fold(self._last.popleft())
            finally:
                self._folding.release()

    def _fold(self, note: Note) -> None:
        """Forget a note, but not what follows from it."""
        self.left_out += 1
        if note.what in STATES:
            self._states[note.lane] = note
        elif note.depth is not None:
            self._depths[note.thing] = note
        elif note.what == "take":
            self._holders.setdefault(note.thing, []).append(note.lane)
        elif note.what == "release":
            # Any thread may release a lock: then it is the taker that holds it no more.
            if holders := self._holders.get(note.thing):
                holders.pop(holders.index(note.lane) if note.lane in holders else 0)
            else:
                self._released.append(note)

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._first) + len(self._last)

    def __iter__(self) -> Iterator[Note]:
        """The notes; what those left out amount to stands where they were."""
        yield from self._first
        if last := list(self._last):  # which is done before another thread can add one
            yield from self._seam(last[0].time)
        yield from last

    def _seam(self, time: float) -> Iterator[Note]:
        for note in (*self._states.values(), *self._depths.values(), *self._released):
            yield note._replace(time=time, was_before=True, preempts=None)
        for thing, holders in self._holders.items():
            for lane in holders:
                yield Note(time, lane, "take", thing, was_before=True)
