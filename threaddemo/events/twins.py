"""Recording twins: the modules that a program imports, noting what each thread does.

They lie over the real modules or over simulated ones; the program is loaded with them and does not
know.
"""

from __future__ import annotations

import concurrent.futures
import queue
import random
import threading
import time
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from threaddemo.events.recorder import Recorder

REAL: Mapping[str, ModuleType] = {
    "threading": threading,
    "time": time,
    "queue": queue,
    "random": random,
    "concurrent.futures": concurrent.futures,
}


def recording(base: Mapping[str, ModuleType], recorder: Recorder) -> dict[str, ModuleType]:
    """The modules by name: those of ``base``, where there is something to note by way of a twin."""
    return {
        **base,
        "threading": _threading(base["threading"], recorder),
        "time": _time(base["time"], recorder),
        "queue": _queue(base["queue"], recorder),
        "concurrent.futures": _futures(base["concurrent.futures"], recorder),
    }


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
