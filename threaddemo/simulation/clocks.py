"""The twin of `time`, on the virtual clock.

Virtual time begins at 1970-01-01 00:00:00 UTC, and the simulated machine stands in Greenwich: local
time is UTC, so a run says the same wherever it takes place.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, TypeAlias

from threaddemo.simulation.scheduler import Scheduler, never
from threaddemo.simulation.twins import Twin

#: Reads the clock, in seconds: a point at which a run may switch.
Clock: TypeAlias = Callable[[], float]


def clock_of(scheduler: Scheduler) -> Clock:
    """The virtual clock of a machine."""

    def clock() -> float:
        scheduler.announce("clock")
        return scheduler.now

    return clock


def time_twin(scheduler: Scheduler) -> Twin:
    """The twin of `time`."""
    clock = clock_of(scheduler)

    def sleep(seconds: float, /) -> None:
        if not seconds >= 0:
            time.sleep(seconds)  # the real one refuses what is negative or no number
        scheduler.announce("sleep", None, never, seconds)
        scheduler.current.acted = False

    return _time(clock, sleep)


def _time(clock: Clock, sleep: Callable[[float], None]) -> Twin:
    def clock_ns() -> int:
        return round(clock() * 1e6) * 1000

    def gmtime(seconds: float | None = None, /) -> time.struct_time:
        return time.gmtime(clock() if seconds is None else seconds)

    def ctime(seconds: float | None = None, /) -> str:
        return time.asctime(gmtime(seconds))

    def asctime(when: Any = None, /) -> str:
        return time.asctime(gmtime() if when is None else when)

    def strftime(form: str, when: Any = None, /) -> str:
        return time.strftime(form, gmtime() if when is None else when)

    def mktime(when: Any, /) -> float:
        import calendar

        return float(calendar.timegm(when))

    def get_clock_info(name: Any, /) -> SimpleNamespace:
        time.get_clock_info(name)  # which refuses unknown names
        return SimpleNamespace(
            implementation="simulated", monotonic=True, adjustable=False, resolution=1e-6
        )

    readings = "time", "monotonic", "perf_counter", "process_time", "thread_time"
    members: dict[str, object] = dict.fromkeys(readings, clock)
    members |= {f"{name}_ns": clock_ns for name in readings}
    members |= {name: value for name, value in vars(time).items() if name.startswith("CLOCK_")}
    if hasattr(time, "clock_gettime"):
        members |= {
            "clock_gettime": lambda _: clock(),
            "clock_gettime_ns": lambda _: clock_ns(),
            "clock_getres": lambda _: 1e-6,
        }
    return Twin(
        *("time", time),
        **members,
        **{"sleep": sleep, "gmtime": gmtime, "localtime": gmtime, "ctime": ctime},
        **{"asctime": asctime, "strftime": strftime, "mktime": mktime},
        **{"strptime": time.strptime, "struct_time": time.struct_time},
        **{"timezone": 0, "altzone": 0, "daylight": 0, "tzname": ("UTC", "UTC")},
        **{"tzset": lambda: None, "get_clock_info": get_clock_info},
    )
