"""From the options of a command to its runs, its result and its exit code."""

import functools
import sys
import time
import traceback
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from threaddemo import colors, promises, report, signals, streams
from threaddemo.narrative import Narrative, narrated
from threaddemo.options import MOST_SCHEDULES, named
from threaddemo.outcome import Demo, Observe, plural
from threaddemo.running import (
    CannotSimulate,
    Run,
    TimedOut,
    TooManyThreads,
    WorkerFailed,
    run_for_real,
)
from threaddemo.series import Tally

if TYPE_CHECKING:
    from threaddemo.simulating import Stage

OK, BROKEN, FAILED, TIMED_OUT = 0, 1, 3, 124


class Play:
    """One command, its options read; what it is asked for is done by ``play``."""

    def __init__(self, ctx: click.Context, demo: Demo) -> None:
        self.demo = demo
        self._ctx = ctx
        self.options = ctx.params
        self.expected = promises.expectations(demo.Outcome, ctx.params["expect"])
        self.params = self._params(ctx)
        self.is_series = bool(ctx.params["repeat"] or ctx.params["explore"])
        self.level: str = ctx.params["log_level"]
        if self.is_series and not ctx.meta["narrate"]:
            self.level = "WARNING"
        self._exploration: Any = None
        self._recorder: Any = None
        self.request = report.Request(
            ctx.command.name or "", self.params, self._mode(), *self._replayed()
        )

    def _params(self, ctx: click.Context) -> dict[str, Any]:
        """The demo's own options; where schedules are explored its smaller defaults count."""
        explored = ctx.params["explore"] or ctx.params["schedule"]
        params = {}
        for parameter in self.demo.OPTIONS:
            name = parameter.keyword
            default = ctx.get_parameter_source(name) is ParameterSource.DEFAULT
            smaller = explored and default and parameter.explored is not None
            params[name] = parameter.explored if smaller else ctx.params[name]
        return params

    def _mode(self) -> str:
        if self.options["explore"]:
            return "explored"
        return "real" if self._replayed() == (None, None) else "simulated"

    def _replayed(self) -> tuple[int | None, str | None]:
        return self.options["seed"], self.options["schedule"]

    def play(self) -> int:
        """Run the demo as asked, print the result; the value is the exit code."""
        if self.options["source"]:
            return self._source()
        try:
            return self._series() if self.is_series else self._single()
        except WorkerFailed as failure:
            if self.level == "DEBUG":
                streams.write("stderr", "".join(traceback.format_exception(failure.error)))
            self._complain(f"error: {failure}")
        except TooManyThreads as limit:
            self._complain(f"error: {self._too_many(limit)}")
        except CannotSimulate as gap:
            self._complain(f"error: {gap}")
        return FAILED

    def _source(self) -> int:
        """The demo's source on stdout, its path on stderr."""
        from threaddemo.source import highlighted

        file = self.demo.__file__
        with open(file, encoding="utf-8") as lines:
            source = lines.read()
        streams.write("stderr", f"{file}\n")
        color = colors.wanted(self.options["color"], "stdout")
        streams.write("stdout", highlighted(source) if color else source)
        return OK

    def _single(self) -> int:
        """One run and its result."""
        try:
            with closing(self._runs()) as runs:
                run = next(runs)
        except TimedOut as late:
            return self._give_up(late)
        text = report.one(self.request, run, self.options["format"])
        if self.options["timeline"]:
            text += self._picture(deadlock=run.outcome is None)
        streams.write("stdout", text)
        code = self._verdict([run])
        return BROKEN if run.outcome is None else code

    def _series(self) -> int:
        """Several runs and one table; what ends the series early does not lose the table."""
        tally, end = Tally(), None
        with signals.Collector() as collector:
            try:
                with closing(self._runs(collector.check)) as runs, self._progress() as advance:
                    for run in runs:
                        tally.add(run)
                        advance(1)
                        collector.check()
            except (TimedOut, signals.Interrupted) as early:
                end = early
            what = self._extent(tally.runs)
            text = report.many(self.request, tally, what, self._complete(), self.options["format"])
            streams.write("stdout", text)
        if isinstance(end, signals.Interrupted):
            raise end
        code = self._verdict([run for run, _ in tally.outcomes])
        return self._give_up(end) if end else code

    def _runs(self, check: Callable[[], None] = lambda: None) -> Generator[Run, None, None]:
        """The runs that are asked for, each made when it is wanted."""
        if self.request.mode == "real":
            with self._narrated(self.level) as narrative:
                for _ in range(self.options["repeat"] or 1):
                    main = functools.partial(self._real_run(), **self.params)
                    yield run_for_real(main, narrative, self._timeout(), check)
        else:
            from threaddemo.simulating import Stage

            record = self.options["timeline"]
            with Stage(self.demo, self.params, self.options["timeout"], record) as stage:
                self._recorder = stage.recorder
                yield from self._simulated(stage)

    def _real_run(self) -> Callable[..., Observe]:
        """The demo's run, or one that is recorded."""
        if not self.options["timeline"]:
            return self.demo.run
        from threaddemo.recording import REAL, Recorder

        began = time.monotonic()
        recorder = self._recorder = Recorder(REAL, lambda: time.monotonic() - began)
        return recorder.load(self.demo.__name__)

    def _picture(self, deadlock: bool) -> str:
        """The picture of the run that was recorded."""
        from threaddemo.timeline import draw

        self._recorder.close("block" if deadlock else "stop")
        color = colors.wanted(self.options["color"], "stdout")
        return draw(self._recorder.events, streams.width("stdout"), color)

    def _simulated(self, stage: "Stage") -> Iterator[Run]:
        from threaddemo.simulation import Exploration, Replay, ScheduleError, Seeded

        if (schedule := self.request.schedule) is not None:
            try:  # once unheard: what does not fit must not begin
                with self._narrated("CRITICAL") as narrative:
                    stage.run(Replay(schedule), narrative)
            except ScheduleError as error:
                param = named(self._ctx, "schedule")
                raise click.BadParameter(f"{error}.", self._ctx, param) from None
        with self._narrated(self.level) as narrative:
            simulate = functools.partial(stage.run, narrative=narrative)
            if schedule is not None:
                yield simulate(Replay(schedule))
            elif self.request.seed is not None:
                for index in range(self.options["repeat"] or 1):
                    seed = self.request.seed + index
                    yield simulate(Seeded(seed), seed=seed)
            else:
                most = self.options["max_schedules"] or MOST_SCHEDULES
                self._exploration = Exploration(simulate, most, self.options["preemptions"])
                yield from self._exploration

    @contextmanager
    def _narrated(self, level: str) -> Iterator[Narrative]:
        color = colors.wanted(self.options["color"], "stderr")
        narrative = Narrative(self.options["log_format"], color)
        with narrated(narrative, level):
            yield narrative

    def _timeout(self) -> float | None:
        """Seconds a real run may take: as asked for, or what a flag that may hang implies."""
        implied = [p.timeout for p in self.demo.OPTIONS if p.timeout and self.params[p.keyword]]
        timeout: float | None = self.options["timeout"]
        return timeout if timeout or not implied else min(implied)

    def _wanted(self) -> int:
        """How many runs there are to be, at most."""
        return int(self.options["repeat"] or self.options["max_schedules"] or MOST_SCHEDULES)

    def _complete(self) -> bool | None:
        """Whether every schedule was tried; None where nobody asked for that."""
        return self._exploration.complete if self._exploration else None

    def _extent(self, runs: int) -> str:
        """What a series was about, honestly: all that was wanted, or the first part of it."""
        if not self._exploration:
            wanted = f"{self._wanted():,} run{'s' * (self._wanted() > 1)}"
            return wanted if runs == self._wanted() else f"the first {runs:,} of {wanted}"
        bound = self.options["preemptions"]
        if self._exploration.complete:
            return f"every schedule ({runs:,})"
        if self._exploration.exhausted:
            return f"every schedule with at most {plural(bound, 'preemption')} ({runs:,}), not all"
        return f"the first {runs:,} schedules, not all"

    def _verdict(self, runs: list[Run]) -> int:
        """Say what was not kept; the value is the exit code."""
        promise = self.demo.Outcome.ok.__doc__ or ""
        lines = [
            line
            for run in runs
            for line in promises.broken(run, self.options["check"], self.expected, promise)
        ]
        for line in lines:
            self._complain(line)
        return BROKEN if lines else OK

    def _give_up(self, late: TimedOut) -> int:
        """Say where every thread is; the value is the exit code."""
        for line in late.threads:
            self._complain(line)
        self._complain(f"timeout: {late}")
        return TIMED_OUT

    def _too_many(self, limit: TooManyThreads) -> str:
        """How many threads could be started, and which option to lower."""
        starts = [p for p in self.demo.OPTIONS if p.starts]
        total = sum(self.params[p.keyword] for p in starts) or 1
        names = " or ".join(f"--{p.name}" for p in starts)
        hint = f"; lower {names}" if names else ""
        return f"only {limit.started} of {total} threads could be started{hint}"

    def _complain(self, message: str) -> None:
        """One line on stderr, under the command's name."""
        streams.complain(f"threaddemo {self.request.demo}: {message}")

    @contextmanager
    def _progress(self) -> Iterator[Callable[[int], None]]:
        """A progress bar on stderr, where that is a terminal and no narrative is in its way."""
        if not streams.is_terminal("stderr") or self.level in ("DEBUG", "INFO"):
            yield lambda steps: None
            return
        with click.progressbar(length=self._wanted(), file=sys.stderr, show_pos=True) as bar:
            yield bar.update
