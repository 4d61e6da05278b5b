"""Tells who runs, who could go on and who waits, as a run goes on: for those who record it.

Only the scheduler knows. A thread that could go on and was not chosen looks, from within, like one
that waits. Nothing here chooses or changes anything; a run is the same with and without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal, TypeAlias

from threaddemo.simulation.patience import GOING_ROUND
from threaddemo.simulation.scheduler import Scheduler

if TYPE_CHECKING:
    from threaddemo.simulation.scheduler import Task

Standing: TypeAlias = Literal["runs", "is ready", "sleeps", "waits"]
#: Hears what a task is at from now on, and whom it has interrupted, who could have gone on.
Listener: TypeAlias = Callable[["Task", Standing, "Task | None"], None]


class Standings:
    """What each task is at; whoever listens hears of every change, and of each at its time.

    Args:
        scheduler: whose tasks they are.
        listener: hears of the changes.
    """

    def __init__(self, scheduler: Scheduler, listener: Listener) -> None:
        self._scheduler = scheduler
        self._listener = listener
        self._known: dict[Task, Standing] = {}
        self._interrupted: Task | None = None
        self._goes_on = False

    def before(self, chosen: Task | None) -> None:
        """The current task's step is over, and `chosen` takes the next: no time has gone by."""
        current = self._scheduler.current
        able = current.alive and current.ready()
        self._goes_on = able and chosen is current
        self._interrupted = current if able and chosen is not current else None
        if current.alive and not self._goes_on:
            self._tell(current)
        for task in self._stirred():
            if task is not current:
                self._tell(task)

    def after(self, chosen: Task) -> None:
        """The step of `chosen` begins."""
        if not self._goes_on:
            self._known[chosen] = "runs"
            self._listener(chosen, "runs", self._interrupted)

    def _stirred(self) -> Iterable[Task]:
        """The tasks for which something may have changed."""
        scheduler = self._scheduler
        if scheduler.crowd is None:
            return list(scheduler.live)
        return scheduler.crowd.stirred(scheduler.clock)

    def _tell(self, task: Task) -> None:
        """Tell what a task is at that takes no step, if that is new. One not begun is not ready."""
        if task.verb == "start":
            return
        standing: Standing = "waits"
        late = 0 < task.deadline <= self._scheduler.clock
        if late or task.verb == GOING_ROUND or task.ready():  # who gives way could go on
            standing = "is ready"
        elif task.verb == "sleep":
            standing = "sleeps"
        if self._known.get(task) != standing:
            self._known[task] = standing
            self._listener(task, standing, None)
