"""The twin of `threading`: Thread, Lock, Semaphore, BoundedSemaphore, Event and current_thread.

Each class shows the primitive at its barest: since a task is never interrupted between two
announcements, a lock is one flag, a semaphore one number, and no operation needs more than
"announce, then do".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import isnan
from typing import Any

from threaddemo.simulation.scheduler import Scheduler, Task
from threaddemo.simulation.twins import Simulated, Twin, bind, check_timeout


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
        if group is not None:
            raise AssertionError("group argument must be None for now")
        self._target, self._args, self._kwargs = target, args, kwargs or {}
        if daemon is None:  # a daemon's children are daemons
            daemon = self._scheduler.current.daemon
        name = str(name or self._default_name())
        self._task = Task(name, self._begin, daemon=daemon, thread=self)

    def _default_name(self) -> str:
        name = f"Thread-{self._scheduler.default_name('Thread') + 1}"
        function = getattr(self._target, "__name__", None)
        return name if function is None else f"{name} ({function})"

    def _begin(self) -> None:
        self.run()

    def run(self) -> None:
        """Do what the thread is for; a subclass may override it."""
        if self._target is not None:
            self._target(*self._args, **self._kwargs)

    def start(self) -> None:
        """Let the thread begin; the starting one may be interrupted right after.

        Raises RuntimeError if it was started before.
        """
        if "_task" not in self.__dict__:
            raise RuntimeError("thread.__init__() not called")
        if self._task.number is not None:
            raise RuntimeError("threads can only be started once")
        self._scheduler.start(self._task)
        self._scheduler.announce("Thread.start", self)

    def join(self, timeout: float | None = None) -> None:
        """Wait until the thread has ended, or for `timeout` seconds.

        Raises RuntimeError for a thread that was not started, and for the current one.
        """
        if self._task.number is None:
            raise RuntimeError("cannot join thread before it is started")
        if self._task is self._scheduler.current:
            raise RuntimeError("cannot join current thread")
        if timeout is not None:
            check_timeout(max(timeout, 0))
        self._scheduler.announce("Thread.join", self, lambda: not self._task.alive, timeout)

    def is_alive(self) -> bool:
        return self._task.alive

    @property
    def name(self) -> str:
        return self._task.name

    @name.setter
    def name(self, name: str) -> None:
        self._task.name = str(name)

    @property
    def daemon(self) -> bool:
        return self._task.daemon

    @daemon.setter
    def daemon(self, daemon: bool) -> None:
        if self._task.number is not None:
            raise RuntimeError("cannot set daemon status of active thread")
        self._task.daemon = bool(daemon)


class Lock(Simulated):
    """A lock: who acquires it waits until it is free. Any thread may release it."""

    def __init__(self) -> None:
        self._locked = False

    def _free(self) -> bool:
        return not self._locked

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take the lock; False if it was not free, or not within `timeout` seconds."""
        check_timeout(timeout, blocking)
        patience = 0 if not blocking else None if timeout < 0 else timeout
        self._scheduler.announce("Lock.acquire", self, self._free, patience)
        if self._locked:
            return False
        self._locked = True
        self._use()
        return True

    def release(self) -> None:
        """Free the lock.

        Raises RuntimeError if it is free.
        """
        if not self._locked:
            raise RuntimeError("release unlocked lock")
        self._locked = False
        self._scheduler.announce("Lock.release", self)

    def locked(self) -> bool:
        return self._locked

    __enter__ = acquire

    def __exit__(self, *exc_info: object) -> None:
        self.release()


class Semaphore(Simulated):
    """A counter of permits: who acquires one waits until there is one."""

    def __init__(self, value: int = 1) -> None:
        if value < 0:
            raise ValueError("semaphore initial value must be >= 0")
        self._value = value

    def _available(self) -> bool:
        return self._value > 0

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        """Take a permit; False if there was none, or none within `timeout` seconds."""
        if not blocking and timeout is not None:
            raise ValueError("can't specify timeout for non-blocking acquire")
        patience = 0 if not blocking else endless_if_nan(timeout)
        self._scheduler.announce("Semaphore.acquire", self, self._available, patience)
        if self._value == 0:
            return False
        self._value -= 1
        self._use()
        return True

    def release(self, n: int = 1) -> None:
        """Give back `n` permits.

        Raises ValueError if that is less than one.
        """
        if n < 1:
            raise ValueError("n must be one or more")
        self._value += n
        self._scheduler.announce("Semaphore.release", self)

    __enter__ = acquire

    def __exit__(self, *exc_info: object) -> None:
        self.release()


class BoundedSemaphore(Semaphore):
    """A semaphore that never has more permits than at first."""

    def __init__(self, value: int = 1) -> None:
        super().__init__(value)
        self._initial_value = value

    def release(self, n: int = 1) -> None:
        """Give back `n` permits.

        Raises ValueError if that is less than one, or more than were taken.
        """
        if n >= 1 and self._value + n > self._initial_value:
            raise ValueError("Semaphore released too many times")
        super().release(n)


class Event(Simulated):
    """A flag that threads can wait for."""

    def __init__(self) -> None:
        self._flag = False

    def _is_set(self) -> bool:
        return self._flag

    def is_set(self) -> bool:
        self._scheduler.announce("Event.is_set", self)
        return self._flag

    def set(self) -> None:
        """Raise the flag; every thread that waits for it can go on."""
        self._scheduler.announce("Event.set", self)
        self._flag = True
        self._use()

    def clear(self) -> None:
        self._flag = False
        self._use()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the flag, or for `timeout` seconds; whether it is set."""
        self._scheduler.announce("Event.wait", self, self._is_set, zero_if_nan(timeout))
        return self._flag


def zero_if_nan(timeout: float | None) -> float | None:
    """A time-out as a real Event or Future takes it, which waits only if it is above zero."""
    if timeout is None:
        return None
    patience = timeout if timeout > 0 else 0
    check_timeout(patience)
    return patience


def endless_if_nan(timeout: float | None) -> float | None:
    """A time-out as a real Semaphore or Queue takes it, whose deadline of NaN never passes."""
    return None if timeout is None or isnan(timeout) else timeout


def threading_twin(scheduler: Scheduler) -> Twin:
    """The module `threading` of a simulation."""
    members = bind(scheduler, Thread, Lock, Semaphore, BoundedSemaphore, Event)

    def current_thread() -> object:
        task = scheduler.current
        if task.thread is None:  # Main, which no Thread object has started
            thread: Thread = members["Thread"](name=task.name)
            thread._task = task
            task.thread = thread
        return task.thread

    return Twin("threading", current_thread=current_thread, **members)
