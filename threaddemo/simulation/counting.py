"""How many schedules a run stands for, without running them.

They are the orders in which its steps can be taken: the linear extensions of the partial order of
its kind. To count them is hard in general (Brightwell and Winkler 1991), but easy where there are
few sets of steps that can have been taken at some time, the order's ideals: there are as many ways
to get to an ideal as to get to those that lack one step of it. Kinds that begin in the same way
have ideals in common, which are counted once.
"""

from __future__ import annotations

from threaddemo.simulation.orders import Order


class Counter:
    """Counts the schedules of kinds.

    Args:
        most: the number of ideals after which it gives up; a million take about 250 MB.
    """

    def __init__(self, most: int = 2_000_000) -> None:
        self.most = most
        self._numbers: dict[object, int] = {}  # of steps, the same in every run
        self._run: list[int] = []  # those of the last run's steps
        self._ways: dict[tuple[int, ...], int] = {}
        self._kinds: set[tuple[int, ...]] = set()

    def follow(self, order: Order, known: int) -> None:
        """Hear of a run, which has so many steps in common with the last one."""
        del self._run[known:]
        for step in range(len(self._run), len(order.tasks)):
            self._run.append(self._number(order, step))

    def recognize(self, order: Order) -> bool:
        """Whether a run of the kind was seen before; from now on, one was."""
        kind = tuple(self._run[top] for top in order.tops())
        known_kinds = len(self._kinds)
        self._kinds.add(kind)
        return len(self._kinds) == known_kinds

    def _number(self, order: Order, step: int) -> int:
        """A step is what comes before it, and who takes it."""
        others = order.maximal(order.direct[step] & ~order.program_past(step))
        before = order.before[step]
        past = sorted(self._run[other] for other in others)
        key = order.tasks[step], self._run[before] if before >= 0 else -1, *past
        return self._numbers.setdefault(key, len(self._numbers))

    def count(self, order: Order) -> int | None:
        """How many schedules are of the last run's kind; None if that takes too much."""
        ways, pasts, before = self._ways, order.past, order.before
        numbers = [*self._run, -1]  # the last one is where a task has taken no step
        whole = order.tops()
        # An ideal is written as the last step of each task in it.
        todo = [(whole, tuple(numbers[top] for top in whole))]
        while todo:
            tops, ideal = todo[-1]
            if ideal in ways:
                todo.pop()
                continue
            if len(ways) >= self.most:
                return None
            beneath = 0  # what others of the ideal come after
            for top in tops:
                beneath |= pasts[top] if top >= 0 else 0
            total, missing = 0, False
            for place, top in enumerate(tops):
                if top >= 0 and not beneath >> top & 1:
                    last = before[top]
                    less = (*ideal[:place], numbers[last], *ideal[place + 1 :])
                    if less in ways:
                        total += ways[less]
                    else:
                        missing = True
                        todo.append(((*tops[:place], last, *tops[place + 1 :]), less))
            if not missing:
                ways[ideal] = total or 1  # there is one way to have taken no step at all
                todo.pop()
        return ways[tuple(numbers[top] for top in whole)]
