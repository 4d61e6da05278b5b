"""Writing whole lines: nothing torn, nothing lost, and an error that is heard of."""

import contextlib
import errno
import os
import re
import sys
from collections.abc import Iterator
from typing import TextIO

#: The streams that are written to while a program has others in their place.
_kept: dict[str, TextIO | None] = {}


class WriteError(Exception):
    """Output could not be written; the message says to what and why."""


def write(name: str, text: str) -> None:
    """Write text to the stream that ``sys.NAME`` is now, whole, past any buffer.

    Raises:
        WriteError: the stream is closed, or the system refuses.
    """
    stream = _stream(name)
    try:
        if stream is None:
            # The descriptor was closed at start, and may belong to another file by now.
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        _write(stream, text)
    except OSError as error:
        raise WriteError(f"{name}: write error: {error.strerror or error}") from error


@contextlib.contextmanager
def taken() -> Iterator[None]:
    """Within the block ``sys.stdout`` and ``sys.stderr`` may be others; here they are the same."""
    before = dict(_kept)
    _kept.update((name, _stream(name)) for name in ("stdout", "stderr"))
    replaced = sys.stdout, sys.stderr
    try:
        yield
    finally:
        sys.stdout, sys.stderr = replaced
        _kept.clear()
        _kept.update(before)


def _stream(name: str) -> TextIO | None:
    stream: TextIO | None = _kept[name] if name in _kept else getattr(sys, name)
    return stream


def _write(stream: TextIO, text: str) -> None:
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError, AttributeError):  # a test's stand-in has no descriptor
        stream.write(text)
        stream.flush()
        return
    stream.flush()
    rest = memoryview(text.encode(stream.encoding or "utf-8", "backslashreplace"))
    while rest:  # the system may take only a part of it
        try:
            rest = rest[os.write(descriptor, rest) :]
        except BlockingIOError:
            _wait_for_room(descriptor)


def _wait_for_room(descriptor: int) -> None:
    """Somebody has set the stream to non-blocking, as some terminals' other users do."""
    import select

    select.select([], [descriptor], [])


def is_terminal(name: str) -> bool:
    """Whether the stream ``sys.NAME`` is a terminal."""
    stream = _stream(name)
    return stream is not None and stream.isatty()


def complain(message: str) -> None:
    """Say one line on stderr, if there is anybody left to hear it."""
    with contextlib.suppress(WriteError):  # the exit code still tells
        text = " ".join(message.split())
        # What was typed may hold control characters; a terminal must not act on them.
        safe = (sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
        write("stderr", "".join(safe) + "\n")


def width(name: str) -> int:
    """The columns of the terminal that ``sys.NAME`` is; 80 if it is none.

    COLUMNS, where somebody has set it, knows better.
    """
    asked = os.environ.get("COLUMNS", "")
    if re.fullmatch("[1-9][0-9]{0,3}", asked):
        return int(asked)
    if not is_terminal(name):
        return 80
    try:
        return os.get_terminal_size(getattr(sys, name).fileno()).columns or 80
    except OSError:
        return 80


def height(name: str) -> int:
    """The lines of the terminal that ``sys.NAME`` is; 24 if it is none."""
    if not is_terminal(name):
        return 24
    try:
        return os.get_terminal_size(getattr(sys, name).fileno()).lines or 24
    except OSError:
        return 24
