"""From the options of a command to its runs, its result and its exit code."""

import functools
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import click

from threaddemo import colors, promises, report, signals, streams
from threaddemo.narrative import Narrative, narrated
from threaddemo.outcome import Demo
from threaddemo.running import Run, TimedOut, TooManyThreads, WorkerFailed, run_for_real
from threaddemo.series import Tally

OK, BROKEN, FAILED, TIMED_OUT = 0, 1, 3, 124


class Play:
    """One command, its options read; what it is asked for is done by ``play``."""

    def __init__(self, ctx: click.Context, demo: Demo) -> None:
        self.demo = demo
        self.options = ctx.params
        self.level: str = ctx.params["log_level"]
        self.expected = promises.expectations(demo.Outcome, ctx.params["expect"])
        self.params = {p.keyword: ctx.params[p.keyword] for p in demo.OPTIONS}
        self.request = report.Request(ctx.command.name or "", self.params, "real")
        if ctx.params["repeat"] and not ctx.meta["narrate"]:
            self.level = "WARNING"

    def play(self) -> int:
        """Run the demo as asked, print the result; the value is the exit code."""
        try:
            if self.options["repeat"]:
                return self.series()
            return self.single()
        except WorkerFailed as failure:
            if self.level == "DEBUG":
                streams.write("stderr", "".join(traceback.format_exception(failure.error)))
            self.complain(str(failure))
        except TooManyThreads as limit:
            self.complain(self.too_many(limit))
        return FAILED

    def single(self) -> int:
        """One run and its result."""
        try:
            run = self.run_once()
        except TimedOut as late:
            return self.give_up(late)
        streams.write("stdout", report.one(self.request, run, self.options["format"]))
        return self.verdict([run])

    def series(self) -> int:
        """Several runs and one table; what ends the series early does not lose the table."""
        tally, wanted, end = Tally(), self.options["repeat"], None
        with signals.Collector() as collector:
            try:
                with progress(wanted, self.level) as advance:
                    for _ in range(wanted):
                        collector.check()
                        tally.add(self.run_once(collector.check))
                        advance(1)
            except (TimedOut, signals.Interrupted) as early:
                end = early
            what = f"{wanted:,} runs" if not end else f"the first {tally.runs:,} of {wanted:,} runs"
            text = report.many(self.request, tally, what, None, self.options["format"])
            streams.write("stdout", text)
        if isinstance(end, signals.Interrupted):
            raise end
        code = self.verdict([run for run, _ in tally.outcomes])
        return self.give_up(end) if end else code

    def run_once(self, check: Callable[[], None] = lambda: None) -> Run:
        """One real run with its narrative."""
        narrative = self.narrative()
        with narrated(narrative, self.level):
            main = functools.partial(self.demo.run, **self.params)
            return run_for_real(main, narrative, self.timeout(), check)

    def narrative(self) -> Narrative:
        """A fresh narrative: no record of an earlier run gets into it."""
        color = colors.wanted(self.options["color"], "stderr")
        return Narrative(self.options["log_format"], color)

    def timeout(self) -> float | None:
        """Seconds a real run may take: as asked for, or what a flag that may hang implies."""
        implied = [p.timeout for p in self.demo.OPTIONS if p.timeout and self.params[p.keyword]]
        timeout: float | None = self.options["timeout"]
        return timeout if timeout or not implied else min(implied)

    def verdict(self, runs: list[Run]) -> int:
        """Say what was not kept; the value is the exit code."""
        promise = self.demo.Outcome.ok.__doc__ or ""
        lines = [
            line
            for run in runs
            for line in promises.broken(run, self.options["check"], self.expected, promise)
        ]
        for line in lines:
            self.complain(line)
        return BROKEN if lines else OK

    def give_up(self, late: TimedOut) -> int:
        """Say where every thread is; the value is the exit code."""
        for line in late.threads:
            self.complain(line)
        self.complain(f"timeout: {late}")
        return TIMED_OUT

    def too_many(self, limit: TooManyThreads) -> str:
        """How many threads could be started, and which option to lower."""
        starts = [p for p in self.demo.OPTIONS if p.starts]
        total = sum(self.params[p.keyword] for p in starts) or 1
        names = " or ".join(f"--{p.name}" for p in starts)
        hint = f"; lower {names}" if names else ""
        return f"only {limit.started} of {total} threads could be started{hint}"

    def complain(self, message: str) -> None:
        """One line on stderr, under the command's name."""
        streams.complain(f"threaddemo {self.request.demo}: {message}")


@contextmanager
def progress(length: int, level: str) -> Iterator[Callable[[int], None]]:
    """A progress bar on stderr, where that is a terminal and no narrative is in its way."""
    if not streams.is_terminal("stderr") or level in ("DEBUG", "INFO"):
        yield lambda steps: None
        return
    with click.progressbar(length=length, file=click.get_text_stream("stderr")) as bar:
        yield bar.update
