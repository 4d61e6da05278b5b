"""Recording twins: the modules that a demo imports, noting what each thread does and when.

They lie over the real modules or over simulated ones; the demo's module is loaded with them and
does not know. A note waits for nothing and takes no lock: appending to a list is atomic.
"""

import concurrent.futures
import queue
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any, NamedTuple

from threaddemo.outcome import Observe
from threaddemo.simulation import load

REAL: Mapping[str, ModuleType] = {
    "threading": threading,
    "time": time,
    "queue": queue,
    "random": random,
    "concurrent.futures": concurrent.futures,
}
LONGEST_VALUE = 8  #: characters; a longer value is no label


class Lane:
    """One thread of the demo, or one task of its pool."""

    def __init__(self, name: str) -> None:
        self.name = name


class Event(NamedTuple):
    """What a lane did: ``what`` is one of the words used below, ``thing`` what it did it with."""

    time: float
    lane: Lane
    what: str
    thing: object = None
    value: object = None


class Recorder:
    """The events of one run, and the twins that note them.

    Args:
        base: the modules that do the work.
        clock: seconds since the run began; None while what happens is to be forgotten.
    """

    def __init__(self, base: Mapping[str, ModuleType], clock: Callable[[], float | None]) -> None:
        self.events: list[Event] = []
        self._clock = clock
        self._closed = False
        self._current_thread = base["threading"].current_thread
        self._lanes: dict[object, Lane] = {}
        self.twins: dict[str, ModuleType] = {
            **base,
            "threading": _threading(base["threading"], self),
            "time": _time(base["time"], self),
            "queue": _queue(base["queue"], self),
            "concurrent.futures": _futures(base["concurrent.futures"], self),
        }

    @property
    def lanes(self) -> list[Lane]:
        """The lanes, in the order in which they came to be."""
        return list(dict.fromkeys(event.lane for event in self.events))

    def begin(self) -> None:
        """Forget what was noted: a new run begins."""
        self.events.clear()
        self._lanes.clear()
        self._closed = False

    def note(self, what: str, thing: object = None, value: object = None) -> None:
        """Note what the current thread does."""
        thread = self._current_thread()
        lane = self._lanes.get(thread) or self._lanes.setdefault(thread, Lane(thread.name))
        lane.name = thread.name  # a pool's worker is renamed by its task
        self._add(lane, what, thing, value)

    def _add(self, lane: Lane, what: str, thing: object = None, value: object = None) -> None:
        now = self._clock()
        if now is not None and not self._closed:
            self.events.append(Event(now, lane, what, thing, value))

    def created(self, thread: Any = None, name: str = "") -> Lane:
        """Note a new lane, that of a thread or of a task that no thread works on yet."""
        lane = Lane(thread.name if thread else name)
        if thread is not None:
            self._lanes[thread] = lane
        self._add(lane, "create")
        return lane

    @contextmanager
    def working(self, lane: Lane | None = None) -> Iterator[None]:
        """Note the beginning and the end of a thread's work, or of a task on its own lane."""
        if lane is not None:
            self._lanes[self._current_thread()] = lane
        self.note("run")
        try:
            yield
        finally:
            self.note("end")

    @contextmanager
    def waiting(self, what: str, thing: object = None) -> Iterator[None]:
        """Note that the current thread waits, and that it goes on."""
        self.note(what, thing)
        try:
            yield
        finally:
            self.note("run")

    def load(self, name: str) -> Callable[..., Observe]:
        """The ``run`` of the module of that name, loaded with the recording twins."""
        module = load(name, self.twins)
        self.watch(module)
        return self.recorded(module.run)

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

    def close(self, what: str) -> None:
        """Note what becomes of the lanes that have not ended, and nothing more."""
        now = None if self._closed else self._clock()
        if now is None:
            return
        self._closed = True
        ended = {event.lane for event in self.events if event.what == "end"}
        self.events += [Event(now, lane, what) for lane in self.lanes if lane not in ended]

    def watch(self, module: ModuleType) -> None:
        """Note what threads read and write in the public attributes of the module's own classes."""
        for cls in vars(module).values():
            own = isinstance(cls, type) and cls.__module__ == module.__name__
            if own and cls.__bases__ == (object,):
                _watch(cls, self)


