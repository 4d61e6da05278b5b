"""Who takes the next step: at random from a seed, or by a given schedule."""

from __future__ import annotations

import random
from collections.abc import Sequence

from threaddemo.simulation.scheduler import BRIEF, EndlessRun, Scheduler, Strategy, Task
from threaddemo.simulation.schedules import ONE_CLOCK, ScheduleError, decode


class Seeded(Strategy):
    """Like an operating system: a task mostly runs until it blocks, and is sometimes preempted."""

    free_time = False
    own_time = False
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


class Replay(Strategy):
    """Follows a schedule from its first choice to its last.

    Raises ScheduleError if it is malformed; the run raises it at the step where the schedule does
    not fit.
    """

    def __init__(self, schedule: str) -> None:
        self.plan = decode(schedule)
        self.own_time = not schedule.startswith(ONE_CLOCK)
        self.step = 0

    def begin(self, scheduler: Scheduler) -> None:
        """Hear that a run begins."""
        self.scheduler = scheduler

    def choose(self, enabled: Sequence[Task], current: Task | None) -> Task:
        """Return the task that the schedule names; raise ScheduleError if it can't run.

        A schedule of a run that an exploration has given up has no end, either.
        """
        self.step += 1
        scheduler = self.scheduler
        if self.step > len(self.plan) and scheduler.steps > BRIEF and not scheduler.world.strict:
            raise EndlessRun(f"the run has not ended after {scheduler.steps:,} steps")
        wanted = self.plan[self.step - 1] if self.step <= len(self.plan) else None
        for task in enabled:
            if task.number == wanted:
                return task
        problem = "the schedule is too short" if wanted is None else f"task {wanted} can't run here"
        names = ", ".join(f"{task.number} ({task.thread.name})" for task in enabled)
        raise ScheduleError(self.step, f"{problem}; next could be {names}")

    def finish(self, failed: bool) -> None:
        """Raise ScheduleError if the schedule names more choices than the run had.

        Unless it failed: there is more in a plan then than has come to pass.
        """
        if self.step < len(self.plan) and not failed:
            problem = f"the schedule is too long; the run had {self.step} choices"
            raise ScheduleError(self.step + 1, problem)
