"""What is repeated is told once: a hundred equal steps are one line, so are a hundred rounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from threaddemo.events.vocabulary import Lane
from threaddemo.events.words import Told

LONGEST_ROUND = 12  #: steps
#: What one thread does with many is told in one.
MANY = ("start", "submit", "join")
MOVES = ("put", "get")  #: and so are items that it moves
#: Fewer rounds are all told, and so are those of which fewer lines are saved.
FEWEST_ROUNDS, FEWEST_LINES = 4, 4


class Rounds(NamedTuple):
    """Some sentences, and how often they come again, maybe by others, or with other values."""

    told: Sequence[tuple[Told, ...]]
    """One sentence, or several of one thread and one line that are told in one."""
    again: int = 0
    by: tuple[Lane, ...] = ()
    """Who stands in the later rounds for those of the first, if others do: each once."""
    differ: tuple[Literal["threads", "values"], ...] = ()
    """What else is different: the threads that something is done with, or the values."""
    time: float = 0.0
    """When the second round begins."""


def folded(told: Sequence[Told]) -> Iterator[Rounds]:
    """Sentences in rounds, in their order."""
    groups = list(_grouped(told))
    start = 0
    while start < len(groups):
        length, rounds = _best(groups, start)
        if rounds == 1:
            yield Rounds(groups[start : start + 1])
            start += 1
            continue
        every = [groups[at : at + length] for at in range(start, start + length * rounds, length)]
        yield _rounds(every)
        start += length * rounds


def _grouped(told: Sequence[Told]) -> Iterator[tuple[Told, ...]]:
    """Neighbours that say the same of one thread, at one line, are one."""
    group: list[Told] = []
    for one in told:
        if group and _is_one(group[-1], one):
            group.append(one)
            continue
        if group:
            yield tuple(group)
        group = [one]
    if group:
        yield tuple(group)


def _is_one(first: Told, second: Told) -> bool:
    """Whether two can be told in one: the same again, or with another value or thread."""
    if (first.lane, first.form, first.place) != (second.lane, second.form, second.place):
        return False
    if first.preempts is not None or second.preempts is not None:
        return False
    if first.verb in MANY:
        return True
    return first.thing is second.thing and (
        first.verb in MOVES or first.sentence == second.sentence
    )


def _best(groups: Sequence[tuple[Told, ...]], start: int) -> tuple[int, int]:
    """The length of the rounds that begin here, and how many there are: as much as can be told."""
    best, most = (1, 1), 0
    for length in range(1, LONGEST_ROUND + 1):
        rounds = 1
        while _alike(groups, start, start + length * rounds, length):
            rounds += 1
        saved = length * (rounds - 1) - 1
        if rounds >= FEWEST_ROUNDS and saved >= FEWEST_LINES and saved > most:
            best, most = (length, rounds), saved
    return best


def _alike(groups: Sequence[tuple[Told, ...]], first: int, second: int, length: int) -> bool:
    """Whether two rounds are of one form.

    Each thread of the second one is the same as in the first, or one that the first has not.
    """
    if second + length > len(groups):
        return False
    parts: dict[Lane, Lane] = {}
    for offset in range(length):
        one, other = groups[first + offset], groups[second + offset]
        as_often = len(one) == len(other) or one[0].verb in MOVES
        if not as_often or not _stands_for(one[0], other[0], parts):
            return False
    strangers = [its for mine, its in parts.items() if its is not mine]
    return len(set(strangers)) == len(strangers) and not parts.keys() & set(strangers)


def _stands_for(one: Told, other: Told, parts: dict[Lane, Lane]) -> bool:
    if (one.form, one.place) != (other.form, other.place):
        return False
    roles = [(one.lane, other.lane), (one.preempts, other.preempts)]
    if one.thing is not other.thing:
        if one.thing is None or other.thing is None or one.thing.lane is None:
            return False
        roles.append((one.thing.lane, other.thing.lane))
    return all(
        mine is its if mine is None or its is None else parts.setdefault(mine, its) is its
        for mine, its in roles
    )


def _rounds(every: Sequence[Sequence[tuple[Told, ...]]]) -> Rounds:
    first, *others = every
    known = {group[0].lane for group in first}
    lanes = dict.fromkeys(group[0].lane for each in others for group in each)
    by = tuple(lane for lane in lanes if lane not in known)
    return Rounds(first, len(others), by, tuple(_differ(every)), others[0][0][0].time)


def _differ(every: Sequence[Sequence[tuple[Told, ...]]]) -> Iterator[Literal["threads", "values"]]:
    """What else is different than who does it."""
    things = [{one.thing for group in each for one in group} for each in every]
    if any(each != things[0] for each in things):
        yield "threads"
    values = [[one.value for group in each for one in group] for each in every]
    if any(each != values[0] for each in values):
        yield "values"
