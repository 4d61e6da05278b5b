"""From what was asked for to runs, a result and an exit code."""

import traceback
from contextlib import closing, nullcontext
from typing import TYPE_CHECKING

from threaddemo import promises, runs, signals
from threaddemo.demo import Demo, plural
from threaddemo.ends import (
    CannotSimulate,
    Run,
    Tally,
    TimedOut,
    TooManyThreads,
    WorkerFailed,
)
from threaddemo.output import colors, result, streams, variations
from threaddemo.output.narrative import Narrative, narrated
from threaddemo.output.progress import Progress
from threaddemo.runs.series import Runs
from threaddemo.script import TEXT, Script
from threaddemo.settings import Settings

if TYPE_CHECKING:
    from threaddemo.program import Program

OK, BROKEN, FAILED, TIMED_OUT = 0, 1, 3, 124


def run(settings: Settings, demo: Demo | Script) -> int:
    """Do what the settings ask for, and print what came of it; the value is the exit code.

    Raises:
        ScheduleMisfit: the schedule that was asked for is none of the program's.
        signals.Interrupted: a signal came; the table so far is printed.
        streams.WriteError: the result can't be written, or the narrative.
    """
    if settings.source:
        return _source(settings, demo)
    if settings.vary:
        return _varied(settings, demo)
    session = Session(settings, demo)
    # A process of its own has to be ended, too.
    collects = settings.is_series or isinstance(demo, Script)
    with signals.Collector() if collects else nullcontext() as collector:
        session.perform(collector)
        streams.write("stdout", session.result())
    return session.verdict()


def _source(settings: Settings, demo: Demo | Script) -> int:
    """The demo's source on stdout, its path on stderr."""
    from importlib.util import decode_source

    from threaddemo.output.source import highlighted

    with open(demo.__file__, "rb") as lines:
        source = decode_source(lines.read())
    streams.write("stderr", f"{demo.__file__}\n")
    color = colors.wanted(settings.color, "stdout")
    streams.write("stdout", highlighted(source) if color else source)
    return OK


def _program(demo: Demo | Script) -> "Program | Script":
    """What is run: a script, a demo from a file, or one of ours."""
    if isinstance(demo, Script):
        return demo
    from threaddemo.program import Program

    program: Program = getattr(demo, "__program__", None) or Program.named(demo.__name__)
    return program


def _varied(settings: Settings, demo: Demo | Script) -> int:
    """A run or a series for each combination of values, and one table; the code is the worst."""
    sessions: list[Session] = []
    with signals.Collector() as collector:
        for values, one in settings.variations:
            sessions.append(Session(one, demo, values))
            sessions[-1].perform(collector)
            if isinstance(sessions[-1].end, signals.Interrupted):
                break
        rows = [(session.values, session.series, session.document()) for session in sessions]
        streams.write("stdout", variations.text(settings.demo, rows, settings.form, _terminal()))
    return max(session.verdict() for session in sessions)


def _terminal() -> int | None:
    """The width of the terminal that stdout is, if it is one."""
    return streams.width("stdout") if streams.is_terminal("stdout") else None


