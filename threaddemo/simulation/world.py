"""What one run has besides its tasks: what an interpreter keeps for one process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, NamedTuple


class Uncaught(NamedTuple):
    """An exception that ended a thread, while the others went on.

    It is `handled` if the program has an excepthook of its own, which was told of it.
    """

    thread: str
    error: BaseException
    handled: bool = False


@dataclass
class World:
    """The state that the twins of one run share; the next run has another."""

    #: Whether the first exception that leaves a thread or a call in a pool ends the run.
    strict: bool = True
    #: That of the random numbers.
    seed: int = 0
    #: Exceptions that ended a thread.
    errors: list[Uncaught] = field(default_factory=list)
    #: Futures that keep an exception.
    failed: list[Any] = field(default_factory=list)
    #: What Main gave to `sys.exit`.
    exit: object = None
    #: Whether Main has come to its end: then pools take no more calls.
    closing: bool = False
    pools: list[Any] = field(default_factory=list)
    #: What `atexit` is to call.
    exits: list[Callable[[], object]] = field(default_factory=list)
    # No number comes from the process, its memory or its clock: each run has its own.
    thread_names: count[int] = field(default_factory=lambda: count(1))
    pool_names: count[int] = field(default_factory=count)
    hashes: count[int] = field(default_factory=count)
    completions: count[int] = field(default_factory=count)
    generators: count[int] = field(default_factory=count)
