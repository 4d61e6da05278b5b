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
from collections.abc import Callable, Collection, Iterable, Sequence
from contextvars import Context
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeAlias, TypeVar

from threaddemo.simulation import crowds
from threaddemo.simulation.unwinding import cut_short
from threaddemo.simulation.world import World

if TYPE_CHECKING:
    from threaddemo.simulation.footprints import Recorder
    from threaddemo.simulation.hearing import Hearing
    from threaddemo.simulation.points import Points
    from threaddemo.simulation.standings import Standings

T = TypeVar("T")
#: Whether an operation can go ahead.
Ready: TypeAlias = Callable[[], bool]
#: What a step costs, in virtual microseconds: else a loop that never sleeps would stop the clock.
TICK = 1_000
#: Timers due within so many virtual microseconds of each other fire in any order, as on a busy
#: machine.
JITTER = 10_000
#: How many real seconds a task that is told to stop may take to reach its next announcement.
PATIENCE = 1.0
#: The same, where another run is to begin, which can't before: a busy machine may be slow.
LAST_PATIENCE = 30.0
#: How often a task is told to stop. A loop that catches everything never does by itself.
STUBBORN = 100
#: The longest time-out in seconds of which it is known that a real lock does not refuse it.
MAX_TIMEOUT = 86_400.0
#: The number of steps after which a run counts as endless where many runs are made.
EXPLORED = 10_000
#: The same, of a program that had no end when it was run from a seed.
BRIEF = 2_000
#: A program that is as it is in Python and has waited so often for so many virtual microseconds in
#: all has no end: who would wait for it?
MOST_WAITS, LONGEST = 10_000, 3_600_000_000
#: After so many looks in a row that are no points, one is: a loop of them would stop the clock.
UNANNOUNCED = 1_000
#: Such a one takes long, so it counts as some: a run has at most so many, unless each is so long.
LONGEST_STEP, MOST_LONG_STEPS = 50, 1_000


class Unwound(BaseException):
    """Raised inside a task that is left over at the end of a run, to take it off its stack."""


class EndlessRun(RuntimeError):
    """A run took more steps than its strategy allows: most likely it would never end."""


class LongRun(EndlessRun):
    """A run took more steps than its strategy wants to see, though it would have an end."""


class NoMoreThreads(RuntimeError):
    """The system starts no more threads to carry tasks; `started` tells how many it did."""

    def __init__(self, started: int) -> None:
        super().__init__(f"no more than {started} threads could be started")
        self.started = started


class Failure(NamedTuple):
    """An exception that left a task: the thread's name, and the exception."""

    thread: str
    error: BaseException


class Waking(NamedTuple):
    """A step by which a task wakes: in which a timer has fired, or the one after that."""

    step: int
    slept: int | None  # virtual microseconds; None in the step after that, if it has no wait


def always() -> bool:
    """The readiness of an operation that never has to wait."""
    return True


def never() -> bool:
    """The readiness of a sleep, which only time ends, and of a task that has ended."""
    return False


def parts_of(target: Any) -> tuple[Any, ...]:
    """The objects whose changes may end a wait for a target; none, where that is not known."""
    if isinstance(target, tuple):
        return tuple(part for one in target for part in parts_of(one))
    return target._parts() if hasattr(target, "_parts") else ()


def stamp(target: Any) -> int:
    """When what a wait is for was last changed, by the time of who did it."""
    parts = parts_of(target)
    if len(parts) == 1:
        return parts[0]._changed_at  # type: ignore[no-any-return]
    return max((part._changed_at for part in parts), default=0)


def _circle(tasks: Iterable[Task]) -> bool:
    """Whether some tasks wait for each other, by what each of them holds."""
    waiting = {task: task.target._holders() for task in tasks if hasattr(task.target, "_holders")}
    blocked = {task: set(holders) for task, holders in waiting.items() if not task.ready()}
    while blocked:
        free = [task for task, by in blocked.items() if not by or by - blocked.keys()]
        if not free:
            return True
        for task in free:
            del blocked[task]
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
        self.place = 0  # in the order of the starts
        self.alive = False
        self.daemon = False  # as it was when it was started; it can't change after that
        self.carrier: Carrier
        self.verb = "start"
        self.target: object = None  # what the operation works on
        self.look = False  # whether it leaves that as it is
        self.over = False  # whether it is done, and this is the point after it
        self.ready: Ready = always
        self.deadline = 0  # virtual microseconds; 0 waits for ever
        self.patience = 0  # how long it waits at most, in virtual microseconds
        self.clock = 0  # virtual microseconds by the task's own time
        self.wakes = False  # a timer has fired, and it has not gone on since
        self.acted = False  # has done what another could notice, since its last point
        self.context = Context()  # of its own, as each thread's is


