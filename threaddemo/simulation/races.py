"""Data races: two threads use a variable, one of them changes it, and nothing orders them.

What orders two accesses is what a program does to have them ordered: a thread is started and
joined, a lock released and acquired, an item put and got, an event set and waited for. Each thread
counts its own deeds, and knows how far it has heard of those of others (a vector clock: Mattern
1989); it tells what it knows wherever it changes a primitive, and learns where it looks at one. An
access that another thread has not heard of yet is ordered with none of its own ("happens before":
Lamport 1978). It makes no difference which of the two came first in the run at hand.

A race is one of the program, not of the schedule: all schedules of one kind show the same ones.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from threaddemo.simulation.scheduler import Task

#: How far the deeds of each task are known, by its number.
Clock = dict[int, int]


class Site(NamedTuple):
    """Where something is accessed: a line, and the name that is read or written there."""

    file: str
    line: int
    name: str


class Access(NamedTuple):
    """One side of a race."""

    thread: str
    verb: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.verb} by {self.thread} at {os.path.basename(self.file)}:{self.line}"


class Race(NamedTuple):
    """Two accesses that nothing orders."""

    variable: str
    one: Access
    two: Access

    def __str__(self) -> str:
        return f"{self.variable} {self.one} and {self.two}; nothing orders them"


class _Deed(NamedTuple):
    """An access, as far as it is told apart from others of the same task."""

    task: int
    site: Site
    change: bool
    is_item: bool
    shown: str
    """The variable in words; empty if the access is no race whatever else is done."""


class _Variable:
    """The accesses of one variable, by the time of the task that made each one last."""

    def __init__(self) -> None:
        self.deeds: dict[_Deed, int] = {}
        self.tasks: set[int] = set()
        self.contended = False


class Races:
    """What the tasks of one run have heard of each other, and who has not heard when it matters."""

    def __init__(self) -> None:
        self.races: dict[object, Race] = {}
        #: Where variables are accessed that threads contend for.
        self.sites: set[Site] = set()
        self._clocks: dict[int, Clock] = {}
        self._things: dict[int, tuple[object, Clock]] = {}  # kept, so that no other has their ids
        self._variables: dict[object, _Variable] = {}
        self._names: dict[int, str] = {}

    # What orders.

    def learn(self, task: int, thing: object) -> None:
        """A task looks at a primitive: what others have done before they changed it is over."""
        if found := self._things.get(id(thing)):
            _hear(self._clock(task), found[1])

    def tell(self, task: int, thing: object) -> None:
        """A task changes a primitive: who looks at it from now on has heard of what it has done."""
        clock = self._clock(task)
        known = self._things.setdefault(id(thing), (thing, {}))[1]
        _hear(clock, known)
        known.update(clock)
        clock[task] += 1

    def _clock(self, task: int) -> Clock:
        clock = self._clocks.get(task)
        if clock is None:
            clock = self._clocks[task] = {task: 1}
        return clock

    # What is to be ordered.

    def access(  # noqa: PLR0913 - the last two are named
        self,
        task: Task,
        key: object,
        site: Site,
        change: bool,
        *,
        is_item: bool = False,
        shown: str = "",
    ) -> None:
        """A task accesses a variable.

        Args:
            task: who it is.
            key: the variable.
            site: where.
            change: whether it is written.
            is_item: whether the variable is a container, of which only an item is accessed. For
                who accesses the same item, that is a variable, too.
            shown: the variable in words; empty if the access is atomic. Then it takes part in no
                race, and yet threads may contend for who comes first.
        """
        number = task.number or 0
        clock = self._clock(number)
        variable = self._variables.setdefault(key, _Variable())
        deed = _Deed(number, site, change, is_item, shown)
        self._names[number] = "Main" if not number else task.thread.name
        if variable.tasks != {number}:
            variable.tasks.add(number)
            self._compare(variable, deed, clock)
        variable.deeds[deed] = clock[number]
        if variable.contended:
            self.sites.add(site)

    def _compare(self, variable: _Variable, deed: _Deed, clock: Clock) -> None:
        for other, when in variable.deeds.items():
            if (
                other.task != deed.task
                and (other.change or deed.change)
                and when > clock.get(other.task, 0)
                and not (other.is_item and deed.is_item)
            ):
                self._contend(variable, other, deed)

    def _contend(self, variable: _Variable, one: _Deed, two: _Deed) -> None:
        if not variable.contended:
            variable.contended = True
            self.sites.update(deed.site for deed in variable.deeds)
        if one.shown and two.shown:
            places = frozenset([one.site[:2], two.site[:2]])
            race = Race(two.shown, self._told(one), self._told(two))
            self.races.setdefault((two.shown, places), race)

    def _told(self, deed: _Deed) -> Access:
        verb = "written" if deed.change else "read"
        return Access(self._names[deed.task], verb, deed.site.file, deed.site.line)


def _hear(clock: Clock, news: Clock) -> None:
    for task, time in news.items():
        if time > clock.get(task, 0):
            clock[task] = time
