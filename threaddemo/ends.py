"""The ways a run can end, and the tally of many."""

from typing import NamedTuple

from threaddemo.demo import Outcome, plural


class Run(NamedTuple):
    """One run that has ended; without an outcome it ended in a deadlock."""

    outcome: Outcome | None
    summary: str
    elapsed: float
    replay: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the demo kept its promise."""
        return self.outcome is not None and self.outcome.ok


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


class TimedOut(Exception):
    """The run took longer than it may; ``threads`` says of each where it is."""

    def __init__(self, seconds: float, threads: list[str]) -> None:
        super().__init__(f"gave up after {seconds:g} s")
        self.threads = threads


class Tally:
    """Runs grouped by equal facts; the first run of each group stands for it."""

    def __init__(self) -> None:
        self.runs = 0
        self.elapsed = 0.0
        self._first: dict[object, Run] = {}
        self._count: dict[object, int] = {}

    def add(self, run: Run) -> None:
        """Count one run in."""
        key = run.outcome or run.summary  # a deadlock has no facts: its summary tells it apart
        self.runs += 1
        self.elapsed += run.elapsed
        self._first.setdefault(key, run)
        self._count[key] = self._count.get(key, 0) + 1

    @property
    def outcomes(self) -> list[tuple[Run, int]]:
        """Each outcome's first run and its count, the most frequent first."""
        pairs = [(self._first[key], self._count[key]) for key in self._first]
        return sorted(pairs, key=lambda pair: -pair[1])

    @property
    def ok(self) -> bool:
        """Whether every run kept the promise."""
        return self.runs > 0 and all(run.ok for run in self._first.values())

    def summary(self, what: str) -> str:
        """The series in one line, ``what`` being the runs it is about: "200 runs"."""
        if not self.runs:
            return f"{what}: none has ended"
        broken = sum(count for run, count in self.outcomes if not run.ok)
        kept = f"broken in {broken}" if broken else "kept in all"
        return f"{what}: {plural(len(self._first), 'outcome')}, the promise {kept}"
