"""The scheduler: many threads, one baton.

Every simulated thread is a *task*. It is carried by an ordinary thread, but only the task that
holds the baton runs; all the others are parked, each on a raw lock of its own. Before a task does
anything that another could notice, it *announces* the operation: what it is, when it can go ahead,
how long it may take. Then it picks the task that takes the next step. If that is itself, it just
goes on. If not, it wakes the other and parks. There is no scheduler thread, as there is none in an
operating system: scheduling is something that tasks do on their way into a system call.

Everything between two announcements is therefore atomic, and a run is fully described by who was
picked when.
"""

from __future__ import annotations

import threading
from _thread import LockType, allocate_lock
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threaddemo.simulation.strategies import Strategy

#: What a step costs, in virtual microseconds: else a loop that never sleeps would stop the clock.
TICK = 1_000
#: Timers due within so many virtual microseconds of each other fire in any order, as on a busy
#: machine.
JITTER = 10_000
#: How many real seconds a task that is told to stop may take to reach its next announcement.
PATIENCE = 1.0


class Unwound(BaseException):
    """Raised inside a task that is left over at the end of a run, to take it off its stack."""


class EndlessRun(RuntimeError):
    """A run took more steps than its strategy allows: most likely it would never end."""


@dataclass(frozen=True)
class Failure:
    """An exception that left a task: the thread's name, and the exception."""

    thread: str
    error: BaseException


def always() -> bool:
    """The readiness of an operation that never has to wait."""
    return True


def never() -> bool:
    """The readiness of a sleep: only time ends it."""
    return False


def taken_lock() -> LockType:
    """A raw lock that was acquired: who acquires it again is parked until another releases it."""
    lock = allocate_lock()
    lock.acquire()
    return lock


class Task:
    """One simulated thread, and the operation that it has announced."""

    def __init__(
        self, name: str, body: Callable[[], None], *, daemon: bool = False, thread: object = None
    ) -> None:
        self.name = name
        self.body = body
        self.daemon = daemon
        self.thread = thread  # what current_thread() returns
        self.number: int | None = None  # 0 for Main, then in the order of the first start
        self.alive = False
        self.carrier: Carrier
        self.verb = "start"
        self.target: object = None  # what the operation works on
        self.ready: Callable[[], bool] = always
        self.deadline: int | None = None  # virtual microseconds; None waits for ever


class Carrier:
    """An ordinary thread that carries one task after another, and is parked in between."""

    def __init__(self, scheduler: Scheduler) -> None:
        self.scheduler = scheduler
        self.task: Task | None = None
        self.baton = taken_lock()
        self.thread = threading.Thread(target=self._carry, name="carrier", daemon=True)
        self.thread.start()

    def _carry(self) -> None:
        while True:
            self.baton.acquire()
            if self.task is None:
                return
            self.scheduler.execute(self.task)


