"""Who takes the next step: every way there is, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from threaddemo.simulation.pinning import one_cpu
from threaddemo.simulation.scheduler import EXPLORED, Strategy, Task
from threaddemo.simulation.strategies import Replay
from threaddemo.simulation.turns import Turns

R = TypeVar("R")
BEGINNING = 100  #: choices of a run without an end, the others of which are left as they are


class _Path(Replay):
    """One path through the tree of all schedules: the known part first, then straight on.

    At each fork, a step at which there is a choice, the tasks still to try are noted; the first of
    them is the one on the path.
    """

    step_limit = EXPLORED

    def __init__(self, forks: list[list[int]], bound: int | None) -> None:
        self.plan = [fork[0] for fork in forks]
        self.step = 0
        self.forks = forks
        self.bound = bound
        self.preemptions = 0
        self.pruned = self.is_endless = self.is_unfair = False
        self._turns = Turns()

    def give_up(self) -> None:
        self.is_endless, self.is_unfair = True, self._turns.are_unfair(self.scheduler)
        self.finish(failed=True)

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
                break
        else:
            task = super().choose(enabled, current)  # which says what is wrong
        self._turns.note(self.scheduler, enabled, task)
        self.preemptions += current is not None and task is not current
        return task


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
    # has left some out, or that they have no end, and whether all others have been run. Those that
    # were unfair are not among them.
    schedules, unfair, pruned, exhausted = 0, 0, False, False

    @property
    def complete(self) -> bool:
        """Whether every schedule has been run."""
        return self.exhausted and not self.pruned

    def __iter__(self) -> Iterator[R]:
        self.schedules, self.unfair, self.pruned, self.exhausted = 0, 0, False, False
        forks: list[list[int]] = []
        with one_cpu():
            while self.schedules + self.unfair < self.max_schedules and not self.exhausted:
                path = _Path(forks, self.preemptions)
                run = self.run_one(path)
                self.pruned |= path.pruned or path.is_endless
                if path.is_endless:  # only the beginning is varied: else it would be the end
                    del forks[BEGINNING:]
                while forks and len(forks[-1]) == 1:
                    forks.pop()
                if forks:
                    del forks[-1][0]
                self.exhausted = not forks
                self.unfair += path.is_unfair
                if not path.is_unfair:
                    self.schedules += 1
                    yield run
