"""Who can take the next step where there are many tasks, found without asking each of them.

Tasks that wait for the same thing are a group, which is asked once: their announcements have equal
functions `ready`, as all methods of one lock by the same name are. Each task has a place, in the
order of their starts, and that is the order in which tasks are told, whatever their groups.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threaddemo.simulation.scheduler import Task

#: So many tasks are no crowd: it takes less to look at each of them.
FEW = 50


class Group:
    """The tasks that wait for one thing."""

    __slots__ = ("places", "ready", "timers", "told")

    def __init__(self, ready: Callable[[], bool]) -> None:
        self.ready = ready
        self.told: bool | None = None  # whether they could go on when somebody asked last
        self.places: list[int] = []
        self.timers: list[tuple[int, int]] = []  # deadline and place, of who has a time-out


class Crowd:
    """All tasks that wait to take their next step.

    Args:
        tasks: those that live, by their places.
        waiting: those of them that wait now.
    """

    def __init__(self, tasks: dict[int, Task], waiting: Iterable[Task]) -> None:
        self._tasks = tasks
        self._groups: dict[Callable[[], bool], Group] = {}
        for task in waiting:
            self.add(task)

    def add(self, task: Task) -> None:
        """A task has announced an operation."""
        group = self._groups.get(task.ready)
        if group is None:
            group = self._groups[task.ready] = Group(task.ready)
        insort(group.places, task.place)
        if task.deadline:
            insort(group.timers, (task.deadline, task.place))

    def remove(self, task: Task) -> None:
        """A task goes ahead."""
        group = self._groups[task.ready]
        del group.places[bisect_left(group.places, task.place)]
        if task.deadline:
            del group.timers[bisect_left(group.timers, (task.deadline, task.place))]
        if not group.places:
            del self._groups[task.ready]

    def stirred(self, clock: int) -> Iterator[Task]:
        """Those for which it may have changed, since it was asked last, whether they can go on."""
        for group in list(self._groups.values()):
            if (ready := group.ready()) is not group.told:
                group.told = ready
                places = group.places
            else:
                due = bisect_right(group.timers, clock, key=lambda timer: timer[0])
                places = [place for _, place in group.timers[:due]]
            yield from map(self._tasks.__getitem__, places)

    def enabled(self) -> Enabled:
        """Who can go ahead now."""
        ready, timed = [], []
        for group in self._groups.values():
            if group.ready():
                ready.append(group.places)
            elif group.timers:
                timed.append(group.timers)
        return Enabled(self._tasks, ready, timed)


class Enabled:
    """The tasks that can go ahead: those that are ready, and those that have a time-out.

    Whether it has come is a matter of time only.
    """

    def __init__(
        self, tasks: dict[int, Task], ready: list[list[int]], timed: list[list[tuple[int, int]]]
    ) -> None:
        self._tasks, self._ready, self._timed = tasks, ready, timed

    def __len__(self) -> int:
        return sum(map(len, self._ready)) + sum(map(len, self._timed))

    def all(self) -> Sequence[Task]:
        """Each of them."""
        timed = [sorted(place for _, place in timers) for timers in self._timed]
        return self._in_order(self._ready + timed)

    def punctual(self, clock: int, jitter: int) -> Sequence[Task]:
        """Those that virtual time allows: timers that are due go first."""
        earliest = min((timers[0][0] for timers in self._timed), default=0)
        if self._ready and not 0 < earliest <= clock:
            return self._in_order(self._ready)
        end = earliest + jitter + 1, 0
        due = [timers[: bisect_left(timers, end)] for timers in self._timed]
        return self._in_order([sorted(place for _, place in timers) for timers in due])

    def _in_order(self, lists: list[list[int]]) -> Sequence[Task]:
        if sum(map(len, lists)) > FEW:
            return Many(self._tasks, lists)
        return [self._tasks[place] for place in sorted(chain(*lists))]


class Many(Sequence["Task"]):
    """Tasks in their order, from sorted lists of places; one is looked for when it is asked for."""

    def __init__(self, tasks: dict[int, Task], lists: list[list[int]]) -> None:
        self._tasks, self._lists = tasks, lists

    def __len__(self) -> int:
        return sum(map(len, self._lists))

    def __getitem__(self, index: int) -> Task:  # type: ignore[override]
        if not 0 <= index < len(self):
            raise IndexError(index)
        if len(self._lists) == 1:
            return self._tasks[self._lists[0][index]]
        places = range(max(places[-1] for places in self._lists if places) + 1)
        return self._tasks[bisect_right(places, index, key=self._until)]

    def _until(self, last: int) -> int:
        """How many there are up to a place."""
        return sum(bisect_right(places, last) for places in self._lists)

    def __contains__(self, task: object) -> bool:
        place = getattr(task, "place", -1)
        return any(
            index < len(places) and places[index] == place
            for places in self._lists
            for index in [bisect_left(places, place)]
        )

    def __iter__(self) -> Iterator[Task]:
        return map(self._tasks.__getitem__, sorted(chain(*self._lists)))
