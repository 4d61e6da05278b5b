"""Real runs of a script, each in a process of its own, so that one that hangs can be ended."""

from __future__ import annotations

import errno
import os
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from threaddemo import signals
from threaddemo.child.boot import Task
from threaddemo.child.failures import Error
from threaddemo.child.printing import Said
from threaddemo.ends import CannotSimulate, Run, TimedOut
from threaddemo.output import colors, streams
from threaddemo.output.narrative import LEVELS, Narrative
from threaddemo.runs.processes import Pipes, Process
from threaddemo.runs.series import Runs
from threaddemo.script import Ended, Script, by_name
from threaddemo.settings import Settings

POLL = 0.05  #: seconds between two looks at the clock and the signals
GRACE = 0.05  #: seconds that a script has for its last words when a signal has come
ANSWER = 1.0  #: seconds within which a script's process says where its threads are
MOST_TEXT = 10_000_000  #: characters of a run's printed text that are kept; all of it is shown
INFO, WARNING = LEVELS["INFO"], LEVELS["WARNING"]
Frame: TypeAlias = tuple[Any, ...]


class ScriptRuns(Runs):
    """Real runs of a script, one after the other.

    Raises:
        CannotSimulate: not on this system.
    """

    def __init__(
        self,
        settings: Settings,
        script: Script,
        narrative: Narrative,
        check: Callable[[], None],
    ) -> None:
        super().__init__(settings)
        if sys.platform == "win32":
            raise CannotSimulate("scripts run for real where there are POSIX processes")
        self._script = script
        self._narrative = narrative
        self._check = check
        self._input = _place_in_file(0)

    def __iter__(self) -> Iterator[Run]:
        """Make the runs."""
        for _ in range(self.wanted):
            yield self._run()

    def _run(self) -> Run:
        """One run, also one that is given up."""
        if self._input is not None:  # each run reads the same
            os.lseek(0, self._input, os.SEEK_SET)
        self._narrative.begin()
        began = time.monotonic()
        hearing = Hearing(self.settings, self._narrative, began)
        process = Process(self._task, pipes(self.settings))
        try:
            code = self._until_its_end(process, hearing, began)
        except TimedOut as late:
            elapsed = time.monotonic() - began
            return Run(None, f"hung: {'; '.join(late.threads)}", elapsed, late=late)
        finally:
            process.close()
            hearing.close()
        return hearing.run(code, time.monotonic() - began)

    def _task(self, shown: int) -> Task:
        settings, script = self.settings, self._script
        is_told = settings.log_format == "jsonl"
        painted = not is_told and colors.wanted(settings.color, "stderr")
        path = "" if getattr(sys.flags, "safe_path", False) else os.path.realpath(script.__file__)
        return Task(
            file=script.__file__,
            argv=[script.given, *script.args],
            folder=os.path.dirname(path),
            code=script.code,
            level=LEVELS[settings.level],
            is_told=is_told,
            palette=colors.codes() if painted else (),
            label="" if is_told or settings.is_series else "threaddemo run: error: ",
            shown=shown,
        )

    def _until_its_end(self, process: Process, hearing: Hearing, began: float) -> int:
        """Hear what it says; the value is its exit code, that of a signal below zero.

        Raises:
            TimedOut: it took too long.
            streams.WriteError: the narrative can't be written.
            Exception: what ``check`` raises.
        """
        limit = self.settings.timeout
        while True:
            left = POLL if limit is None else max(0.0, min(POLL, began + limit - time.monotonic()))
            code = self._listen(process, hearing, left)
            if code is not None:
                return code
            try:
                self._check()
            except signals.Interrupted:
                self._listen(process, hearing, GRACE)
                raise
            if limit is not None and time.monotonic() >= began + limit:
                raise TimedOut(limit, self._whereabouts(process, hearing))

    def _listen(self, process: Process, hearing: Hearing, seconds: float) -> int | None:
        """Hear what it says within so many seconds; the value is its exit code if it has ended."""
        for frame in () if process.is_silent else process.heard(seconds):
            hearing.hear(frame)
        code = process.ended(seconds if process.is_silent else 0)
        if code is not None:  # what it has said last; but what it has started may go on
            while not process.is_silent and (frames := list(process.heard(0))):
                for frame in frames:
                    hearing.hear(frame)
        return code

    def _whereabouts(self, process: Process, hearing: Hearing) -> list[str]:
        """Of each thread what it waits in, and where; one line if nothing answers."""
        from threaddemo.runs.whereabouts import told  # which needs more than a run does

        process.ask()
        deadline = time.monotonic() + ANSWER
        while hearing.threads is None and time.monotonic() < deadline:
            if self._listen(process, hearing, POLL) is not None:
                break
        if hearing.threads is None:
            return ["its threads don't say where they are: none of them gives way to another"]
        return [told(*thread) for thread in hearing.threads]


