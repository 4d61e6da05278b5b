"""The picture of a run in plain characters: a lane a thread, from left to right."""

import textwrap
from collections.abc import Iterable, Sequence

from threaddemo.events.vocabulary import Note
from threaddemo.output import colors
from threaddemo.output.picture.columns import Columns, Mark
from threaddemo.output.picture.rows import Change, State, rows, visible

DIGIT = 9  #: the deepest queue that one character tells
LEAST = 20  #: columns that are drawn however narrow the terminal is
MOST_LANES = 40  #: more threads than that share one lane
TELLING = " -,;&?z:.=Z#x!"  #: from the least telling sign to the most, where several share a column

SIGNS: dict[State, str] = {
    "not yet there": " ",
    "not begun": "-",
    "runs": "=",
    "sleeps": "z",
    "waits for a lock": ".",
    "waits for the queue": ":",
    "waits for a thread": ",",
    "waits for an event": ";",
    "waits for a condition": "?",
    "waits at a barrier": "&",
    "ended": " ",
    "stopped where it stands": "x",
    "blocked for ever": "!",
}
HOLDING = {"=": "#", "z": "Z"}
DEEDS = {"take": "[", "drop": "]", "read": "R", "write": "W"}
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
    "?": "waits for a condition",
    "&": "waits at a barrier",
    "[": "takes a lock",
    "]": "releases it",
    "R": "reads",
    "W": "writes",
    "x": "stopped where it stands",
    "!": "blocked for ever",
}


def draw(notes: Sequence[Note], width: int, color: bool, left_out: int = 0) -> str:
    """Draw what was noted of a run.

    The picture is ASCII only, so that the same notes give the same bytes everywhere.

    Args:
        notes: what is drawn.
        width: how many columns there are.
        color: whether each thread has its own.
        left_out: how many notes in the middle of the run were not kept.
    """
    seen = visible(notes)
    threads, queues = rows(seen)
    named = [(thread.name, list(map(_mark, thread.changes))) for thread in threads]
    named += [(queue.name, [_depth(*depth) for depth in queue.depths]) for queue in queues]
    margin = max(len(name) for name, _ in named) + 2
    people = {thread.name for thread in threads}
    columns = Columns(seen, max(width - margin - 1, LEAST), TELLING)
    drawn = _together([(name, columns.lay(marks)) for name, marks in named])
    margin = max(len(name) for name, _ in drawn) + 2
    lines = [f"{'seconds':<{margin}}{columns.axis()}"]
    for name, cells in drawn:
        line = f"{name:<{margin}}{cells}".rstrip()
        # A queue is nobody, nor are the many that share one lane.
        lines.append(colors.paint(line, name) if color and name in people else line)
    used = set().union(*(cells for _, cells in drawn))
    notes_below = [f"{sign} {LEGEND[sign]}" for sign in LEGEND if sign in used]
    if queues:
        notes_below.append("0-9+ how many it holds")
    if left_out:
        notes_below.append(f"({left_out:,} events in the middle are left out)")
    lines += ["", *_wrap([*notes_below, columns.scale()], width)]
    return "\n".join(lines) + "\n"


def _mark(change: Change) -> Mark:
    state = SIGNS[change.state]
    label = f"{DEEDS[change.deed]}{change.value}" if change.deed else ""
    return Mark(change.event, label, HOLDING.get(state, state) if change.holding else state)


def _depth(event: int, depth: int) -> Mark:
    return Mark(event, "", str(depth) if depth <= DIGIT else "+")


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
            lines += textwrap.wrap(note, max(width - 1, LEAST))
    return lines
