"""Recorded: what threads meet at, Event, Condition and Barrier."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from threaddemo.events.recorder import Recorder


def event(base: Any, recorder: Recorder) -> Any:
    """Event, over that of ``base``."""

    class Event(base.Event):  # type: ignore[misc]
        def wait(self, timeout: float | None = None) -> Any:
            with recorder.waiting("wait for an event", self):
                return super().wait(timeout)

    return Event


def condition(base: Any, recorder: Recorder, rlock: Callable[[], Any]) -> Any:
    """Condition, over that of ``base``, on a recorded lock.

    The lock notes for itself that it is dropped and taken again; the wait is what lies between.
    """

    class Condition(base.Condition):  # type: ignore[misc]
        def __init__(self, lock: Any = None) -> None:
            super().__init__(rlock() if lock is None else lock)
            release: Callable[[], Any] = self._release_save

            def release_and_wait() -> Any:
                saved = release()
                recorder.note("wait for a condition", self)
                return saved

            self.__dict__["_release_save"] = release_and_wait

        def wait(self, timeout: float | None = None) -> Any:
            try:
                return super().wait(timeout)
            finally:
                recorder.note("run")

    return Condition


def barrier(base: Any, recorder: Recorder) -> Any:
    """Barrier, over that of ``base``; who is the last runs its action, and does not wait."""

    class Barrier(base.Barrier):  # type: ignore[misc]
        def __init__(
            self,
            parties: int,
            action: Callable[[], Any] | None = None,
            timeout: float | None = None,
        ) -> None:
            super().__init__(parties, action and _running(action, recorder), timeout)

        def wait(self, timeout: float | None = None) -> Any:
            with recorder.waiting("wait for a barrier", self):
                return super().wait(timeout)

    return Barrier


def _running(action: Callable[[], Any], recorder: Recorder) -> Callable[[], Any]:
    def acted() -> Any:
        recorder.note("run")
        return action()

    return acted
