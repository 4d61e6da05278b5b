"""The twins of clocks and calendars: `time`, `datetime` and `timeit`, on the virtual clock.

Virtual time begins at 1970-01-01 00:00:00 UTC, and the simulated machine stands in Greenwich: local
time is UTC, so a run says the same wherever it takes place.
"""

from __future__ import annotations

import calendar
import datetime
import time
import timeit
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, TypeAlias

from threaddemo.simulation.scheduler import Scheduler, never
from threaddemo.simulation.twins import Twin, gap

#: Reads the clock, in seconds: a point at which a run may switch.
Clock: TypeAlias = Callable[[], float]
UTC = datetime.timezone.utc


def clocks(scheduler: Scheduler) -> list[Twin]:
    """The modules that know what time it is."""

    def clock() -> float:
        scheduler.announce("clock")
        return scheduler.now

    def sleep(seconds: float, /) -> None:
        if not seconds >= 0:
            time.sleep(seconds)  # the real one refuses what is negative or no number
        scheduler.announce("sleep", None, never, seconds)
        scheduler.current.acted = False

    return [_time(clock, sleep), _datetime(clock), _timeit(clock)]


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


class _Like(type):
    """Makes twins of date and datetime: what is made by the real class counts as theirs, too."""

    def __instancecheck__(cls, instance: object) -> bool:
        real = cls.__mro__[1]
        return isinstance(instance, real if real.__module__ == "datetime" else cls.mro()[0])


def _datetime(clock: Clock) -> Twin:
    class Date(datetime.date, metaclass=_Like):
        def __repr__(self) -> str:
            return f"datetime.{super().__repr__()}"

        @classmethod
        def today(cls) -> Date:
            return cls.fromtimestamp(clock())

        @classmethod
        def fromtimestamp(cls, timestamp: float, /) -> Date:
            day = datetime.datetime.fromtimestamp(timestamp, UTC)
            return cls(day.year, day.month, day.day)

    class DateTime(datetime.datetime, metaclass=_Like):
        def __repr__(self) -> str:
            return f"datetime.{super().__repr__()}"

        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> DateTime:
            return cls.fromtimestamp(clock(), tz)

        @classmethod
        def today(cls) -> DateTime:
            return cls.now()

        @classmethod
        def utcnow(cls) -> DateTime:
            return cls.now()

        @classmethod
        def fromtimestamp(cls, timestamp: float, tz: datetime.tzinfo | None = None) -> DateTime:
            when = super().fromtimestamp(timestamp, tz or UTC)
            return when if tz else when.replace(tzinfo=None)

        @classmethod
        def utcfromtimestamp(cls, timestamp: float, /) -> DateTime:
            return cls.fromtimestamp(timestamp)

        def timestamp(self) -> float:
            aware = self if self.tzinfo else self.replace(tzinfo=UTC)
            return datetime.datetime.timestamp(aware)

        def astimezone(self, tz: datetime.tzinfo | None = None) -> DateTime:
            aware = self if self.tzinfo else self.replace(tzinfo=UTC)
            return datetime.datetime.astimezone(aware, tz or UTC)

    members = {name: value for name, value in vars(datetime).items() if not name.startswith("_")}
    own: dict[str, type] = {"date": Date, "datetime": DateTime}
    for name, cls in own.items():
        cls.__module__, cls.__name__, cls.__qualname__ = "datetime", name, name
    return Twin("datetime", datetime, **members | own)


def _timeit(clock: Clock) -> Twin:
    class Timer(timeit.Timer):
        def __init__(
            self,
            stmt: Any = "pass",
            setup: Any = "pass",
            timer: Clock = clock,
            globals: dict[str, Any] | None = None,
        ) -> None:
            if globals is None and not (callable(stmt) and (callable(setup) or setup == "pass")):
                gap("timeit of a text without globals")
            super().__init__(stmt, setup, timer, globals)

    def measure(
        stmt: Any = "pass",
        setup: Any = "pass",
        timer: Clock = clock,
        number: int = timeit.default_number,  # type: ignore[attr-defined]
        globals: dict[str, Any] | None = None,
    ) -> float:
        return Timer(stmt, setup, timer, globals).timeit(number)

    def repeat(
        stmt: Any = "pass",
        setup: Any = "pass",
        timer: Clock = clock,
        repeat: int = timeit.default_repeat,  # type: ignore[attr-defined]
        number: int = timeit.default_number,  # type: ignore[attr-defined]
        globals: dict[str, Any] | None = None,
    ) -> list[float]:
        return Timer(stmt, setup, timer, globals).repeat(repeat, number)

    members = {"Timer": Timer, "timeit": measure, "repeat": repeat, "default_timer": clock}
    return Twin("timeit", timeit, **members)
