"""The picture of a run in plain characters: a lane a thread, from left to right."""

import textwrap
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from threaddemo.events.vocabulary import SENTINEL, Lane, Note
from threaddemo.output import colors
from threaddemo.output.picture.columns import Columns, Need
from threaddemo.output.picture.rows import Change, Lock, Rows, Thread, rows, visible
from threaddemo.output.picture.signs import (
    DEEDS,
    FLIPS,
    HOLDING,
    LEGEND,
    NUMBERS,
    SEVERAL,
    STATES,
    TAKES,
    TELLING,
    WAITS,
)

DIGIT = 9  #: the greatest number that one character tells
LEAST = 20  #: columns that are drawn however narrow the terminal is
MOST_LANES = 40  #: more threads than that share one lane
MOST_LOCKS = 6  #: more locks than that have no rows
LONGEST_NAME = 24  #: characters


class Mark(NamedTuple):
    """What is new in a row at an event: a label, and the sign of the state that follows it."""

    event: int
    label: str
    state: str


class Other(NamedTuple):
    """A row that is nobody's."""

    name: str
    marks: list[Mark]
    is_count: bool
    """Whether it tells how many there are, or else who."""


class Style(NamedTuple):
    """What is told of what a thread does."""

    values: bool
    """What is read and written, put and got."""
    takes: bool
    """Where locks are taken and released; else their own rows show it, and how it goes on."""


#: From the one that needs most room to the one that needs least.
STYLES = (Style(True, True), Style(True, False), Style(False, True), Style(False, False))


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
    found = rows(seen)
    others = _others(found)
    names = [row.name for row in found.threads]
    margin = max(map(len, [*names, *(row.name for row in others), "seconds"])) + 2
    style, columns, marked = _styled(seen, found, max(width - margin - 1, LEAST))
    people = _together([(row.name, _lay(columns, marks)) for row, marks in marked])
    lines = [f"{'seconds':<{margin}}{columns.axis()}"]
    for name, cells in people:
        line = f"{name:<{margin}}{cells}".rstrip()
        lines.append(colors.paint(line, name) if color and name in names else line)
    things = [(row.name, _lay_thing(columns, row)) for row in others]
    lines += [f"{name:<{margin}}{cells}".rstrip() for name, cells in things]
    used = set().union(*(cells for _, cells in people))
    used |= {SEVERAL} & set().union(*(cells for _, cells in things))
    below = _legend(used, found)
    if left_out:
        below.append(f"({left_out:,} events in the middle are left out)")
    lines += ["", *_wrap([*below, _scale(columns, style)], width)]
    return "\n".join(lines) + "\n"


def _styled(
    notes: Sequence[Note], found: Rows, width: int
) -> tuple[Style, Columns, list[tuple[Thread, list[Mark]]]]:
    """The first way of drawing with enough room for what is done; else what is done is folded."""
    for style in STYLES:
        if not style.takes and not _has_lock_rows(found):
            continue  # then nothing else would show them
        marked = [(row, [_mark(change, style) for change in row.changes]) for row in found.threads]
        needs = _needs(notes, [marks for _, marks in marked])
        if sum(need.label for need in needs) <= width:
            break
    return style, Columns(needs, width), marked


def _needs(notes: Sequence[Note], threads: Iterable[Sequence[Mark]]) -> list[Need]:
    """The columns that each event needs: as many as its label, and one for what follows it."""
    labels, states = [0] * len(notes), [0] * len(notes)
    for marks in threads:
        for mark, following in pairwise([*marks, None]):
            assert mark is not None
            labels[mark.event] = max(labels[mark.event], len(mark.label))
            # What goes on by doing something at once shows that, and not both.
            at_once = following and following.label and following.event == mark.event + 1
            shown = mark.state not in " -" and not mark.label and not at_once
            states[mark.event] |= shown
    lanes = {notes[0].lane}  # of what stands in one column
    for number, (note, later) in enumerate(pairwise(notes), start=1):
        # What happens to others at the same time stands in the same column.
        if note.time == later.time and later.what in FLIPS and later.lane not in lanes:
            for needs in (labels, states):
                needs[number] = max(needs[number - 1 : number + 1])
                needs[number - 1] = 0
        else:
            lanes.clear()
        lanes.add(later.lane)
    return [Need(note.time, *need) for note, *need in zip(notes, labels, states, strict=True)]


def _mark(change: Change, style: Style) -> Mark:
    sign = STATES.get(change.state) or (WAITS[change.on.kind] if change.on else "t")
    if change.holds and change.state not in ("stuck", "abandoned"):
        sign = HOLDING.get(sign, sign.upper())
    value = "_" if change.value == SENTINEL else change.value
    label = f"{DEEDS[change.deed]}{value * style.values}" if change.deed else ""
    if change.deed in TAKES and not style.takes:
        label = ""
    return Mark(change.event, sign if sign in "x!" else label, sign)


