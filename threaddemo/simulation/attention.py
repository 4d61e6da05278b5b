"""Long loops: who has come to a thousand points of shared memory is listened to no longer.

Two threads that count to a million have nothing to show in the second thousand that they have not
shown in the first, and it takes minutes to hear each of their accesses. So a thread that has come
to so many points goes on unheard, at nearly the speed of a plain program, and is interrupted at
primitives alone. Until its next round of a `while` loop, or of another one that may have no end:
these have to be heard, since what ends them may be what others do.

Nothing wrong comes of it. A step of such a thread may touch everything, for all that is known, and
a search that has made one does not say that nothing was left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threaddemo.simulation.scheduler import Task

#: To how many points of shared memory a thread comes before it is listened to no longer.
MOST_POINTS = 1_000


class Attention:
    """Which threads of a run are listened to."""

    def __init__(self) -> None:
        self.was_lost = False  #: whether any of them was listened to no longer
        self._points: dict[Task, int] = {}
        self._unheard: set[Task] = set()

    def hears(self, task: Task) -> bool:
        """Whether a thread is listened to."""
        return task not in self._unheard

    def count(self, task: Task) -> bool:
        """A thread comes to a point; whether it is listened to no longer from now on."""
        self._points[task] = points = self._points.get(task, 0) + 1
        if points <= MOST_POINTS:
            return False
        self._unheard.add(task)
        self.was_lost = True
        return True

    def regain(self, task: Task) -> bool:
        """A thread begins what has to be heard; whether it was not listened to."""
        self._points[task] = 0
        if task not in self._unheard:
            return False
        self._unheard.remove(task)
        return True
