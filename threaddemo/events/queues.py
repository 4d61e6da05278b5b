"""Recorded: Queue, LifoQueue, PriorityQueue and SimpleQueue."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from threaddemo.events.recorder import Recorder


def queues(base: Any, recorder: Recorder) -> dict[str, Any]:
    """The classes by name, over those of ``base``."""

    class Queue(base.Queue):  # type: ignore[misc]
        recorded_as = "queue"

        def __init__(self, maxsize: int = 0) -> None:
            super().__init__(maxsize)
            # Of the object, not of the class: a subclass may keep its items in a way of its own.
            self.__dict__.update(_put=_noting_put(self), _get=_noting_get(self))

        def put(self, item: Any, block: bool = True, timeout: float | None = None) -> Any:
            if recorder.is_told or not _is_patient(block, timeout):
                return super().put(item, block, timeout)
            with suppress(queue.Full):
                return super().put(item, False)
            with recorder.waiting(self, "put"):
                return super().put(item, block, timeout)

        def get(self, block: bool = True, timeout: float | None = None) -> Any:
            if recorder.is_told or not _is_patient(block, timeout):
                return super().get(block, timeout)
            with suppress(queue.Empty):
                return super().get(False)
            with recorder.waiting(self, "get"):
                return super().get(block, timeout)

        def join(self) -> None:
            if recorder.is_told or not self.unfinished_tasks:
                super().join()
            else:
                with recorder.waiting(self, "join"):
                    super().join()

    # What changes a queue is called with its mutex held, so its notes are in order.

    def _noting_put(items: Any) -> Callable[[Any], None]:
        put = items._put

        def noting(item: Any) -> None:
            put(item)
            recorder.moved("put", items, item, items._qsize())

        return noting

    def _noting_get(items: Any) -> Callable[[], Any]:
        get = items._get

        def noting() -> Any:
            item = get()
            recorder.moved("get", items, item, items._qsize())
            return item

        return noting

    others = {
        name: type(name, (Queue, getattr(base, name)), {})
        for name in ("LifoQueue", "PriorityQueue")
    }
    return {"Queue": Queue, "SimpleQueue": _simple(base, recorder), **others}


def _is_patient(block: Any, timeout: Any) -> bool:
    """Whether it waits for as long as it takes, or for some time."""
    return bool(block) and (timeout is None or timeout > 0)


class Simple(queue.SimpleQueue[Any]):
    """The real SimpleQueue, with what the simulated one has: a step in which an item is put in."""

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Put an item in; that waits for nothing."""
        self._append(item)

    def _append(self, item: Any) -> None:
        super().put(item)


def _simple(base: Any, recorder: Recorder) -> Any:
    below: Any = Simple if base.SimpleQueue is queue.SimpleQueue else base.SimpleQueue

    class SimpleQueue(below):  # type: ignore[misc]
        recorded_as = "queue"

        def __init__(self) -> None:
            super().__init__()
            # It has no mutex of its own. No item is noted to be out before it is in.
            self._noting, self._noted = threading.RLock(), 0

        def _append(self, item: Any) -> None:
            with self._noting:
                super()._append(item)
                self._noted += 1
                recorder.moved("put", self, item, self._noted)

        def get(self, block: bool = True, timeout: float | None = None) -> Any:
            item = self._next(block, timeout)
            with self._noting:
                self._noted -= 1
                recorder.moved("get", self, item, self._noted)
            return item

        def _next(self, block: bool, timeout: float | None) -> Any:
            if recorder.is_told or not _is_patient(block, timeout):
                return super().get(block, timeout)
            with suppress(queue.Empty):
                return super().get(False)
            with recorder.waiting(self, "get"):
                return super().get(block, timeout)

        def put_nowait(self, item: Any) -> None:
            self.put(item, False)

        def get_nowait(self) -> Any:
            return self.get(False)

    return SimpleQueue
