"""Runs on the simulator: the unchanged program, loaded on simulated twins."""

import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
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
    Site,
    Strategy,
    instrument,
    sites_of,
    survey,
    with_sites,
)


class _Simulated(Runs):
    """Runs of one program on one simulator.

    Raises:
        CannotSimulate: the program imports what has no simulated twin.
    """

    def __init__(self, settings: Settings, program: Program, narrative: Narrative) -> None:
        super().__init__(settings)
        self._narrative = narrative
        self._sites: frozenset[Site] | None = None
        self._known: frozenset[Site] = frozenset()
        if settings.fine:
            program, self.races, self._sites = program.transformed(instrument), {}, frozenset()
        self._program = program
        self._simulator = self._machine()
        self._began = 0.0
        if settings.is_recorded and not settings.is_series:
            from threaddemo.events.recorder import Recorder

            self.recorder = Recorder(self._simulator.twins, self._now, is_told=True)
            self._simulator.listener = self.recorder.stands
            self._simulator.access_listener = self.recorder.shared
            self._narrative.heard = self.recorder.said
        self._prepare()

    def _machine(self) -> Simulator:
        return Simulator(Program.place)

    def _prepare(self) -> None:
        self._copies = Copies(self._load, self._simulator.unheard)
        try:
            self._copies.fresh()
        except NotSimulated as gap:
            raise self._no_twin(gap) from gap

    def _load(self) -> ModuleType:
        if self.recorder:
            return self.recorder.load(self._program, PURE, self._helpers())
        return self._program.load(self._simulator.twins, PURE, self._helpers())

    def _helpers(self) -> Mapping[str, object]:
        """What the program finds as builtins besides."""
        return self._simulator.helpers if self._program.transform else {}

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
            run = self._run(strategy, seed or 0)
        except TimedOut as late:
            if self.settings.is_series or not late.threads:
                raise
            return self._closed(Run(None, f"hung: {'; '.join(late.threads)}", 0.0, late=late))
        if self._narrative.error:
            raise self._narrative.error
        self._take_note()
        again = run.again if seed is None else f"{self.settings.points}--seed {seed}"
        return self._closed(run._replace(again=again))

    def _take_note(self) -> None:
        """Keep what a fine run has shown of its accesses, also one that was given up."""
        if (points := self._simulator.points) is not None and self.races is not None:
            self.is_deaf |= points.is_deaf
            self.is_long |= points.attention.was_lost
            for key, race in points.races.races.items():
                self.races.setdefault(key, race)

    def _run(self, strategy: Strategy, seed: int) -> Run:
        try:
            return self._perform(strategy, seed, self._time_left())
        except RunTimeout as late:
            self._take_note()
            raise self._too_late(map(str, late.blocked)) from None
        except EndlessRun as endless:
            raise CannotSimulate(str(endless)) from endless
        except NotSimulated as gap:
            raise self._no_twin(gap) from gap
        except NoMoreThreads as limit:
            raise TooManyThreads(limit.started) from limit

    def _perform(self, strategy: Strategy, seed: int, timeout: float | None) -> Run:
        """Run the program once, and say what came of it."""
        done = self._simulator.run(
            self._main, strategy, seed=seed, timeout=timeout, sites=self._sites
        )
        return _ended(done)._replace(elapsed=done.elapsed, again=self._again(done))

    def _closed(self, run: Run) -> Run:
        """A run that is over, as are its notes."""
        if self.recorder:
            self.recorder.close(stuck=bool(run.deadlock or run.late))
        return run._replace(elapsed=self._simulator.now)

    def look_around(self, sites: Collection[Site] = ()) -> None:
        """Find out where fine runs may be interrupted; nobody hears of it."""
        if self._sites is None:
            return

        def run(strategy: Strategy, sites: frozenset[Site]) -> Collection[Site]:
            self._sites = sites
            if self.recorder:
                self.recorder.begin()  # what it has noted of the last one is of no use
            with suppress(CannotSimulate):  # such as that it is endless
                self._run(strategy, 0)
            return self._simulator.points.races.sites if self._simulator.points else ()

        self._narrative.silence()
        with self._simulator.unlistened():
            self._known = survey(run)
        self._sites = self._known.union(sites)

    def _again(self, done: Result) -> Callable[[], str]:
        """What makes the option that replays a run's schedule at the same points."""
        sites = (self._sites or frozenset()) - self._known
        return partial(_option, self.settings.points, done.writer, sites, self._file)

    @property
    def _file(self) -> str:
        return self._program.code.co_filename

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

    def _no_twin(self, gap: NotSimulated) -> CannotSimulate:
        """What has no twin, and the line that asked for it."""
        where = f" (at {os.path.basename(gap.file)}:{gap.line})" if gap.file else ""
        return CannotSimulate(f"{gap}{where}")


def _option(points: str, write: Callable[[], str], sites: frozenset[Site], file: str) -> str:
    return f"{points}--schedule {with_sites(write(), sites, file)}"


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
        self.look_around()
        first = self.settings.seed or 0
        for seed in range(first, first + self.wanted):
            yield self.simulate(Seeded(seed), seed)


