"""What is heard of one run of a script, and what came of it."""

from __future__ import annotations

import errno
import os
import signal
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from threaddemo import signals
from threaddemo.child.failures import Error
from threaddemo.child.printing import Said
from threaddemo.ends import Run
from threaddemo.output import streams
from threaddemo.output.narrative import LEVELS, Narrative
from threaddemo.script import Ended, by_name
from threaddemo.settings import Settings

MOST_TEXT = 10_000_000  #: characters of a run's printed text that are kept; all of it is shown
INFO, WARNING = LEVELS["INFO"], LEVELS["WARNING"]
Frame: TypeAlias = tuple[Any, ...]


class Hearing:
    """What is heard of one run.

    Args:
        settings: how it is to be told.
        narrative: where.
        began: when it began, by the clock.
        clock: seconds, real ones or virtual ones.
    """

    def __init__(
        self,
        settings: Settings,
        narrative: Narrative,
        began: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self.threads: list[Frame] | None = None
        self._settings = settings
        self._narrative = narrative
        self._began = began
        self._is_told = settings.log_format == "jsonl"
        self._pieces: list[tuple[str, int, str]] = []
        self._logged: list[tuple[str, int, str]] = []
        self._size = 0
        self._errors: list[Error] = []
        self._report: tuple[Any, dict[str, Any], list[Any]] | None = None
        self._lines: dict[tuple[str | None, int], str] = defaultdict(str)

    def hear(self, frame: Frame) -> None:
        """Take in what the script's process has said."""
        kind, *rest = frame
        getattr(self, f"_hear_{kind}")(*rest)

    def _hear_nothing(self) -> None:
        """What only lets other words go ahead."""

    def _hear_print(self, *words: Any) -> None:
        said = Said(*words)
        self._narrative.has_spoken |= said.level >= LEVELS[self._settings.level]
        if self._size < MOST_TEXT:
            self._keep(said)
        if self._is_told and said.message is not None:
            t = said.t - self._began
            self._narrative.say(t, said.thread, said.level, said.levelname, said.message)
        elif self._is_told:
            self._add(said.t, said.thread, said.level, said.text)

    def _keep(self, said: Said) -> None:
        """Keep what may be a fact, or tell outcomes apart."""
        if said.is_printed:
            self._pieces.append((said.thread, said.number, said.text))
        elif said.message is not None:
            self._logged.append((said.thread, said.number, f"{said.message}\n"))
        self._size += len(said.text)

    def _hear_flush(self, thread: str, level: int) -> None:
        self._add(self._clock(), thread, level, "", whole=True)

    def _hear_raw(self, stream: int, data: bytes) -> None:
        """Bytes that came another way, as those of a process that the script has started."""
        self._narrative.has_spoken = True
        if stream:
            level = {1: INFO, 2: WARNING}[stream]
            self._add(self._clock(), None, level, data.decode("utf-8", "backslashreplace"))
        else:
            streams.write("stderr", data.decode("utf-8", "backslashreplace"))

    def _add(
        self, t: float, thread: str | None, level: int, text: str, whole: bool = False
    ) -> None:
        """Say each line that is whole, and what is left as well if the script wants it seen."""
        *lines, rest = (self._lines.pop((thread, level), "") + text).split("\n")
        if rest and whole:
            lines.append(rest)
        elif rest:
            self._lines[thread, level] = rest
        for line in lines:
            name = "INFO" if level == INFO else "WARNING"
            self._narrative.say(t - self._began, thread, level, name, line)

    def _hear_error(self, *words: Any) -> None:
        error = Error(*words)
        self._errors.append(error)
        if self._is_told and not self._settings.is_series and not self._narrative.is_silent:
            streams.complain(f"threaddemo run: error: {error}")

    def _hear_where(self, threads: list[Frame]) -> None:
        self.threads = threads

    def _hear_report(self, code: Any, names: dict[str, Any], kept: list[Any]) -> None:
        self._report = code, names, kept

    def _hear_broken(self, number: int) -> None:
        """The narrative can't be written."""
        if number == errno.EPIPE and hasattr(signal, "SIGPIPE"):
            signals.die(signal.SIGPIPE)
        raise streams.WriteError(f"stderr: write error: {os.strerror(number)}")

    def close(self) -> None:
        """Say the lines that have no end."""
        for thread, level in list(self._lines):
            self._add(self._clock(), thread, level, "", whole=True)

    def run(self, code: int, elapsed: float) -> Run:
        """What came of it, now that it has ended with that exit code."""
        given, names, kept = self._report or (code if code > 0 else None, {}, [])
        remarks = []
        if code < 0 and not self._errors:
            name = signal.Signals(-code).name
            self._errors.append(Error("Main", name, "a signal has ended the process", "", 0))
            remarks.append(f"error: {self._errors[0]}")
        run = self.ended(given, names, [Error(*one) for one in kept])
        return run._replace(elapsed=elapsed, remarks=(*remarks, *run.remarks))

    def ended(
        self,
        exit: Any,
        names: Mapping[str, Any],
        kept: Iterable[Error],
        otherwise: str | None = None,
        told: str = "",
    ) -> Run:
        """What came of it.

        Args:
            exit: what Main gave to ``sys.exit``.
            names: the global variables that are facts.
            kept: the errors that futures keep, and nobody has asked for.
            otherwise: how it ended, if not because all of its threads have: "deadlock", "endless".
            told: who waits for what then, or who goes round.
        """
        is_endless = otherwise == "endless"  # what it has done until it was given up is no fact
        outcome = Ended(
            otherwise or ("error" if self._errors else "finished"),
            error="; ".join(sorted(map(str, self._errors))) or None,
            exit=exit,
            output={} if is_endless else by_name(self._pieces),
            names={} if is_endless else names,
            text="".join(text for _, _, text in self._pieces),
            told=told,
            logged={} if is_endless else by_name(self._logged),
        )
        remarks = tuple(f"note: {_kept(error)}" for error in kept)
        return Run(outcome, str(outcome), 0.0, badly=not outcome.ok, remarks=remarks)


def _kept(error: Error) -> str:
    return f"an error was kept, and never asked for: {error}"
