"""The twin of `concurrent.futures`: ThreadPoolExecutor and its futures."""

from __future__ import annotations

import concurrent.futures
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from types import GenericAlias
from typing import Any, ClassVar

from threaddemo.simulation.scheduler import Scheduler
from threaddemo.simulation.threads import Thread, zero_if_nan
from threaddemo.simulation.twins import Simulated, Twin, bind

#: The default size of a pool. The real one depends on the machine; a simulation must not.
MAX_WORKERS = 8


class Future(Simulated):
    """The result of a call that a pool's worker makes some time."""

    __class_getitem__: ClassVar[Any] = classmethod(GenericAlias)

    def __init__(self) -> None:
        self._state = "pending"
        self._result: Any = None
        self._error: BaseException | None = None
        self._callbacks: list[Callable[[Future], object]] = []

    def _run(self, call: Callable[[], object]) -> None:
        """Make the call in the current task, unless it was cancelled, and keep what comes of it."""
        if self._state == "cancelled":
            return
        self._state = "running"
        self._use()
        try:
            self._result = call()
        except BaseException as error:
            if self._scheduler.strict or self._scheduler.killing:
                raise
            self._error = error
        self._settle("finished")

    def _settle(self, state: str) -> None:
        self._state = state
        for callback in self._callbacks:
            self._call_back(callback)

    def _call_back(self, callback: Callable[[Future], object]) -> None:
        try:
            callback(self)
        except Exception:  # logged and ignored, as the real one does
            logger = logging.getLogger("concurrent.futures")
            logger.exception("exception calling callback for %r", self)

    def done(self) -> bool:
        return self._state in ("finished", "cancelled")

    def running(self) -> bool:
        return self._state == "running"

    def cancelled(self) -> bool:
        return self._state == "cancelled"

    def cancel(self) -> bool:
        """Cancel the call if it has not begun; whether it is cancelled."""
        if self._state == "pending":
            self._settle("cancelled")
        return self.cancelled()

    def add_done_callback(self, fn: Callable[[Future], object]) -> None:
        """Call `fn` with the future once it is done, or at once if it is done already."""
        if self.done():
            self._call_back(fn)
        else:
            self._callbacks.append(fn)

    def result(self, timeout: float | None = None) -> Any:
        """Wait for the call, at most `timeout` seconds; return or raise what it returned or raised.

        Raises TimeoutError and CancelledError, those of concurrent.futures.
        """
        self._wait("Future.result", timeout)
        if self._error is not None:
            raise self._error
        return self._result

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """Wait as `result` does; return what the call raised, or None."""
        self._wait("Future.exception", timeout)
        return self._error

    def _wait(self, verb: str, timeout: float | None) -> None:
        self._scheduler.announce(verb, self, self.done, zero_if_nan(timeout))
        if not self.done():
            raise concurrent.futures.TimeoutError
        if self.cancelled():
            raise concurrent.futures.CancelledError


class ThreadPoolExecutor(Simulated):
    """A pool of at most `max_workers` threads that make the calls submitted to it.

    A call is bound to its worker when it is submitted, if there is an idle worker or room for a
    new one; else the first worker that becomes idle takes it. That leaves nothing to choose, so
    submitting is no place for a switch.
    """

    _thread_class: ClassVar[type[Thread]]
    _future_class: ClassVar[type[Future]]

    def __init__(
        self,
        max_workers: int | None = None,
        thread_name_prefix: str = "",
        initializer: Callable[..., object] | None = None,
        initargs: tuple[Any, ...] = (),
    ) -> None:
        if max_workers is not None and max_workers <= 0:
            raise ValueError("max_workers must be greater than 0")
        if initializer is not None and not callable(initializer):
            raise TypeError("initializer must be a callable")
        self._max_workers = max_workers or MAX_WORKERS
        number = self._scheduler.default_name("pool")
        self._prefix = thread_name_prefix or f"ThreadPoolExecutor-{number}"
        self._initialize = partial(initializer, *initargs) if initializer else None
        self._futures: list[Future] = []
        self._backlog: deque[Callable[[], None]] = deque()
        self._workers: list[Thread] = []
        self._ready: list[Thread] = []  # those that have called the initializer
        self._idle: deque[Thread] = deque()
        self._shut = False

    def submit(self, fn: Callable[..., object], /, *args: Any, **kwargs: Any) -> Future:
        """Have `fn(*args, **kwargs)` called by a worker.

        Raises RuntimeError after shutdown.
        """
        if self._shut:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future = self._future_class()
        self._futures.append(future)
        work = partial(future._run, partial(fn, *args, **kwargs))
        if not self._idle and len(self._workers) == self._max_workers:
            self._backlog.append(work)
        else:
            self._assign(self._idle.popleft() if self._idle else self._hire(), work)
        return future

    def _hire(self) -> Thread:
        worker = self._thread_class(name=f"{self._prefix}_{len(self._workers)}")
        self._workers.append(worker)
        return worker

    def _assign(self, worker: Thread, work: Callable[[], None]) -> None:
        """Start the worker, maybe again: between two calls it is a task that has ended."""
        worker._target = partial(self._work, worker, work)
        self._scheduler.start(worker._task)

    def _work(self, worker: Thread, work: Callable[[], None]) -> None:
        if self._initialize and worker not in self._ready:
            self._ready.append(worker)
            self._initialize()
        work()
        while self._backlog:
            self._backlog.popleft()()
        self._idle.append(worker)

    def map(
        self,
        fn: Callable[..., object],
        *iterables: Iterable[Any],
        timeout: float | None = None,
        chunksize: int = 1,
    ) -> Iterator[Any]:
        """Submit a call for each item at once; iterating waits for the results, in order.

        That raises TimeoutError `timeout` seconds after this call. `chunksize` has no effect, as
        with real threads.
        """
        end = None if timeout is None else timeout + self._scheduler.clock / 1e6
        futures = [self.submit(fn, *args) for args in zip(*iterables, strict=False)]
        return self._results(futures, end)

    def _results(self, futures: list[Future], end: float | None) -> Iterator[Any]:
        futures.reverse()
        try:
            while futures:
                yield futures[-1].result(None if end is None else end - self._scheduler.clock / 1e6)
                futures.pop()
        finally:
            for future in futures:
                future.cancel()

    def _all_idle(self) -> bool:
        return len(self._idle) == len(self._workers)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls; cancel those not begun, if asked to; join the workers (`wait`)."""
        self._shut = True
        if cancel_futures:
            for future in self._futures:
                future.cancel()
        if wait:
            self._scheduler.announce("ThreadPoolExecutor.shutdown", self, self._all_idle)

    def __enter__(self) -> ThreadPoolExecutor:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.shutdown(wait=True)


def futures_twin(scheduler: Scheduler, thread_class: type[Thread]) -> Twin:
    """The module `concurrent.futures` of a simulation, with the real module's exceptions."""
    members = bind(scheduler, Future, ThreadPoolExecutor)
    members["ThreadPoolExecutor"]._thread_class = thread_class
    members["ThreadPoolExecutor"]._future_class = members["Future"]
    for error in ("CancelledError", "TimeoutError", "InvalidStateError", "BrokenExecutor"):
        members[error] = getattr(concurrent.futures, error)
    return Twin("concurrent.futures", **members)
