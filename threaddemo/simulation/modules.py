"""All the simulated modules of one simulator, by name."""

from __future__ import annotations

import concurrent.futures
import queue
import random
import sys
import threading
from collections.abc import Callable
from typing import Any

from threaddemo.simulation import futures, locks, meetings, pools, queues, thread_local, threads
from threaddemo.simulation.clocks import time_twin
from threaddemo.simulation.generators import random_twin
from threaddemo.simulation.scheduler import Scheduler
from threaddemo.simulation.twins import Twin, bind


def modules(scheduler: Scheduler, generator: random.Random, script: bool) -> dict[str, Twin]:
    """The modules of a simulation; a script gets those that a lesson has no use for, too."""
    kin: dict[str, Any] = {}
    twins = [
        _threading(scheduler, kin),
        _queue(scheduler, kin),
        _futures(scheduler, kin),
        time_twin(scheduler),
        random_twin(scheduler, generator),
    ]
    if script:
        from threaddemo.simulation.calendars import calendars
        from threaddemo.simulation.machine import machine

        twins += [*calendars(scheduler), *machine(scheduler)]
    named = {twin.__name__: twin for twin in twins}
    kin["hook"] = _hooks(named)
    return named


def _threading(scheduler: Scheduler, kin: dict[str, Any]) -> Twin:
    primitives = locks.Lock, locks.RLock, locks.Semaphore, locks.BoundedSemaphore
    meeting = meetings.Event, meetings.Condition, meetings.Barrier
    kinds = threads.Thread, threads.Timer, thread_local.local
    shared = bind(scheduler, kin, "threading", *primitives, *meeting, *kinds)
    own = threads.functions(scheduler)
    return Twin("threading", threading, **shared, **own, excepthook=threads.excepthook)


def _queue(scheduler: Scheduler, kin: dict[str, Any]) -> Twin:
    kinds = queues.Queue, queues.LifoQueue, queues.PriorityQueue, queues.SimpleQueue
    bind(scheduler, kin, "queue", queues.Inner)
    members = bind(scheduler, kin, "queue", *kinds)
    return Twin("queue", queue, **members, ShutDown=queues.SHUT_DOWN)


def _futures(scheduler: Scheduler, kin: dict[str, Any]) -> Twin:
    name = "concurrent.futures"
    bind(scheduler, kin, name, pools.Worker)
    members = bind(scheduler, kin, name, futures.Future, pools.ThreadPoolExecutor)
    members |= futures.functions(scheduler)
    return Twin(name, concurrent.futures, **members, Executor=concurrent.futures.Executor)


def _hooks(twins: dict[str, Twin]) -> Callable[[bool], Any]:
    """Finds the excepthook that the program has set, for Main or for another thread."""

    def own(is_main: bool) -> Any:
        module = twins.get("sys" if is_main else "threading")
        hook = vars(module).get("excepthook") if module else None
        return None if hook in (None, sys.__excepthook__, threads.excepthook) else hook

    return own
