"""A deterministic simulator of Python's threads.

Unchanged programs on `threading`, `time`, `queue`, `random` and `concurrent.futures` run on
simulated twins of these modules: under a schedule drawn from a seed, under a given one, or under
every one there is.

Read it in this order: `scheduler` (the idea), `threads` and `queues` (the primitives, which the
idea makes simple), `strategies` (who is next), `loader` (how a program gets the twins),
`simulator` (how it all comes together).
"""

from threaddemo.simulation.loader import load, load_source
from threaddemo.simulation.report import Blocked
from threaddemo.simulation.scheduler import EndlessRun, Failure
from threaddemo.simulation.simulator import Run, RunTimeout, Simulator
from threaddemo.simulation.strategies import Exploration, Replay, ScheduleError, Seeded, Strategy
from threaddemo.simulation.twins import NotSimulated

__all__ = [
    "Blocked",
    "EndlessRun",
    "Exploration",
    "Failure",
    "NotSimulated",
    "Replay",
    "Run",
    "RunTimeout",
    "ScheduleError",
    "Seeded",
    "Simulator",
    "Strategy",
    "load",
    "load_source",
]
