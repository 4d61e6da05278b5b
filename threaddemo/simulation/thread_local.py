"""The twin of `threading.local`."""

from __future__ import annotations

from typing import Any

from threaddemo.simulation.scheduler import Task
from threaddemo.simulation.twins import Simulated


class local(Simulated):  # noqa: N801 - so it is called
    """An object whose attributes are each thread's own.

    The dict of the thread that asks becomes that of the object, before anything is looked up.
    """

    __slots__ = ("_arguments", "_dicts")
    _arguments: tuple[tuple[Any, ...], dict[str, Any]]
    _dicts: dict[Task, dict[str, Any]]

    __hash__ = object.__hash__

    def __new__(cls, /, *args: Any, **kwargs: Any) -> local:
        if (args or kwargs) and cls.__init__ is object.__init__:
            raise TypeError("Initialization arguments are not supported")
        self = object.__new__(cls)
        object.__setattr__(self, "_arguments", (args, kwargs))
        # Who makes the object goes on to its __init__.
        object.__setattr__(self, "_dicts", {cls._scheduler.current: {}})
        return self

    def __getattribute__(self, name: str) -> Any:
        _own(self)
        return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: object) -> None:
        _writable(self, name)
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        _writable(self, name)
        object.__delattr__(self, name)


def _own(each: local) -> None:
    """Give it the attributes that are the current thread's."""
    dicts = object.__getattribute__(each, "_dicts")
    task = type(each)._scheduler.current
    fresh = task not in dicts
    object.__setattr__(each, "__dict__", dicts.setdefault(task, {}))
    if fresh:
        args, kwargs = object.__getattribute__(each, "_arguments")
        type(each).__init__(each, *args, **kwargs)


def _writable(each: local, name: str) -> None:
    if name == "__dict__":
        kind = type(each).__name__
        raise AttributeError(f"{kind!r} object attribute '__dict__' is read-only")
    _own(each)
