"""Who takes the next step: every way there is, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from threaddemo.simulation.pinning import one_cpu
from threaddemo.simulation.scheduler import Strategy, Task
from threaddemo.simulation.strategies import Replay

R = TypeVar("R")


class _Path(Replay):
    """One path through the tree of all schedules: the known part first, then straight on.

    At each fork, a step at which there is a choice, the tasks still to try are noted; the first of
    them is the one on the path.
    """

    step_limit = 10_000

    def __init__(self, forks: list[list[int]], bound: int | None) -> None:
        self.plan = [fork[0] for fork in forks]
        self.step = 0
        self.forks = forks
        self.bound = bound
        self.preemptions = 0
        self.pruned = False

    def choose(self, enabled: Sequence[Task], current: Task | None) -> Task:
        if self.step == len(self.plan):
            others = [task.number or 0 for task in enabled if task is not current]
            if current is not None and self.preemptions == self.bound:
                self.pruned, others = True, []
            self.forks.append(others if current is None else [current.number or 0, *others])
            self.plan.append(self.forks[-1][0])
        wanted = self.plan[self.step]
        for task in enabled:
            if task.number == wanted:
                self.step += 1
                self.preemptions += current is not None and task is not current
                return task
        return super().choose(enabled, current)  # which says what is wrong


@dataclass
class Exploration(Generic[R]):
    """Every schedule of a program, depth first; iterating yields what `run_one` makes of each.

    A run can't be rewound, so each schedule starts afresh: it repeats the last one up to its last
    fork with a branch still untried, takes that branch, and goes straight on from there.
    """

    run_one: Callable[[Strategy], R]
    max_schedules: int = 20_000
    preemptions: int | None = None

    # Of the iteration so far: how many schedules have been run, whether the bound on preemptions
    # has left some out, and whether all others have been run.
    schedules, pruned, exhausted = 0, False, False

    @property
    def complete(self) -> bool:
        """Whether every schedule has been run."""
        return self.exhausted and not self.pruned

    def __iter__(self) -> Iterator[R]:
        self.schedules, self.pruned, self.exhausted = 0, False, False
        forks: list[list[int]] = []
        with one_cpu():
            while self.schedules < self.max_schedules and not self.exhausted:
                path = _Path(forks, self.preemptions)
                run = self.run_one(path)
                self.schedules += 1
                self.pruned |= path.pruned
                while forks and len(forks[-1]) == 1:
                    forks.pop()
                if forks:
                    del forks[-1][0]
                self.exhausted = not forks
                yield run
