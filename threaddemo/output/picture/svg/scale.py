"""True time from left to right: what lasts longer is drawn longer."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from threaddemo.output.picture.columns import round_step

BETWEEN = 90  #: pixels from one time on the axis to the next, at least


class Scale:
    """Which time stands where.

    Args:
        total: how long the run took, in seconds.
        left: the pixel at which it begins.
        right: the pixel at which it ends.
        beyond: how many pixels there are behind it, for what is stuck at its end.
    """

    def __init__(self, total: float, left: float, right: float, beyond: float) -> None:
        self.total = total
        self.left = left
        self.right = right - beyond
        self.end = right

    def x(self, time: float) -> float:
        """The pixel of a time."""
        return self.left + (self.right - self.left) * (time / self.total if self.total else 0)

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Round times: the pixel and the words of each."""
        if not self.total:
            yield self.left, "0 s"
            return
        most = max(int((self.right - self.left) / BETWEEN), 2)
        step, places = round_step(self.total, most)
        for number in range(ceil(self.total / step) + 1):
            if (time := number * step) <= self.total * 1.000001:
                yield self.x(time), f"{time:.{places}f} s"
