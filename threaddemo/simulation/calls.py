"""What a call touches, if it is not one of the program's own functions.

A function of the program is instrumented, and heard by itself; a twin notes what it does. A method
of a built-in container changes it or reads it; builtins read what they are given. What is known of
no function is assumed to touch everything: that is slower, never wrong.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Iterable, Mapping
from functools import partial
from types import (
    BuiltinMethodType,
    FunctionType,
    GeneratorType,
    MethodType,
    MethodWrapperType,
    ModuleType,
)
from typing import Any

from threaddemo.simulation.footprints import Touched
from threaddemo.simulation.twins import Simulated
from threaddemo.simulation.values import (
    BOXES,
    INERT,
    Kind,
    attributes,
    is_instrumented,
    kind_of,
    label,
)

#: Builtins that read their arguments, and call their methods, but keep nothing in mind.
READERS = frozenset(
    """abs all any ascii bin callable chr divmod format hash hex id isinstance issubclass iter len
    max min next oct ord pow print repr round sorted sum""".split()  # noqa: SIM905 - a literal takes a line for each
)
#: Methods of built-in containers that change nothing.
LOOKS = frozenset(
    """copy count index get keys values items union intersection difference symmetric_difference
    issubset issuperset isdisjoint __contains__ __getitem__ __len__ __iter__ __eq__ __ne__ __lt__
    __le__ __gt__ __ge__ __add__ __mul__ __or__ __and__ __sub__ __xor__ __repr__ __str__ __format__
    __reversed__ __hash__ __sizeof__ most_common elements total""".split()  # noqa: SIM905 - a literal takes a line for each
)
#: Methods of lists and deques that look at nothing they hold, and call nothing of the program.
LEAVES = frozenset(["append", "appendleft", "copy", "pop", "popleft", "reverse", "rotate"])
#: Modules whose functions touch what they are given, and nothing else that matters.
PURE = frozenset(
    """_bisect _collections _functools _heapq _json _operator _statistics bisect collections
    contextlib copy dataclasses enum fractions functools heapq itertools json json.decoder
    json.encoder math numbers operator re statistics string textwrap types
    typing""".split()  # noqa: SIM905 - a literal takes a line for each
)
#: Modules whose functions but show what they are given. The order in which they do is not kept.
SHOWING = frozenset(["logging"])
PACKAGE = __name__.partition(".")[0]
PATIENT = f"{PACKAGE}.simulation"
#: Where twins are that note what a thread does for a picture, and leave the doing to those below.
RECORDING = f"{PACKAGE}.events."


def effect(  # noqa: PLR0911 - a case each
    function: Any, args: Iterable[Any], kwargs: Mapping[str, Any]
) -> Touched | None:
    """What a call is about to touch that is not heard otherwise; None is everything."""
    if _is_heard(function):
        return []
    given = [*args, *kwargs.values()]
    if type(function) is FunctionType:
        return _library(function, given)
    while isinstance(function, partial):
        given += [*function.args, *function.keywords.values()]
        function = function.func
    if not isinstance(function, type) and kind_of(type(function)) in (Kind.OWN, Kind.GENERATED):
        return []  # its __call__ is heard
    if isinstance(function, type):  # whose metaclass may be the program's: it is asked for nothing
        return _construction(function, given)
    if _is_heard(function):  # and was called by way of a partial one
        return []
    owner = getattr(function, "__self__", None)
    if isinstance(owner, Simulated):
        rest = reached(given, every=True)
        return None if rest is None else [(owner, None, True), *rest]
    if isinstance(function, MethodType):
        function = function.__func__
        given.append(owner)
    if isinstance(function, FunctionType):
        return _library(function, given)
    if isinstance(function, (BuiltinMethodType, MethodWrapperType)):
        return _method(function.__name__, owner, given, function)
    if hasattr(function, "__objclass__") and given:  # such as list.append
        return _method(function.__name__, given[0], given[1:], function)
    if hasattr(function, "cache_info"):
        rest = reached(given)
        return None if rest is None else [(function, None, True), *rest]
    return None


def _is_heard(function: Any) -> bool:
    """Whether a function of Python is instrumented, or is a twin's, or one that records that."""
    code = function.__func__ if isinstance(function, MethodType) else function
    if type(code) is not FunctionType:
        return False
    module = code.__globals__.get("__name__") or ""
    return is_instrumented(code) or hasattr(code, "heard") or module.startswith(RECORDING)


def may_call_back(function: Any) -> bool:
    """Whether a call may call the program back while what it touches is still to be touched."""
    sure = type(function) is BuiltinMethodType and function.__name__ in LEAVES
    return not (sure and isinstance(function.__self__, (list, deque)))


def _library(function: FunctionType, given: list[Any]) -> Touched | None:
    """A function of Python that is not instrumented."""
    module = function.__globals__.get("__name__", "")
    top = module.partition(".")[0]
    if all(map(_is_inert, given)) and (top in SHOWING or module in PURE):
        return []
    if top in SHOWING or (top == PACKAGE and not module.startswith(PATIENT)):
        return reached([one for one in given if not _is_logger(one)])
    return reached(given, every=True) if module in PURE else None


def _is_inert(thing: object) -> bool:
    """Whether an object never changes, nor what it holds; only a tuple is looked into."""
    cls = type(thing)
    if cls in INERT:
        return True
    return isinstance(thing, tuple) and all(type(part) in INERT for part in tuple.__iter__(thing))


