"""The narrative: the tutorial's log, one whole line a record, on stderr."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from threaddemo.output import colors, streams

LEVELS = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40, "CRITICAL": 50}


class Text(logging.Formatter):
    """The tutorial's format, byte for byte; virtual time starts at 00:00:00."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s: %(message)s", "%H:%M:%S")
        self._second = -1
        self._text = ""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """The time of day; made anew only once a second."""
        if (second := int(record.created)) != self._second:
            broken_down = time.gmtime if hasattr(record, "virtual") else time.localtime
            self._second = second
            self._text = time.strftime(datefmt or "%H:%M:%S", broken_down(second))
        return self._text


class JsonLines(logging.Formatter):
    """One JSON object a record: seq, t (seconds since the run began), thread, level, message."""

    def __init__(self) -> None:
        super().__init__()
        self._seq = 0
        self._began = time.monotonic()

    def format(self, record: logging.LogRecord) -> str:
        """The record as an object on one line."""
        import json

        self._seq += 1
        real = time.monotonic() - self._began
        return json.dumps(
            {
                "seq": self._seq,
                "t": round(getattr(record, "virtual", real), 6),
                "thread": record.threadName,
                "level": record.levelname,
                "message": record.getMessage(),
            }
        )


class Narrative(logging.Handler):
    """Writes the records of one run after the other to stderr, each run's from ``begin`` on.

    An error in writing does not reach the demo: it is kept in ``error`` for the runner.
    """

    #: Hears of each record besides, its level and its text, whether or not it is written.
    heard: Callable[[str, str], None] | None = None

    def __init__(self, form: str, color: bool) -> None:
        super().__init__()
        self.error: streams.WriteError | None = None
        self.has_spoken = False
        self.least = 0  # the level of what is written; what is heard may be less
        self._form = form
        self.setFormatter(Text())
        self._color = color and form != "jsonl"
        self._silent = True
        self._held: list[str] | None = None
        self.lines = 0
        """How many the run has had so far, those that were known among them."""
        self._known = self._known_next = 0

    def begin(self, virtual: Callable[[], tuple[float, str] | None] | None = None) -> None:
        """Let the records of a run through.

        ``virtual`` gives time (seconds) and thread of each record of a simulated run, or None to
        drop it. In a real run the threads that an earlier one left behind have no say.
        """
        self._virtual = virtual
        self._strangers = set() if virtual else set(threading.enumerate())
        if self._form == "jsonl":
            self.setFormatter(JsonLines())  # which counts each run's records from 1
        self.lines = 0
        self._known, self._known_next = self._known_next, 0
        self._silent = False

    def repeat(self, known: int) -> None:
        """Of the next run, which repeats one up to some step, leave out so many lines."""
        self._known_next = known

    @property
    def is_silent(self) -> bool:
        """Whether no record is let through."""
        return self._silent

    def silence(self) -> None:
        """Let no record through from now on; returns when the last line is written."""
        with self.lock:  # type: ignore[union-attr]  # every handler has one once it is made
            self._silent = True

    @contextmanager
    def held_back(self, unless: type[Exception]) -> Iterator[None]:
        """Write the records of the block at its end, unless such an exception leaves it."""
        self._held = []
        try:
            yield
        except unless:
            self._held = []
            raise
        finally:
            held, self._held = self._held, None
            if held:
                self._write("".join(held))

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record as one line; called with the handler's own lock held."""
        if self._silent or threading.current_thread() in self._strangers:
            return
        if self._virtual is not None:
            if (context := self._virtual()) is None:
                return
            record.created = record.virtual = context[0]
            record.threadName = context[1]
        if self.heard is not None:
            self.heard(record.levelname, record.getMessage())
        if record.levelno < self.least:
            return
        line = self.format(record)
        if self._color:
            line = colors.paint(line, record.threadName or "")
        self._put(line + "\n")

    def say(self, t: float, thread: str | None, level: int, name: str, message: str) -> None:
        """Write what another process has told, if the level lets it through.

        Args:
            t: seconds since the run began.
            thread: who has said it; None where that is unknown.
            level: the record's.
            name: what the level is called.
            message: what was said.

        Raises:
            streams.WriteError: it can't be written.
        """
        if level < logging.getLogger().level:
            return
        told = {"threadName": thread, "levelname": name, "msg": message, "virtual": t}
        with self.lock:  # type: ignore[union-attr]  # as above
            self.show(self.format(logging.makeLogRecord(told)) + "\n")
        if self.error:
            raise self.error

    def show(self, text: str) -> None:
        """Write whole lines as they are, unless it is to be silent."""
        if not self._silent and self.least <= LEVELS["CRITICAL"]:
            self._put(text)

    def _put(self, text: str) -> None:
        is_known = self.lines < self._known
        self.lines += text.count("\n")
        if is_known:
            return
        if self._held is None:
            self._write(text)
        else:
            self._held.append(text)

    def _write(self, text: str) -> None:
        self.has_spoken = True
        try:
            streams.write("stderr", text)
        except streams.WriteError as error:
            self.error, self._silent = error, True


@contextmanager
def narrated(narrative: Narrative, level: str, heard: str | None = None) -> Iterator[None]:
    """Send what the demos log to the narrative; afterwards logging is as it was.

    They log to the root logger, as the tutorial does.

    Args:
        narrative: where it goes.
        level: the least level of what is written.
        heard: the least level of what is heard besides, if it is a lower one.
    """
    root = logging.getLogger()
    before = root.level
    found_out = logging._srcfile, logging.logProcesses, logging.logMultiprocessing
    root.addHandler(narrative)
    narrative.least = LEVELS[level]
    root.setLevel(min(LEVELS[level], LEVELS[heard or level]))
    # What no format of ours shows need not be found out for every record.
    logging._srcfile, logging.logProcesses, logging.logMultiprocessing = None, False, False
    try:
        yield
    finally:
        narrative.silence()
        root.removeHandler(narrative)
        logging._srcfile, logging.logProcesses, logging.logMultiprocessing = found_out
        root.setLevel(before)
