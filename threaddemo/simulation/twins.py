"""What the simulated twins of modules and classes have in common: honest gaps, and a scheduler."""

from __future__ import annotations

from _thread import allocate_lock
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from threaddemo.simulation.scheduler import Scheduler, Task


class NotSimulated(AttributeError):
    """A program asks for something that has no simulated twin; the message names it."""


class Twin(ModuleType):
    """A simulated module. A name that it does not have is an error, never the real thing."""

    def __init__(self, name: str, **members: object) -> None:
        super().__init__(name, f"The simulated twin of {name}.")
        self.__dict__.update(members)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            raise _missing(self.__name__, name)


class Simulated:
    """A simulated class: its scheduler, and the task that used the object last."""

    _scheduler: ClassVar[Scheduler]
    _used_by: Task | None = None

    def _use(self) -> None:
        self._used_by = self._scheduler.current

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            raise _missing(type(self).__name__, name)


def _missing(owner: str, name: str) -> AttributeError:
    if name.startswith("_"):  # a protocol that Python itself asks for
        return AttributeError(f"{owner!r} has no attribute {name!r}")
    return NotSimulated(f"{owner}.{name} is not simulated")


def bind(scheduler: Scheduler, *classes: type[Simulated]) -> dict[str, Any]:
    """The classes by name, each in a version of its own that knows its scheduler."""
    bound: dict[str, Any] = {}
    for cls in classes:
        # Where one simulated class inherits from another, so do their bound versions.
        parents = tuple(bound[base.__name__] for base in cls.__bases__ if base.__name__ in bound)
        bound[cls.__name__] = type(cls.__name__, (cls, *parents), {"_scheduler": scheduler})
    return bound


def check_timeout(timeout: float, blocking: bool = True) -> None:
    """Let a real lock judge the arguments: it raises ValueError, OverflowError or TypeError."""
    allocate_lock().acquire(blocking, timeout)