def _lay(columns: Columns, marks: Sequence[Mark]) -> str:
    """A thread's cells: each state from its mark to the next one's."""
    if columns.folded:
        return _lay_folded(columns, marks)
    cells = [" "] * columns.width
    ends = [*(columns.starts[mark.event] for mark in marks[1:]), columns.width]
    for mark, end in zip(marks, ends, strict=True):
        start = columns.starts[mark.event]
        cells[start:end] = f"{mark.label}{mark.state * columns.width}"[: end - start]
    return "".join(cells)


def _lay_folded(columns: Columns, marks: Sequence[Mark]) -> str:
    """A thread's cells: what it does in each, or else the state that lasts longest there."""
    cells: list[dict[str, float]] = [{} for _ in range(columns.width)]
    deeds: list[set[str]] = [set() for _ in range(columns.width)]
    ends = [*(mark.event for mark in marks[1:]), len(columns.times) - 1]
    for mark, end in zip(marks, ends, strict=True):
        first, last = columns.starts[mark.event], columns.starts[end]
        deeds[first].update(mark.label[:1])
        length = columns.times[end] - columns.times[mark.event]
        for column in range(first, (columns.width if end == len(columns.times) - 1 else last + 1)):
            share = length / (last - first + 1)
            cells[column][mark.state] = cells[column].get(mark.state, 0.0) + share
    return "".join(map(_most_telling, deeds, cells))


def _most_telling(deeds: set[str], states: dict[str, float]) -> str:
    """What a cell shows that stands for several events."""
    for end in "x!":
        if end in states:
            return end
    if deeds:
        return deeds.pop() if len(deeds) == 1 else SEVERAL
    if not states:
        return " "
    return max(states, key=lambda state: (states[state], TELLING.find(state)))


def _others(found: Rows) -> list[Other]:
    """The rows that are nobody's: who has each lock, and what each queue holds."""
    result = []
    for lock in sorted(found.locks, key=_by_name) if _has_lock_rows(found) else ():
        is_count = lock.thing.kind == "semaphore"
        sign = _count if is_count else _holder
        marks = [Mark(event, "", sign(has)) for event, has in lock.holders]
        result.append(Other(_short(lock.name), marks, is_count))
    for queue in found.queues:
        name = "in queue" if len(found.queues) == 1 else f"in {queue.name}"
        marks = [Mark(event, "", _number(depth)) for event, depth in queue.depths]
        result.append(Other(_short(name), [Mark(0, "", "0"), *marks], True))
    return result


def _has_lock_rows(found: Rows) -> bool:
    return 0 < len(found.locks) <= MOST_LOCKS


def _by_name(lock: Lock) -> str:
    return lock.name


def _lay_thing(columns: Columns, row: Other) -> str:
    """The cells of what is nobody's: the most that there was in each, or that it was several's."""
    found: list[set[str]] = [set() for _ in range(columns.width)]
    ends = [*(columns.starts[mark.event] for mark in row.marks[1:]), columns.width]
    for mark, end in zip(row.marks, ends, strict=True):
        start = min(columns.starts[mark.event], columns.width - 1)
        for column in range(start, max(end, start + 1)):
            found[column].add(mark.state)
    if row.is_count:
        return "".join(max(signs, key=NUMBERS.find, default=" ") for signs in found)
    return "".join(SEVERAL if len(signs) > 1 else (*signs, " ")[0] for signs in found)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 2]}.."


def _number(number: int) -> str:
    return str(number) if number <= DIGIT else "+"


def _count(lanes: tuple[Lane, ...]) -> str:
    return _number(len(lanes))


def _holder(lanes: tuple[Lane, ...]) -> str:
    """One character for who has a lock: the last digit of the name, or else its first letter."""
    if not lanes:
        return " "
    name = lanes[-1].name
    sign = name[-1:] if name[-1:].isdigit() else name[:1]
    return sign if sign.isascii() and sign.isprintable() and sign != " " else "?"


def _legend(used: set[str], found: Rows) -> list[str]:
    """What the signs mean that occur."""
    kinds = {"permit" if lock.thing.kind == "semaphore" else "lock" for lock in found.locks}
    it = " or ".join(f"a {kind}" for kind in sorted(kinds))
    notes = [f"{sign} {LEGEND[sign].format(it=it)}" for sign in LEGEND if sign in used]
    if found.queues:
        notes.append("0-9+ how many it holds")
    return notes


def _scale(columns: Columns, style: Style) -> str:
    """How the columns are to be read."""
    if columns.folded:
        events = f"{len(columns.times):,} events in {columns.width} columns"
        return f"(folded: {events}; what is done shows, or what lasts longest)"
    values = "" if style.values else "; no room for values"
    if columns.crowded:
        values += "; what is short is left out"
    return f"(time is to scale where there is room{values})"


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
