"""What there is to choose from: at a step at which several threads can go on, all that is known.

One model for all who choose themselves, be it at a prompt or on a page: the threads that can go on,
what each of them would do next and where, which one was running, who holds what, who waits for
what. Nothing is recorded for it: as in the report of a deadlock, parked threads have it all.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeAlias

from threaddemo.simulation.blocked import Blocked, Place, Report, called
from threaddemo.simulation.patience import GOING_ROUND
from threaddemo.simulation.scheduler import Scheduler, Task, always
from threaddemo.simulation.schedules import encode
from threaddemo.simulation.strategies import Replay

#: Who goes on by itself gives way after so many choices in a row: others may wait for nothing else.
LONGEST_TURN = 100
#: What an operation that can go ahead does, by its verb.
BEFORE = {
    "start": "begin",
    "sleep": "wake up",
    "clock": "read the clock",
    "Lock.acquire": "acquire {}",
    "RLock.acquire": "acquire {}",
    "Semaphore.acquire": "acquire {}",
    "Condition.wait": "wait on {}",
    "Barrier.wait": "wait at {}",
    "Event.is_set": "look whether {} is set",
    "Event.set": "set {}",
    "Event.wait": "wait for {}",
    "Thread.join": "join {}",
    "Queue.put": "put into {}",
    "Queue.get": "get from {}",
    "Queue.empty": "look whether {} is empty",
    "Queue.join": "join {}",
    "Queue.mutex": "take the mutex of {}",
    "SimpleQueue.put": "put into {}",
    "SimpleQueue.get": "get from {}",
    "SimpleQueue.empty": "look whether {} is empty",
    "Future.result": "take the result of {}",
    "Future.exception": "take the exception of {}",
    "concurrent.futures.wait": "go on: enough futures are done",
    "concurrent.futures.as_completed": "go on: a future is done",
    "ThreadPoolExecutor.submit": "go on after submitting to {}",
    "ThreadPoolExecutor.shutdown": "close {}",
    # Of fine runs, and of loops in others: reads, writes and looks at what others may change.
    "access": "use something shared",
    "going on": "go on",
    GOING_ROUND: "go round its loop again",
    "threading.enumerate": "look who is alive",
    "Thread.is_alive": "look whether {} is alive",
    "Lock.locked": "look whether {} is taken",
    "Event.clear": "clear {}",
    "Barrier.reset": "reset {}",
    "Barrier.abort": "break {}",
    "Queue.full": "look whether {} is full",
    "Queue.qsize": "look how much is in {}",
    "Queue.task_done": "say that an item of {} is done",
    "Queue.shutdown": "shut {} down",
    "SimpleQueue.qsize": "look how much is in {}",
    "Future.done": "look whether {} is done",
    "Future.running": "look whether {} is running",
    "Future.cancelled": "look whether {} is cancelled",
    "Future.cancel": "cancel {}",
    "Future.add_done_callback": "add a callback to {}",
}
#: The same of a wait that has begun before, and has ended by now.
AFTER_A_WAIT = {
    "Condition.wait": "wake up: {} was notified",
    "Barrier.wait": "leave {}",
    "Event.wait": "go on: {} was set",
    "ThreadPoolExecutor.shutdown": "go on: all calls of {} are done",
}
#: What was done already, at a point that comes after it.
OVER = {
    "Lock.release": "go on after releasing {}",
    "RLock.release": "go on after releasing {}",
    "Semaphore.release": "go on after releasing {}",
    "Condition.notify": "go on after notifying {}",
    "Thread.start": "go on after starting {}",
    "Queue.put": "go on after putting into {}",
    "SimpleQueue.put": "go on after putting into {}",
}


class Able(NamedTuple):
    """A thread that can go on: its number in schedules, its name, what it does next, and where."""

    number: int
    thread: str
    operation: str
    file: str | None = None
    line: int | None = None
    current: bool = False
    """Whether it is the one that was running: to choose another is a preemption."""

    @property
    def place(self) -> str:
        """Where it is: file and line, if it has begun."""
        return "" if self.file is None else f"{os.path.basename(self.file)}:{self.line}"


class Held(NamedTuple):
    """What threads have, and keep others from: a lock, or permits."""

    name: str
    holders: tuple[str, ...]


class Choice(NamedTuple):
    """A step at which more than one thread can go on, and how things are then."""

    taken: tuple[int, ...]
    """The choices before this one, by the numbers of the threads."""
    able: tuple[Able, ...]
    waiting: tuple[Blocked, ...]
    """All other threads that live: none of them can go on."""
    held: tuple[Held, ...]

    @property
    def schedule(self) -> str:
        """The choices before this one, as the beginning of a schedule."""
        return encode(self.taken)

    @property
    def current(self) -> Able | None:
        """The one that was running, if it can go on."""
        return next((one for one in self.able if one.current), None)


#: Picks one of the threads by its number, or None: from here on each goes on as long as it can.
Ask: TypeAlias = Callable[[Choice], "int | None"]


class Choosing(Replay):
    """Follows the choices that are known, and asks for all others.

    What the asking raises, if it is an Exception, ends the run: its caller gets it.

    Args:
        known: the first choices, by the numbers of the threads.
        ask: gets each choice that comes after these.
        place: finds where a thread is in the program.
    """

    def __init__(self, known: Iterable[int], ask: Ask, place: Place) -> None:
        self.plan = list(known)
        self.step = 0
        self._asks: Ask | None = ask
        self._place = place
        self._turn = 0  # how many choices in a row the last one has got without being asked for

    def choose(self, enabled: Sequence[Task], current: Task | None) -> Task:
        """Return the one that is known, or asked for.

        Raises:
            ScheduleError: it can't go on.
        """
        if self.step == len(self.plan):
            number = None
            if self._asks is not None:
                taken = tuple(self.plan)
                number = self._asks(look(self.scheduler, self._place, enabled, current, taken))
            if number is None:
                self._asks = None
                number = self._straight_on(enabled, current)
            self.plan.append(number)
        return super().choose(enabled, current)

    def _straight_on(self, enabled: Sequence[Task], current: Task | None) -> int:
        """The current one, or else the one after it, once it can't go on, or for long enough."""
        self._turn += 1
        if current is not None and self._turn < LONGEST_TURN:
            return current.number or 0
        self._turn = 0
        numbers = sorted(task.number or 0 for task in enabled)
        last = self.plan[-1] if self.plan else -1
        return next((number for number in numbers if number > last), numbers[0])


