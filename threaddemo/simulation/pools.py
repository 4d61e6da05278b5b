"""The twin of a pool of threads: ThreadPoolExecutor."""

from __future__ import annotations

import concurrent.futures
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.thread import BrokenThreadPool
from functools import partial
from heapq import heappop, heappush
from typing import Any

from threaddemo.simulation.futures import Future
from threaddemo.simulation.scheduler import Unwound
from threaddemo.simulation.threads import Thread
from threaddemo.simulation.twins import Simulated, heard

#: The default size of a pool. The real one depends on the machine; a simulation must not.
MAX_WORKERS = 8
BROKEN = "A thread initializer failed, the thread pool is not usable anymore"


class Worker(Thread):
    """A thread of a pool. Between two calls its task has ended, but for the program it is alive."""

    _pool: ThreadPoolExecutor
    _future: Future | None = None  # the call to begin with
    _fresh = True
    _place: int  # among the pool's workers

    @heard
    def run(self) -> None:
        self._pool._work(self)

    @heard
    def is_alive(self) -> bool:
        return super().is_alive() or self in self._pool._waiting()


class ThreadPoolExecutor(Simulated, concurrent.futures.ThreadPoolExecutor):
    """A pool of at most `max_workers` threads that make the calls submitted to it.

    A call is bound to its worker when it is submitted, if there is an idle one; else the first
    that becomes idle takes it. That leaves nothing to choose, so submitting is no place for a
    switch. The end of Main closes every pool.

    The lowest of the idle workers is next, in whichever order they have become so: for that order
    can't be seen then, and who becomes idle has nothing to do with others who do.
    """

    _needs_all = True

    def __init__(
        self,
        max_workers: int | None = None,
        thread_name_prefix: str = "",
        initializer: Callable[..., object] | None = None,
        initargs: tuple[Any, ...] = (),
    ) -> None:
        size = MAX_WORKERS if max_workers is None else max_workers
        if size <= 0:
            raise ValueError("max_workers must be greater than 0")
        if initializer is not None and not callable(initializer):
            raise TypeError("initializer must be a callable")
        world = self._scheduler.world
        self._scheduler.shares("pools")
        self._max_workers = size
        prefix = thread_name_prefix or f"ThreadPoolExecutor-{next(world.pool_names)}"
        self._initialize = (
            partial(initializer, *self._scheduler.iterate(initargs)) if initializer else None
        )
        self._shutdown, self._broken = False, ""  # type: ignore[assignment]
        self._backlog: deque[Future] = deque()  # has something only while no worker is idle
        names = (f"{prefix}_{number}" for number in range(size))
        self._workers: list[Worker] = [
            self._kin["Worker"](name=name, daemon=False) for name in names
        ]
        for place, worker in enumerate(self._workers):
            worker._pool, worker._place = self, place
        self._idle = list(range(size))
        world.pools.append(self)

    @heard
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        self._change("ThreadPoolExecutor.submit")
        self._look_around()
        if self._broken:
            raise BrokenThreadPool(self._broken)
        if self._shutdown:
            raise RuntimeError("cannot schedule new futures after shutdown")
        if self._scheduler.world.closing:
            raise RuntimeError("cannot schedule new futures after interpreter shutdown")
        future: Future = self._kin["Future"]()
        future._call = partial(fn, *args, **kwargs)
        if self._idle:
            # Start the worker, maybe again: between two calls it is a task that has ended.
            worker = self._workers[heappop(self._idle)]
            worker._future = future
            self._scheduler.start(worker._task)
        else:
            self._backlog.append(future)
        self._act("ThreadPoolExecutor.submit")
        return future

    @heard
    def map(
        self,
        fn: Callable[..., Any],
        *iterables: Iterable[Any],
        timeout: float | None = None,
        chunksize: int = 1,
    ) -> Iterator[Any]:
        end = None if timeout is None else self._scheduler.read_clock() + timeout
        heard = map(self._scheduler.iterate, iterables)
        futures = [self.submit(fn, *args) for args in zip(*heard, strict=False)]

        def results() -> Iterator[Any]:
            try:
                for future in futures:
                    yield future.result(None if end is None else end - self._scheduler.read_clock())
            finally:
                for future in futures:
                    future.cancel()

        return results()

    @heard
    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._act("ThreadPoolExecutor.shutdown")
        self._change("ThreadPoolExecutor.shutdown", "shutdown")
        self._shutdown = True
        if cancel_futures:
            self._cancel()
        if wait:
            self._announce("ThreadPoolExecutor.shutdown", self._all_idle, look=True)
            self._look_around()

    def _all_idle(self) -> bool:
        return len(self._idle) == self._max_workers

    def _cancel(self) -> None:
        """Cancel what no worker has begun; as with the real one, none will tell who waits."""
        self._writes()
        waiting = [worker._future for worker in self._workers] + [*self._backlog]
        self._backlog.clear()
        for worker in self._workers:
            worker._writes()
            worker._future = None
        for future in waiting:
            if future is not None:
                future.cancel()

    @heard
    def __enter__(self) -> ThreadPoolExecutor:
        return self

    @heard
    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if self._scheduler.world.strict and error is not None:
            # It has left the block: waiting for the workers first could take for ever.
            self._scheduler.fail(error)
        self.shutdown(wait=True)

    def _waiting(self) -> list[Worker]:
        """The workers that wait for a call."""
        self._look_around()
        if self._shutdown or self._scheduler.world.closing:
            return []
        workers = map(self._workers.__getitem__, self._idle)
        return [worker for worker in workers if worker._task.number is not None]

    def _parts(self) -> tuple[Simulated, ...]:
        return tuple(self._workers)

    def _look_around(self) -> None:
        """Note a look at whether it is open, and at who is idle: each becomes so by itself."""
        if self._scheduler.recorder is not None:
            self._scheduler.recorder.read("run", "closing")
            self._reads("shutdown")
            for worker in self._workers:
                worker._reads()

    # What the workers do.

    def _work(self, worker: Worker) -> None:
        if not worker._fresh or self._begin(worker):
            future, worker._future = worker._future, None
            while future is not None:
                self._make(future)
                future = self._next()
        heappush(self._idle, worker._place)  # its task ends right here

    def _next(self) -> Future | None:
        """The call that has waited for the longest time."""
        self._reads()
        if not self._backlog:
            return None
        self._writes()
        return self._backlog.popleft()

    def _begin(self, worker: Worker) -> bool:
        """Initialize a worker; if that fails, so do the calls that wait, and all to come."""
        worker._fresh = False
        try:
            if self._initialize:
                self._scheduler.call(self._initialize)
        except Unwound:
            raise
        except BaseException:
            if self._scheduler.world.strict:
                raise
            self._writes()
            self._broken = BROKEN  # type: ignore[assignment]
            for future in filter(None, [worker._future, *self._backlog]):
                future.set_exception(BrokenThreadPool(BROKEN))
            self._backlog.clear()
        return not self._broken

    def _make(self, future: Future) -> None:
        """Make a call."""
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = self._scheduler.call(future._call)
        except Unwound:
            raise
        except BaseException as error:
            if self._scheduler.world.strict:
                raise
            future.set_exception(error)
        else:
            future.set_result(result)
