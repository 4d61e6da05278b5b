"""Whether sleepers wake in time, in a schedule or in some schedule of a kind.

Exploration lets any sleeper wake at any time. That finds what can happen on a machine that is busy
enough; but that a sleep of 10 s is over before one of 0.1 s is another matter than that two threads
take turns. So each timer that fires, at the end of a sleep or a time-out, has its deadline by the
time of its thread. A schedule is punctual if timers fire in the order of their deadlines, and who
has woken has gone on, if it can, before a timer fires whose deadline is later: nobody could tell it
from one who still sleeps.

Deadlines are not as exact as that. Every step takes time, which other threads spend, too: on the
virtual clock of a seeded run, it is a tick. Timers within some milliseconds fire in any order
there, each time anew. So one deadline counts as later than another only if it is by more than all
that together; then no seeded run has them the other way round.

A thread's own time does not pass while it could go on and others do. So a sleep has the deadline
that it has if the thread comes to it as soon as it can. What a thread does before it has slept is
never late, however slow it is. And of waits with a time-out only those count that have ended by it:
another one may have been over in time, even if its thread was slow to go on.

By its own time each thread has the same deadlines in all schedules of a kind. So some schedule of
the kind is punctual unless, in all of them, one of the timers comes before what should have come
earlier. (Nothing else can keep all of them in order: "later by more than a certain amount" is what
Luce 1956 calls a semiorder. If deadlines, and steps that come before others in any case, went round
in a circle, two of them would contradict each other by themselves.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from threaddemo.simulation.scheduler import JITTER, TICK, Waking


def is_punctual(
    wakings: Sequence[Waking], steps: int, precedes: Callable[[int, int], bool]
) -> bool:
    """Whether tasks can have woken in the order of their deadlines.

    Args:
        wakings: the steps by which they have, in turn.
        steps: how many the run took.
        precedes: whether a step comes before a later one in any case.
    """
    leeway = sum(waking.fired for waking in wakings) * JITTER + steps * TICK
    return not any(
        timer.fired and timer.time > late.time + leeway and precedes(timer.step, late.step)
        for place, late in enumerate(wakings)
        for timer in wakings[:place]
    )
