"""The twins of what a program asks of its machine: `sys`, `os`, `atexit`, `argparse`.

They answer the same on every machine, or only look.
"""

from __future__ import annotations

import argparse
import atexit
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from threaddemo.simulation.scheduler import Scheduler
from threaddemo.simulation.threads import PROCESS
from threaddemo.simulation.twins import Twin

#: The CPUs of the simulated machine.
CPUS = 4
#: What `sys` has and merely tells of the interpreter, or does to the current thread alone.
SYS = """argv byteorder exc_info executable exit flags float_info float_repr_style
getdefaultencoding getfilesystemencoding getrecursionlimit getrefcount getsizeof hash_info
hexversion implementation int_info intern maxsize maxunicode orig_argv path platform prefix
thread_info version version_info warnoptions""".split()  # noqa: SIM905
#: What `os` has and only looks at, or calculates.
OS = """PathLike altsep curdir devnull extsep fsdecode fsencode fspath getcwd get_terminal_size
linesep name pardir path pathsep sep strerror""".split()  # noqa: SIM905


def machine(scheduler: Scheduler) -> list[Twin]:
    """The modules that know of more than the program."""
    system = _sys()
    return [system, _os(), _atexit(scheduler), _argparse(system)]


STREAMS = "stdout", "stderr"


class _Sys(Twin):
    """The twin of `sys`, whose streams are those of the real one: so they are those of `print`."""

    def __getattr__(self, name: str) -> Any:
        if name in STREAMS:
            return getattr(sys, name)
        if (called := name.strip("_")) in STREAMS:  # the program's first one
            return self.__dict__.get("_replaced", {}).get(called, getattr(sys, called))
        return super().__getattr__(name)

    def __setattr__(self, name: str, value: object) -> None:
        if name in STREAMS:
            self.__dict__.setdefault("_replaced", {}).setdefault(name, getattr(sys, name))
            setattr(sys, name, value)
        else:
            super().__setattr__(name, value)

    def restore(self) -> None:
        """As any twin; and the streams are those that were there before."""
        super().restore()
        for name, stream in self.__dict__.pop("_replaced", {}).items():
            setattr(sys, name, stream)


def _sys() -> Twin:
    members = {name: getattr(sys, name) for name in SYS if hasattr(sys, name)}
    ignored = "setrecursionlimit", "setswitchinterval"
    switches = {name: lambda _: None for name in ignored} | {"getswitchinterval": lambda: 0.005}
    twin = _Sys("sys", sys, **members | switches)
    twin.provide(argv=["program"], excepthook=sys.__excepthook__)
    return twin


def _os() -> Twin:
    def getenv(key: str, default: str | None = None) -> Any:
        return twin.environ.get(key, default)

    members = {name: getattr(os, name) for name in OS if hasattr(os, name)}
    counts = dict.fromkeys(("cpu_count", "process_cpu_count"), lambda: CPUS)
    pids = {"getpid": lambda: PROCESS, "getppid": lambda: 1}
    environ = dict(os.environ)
    twin = Twin("os", os, **members | counts | pids, environ=environ, getenv=getenv)
    return twin


def _atexit(scheduler: Scheduler) -> Twin:
    def register(func: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Callable[..., Any]:
        scheduler.world.exits.append(partial(func, *args, **kwargs))
        return func

    def unregister(func: Callable[..., Any], /) -> None:
        exits = scheduler.world.exits
        exits[:] = [call for call in exits if getattr(call, "func", None) != func]

    return Twin("atexit", atexit, register=register, unregister=unregister)


def _argparse(system: Any) -> Twin:
    class ArgumentParser(argparse.ArgumentParser):
        def __init__(self, prog: str | None = None, *args: Any, **kwargs: Any) -> None:
            super().__init__(prog or os.path.basename(system.argv[0]), *args, **kwargs)

        def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
            return super().parse_known_args(system.argv[1:] if args is None else args, namespace)

    members = {name: getattr(argparse, name) for name in argparse.__all__}
    return Twin("argparse", argparse, **members | {"ArgumentParser": ArgumentParser})
