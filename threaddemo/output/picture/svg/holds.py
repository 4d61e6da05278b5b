"""Below a thread's lane: the locks and permits that it holds."""

from __future__ import annotations

from collections.abc import Sequence

from threaddemo.events.vocabulary import Thing
from threaddemo.output.picture.svg import look
from threaddemo.output.picture.svg.bands import Span
from threaddemo.output.picture.svg.markup import cut, width
from threaddemo.output.picture.svg.sheet import Sheet, Stay

HIGH = 4  #: pixels of a lock that is held
APART = 5  #: pixels from one to the next
NAMED = 12  #: the same where they have their names beside them
MOST = 3  #: locks that a thread can be seen to hold at once
LONGEST_NAME = 22  #: letters


def draw(sheet: Sheet, stays: Sequence[Stay], y: float) -> int:
    """Draw what a thread holds from a height on; the value is how many pixels that takes."""
    count = min(max((len(stay.change.holds) for stay in stays), default=0), MOST)
    is_named = len(sheet.locks) > look.LOCKS  # for then some look alike
    apart = NAMED if is_named else APART
    for track in range(count):
        held = _held(stays, track)
        spans = [Span(begin, end, sheet.look_of(it) if it else "") for begin, end, it in held]
        sheet.band(spans, y + track * apart, HIGH)
        for begin, end, lock in held if is_named else ():
            if lock is not None:
                _name(sheet, lock, begin, end, y + track * apart)
    for stay in stays:
        sheet.held.update(dict.fromkeys(stay.change.holds))
        sheet.more_held |= len(stay.change.holds) > MOST
    return count * apart


def _held(stays: Sequence[Stay], track: int) -> list[tuple[float, float, Thing | None]]:
    """From where to where a thread holds what, of the locks that have a track."""
    found: list[tuple[float, float, Thing | None]] = []
    for stay in stays:
        lock = stay.change.holds[track] if len(stay.change.holds) > track else None
        begin = found.pop()[0] if found and found[-1][2] is lock else stay.begin
        found.append((begin, stay.end, lock))
    return found


def _name(sheet: Sheet, lock: Thing, begin: float, end: float, y: float) -> None:
    name = cut(sheet.names[lock], LONGEST_NAME)
    if end - begin > width(name, 9) + 8:
        sheet.write(name, "for small", begin + 6, y + 6)
