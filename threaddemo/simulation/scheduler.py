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

import sys
import threading
from _thread import LockType, allocate_lock
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, NamedTuple, NoReturn, TypeAlias

from threaddemo.simulation.unwinding import cut_short
from threaddemo.simulation.world import World

#: Whether an operation can go ahead.
Ready: TypeAlias = Callable[[], bool]
#: What a step costs, in virtual microseconds: else a loop that never sleeps would stop the clock.
TICK = 1_000
#: Timers due within so many virtual microseconds of each other fire in any order, as on a busy
#: machine.
JITTER = 10_000
#: How many real seconds a task that is told to stop may take to reach its next announcement.
PATIENCE = 1.0
#: How often a task is told to stop. A loop that catches everything never does by itself.
STUBBORN = 100
#: After so many looks in a row that are no points, one is: a loop of them would stop the clock.
UNANNOUNCED = 1_000


class Unwound(BaseException):
    """Raised inside a task that is left over at the end of a run, to take it off its stack."""


class EndlessRun(RuntimeError):
    """A run took more steps than its strategy allows: most likely it would never end."""


class NoMoreThreads(RuntimeError):
    """The system starts no more threads to carry tasks; `started` tells how many it did."""

    def __init__(self, started: int) -> None:
        super().__init__(f"no more than {started} threads could be started")
        self.started = started


class Failure(NamedTuple):
    """An exception that left a task: the thread's name, and the exception."""

    thread: str
    error: BaseException


def always() -> bool:
    """The readiness of an operation that never has to wait."""
    return True


def never() -> bool:
    """The readiness of a sleep, which only time ends, and of a task that has ended."""
    return False


def taken_lock() -> LockType:
    """A raw lock that was acquired: who acquires it again is parked until another releases it."""
    lock = allocate_lock()
    lock.acquire()
    return lock


class Task:
    """One simulated thread, and the operation that it has announced."""

    def __init__(self, thread: Any) -> None:
        self.thread = thread  # what the program knows of it: its name, daemon and run()
        self.number: int | None = None  # 0 for Main, then in the order of the first start
        self.alive = False
        self.carrier: Carrier
        self.verb = "start"
        self.target: object = None  # what the operation works on
        self.ready: Ready = always
        self.deadline = 0  # virtual microseconds; 0 waits for ever
        self.acted = False  # has done what another could notice, since its last point


class Strategy:
    """Picks a task at each step at which more than one is enabled."""

    #: Whether a timer may fire at any time, or only when the virtual clock says so.
    free_time = True
    #: The number of steps after which a run counts as endless.
    step_limit = 1_000_000

    def choose(self, enabled: Sequence[Task], current: Task | None) -> Task:
        """Return one of two or more enabled tasks; `current` is the one that could just go on."""
        raise NotImplementedError

    def finish(self) -> None:
        """Hear that the run has ended.

        Raises ScheduleError if the strategy had planned more.
        """


class Carrier(threading.Thread):
    """An ordinary thread that carries one task after another, and is parked in between."""

    def __init__(self, scheduler: Scheduler) -> None:
        super().__init__(name="carrier", daemon=True)
        self.scheduler = scheduler
        self.baton = taken_lock()
        self.task: Task | None = None
        self.start()

    def run(self) -> None:
        """Carry whatever task there is when the baton comes; without one, end."""
        while self.baton.acquire() and self.task:
            self.scheduler.execute(self.task)


