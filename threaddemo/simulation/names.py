"""What the program calls its locks, queues and events: the name of a variable, attribute or item.

Nothing is recorded for it. When somebody asks, the objects are looked for where the program keeps
them, in an order that does not depend on who waits for what: its global variables, then Main's
local ones, then those of the other threads; what lies nearest to a variable goes first.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import BuiltinFunctionType, FrameType, FunctionType, ModuleType, SimpleNamespace
from typing import Any

from threaddemo.simulation.meetings import Condition
from threaddemo.simulation.queues import Queue
from threaddemo.simulation.threads import Thread
from threaddemo.simulation.twins import Simulated

#: How far from a variable objects are looked for, and how many are looked at.
DEPTH, OBJECTS, ITEMS = 4, 20_000, 1_000
#: What leads nowhere.
PLAIN = {str, int, float, bool, bytes, type(None), FunctionType, BuiltinFunctionType, ModuleType}
#: What threads have of their own, besides what a subclass gives them.
OWN = {"_task", "_target", "_args", "_kwargs", "_name", "_daemon"}


def _is_shared(value: object) -> bool:
    """Whether an object is one that threads share."""
    return isinstance(value, Simulated)


class Names:
    """A name for each object that threads share; no two of them have the same.

    Args:
        stacks: the frames of each thread that are the program's, Main first, the outer ones first.
        wanted: which objects get a name.
    """

    def __init__(
        self,
        stacks: Iterable[list[FrameType]],
        wanted: Callable[[object], bool] = _is_shared,
    ) -> None:
        self._wanted = wanted
        self._names: dict[int, str] = {}
        self._taken: set[str] = set()
        #: What was found, in that order.
        self.things: list[tuple[Simulated, str]] = []
        self._conditions: list[Condition] = []
        frames = [frame for stack in stacks for frame in stack]
        modules = {id(frame.f_globals): frame.f_globals for frame in frames}
        for variables in modules.values():
            self._search(_variables(variables))
        for frame in frames:
            if frame.f_locals is not frame.f_globals:
                self._search(_variables(frame.f_locals))
        for condition in self._conditions:  # a lock that only a condition has goes by its name
            lock: Any = condition._lock  # type: ignore[attr-defined]
            if id(lock) not in self._names:
                self._names[id(lock)] = self._names[id(condition)]
                self.things.append((lock, self._names[id(condition)]))

    def of(self, target: object) -> str | None:
        """What the program calls an object: if nothing better is found, by its class."""
        if target is None or isinstance(target, tuple):
            return None
        if isinstance(target, Thread):
            return target.name
        if id(target) not in self._names:
            self._give(target, type(target).__name__)
        return self._names[id(target)]

    def found(self, target: object) -> str | None:
        """What the program calls an object, if it was found."""
        return self._names.get(id(target))

    def _give(self, target: object, name: str) -> None:
        number, unique = 1, name
        while unique in self._taken:
            number += 1
            unique = f"{name} ({number})"
        self._taken.add(unique)
        self._names[id(target)] = unique

    def _search(self, variables: Iterable[tuple[str, object]]) -> None:
        """Name what can be reached from variables and has no name yet, the nearest first.

        What threads and queues keep comes last: it mostly has a better name elsewhere.
        """
        later: deque[tuple[str, object, int]] = deque()
        todo = deque((name, value, 0) for name, value in variables)
        seen: set[int] = set()
        while (todo or later) and len(seen) < OBJECTS:
            if not todo:
                todo, later = later, todo
            name, value, depth = todo.popleft()
            if type(value) in PLAIN or id(value) in seen:
                continue
            seen.add(id(value))
            if id(value) not in self._names and self._wanted(value):
                self._give(value, name)
                if isinstance(value, Simulated):
                    self.things.append((value, self._names[id(value)]))
                if isinstance(value, Condition):
                    self._conditions.append(value)
            if depth < DEPTH:
                parts = ((part, inner, depth + 1) for part, inner in _parts(name, value))
                (later if isinstance(value, Simulated) else todo).extend(parts)


def _variables(variables: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Variables by name; `self` is told by its class."""
    for name, value in list(variables.items()):
        if not name.startswith("__"):
            yield (type(value).__name__ if name == "self" else name), value


def _parts(name: str, value: object) -> Iterator[tuple[str, object]]:
    """The items or the attributes of an object, with what the program writes to get there."""
    if isinstance(value, (list, tuple, deque)):
        for index, item in zip(range(ITEMS), list(value), strict=False):
            yield f"{name}[{index}]", item
    elif isinstance(value, dict):
        for key, item in list(value.items())[:ITEMS]:
            if isinstance(key, (str, int)):
                yield f"{name}[{key!r}]", item
    elif isinstance(value, SimpleNamespace) or _is_programs(value):
        yield from _attributes(name, value)
    elif isinstance(value, (Thread, Queue)):
        for part, inner in _attributes(name, value):
            if part.rpartition(".")[2] not in OWN:
                yield part, inner


def _is_programs(value: object) -> bool:
    """Whether a class, or that of an object, is the program's: no other module has it."""
    cls = value if isinstance(value, type) else type(value)
    if issubclass(cls, (Simulated, FunctionType, ModuleType)):
        return False
    return getattr(sys.modules.get(cls.__module__), cls.__name__, None) is not cls


def _attributes(name: str, value: object) -> Iterator[tuple[str, object]]:
    # Not by vars(): a class may have a __getattribute__ of its own.
    read = type.__getattribute__ if isinstance(value, type) else object.__getattribute__
    try:
        attributes = read(value, "__dict__")
    except AttributeError:
        return
    for attribute, inner in list(attributes.items()):
        if not attribute.startswith("__"):
            yield f"{name}.{attribute}", inner
