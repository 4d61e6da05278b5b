"""A deterministic simulator of Python's threads.

Unchanged programs on `threading`, `time`, `queue`, `random` and `concurrent.futures` run on
simulated twins of these modules: under a schedule drawn from a seed, under a given one, or under
every one there is; or under one of each kind, which stands for all of them. A script gets twins of
`sys`, `os`, `datetime`, `timeit`, `atexit`, `argparse` and `logging`, too.

Read it in this order: `scheduler` (the idea), `crowds` (of many tasks), `twins` (what they have in
common), `threads`, `thread_local`, `locks`, `meetings`, `queues`, `futures` and `pools` (the
primitives, which the idea makes simple), `clocks`, `calendars`, `generators`, `machine` and `logs`
(the world around), `schedules` (written down), `strategies` (who is next), `exploration` (every
way), `names` and `blocked` (who waits for what), `modules`, `world` and `simulator` (how it all
comes together). `accesses` watches what threads read and write; `unwinding` ends who would go on;
`pinning` makes hand-overs fast.

Then, how most schedules need not be run: `footprints` (what a step touches), `orders` (which steps
come before which), `kinds` (the search), `counting` (what a run stands for), `lateness` (whether
sleepers are punctual there), `sampling` (at random, where there are too many). How a program is heard: `scopes` (which variable a name is), `instrument`
(changes its text), `hearing` (what the changed text says), `calls` and `values` (what is touched
where nothing is heard).
"""

from threaddemo.simulation.accesses import watch
from threaddemo.simulation.exploration import Exploration
from threaddemo.simulation.footprints import NotReducible
from threaddemo.simulation.instrument import instrument
from threaddemo.simulation.kinds import Kind, Kinds
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
    "Kind",
    "Kinds",
    "NoMoreThreads",
    "NotReducible",
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
    "instrument",
    "watch",
]