class Replayed(_Simulated):
    """The run of one schedule; unless it fits, nobody hears of the run."""

    def __iter__(self) -> Iterator[Run]:
        """Make the run."""
        try:
            schedule = self.prepared(self.settings.schedule or "")
            with self._narrative.held_back(unless=ScheduleError):
                run = self.simulate(Replay(schedule))
        except ScheduleError as error:
            raise ScheduleMisfit(str(error)) from None
        if self._narrative.error:
            raise self._narrative.error
        yield run

    def prepared(self, schedule: str) -> str:
        """The choices of a schedule, once it is known where its run may be interrupted.

        Raises:
            ScheduleError: it is malformed.
        """
        choices, sites = sites_of(schedule, self._file)
        self.look_around(sites)
        return choices


def stepped(settings: Settings, program: Program, narrative: Narrative) -> Runs:
    """The run that somebody chooses step by step."""
    from threaddemo.runs.stepped import Stepped  # which others have no need of

    return Stepped(settings, program, narrative)


class _Exploring(_Simulated):
    """Runs under many schedules; all of them once more, if they show that there are other points.

    A run that was interrupted elsewhere is none that could be counted with the others.
    """

    gave_way = False  #: whether a busy loop has had to wait for others in any of the runs

    def __iter__(self) -> Iterator[Run]:
        """Make the runs."""
        self.look_around()
        while True:
            self.gave_way = False
            for run in self._each():
                if self._has_new_sites():
                    break
                yield run
            else:
                if not self._has_new_sites():
                    return
            self.afresh += 1

    def _each(self) -> Iterable[Run]:
        raise NotImplementedError

    def _run(self, strategy: Strategy, seed: int) -> Run:
        try:
            return super()._run(strategy, seed)
        finally:  # also if it was given up, since others are of its kind
            self.gave_way |= bool(self._simulator.points and self._simulator.points.gave_way)

    def _has_new_sites(self) -> bool:
        """Whether the last run has shown where it might have been interrupted, too."""
        points = self._simulator.points
        if points is None or self._sites is None:
            return False
        known, self._sites = self._sites, self._sites | points.races.sites
        return self._sites != known

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out that the search does not know of."""
        return not (self.gave_way or self.is_deaf or self.is_long)

    def _every(self) -> str:
        """What a search that has come to its end has seen."""
        if self.is_deaf:
            return "every schedule as far as accesses are heard"
        if self.is_long:
            return "every schedule but those that interrupt long loops late"
        if self.gave_way:
            return "every schedule but those with more rounds of busy loops"
        return "every schedule"

    @property
    def wanted(self) -> int:
        """How many runs there are to be at most."""
        return self.settings.max_schedules


class Explored(_Exploring):
    """A run of each kind of schedules there is, which stands for all of its kind."""

    def __init__(self, settings: Settings, program: Program, narrative: Narrative) -> None:
        super().__init__(settings, program.transformed(instrument), narrative)
        self._search = self._kinds()

    def _kinds(self) -> Kinds[Run]:
        return Kinds(self.simulate, self.settings.max_schedules)

    def _each(self) -> Iterator[Run]:
        try:
            for kind in self._search:
                weight = 0 if kind.is_drawn else kind.weight
                yield kind.run._replace(
                    weight=weight, preemptions=kind.preemptions, punctual=kind.punctual
                )
        except NotReducible as problem:
            hint = "with --preemptions N each schedule is run by itself"
            raise CannotSimulate(f"{problem}; {hint}") from problem

    @property
    def complete(self) -> bool:
        """Whether every schedule is of a kind that was tried."""
        return self._search.complete and self.is_whole

    @property
    def kinds(self) -> int:
        """Of how many kinds the schedules were."""
        return self._search.kinds

    def _stood_for(self) -> str:
        known = "" if self._search.exact else "more than "
        return f"{known}{self._search.schedules:,}"

    def _tried(self) -> str:
        return f"{self.kinds:,} kind{'s' * (self.kinds != 1)}"

    def progress(self, tally: Tally) -> str:
        """What is known: how many there are is not."""
        drawn = f", {self._search.sampled:,} at random" if self._search.sampled else ""
        known = f"{self._stood_for()} schedules of {self._tried()}{drawn}"
        return f"{known} so far: {plural(tally.outcomes, 'outcome')}"

    def extent(self, ended: int) -> str:
        """Which schedules were tried."""
        if self._search.complete:
            return f"{self._every()} ({self._stood_for()}, of {self._tried()})"
        drawn = f"{self._search.sampled:,} at random" if self._search.sampled else ""
        first = f"the first {self._tried()}" if self.kinds or not drawn else ""
        return f"not every schedule: {', and '.join(filter(None, [first, drawn]))}"


class Enumerated(_Exploring):
    """A run for each schedule that has few preemptions."""

    def __init__(self, settings: Settings, program: Program, narrative: Narrative) -> None:
        super().__init__(settings, program, narrative)
        self._exploration = Exploration(self.simulate, settings.max_schedules, settings.preemptions)

    def _each(self) -> Iterable[Run]:
        return self._exploration

    @property
    def complete(self) -> bool:
        """Whether every schedule was tried."""
        return self._exploration.complete and self.is_whole

    def progress(self, tally: Tally) -> str:
        """What is known: how many there are is not."""
        return f"{tally.runs:,} schedules so far: {plural(tally.outcomes, 'outcome')}"

    def extent(self, ended: int) -> str:
        """Which schedules were tried."""
        if self._exploration.complete:
            return f"{self._every()} ({ended:,})"
        if self._exploration.exhausted:
            bound = plural(self.settings.preemptions or 0, "preemption")
            return f"every schedule with at most {bound} ({ended:,}), not all"
        return f"the first {ended:,} schedules, not all"
