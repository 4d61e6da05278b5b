"""Many hand-overs between threads are much faster on one CPU than on several."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def one_cpu() -> Iterator[None]:
    """Pin the process to one of its CPUs for the length of the block."""
    if not hasattr(os, "sched_getaffinity"):
        yield
        return
    cpus = os.sched_getaffinity(0)
    try:
        _pin({sorted(cpus)[os.getpid() % len(cpus)]})
        yield
    finally:
        _pin(cpus)


def _pin(cpus: set[int]) -> None:
    for thread in threading.enumerate():
        # A thread may have ended meanwhile, or the system refuse: only speed is lost.
        with suppress(OSError):
            os.sched_setaffinity(thread.native_id or 0, cpus)
