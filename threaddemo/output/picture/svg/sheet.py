"""What the parts of one picture share: the run, the scale, the layers, and what was drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from threaddemo.events import vocabulary
from threaddemo.events.things import called
from threaddemo.events.updates import losses
from threaddemo.events.vocabulary import Note, Thing
from threaddemo.events.words import share_names
from threaddemo.output.picture.rows import LOCKS as HELD
from threaddemo.output.picture.rows import Change
from threaddemo.output.picture.svg import look
from threaddemo.output.picture.svg.bands import Span, band
from threaddemo.output.picture.svg.markup import Markup, tag, text
from threaddemo.output.picture.svg.scale import Scale

LETTERS = "abcdefgh"


class Stay(NamedTuple):
    """What a thread is at from one pixel to another."""

    begin: float
    end: float
    change: Change


class Lane:
    """Where a thread's lane is: its upper edge, and how high it is."""

    def __init__(self, y: float, height: int) -> None:
        self.y = y
        self.height = height
        self.middle = y + height / 2


class Sheet:
    """One picture as it comes to be.

    Args:
        notes: what was noted of the run.
        in_order: whether what is noted first came first, as on the simulator.
        scale: which time stands where.
    """

    def __init__(self, notes: Sequence[Note], in_order: bool, scale: Scale) -> None:
        self.notes = notes
        self.scale = scale
        self.names = called(note.thing for note in notes if note.thing is not None)
        share_names(self.names)
        found = losses(notes, in_order)
        #: The writes that lose an update, each with the write that it is over.
        self.losses = {event: over for event, (over, _) in found.items()}
        self.overwritten = set(self.losses.values())
        self.changing = _changing(notes)
        self.locks = _taken(notes)
        self.lanes: dict[vocabulary.Lane, Lane] = {}
        self.ground: list[Markup] = []
        #: Bars lie below, then the lines from lane to lane, then marks, and words on top.
        self.bars: list[Markup] = []
        self.lines: list[Markup] = []
        self.marks: list[Markup] = []
        self.words: list[Markup] = []
        # What the legend has to tell.
        self.states: set[str] = set()
        self.held: dict[Thing, None] = {}
        self.more_held = False
        """Whether there was no room for some of it."""
        self.waited = _waited(notes)
        self.wanted: dict[Thing, None] = {}
        """The locks among it."""
        self.lettered: set[Thing] = set()
        """What there was no room for somewhere."""
        self.deeds: set[str] = set()
        self.letters: set[str] = set()
        self.folded_states = False
        self.folded_marks = False
        self.silent = False
        """Whether there was no room for some values."""

    def x(self, event: int) -> float:
        """The pixel of an event."""
        return self.scale.x(self.notes[event].time)

    def write(self, words: str, style: str, x: float, y: float, anchor: str = "start") -> None:
        """Write words at a point."""
        told = {} if anchor == "start" else {"text_anchor": anchor}
        self.words.append(tag("text", text(words), class_=style, x=x, y=y, **told))

    def band(self, spans: Iterable[Span], y: float, height: int) -> None:
        """Draw what something is at, one after the other."""
        drawn = band(spans, y, height)
        self.bars += drawn.shapes
        self.folded_states |= drawn.is_folded

    def look_of(self, lock: Thing) -> str:
        """The style of a lock."""
        return f"lock-{self.locks[lock] % look.LOCKS}"

    def seam(self) -> tuple[float, float] | None:
        """From where to where events were not kept, if there is such a gap."""
        for before, after in pairwise(self.notes):
            if after.was_before:
                return self.scale.x(before.time), self.scale.x(after.time)
        return None


def _waited(notes: Sequence[Note]) -> dict[Thing, str]:
    """What is waited for, each with a letter for where there is no room for its name."""
    found = (note.thing for note in notes if note.what == "wait" and not note.was_before)
    things = list(dict.fromkeys(thing for thing in found if thing is not None))
    letters = LETTERS if len(things) <= len(LETTERS) else [""] * len(things)
    return dict(zip(things, letters, strict=False))


def _taken(notes: Sequence[Note]) -> dict[Thing, int]:
    """The locks that threads have held, numbered in the order of their first taking."""
    found = (note.thing for note in notes if note.what == "take")
    locks = dict.fromkeys(thing for thing in found if thing is not None and thing.kind in HELD)
    return {lock: number for number, lock in enumerate(locks)}


def _changing(notes: Sequence[Note]) -> set[Thing]:
    """The variables that are written more than once."""
    writes = Counter(note.thing for note in notes if note.what == "write")
    return {thing for thing, count in writes.items() if thing is not None and count > 1}
