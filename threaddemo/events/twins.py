"""Recording twins: the modules that a program imports, noting what each thread does.

They lie over the real modules or over simulated ones; the program is loaded with them and does not
know. Their classes are derived from those below them, and leave all that is to be done to them.
"""

from __future__ import annotations

import concurrent.futures
import queue
import random
import threading
import time
from collections.abc import Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any

from threaddemo.events.futures import futures
from threaddemo.events.labels import label
from threaddemo.events.locks import held
from threaddemo.events.meetings import barrier, condition, event
from threaddemo.events.queues import queues
from threaddemo.events.threads import thread, timer

if TYPE_CHECKING:
    from threaddemo.events.recorder import Recorder

REAL: Mapping[str, ModuleType] = {
    "threading": threading,
    "time": time,
    "queue": queue,
    "random": random,
    "concurrent.futures": concurrent.futures,
}


def recording(base: Mapping[str, ModuleType], recorder: Recorder) -> dict[str, ModuleType]:
    """The modules by name: those of ``base``, where there is something to note by way of a twin."""
    own = {
        "threading": _threading(base["threading"], recorder),
        "time": _time(base["time"], recorder),
        "queue": queues(base["queue"], recorder),
        "concurrent.futures": futures(base["concurrent.futures"], recorder),
    }
    return {**base, **{name: Module(base[name], members) for name, members in own.items()}}


class Module(ModuleType):
    """A module that has some names of its own; the others are those of the one below it."""

    def __init__(self, base: ModuleType, own: Mapping[str, Any]) -> None:
        super().__init__(base.__name__)
        self.__dict__.update(own, _base=base)
        for member in own.values():  # a class says where it is from: there
            member.__module__, member.__qualname__ = base.__name__, member.__name__

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_base"], name)

    def __setattr__(self, name: str, value: object) -> None:
        """Set a name where it is looked for: `threading.excepthook` is the base's."""
        own = name in self.__dict__ or "_base" not in self.__dict__
        super().__setattr__(name, value) if own else setattr(self._base, name, value)


def _threading(base: Any, recorder: Recorder) -> dict[str, Any]:
    holding = held(base, recorder)
    recorded_thread, recorded_event = thread(base, recorder), event(base, recorder)
    return {
        **holding,
        "Thread": recorded_thread,
        "Timer": timer(base, recorder, recorded_thread, recorded_event),
        "Event": recorded_event,
        "Condition": condition(base, recorder, holding["RLock"]),
        "Barrier": barrier(base, recorder),
    }


def _time(base: Any, recorder: Recorder) -> dict[str, Any]:
    def sleep(seconds: float, /) -> None:
        with recorder.waiting(value=label(seconds)):
            base.sleep(seconds)

    return {"sleep": sleep}
