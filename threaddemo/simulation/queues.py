"""The twin of `queue`: Queue, with the real Empty and Full."""

from __future__ import annotations

from collections import deque
from queue import Empty, Full
from types import GenericAlias
from typing import Any, ClassVar

from threaddemo.simulation.scheduler import Scheduler
from threaddemo.simulation.threads import endless_if_nan
from threaddemo.simulation.twins import Simulated, Twin, bind


class Queue(Simulated):
    """A first-in, first-out queue of at most `maxsize` items; 0 or less is no limit.

    As with the real one, a subclass may keep its items otherwise: it overrides _init, _qsize, _put
    and _get.
    """

    __class_getitem__: ClassVar[Any] = classmethod(GenericAlias)

    def __init__(self, maxsize: int = 0) -> None:
        self.maxsize = maxsize
        self._init(maxsize)

    def _init(self, maxsize: int) -> None:
        self.queue: Any = deque()

    def _qsize(self) -> int:
        return len(self.queue)

    def _put(self, item: Any) -> None:
        self.queue.append(item)

    def _get(self) -> Any:
        return self.queue.popleft()

    def _has_room(self) -> bool:
        return self.maxsize <= 0 or self._qsize() < self.maxsize

    def _has_item(self) -> bool:
        return self._qsize() > 0

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Append an item; while there is no room, wait (`block`), at most `timeout` seconds.

        Raises Full if there was no room, or none in time; ValueError for a negative time-out.
        """
        patience = _patience(block, timeout if self.maxsize > 0 else None)
        self._scheduler.announce("Queue.put", self, self._has_room, patience)
        if not self._has_room():
            raise Full
        self._put(item)
        self._use()
        # The item is in: who waits for it may be faster than who has put it.
        self._scheduler.announce("Queue.put", self)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Take the oldest item; while there is none, wait (`block`), at most `timeout` seconds.

        Raises Empty if there was none, or none in time; ValueError for a negative time-out.
        """
        self._scheduler.announce("Queue.get", self, self._has_item, _patience(block, timeout))
        if not self._has_item():
            raise Empty
        self._use()
        return self._get()

    def put_nowait(self, item: Any) -> None:
        return self.put(item, block=False)

    def get_nowait(self) -> Any:
        return self.get(block=False)

    def qsize(self) -> int:
        return self._qsize()

    def empty(self) -> bool:
        self._scheduler.announce("Queue.empty", self)
        return not self._qsize()

    def full(self) -> bool:
        return 0 < self.maxsize <= self._qsize()


def _patience(block: bool, timeout: float | None) -> float | None:
    if not block:
        return 0
    if timeout is not None and timeout < 0:
        raise ValueError("'timeout' must be a non-negative number")
    return endless_if_nan(timeout)


def queue_twin(scheduler: Scheduler) -> Twin:
    """The module `queue` of a simulation."""
    return Twin("queue", Empty=Empty, Full=Full, **bind(scheduler, Queue))
