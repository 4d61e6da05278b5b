"""Whether sleepers wake in time, in some schedule of a kind.

Exploration lets any sleeper wake at any time. That finds what can happen on a machine that is busy
enough; but that a sleep of 10 s is over before one of 0.1 s is another matter than that two threads
take turns. So each kind is asked whether it can come about if sleeps, and waits that end by their
time-outs, take as long as they are to take, and nothing else takes any time that matters.

Then every step has a time: that of the latest timer which comes before it in every schedule of the
kind, be it of its own thread or of another one. A timer is due when the step in which its wait
began is, and what is to be waited for, later. If another timer that is due still later comes before
it in every schedule, then the sleeper is late. What a thread does that has not slept is never late,
however slow it is, and if it has to do with what came about late, its next sleep begins then.

Who has woken has yet to go on. If nobody can tell whether a thread still sleeps, or has only woken,
its next step counts as the waking: there, the one is as late as the other.

Deadlines are not as exact as that. Every step takes time, which other threads spend, too: on the
virtual clock of a seeded run, it is a tick. Timers within some milliseconds fire in any order
there, each time anew. So a sleeper counts as late only if it is by more than all that together:
then no seeded run has it so.
"""

from __future__ import annotations

from collections.abc import Sequence

from threaddemo.simulation.orders import Order
from threaddemo.simulation.scheduler import JITTER, TICK, Waking


def is_punctual(wakings: Sequence[Waking], order: Order) -> bool:
    """Whether no sleeper has to be late, as far as that can be told.

    Args:
        wakings: those of a run, in turn.
        order: what comes before what in every schedule of its kind.
    """
    timers = sum(waking.slept is not None for waking in wakings)
    if timers < 2:  # noqa: PLR2004 - a sleeper is late for another one
        return True
    leeway = timers * JITTER + len(order.tasks) * TICK
    times: dict[int, int] = {}  # of each timer that fires, by its step, in virtual microseconds
    due: dict[int, int] = {}
    for step, slept in wakings:
        before = order.before[step]
        if slept is not None:
            due[step] = _time(before, times, order) + slept
            times[step] = max(due[step], _time(step, times, order))
            if times[step] > due[step] + leeway:
                return False
        elif _time(step, times, order) > due[before] + leeway and order.is_unseen(before):
            return False
    return True


def _time(step: int, times: dict[int, int], order: Order) -> int:
    """When a step can be taken: after all timers that come before it."""
    past = order.past[step] | 1 << step
    return max((time for timer, time in times.items() if past >> timer & 1), default=0)
