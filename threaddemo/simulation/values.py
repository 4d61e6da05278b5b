"""What kinds of objects there are, as to how they are touched."""

from __future__ import annotations

import abc
import contextlib
import sys
import types
import typing
from collections import OrderedDict, deque
from collections.abc import Collection, Iterator
from enum import Enum, IntEnum, auto
from functools import lru_cache, partial
from typing import Any

from threaddemo.simulation.twins import Simulated


class Kind(IntEnum):
    """How the objects of a type are touched."""

    ATOM = auto()  # they never change, nor does what they hold
    TUPLE = auto()  # they never change, but what they hold may
    BOX = auto()  # built-in containers
    STREAM = auto()  # iterators: asking for the next item changes them, and reads what is below
    VIEW = auto()  # what shows a container that is below
    OWN = auto()  # of the program's classes, whose methods are instrumented
    GENERATED = auto()  # of the program's classes, with methods that are not: dataclasses
    TWIN = auto()  # they note by themselves what is done with them
    CODE = auto()  # functions, classes, modules: to have one is to read nothing
    OTHER = auto()  # of classes of which nothing is known


ATOMS = (
    *(type(None), bool, int, float, complex, str, bytes, range, frozenset, slice, Enum),
    *(BaseException, type(...), type(NotImplemented)),
    *(contextlib.nullcontext, contextlib.suppress, contextlib.closing),
    type(contextlib.contextmanager(lambda: iter(()))()),
)
BOXES = (list, dict, set, bytearray, deque)
VIEWS = (
    *map(type, ({}.keys(), {}.values(), {}.items())),
    *map(type, (OrderedDict().keys(), OrderedDict().values(), OrderedDict().items())),
    types.MappingProxyType,
)
CODE = (
    *(types.FunctionType, types.MethodType, types.BuiltinMethodType, types.ModuleType, type),
    *(types.WrapperDescriptorType, types.MethodDescriptorType, types.MethodWrapperType, partial),
    *(property, classmethod, staticmethod, types.GenericAlias),
)
STREAMS = (types.GeneratorType, map, filter, zip, enumerate, reversed)
KINDS: tuple[tuple[tuple[type, ...], Kind], ...] = (
    ((tuple,), Kind.TUPLE),
    (BOXES, Kind.BOX),
    (VIEWS, Kind.VIEW),
    (CODE, Kind.CODE),
    (STREAMS, Kind.STREAM),
)
#: Modules whose objects never change.
UNCHANGING = frozenset(["re", "decimal", "fractions", "datetime", "uuid", "pathlib", "typing"])
#: Built-in types whose attributes never change, exactly: a class derived from one has others.
PLAIN = frozenset(cls for cls in (*ATOMS, tuple, *BOXES, *STREAMS) if not cls.__flags__ >> 9 & 1)
#: Built-in types whose objects never change, nor what they hold.
INERT = frozenset(cls for cls in ATOMS if not cls.__flags__ >> 9 & 1)
#: Bases that leave everything to the classes derived from them.
BASES = frozenset([object, typing.Generic, typing.Protocol, abc.ABC])


#: The kinds of types that were met; each load of a program makes others.
_kinds: dict[type, Kind] = {}
MOST = 10_000


def kind_of(cls: type) -> Kind:
    """The kind of a type's objects."""
    kind = _kinds.get(cls)
    if kind is None:
        if len(_kinds) > MOST:
            _kinds.clear()
        kind = _kinds[cls] = _sort(cls)
    return kind


def _sort(cls: type) -> Kind:
    top = cls.__module__.partition(".")[0]
    # Read in the classes' own namespaces, for getattr would ask a metaclass of the program's.
    if issubclass(cls, Simulated) or any("notes_itself" in vars(base) for base in cls.__mro__):
        return Kind.TWIN
    if issubclass(cls, ATOMS) or cls is object or top in UNCHANGING:
        return Kind.ATOM
    for bases, kind in KINDS:
        if issubclass(cls, bases):
            return kind
    if top == "itertools" or cls.__name__.endswith("iterator"):
        return Kind.STREAM
    own = [base for base in cls.__mro__ if base not in BASES]
    if not all(map(_is_own, own)):
        return Kind.OTHER
    functions = (value for base in own for value in vars(base).values())
    plain = all(is_instrumented(f) for f in functions if isinstance(f, types.FunctionType))
    return Kind.OWN if plain else Kind.GENERATED


def is_instrumented(function: Any) -> bool:
    """Whether a function tells what it touches."""
    return "_call_" in function.__builtins__


def _is_own(cls: type) -> bool:
    """Whether a class is the program's: the interpreter has no such one."""
    found: Any = sys.modules.get(cls.__module__)
    for name in cls.__qualname__.split("."):
        found = getattr(found, name, None)
    return found is not cls and bool(cls.__flags__ >> 9 & 1)


def names_of(thing: object) -> Collection[str]:
    """The attributes that an object has itself, not its class."""
    try:
        own: dict[str, object] = object.__getattribute__(thing, "__dict__")
    except AttributeError:
        return ()
    return own


def attributes(thing: object) -> Iterator[tuple[str, object]]:
    """An object's own attributes, those in slots among them."""
    own: Any = names_of(thing)
    yield from dict(own).items()
    for cls in type(thing).__mro__:
        for name, slot in vars(cls).items():
            if isinstance(slot, types.MemberDescriptorType):
                yield name, getattr(thing, name, None)


@lru_cache(4096)
def inner_names(cls: Any) -> frozenset[str]:
    """The attributes that a twin may use itself: its code names them. Of another class, none."""
    if not issubclass(cls, Simulated):
        return frozenset()
    functions = (value for base in cls.__mro__[:-1] for value in vars(base).values())
    return frozenset(
        name
        for function in functions
        if isinstance(function, types.FunctionType) and not is_instrumented(function)
        for name in function.__code__.co_names
    )


def label(cls: type) -> str:
    """A class by name: its attributes are variables, as a module's are."""
    return f"{cls.__module__}.{cls.__qualname__}"
