"""Many hand-overs between threads are much faster on one CPU than on several."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def one_cpu() -> Iterator[None]:
    """Pin the process to one of its CPUs for the length of the block.

    There, a thread that is woken should not preempt the one that wakes it, before that has parked:
    to the system, the process is a batch job meanwhile.
    """
    if not hasattr(os, "sched_getaffinity"):
        yield
        return
    cpus, policy = os.sched_getaffinity(0), os.sched_getscheduler(0)
    batch = os.SCHED_BATCH if policy == os.SCHED_OTHER else policy
    try:
        _pin({sorted(cpus)[os.getpid() % len(cpus)]}, batch)
        yield
    finally:
        _pin(cpus, policy)


def _pin(cpus: set[int], policy: int) -> None:
    for thread in threading.enumerate():
        # A thread may have ended meanwhile, or the system refuse: only speed is lost.
        with suppress(OSError):
            os.sched_setaffinity(thread.native_id or 0, cpus)
            if policy != os.sched_getscheduler(thread.native_id or 0):
                os.sched_setscheduler(thread.native_id or 0, policy, os.sched_param(0))
