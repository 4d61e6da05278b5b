"""Which updates of a variable are lost: what is overwritten by a thread that had not seen it.

A lost update is, as for data bases, a read by one thread, then a write by another, then a write by
the first (H. Berenson and others, "A Critique of ANSI SQL Isolation Levels", 1995: phenomenon P4).
Here the overwritten write must be an update itself: its thread has read the variable before.
"""

from __future__ import annotations

from typing import NamedTuple

from threaddemo.events.vocabulary import Lane, Note, Thing


class Lost(NamedTuple):
    """Updates that are lost by a write: how many, the last of them, and what was read instead."""

    number: int
    writer: Lane
    value: str | None
    read: str | None
    is_overwritten: bool
    """Whether it is known that the last of them is what was there until now."""


class _Version:
    """What a variable was from one write to the next."""

    def __init__(self, value: str | None, writer: Lane | None, update_of: _Version | None) -> None:
        self.value = value
        self.writer = writer
        self.update_of = update_of  # what its writer had read; None if it had read nothing
        self.is_lost = False


class _Variable:
    def __init__(self) -> None:
        self.versions: list[_Version] = []
        self.seen: dict[Lane, int] = {}  # the version that each has read since it last wrote


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
            seen = variable.seen.pop(note.lane, None)
            based_on = None if seen is None else versions[seen]
            versions.append(_Version(note.value, note.lane, based_on))
            return
        if not self._is_known(variable, note):
            # It was written where nobody has noted it: what was known before is worth nothing.
            versions.append(_Version(note.value, None, None))
            variable.seen.clear()
        variable.seen[note.lane] = self._seen(versions, note)

    def _is_known(self, variable: _Variable, note: Note) -> bool:
        versions = variable.versions[-1:] if self.in_order else variable.versions
        return any(version.value == note.value for version in versions)

    def _seen(self, versions: list[_Version], note: Note) -> int:
        """The last version of that value."""
        numbers = range(len(versions) - 1, -1, -1)
        return next(number for number in numbers if versions[number].value == note.value)

    def lost_by(self, note: Note) -> Lost | None:
        """What a write is about to lose."""
        variable = self._variables.get(note.thing) if note.thing else None
        if variable is None or (seen := variable.seen.get(note.lane)) is None:
            return None
        read = variable.versions[seen]
        lost = [
            version
            for version in variable.versions[seen + 1 :]
            if version.writer not in (None, note.lane)
            and version.update_of is not None
            and not version.is_lost
            and (self.in_order or self._is_certain(read, version, note))
        ]
        for version in lost:
            version.is_lost = True
        if not lost or lost[-1].writer is None:
            return None
        last = lost[-1]
        is_overwritten = self.in_order and last is variable.versions[-1]
        return Lost(len(lost), lost[-1].writer, last.value, read.value, is_overwritten)

    def _is_certain(self, read: _Version, other: _Version, note: Note) -> bool:
        based_on = other.update_of
        return based_on is read and read.value not in (other.value, note.value)
