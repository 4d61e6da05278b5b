"""Recorded: what threads meet at, Event, Condition and Barrier."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from threaddemo.events.recorder import Recorder


def event(base: Any, recorder: Recorder) -> Any:
    """Event, over that of ``base``."""

    class Event(base.Event):  # type: ignore[misc]
        recorded_as = "event"

        def wait(self, timeout: float | None = None) -> Any:
            if self._flag:  # asking is_set() would be a point at which a simulation may switch
                return super().wait(timeout)
            with recorder.waiting(self):
                return super().wait(timeout)

        def set(self) -> None:
            if recorder.is_told:  # it is set at the end of this
                super().set()
            recorder.note("set", self)
            if not recorder.is_told:  # who waits is faster, maybe, than this is afterwards
                super().set()

        def clear(self) -> None:
            recorder.note("clear", self)
            super().clear()

    return Event


def condition(base: Any, recorder: Recorder, rlock: Callable[[], Any]) -> Any:
    """Condition, over that of ``base``, on a recorded lock.

    The lock notes for itself that it is dropped and taken again; the wait is what lies between.
    """

    class Condition(base.Condition):  # type: ignore[misc]
        recorded_as = "condition"

        def __init__(self, lock: Any = None) -> None:
            super().__init__(rlock() if lock is None else lock)
            if not recorder.is_told:
                self._note_waits()

        def _note_waits(self) -> None:
            release, restore = self._release_save, self._acquire_restore

            def release_and_wait() -> Any:
                saved = release()
                recorder.note("wait", self)
                return saved

            def go_on(saved: Any) -> None:
                recorder.note("run")
                restore(saved)

            self.__dict__.update(_release_save=release_and_wait, _acquire_restore=go_on)

        def notify(self, n: int = 1) -> None:
            if self._is_owned():  # else it is an error
                recorder.note("notify", self, str(min(n, len(self._waiters))))
            super().notify(n)

    return Condition


def barrier(base: Any, recorder: Recorder) -> Any:
    """Barrier, over that of ``base``; who is the last does not wait."""

    class Barrier(base.Barrier):  # type: ignore[misc]
        recorded_as = "barrier"

        def _wait(self, timeout: float | None) -> None:
            with recorder.waiting(self):
                super()._wait(timeout)

        # Both are called with its own lock held, so nobody goes on before it is noted.

        def _release(self) -> None:
            super()._release()
            recorder.note("set", self)

        def _break(self) -> None:
            super()._break()
            recorder.note("set", self)

    return Barrier
