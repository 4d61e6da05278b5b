"""Which event of a run stands in which column of its picture.

Time is not drawn to scale. Each event has a column of its own, and what width is left goes to the
pauses between events; so a run of microseconds and one of hours both show what came before what.
The axis tells the time of some columns. Where there are too many events for the width, first the
values go, then the events are folded: a column stands for several.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from threaddemo.events.vocabulary import Note

TICK = 11  #: columns from one time on the axis to the next
LONG = 0.1  #: seconds; the times of shorter runs have six decimal places


class Mark(NamedTuple):
    """What is new in a row at an event: a label, and the sign of the state that follows it."""

    event: int
    label: str
    state: str


class Columns:
    """The columns that events stand in, at most ``width`` of them.

    Args:
        events: what is drawn.
        width: how many columns there are.
        telling: the signs of states, from the least telling to the most.
    """

    def __init__(self, events: Sequence[Note], width: int, telling: str) -> None:
        self._telling = telling
        self.times = [event.time for event in events]
        widths = _least(events)
        self.valued = sum(widths) <= width
        if not self.valued:
            widths = [min(least, 1) for least in widths]
        self.folded = sum(widths) > width
        if self.folded:
            self.starts = [index * width // len(events) for index in range(len(events))]
            self.width = width
            firsts = [bisect_left(self.starts, column) for column in range(width)]
            self.begins = [*(self.times[first] for first in firsts), self.times[-1]]
        else:
            _widen(widths, self.times, width - sum(widths))
            *self.starts, self.width = accumulate(widths, initial=0)

    def lay(self, marks: Sequence[Mark]) -> str:
        """A row's cells: each state from its mark to the next one's."""
        if self.folded:
            return self._lay_folded(marks)
        cells = [" "] * self.width
        ends = [*(self.starts[mark.event] for mark in marks[1:]), self.width]
        for mark, end in zip(marks, ends, strict=True):
            start = self.starts[mark.event]
            label = mark.label if self.valued else mark.label[:1]
            cells[start:end] = f"{label}{mark.state * self.width}"[: end - start]
        return "".join(cells)

    def _lay_folded(self, marks: Sequence[Mark]) -> str:
        """A row's cells: in each the state that lasts longest in it."""
        lasting: list[dict[str, float]] = [{" ": 0.0} for _ in range(self.width)]
        nexts = [*(mark.event for mark in marks[1:]), len(self.times) - 1]
        for mark, following in zip(marks, nexts, strict=True):
            begin, end = self.times[mark.event], self.times[following]
            for column in range(self.starts[mark.event], self.starts[following] + 1):
                here = min(end, self.begins[column + 1]) - max(begin, self.begins[column])
                states = lasting[column]
                states[mark.state] = states.get(mark.state, 0.0) + max(here, 0.0)
        return "".join(
            max(states, key=lambda state: (states[state], self._telling.find(state)))
            for states in lasting
        )

    def axis(self) -> str:
        """The times of some columns, each beginning at its column."""
        places = 3 if self.times[-1] - self.times[0] >= LONG else 6
        line = ""
        for column in range(0, self.width, TICK):
            tick = f"{line:<{column}}|{self._time(column):.{places}f}"
            line = tick if len(tick) <= self.width else line
        return line

    def _time(self, column: int) -> float:
        """When what is in a column began; within a pause, so far through it."""
        index = max(bisect_right(self.starts, column) - 1, 0)
        if self.folded:
            return self.begins[column]
        if index + 1 == len(self.starts):
            return self.times[index]
        start, end = self.starts[index], self.starts[index + 1]
        through = (column - start) / (end - start)
        return self.times[index] + through * (self.times[index + 1] - self.times[index])

    def scale(self) -> str:
        """How the columns are to be read."""
        if self.folded:
            events = f"{len(self.times):,} events in {self.width} columns"
            return f"(folded: {events}; what lasts longest shows)"
        return f"(time is not to scale{'' if self.valued else '; no room for the values'})"


def _least(events: Sequence[Note]) -> list[int]:
    """The columns that each event needs: as many as its label, or one for what follows it."""
    widths = []
    for event, following in pairwise([*events, None]):
        assert event is not None
        if event.what in ("read", "write"):
            widths.append(1 + len(str(event.value)))
        elif event.what in ("create", "end"):
            widths.append(0)
        else:
            # A thread that goes on with a lock in its hand shows that, and not both.
            taken = following and following.what == "take" and following.lane is event.lane
            widths.append(0 if event.what == "run" and taken else 1)
    return widths


def _widen(widths: list[int], times: Sequence[float], spare: int) -> None:
    """Give the spare columns to the pauses between events, in proportion to their length."""
    gaps = [later - earlier for earlier, later in pairwise(times)]
    total = sum(gaps)
    if not total:
        return
    shares = [spare * gap / total for gap in gaps]
    for index, share in enumerate(shares):
        widths[index] += int(share)
    by_remainder = sorted(range(len(shares)), key=lambda index: int(shares[index]) - shares[index])
    for index in by_remainder[: spare - sum(map(int, shares))]:
        widths[index] += 1
