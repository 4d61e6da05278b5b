"""The simulator: runs a program's main function under a strategy, and says what came of it."""

from __future__ import annotations

import concurrent.futures
import queue
import random
import threading
import time
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import Any, NamedTuple

from threaddemo.simulation import pools, threads
from threaddemo.simulation.blocked import Blocked, Place, blocked
from threaddemo.simulation.scheduler import Failure, Scheduler, Strategy, never
from threaddemo.simulation.schedules import encode
from threaddemo.simulation.twins import Twin, bind

#: Real modules that a simulated program may use: they start no thread and wait for nothing.
PURE = frozenset(
    """__future__ abc bisect collections collections.abc contextlib copy dataclasses enum
    fractions functools heapq itertools json logging math numbers operator re statistics
    string textwrap types typing""".split()  # noqa: SIM905 - a literal takes a line for each
)


class RunTimeout(TimeoutError):
    """A run took more real time than it was given; `blocked` says what each thread was doing."""

    def __init__(self, timeout: float, blocked: tuple[Blocked, ...]) -> None:
        super().__init__(f"the run has not ended after {timeout:g} s")
        self.blocked = blocked


class Result(NamedTuple):
    """What came of one run. A run that failed or deadlocked has no result."""

    result: Any
    deadlock: tuple[Blocked, ...]
    failure: Failure | None
    elapsed: float  # virtual seconds
    schedule: str  # which Replay follows


def _outside(frame: FrameType | None) -> FrameType | None:
    """A thread's innermost frame outside of the simulator."""
    while frame is not None and frame.f_globals.get("__package__") == __package__:
        frame = frame.f_back
    return frame


class Simulator:
    """A machine on which any number of runs take place, one after the other.

    Use it as a context manager: the threads that carry its tasks are reused from run to run, and
    end with it.

    Args:
        place: finds where a thread is in the program, for the reports of who waits for what.
    """

    def __init__(self, place: Place = _outside) -> None:
        self._place = place
        self._scheduler = Scheduler()
        self._random = random.Random(0)
        #: The simulated modules by name.
        self.twins: dict[str, ModuleType] = _twins(self._scheduler, self._random)
        self._scheduler.reset(self._main(lambda: None))

    def _main(self, body: Callable[[], object]) -> Any:
        return self.twins["threading"].Thread(target=body, name="Main", daemon=False)._task

    def __enter__(self) -> Simulator:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """End and join the carrier threads."""
        self._scheduler.close()

    @property
    def now(self) -> float:
        """Virtual seconds since the run began."""
        return self._scheduler.now

    @property
    def thread_name(self) -> str:
        """The name of the thread that runs."""
        return str(self._scheduler.current.thread.name)

    @property
    def killing(self) -> bool:
        """Whether leftover tasks are being unwound: what they log now belongs to no run."""
        return self._scheduler.killing

    def run(
        self,
        main: Callable[[], Callable[[], object]],
        strategy: Strategy,
        *,
        seed: int = 0,
        timeout: float | None = None,
    ) -> Result:
        """Run `main` as thread Main until all threads but daemons have ended, then kill those.

        `main` returns the function that reads the result, which is called in between, when nothing
        moves any more. `seed` is that of the `random` twin. The first exception that leaves a
        thread, or a call in a pool, ends the run.

        Raises RunTimeout after `timeout` real seconds, EndlessRun after too many steps, and
        ScheduleError.
        """
        readers: list[Callable[[], object]] = []
        scheduler = self._scheduler
        self._random.seed(seed)
        scheduler.begin(strategy, self._main(lambda: readers.append(main())))
        try:
            if not scheduler.go(timeout):
                raise RunTimeout(timeout or 0.0, blocked(scheduler, self._place))
            if scheduler.error is not None:
                raise scheduler.error
            strategy.finish()
            failure = scheduler.failure
            deadlock = blocked(scheduler, self._place) if scheduler.awaited and not failure else ()
            result = None if failure or deadlock else readers[0]()
            return Result(result, deadlock, failure, scheduler.now, encode(scheduler.trace))
        finally:
            scheduler.stop()


def _twins(scheduler: Scheduler, generator: random.Random) -> dict[str, ModuleType]:
    """The modules of a simulation."""

    def sleep(seconds: float, /) -> None:
        if not seconds >= 0:
            time.sleep(seconds)  # the real one refuses what is negative or no number
        scheduler.announce("sleep", None, never, seconds)

    def clock() -> float:
        scheduler.announce("clock")
        return scheduler.now

    def seed(a: Any = None) -> None:
        generator.seed(a or 0)  # where the real one asks the system, nothing could be replayed

    kin: dict[str, Any] = {}
    primitives = (threads.Lock, threads.Semaphore, threads.BoundedSemaphore, threads.Event)
    shared = bind(scheduler, kin, threads.Thread, *primitives)
    pooled = bind(scheduler, kin, pools.Future, pools.ThreadPoolExecutor)
    drawn = {name: getattr(generator, name) for name in random.__all__ if hasattr(generator, name)}
    twins = (
        Twin("threading", threading, current_thread=lambda: scheduler.current.thread, **shared),
        Twin("time", time, sleep=sleep, monotonic=clock, perf_counter=clock, time=clock),
        Twin("queue", queue, **bind(scheduler, kin, threads.Queue)),
        Twin("random", random, **drawn | {"seed": seed}),
        Twin("concurrent.futures", concurrent.futures, **pooled),
    )
    return {twin.__name__: twin for twin in twins}
