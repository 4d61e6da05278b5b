"""A deterministic simulator of Python's threads.

Unchanged programs on `threading`, `time`, `queue`, `random` and `concurrent.futures` run on
simulated twins of these modules: under a schedule drawn from a seed, under a given one, or under
every one there is; or under one of each kind, which stands for all of them. A script gets twins of
`sys`, `os`, `datetime`, `timeit`, `atexit`, `argparse` and `logging`, too.

Read it in this order: `scheduler` (the idea), `crowds` (of many tasks), `twins` (what they have in
common), `threads`, `thread_local`, `locks`, `meetings`, `queues`, `futures` and `pools` (the
primitives, which the idea makes simple), `clocks`, `calendars`, `generators`, `machine` and `logs`
(the world around), `schedules` (written down), `strategies` (who is next), `exploration` (every
way), `names`, `blocked` and `endless` (who waits for what, or goes round), `choices` (for who
chooses by hand), `modules`, `world` and `simulator` (how it all comes together). `accesses` watches
what threads read and write, `standings` tells who could go on; `unwinding` ends who would not end;
`pinning` makes hand-overs fast.

Then, how most schedules need not be run: `footprints` (what a step touches), `orders` (which steps
come before which), `kinds` (the search), `counting` (what a run stands for), `lateness` (whether
sleepers are punctual), `sampling` (at random, where there are too many), `turns` (a fair run). How
a program is heard: `scopes` (which variable a name is), `instrument` (changes its text), `hearing`
(what the changed text says), `calls` and `values` (what is touched where nothing is heard). Last,
what shared memory adds: `races` (what nothing orders), `points` (where a run may be interrupted,
too), `patience` (busy loops), `attention` (long ones).
"""

from threaddemo.simulation.accesses import watch, watch_class
from threaddemo.simulation.choices import Able, Choice, Choosing, Held
from threaddemo.simulation.endless import Endless
from threaddemo.simulation.exploration import Exploration
from threaddemo.simulation.footprints import NotReducible
from threaddemo.simulation.instrument import instrument
from threaddemo.simulation.kinds import Kind, Kinds
from threaddemo.simulation.points import Shared, survey
from threaddemo.simulation.races import Race, Site
from threaddemo.simulation.scheduler import EndlessRun, NoMoreThreads, Strategy
from threaddemo.simulation.schedules import ScheduleError, sites_of, with_sites
from threaddemo.simulation.simulator import PURE, Result, RunTimeout, Simulator
from threaddemo.simulation.strategies import Replay, Seeded
from threaddemo.simulation.twins import NotSimulated, gap, heard
from threaddemo.simulation.world import Uncaught

__all__ = [
    "PURE",
    "Able",
    "Choice",
    "Choosing",
    "Endless",
    "EndlessRun",
    "Exploration",
    "Held",
    "Kind",
    "Kinds",
    "NoMoreThreads",
    "NotReducible",
    "NotSimulated",
    "Race",
    "Replay",
    "Result",
    "RunTimeout",
    "ScheduleError",
    "Seeded",
    "Shared",
    "Simulator",
    "Site",
    "Strategy",
    "Uncaught",
    "gap",
    "heard",
    "instrument",
    "sites_of",
    "survey",
    "watch",
    "watch_class",
    "with_sites",
]
