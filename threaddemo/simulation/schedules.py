"""Schedules as text: the number of each task that was chosen, in turn."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable
from itertools import groupby

from threaddemo.simulation.races import Site

#: The schedule of a run in which there was never more than one task to choose.
NO_CHOICE = "-"
#: What the schedule of a run begins with in which all tasks have read the same clock.
ONE_CLOCK = "@"
#: A run has no more steps, and so no more choices; a few words could ask for any number of them.
MOST_CHOICES = 1_000_000


#: What a schedule ends with, if its run can be interrupted elsewhere than others: sites.
SITE = "+"


class ScheduleError(ValueError):
    """A schedule that is malformed or does not fit the program; the message says at which step."""

    def __init__(self, step: int, problem: str) -> None:
        super().__init__(f"schedule step {step}: {problem}")


def encode(trace: Iterable[int], one_clock: bool = False) -> str:
    """Write the chosen task numbers as a schedule: 1, 2, 2, 2, 0 is "1.2x3.0".

    It begins with an "@" if all tasks have read the same clock, as they do in seeded runs, instead
    of each one that is its own.
    """
    runs = ((number, len(list(group))) for number, group in groupby(trace))
    parts = (f"{number}x{length}" if length > 1 else f"{number}" for number, length in runs)
    return ONE_CLOCK * one_clock + (".".join(parts) or NO_CHOICE)


def decode(schedule: str) -> list[int]:
    """Read a schedule.

    Raises ScheduleError if it is malformed, or longer than any run.
    """
    trace: list[int] = []
    schedule = schedule.removeprefix(ONE_CLOCK)
    for part in schedule.split(".") if schedule != NO_CHOICE else ():
        match = re.fullmatch("([0-9]{1,6})(?:x([1-9][0-9]{0,5}))?", part)
        if match is None:
            raise ScheduleError(len(trace) + 1, f"{part!r} is neither a task nor like 2x3")
        number, length = int(match[1]), int(match[2] or 1)
        if len(trace) + length > MOST_CHOICES:
            problem = f"the schedule is too long; no run has more than {MOST_CHOICES:,} choices"
            raise ScheduleError(MOST_CHOICES + 1, problem)
        trace += [number] * length
    return trace


def with_sites(schedule: str, sites: Collection[Site], main: str) -> str:
    """A schedule that says by itself where its run can be interrupted, besides where any can.

    Args:
        schedule: its choices.
        sites: where.
        main: the program's file, beside which the others are.
    """
    named = (_site(site, os.path.dirname(main), main) for site in sites)
    return "".join([schedule, *(f"{SITE}{name}" for name in sorted(named))])


def _site(site: Site, folder: str, main: str) -> str:
    file = "" if site.file == main else f"{os.path.relpath(site.file, folder)}:"
    return f"{file}{site.line}.{site.name}"


def sites_of(schedule: str, main: str) -> tuple[str, frozenset[Site]]:
    """The choices of a schedule, and the sites that it says.

    Raises ScheduleError if it says them otherwise than `with_sites`.
    """
    choices, *names = schedule.split(SITE)
    found = set()
    for name in names:
        match = re.fullmatch(r"(?:(.*):)?([0-9]{1,9})\.([^.]*)", name, re.DOTALL)
        if match is None:
            raise ScheduleError(1, f"{name!r} is not a line and a name, like 9.total")
        file = os.path.join(os.path.dirname(main), match[1]) if match[1] else main
        found.add(Site(os.path.normpath(file), int(match[2]), match[3]))
    return choices, frozenset(found)
