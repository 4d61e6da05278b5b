"""The twins of what threads hold: Lock, RLock, Semaphore and BoundedSemaphore."""

from __future__ import annotations

import threading
from _thread import allocate_lock
from collections.abc import Sequence

from threaddemo.simulation.scheduler import Task
from threaddemo.simulation.twins import NoLock, Simulated, heard


def _patience(blocking: bool, timeout: float) -> float | None:
    """The time-out of a lock's acquire, in the terms of an announcement."""
    if blocking is True and timeout == -1:
        return None
    allocate_lock().acquire(blocking, timeout)  # a free one, which refuses wrong arguments
    return None if blocking and timeout < 0 else max(timeout, 0)


class Lock(Simulated):
    """A lock, which any thread may release."""

    _real = type(allocate_lock())
    _holder: Task | None = None
    _comes_to_nothing = True

    def _free(self) -> bool:
        return self._holder is None

    @heard
    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if taken := self._announce("Lock.acquire", self._free, _patience(blocking, timeout)):
            self._holder = self._scheduler.current
            self._holds()
        return taken

    @heard
    def release(self) -> None:
        self._act("Lock.release")
        self._writes()
        if self._holder is None:
            raise RuntimeError("release unlocked lock")
        self._holds(-1)
        self._holder = None
        self._yield("Lock.release")

    @heard
    def locked(self) -> bool:
        self._look("Lock.locked")
        return self._holder is not None

    __enter__ = acquire_lock = acquire
    release_lock, locked_lock = release, locked

    @heard
    def __exit__(self, *exc_info: object) -> None:
        self.release()

    def _holders(self) -> Sequence[Task]:
        return [self._holder] if self._holder else []

    def _state_in_words(self) -> str:
        return "unlocked" if self._holder is None else "locked"

    # What a Condition does with its lock: the wait is its own, the point after a release not.

    def _is_owned(self) -> bool:
        self._reads()
        return self._holder is not None

    def _release_save(self) -> int:
        self._change("Lock.release")
        self._holds(-1)
        self._holder = None
        return 1

    def _acquire_restore(self, count: int) -> None:
        self.acquire()


class RLock(Simulated):
    """A lock that its holder can acquire again; only the first acquire ever waits."""

    _real = type(threading.RLock())
    _holder: Task | None = None
    _comes_to_nothing = True
    _count = 0

    def _free(self) -> bool:
        return self._holder is None

    @heard
    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        patience = _patience(blocking, timeout)
        if not self._is_owned():
            if not self._announce("RLock.acquire", self._free, patience):
                return False
            self._holder = self._scheduler.current
        self._writes("count")
        self._count += 1
        self._holds()
        return True

    @heard
    def release(self) -> None:
        if not self._is_owned():
            raise RuntimeError("cannot release un-acquired lock")
        if self._count == 1:
            self._act("RLock.release")
        self._writes("count")
        self._count -= 1
        self._holds(-1)
        if not self._count:
            self._writes()
            self._holder = None
            self._yield("RLock.release")

    __enter__ = acquire

    @heard
    def __exit__(self, *exc_info: object) -> None:
        self.release()

    def _holders(self) -> Sequence[Task]:
        return [self._holder] if self._holder else []

    def _state_in_words(self) -> str:
        self._reads("count")
        return f"{'locked' if self._holder else 'unlocked'}, count={self._count}"

    # What a Condition does with its lock, however often it was acquired.

    def _is_owned(self) -> bool:
        return self._holder is self._scheduler.current

    def _release_save(self) -> int:
        self._change("RLock.release")
        self._writes("count")
        count, self._count, self._holder = self._count, 0, None
        self._holds(-count)
        return count

    def _acquire_restore(self, count: int) -> None:
        self.acquire()
        self._writes("count")
        self._holds(count - 1)
        self._count = count


class Semaphore(Simulated, threading.Semaphore):
    """A counter of permits: who acquires one waits until there is one."""

    _cond = NoLock()
    _comes_to_nothing = True

    def __init__(self, value: int = 1) -> None:
        if value < 0:
            raise ValueError("semaphore initial value must be >= 0")
        self._value = value
        self._takers: list[Task] = []

    @heard
    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        patience = timeout if blocking else 0
        self._announce("Semaphore.acquire", self._has_permit, patience)
        if taken := super().acquire(False, None if blocking else timeout):
            self._takers.append(self._scheduler.current)
            self._holds()
        return taken

    def _has_permit(self) -> bool:
        return self._value > 0

    @heard
    def release(self, n: int = 1) -> None:
        self._act("Semaphore.release")
        self._writes()
        self._holds(-n)
        super().release(n)
        for _ in range(min(n, len(self._takers))):
            # Its own permit, or that of who has had one for the longest time.
            mine = self._scheduler.current in self._takers
            self._takers.remove(self._scheduler.current if mine else self._takers[0])
        self._yield("Semaphore.release")

    __enter__ = acquire

    @heard
    def __exit__(self, *exc_info: object) -> None:
        self.release()

    def _holders(self) -> Sequence[Task]:
        return list(dict.fromkeys(self._takers))

    def _state_in_words(self) -> str:
        return f"value={self._value}"


class BoundedSemaphore(Semaphore, threading.BoundedSemaphore):
    """A semaphore that never has more permits than at first."""

    def __init__(self, value: int = 1) -> None:
        super().__init__(value)
        self._initial_value = value

    def _state_in_words(self) -> str:
        return f"value={self._value}/{self._initial_value}"
