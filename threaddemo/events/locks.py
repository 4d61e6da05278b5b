"""Recorded: what threads hold, Lock, RLock, Semaphore and BoundedSemaphore."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from threaddemo.events.recorder import Recorder


class Wrapped:
    """A real lock, whose class can't be derived from; a Condition has the use of it, too."""

    def __init__(self) -> None:
        self._base = self._make()

    def _make(self) -> Any:
        return threading.Lock()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_base"], name)

    def __repr__(self) -> str:
        return repr(self._base)

    def acquire(self, *args: Any, **kwargs: Any) -> bool:
        """Acquire it, with the arguments that it takes."""
        return bool(self._base.acquire(*args, **kwargs))

    def release(self) -> None:
        """Release it."""
        self._base.release()

    def _is_owned(self) -> bool:
        return bool(self._base.locked())

    def _release_save(self) -> Any:
        self._base.release()

    def _acquire_restore(self, saved: Any) -> None:
        self.acquire()


class WrappedReentrant(Wrapped):
    """A real RLock: a Condition gives it away however often it was acquired."""

    def _make(self) -> Any:
        return threading.RLock()

    def _is_owned(self) -> bool:
        return bool(self._base._is_owned())

    def _release_save(self) -> Any:
        return self._base._release_save()

    def _acquire_restore(self, saved: Any) -> None:
        self.acquire()
        for _ in range(saved[0] - 1):  # the rest of them waits for nobody
            self._base.acquire()


def held(base: Any, recorder: Recorder) -> dict[str, Any]:
    """The classes by name, over those of ``base``."""
    kinds = _kinds(recorder)
    if base.Lock is threading.Lock:
        lock, rlock = Wrapped, WrappedReentrant
    else:
        lock, rlock = base.Lock, base.RLock
    semaphore = type("Semaphore", (kinds["Semaphore"], base.Semaphore), {})
    return {
        "Lock": type("Lock", (kinds["Lock"], lock), {}),
        "RLock": type("RLock", (kinds["RLock"], rlock), {}),
        "Semaphore": semaphore,
        "BoundedSemaphore": type("BoundedSemaphore", (semaphore, base.BoundedSemaphore), {}),
    }


def _kinds(recorder: Recorder) -> dict[str, Any]:
    """What is noted of each kind; a release before it is done, for others wait for it."""

    class Held:
        def acquire(self, *args: Any, **kwargs: Any) -> bool:
            acquire: Callable[..., bool] = super().acquire  # type: ignore[misc]
            if recorder.is_told or not _is_patient(*args, **kwargs):
                taken = acquire(*args, **kwargs)
            elif not (taken := acquire(False)):
                with recorder.waiting(self):
                    taken = acquire(*args, **kwargs)
            if taken:
                recorder.note("take", self)
            return taken

        def __enter__(self) -> bool:
            return self.acquire()

        def __exit__(self, *exc_info: object) -> None:
            self.release()  # type: ignore[attr-defined]

    class Lock(Held):
        recorded_as = "lock"

        def release(self) -> None:
            if self._is_owned():  # type: ignore[attr-defined] # else it is an error
                recorder.note("release", self)
            super().release()  # type: ignore[misc]

        def _release_save(self) -> Any:
            recorder.note("release", self)
            return super()._release_save()  # type: ignore[misc]

        acquire_lock, release_lock = Held.acquire, release

    return {
        "Lock": Lock,
        "RLock": _reentrant(Held, recorder),
        "Semaphore": _permits(Held, recorder),
    }


def _is_patient(blocking: Any = True, timeout: Any = None, *wrong: Any, **more: Any) -> bool:
    """Whether it waits for as long as it takes, or for some time; wrong arguments are told then."""
    if not blocking or wrong or more:
        return False
    return timeout is None or timeout == -1 or (isinstance(timeout, (int, float)) and timeout > 0)


def _reentrant(held: Any, recorder: Recorder) -> Any:
    class RLock(held):  # type: ignore[misc]
        recorded_as = "rlock"
        _depth = 0  # how often its holder has it; only the holder touches this

        def acquire(self, *args: Any, **kwargs: Any) -> bool:
            # Who has it waits for nothing, and goes on having it.
            above: Any = super(held, self) if self._is_owned() else super()
            taken: bool = above.acquire(*args, **kwargs)
            self._depth += taken
            return taken

        def release(self) -> None:
            if self._is_owned():
                if self._depth == 1:
                    recorder.note("release", self)
                self._depth -= 1
            super().release()

        def _release_save(self) -> Any:
            recorder.note("release", self)
            depth, self._depth = self._depth, 0
            return depth, super()._release_save()

        def _acquire_restore(self, saved: Any) -> None:
            depth, inner = saved
            super()._acquire_restore(inner)
            self._depth = depth

    return RLock


def _permits(held: Any, recorder: Recorder) -> Any:
    class Semaphore(held):  # type: ignore[misc]
        recorded_as = "semaphore"

        def release(self, n: int = 1) -> None:
            for _ in range(n):
                recorder.note("release", self)
            super().release(n)

    return Semaphore
