"""Schedules at random, for programs of which not every kind can be run.

Depth first search changes the end of a schedule first, and may never come to what only its
beginning can change. Schedules drawn at random go everywhere, if not far. Two ways to draw them
find what the other one seldom does.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import count

from threaddemo.simulation.scheduler import EXPLORED, Scheduler, Strategy, Task, parts_of
from threaddemo.simulation.turns import Turns


class Walk(Strategy):
    """At each step, all that can go on are equally likely."""

    step_limit = EXPLORED
    #: How many steps the run has had that was the last, once it is over.
    steps = 0
    #: Whether it was given up, though one that could go on has had no turn.
    is_unfair = False

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.preemptions = 0

    def begin(self, scheduler: Scheduler) -> None:
        """Hear that a run begins."""
        self._scheduler, self._turns = scheduler, Turns()

    def give_up(self) -> None:
        """Hear that it has no end."""
        self.is_unfair = self._turns.are_unfair(self._scheduler)
        self.finish(failed=True)

    def finish(self, failed: bool) -> None:
        """Hear that it is over."""
        self.steps = self._scheduler.steps

    def choose(self, enabled: Sequence[Task], current: Task | None) -> Task:
        """Draw one of the tasks."""
        chosen = self.draw(enabled)
        self._turns.note(self._scheduler, enabled, chosen)
        self.preemptions += current is not None and chosen is not current
        return chosen

    def draw(self, enabled: Sequence[Task]) -> Task:
        """Draw one of the tasks."""
        return enabled[int(self._random.random() * len(enabled))]


class Priorities(Walk):
    """Each operation has a random priority, redrawn when one that it races with goes first.

    So the order of operations that race is a fair draw, however many others there are in between
    (partial order sampling: Yuan, Yang, Gu, CAV 2018).
    """

    every_step = True

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self._priorities: dict[Task, float] = {}

    def draw(self, enabled: Sequence[Task]) -> Task:
        """The task whose operation has the highest priority."""
        for task in enabled:
            self._priorities.setdefault(task, self._random.random())
        chosen = max(enabled, key=self._priorities.__getitem__)
        touched = set(map(id, parts_of(chosen.target)))
        for task in enabled:
            if task is chosen or touched & set(map(id, parts_of(task.target))):
                del self._priorities[task]
        return chosen


def samplers() -> Iterator[Walk]:
    """Strategies that draw schedules at random, the same ones every time."""
    for seed in count():
        yield Walk(seed)
        yield Priorities(seed)
