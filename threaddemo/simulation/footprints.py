"""What one step touches: the primitives and the variables that threads may share.

A step is an announced operation and all that its task does until it announces the next. Two steps
that have nothing to do with each other may be swapped, and nobody can tell. Whether they have is a
matter of their footprints: what each one reads, writes and adds to.

A variable is an owner and a name: an object and an attribute; a container, whose name is None; a
module's name and a global variable. Footprints are compared between runs, too, as far as these
began with the same steps. So an object is called by who made it, and as which of the things it
made: its address says nothing in another run. Not every object is seen when it is made. One that is
found later is called by who touched it first, which may be another one in another run: there, it is
taken for any of its type that was found, too.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeAlias

Key: TypeAlias = tuple[Any, str | None]
#: Variables, and whether they are changed.
Touched: TypeAlias = list[tuple[Any, str | None, bool]]


class NotReducible(RuntimeError):
    """Steps depend on each other and their footprints do not say so; the message says which."""


class Footprint:
    """What one step reads, writes and adds to (which commutes with adding); or everything."""

    __slots__ = ("adds", "everything", "found", "new", "reads", "writes")

    def __init__(self) -> None:
        self.reads: set[Key] = set()
        self.writes: set[Key] = set()
        self.adds: set[Key] = set()
        self.everything = False
        #: Of objects that were not seen when they were made, by type, attribute, and whether it is
        #: changed: all that are touched, and those that no step before has touched.
        self.found: set[tuple[str, str | None, bool]] = set()
        self.new: set[tuple[str, str | None, bool]] = set()

    @property
    def changes(self) -> set[Key]:
        """What it writes and adds to."""
        return self.writes | self.adds if self.adds else self.writes

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Footprint) and all(
            getattr(self, name) == getattr(other, name) for name in Footprint.__slots__
        )

    __hash__ = None  # type: ignore[assignment]

    def depends_on(self, taken: Footprint) -> bool:
        """Whether this step, which waits to be taken, may not be swapped with one that was."""
        if self.everything or taken.everything:
            return True
        changed, theirs = self.changes, taken.changes
        return bool(
            self.writes & theirs
            or changed & taken.writes
            or changed & taken.reads
            or self.reads & theirs
            or (self.new and self._may_meet(taken))
        )

    def _may_meet(self, taken: Footprint) -> bool:
        """Whether an object that was not named yet may be one that the other step touches."""
        return any(
            kind == other and name == attribute and (write or change)
            for kind, name, write in self.new
            for other, attribute, change in taken.found
        )


#: What an object is called: a number, for it is compared all the time.
Name: TypeAlias = int


def _made(task: int, nth: int) -> Name:
    """The object that a task made as its so-manieth."""
    return task << 64 | nth << 1


def _found(task: int, step: int, nth: int) -> Name:
    """The object that was not seen when it was made, and that a task found first, in this step."""
    return task << 64 | step << 32 | nth << 1 | 1


#: A task, how many objects it has made, and the step that it is at.
Moment: TypeAlias = tuple[int, int, int]


def is_later(name: object, moment: Moment) -> bool:
    """Whether an object was made, or found, by a task after a moment of its own."""
    if not isinstance(name, int) or name >> 64 != moment[0]:
        return False
    own = name & (1 << 64) - 1
    return own >> 32 > moment[2] if own & 1 else own >> 1 > moment[1]


def _least_references() -> int:
    """How many references are counted to an object that nobody has but a recorder."""
    names: dict[int, tuple[Name, object]] = {0: (0, [])}
    kept = names[0][1]
    return sys.getrefcount(kept)


ALONE = _least_references()


class Recorder:
    """Notes the footprint of the step that goes on.

    Args:
        current: the number of the task that takes it.
    """

    def __init__(self, current: Callable[[], int]) -> None:
        self._current = current
        self.step = Footprint()
        self.names: dict[int, tuple[Name, object]] = {}
        self._counts: dict[int, int] = {}
        self._step = 0
        self._found: list[int] = []  # addresses of what was found in this step
        self._types: dict[Name, str] = {}  # of what was found in this run
        self._new: set[Name] = set()
        #: What calls touch that are not over, by task: the calling frame, and what, or everything.
        self.open: dict[int, list[tuple[FrameType, Touched | None]]] = {}
        self.deaf = False  #: whether the program does what can't be heard, or has done it
        #: Whether more than the step's footprint is of consequence to what is heard later.
        self._eventful = False

    def cut(self) -> Footprint:
        """The footprint of the step that ends here."""
        step, self.step = self.step, Footprint()
        self.step.everything = self.deaf
        self._new.clear()
        self._found.clear()
        self._eventful = False
        return step

    # What is heard.

    def read(self, owner: object, name: str | None = None) -> None:
        """A variable is looked at."""
        self.step.reads.add(self._key(owner, name, False))

    def write(self, owner: object, name: str | None = None) -> None:
        """A variable is changed."""
        self.step.writes.add(self._key(owner, name, True))

    def add(self, owner: object, name: str | None = None) -> None:
        """A variable is changed in a way that commutes with other such changes of it."""
        self.step.adds.add(self._key(owner, name, True))

    def note(self, owner: object, name: str | None, change: bool) -> None:
        """A variable is changed, or looked at."""
        (self.write if change else self.read)(owner, name)

    def everything(self) -> None:
        """What is touched is not known."""
        self.step.everything = True

    def deafen(self) -> None:
        """From now on it is not known what is touched."""
        self.deaf = self.step.everything = self._eventful = True

    def touch(self, touched: Touched | None) -> None:
        """Variables are looked at and changed; None is everything."""
        if touched is None:
            self.everything()
        for one in touched or ():
            self.note(*one)

    @property
    def moment(self) -> Moment:
        """How far the current task has come."""
        task = self._current()
        return task, self._counts.get(task, 0), self._step

    def made(self, thing: object) -> None:
        """An object is new, unless it has a name."""
        if id(thing) not in self.names:
            self._baptize(thing, "")

    def same(self, thing: object, owner: object) -> None:
        """An object is a part of another one, and who touches it touches that."""
        self._key(owner, None, False)
        self.names[id(thing)] = self.names[id(owner)][0], thing
        self._eventful = True

    def known(self, thing: object) -> Key | None:
        """The variable that is an object as a whole, if it was ever touched."""
        found = self.names.get(id(thing))
        return (found[0], None) if found else None

    # Names.

    def named(self, owner: object) -> Any:
        """What an object is called by; a text names itself."""
        known = self.names.get(id(owner))
        if known:
            return known[0]
        return owner if isinstance(owner, str) else self._baptize(owner, type(owner).__qualname__)

    def _key(self, owner: object, name: str | None, change: bool) -> Key:
        known = self.names.get(id(owner))
        called = known[0] if known else self.named(owner)
        if type(called) is int and called & 1:  # it was found
            kind = self._types[called], name, change
            self.step.found.add(kind)
            if called in self._new:
                self.step.new.add(kind)
        return called, name

    def _baptize(self, thing: object, found: str) -> Name:
        task = self._current()
        key, names = id(thing), self.names
        if found:
            self._found.append(key)
            name = _found(task, self._step, len(self._found))
            self._types[name] = found
        else:
            count = self._counts[task] = self._counts.get(task, 0) + 1
            name = _made(task, count)
        try:  # the run must not keep alive what the program lets go, but its address is taken then
            kept: object = weakref.ref(thing, lambda _: names.pop(key, None))
        except TypeError:
            kept = thing
        names[key] = name, kept
        if found:
            self._new.add(name)
        return name

    # Calls that may call back, and take more than one step then.

    def opened(self, frame: FrameType, touched: Touched | None) -> None:
        """A frame makes a call that may call the program back, and touches this meanwhile."""
        self.open.setdefault(self._current(), []).append((frame, touched))

    def closed(self, frame: FrameType) -> None:
        """A frame goes on: whatever it has called is over."""
        task = self._current()
        calls = self.open.get(task)
        while calls and calls[-1][0] is frame:
            calls.pop()  # which may end what a call was given, and call the program back
        if calls == [] and self.open.get(task) is calls:
            del self.open[task]

    def settle(self, task: int) -> bool:
        """A task has ended its step: forget those of its calls that are over.

        Returns whether the step, if it is taken again, need not be heard. Else there is something
        that later steps may go on with: open calls, or what was found, if it has not died since.
        """
        calls = self.open.get(task)
        if calls:
            stack, frame = set(), sys._getframe(1)
            while frame is not None:
                stack.add(frame)
                frame = frame.f_back  # type: ignore[assignment]
            calls[:] = [call for call in calls if call[0] in stack]
        left = [key for key in self._found if key in self.names and not self._let_go(key)]
        return not (calls or left or self._eventful)

    def _let_go(self, key: int) -> bool:
        """Whether nobody else has an object that is kept alive here; then it is no more."""
        kept = self.names[key][1]
        if isinstance(kept, weakref.ref) or sys.getrefcount(kept) > ALONE:
            return False
        del self.names[key]
        return True

    def resume(self, task: int, step: int) -> None:
        """A task goes on: note again what its open calls touch, for it does so within them."""
        self._step = step
        for _, touched in self.open.get(task, ()):
            self._eventful = True
            self.touch(touched)
