"""The twins of what threads meet at: Event, Condition and Barrier.

Who waits here is woken by what happens while it waits, also if that is undone before it takes its
next step: `event.set(); event.clear()` releases who was waiting. So each wait has a beginning, and
remembers from then on whether it was woken.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from threaddemo.simulation.scheduler import Task, taken_lock
from threaddemo.simulation.twins import NoLock, Simulated

R = TypeVar("R")


class Event(Simulated, threading.Event):
    """A flag that threads can wait for."""

    _cond = NoLock()

    def __init__(self) -> None:
        self._flag = False
        self._pulses = 0  # how often it was set

    def is_set(self) -> bool:
        self._announce("Event.is_set")
        return self._flag

    def set(self) -> None:
        self._announce("Event.set")
        self._flag = True
        self._pulses += 1

    def clear(self) -> None:
        self._change("Event.clear")
        self._flag = False

    def wait(self, timeout: float | None = None) -> bool:
        if self._scheduler.current.acted:
            # Who has seen what it did may be faster than it is here. (Else its last point does.)
            self._announce("Event.wait")
            if self._flag:
                return True
        before = self._pulses
        woken = self._announce("Event.wait", lambda: self._flag or self._pulses != before, timeout)
        return woken

    def _state_in_words(self) -> str:
        return "set" if self._flag else "unset"


class Condition(Simulated, threading.Condition):
    """A lock, and threads that wait without it until its holder notifies them."""

    def __init__(self, lock: Any = None) -> None:
        super().__init__(self._kin["RLock"]() if lock is None else lock)

    def wait(self, timeout: float | None = None) -> bool:
        if not self._is_owned():  # type: ignore[attr-defined]
            raise RuntimeError("cannot wait on un-acquired lock")
        self._announce("Condition.wait")
        waiter = taken_lock()  # which `notify` releases
        self._waiters.append(waiter)  # type: ignore[attr-defined]
        saved = self._release_save()  # type: ignore[attr-defined]
        told = False
        try:
            told = self._announce("Condition.wait", lambda: not waiter.locked(), timeout)
        finally:
            self._acquire_restore(saved)  # type: ignore[attr-defined]
            # Until now it may have been notified in vain, as the real one.
            if not told:
                with suppress(ValueError):
                    self._waiters.remove(waiter)  # type: ignore[attr-defined]
        return told

    def wait_for(self, predicate: Callable[[], R], timeout: float | None = None) -> R:
        end = None
        result = predicate()
        while not result:
            left = timeout
            if timeout is not None:
                end = self._scheduler.now + timeout if end is None else end
                left = end - self._scheduler.now
                if left <= 0:
                    break
            self.wait(left)
            result = predicate()
        return result

    def notify(self, n: int = 1) -> None:
        super().notify(n)
        self._yield("Condition.notify")

    def _state_in_words(self) -> str:
        return f"{self._lock!r}, {len(self._waiters)} waiting"  # type: ignore[attr-defined]


class Barrier(Simulated, threading.Barrier):
    """A place where threads wait until there are enough of them."""

    def __init__(
        self,
        parties: int,
        action: Callable[[], None] | None = None,
        timeout: float | None = None,
    ) -> None:
        if parties < 1:
            raise ValueError("parties must be > 0")
        super().__init__(parties, action, timeout)
        self._cond = _Door(self)

    def wait(self, timeout: float | None = None) -> int:
        self._announce("Barrier.wait")
        return super().wait(timeout)

    def reset(self) -> None:
        self._change("Barrier.reset")
        super().reset()

    def abort(self) -> None:
        self._change("Barrier.abort")
        super().abort()

    def _state_in_words(self) -> str:
        return "broken" if self.broken else f"waiters={self.n_waiting}/{self.parties}"


class _Door:
    """A barrier's own condition: taken all the time that its code runs, but while it waits.

    It needs no point to be taken, for only the barrier's action can be interrupted; then others
    wait at the door.
    """

    notify_all = NoLock.notify_all

    def __init__(self, barrier: Barrier) -> None:
        self._barrier = barrier
        self._inside: Task | None = None

    def __enter__(self) -> None:
        if self._inside is not None:
            self._barrier._announce("Barrier.wait", self._open)
        self._inside = self._barrier._scheduler.current

    def __exit__(self, *exc_info: object) -> None:
        self._inside = None

    def _open(self) -> bool:
        return self._inside is None

    def wait(self) -> None:
        """Wait until the last of those who were released has left."""
        barrier = self._barrier
        self.wait_for(lambda: barrier._state not in (-1, 1), None)  # type: ignore[attr-defined]

    def wait_for(self, predicate: Callable[[], bool], timeout: float | None) -> bool:
        """Leave the door open until the predicate holds; it holds until who waits has heard."""
        self._inside = None
        try:
            self._barrier._announce("Barrier.wait", predicate, timeout)
        finally:
            self.__enter__()
        return predicate()
