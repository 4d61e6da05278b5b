"""From what was asked for to runs, a result and an exit code."""

import sys
import traceback
from collections.abc import Iterable
from contextlib import closing, nullcontext
from typing import TYPE_CHECKING

from threaddemo import promises, runs, signals
from threaddemo.demo import Demo, plural
from threaddemo.ends import (
    CannotSimulate,
    Left,
    NoAnswer,
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
    from threaddemo.output.explanation import Explanation
    from threaddemo.program import Program
    from threaddemo.simulation.races import Race

OK, BROKEN, FAILED, TIMED_OUT = 0, 1, 3, 124
FRAME = 4  #: lines of a screen that are not a table's rows: its head, its summary, the prompts
GIL = "this Python has a GIL, which mostly hides races from real runs: a plain += loses nothing"
NO_GIL = "this Python has no GIL: real runs can show races"
UNHEARD = (
    "not everything is heard that the program does (exec, eval, globals, vars and the like): "
    "there may be more races, and more outcomes"
)
LONG = (
    "of loops with thousands of rounds only the first ones are heard: "
    "there may be more races, and more outcomes"
)


def has_gil() -> bool:
    """Whether this interpreter lets one thread at a time run Python code; until 3.13 all do."""
    return bool(getattr(sys, "_is_gil_enabled", lambda: True)())


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
    is_script = isinstance(demo, Script) and settings.mode == "real"
    patience = signals.LAST_WORDS if is_script else signals.PATIENCE
    collects = settings.is_series or isinstance(demo, Script)
    with signals.Collector(patience) if collects else nullcontext() as collector:
        session.perform(collector)
        streams.write("stdout", session.result())
    code = session.verdict()
    session.export()
    return code


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


def _apart(parts: Iterable[str]) -> str:
    """Parts of the result, on a terminal with an empty line between."""
    return ("\n" if streams.is_terminal("stdout") else "").join(parts)


class Session:
    """The runs of one demo with one set of parameters, and what is said of them.

    Args:
        values: the options that set it apart from others of the same command.
    """

    def __init__(
        self, settings: Settings, demo: Demo | Script, values: dict[str, object] | None = None
    ) -> None:
        self.values = values or {}
        self._settings = settings
        self.tally = self._no_runs()
        self.end: Exception | None = None
        self._demo = demo
        self._last: Run | None = None
        self._asked: Runs | None = None
        self._explanation: Explanation | None = None
        self._narrative = Narrative(settings.log_format, colors.wanted(settings.color, "stderr"))

    def perform(self, collector: signals.Collector | None) -> None:
        """Make the runs, and count them; what ends them early is kept in ``end``."""
        check = collector.check if collector else lambda: None
        program = _program(self._demo)
        heard = "INFO" if self._settings.export else None
        with narrated(self._narrative, self._settings.level, heard):
            try:
                asked = runs.asked_for(self._settings, program, self._narrative, check)
                with closing(asked) as self._asked:
                    self._count(asked, collector)
                if self._settings.explain:
                    from threaddemo.runs.explained import explained

                    known = (program, self._narrative, self.tally, check)
                    self._explanation = explained(asked, *known)
            except (TimedOut, TooManyThreads, CannotSimulate, Left, NoAnswer) as early:
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
            begun = 0
            for one in asked:
                if begun != asked.afresh:
                    begun, self.tally = asked.afresh, self._no_runs()
                self.tally.add(one)
                self._last = one
                progress.tell(known)
                if collector:
                    collector.check()
                if one.failure and not self._settings.explore:
                    break

    def _no_runs(self) -> Tally:
        return Tally([name for name in self._settings.by if name == TEXT])

    @property
    def races(self) -> list["Race"] | None:
        """The data races that were found; None where none can be told."""
        found = self._asked.races if self._asked else None
        return None if found is None else list(found.values())

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
        schedule = settings.schedule
        if settings.step and self._last and self._last.replay:
            schedule = self._last.replay.partition("--schedule ")[2]
        request = result.Request(
            settings.demo, settings.params, settings.mode, settings.seed, schedule
        )
        if settings.is_series or self._last is None:
            document = result.many(request, self.series, self.races)
        else:
            document = result.one(request, self._last, self.races)
        steps = self._explanation.data() if self._explanation else None
        return document | {"steps": steps}

    def result(self) -> str:
        """The text on stdout; none of a single run that failed."""
        if self._asked is None or (self._last is None and not self._settings.is_series):
            return ""
        if not self._settings.is_series and self._last and self._last.failure:
            return "".join(self._words()) if self._settings.form == "text" else ""
        if self._settings.form == "json":
            return result.as_json(self.document())
        if self._settings.is_series:
            return self._table()
        return self._line()

    def _table(self) -> str:
        if self._settings.form == "csv":
            return result.as_csv(result.cells(self.series))
        series = self.series
        folds = isinstance(self._demo, Script) and not series.by
        if folds and len(series.groups) > streams.height("stdout") - FRAME:
            series = series._replace(is_folded=True)
        cells = result.shortened(result.cells(series))
        table = result.table(cells, 1 + series.has_shares, _terminal())
        return _apart([f"{table}{series.summary}\n", *self._words()])

    def _line(self) -> str:
        """A single run's line, unless it was given up, and its picture."""
        assert self._last is not None
        parts = [] if self._last.late else [f"{self._last.summary}\n"]
        if self._settings.timeline:
            parts.append(self._picture())
        after = self._narrative.has_spoken and streams.is_terminal("stderr")
        return _apart([""] * after + parts + self._words())

    def _words(self) -> list[str]:
        """The explanation, if there is one."""
        return [self._explanation.text()] if self._explanation else []

    def _picture(self) -> str:
        from threaddemo.output.picture.text import draw

        assert self._asked is not None
        color = colors.wanted(self._settings.color, "stdout")
        notes = self._asked.notes()
        return draw(list(notes), streams.width("stdout"), color, notes.left_out)

    def export(self) -> None:
        """Write the files that were asked for, if there was a run.

        Raises:
            streams.WriteError: one can't be written.
        """
        if not self._settings.export or self._asked is None or self._last is None:
            return
        from threaddemo import exports
        from threaddemo.output import export

        settings, demo = self._settings, self._demo
        if settings.explore:
            program = _program(demo)
            run = exports.of_exploration(settings, demo, program, self.document(), self.series)
        else:
            run = exports.of_run(settings, demo, self._asked, self.document())
        for file in settings.export:
            export.write(file, run)

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
        if isinstance(self.end, (TooManyThreads, CannotSimulate, NoAnswer)):
            self._complain(f"error: {self._why(self.end)}")
            return FAILED
        if isinstance(self.end, Left):
            self._complain(str(self.end))
            return BROKEN if self._settings.check or self._settings.expected else OK
        self._tell_races()
        broken = self._not_kept() if not failures or self._settings.explore else []
        for line in broken:
            self._complain(line)
        is_late = self._tell_late()
        stuck = self._tell_single(self._last) if not self._settings.is_series else False
        if failures:
            return FAILED
        return TIMED_OUT if is_late else BROKEN if broken or stuck else OK

    def _tell_races(self) -> None:
        """Name the data races, and say whether a real run can show them."""
        for race in self.races or ():
            streams.complain(f"race: {race}")
        if self.races:
            streams.complain(f"note: {GIL if has_gil() else NO_GIL}")
        if self._asked is not None and self._asked.is_deaf:
            streams.complain(f"note: {UNHEARD}")
        if self._asked is not None and self._asked.is_long:
            streams.complain(f"note: {LONG}")

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
        counts = {} if self.races is None else {promises.RACES: len(self.races)}
        if self._settings.is_series:
            broken = promises.broken_in_series(self.tally, check, expected, promise)
            counts[promises.OUTCOMES] = len(self.series.groups)
        elif self._last is None or self._last.late:
            return []
        else:
            broken = promises.broken(self._last, check, expected, promise)
        return broken + promises.miscounted(counts, expected)

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

    def _why(self, end: TooManyThreads | CannotSimulate | NoAnswer) -> str:
        """What can't be had; of threads how many could, and which option to lower."""
        if not isinstance(end, TooManyThreads):
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
