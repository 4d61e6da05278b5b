"""Recorded: pools of threads, their futures, and the functions that wait for many of these."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from threaddemo.events.recorder import Recorder


def futures(base: Any, recorder: Recorder) -> dict[str, Any]:
    """The classes and functions by name, over those of ``base``."""
    future = _future(base, recorder)
    pool = _pool(base, recorder, future)
    return {"Future": future, "ThreadPoolExecutor": pool, **_functions(base, recorder)}


def _future(base: Any, recorder: Recorder) -> Any:
    class Future(base.Future):  # type: ignore[misc]
        recorded_as = "future"

        def result(self, timeout: float | None = None) -> Any:
            with self._awaited():
                return super().result(timeout)

        def exception(self, timeout: float | None = None) -> Any:
            with self._awaited():
                return super().exception(timeout)

        def _awaited(self) -> Any:
            # Asking a simulated one whether it is done might be a point at which to switch.
            there = recorder.is_told or self.done()
            return nullcontext() if there else recorder.waiting(self)

    return Future


def _pool(base: Any, recorder: Recorder, future: Any) -> Any:
    class ThreadPoolExecutor(base.ThreadPoolExecutor):  # type: ignore[misc]
        recorded_as = "pool"

        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
            lane = recorder.created(name="task")

            def task() -> Any:
                with recorder.working(lane):
                    return fn(*args, **kwargs)

            thing = recorder.starts("submit", lane)
            submitted = super().submit(task)
            # The same object, since others have it already; from here on it notes who waits for it.
            submitted.__class__ = future
            recorder.things.bind(submitted, thing)
            return submitted

        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            with recorder.waiting(self) if wait else nullcontext():
                super().shutdown(wait, cancel_futures=cancel_futures)

    return ThreadPoolExecutor


def _functions(base: Any, recorder: Recorder) -> dict[str, Any]:
    def wait(*args: Any, **kwargs: Any) -> Any:
        with recorder.waiting(()):
            return base.wait(*args, **kwargs)

    def as_completed(*args: Any, **kwargs: Any) -> Iterator[Any]:
        completed = base.as_completed(*args, **kwargs)
        over = object()
        while True:
            with recorder.waiting(()):
                future = next(completed, over)
            if future is over:
                return
            yield future

    return {"wait": wait, "as_completed": as_completed}
