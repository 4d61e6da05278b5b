"""Schedules of a program one by one, each with its choices and with what the threads did.

For who chooses on a page: there nothing can be run, so what comes of a choice has to be known.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from threaddemo import runs
from threaddemo.ends import CannotSimulate, Run, TimedOut, TooManyThreads
from threaddemo.output.narrative import Narrative, narrated
from threaddemo.program import Program
from threaddemo.runs.simulated import Replayed
from threaddemo.script import Script
from threaddemo.simulation import Choice, Choosing, ScheduleError
from threaddemo.simulation.pinning import one_cpu
from threaddemo.simulation.schedules import SITE, decode

if TYPE_CHECKING:
    from threaddemo.events.vocabulary import Note
    from threaddemo.settings import Settings

MOST = 5_000  #: schedules that are run
SECONDS = 6.0  #: of computing, for programs of which that takes longer
LONGEST = 3_000  #: notes of one run; a longer one is no game
LONGEST_TURN = 100  #: choices in a row that one thread gets; others may wait for nothing else
SILENT = 1_000  #: a level that no record has

#: Choices, by the numbers of the threads.
Picks: TypeAlias = "tuple[int, ...]"


class Walk(NamedTuple):
    """One schedule from its first choice to its last; the first part may be another's, too."""

    picks: Picks
    known: int
    """How many of the choices others have come to before."""
    choices: list[Choice]
    """Those after these."""
    marks: list[int]
    """How many notes there were before the last known choice, each of these, and the end."""
    notes: list[Note]
    run: Run


class _TooLong(Exception):
    """So much happens in a run that nobody would play it."""


class Walks:
    """Walks through the schedules of a program, those with few preemptions first.

    Args:
        settings: with which parameters, and at which points.
        program: what is run.
        first: schedules that come before all others; with the same points, and so have all.
    """

    def __init__(
        self, settings: Settings, program: Program | Script, first: Iterable[str] = ()
    ) -> None:
        # Each run is recorded, for itself; it has time even if the exploration had none left.
        alone = settings._replace(explore=False, schedule="-", timeout=None)
        self._narrative = Narrative("text", color=False)
        self._runs = cast(Replayed, runs.asked_for(alone, program, self._narrative, lambda: None))
        self._waiting: list[tuple[int, int, int, Picks]] = []
        self._marks: dict[Picks, int] = {}  # of each choice
        self._preemptions: dict[Picks, int] = {}  # after each choice that there is
        self._ends: set[Picks] = set()
        self.complete = False
        self._first = [*first] or ["-"]

    def __iter__(self) -> Iterator[Walk]:
        """Make the walks; afterwards ``complete`` tells whether there are no others."""
        told = narrated(self._narrative, "CRITICAL", "INFO")
        with one_cpu(), told, closing(self._runs):
            self._narrative.least = SILENT
            self._runs.prepared(self._first[0])
            for schedule in self._first:
                self._plan(-1, tuple(decode(schedule.partition(SITE)[0])))
            self._plan(0, ())
            yield from self._walks()

    def _walks(self) -> Iterator[Walk]:
        begun = time.process_time()
        left_out = False
        while self._waiting and len(self._ends) < MOST and time.process_time() - begun < SECONDS:
            *_, plan = heapq.heappop(self._waiting)
            if plan in self._marks or plan in self._ends:
                continue
            try:
                walk = self._walk(plan)
            except (_TooLong, CannotSimulate, ScheduleError, TimedOut, TooManyThreads):
                left_out = True
                continue
            self._ends.add(walk.picks)
            self._branch(walk)
            yield walk
        self.complete = not self._waiting and not left_out

    def _walk(self, plan: Picks) -> Walk:
        """The walk that begins as planned, and then goes straight on."""
        known = 0
        while known < len(plan) and plan[:known] in self._marks:
            known += 1
        marks = [self._marks[plan[: known - 1]] if known else 0]
        choices: list[Choice] = []
        recorder = self._runs.recorder
        assert recorder is not None

        def ask(choice: Choice) -> int:
            marks.append(len(recorder.notes))
            if marks[-1] > LONGEST:
                raise _TooLong
            choices.append(choice)
            here = len(choice.taken)
            return plan[here] if here < len(plan) else _straight_on(choice)

        strategy = Choosing(plan[:known], ask, Program.place)
        run = self._runs.simulate(strategy)
        notes = list(recorder.notes)
        return Walk(tuple(strategy.plan), known, choices, [*marks, len(notes)], notes, run)

    def _branch(self, walk: Walk) -> None:
        """Plan to try what else could have been chosen at the new choices."""
        for choice, mark in zip(walk.choices, walk.marks[1:], strict=False):
            self._marks[choice.taken] = mark
            before = self._preemptions.get(choice.taken, 0)
            for one in choice.able:
                plan = (*choice.taken, one.number)
                cost = before + (choice.current is not None and not one.current)
                self._preemptions[plan] = cost
                if one.number != walk.picks[len(choice.taken)]:
                    self._plan(cost, plan)

    def _plan(self, preemptions: int, plan: Picks) -> None:
        heapq.heappush(self._waiting, (preemptions, len(plan), len(self._waiting), plan))


def _straight_on(choice: Choice) -> int:
    """The one that was running, or else the next; but in a row only for so long."""
    numbers = sorted(one.number for one in choice.able)
    last = choice.taken[-1] if choice.taken else -1
    turn = choice.taken[-LONGEST_TURN:]
    if choice.current is not None and turn.count(last) < LONGEST_TURN:
        return choice.current.number
    return next((number for number in numbers if number > last), numbers[0])
