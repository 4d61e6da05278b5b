"""Who takes the next step: at random from a seed, by a given schedule, or every way there is."""

from __future__ import annotations

import os
import random
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import groupby
from typing import Generic, TypeVar

from threaddemo.simulation.scheduler import Strategy, Task

R = TypeVar("R")

#: The schedule of a run in which there was never more than one task to choose.
NO_CHOICE = "-"


class ScheduleError(ValueError):
    """A schedule that is malformed or does not fit the program; the message says at which step."""

    def __init__(self, step: int, problem: str) -> None:
        super().__init__(f"schedule step {step}: {problem}")


class Seeded(Strategy):
    """Like an operating system: a task mostly runs until it blocks, and is sometimes preempted."""

    free_time = False
    #: The probability that a task which can go on does so.
    stay = 0.9

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def choose(self, enabled: Sequence[Task], current: Task | None) -> Task:
        """Let the current task go on, most of the time, or draw one."""
        # Of random's functions only random() promises the same numbers on every Python.
        if current is not None and current in enabled and self._random.random() < self.stay:
            return current
        return enabled[int(self._random.random() * len(enabled))]


def encode(trace: Iterable[int]) -> str:
    """Write the chosen task numbers as a schedule: 1, 2, 2, 2, 0 is "1.2x3.0"."""
    runs = ((number, len(list(group))) for number, group in groupby(trace))
    parts = (f"{number}x{length}" if length > 1 else f"{number}" for number, length in runs)
    return ".".join(parts) or NO_CHOICE


def decode(schedule: str) -> list[int]:
    """Read a schedule.

    Raises ScheduleError if it is malformed.
    """
    trace: list[int] = []
    for part in schedule.split(".") if schedule != NO_CHOICE else ():
        match = re.fullmatch("([0-9]{1,6})(?:x([1-9][0-9]{0,5}))?", part)
        if match is None:
            raise ScheduleError(len(trace) + 1, f"{part!r} is neither a task nor like 2x3")
        trace += [int(match[1])] * int(match[2] or 1)
    return trace


class Replay(Strategy):
    """Follows a schedule from its first choice to its last.

    Raises ScheduleError if it is malformed; the run raises it at the step where the schedule does
    not fit.
    """

    def __init__(self, schedule: str) -> None:
        self.plan = decode(schedule)
        self.step = 0

    def choose(self, enabled: Sequence[Task], current: Task | None) -> Task:
        """Return the task that the schedule names; raise ScheduleError if it can't run."""
        self.step += 1
        wanted = self.plan[self.step - 1] if self.step <= len(self.plan) else None
        for task in enabled:
            if task.number == wanted:
                return task
        problem = "the schedule is too short" if wanted is None else f"task {wanted} can't run here"
        names = ", ".join(f"{task.number} ({task.thread.name})" for task in enabled)
        raise ScheduleError(self.step, f"{problem}; next could be {names}")

    def finish(self) -> None:
        """Raise ScheduleError if the schedule names more choices than the run had."""
        if self.step < len(self.plan):
            problem = f"the schedule is too long; the run had {self.step} choices"
            raise ScheduleError(self.step + 1, problem)


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
        task = super().choose(enabled, current)
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
    # has left some out, and whether all others have been run.
    schedules, pruned, exhausted = 0, False, False

    @property
    def complete(self) -> bool:
        """Whether every schedule has been run."""
        return self.exhausted and not self.pruned

    def __iter__(self) -> Iterator[R]:
        self.schedules, self.pruned, self.exhausted = 0, False, False
        forks: list[list[int]] = []
        with _one_cpu():
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


@contextmanager
def _one_cpu() -> Iterator[None]:
    """Pin the process to one of its CPUs meanwhile: hand-overs are much faster there."""
    if not hasattr(os, "sched_getaffinity"):
        yield
        return
    cpus = os.sched_getaffinity(0)
    try:
        _pin({sorted(cpus)[os.getpid() % len(cpus)]})
        yield
    finally:
        _pin(cpus)


def _pin(cpus: set[int]) -> None:
    for thread in threading.enumerate():
        # A thread may have ended meanwhile, or the system refuse: only speed is lost.
        with suppress(OSError):
            os.sched_setaffinity(thread.native_id or 0, cpus)