class Scheduler:
    """Hands the baton from task to task until no task is left that the run has to wait for."""

    def __init__(self) -> None:
        self.idle: list[Carrier] = []
        self.running = False  # tasks take steps
        self.killing = False  # leftover tasks are being unwound
        self.stuck = False  # the last run could not be stopped
        self._reset(lambda: None)

    def _reset(self, main: Callable[[], None]) -> None:
        """Forget the last run."""
        self.main = self.current = Task("Main", main)  # current: who has the baton
        self.clock = 0  # virtual microseconds
        self.steps = 0
        self.preemptions = 0
        self.trace: list[int] = []
        self.names: dict[str, int] = {}  # the last number in a default name of each kind
        self.live: list[Task] = []
        self.numbered = 0
        self.awaited = 0  # live tasks that are no daemons
        self.deadlocked = False
        self.failure: Failure | None = None
        self.error: Exception | None = None
        self.stopping = False
        self.over, self.unwound = taken_lock(), taken_lock()  # released to report just that

    def begin(self, strategy: Strategy, strict: bool, main: Callable[[], None]) -> None:
        """Start task Main; with `strict`, an exception in a call that a pool makes ends the run."""
        if self.running or self.stuck:
            raise RuntimeError("the simulator has a run that did not end")
        self._reset(main)
        self.strategy = strategy
        self.strict = strict
        self.running = True
        self.start(self.main)

    # What tasks call.

    def start(self, task: Task) -> None:
        """Make a task runnable; its first step is its begin.

        A task that has ended may be started again.
        """
        if self.killing:
            raise Unwound
        if not self.running:
            raise RuntimeError("a thread can be started only while a simulated run is going on")
        task.carrier = self.idle.pop() if self.idle else Carrier(self)
        task.carrier.task = task
        if task.number is None:
            task.number = self.numbered
            self.numbered += 1
        task.alive = True
        task.verb, task.target, task.ready, task.deadline = "start", None, always, None
        self.live.append(task)
        self.awaited += not task.daemon

    def announce(
        self,
        verb: str,
        target: object = None,
        ready: Callable[[], bool] = always,
        timeout: float | None = None,
    ) -> None:
        """Announce the current task's next operation, and return when it is its turn.

        Then either `ready()` is true or `timeout` (seconds) is over; the caller looks which and
        carries the operation out before it announces another. An operation without patience
        (`timeout` 0) goes ahead, ready or not.
        """
        if not self.running:
            return self._alone(verb, ready, timeout)
        task = self.current
        task.verb, task.target, task.ready, task.deadline = verb, target, ready, None
        if timeout is not None:
            if timeout > 0:
                task.deadline = self.clock + max(1, round(timeout * 1e6))
            else:
                task.ready = always
        chosen = self._pick()
        if chosen is not task:
            self._hand_over(chosen)
            task.carrier.baton.acquire()
            if self.killing:
                raise Unwound
        return None

    def default_name(self, kind: str) -> int:
        """Count the default names of a kind, from 0 in each run: no run sees another's."""
        count = self.names[kind] = self.names.get(kind, -1) + 1
        return count

    # How the next task is picked.

    def _pick(self) -> Task | None:
        """Choose who takes the next step, and let its time go by; None ends the run."""
        if self.stopping:
            return None
        try:
            chosen = self._choose()
        except Exception as error:  # such as a schedule that does not fit: the caller must know
            self.error = error
            return None
        if chosen is None:
            self.deadlocked = True
            return None
        self.clock += TICK
        if chosen.deadline is not None and chosen.deadline > self.clock and not chosen.ready():
            self.clock = chosen.deadline
        self.current = chosen
        return chosen

    def _choose(self) -> Task | None:
        self.steps += 1
        if self.steps > self.strategy.step_limit:
            raise EndlessRun(f"the run has not ended after {self.strategy.step_limit:,} steps")
        # Who has a time-out can always go on: whether it has come is a matter of time only.
        enabled = [task for task in self.live if task.deadline is not None or task.ready()]
        if len(enabled) <= 1:
            return enabled[0] if enabled else None
        able = self.current if self.current.alive and self.current.ready() else None
        candidates = enabled if self.strategy.free_time else self._punctual(enabled)
        chosen = candidates[0] if len(candidates) == 1 else self.strategy.choose(candidates, able)
        self.trace.append(chosen.number or 0)
        self.preemptions += able is not None and chosen is not able
        return chosen

    def _punctual(self, enabled: list[Task]) -> list[Task]:
        """Those of the enabled tasks that virtual time allows: timers that are due go first."""
        ready = [task for task in enabled if task.deadline is None or task.ready()]
        if len(ready) == len(enabled):
            return ready
        timers = [(task.deadline or 0, task) for task in enabled if not task.ready()]
        earliest = min(deadline for deadline, _ in timers)
        if ready and earliest > self.clock:
            return ready
        return [task for deadline, task in timers if deadline <= earliest + JITTER]

    def _hand_over(self, chosen: Task | None) -> None:
        if chosen is not None:
            chosen.carrier.baton.release()
            return
        over = self.over  # the next run, which has another, may begin before the last line here
        self.current = self.main
        self.running = False
        over.release()

    def _alone(self, verb: str, ready: Callable[[], bool], timeout: float | None) -> None:
        """An operation outside a run: there is nobody to switch to, and nobody to wait for."""
        if self.killing:
            raise Unwound
        if timeout is None and not ready():
            raise RuntimeError(f"{verb} would wait for ever: no simulated thread is running")

    # What carriers and the caller of the run do.

    def execute(self, task: Task) -> None:
        """Carry a task from its begin to its end, then pass the baton on."""
        try:
            if not self.killing:
                task.body()
        except BaseException as error:
            if self.running:
                self.failure = Failure(task.name, error)
        task.alive = False
        self.live.remove(task)
        self.awaited -= not task.daemon
        self.idle.append(task.carrier)
        if self.killing:
            self.unwound.release()
        else:
            self._hand_over(self._pick() if self.awaited and not self.failure else None)

    def go(self, timeout: float | None) -> bool:
        """Give the baton away until the run is over, or for `timeout` seconds; say which."""
        self._hand_over(self._pick())
        return self.over.acquire(timeout=-1 if timeout is None else timeout)

    def stop(self) -> None:
        """End the run wherever it is, and unwind the tasks that are left, one by one."""
        self.stuck = self.stopping = True
        if self.running and not self.over.acquire(timeout=PATIENCE):
            return
        self.killing = True
        for task in list(self.live):
            self.current = task
            task.carrier.baton.release()
            if not self.unwound.acquire(timeout=PATIENCE):
                return
        self.stuck = self.killing = False

    def close(self) -> None:
        """End the carriers, and wait until they have ended."""
        for carrier in self.idle:
            carrier.task = None
            carrier.baton.release()
        for carrier in self.idle:
            carrier.thread.join()
        self.idle.clear()
