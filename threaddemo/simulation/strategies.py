"""Who takes the next step: at random from a seed, by a given schedule, or every way there is."""

from __future__ import annotations

import os
import random
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from threaddemo.simulation.scheduler import Task
    from threaddemo.simulation.simulator import Run

#: The schedule of a run in which there was never more than one task to choose.
NO_CHOICE = "-"


class ScheduleError(ValueError):
    """A schedule that is malformed or does not fit the program; the message says at which step."""


class Strategy:
    """Picks a task at each step at which more than one is enabled."""

    #: Whether a timer may fire at any time, or only when the virtual clock says so.
    free_time = True
    #: The number of steps after which a run counts as endless.
    step_limit = 1_000_000

    def choose(self, enabled: Sequence[Task], current: Task | None) -> Task:
        """Return one of two or more enabled tasks; `current` is the one that could just go on."""
        raise NotImplementedError

    def finish(self) -> None:
        """Hear that the run has ended.

        Raises ScheduleError if the strategy had planned more.
        """


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
    runs = ((number, sum(1 for _ in group)) for number, group in groupby(trace))
    return (
        ".".join(f"{number}x{length}" if length > 1 else str(number) for number, length in runs)
        or NO_CHOICE
    )


def decode(schedule: str) -> list[int]:
    """Read a schedule.

    Raises ScheduleError if it is malformed.
    """
    trace: list[int] = []
    if schedule == NO_CHOICE:
        return trace
    for part in schedule.split("."):
        match = re.fullmatch("([0-9]{1,6})(?:x([1-9][0-9]{0,5}))?", part)
        if match is None:
            step = len(trace) + 1
            raise ScheduleError(f"schedule step {step}: {part!r} is neither a task nor like 2x3")
        trace += [int(match[1])] * int(match[2] or 1)
    return trace


def _find(number: int | None, tasks: Sequence[Task]) -> Task | None:
    return next((task for task in tasks if task.number == number), None)


class Replay(Strategy):
    """Follows a schedule from its first choice to its last.

    Raises ScheduleError if it is malformed; the run raises it at the step where the schedule does
    not fit.
    """

    def __init__(self, schedule: str) -> None:
        self._trace = decode(schedule)
        self._step = 0

    def choose(self, enabled: Sequence[Task], current: Task | None) -> Task:
        """Return the task that the schedule names; raise ScheduleError if it can't run."""
        self._step += 1
        wanted = self._trace[self._step - 1] if self._step <= len(self._trace) else None
        task = _find(wanted, enabled)
        if task is not None:
            return task
        problem = "the schedule is too short" if wanted is None else f"task {wanted} can't run here"
        names = ", ".join(f"{task.number} ({task.name})" for task in enabled)
        raise ScheduleError(f"schedule step {self._step}: {problem}; next could be {names}")

    def finish(self) -> None:
        """Raise ScheduleError if the schedule names more choices than the run had."""
        if self._step < len(self._trace):
            problem = f"the schedule is too long; the run had {self._step} choices"
            raise ScheduleError(f"schedule step {self._step + 1}: {problem}")


#: A step at which the paths part: the tasks still to try, the one on the way first.
Fork: TypeAlias = "list[int]"


class _Path(Strategy):
    """One path through the tree of all schedules: the known forks first, then straight on."""

    step_limit = 10_000

    def __init__(self, forks: list[Fork], preemptions: int | None) -> None:
        self.forks = forks
        self.bound = preemptions
        self.spent = 0
        self.depth = 0
        self.pruned = False

    def choose(self, enabled: Sequence[Task], current: Task | None) -> Task:
        if self.depth == len(self.forks):
            self.forks.append(self._fork(enabled, current))
        task = _find(self.forks[self.depth][0], enabled)
        self.depth += 1
        if task is None:
            raise ScheduleError(f"schedule step {self.depth}: the program went another way before")
        self.spent += current is not None and task is not current
        return task

    def _fork(self, enabled: Sequence[Task], current: Task | None) -> Fork:
        numbers = [task.number or 0 for task in enabled if task is not current]
        if current is None:
            return numbers
        if self.bound is not None and self.spent >= self.bound:
            self.pruned = True
            numbers.clear()
        return [current.number or 0, *numbers]


class Exploration:
    """Every schedule of a program, depth first; iterating yields the Run of each.

    A run can't be rewound, so each schedule starts afresh: it repeats the last one up to its last
    fork with a branch still untried, takes that branch, and goes straight on from there.
    """

    def __init__(
        self,
        run_one: Callable[[Strategy], Run[Any]],
        max_schedules: int = 20_000,
        preemptions: int | None = None,
    ) -> None:
        self._run_one = run_one
        self._max_schedules = max_schedules
        self._preemptions = preemptions
        #: How many schedules have been run.
        self.schedules = 0
        #: Whether the bound on preemptions has left schedules out.
        self.pruned = False
        #: Whether every schedule has been run.
        self.complete = False

    def __iter__(self) -> Iterator[Run[Any]]:
        self.schedules, self.pruned, self.complete = 0, False, False
        affinity = _one_cpu()
        try:
            forks: list[Fork] = []
            while self.schedules < self._max_schedules:
                path = _Path(forks, self._preemptions)
                run = self._run_one(path)
                self.schedules += 1
                self.pruned = self.pruned or path.pruned
                exhausted = not _next_branch(forks)
                self.complete = exhausted and not self.pruned
                yield run
                if exhausted:
                    return
        finally:
            _set_affinity(affinity)


def _next_branch(forks: list[Fork]) -> bool:
    """Turn to the next untried branch of the deepest fork that has one; False if none is left."""
    while forks:
        del forks[-1][0]
        if forks[-1]:
            return True
        forks.pop()
    return False


def _one_cpu() -> set[int]:
    """Pin the process to one of its CPUs, where hand-overs are much faster; return those it had."""
    if not hasattr(os, "sched_getaffinity"):
        return set()
    cpus = os.sched_getaffinity(0)
    _set_affinity({sorted(cpus)[os.getpid() % len(cpus)]})
    return cpus


def _set_affinity(cpus: set[int]) -> None:
    """Let every thread of the process run on these CPUs; with none given, leave them alone."""
    if not cpus:
        return
    for thread in threading.enumerate():
        # A thread may have ended meanwhile, or the system refuse: only speed is lost.
        with suppress(OSError):
            os.sched_setaffinity(thread.native_id or 0, cpus)
