"""The twins of what threads meet at: Event, Condition and Barrier.

Who waits here is woken by what happens while it waits, also if that is undone before it takes its
next step: `event.set(); event.clear()` releases who was waiting. So each wait has a beginning, and
remembers from then on whether it was woken.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from threaddemo.simulation.scheduler import Task, taken_lock
from threaddemo.simulation.twins import NoLock, Simulated, heard, need_mention

R = TypeVar("R")


class Event(Simulated, threading.Event):
    """A flag that threads can wait for."""

    _cond = NoLock()

    def __init__(self) -> None:
        self._flag = False
        self._pulses = 0  # how often it was set

    @heard
    def is_set(self) -> bool:
        self._announce("Event.is_set", look=True)
        return self._flag

    @heard
    def set(self) -> None:
        self._announce("Event.set")
        self._flag = True
        self._pulses += 1

    @heard
    def clear(self) -> None:
        need_mention(self._scheduler, "clear")
        self._act("Event.clear")
        self._change("Event.clear")
        self._flag = False

    @heard
    def wait(self, timeout: float | None = None) -> bool:
        if self._scheduler.current.acted:
            # Who has seen what it did may be faster than it is here. (Else its last point does.)
            self._announce("Event.wait", look=True)
            if self._flag:
                return True
        if "clear" in self._scheduler.mentioned:  # else it makes no difference when a wait begins
            self._reads()
        return self._announce("Event.wait", _Woken(self), timeout, look=True)

    def _state_in_words(self) -> str:
        return "set" if self._flag else "unset"


class _Woken:
    """Whether an event is set, or was set since a wait began; all that began since are equal."""

    def __init__(self, event: Event) -> None:
        self._event, self._before = event, event._pulses

    def __call__(self) -> bool:
        return self._event._flag or self._event._pulses != self._before

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Woken)
            and self._event is other._event
            and self._before == other._before
        )

    def __hash__(self) -> int:
        return hash((id(self._event), self._before))


class Condition(Simulated, threading.Condition):
    """A lock, and threads that wait without it until its holder notifies them."""

    _comes_to_nothing = True

    def __init__(self, lock: Any = None) -> None:
        super().__init__(self._kin["RLock"]() if lock is None else lock)

    @heard
    def __enter__(self) -> bool:
        return self._scheduler.call(self._lock.__enter__)  # type: ignore[attr-defined, no-any-return]

    @heard
    def __exit__(self, *exc_info: object) -> None:
        self._scheduler.call(self._lock.__exit__, *exc_info)  # type: ignore[attr-defined]

    @heard
    def wait(self, timeout: float | None = None) -> bool:
        if not self._is_owned():  # type: ignore[attr-defined]
            raise RuntimeError("cannot wait on un-acquired lock")
        self._announce("Condition.wait")
        waiter = taken_lock()  # which `notify` releases
        self._waiters.append(waiter)  # type: ignore[attr-defined]
        saved = self._release_save()  # type: ignore[attr-defined]
        told = False
        try:
            told = self._announce("Condition.wait", lambda: not waiter.locked(), timeout, look=True)
        finally:
            self._acquire_restore(saved)  # type: ignore[attr-defined]
            # Until now it may have been notified in vain, as the real one.
            if not told:
                self._writes()
                with suppress(ValueError):
                    self._waiters.remove(waiter)  # type: ignore[attr-defined]
        return told

    @heard
    def wait_for(self, predicate: Callable[[], R], timeout: float | None = None) -> R:
        end = None
        result: R = self._scheduler.call(predicate)
        while not self._scheduler.glance(result):
            left = timeout
            if timeout is not None:
                now = self._scheduler.read_clock()
                end = now + timeout if end is None else end
                left = end - now
                if left <= 0:
                    break
            self.wait(left)
            result = self._scheduler.call(predicate)
        return result

    @heard
    def notify(self, n: int = 1) -> None:
        self._writes()
        super().notify(n)
        self._yield("Condition.notify")

    @heard
    def notify_all(self) -> None:
        self._reads()
        self.notify(len(self._waiters))  # type: ignore[attr-defined]

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
        call = action and partial(self._scheduler.call, action)
        super().__init__(parties, call, timeout)
        self._cond = _Door(self)

    @heard
    def wait(self, timeout: float | None = None) -> int:
        self._announce("Barrier.wait")
        return super().wait(timeout)

    @heard
    def reset(self) -> None:
        self._act("Barrier.reset")
        self._change("Barrier.reset")
        super().reset()

    @heard
    def abort(self) -> None:
        self._act("Barrier.abort")
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
        self._barrier._writes()
        self._inside = None

    def _open(self) -> bool:
        return self._inside is None

    def wait(self) -> None:
        """Wait until the last of those who were released has left."""
        self._step_aside(self._is_drained, None)

    def _is_drained(self) -> bool:
        return self._barrier._state not in (-1, 1)  # type: ignore[attr-defined]

    def wait_for(self, predicate: Callable[[], bool], timeout: float | None) -> bool:
        """Wait for what a barrier's code waits for: that the others have come, or it is broken."""
        return self._step_aside(self._is_moved, timeout)

    def _is_moved(self) -> bool:
        moved: bool = self._barrier._state != 0  # type: ignore[attr-defined]
        return moved

    def _step_aside(self, ready: Callable[[], bool], timeout: float | None) -> bool:
        """Leave the door open until it can go on, which is so until who waits has heard."""
        self._barrier._writes()
        self._inside = None
        try:
            self._barrier._announce("Barrier.wait", ready, timeout)
        finally:
            self.__enter__()
        return ready()
