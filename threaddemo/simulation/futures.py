"""The twins of futures, and of the functions that wait for many of them."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION
from concurrent.futures import _base as real
from functools import partial
from typing import Any

from threaddemo.simulation.scheduler import Scheduler
from threaddemo.simulation.twins import NoLock, Simulated, heard, need_mention

#: The states in which a future has an answer to those who wait for it, or for one of many.
DONE = frozenset([real.CANCELLED, real.CANCELLED_AND_NOTIFIED, real.FINISHED])
NOTIFIED = frozenset([real.CANCELLED_AND_NOTIFIED, real.FINISHED])


class Future(Simulated, concurrent.futures.Future[Any]):
    """The result of a call that is made some time."""

    _condition = NoLock()  # type: ignore[assignment]
    _asked = False  # whether anybody has asked how the call ended
    _completed = -1
    _thread = ""  # who made the call
    _call: Callable[[], Any]

    def __init__(self) -> None:
        self._state, self._result, self._exception = real.PENDING, None, None
        self._waiters: list[Any] = []
        self._done_callbacks: list[Callable[[Any], object]] = []

    @heard
    def result(self, timeout: float | None = None) -> Any:
        self._announce("Future.result", self._is_done, timeout, look=True)
        self._asked |= self._is_done()
        return super().result(0)

    @heard
    def exception(self, timeout: float | None = None) -> BaseException | None:
        self._announce("Future.exception", self._is_done, timeout, look=True)
        self._asked |= self._is_done()
        return super().exception(0)

    def _is_done(self) -> bool:
        return self._state in DONE

    @heard
    def done(self) -> bool:
        self._look("Future.done")
        return super().done()

    @heard
    def running(self) -> bool:
        self._look("Future.running")
        return super().running()

    @heard
    def cancelled(self) -> bool:
        self._look("Future.cancelled")
        return super().cancelled()

    @heard
    def cancel(self) -> bool:
        self._act("Future.cancel")
        self._change("Future.cancel")
        if not (cancelled := super().cancel()):
            self._look("Future.cancel")
        return cancelled

    @heard
    def add_done_callback(self, fn: Callable[[Any], object]) -> None:
        self._act("Future.add_done_callback")
        self._change("Future.add_done_callback")
        super().add_done_callback(partial(self._scheduler.call, fn))

    @heard
    def set_running_or_notify_cancel(self) -> bool:
        self._change("Future.set_running_or_notify_cancel")
        return super().set_running_or_notify_cancel()

    @heard
    def set_result(self, result: Any) -> None:
        self._change("Future.set_result")
        super().set_result(result)

    @heard
    def set_exception(self, exception: BaseException | None) -> None:
        self._change("Future.set_exception")
        if exception is not None and self._state not in DONE:
            self._scheduler.shares("failed")
            self._scheduler.world.failed.append(self)
            self._scheduler.current.thread._reads()
            self._thread = self._scheduler.current.thread.name
        super().set_exception(exception)

    def _invoke_callbacks(self) -> None:
        # It has just come to its end: futures are told of in the order in which they do.
        if "as_completed" in self._scheduler.mentioned:
            self._scheduler.shares("completions")
        self._completed = next(self._scheduler.world.completions)
        super()._invoke_callbacks()  # type: ignore[misc]

    def _state_in_words(self) -> str:
        state = f"state={real._STATE_TO_DESCRIPTION_MAP[self._state]}"
        if self._state != real.FINISHED:
            return state
        if self._exception:
            return f"{state} raised {type(self._exception).__name__}"
        return f"{state} returned {type(self._result).__name__}"


def functions(scheduler: Scheduler) -> dict[str, Any]:
    """The functions of `concurrent.futures` that wait for several futures."""

    @heard
    def wait(
        fs: Iterable[Future], timeout: float | None = None, return_when: str = ALL_COMPLETED
    ) -> Any:
        futures = list(dict.fromkeys(scheduler.iterate(fs)))
        if return_when not in (ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION):
            raise ValueError(f"Invalid return condition: {return_when!r}")

        def enough() -> bool:
            done = [future for future in futures if future._state in NOTIFIED]
            if return_when == FIRST_EXCEPTION and any(future._exception for future in done):
                return True
            wanted = min(1, len(futures)) if return_when == FIRST_COMPLETED else len(futures)
            return len(done) >= wanted

        verb = "concurrent.futures.wait"
        scheduler.announce(verb, tuple(futures), enough, timeout, look=True)
        for future in futures:
            future._reads()
        done: set[Any] = {future for future in futures if future._state in NOTIFIED}
        others: set[Any] = {future for future in futures if future not in done}
        return real.DoneAndNotDoneFutures(done, others)

    @heard
    def as_completed(fs: Iterable[Future], timeout: float | None = None) -> Iterator[Future]:
        need_mention(scheduler, "as_completed")
        end = None if timeout is None else scheduler.read_clock() + timeout
        pending = list(dict.fromkeys(scheduler.iterate(fs)))
        total = len(pending)

        def some() -> bool:
            return any(future._state in NOTIFIED for future in pending)

        while pending:
            left = None if end is None else max(0.0, end - scheduler.read_clock())
            verb = "concurrent.futures.as_completed"
            scheduler.announce(verb, tuple(pending), some, left, look=True)
            for future in pending:
                future._reads()
            done = [future for future in pending if future._state in NOTIFIED]
            if not done:
                problem = f"{len(pending)} (of {total}) futures unfinished"
                raise concurrent.futures.TimeoutError(problem)
            pending = [future for future in pending if future not in done]
            yield from sorted(done, key=lambda future: future._completed)

    names = ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION
    return {"wait": wait, "as_completed": as_completed} | {name: name for name in names}
