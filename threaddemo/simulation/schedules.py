"""Schedules as text: the number of each task that was chosen, in turn."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

#: The schedule of a run in which there was never more than one task to choose.
NO_CHOICE = "-"
#: A run has no more steps, and so no more choices; a few words could ask for any number of them.
MOST_CHOICES = 1_000_000


class ScheduleError(ValueError):
    """A schedule that is malformed or does not fit the program; the message says at which step."""

    def __init__(self, step: int, problem: str) -> None:
        super().__init__(f"schedule step {step}: {problem}")


def encode(trace: Iterable[int]) -> str:
    """Write the chosen task numbers as a schedule: 1, 2, 2, 2, 0 is "1.2x3.0"."""
    runs = ((number, len(list(group))) for number, group in groupby(trace))
    parts = (f"{number}x{length}" if length > 1 else f"{number}" for number, length in runs)
    return ".".join(parts) or NO_CHOICE


def decode(schedule: str) -> list[int]:
    """Read a schedule.

    Raises ScheduleError if it is malformed, or longer than any run.
    """
    trace: list[int] = []
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
