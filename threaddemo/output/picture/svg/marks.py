"""What threads do, as marks on their lanes, with values; and what goes from lane to lane."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from threaddemo.events.vocabulary import SENTINEL, Note
from threaddemo.output.picture.rows import Thread
from threaddemo.output.picture.svg.look import glyph
from threaddemo.output.picture.svg.markup import cut, number, tag, text, width
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
SEVERAL = "several"


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
        words = text(label.words)
        sheet.words.append(tag("text", words, class_=label.style, x=begin, y=place.y - 3))


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
    sheet.deeds.add(deed)
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
        sheet.letters.update(note.what for note in notes)
        words = " ".join(f"{DEEDS[note.what][1]}{_value(note)}" for note in notes)
        style = "lost" if lost else ""
    else:
        words = f"{len(lost)} lost of {len(group)}" if lost else f"×{len(group):,}"
        style = "lost" if lost else ""
    urgency = 0 if lost else 1 if style else 2
    return Label(urgency, x, words, f"value {style}".strip()) if words else None


def _value(note: Note) -> str:
    if note.what == "notify":
        return ""
    return "sentinel" if note.value == SENTINEL else cut(note.value or "", LONGEST_VALUE)


def cross(sheet: Sheet) -> None:
    """Draw what goes from lane to lane: a thread preempted by another, an update over another."""
    drawn: Counter[tuple[str, int]] = Counter()
    for event, before in sheet.losses.items():
        _join(sheet, drawn, "overwrites", before, event)
    for event, note in enumerate(sheet.notes):
        if note.preempts is not None:
            _join(sheet, drawn, "preempts", event, event)


def _join(
    sheet: Sheet, drawn: Counter[tuple[str, int]], kind: str, first: int, second: int
) -> None:
    one = sheet.notes[first].lane if kind == "overwrites" else sheet.notes[first].preempts
    two = sheet.notes[second].lane
    if one not in sheet.lanes or two not in sheet.lanes:
        return
    assert one is not None
    x1, x2 = sheet.x(first), sheet.x(second)
    place = int(x2 / (APART / 2))
    drawn[kind, place] += 1
    if drawn[kind, place] > 1:
        sheet.folded_marks = True
        return
    y1, y2 = sheet.lanes[one].middle, sheet.lanes[two].middle
    path = f"M{number(x1)},{number(y1)}L{number(x2)},{number(y2)}"
    sheet.lines.append(tag("path", class_=kind, d=path))
    if kind == "preempts":
        sheet.deeds.add(kind)
        sheet.marks.append(glyph("chevron", x1, sheet.lanes[one].y - 1))
