"""A deterministic simulator of Python's threads.

Unchanged programs on `threading`, `time`, `queue`, `random` and `concurrent.futures` run on
simulated twins of these modules: under a schedule drawn from a seed, under a given one, or under
every one there is. A script gets twins of `sys`, `os`, `datetime`, `timeit`, `atexit`, `argparse`
and `logging`, too.

Read it in this order: `scheduler` (the idea), `twins` (what they have in common), `threads`,
`thread_local`, `locks`, `meetings`, `queues`, `futures` and `pools` (the primitives, which the idea
makes simple), `clocks`, `calendars`, `generators`, `machine` and `logs` (the world around),
`schedules` (written down), `strategies` (who is next), `exploration` (every way), `names` and
`blocked` (who waits for what), `modules`, `world` and `simulator` (how it all comes together).
`accesses` watches what threads read and write; `unwinding` ends who would go on; `pinning` makes
hand-overs fast.
"""

from threaddemo.simulation.accesses import watch
from threaddemo.simulation.exploration import Exploration
from threaddemo.simulation.scheduler import EndlessRun, NoMoreThreads, Strategy
from threaddemo.simulation.schedules import ScheduleError
from threaddemo.simulation.simulator import PURE, Result, RunTimeout, Simulator
from threaddemo.simulation.strategies import Replay, Seeded
from threaddemo.simulation.twins import NotSimulated, gap
from threaddemo.simulation.world import Uncaught

__all__ = [
    "PURE",
    "EndlessRun",
    "Exploration",
    "NoMoreThreads",
    "NotSimulated",
    "Replay",
    "Result",
    "RunTimeout",
    "ScheduleError",
    "Seeded",
    "Simulator",
    "Strategy",
    "Uncaught",
    "gap",
    "watch",
]
