"""A run as a numbered list of steps, each in words and as data: what ``--explain`` shows."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from threaddemo.events.folding import MANY, MOVES, Rounds, folded
from threaddemo.events.vocabulary import Lane, Note
from threaddemo.events.words import LEFT_OUT, Teller, Told, listed


class Step(NamedTuple):
    """A step: what a thread did, when, with what, and where; in words, too."""

    number: int
    t: float
    """Seconds since the run began."""
    verb: str
    """As the vocabulary of events has it; or "again", of steps before; "fail"; "left out"."""
    text: str
    thread: str | None = None
    object: str | tuple[str, ...] | None = None
    """Several, where the step stands for several; so are its values."""
    value: str | tuple[str, ...] | None = None
    file: str | None = None
    line: int | None = None
    preempts: str | None = None
    """Who could have gone on, and was interrupted."""
    times: int = 1
    """How many events it stands for, or how often the steps before come again."""

    def __str__(self) -> str:
        place = f" ({os.path.basename(self.file)}:{self.line})" if self.file else ""
        return f"{self.number}. {self.text}{place}"


def steps(notes: Iterable[Note], in_order: bool, left_out: int = 0) -> list[Step]:
    """The steps of a run.

    Args:
        notes: all of it.
        in_order: whether what is noted first came first, as on the simulator.
        left_out: how many notes in the middle were not kept.
    """
    teller = Teller(notes, in_order)
    return list(_Numbered(teller, left_out).steps(folded(list(teller))))


class _Numbered:
    """Gives sentences their numbers."""

    def __init__(self, teller: Teller, left_out: int) -> None:
        self._lanes: Mapping[Lane, str] = teller.lanes
        self._names = teller.names
        self._left_out = left_out
        self._number = 0

    def steps(self, rounds: Iterable[Rounds]) -> Iterator[Step]:
        for one in rounds:
            first = self._number + 1
            for group in one.told:
                yield self._step(group)
            if one.again:
                yield self._again(one, first, self._number)

    def _step(self, group: tuple[Told, ...]) -> Step:
        self._number += 1
        told = group[0]
        step = Step(self._number, round(told.time, 6), told.verb, self._text(group))
        if told.verb == LEFT_OUT:
            return step._replace(times=self._left_out)
        preempts = self._lanes[told.preempts] if told.preempts is not None else None
        file, line = told.place or (None, None)
        return step._replace(
            thread=self._lanes[told.lane],
            object=_one_or_all(self._objects(group)),
            value=_one_or_all(_values(group)),
            file=file,
            line=line,
            preempts=preempts,
            times=len(group),
        )

    def _objects(self, group: tuple[Told, ...]) -> list[str]:
        things = dict.fromkeys(told.thing for told in group if told.thing is not None)
        return [self._names[thing] for thing in things]

    def _text(self, group: tuple[Told, ...]) -> str:
        """One sentence for all; it differs from that of the first by what they differ in."""
        first, last = group[0], group[-1]
        if first.verb == LEFT_OUT:
            return f"({self._left_out:,} events are left out here)"
        if first.preempts is None and first.verb in (*MANY, *MOVES):
            named = {"thing": listed(self._objects(group)), "value": listed(_values(group))}
            words = first.form.format(**named)
            items = f" ({last.items:,} in it)" if last.items is not None else ""
            return f"{self._lanes[first.lane]} {words}{items}"
        return first.sentence if len(group) == 1 else f"{first.sentence}, {len(group):,} times"

    def _again(self, rounds: Rounds, first: int, last: int) -> Step:
        self._number += 1
        which = f"step {first}" if first == last else f"steps {first} to {last}"
        text = f"{which} again, {rounds.again:,} times"
        if rounds.by:
            text += f", with {listed([self._lanes[lane] for lane in rounds.by])}"
        elif "threads" in rounds.differ:
            text += ", with other threads"
        if "values" in rounds.differ:
            text += ", with other values"
        return Step(self._number, round(rounds.time, 6), "again", text, times=rounds.again)


def _values(group: tuple[Told, ...]) -> list[str]:
    values = [told.value for told in group if told.value is not None]
    return values if group[0].verb in MOVES else values[:1]


def _one_or_all(names: list[str]) -> str | tuple[str, ...] | None:
    return tuple(names) if len(names) > 1 else names[0] if names else None
