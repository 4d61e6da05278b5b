"""What the simulated twins of modules and classes have in common: honest gaps, and a scheduler."""

from __future__ import annotations

import builtins
import sys
import threading
from collections.abc import Callable, Sequence
from functools import wraps
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, TypeVar

from threaddemo.simulation.footprints import NotReducible
from threaddemo.simulation.scheduler import Carrier, Ready, Scheduler, Task, always

F = TypeVar("F", bound=Callable[..., Any])


def heard(method: F) -> F:
    """Mark a method, or a function of a module, that says itself what it looks at and changes.

    By announcing an operation it says so of the object that it announces. Whatever else it looks
    at, or changes without or before announcing it, it notes by `_reads` and `_writes`. Of what is
    not marked, a method changes its object for all that footprints know, and a function changes
    everything: that is never wrong, but keeps apart schedules that are of one kind.

    What is marked makes the program's calls by `Scheduler.call`, and looks at what the program
    gives it by `Scheduler.iterate` and `Scheduler.glance`, so that these are heard. It reads the
    clock by `Scheduler.read_clock`. Where `ready` depends on other objects than the one announced,
    that one names them in `_parts`; where the state is kept in several parts, notes do. What all
    objects of a run share, such as a counter, has a name: `Scheduler.shares("...")`.
    """
    method.heard = True  # type: ignore[attr-defined]
    return method


def need_mention(scheduler: Scheduler, word: str) -> None:
    """See that a method has been expected, which makes others depend on each other.

    Of most programs it is clear from their text that they never call it.
    """
    if scheduler.strategy.recorder is not None and word not in scheduler.mentioned:
        scheduler.abort(NotReducible(f"{word} is called, but not by its name"))


class NotSimulated(BaseException):
    """A program asks for something that has no simulated twin; the message names it.

    It is no Exception, nor even raised within a run, but ends it: `getattr` with a default,
    `hasattr` and `except Exception` would take it for an answer.

    Attributes:
        file: where the program asks for it, if that is known.
        line: its line there.
    """

    def __init__(self, what: str, file: str | None = None, line: int | None = None) -> None:
        super().__init__(f"{what} is not simulated")
        self.file, self.line = file, line


def gap(what: str) -> NoReturn:
    """End the run because of a gap; where none is going on, raise NotSimulated."""
    error = NotSimulated(what, *_asker())
    thread = threading.current_thread()
    if isinstance(thread, Carrier):
        thread.scheduler.abort(error)
    raise error


def _asker() -> tuple[str, int] | tuple[()]:
    """Where the program has come to: its frames are those with an `__import__` of their own."""
    frame = sys._getframe(2)
    while _is_librarys(frame.f_builtins.get("__import__")):
        if frame.f_back is None:
            return ()
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


def _is_librarys(importer: object) -> bool:
    return importer is builtins.__import__ or hasattr(importer, "is_librarys")


def _is_protocol(name: str) -> bool:
    """Whether Python itself asks for an attribute, of anything, to see whether it is there."""
    return name.startswith("__") and name.endswith("__")


class Twin(ModuleType):
    """A simulated module, whose gaps are errors, never the real thing.

    Of the real one it has the exceptions, which wait for nothing. What the real one lacks, too, is
    no gap: that is an AttributeError, as it is there.
    """

    def __init__(self, name: str, real: ModuleType | None = None, /, **members: object) -> None:
        super().__init__(name, f"The simulated twin of {name}.")
        self._real = real
        self._members: dict[str, object] = {}
        for member, value in vars(real).items() if real else ():
            if isinstance(value, type) and issubclass(value, Exception):
                self._members[member] = value
        self.provide(**members)
        if names := getattr(real, "__all__", None):
            self.provide(__all__=[member for member in names if member in self._members])

    def provide(self, **members: object) -> None:
        """Have these members, in this run and in those to come."""
        self._members.update(members)
        self._changed = True
        self.restore()

    def __setattr__(self, name: str, value: object) -> None:
        self.__dict__["_changed"] = True
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        self.__dict__["_changed"] = True
        super().__delattr__(name)

    def restore(self) -> None:
        """Forget what a program has set or deleted here."""
        if not self._changed:
            return
        for name in self.__dict__.keys() - self._members.keys():
            if not name.startswith("_"):
                del self.__dict__[name]
        self.__dict__.update(self._members)
        # The program may change its own copy of a list or a dict.
        kept = {n: v for n, v in self._members.items() if isinstance(v, (list, dict))}
        self.__dict__.update((name, value.copy()) for name, value in kept.items())
        self.__dict__["_changed"] = bool(kept.keys() - {"__all__"})

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            real = self.__dict__.get("_real")
            if not _is_protocol(name) and (real is None or hasattr(real, name)):
                gap(f"{self.__name__}.{name}")
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")


