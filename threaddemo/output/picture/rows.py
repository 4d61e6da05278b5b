"""The rows of a run's picture, in words: what each thread is at, and what each queue holds.

Whoever draws them finds the signs, colours or patterns.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

from threaddemo.events.vocabulary import LEFT_OUT, Lane, Note, What

LONGEST_VALUE = 8  #: characters; a longer value is no label
MOMENT = 0.01  #: seconds; a wait of a thread that could go on is shorter, be it ten steps

State: TypeAlias = Literal[
    "not yet there",
    "not begun",
    "runs",
    "sleeps",
    "waits for a lock",
    "waits for the queue",
    "waits for a thread",
    "waits for an event",
    "waits for a condition",
    "waits at a barrier",
    "ended",
    "stopped where it stands",
    "blocked for ever",
]
STATES: dict[What, State] = {
    "create": "not begun",
    "run": "runs",
    "sleep": "sleeps",
    "wait for a lock": "waits for a lock",
    "wait for the queue": "waits for the queue",
    "wait for a thread": "waits for a thread",
    "wait for an event": "waits for an event",
    "wait for a condition": "waits for a condition",
    "wait for a barrier": "waits at a barrier",
    "end": "ended",
    "stop": "stopped where it stands",
    "block": "blocked for ever",
}


class Change(NamedTuple):
    """What is new in a row at an event: what is done there, and what follows it."""

    event: int
    """Which of the notes."""
    state: State
    holding: bool = False
    """Whether the thread holds a lock or a permit from here on."""
    deed: Literal["take", "drop", "read", "write"] | None = None
    value: str = ""
    """What is read or written."""


class Thread(NamedTuple):
    """A thread's row."""

    name: str
    changes: list[Change]


class Queue(NamedTuple):
    """A queue's row: the event, and how many it holds from there on."""

    name: str
    depths: list[tuple[int, int]]


def visible(notes: Sequence[Note]) -> list[Note]:
    """The notes that can be told apart: no wait that ended at once, no value that stays."""
    short = [note for note in notes if len(str(_accessed(note) or "")) <= LONGEST_VALUE]
    writes = Counter(note.thing for note in short if note.what == "write")
    told = [note for note in short if _accessed(note) is None or writes[note.thing] > 1]
    unseen: set[int] = set()
    for index, note in enumerate(told):
        if note.what.startswith("wait") and (resumed := _at_once(told, index)):
            unseen |= {index, resumed}
    return [note for index, note in enumerate(told) if index not in unseen]


def _accessed(note: Note) -> object:
    """The value that is read or written, if one is."""
    return note.value if note.what in ("read", "write") else None


def _at_once(notes: Sequence[Note], index: int) -> int:
    """Where a wait ended, if there was nothing to wait for; else 0.

    That is if no other thread did anything meanwhile, and there was no time for a time-out.
    """
    begin = notes[index]
    for later in range(index + 1, len(notes)):
        if notes[later].lane is not begin.lane or notes[later].time - begin.time > MOMENT:
            return 0
        if notes[later].what == "run":
            return later
    return 0


def rows(notes: Sequence[Note]) -> tuple[list[Thread], list[Queue]]:
    """A row for each thread in the order they came, and one for each queue."""
    threads: dict[Lane, _Row] = {}
    depths: dict[object, list[tuple[int, int]]] = {}
    holders: dict[object, list[_Row]] = {}
    for index, note in enumerate(notes):
        if note.what == "depth":
            depths.setdefault(note.thing, [(0, 0)]).append((index, int(str(note.value))))
            continue
        row = threads.setdefault(note.lane, _Row())
        if note.what == "take":
            holders.setdefault(note.thing, []).append(row)
            row.held += 1
            row.change(index, _deed(note, "take"))
        elif note.what == "drop":
            # Any thread may release a lock: then it is the taker that holds it no more.
            if held_by := holders.get(note.thing):  # a semaphore's permit may be nobody's
                holder = held_by.pop(held_by.index(row) if row in held_by else 0)
                holder.held -= 1
                holder.change(index)
            row.change(index, _deed(note, "drop"))
        elif note.what in ("read", "write"):
            row.change(index, note.what, str(note.value))
        else:
            row.state = STATES[note.what]
            row.change(index)
    return _named(threads), [
        Queue(_numbered(depths, at), one) for at, one in enumerate(depths.values())
    ]


def _deed(note: Note, deed: Literal["take", "drop"]) -> Literal["take", "drop"] | None:
    """What is done where it is noted, unless it was done before."""
    return None if note.value is LEFT_OUT else deed


class _Row:
    """A thread's row as it comes to be."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.state: State = "not yet there"
        self.held = 0

    def change(
        self,
        event: int,
        deed: Literal["take", "drop", "read", "write"] | None = None,
        value: str = "",
    ) -> None:
        if self.changes and self.changes[-1].event == event:
            self.changes.pop()
        self.changes.append(Change(event, self.state, self.held > 0, deed, value))


def _named(threads: dict[Lane, _Row]) -> list[Thread]:
    found: list[Thread] = []
    taken: set[str] = set()
    for lane, row in threads.items():
        name = lane.name
        while name in taken:  # two threads of one name are two rows
            name += "'"
        taken.add(name)
        found.append(Thread(name, row.changes))
    return found


def _numbered(queues: dict[object, list[tuple[int, int]]], number: int) -> str:
    return "in queue" if len(queues) == 1 else f"in queue {number}"
