"""The simulator: runs a program's main function under a strategy, and says what came of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Generic, TypeVar

from threaddemo.simulation.clock import random_twin, time_twin
from threaddemo.simulation.loader import load
from threaddemo.simulation.pools import futures_twin
from threaddemo.simulation.queues import queue_twin
from threaddemo.simulation.report import Blocked, blocked
from threaddemo.simulation.scheduler import Failure, Scheduler
from threaddemo.simulation.strategies import Strategy, encode
from threaddemo.simulation.threads import threading_twin

T = TypeVar("T")


class RunTimeout(TimeoutError):
    """A run took more real time than it was given; `blocked` says what each thread was doing."""

    def __init__(self, timeout: float, blocked: tuple[Blocked, ...]) -> None:
        super().__init__(f"the run has not ended after {timeout:g} s")
        self.blocked = blocked


@dataclass(frozen=True)
class Run(Generic[T]):
    """What came of one run. A run that failed or deadlocked has no result."""

    result: T | None
    deadlock: tuple[Blocked, ...]
    failure: Failure | None
    elapsed: float  # virtual seconds
    preemptions: int
    trace: tuple[int, ...]  # who was chosen, at the steps at which there was a choice

    @property
    def schedule(self) -> str:
        """The choices as a text that Replay follows, such as "1.2x3.0"."""
        return encode(self.trace)


class Simulator:
    """A machine on which any number of runs take place, one after the other.

    Use it as a context manager: the threads that carry its tasks are reused from run to run, and
    end with it.
    """

    def __init__(self) -> None:
        self._scheduler = Scheduler()
        self._random = random.Random(0)
        threading = threading_twin(self._scheduler)
        #: The simulated modules by name.
        self.twins: dict[str, ModuleType] = {
            "threading": threading,
            "time": time_twin(self._scheduler),
            "queue": queue_twin(self._scheduler),
            "random": random_twin(self._random),
            "concurrent.futures": futures_twin(self._scheduler, threading.Thread),
        }

    def __enter__(self) -> Simulator:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """End and join the carrier threads."""
        self._scheduler.close()

    def load(self, name: str) -> ModuleType:
        """The importable module `name`, run again on this simulator's twins."""
        return load(name, self.twins)

    @property
    def now(self) -> float:
        """Virtual seconds since the run began."""
        return self._scheduler.clock / 1e6

    @property
    def thread_name(self) -> str:
        """The name of the task that runs."""
        return self._scheduler.current.name

    @property
    def killing(self) -> bool:
        """Whether leftover tasks are being unwound: what they log now belongs to no run."""
        return self._scheduler.killing

    def run(
        self,
        main: Callable[[], Callable[[], T]],
        strategy: Strategy,
        *,
        seed: int = 0,
        strict: bool = True,
        timeout: float | None = None,
    ) -> Run[T]:
        """Run `main` as thread Main until all threads but daemons have ended, then kill those.

        `main` returns the function that reads the result, which is called in between, when nothing
        moves any more. `seed` is that of the `random` twin. The first exception that leaves a
        thread ends the run; `strict` means that this includes calls in a pool's workers, whose
        exceptions otherwise stay in their futures.

        Raises RunTimeout after `timeout` real seconds, EndlessRun after too many steps, and
        ScheduleError.
        """
        readers: list[Callable[[], T]] = []
        scheduler = self._scheduler
        self._random.seed(seed)
        scheduler.begin(strategy, strict, lambda: readers.append(main()))
        try:
            if not scheduler.go(timeout):
                raise RunTimeout(timeout or 0.0, blocked(scheduler))
            if scheduler.error is not None:
                raise scheduler.error
            strategy.finish()
            return self._outcome(readers)
        finally:
            scheduler.stop()

    def _outcome(self, readers: list[Callable[[], T]]) -> Run[T]:
        scheduler = self._scheduler
        completed = not scheduler.deadlocked and scheduler.failure is None
        return Run(
            result=readers[0]() if completed else None,
            deadlock=blocked(scheduler) if scheduler.deadlocked else (),
            failure=scheduler.failure,
            elapsed=self.now,
            preemptions=scheduler.preemptions,
            trace=tuple(scheduler.trace),
        )
