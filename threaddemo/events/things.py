"""What threads share, as the notes have it: an object of the program, its kind, and its name.

Names are looked for while the program runs, for afterwards its frames are gone: when a thing is
noted for the first time, and a few times more if that was too early.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import Any

from threaddemo.events.vocabulary import Kind, Place, Thing
from threaddemo.program import Program
from threaddemo.simulation import Shared
from threaddemo.simulation.names import Names

TRIES = 3  #: how often a thing's name is looked for
MOST_SEARCHES = 200  #: in one run: each looks at thousands of objects
#: What those without a name are called, and numbered.
CALLED: dict[Kind, str] = {"rlock": "lock"}


class Things:
    """The things of one run. It keeps their objects alive, for it knows them by their ids."""

    def __init__(self) -> None:
        #: The system's numbers of the threads that have noted something, Main first.
        self.threads: dict[int, None] = {}
        self._known: dict[object, tuple[object, Thing]] = {}
        self._open: dict[Thing, int] = {}  # of those that may get a better name: the tries
        self._owners: set[int] = set()
        self._searches = 0
        self._futures = Thing("future", "several tasks")

    def of(self, target: Any) -> Thing:
        """The thing that an object is; several futures are one."""
        if isinstance(target, tuple):
            return self._futures
        return self._named(self._thing(id(target), target, target.recorded_as))

    def variable(self, owner: object, attribute: str) -> Thing:
        """The thing that an attribute is."""
        self._owners.add(id(owner))
        return self._named(self._thing((id(owner), attribute), owner, "variable", attribute))

    def shared(self, access: Shared) -> Thing:
        """The thing that a variable of a fine run is; the program's text has its name."""
        key = _key(access)
        if key not in self._known:
            self._known[key] = access.owner, Thing("variable", access.shown)
        return self._known[key][1]

    def knows(self, owner: object, attribute: str) -> bool:
        """Whether an attribute has been noted."""
        return (id(owner), attribute) in self._known

    def knows_shared(self, access: Shared) -> bool:
        """Whether a variable of a fine run has been noted."""
        return _key(access) in self._known

    def bind(self, target: object, thing: Thing) -> None:
        """Say which object a thing is that has been noted: a thread, or a future."""
        self._known[id(target)] = target, thing

    def _thing(self, key: object, target: object, kind: Kind, attribute: str = "") -> Thing:
        if key not in self._known:
            thing = Thing(kind, attribute=attribute)
            self._known[key], self._open[thing] = (target, thing), 0
        return self._known[key][1]

    def _named(self, thing: Thing) -> Thing:
        """The thing, its name looked for if that may be of use."""
        if thing in self._open and self._searches < MOST_SEARCHES:
            self._searches += 1
            try:
                self._search()
            except RuntimeError:  # another thread has changed what was looked at
                self._open[thing] += 1
        return thing

    def _search(self) -> None:
        stacks = list(_stacks(self.threads))
        names = Names(stacks, self._has_name)
        selves = {_class_of_self(frame) for stack in stacks for frame in stack}
        for target, thing in list(self._known.values()):
            if (tries := self._open.get(thing)) is None:
                continue
            self._open[thing] = tries + 1
            found = names.found(target)
            if found is not None:
                thing.name = f"{found}.{thing.attribute}" if thing.attribute else found
            # What is known only as a part of `self` may soon be a part of something with a name.
            is_settled = found is not None and found.partition(".")[0] not in selves
            if is_settled or tries + 1 == TRIES:
                del self._open[thing]

    def _has_name(self, value: object) -> bool:
        # Not asked with hasattr: a metaclass of the program's would hear of that.
        is_thing = any("recorded_as" in vars(base) for base in type(value).__mro__)
        return is_thing or id(value) in self._owners


def _key(access: Shared) -> object:
    owner = access.owner if isinstance(access.owner, str) else id(access.owner)
    return owner, access.name


def _stacks(threads: Iterable[int]) -> Iterator[list[FrameType]]:
    """The program's frames of each thread, the outer ones first."""
    current = sys._current_frames()
    for number in threads:
        stack = []
        frame = current.get(number)
        while (frame := Program.place(frame)) is not None:
            stack.append(frame)
            frame = frame.f_back
        yield stack[::-1]


def _class_of_self(frame: FrameType) -> str:
    return type(frame.f_locals.get("self")).__name__


def place() -> Place | None:
    """The line of the program that the current thread has come to."""
    frame = Program.place(sys._getframe(1))
    return Place(frame.f_code.co_filename, frame.f_lineno) if frame else None


def called(things: Iterable[Thing]) -> dict[Thing, str]:
    """A name for each thing, as short as can be: no two have the same, but threads of one name."""
    every = list(dict.fromkeys(things))
    own = [thing for thing in every if thing.lane is None]
    short = {thing: _last(thing.name) or thing.attribute for thing in own}
    often = Counter(short.values())
    names = {thing: thing.lane.name for thing in every if thing.lane is not None}
    taken = set()
    for thing in own:
        name = short[thing] if often[short[thing]] == 1 else thing.name
        number, base = 1, name or CALLED.get(thing.kind, thing.kind)
        name = name or f"{base} 1"
        while name in taken:
            number += 1
            name = f"{base} {number}"
        taken.add(name)
        names[thing] = name
    return {thing: names[thing] for thing in every}


def _last(name: str) -> str:
    """The attribute or the item that a full name ends in."""
    return name.rpartition(".")[2]
