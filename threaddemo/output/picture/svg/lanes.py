"""A lane a thread: what it is at as bars, what it waits for in words, what it holds below."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from threaddemo.events.vocabulary import Thing
from threaddemo.output.picture.rows import Change, Thread
from threaddemo.output.picture.svg.bands import Span, band, columns
from threaddemo.output.picture.svg.marks import mark, marks_of
from threaddemo.output.picture.svg.markup import cut, tag, text, width
from threaddemo.output.picture.svg.sheet import Lane, Sheet

MOST_LANES = 40  #: more threads than that share the last one
MANY = 12  #: more lanes than that are drawn lower, without the values beside the marks
HIGH, LOW = 16, 10  #: pixels of a lane
TRACK = 5  #: pixels of a lock that is held
MOST_TRACKS = 3  #: locks that a thread can be seen to hold at once
LONGEST_NAME = 22  #: letters
UNDRAWN = frozenset(["ended", "not yet there"])


class Held(NamedTuple):
    """What a thread is at from one pixel to another."""

    begin: float
    end: float
    change: Change


def draw(sheet: Sheet, threads: Sequence[Thread], top: float) -> float:
    """Draw the threads' lanes from a height on; the value is where they end."""
    is_low = len(threads) > MANY
    each = [[row] for row in threads]
    if len(threads) > MOST_LANES:
        each[MOST_LANES - 1 :] = [list(threads[MOST_LANES - 1 :])]
    found = []
    for rows in each:
        marks = marks_of(sheet, rows)
        spans = [list(_held(sheet, row.changes)) for row in rows]
        top += (14 if marks and not is_low else 4) + (2 if is_low else 0)
        place = Lane(top, LOW if is_low else HIGH)
        sheet.lanes.update((row.lane, place) for row in rows)
        name = rows[0].name if len(rows) == 1 else f"{len(rows):,} more"
        _name(sheet, name, place)
        if len(rows) == 1:
            tracks = _lane(sheet, spans[0], place)
        else:
            tracks = _shared_lane(sheet, spans, place)
        found.append((marks, place))
        top += place.height + tracks * TRACK + (1 if is_low else 4)
    for marks, place in found:
        mark(sheet, marks, place, is_low)
    return top


def names(threads: Sequence[Thread]) -> list[str]:
    """The names that stand beside the lanes."""
    return [cut(row.name, LONGEST_NAME) for row in threads[:MOST_LANES]]


def _name(sheet: Sheet, name: str, place: Lane) -> None:
    x, y = sheet.scale.left - 10, place.middle + 4
    told = tag("text", text(cut(name, LONGEST_NAME)), class_="name", x=x, y=y, text_anchor="end")
    sheet.words.append(told)


def _held(sheet: Sheet, changes: Sequence[Change]) -> Iterable[Held]:
    """What a thread is at, each as long as it stays the same, until the picture ends."""
    kept: list[Change] = []
    for change in changes:
        if not kept or _standing(kept[-1]) != _standing(change):
            kept.append(change)
    for change, following in pairwise([*kept, None]):
        assert change is not None
        end = sheet.scale.end if following is None else sheet.x(following.event)
        yield Held(sheet.x(change.event), end, change)


def _standing(change: Change) -> tuple[str, Thing | None, tuple[Thing, ...]]:
    return change.state, change.on, change.holds


def _style(sheet: Sheet, held: Held) -> str:
    state = held.change.state
    if state in UNDRAWN:
        return ""
    style = state.replace(" ", "-")
    if held.end > held.begin:
        sheet.states.add(style)
    return style


def _lane(sheet: Sheet, spans: Sequence[Held], place: Lane) -> int:
    """Draw a thread's bars; the value is how many tracks there are for its locks."""
    states = [Span(held.begin, held.end, _style(sheet, held)) for held in spans]
    _band(sheet, states, place.y, place.height)
    for held in spans:
        if held.change.state in ("waiting", "stuck") and held.change.on is not None:
            _wait(sheet, held, held.change.on, place)
    tracks = min(max((len(held.change.holds) for held in spans), default=0), MOST_TRACKS)
    for track in range(tracks):
        locks = [
            Span(held.begin, held.end, sheet.look_of(held.change.holds[track]))
            if len(held.change.holds) > track and held.change.holds[track] in sheet.locks
            else Span(held.begin, held.end, "")
            for held in spans
        ]
        _band(sheet, locks, place.y + place.height + 1 + track * TRACK, TRACK - 1)
    for held in spans:
        sheet.held.update(dict.fromkeys(held.change.holds))
    return tracks


def _band(sheet: Sheet, spans: Sequence[Span], y: float, height: int) -> None:
    drawn = band(_joined(spans), y, height)
    sheet.bars += drawn.shapes
    sheet.folded_states |= drawn.is_folded


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Neighbours of one style are one."""
    found: list[Span] = []
    for span in spans:
        if found and found[-1].style == span.style:
            found[-1] = found[-1]._replace(end=span.end)
        else:
            found.append(span)
    return found


def _wait(sheet: Sheet, held: Held, thing: Thing, place: Lane) -> None:
    """Say what is waited for, where there is room."""
    sheet.waited[thing] = None
    name = cut(sheet.names[thing], LONGEST_NAME)
    if place.height < HIGH or held.end - held.begin < width(name) + 8:
        return
    middle = {"x": (held.begin + held.end) / 2, "y": place.middle + 4, "text_anchor": "middle"}
    sheet.words.append(tag("text", text(name), class_="for", **middle))


def _shared_lane(sheet: Sheet, each: Sequence[Sequence[Held]], place: Lane) -> int:
    """Draw several threads as one: which part of them is at what."""
    spans = [Span(held.begin, held.end, _style(sheet, held)) for one in each for held in one]
    left, right = sheet.scale.left, sheet.scale.end
    shapes, _ = columns(spans, left, right, place.y, place.height, len(each))
    sheet.bars += shapes
    sheet.folded_states = True
    return 0
