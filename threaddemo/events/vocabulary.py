"""The vocabulary of events: what a thread can be said to do, when, with what, and where."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

#: What a thread is at from then on. It is created, and begins; it runs, is ready (it could go on,
#: and another runs), sleeps, waits; it ends. Where its run ends before it does, it is abandoned, as
#: daemons are, or stuck: it waits for what does not come.
State: TypeAlias = Literal[
    "create", "begin", "run", "ready", "sleep", "wait", "end", "abandoned", "stuck"
]
#: What a thread does in passing. It takes and releases a lock or a permit, reads and writes a
#: variable, puts an item into a queue and gets one out; sets and clears an event, notifies who
#: waits for a condition; starts and joins a thread, submits a task; says a line of the log.
Deed: TypeAlias = Literal[
    "take",
    "release",
    "read",
    "write",
    "put",
    "get",
    "set",
    "clear",
    "notify",
    "start",
    "join",
    "submit",
    "say",
]
What: TypeAlias = State | Deed
#: What it does that with.
Kind: TypeAlias = Literal[
    "lock",
    "rlock",
    "semaphore",
    "queue",
    "event",
    "condition",
    "barrier",
    "thread",
    "pool",
    "future",
    "variable",
]

STATES: frozenset[What] = frozenset(
    ["create", "begin", "run", "ready", "sleep", "wait", "end", "abandoned", "stuck"]
)
#: How a program calls what is put into a queue, or written, and is no message.
SENTINEL = "SENTINEL"


class Lane:
    """One thread of the program, or one task of its pool."""

    def __init__(self, name: str, daemon: bool = False) -> None:
        self.name = name
        self.daemon = daemon
        self.place: Place | None = None
        """The line of the program that it has come to, as far as it was looked at."""


class Place(NamedTuple):
    """A line of the program."""

    file: str
    line: int


class Thing:
    """What threads share: a lock, a queue, a variable.

    Args:
        kind: what it is.
        name: what the program calls it; empty as long as nobody knows.
        attribute: of a variable: how its object calls it.
    """

    def __init__(self, kind: Kind, name: str = "", attribute: str = "") -> None:
        self.kind = kind
        self.name = name
        self.attribute = attribute
        self.lane: Lane | None = None
        """Of a thread, or of a task: its own lane, by whose name it goes."""
        self.sentinels = 0
        """How many of the items in a queue are no messages."""
        self.limit = 0
        """How many items it has room for, if that is bounded."""


class Note(NamedTuple):
    """What a lane did, when (seconds since the run began), what with, and where."""

    time: float
    lane: Lane
    what: What
    thing: Thing | None = None
    value: str | None = None
    """What is read or written, put or got; how many are notified; a log's line. Of a sleep the
    seconds, of a wait for a queue what for: to put, get or join."""
    place: Place | None = None
    depth: int | None = None
    """How many messages the queue holds from here on."""
    preempts: Lane | None = None
    """Who could have gone on, and was interrupted."""
    level: str | None = None
    """Of a line of the log."""
    was_before: bool = False
    """Whether it was not done here, but before: among notes that are left out."""
