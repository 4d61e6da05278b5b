"""The ways a run can end, and the tally of many."""

from array import array
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from threaddemo.demo import Observe, Outcome, plural, spelled

MOST_OUTCOMES = 10_000  #: told apart in a series; the runs of any others are counted together
OTHER = "other outcomes, too many to be told apart"


class Run(NamedTuple):
    """One run that has ended, or was given up; unless it finished there is no outcome."""

    outcome: Outcome | None
    summary: str
    """In one line; a run without an outcome is told apart from others by it."""
    elapsed: float
    """Seconds, virtual ones when simulated."""
    again: str | Callable[[], str] | None = None
    """The option that shows it again, or what makes it: of most runs nobody asks."""
    deadlock: tuple[dict[str, Any], ...] = ()
    """Who waits in what, if the run ended in a deadlock."""
    failure: "WorkerFailed | None" = None
    """What it ended of, if an exception left one of its threads."""
    late: "TimedOut | None" = None
    """Where its threads were when it was given up, if it was."""
    weight: int | None = 1
    """How many runs it stands for, itself among them; None if nobody knows, and 0 if others that
    have been counted may stand for it."""
    preemptions: int = 0
    """How often a thread that could go on was interrupted, as far as that is told."""
    punctual: bool = True
    """Whether in one of those that it stands for no sleeper has to be late, or nobody knows."""
    badly: bool = False
    """Whether it ended so that a single run exits 1: in a deadlock, or in a script's error."""
    remarks: tuple[str, ...] = ()
    """What else is to be told of a single run, a line each."""

    @property
    def replay(self) -> str | None:
        """The option that shows it again."""
        return self.again() if callable(self.again) else self.again

    @property
    def ok(self) -> bool:
        """Whether the demo kept its promise."""
        return self.outcome is not None and self.outcome.ok


def observed(observe: Observe) -> Run:
    """A run whose facts are read now.

    Raises:
        Exception: whatever the reading, the text or the promise raises. Later nothing does.
    """
    outcome = observe()
    summary, _kept, _key = str(outcome), outcome.ok, hash(outcome)  # what raises, raises now
    return Run(outcome, summary, 0.0)


def told(error: BaseException) -> str:
    """An exception in one line: its type, and its text if it has one.

    The text is made by code of the demo's, which may fail itself; and who waits for this run to
    end would then wait for ever.
    """
    try:
        text = " ".join(str(error).split())
    except BaseException as another:
        text = f"(its text can't be told: {type(another).__name__} in __str__)"
    return f"{type(error).__name__}{': ' if text else ''}{text}"


class WorkerFailed(Exception):
    """An exception left a thread of the demo."""

    def __init__(self, thread: str, error: BaseException) -> None:
        super().__init__(f"{thread} failed: {told(error)}")
        self.thread = thread
        self.error = error


class TooManyThreads(Exception):
    """The system starts no more threads; ``started`` tells how many it did."""

    def __init__(self, started: int) -> None:
        super().__init__(started)
        self.started = started


class CannotSimulate(Exception):
    """The demo asks for something that has no simulated twin, or its run has no end."""


class ScheduleMisfit(Exception):
    """The schedule to be replayed is malformed, or is none of the program's."""


class Left(Exception):
    """Who chooses the steps of a run has left it; the message says how far it came."""


class NoAnswer(Exception):
    """Who chooses the steps of a run can't be asked; the message says how far it came."""


class TimedOut(Exception):
    """The run took longer than it may; ``threads`` says of each where it is."""

    def __init__(self, seconds: float, threads: Sequence[str]) -> None:
        super().__init__(f"gave up after {seconds:g} s")
        self.threads = threads


def fact(outcome: Outcome, name: str) -> Any:
    """A fact by its name, or what is said of the run besides; None of a fact that there is not."""
    facts = outcome._asdict()
    return facts[name] if name in facts else getattr(outcome, name, None)


