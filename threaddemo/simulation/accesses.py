"""Watches the attributes of a program's own objects: who listens hears of each read and write."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, Literal, TypeAlias

#: Hears of an access: "read" or "write", the object, the attribute's name, and its value.
Listener: TypeAlias = Callable[[Literal["read", "write"], object, str, object], None]


def watch(module: ModuleType, heard: Listener) -> None:
    """Tell `heard` of what is read and written in the public attributes of the module's classes.

    That is: of the classes made there that inherit from none but `object`. It is told after the
    access, by the thread that makes it.
    """
    for cls in vars(module).values():
        own = isinstance(cls, type) and cls.__module__ == module.__name__
        if own:
            watch_class(cls, heard)


def watch_class(cls: Any, heard: Listener) -> None:
    """Tell `heard` of the public attributes of a class's objects, if it inherits from none."""
    if cls.__bases__ != (object,):
        return

    def read(self: object, name: str) -> object:
        value = object.__getattribute__(self, name)
        if not name.startswith("_") and name in object.__getattribute__(self, "__dict__"):
            heard("read", self, name, value)
        return value

    def write(self: object, name: str, value: object) -> None:
        object.__setattr__(self, name, value)
        if not name.startswith("_"):
            heard("write", self, name, value)

    cls.__getattribute__, cls.__setattr__ = read, write
