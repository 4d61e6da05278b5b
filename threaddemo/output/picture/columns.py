"""Which event of a run stands in which column of its picture.

Time is to scale as far as it can be: each event stands as near as possible to where a true scale
has it, but next to its neighbours and not on top of them. So equal sleeps are about equally long,
and a run of microseconds and one of hours both show what came before what.

What happens outranks what lasts: where it gets narrow the beginnings of states lose their columns
first. Where there is not enough room for what is done, events are folded: a column stands for
several.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import ceil
from typing import NamedTuple

CROWDED = 0.6  #: the part of the width that events take at most, so that time has the rest
FOLDED = 0.5  #: the same where they are folded
SOON = 0.1  #: the part of a run that may pass before the first event, and is drawn
LABELS = 11  #: columns from one time on the axis to the next, at least


class Need(NamedTuple):
    """What an event needs: its time, in seconds, and columns."""

    time: float
    label: int
    """For what is done, with its value; 0 if nothing is."""
    state: int
    """For what follows, so that it can be seen."""


class Columns:
    """The columns that events stand in.

    Args:
        needs: those of each event, in their order.
        width: how many columns there are.
    """

    def __init__(self, needs: Sequence[Need], width: int) -> None:
        self.width = width
        self.times = [need.time for need in needs]
        first, end = self.times[0], self.times[-1]
        self.begin = 0.0 if first < SOON * end else first
        labels = [need.label for need in needs]
        self.folded = sum(labels) > width
        wanted, spare = sum(need.state for need in needs), CROWDED * width - sum(labels)
        self.crowded = wanted > spare  # then some states don't show
        if self.folded:
            scale = FOLDED * width / sum(labels)
            widths = [scale * label for label in labels]
            self.starts = [min(int(place), width - 1) for place in self._near(widths)]
        else:
            states = _share([need.state for need in needs], spare)
            widths = [label + state for label, state in zip(labels, states, strict=True)]
            self.starts = list(map(int, self._near(widths)))

    def _near(self, widths: Sequence[float]) -> list[float]:
        """The places nearest to a true scale at which each event has its width to itself.

        That is: of all such places those whose squared distances have the least sum. Without the
        widths of those before it an event must not stand left of the one before; the nearest such
        places are the means of what has to stand together (isotonic regression).
        """
        before = [0.0, *accumulate(widths)]
        total, end = before.pop(), self.times[-1]
        scale = self.width / (end - self.begin) if end > self.begin else 0
        blocks: list[tuple[float, int]] = []  # a mean, and of how many
        for time, shift in zip(self.times, before, strict=True):
            mean, number = (time - self.begin) * scale - shift, 1
            while blocks and blocks[-1][0] >= mean:
                other, others = blocks.pop()
                mean = (mean * number + other * others) / (number + others)
                number += others
            blocks.append((mean, number))
        latest = self.width - total
        means = [min(max(mean, 0.0), latest) for mean, number in blocks for _ in range(number)]
        # Whole columns first: then what is a whole width stays one.
        return [int(mean) + shift for mean, shift in zip(means, before, strict=True)]

    def column(self, time: float) -> int:
        """Where a time is: within a pause so far through it."""
        before, column = self.begin, 0
        for moment, start in zip(self.times, self.starts, strict=True):
            if moment >= time:
                through = (time - before) / (moment - before) if moment > before else 1
                return int(column + through * (start - column))
            before, column = moment, start
        return self.width

    def axis(self) -> str:
        """Round times, each at its column."""
        end = self.times[-1]
        step, places = round_step(end - self.begin, max(self.width // LABELS, 2))
        line, number = "", ceil(self.begin / step)
        while (time := number * step) <= end:
            column = self.column(time)
            tick = f"{line:<{column}}|{time:.{places}f}"
            if (not line or column > len(line)) and len(tick) <= self.width:
                line = tick
            number += 1
        return line


def _share(wanted: Sequence[int], spare: float) -> list[int]:
    """Of the columns that are wanted so many as there are to spare, evenly."""
    total = sum(wanted)
    part = min(1.0, max(0.0, spare / total)) if total else 0.0
    sums = [int(part * one) for one in accumulate(wanted, initial=0)]
    return [later - earlier for earlier, later in pairwise(sums)]


def round_step(length: float, most: int) -> tuple[float, int]:
    """The round number of seconds from one time to the next, and its decimal places."""
    for power in range(6, -9, -1) if length > 0 else ():
        for digit in (1, 2, 5):
            step = digit * 10.0**-power
            if length / step < most:
                return step, max(power, 0)
    return max(length, 1), 0
