"""Notes what each thread of a program does, and when.

A note waits for nothing and takes no lock: appending to a list is atomic.
"""

import builtins
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Literal

from threaddemo.child.printing import narrative_name
from threaddemo.events.notes import Notes
from threaddemo.events.twins import recording
from threaddemo.events.vocabulary import Lane, Note, What
from threaddemo.program import Program
from threaddemo.simulation import watch, watch_class


class Recorder:
    """The notes of one run, and the twins that make them.

    Args:
        base: the modules that do the work.
        clock: seconds since the run began; None while what happens is to be forgotten.
    """

    def __init__(self, base: Mapping[str, ModuleType], clock: Callable[[], float | None]) -> None:
        self.notes = Notes()
        self._clock = clock
        self._closed = False
        self._current_thread = base["threading"].current_thread
        #: By the id of a thread that is kept here: asking for its hash would change a simulation.
        self._lanes: dict[int, tuple[object, Lane]] = {}
        self.twins = recording(base, self)

    @property
    def lanes(self) -> list[Lane]:
        """The lanes, in the order in which they came to be."""
        return list(dict.fromkeys(note.lane for note in self.notes))

    def begin(self) -> None:
        """Forget what was noted: a new run begins."""
        self.notes = Notes()
        self._lanes.clear()
        self._closed = False

    def note(self, what: What, thing: object = None, value: object = None) -> None:
        """Note what the current thread does."""
        thread = self._current_thread()
        if (known := self._lanes.get(id(thread))) is None:
            known = self._lanes[id(thread)] = (thread, Lane(narrative_name(thread.name)))
        lane = known[1]
        lane.name = narrative_name(thread.name)  # a pool's worker is renamed by its task
        self._add(lane, what, thing, value)

    def _add(self, lane: Lane, what: What, thing: object = None, value: object = None) -> None:
        now = self._clock()
        if now is not None and not self._closed:
            self.notes.add(Note(now, lane, what, thing, value))

    def created(self, thread: Any = None, name: str = "") -> Lane:
        """Note a new lane, that of a thread or of a task that no thread works on yet."""
        lane = Lane(thread.name if thread else name)
        if thread is not None:
            self._lanes[id(thread)] = (thread, lane)
        self._add(lane, "create")
        return lane

    def knows(self, thread: object) -> bool:
        """Whether a thread has a lane."""
        return id(thread) in self._lanes

    @contextmanager
    def working(self, lane: Lane | None = None) -> Iterator[None]:
        """Note the beginning and the end of a thread's work, or of a task on its own lane."""
        if lane is not None:
            thread = self._current_thread()
            self._lanes[id(thread)] = (thread, lane)
        self.note("run")
        try:
            yield
        finally:
            self.note("end")

    @contextmanager
    def waiting(self, what: What, thing: object = None) -> Iterator[None]:
        """Note that the current thread waits, and that it goes on."""
        self.note(what, thing)
        try:
            yield
        finally:
            self.note("run")

    def load(
        self,
        program: Program,
        pure: Collection[str] | None = None,
        helpers: Mapping[str, object] | None = None,
    ) -> ModuleType:
        """The program on the recording twins; what its ``run`` does is recorded."""
        module = program.load(self.twins, pure, helpers)
        watch(module, self.accessed)
        module.run = self.recorded(module.run)  # type: ignore[attr-defined]
        return module

    def build_class(self, *args: Any, **kwargs: Any) -> Any:
        """Build a class of the program's, as the builtin of that name does, and watch it."""
        cls = builtins.__build_class__(*args, **kwargs)
        watch_class(cls, self.accessed)
        return cls

    def recorded(self, run: Callable[..., Any]) -> Callable[..., Any]:
        """A demo's ``run``, recorded until its facts are read: what is alive then is a daemon."""

        def recorded_run(**params: Any) -> Callable[[], Any]:
            with self.working():
                observe = run(**params)

            def observed() -> Any:
                self.close("stop")
                return observe()

            return observed

        return recorded_run

    def close(self, what: What) -> None:
        """Note what becomes of the lanes that have not ended, and nothing more."""
        now = None if self._closed else self._clock()
        if now is None:
            return
        self._closed = True
        ended = {note.lane for note in self.notes if note.what == "end"}
        for lane in self.lanes:
            if lane not in ended:
                self.notes.add(Note(now, lane, what))

    def accessed(
        self, what: Literal["read", "write"], owner: object, name: str, value: object
    ) -> None:
        """Note that the current thread reads or writes an attribute."""
        if isinstance(value, (int, float, str, tuple)):
            self.note(what, (id(owner), name), str(value))
