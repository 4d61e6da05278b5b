"""Runs on the simulator: the unchanged program, loaded on simulated twins."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType

from threaddemo.demo import Observe, plural
from threaddemo.ends import (
    CannotSimulate,
    Run,
    ScheduleMisfit,
    Tally,
    TimedOut,
    TooManyThreads,
    WorkerFailed,
    observed,
)
from threaddemo.output.narrative import Narrative
from threaddemo.program import Program
from threaddemo.runs.copies import Copies
from threaddemo.runs.series import Runs
from threaddemo.settings import Settings
from threaddemo.simulation import (
    PURE,
    EndlessRun,
    Exploration,
    Kinds,
    NoMoreThreads,
    NotReducible,
    NotSimulated,
    Replay,
    Result,
    RunTimeout,
    ScheduleError,
    Seeded,
    Simulator,
    Strategy,
    instrument,
)


class _Simulated(Runs):
    """Runs of one program on one simulator.

    Raises:
        CannotSimulate: the program imports what has no simulated twin.
    """

    def __init__(self, settings: Settings, program: Program, narrative: Narrative) -> None:
        super().__init__(settings)
        self._program = program
        self._narrative = narrative
        self._simulator = Simulator(Program.place)
        self._began = 0.0
        if settings.timeline:
            from threaddemo.events.recorder import Recorder

            self.recorder = Recorder(self._simulator.twins, self._now)
        self._copies = Copies(self._load, self._simulator.unheard)
        try:
            self._copies.fresh()
        except NotSimulated as gap:
            raise _no_twin(gap) from gap

    def _load(self) -> ModuleType:
        if self.recorder:
            return self.recorder.load(self._program, PURE)
        return self._program.load(self._simulator.twins, PURE)

    def close(self) -> None:
        """End the simulator's threads."""
        self._simulator.close()

    def simulate(self, strategy: Strategy, seed: int | None = None) -> Run:
        """Run the program once, to its end, a deadlock, or the first error that leaves a thread.

        Args:
            strategy: who takes the next step.
            seed: that of the program's random numbers, and of the run's replay.

        Raises:
            CannotSimulate, TimedOut, streams.WriteError, ScheduleError.
        """
        self._narrative.begin(self._virtual)
        if self.recorder:
            self.recorder.begin()
        try:
            left = self._time_left()
            done = self._simulator.run(self._main, strategy, seed=seed or 0, timeout=left)
        except RunTimeout as late:
            raise self._too_late(map(str, late.blocked)) from None
        except EndlessRun as endless:
            raise CannotSimulate(str(endless)) from endless
        except NotSimulated as gap:
            raise _no_twin(gap) from gap
        except NoMoreThreads as limit:
            raise TooManyThreads(limit.started) from limit
        if self._narrative.error:
            raise self._narrative.error
        again = f"--seed {seed}" if seed is not None else lambda: f"--schedule {done.schedule}"
        return _ended(done)._replace(elapsed=done.elapsed, again=again, punctual=done.punctual)

    def _main(self) -> Callable[[], Run]:
        """The program's main code, and how its facts are read."""
        observe = self._copies.fresh().run(**self.settings.params)
        return lambda: _observed(observe)

    def _time_left(self) -> float | None:
        """Real seconds until the series is given up.

        Raises:
            TimedOut: none.
        """
        if self.settings.timeout is None:
            return None
        self._began = self._began or time.monotonic()
        left = self._began + self.settings.timeout - time.monotonic()
        if left <= 0:
            raise self._too_late(())
        return left

    def _too_late(self, threads: Iterable[str]) -> TimedOut:
        return TimedOut(self.settings.timeout or 0, list(threads))

    def _virtual(self) -> tuple[float, str] | None:
        """Virtual time and thread of a log record; threads that are being ended have no say."""
        if self._simulator.killing:
            return None
        return self._simulator.now, self._simulator.thread_name

    def _now(self) -> float | None:
        return None if self._simulator.killing else self._simulator.now


def _no_twin(gap: NotSimulated) -> CannotSimulate:
    """What has no twin, and the line that asked for it."""
    where = f" (at {os.path.basename(gap.file)}:{gap.line})" if gap.file else ""
    return CannotSimulate(f"{gap}{where}")


def _observed(observe: Observe) -> Run:
    """A run whose facts are read; what that raises is Main's failure."""
    try:
        return observed(observe)
    except Exception as error:
        return _failed(WorkerFailed("Main", error))


def _failed(failure: WorkerFailed) -> Run:
    return Run(None, f"error: {failure}", 0.0, failure=failure)


