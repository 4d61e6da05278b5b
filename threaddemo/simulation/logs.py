"""A `logging` of the program's own: the standard library's code, run again on simulated modules.

So a program may configure it as it likes, times and names of threads are those of the run, and the
process's own logging hears nothing of it. Logging is no point at which a run may switch: its clock
announces nothing, and its locks are none, since nothing interrupts it.
"""

from __future__ import annotations

import builtins
import importlib.util
import time
import warnings
from collections.abc import Mapping
from functools import cache
from types import CodeType, ModuleType
from typing import Any, NoReturn

from threaddemo.simulation.scheduler import Scheduler
from threaddemo.simulation.twins import NoLock, gap


@cache
def _code() -> CodeType:
    loader: Any = importlib.util.find_spec("logging").loader  # type: ignore[union-attr]
    code: CodeType = loader.get_code("logging")
    return code


def logging_of(scheduler: Scheduler, twins: Mapping[str, ModuleType]) -> ModuleType:
    """Make a `logging` in which nothing is configured yet."""
    modules = _modules(scheduler, twins)

    def importer(name: str, *args: Any) -> ModuleType:
        return modules[name] if name in modules else builtins.__import__(name, *args)

    def no_file(*_: object, **__: object) -> NoReturn:
        gap("logging to a file")

    importer.is_librarys = True  # type: ignore[attr-defined]
    module = ModuleType("logging")
    own = {"__import__": importer, "open": no_file}
    module.__dict__["__builtins__"] = {**vars(builtins), **own}
    module.__file__ = _code().co_filename
    exec(_code(), module.__dict__)
    return module


def _modules(scheduler: Scheduler, twins: Mapping[str, ModuleType]) -> dict[str, ModuleType]:
    """What `logging` imports, and no more of it than it needs."""
    threading, system = twins["threading"], twins["os"]

    def seconds() -> float:
        # Beyond a doubt: 3.10 cuts off what 3.13 counts in whole nanoseconds.
        return scheduler.read_clock() + 1e-7

    def nanoseconds() -> int:
        return round(scheduler.read_clock() * 1e6) * 1000

    return {
        "threading": _module(
            "threading",
            RLock=NoLock,
            current_thread=threading.current_thread,
            get_ident=threading.get_ident,
        ),
        "time": _module(
            "time",
            **{"time": seconds, "time_ns": nanoseconds, "strftime": time.strftime},
            **{"localtime": time.gmtime, "gmtime": time.gmtime},
        ),
        "os": _module("os", path=system.path, fspath=system.fspath, getpid=system.getpid),
        "sys": _Sys(twins["sys"]),
        "warnings": _module("warnings", **vars(warnings)),
        "atexit": _module("atexit", register=lambda function: function),
    }


def _module(name: str, **members: object) -> ModuleType:
    module = ModuleType(name)
    module.__dict__.update(members)
    return module


class _Sys(ModuleType):
    """The program's `sys`, its streams and frames being those of the moment."""

    def __init__(self, twin: ModuleType) -> None:
        super().__init__("sys")
        self._twin = twin
        self.modules: dict[str, ModuleType] = {}

    def __getattr__(self, name: str) -> Any:
        import sys

        own = name in ("stdout", "stderr")
        return getattr(self.__dict__["_twin"] if own else sys, name)