class Simulated:
    """A simulated class. It may be derived from the real one, but waits only by announcing it.

    What the real class has and this one lacks is a gap.
    """

    _scheduler: ClassVar[Scheduler]
    _kin: ClassVar[dict[str, Any]]  # the classes of the same simulator by name
    _kind: ClassVar[str]  # what the real class is called
    _real: ClassVar[type] = object  # the real class, where it is not derived from it
    _hash: int | None = None
    _changed_at = 0  # by the time of who changed it last
    _comes_to_nothing = False  # whether what is done to it is undone soon, as with a lock

    if not TYPE_CHECKING:

        def __new__(cls, *args: Any, **kwargs: Any) -> Any:
            """Name the object for footprints, by who makes it."""
            made = super().__new__(cls)
            if (namer := cls._scheduler.namer) is not None:
                namer.made(made)
            return made

    def _announce(
        self, verb: str, ready: Ready = always, timeout: float | None = None, look: bool = False
    ) -> bool:
        """Announce an operation on this object; return whether it is ready now, or out of time.

        The operation changes the object, unless it is said to be but a look.
        """
        self._scheduler.announce(verb, self, ready, timeout, look)
        able = ready is always or ready()
        (self._writes if able and not look else self._reads)()
        return able

    def _parts(self) -> tuple[Simulated, ...]:
        """What others change to end a wait for this object: those on which `ready` depends."""
        return (self,)

    #: Whether each of the parts can keep such a wait from ending, rather than any one end it.
    _needs_all = False

    def _yield(self, verb: str) -> None:
        """Announce that an operation is over: a point at which nothing is left to do."""
        task = self._scheduler.current
        task.over = True
        self._scheduler.announce(verb, self)
        task.over = task.acted = False

    def _look(self, verb: str) -> None:
        """Hear of a look at this object that is no point at which a run may switch."""
        self._scheduler.pass_by(verb, self)
        self._reads()

    def _act(self, verb: str) -> None:
        """Hear that the program is about to change this object, where only fine runs may switch.

        There, what it did before may be noticed before this is.
        """
        if self._scheduler.points is not None and self._scheduler.current.acted:
            self._scheduler.announce(verb, self)

    def _change(self, verb: str, part: str | None = None) -> None:
        """Hear of a change to this object that is no point at which a run may switch."""
        self._scheduler.current.acted = True
        self._writes(part)

    def _reads(self, part: str | None = None) -> None:
        """Note, in the step that goes on, that the object's state is looked at, or a part of it.

        The parts, and the state that is no part of it, have nothing to do with each other.
        """
        if (recorder := self._scheduler.recorder) is not None:
            recorder.read(self, part)
        if (points := self._scheduler.points) is not None and part != "hash":
            points.learn(self)

    def _writes(self, part: str | None = None) -> None:
        """Note, in the step that goes on, that the object's state is changed, or a part of it."""
        scheduler = self._scheduler
        if part is None and (now := scheduler.current.clock) > self._changed_at:
            self._changed_at = now
        if scheduler.recorder is not None:
            scheduler.recorder.write(self, part)
        if scheduler.points is not None and part != "hash":
            scheduler.points.tell(self, not self._comes_to_nothing)

    def _holds(self, more: int = 1) -> None:
        """Note that the current task has acquired a lock or a permit, or is about to release it."""
        if (points := self._scheduler.points) is not None:
            points.hold(self, more)

    def _holders(self) -> Sequence[Task]:
        """The tasks that have this object, and keep others waiting."""
        return ()

    def __hash__(self) -> int:
        """Number the objects as they are asked: a set of them has the same order in every run."""
        if self._hash is None:
            self._scheduler.shares("hashes")
            self._writes("hash")
            self._hash = next(self._scheduler.world.hashes)
        self._reads("hash")
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other

    def __repr__(self) -> str:
        """Show the state but no address, for that differs from run to run."""
        self._reads()
        cls = type(self)
        state = self._state_in_words()
        return f"<{cls.__module__}.{cls.__qualname__}{f': {state}' if state else ''}>"

    def _state_in_words(self) -> str:
        return ""

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            if not _is_protocol(name) and hasattr(self._real, name):
                gap(f"{self._kind}.{name}")
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")


class NoLock:
    """What a real class guards itself with, where nothing interrupts it anyway."""

    def __enter__(self) -> bool:
        return True

    def __exit__(self, *exc_info: object) -> None:
        pass

    def notify(self, n: int = 1) -> None:
        """Wake nobody: who waits announces what for."""

    notify_all = notify

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take it: there is always enough."""
        return True

    def release(self) -> None:
        """Give it back."""

    def wait(self, timeout: float | None = None) -> bool:
        """Have waited in vain: what one waits for was there before, or won't come in time."""
        return False


def bind(
    scheduler: Scheduler, kin: dict[str, Any], module: str, *classes: type[Simulated]
) -> dict[str, Any]:
    """The classes by name, each in a version of its own that knows its scheduler and its kin."""
    for cls in classes:
        # Where one simulated class inherits from another, so do their bound versions.
        parents = [kin[base.__name__] for base in cls.__bases__ if base.__name__ in kin]
        members = {"_scheduler": scheduler, "_kin": kin, "_kind": cls.__name__, **_unheard(cls)}
        kin[cls.__name__] = type(cls.__name__, (cls, *parents), members | {"__module__": module})
    return {cls.__name__: kin[cls.__name__] for cls in classes}


#: What tells an object from others, and makes it, or shows it.
PLAIN = frozenset(dir(object)) | {"__getattr__", "__class_getitem__"}


#: Old names of methods. They warn of whoever has called them, and call the new ones.
OLD = frozenset(["getName", "setName", "isDaemon", "setDaemon", "isSet", "notifyAll"])


def _unheard(cls: type[Simulated]) -> dict[str, Any]:
    """The methods of a class that are not marked as heard, each noted as a change."""
    found = {name: getattr(cls, name) for name in dir(cls)}
    return {
        name: _noted(method)
        for name, method in found.items()
        if isinstance(method, FunctionType)
        and name not in PLAIN
        and (name[0] != "_" or name[:2] == "__")
        and not hasattr(method, "heard")
        and name not in OLD
    }


def _noted(method: FunctionType) -> Callable[..., Any]:
    @wraps(method)
    def noted(self: Simulated, *args: Any, **kwargs: Any) -> Any:
        self._writes()
        return method(self, *args, **kwargs)

    return noted