class Scheduler:
    """Hands the baton from task to task until no task is left that the run has to wait for."""

    def __init__(self) -> None:
        self.idle: list[Carrier] = []

    def reset(self, main: Task) -> None:
        """Forget the last run."""
        self.main = self.current = main  # current: who has the baton
        self.live: list[Task] = []
        self.running = False  # tasks take steps
        self.killing = False  # leftover tasks are being unwound
        self.over = taken_lock()  # where the caller of the run is parked
        self.clock = 0  # virtual microseconds
        self.steps = 0
        self.trace: list[int] = []
        self.failure: Failure | None = None
        self.error: BaseException | None = None
        self.unannounced = 0  # looks since the last announcement
        self.unwound = 0  # how often the task that is being unwound was told to stop
        self.world = World()
        self.task_numbers = count()

    def begin(self, strategy: Strategy, main: Task) -> None:
        """Start the task Main."""
        if self.live:
            raise RuntimeError("the simulator has a run that did not end")
        self.reset(main)
        self.strategy = strategy
        self.limit = strategy.step_limit
        self.running = True
        self.start(main)

    @property
    def now(self) -> float:
        """Virtual seconds since the run began."""
        return self.clock / 1e6

    @property
    def awaited(self) -> bool:
        """Whether there is a task that the run has to wait for."""
        return not all(task.thread.daemon for task in self.live)

    # What tasks call.

    def start(self, task: Task) -> None:
        """Make a task runnable; its first step is its begin.

        A task that has ended may be started again.
        """
        if self.killing:
            self._unwind()
        if not self.running:
            raise RuntimeError("a thread can be started only while a simulated run is going on")
        task.carrier = self.idle.pop() if self.idle else self._carrier()
        task.carrier.task = task
        if task.number is None:
            task.number = next(self.task_numbers)
        task.verb, task.target, task.ready, task.deadline = "start", None, always, 0
        task.alive, task.acted = True, False
        self.live.append(task)

    def _carrier(self) -> Carrier:
        try:
            return Carrier(self)
        except (RuntimeError, MemoryError):
            error = NoMoreThreads(max(next(self.task_numbers) - 1, 0))
        if self.live:
            self.abort(error)
        self.running = False
        raise error

    def announce(
        self, verb: str, target: object = None, ready: Ready = always, timeout: float | None = None
    ) -> None:
        """Announce the current task's next operation, and return when it is its turn.

        Then either `ready()` is true or `timeout` (seconds) is over; the caller looks which and
        carries the operation out before it announces another. An operation without patience
        (`timeout` 0) goes ahead, ready or not.
        """
        if self.killing:
            self._unwind()
        self.unannounced = 0
        deadline = 0
        if timeout is not None:
            if timeout > 0:
                allocate_lock().acquire(True, timeout)  # a real lock refuses what is too long
                deadline = self.clock + max(1, round(timeout * 1e6))
            else:
                ready = always
        if self.running:
            task = self.current
            task.acted = True
            task.verb, task.target, task.ready, task.deadline = verb, target, ready, deadline
            chosen = self._pick()
            if chosen is not task:
                self._hand_over(chosen)
                task.carrier.baton.acquire()
                if self.killing:
                    self._unwind()
        elif not deadline and not ready():
            raise RuntimeError(f"{verb} would wait for ever: no simulated thread is running")

    def pass_by(self, verb: str, target: object = None) -> None:
        """Hear of a look that is no point, unless there were many in a row."""
        self.unannounced += 1
        if self.unannounced >= UNANNOUNCED:
            self.announce(verb, target)

    def abort(self, error: BaseException | None = None) -> NoReturn:
        """End the run at once, whatever the current task does with exceptions.

        An `error` is the caller's of the run; where none is going on, it is raised.
        """
        if not self.running and not self.killing and error is not None:
            raise error
        if self.running:
            task, self.error = self.current, error
            self._hand_over(None)
            task.carrier.baton.acquire()
        self._unwind()

    def _unwind(self) -> NoReturn:
        """Take the current task off its stack, whatever it does with exceptions."""
        self.unwound += 1
        if self.unwound > STUBBORN:
            cut_short(Unwound)
        raise Unwound

    def fail(self, error: BaseException) -> NoReturn:
        """End the run at once because of an exception of the current task."""
        if self.running:
            self.failure = Failure(self.current.thread.name, error)
        self.abort()

    # How the next task is picked.

    def _pick(self) -> Task | None:
        """Choose who takes the next step, and let its time go by; None ends the run."""
        try:
            chosen = self._choose()
        except Exception as error:  # such as a schedule that does not fit: the caller must know
            self.error = error
            return None
        if chosen is not None:
            self.current = chosen
            self.clock += TICK
            if chosen.deadline > self.clock and not chosen.ready():
                self.clock = chosen.deadline
        return chosen

    def _choose(self) -> Task | None:
        self.steps += 1
        if self.steps > self.limit:
            raise EndlessRun(f"the run has not ended after {self.limit:,} steps")
        # Who has a time-out can always go on: whether it has come is a matter of time only.
        enabled = [task for task in self.live if task.deadline or task.ready()]
        if len(enabled) <= 1:
            return enabled[0] if enabled else None
        able = self.current if self.current.ready() else None
        candidates = enabled if self.strategy.free_time else self._punctual(enabled)
        chosen = candidates[0] if len(candidates) == 1 else self.strategy.choose(candidates, able)
        self.trace.append(chosen.number or 0)
        return chosen

    def _punctual(self, enabled: list[Task]) -> list[Task]:
        """Those of the enabled tasks that virtual time allows: timers that are due go first."""
        timers = [task for task in enabled if not task.ready()]
        earliest = min((task.deadline for task in timers), default=0)
        if len(timers) < len(enabled) and not 0 < earliest <= self.clock:
            return [task for task in enabled if task.ready()]
        return [task for task in timers if task.deadline <= earliest + JITTER]

    def _hand_over(self, chosen: Task | None) -> None:
        """Wake the task that was chosen, or else, since the run is over, its caller."""
        if chosen is not None:
            chosen.carrier.baton.release()
            return
        over = self.over  # what comes next has another, and may begin before the last line here
        self.current = self.main
        self.running = False
        over.release()

    # What carriers and the caller of the run do.

    def execute(self, task: Task) -> None:
        """Carry a task from its begin to its end, then pass the baton on."""
        try:
            if not self.killing:
                task.thread._bootstrap()
        except BaseException as error:
            if not self.killing:
                self.failure = Failure(task.thread.name, error)
        if self.unwound > STUBBORN:
            sys.settrace(None)
        task.alive, task.ready = False, never
        self.live.remove(task)
        self.idle.append(task.carrier)
        goes_on = not self.killing and not self.failure
        if goes_on and not self.awaited and self.world.exits:
            self.start(self.main)
        goes_on = goes_on and self.awaited
        self._hand_over(self._pick() if goes_on else None)

    def go(self, timeout: float | None) -> bool:
        """Give the baton away until the run is over, or for `timeout` seconds; say which."""
        self._hand_over(self._pick())
        return self.over.acquire(timeout=-1 if timeout is None else timeout)

    def stop(self) -> None:
        """End the run wherever it is, and unwind the tasks that are left, one by one."""
        self.limit = 0
        if self.running and not self.over.acquire(timeout=PATIENCE):
            return
        self.killing = True
        for task in list(self.live):
            self.current, self.over, self.unwound = task, taken_lock(), 0
            task.carrier.baton.release()
            if not self.over.acquire(timeout=PATIENCE):
                return
        self.killing = False

    def close(self) -> None:
        """End the carriers, and wait until they have ended."""
        for carrier in self.idle:
            carrier.task = None
            carrier.baton.release()
        for carrier in self.idle:
            carrier.join()
        self.idle.clear()
