"""Who has had a turn, and when: a run in which somebody waits for one in vain shows nothing.

Where any sleeper may wake at any time, one may sleep for ever. A run that has no end for that
reason alone is none of the program's.
"""

from __future__ import annotations

from collections.abc import Sequence

from threaddemo.simulation.scheduler import Scheduler, Task


class Turns:
    """The last turns of the tasks of a run."""

    def __init__(self) -> None:
        self._last: dict[int, int] = {}
        self._able: Sequence[Task] = ()

    def note(self, scheduler: Scheduler, able: Sequence[Task], chosen: Task) -> None:
        """One of several tasks has its turn."""
        self._able = able
        self._last[chosen.number or 0] = scheduler.steps

    def are_unfair(self, scheduler: Scheduler) -> bool:
        """Whether one that could go on has had no turn in the last half of the run."""
        half = scheduler.steps // 2
        return any(self._last.get(task.number or 0, 0) < half for task in self._able)
