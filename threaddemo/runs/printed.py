"""What a simulated script has in the place of ``sys.stdout`` and ``sys.stderr``."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from threaddemo.child.printing import (
    INFO,
    NAMES,
    WARNING,
    Form,
    Said,
    author,
    message_of,
    narrative_name,
    painted,
    record_that_is_written,
)
from threaddemo.output import streams
from threaddemo.output.narrative import Narrative
from threaddemo.simulation import Simulator, heard


class Printed(io.TextIOBase):
    """A stream of which is known who wrote what, in which order, and at which virtual time.

    Args:
        simulator: knows whose step it is.
        level: of what is written to it, unless that is a log record.
        hear: is told what is written.
        show: is given the whole lines of it that are to be seen.
        form: how they are to look.
        is_told: whether the order of what the threads print is a fact.
    """

    encoding = "utf-8"
    errors = "strict"
    mode = "w"
    #: The program's methods that it is given to are heard, and it says what it changes.
    notes_itself = True

    def __init__(  # noqa: PLR0913, PLR0917 - all of it is given once
        self,
        simulator: Simulator,
        level: int,
        hear: Callable[[Said], None],
        show: Callable[[str], None],
        form: Form,
        is_told: bool,
    ) -> None:
        super().__init__()
        self._simulator, self._level, self._hear, self._show = simulator, level, hear, show
        self._form, self._is_told = form, is_told
        self._rest = ""  # what is no whole line yet
        self.buffer = _Bytes(self)

    @property
    def name(self) -> str:
        """As that of the stream that it stands for."""
        return "<stderr>" if self._level == WARNING else "<stdout>"

    def writable(self) -> bool:
        """It is."""
        return True

    def reconfigure(self, **_: object) -> None:
        """Nothing is to be seen of it."""

    @heard
    def write(self, text: str, /) -> int:
        """Write a text, and tell who did."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if not self._simulator.killing:
            if (record := record_that_is_written()) is None:
                self._simulator.pause("print")  # which writes its text and its end one by one
            self._write(str.__str__(text), record)
        return len(text)

    def _write(self, text: str, record: Any) -> None:
        simulator = self._simulator
        is_printed = self._level == INFO and record is None
        if is_printed and self._is_told:
            simulator.shares("text")
        name = author(record) if record else narrative_name(simulator.thread_name)
        level = record.levelno if record else self._level
        levelname = record.levelname if record else NAMES[self._level]
        who = name, simulator.thread_number, level, levelname
        self._hear(Said(simulator.now, *who, text, is_printed, message_of(record)))
        if level >= self._form.level and not self._form.is_told:
            self._rest += painted(text, name, self._form.palette)
            lines, end, self._rest = self._rest.rpartition("\n")
            if end:
                self._show(lines + end)

    @heard
    def flush(self) -> None:
        """Show what is no whole line yet."""
        if self._rest and not self._simulator.killing:
            self._show(self._rest)
            self._rest = ""


class _Bytes(io.RawIOBase):
    """The bytes below a stream."""

    def __init__(self, text: Printed) -> None:
        super().__init__()
        self._text = text

    def writable(self) -> bool:
        """It is."""
        return True

    @heard
    def write(self, data: Any, /) -> int:
        """Write bytes as the text that they are."""
        data = bytes(data)
        self._text.write(data.decode("utf-8", "backslashreplace"))
        return len(data)


@contextmanager
def printing(
    simulator: Simulator,
    hear: Callable[[Said], None],
    narrative: Narrative,
    form: Form,
    is_told: bool,
) -> Iterator[None]:
    """Within the block what Python writes to its streams is the simulated script's."""
    made = [
        Printed(simulator, level, hear, narrative.show, form, is_told) for level in (INFO, WARNING)
    ]
    with streams.taken():
        sys.stdout, sys.stderr = made
        yield
        for stream in made:
            stream.flush()