class Strategy:
    """Picks a task at each step at which more than one is enabled."""

    #: Whether a timer may fire at any time, or only when the virtual clock says so.
    free_time = True
    #: Whether each task has a time of its own, or all tasks read the virtual clock.
    own_time = True
    #: Whether it is asked at each step, even where there is nothing to choose.
    every_step = False
    #: Hears what each step touches.
    recorder: Recorder | None = None
    #: The number of steps after which a run counts as endless, unless it is seen to have an end.
    step_limit = 1_000_000
    #: The number of steps after which it is given up even so, if there is one.
    enough: int | None = None

    def begin(self, scheduler: Scheduler) -> None:
        """Hear that a run begins."""

    def choose(self, enabled: Sequence[Task], current: Task | None) -> Task:
        """Return one of two or more enabled tasks; `current` is the one that could just go on."""
        raise NotImplementedError

    def finish(self, failed: bool) -> None:
        """Hear that the run has ended, or has failed.

        Raises ScheduleError if the strategy had planned more.
        """

    def give_up(self) -> None:
        """Hear that the run was given up, since it seems to have no end."""
        self.finish(failed=True)


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
            try:
                self.scheduler.execute(self.task)
            except BaseException as error:
                self.scheduler.crash(error)


class Scheduler:
    """Hands the baton from task to task until no task is left that the run has to wait for."""

    def __init__(self) -> None:
        self.idle: list[Carrier] = []
        self.strategy = Strategy()
        self.hearing: Hearing  # tells the recorder what an instrumented program touches
        self.recorder: Recorder | None = None  # hears what the step that goes on touches
        self.namer: Recorder | None = None  # gives names in all steps, if somebody hears any
        self.standings: Standings | None = None  # tells who listens what each task is at
        self.points: Points | None = None  # knows where a fine run may be interrupted, too
        self.has_end: Callable[[], bool] = never  # whether the run is seen to end by itself
        self.mentioned: set[str] = set()  # words in the text of who is heard, see `instrument`

    def reset(self, main: Task) -> None:
        """Forget the last run."""
        self.main = self.current = main  # current: who has the baton
        self.places: dict[int, Task] = {}  # who lives, in the order of their starts
        self.daemons = 0  # how many of them the run does not wait for
        self.crowd: crowds.Crowd | None = None  # where there are many of them
        self.running = False  # tasks take steps
        self.killing = False  # leftover tasks are being unwound
        self.over = taken_lock()  # where the caller of the run is parked
        self.clock = 0  # virtual microseconds
        self.clock_read = False
        self.steps = self.waits = 0
        self.trace: list[int] = []
        self.wakings: list[Waking] = []
        self.failure: Failure | None = None
        self.error: BaseException | None = None
        self.unannounced = 0  # looks since the last announcement
        self.unwound = 0  # how often the task that is being unwound was told to stop
        self.world = World()
        self.task_numbers, self.starts = count(), count()

    def begin(self, strategy: Strategy, main: Task) -> None:
        """Start the task Main."""
        if self.live and not self.stop(LAST_PATIENCE):
            raise RuntimeError("the simulator has a run that did not end")
        self.reset(main)
        self.strategy = strategy
        self.limit = min(strategy.step_limit, strategy.enough or strategy.step_limit)
        self.running = True
        strategy.begin(self)
        self.recorder = strategy.recorder
        if self.recorder is None and self.points is not None:
            self.recorder = self.points.recorder
        self.namer = self.recorder
        self.made(main.thread)
        self.start(main)

    @property
    def live(self) -> Collection[Task]:
        """Who has begun and not ended, in the order in which they were started."""
        return self.places.values()

    @property
    def now(self) -> float:
        """Virtual seconds since the run began."""
        return self.clock / 1e6

    def read_clock(self) -> float:
        """What the current task reads on a clock, in virtual seconds.

        Where any sleeper may wake at any time, each task has a time of its own: it passes by its
        own steps and sleeps, and catches up with what it waits for. So what it reads does not
        depend on steps of others that have nothing to do with it.
        """
        self.clock_read = True
        if self.points is not None:
            self.points.turn()
        return (self.current.clock if self.strategy.own_time else self.clock) / 1e6

    @property
    def awaited(self) -> bool:
        """Whether there is a task that the run has to wait for."""
        return len(self.places) > self.daemons

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
        task.verb, task.target, task.ready, task.deadline = "start", task.thread, always, 0
        task.clock = max(task.clock, self.current.clock)
        task.alive, task.acted = True, False
        task.place = next(self.starts)
        self.places[task.place] = task
        task.daemon = bool(task.thread.daemon)
        self.daemons += task.daemon
        if self.crowd is not None:
            self.crowd.add(task)
        elif len(self.places) > crowds.FEW:
            waiting = (one for one in self.live if one is task or one is not self.current)
            self.crowd = crowds.Crowd(self.places, waiting)
        if self.recorder is not None:
            self.recorder.write(task.thread)
            self.recorder.write("run", "tasks")  # their numbers, and the order of a report
        if self.points is not None:
            self.points.tell(task.thread)

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
        self,
        verb: str,
        target: object = None,
        ready: Ready = always,
        timeout: float | None = None,
        look: bool = False,
    ) -> None:
        """Announce the current task's next operation, and return when it is its turn.

        Then either `ready()` is true or `timeout` (seconds) is over; the caller looks which and
        carries the operation out before it announces another. An operation without patience
        (`timeout` 0) goes ahead, ready or not. A `look` changes nothing.
        """
        if self.killing:
            self._unwind()
        deadline = patience = 0
        if timeout is not None:
            if timeout > 0:
                if type(timeout) is not float or timeout > MAX_TIMEOUT:
                    allocate_lock().acquire(True, timeout)  # a real lock refuses what is too long
                patience = max(1, round(timeout * 1e6))
                deadline = self.clock + patience
            else:
                ready = always
        if self.running:
            if self.points is not None:
                self.points.arrive(verb)
            task = self.current
            task.acted = True
            task.verb, task.target, task.ready, task.look = verb, target, ready, look
            task.deadline, task.patience = deadline, patience
            if self.crowd is not None:
                self.crowd.add(task)
            chosen = self._pick()
            if chosen is not task:
                self._hand_over(chosen)
                task.carrier.baton.acquire()
                if self.killing:
                    self._unwind()
            if self.points is not None:
                self.points.resume()
        elif not deadline and not ready():
            raise RuntimeError(f"{verb} would wait for ever: no simulated thread is running")

    def pass_by(self, verb: str, target: object = None) -> None:
        """Hear of a look that is no point, unless there were many in a row."""
        self.unannounced += 1
        if self.unannounced >= UNANNOUNCED or self.points is not None:
            self.announce(verb, target, look=True)

    def go_round(self) -> None:
        """Hear of what is no operation, unless there was much of it since the last one."""
        self.unannounced += 1
        if self.unannounced >= UNANNOUNCED and self.running and not self.killing:
            self.steps += min(max(self.limit // MOST_LONG_STEPS, 1), LONGEST_STEP) - 1
            self.announce("going on")

    def shares(self, name: str) -> None:
        """Note a change of what all tasks of a run share, such as a counter."""
        if self.recorder is not None:
            self.recorder.write("run", name)
        if self.points is not None:
            self.points.turn()

    def call(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Make a call for the program, heard as one that it makes itself."""
        if self.recorder is not None:
            function = self.hearing.call(function, *args, **kwargs)
            return function()
        return function(*args, **kwargs)

    def iterate(self, items: Iterable[Any]) -> Iterable[Any]:
        """Go through what the program has given, heard as if it did that itself."""
        return items if self.namer is None else self.hearing.iter(items)

    def glance(self, thing: Any) -> Any:
        """See whether what the program has given holds anything, heard as if it did that itself."""
        return thing if self.recorder is None else self.hearing.glance(thing)

    def made(self, thing: T) -> T:
        """Note that an object is new which the program may get to see."""
        if self.namer is not None:
            self.namer.made(thing)
        return thing

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
        if self.standings is not None:
            self.standings.before(chosen)
        if chosen is not None:
            if self.crowd is not None:
                self.crowd.remove(chosen)
            self.current = chosen
            self.unannounced = 0
            if self.points is not None:
                self.points.attend()
            self.clock += TICK
            woken, chosen.wakes = chosen.wakes, False
            if chosen.ready is not always:
                self._wait_is_over(chosen)
            elif woken:
                self.wakings.append(Waking(self.steps - 1, None))
            chosen.clock += TICK
            if self.standings is not None:
                self.standings.after(chosen)
        return chosen

    def _wait_is_over(self, task: Task) -> None:
        """Let the time pass that a task has waited for."""
        if task.deadline and not task.ready():
            task.clock += task.patience
            task.wakes = True
            self.wakings.append(Waking(self.steps - 1, task.patience))
            self.waits += 1
            self.clock = max(self.clock, task.deadline)
        elif (changed := stamp(task.target)) > task.clock:
            task.clock = changed

    def _choose(self) -> Task | None:
        self.steps += 1
        if self.steps > self.limit or self.waits > MOST_WAITS:
            self._see_whether_it_ends()
        number, candidates = self._candidates()
        if not number and self.points is not None and self.points.relieve():
            if self.goes_round():
                return None
            number, candidates = self._candidates()
        if not number:
            return None
        strategy, current = self.strategy, self.current
        if len(candidates) > 1 or strategy.every_step:
            is_able = current.ready is always or current.ready()
            chosen = strategy.choose(candidates, current if is_able else None)
        else:
            chosen = candidates[0]
        if number > 1:
            self.trace.append(chosen.number or 0)
        return chosen

    def _see_whether_it_ends(self) -> None:
        """There were many steps, or waits: let the run go on only if it is seen to have an end.

        Raises:
            EndlessRun: it is not.
        """
        if self.steps > self.limit:
            limit, self.limit = self.limit, self.strategy.step_limit
            why = f"the run has not ended after {limit:,} steps"
            if limit and self.has_end():
                if self.strategy.enough is not None:
                    raise LongRun(why)
                self.limit = limit + self.strategy.step_limit
            elif self.steps > self.limit or not limit:
                raise EndlessRun(why)
        if self.waits > MOST_WAITS and self.clock > LONGEST and not self.world.strict:
            if not self.has_end():
                raise EndlessRun(f"the run has not ended after {self.now / 3600:.0f} virtual hours")
            self.waits = 0

    def goes_round(self) -> bool:
        """Whether who is not blocked goes round for ever, which is the end of it.

        Raises:
            EndlessRun: nobody is blocked for ever because of others.
        """
        assert self.points is not None
        able = [task for task in self.live if task.ready()]
        if not self.points.stuck.issuperset(able):
            return False
        if all(task.thread.daemon for task in able) or _circle(self.live):
            return True
        raise EndlessRun("all that can go on goes round, and nothing changes")

    def _candidates(self) -> tuple[int, Sequence[Task]]:
        """How many tasks are enabled, and those of them that the strategy may choose from."""
        free = self.strategy.free_time
        if self.crowd is not None:
            crowd = self.crowd.enabled()
            return len(crowd), crowd.all() if free else crowd.punctual(self.clock, JITTER)
        # Who has a time-out can always go on: whether it has come is a matter of time only.
        enabled = [
            task
            for task in self.places.values()
            if task.ready is always or task.deadline or task.ready()
        ]
        number = len(enabled)
        return number, enabled if free or number <= 1 else self._punctual(enabled)

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
        self.recorder = self.namer = None
        over = self.over  # what comes next has another, and may begin before the last line here
        self.current = self.main
        self.running = False
        over.release()

    # What carriers and the caller of the run do.

    def execute(self, task: Task) -> None:
        """Carry a task from its begin to its end, then pass the baton on."""
        if self.recorder is not None:
            self.recorder.read(task.thread)
        if self.points is not None:
            self.points.learn(task.thread)
        try:
            if not self.killing:
                task.context.run(task.thread._bootstrap)
        except BaseException as error:
            if not self.killing:
                self.failure = Failure(task.thread.name, error)
        if self.unwound > STUBBORN:
            sys.settrace(None)
        if self.recorder is not None:
            self._note_end(self.recorder, task)
        if self.points is not None:
            self.points.end(task.thread)
        task.thread._changed_at = task.clock
        task.alive, task.ready = False, never
        del self.places[task.place]
        self.daemons -= task.daemon
        self.idle.append(task.carrier)
        goes_on = not self.killing and not self.failure
        if goes_on and self.world.exits and not self.awaited:
            self.start(self.main)
        self._hand_over(self._pick() if goes_on and self.awaited else None)

    def _note_end(self, recorder: Recorder, task: Task) -> None:
        recorder.write(task.thread)
        if not task.thread.daemon:
            # The last one ends the run, whoever that is; but it starts Main, if that is to go on.
            (recorder.write if self.world.exits else recorder.add)("run", "end")

    def crash(self, error: BaseException) -> None:
        """End the run, for the simulator itself has failed: its caller must know, not wait."""
        self.error = error
        self._hand_over(None)

    def go(self, timeout: float | None) -> bool:
        """Give the baton away until the run is over, or for `timeout` seconds; say which."""
        self._hand_over(self._pick())
        return self.over.acquire(timeout=-1 if timeout is None else timeout)

    def stop(self, patience: float = PATIENCE) -> bool:
        """End the run wherever it is, and unwind the tasks that are left, one by one.

        Give up if one of them takes more than `patience` seconds; say whether all came to an end.
        Called again, it waits for that one and goes on with the others.
        """
        self.limit = 0
        if (self.running or self.killing) and not self.over.acquire(timeout=patience):
            return False
        self.killing = True
        for task in list(self.live):
            self.current, self.over, self.unwound = task, taken_lock(), 0
            task.carrier.baton.release()
            if not self.over.acquire(timeout=patience):
                return False
        self.killing = False
        return True

    def close(self) -> None:
        """End the carriers, and wait until they have ended."""
        if self.killing:
            self.stop()
        for carrier in self.idle:
            carrier.task = None
            carrier.baton.release()
        for carrier in self.idle:
            carrier.join()
        self.idle.clear()