class Session:
    """The runs of one demo with one set of parameters, and what is said of them.

    Args:
        values: the options that set it apart from others of the same command.
    """

    def __init__(
        self, settings: Settings, demo: Demo | Script, values: dict[str, object] | None = None
    ) -> None:
        self.values = values or {}
        self.tally = Tally([name for name in settings.by if name == TEXT])
        self.end: Exception | None = None
        self._settings = settings
        self._demo = demo
        self._last: Run | None = None
        self._asked: Runs | None = None
        self._narrative = Narrative(settings.log_format, colors.wanted(settings.color, "stderr"))

    def perform(self, collector: signals.Collector | None) -> None:
        """Make the runs, and count them; what ends them early is kept in ``end``."""
        check = collector.check if collector else lambda: None
        program = _program(self._demo)
        with narrated(self._narrative, self._settings.level):
            try:
                asked = runs.asked_for(self._settings, program, self._narrative, check)
                with closing(asked) as self._asked:
                    self._count(asked, collector)
            except (TimedOut, TooManyThreads, CannotSimulate) as early:
                self.end = early
            except (signals.Interrupted, streams.WriteError) as early:
                self.end = early
        if collector:
            collector.stopped()

    def _count(self, asked: Runs, collector: signals.Collector | None) -> None:
        shown = self._settings.is_series and self._settings.level not in ("DEBUG", "INFO")
        label = "".join(f"{name}={value} " for name, value in self.values.items())
        known = lambda: f"{label}{asked.progress(self.tally)}"  # noqa: E731
        with Progress(shown) as progress:
            for one in asked:
                self.tally.add(one)
                self._last = one
                progress.tell(known)
                if collector:
                    collector.check()
                if one.failure and not self._settings.explore:
                    break

    @property
    def series(self) -> result.Series:
        """What came of it as a series, also of a single run."""
        assert self._asked is not None
        return result.Series(
            self.tally,
            self._asked.extent(self.tally.runs),
            self._asked.complete,
            self._settings.by,
            is_real=self._settings.mode == "real",
            kinds=self._asked.kinds,
        )

    def document(self) -> dict[str, object]:
        """What came of it as data."""
        settings = self._settings
        request = result.Request(
            settings.demo, settings.params, settings.mode, settings.seed, settings.schedule
        )
        if settings.is_series or self._last is None:
            return result.many(request, self.series)
        return result.one(request, self._last)

    def result(self) -> str:
        """The text on stdout; none of a single run that failed."""
        if self._asked is None or (self._last is None and not self._settings.is_series):
            return ""
        if not self._settings.is_series and self._last and self._last.failure:
            return ""
        if self._settings.form == "json":
            return result.as_json(self.document())
        if self._settings.is_series:
            return self._table()
        return self._line()

    def _table(self) -> str:
        if self._settings.form == "csv":
            return result.as_csv(result.cells(self.series))
        series = self.series
        table = result.table(result.cells(series), 1 + series.has_shares, _terminal())
        return f"{table}{self.series.summary}\n"

    def _line(self) -> str:
        """A single run's line, unless it was given up, and its picture."""
        assert self._last is not None
        gap = "\n" if streams.is_terminal("stdout") else ""
        parts = [] if self._last.late else [f"{self._last.summary}\n"]
        if self._settings.timeline:
            parts.append(self._picture(self._last))
        after = self._narrative.has_spoken and streams.is_terminal("stderr")
        return (gap if after else "") + gap.join(parts)

    def _picture(self, last: Run) -> str:
        from threaddemo.output.picture.text import draw

        assert self._asked is not None
        color = colors.wanted(self._settings.color, "stdout")
        notes = self._asked.notes(bool(last.deadlock))
        return draw(list(notes), streams.width("stdout"), color, notes.left_out)

    def verdict(self) -> int:
        """Say what failed, and what was not kept; the value is the exit code.

        Raises:
            signals.Interrupted, streams.WriteError: that is what ended the runs.
        """
        if isinstance(self.end, (signals.Interrupted, streams.WriteError)):
            raise self.end
        failures = [group.first.failure for group in self.tally.groups if group.first.failure]
        for failure in failures:
            self._tell(failure)
        if isinstance(self.end, (TooManyThreads, CannotSimulate)):
            self._complain(f"error: {self._why(self.end)}")
            return FAILED
        broken = self._not_kept() if not failures or self._settings.explore else []
        for line in broken:
            self._complain(line)
        is_late = self._tell_late()
        stuck = self._tell_single(self._last) if not self._settings.is_series else False
        if failures:
            return FAILED
        return TIMED_OUT if is_late else BROKEN if broken or stuck else OK

    def _tell_single(self, last: Run | None) -> bool:
        """Say what else there is to a single run; whether it ended badly."""
        for remark in last.remarks if last else ():
            self._complain(remark)
        return last is not None and (last.outcome is None or last.badly)

    def _tell(self, failure: WorkerFailed) -> None:
        if self._settings.level == "DEBUG":
            streams.write("stderr", "".join(traceback.format_exception(failure.error)))
        self._complain(f"error: {failure}")

    def _not_kept(self) -> list[str]:
        """What the runs were held to and did not keep, a line each."""
        promise = self._demo.Outcome.ok.__doc__ or ""
        check, expected = self._settings.check, self._settings.expected
        if self._settings.is_series:
            outcomes = len(self.series.groups)
            return promises.broken_in_series(self.tally, outcomes, check, expected, promise)
        if self._last is None or self._last.late:
            return []
        return promises.broken(self._last, check, expected, promise)

    def _tell_late(self) -> bool:
        """Say what was given up, and where its threads were; whether anything was."""
        lates = [group for group in self.tally.groups if group.first.late]
        late = self.end if isinstance(self.end, TimedOut) else None
        if lates and not self._settings.is_series:
            late = lates[0].first.late
        if late is not None:
            for line in late.threads:
                self._complain(line)
            self._complain(f"timeout: {late}")
        elif lates:
            hung = sum(group.count for group in lates)
            of = plural(self.tally.runs, "run")
            self._complain(f"timeout: {hung:,} of {of} hung: {lates[0].first.late} each")
        return bool(late or lates)

    def _why(self, end: TooManyThreads | CannotSimulate) -> str:
        """What can't be had; of threads how many could, and which option to lower."""
        if isinstance(end, CannotSimulate):
            return str(end)
        starts = [option for option in self._demo.OPTIONS if option.starts]
        total = sum(self._settings.params[option.keyword] for option in starts) or 1
        names = " or ".join(f"--{option.name}" for option in starts)
        hint = f"; lower {names}" if names else ""
        return f"only {end.started} of {total} threads could be started{hint}"

    def _complain(self, message: str) -> None:
        """One line on stderr, under the command's name."""
        label = "".join(f"{name}={value}: " for name, value in self.values.items())
        streams.complain(f"threaddemo {self._settings.command}: {label}{message}")
