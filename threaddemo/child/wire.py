"""What a script's process tells the one that started it: frames through a pipe.

A frame is a tuple: its kind, and what there is to say. Frames are sent by the list: four bytes of
length, and the list marshalled. Both ends are the same Python, so marshal serves; it needs no
import that the script would not have.
"""

from __future__ import annotations

import _thread
import marshal
import os
import sys

TYPE_CHECKING = False  # as in typing, whose import takes longer than all of this
if TYPE_CHECKING:
    from typing import Any

LATER = 100  #: frames that may wait for the next one that is urgent
LARGE = 4_096  #: characters of a text that does not wait
PATIENCE = 0.1  #: seconds between two looks whether the interpreter is ending


class Turn:
    """A lock whose ``with`` block never waits for a thread that is no more.

    While the interpreter ends, daemon threads are stopped for ever wherever they are: then what
    one of them holds is taken from it. A thread may enter it again, as a signal handler does.
    """

    def __init__(self) -> None:
        self._lock = _thread.RLock()

    def renew(self) -> None:
        """Begin anew, in a forked process: who held it is not there."""
        self._lock = _thread.RLock()

    def __enter__(self) -> None:
        while not self._lock.acquire(timeout=PATIENCE):
            if sys.is_finalizing():
                self.renew()

    def __exit__(self, *exc_info: object) -> None:
        self._lock.release()


class Wire:
    """The pipe to the process that started this one; nobody's absence is an error."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._waiting: list[tuple[Any, ...]] = []
        self._turn = Turn()
        #: Whether this is the script's process, and none that it has forked.
        self.is_mine = True
        os.set_inheritable(descriptor, False)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._leave)

    def send(self, *frame: Any) -> None:
        """Send a frame at once."""
        if self.is_mine:
            with self._turn:
                self._waiting.append(frame)
                body = marshal.dumps(self._waiting)
                self._waiting.clear()
                self._write(memoryview(len(body).to_bytes(4, "big") + body))

    def send_later(self, *frame: Any) -> None:
        """Send a frame together with the next ones."""
        self._waiting.append(frame)  # which is atomic

    def send_many(self, limit: int = LATER) -> None:
        """Send what waits, if that is more than so many frames."""
        if len(self._waiting) > limit:
            self.send("nothing")

    def _write(self, rest: memoryview) -> None:
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError:
            pass  # the script has closed it, or nobody listens any more

    def _leave(self) -> None:
        """In a forked process: it has no say, and must not keep the pipe open."""
        self.is_mine = False
        self._turn.renew()
        try:
            os.close(self._descriptor)
        except OSError:
            pass  # closed by the script


def read(descriptor: int) -> Any:
    """What comes first through a pipe that was sent to this process."""
    size = int.from_bytes(_exactly(descriptor, 4), "big")
    return marshal.loads(_exactly(descriptor, size))


def _exactly(descriptor: int, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = os.read(descriptor, size - len(parts))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)
