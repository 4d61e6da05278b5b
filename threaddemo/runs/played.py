"""Runs of a script on the simulator: as Python runs it, but for who goes next."""

from __future__ import annotations

import contextlib
import os
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any

from threaddemo.child.facts import exit_code, simple
from threaddemo.child.failures import Error, Places
from threaddemo.child.printing import Form, Said, narrative_name
from threaddemo.ends import CannotSimulate, Run, fact
from threaddemo.output import colors
from threaddemo.output.narrative import LEVELS, Narrative
from threaddemo.program import Program
from threaddemo.runs import simulated
from threaddemo.runs.hearing import Hearing
from threaddemo.runs.permitted import Answers, Permitted, permitted_builtins
from threaddemo.runs.printed import printing
from threaddemo.runs.series import Runs
from threaddemo.script import TEXT
from threaddemo.settings import Settings
from threaddemo.simulation import (
    Endless,
    Kinds,
    NotSimulated,
    Result,
    Seeded,
    Simulator,
    Strategy,
    Uncaught,
)

LONG = 5_000  #: steps of a run that are too many for an exploration by kinds
LONGEST = 1_000_000  #: steps of a run that is drawn at random
EACH = 40  #: steps that each of the runs may have, on average, that an exploration may make


class _Places(Places):
    """The lines of a program that was loaded here."""

    def owns(self, frame: Any) -> bool:
        """Whether a frame is the program's."""
        return Program.owns(frame)


class _Played(simulated._Simulated):
    """Runs of one script, each from the beginning of its code."""

    def _machine(self) -> Simulator:
        return Simulator(Program.place, script=True)

    def _prepare(self) -> None:
        """There is nothing to be loaded: that is a part of each run."""
        params = self.settings.params
        self._argv = [params["file"], *params["args"]]
        self._places = _Places(os.path.dirname(os.path.abspath(params["file"])))
        self._answers = Answers()
        self._permitted = Permitted(self.settings.let, self._simulator.twins)
        self._simulator.twins["sys"].provide(argv=self._argv)
        shown = self.settings.level if self._is_heard() else "CRITICAL"
        is_told = self.settings.log_format == "jsonl"
        painted = not is_told and colors.wanted(self.settings.color, "stderr")
        self._form = Form(LEVELS[shown], is_told, colors.codes() if painted else ())

    def _is_heard(self) -> bool:
        """Whether the narrative is wanted; that of a series is, if somebody has asked for it."""
        return not self.settings.is_series or self.settings.level in ("DEBUG", "INFO")

    def _perform(self, strategy: Strategy, seed: int, timeout: float | None) -> Run:
        simulator = self._simulator
        hearing = Hearing(self.settings, self._narrative, 0.0, lambda: simulator.now)
        self._answers.begin()
        module, main = self._begun()

        def hear(said: Said) -> None:
            hearing.hear(("print", *said))
            if self.recorder and said.message is not None:
                self.recorder.said(said.levelname, said.message)
            elif self.recorder and said.text:
                self.recorder.printed(said.levelname, said.text)

        def told(uncaught: Uncaught) -> None:
            if not uncaught.handled:
                self._tell(hearing, uncaught)

        order = TEXT in self.settings.by
        # What it says of warnings is for this run, and is told by its own stderr.
        streams = printing(simulator, hear, self._narrative, self._form, order)
        with warnings.catch_warnings(), streams:
            done = simulator.run(
                main,
                strategy,
                seed=seed,
                timeout=timeout,
                strict=False,
                sites=self._sites,
                observe=lambda: simple(module.__dict__),
                tell=told,
            )
        hearing.close()
        return self._ended(done, hearing)

    def _begun(self) -> tuple[ModuleType, Callable[[], None]]:
        """The script's module, still empty, and its main code."""
        twins = self.recorder.twins if self.recorder else self._simulator.twins
        modules: dict[str, Any] = {**twins, "logging": self._simulator.logging}
        helpers = {**self._helpers(), **permitted_builtins(self.settings.let, self._answers)}
        if self.recorder and not self.settings.fine:
            helpers["__build_class__"] = self.recorder.build_class
        module, run = self._program.begun(modules, self._permitted, helpers)

        def main() -> None:
            with self.recorder.working() if self.recorder else contextlib.nullcontext():
                try:
                    run()
                except SystemExit as end:
                    if end.code is not None and not isinstance(end.code, int):
                        print(end.code, file=self._simulator.twins["sys"].stderr)
                    raise

        return module, main

    def _tell(self, hearing: Hearing, uncaught: Uncaught) -> None:
        """Tell of an exception that has left a thread, where it comes in the narrative."""
        error = self._in_words(uncaught.thread, uncaught.error)
        hearing.hear(("error", *error))
        if self.settings.is_series or self._form.is_told:
            return
        if self.settings.level == "DEBUG":
            self._narrative.show("".join(traceback.format_exception(uncaught.error)))
        text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(error))
        self._narrative.show(f"threaddemo run: error: {text}\n")

    def _in_words(self, thread: str, error: BaseException) -> Error:
        own = error.__traceback__
        return self._places.told(narrative_name(thread), type(error), error, own)

    def _ended(self, done: Result, hearing: Hearing) -> Run:
        kept = [self._in_words(*failure) for failure in done.unasked]
        end: Mapping[str, Any] = {}
        if done.deadlock:
            end = {"otherwise": "deadlock", "told": "; ".join(map(str, done.deadlock))}
        elif done.endless:
            end = {"otherwise": "endless", "told": str(done.endless)}
        run = hearing.ended(exit_code(done.exit), done.result or {}, kept, **end)
        remarks = [*run.remarks, *_given_up(done.endless)]
        return run._replace(
            elapsed=done.elapsed,
            again=self._again(done),
            deadlock=tuple(one._asdict() for one in done.deadlock),
            remarks=tuple(remarks),
        )

    def _no_twin(self, gap: NotSimulated) -> CannotSimulate:
        what = str(gap).partition(" ")[0]
        hint = f"; --let {what} lets it through" if what.replace(".", "").isidentifier() else ""
        return CannotSimulate(f"{super()._no_twin(gap)}{hint}")


def _given_up(endless: Endless | None) -> list[str]:
    return [f"note: {endless.why}"] if endless else []


class Seeds(_Played, simulated.Seeds):
    """A run for each of some seeds."""


class Replayed(_Played, simulated.Replayed):
    """The run of one schedule."""


def stepped(settings: Settings, program: Program, narrative: Narrative) -> Runs:
    """The run that somebody chooses step by step."""
    from threaddemo.runs.stepped import Stepped  # which others have no need of

    class SteppedScript(_Played, Stepped):
        """Of a script."""

    return SteppedScript(settings, program, narrative)


class Explored(_Played, simulated.Explored):
    """A run of each kind of schedules there is.

    Runs that take too many steps for that are drawn at random instead.
    """

    def _kinds(self) -> Kinds[Run]:
        most = self.settings.max_schedules
        return Kinds(self.simulate, most, max_steps=most * EACH, is_punctual=True, draws_soon=True)

    def _each(self) -> Iterator[Run]:
        self._narrative.silence()
        strategy = Seeded(0)
        strategy.enough = LONG
        run = self._run(strategy, 0)  # of which nobody hears
        is_endless = run.outcome is not None and fact(run.outcome, "end") == "endless"
        if is_endless and not self._simulator.was_long:
            self._search.give_up_soon()
        elif self._simulator.steps > LONG:
            self._search.only_at_random(LONGEST)
        return super()._each()


class Enumerated(_Played, simulated.Enumerated):
    """A run for each schedule that has few preemptions."""
