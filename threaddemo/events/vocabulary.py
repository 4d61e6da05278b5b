"""The vocabulary of events: what a thread can be said to do."""

from typing import Literal, NamedTuple, TypeAlias

#: A thread is created, runs, waits, and ends; or it is stopped where it stands, as daemons are, or
#: blocked for ever. It takes and drops a lock or a permit; it reads and writes an attribute.
#: A queue has another depth.
What: TypeAlias = Literal[
    "create",
    "run",
    "sleep",
    "wait for a lock",
    "wait for the queue",
    "wait for a thread",
    "wait for an event",
    "wait for a condition",
    "wait for a barrier",
    "take",
    "drop",
    "read",
    "write",
    "depth",
    "end",
    "stop",
    "block",
]


#: The value of what was not done where it is noted, but before: in notes that were left out.
LEFT_OUT = object()


class Lane:
    """One thread of the program, or one task of its pool."""

    def __init__(self, name: str) -> None:
        self.name = name


class Note(NamedTuple):
    """What a lane did, when (seconds since the run began), and what it did it with."""

    time: float
    lane: Lane
    what: What
    thing: object = None
    value: object = None