class Group:
    """Runs that ended alike; the first of them with the fewest preemptions stands for all."""

    def __init__(self, first: Run) -> None:
        self.first = first
        self.count = 0
        self.kept = 0
        self.exact = True
        """Whether there are not more than were counted."""
        self.ok = True
        """Whether every run kept the promise."""
        self.punctual = False
        """Whether it comes about, or may do so, without that a sleeper is late."""
        self.elapsed = array("d")  # seconds, of each run

    def add(self, run: Run) -> None:
        """Count one run in, and those that it stands for."""
        weight, ok = run.weight or 0, run.ok
        self.count += weight
        self.kept += weight * ok
        self.exact &= run.weight is not None
        self.ok &= ok
        self.punctual |= run.punctual
        self.elapsed.append(run.elapsed)
        if run.preemptions < self.first.preemptions:
            self.first = run

    def merge(self, other: "Group") -> None:
        """Count in the runs of another group."""
        self.count += other.count
        self.kept += other.kept
        self.exact &= other.exact
        self.ok &= other.ok
        self.punctual |= other.punctual
        self.elapsed.extend(other.elapsed)
        if other.first.preemptions < self.first.preemptions:
            self.first = other.first


class Tally:
    """Runs grouped by equal facts, deadlocks and errors by what they say.

    Args:
        by: what may tell equal outcomes apart besides: what is said of a run, but is no fact.
    """

    def __init__(self, by: Sequence[str] = ()) -> None:
        self._by = by
        self.runs = 0
        self.elapsed = 0.0
        self._groups: dict[object, Group] = {}

    def add(self, run: Run) -> None:
        """Count one run in."""
        key: object = run.summary
        if run.outcome is not None:
            key = (run.outcome, *(fact(run.outcome, name) for name in self._by))
        self.runs += run.weight or 0
        self.elapsed += run.elapsed
        if key not in self._groups:
            if len(self._groups) >= MOST_OUTCOMES:
                key, run = OTHER, run._replace(outcome=None, summary=OTHER, again=None)
            self._groups.setdefault(key, Group(run))
        self._groups[key].add(run)

    @property
    def outcomes(self) -> int:
        """How many different ones there were."""
        return len(self._groups)

    @property
    def groups(self) -> list[Group]:
        """The outcomes, the most frequent first."""
        return sorted(self._groups.values(), key=lambda group: -group.count)

    def by(self, names: Sequence[str]) -> list[Group]:
        """The outcomes grouped by some of their facts; what never finished, by its kind."""
        merged: dict[object, Group] = {}
        for group in self._groups.values():
            first = group.first
            if first.outcome is None:
                kind = first.summary.partition(":")[0]
                key: object = kind
                alone = first._replace(summary=kind)
            else:
                key = tuple(spelled(fact(first.outcome, name)) for name in names)
                alone = first
            merged.setdefault(key, Group(alone)).merge(group)
        return sorted(merged.values(), key=lambda group: -group.count)

    def folded(self) -> list[Group]:
        """The outcomes grouped by their lines of text, those that broke the promise first."""
        merged: dict[str, Group] = {}
        for group in self.groups:
            merged.setdefault(group.first.summary, Group(group.first)).merge(group)
        return sorted(merged.values(), key=lambda group: (group.ok, -group.count))

    @property
    def ok(self) -> bool:
        """Whether every run kept the promise."""
        return bool(self._groups) and all(group.ok for group in self._groups.values())

    def summary(self, what: str, outcomes: int | None = None, counted: bool = True) -> str:
        """The series in one line.

        Args:
            what: the runs that it is about: "200 runs".
            outcomes: how many are told apart, if not all.
            counted: whether it is known how many runs had each.
        """
        if not self._groups:
            return f"{what}: none has ended"
        broken = sum(group.count - group.kept for group in self._groups.values())
        some = f"broken in {broken:,}" if counted else "not kept in all"
        told = plural(self.outcomes if outcomes is None else outcomes, "outcome")
        return f"{what}: {told}, the promise {'kept in all' if self.ok else some}"