def look(
    scheduler: Scheduler,
    place: Place,
    enabled: Iterable[Task],
    current: Task | None,
    taken: tuple[int, ...] = (),
) -> Choice:
    """How things are now, at a step at which these tasks can go on."""
    report = Report(scheduler, place)
    can = {task.number: task for task in enabled}
    able = tuple(_able(report, task, task is current) for task in can.values())
    others = (task for task in report.tasks if task.number not in can)
    waiting = tuple(report.of(task) for task in others)
    return Choice(taken, able, waiting, tuple(_held(report)))


def _able(report: Report, task: Task, current: bool) -> Able:
    seen = report.of(task)
    words = in_words(task, seen.on)
    return Able(task.number or 0, seen.thread, words, seen.file, seen.line, current)


def in_words(task: Task, on: str | None) -> str:
    """What a task that can go on does next, with the name of what it works on."""
    table = OVER if task.over else BEFORE
    if task.ready is not always and not task.over:
        table = BEFORE | AFTER_A_WAIT
    words = table.get(task.verb, f"{task.verb} {{}}" if on else task.verb).format(on)
    late = task.deadline and task.verb != "sleep" and not task.ready()
    return f"time out: {BEFORE.get(task.verb, words).format(on)}" if late else words


def _held(report: Report) -> Iterable[Held]:
    for thing, name in report.names.things:
        if holders := thing._holders():
            yield Held(name, tuple(called(report.scheduler, holder) for holder in holders))
