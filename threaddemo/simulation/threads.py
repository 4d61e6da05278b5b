"""The twins of what threads share: Thread, Lock, Semaphore, BoundedSemaphore, Event and Queue.

Since a task is never interrupted between two announcements, no operation needs more than "announce,
then do". What is done is mostly left to the real class: by then it has nothing to wait for.
"""

from __future__ import annotations

import queue
import threading
from _thread import allocate_lock
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from threaddemo.simulation.scheduler import Task
from threaddemo.simulation.twins import NotSimulated, Simulated


class Thread(Simulated):
    """A thread: a task that calls `run()`."""

    def __init__(
        self,
        group: None = None,
        target: Callable[..., object] | None = None,
        name: str | None = None,
        args: Iterable[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        daemon: bool | None = None,
    ) -> None:
        assert group is None, "group argument must be None for now"
        self._target, self._args, self._kwargs = target, args, kwargs or {}
        self.name = str(name or self._default_name())
        # A daemon's children are daemons.
        self._daemon = self._scheduler.current.thread.daemon if daemon is None else daemon
        self._task = Task(self)

    def _default_name(self) -> str:
        name = f"Thread-{next(self._scheduler.thread_names)}"
        function = getattr(self._target, "__name__", None)
        return f"{name} ({function})" if function else name

    def run(self) -> None:
        """Do what the thread is for; a subclass may override it."""
        if self._target is not None:
            self._target(*self._args, **self._kwargs)

    def start(self) -> None:
        """Let the thread begin; the starting one may be interrupted right after."""
        if "_task" not in self.__dict__:
            raise RuntimeError("thread.__init__() not called")
        if self._task.number is not None:
            raise RuntimeError("threads can only be started once")
        self._scheduler.start(self._task)
        self._announce("Thread.start")

    def join(self, timeout: float | None = None) -> None:
        if self._task.number is None:
            raise RuntimeError("cannot join thread before it is started")
        if self._task is self._scheduler.current:
            raise RuntimeError("cannot join current thread")
        self._announce("Thread.join", lambda: not self._task.alive, timeout)

    def is_alive(self) -> bool:
        return self._task.alive

    @property
    def daemon(self) -> bool:
        return self._daemon

    @daemon.setter
    def daemon(self, daemon: bool) -> None:
        if self._task.number is not None:
            raise RuntimeError("cannot set daemon status of active thread")
        self._daemon = daemon


class Lock(Simulated):
    """A lock, by way of a real one that nobody waits for. Any thread may release it."""

    def __init__(self) -> None:
        self._lock = allocate_lock()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        allocate_lock().acquire(blocking, timeout)  # a free one, which refuses wrong arguments
        patience = None if blocking and timeout < 0 else max(timeout, 0)
        self._announce("Lock.acquire", lambda: not self._lock.locked(), patience)
        return self._lock.acquire(False)

    def release(self) -> None:
        self._lock.release()
        self._announce("Lock.release")

    def locked(self) -> bool:
        return self._lock.locked()

    __enter__ = acquire

    def __exit__(self, *exc_info: object) -> None:
        self.release()


class Semaphore(Simulated, threading.Semaphore):
    """A counter of permits: who acquires one waits until there is one."""

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        patience = timeout if blocking else 0
        self._announce("Semaphore.acquire", lambda: self._value > 0, patience)
        return super().acquire(False, None if blocking else timeout)

    def release(self, n: int = 1) -> None:
        super().release(n)
        self._announce("Semaphore.release")

    __enter__ = acquire


class BoundedSemaphore(Semaphore, threading.BoundedSemaphore):
    """A semaphore that never has more permits than at first."""


class Event(Simulated, threading.Event):
    """A flag that threads can wait for."""

    def is_set(self) -> bool:
        self._announce("Event.is_set")
        return super().is_set()

    def set(self) -> None:
        self._announce("Event.set")
        super().set()

    def wait(self, timeout: float | None = None) -> bool:
        return self._announce("Event.wait", super().is_set, timeout)


class Queue(Simulated, queue.Queue[Any]):
    """A first-in, first-out queue. A subclass may keep its items otherwise, as the real one's."""

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        patience = _patience(block, timeout if self.maxsize > 0 else None)
        if not self._announce("Queue.put", lambda: not 0 < self.maxsize <= self._qsize(), patience):
            raise queue.Full
        self._put(item)
        self.unfinished_tasks += 1
        # The item is in: who waits for it may be faster than who has put it.
        self._announce("Queue.put")

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        if not self._announce("Queue.get", lambda: self._qsize() > 0, _patience(block, timeout)):
            raise queue.Empty
        return self._get()

    def empty(self) -> bool:
        self._announce("Queue.empty")
        return not self._qsize()

    def join(self) -> None:
        self._announce("Queue.join", lambda: not self.unfinished_tasks)

    def shutdown(self, immediate: bool = False) -> None:
        raise NotSimulated("Queue.shutdown")


def _patience(block: bool, timeout: float | None) -> float | None:
    if block and timeout is not None and timeout < 0:
        raise ValueError("'timeout' must be a non-negative number")
    return timeout if block else 0
