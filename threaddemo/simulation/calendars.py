"""The twins of `datetime` and `timeit`, on the virtual clock; local time is UTC."""

from __future__ import annotations

import datetime
import timeit
from typing import Any

from threaddemo.simulation.clocks import Clock, clock_of
from threaddemo.simulation.scheduler import Scheduler
from threaddemo.simulation.twins import Twin, gap

UTC = datetime.timezone.utc


def calendars(scheduler: Scheduler) -> list[Twin]:
    """The modules that are about dates and durations."""
    clock = clock_of(scheduler)
    return [_datetime(clock), _timeit(clock)]


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
