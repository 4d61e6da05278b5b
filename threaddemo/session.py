"""From what was asked for to runs, a result and an exit code."""

import traceback
from contextlib import closing

from threaddemo import promises, runs, signals
from threaddemo.demo import Demo
from threaddemo.ends import (
    CannotSimulate,
    Run,
    Tally,
    TimedOut,
    TooManyThreads,
    WorkerFailed,
)
from threaddemo.output import colors, result, streams
from threaddemo.output.narrative import Narrative, narrated
from threaddemo.output.progress import Progress
from threaddemo.program import Program
from threaddemo.runs.series import Runs
from threaddemo.settings import Settings

OK, BROKEN, FAILED, TIMED_OUT = 0, 1, 3, 124


def run(settings: Settings, demo: Demo) -> int:
    """Do what the settings ask for, and print what came of it; the value is the exit code.

    Raises:
        ScheduleMisfit: the schedule that was asked for is none of the program's.
        signals.Interrupted: a signal came; the table so far is printed.
        streams.WriteError: the result can't be written.
    """
    if settings.source:
        return _source(settings, demo)
    session = _Session(settings, demo)
    try:
        return session.series() if settings.is_series else session.single()
    except WorkerFailed as failure:
        if settings.level == "DEBUG":
            streams.write("stderr", "".join(traceback.format_exception(failure.error)))
        session.complain(f"error: {failure}")
    except TooManyThreads as limit:
        session.complain(f"error: {session.too_many(limit)}")
    except CannotSimulate as gap:
        session.complain(f"error: {gap}")
    return FAILED


def _source(settings: Settings, demo: Demo) -> int:
    """The demo's source on stdout, its path on stderr."""
    from threaddemo.output.source import highlighted

    with open(demo.__file__, encoding="utf-8") as lines:
        source = lines.read()
    streams.write("stderr", f"{demo.__file__}\n")
    color = colors.wanted(settings.color, "stdout")
    streams.write("stdout", highlighted(source) if color else source)
    return OK


class _Session:
    """The runs of one demo, and what is said of them."""

    def __init__(self, settings: Settings, demo: Demo) -> None:
        self._settings = settings
        self._demo = demo
        self._program = Program.named(demo.__name__)
        color = colors.wanted(settings.color, "stderr")
        self._narrative = Narrative(settings.log_format, color)
        self._request = result.Request(
            settings.demo, settings.params, settings.mode, settings.seed, settings.schedule
        )

    def single(self) -> int:
        """One run and its result; the value is the exit code."""
        with narrated(self._narrative, self._settings.level):
            try:
                with closing(self._runs()) as asked:
                    one = next(iter(asked))
            except TimedOut as late:
                return self._give_up(late)
        text = result.one(self._request, one, self._settings.form)
        if self._settings.timeline:
            text += self._picture(asked, deadlock=one.outcome is None)
        streams.write("stdout", text)
        code = self._verdict([one])
        return BROKEN if one.outcome is None else code

    def series(self) -> int:
        """Several runs and one table; what ends the series early does not lose the table."""
        tally, end = Tally(), None
        with signals.Collector() as collector, narrated(self._narrative, self._settings.level):
            with closing(self._runs(collector)) as asked:
                try:
                    self._count(asked, tally, collector)
                except (TimedOut, signals.Interrupted) as early:
                    end = early
            extent = asked.extent(tally.runs)
            form = self._settings.form
            streams.write("stdout", result.many(self._request, tally, extent, asked.complete, form))
        if isinstance(end, signals.Interrupted):
            raise end
        code = self._verdict([one for one, _ in tally.outcomes])
        return self._give_up(end) if end else code

    def _runs(self, collector: signals.Collector | None = None) -> Runs:
        check = collector.check if collector else lambda: None
        return runs.asked_for(self._settings, self._program, self._narrative, check)

    def _count(self, asked: Runs, tally: Tally, collector: signals.Collector) -> None:
        """Make the runs, and count them in."""
        with Progress(self._settings.level not in ("DEBUG", "INFO")) as progress:
            for one in asked:
                tally.add(one)
                progress.tell(asked.progress(tally))
                collector.check()

    def _picture(self, asked: Runs, deadlock: bool) -> str:
        """The picture of the run that was recorded."""
        from threaddemo.output.picture.text import draw

        color = colors.wanted(self._settings.color, "stdout")
        return draw(asked.notes(deadlock), streams.width("stdout"), color)

    def _verdict(self, ended: list[Run]) -> int:
        """Say what was not kept; the value is the exit code."""
        promise = self._demo.Outcome.ok.__doc__ or ""
        lines = [
            line
            for one in ended
            for line in promises.broken(one, self._settings.check, self._settings.expected, promise)
        ]
        for line in lines:
            self.complain(line)
        return BROKEN if lines else OK

    def _give_up(self, late: TimedOut) -> int:
        """Say where every thread is; the value is the exit code."""
        for line in late.threads:
            self.complain(line)
        self.complain(f"timeout: {late}")
        return TIMED_OUT

    def too_many(self, limit: TooManyThreads) -> str:
        """How many threads could be started, and which option to lower."""
        starts = [option for option in self._demo.OPTIONS if option.starts]
        total = sum(self._settings.params[option.keyword] for option in starts) or 1
        names = " or ".join(f"--{option.name}" for option in starts)
        hint = f"; lower {names}" if names else ""
        return f"only {limit.started} of {total} threads could be started{hint}"

    def complain(self, message: str) -> None:
        """One line on stderr, under the command's name."""
        streams.complain(f"threaddemo {self._settings.demo}: {message}")
