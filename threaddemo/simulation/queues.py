"""The twins of `queue`: Queue, LifoQueue, PriorityQueue and SimpleQueue.

A `put` hands nothing over: who waits for an item looks again when it takes its next step, and may
find that another was faster, as with the real ones.
"""

from __future__ import annotations

import queue
from collections import deque
from heapq import heappop, heappush
from types import GenericAlias
from typing import Any

from threaddemo.simulation.locks import Lock
from threaddemo.simulation.meetings import Condition
from threaddemo.simulation.scheduler import Ready
from threaddemo.simulation.twins import Simulated, gap, heard


class ShutDown(Exception):
    """Raised when put or get is called on a queue that was shut down: new in Python 3.13."""


#: The real one, where there is one.
SHUT_DOWN: type[Exception] = getattr(queue, "ShutDown", ShutDown)


class Inner(Condition):
    """A queue's own condition: it can be held, and notified of what is seen anyway."""

    def wait(self, timeout: float | None = None) -> bool:
        gap("waiting for a queue's own condition")


class Queue(Simulated, queue.Queue[Any]):
    """A first-in, first-out queue. A subclass may keep its items otherwise, as the real one's."""

    def __init__(self, maxsize: int = 0) -> None:
        self.maxsize = maxsize
        self._init(maxsize)
        self.mutex: Lock = self._kin["Lock"]()  # type: ignore[assignment]
        self.unfinished_tasks = 0
        self.is_shutdown = False

    # How the mutex is used: it takes no point of its own, and nobody ever waits for it, unless the
    # program holds it, or is interrupted in code of its own, such as the comparison of two items.

    def _parts(self) -> tuple[Simulated, ...]:
        return (self, self.mutex)

    def _reads(self, part: str | None = None) -> None:
        super()._reads(part)
        if part is None:
            self.mutex._reads()

    def _writes(self, part: str | None = None) -> None:
        super()._writes(part)
        if part is None:
            self.mutex._writes()

    def _reach(self, verb: str, ready: Ready, patience: float | None = None) -> bool:
        """Announce an operation, and take the mutex; return whether it is ready now."""
        mutex = self.mutex
        self._announce(verb, ready, patience)
        while not mutex._free():
            self._announce(verb, mutex._free)
        able = ready()
        mutex._holder = self._scheduler.current
        return able

    def _leave(self, changed: bool = True) -> None:
        """Give the mutex back."""
        (self._writes if changed else self._reads)()
        self.mutex._holder = None

    @heard
    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        patience = _patience(block, timeout if self.maxsize > 0 else None)
        room = self._reach("Queue.put", self._can_put, patience)
        try:
            if self.is_shutdown:
                raise SHUT_DOWN
            if not room:
                raise queue.Full
            self._put(item)
            self.unfinished_tasks += 1
        finally:
            self._leave(room and not self.is_shutdown)
        # The item is in: who waits for it may be faster than who has put it.
        self._yield("Queue.put")

    def _can_put(self) -> bool:
        room = not 0 < self.maxsize <= self._qsize()
        return self.mutex._free() and (room or self.is_shutdown)

    @heard
    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        self._reach("Queue.get", self._can_get, _patience(block, timeout))
        some = bool(self._qsize())
        try:
            if some:
                return self._get()
            raise SHUT_DOWN if self.is_shutdown else queue.Empty
        finally:
            self._leave(some)

    def _can_get(self) -> bool:
        return self.mutex._free() and (self._qsize() > 0 or self.is_shutdown)

    @heard
    def put_nowait(self, item: Any) -> None:
        self.put(item, block=False)

    @heard
    def get_nowait(self) -> Any:
        return self.get(block=False)

    @heard
    def empty(self) -> bool:
        self._announce("Queue.empty", self.mutex._free, look=True)
        return not self._qsize()

    @heard
    def full(self) -> bool:
        self._look("Queue.full")
        self._pass()
        return 0 < self.maxsize <= self._qsize()

    @heard
    def qsize(self) -> int:
        self._look("Queue.qsize")
        self._pass()
        return self._qsize()

    @heard
    def task_done(self) -> None:
        self._act("Queue.task_done")
        self._change("Queue.task_done")
        self._pass()
        if self.unfinished_tasks <= 0:
            raise ValueError("task_done() called too many times")
        self.unfinished_tasks -= 1

    @heard
    def join(self) -> None:
        self._announce("Queue.join", self._is_done, look=True)

    def _is_done(self) -> bool:
        return not self.unfinished_tasks

    @heard
    def shutdown(self, immediate: bool = False) -> None:
        self._act("Queue.shutdown")
        self._change("Queue.shutdown")
        self._pass()
        self.is_shutdown = True
        while immediate and self._qsize():
            self._get()
            self.unfinished_tasks = max(0, self.unfinished_tasks - 1)

    def _pass(self) -> None:
        """Wait for who holds the mutex."""
        if not self.mutex._free():
            self._announce("Queue.mutex", self.mutex._free)

    # What programs use to empty a queue: `with items.mutex: items.queue.clear()`.

    @property
    def not_empty(self) -> Any:  # type: ignore[override]
        return self._kin["Inner"](self.mutex)

    not_full = all_tasks_done = not_empty


class LifoQueue(Queue, queue.LifoQueue[Any]):
    """A last-in, first-out queue."""


class PriorityQueue(Queue, queue.PriorityQueue[Any]):
    """A queue whose least item is the first out."""

    def _put(self, item: Any) -> None:
        self._scheduler.call(heappush, self.queue, item)

    def _get(self) -> Any:
        return self._scheduler.call(heappop, self.queue)


class SimpleQueue(Simulated):
    """A queue without a size, and without a count of what is unfinished."""

    _real = queue.SimpleQueue
    __class_getitem__: Any = classmethod(GenericAlias)

    def __init__(self) -> None:
        self._items: deque[Any] = deque()

    @heard
    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        self._announce("SimpleQueue.put")
        self._append(item)
        self._yield("SimpleQueue.put")

    def _append(self, item: Any) -> None:
        self._items.append(item)

    @heard
    def put_nowait(self, item: Any) -> None:
        self.put(item)

    @heard
    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        patience = _patience(block, timeout)
        if not self._announce("SimpleQueue.get", self._has_item, patience):
            raise queue.Empty
        return self._items.popleft()

    def _has_item(self) -> bool:
        return bool(self._items)

    @heard
    def get_nowait(self) -> Any:
        return self.get(False)

    @heard
    def empty(self) -> bool:
        self._announce("SimpleQueue.empty", look=True)
        return not self._items

    @heard
    def qsize(self) -> int:
        self._look("SimpleQueue.qsize")
        return len(self._items)


def _patience(block: bool, timeout: float | None) -> float | None:
    if block and timeout is not None and timeout < 0:
        raise ValueError("'timeout' must be a non-negative number")
    return timeout if block else 0
