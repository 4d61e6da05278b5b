"""A program as if freshly loaded for every run, without loading it for every run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from operator import is_
from types import (
    CellType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    ModuleType,
)
from typing import Any, NamedTuple

from threaddemo.program import Program


class Copies:
    """A program's module, in which no run has left anything.

    Running a module's code takes longer than many a run of it. So the last module is given out
    again if it can't have changed: all it holds are values that never change, and every name in
    it is still bound to what it was bound to. A list, a counter or a cache makes it load again.
    The same goes for the modules beside it, which are loaded with it.

    Args:
        load: makes a module.
        unheard: what to load it in, such as `Simulator.unheard`: what depends on whether the module
            is loaded again must not be a part of the run.
    """

    def __init__(
        self,
        load: Callable[[], ModuleType],
        unheard: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self._load = load
        self._unheard = unheard
        self._module: ModuleType | None = None
        self._scopes: list[_Scope] = []

    def fresh(self) -> ModuleType:
        """A module as it was when it had just been loaded."""
        unchanged = self._scopes and all(map(_is_as_it_was, self._scopes))
        if self._module is None or not unchanged:
            with self._unheard():
                self._module = self._load()
            self._scopes = _scopes(self._module)
        return self._module


class _Scope(NamedTuple):
    """Names that can be bound again: a module's, a class's, a function's own or its closure's."""

    names: Callable[[], Iterable[object]]
    values: Callable[[], Iterable[object]]
    then: tuple[tuple[object, ...], tuple[object, ...]]


#: What never changes, or is shared by all copies anyway. A tuple is one of them if its items are.
UNCHANGING = (
    *(type(None), bool, int, float, complex, str, bytes, frozenset, type, ModuleType),
    *(FunctionType, GetSetDescriptorType, MemberDescriptorType, type(vars(_Scope)["names"])),
)


def _scope(names: Callable[[], Iterable[object]], values: Callable[[], Iterable[object]]) -> _Scope:
    return _Scope(names, values, (tuple(names()), tuple(values())))


def _is_as_it_was(scope: _Scope) -> bool:
    names, values = scope.then
    return tuple(scope.names()) == names and all(map(is_, tuple(scope.values()), values))


def _scopes(module: ModuleType) -> list[_Scope]:
    """All the scopes of a module, and of those beside it.

    There are none if something in them can change without being bound again.
    """
    beside = Program.neighbours(module)  # which can become more
    found = [_scope(beside.keys, beside.values)]
    owners: list[Any] = [module, *beside.values()]
    names = {owner.__name__ for owner in owners}
    for owner in owners:  # which grows on the way
        found.append(_scope(vars(owner).keys, vars(owner).values))
        if isinstance(owner, FunctionType):
            found.append(_scope(tuple, partial(_contents, owner.__closure__ or ())))
        for value in _held(owner):
            if not _never_changes(value):
                return []
            if _is_code_of(value, names) and not any(value is other for other in owners):
                owners.append(value)
    return found


def _contents(cells: Iterable[CellType]) -> list[object]:
    return [cell.cell_contents for cell in cells]


def _held(owner: Any) -> Iterable[object]:
    """The values in a module, class or function; of properties and the like their functions."""
    for name, value in vars(owner).items():
        if isinstance(value, property):
            yield from (value.fget, value.fset, value.fdel)
        elif isinstance(value, (classmethod, staticmethod)):
            yield value.__func__
        elif not _is_metadata(name):
            yield value
    if isinstance(owner, FunctionType):
        yield from owner.__defaults__ or ()
        yield from (owner.__kwdefaults__ or {}).values()
        yield from _contents(owner.__closure__ or ())


def _is_metadata(name: str) -> bool:
    """Whether a name is Python's own, such as __annotations__, or a named tuple's."""
    return (name.startswith("__") and name.endswith("__")) or name == "_field_defaults"


def _is_code_of(value: object, modules: Collection[str]) -> bool:
    is_code = isinstance(value, (type, FunctionType))
    return is_code and getattr(value, "__module__", None) in modules


def _never_changes(value: object) -> bool:
    if isinstance(value, tuple):
        return all(map(_never_changes, value))
    return isinstance(value, UNCHANGING)