def _watch(cls: Any, recorder: Recorder) -> None:
    def read(self: object, name: str) -> object:
        value = object.__getattribute__(self, name)
        if not name.startswith("_") and name in object.__getattribute__(self, "__dict__"):
            _note_value(recorder, "read", (id(self), name), value)
        return value

    def write(self: object, name: str, value: object) -> None:
        object.__setattr__(self, name, value)
        if not name.startswith("_"):
            _note_value(recorder, "write", (id(self), name), value)

    cls.__getattribute__, cls.__setattr__ = read, write


def _note_value(recorder: Recorder, what: str, thing: object, value: object) -> None:
    if isinstance(value, (int, float, str, tuple)) and len(str(value)) <= LONGEST_VALUE:
        recorder.note(what, thing, str(value))


class _Module(ModuleType):
    """A module that has some names of its own; the others are those of the one below it."""

    def __init__(self, base: ModuleType, **own: object) -> None:
        super().__init__(base.__name__)
        self._base = base
        self.__dict__.update(own)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_base"], name)


def _threading(base: Any, recorder: Recorder) -> ModuleType:
    class Thread(base.Thread):  # type: ignore[misc]
        def start(self) -> None:
            recorder.created(self)
            super().start()

        def run(self) -> None:
            with recorder.working():
                super().run()

        def join(self, timeout: float | None = None) -> None:
            with recorder.waiting("wait for a thread", self):
                super().join(timeout)

    class Holder:
        """What Lock and Semaphore have in common: a thread takes it, and some thread drops it."""

        make: Callable[..., Any]

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            self._base = type(self).make(*args, **kwargs)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.__dict__["_base"], name)

        def acquire(self, *args: Any, **kwargs: Any) -> bool:
            with recorder.waiting("wait for a lock", self):
                taken = bool(self._base.acquire(*args, **kwargs))
            if taken:
                recorder.note("take", self)
            return taken

        def release(self, *args: Any) -> None:
            recorder.note("drop", self)
            self._base.release(*args)

        def __enter__(self) -> bool:
            return self.acquire()

        def __exit__(self, *exc_info: object) -> None:
            self.release()

    class Event:
        def __init__(self) -> None:
            self._base = base.Event()

        def __getattr__(self, name: str) -> Any:
            return getattr(self.__dict__["_base"], name)

        def wait(self, timeout: float | None = None) -> bool:
            with recorder.waiting("wait for an event", self):
                return bool(self._base.wait(timeout))

    holders = {
        name: type(name, (Holder,), {"make": staticmethod(getattr(base, name))})
        for name in ("Lock", "Semaphore", "BoundedSemaphore")
    }
    return _Module(base, Thread=Thread, Event=Event, **holders)


def _time(base: Any, recorder: Recorder) -> ModuleType:
    def sleep(seconds: float) -> None:
        with recorder.waiting("sleep"):
            base.sleep(seconds)

    return _Module(base, sleep=sleep)


def _queue(base: Any, recorder: Recorder) -> ModuleType:
    class Queue(base.Queue):  # type: ignore[misc]
        def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
            with recorder.waiting("wait for the queue", self):
                super().put(item, block, timeout)

        def get(self, block: bool = True, timeout: float | None = None) -> Any:
            with recorder.waiting("wait for the queue", self):
                return super().get(block, timeout)

        def _put(self, item: Any) -> None:
            super()._put(item)
            recorder.note("depth", self, self._qsize())

        def _get(self) -> Any:
            item = super()._get()
            recorder.note("depth", self, self._qsize())
            return item

    return _Module(base, Queue=Queue)


def _futures(base: Any, recorder: Recorder) -> ModuleType:
    class Future:
        def __init__(self, future: Any) -> None:
            self._base = future

        def __getattr__(self, name: str) -> Any:
            return getattr(self.__dict__["_base"], name)

        def result(self, timeout: float | None = None) -> Any:
            with recorder.waiting("wait for a thread", self):
                return self._base.result(timeout)

        def exception(self, timeout: float | None = None) -> Any:
            with recorder.waiting("wait for a thread", self):
                return self._base.exception(timeout)

    class ThreadPoolExecutor(base.ThreadPoolExecutor):  # type: ignore[misc]
        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
            lane = recorder.created(name="task")

            def task() -> Any:
                with recorder.working(lane):
                    return fn(*args, **kwargs)

            return Future(super().submit(task))

        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            with recorder.waiting("wait for a thread", self):
                super().shutdown(wait, cancel_futures=cancel_futures)

    return _Module(base, ThreadPoolExecutor=ThreadPoolExecutor, Future=Future)
