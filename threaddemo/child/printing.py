"""A script's ``sys.stdout`` and ``sys.stderr``: as Python's own, and who wrote what is known.

Lines are written as soon as they are whole, each with one call of the system, past any buffer: a
buffer's lock, held by a daemon thread, can abort an interpreter that ends.
"""

from __future__ import annotations

import _thread
import io
import os
import sys
import threading
import time
from collections import namedtuple
from itertools import count

from threaddemo.child.wire import LARGE, LATER, Turn, Wire

TYPE_CHECKING = False  # as in typing, whose import takes longer than all of this
if TYPE_CHECKING:
    from typing import Any

DEBUG, INFO, WARNING = 10, 20, 30
NAMES = {INFO: "INFO", WARNING: "WARNING"}
leave = os._exit  #: before the script is told of its end


#: How the narrative is to look: the least level that is shown, whether who started this process
#: writes it from what it is told, and the codes of its colours, the main thread's first, and last
#: the one that ends them; or none.
Form = namedtuple("Form", "level is_told palette")

#: One text that was written, or one log record: when by the monotonic clock, which all processes
#: share; the thread's name, and its number among those that have said something, for names can be
#: alike; the level and its name; the text; whether it was printed; and of a log record its message,
#: without what makes it a line of a log, such as the time.
Said = namedtuple("Said", "t thread number level levelname text is_printed message")

_threads = threading.local()
_numbers = count()


def _number() -> int:
    """A number for this thread, always the same."""
    if not hasattr(_threads, "number"):
        _threads.number = next(_numbers)
    return int(_threads.number)


def thread_name() -> str:
    """The narrative's name of this thread."""
    thread = threading._active.get(_thread.get_ident())  # type: ignore[attr-defined]
    return narrative_name(thread.name) if thread else "unnamed thread"


def narrative_name(name: str) -> str:
    """What the narrative calls the thread of that name."""
    return "Main" if name == "MainThread" else name


def shade(name: str, colors: int) -> int:
    """Which of so many colours a thread has: numbered ones take them in turn."""
    digits = name[len(name.rstrip("0123456789")) :]
    shift = colors // 2 if name.startswith("Consumer") else 0
    return (int(digits or 0) + shift) % colors


def painted(text: str, name: str, palette: tuple[str, ...]) -> str:
    """A text in its thread's colour, if there are any; the end of its line has none."""
    line = text.rstrip("\n")
    if not line or not palette:
        return text
    first, *others, last = palette
    color = first if name == "Main" else others[shade(name, len(others))]
    return f"{color}{line}{last}{text[len(line) :]}"


class Writer(io.FileIO):
    """Bytes to a descriptor, all of them; what is written past the text layer is heard, too.

    Args:
        descriptor: 1 or 2.
        shown: where what is shown goes: the same, unless that takes nothing.
        wire: who is told if it can't be written.
    """

    def __init__(self, descriptor: int, shown: int, wire: Wire) -> None:
        super().__init__(descriptor, "wb", closefd=False)
        self.turn = Turn()
        self.text: Stream | None = None
        self._shown = shown
        self._wire = wire
        self._narrative = _identity(shown)

    def write(self, data: Any, /) -> int:
        """Write all of it; the value is how many bytes that is."""
        rest = memoryview(data).cast("B")
        size = len(rest)
        with self.turn:
            if self.text is None or self.text.lets_through(rest):
                while rest:
                    rest = rest[self._some(rest) :]
        return size

    def _some(self, rest: memoryview) -> int:
        """Write what the system takes; an end of the narrative is the end of the process."""
        try:
            return os.write(self._shown, rest)
        except BlockingIOError:  # somebody has set it to non-blocking
            time.sleep(0.001)
            return 0
        except OSError as error:
            if self._wire.is_mine and _identity(self._shown) == self._narrative:
                self._wire.send("broken", error.errno)
                leave(1)
            raise  # the script has closed it, or has it lead elsewhere


