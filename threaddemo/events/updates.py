"""Which updates of a variable are lost: what is overwritten by a thread that had not seen it.

A lost update is, as for data bases, a read by one thread, then a write by another, then a write by
the first (H. Berenson and others, "A Critique of ANSI SQL Isolation Levels", 1995: phenomenon P4).
Here what is overwritten must be an update itself: its thread has read the variable before. So each
value comes of another one, and what it comes of is in it; what the overwritten value has in it and
the new one has not is lost. It can come back, when who had seen it writes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from threaddemo.events.vocabulary import Lane, Note, Thing

RECENT = 50  #: versions that a thread in a real run may have read by now


class Lost(NamedTuple):
    """What a write loses."""

    updates: int
    regained: int
    """How many updates are back that had been lost."""
    writer: Lane
    value: str | None
    """What is overwritten, and who has written it."""
    read: str | None
    """What the overwriting thread had read."""


class _Version:
    """What a variable was from one write to the next."""

    def __init__(self, value: str | None, writer: Lane | None, comes_of: _Version | None) -> None:
        self.value = value
        self.writer = writer
        self.comes_of = comes_of  # what its writer had read; None if it had read nothing
        self.depth: int = comes_of.depth + 1 if comes_of is not None else 0


class _Variable:
    def __init__(self) -> None:
        self.versions: deque[_Version] = deque(maxlen=RECENT)
        self.seen: dict[Lane, _Version] = {}  # what each has read since it last wrote


class Updates:
    """Follows the variables of a run.

    Args:
        in_order: whether what is noted first came first. If not, only those updates are told as
            lost of which the values show that both threads have read before either wrote.
    """

    def __init__(self, in_order: bool) -> None:
        self.in_order = in_order
        self._variables: dict[Thing, _Variable] = {}

    def forget(self) -> None:
        """From here on nothing is known."""
        self._variables.clear()

    def keep(self, note: Note) -> None:
        """Follow a read or a write."""
        assert note.thing is not None
        variable = self._variables.setdefault(note.thing, _Variable())
        versions = variable.versions
        if note.what == "write":
            comes_of = variable.seen.pop(note.lane, None)
            versions.append(_Version(note.value, note.lane, comes_of))
            return
        known = islice(reversed(versions), 1 if self.in_order else RECENT)
        seen = next((version for version in known if version.value == note.value), None)
        if seen is None:
            # It was written where nobody has noted it: what was known before is worth nothing.
            variable.seen.clear()
            seen = _Version(note.value, None, None)
            versions.append(seen)
        variable.seen[note.lane] = seen

    def lost_by(self, note: Note) -> Lost | None:
        """What a write is about to lose; None if it loses nothing, or if that is not known."""
        variable = self._variables.get(note.thing) if note.thing else None
        if variable is None or (read := variable.seen.get(note.lane)) is None:
            return None
        now = variable.versions[-1]
        if now.writer is None or not (self.in_order or _is_certain(read, now, note)):
            return None
        updates, regained = _difference(now, read)
        return Lost(updates, regained, now.writer, now.value, read.value) if updates else None


def losses(notes: Sequence[Note], in_order: bool) -> dict[int, tuple[int, Lost]]:
    """The writes that lose updates, by their places among the notes.

    Each has the place of the write that it overwrites, and what it loses.
    """
    updates = Updates(in_order)
    last: dict[Thing | None, int] = {}
    found = {}
    complete = True
    for place, note in enumerate(notes):
        if note.was_before and complete:
            complete = False
            updates.forget()
        if note.what not in ("read", "write"):
            continue
        if note.what == "write":
            if (lost := updates.lost_by(note)) is not None:
                found[place] = last[note.thing], lost
            last[note.thing] = place
        updates.keep(note)
    return found


def _is_certain(read: _Version, now: _Version, note: Note) -> bool:
    """Whether both have read before either wrote, or else they would have read something else."""
    return now.comes_of is read and read.value not in (now.value, note.value)


def _difference(one: _Version, other: _Version) -> tuple[int, int]:
    """How many updates are in one version and not in the other, and the other way round."""
    depths = one.depth, other.depth
    mine: _Version | None = one
    its: _Version | None = other
    while mine is not its and mine is not None and its is not None:
        if mine.depth >= its.depth:
            mine = mine.comes_of
        else:
            its = its.comes_of
    if mine is its and mine is not None:
        return depths[0] - mine.depth, depths[1] - mine.depth
    return depths[0], 0  # one of them was written anew, whatever there was before
