"""The twin of `concurrent.futures`: ThreadPoolExecutor and its futures."""

from __future__ import annotations

import concurrent.futures
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from threaddemo.simulation.threads import Thread
from threaddemo.simulation.twins import Simulated

#: The default size of a pool. The real one depends on the machine; a simulation must not.
MAX_WORKERS = 8


class Future(Simulated, concurrent.futures.Future[Any]):
    """The result of a call that a pool's worker makes some time."""

    _call: Callable[[], Any]

    def result(self, timeout: float | None = None) -> Any:
        self._announce("Future.result", self.done, timeout)
        return super().result(0)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        self._announce("Future.exception", self.done, timeout)
        return super().exception(0)

    def _run(self) -> None:
        self._used_by = self._scheduler.current
        if self.set_running_or_notify_cancel():
            self.set_result(self._call())


class ThreadPoolExecutor(Simulated, concurrent.futures.ThreadPoolExecutor):
    """A pool of at most `max_workers` threads that make the calls submitted to it.

    A call is bound to its worker when it is submitted, if there is an idle one; else the first
    that becomes idle takes it. That leaves nothing to choose, so submitting is no place for a
    switch. An exception that leaves a call ends the run.
    """

    def __init__(
        self,
        max_workers: int | None = None,
        thread_name_prefix: str = "",
        initializer: Callable[..., object] | None = None,
        initargs: tuple[Any, ...] = (),
    ) -> None:
        size = MAX_WORKERS if max_workers is None else max_workers
        prefix = thread_name_prefix or f"ThreadPoolExecutor-{next(self._scheduler.pool_names)}"
        super().__init__(size, prefix, initializer, initargs)  # which refuses wrong arguments
        self._initialize = partial(initializer, *initargs) if initializer else None
        self._futures: list[Future] = []
        self._backlog: deque[Future] = deque()  # has something only while no worker is idle
        workers = (self._kin["Thread"](name=f"{prefix}_{number}") for number in range(size))
        self._idle: deque[Thread] = deque(workers)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        if self._shutdown:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future: Future = self._kin["Future"]()
        future._call = partial(fn, *args, **kwargs)
        self._futures.append(future)
        self._backlog.append(future)
        if self._idle:
            # Start the worker, maybe again: between two calls it is a task that has ended.
            worker = self._idle.popleft()
            fresh = worker._task.number is None
            worker._target = partial(self._work, worker, fresh, self._backlog.popleft())
            self._scheduler.start(worker._task)
        return future

    def _work(self, worker: Thread, fresh: bool, future: Future) -> None:
        if fresh and self._initialize:
            self._initialize()
        future._run()
        while self._backlog:
            self._backlog.popleft()._run()
        self._idle.appendleft(worker)

    def map(
        self,
        fn: Callable[..., Any],
        *iterables: Iterable[Any],
        timeout: float | None = None,
        chunksize: int = 1,
    ) -> Iterator[Any]:
        end = None if timeout is None else self._scheduler.now + timeout
        futures = [self.submit(fn, *args) for args in zip(*iterables, strict=False)]

        def results() -> Iterator[Any]:
            try:
                for future in futures:
                    yield future.result(None if end is None else end - self._scheduler.now)
            finally:
                for future in futures:
                    future.cancel()

        return results()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._shutdown = True
        if cancel_futures:
            for future in self._futures:
                future.cancel()
        if wait:
            self._announce("ThreadPoolExecutor.shutdown", self._all_idle)

    def _all_idle(self) -> bool:
        return len(self._idle) == self._max_workers