def _is_logger(thing: object) -> bool:
    return type(thing).__module__.partition(".")[0] in SHOWING


def _construction(cls: type, given: list[Any]) -> Touched | None:
    kind = kind_of(cls)
    if kind in (Kind.OWN, Kind.GENERATED, Kind.TWIN):
        return []
    if kind is Kind.OTHER and cls.__module__ not in (*PURE, "builtins"):
        return None
    return reached(given)


def _method(  # noqa: PLR0911 - a case each
    name: str, owner: Any, given: list[Any], function: Any
) -> Touched | None:
    """A method of an object of C, or a function of a module of C."""
    if isinstance(owner, BOXES):
        if _is_leaf(name, owner, given):
            return [(owner, None, name not in LOOKS)]
        return reached([*given, owner], [] if name in LOOKS else [owner])
    if owner is None or isinstance(owner, ModuleType):
        module = function.__module__
        if module == "builtins" and name in READERS:
            return reached(given)
        return reached(given, every=True) if module in PURE else None
    kind = kind_of(owner if isinstance(owner, type) else type(owner))
    if name in ("__setattr__", "__delattr__", "__getattribute__") and given:
        return [(owner, str(given[0]), name != "__getattribute__")]
    if kind in (Kind.OWN, Kind.GENERATED, Kind.ATOM, Kind.TUPLE) or isinstance(owner, type):
        return reached(given) if kind is not Kind.OTHER else None
    if kind is Kind.STREAM:
        return reached([*given, owner])
    return None


def _is_leaf(name: str, owner: Any, given: list[Any]) -> bool:
    """Whether a method but changes or copies a container, whatever is in it."""
    is_kept = name in ("append", "appendleft") or all(type(one) in INERT for one in given)
    return is_kept and name in LEAVES and isinstance(owner, (list, deque))


def reached(
    things: Iterable[Any],
    changed: Iterable[Any] = (),
    every: bool = False,
    deep: bool = True,
    inside: bool = False,
) -> Touched | None:
    """What is read by looking at all that some objects hold; None is everything.

    Args:
        things: the objects.
        changed: those of them that are changed, too.
        every: whether everything that is reached may be changed.
        deep: whether what containers hold is looked at, too.
        inside: whether attributes of the program's own objects are, too.
    """
    touched: Touched = []
    seen: set[int] = set()
    changes = {id(one) for one in changed}
    todo = list(things)
    while todo:
        thing = todo.pop()
        if type(thing) in TRANSPARENT or id(thing) in seen:
            todo += thing if type(thing) is tuple else ()
            continue
        seen.add(id(thing))
        kind = kind_of(type(thing))
        if kind is Kind.OTHER:
            return None
        if kind is Kind.BOX and not deep:
            touched.append((thing, None, False))
        elif inside and kind in (Kind.OWN, Kind.GENERATED):
            _see_inside(thing, touched, todo)
        else:
            _LOOKS[kind](thing, every or id(thing) in changes, touched, todo)
    return touched


TRANSPARENT = INERT | {tuple}


def _see_nothing(thing: Any, change: bool, touched: Touched, todo: list[Any]) -> None:
    pass


def _see_items(thing: Any, change: bool, touched: Touched, todo: list[Any]) -> None:
    todo += thing


def _see_box(thing: Any, change: bool, touched: Touched, todo: list[Any]) -> None:
    touched.append((thing, None, change))
    if isinstance(thing, dict):
        todo += dict.values(thing)
    if not isinstance(thing, bytearray):
        todo += _raw(thing)


def _raw(thing: Any) -> Iterable[Any]:
    """What a container holds, whatever a class derived from it makes of that."""
    base = next(base for base in BOXES if isinstance(thing, base))
    return base.__iter__(thing)


def _see_below(thing: Any, change: bool, touched: Touched, todo: list[Any]) -> None:
    if kind_of(type(thing)) is Kind.STREAM:
        touched.append((thing, None, True))
    if not isinstance(thing, GeneratorType):  # what a generator looks at is heard
        todo += gc.get_referents(thing)


def _see_attributes(thing: Any, change: bool, touched: Touched, todo: list[Any]) -> None:
    if change or kind_of(type(thing)) is Kind.GENERATED:
        for name, value in attributes(thing):
            touched.append((thing, name, change))
            todo.append(value)


def _see_inside(thing: Any, touched: Touched, todo: list[Any]) -> None:
    """All attributes of an object, and those of its classes."""
    for name, value in attributes(thing):
        touched.append((thing, name, False))
        todo.append(value)
    bases = type(thing).__mro__[:-1]
    for owner in (thing, *map(label, bases)):
        touched += [(owner, name, False) for base in bases for name in vars(base)]


def _see_code(thing: Any, change: bool, touched: Touched, todo: list[Any]) -> None:
    """A function that is passed on will be called: one of C is not heard then."""
    owner = getattr(thing, "__self__", None)
    if isinstance(thing, partial):
        todo += [thing.func, *thing.args, *thing.keywords.values()]
    elif isinstance(owner, BOXES):
        touched.append((owner, None, thing.__name__ not in LOOKS))


_LOOKS = {
    Kind.ATOM: _see_nothing,
    Kind.TWIN: _see_nothing,
    Kind.TUPLE: _see_items,
    Kind.BOX: _see_box,
    Kind.STREAM: _see_below,
    Kind.VIEW: _see_below,
    Kind.OWN: _see_attributes,
    Kind.GENERATED: _see_attributes,
    Kind.CODE: _see_code,
}
