"""A deterministic simulator of Python's threads.

Unchanged programs on `threading`, `time`, `queue`, `random` and `concurrent.futures` run on
simulated twins of these modules: under a schedule drawn from a seed, under a given one, or under
every one there is.

Read it in this order: `scheduler` (the idea), `twins` and `threads` (the primitives, which the idea
makes simple), `pools`, `strategies` (who is next), `loader` (how a program gets the twins),
`report` (who waits for what), `simulator` (how it all comes together).
"""

from threaddemo.simulation.loader import load, load_source
from threaddemo.simulation.scheduler import EndlessRun, Strategy
from threaddemo.simulation.simulator import RunTimeout, Simulator
from threaddemo.simulation.strategies import Exploration, Replay, ScheduleError, Seeded
from threaddemo.simulation.twins import NotSimulated

__all__ = [
    "EndlessRun",
    "Exploration",
    "NotSimulated",
    "Replay",
    "RunTimeout",
    "ScheduleError",
    "Seeded",
    "Simulator",
    "Strategy",
    "load",
    "load_source",
]
