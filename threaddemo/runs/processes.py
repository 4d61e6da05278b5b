"""A script's process, as the one that started it sees it: its beginning, its words, its end."""

from __future__ import annotations

import marshal
import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

PIPE = 65_536  #: bytes that are read at a time
#: Loads what runs the script, from where this package lies, and leaves no trace of that.
BOOT = (
    "import sys;sys.path.insert(0,{root!r});from threaddemo.child.boot import begin;"
    "del sys.path[0];"
    "[sys.modules.pop(n) for n in [*sys.modules] if n.partition('.')[0]=='threaddemo'];"
    "begin({control},{told})"
)
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VALUED = ("X", "W", "-check-hash-based-pycs")  #: Python's own options that a value follows
UNFIT = "iqVh?x"  #: those that are about what is run, or would keep it from running


class Pipes(NamedTuple):
    """Where a script's words go."""

    streams: tuple[int, int]
    """Descriptors for its stdout and its stderr."""
    shown: int
    """A descriptor for its narrative, whatever is to be seen of the streams."""
    read: dict[int, int]
    """The ends to be read here, with the stream that each is; of neither for zero."""
    mine: list[int]
    """The descriptors that the script alone is to have."""
    stdin: int | None = None
    """Where it reads from; as this process does for None."""


class Process:
    """A script that runs.

    Args:
        task: what it is told, in the order of the fields of ``Task``; it gets to know ``shown``.
        pipes: where its words go.
    """

    def __init__(self, task: Callable[[int], Sequence[Any]], pipes: Pipes) -> None:
        self._pipes = dict(pipes.read)
        self._told, tell = os.pipe()
        obey, self._control = os.pipe()
        self._buffer = bytearray()
        try:
            self._process = subprocess.Popen(
                [*interpreter(), "-c", BOOT.format(root=ROOT, control=obey, told=tell)],
                stdin=pipes.stdin,
                stdout=pipes.streams[0],
                stderr=pipes.streams[1],
                pass_fds=(obey, tell, pipes.shown),
            )
        finally:
            for descriptor in {obey, tell, *pipes.mine}:
                os.close(descriptor)
        body = marshal.dumps(tuple(task(pipes.shown)))
        self._pipes[self._told] = -1
        self._send(len(body).to_bytes(4, "big") + body)

    def ask(self) -> None:
        """Ask it where its threads are."""
        self._send(b"?")

    def _send(self, data: bytes) -> None:
        rest = memoryview(data)
        with suppress(BrokenPipeError):  # its end is heard of elsewhere
            while rest:
                rest = rest[os.write(self._control, rest) :]

    def heard(self, seconds: float) -> Iterator[tuple[Any, ...]]:
        """What it says, as frames; bytes from a pipe are ("raw", stream, bytes).

        Args:
            seconds: how long to wait for the first word.
        """
        ready, _, _ = select.select(list(self._pipes), [], [], seconds)
        for descriptor in sorted(ready, key=lambda one: -self._pipes[one]):
            part = os.read(descriptor, PIPE)
            stream = self._pipes[descriptor]
            if not part:
                os.close(descriptor)
                del self._pipes[descriptor]
            elif stream >= 0:
                yield ("raw", stream, part)
            else:
                self._buffer += part
        yield from self._frames()

    def _frames(self) -> Iterator[tuple[Any, ...]]:
        while len(self._buffer) >= 4:  # noqa: PLR2004 - the frame's length
            end = 4 + int.from_bytes(self._buffer[:4], "big")
            if len(self._buffer) < end:
                return
            frames = marshal.loads(self._buffer[4:end])
            del self._buffer[:end]
            yield from frames

    @property
    def is_silent(self) -> bool:
        """Whether it has closed all pipes: then only its end is to be waited for."""
        return not self._pipes

    def ended(self, seconds: float) -> int | None:
        """Its exit code, that of a signal below zero; None if it runs on for so long."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def close(self) -> None:
        """End it, if it has not ended."""
        os.close(self._control)  # at which it ends by itself
        for descriptor in self._pipes:
            os.close(descriptor)
        self._pipes.clear()
        self._process.kill()
        self._process.wait()


def interpreter() -> list[str]:
    """The command for a Python like this one, with the options that it was started with."""
    found = [sys.executable]
    words = iter(sys.orig_argv[1:])
    for word in words:
        options = word[1:]
        if not word.startswith("-") or not options or options[0] in "cm":
            break
        if word in ("-", "--"):
            break
        letters = "" if word.startswith("--") else options
        kept, ends, rest = _sorted(letters)
        if word.startswith("--"):
            found += [word, *([next(words)] if word[1:] in VALUED else [])]
            continue
        found += [f"-{kept}"] if kept else []
        if rest is not None:
            found += [f"-{rest[0]}", rest[1:] or next(words)]
        if ends:
            break
    return found


def _sorted(letters: str) -> tuple[str, bool, str | None]:
    """Of a word of short options: those to keep, whether it is the last, and one with a value."""
    kept = ""
    for index, letter in enumerate(letters):
        if letter in "cm":
            return kept, True, None
        if letter in VALUED:
            return kept, False, letters[index:]
        kept += letter if letter not in UNFIT else ""
    return kept, False, None
