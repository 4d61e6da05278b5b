"""What comes through stdin, given to each of several processes from its first byte on."""

from __future__ import annotations

import os
import stat
import threading

PIPE = 65_536  #: bytes that are read at a time


class Inputs:
    """Keeps what has come through a descriptor that can be read only once.

    Nothing is read before a process may want it, and nobody waits for its end: who writes there may
    go on for ever. So a thread feeds each process, and reads on only where nobody has read yet.

    Args:
        descriptor: a pipe or a socket.
    """

    def __init__(self, descriptor: int = 0) -> None:
        self._descriptor = descriptor
        self._kept = bytearray()
        self._is_over = False
        self._turn = threading.Lock()

    def feed(self) -> int:
        """A pipe through which it comes from the first byte on; the caller is to close it."""
        end, mouth = os.pipe()
        threading.Thread(target=self._pour, args=(mouth,), daemon=True, name="feeder").start()
        return end

    def _pour(self, mouth: int) -> None:
        place = 0
        try:
            while part := self._next(place):
                place += os.write(mouth, part)
        except OSError:
            pass  # the process has ended, or wants no more
        finally:
            os.close(mouth)

    def _next(self, place: int) -> bytes:
        """What there is from a place on; nothing where it ends."""
        if place == len(self._kept):
            with self._turn:  # maybe for ever; but what is known can be had without
                if place == len(self._kept) and not self._is_over:
                    self._read()
        return bytes(self._kept[place : place + PIPE])

    def _read(self) -> None:
        try:
            part = os.read(self._descriptor, PIPE)
        except OSError:
            part = b""
        self._kept += part
        self._is_over = not part


def is_stream(descriptor: int) -> bool:
    """Whether what comes through a descriptor can be read only once, and has no terminal."""
    try:
        mode = os.fstat(descriptor).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