class Stream(io.TextIOWrapper):
    """A text stream of which is known who wrote what.

    Args:
        like: the stream that it stands for.
        level: of what is written to it, unless that is a log record.
    """

    def __init__(self, like: io.TextIOWrapper, writer: Writer, level: int, form: Form, wire: Wire):
        super().__init__(
            writer,
            encoding=like.encoding,
            errors=like.errors,
            line_buffering=True,
            write_through=getattr(like, "write_through", False),
        )
        vars(self)["mode"] = "w"
        self._writer, self._level, self._form, self._wire = writer, level, form, wire
        self.inside: set[int] = set()  # threads whose bytes come from here
        writer.text = self

    @property
    def name(self) -> str:
        """As that of the stream that it stands for."""
        return "<stderr>" if self._level == WARNING else "<stdout>"

    def write(self, text: str, /) -> int:
        """Write a text, and tell who did.

        There is no lock about that: who waits for one between the parts of a ``print`` lets others
        write in between, and lines would be torn that Python itself leaves whole.
        """
        if not isinstance(text, str):
            return super().write(text)  # which refuses it
        record = record_that_is_written()
        name = author(record) if record else thread_name()
        level = record.levelno if record else self._level
        self._tell(name, level, str.__str__(text), record)
        if level < self._form.level or self._form.is_told:
            return super().write("") + len(text)  # which refuses it if the stream is closed
        with _Inside(self.inside):
            super().write(painted(text, name, self._form.palette))
        return len(text)

    def flush(self) -> None:
        """Write what is no whole line yet."""
        with _Inside(self.inside):
            super().flush()
        if self._form.is_told:
            self._wire.send("flush", thread_name(), self._level)

    def lets_through(self, data: memoryview) -> bool:
        """Whether bytes are to be written; those that have not come through here are told."""
        if _thread.get_ident() in self.inside:
            return True
        text = bytes(data).decode(self.encoding, "replace")
        self._tell(thread_name(), self._level, text, None)
        return self._level >= self._form.level and not self._form.is_told

    def _tell(self, name: str, level: int, text: str, record: Any) -> None:
        is_printed = self._level == INFO and record is None
        levelname = record.levelname if record else NAMES[self._level]
        who = name, _number(), level, levelname
        words = Said(time.monotonic(), *who, text, is_printed, message_of(record))
        if self._form.is_told or len(text) > LARGE:
            self._wire.send("print", *words)
        elif self._wire.is_mine:
            self._wire.send_later("print", *words)
            # At best not within a line: while they are sent, others can go ahead.
            self._wire.send_many(LATER if text.endswith("\n") else 10 * LATER)


class _Inside:
    """Within its block what a thread writes comes from the stream itself."""

    def __init__(self, threads: set[int]) -> None:
        self._threads = threads

    def __enter__(self) -> None:
        self._threads.add(_thread.get_ident())

    def __exit__(self, *exc_info: object) -> None:
        self._threads.discard(_thread.get_ident())


def record_that_is_written(depth: int = 2) -> Any:
    """The log record that is being written, if that is what ``write`` was called for.

    Args:
        depth: how far its caller is called from logging, or whoever it may be.
    """
    try:
        frame = sys._getframe(depth)
    except ValueError:  # it was called by no Python code
        return None
    if frame.f_code.co_name != "emit" or frame.f_globals.get("__name__") != "logging":
        return None
    return frame.f_locals.get("record")


def message_of(record: Any) -> str | None:
    """What a log record says, if it is one."""
    return None if record is None else str(record.getMessage())


def author(record: Any) -> str:
    """The narrative's name of the thread that has logged a record."""
    return narrative_name(record.threadName) if record.threadName else thread_name()


def _identity(descriptor: int) -> tuple[int, int] | None:
    """Which file a descriptor leads to."""
    try:
        status = os.fstat(descriptor)
    except OSError:
        return None
    return status.st_dev, status.st_ino
