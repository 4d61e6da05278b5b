"""Real runs of a script, each in a process of its own, so that one that hangs can be ended."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator

from threaddemo import signals
from threaddemo.child.boot import Task
from threaddemo.ends import CannotSimulate, Run, TimedOut
from threaddemo.output import colors
from threaddemo.output.narrative import LEVELS, Narrative
from threaddemo.runs.hearing import Hearing
from threaddemo.runs.inputs import Inputs, is_stream
from threaddemo.runs.processes import Pipes, Process
from threaddemo.runs.series import Runs
from threaddemo.script import Script
from threaddemo.settings import Settings

POLL = 0.05  #: seconds between two looks at the clock and the signals
GRACE = 1.0  #: seconds at most that a script has for its last words after Ctrl-C
ANSWER = 1.0  #: seconds within which a script's process says where its threads are
INFO, WARNING = LEVELS["INFO"], LEVELS["WARNING"]


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
        repeats = self.wanted > 1 and is_stream(0)
        self._inputs = Inputs() if repeats else None

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
        found = pipes(self.settings)
        if self._inputs is not None:
            end = self._inputs.feed()
            found = found._replace(stdin=end, mine=[*found.mine, end])
        process = Process(self._task, found)
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
            argv=[script.given, *settings.params["args"]],
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
                self._check()  # a signal may have ended the script before it was looked for here
                return code
            try:
                self._check()
            except signals.Interrupted as interrupted:
                if interrupted.signum == signal.SIGINT:  # of which the script has heard, too
                    self._hear_last_words(process, hearing)
                raise
            if limit is not None and time.monotonic() >= began + limit:
                raise TimedOut(limit, self._whereabouts(process, hearing))

    def _hear_last_words(self, process: Process, hearing: Hearing) -> None:
        """Wait for the script's own end, but not for long."""
        deadline = time.monotonic() + GRACE
        while (left := deadline - time.monotonic()) > 0:
            if self._listen(process, hearing, min(POLL, left)) is not None:
                return

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


def _place_in_file(descriptor: int) -> int | None:
    """How far a file has been read; None if it is none that can be read again."""
    try:
        return os.lseek(descriptor, 0, os.SEEK_CUR)
    except OSError:
        return None


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
