"""A series of runs: their outcomes, counted."""

from threaddemo.outcome import plural
from threaddemo.running import Run


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
