"""Notes what each thread of a program does, and when.

Of a simulated run the scheduler tells who runs, could go on, and waits. In a real run nobody knows
who could go on; the twins note a wait only where what a thread wants is not there.
"""

from __future__ import annotations

import _thread
import builtins
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Literal

from threaddemo.events.noting import Noting
from threaddemo.events.things import place
from threaddemo.events.twins import recording
from threaddemo.events.vocabulary import (
    SENTINEL,
    Kind,
    Lane,
    Note,
    Place,
    State,
    Thing,
    What,
)
from threaddemo.program import Program
from threaddemo.simulation import Shared, watch, watch_class

#: What a task of the simulator waits for, by the class in the name of its operation.
KINDS: dict[str, Kind] = {
    "Lock": "lock",
    "RLock": "rlock",
    "Semaphore": "semaphore",
    "Queue": "queue",
    "SimpleQueue": "queue",
    "Event": "event",
    "Condition": "condition",
    "Barrier": "barrier",
    "Thread": "thread",
    "ThreadPoolExecutor": "pool",
}


class Recorder(Noting):
    """The notes of one run, and the twins that make them.

    Args:
        base: the modules that do the work.
        clock: seconds since the run began; None while what happens is to be forgotten.
        is_told: whether a simulator's scheduler calls ``stands``; else the twins note who waits.
    """

    def __init__(
        self,
        base: Mapping[str, ModuleType],
        clock: Callable[[], float | None],
        is_told: bool = False,
    ) -> None:
        super().__init__(clock, base["threading"].current_thread, is_told)
        self.twins = recording(base, self)

    # What the twins call.

    def note(self, what: What, target: object = None, value: str | None = None) -> None:
        """Note what the current thread does, with an object of a twin."""
        self._here(what, None if target is None else self.things.of(target), value)

    def moved(self, what: Literal["put", "get"], queue: Any, item: object, size: int) -> None:
        """Note an item that the current thread has put into a queue of a twin, or got out."""
        thing = self.things.of(queue)
        thing.limit = getattr(queue, "maxsize", 0)
        if item is self._sentinel:
            thing.sentinels += 1 if what == "put" else -1
        messages = max(size - thing.sentinels, 0)
        self._here(what, thing, self._label(item), depth=messages)

    def accessed(
        self, what: Literal["read", "write"], owner: object, name: str, value: object
    ) -> None:
        """Note that the current thread reads or writes an attribute."""
        plain = value is None or isinstance(value, (int, float, str, tuple))
        if plain or (what == "write" and self.things.knows(owner, name)):
            self._here(what, self.things.variable(owner, name), self._label(value))

    def shared(self, access: Shared) -> None:
        """Note an access of a fine run: its variable may be no attribute."""
        value = access.read()
        plain = value is None or isinstance(value, (int, float, str, tuple))
        if plain or (access.change and self.things.knows_shared(access)):
            what: Literal["read", "write"] = "write" if access.change else "read"
            thing = self.things.shared(access)
            self._here(what, thing, self._label(value), where=Place(*access.site[:2]))

    def created(self, thread: Any = None, name: str = "") -> Lane:
        """Note a new lane, that of a thread or of a task that no thread works on yet."""
        lane = Lane(thread.name if thread else name, bool(thread and thread.daemon))
        if thread is not None:
            self._lanes[id(thread)] = (thread, lane)
        self._add(lane, "create", place=place())
        return lane

    def starts(self, what: Literal["start", "submit"], lane: Lane) -> Thing:
        """Note that the current thread starts another, or submits a task; the thing that it is."""
        thing = Thing("thread" if what == "start" else "future")
        thing.lane = lane
        self._here(what, thing)
        return thing

    def joined(self, thread: object) -> None:
        """Note that the current thread has joined another."""
        if self.knows(thread):
            self._here("join", self.things.of(thread))

    def is_current(self, thread: object) -> bool:
        """Whether it is the thread that runs."""
        return self._current_thread() is thread

    def knows(self, thread: object) -> bool:
        """Whether a thread has a lane."""
        return id(thread) in self._lanes

    @contextmanager
    def working(self, lane: Lane | None = None) -> Iterator[None]:
        """Note the beginning and the end of a thread's work, or of a task on its own lane."""
        self.things.threads[_thread.get_ident()] = None
        if lane is not None:
            thread = self._current_thread()
            self._lanes[id(thread)] = (thread, lane)
        self._here("begin", preempts=self._interrupted)
        self._interrupted = None
        try:
            yield
        finally:
            self._here("end")

    @contextmanager
    def waiting(self, target: object = None, value: str | None = None) -> Iterator[None]:
        """Note that the current thread waits, or sleeps, and that it goes on.

        Where a scheduler tells, it knows better: whether it has to, and when it could go on.
        """
        if self.is_told:
            yield
            return
        self.note("sleep" if target is None else "wait", target, value)
        try:
            yield
        finally:
            self._here("run")

    # What a simulator calls.

    def stands(self, task: Any, standing: str, interrupted: Any) -> None:
        """Hear what a simulated task is at from now on, and whom it has interrupted."""
        preempts = self._lane_of(interrupted.thread) if interrupted is not None else None
        self._interrupted = preempts if standing == "runs" and task.verb == "start" else None
        lane = self._lane_of(task.thread)
        if lane is None or task.verb == "start":  # `working` notes where its work begins
            return
        if standing == "runs":
            self._add(lane, "run", preempts=preempts)
            return
        if self._current_thread() is task.thread:  # else it stands where it did
            lane.place = place() or lane.place
        if standing == "waits":
            thing = self._awaited(task.verb, task.target)
            why = task.verb.partition(".")[2] if thing.kind == "queue" else None
            self._add(lane, "wait", thing, why)
        elif standing == "sleeps":
            self._add(lane, "sleep", value=f"{task.patience / 1e6:g}")
        else:
            self._add(lane, "ready")

    def _awaited(self, verb: str, target: Any) -> Thing:
        """The thing that a simulated task waits for; a twin's own lock is a part of the twin."""
        if hasattr(target, "recorded_as") or isinstance(target, tuple):
            return self.things.of(target)
        return Thing(KINDS.get(verb.partition(".")[0], "future"))

    # What a run calls.

    def load(
        self,
        program: Program,
        pure: Collection[str] | None = None,
        helpers: Mapping[str, object] | None = None,
    ) -> ModuleType:
        """The program on the recording twins; what its ``run`` does is recorded."""
        module = program.load(self.twins, pure, helpers)
        self._sentinel = getattr(module, SENTINEL, self)
        if not helpers:  # else it says itself what it accesses
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
                self.close()
                return observe()

            return observed

        return recorded_run

    def said(self, level: str, text: str) -> None:
        """Note a line of the log."""
        self.printed(level, f"{text}\n")

    def printed(self, level: str, text: str) -> None:
        """Note what is printed: lines, or a piece of one."""
        self._here("say", None, text, level=level)

    def close(self, stuck: bool = False) -> None:
        """Note what becomes of the lanes that have not ended, and nothing more.

        Args:
            stuck: those that wait do so for ever, or waited when the run was given up.
        """
        if self._closed:
            return
        self._closed = True
        now = self._clock()
        now = self._now if now is None else now
        for lane, note in list(self._states.items()):
            if note.what != "end":
                end: State = "stuck" if stuck and note.what == "wait" else "abandoned"
                self.notes.add(Note(now, lane, end, note.thing, place=note.place))
