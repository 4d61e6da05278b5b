"""Which steps of a run come before which, in every schedule of its kind.

A run is a sequence of steps, but most of its order is chance: only the steps of one task, and steps
that depend on each other, keep theirs. That partial order (Mazurkiewicz 1977 calls it a trace) is
what the schedules of one kind have in common. Sets of steps are bits of an integer here.
"""

from __future__ import annotations

from threaddemo.simulation.footprints import Footprint, Key


class Order:
    """The partial order of the steps of a run, as it grows."""

    def __init__(self) -> None:
        self.tasks: list[int] = []  # of each step: who took it
        self.before: list[int] = []  # the step of the same task before it, or -1
        self.direct: list[int] = []  # the earlier steps that it depends on
        self.past: list[int] = []  # all that come before it in every schedule of the kind
        self._last: dict[int, int] = {}
        self._everything = 0
        self._reads: dict[Key, int] = {}
        self._adds: dict[Key, int] = {}
        self._writes: dict[Key, int] = {}

    def append(self, task: int, footprint: Footprint) -> None:
        """Add a step."""
        index = len(self.tasks)
        before = self._last.get(task, -1)
        direct = self.dependent(footprint)
        past = self.last_past(task)
        for step in self.maximal(direct & ~past):
            past |= self.past[step] | 1 << step
        self.tasks.append(task)
        self.before.append(before)
        self.direct.append(direct)
        self.past.append(past)
        self._last[task] = index
        self._note(footprint, 1 << index)

    def program_past(self, index: int) -> int:
        """What comes before a step because it comes before an earlier one of its task."""
        before = self.before[index]
        return self.past[before] | 1 << before if before >= 0 else 0

    def tops(self) -> tuple[int, ...]:
        """The last step of each task, in the order of their numbers."""
        return tuple(self._last[task] for task in sorted(self._last))

    def last(self, task: int) -> int:
        """The last step of a task, or -1."""
        return self._last.get(task, -1)

    def last_past(self, task: int) -> int:
        """What comes before the next step of a task in any case."""
        last = self._last.get(task, -1)
        return self.past[last] | 1 << last if last >= 0 else 0

    def maximal(self, steps: int) -> list[int]:
        """Those of some steps that are before none of them, the latest first."""
        found = []
        while steps:
            step = steps.bit_length() - 1
            found.append(step)
            steps &= ~(self.past[step] | 1 << step)
        return found

    def dependent(self, footprint: Footprint) -> int:
        """The steps so far that one with such a footprint depends on."""
        if footprint.everything:
            return (1 << len(self.past)) - 1
        found = self._everything
        for key in footprint.reads:
            found |= self._writes.get(key, 0) | self._adds.get(key, 0)
        for key in footprint.adds:
            found |= self._writes.get(key, 0) | self._reads.get(key, 0)
        for key in footprint.writes:
            found |= self._writes.get(key, 0) | self._adds.get(key, 0) | self._reads.get(key, 0)
        return found

    def _note(self, footprint: Footprint, bit: int) -> None:
        if footprint.everything:
            self._everything |= bit
        parts = (footprint.reads, self._reads), (footprint.adds, self._adds)
        for keys, steps in (*parts, (footprint.writes, self._writes)):
            for key in keys:
                steps[key] = steps.get(key, 0) | bit

    def truncate(self, size: int) -> None:
        """Forget all steps but the first ones."""
        for steps in self.tasks, self.before, self.direct, self.past:
            del steps[size:]
        low = (1 << size) - 1
        self._everything &= low
        for by_key in self._reads, self._adds, self._writes:
            for key in by_key:
                by_key[key] &= low
        self._last = {task: index for index, task in enumerate(self.tasks)}