class Hearing:
    """What is heard of one run."""

    def __init__(self, settings: Settings, narrative: Narrative, began: float) -> None:
        self.threads: list[Frame] | None = None
        self._settings = settings
        self._narrative = narrative
        self._began = began
        self._is_told = settings.log_format == "jsonl"
        self._pieces: list[tuple[str, int, str]] = []
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
        if said.is_printed and self._size < MOST_TEXT:
            self._pieces.append((said.thread, said.number, said.text))
            self._size += len(said.text)
        if self._is_told and said.is_record:
            t = said.t - self._began
            self._narrative.say(t, said.thread, said.level, said.levelname, said.text)
        elif self._is_told:
            self._add(said.t, said.thread, said.level, said.text)

    def _hear_flush(self, thread: str, level: int) -> None:
        self._add(time.monotonic(), thread, level, "", whole=True)

    def _hear_raw(self, stream: int, data: bytes) -> None:
        """Bytes that came another way, as those of a process that the script has started."""
        self._narrative.has_spoken = True
        if stream:
            level = {1: INFO, 2: WARNING}[stream]
            self._add(time.monotonic(), None, level, data.decode("utf-8", "backslashreplace"))
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
        if self._is_told and not self._settings.is_series:
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
            self._add(time.monotonic(), thread, level, "", whole=True)

    def run(self, code: int, elapsed: float) -> Run:
        """What came of it, now that it has ended with that exit code."""
        given, names, kept = self._report or (code if code > 0 else None, {}, [])
        remarks = [f"note: {_kept(Error(*one))}" for one in kept]
        errors = list(self._errors)
        if code < 0 and not errors:
            name = signal.Signals(-code).name
            errors.append(Error("Main", name, "a signal has ended the process", "", 0))
            remarks.insert(0, f"error: {errors[0]}")
        outcome = Ended(
            "error" if errors else "finished",
            error="; ".join(sorted(map(str, errors))) or None,
            exit=given,
            output=by_name(self._pieces),
            names=names,
            text="".join(text for _, _, text in self._pieces),
        )
        summary = str(outcome)
        return Run(outcome, summary, elapsed, badly=not outcome.ok, remarks=tuple(remarks))


def _place_in_file(descriptor: int) -> int | None:
    """How far a file has been read; None if it is none that can be read again."""
    try:
        return os.lseek(descriptor, 0, os.SEEK_CUR)
    except OSError:
        return None


def _kept(error: Error) -> str:
    return f"an error was kept, and never asked for: {error}"


def pipes(settings: Settings) -> Pipes:
    """Where a script's words go: to the narrative, to be told here, or nowhere."""
    mine, read = [], {}
    try:
        shown = os.dup(sys.stderr.fileno())
    except (OSError, ValueError, AttributeError):  # closed, or a test's stand-in
        end, shown = os.pipe()
        read[end] = 0
    mine.append(shown)
    found = []
    for number, level in ((1, INFO), (2, WARNING)):
        if level < LEVELS[settings.level]:
            found.append(os.open(os.devnull, os.O_WRONLY))
            mine.append(found[-1])
        elif settings.log_format == "jsonl":
            end, write = os.pipe()
            read[end] = number
            found.append(write)
            mine.append(write)
        else:
            found.append(shown)
    return Pipes((found[0], found[1]), shown, read, mine)