def _ended(done: Result) -> Run:
    """What the simulator says of a run."""
    if done.failure:
        return _failed(WorkerFailed(*done.failure))
    if done.deadlock:
        summary = "deadlock: " + "; ".join(map(str, done.deadlock))
        return Run(None, summary, 0.0, deadlock=tuple(one._asdict() for one in done.deadlock))
    run: Run = done.result
    return run


class Seeds(_Simulated):
    """A run for each of some seeds, from the one that was asked for on."""

    def __iter__(self) -> Iterator[Run]:
        """Make the runs."""
        first = self.settings.seed or 0
        for seed in range(first, first + self.wanted):
            yield self.simulate(Seeded(seed), seed)


class Replayed(_Simulated):
    """The run of one schedule; unless it fits, nobody hears of the run."""

    def __iter__(self) -> Iterator[Run]:
        """Make the run."""
        try:
            with self._narrative.held_back(unless=ScheduleError):
                run = self.simulate(Replay(self.settings.schedule or ""))
        except ScheduleError as error:
            raise ScheduleMisfit(str(error)) from None
        if self._narrative.error:
            raise self._narrative.error
        yield run


class Explored(_Simulated):
    """A run of each kind of schedules there is, which stands for all of its kind."""

    def __init__(self, settings: Settings, program: Program, narrative: Narrative) -> None:
        super().__init__(settings, program.transformed(instrument), narrative)
        self._search = Kinds(self.simulate, settings.max_schedules)

    def _load(self) -> ModuleType:
        return self._program.load(self._simulator.twins, PURE, self._simulator.helpers)

    def __iter__(self) -> Iterator[Run]:
        """Make the runs."""
        try:
            for kind in self._search:
                weight = 0 if self._search.sampled else kind.weight
                run = kind.run._replace(weight=weight, preemptions=kind.preemptions)
                # Of one that was drawn at random, only the run itself is known.
                yield run if self._search.sampled else run._replace(punctual=kind.punctual)
        except NotReducible as problem:
            hint = "with --preemptions N each schedule is run by itself"
            raise CannotSimulate(f"{problem}; {hint}") from problem

    @property
    def complete(self) -> bool:
        """Whether every schedule is of a kind that was tried."""
        return self._search.complete

    @property
    def kinds(self) -> int:
        """Of how many kinds the schedules were."""
        return self._search.kinds

    @property
    def wanted(self) -> int:
        """How many runs there are to be at most."""
        return self.settings.max_schedules

    def _known(self) -> str:
        known = "" if self._search.exact else "more than "
        return f"{known}{self._search.schedules:,}"

    def _tried(self) -> str:
        return f"{self.kinds:,} kind{'s' * (self.kinds != 1)}"

    def progress(self, tally: Tally) -> str:
        """What is known: how many there are is not."""
        drawn = f", {self._search.sampled:,} at random" if self._search.sampled else ""
        known = f"{self._known()} schedules of {self._tried()}{drawn}"
        return f"{known} so far: {plural(tally.outcomes, 'outcome')}"

    def extent(self, ended: int) -> str:
        """Which schedules were tried."""
        if self.complete:
            return f"every schedule ({self._known()}, of {self._tried()})"
        drawn = f", and {self._search.sampled:,} at random" if self._search.sampled else ""
        return f"not every schedule: the first {self._tried()}{drawn}"


class Enumerated(_Simulated):
    """A run for each schedule that has few preemptions."""

    def __init__(self, settings: Settings, program: Program, narrative: Narrative) -> None:
        super().__init__(settings, program, narrative)
        self._exploration = Exploration(self.simulate, settings.max_schedules, settings.preemptions)

    def __iter__(self) -> Iterator[Run]:
        """Make the runs."""
        return iter(self._exploration)

    @property
    def complete(self) -> bool:
        """Whether every schedule was tried."""
        return self._exploration.complete

    @property
    def wanted(self) -> int:
        """How many runs there are to be at most."""
        return self.settings.max_schedules

    def progress(self, tally: Tally) -> str:
        """What is known: how many there are is not."""
        return f"{tally.runs:,} schedules so far: {plural(tally.outcomes, 'outcome')}"

    def extent(self, ended: int) -> str:
        """Which schedules were tried."""
        if self._exploration.complete:
            return f"every schedule ({ended:,})"
        if self._exploration.exhausted:
            bound = plural(self.settings.preemptions or 0, "preemption")
            return f"every schedule with at most {bound} ({ended:,}), not all"
        return f"the first {ended:,} schedules, not all"
