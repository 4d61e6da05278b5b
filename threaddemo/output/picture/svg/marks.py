"""What threads do, as marks on their lanes, with values; and what goes from lane to lane."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from threaddemo.events import vocabulary
from threaddemo.events.vocabulary import SENTINEL, Note
from threaddemo.output.picture.rows import Thread
from threaddemo.output.picture.svg.look import glyph
from threaddemo.output.picture.svg.markup import cut, number, tag, width
from threaddemo.output.picture.svg.sheet import Lane, Sheet

APART = 9.0  #: pixels between two marks; those that are closer are one
CALM = 32.0  #: the same where there are many, so that their numbers have room
CROWD = 24  #: marks closer together than that mean that there are many
SPELLED = 3  #: marks in one whose values are told
LONGEST_VALUE = 10  #: letters
#: What a deed looks like, and the letter for it where several are one mark.
DEEDS = {
    "read": ("circle", "R"),
    "write": ("dot", "W"),
    "put": ("up", ">"),
    "get": ("down", "<"),
    "set": ("diamond", "^"),
    "clear": ("diamond hollow", "v"),
    "notify": ("diamond", "^"),
}
CLOSE = 4.5  #: pixels between two lines
TIMES = "\N{MULTIPLICATION SIGN}"
SEVERAL = "several"
LET_GO = "let go"  #: what to set a barrier means
MOST_LINES = 40  #: from threads that are preempted; of more none has a line

End: TypeAlias = tuple[int, vocabulary.Lane]
"""Where a line from lane to lane ends: the event, and whose lane."""


class Mark(NamedTuple):
    """Something that is done: which event, and where."""

    event: int
    x: float


class Label(NamedTuple):
    """Words above a lane; the more urgent ones get their room first."""

    urgency: int
    x: float
    words: str
    style: str


def marks_of(sheet: Sheet, rows: Iterable[Thread]) -> list[Mark]:
    """What some threads do that is drawn: to read or write what keeps its value is no news."""
    events = sorted(change.event for row in rows for change in row.changes if change.deed in DEEDS)
    return [Mark(event, sheet.x(event)) for event in events if _is_news(sheet, event)]


def _is_news(sheet: Sheet, event: int) -> bool:
    note = sheet.notes[event]
    return note.what not in ("read", "write") or note.thing in sheet.changing


def mark(sheet: Sheet, marks: Sequence[Mark], place: Lane, is_low: bool) -> None:
    """Draw the marks of a lane."""
    labels = []
    for group in _grouped(marks):
        middle = (group[0].x + group[-1].x) / 2
        sheet.marks.append(glyph(_kind(sheet, group), middle, place.middle))
        if label := _label(sheet, group, middle):
            labels.append(label)
    if is_low:
        sheet.silent |= bool(labels)
        return
    taken: list[tuple[float, float]] = []
    for label in sorted(labels):
        wide = width(label.words) + 4
        begin = min(label.x - 4, sheet.scale.end - wide)
        if any(begin < right and left < begin + wide for left, right in taken):
            sheet.silent = True
            continue
        taken.append((begin, begin + wide))
        sheet.write(label.words, label.style, begin, place.y - 3)


def _grouped(marks: Sequence[Mark]) -> Iterator[list[Mark]]:
    """The marks; those that are too close together as one."""
    apart = APART
    if len(marks) > CROWD and (marks[-1].x - marks[0].x) / len(marks) < APART:
        apart = CALM
    group: list[Mark] = []
    for one in marks:
        if group and one.x - group[0].x >= apart:
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _kind(sheet: Sheet, group: Sequence[Mark]) -> str:
    """The sign of a mark: of several that of all of them, if there is one."""
    if any(one.event in sheet.losses for one in group):
        sheet.deeds.add("lost")
        return "cross"
    deeds = {sheet.notes[one.event].what for one in group}
    sheet.folded_marks |= len(group) > 1
    if len(deeds) > 1:
        sheet.deeds.add(SEVERAL)
        return "square"
    (deed,) = deeds
    thing = sheet.notes[group[0].event].thing
    is_barrier = deed == "set" and thing is not None and thing.kind == "barrier"
    sheet.deeds.add(LET_GO if is_barrier else deed)
    return DEEDS[deed][0]


def _label(sheet: Sheet, group: Sequence[Mark], x: float) -> Label | None:
    """What is told of a mark: its value, or those of a few, or how many there are."""
    lost = [one.event for one in group if one.event in sheet.losses]
    if len(group) == 1:
        event = group[0].event
        words = _value(sheet.notes[event])
        style = "lost" if lost else "struck" if event in sheet.overwritten else ""
    elif len(group) <= SPELLED:
        notes = [sheet.notes[one.event] for one in group]
        is_one = len({note.what for note in notes}) == 1
        sheet.letters.update(() if is_one else (note.what for note in notes))
        words = " ".join(
            _value(note) if is_one else f"{DEEDS[note.what][1]}{_value(note)}" for note in notes
        )
        style = "lost" if lost else ""
    else:
        words = f"{len(lost)} lost of {len(group)}" if lost else f"{TIMES}{len(group):,}"
        style = "lost" if lost else ""
    urgency = 0 if lost else 1 if style else 2
    return Label(urgency, x, words, f"value {style}".strip()) if words else None


def _value(note: Note) -> str:
    if note.what == "notify":
        return ""
    return "sentinel" if note.value == SENTINEL else cut(note.value or "", LONGEST_VALUE)


def cross(sheet: Sheet) -> None:
    """Draw what goes from lane to lane: an update over another, a thread preempted by another."""
    drawn: set[int] = set()
    for event, over in sheet.losses.items():
        place = int(sheet.x(event) / CLOSE)
        sheet.folded_marks |= place in drawn
        if place not in drawn:
            drawn.add(place)
            one, other = sheet.notes[over].lane, sheet.notes[event].lane
            _line(sheet, "overwrites", (over, one), (event, other))
    _preemptions(sheet)


def _preemptions(sheet: Sheet) -> None:
    """Mark who is preempted, and by whom where these are few."""
    found = [(at, note.preempts, note.lane) for at, note in enumerate(sheet.notes) if note.preempts]
    drawn: set[tuple[vocabulary.Lane, int]] = set()
    for event, lane, other in found:
        if lane is None or lane not in sheet.lanes:
            continue
        place = lane, int(sheet.x(event) / APART)
        sheet.folded_marks |= place in drawn
        if place in drawn:
            continue
        drawn.add(place)
        sheet.deeds.add("preempts")
        sheet.marks.append(glyph("chevron", sheet.x(event), sheet.lanes[lane].y - 1))
        if len(found) <= MOST_LINES:
            _line(sheet, "preempts", (event, lane), (event, other))


def _line(sheet: Sheet, kind: str, one: End, other: End) -> None:
    (first, lane), (second, another) = one, other
    if lane in sheet.lanes and another in sheet.lanes:
        begin = f"M{number(sheet.x(first))},{number(sheet.lanes[lane].middle)}"
        end = f"L{number(sheet.x(second))},{number(sheet.lanes[another].middle)}"
        sheet.lines.append(tag("path", class_=kind, d=begin + end))
