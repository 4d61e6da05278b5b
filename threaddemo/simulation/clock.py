"""The twins of `time`, whose clock is the virtual one, and of `random`, which each run seeds."""

from __future__ import annotations

import random
from math import isnan

from threaddemo.simulation.scheduler import Scheduler, never
from threaddemo.simulation.twins import Twin

#: The longest sleep, in seconds, that a real one takes (2**63 nanoseconds).
LONGEST_SLEEP = 2**63 / 1e9


def time_twin(scheduler: Scheduler) -> Twin:
    """The module `time` of a simulation: its clock starts at 0 with each run."""

    def sleep(seconds: float, /) -> None:
        if isnan(seconds):
            raise ValueError("Invalid value NaN (not a number)")
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        if seconds >= LONGEST_SLEEP:
            raise OverflowError("timestamp too large to convert to C _PyTime_t")
        scheduler.announce("sleep", None, never, seconds)

    def read() -> float:
        scheduler.announce("clock")
        return scheduler.clock / 1e6

    return Twin("time", sleep=sleep, monotonic=read, perf_counter=read, time=read)


def random_twin(generator: random.Random) -> Twin:
    """The module `random` of a simulation: the functions of one generator."""
    names = ("random", "uniform", "randint", "randrange", "choice", "choices", "shuffle", "sample")

    def seed(a: int | float | str | bytes | bytearray | None = None) -> None:
        # Without an argument the real one asks the system for a seed, which could not be replayed.
        generator.seed(0 if a is None else a)

    return Twin("random", seed=seed, **{name: getattr(generator, name) for name in names})
