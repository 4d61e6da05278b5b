"""What the simulated twins of modules and classes have in common: honest gaps, and a scheduler."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from threaddemo.simulation.scheduler import Ready, Scheduler, Task, always


class NotSimulated(AttributeError):
    """A program asks for something that has no simulated twin; the message names it."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not simulated")


class Honest:
    """A module or an object whose gaps are errors, never the real thing."""

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            if name.startswith("_"):  # a protocol that Python itself asks for
                raise AttributeError(name)
            raise NotSimulated(f"{getattr(self, '__name__', type(self).__name__)}.{name}")


class Twin(Honest, ModuleType):
    """A simulated module. Of the real one it has the exceptions: they wait for nothing."""

    def __init__(self, name: str, real: ModuleType | None = None, **members: object) -> None:
        super().__init__(name, f"The simulated twin of {name}.")
        for member, value in vars(real).items() if real else ():
            if isinstance(value, type) and issubclass(value, Exception):
                setattr(self, member, value)
        self.__dict__.update(members)


class Simulated(Honest):
    """A simulated class. It may be derived from the real one, but waits only by announcing it."""

    _scheduler: ClassVar[Scheduler]
    _kin: ClassVar[dict[str, Any]]  # the classes of the same simulator by name
    _used_by: Task | None = None  # who has waited for the object last, and got it

    def _announce(self, verb: str, ready: Ready = always, timeout: float | None = None) -> bool:
        """Announce an operation on this object; return whether it is ready now, or out of time."""
        self._scheduler.announce(verb, self, ready, timeout)
        if ready is always:
            return True
        if taken := ready():
            self._used_by = self._scheduler.current
        return taken


def bind(scheduler: Scheduler, kin: dict[str, Any], *classes: type[Simulated]) -> dict[str, Any]:
    """The classes by name, each in a version of its own that knows its scheduler and its kin."""
    for cls in classes:
        # Where one simulated class inherits from another, so do their bound versions.
        parents = [kin[base.__name__] for base in cls.__bases__ if base in classes]
        members = {"_scheduler": scheduler, "_kin": kin}
        kin[cls.__name__] = type(cls.__name__, (cls, *parents), members)
    return {cls.__name__: kin[cls.__name__] for cls in classes}
