"""The simulator: runs a program's main function under a strategy, and says what came of it."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType, ModuleType
from typing import Any, NamedTuple

from threaddemo.simulation.blocked import Blocked, Place, blocked
from threaddemo.simulation.endless import Endless, endless, has_end
from threaddemo.simulation.hearing import Hearing
from threaddemo.simulation.modules import modules
from threaddemo.simulation.points import Points, Shared
from threaddemo.simulation.races import Site
from threaddemo.simulation.scheduler import (
    EndlessRun,
    Failure,
    LongRun,
    Scheduler,
    Strategy,
    never,
)
from threaddemo.simulation.schedules import encode
from threaddemo.simulation.standings import Listener, Standings
from threaddemo.simulation.twins import Twin, heard
from threaddemo.simulation.world import Uncaught

#: Real modules that a simulated program may use: they start no thread and wait for nothing.
PURE = frozenset(
    """__future__ abc array ast base64 binascii bisect calendar cmath codecs collections
    collections.abc contextlib copy copyreg csv dataclasses difflib enum fractions functools getopt
    hashlib heapq html inspect io itertools json keyword linecache logging math numbers operator
    pathlib pickle pprint re reprlib shlex statistics string struct textwrap token tokenize
    traceback types typing unicodedata weakref zlib""".split()  # noqa: SIM905 - a literal takes a line for each
)


class RunTimeout(TimeoutError):
    """A run took more real time than it was given; `blocked` says what each thread was doing."""

    def __init__(self, timeout: float, blocked: tuple[Blocked, ...]) -> None:
        super().__init__(f"the run has not ended after {timeout:g} s")
        self.blocked = blocked


class Result(NamedTuple):
    """What came of one run. A run that failed or deadlocked has no result."""

    result: Any
    deadlock: tuple[Blocked, ...]
    failure: Failure | None
    elapsed: float  # virtual seconds
    trace: tuple[int, ...]  # the number of each task that was chosen, in turn
    one_clock: bool = False  # whether the program has read the virtual clock that all tasks share
    #: Exceptions that ended a thread, while the others went on.
    errors: tuple[Uncaught, ...] = ()
    #: Exceptions that a future kept, and nobody asked for.
    unasked: tuple[Failure, ...] = ()
    #: What Main gave to `sys.exit`.
    exit: object = None
    #: What there is to say of a run that was given up because it has no end.
    endless: Endless | None = None

    @property
    def schedule(self) -> str:
        """What `Replay` follows."""
        return encode(self.trace, self.one_clock)

    @property
    def writer(self) -> Callable[[], str]:
        """What makes the schedule when somebody asks, and keeps nothing else of the run."""
        return partial(encode, self.trace, self.one_clock)


def _outside(frame: FrameType | None) -> FrameType | None:
    """A thread's innermost frame outside of the simulator and of what carries it."""
    while frame is not None:
        if frame.f_globals.get("__package__") != __package__ and frame.f_globals is not vars(
            threading
        ):
            break
        frame = frame.f_back
    return frame


