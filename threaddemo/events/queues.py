"""Recorded: Queue, LifoQueue, PriorityQueue and SimpleQueue."""

from __future__ import annotations

import queue
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from threaddemo.events.recorder import Recorder


def queues(base: Any, recorder: Recorder) -> dict[str, Any]:
    """The classes by name, over those of ``base``."""

    class Queue(base.Queue):  # type: ignore[misc]
        def __init__(self, maxsize: int = 0) -> None:
            super().__init__(maxsize)
            # Of the object, not of the class: a subclass may keep its items in a way of its own.
            for name in ("_put", "_get"):
                self.__dict__[name] = _deepening(self, getattr(self, name))

        def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
            with recorder.waiting("wait for the queue", self):
                super().put(item, block, timeout)

        def get(self, block: bool = True, timeout: float | None = None) -> Any:
            with recorder.waiting("wait for the queue", self):
                return super().get(block, timeout)

        def join(self) -> None:
            with recorder.waiting("wait for the queue", self):
                super().join()

    def _deepening(items: Any, change: Callable[..., Any]) -> Callable[..., Any]:
        """What changes the depth of a queue is called with its mutex held."""

        @wraps(change)
        def deepening(*args: Any) -> Any:
            result = change(*args)
            recorder.note("depth", items, items._qsize())
            return result

        return deepening

    others = {
        name: type(name, (Queue, getattr(base, name)), {})
        for name in ("LifoQueue", "PriorityQueue")
    }
    return {"Queue": Queue, "SimpleQueue": _simple(base, recorder), **others}


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
        def _append(self, item: Any) -> None:
            super()._append(item)
            self._note_depth()

        def get(self, block: bool = True, timeout: float | None = None) -> Any:
            with recorder.waiting("wait for the queue", self):
                item = super().get(block, timeout)
            self._note_depth()
            return item

        def put_nowait(self, item: Any) -> None:
            self.put(item, False)

        def get_nowait(self) -> Any:
            return self.get(False)

        def _note_depth(self) -> None:
            """Note it until it is true: there is no mutex, and another may be faster."""
            noted = None
            while noted != (depth := super().qsize()):
                recorder.note("depth", self, depth)
                noted = depth

    return SimpleQueue
