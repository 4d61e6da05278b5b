"""A lane a thread: what it is at as bars, and in words what it waits for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from threaddemo.events.vocabulary import Thing
from threaddemo.output.picture.rows import Change, Thread
from threaddemo.output.picture.svg import holds
from threaddemo.output.picture.svg.bands import Place, Span, columns
from threaddemo.output.picture.svg.marks import mark, marks_of
from threaddemo.output.picture.svg.markup import cut, width
from threaddemo.output.picture.svg.sheet import Lane, Sheet, Stay

MOST_LANES = 40  #: more threads than that share the last one
MANY = 12  #: more lanes than that are drawn lower, without the values beside the marks
HIGH, LOW = 16, 10  #: pixels of a lane
EDGE = 3  #: pixels of the lock's colour that is waited for
LONGEST_NAME = 22  #: letters
UNDRAWN = frozenset(["ended", "not yet there"])
WAITING = frozenset(["waiting", "stuck"])


def draw(sheet: Sheet, threads: Sequence[Thread], top: float) -> float:
    """Draw the threads' lanes from a height on; the value is where they end."""
    is_low = len(threads) > MANY
    each = [[row] for row in threads]
    if len(threads) > MOST_LANES:
        each[MOST_LANES - 1 :] = [list(threads[MOST_LANES - 1 :])]
    found = []
    for rows in each:
        marks = marks_of(sheet, rows)
        top += 6 if is_low else 14 if marks else 4
        place = Lane(top, LOW if is_low else HIGH)
        sheet.lanes.update((row.lane, place) for row in rows)
        stays = [list(_stays(sheet, row.changes)) for row in rows]
        if len(rows) == 1:
            _name(sheet, rows[0].name, place)
            below = _lane(sheet, stays[0], place)
        else:
            _name(sheet, f"{len(rows):,} more", place)
            below = _shared_lane(sheet, stays, place)
        found.append((marks, place))
        top += place.height + below + (1 if is_low else 4)
    for marks, place in found:
        mark(sheet, marks, place, is_low)
    return top


def names(threads: Sequence[Thread]) -> list[str]:
    """The names that stand beside the lanes."""
    return [cut(row.name, LONGEST_NAME) for row in threads[:MOST_LANES]]


def _name(sheet: Sheet, name: str, place: Lane) -> None:
    sheet.write(cut(name, LONGEST_NAME), "name", sheet.scale.left - 10, place.middle + 4, "end")


def _stays(sheet: Sheet, changes: Sequence[Change]) -> Iterator[Stay]:
    """What a thread is at, each as long as it stays the same, until the picture ends."""
    kept: list[Change] = []
    for change in changes:
        if not kept or _standing(kept[-1]) != _standing(change):
            kept.append(change)
    ends = [*(sheet.x(change.event) for change in kept[1:]), sheet.scale.end]
    for change, end in zip(kept, ends, strict=True):
        yield Stay(sheet.x(change.event), end, change)


def _standing(change: Change) -> tuple[str, Thing | None, tuple[Thing, ...]]:
    return change.state, change.on, change.holds


def _lane(sheet: Sheet, stays: Sequence[Stay], place: Lane) -> int:
    """Draw what a thread is at; the value is how many pixels lie below for what it holds.

    A lock that it waits for is told by its colour, too, for that is how who holds it is told.
    """
    states = [Span(stay.begin, stay.end, _style(sheet, stay)) for stay in stays]
    sheet.band(states, place.y, place.height)
    locks = [thing if (thing := _waited(stay)) in sheet.locks else None for stay in stays]
    sheet.wanted.update((lock, None) for lock in locks if lock is not None)
    looks = ["" if lock is None else sheet.look_of(lock) for lock in locks]
    edges = [Span(stay.begin, stay.end, look) for stay, look in zip(stays, looks, strict=True)]
    sheet.band(edges, place.y, EDGE)
    for stay in stays:
        if (thing := _waited(stay)) is not None:
            _wait(sheet, stay, thing, place)
    return holds.draw(sheet, stays, place.y + place.height + 1)


def _style(sheet: Sheet, stay: Stay) -> str:
    state = stay.change.state
    if state in UNDRAWN:
        return ""
    style = state.replace(" ", "-")
    if stay.end > stay.begin:
        sheet.states.add(style)
    return style


def _waited(stay: Stay) -> Thing | None:
    return stay.change.on if stay.change.state in WAITING else None


def _wait(sheet: Sheet, stay: Stay, thing: Thing, place: Lane) -> None:
    """Say what is waited for, by its name or by the letter that the legend has for it."""
    wide = stay.end - stay.begin
    is_low = place.height < HIGH
    is_shown = thing in sheet.locks
    if is_shown and is_low:
        return
    name, size = cut(sheet.names[thing], LONGEST_NAME), 9 if is_low else 11
    if wide < width(name, size) + 8:
        name = sheet.waited.get(thing, "")
        if wide < width(name, size) + 4 or not name or is_shown:
            return
        sheet.lettered.add(thing)
    style = "for small" if is_low else "for"
    sheet.write(name, style, (stay.begin + stay.end) / 2, place.middle + size / 3, "middle")


def _shared_lane(sheet: Sheet, each: Sequence[Sequence[Stay]], place: Lane) -> int:
    """Draw several threads as one: which part of them is at what."""
    spans = [Span(stay.begin, stay.end, _style(sheet, stay)) for one in each for stay in one]
    whole = Place(sheet.scale.left, sheet.scale.end, place.y, place.height)
    sheet.bars += columns(spans, whole, len(each)).shapes
    sheet.folded_states = True
    return 0