class Simulator:
    """A machine on which any number of runs take place, one after the other.

    Use it as a context manager: the threads that carry its tasks are reused from run to run, and
    end with it.

    Args:
        place: finds where a thread is in the program, for the reports of who waits for what.
        script: what runs is a script, which may use `sys`, `os`, `datetime`, `timeit`, `atexit` and
            `argparse`, too.
    """

    #: Hears of each task whether it runs, is ready, sleeps or waits, whenever that changes.
    listener: Listener | None = None

    def __init__(self, place: Place = _outside, script: bool = False) -> None:
        self._place = place
        self._scheduler = Scheduler()
        self._random = random.Random(0)
        self.points: Points | None = None  #: what the last fine run has found out
        #: Hears of each access, in fine runs, of what threads contend for.
        self.access_listener: Callable[[Shared], object] | None = None
        self._scheduler.hearing = Hearing(self._scheduler)
        #: What a program that is instrumented needs as builtins.
        self.helpers: dict[str, Any] = self._scheduler.hearing.helpers
        #: The simulated modules by name.
        self.twins: dict[str, Twin] = modules(self._scheduler, self._random, script)
        self._scheduler.reset(self._main("Main", lambda: None))

    def _main(self, name: str, body: Callable[[], object]) -> Any:
        return self.twins["threading"].Thread(target=heard(body), name=name, daemon=False)._task

    def __enter__(self) -> Simulator:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """End and join the carrier threads."""
        self._scheduler.close()

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """Leave what is done in the block out of footprints.

        That is for loading a program within a run, if it is not loaded afresh in each run.
        """
        scheduler = self._scheduler
        before = scheduler.recorder, scheduler.namer
        scheduler.recorder = scheduler.namer = None
        try:
            yield
        finally:
            scheduler.recorder, scheduler.namer = before

    @contextmanager
    def unlistened(self) -> Iterator[None]:
        """Tell nobody of the runs that are made in the block."""
        listeners = self.listener, self.access_listener
        self.listener = self.access_listener = None
        try:
            yield
        finally:
            self.listener, self.access_listener = listeners

    @property
    def now(self) -> float:
        """Virtual seconds since the run began."""
        return self._scheduler.now

    @property
    def thread_name(self) -> str:
        """The name of the thread that runs."""
        return str(self._scheduler.current.thread.name)

    @property
    def thread_number(self) -> int:
        """The number of the thread that runs, by which schedules call it."""
        return self._scheduler.current.number or 0

    @property
    def steps(self) -> int:
        """How many steps the run has had."""
        return self._scheduler.steps

    @property
    def was_long(self) -> bool:
        """Whether the run was given up although it would have had an end."""
        return isinstance(self._scheduler.error, LongRun)

    def shares(self, name: str) -> None:
        """Note that the step that goes on changes what all threads share, by a name."""
        self._scheduler.shares(name)

    def pause(self, verb: str) -> None:
        """Come to where fine runs may be interrupted, and others not."""
        if self._scheduler.points is not None:
            self._scheduler.announce(verb)

    @property
    def killing(self) -> bool:
        """Whether leftover tasks are being unwound: what they log now belongs to no run."""
        return self._scheduler.killing

    def logging(self) -> ModuleType:
        """Make a `logging` for one run of a program that configures it, as another of the twins.

        The real one may be used as well: it waits for nothing, but its configuration, times and
        names of threads are those of this process.
        """
        from threaddemo.simulation.logs import logging_of

        return logging_of(self._scheduler, self.twins)

    def run(  # noqa: PLR0913 - all but two are named, and rarely given
        self,
        main: Callable[[], Callable[[], object] | None],
        strategy: Strategy,
        *,
        seed: int = 0,
        timeout: float | None = None,
        strict: bool = True,
        observe: Callable[[], object] | None = None,
        sites: Collection[Site] | None = None,
        tell: Callable[[Uncaught], object] | None = None,
    ) -> Result:
        """Run `main` as the main thread until all threads but daemons have ended, then kill those.

        Args:
            main: returns the function that reads the result, which is called when nothing moves
                any more, before the daemons are killed.
            strategy: picks who takes the next step.
            seed: that of the `random` twin.
            timeout: real seconds after which the run is given up.
            strict: the first exception that leaves a thread, a call in a pool, or a pool's `with`
                block ends the run. Else it is as in a program: it ends its thread, or is kept by
                its future, and the others go on; and the main thread is called MainThread.
            observe: reads the result, in place of what `main` returns, also if an exception has
                left `main`, or in a deadlock.
            sites: where an instrumented program is interrupted at shared memory; that makes it a
                fine run, in which races are found, and other sites (see `points`).
            tell: hears of each exception that leaves a thread, at once, where that goes on.

        Raises:
            RunTimeout: it took too much time.
            EndlessRun: it took too many steps; with `observe` that is a result as others are.
            ScheduleError: the schedule does not fit.
            NotSimulated: the program asks for what has no twin.
            NoMoreThreads: the system starts no more threads.
        """
        readers = [] if observe is None else [observe]
        scheduler = self._scheduler
        self.points = scheduler.points = None if sites is None else Points(scheduler, sites)
        if self.points is not None:
            self.points.listener = self.access_listener
        self._begin(lambda: self._call(main, readers), strategy, seed, strict)
        scheduler.world.tell = tell or scheduler.world.tell
        try:
            if not scheduler.go(timeout):
                raise RunTimeout(timeout or 0.0, blocked(scheduler, self._place))
            if isinstance(scheduler.error, EndlessRun) and observe is not None:
                strategy.give_up()
                return self._result(readers)
            if scheduler.error is not None:
                raise scheduler.error
            strategy.finish(failed=scheduler.failure is not None)
            return self._result(readers, always=observe is not None)
        finally:
            scheduler.stop()
            if (system := self.twins.get("sys")) is not None:
                system.restore()

    def _call(self, main: Callable[[], Any], readers: list[Callable[[], object]]) -> None:
        reader = main()
        if reader is not None and not readers:
            readers.append(reader)

    def _begin(
        self, body: Callable[[], object], strategy: Strategy, seed: int, strict: bool
    ) -> None:
        for twin in self.twins.values():
            twin.restore()
        self._random.seed(seed)
        scheduler = self._scheduler
        listener = self.listener
        scheduler.standings = Standings(scheduler, listener) if listener is not None else None
        scheduler.begin(strategy, self._main("Main" if strict else "MainThread", body))
        scheduler.world.strict, scheduler.world.seed = strict, seed
        scheduler.has_end = never if strict else partial(has_end, scheduler, self._place)

    def _result(self, readers: list[Callable[[], object]], always: bool = False) -> Result:
        """What came of the run that is over; what is read of it may be so in a deadlock, too."""
        scheduler, world = self._scheduler, self._scheduler.world
        failure = scheduler.failure
        is_endless = isinstance(scheduler.error, EndlessRun)
        is_stuck = scheduler.awaited and not failure and not is_endless
        deadlock = blocked(scheduler, self._place) if is_stuck else ()
        reads = readers and not failure and not is_endless and (always or not deadlock)
        kept = (future for future in world.failed if not future._asked)
        return Result(
            result=readers[0]() if reads else None,
            deadlock=deadlock,
            failure=failure,
            elapsed=scheduler.now,
            trace=tuple(scheduler.trace),
            one_clock=scheduler.clock_read and not scheduler.strategy.own_time,
            errors=tuple(world.errors),
            unasked=tuple(Failure(future._thread, future._exception) for future in kept),
            exit=world.exit,
            endless=endless(scheduler, self._place) if is_endless else None,
        )
