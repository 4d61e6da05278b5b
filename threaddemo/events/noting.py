"""How a note is made: by which thread, when, and where the program is.

A note waits for nothing. In a real run it has a lock of its own, so that what follows from it for
others stands right behind it; nobody holds that for longer than a note takes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from threaddemo.child.printing import narrative_name
from threaddemo.events.labels import label
from threaddemo.events.notes import Notes
from threaddemo.events.things import Things, place
from threaddemo.events.vocabulary import SENTINEL, STATES, Lane, Note, Place, Thing, What
from threaddemo.events.waiters import Waiters


class Noting:
    """The notes of one run, and what is known of its threads.

    Args:
        clock: seconds since the run began; None while what happens is to be forgotten.
        current_thread: tells the program's thread that runs.
        is_told: whether a scheduler tells who waits.
    """

    def __init__(
        self,
        clock: Callable[[], float | None],
        current_thread: Callable[[], Any],
        is_told: bool,
    ) -> None:
        self.is_told = is_told
        self._clock = clock
        self._current_thread = current_thread
        self._sentinel: object = self  # as long as there is none
        self.begin()

    def begin(self) -> None:
        """Forget what was noted: a new run begins."""
        self.notes = Notes()
        self.things = Things()
        #: By the id of a thread that is kept here: asking for its hash would change a simulation.
        self._lanes: dict[int, tuple[object, Lane]] = {}
        self._states: dict[Lane, Note] = {}  # what each is at
        self._waiters = Waiters()
        self._interrupted: Lane | None = None  # by a thread that is about to begin
        self._now = 0.0
        self._closed = False

    def _here(
        self,
        what: What,
        thing: Thing | None = None,
        *args: Any,
        where: Place | None = None,
        **more: Any,
    ) -> None:
        """Note what the current thread does at its place in the program, or at a given one."""
        if self._closed or self._clock() is None:
            return
        thread = self._current_thread()
        if (known := self._lanes.get(id(thread))) is None:
            known = self._lanes[id(thread)] = (
                thread,
                Lane(narrative_name(thread.name), thread.daemon),
            )
        lane = known[1]
        lane.name = narrative_name(thread.name)  # a pool's worker is renamed by its task
        lane.place = where or place() or lane.place
        if self.is_told:
            self._add(lane, what, thing, *args, **more)
            return
        with self._waiters.mutex:
            self._waiters.leave(lane)
            last = self._states.get(lane)
            was_idle = last is not None and last.what in ("wait", "sleep")
            if was_idle and what not in STATES:
                self._add(lane, "run")
            if was_idle or what != "run":  # else it has shown before that it goes on
                self._follow(self._add(lane, what, thing, *args, **more))

    def _follow(self, note: Note) -> None:
        """Note what follows for those who wait."""
        if note.what == "wait":
            self._waiters.come(note)
        for other in self._waiters.heed(note):
            if self._states[other.lane].what != other.what:
                self._keep(other)

    def _add(
        self,
        lane: Lane,
        what: What,
        thing: Thing | None = None,
        value: str | None = None,
        **more: Any,
    ) -> Note:
        now = self._clock()
        now = self._now if now is None else now
        note = Note(now, lane, what, thing, value, **{"place": lane.place, **more})
        self._keep(note)
        return note

    def _keep(self, note: Note) -> None:
        if self._closed or self._clock() is None:
            return
        if note.what in STATES:
            self._states[note.lane] = note
        self._now = note.time
        self.notes.add(note)

    def _lane_of(self, thread: Any) -> Lane | None:
        """The lane of a thread that has not ended; a pool's worker has none between two tasks."""
        known = self._lanes.get(id(thread))
        last = self._states.get(known[1]) if known else None  # none if it came after the end
        return None if known is None or last is None or last.what == "end" else known[1]

    def _label(self, value: object) -> str:
        return SENTINEL if value is self._sentinel else label(value)
