"""What one run has besides its tasks: what an interpreter keeps for one process."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any, NamedTuple


class Uncaught(NamedTuple):
    """An exception that ended a thread, while the others went on.

    It is `handled` if the program has an excepthook of its own, which was told of it.
    """

    thread: str
    error: BaseException
    handled: bool = False


class World:
    """The state that the twins of one run share; the next run has another."""

    def __init__(self) -> None:
        #: Whether the first exception that leaves a thread or a call in a pool ends the run.
        self.strict = True
        #: That of the random numbers.
        self.seed = 0
        #: Exceptions that ended a thread, and who hears of each at once.
        self.errors: list[Uncaught] = []
        self.tell: Callable[[Uncaught], object] = lambda _: None
        #: Futures that keep an exception.
        self.failed: list[Any] = []
        #: What Main gave to `sys.exit`.
        self.exit: object = None
        #: Whether Main has come to its end: then pools take no more calls.
        self.closing = False
        self.pools: list[Any] = []
        #: What `atexit` is to call.
        self.exits: list[Callable[[], object]] = []
        # No number comes from the process, its memory or its clock: each run has its own.
        self.thread_names, self.pool_names = count(1), count()
        self.hashes, self.completions, self.generators = count(), count(), count()

    def uncaught(self, error: Uncaught) -> None:
        """Note an exception that ended a thread."""
        self.errors.append(error)
        self.tell(error)
