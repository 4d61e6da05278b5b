"""The picture of a run: a lane a thread, from left to right, in plain characters."""

import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence

from threaddemo import colors
from threaddemo.axis import TELLING, Columns, Mark
from threaddemo.recording import Event, Lane

DIGIT = 9  #: the deepest queue that one character tells
MOST_LANES = 40  #: more threads than that share one lane

STATES = {
    "create": "-",
    "run": "=",
    "sleep": "z",
    "wait for a lock": ".",
    "wait for the queue": ":",
    "wait for a thread": ",",
    "wait for an event": ";",
    "end": " ",
    "stop": "x",
    "block": "!",
}
HOLDING = {"=": "#", "z": "Z"}
LEGEND = {
    "-": "not begun",
    "=": "runs",
    "#": "runs, holding a lock",
    "z": "sleeps",
    "Z": "sleeps, holding a lock",
    ".": "waits for a lock",
    ":": "waits for the queue",
    ",": "waits for a thread",
    ";": "waits for an event",
    "[": "takes a lock",
    "]": "releases it",
    "R": "reads",
    "W": "writes",
    "x": "stopped where it stands",
    "!": "blocked for ever",
}


def draw(events: Sequence[Event], width: int, color: bool) -> str:
    """Draw what was recorded of a run, ``width`` columns wide.

    The picture is ASCII only, so that the same events give the same bytes everywhere.
    """
    events = _visible(events)
    rows = _rows(events)
    margin = max(map(len, rows)) + 2
    columns = Columns(events, max(width - margin - 1, 20))
    drawn = _together([(name, columns.lay(marks)) for name, marks in rows.items()])
    margin = max(len(name) for name, _ in drawn) + 2
    lines = [f"{'seconds':<{margin}}{columns.axis()}"]
    for name, cells in drawn:
        line = f"{name:<{margin}}{cells}".rstrip()
        lines.append(colors.paint(line, name) if color else line)
    used = set().union(*(cells for _, cells in drawn))
    notes = [f"{sign} {LEGEND[sign]}" for sign in LEGEND if sign in used]
    if any(event.what == "depth" for event in events):
        notes.append("0-9+ how many it holds")
    lines += ["", *_wrap([*notes, columns.scale()], width)]
    return "\n".join(lines) + "\n"


def _visible(events: Sequence[Event]) -> list[Event]:
    """The events that can be told apart: no wait that ended at once, no value that stays."""
    writes = Counter(event.thing for event in events if event.what == "write")
    told = [e for e in events if e.what not in ("read", "write") or writes[e.thing] > 1]
    unseen: set[int] = set()
    for index, event in enumerate(told):
        if event.what.startswith("wait") and (resumed := _at_once(told, index)):
            unseen |= {index, resumed}
    return [event for index, event in enumerate(told) if index not in unseen]


def _at_once(events: Sequence[Event], index: int) -> int:
    """Where a wait ended, if no other thread did anything meanwhile; else 0."""
    for later in range(index + 1, len(events)):
        if events[later].lane is not events[index].lane:
            return 0
        if events[later].what == "run":
            return later
    return 0


def _rows(events: Sequence[Event]) -> dict[str, list[Mark]]:
    """The marks of each row by its name: the threads in the order they came, then the queues."""
    threads: dict[Lane, _Thread] = {}
    queues: dict[object, list[Mark]] = {}
    holders: dict[object, list[_Thread]] = {}
    for index, event in enumerate(events):
        if event.what == "depth":
            depth = str(event.value) if int(str(event.value)) <= DIGIT else "+"
            queues.setdefault(event.thing, []).append(Mark(index, "", depth))
            continue
        thread = threads.setdefault(event.lane, _Thread())
        if event.what == "take":
            holders.setdefault(event.thing, []).append(thread)
            thread.hold(index, "[", +1)
        elif event.what == "drop":
            # Any thread may release a lock: then it is the taker that holds it no more.
            held_by = holders.get(event.thing) or [thread]
            holder = held_by.pop(held_by.index(thread) if thread in held_by else 0)
            holder.hold(index, "", -1)
            thread.mark(index, "]")
        elif event.what in ("read", "write"):
            thread.mark(index, f"{event.what[0].upper()}{event.value}")
        else:
            thread.turn(index, STATES[event.what])
    return _named(threads, queues)


class _Thread:
    """A thread's row as it comes to be."""

    def __init__(self) -> None:
        self.marks: list[Mark] = []
        self.state = " "
        self.held = 0

    def turn(self, index: int, state: str) -> None:
        self.state = state
        self.mark(index, "")

    def hold(self, index: int, label: str, change: int) -> None:
        self.held += change
        self.mark(index, label)

    def mark(self, index: int, label: str) -> None:
        state = HOLDING.get(self.state, self.state) if self.held > 0 else self.state
        if self.marks and self.marks[-1].event == index:
            self.marks.pop()
        self.marks.append(Mark(index, label, state))


def _named(threads: dict[Lane, _Thread], queues: dict[object, list[Mark]]) -> dict[str, list[Mark]]:
    rows: dict[str, list[Mark]] = {}
    for lane, thread in threads.items():
        name = lane.name
        while name in rows:  # two threads of one name are two rows
            name += "'"
        rows[name] = thread.marks
    for number, marks in enumerate(queues.values()):
        name = "in queue" if len(queues) == 1 else f"in queue {number}"
        rows[name] = [Mark(0, "", "0"), *marks]
    return rows


def _together(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The rows; where there are too many the last ones are one, in which the most telling shows."""
    if len(rows) <= MOST_LANES:
        return rows
    rest = [cells for _, cells in rows[MOST_LANES - 1 :]]
    cells = "".join(max(column, key=TELLING.find) for column in zip(*rest, strict=True))
    return [*rows[: MOST_LANES - 1], (f"{len(rest)} more", cells)]


def _wrap(notes: Iterable[str], width: int) -> list[str]:
    """Notes side by side, as many in a line as fit."""
    lines = [""]
    for note in notes:
        longer = f"{lines[-1]}   {note}" if lines[-1] else note
        if len(longer) < width:
            lines[-1] = longer
        else:
            lines += textwrap.wrap(note, width - 1)
    return lines
