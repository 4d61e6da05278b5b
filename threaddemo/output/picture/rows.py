"""The rows of a run's picture, in words: what each thread is at, who holds what, what queues hold.

Whoever draws them finds the signs, colours or patterns.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

from threaddemo.events.things import called
from threaddemo.events.vocabulary import Lane, Note, Thing, What

LONGEST_VALUE = 8  #: characters; a longer value is no label

State: TypeAlias = Literal[
    "not yet there",
    "not begun",
    "ready",
    "running",
    "sleeping",
    "waiting",
    "ended",
    "abandoned",
    "stuck",
]
STATES: dict[What, State] = {
    "create": "not begun",
    "begin": "running",
    "run": "running",
    "ready": "ready",
    "sleep": "sleeping",
    "wait": "waiting",
    "end": "ended",
    "abandoned": "abandoned",
    "stuck": "stuck",
}
#: What is done in passing, and drawn. A release may be one of what another thread has taken.
Deed: TypeAlias = Literal[
    "take", "release", "release another's", "read", "write", "put", "get", "set", "clear", "notify"
]
UNDRAWN = frozenset(["start", "join", "submit", "say"])
LOCKS = frozenset(["lock", "rlock", "semaphore"])


class Change(NamedTuple):
    """What is new in a row at an event: what is done there, and what follows it."""

    event: int
    """Which of the notes."""
    state: State
    on: Thing | None = None
    """What it waits for, or is stuck at."""
    holds: tuple[Thing, ...] = ()
    """The locks and permits that it has from here on."""
    deed: Deed | None = None
    value: str = ""
    """What is read or written, put or got."""


class Thread(NamedTuple):
    """A thread's row."""

    lane: Lane
    name: str
    changes: list[Change]


class Queue(NamedTuple):
    """A queue's row: the event, and how many messages it holds from there on."""

    thing: Thing
    name: str
    depths: list[tuple[int, int]]


class Lock(NamedTuple):
    """The row of a lock, or of permits: the event, and who has it from there on."""

    thing: Thing
    name: str
    holders: list[tuple[int, tuple[Lane, ...]]]


class Rows(NamedTuple):
    """All rows, each kind in the order in which they came to be."""

    threads: list[Thread]
    locks: list[Lock]
    queues: list[Queue]


def visible(notes: Sequence[Note]) -> list[Note]:
    """The notes that are drawn: of variables those that change, and whose values are short."""
    accesses = [note for note in notes if note.what in ("read", "write")]
    short = {note.thing for note in accesses} - {
        note.thing for note in accesses if len(note.value or "") > LONGEST_VALUE
    }
    writes = Counter(note.thing for note in accesses if note.what == "write")
    drawn = {thing for thing in short if writes[thing] > 1}
    hidden = {note.thing for note in accesses} - drawn
    return [note for note in notes if note.what not in UNDRAWN and note.thing not in hidden]


def rows(notes: Sequence[Note]) -> Rows:
    """A row for each thread in the order they came, for each lock, and for each queue."""
    found = _Found()
    for index, note in enumerate(notes):
        if note.what in STATES:
            found.row(note.lane).stand(index, note)
        elif note.what == "take":
            found.take(index, note)
        elif note.what == "release":
            found.release(index, note)
        elif note.what not in UNDRAWN and not note.was_before:
            found.row(note.lane).change(index, note.what, note.value or "")  # type: ignore[arg-type]
        if note.depth is not None and note.thing is not None:
            found.depths.setdefault(note.thing, []).append((index, note.depth))
    return found.rows()


class _Found:
    """The rows as they come to be."""

    def __init__(self) -> None:
        self.lanes: dict[Lane, _Row] = {}
        self.depths: dict[Thing, list[tuple[int, int]]] = {}
        self.holders: dict[Thing, list[Lane]] = {}
        self.held: dict[Thing, list[tuple[int, tuple[Lane, ...]]]] = {}

    def row(self, lane: Lane) -> "_Row":
        return self.lanes.setdefault(lane, _Row())

    def take(self, index: int, note: Note) -> None:
        assert note.thing is not None
        row = self.row(note.lane)
        row.holds.append(note.thing)
        row.change(index, None if note.was_before else "take")
        self.holders.setdefault(note.thing, []).append(note.lane)
        self._note_holders(index, note.thing)

    def release(self, index: int, note: Note) -> None:
        """Any thread may release a lock: then it is the taker that holds it no more."""
        assert note.thing is not None
        deed: Deed = "release"
        if holders := self.holders.get(note.thing):  # a semaphore's permit may be nobody's
            mine = note.lane in holders
            taker = holders.pop(holders.index(note.lane) if mine else 0)
            self.row(taker).holds.remove(note.thing)
            if not mine:
                deed = "release another's"
                self.row(taker).change(index)
        self.row(note.lane).change(index, None if note.was_before else deed)
        self._note_holders(index, note.thing)

    def _note_holders(self, index: int, thing: Thing) -> None:
        has = tuple(self.holders.get(thing, ()))
        self.held.setdefault(thing, []).append((index, has))

    def rows(self) -> Rows:
        names = called([*self.depths, *self.held])
        return Rows(
            [Thread(lane, name, self.lanes[lane].changes) for lane, name in named(self.lanes)],
            [Lock(thing, names[thing], held) for thing, held in self.held.items()],
            [Queue(thing, names[thing], depths) for thing, depths in self.depths.items()],
        )


class _Row:
    """A thread's row as it comes to be."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.state: State = "not yet there"
        self.on: Thing | None = None
        self.holds: list[Thing] = []

    def stand(self, index: int, note: Note) -> None:
        self.state = STATES[note.what]
        self.on = note.thing if note.what in ("wait", "stuck", "abandoned") else None
        self.change(index)

    def change(self, index: int, deed: Deed | None = None, value: str = "") -> None:
        if self.changes and self.changes[-1].event == index:
            self.changes.pop()
        now = Change(index, self.state, self.on, tuple(self.holds), deed, value)
        self.changes.append(now)


def named(lanes: "dict[Lane, _Row]") -> list[tuple[Lane, str]]:
    """Each lane's name; of two threads that have the same the second gets a stroke."""
    found: list[tuple[Lane, str]] = []
    taken: set[str] = set()
    for lane in lanes:
        name = lane.name
        while name in taken:
            name += "'"
        taken.add(name)
        found.append((lane, name))
    return found
