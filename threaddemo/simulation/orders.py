"""Which steps of a run come before which, in every schedule of its kind.

A run is a sequence of steps, but most of its order is chance: only the steps of one task, and steps
that depend on each other, keep theirs. That partial order (Mazurkiewicz 1977 calls it a trace) is
what the schedules of one kind have in common. Sets of steps are bits of an integer here.
"""

from __future__ import annotations

from collections.abc import Iterator

from threaddemo.simulation.footprints import Footprint, Key


def bits(steps: int) -> Iterator[int]:
    """The members of a set of steps, the latest first."""
    while steps:
        step = steps.bit_length() - 1
        steps &= ~(1 << step)
        yield step


class Order:
    """The partial order of the steps of a run, as it grows."""

    def __init__(self) -> None:
        self.tasks: list[int] = []  # of each step: who took it
        self.before: list[int] = []  # the step of the same task before it, or -1
        self.direct: list[int] = []  # the earlier steps that it depends on
        self.past: list[int] = []  # all that come before it in every schedule of the kind
        self._last: dict[int, int] = {}
        self._everything = 0
        #: Of each variable: the steps that read it, that add to it, and that write it.
        self._users: dict[Key, list[int]] = {}

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

    def is_unseen(self, step: int) -> bool:
        """Whether no other task can tell if a step was taken, until the task takes the next."""
        return not any(
            direct >> step & 1 and self.tasks[later] != self.tasks[step]
            for later, direct in enumerate(self.direct)
        )

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
        found, users = self._everything, self._users
        for key in footprint.reads:
            if key in users:
                _, adds, writes = users[key]
                found |= adds | writes
        for key in footprint.adds:
            if key in users:
                reads, _, writes = users[key]
                found |= reads | writes
        for key in footprint.writes:
            if key in users:
                reads, adds, writes = users[key]
                found |= reads | adds | writes
        return found

    def _note(self, footprint: Footprint, bit: int) -> None:
        if footprint.everything:
            self._everything |= bit
        users = self._users
        for place, keys in enumerate((footprint.reads, footprint.adds, footprint.writes)):
            for key in keys:
                if key in users:
                    users[key][place] |= bit
                else:
                    users[key] = [0, 0, 0]
                    users[key][place] = bit

    def truncate(self, size: int) -> None:
        """Forget all steps but the first ones."""
        for steps in self.tasks, self.before, self.direct, self.past:
            del steps[size:]
        low = (1 << size) - 1
        self._everything &= low
        for key, (reads, adds, writes) in list(self._users.items()):
            if (reads | adds | writes) & low:
                self._users[key][:] = reads & low, adds & low, writes & low
            else:
                del self._users[key]
        self._last = {task: index for index, task in enumerate(self.tasks)}
